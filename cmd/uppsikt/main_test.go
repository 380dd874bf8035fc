package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// program is a running `uppsikt serve`.
type program struct {
	data, grpc string
	welcome    string
	stop       func() (code int, log string)
}

// grpcAddress finds where a program listens in what it says at start.
var grpcAddress = regexp.MustCompile(`gRPC: (\S+:\d+)\. `)

// start runs the suite on a new data directory.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	return startOn(t, filepath.Join(t.TempDir(), "data"), args...)
}

// startOn runs the suite on free ports of this machine, and returns once it says that it is ready.
func startOn(t *testing.T, data string, args ...string) *program {
	t.Helper()
	return startWith(t, data, append(args, "--data", data)...)
}

// startWith is startOn for a command that may have no flag for its data directory.
func startWith(t *testing.T, data string, args ...string) *program {
	t.Helper()
	p := &program{data: data}
	args = append(args, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--metrics", "127.0.0.1:0")
	ctx, cancel := context.WithCancel(t.Context())
	said, stdout := io.Pipe()
	var log bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, args, noEnv, stdout, &log)
		stdout.Close()
	}()
	p.stop = func() (int, string) {
		cancel()
		c := <-code
		code <- c
		return c, log.String()
	}
	t.Cleanup(func() { p.stop() })
	lines := bufio.NewScanner(said)
	for p.grpc == "" && lines.Scan() {
		p.welcome += lines.Text() + "\n"
		if match := grpcAddress.FindStringSubmatch(lines.Text()); match != nil {
			p.grpc = match[1]
		}
	}
	if p.grpc == "" {
		c, text := p.stop()
		t.Fatalf("it ended with %d before it was ready:\n%s%s", c, p.welcome, text)
	}
	return p
}

func noEnv(string) string { return "" }

// client runs a client command with a token for the role on the platform.
func (p *program) client(t *testing.T, role string, args ...string) string {
	t.Helper()
	token := p.local(t, "token", "--role", role, "--scope", "platform")
	return execute(t, append(args, "--server", p.grpc, "--token", strings.TrimSpace(token))...)
}

// local runs a command on the data directory.
func (p *program) local(t *testing.T, args ...string) string {
	t.Helper()
	return execute(t, append(args, "--data", p.data)...)
}

// execute runs a command line that must succeed, and returns what it says.
func execute(t *testing.T, args ...string) string {
	t.Helper()
	var out, errors bytes.Buffer
	if code := run(t.Context(), args, noEnv, &out, &errors); code != 0 {
		t.Fatalf("uppsikt %s: got exit code %d: %s%s", args[0], code, &out, &errors)
	}
	return out.String()
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestOperator: what an operator does with a running installation, from the reference data to another installation.
func TestOperator(t *testing.T) {
	const committee = "municipalities/exempelkommun/committees/socialnamnden"
	demo := start(t, "serve", "--demo", "--now", "2025-09-01")
	if !strings.Contains(demo.welcome, "/demo") {
		t.Errorf("got %q, want it to say how to sign in", demo.welcome)
	}
	execute(t, "healthcheck", "--server", demo.grpc)
	if got := demo.client(t, "operator", "get", committee); !strings.Contains(got, `"display_name": "Socialnämnden"`) {
		t.Errorf("got %s", got)
	}
	if got := demo.client(t, "auditor", "get", "--history", committee); !strings.Contains(got, "CHANGE_KIND_CREATED") {
		t.Errorf("got %s", got)
	}
	file := filepath.Join(t.TempDir(), "delar.html")
	demo.client(t, "auditor", "report", "--committee", committee, "--year", "2025", "--kind", "interim", "--format", "html", "-o", file)
	if got := read(t, file); !strings.Contains(got, "skyddad identitet") {
		t.Errorf("the report does not tell of the risks")
	}
	demo.local(t, "verify") // beside the running server
	first := filepath.Join(t.TempDir(), "a.yaml")
	demo.client(t, "operator", "export", "-o", first)
	if code, log := demo.stop(); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, log)
	}

	other := start(t, "serve")
	if !strings.Contains(other.welcome, "/logga-in/") {
		t.Errorf("got %q, want a link for the first sign-in", other.welcome)
	}
	other.client(t, "operator", "import", "--check", first)
	other.client(t, "operator", "import", first)
	if got := other.client(t, "operator", "import", first); strings.Contains(got, "1 nya") || strings.Contains(got, "1 ändrade") {
		t.Errorf("repeating changed something: %s", got)
	}
	second := filepath.Join(t.TempDir(), "b.yaml")
	other.client(t, "operator", "export", "-o", second)
	if read(t, first) != read(t, second) {
		t.Error("export, import and export again is not byte-identical")
	}
	other.stop()
	other.local(t, "migrate")
	other.local(t, "verify")
}

// TestOneServerForADirectory: a second server is refused, and what may run beside the first one still does; when it has
// ended, the next one starts.
func TestOneServerForADirectory(t *testing.T) {
	first := start(t, "serve")
	refused(t, "En annan server använder redan", "serve", "--data", first.data, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--metrics", "")
	first.client(t, "operator", "export", "-o", filepath.Join(t.TempDir(), "a.yaml"))
	first.local(t, "verify")
	first.local(t, "rotate-key")
	first.local(t, "backup", "-o", filepath.Join(t.TempDir(), "a.tar.gz"))
	first.stop()
	if again := startOn(t, first.data, "serve"); !strings.Contains(again.welcome, "/logga-in/") {
		t.Errorf("got %q, want a new link at once", again.welcome)
	}
}

// TestTakenAddress: the flag that chooses another is named.
func TestTakenAddress(t *testing.T) {
	taken := start(t, "serve").grpc
	for _, flag := range []string{"--http", "--grpc", "--metrics"} {
		args := []string{"serve", "--data", filepath.Join(t.TempDir(), "data")}
		for _, each := range []string{"--http", "--grpc", "--metrics"} {
			args = append(args, each, map[bool]string{true: taken, false: "127.0.0.1:0"}[each == flag])
		}
		refused(t, "Välj en annan med "+flag, args...)
	}
}

// TestDemoBeginsInTheReferenceYear: without a wish, the clock stands where the reference data are in the midst of things.
func TestDemoBeginsInTheReferenceYear(t *testing.T) {
	for want, args := range map[string][]string{"16 juni 2025": {"demo"}, "1 september 2025": {"demo", "--now", "2025-09-01"}} {
		if got := startWith(t, "", args...).welcome; !strings.Contains(got, "Klockan i demonstrationen: "+want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestCommandLine: help and version succeed, a wrong command line is told from a command that failed.
func TestCommandLine(t *testing.T) {
	tests := []struct {
		args string
		code int
		text string
	}{
		{"--help", 0, "Mint an access token"},
		{"report --help", 0, "minutes-extract; consolidated"},
		{"report --help", 0, "Kind: plan, interim, annual,"},
		{"report --help", 0, "Format: html, pdf or docx; xlsx for plan"},
		{"get municipalities/m", 1, "Ange --token eller UPPSIKT_TOKEN (uppsikt token skapar en)."},
		{"token --data x --role operator --scope platform", 1, "I x finns ingen installation."},
		{"verify --data x", 1, "I x finns ingen installation."},
		{"migrate --data x", 0, "aktuella"},
		{"token --data x --role boss --scope platform", 1, "Rollen ”boss” finns inte. De som finns är: administrator, auditor, coordinator,"},
		{"version", 0, "uppsikt "},
		{"", 2, "expected one of"},
		{"begin", 2, "unexpected argument begin"},
		{"import", 2, "<file>"},
		{"serve --data x --now 2025-01-01", 1, "--demo"},
		{"serve --data x --demo --now yesterday", 1, "yesterday"},
		{"serve --data x --http 0.0.0.0:0", 1, "loopback"},
		{"serve --data x --tls-cert missing.pem --tls-key missing.pem", 1, "missing.pem"},
	}
	t.Chdir(t.TempDir()) // where x is not there until it is migrated
	for _, test := range tests {
		var out, errors bytes.Buffer
		code := run(t.Context(), strings.Fields(test.args), noEnv, &out, &errors)
		if code != test.code || !strings.Contains(out.String()+errors.String(), test.text) {
			t.Errorf("uppsikt %s: got %d, %s%s; want %d, %q", test.args, code, &out, &errors, test.code, test.text)
		}
	}
}

// TestParseTime: a day begins at midnight in Sweden.
func TestParseTime(t *testing.T) {
	tests := map[string]string{
		"2025-05-05": "2025-05-04T22:00:00Z", "2025-12-01": "2025-11-30T23:00:00Z", "2025-05-05T07:00:00+02:00": "2025-05-05T05:00:00Z",
	}
	for in, want := range tests {
		at, err := parseTime(in)
		if got := at.UTC().Format(time.RFC3339); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
	if at, err := parseTime(""); err != nil || !at.IsZero() {
		t.Errorf("nothing: got %v, %v", at, err)
	}
}
