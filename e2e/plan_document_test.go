package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
)

// planFacts must stand in the plan of each example committee, in this order.
var planFacts = map[string][]string{
	committee: {"Internkontrollplan 2025", "Innehåll", "6 kap. 6 §", "Risknivåer", "Planen har ingen riskmatris", "Risk 1", "9 – kritisk",
		"Nämndens granskningar", "Uppföljning", "Bilaga: Riskanalys"},
	municipality + "/committees/utbildningsnamnden": {"Internkontrollplan 2025", "Innehåll", "6 kap. 6 §", "Risknivåer", "Riskmatrisen som tabell", "12 – kritisk",
		"Risk 1", "Nämndens granskningar", "Uppföljning", "Bilaga: Riskanalys"},
}

// TestPlanDocument has the plan of a committee that states values alone, and of one that states axes, made in every format
// and judged by checkers that are not ours.
func TestPlanDocument(t *testing.T) {
	t.Parallel()
	s, dir := demo(t), t.TempDir()
	for owner, facts := range planFacts {
		token := s.TokenFor(t, "coordinator", owner)
		texts := map[string]string{}
		for _, format := range []string{"html", "pdf", "docx"} {
			file := filepath.Join(dir, filepath.Base(owner)+"."+format)
			s.MustClient(t, token, "report", "--committee", owner, "--year", "2025", "--kind", "plan", "--format", format, "-o", file)
			switch format {
			case "html":
				texts[format] = htmlText(read(t, file))
				inspectFile(t, read(t, file), filepath.Base(owner))
			case "pdf":
				texts[format] = checkPDF(t, file)
			case "docx":
				texts[format] = checkDOCX(t, file)
			}
		}
		for format, text := range texts {
			wantInOrder(t, filepath.Base(owner)+"."+format, words(text), facts)
		}
	}
}

func wantInOrder(t *testing.T, name, text string, facts []string) {
	t.Helper()
	rest := text
	for _, fact := range facts {
		_, after, found := strings.Cut(rest, fact)
		if !found {
			t.Errorf("%s: no %q after the facts before it", name, fact)
			return
		}
		rest = after
	}
}

// inspectFile examines a document that stands alone as pages are examined.
func inspectFile(t *testing.T, content, word string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(content))
	}))
	defer server.Close()
	p := page(t, browser.Options{})
	p.Go(server.URL)
	inspector(t, p, "plan")(word)
}
