package suitetest_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

// TestWildcardsStayInside lists under every parent at once: whoever has the municipality gets what is in it alone, and
// whoever has one committee gets nothing, whatever the committee's place is left open for.
func TestWildcardsStayInside(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			e := openEstate(t, engine)
			lists := 0
			for _, p := range e.procedures() {
				if strings.HasPrefix(string(p.method.Name()), "List") && strings.Contains(p.form, "/committees/*") {
					e.everyParent(p)
					lists++
				}
			}
			if lists < 10 {
				t.Errorf("only %d lists were tried", lists)
			}
		})
	}
}

func (e *estate) everyParent(p procedure) {
	e.Helper()
	committees, rest, _ := strings.Cut(p.form, "/committees/*")
	parent := own.name(committees) + "/committees/-" + strings.ReplaceAll(rest, "*", "-")
	for _, role := range []string{"coordinator", "auditor"} {
		got := e.call(e.as(role, own.municipality), p, p.request(e, own, parent))
		for _, name := range got.names {
			if !within(name, own.municipality) {
				e.Errorf("%s of %s as %s of the municipality: names %s", p.label, parent, role, name)
			}
		}
		if got := e.call(e.as(role, own.committee), p, p.request(e, own, parent)); got.code != codes.PermissionDenied {
			e.Errorf("%s of %s as %s of one committee: got %s %s", p.label, parent, role, got.code, got.said)
		}
	}
	for _, beyond := range []string{"municipalities/-/committees/-" + strings.ReplaceAll(rest, "*", "-"), foreign.municipality + "/committees/-"} {
		if got := e.call(e.as("coordinator", own.municipality), p, p.request(e, own, beyond)); got.code != codes.PermissionDenied {
			e.Errorf("%s of %s as coordinator of %s: got %s %s", p.label, beyond, own.municipality, got.code, got.said)
		}
	}
}
