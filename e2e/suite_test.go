package e2e_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/deploy/suite"
	"github.com/uppsikt/uppsikt/e2e/internal/product"
	"github.com/uppsikt/uppsikt/e2e/internal/tool"
)

// theSuite returns the one suite of processes that the tests of production's topology share, one after another: none of
// them is parallel. What they write, they write into municipalities of their own.
func theSuite(t testing.TB) *suite.Suite {
	t.Helper()
	shared.suiteOnce.Do(func() { shared.suite, shared.suiteErr = startSuite(context.Background()) })
	if shared.suiteErr != nil {
		t.Fatal(shared.suiteErr)
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, r := range shared.suite.Replicas() {
				t.Logf("the log of %s ends:\n%s", r, r.Log())
			}
		}
	})
	return shared.suite
}

func startSuite(ctx context.Context) (*suite.Suite, error) {
	o := suite.Options{Dir: filepath.Join(shared.dir, "suite"), Binaries: filepath.Join(shared.dir, "suite-bin")}
	if err := errors.Join(os.Mkdir(o.Dir, 0o700), os.Mkdir(o.Binaries, 0o700)); err != nil {
		return nil, err
	}
	if err := suite.Build(ctx, tool.Root(), o.Binaries); err != nil {
		return nil, err
	}
	return suite.Start(ctx, o)
}

// operate runs a command of the operator's against the suite.
func operate(t testing.TB, s *suite.Suite, args ...string) product.Result {
	t.Helper()
	var stdout, stderr strings.Builder
	cmd := s.Command(t.Context(), args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	return product.Result{Args: args, Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
}

// must runs a command of the operator's that has to succeed.
func must(t testing.TB, s *suite.Suite, args ...string) string {
	t.Helper()
	r := operate(t, s, args...)
	if r.Code != 0 {
		t.Fatalf("%v", r)
	}
	return r.Stdout
}

// mint returns an access token.
func mint(t testing.TB, s *suite.Suite, role, scope string) string {
	t.Helper()
	token, err := s.Token(t.Context(), role, scope)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// ownCommittee imports the example into a municipality of the test's own and returns the name of the committee.
func ownCommittee(t testing.TB, s *suite.Suite, id string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), id+".yaml")
	content := strings.ReplaceAll(read(t, examplePlan), "exempelkommun", id)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, s, "import", "--ca", s.CA(), "--token", mint(t, s, "operator", "platform"), file)
	return strings.ReplaceAll(committee, "exempelkommun", id)
}

// readOver returns a function that reads from the first gateway of the suite.
func readOver(t testing.TB, s *suite.Suite, token string) func(path string) product.Answer {
	t.Helper()
	return func(path string) product.Answer {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Gateway()+"/v1/"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return product.Answer{Status: answer.StatusCode, Header: answer.Header, Body: body}
	}
}

// wantSound fails the test unless every chain of the suite agrees with its rows.
func wantSound(t testing.TB, s *suite.Suite) {
	t.Helper()
	if r := operate(t, s, "verify"); r.Code != 0 {
		t.Errorf("%v", r)
	}
}
