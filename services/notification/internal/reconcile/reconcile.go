// Package reconcile keeps the reminders equal to what follows from deadlines, people and rules. It is level-triggered: a pass
// compares everything that there is with everything that is stored, and being woken, by a change feed or by the service's own
// writes, only makes a part of it come sooner. Whatever is missed, the next pass finds.
//
// Any number of replicas may run it side by side. Who compares a municipality holds its lease, so that nobody stores an older
// state after a newer one. Nothing that matters is kept in memory: deadlines, and whom the directory names, lie in the
// database, so that reminding goes on while their owners cannot be asked.
package reconcile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/metric"
	"golang.org/x/sync/errgroup"

	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// Deps is what the reconciler is given.
type Deps struct {
	Store  *resource.Store
	Tables *sqlstore.Tables
	Logger *slog.Logger
	// Meter makes meters; nil measures nothing.
	Meter metric.MeterProvider
	// Calendar tells working days, and Zone is where days begin at midnight.
	Calendar notice.Calendar
	Zone     *time.Location
	// Planned is called when mails were given a turn, at the earliest of their times; nil calls nobody. It must not wait.
	Planned func(turns []sqlstore.Turn)

	Directory directoryv1.DirectoryServiceClient
	Sessions  directoryv1.SessionServiceClient
	Deadlines riskv1.RiskRegisterServiceClient
	Results   controlv1.ControlMeasurementServiceClient
	// The change feeds of the three.
	DirectoryChanges, DeadlineChanges, ResultChanges Feed
}

// Config says how often.
type Config struct {
	// Every is how often everything is compared.
	Every time.Duration
	// Discover is how often municipalities that are new are looked for.
	Discover time.Duration
	// Look is how often the clock is looked at for that.
	Look time.Duration
	// Settle is how long changes are let come together before they are compared.
	Settle time.Duration
	// Pauses after failures double from FirstPause to LongestPause.
	FirstPause, LongestPause time.Duration
	// Keep is for how long mails are kept as they were sent.
	Keep time.Duration
}

// DefaultConfig returns the configuration that the suite runs with.
func DefaultConfig() Config {
	return Config{Every: time.Hour, Discover: 20 * time.Second, Look: 5 * time.Second, Settle: 200 * time.Millisecond, FirstPause: time.Second, LongestPause: time.Minute,
		Keep: 400 * 24 * time.Hour}
}

// Validate returns an error for a configuration that cannot work.
func (c Config) Validate() error {
	for _, d := range []time.Duration{c.Every, c.Discover, c.Look, c.Settle, c.FirstPause, c.LongestPause, c.Keep} {
		if d <= 0 {
			return fmt.Errorf("reconcile every %s, look %s, settle %s, pauses %s to %s, keep mails %s: none may be zero or less", c.Every, c.Look,
				c.Settle, c.FirstPause, c.LongestPause, c.Keep)
		}
	}
	return nil
}

// Status tells how comparing goes.
type Status struct {
	// Last is when this replica last began to compare a municipality as a whole that it then did compare; zero when never.
	Last time.Time
	// Stale is true when the owners of deadlines, people or results cannot be asked, so that what is known may be out of date.
	Stale bool
}

// Reconciler compares. It is safe for concurrent use.
type Reconciler struct {
	deps   Deps
	config Config
	owner  string
	source source
	backlog
	// working is held by who compares: a lease keeps other replicas out, not this one.
	working sync.Mutex

	mu     sync.Mutex
	status Status
	// failed are the municipalities that could not be compared last, and broken the feeds that cannot be followed.
	failed, broken map[string]bool
}

// New returns a reconciler; Run drives it.
func New(deps Deps, config Config) *Reconciler {
	return &Reconciler{deps: deps, config: config, owner: rand.Text(), backlog: newBacklog(), failed: map[string]bool{}, broken: map[string]bool{},
		source: source{directory: deps.Directory, deadlines: deps.Deadlines, results: deps.Results,
			tokens: &tokens{sessions: deps.Sessions, clock: deps.Store.Clock()}}}
}

// Wake lets the reminders of a committee or municipality follow rules and choices that have changed. It never waits.
func (r *Reconciler) Wake(name string) {
	r.mark(municipalityOf(name), dirt{rules: true})
}

// Status tells how comparing goes.
func (r *Reconciler) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.status
	s.Stale = len(r.failed) > 0 || len(r.broken) > 0
	return s
}

// Stale reports whether what is known may be out of date.
func (r *Reconciler) Stale() bool { return r.Status().Stale }

// Once compares all municipalities once. One that another replica is comparing just now is left to it. What fails does not
// keep the others from being compared.
func (r *Reconciler) Once(ctx context.Context) error {
	names, err := r.municipalities(ctx)
	if err != nil {
		return err
	}
	faults := make([]error, 0, len(names))
	for _, name := range names {
		err := r.settle(ctx, name, dirt{everything: true})
		if errors.Is(err, errHeld) {
			r.mark(name, dirt{everything: true})
			err = nil
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// municipalities lists what there is to compare, and remembers whether that could be asked.
func (r *Reconciler) municipalities(ctx context.Context) ([]string, error) {
	names, err := r.source.municipalities(ctx)
	r.note(ctx, resource.Platform, err)
	return names, err
}

// note remembers whether a municipality, or the list of them, could be compared.
func (r *Reconciler) note(ctx context.Context, name string, err error) {
	if ctx.Err() != nil || errors.Is(err, errHeld) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.failed, name)
	if err != nil {
		r.failed[name] = true
	}
}

// passed remembers when a whole municipality was last compared.
func (r *Reconciler) passed(began time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Last = began
}

// Run compares everything now and every so often, and what changes at once, until ctx ends, and returns nil then. What fails
// is logged and tried again.
func (r *Reconciler) Run(ctx context.Context) error {
	end, err := r.measure()
	if err != nil {
		return err
	}
	running, ctx := errgroup.WithContext(ctx)
	l := loop{Reconciler: r, running: running, followed: map[string]bool{}, pause: r.config.FirstPause}
	running.Go(func() error { l.run(ctx); return nil })
	return errors.Join(running.Wait(), end())
}
