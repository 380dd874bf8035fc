// Package process runs one service, or the gateway, as a process of its own, as in the suite: it reads the environment,
// opens what the service needs, serves, answers health checks, and stops in order. All binaries are this with another
// Spec or HTTPSpec.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/lifecycle"
	"github.com/uppsikt/uppsikt/internal/mtls"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/telemetry"
)

// stopWithin is how long a stop may take.
const stopWithin = 20 * time.Second

// Parts is what the process hands its service.
type Parts struct {
	// Database is the service's own, which it closes; nil for the gateway.
	Database sqldb.DB
	// Logger writes JSON lines.
	Logger *slog.Logger
	// Clock is the machine's.
	Clock clock.Clock
	// Meter makes meters.
	Meter metric.MeterProvider
	// Dial connects to another service of the suite by its name: to every replica that serves, with the certificate of
	// this process, and to nobody who cannot prove that name. The process closes it.
	Dial func(name string) (*grpc.ClientConn, error)
}

// process is one being built: what is open so far, and the parts that will run, in order.
type process struct {
	name      string
	config    Config
	telemetry *telemetry.Telemetry
	identity  *mtls.Identity // nil without TLS
	group     *lifecycle.Group
	conns     []*grpc.ClientConn
	listening func(net.Addr)
}

// newProcess sets up what every process has.
func newProcess(ctx context.Context, name string, cfg Config, log io.Writer, listening func(net.Addr)) (*process, error) {
	exporter, err := telemetry.CollectorExporter(ctx, func(string) string { return cfg.Collector })
	if err != nil {
		return nil, err
	}
	t, err := telemetry.New(telemetry.Config{Service: name, Level: slog.LevelInfo, TraceShare: telemetry.DefaultTraceShare,
		Exporter: exporter}, log)
	if err != nil {
		return nil, err
	}
	p := &process{name: name, config: cfg, telemetry: t, group: lifecycle.New(stopWithin), listening: listening}
	p.group.Add(lifecycle.Part{Name: "telemetry", Stop: t.Close})
	given, err := cfg.encrypted()
	if err == nil && given {
		p.identity, err = mtls.Load(cfg.TLS, func(err error) { t.Logger.Warn("certificates not read anew", "error", err) })
	}
	if err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	return p, nil
}

func (p *process) parts(db sqldb.DB) Parts {
	return Parts{Database: db, Logger: p.telemetry.Logger, Clock: clock.System{}, Meter: p.telemetry.Meter, Dial: p.dial}
}

func (p *process) dial(name string) (*grpc.ClientConn, error) {
	if err := p.config.Need(name); err != nil {
		return nil, err
	}
	cfg := rpcclient.Config{Meter: p.telemetry.Meter, Tracer: p.telemetry.Tracer, Balanced: true}
	creds := insecure.NewCredentials()
	if p.identity != nil {
		creds, cfg.ServerName = p.identity.Client(), name
	}
	conn, err := rpcclient.Dial(p.config.Peers[name], creds, cfg)
	if err == nil {
		p.conns = append(p.conns, conn)
	}
	return conn, err
}

// serverCredentials returns those of a gRPC server; nil without TLS.
func (p *process) serverCredentials() credentials.TransportCredentials {
	if p.identity == nil {
		return nil
	}
	return p.identity.Server()
}

// listen opens the socket for the service, and that for metrics, which the group then serves.
func (p *process) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", p.config.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if p.config.Metrics != "" {
		metrics, err := net.Listen("tcp", p.config.Metrics)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("listen for metrics: %w", err), listener.Close())
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", p.telemetry.Handler)
		p.group.Add(p.httpPart("metrics", mux, metrics))
	}
	p.group.Add(lifecycle.Part{Name: "connections", Stop: func(context.Context) error { return p.closeConns() }})
	return listener, nil
}

// announce says where the process listens.
func (p *process) announce(listener net.Listener) {
	p.telemetry.Logger.Info("listening", "service", p.name, "address", listener.Addr().String())
	if p.listening != nil {
		p.listening(listener.Addr())
	}
}

// httpPart serves a handler until it is told to stop, and lets requests end then.
func (p *process) httpPart(name string, handler http.Handler, listener net.Listener) lifecycle.Part {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(p.telemetry.Logger.Handler(), slog.LevelWarn)}
	return lifecycle.Part{Name: name, Stop: server.Shutdown, Run: func(context.Context) error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}}
}

func (p *process) closeConns() error {
	var faults []error
	for _, conn := range p.conns {
		faults = append(faults, conn.Close())
	}
	return errors.Join(faults...)
}
