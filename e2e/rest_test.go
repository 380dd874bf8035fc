package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// wantRefusal fails the test unless an answer is a typed refusal with the status and the reason.
func wantRefusal(t *testing.T, a product.Answer, status int, reason string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("got status %d, want %d\n%s", a.Status, status, a.Body)
		return
	}
	details, _ := a.JSON(t)["details"].([]any)
	for _, d := range details {
		if info, ok := d.(map[string]any); ok && info["domain"] == "uppsikt" && (reason == "" || info["reason"] == reason) {
			return
		}
	}
	t.Errorf("the refusal has no detail with the reason %q: %s", reason, a.Body)
}

func TestREST(t *testing.T) {
	t.Parallel()
	s := demo(t)
	reader := s.TokenFor(t, "member", committee)
	get := func(path, token string) product.Answer { return s.Request(t, http.MethodGet, path, token, nil) }

	plan := get("/v1/"+planName, reader)
	if plan.Status != http.StatusOK || plan.JSON(t)["name"] != planName {
		t.Errorf("got %d %s", plan.Status, plan.Body)
	}
	if got := plan.Header.Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("got X-Content-Type-Options %q, want nosniff", got)
	}
	list := get("/v1/"+planName+"/riskEntries?page_size=5", reader)
	if entries, _ := list.JSON(t)["risk_entries"].([]any); len(entries) != 5 || list.JSON(t)["next_page_token"] == "" {
		t.Errorf("got %s, want 5 entries and a token for the next page", list.Body)
	}
	wantRefusal(t, get("/v1/"+planName, ""), http.StatusUnauthorized, "")
	wantRefusal(t, get("/v1/"+planName, "not.a.token"), http.StatusUnauthorized, "")
	wantRefusal(t, get("/v1/"+planName, s.TokenFor(t, "member", municipality+"/committees/utbildningsnamnden")), http.StatusForbidden, "")
	wantRefusal(t, get("/v1/"+committee+"/plans/1999", s.TokenFor(t, "coordinator", committee)), http.StatusNotFound, "")
	wantRefusal(t, get("/v1/"+planName+"/riskEntries?page_token=rubbish", reader), http.StatusBadRequest, "")
}

// TestRESTBadInput: each kind of bad input is refused with a typed error, and nothing of it is stored.
func TestRESTBadInput(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	s.MustClient(t, s.TokenFor(t, "operator", "platform"), "import", examplePlan)
	token := s.TokenFor(t, "coordinator", committee)
	_, before := export(t, s, "before.yaml")
	post := func(path, body string) product.Answer {
		return s.Request(t, http.MethodPost, path, token, []byte(body))
	}
	risks := "/v1/" + committee + "/risks"
	for name, test := range map[string]struct {
		body   string
		status int
		reason string
	}{
		"20 MB":                 {`{"title": "` + strings.Repeat("x", 20<<20) + `"}`, http.StatusRequestEntityTooLarge, "LIMIT_EXCEEDED"},
		"invalid UTF-8":         {"{\"title\": \"a\xff\xfeb\"}", http.StatusBadRequest, ""},
		"no JSON":               {`{"title": `, http.StatusBadRequest, ""},
		"unknown field":         {`{"fish": 1}`, http.StatusBadRequest, ""},
		"empty":                 {`{}`, http.StatusBadRequest, ""},
		"control character":     {`{"title": "Risk att\u0000 allt går fel"}`, http.StatusBadRequest, ""},
		"personal number":       {`{"title": "Risk att 19850709-9805 drabbas"}`, http.StatusBadRequest, "PERSONAL_IDENTITY_NUMBER"},
		"too long":              {`{"title": "` + strings.Repeat("å", 200_000) + `"}`, http.StatusBadRequest, ""},
		"deep nesting":          {strings.Repeat(`{"title":`, 20_000) + `1` + strings.Repeat(`}`, 20_000), http.StatusBadRequest, ""},
		"array for an object":   {`[1, 2]`, http.StatusBadRequest, ""},
		"number for a text":     {`{"title": 7}`, http.StatusBadRequest, ""},
		"unpaired surrogate":    {`{"title": "Risk att \ud800"}`, http.StatusBadRequest, ""},
		"the same member twice": {`{"title": "a", "title": "b"}`, http.StatusBadRequest, ""},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, post(risks, test.body), test.status, test.reason) })
	}
	wantRefusal(t, post("/v1/"+planName+"/riskEntries", `{"process": "x"}`), http.StatusBadRequest, "")
	wantRefusal(t, post("/v1/"+planName+":propose", `{}`), http.StatusBadRequest, "")
	if _, after := export(t, s, "after.yaml"); after != before {
		t.Errorf("refused requests have changed something: %s", firstDifference(before, after))
	}
	// Emoji and every other letter are text like any other.
	if a := post(risks, `{"title": "Risk att 😀 Ł ş 漢字 مرحبا"}`); a.Status != http.StatusOK || a.JSON(t)["title"] != "Risk att 😀 Ł ş 漢字 مرحبا" {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	a := demo(t).Request(t, http.MethodGet, "/openapi.json", "", nil)
	var api struct {
		Swagger string                    `json:"swagger"`
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(a.Body, &api); err != nil || a.Status != http.StatusOK {
		t.Fatalf("got %d, error %v", a.Status, err)
	}
	if api.Swagger+api.OpenAPI == "" || len(api.Paths) < 50 {
		t.Errorf("got version %q and %d paths", api.Swagger+api.OpenAPI, len(api.Paths))
	}
}

// TestOpenEndpoints: what is open to all is open, and the rest asks who is there.
func TestOpenEndpoints(t *testing.T) {
	t.Parallel()
	s := demo(t)
	keys := s.Request(t, http.MethodGet, "/.well-known/jwks.json", "", nil)
	if list, _ := keys.JSON(t)["keys"].([]any); keys.Status != http.StatusOK || len(list) == 0 || strings.Contains(string(keys.Body), `"d"`) {
		t.Errorf("got the keys %s", keys.Body)
	}
	for path, status := range map[string]int{"/": 200, "/logga-in": 200, "/tillganglighet": 200, "/nothing-here": 404,
		"/" + committee: 401, "/" + planName: 401, "/historik/" + planName: 401, "/importera": 401} {
		a := s.Request(t, http.MethodGet, path, "", nil)
		if a.Status != status {
			t.Errorf("%s: got %d, want %d", path, a.Status, status)
		}
		if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: got the policy %q", path, csp)
		}
	}
}
