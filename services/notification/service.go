package notification

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
	_ "time/tzdata" // the program runs where there is no time zone database

	"go.opentelemetry.io/otel/metric"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/calendar"
	"github.com/uppsikt/uppsikt/services/notification/internal/courier"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/reconcile"
	"github.com/uppsikt/uppsikt/services/notification/internal/rpc"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// Name is the service's name, in journal positions and as the name of its schema or file.
const Name = "notification"

// zone is where days begin at midnight.
const zone = "Europe/Stockholm"

// Deps is what the service is given.
type Deps struct {
	// Database was opened with Migrations; Close closes it.
	Database sqldb.DB
	// Logger gets what goes wrong in the background.
	Logger *slog.Logger
	// Clock tells what is due, and the time of every write.
	Clock clock.Clock
	// Meter makes meters; nil measures nothing.
	Meter metric.MeterProvider
	// Directory, RiskRegister and ControlMeasurement own what reminders follow from. They are called with a token of the
	// service's own.
	Directory, RiskRegister, ControlMeasurement grpc.ClientConnInterface
}

// Service is notification. It is safe for concurrent use.
type Service struct {
	deps       Deps
	services   *rpc.Services
	feed       *journal.Feed
	reconciler *reconcile.Reconciler
	schedule   *schedule.Schedule
	sender     mail.Sender
	courier    *courier.Courier
}

// Migrations returns what the service's database is opened with.
func Migrations() fs.FS { return sqlstore.Migrations() }

// Open returns the service over its database. Nothing is sent before Run.
func Open(ctx context.Context, cfg Config, deps Deps) (_ *Service, err error) {
	if deps.Database == nil || deps.Logger == nil || deps.Clock == nil || deps.Directory == nil || deps.RiskRegister == nil || deps.ControlMeasurement == nil {
		return nil, errors.New("notification needs a database, a logger, a clock, the directory, the risk register and control measurement")
	}
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure notification: %w", err)
	}
	s := &Service{deps: deps, feed: journal.NewFeed(deps.Database)}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open notification: %w", err), s.closeParts())
		}
	}()
	place, err := time.LoadLocation(zone)
	if err != nil {
		return nil, err
	}
	composer, err := mail.NewComposer(cfg.From, cfg.PublicURL, place)
	if err != nil {
		return nil, err
	}
	tables := sqlstore.NewTables()
	store := resource.NewStore(Name, deps.Database, deps.Clock, tables.All()...)
	sends := courier.Deps{Store: store, Tables: tables, Composer: composer, Calendar: calendar.New(), Zone: place, Logger: deps.Logger, Meter: deps.Meter}
	if err := s.openCourier(ctx, cfg, composer, sends); err != nil {
		return nil, err
	}
	return s, s.openServices(cfg, composer, sends)
}

// openCourier opens what sends mails.
func (s *Service) openCourier(ctx context.Context, cfg Config, composer mail.Composer, deps courier.Deps) (err error) {
	how := courier.DefaultConfig()
	if s.sender, how.Limit, err = openSender(cfg, composer); err != nil {
		return err
	}
	unproven := func(err error) {
		s.deps.Logger.Warn("Redis does not say whether it keeps what it is given", "error", err)
	}
	if s.schedule, err = schedule.Open(ctx, schedule.Config{URL: cfg.Redis, Unproven: unproven}); err != nil {
		return err
	}
	deps.Schedule, deps.Sender = s.schedule, s.sender
	s.courier, err = courier.New(deps, how)
	return err
}

// openSender returns what mails are handed to, and how long that may take.
func openSender(cfg Config, composer mail.Composer) (mail.Sender, time.Duration, error) {
	if cfg.SMTP == "" {
		outbox, err := mail.OpenOutbox(cfg.Outbox)
		return outbox, mail.Config{}.Limit(), err
	}
	to, err := mail.ParseURL(cfg.SMTP)
	if err != nil {
		return nil, 0, err
	}
	to.From = composer.From()
	server, err := mail.OpenSMTP(to)
	return server, to.Limit(), err
}

// openServices opens what compares and what answers, over what the courier was given.
func (s *Service) openServices(cfg Config, composer mail.Composer, with courier.Deps) (err error) {
	store, tables, days, place := with.Store, with.Tables, with.Calendar, with.Zone
	how := reconcile.DefaultConfig()
	how.Keep = cfg.KeepMails
	s.reconciler = reconcile.New(reconcile.Deps{Store: store, Tables: tables, Calendar: days, Zone: place, Logger: s.deps.Logger, Meter: s.deps.Meter,
		Directory: directoryv1.NewDirectoryServiceClient(s.deps.Directory), Sessions: directoryv1.NewSessionServiceClient(s.deps.Directory),
		Deadlines: riskv1.NewRiskRegisterServiceClient(s.deps.RiskRegister), Results: controlv1.NewControlMeasurementServiceClient(s.deps.ControlMeasurement),
		DirectoryChanges: directoryv1.NewJournalServiceClient(s.deps.Directory), DeadlineChanges: riskv1.NewJournalServiceClient(s.deps.RiskRegister),
		ResultChanges: controlv1.NewJournalServiceClient(s.deps.ControlMeasurement), Planned: func([]sqlstore.Turn) { s.courier.Wake() },
	}, how)
	s.services, err = rpc.New(rpc.Deps{Store: store, Tables: tables, Composer: composer, Calendar: days, Zone: place, Outbox: cfg.SMTP == "",
		Wake: s.reconciler.Wake, Send: s.courier.Wake,
		Stale:    s.reconciler.Stale,
		Degraded: func() bool { return s.courier.Status().Degraded }}).Services(s.feed)
	return err
}

// Register adds the service's RPCs to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { s.services.Register(r) }

// Health returns why the service cannot serve, or nil. Without Redis, a mail server or the owners of deadlines it serves.
func (s *Service) Health(ctx context.Context) error { return s.deps.Database.Ping(ctx) }

// Reconcile compares the deadlines of every municipality with the reminders, once. Run does so by itself; a demonstration
// does it before its clock starts.
func (s *Service) Reconcile(ctx context.Context) error { return s.reconciler.Once(ctx) }

// Send sends everything that is due, once, and returns when each mail has been answered. Run does so by itself.
func (s *Service) Send(ctx context.Context) error { return s.courier.Once(ctx) }

// Run follows the journal for open change feeds, reconciles and sends until ctx ends, and returns nil then.
func (s *Service) Run(ctx context.Context) error {
	running, ctx := errgroup.WithContext(ctx)
	running.Go(func() error { return s.feed.Run(ctx) })
	running.Go(func() error { return s.reconciler.Run(ctx) })
	running.Go(func() error { return s.courier.Run(ctx) })
	return running.Wait()
}

// Close closes the database and what else is open. Run must have returned.
func (s *Service) Close() error { return errors.Join(s.closeParts(), s.deps.Database.Close()) }

// closeParts closes what Open has opened so far, without the database.
func (s *Service) closeParts() error {
	var faults []error
	if s.courier != nil {
		faults = append(faults, s.courier.Close())
	}
	if s.schedule != nil {
		faults = append(faults, s.schedule.Close())
	}
	if s.sender != nil {
		faults = append(faults, s.sender.Close())
	}
	return errors.Join(faults...)
}

// Verify recomputes every chain of a notification database and compares every row with its last state; it reads only, and
// reports what is wrong.
func Verify(ctx context.Context, db sqldb.DB, report func(journal.Problem)) error {
	return resource.NewStore(Name, db, clock.System{}, sqlstore.NewTables().All()...).Verify(ctx, report)
}
