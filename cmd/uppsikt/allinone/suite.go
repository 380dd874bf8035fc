package allinone

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/gateway"
	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/lifecycle"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcserver"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/telemetry"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
)

// loading is how long before the time of a demonstration its clock stands while it is made ready: reference data count as
// known before.
const loading = 10 * time.Minute

// stopWithin is how long a stop may take.
const stopWithin = 20 * time.Second

// Deps is what the process gives the suite.
type Deps struct {
	// Clock is the time below the suite's own clock: the machine's, or a test's.
	Clock clock.Clock
	// Log receives the log, as JSON lines.
	Log io.Writer
	// Version of the build, for telemetry.
	Version string
	// Database opens the database of a service; nil opens an SQLite file in the data directory.
	Database func(ctx context.Context, service string, migrations fs.FS) (sqldb.DB, error)
}

// Suite is the whole platform in one process.
type Suite struct {
	config    Config
	deps      Deps
	clock     *clock.Shifted
	telemetry *telemetry.Telemetry
	lock      *os.File
	databases databases
	process   authn.ProcessCredential
	services  []service
	directory *directory.Service
	// notification is told to look at the reference data before the clock of a demonstration starts.
	notification *notification.Service
	carrier      *rpcclient.Carrier
	conn         *grpc.ClientConn
	server       *rpcserver.Server
	revoked      *authn.Revocations
	gateway      *gateway.Service
	listeners    listeners
	ready        atomic.Bool
}

// service is what all services have in common.
type service interface {
	Register(grpc.ServiceRegistrar)
	Health(ctx context.Context) error
	Run(ctx context.Context) error
	Close() error
}

// listeners are the open sockets.
type listeners struct{ http, grpc, metrics net.Listener }

// Open opens the databases, the services and the sockets. After an error nothing stays open; else Run ends it all.
func Open(ctx context.Context, cfg Config, deps Deps) (_ *Suite, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Suite{config: cfg, deps: deps, clock: clock.NewShifted(deps.Clock), process: authn.NewProcessCredential(), carrier: rpcclient.InProcess()}
	if !cfg.Now.IsZero() {
		s.clock.Set(cfg.Now.Add(-loading))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(context.WithoutCancel(ctx)))
		}
	}()
	if s.telemetry, err = telemetry.New(telemetry.Config{Service: "uppsikt", Version: deps.Version, Level: slog.LevelInfo,
		TraceShare: telemetry.DefaultTraceShare}, deps.Log); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{s.openDatabases, s.listen, s.connect, s.openServices, s.openServer, s.openGateway} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Suite) openDatabases(ctx context.Context) (err error) {
	if err := makeDirectory(s.config.Data); err != nil {
		return err
	}
	if s.lock, err = lockDirectory(s.config.Data); err != nil {
		return err
	}
	if s.deps.Database != nil {
		s.databases, err = openEach(func(service schema) (sqldb.DB, error) {
			return s.deps.Database(ctx, service.service, service.migrations)
		})
		return err
	}
	s.databases, err = openDatabases(ctx, s.config.Data, sqldb.OpenSQLite)
	return err
}

// connect makes the one connection that services and gateway share; the server behind it starts later.
func (s *Suite) connect(context.Context) (err error) {
	s.conn, err = s.carrier.Dial(rpcclient.Config{Process: s.process, Meter: s.telemetry.Meter, Tracer: s.telemetry.Tracer})
	return err
}

func (s *Suite) openServer(context.Context) error {
	// The age of the list is real time, also in a demonstration whose clock jumps.
	s.revoked = authn.NewRevocations(authn.RevocationSourceFunc(s.directory.Revocations), clock.System{}, s.telemetry.Logger)
	cfg := rpcserver.DefaultConfig()
	server, err := rpcserver.New(cfg, rpcserver.Deps{
		Logger: s.telemetry.Logger, Clock: s.clock, Processes: s.process, Revocations: s.revoked,
		Verifier: authn.NewVerifier(authn.Issuer, authn.KeySourceFunc(s.directory.Keys), s.clock),
		Meter:    s.telemetry.Meter, Tracer: s.telemetry.Tracer,
	})
	if err != nil {
		return err
	}
	for _, service := range s.services {
		server.Register(service.Register)
	}
	s.server = server
	return server.Start()
}

func (s *Suite) openGateway(ctx context.Context) (err error) {
	cfg := gateway.Config{Secure: s.config.TLS != nil || s.config.TrustedProxy, Demo: s.config.Demo, Contact: s.config.Contact}
	s.gateway, err = gateway.Open(ctx, cfg, gateway.Deps{Services: gateway.AllAt(s.conn), Logger: s.telemetry.Logger, Clock: s.clock, Ready: s.Ready})
	return err
}

func (s *Suite) listen(context.Context) (err error) {
	if s.listeners.http, err = listenAt("--http", s.config.HTTP); err != nil {
		return err
	}
	if s.listeners.grpc, err = listenAt("--grpc", s.config.GRPC); err != nil {
		return err
	}
	if s.config.TLS != nil {
		encrypted := s.config.TLS.Clone()
		encrypted.NextProtos = []string{"h2"} // gRPC clients insist that it is agreed on
		s.listeners.grpc = tls.NewListener(s.listeners.grpc, encrypted)
	}
	if s.config.Metrics == "" {
		return nil
	}
	s.listeners.metrics, err = listenAt("--metrics", s.config.Metrics)
	return err
}

// listenAt opens a socket at the address of a flag.
func listenAt(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.State("WRONG_STATE", "Adressen "+address+" är upptagen av ett annat program. Välj en annan med "+flag+".",
			"the address is in use").Because(err)
	default:
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
}

// close frees what Open has opened so far.
func (s *Suite) close(ctx context.Context) error {
	var faults []error
	for _, l := range []net.Listener{s.listeners.http, s.listeners.grpc, s.listeners.metrics} {
		if l != nil {
			faults = append(faults, l.Close())
		}
	}
	if s.server != nil {
		s.server.Stop(ctx)
	}
	if s.conn != nil {
		faults = append(faults, s.conn.Close())
	}
	for _, service := range s.services {
		faults = append(faults, service.Close()) // and its database
	}
	for _, unused := range schemas[min(len(s.services), len(schemas)):] {
		if db := s.databases[unused.service]; db != nil {
			faults = append(faults, db.Close())
		}
	}
	if s.telemetry != nil {
		faults = append(faults, s.telemetry.Close(ctx))
	}
	if s.lock != nil {
		faults = append(faults, s.lock.Close())
	}
	return errors.Join(faults...)
}

// HTTPAddress returns where the pages are.
func (s *Suite) HTTPAddress() string { return s.listeners.http.Addr().String() }

// GRPCAddress returns where the services are.
func (s *Suite) GRPCAddress() string { return s.listeners.grpc.Addr().String() }

// Conn returns the connection that reaches every service in memory.
func (s *Suite) Conn() *grpc.ClientConn { return s.conn }

// Handler answers every HTTP request, as the listening server does.
func (s *Suite) Handler() http.Handler { return s.gateway.Handler() }

// Clock returns the suite's clock.
func (s *Suite) Clock() *clock.Shifted { return s.clock }

// Token mints an access token as the function Token does, from the databases that the suite has open.
func (s *Suite) Token(ctx context.Context, role, scope string) (string, error) {
	return directory.MintLocal(ctx, s.databases[directory.Name], s.clock, role, scope)
}

// Verify is the function Verify for the databases that the suite has open.
func (s *Suite) Verify(ctx context.Context, report func(journal.Problem)) error {
	return s.databases.verify(ctx, report)
}

// Ready reports whether every service serves and the reference data, if asked for, are loaded.
func (s *Suite) Ready(ctx context.Context) error {
	if !s.ready.Load() {
		return errors.New("starting")
	}
	if !s.revoked.Fresh() {
		return errors.New("the list of revoked sessions is stale")
	}
	for _, service := range s.services {
		if err := service.Health(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Run serves until ctx ends, then stops in order and frees everything. It calls started once the suite is ready.
func (s *Suite) Run(ctx context.Context, started func(First)) error {
	group := lifecycle.New(stopWithin)
	group.Add(
		lifecycle.Part{Name: "data directory", Stop: func(context.Context) error { return s.lock.Close() }},
		lifecycle.Part{Name: "telemetry", Stop: s.telemetry.Close},
	)
	for _, service := range s.services {
		group.Add(lifecycle.Part{Name: "service", Run: service.Run, Stop: func(context.Context) error { return service.Close() }})
	}
	group.Add(
		lifecycle.Part{Name: "connection", Stop: func(context.Context) error { return s.conn.Close() }},
		lifecycle.Part{Name: "gRPC", Run: s.serveRPC, Stop: func(ctx context.Context) error { s.server.Stop(ctx); return nil }},
		lifecycle.Part{Name: "revocations", Run: s.revoked.Run},
	)
	group.Add(s.httpParts()...)
	group.Add(lifecycle.Part{Name: "start", Run: func(ctx context.Context) error { return s.start(ctx, started) }})
	return group.Run(ctx)
}

// serveRPC serves the services in memory and on the network until the server stops.
func (s *Suite) serveRPC(context.Context) error {
	var both errgroup.Group
	both.Go(func() error { return s.server.Serve(s.carrier.Listener()) })
	both.Go(func() error { return s.server.Serve(s.listeners.grpc) })
	return both.Wait()
}

// httpParts serves pages, REST and metrics.
func (s *Suite) httpParts() []lifecycle.Part {
	parts := []lifecycle.Part{s.httpPart("HTTP", s.listeners.http, s.gateway.Handler(), true)}
	if s.listeners.metrics != nil {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.telemetry.Handler)
		parts = append(parts, s.httpPart("metrics", s.listeners.metrics, mux, false))
	}
	return parts
}

func (s *Suite) httpPart(name string, l net.Listener, h http.Handler, mayEncrypt bool) lifecycle.Part {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(s.telemetry.Logger.Handler(), slog.LevelWarn)}
	serve := func() error { return server.Serve(l) }
	if mayEncrypt && s.config.TLS != nil {
		server.TLSConfig = s.config.TLS
		serve = func() error { return server.ServeTLS(l, "", "") }
	}
	return lifecycle.Part{Name: name, Stop: server.Shutdown, Run: func(context.Context) error {
		if err := serve(); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}}
}

// start makes the suite ready: it loads what a demonstration needs, or makes the first sign-in link.
func (s *Suite) start(ctx context.Context, started func(First)) error {
	if err := s.revoked.Refresh(ctx); err != nil {
		return fmt.Errorf("read what was revoked: %w", err)
	}
	first, err := s.firstStart(ctx)
	if err != nil {
		return err
	}
	if s.config.Demo {
		if err := s.notification.Reconcile(ctx); err != nil {
			return fmt.Errorf("plan the reminders of the reference data: %w", err)
		}
	}
	if !s.config.Now.IsZero() {
		s.clock.Set(s.config.Now)
	}
	if err := s.keepShift(); err != nil {
		return err
	}
	s.server.SetServing(true)
	s.ready.Store(true)
	started(first)
	<-ctx.Done()
	s.ready.Store(false)
	return nil
}
