package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/suitetest"
)

// BenchmarkPages measures the server's time for the pages that are opened most, over the whole suite on SQLite.
func BenchmarkPages(b *testing.B) {
	s, _ := suitetest.Start(b, suitetest.WithReferenceData)
	cookie := demoCookie(b, s.Handler(), "municipalities/exempelkommun/people/ansvarig-internkontroll")
	for name, path := range map[string]string{"overview": board, "plan": plan, "round": board + "/rounds/delar-2025"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.AddCookie(cookie)
				w := httptest.NewRecorder()
				s.Handler().ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: got %d", path, w.Code)
				}
			}
		})
	}
}

// demoCookie signs in as a demo person.
func demoCookie(b *testing.B, h http.Handler, person string) *http.Cookie {
	b.Helper()
	r := httptest.NewRequest(http.MethodPost, "/demo", strings.NewReader(url.Values{"person": {person}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		b.Fatalf("no session for %s: %d %s", person, w.Code, w.Body)
	}
	return cookies[0]
}
