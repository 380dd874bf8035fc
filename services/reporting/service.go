package reporting

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
	_ "time/tzdata" // the program runs where there is no time zone database

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/rpc"
	"github.com/uppsikt/uppsikt/services/reporting/internal/sqlstore"
)

// Name is the service's name, in journal positions and as the name of its schema or file.
const Name = "reporting"

// zone is where a document's date is read off.
const zone = "Europe/Stockholm"

// Deps is what the service is given.
type Deps struct {
	// Database was opened with Migrations; Close closes it.
	Database sqldb.DB
	// Logger gets what goes wrong in the background.
	Logger *slog.Logger
	// Clock tells the time of every write and the date of every document.
	Clock clock.Clock
	// RiskRegister and Directory own what documents tell of. They are called with the token of whoever calls reporting.
	RiskRegister riskv1.RiskRegisterServiceClient
	Directory    directoryv1.DirectoryServiceClient
	// ControlMeasurement owns what was found; it is called likewise.
	ControlMeasurement controlv1.ControlMeasurementServiceClient
}

// Service is reporting. It is safe for concurrent use.
type Service struct {
	deps   Deps
	server *rpc.Server
	feed   *journal.Feed
}

// Migrations returns what the service's database is opened with.
func Migrations() fs.FS { return sqlstore.Migrations() }

// Open returns the service over its database.
func Open(_ context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.Database == nil || deps.Logger == nil || deps.Clock == nil || deps.RiskRegister == nil || deps.Directory == nil ||
		deps.ControlMeasurement == nil {
		return nil, errors.New("reporting needs a database, a logger, a clock, the risk register, control measurement and the directory")
	}
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("open reporting: %w", err)
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		return nil, err
	}
	tables := sqlstore.NewTables()
	store := resource.NewStore(Name, deps.Database, deps.Clock, tables.All()...)
	server, err := rpc.New(rpc.Deps{Store: store, Tables: tables, RiskRegister: deps.RiskRegister, Directory: deps.Directory,
		ControlMeasurement: deps.ControlMeasurement, Zone: place, Renderers: cfg.Renderers})
	if err != nil {
		return nil, fmt.Errorf("open reporting: %w", err)
	}
	return &Service{deps: deps, server: server, feed: journal.NewFeed(deps.Database)}, nil
}

// Register adds the service's RPCs to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { s.server.Register(r, s.feed) }

// Health returns why the service cannot serve, or nil.
func (s *Service) Health(ctx context.Context) error { return s.deps.Database.Ping(ctx) }

// Run drives the change feed until ctx ends, and returns nil then.
func (s *Service) Run(ctx context.Context) error { return s.feed.Run(ctx) }

// Close closes the database. Run must have returned.
func (s *Service) Close() error { return s.deps.Database.Close() }

// Verify recomputes every chain of a reporting database, compares every row with its last state and every file of a final
// document with its SHA-256; it reads only, and reports what is wrong.
func Verify(ctx context.Context, db sqldb.DB, report func(journal.Problem)) error {
	tables := sqlstore.NewTables()
	store := resource.NewStore(Name, db, clock.System{}, tables.All()...)
	if err := store.Verify(ctx, report); err != nil {
		return err
	}
	return sqlstore.VerifyFiles(ctx, store, tables, report)
}
