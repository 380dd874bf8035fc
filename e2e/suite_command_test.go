package e2e_test

import (
	"bufio"
	"context"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/e2e/internal/tool"
)

// TestSuiteCommand runs what `make suite` runs: it says where the suite is and how to sign in, the reference data are
// there, and Ctrl+C ends everything in order.
func TestSuiteCommand(t *testing.T) {
	binaries := filepath.Join(shared.dir, "suite-bin")
	theSuite(t) // its programs are built
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binaries, "./deploy/suite/cmd/suite")
	build.Dir = tool.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(binaries, "suite"), "--http", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		printed.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Ctrl+C") {
			look(t, printed.String())
			_ = cmd.Process.Signal(syscall.SIGINT) // Wait tells when it had ended already
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, printed.String())
	}
}

// look follows what the command has printed.
func look(t *testing.T, printed string) {
	t.Helper()
	address := regexp.MustCompile(`Uppsikt är igång: (\S+)`).FindStringSubmatch(printed)
	link := regexp.MustCompile(`https?://\S+/logga-in/\S+`).FindString(printed)
	if address == nil || link == "" {
		t.Errorf("no address or no link to sign in with:\n%s", printed)
		return
	}
	for _, url := range []string{address[1] + "/readyz", link} {
		a, err := http.Get(url)
		if err != nil {
			t.Error(err)
			continue
		}
		a.Body.Close()
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d", url, a.StatusCode)
		}
	}
}
