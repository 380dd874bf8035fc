package credential

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestSecrets(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		s := NewSecret()
		if len(s) < 26 || seen[s] {
			t.Fatalf("got %q", s)
		}
		seen[s] = true
	}
	if !bytes.Equal(Hash("a"), Hash("a")) || bytes.Equal(Hash("a"), Hash("b")) || len(Hash("")) != 32 {
		t.Error("a hash is not a function of its secret")
	}
}

func TestPasswords(t *testing.T) {
	p := NewPasswords()
	hash, err := p.Hash(t.Context(), "korrekt häst batteri")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the parameters are not in %q", hash)
	}
	again, err := p.Hash(t.Context(), "korrekt häst batteri")
	if err != nil || again == hash {
		t.Errorf("the same password twice has one hash, %v", err)
	}
	for password, want := range map[string]bool{
		"korrekt häst batteri":       true,
		"korrekt ha\u0308st batteri": true,
		"korrekt hast batteri":       false,
		"Korrekt häst batteri":       false,
		"":                           false,
	} {
		if got, err := p.Check(t.Context(), password, hash); err != nil || got != want {
			t.Errorf("Check(%q): got %t, %v, want %t", password, got, err, want)
		}
	}
}

func TestNoPasswordIsNeverRight(t *testing.T) {
	p := NewPasswords()
	for _, password := range []string{"", "x", strings.Repeat("\x00", 32)} {
		if got, err := p.Check(t.Context(), password, ""); got || err != nil {
			t.Errorf("Check(%q): got %t, %v", password, got, err)
		}
	}
}

// TestOldParameters: a hash made with other costs is checked with its own.
func TestOldParameters(t *testing.T) {
	p := NewPasswords()
	cost := params{memory: 64, time: 1, threads: 1}
	salt := []byte("0123456789abcdef")
	key, err := p.derive(t.Context(), "gammalt lösenord", salt, cost, keyLength)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Check(t.Context(), "gammalt lösenord", write(cost, salt, key)); !got || err != nil {
		t.Errorf("got %t, %v", got, err)
	}
}

func TestUnreadableHashes(t *testing.T) {
	good := write(current(), make([]byte, saltLength), make([]byte, keyLength))
	for _, hash := range []string{
		"x", "$argon2i$v=19$m=1,t=1,p=1$AAAA$AAAA", strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=19456", "m=99999999", 1), strings.Replace(good, "t=2", "t=0", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=300", 1), good[:len(good)-40], good + "$",
	} {
		if _, err := NewPasswords().Check(t.Context(), "x", hash); err == nil {
			t.Errorf("Check with %q: got no error", hash)
		}
	}
}

func TestCheckWaitsNoLongerThanItsCaller(t *testing.T) {
	p := NewPasswords()
	if err := p.places.Acquire(t.Context(), atOnce); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Check(ctx, "x", ""); err == nil {
		t.Error("got no error")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(write(current(), make([]byte, saltLength), make([]byte, keyLength)))
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, hash string) {
		cost, salt, key, err := read(hash)
		if err == nil && write(cost, salt, key) == "" {
			t.Errorf("read(%q) cannot be written again", hash)
		}
	})
}
