// Package rpcserver builds every gRPC server of the suite, so that the chain of interceptors, the limits, health and
// shutdown cannot differ between them.
package rpcserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/stats"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/rpcserver/validation"
)

// streamWorkers is how many calls run on kept goroutines; beyond that, each call gets one of its own.
const streamWorkers = 64

// Config holds the limits of a server.
type Config struct {
	// MaxMessage is the size in bytes of the largest message that is taken.
	MaxMessage int
	// Deadline of a unary call whose caller set none.
	Deadline time.Duration
	// MaxConnectionAge ends connections so that clients find new replicas and certificates.
	MaxConnectionAge time.Duration
	// Drain is how long calls may go on after a stop began.
	Drain time.Duration
	// Credentials of the listeners; nil for connections within the machine.
	Credentials credentials.TransportCredentials
}

// DefaultConfig returns the limits that the suite runs with.
func DefaultConfig() Config {
	return Config{
		MaxMessage: 4 << 20, Deadline: 30 * time.Second, MaxConnectionAge: 30 * time.Minute, Drain: 10 * time.Second,
	}
}

// Deps is what a server is given.
type Deps struct {
	// Logger gets one record for each call.
	Logger *slog.Logger
	// Clock tells when tokens expire.
	Clock clock.Clock
	// Verifier checks tokens.
	Verifier *authn.Verifier
	// Processes tells calls of the suite's own processes; nil accepts none.
	Processes authn.Processes
	// Revocations is checked on every call; nil in tests of servers without a directory.
	Revocations *authn.Revocations
	// Meter makes meters; nil measures nothing.
	Meter metric.MeterProvider
	// Tracer makes tracers; nil traces nothing.
	Tracer trace.TracerProvider
}

// Server is a gRPC server with the chain of the suite. Register, then Start, then Serve.
type Server struct {
	config Config
	deps   Deps
	grpc   *grpc.Server
	health *health.Server

	draining chan struct{} // closed when Stop begins
	drain    sync.Once

	// Set by Start, before any call.
	rules     authz.Rules
	validator *validation.Validator
}

// New returns a server without services.
func New(cfg Config, deps Deps) (*Server, error) {
	if deps.Logger == nil || deps.Clock == nil || deps.Verifier == nil {
		return nil, errors.New("a server needs a logger, a clock and a verifier")
	}
	if cfg.MaxMessage <= 0 || cfg.Deadline <= 0 || cfg.Drain <= 0 || cfg.MaxConnectionAge <= 0 {
		return nil, errors.New("the limits of a server must be positive")
	}
	if deps.Processes == nil {
		deps.Processes = authn.ProcessCredential{}
	}
	s := &Server{config: cfg, deps: deps, health: health.NewServer(), draining: make(chan struct{})}
	s.grpc = grpc.NewServer(s.options()...)
	healthv1.RegisterHealthServer(s.grpc, s.health)
	reflection.Register(s.grpc)
	s.SetServing(false)
	return s, nil
}

func (s *Server) options() []grpc.ServerOption {
	options := []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(s.unaryChain()...),
		grpc.ChainStreamInterceptor(s.streamChain()...),
		grpc.MaxRecvMsgSize(s.config.MaxMessage),
		// Calls run on workers that are kept: a new goroutine would grow its stack through the whole chain each time.
		grpc.NumStreamWorkers(streamWorkers),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge: s.config.MaxConnectionAge, MaxConnectionAgeGrace: time.Minute,
			Time: 2 * time.Minute, Timeout: 20 * time.Second,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 20 * time.Second, PermitWithoutStream: true}),
	}
	if s.deps.Meter != nil || s.deps.Tracer != nil {
		options = append(options, grpc.StatsHandler(s.statsHandler()))
	}
	if s.config.Credentials != nil {
		options = append(options, grpc.Creds(s.config.Credentials))
	}
	return options
}

// statsHandler measures and traces every call but health checks and reflection. It lies outside all interceptors, so
// that refusals, oversized messages and panics are counted with the code that the client got.
func (s *Server) statsHandler() stats.Handler {
	options := []otelgrpc.Option{
		otelgrpc.WithFilter(func(info *stats.RPCTagInfo) bool { return !isOpen(info.FullMethodName) }),
		otelgrpc.WithPropagators(propagation.TraceContext{}),
	}
	if s.deps.Meter != nil {
		options = append(options, otelgrpc.WithMeterProvider(s.deps.Meter))
	}
	if s.deps.Tracer != nil {
		options = append(options, otelgrpc.WithTracerProvider(s.deps.Tracer))
	}
	return otelgrpc.NewServerHandler(options...)
}

// Register lets a service add itself; it must come before Start.
func (s *Server) Register(register func(grpc.ServiceRegistrar)) { register(s.grpc) }

// Start reads the access rules and validation rules of everything registered. It returns an error, and the server must
// not serve, when a method has no usable access rule.
func (s *Server) Start() error {
	services := s.grpc.GetServiceInfo()
	rules, err := authz.Load(services, openServices()...)
	if err != nil {
		return fmt.Errorf("read access rules: %w", err)
	}
	var inputs []protoreflect.MessageDescriptor
	for _, m := range rules {
		inputs = append(inputs, m.Input)
	}
	validator, err := validation.New(inputs...)
	if err != nil {
		return err
	}
	s.rules, s.validator = rules, validator
	return nil
}

// Serve takes calls from the listener until Stop; it returns nil then. It may be called for several listeners.
func (s *Server) Serve(listener net.Listener) error {
	if s.rules == nil {
		return errors.New("serve before start")
	}
	err := s.grpc.Serve(listener)
	if errors.Is(err, grpc.ErrServerStopped) {
		return nil
	}
	return err
}

// SetServing answers health checks for the server as a whole and each of its services.
func (s *Server) SetServing(serving bool) {
	s.SetServiceServing("", serving)
	for _, name := range s.services() {
		s.SetServiceServing(name, serving)
	}
}

// SetServiceServing answers health checks for one service, such as "uppsikt.risk.v1.RiskRegisterService".
func (s *Server) SetServiceServing(service string, serving bool) {
	answer := healthv1.HealthCheckResponse_NOT_SERVING
	if serving {
		answer = healthv1.HealthCheckResponse_SERVING
	}
	s.health.SetServingStatus(service, answer)
}

func (s *Server) services() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.grpc.GetServiceInfo())), func(name string) bool {
		return slices.Contains(openServices(), name)
	})
}

// Stop answers NOT_SERVING, ends the streams that would go on for ever, lets calls end for the drain time or until ctx ends, and then breaks what is left.
func (s *Server) Stop(ctx context.Context) {
	s.health.Shutdown()
	s.drain.Do(func() { close(s.draining) })
	ctx, cancel := context.WithTimeout(ctx, s.config.Drain)
	defer cancel()
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		s.grpc.GracefulStop()
	}()
	select {
	case <-drained:
	case <-ctx.Done():
		s.grpc.Stop()
		<-drained
	}
}
