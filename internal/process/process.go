// Package process runs one service as a process of its own, as in the suite: it reads the environment, opens the
// database, serves gRPC with the chain of all servers, answers health checks, and stops in order. All services' binaries
// are this with another Spec.
package process

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
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/lifecycle"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcserver"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/telemetry"
)

const (
	// stopWithin is how long a stop may take.
	stopWithin = 20 * time.Second
	// healthEvery is how often a service is asked whether it can serve.
	healthEvery = 2 * time.Second
)

// Service is what all services have in common.
type Service interface {
	Register(grpc.ServiceRegistrar)
	// Health returns why the service cannot serve, or nil.
	Health(ctx context.Context) error
	// Run works in the background until ctx ends, and returns nil then.
	Run(ctx context.Context) error
	// Close frees what the service holds, its database included.
	Close() error
}

// Spec says which service the process runs.
type Spec struct {
	// Name of the service and of its database schema.
	Name string
	// Migrations of its database.
	Migrations fs.FS
	// Open opens the service. One that is an Authority itself needs no directory.
	Open func(ctx context.Context, p Parts) (Service, error)
}

// Parts is what the process hands its service.
type Parts struct {
	// Database is the service's own, which it closes.
	Database sqldb.DB
	// Logger writes JSON lines.
	Logger *slog.Logger
	// Clock is the machine's.
	Clock clock.Clock
	// Dial connects to another service of the suite, with the certificate of this one. The process closes it.
	Dial func(target string) (*grpc.ClientConn, error)
}

// process is one being built: what is open so far, and the parts that will run, in order.
type process struct {
	spec      Spec
	config    Config
	telemetry *telemetry.Telemetry
	group     *lifecycle.Group
	conns     []*grpc.ClientConn
	service   Service
	server    *rpcserver.Server
	revoked   *authn.Revocations
	listening func(net.Addr)
}

// Run runs the service until ctx ends. It writes its log to log, and calls listening, unless it is nil, with the address
// that it serves.
func Run(ctx context.Context, spec Spec, cfg Config, log io.Writer, listening func(net.Addr)) error {
	t, err := telemetry.New(telemetry.Config{Service: spec.Name, Level: slog.LevelInfo, TraceShare: telemetry.DefaultTraceShare}, log)
	if err != nil {
		return err
	}
	p := &process{spec: spec, config: cfg, telemetry: t, group: lifecycle.New(stopWithin), listening: listening}
	p.group.Add(lifecycle.Part{Name: "telemetry", Stop: t.Close})
	if err := p.open(ctx); err != nil {
		return errors.Join(err, p.close(context.WithoutCancel(ctx)))
	}
	return p.group.Run(ctx)
}

// open opens everything; the group then owns it.
func (p *process) open(ctx context.Context) error {
	server, client, err := p.config.tls()
	if err != nil {
		return err
	}
	parts, err := p.openService(ctx, client)
	if err != nil {
		return err
	}
	if err := p.openServer(parts, server); err != nil {
		return err
	}
	return p.listen()
}

func (p *process) openService(ctx context.Context, client *tls.Config) (Parts, error) {
	db, err := p.openDatabase(ctx)
	if err != nil {
		return Parts{}, fmt.Errorf("open the database: %w", err)
	}
	creds := insecure.NewCredentials()
	if client != nil {
		creds = credentials.NewTLS(client)
	}
	parts := Parts{Database: db, Logger: p.telemetry.Logger, Clock: clock.System{},
		Dial: func(target string) (*grpc.ClientConn, error) { return p.dial(target, creds) }}
	service, err := p.spec.Open(ctx, parts)
	if err != nil {
		return Parts{}, errors.Join(err, db.Close())
	}
	p.service = service
	return parts, nil
}

func (p *process) openServer(parts Parts, encryption *tls.Config) error {
	authority, err := p.authority(parts)
	if err != nil {
		return err
	}
	p.revoked = authn.NewRevocations(authority, parts.Clock, parts.Logger)
	limits := rpcserver.DefaultConfig()
	limits.TLS = encryption
	p.server, err = rpcserver.New(limits, rpcserver.Deps{Logger: parts.Logger, Clock: parts.Clock, Processes: certificates{},
		Verifier: authn.NewVerifier(authn.Issuer, authority, parts.Clock), Revocations: p.revoked,
		Meter: p.telemetry.Meter, Tracer: p.telemetry.Tracer})
	if err != nil {
		return err
	}
	p.server.Register(p.service.Register)
	return p.server.Start()
}

func (p *process) openDatabase(ctx context.Context) (sqldb.DB, error) {
	if p.config.postgres() {
		return sqldb.OpenPostgres(ctx, p.config.Database, p.spec.Name, p.spec.Migrations)
	}
	return sqldb.OpenSQLite(ctx, p.config.Database, p.spec.Migrations)
}

func (p *process) dial(target string, creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	conn, err := rpcclient.Dial(target, creds, rpcclient.Config{Meter: p.telemetry.Meter, Tracer: p.telemetry.Tracer})
	if err == nil {
		p.conns = append(p.conns, conn)
	}
	return conn, err
}

// authority is the service itself or the directory.
func (p *process) authority(parts Parts) (Authority, error) {
	if own, ok := p.service.(Authority); ok {
		return own, nil
	}
	if p.config.Directory == "" {
		return nil, errors.New("UPPSIKT_DIRECTORY is missing: the address of the directory")
	}
	conn, err := parts.Dial(p.config.Directory)
	if err != nil {
		return nil, err
	}
	return Remote(conn), nil
}

// listen opens the sockets and hands everything to the group, in the order in which the parts depend on each other.
func (p *process) listen() error {
	listener, err := net.Listen("tcp", p.config.Listen)
	if err != nil {
		return fmt.Errorf("listen for gRPC: %w", err)
	}
	if p.config.Metrics != "" {
		metrics, err := net.Listen("tcp", p.config.Metrics)
		if err != nil {
			return errors.Join(fmt.Errorf("listen for metrics: %w", err), listener.Close())
		}
		p.group.Add(p.metricsPart(metrics))
	}
	p.group.Add(
		lifecycle.Part{Name: "connections", Stop: func(context.Context) error { return p.closeConns() }},
		lifecycle.Part{Name: p.spec.Name, Run: p.service.Run, Stop: func(context.Context) error { return p.service.Close() }},
		lifecycle.Part{Name: "revocations", Run: p.revoked.Run},
		lifecycle.Part{Name: "gRPC", Run: func(context.Context) error { return p.server.Serve(listener) },
			Stop: func(ctx context.Context) error { p.server.Stop(ctx); return nil }},
		lifecycle.Part{Name: "health", Run: p.watchHealth},
	)
	p.telemetry.Logger.Info("listening", "service", p.spec.Name, "address", listener.Addr().String())
	if p.listening != nil {
		p.listening(listener.Addr())
	}
	return nil
}

func (p *process) metricsPart(listener net.Listener) lifecycle.Part {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", p.telemetry.Handler)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return lifecycle.Part{Name: "metrics", Stop: server.Shutdown, Run: func(context.Context) error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}}
}

// watchHealth answers health checks with what the service says of itself.
func (p *process) watchHealth(ctx context.Context) error {
	tick := time.NewTicker(healthEvery)
	defer tick.Stop()
	for {
		err := p.service.Health(ctx)
		if err != nil && ctx.Err() == nil {
			p.telemetry.Logger.WarnContext(ctx, "not serving", "service", p.spec.Name, "error", err)
		}
		p.server.SetServing(err == nil && ctx.Err() == nil)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (p *process) closeConns() error {
	var faults []error
	for _, conn := range p.conns {
		faults = append(faults, conn.Close())
	}
	return errors.Join(faults...)
}

// close frees what open had opened when it failed.
func (p *process) close(ctx context.Context) error {
	faults := []error{p.closeConns(), p.telemetry.Close(ctx)}
	if p.service != nil {
		faults = append(faults, p.service.Close())
	}
	return errors.Join(faults...)
}
