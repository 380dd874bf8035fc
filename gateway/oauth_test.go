package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const client = "municipalities/m/serviceAccounts/s"

// issuer knows one account, whose secret has characters that need encoding.
type issuer struct {
	directoryv1.UnimplementedSessionServiceServer
	clock  clock.Clock
	answer error
}

func (i *issuer) IssueToken(_ context.Context, req *directoryv1.IssueTokenRequest) (*directoryv1.IssueTokenResponse, error) {
	if i.answer != nil {
		return nil, i.answer
	}
	if req.GetClientId() != client || req.GetClientSecret() != "a+b %:&" {
		return nil, &fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED", English: "wrong"}
	}
	return &directoryv1.IssueTokenResponse{AccessToken: "token", ExpireTime: timestamppb.New(i.clock.Now().Add(299*time.Second + time.Millisecond))}, nil
}

func endpoint(t *testing.T, answer error) http.Handler {
	t.Helper()
	clk := rpctest.NewClock()
	h := rpctest.Serve(t, clk, func(r grpc.ServiceRegistrar) {
		directoryv1.RegisterSessionServiceServer(r, &issuer{clock: clk, answer: answer})
	})
	return tokens{sessions: directoryv1.NewSessionServiceClient(h.Conn), clock: clk}
}

// ask posts a form, with HTTP Basic unless header is empty.
func ask(h http.Handler, form, id, secret string) *httptest.ResponseRecorder {
	req := httptest.NewRequest("POST", "/oauth/token", strings.NewReader(form))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	if id != "" {
		req.SetBasicAuth(id, secret)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

const grant = "grant_type=client_credentials"

func posted(id, secret string) string {
	return grant + "&client_id=" + url.QueryEscape(id) + "&client_secret=" + url.QueryEscape(secret)
}

func TestTokenForAClient(t *testing.T) {
	h := endpoint(t, nil)
	encoded := url.QueryEscape("a+b %:&")
	for name, w := range map[string]*httptest.ResponseRecorder{
		"client_secret_post":                ask(h, posted(client, "a+b %:&"), "", ""),
		"client_secret_basic":               ask(h, grant, url.QueryEscape(client), encoded),
		"client_secret_basic, plain name":   ask(h, grant, client, encoded),
		"client_secret_basic, named twice":  ask(h, grant+"&client_id="+url.QueryEscape(client), client, encoded),
		"client_secret_post, no scope held": ask(h, posted(client, "a+b %:&")+"&scope=", "", ""),
	} {
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Errorf("%s: got %d %s, %v", name, w.Code, w.Body, err)
			continue
		}
		if len(got) != 3 || got["access_token"] != "token" || got["token_type"] != "Bearer" || got["expires_in"] != 299.0 {
			t.Errorf("%s: got %v", name, got)
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: got the header %v", name, w.Header())
		}
	}
}

func TestTokenRefusals(t *testing.T) {
	h := endpoint(t, nil)
	for name, tt := range map[string]struct {
		form, id, secret string
		code             string
		status           int
	}{
		"wrong secret in the form":   {form: posted(client, "x"), code: "invalid_client", status: 401},
		"wrong secret in the header": {form: grant, id: client, secret: "x", code: "invalid_client", status: 401},
		"no client":                  {form: grant, code: "invalid_client", status: 401},
		"no secret":                  {form: grant + "&client_id=x", code: "invalid_client", status: 401},
		"a broken header":            {form: grant, id: "%", secret: "x", code: "invalid_client", status: 401},
		"a secret too long":          {form: posted(client, strings.Repeat("x", 500)), code: "invalid_client", status: 401},
		"two methods":                {form: posted(client, "x"), id: client, secret: "x", code: "invalid_request", status: 400},
		"two clients":                {form: grant + "&client_id=other", id: client, secret: "x", code: "invalid_request", status: 400},
		"a parameter twice":          {form: posted(client, "x") + "&client_id=y", code: "invalid_request", status: 400},
		"no grant":                   {form: "client_id=x", code: "invalid_request", status: 400},
		"another grant":              {form: "grant_type=password", code: "unsupported_grant_type", status: 400},
		"a scope":                    {form: posted(client, "a+b %:&") + "&scope=all", code: "invalid_scope", status: 400},
		"no form":                    {form: "%zz", code: "invalid_request", status: 400},
		"a large body":               {form: posted(client, strings.Repeat("x", 20<<10)), code: "invalid_request", status: 400},
	} {
		wantRefusal(t, name, ask(h, tt.form, tt.id, tt.secret), tt.code, tt.status)
	}
	json := httptest.NewRequest("POST", "/oauth/token", strings.NewReader(`{}`))
	json.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, json)
	wantRefusal(t, "JSON", w, "invalid_request", 400)
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/oauth/token?"+posted(client, "a+b %:&"), nil))
	wantRefusal(t, "GET", w, "invalid_request", 405)
	inAddress := httptest.NewRequest("POST", "/oauth/token?"+posted(client, "a+b %:&"), nil)
	inAddress.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w = httptest.NewRecorder()
	h.ServeHTTP(w, inAddress)
	wantRefusal(t, "a secret in the address", w, "invalid_request", 400)
}

func TestTokenOutages(t *testing.T) {
	wantRefusal(t, "too many failures", ask(endpoint(t, &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED"}), posted(client, "x"), "", ""), "slow_down", 429)
	wantRefusal(t, "no directory", ask(endpoint(t, fault.Unreachable("the directory", nil)), posted(client, "x"), "", ""), "temporarily_unavailable", 503)
}

// wantRefusal checks a refusal, its headers and that it repeats no secret.
func wantRefusal(t *testing.T, name string, w *httptest.ResponseRecorder, code string, status int) {
	t.Helper()
	var got map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != status || got["error"] != code || got["error_description"] == "" {
		t.Errorf("%s: got %d %s, %v, want %d %s", name, w.Code, w.Body, err, status, code)
	}
	header := w.Header()
	for field, wanted := range map[string]bool{"WWW-Authenticate": status == 401, "Retry-After": status == 429 || status == 503, "Allow": status == 405} {
		if (header.Get(field) != "") != wanted {
			t.Errorf("%s: got %s: %q", name, field, header.Get(field))
		}
	}
	if header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: may be stored", name)
	}
}
