// Package rpcclient makes every gRPC connection of the suite: it forwards the caller's token and request id, sets a
// deadline where there is none, and repeats reads when a service cannot be reached.
package rpcclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/test/bufconn"

	"github.com/uppsikt/uppsikt/internal/authn"
)

// maxAnswer bounds an answer; rendered documents are the largest.
const maxAnswer = 64 << 20

// carrierBuffer is the size of each direction of an in-process connection: more than HTTP/2's initial window, so that
// writers do not wait for the buffer as well.
const carrierBuffer = 256 << 10

// DefaultDeadline of a unary call without one.
const DefaultDeadline = 30 * time.Second

// Attacher adds the credential of a process to an outgoing call. authn.ProcessCredential is one.
type Attacher interface {
	// Attach returns a context with the credential in its outgoing metadata.
	Attach(ctx context.Context) context.Context
}

// Config says how a connection behaves. The zero value is good for calls that carry a token.
type Config struct {
	// Process is the credential for calls made AsProcess; nil sends none, as with mutual TLS.
	Process Attacher
	// Deadline of a unary call without one; zero stands for DefaultDeadline.
	Deadline time.Duration
	// Meter makes meters; nil measures nothing.
	Meter metric.MeterProvider
	// Tracer makes tracers; nil traces nothing.
	Tracer trace.TracerProvider
	// Balanced spreads calls over all replicas behind the target that say of themselves that they serve.
	Balanced bool
	// ServerName is what the server's certificate must prove; empty stands for the host of the target.
	ServerName string
}

// Dial returns a connection to target: "host:port", several of them with commas between, or a target of gRPC's own such
// as "dns:///host:port", which stands for every address of the host. It connects when first used.
func Dial(target string, creds credentials.TransportCredentials, cfg Config) (*grpc.ClientConn, error) {
	if creds == nil {
		return nil, errors.New("dial needs transport credentials")
	}
	var more []grpc.DialOption
	if cfg.ServerName != "" {
		more = append(more, grpc.WithAuthority(cfg.ServerName))
	}
	if strings.Contains(target, ",") {
		list, err := listed(target)
		if err != nil {
			return nil, err
		}
		target = list.Scheme() + ":///replicas"
		more = append(more, grpc.WithResolvers(list))
	}
	return dial(target, creds, cfg, more...)
}

func dial(target string, creds credentials.TransportCredentials, cfg Config, more ...grpc.DialOption) (*grpc.ClientConn, error) {
	retries, err := serviceConfig(cfg.Balanced)
	if err != nil {
		return nil, err
	}
	c := client{config: cfg}
	options := append([]grpc.DialOption{
		grpc.WithTransportCredentials(creds),
		grpc.WithDefaultServiceConfig(retries),
		grpc.WithDisableServiceConfig(), // what a resolver says does not replace ours
		grpc.WithChainUnaryInterceptor(c.unary),
		grpc.WithChainStreamInterceptor(c.stream),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswer)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: reconnect(), MinConnectTimeout: 5 * time.Second}),
	}, more...)
	if cfg.Meter != nil || cfg.Tracer != nil {
		options = append(options, grpc.WithStatsHandler(otelgrpc.NewClientHandler(telemetryOptions(cfg)...)))
	}
	conn, err := grpc.NewClient(target, options...)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", target, err)
	}
	return conn, nil
}

func telemetryOptions(cfg Config) []otelgrpc.Option {
	options := []otelgrpc.Option{otelgrpc.WithPropagators(propagation.TraceContext{})}
	if cfg.Meter != nil {
		options = append(options, otelgrpc.WithMeterProvider(cfg.Meter))
	}
	if cfg.Tracer != nil {
		options = append(options, otelgrpc.WithTracerProvider(cfg.Tracer))
	}
	return options
}

// Carrier is a connection within the process: the server serves its Listener, clients Dial it. Everything is as over
// the network, interceptors and HTTP/2 included.
type Carrier struct {
	listener *bufconn.Listener
}

// InProcess returns a carrier.
func InProcess() *Carrier {
	return &Carrier{listener: bufconn.Listen(carrierBuffer)}
}

// Listener is what the server serves; closing it ends the carrier.
func (c *Carrier) Listener() net.Listener { return c.listener }

// Dial returns a connection to the server that serves the listener.
func (c *Carrier) Dial(cfg Config) (*grpc.ClientConn, error) {
	dialer := func(ctx context.Context, _ string) (net.Conn, error) { return c.listener.DialContext(ctx) }
	return dial("passthrough:///in-process", insecure.NewCredentials(), cfg, grpc.WithContextDialer(dialer))
}

var _ Attacher = authn.ProcessCredential{}
