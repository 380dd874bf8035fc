package authn

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxTokens bounds the memory of verified tokens.
const maxTokens = 10_000

type digest [sha256.Size]byte

// digestOf is how a token is remembered: a dump of the memory then holds no list of tokens by key.
func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// tokenCache remembers verified tokens. Expired ones are dropped when it is full; when that frees nothing, the whole is
// dropped, which costs one signature check per token.
type tokenCache struct {
	limit int
	mu    sync.RWMutex
	known map[digest]*Identity
}

func newTokenCache(limit int) *tokenCache {
	return &tokenCache{limit: limit, known: map[digest]*Identity{}}
}

func (c *tokenCache) get(d digest) (*Identity, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	id, ok := c.known[d]
	return id, ok
}

func (c *tokenCache) put(d digest, id *Identity, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= c.limit {
		c.evict(now)
	}
	c.known[d] = id
}

func (c *tokenCache) evict(now time.Time) {
	for d, id := range c.known {
		if now.After(id.Expires.Add(skew)) {
			delete(c.known, d)
		}
	}
	if len(c.known) >= c.limit {
		clear(c.known)
	}
}
