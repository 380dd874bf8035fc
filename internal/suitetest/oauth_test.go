package suitetest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/suitetest"
)

// send makes an HTTP request as another system does, and returns the answer's status and JSON.
func send(t *testing.T, s *suitetest.Suite, method, path, token, kind, body string) (int, map[string]any) {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", kind)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, req)
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Code, answer
}

// TestASystemReadsAPlan goes over HTTP alone: an administrator makes an account and its secret, the system exchanges the
// secret for a token and reads a plan, and nothing besides.
func TestASystemReadsAPlan(t *testing.T) {
	s, _ := suitetest.Start(t)
	load(t, s, "plan.yaml", read(t, "docs/examples/plan.yaml"))
	administrator := s.Token("administrator", municipality)
	const kind = "application/json"
	code, account := send(t, s, "POST", "/v1/"+municipality+"/serviceAccounts?service_account_id=arenden", administrator, kind,
		`{"title": "Ärendesystemet", "roles": [{"role": "auditor", "scope": "`+committee+`"}]}`)
	if code != http.StatusOK {
		t.Fatalf("account: got %d %v", code, account)
	}
	name, _ := account["name"].(string)
	code, secret := send(t, s, "POST", "/v1/"+name+":createSecret", administrator, kind, `{}`)
	if code != http.StatusOK {
		t.Fatalf("secret: got %d %v", code, secret)
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {secret["client_id"].(string)}, "client_secret": {secret["client_secret"].(string)}}
	code, issued := send(t, s, "POST", "/oauth/token", "", "application/x-www-form-urlencoded", form.Encode())
	if code != http.StatusOK || issued["token_type"] != "Bearer" {
		t.Fatalf("token: got %d %v", code, issued)
	}
	token, _ := issued["access_token"].(string)
	if code, got := send(t, s, "GET", "/v1/"+plan, token, kind, ""); code != http.StatusOK || got["name"] != plan {
		t.Errorf("the plan: got %d %v", code, got)
	}
	if code, got := send(t, s, "POST", "/v1/"+committee+"/risks", token, kind, `{"title": "X"}`); code != http.StatusForbidden {
		t.Errorf("a write: got %d %v", code, got)
	}
	if code, _ = send(t, s, "POST", "/v1/"+name+":deleteSecrets", administrator, kind, `{"reason": "läckt"}`); code != http.StatusOK {
		t.Errorf("take the secrets away: got %d", code)
	}
	if code, got := send(t, s, "POST", "/oauth/token", "", "application/x-www-form-urlencoded", form.Encode()); code != http.StatusUnauthorized || got["error"] != "invalid_client" {
		t.Errorf("a secret taken away: got %d %v", code, got)
	}
}
