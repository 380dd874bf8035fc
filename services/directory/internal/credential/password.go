package credential

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"
)

// params are the costs of argon2id (RFC 9106); each hash carries those it was made with.
type params struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// current is what new hashes are made with: 19 MiB in two passes, so that a small machine can check several at once.
func current() params { return params{memory: 19 * 1024, time: 2, threads: 1} }

const (
	saltLength = 16
	keyLength  = 32
	// maxMemory bounds what a stored hash may ask for.
	maxMemory = 1 << 20
	// atOnce bounds how many hashes are computed side by side, and so the memory that sign-ins can take.
	atOnce = 4
)

// Passwords makes and checks hashes of passwords. It is safe for concurrent use.
type Passwords struct {
	places *semaphore.Weighted
	dummy  string
}

// NewPasswords returns a checker.
func NewPasswords() *Passwords {
	p := current()
	return &Passwords{places: semaphore.NewWeighted(atOnce), dummy: write(p, make([]byte, saltLength), make([]byte, keyLength))}
}

// Hash returns the hash of a password with its parameters and salt, in the usual text form ("$argon2id$v=19$…").
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // crypto/rand never fails
	key, err := p.derive(ctx, password, salt, current(), keyLength)
	if err != nil {
		return "", err
	}
	return write(current(), salt, key), nil
}

// Check reports whether a password is the one that was hashed. With an empty hash the answer is no after the same work,
// so that the time does not tell whether there is a password.
func (p *Passwords) Check(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = p.dummy
	}
	cost, salt, want, err := read(hash)
	if err != nil {
		return false, err
	}
	got, err := p.derive(ctx, password, salt, cost, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// derive normalises the password first, since keyboards differ in how they compose å, ä and ö.
func (p *Passwords) derive(ctx context.Context, password string, salt []byte, cost params, length uint32) ([]byte, error) {
	if err := p.places.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer p.places.Release(1)
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, cost.time, cost.memory, cost.threads, length), nil
}

func write(p params, salt, key []byte) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.threads, encode(salt), encode(key))
}

var errHash = errors.New("a stored password hash cannot be read")

func read(hash string) (p params, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return p, nil, nil, errHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(key) < 16 || p.memory > maxMemory || p.time == 0 || p.threads == 0 {
		return p, nil, nil, errHash
	}
	return p, salt, key, nil
}
