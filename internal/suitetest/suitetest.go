// Package suitetest runs the whole suite in the process of a test: every service, the gateway and real databases, with a
// clock that the test moves.
package suitetest

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"testing"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

// Suite is a running suite.
type Suite struct {
	// Conn reaches every service. Calls carry the token of their context.
	Conn *grpc.ClientConn
	// URL is the address of the pages and the REST API.
	URL string
	// GRPC is the address of the services for other processes.
	GRPC string
	// Data is the directory of the databases.
	Data string
	// Link is the first sign-in link; empty with reference data.
	Link string
	// Clock is moved by the test alone.
	Clock *rpctest.Clock

	t       testing.TB
	suite   *allinone.Suite
	handler http.Handler
}

// Option changes how a suite is started.
type Option func(*allinone.Config, *allinone.Deps)

// WithReferenceData loads the reference data and the demonstration's sign-in.
func WithReferenceData(c *allinone.Config, _ *allinone.Deps) { c.Demo = true }

// InDirectory uses a data directory that is there already.
func InDirectory(dir string) Option {
	return func(c *allinone.Config, _ *allinone.Deps) { c.Data = dir }
}

// OnDatabases uses databases that open returns, such as those of On.
func OnDatabases(open func(ctx context.Context, service string, migrations fs.FS) (sqldb.DB, error)) Option {
	return func(_ *allinone.Config, d *allinone.Deps) { d.Database = open }
}

// On uses databases of an engine, empty and with the newest schema: files, or a schema for each service on a real
// PostgreSQL, with the roles and row-level security of production.
func On(t testing.TB, engine sqldb.Engine) Option {
	t.Helper()
	if engine == sqldb.SQLite {
		return func(*allinone.Config, *allinone.Deps) {}
	}
	return OnDatabases(func(ctx context.Context, _ string, migrations fs.FS) (sqldb.DB, error) {
		p := sqldbtest.NewPostgres(t)
		if err := sqldb.Bootstrap(ctx, p.OwnerURL, p.Schema, p.Role, migrations); err != nil {
			return nil, err
		}
		return sqldb.OpenPostgres(ctx, p.URL, p.Schema, migrations)
	})
}

// Start runs a suite until the test ends, or until the returned function is called.
func Start(t testing.TB, options ...Option) (*Suite, func()) {
	t.Helper()
	cfg := allinone.Config{Data: t.TempDir(), HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0"}
	clk := rpctest.NewClock()
	deps := allinone.Deps{Clock: clk, Log: io.Discard, Version: "test"}
	for _, o := range options {
		o(&cfg, &deps)
	}
	suite, err := allinone.Open(t.Context(), cfg, deps)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	started, ended := make(chan allinone.First, 1), make(chan error, 1)
	go func() { ended <- suite.Run(ctx, func(f allinone.First) { started <- f }) }()
	s := &Suite{Conn: suite.Conn(), GRPC: suite.GRPCAddress(), Data: cfg.Data, Clock: clk, t: t, suite: suite, handler: suite.Handler()}
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("the suite ended with %v", err)
		}
	}
	t.Cleanup(stop)
	select {
	case first := <-started:
		s.URL, s.Link = first.Address, first.Link
	case err := <-ended:
		stopped = true
		t.Fatalf("the suite did not start: %v", err)
	}
	return s, stop
}

// As returns a context in which calls are made with a role in a scope, as `uppsikt token` does.
func (s *Suite) As(ctx context.Context, role, scope string) context.Context {
	return authn.WithToken(ctx, s.Token(role, scope))
}

// Token returns an access token with a role in a scope.
func (s *Suite) Token(role, scope string) string {
	s.t.Helper()
	token, err := s.suite.Token(s.t.Context(), role, scope)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// WantSound fails the test for everything that the verification of the running suite finds wrong.
func (s *Suite) WantSound() {
	s.t.Helper()
	if err := s.suite.Verify(s.t.Context(), func(p journal.Problem) { s.t.Errorf("verification found: %s", p) }); err != nil {
		s.t.Error(err)
	}
}

// Handler answers HTTP requests without a socket.
func (s *Suite) Handler() http.Handler { return s.handler }
