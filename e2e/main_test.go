package e2e_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/deploy/suite"
	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/product"
	"github.com/uppsikt/uppsikt/e2e/internal/tool"
)

// Names in the reference data.
const (
	municipality = "municipalities/exempelkommun"
	committee    = municipality + "/committees/socialnamnden"
	planName     = committee + "/plans/2025"
	roundName    = committee + "/rounds/delar-2025"
)

// examplePlan is the file that the README has a new user import.
var examplePlan = filepath.Join(tool.Root(), "docs", "examples", "plan.yaml")

// run is what all tests share: the binary, and, from their first use on, a browser and a server with the reference data
// that tests only read.
type run struct {
	dir     string
	program product.Program

	browserOnce sync.Once
	chromium    *browser.Browser
	browserErr  error

	demoOnce sync.Once
	server   *product.Server
	demoErr  error

	suiteOnce sync.Once
	suite     *suite.Suite
	suiteErr  error
}

var shared run

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := shared.around(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// around builds the binary, runs the tests, and ends what they have started.
func (r *run) around(tests func() int) (code int, err error) {
	if r.dir, err = os.MkdirTemp("", "uppsikt-e2e-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(r.dir)
	if r.program, err = product.Build(context.Background(), tool.Root(), r.dir); err != nil {
		return 1, err
	}
	code = tests()
	if r.chromium != nil {
		r.chromium.Close()
	}
	if r.server != nil {
		r.server.Stop()
	}
	if r.suite != nil {
		return code, r.suite.Stop()
	}
	return code, nil
}

// demo returns the shared server with the reference data; it must not be changed.
func demo(t testing.TB) *product.Server {
	t.Helper()
	shared.demoOnce.Do(func() {
		shared.server, shared.demoErr = shared.program.Launch(context.Background(),
			product.Options{Data: filepath.Join(shared.dir, "demo"), Demo: true, Now: "2025-06-16"})
	})
	if shared.demoErr != nil {
		t.Fatal(shared.demoErr)
	}
	return shared.server
}

// page opens a page of the shared browser, signed in nowhere.
func page(t testing.TB, o browser.Options) *browser.Page {
	t.Helper()
	shared.browserOnce.Do(func() {
		shared.chromium, shared.browserErr = browser.Start(context.Background(), tool.Path(t, "chromium"))
	})
	if shared.browserErr != nil {
		t.Fatal(shared.browserErr)
	}
	return shared.chromium.Page(t, o)
}

// write writes a file of the test.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read reads a file.
func read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
