package documenttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// External runs a checker that is not ours and returns its exit code and everything it printed. The test fails when the
// program is not installed.
func External(t testing.TB, name string, args ...string) (code int, output string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is not installed; `make test` installs it on Debian (tools/setup/debian.sh)", name)
	}
	var b bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Stdout, cmd.Stderr = &b, &b
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %s: %v", name, err)
	}
	return cmd.ProcessState.ExitCode(), b.String()
}

// archiveValidator are the parts of PDFBox that validate PDF/A-1b.
var archiveValidator = []string{"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api"}

// ValidateArchive runs the validator of PDF/A-1b over a file.
func ValidateArchive(t testing.TB, content []byte) (code int, output string) {
	t.Helper()
	var jars []string
	for _, name := range archiveValidator {
		jar := filepath.Join("/usr/share/java", name+".jar")
		if _, err := os.Stat(jar); err != nil {
			t.Fatalf("%s is not installed; `make test` installs it on Debian (tools/setup/debian.sh)", jar)
		}
		jars = append(jars, jar)
	}
	return External(t, "java", "-cp", strings.Join(jars, ":"), "org.apache.pdfbox.preflight.Validator_A1b", Written(t, "document.pdf", content))
}

// Verdict is what the validator of Office files says.
type Verdict struct {
	OK     bool              `json:"ok"`
	Errors []json.RawMessage `json:"errors"`
}

// ValidateOffice has the Open XML SDK judge a file. The output tells what it found.
func ValidateOffice(t testing.TB, content []byte) (v Verdict, output string) {
	t.Helper()
	program := filepath.Join(module(t), "e2e", "node_modules", "@xarsh", "ooxml-validator", "dist", "src", "cli.js")
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("the validator of Office files is not installed; `make test` installs it (tools/setup/node.sh): %v", err)
	}
	name := "document.docx"
	if bytes.Contains(content, []byte("xl/workbook.xml")) {
		name = "document.xlsx"
	}
	_, output = External(t, "node", program, Written(t, name, content))
	if err := json.Unmarshal([]byte(output), &v); err != nil {
		t.Fatalf("the validator answers %q: %v", output, err)
	}
	return v, output
}

// module returns the folder of the repository, above the test's own.
func module(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(folder, "go.work")); missing == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			break
		}
		folder = filepath.Dir(folder)
	}
	t.Fatalf("no go.work above the test: %v", err)
	return ""
}

// Written writes a file for a checker and returns its path.
func Written(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
