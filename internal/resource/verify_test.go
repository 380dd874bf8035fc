package resource_test

import (
	"context"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// problems verifies the store.
func (f fixture) problems(t *testing.T) []journal.Problem {
	t.Helper()
	var found []journal.Problem
	if err := f.Verify(f.ctx, func(p journal.Problem) { found = append(found, p) }); err != nil {
		t.Fatal(err)
	}
	return found
}

func (f fixture) wantSound(t *testing.T) {
	t.Helper()
	for _, p := range f.problems(t) {
		t.Errorf("verification found: %s", p)
	}
}

// tamper changes the database behind the store's back.
func (f fixture) tamper(t *testing.T, statement string, args ...any) {
	t.Helper()
	err := f.DB().Write(f.ctx, "ume", nil, func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
		return []sqldb.Stmt{{SQL: statement, Args: args}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestVerifyNamesWhatWasChanged(t *testing.T) {
	for name, c := range map[string]struct {
		statement string
		args      []any
		want      string
	}{
		"a byte of a journal row":     {"update journal_entries set actor = 'x' where seq = 2", nil, "entry 2"},
		"a byte of a journal state":   {"update journal_states set state = $1 where seq = 2", []any{[]byte("x")}, "entry 2"},
		"a byte of a resource row":    {"update risks set body = $1 where id = 'r1'", []any{[]byte{0x12, 1, 'x'}}, committee + "/risks/r1"},
		"a typed column":              {"update risks set title = 'x' where id = 'r1'", nil, "column title"},
		"a row taken away":            {"delete from risks where id = 'r1'", nil, "the row is missing"},
		"an entry taken away":         {"delete from journal_entries where seq = 2", nil, "entry 2"},
		"the newest entry taken away": {"delete from journal_entries where seq = 3", nil, "entry 3"},
		"a version":                   {"update risks set version = 1 where id = 'r1'", nil, "the row is of entry 1"},
		"a row of its own": {"insert into risks (tenant, scope, parent, id, version, created, updated, title, body) " +
			"values ('ume', $1, $2, 'r7', 1, 0, 0, '', $3)", []any{committee, committee, []byte{}}, "does not know this row"},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, f fixture) {
				created := f.risk(t, committee, "r1", "A")
				f.risk(t, committee, "r2", "A")
				created.Title = "B"
				if _, err := resource.Update(f.ctx, f.Store, risks, resource.Change[*riskv1.Risk]{Message: created}); err != nil {
					t.Fatal(err)
				}
				f.wantSound(t)
				f.tamper(t, c.statement, c.args...)
				var all []string
				for _, p := range f.problems(t) {
					all = append(all, p.String())
				}
				got := strings.Join(all, "\n")
				if !strings.Contains(got, c.want) || !strings.Contains(got, "riskregister: "+committee) {
					t.Errorf("got %q, want service, scope and %q", got, c.want)
				}
			})
		})
	}
}
