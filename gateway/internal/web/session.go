package web

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
)

const (
	// tokenMargin is how long before its end a token is replaced.
	tokenMargin = 30 * time.Second
	// maxSessions bounds the memory of the cache; beyond it, expired entries are dropped first, then all.
	maxSessions = 10000
	// maxSecret bounds what is taken for a session's secret.
	maxSecret = 200
)

// sessions remembers access tokens between requests. It holds nothing that could not be fetched again: losing it costs
// one call per session.
type sessions struct {
	clock clock.Clock
	mu    sync.Mutex
	known map[[sha256.Size]byte]*user
}

// newSessions returns an empty cache.
func newSessions(c clock.Clock) *sessions {
	return &sessions{clock: c, known: make(map[[sha256.Size]byte]*user)}
}

// get returns the user of a session when the token is still good for a while, else nil. A clock that was set back makes
// tokens of a time to come, which no service accepts.
func (s *sessions) get(secret string) *user {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.known[sha256.Sum256([]byte(secret))]
	if now := s.clock.Now(); u == nil || now.Add(tokenMargin).After(u.expires) || now.Before(u.since) {
		return nil
	}
	return u
}

// put remembers the user of a session.
func (s *sessions) put(secret string, u *user) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= maxSessions {
		s.sweep()
	}
	u.since = s.clock.Now().Round(0) // of the clock on the wall, which can be set back
	s.known[sha256.Sum256([]byte(secret))] = u
}

// sweep drops what has expired, and everything when that is not enough.
func (s *sessions) sweep() {
	now := s.clock.Now()
	for k, u := range s.known {
		if now.After(u.expires) {
			delete(s.known, k)
		}
	}
	if len(s.known) >= maxSessions {
		clear(s.known)
	}
}

// forget drops the token of a session, so that the next request fetches one with the roles of that moment.
func (s *sessions) forget(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, sha256.Sum256([]byte(secret)))
}

// cookieName is the name of the session cookie. With TLS its prefix makes browsers refuse to let another host or an
// unencrypted page set it.
func (s *server) cookieName() string {
	if s.Secure {
		return "__Host-uppsikt"
	}
	return "uppsikt"
}

// secret returns the session's secret from the cookie; empty when there is none.
func (c *call) secret() string {
	cookie, err := c.r.Cookie(c.cookieName())
	if err != nil || len(cookie.Value) > maxSecret {
		return ""
	}
	return cookie.Value
}

// setCookie hands the browser a session, or with an empty secret takes it back.
func (c *call) setCookie(secret string, expires time.Time) {
	cookie := &http.Cookie{Name: c.cookieName(), Value: secret, Path: "/", HttpOnly: true, Secure: c.Secure,
		SameSite: http.SameSiteLaxMode}
	if secret == "" {
		cookie.MaxAge = -1
	} else {
		cookie.MaxAge = max(1, int(expires.Sub(c.Clock.Now()).Seconds()))
	}
	http.SetCookie(c.w, cookie)
}

// identify finds out who is signed in and lets the request act for that person. Unauthenticated when nobody is.
func (c *call) identify() error {
	secret := c.secret()
	if secret == "" {
		return &fault.Error{Kind: fault.Unauthenticated, English: "no session"}
	}
	u, err := c.userOf(c.ctx(), secret)
	if err != nil {
		return err
	}
	c.actAs(u)
	return nil
}

// actAs makes the request's calls carry the user's token.
func (c *call) actAs(u *user) {
	c.user = u
	c.r = c.r.WithContext(withToken(c.ctx(), u.token))
}

// userOf returns who has the session, with a token that is good for a while.
func (s *server) userOf(ctx context.Context, secret string) (*user, error) {
	if u := s.sessions.get(secret); u != nil {
		return u, nil
	}
	t, err := s.Sessions.MintToken(asProcess(ctx), &directoryv1.MintTokenRequest{SessionSecret: secret})
	if err != nil {
		return nil, err
	}
	u := newUser(secret, t)
	s.sessions.put(secret, u)
	return u, nil
}

// begin signs the browser in with a new session.
func (c *call) begin(r *directoryv1.SignInResponse) error {
	c.setCookie(r.GetSessionSecret(), r.GetExpireTime().AsTime())
	u, err := c.userOf(c.ctx(), r.GetSessionSecret())
	if err != nil {
		return err
	}
	c.actAs(u)
	return nil
}
