package edge

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/rpctest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const plan = "municipalities/ume/committees/sn/plans/2025"

// serve returns the REST API over services that implement nothing, and a token that reads plans.
func serve(t *testing.T) (http.Handler, string) {
	t.Helper()
	h := rpctest.Serve(t, rpctest.NewClock(), func(r grpc.ServiceRegistrar) {
		riskv1.RegisterRiskRegisterServiceServer(r, riskv1.UnimplementedRiskRegisterServiceServer{})
	})
	api, err := New(t.Context(), Conns{Directory: h.Conn, RiskRegister: h.Conn, Reporting: h.Conn, Notification: h.Conn})
	if err != nil {
		t.Fatal(err)
	}
	return api, h.Token("auditor", "municipalities/ume")
}

func send(api http.Handler, method, path, token string, body io.Reader) *http.Response {
	req := httptest.NewRequest(method, path, body)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, req)
	return w.Result()
}

func TestTheCallersTokenIsForwarded(t *testing.T) {
	api, token := serve(t)
	for name, c := range map[string]struct {
		token string
		want  int
	}{
		"without a token":    {"", http.StatusUnauthorized},
		"with a broken one":  {"x", http.StatusUnauthorized},
		"with one that fits": {token, http.StatusNotImplemented}, // past the chain, to the empty service
	} {
		got := send(api, "GET", "/v1/"+plan, c.token, nil)
		if got.StatusCode != c.want {
			t.Errorf("%s: got %d, want %d", name, got.StatusCode, c.want)
		}
	}
}

func TestTrustedMetadataCannotBeSent(t *testing.T) {
	for _, header := range []string{"Grpc-Metadata-Uppsikt-Process", "Uppsikt-Process", "X-Forwarded-For", "Grpc-Metadata-Authorization"} {
		if name, ok := incoming(header); ok {
			t.Errorf("%s passes as %s", header, name)
		}
	}
}

func TestALargeBodyIsRefusedWithATypedError(t *testing.T) {
	api, token := serve(t)
	got := send(api, "POST", "/v1/municipalities/ume/committees/sn/risks", token, bytes.NewReader(make([]byte, 20<<20)))
	text, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(text), "LIMIT_EXCEEDED") {
		t.Errorf("got %d %s, %v; want 413 with LIMIT_EXCEEDED", got.StatusCode, text, err)
	}
}

func TestAnUnreadableRequestIsRefusedWithATypedError(t *testing.T) {
	api, token := serve(t)
	for body, want := range map[string]string{
		`{"fish": 1}`: "unknown field", "{\"title\": \"\xff\"}": "invalid UTF-8", `{"title"`: "EOF", `[]`: "unexpected token",
	} {
		got := send(api, "POST", "/v1/municipalities/ume/committees/sn/risks", token, strings.NewReader(body))
		text, err := io.ReadAll(got.Body)
		if err != nil || got.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "INVALID_FIELDS") || !strings.Contains(string(text), want) {
			t.Errorf("%s: got %d %s, %v; want 400 with INVALID_FIELDS and %q", body, got.StatusCode, text, err, want)
		}
	}
	got := send(api, "GET", "/v1/nothing", token, nil)
	text, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusNotFound || !strings.Contains(string(text), "NOT_FOUND") {
		t.Errorf("got %d %s, %v; want 404 with NOT_FOUND", got.StatusCode, text, err)
	}
}

func TestOpenAPIDescribesEveryPath(t *testing.T) {
	api, _ := serve(t)
	var description struct {
		Swagger string
		Paths   map[string]any
	}
	if err := json.NewDecoder(send(api, "GET", "/openapi.json", "", nil).Body).Decode(&description); err != nil {
		t.Fatal(err)
	}
	if description.Swagger != "2.0" || len(description.Paths) < 40 {
		t.Errorf("got version %q with %d paths", description.Swagger, len(description.Paths))
	}
}
