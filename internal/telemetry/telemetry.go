// Package telemetry sets up logs (slog, JSON), metrics (OpenTelemetry, read by Prometheus) and traces. Nothing of it is
// global: what is made here is handed on.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"go.opentelemetry.io/otel/attribute"
)

// Config says what to set up. The zero value logs at level INFO and traces nothing that no caller traces.
type Config struct {
	// Service is the name that logs, metrics and traces carry.
	Service string
	// Version of the build.
	Version string
	// Level from which on log records are written.
	Level slog.Level
	// TraceShare of the calls without a parent that are traced, 0 to 1.
	TraceShare float64
	// Exporter receives the traces; nil drops them, and then only their ids appear in the logs.
	Exporter sdktrace.SpanExporter
}

// EndpointVariable names the environment variable with the address of the OpenTelemetry collector, as the OpenTelemetry
// specification has it. The exporter reads it, and the others of its kind, by itself.
const EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT"

// CollectorExporter returns what sends traces to the collector that the environment names, over OTLP/gRPC; nil when it
// names none. An unreachable collector loses traces and disturbs nothing else.
func CollectorExporter(ctx context.Context, getenv func(string) string) (sdktrace.SpanExporter, error) {
	endpoint := getenv(EndpointVariable)
	if endpoint == "" {
		return nil, nil
	}
	exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", EndpointVariable, err)
	}
	return exporter, nil
}

// DefaultTraceShare is the share of calls to trace when nobody says otherwise.
const DefaultTraceShare = 0.01

// Telemetry is what the parts of a process report through.
type Telemetry struct {
	// Logger writes JSON lines.
	Logger *slog.Logger
	// Meter makes meters.
	Meter metric.MeterProvider
	// Tracer makes tracers.
	Tracer trace.TracerProvider
	// Handler serves the metrics for Prometheus.
	Handler http.Handler

	close []func(context.Context) error
}

// New sets up telemetry that logs to w.
func New(cfg Config, w io.Writer) (*Telemetry, error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry))
	if err != nil {
		return nil, fmt.Errorf("set up metrics: %w", err)
	}
	about := resource.NewSchemaless(
		attribute.String("service.name", cfg.Service), attribute.String("service.version", cfg.Version))
	meters := sdkmetric.NewMeterProvider(
		sdkmetric.WithReader(exporter), sdkmetric.WithResource(about), sdkmetric.WithView(views()...))
	tracers := newTracers(cfg, about)
	return &Telemetry{
		Logger:  NewLogger(w, cfg.Level).With("service", cfg.Service),
		Meter:   meters,
		Tracer:  tracers,
		Handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		close:   []func(context.Context) error{tracers.Shutdown, meters.Shutdown},
	}, nil
}

// NewLogger returns a logger that writes JSON lines to w.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// Close sends what is left. It comes last when a process stops.
func (t *Telemetry) Close(ctx context.Context) error {
	var faults []error
	for _, c := range t.close {
		faults = append(faults, c(ctx))
	}
	return errors.Join(faults...)
}

func newTracers(cfg Config, about *resource.Resource) *sdktrace.TracerProvider {
	options := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(about),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(cfg.TraceShare))),
	}
	if cfg.Exporter != nil {
		options = append(options, sdktrace.WithBatcher(cfg.Exporter))
	}
	return sdktrace.NewTracerProvider(options...)
}

// views drop the attributes that multiply series without helping anybody: every client has its own port.
func views() []sdkmetric.View {
	drop := attribute.NewDenyKeysFilter("server.address", "server.port", "network.peer.address", "network.peer.port",
		"client.address", "client.port")
	return []sdkmetric.View{
		sdkmetric.NewView(sdkmetric.Instrument{Name: "rpc.*"}, sdkmetric.Stream{AttributeFilter: drop}),
	}
}
