package reconcile

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// loop works the backlog off. It belongs to one goroutine.
type loop struct {
	*Reconciler
	running *errgroup.Group
	// followed are the municipalities whose feeds are followed.
	followed map[string]bool
	// listed is when everything was last put into the backlog, and discovered when municipalities were last looked for; zero
	// when it is to be done at once.
	listed, discovered time.Time
	// later is what failed, or is being compared by another replica, until the pause is over.
	later map[string]dirt
	pause time.Duration
}

// run works until ctx ends.
func (l *loop) run(ctx context.Context) {
	look := time.NewTicker(l.config.Look)
	defer look.Stop()
	for {
		l.list(ctx)
		if !l.rest(ctx, look.C) {
			return
		}
		l.drain(ctx)
	}
}

// rest waits for something to do; false when ctx has ended.
func (l *loop) rest(ctx context.Context, look <-chan time.Time) bool {
	var again <-chan time.Time
	if len(l.later) > 0 {
		timer := time.NewTimer(l.pause)
		defer timer.Stop()
		again = timer.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-look:
	case <-again:
		l.retry()
	case <-l.wake:
		return sleep(ctx, l.config.Settle)
	}
	return ctx.Err() == nil
}

// sleep waits; false when ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// retry puts what was put off back into the backlog.
func (l *loop) retry() {
	for name, d := range l.later {
		l.mark(name, d)
	}
	l.later = nil
	l.pause = min(2*l.pause, l.config.LongestPause)
}

// list puts everything into the backlog when it is time, and a municipality that is new soon after it was made, by the clock
// of the suite, which may be set forth or back.
func (l *loop) list(ctx context.Context) {
	now := l.deps.Store.Clock().Now()
	whole := l.listed.IsZero() || now.Sub(l.listed).Abs() >= l.config.Every
	if !whole && now.Sub(l.discovered).Abs() < l.config.Discover {
		return
	}
	names, err := l.municipalities(ctx)
	if err != nil {
		l.warn(ctx, "the municipalities could not be listed", err)
		return
	}
	l.discovered = now
	if whole {
		l.listed = now
	}
	for _, name := range names {
		if !l.followed[name] || whole && l.due(ctx, name, now) {
			l.mark(name, dirt{everything: true})
		}
		l.follow(ctx, name)
	}
}

// due reports whether no replica has compared a municipality as a whole for some time. In doubt it has not.
func (l *loop) due(ctx context.Context, name string, now time.Time) bool {
	var done time.Time
	err := l.deps.Store.DB().Read(ctx, "", sqlstore.SelectPass(resource.Tenant(name), &done))
	return err != nil || now.Sub(done).Abs() >= l.config.Every/2
}

// drain works off what is in the backlog. What fails is put off.
func (l *loop) drain(ctx context.Context) {
	for ctx.Err() == nil {
		name, d, found := l.take()
		if !found {
			break
		}
		d = d.and(l.later[name])
		delete(l.later, name)
		if err := l.settle(ctx, name, d); err != nil {
			l.putOff(ctx, name, d, err)
		}
	}
	if len(l.later) == 0 {
		l.pause = l.config.FirstPause
	}
}

// putOff keeps what could not be done for later.
func (l *loop) putOff(ctx context.Context, name string, d dirt, err error) {
	if l.later == nil {
		l.later = map[string]dirt{}
	}
	l.later[name] = d
	if !errors.Is(err, errHeld) {
		l.warn(ctx, "the reminders of a municipality could not be compared", err, "municipality", name)
	}
}

// warn logs what will be tried again.
func (r *Reconciler) warn(ctx context.Context, text string, err error, more ...any) {
	if ctx.Err() == nil {
		r.deps.Logger.WarnContext(ctx, text, append(more, "error", err)...)
	}
}
