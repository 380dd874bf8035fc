package riskregister

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/rpc"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// Name is the service's name, in journal positions and as the name of its schema or file.
const Name = "riskregister"

// Deps is what the service is given.
type Deps struct {
	// Database was opened with Migrations; Close closes it.
	Database sqldb.DB
	// Logger gets what goes wrong in the background.
	Logger *slog.Logger
	// Clock tells the time of every write.
	Clock clock.Clock
}

// Service is the risk register. It is safe for concurrent use.
type Service struct {
	deps     Deps
	services *rpc.Services
	feed     *journal.Feed
}

// Migrations returns what the service's database is opened with.
func Migrations() fs.FS { return sqlstore.Migrations() }

// Open returns the service over its database.
func Open(_ context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.Database == nil || deps.Logger == nil || deps.Clock == nil {
		return nil, errors.New("the risk register needs a database, a logger and a clock")
	}
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure the risk register: %w", err)
	}
	tables := sqlstore.NewTables()
	store := resource.NewStore(Name, deps.Database, deps.Clock, tables.All()...)
	feed := journal.NewFeed(deps.Database)
	zone, err := risk.Zone()
	if err != nil {
		return nil, fmt.Errorf("open the risk register: %w", err)
	}
	services, err := rpc.New(store, tables, zone).Services(feed)
	if err != nil {
		return nil, fmt.Errorf("open the risk register: %w", err)
	}
	return &Service{deps: deps, services: services, feed: feed}, nil
}

// Register adds the service's RPCs to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { s.services.Register(r) }

// Health returns why the service cannot serve, or nil.
func (s *Service) Health(ctx context.Context) error { return s.deps.Database.Ping(ctx) }

// Run follows the journal for open change feeds until ctx ends, and returns nil then.
func (s *Service) Run(ctx context.Context) error { return s.feed.Run(ctx) }

// Close closes the database. Run must have returned.
func (s *Service) Close() error { return s.deps.Database.Close() }

// Verify recomputes every chain of a risk register's database and compares every row with its last state; it reads only,
// and reports what is wrong.
func Verify(ctx context.Context, db sqldb.DB, report func(journal.Problem)) error {
	return resource.NewStore(Name, db, clock.System{}, sqlstore.NewTables().All()...).Verify(ctx, report)
}
