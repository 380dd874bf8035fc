package directory

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/rpc"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// Name is the service's name, in journal positions and as the name of its schema or file.
const Name = "directory"

// purgeEvery is how often what has had its time is taken away.
const purgeEvery = 10 * time.Minute

// Deps is what the service is given.
type Deps struct {
	// Database was opened with Migrations; Close closes it.
	Database sqldb.DB
	// Logger gets what goes wrong in the background.
	Logger *slog.Logger
	// Clock tells the time of every write, and what has expired.
	Clock clock.Clock
}

// Service is the directory. It is safe for concurrent use.
type Service struct {
	deps   Deps
	config Config
	server *rpc.Server
	feed   *journal.Feed
}

// Migrations returns what the service's database is opened with.
func Migrations() fs.FS { return sqlstore.Migrations() }

// Open returns the service over its database, after making the first signing key where there is none.
func Open(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.Database == nil || deps.Logger == nil || deps.Clock == nil {
		return nil, errors.New("the directory needs a database, a logger and a clock")
	}
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure the directory: %w", err)
	}
	zone, err := org.Zone()
	if err != nil {
		return nil, err
	}
	if _, err := sqlstore.EnsureSigningKeys(ctx, deps.Database, deps.Clock); err != nil {
		return nil, fmt.Errorf("open the directory: %w", err)
	}
	tables := sqlstore.NewTables()
	store := resource.NewStore(Name, deps.Database, deps.Clock, tables.All()...)
	server, err := rpc.New(store, tables, zone)
	if err != nil {
		return nil, fmt.Errorf("open the directory: %w", err)
	}
	return &Service{deps: deps, config: cfg, server: server, feed: journal.NewFeed(deps.Database)}, nil
}

// Register adds the service's RPCs to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { s.server.Register(r, s.feed, s.config.Demo) }

// Health returns why the service cannot serve, or nil.
func (s *Service) Health(ctx context.Context) error { return s.deps.Database.Ping(ctx) }

// Run does the background work until ctx ends, and returns nil then.
func (s *Service) Run(ctx context.Context) error {
	running, ctx := errgroup.WithContext(ctx)
	running.Go(func() error { return s.feed.Run(ctx) })
	running.Go(func() error { return s.purge(ctx) })
	return running.Wait()
}

// purge takes away what has had its time, again and again. A failure is logged and tried again.
func (s *Service) purge(ctx context.Context) error {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		if err := sqlstore.Purge(ctx, s.deps.Database, s.deps.Clock.Now()); err != nil && ctx.Err() == nil {
			s.deps.Logger.WarnContext(ctx, "expired sign-ins not removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Close closes the database. Run must have returned.
func (s *Service) Close() error { return s.deps.Database.Close() }

// Keys returns the public keys of the service's tokens, so that a server in the same process verifies without a call.
func (s *Service) Keys(ctx context.Context) ([]byte, error) { return rpc.Keys(ctx, s.deps.Database) }

// Revocations returns what was revoked within the life of a token, for a server in the same process.
func (s *Service) Revocations(ctx context.Context) ([]authn.Revocation, error) {
	return sqlstore.Revocations(ctx, s.deps.Database, s.deps.Clock.Now())
}

// FirstLink tells what a start made of the first sign-in.
type FirstLink = rpc.FirstLink

// EnsureFirstLink makes the person "municipalities/-/people/administrator", an operator of the platform, and a one-time
// link for them, as long as nobody has a password. The secret exists nowhere else.
func (s *Service) EnsureFirstLink(ctx context.Context) (FirstLink, error) {
	return s.server.FirstLink(ctx, s.config.Alone)
}

// MintLocal makes a token for the subject "serviceAccounts/cli" with one role, valid for an hour, from a local database.
// The scope is "platform", a municipality, a committee or a unit, which need not exist. Once the database has a signing key
// it may be open for reading only.
func MintLocal(ctx context.Context, db sqldb.DB, clk clock.Clock, role, scope string) (token string, err error) {
	return rpc.MintLocal(ctx, db, clk, role, scope)
}

// RotateKey makes a new key for access tokens, which signs from now on. With forget the earlier ones are gone: services
// that have not seen a token yet refuse it once they have fetched the keys again.
func RotateKey(ctx context.Context, db sqldb.DB, clk clock.Clock, forget bool) error {
	return sqlstore.AddSigningKey(ctx, db, clk, forget)
}

// Verify recomputes every chain of a directory's database and compares every row with its last state; it reads only, and
// reports what is wrong.
func Verify(ctx context.Context, db sqldb.DB, report func(journal.Problem)) error {
	return resource.NewStore(Name, db, clock.System{}, sqlstore.NewTables().All()...).Verify(ctx, report)
}
