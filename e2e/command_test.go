package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// want fails the test unless a command ended with the code and printed the texts, on either output.
func want(t *testing.T, r product.Result, code int, texts ...string) {
	t.Helper()
	if r.Code != code {
		t.Errorf("want exit code %d: %v", code, r)
	}
	for _, text := range texts {
		if !strings.Contains(r.Stdout+r.Stderr, text) {
			t.Errorf("want %q in: %v", text, r)
		}
	}
}

func TestVersionAndHelp(t *testing.T) {
	t.Parallel()
	want(t, shared.program.Run(t, "version"), 0, "uppsikt ", "go1.")
	want(t, shared.program.Run(t, "--help"), 0, "serve", "demo", "import", "export", "report", "get", "token", "verify", "backup", "restore", "rotate-key",
		"migrate", "healthcheck", "version")
	want(t, shared.program.Run(t, "fly"), 2, "--help")
	want(t, shared.program.Run(t, "serve"), 2, "--data")
}

func TestMigrateCreatesTheDatabases(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "new", "data")
	for range 2 { // doing it again changes nothing
		want(t, shared.program.Run(t, "migrate", "--data", data), 0)
	}
	for _, service := range []string{"directory", "riskregister", "controlmeasurement", "reporting"} {
		if _, err := os.Stat(filepath.Join(data, service+".db")); err != nil {
			t.Error(err)
		}
	}
	want(t, shared.program.Run(t, "verify", "--data", data), 0)
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	want(t, s.Run(t, "healthcheck", "--server", s.GRPC), 0)
	if a := s.Request(t, http.MethodGet, "/healthz", "", nil); a.Status != http.StatusOK {
		t.Errorf("/healthz: got %d, want 200", a.Status)
	}
	if a := s.Request(t, http.MethodGet, "/readyz", "", nil); a.Status != http.StatusOK {
		t.Errorf("/readyz: got %d, want 200", a.Status)
	}
	s.Stop()
	if got := s.ExitCode(); got != 0 {
		t.Errorf("after SIGTERM the server ended with code %d, want 0\n%s", got, s.Log())
	}
	want(t, s.Run(t, "healthcheck", "--server", s.GRPC, "--timeout", "2s"), 1)
}

// TestListensOnLoopbackOnly: without TLS or a declared proxy no other address is taken, and with demo people never.
func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--http", "0.0.0.0:0"}, {"--http", ":0"}, {"--grpc", "[::]:0"}, {"--http", "192.0.2.1:8080"},
		{"--demo", "--trusted-proxy", "--http", "0.0.0.0:0"}, {"--demo", "--metrics", "0.0.0.0:0"},
	} {
		all := append([]string{"serve", "--data", t.TempDir(), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--metrics", ""}, args...)
		want(t, shared.program.Run(t, all...), 1, "loopback")
	}
	want(t, shared.program.Run(t, "serve", "--data", t.TempDir(), "--http", "127.0.0.1:0", "--now", "2025-05-05"), 1, "--demo")
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := demo(t)
	reader := s.TokenFor(t, "member", committee)
	if strings.Count(reader, ".") != 2 {
		t.Errorf("got the token %q, want three parts", reader)
	}
	want(t, s.Client(t, reader, "get", planName), 0, `"name": "`+planName+`"`, "PLAN_STATE_DECIDED")
	want(t, s.Client(t, reader, "export", "-o", filepath.Join(t.TempDir(), "x.yaml")), 1)
	want(t, s.Client(t, s.TokenFor(t, "member", municipality+"/committees/utbildningsnamnden"), "get", planName), 1, "behörighet")
	want(t, s.Client(t, "", "get", planName), 1)
	want(t, s.Client(t, reader+"x", "get", planName), 1)
	want(t, s.Run(t, "token", "--data", s.Data, "--role", "emperor", "--scope", committee), 1, "role", "emperor", "coordinator")
	want(t, s.Run(t, "token", "--data", s.Data, "--role", "member", "--scope", "planet"), 1, "scope")
	auditor := s.TokenFor(t, "auditor", municipality)
	want(t, s.Client(t, auditor, "get", "--history", planName), 0, "/Import")
	want(t, s.Client(t, auditor, "get", committee+"/plans/1999"), 1, "1999")
	want(t, s.Client(t, auditor, "get", "nonsense"), 1)
}

// TestDemoLeavesNothingBehind runs the command of the README's first minute.
func TestDemoLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Temporary: true})
	if a := s.Request(t, http.MethodGet, "/demo", "", nil); a.Status != http.StatusOK || !strings.Contains(string(a.Body), "Internkontrollsamordnare") {
		t.Errorf("/demo: got %d\n%s", a.Status, a.Body)
	}
	s.Stop()
	if _, err := os.Stat(s.Data); !os.IsNotExist(err) {
		t.Errorf("the data directory %s is still there (%v)", s.Data, err)
	}
	if got := s.ExitCode(); got != 0 {
		t.Errorf("got exit code %d, want 0\n%s", got, s.Log())
	}
}

// TestStartsAgain: a server finds its data again, its link is not made anew once somebody can sign in, and a second
// server on the same data is refused or harmless.
func TestStartsAgain(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	if s.Link == "" {
		t.Error("a new server prints no link to sign in with")
	}
	operator := s.TokenFor(t, "operator", "platform")
	s.MustClient(t, operator, "import", examplePlan)
	s.Stop()
	again := shared.program.Start(t, product.Options{Data: s.Data})
	want(t, again.Client(t, again.TokenFor(t, "coordinator", committee), "get", planName), 0, "PLAN_STATE_DECIDED")
}

func TestReports(t *testing.T) {
	t.Parallel()
	s, dir := demo(t), t.TempDir()
	token := s.TokenFor(t, "coordinator", committee)
	args := []string{"--committee", committee, "--year", "2025", "--kind", "interim"}
	for _, format := range []string{"html", "pdf", "docx"} {
		file := filepath.Join(dir, "d."+format)
		s.MustClient(t, token, "report", append(args, "--format", format, "-o", file)...)
		checkReport(t, file)
	}
	want(t, s.Client(t, token, "report", append(args, "--format", "html", "--round", "delar-2025", "-o", "-")...), 0, "Följer plan")
	for _, bad := range []struct{ kind, format, says string }{
		{"consolidated", "pdf", "consolidated"}, {"annual", "pdf", "helårsuppföljning saknas"}, {"interim", "xlsx", "xlsx"},
	} {
		file := filepath.Join(dir, "not-there")
		r := s.Client(t, token, "report", "--committee", committee, "--year", "2025", "--kind", bad.kind, "--format", bad.format, "-o", file)
		want(t, r, 1, bad.says)
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("%s as %s: a refused report leaves a file (%v)", bad.kind, bad.format, err)
		}
	}
	want(t, s.Client(t, token, "report", "--committee", committee, "--year", "2025", "--kind", "novel", "--format", "pdf", "-o", "x"), 2, "interim")
	want(t, s.Client(t, token, "report", "--committee", committee, "--year", "1999", "--kind", "interim", "--format", "pdf", "-o", filepath.Join(dir, "x")), 1)
}

// TestReportForBothKindsOfMethod: the other committee states its axes; its document names them.
func TestReportForBothKindsOfMethod(t *testing.T) {
	t.Parallel()
	s := demo(t)
	other := municipality + "/committees/utbildningsnamnden"
	r := s.Client(t, s.TokenFor(t, "coordinator", other), "report", "--committee", other, "--year", "2025", "--kind", "interim", "--format", "html", "-o", "-")
	want(t, r, 0)
	if !regexp.MustCompile(`(?i)sannolikhet\s+\d`).MatchString(strings.ReplaceAll(r.Stdout, "\u00a0", " ")) {
		t.Errorf("the document names no axes:\n%s", r.Stdout)
	}
}
