package authn

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
)

// refreshPause is the shortest time between two fetches of the keys, so that tokens with invented key ids cannot make
// a server call the directory over and over.
const refreshPause = 10 * time.Second

// keysMaxAge is when keys are fetched anew although all are known, so that a withdrawn key stops working.
const keysMaxAge = 10 * time.Minute

// fetchLimit bounds a fetch, for which other callers may be waiting.
const fetchLimit = 5 * time.Second

// KeySource returns the public keys of the issuer.
type KeySource interface {
	// Keys returns a JSON Web Key Set (RFC 7517). Safe for concurrent use.
	Keys(ctx context.Context) ([]byte, error)
}

// StaticKeys is a key set that never changes.
type StaticKeys []byte

// Keys implements KeySource.
func (s StaticKeys) Keys(context.Context) ([]byte, error) { return s, nil }

// KeySourceFunc is a function that is a KeySource.
type KeySourceFunc func(ctx context.Context) ([]byte, error)

// Keys implements KeySource.
func (f KeySourceFunc) Keys(ctx context.Context) ([]byte, error) { return f(ctx) }

// keyCache keeps the keys of a source.
type keyCache struct {
	source KeySource
	clock  clock.Clock

	mu      sync.RWMutex
	keys    map[string]ed25519.PublicKey
	fetched time.Time // last success
	// fetching serialises fetches; tried, the last attempt, is guarded by it.
	fetching sync.Mutex
	tried    time.Time
	failure  error // of the last attempt
}

func newKeyCache(source KeySource, clk clock.Clock) *keyCache {
	return &keyCache{source: source, clock: clk}
}

// find returns the key with the id, fetching the set when it is unknown or old.
func (c *keyCache) find(ctx context.Context, id string) (ed25519.PublicKey, error) {
	if key, fresh := c.lookup(id); key != nil && fresh {
		return key, nil
	}
	err := c.refresh(ctx, id)
	if key, _ := c.lookup(id); key != nil {
		return key, nil // a known key outlives a directory that cannot be reached
	}
	if err != nil {
		return nil, fault.Unreachable("the source of the verification keys", err)
	}
	return nil, refuse("the token is signed with an unknown key")
}

func (c *keyCache) lookup(id string) (key ed25519.PublicKey, fresh bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.keys[id], c.clock.Now().Sub(c.fetched).Abs() < keysMaxAge
}

// refresh fetches the set unless somebody else just did; within the pause it repeats the last outcome.
func (c *keyCache) refresh(ctx context.Context, id string) error {
	c.fetching.Lock()
	defer c.fetching.Unlock()
	if key, fresh := c.lookup(id); key != nil && fresh {
		return nil
	}
	now := c.clock.Now()
	if !c.tried.IsZero() && now.Sub(c.tried).Abs() < refreshPause {
		return c.failure
	}
	keys, err := c.fetch(ctx)
	if ctx.Err() != nil {
		return ctx.Err() // the caller's haste says nothing about the source
	}
	c.tried, c.failure = now, err
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys, c.fetched = keys, now
	return nil
}

func (c *keyCache) fetch(ctx context.Context) (map[string]ed25519.PublicKey, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	document, err := c.source.Keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("fetch verification keys: %w", err)
	}
	return parseKeys(document)
}

// parseKeys reads a key set and skips keys of other kinds.
func parseKeys(document []byte) (map[string]ed25519.PublicKey, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, fmt.Errorf("read verification keys: %w", err)
	}
	keys := make(map[string]ed25519.PublicKey, len(set.Keys))
	for _, k := range set.Keys {
		public, ok := k.Key.(ed25519.PublicKey)
		if ok && k.KeyID != "" && k.Use != "enc" {
			keys[k.KeyID] = public
		}
	}
	if len(keys) == 0 {
		return nil, errNoKeys
	}
	return keys, nil
}
