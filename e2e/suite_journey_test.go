package e2e_test

import (
	"net/http"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// TestSuiteFirstDocument goes the whole way of a new user on production's topology: from the one-time link over the plan,
// the answers and the closed round to the final document and its files.
func TestSuiteFirstDocument(t *testing.T) {
	s := theSuite(t)
	u := user{t: t, page: page(t, browser.Options{NoScript: true}), see: func(string) {}}
	pdf, word := u.everything(&product.Server{Link: s.FirstLink(), Address: s.Gateway()}, "Ja")
	for _, text := range []string{pdf, word} {
		wantDocument(t, text, "samtliga fyra kritiska risker hanteras enligt planen")
	}
	wantSound(t, s)
}

// TestSuiteOperator uses the operator's client where each service has an address of its own.
func TestSuiteOperator(t *testing.T) {
	s := theSuite(t)
	own := ownCommittee(t, s, "verktygskommun")
	token := mint(t, s, "coordinator", own)
	client := func(command string, args ...string) product.Result {
		return operate(t, s, append([]string{command, "--ca", s.CA(), "--token", token}, args...)...)
	}
	want(t, client("get", own+"/plans/2025"), 0, "PLAN_STATE_DECIDED")
	want(t, client("get", "--history", own+"/plans/2025"), 0, "/Import")
	want(t, client("report", "--committee", own, "--year", "2025", "--kind", "interim", "--format", "html", "-o", "-"), 0, "Följer plan")
	for range 2 { // also beside processes that serve
		want(t, operate(t, s, "migrate"), 0)
	}
	for _, r := range s.Replicas("directory", "risk-register", "control-measurement", "reporting") {
		want(t, operate(t, s, "healthcheck", "--server", r.Address, "--ca", s.CA(), "--server-name", r.Name), 0, "SERVING")
		want(t, operate(t, s, "healthcheck", "--server", r.Address, "--ca", s.CA(), "--server-name", "gateway", "--timeout", "1s"), 1)
	}
	for _, r := range s.Replicas("gateway") {
		want(t, operate(t, s, "healthcheck", "--http", "http://"+r.Address), 0, "SERVING")
	}
	a, err := http.Get(s.Gateway() + "/v1/" + own + "/plans/2025")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token the gateway answers %d", a.StatusCode)
	}
	wantSound(t, s)
}
