package authn

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
)

// RevocationInterval is how often the list is fetched.
const RevocationInterval = 20 * time.Second

// RevocationMaxAge is how old the list may be before writes are refused.
const RevocationMaxAge = 60 * time.Second

// firstRetry is the pause after a first failure; it doubles up to the interval.
const firstRetry = time.Second

// Revocation says that tokens of a session or a subject, issued before a time, are refused.
type Revocation struct {
	// Session id; empty when the subject is meant.
	Session string
	// Subject; empty when the session is meant.
	Subject string
	// Before is the time; tokens issued later are good.
	Before time.Time
}

// RevocationSource returns what was revoked within the life of a token.
type RevocationSource interface {
	// Revocations returns the whole list. Safe for concurrent use.
	Revocations(ctx context.Context) ([]Revocation, error)
}

// RevocationSourceFunc is a function that is a RevocationSource.
type RevocationSourceFunc func(ctx context.Context) ([]Revocation, error)

// Revocations implements RevocationSource.
func (f RevocationSourceFunc) Revocations(ctx context.Context) ([]Revocation, error) { return f(ctx) }

// Revocations is the list of what was revoked, fetched again and again. It is safe for concurrent use.
type Revocations struct {
	source  RevocationSource
	clock   clock.Clock
	logger  *slog.Logger
	current atomic.Pointer[revocationList]
}

type revocationList struct {
	fetched  time.Time
	sessions map[string]time.Time
	subjects map[string]time.Time
}

// NewRevocations returns an empty list, which counts as stale until the first Refresh. The clock only tells the age of
// the list, so in a demonstration with a shifted clock it is still the machine's.
func NewRevocations(source RevocationSource, clk clock.Clock, logger *slog.Logger) *Revocations {
	return &Revocations{source: source, clock: clk, logger: logger}
}

// Run fetches the list at once and then at every interval until ctx ends, and returns nil then. A failed fetch is
// logged and soon repeated, because at the start the directory may be a moment behind; the list ages meanwhile.
func (r *Revocations) Run(ctx context.Context) error {
	retry := firstRetry
	for {
		pause := RevocationInterval
		if err := r.Refresh(ctx); err == nil {
			retry = firstRetry
		} else {
			pause, retry = retry, min(2*retry, RevocationInterval)
			r.logger.WarnContext(ctx, "revocations not fetched", "error", err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// Refresh fetches the list once. On an error the old list stays.
func (r *Revocations) Refresh(ctx context.Context) error {
	asked := r.clock.Now() // before the call: the answer may be as old as that
	ctx, cancel := context.WithTimeout(ctx, RevocationInterval/2)
	defer cancel()
	entries, err := r.source.Revocations(ctx)
	if err != nil {
		return fmt.Errorf("fetch revocations: %w", err)
	}
	list := &revocationList{fetched: asked, sessions: map[string]time.Time{}, subjects: map[string]time.Time{}}
	for _, e := range entries {
		keepLatest(list.sessions, e.Session, e.Before)
		keepLatest(list.subjects, e.Subject, e.Before)
	}
	r.current.Store(list)
	return nil
}

func keepLatest(m map[string]time.Time, key string, at time.Time) {
	if key != "" && m[key].Before(at) {
		m[key] = at
	}
}

// Check refuses a revoked identity, and every write while the list is older than RevocationMaxAge. Processes are not
// in the list: they hold no token.
func (r *Revocations) Check(id *Identity, write bool) error {
	if id.Process {
		return nil
	}
	list := r.current.Load()
	if list.revoked(id) {
		return refuse("the token was revoked")
	}
	if write && r.stale(list) {
		return fault.Unreachable("the list of revoked tokens", nil)
	}
	return nil
}

// Fresh reports whether writes are accepted, for readiness.
func (r *Revocations) Fresh() bool { return !r.stale(r.current.Load()) }

func (r *Revocations) stale(list *revocationList) bool {
	return list == nil || r.clock.Now().Sub(list.fetched).Abs() > RevocationMaxAge
}

func (l *revocationList) revoked(id *Identity) bool {
	if l == nil {
		return false
	}
	return issuedBefore(l.sessions, id.Session, id) ||
		issuedBefore(l.subjects, id.Subject, id) ||
		issuedBefore(l.subjects, id.OnBehalfOf, id)
}

// issuedBefore tells whether the token is older than the entry.
func issuedBefore(m map[string]time.Time, key string, id *Identity) bool {
	at, listed := m[key]
	return listed && id.IssuedAt.Before(at)
}
