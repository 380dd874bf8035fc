package telemetry

import (
	"context"
	"io"
	"net"
	"testing"

	collectorv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
)

// collector hands on what it is sent.
type collector struct {
	collectorv1.UnimplementedTraceServiceServer
	got chan *collectorv1.ExportTraceServiceRequest
}

func (c *collector) Export(_ context.Context, req *collectorv1.ExportTraceServiceRequest) (*collectorv1.ExportTraceServiceResponse, error) {
	c.got <- req
	return &collectorv1.ExportTraceServiceResponse{}, nil
}

func TestTracesReachTheCollector(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{got: make(chan *collectorv1.ExportTraceServiceRequest, 1)}
	server := grpc.NewServer()
	collectorv1.RegisterTraceServiceServer(server, c)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	exporter, err := CollectorExporter(t.Context(), func(string) string { return "http://" + listener.Addr().String() })
	if err != nil {
		t.Fatal(err)
	}
	tel := open(t, Config{Service: "reporting", TraceShare: 1, Exporter: exporter}, io.Discard)
	_, span := tel.Tracer.Tracer("test").Start(t.Context(), "render")
	span.End()
	if err := tel.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if name := (<-c.got).GetResourceSpans()[0].GetScopeSpans()[0].GetSpans()[0].GetName(); name != "render" {
		t.Errorf("the collector got %q", name)
	}
	server.Stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestNoCollectorNoExporter(t *testing.T) {
	exporter, err := CollectorExporter(t.Context(), func(string) string { return "" })
	if exporter != nil || err != nil {
		t.Errorf("got %v, %v", exporter, err)
	}
}
