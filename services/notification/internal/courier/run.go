package courier

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// Run sends what becomes due until ctx ends, and returns nil then. What fails is logged and tried again later.
func (c *Courier) Run(ctx context.Context) error {
	ticker := time.NewTicker(c.config.Poll)
	defer ticker.Stop()
	return c.session(ctx, func(s *session) error {
		woken, failing := true, false
		for {
			err := s.pass(ctx, woken, false)
			if err != nil && !failing && ctx.Err() == nil {
				c.deps.Logger.WarnContext(ctx, "mails that are due were not looked up; trying again", "error", err)
			}
			woken, failing = err != nil, err != nil
			select {
			case <-ctx.Done():
				return nil
			case <-c.wake:
				woken = true
			case <-ticker.C:
			}
		}
	})
}

// Once sends everything that is due now, and returns when each has been answered and settled.
func (c *Courier) Once(ctx context.Context) error {
	for {
		var of *session
		err := c.session(ctx, func(s *session) error { of = s; return s.pass(ctx, true, true) })
		if err != nil || !of.more || ctx.Err() != nil {
			return err
		}
	}
}

// pass sends what is due. Woken also looks for turns that are not in the schedule yet; whole fills all of its window.
func (s *session) pass(ctx context.Context, woken, whole bool) error {
	c := s.courier
	if c.degraded.Load() {
		if err := c.deps.Schedule.Ping(ctx); err != nil {
			return s.fallback(ctx, woken, err)
		}
		whole = true
	}
	if err := c.fill(ctx, woken, whole); err != nil {
		return s.failed(ctx, err, woken)
	}
	c.recovered(ctx)
	return s.drain(ctx)
}

// failed tells a schedule that does not work from a database that does not, and goes on without the former.
func (s *session) failed(ctx context.Context, err error, woken bool) error {
	var lost *scheduleError
	if ctx.Err() != nil || !errors.As(err, &lost) {
		return err
	}
	first := !s.courier.degraded.Swap(true)
	return s.fallback(ctx, first || woken, err)
}

// recovered notes that the schedule works.
func (c *Courier) recovered(ctx context.Context) {
	if c.degraded.Swap(false) {
		c.deps.Logger.InfoContext(ctx, "the schedule works again")
	}
}

// scheduleError is a fault of Redis.
type scheduleError struct{ error }

// Unwrap returns the fault.
func (e *scheduleError) Unwrap() error { return e.error }

// due reports whether so much time has passed since last, or the clock was set back, and if so notes the time.
func (c *Courier) due(last *time.Time, every time.Duration, now bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.deps.Store.Clock().Now()
	if !now && !t.Before(*last) && t.Sub(*last) < every {
		return false
	}
	*last = t
	return true
}

// fill puts turns of the database into the schedule: now and then all of the window, and when woken those of the time until
// that comes again.
func (c *Courier) fill(ctx context.Context, woken, whole bool) error {
	whole = c.due(&c.swept, c.config.Sweep, whole)
	if !whole && !woken {
		return nil
	}
	window := c.config.Window
	if !whole {
		window = min(window, 2*c.config.Sweep)
	}
	err := c.sweep(ctx, c.deps.Store.Clock().Now().Add(window))
	if err != nil && whole {
		c.mu.Lock()
		c.swept = time.Time{}
		c.mu.Unlock()
	}
	return err
}

// sweep puts every turn until a time into the schedule, a page at a time.
func (c *Courier) sweep(ctx context.Context, until time.Time) error {
	const page = 1000
	var last sqlstore.Turn
	entries := make([]schedule.Entry, 0, page)
	for {
		entries = entries[:0]
		read := sqlstore.SelectTurnsUpTo(until, last, page, func(t sqlstore.Turn) {
			last = sqlstore.Turn{Tenant: t.Tenant, Mail: t.Mail, At: t.At}
			entries = append(entries, schedule.Entry{ID: t.Tenant + "/" + t.Mail, At: t.At})
		})
		if err := c.db().Read(ctx, "", read); err != nil {
			return err
		}
		if err := c.deps.Schedule.Put(ctx, entries); err != nil {
			return &scheduleError{err}
		}
		if len(entries) < page {
			return nil
		}
	}
}

// drain sends what the schedule says is due, until there is no more.
func (s *session) drain(ctx context.Context) error {
	c, from := s.courier, s.courier.desks()
	for {
		leases, err := c.deps.Schedule.Claim(ctx, c.deps.Store.Clock().Now(), c.config.lease(), taken, c.owner)
		if err != nil {
			return s.failed(ctx, &scheduleError{err}, false)
		}
		if len(leases) == 0 {
			return nil
		}
		turns := make([]turn, len(leases))
		for i, l := range leases {
			turns[i] = turn{lease: &leases[i]}
			turns[i].tenant, turns[i].mail, _ = strings.Cut(l.ID, "/")
		}
		if err := s.dispatch(ctx, from, turns); err != nil {
			return err
		}
	}
}

// fallback sends what the database says is due, if it is time to ask; lost is what is wrong with the schedule.
func (s *session) fallback(ctx context.Context, now bool, lost error) error {
	c := s.courier
	if !c.due(&c.asked, c.config.Fallback, now) {
		return nil
	}
	c.deps.Logger.WarnContext(ctx, "the schedule is lost: the database is asked what is due", "error", lost)
	from := c.desks()
	for {
		var turns []turn
		now := c.deps.Store.Clock().Now()
		read := sqlstore.SelectDueTurns(now, now.Add(c.config.lease()), taken, func(t sqlstore.Turn) {
			turns = append(turns, turn{tenant: t.Tenant, mail: t.Mail})
		})
		if err := c.db().Read(ctx, "", read); err != nil || len(turns) == 0 {
			return err
		}
		if err := s.dispatch(ctx, from, turns); err != nil {
			return err
		}
	}
}
