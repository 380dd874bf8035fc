// Package product builds, runs and asks the real binary.
package product

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Program is the built binary.
type Program struct{ path string }

// Build builds the binary into a directory from the module in root.
func Build(ctx context.Context, root, dir string) (Program, error) {
	p := Program{filepath.Join(dir, "uppsikt")}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", p.path, "./cmd/uppsikt")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return p, fmt.Errorf("build the binary: %w\n%s", err, out)
	}
	return p, nil
}

// Result is how a command ended.
type Result struct {
	Args           []string
	Code           int
	Stdout, Stderr string
}

// String shows the command as in a terminal.
func (r Result) String() string {
	return fmt.Sprintf("uppsikt %s: exit code %d\n%s%s", strings.Join(r.Args, " "), r.Code, r.Stdout, r.Stderr)
}

// Run runs a command to its end.
func (p Program) Run(t testing.TB, args ...string) Result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), p.path, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "UPPSIKT_TOKEN=")
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	return Result{args, cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// Must runs a command that has to succeed and returns what it printed on standard output.
func (p Program) Must(t testing.TB, args ...string) string {
	t.Helper()
	r := p.Run(t, args...)
	if r.Code != 0 {
		t.Fatalf("%v", r)
	}
	return r.Stdout
}

// Token mints an access token from a data directory.
func (p Program) Token(t testing.TB, data, role, scope string) string {
	t.Helper()
	return strings.TrimSpace(p.Must(t, "token", "--data", data, "--role", role, "--scope", scope))
}
