// Package credential makes and checks what people prove themselves by: random secrets, kept as SHA-256, and passwords,
// kept as argon2id.
package credential

import (
	"crypto/rand"
	"crypto/sha256"
)

// NewSecret returns a secret with at least 128 random bits, for links and sessions.
func NewSecret() string { return rand.Text() }

// NewKey returns a secret with at least 256 random bits, for what lives long: a service account.
func NewKey() string { return rand.Text() + rand.Text() }

// Hash is how a secret is stored. A secret with that many random bits needs no salt and no slow hash.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
