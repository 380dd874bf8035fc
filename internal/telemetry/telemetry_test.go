package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, cfg Config, w io.Writer) *Telemetry {
	t.Helper()
	tel, err := New(cfg, w)
	if err != nil {
		t.Fatal(err)
	}
	return tel
}

func TestMetricsAreServed(t *testing.T) {
	tel := open(t, Config{Service: "risk-register", Version: "1.2.3"}, io.Discard)
	counter, err := tel.Meter.Meter("test").Int64Counter("rpc.things", metric.WithUnit("{thing}"))
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 3, metric.WithAttributes(attribute.String("rpc.method", "Get"), attribute.Int("network.peer.port", 4711)))
	recorder := httptest.NewRecorder()
	tel.Handler.ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	page := recorder.Body.String()
	for _, want := range []string{"rpc_things_total{", `rpc_method="Get"`, "} 3\n", `service_name="risk-register"`, "go_goroutines"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "4711") {
		t.Error("the port of a client makes a series")
	}
	if err := tel.Close(t.Context()); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestLogIsJSON(t *testing.T) {
	var b bytes.Buffer
	tel := open(t, Config{Service: "reporting"}, &b)
	tel.Logger.Debug("unseen")
	tel.Logger.Info("seen", "n", 1)
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	if got["msg"] != "seen" || got["service"] != "reporting" || got["level"] != "INFO" {
		t.Errorf("got %v", got)
	}
}

// kept holds on to its spans when it is shut down.
type kept struct{ *tracetest.InMemoryExporter }

func (kept) Shutdown(context.Context) error { return nil }

func TestTraceShare(t *testing.T) {
	for _, tt := range []struct {
		share float64
		want  int
	}{{0, 0}, {1, 20}} {
		exporter := tracetest.NewInMemoryExporter()
		tel := open(t, Config{TraceShare: tt.share, Exporter: kept{exporter}}, io.Discard)
		for range 20 {
			_, span := tel.Tracer.Tracer("test").Start(t.Context(), "call")
			if !span.SpanContext().HasTraceID() {
				t.Error("a span has no trace id for the log")
			}
			span.End()
		}
		if err := tel.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(exporter.GetSpans()); got != tt.want {
			t.Errorf("share %v: got %d spans, want %d", tt.share, got, tt.want)
		}
	}
}

func TestCleanRequestID(t *testing.T) {
	for _, good := range []string{"a", "0f8b-4.2_X", strings.Repeat("x", maxRequestID)} {
		if got := CleanRequestID(good); got != good {
			t.Errorf("CleanRequestID(%q): got %q, want it kept", good, got)
		}
	}
	for _, bad := range []string{"", "a b", "a\nb", `a"b`, "å", strings.Repeat("x", maxRequestID+1)} {
		if got := CleanRequestID(bad); got == bad || got == "" || CleanRequestID(got) != got {
			t.Errorf("CleanRequestID(%q): got %q, want a new one", bad, got)
		}
	}
	ctx := WithRequestID(t.Context(), "r")
	if RequestID(ctx) != "r" || RequestID(t.Context()) != "" {
		t.Error("the context does not carry the request id")
	}
}
