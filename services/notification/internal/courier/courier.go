package courier

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/metric"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// Sender hands mails over; *mail.SMTP and *mail.Outbox do.
type Sender interface {
	// Send hands over one whole message to one address. What the mail server did is in the answer; an error means that
	// nothing was handed over and nothing was learnt. It is safe for concurrent use.
	Send(ctx context.Context, to string, raw []byte) (mail.Answer, error)
}

// Composer writes mails; mail.Composer does.
type Composer interface {
	// Compose writes one. The fault is Invalid for an address that is none.
	Compose(m mail.Message) (mail.Mail, error)
	// MessageID is that of a delivery.
	MessageID(delivery string) string
}

// Deps is what the courier is given.
type Deps struct {
	Store    *resource.Store
	Tables   *sqlstore.Tables
	Schedule *schedule.Schedule
	Sender   Sender
	Composer Composer
	// Calendar tells working days, and Zone is where days begin at midnight.
	Calendar notice.Calendar
	Zone     *time.Location
	Logger   *slog.Logger
	// Meter makes meters; nil measures nothing.
	Meter metric.MeterProvider
}

// Config is how the courier works. Times are by the clock of the store, but for Poll.
type Config struct {
	// Workers is how many mails are handed over at the same time.
	Workers int
	// Limit is the longest that handing over one mail may take. A mail is held for longer than that.
	Limit time.Duration
	// Poll is how often the schedule is asked what is due, by the machine's clock.
	Poll time.Duration
	// Sweep is how often the schedule is filled from the database with what is due within Window.
	Sweep, Window time.Duration
	// Fallback is how often the database is asked what is due while Redis is away.
	Fallback time.Duration
	// Grace is how long handing over and settling may go on when the courier is told to stop, by the machine's clock.
	Grace time.Duration
}

// DefaultConfig returns what goes for a mail server with the default limits.
func DefaultConfig() Config {
	return Config{Workers: 4, Limit: mail.Config{}.Limit(), Poll: 200 * time.Millisecond, Sweep: 2 * time.Minute, Window: 48 * time.Hour,
		Fallback: 30 * time.Second, Grace: 10 * time.Second}
}

// Validate returns what is wrong with the configuration.
func (c Config) Validate() error {
	if c.Workers < 1 || c.Workers > 64 {
		return fmt.Errorf("%d workers: want 1 to 64", c.Workers)
	}
	for name, d := range map[string]time.Duration{"limit": c.Limit, "poll": c.Poll, "sweep": c.Sweep, "window": c.Window, "fallback": c.Fallback,
		"grace": c.Grace} {
		if d <= 0 {
			return fmt.Errorf("the courier's %s is %s: want a positive duration", name, d)
		}
	}
	return nil
}

const (
	// slack is how much longer a mail is held than handing it over may take: for waiting its turn, and for settling.
	slack = 2 * time.Minute
	// taken is how many mails one claim in the schedule takes, claimed how many one in the database, and settled how many are
	// settled together at most.
	taken, claimed, settled = 200, 16, 64
)

// lease is how long a mail is held.
func (c Config) lease() time.Duration { return c.Limit + slack }

// Courier sends mails. It is safe for concurrent use.
type Courier struct {
	deps   Deps
	config Config
	owner  string
	wake   chan struct{}
	meters *meters

	degraded atomic.Bool
	mu       sync.Mutex // guards the times
	swept    time.Time
	asked    time.Time
}

// New returns a courier; Run drives it.
func New(deps Deps, config Config) (*Courier, error) {
	if deps.Store == nil || deps.Tables == nil || deps.Schedule == nil || deps.Sender == nil || deps.Composer == nil || deps.Calendar == nil ||
		deps.Zone == nil || deps.Logger == nil {
		return nil, errors.New("the courier needs a store, tables, a schedule, a sender, a composer, a calendar, a zone and a logger")
	}
	if err := config.Validate(); err != nil {
		return nil, err
	}
	c := &Courier{deps: deps, config: config, owner: rand.Text(), wake: make(chan struct{}, 1)}
	var err error
	c.meters, err = newMeters(c)
	return c, err
}

// db is the database.
func (c *Courier) db() sqldb.DB { return c.deps.Store.DB() }

// Wake lets the courier look at once for turns that were made or moved. It never waits.
func (c *Courier) Wake() {
	select {
	case c.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Status is how the courier works.
type Status struct {
	// Degraded: Redis is away, and the database is asked now and then instead.
	Degraded bool
}

// Status returns how the courier works.
func (c *Courier) Status() Status { return Status{Degraded: c.degraded.Load()} }

// Close takes the courier out of the metrics. Run must have returned.
func (c *Courier) Close() error { return c.meters.close() }
