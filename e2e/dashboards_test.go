package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/tool"
)

// series finds the names of metrics in a query: identifiers with a selector or a range after them.
var series = regexp.MustCompile(`([a-z_]+)(?:\{|\[)|\((notification_[a-z_]+)\)`)

// TestDashboardsShowWhatIsMeasured: every metric and label that a dashboard asks for is one that a running suite offers.
func TestDashboardsShowWhatIsMeasured(t *testing.T) {
	t.Parallel()
	s, _ := firstMails(t)
	if answer := s.Request(t, "GET", "/v1/"+committee, s.TokenFor(t, "auditor", municipality), nil); answer.Status != http.StatusOK {
		t.Fatalf("a call answered %d", answer.Status)
	}
	metrics := fetch(t, s.Metrics+"/metrics")
	files, err := filepath.Glob(filepath.Join(tool.Root(), "deploy", "dashboards", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	for _, file := range files {
		for _, query := range queries(t, read(t, file)) {
			found := series.FindAllStringSubmatch(query, -1)
			if len(found) == 0 {
				t.Errorf("%s: no metric in %q", filepath.Base(file), query)
			}
			for _, parts := range found {
				name := parts[1] + parts[2]
				if !strings.Contains(metrics, "\n"+name+"{") && !strings.Contains(metrics, "\n"+name+" ") {
					t.Errorf("%s asks for %s, which nothing measures", filepath.Base(file), name)
				}
			}
		}
	}
	for _, label := range []string{"rpc_method", "rpc_response_status_code"} {
		if !strings.Contains(metrics, label+`="`) {
			t.Errorf("no series has the label %s", label)
		}
	}
}

// queries returns the expressions of a dashboard's panels.
func queries(t *testing.T, text string) []string {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			all = append(all, target.Expr)
		}
	}
	if len(all) == 0 {
		t.Fatal("a dashboard without queries")
	}
	return all
}

// fetch returns what an address on loopback serves.
func fetch(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d: %v", address, response.StatusCode, err)
	}
	return string(body)
}
