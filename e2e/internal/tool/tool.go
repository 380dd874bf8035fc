// Package tool runs the programs that tests need beside Go.
package tool

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns where a program is, and fails the test when it is not installed.
func Path(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is not installed; `make test` installs it on Debian (tools/setup/debian.sh)", name)
	}
	return path
}

// Output runs a program and returns its exit code and everything it printed.
func Output(t testing.TB, name string, args ...string) (code int, output string) {
	t.Helper()
	var b bytes.Buffer
	cmd := exec.CommandContext(t.Context(), Path(t, name), args...)
	cmd.Stdout, cmd.Stderr = &b, &b
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %s: %v", name, err)
	}
	return cmd.ProcessState.ExitCode(), b.String()
}

// Module returns the directory of the end-to-end tests, and Root that of the product.
func Module() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Root returns the directory of the product's module.
func Root() string { return filepath.Join(Module(), "..") }
