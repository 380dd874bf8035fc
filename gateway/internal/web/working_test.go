package web

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// workServer answers every request with work.
func workServer(t *testing.T, work func(tell func(string, int)) (*page, error)) *httptest.Server {
	t.Helper()
	s := newTestServer(t)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{server: s, w: w, r: r}
		p, err := c.perform("Kontroll", work)
		if err == nil {
			err = s.write(c, p)
		}
		if err != nil {
			http.Error(w, "fel", http.StatusInternalServerError)
		}
	}))
	t.Cleanup(web.Close)
	return web
}

func fetch(t *testing.T, web *httptest.Server) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := web.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// TestLongWorkIsToldAsItGoes: each step is with the browser before the next is done, which the work here waits for.
func TestLongWorkIsToldAsItGoes(t *testing.T) {
	seen := make(chan struct{})
	web := workServer(t, func(tell func(string, int)) (*page, error) {
		for _, step := range []string{"Har läst <rad> 1", "Har läst rad 2"} {
			tell(step, longSheet)
			select {
			case <-seen:
			case <-t.Context().Done():
			}
		}
		return &page{Title: "Färdigt", Lead: "Två rader.", Template: "workingdone", Data: "/x"}, nil
	})
	res := fetch(t, web)
	body, lines, whole := bufio.NewReader(res.Body), 0, ""
	for {
		line, err := body.ReadString('\n')
		whole += line
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, "Har läst") {
			lines++
			seen <- struct{}{}
		}
	}
	if res.StatusCode != http.StatusOK || lines != 2 {
		t.Errorf("status %d, %d lines", res.StatusCode, lines)
	}
	for _, want := range []string{"<h1>Kontroll</h1>", "&lt;rad&gt;", "</ol>", "<h2>Färdigt</h2>", "<p>Två rader.</p>", `href="/x"`, "</html>"} {
		if !strings.Contains(whole, want) {
			t.Errorf("the page lacks %s:\n%s", want, whole)
		}
	}
	checkHTML(t, []byte(whole))
}

// TestWorkEndsInEveryWay: what is short is answered as any page; what was told of ends in a page, a fault or a way on.
func TestWorkEndsInEveryWay(t *testing.T) {
	done := func() (*page, error) {
		return &page{Title: "Färdigt", Template: "workingdone", Data: "/x", Status: http.StatusUnprocessableEntity}, nil
	}
	on := func() (*page, error) { return &page{Title: "Filen är importerad", Location: "/plan"}, nil }
	refused := func() (*page, error) { return nil, fault.Deny("no") }
	for name, tt := range map[string]struct {
		rows   int
		end    func() (*page, error)
		status int
		want   string
	}{
		"short":             {longSheet - 1, done, http.StatusUnprocessableEntity, "<h1>Färdigt</h1>"},
		"short, sent on":    {1, on, http.StatusSeeOther, ""},
		"short, a fault":    {1, refused, http.StatusInternalServerError, "fel"},
		"long":              {longSheet, done, http.StatusOK, "<h2>Färdigt</h2>"},
		"long, sent on":     {longSheet, on, http.StatusOK, `href="/plan"`},
		"long, then denied": {longSheet, refused, http.StatusOK, "Du har inte behörighet"},
	} {
		t.Run(name, func(t *testing.T) {
			res := fetch(t, workServer(t, func(tell func(string, int)) (*page, error) {
				tell("steg", tt.rows)
				return tt.end()
			}))
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != tt.status || !strings.Contains(string(body), tt.want) {
				t.Errorf("got %d, %v, want %d with %q:\n%s", res.StatusCode, err, tt.status, tt.want, body)
			}
		})
	}
}
