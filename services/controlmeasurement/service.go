package controlmeasurement

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
	_ "time/tzdata" // the program runs where there is no time zone database

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/rpc"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/worker"
)

// Name is the service's name, in journal positions and as the name of its schema or file.
const Name = "controlmeasurement"

// zone is where days begin at midnight.
const zone = "Europe/Stockholm"

// Deps is what the service is given.
type Deps struct {
	// Database was opened with Migrations; Close closes it.
	Database sqldb.DB
	// Logger gets what goes wrong in the background.
	Logger *slog.Logger
	// Clock tells the time of every write.
	Clock clock.Clock
	// RiskRegister owns what results are about. It is called with the token of whoever calls control measurement, and as a
	// process when proposals are delivered.
	RiskRegister riskv1.RiskRegisterServiceClient
	// Directory owns units. It is called with the token of whoever calls control measurement.
	Directory directoryv1.DirectoryServiceClient
}

// Service is control measurement. It is safe for concurrent use.
type Service struct {
	deps     Deps
	services *rpc.Services
	feed     *journal.Feed
	worker   *worker.Worker
}

// Migrations returns what the service's database is opened with.
func Migrations() fs.FS { return sqlstore.Migrations() }

// Open returns the service over its database.
func Open(_ context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.Database == nil || deps.Logger == nil || deps.Clock == nil || deps.RiskRegister == nil || deps.Directory == nil {
		return nil, errors.New("control measurement needs a database, a logger, a clock, the risk register and the directory")
	}
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure control measurement: %w", err)
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("open control measurement: %w", err)
	}
	tables := sqlstore.NewTables()
	store := resource.NewStore(Name, deps.Database, deps.Clock, tables.All()...)
	feed := journal.NewFeed(deps.Database)
	courier := worker.New(worker.Deps{Store: store, Tables: tables, RiskRegister: deps.RiskRegister, Logger: deps.Logger,
		Every: cfg.Deliver})
	services, err := rpc.New(rpc.Deps{Store: store, Tables: tables, RiskRegister: deps.RiskRegister, Directory: deps.Directory,
		Logger: deps.Logger, Zone: place, Wake: courier.Wake}).Services(feed)
	if err != nil {
		return nil, fmt.Errorf("open control measurement: %w", err)
	}
	return &Service{deps: deps, services: services, feed: feed, worker: courier}, nil
}

// Register adds the service's RPCs to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { s.services.Register(r) }

// Health returns why the service cannot serve, or nil.
func (s *Service) Health(ctx context.Context) error { return s.deps.Database.Ping(ctx) }

// Run follows the journal for open change feeds and delivers proposals until ctx ends, and returns nil then.
func (s *Service) Run(ctx context.Context) error {
	running, ctx := errgroup.WithContext(ctx)
	running.Go(func() error { return s.feed.Run(ctx) })
	running.Go(func() error { return s.worker.Run(ctx) })
	return running.Wait()
}

// Close closes the database. Run must have returned.
func (s *Service) Close() error { return s.deps.Database.Close() }

// Verify recomputes every chain of a control measurement database and compares every row with its last state; it reads
// only, and reports what is wrong.
func Verify(ctx context.Context, db sqldb.DB, report func(journal.Problem)) error {
	return resource.NewStore(Name, db, clock.System{}, sqlstore.NewTables().All()...).Verify(ctx, report)
}
