package sqlstore

import (
	"io/fs"
	"path"
	"path/filepath"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// before returns the migrations with numbers below one, such as "0011".
func before(t *testing.T, number string) fs.FS {
	t.Helper()
	older := fstest.MapFS{}
	err := fs.WalkDir(Migrations(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Base(name) >= number {
			return err
		}
		data, err := fs.ReadFile(Migrations(), name)
		older[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return older
}

// opener opens the same database each time, with the migrations of one version of the program.
func opener(t *testing.T, engine sqldb.Engine) func(fs.FS) sqldb.DB {
	t.Helper()
	if engine == sqldb.PostgreSQL {
		p := sqldbtest.NewPostgres(t)
		return func(migrations fs.FS) sqldb.DB { return p.Open(t, migrations) }
	}
	file := filepath.Join(t.TempDir(), "register.db")
	return func(migrations fs.FS) sqldb.DB {
		db, err := sqldb.OpenSQLite(t.Context(), file, migrations)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	}
}

// TestFollowUpsSurviveActions: an answer stored before follow-ups could be about actions is read, listed and changed
// after it.
func TestFollowUpsSurviveActions(t *testing.T) {
	const name = "municipalities/m/committees/c/rounds/r/followUps/f"
	stored := &riskv1.FollowUp{Name: name, RiskEntry: "municipalities/m/committees/c/plans/2024/riskEntries/e", Status: "ja", Position: 1}
	body, err := proto.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range sqldbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			open := opener(t, engine)
			err := open(before(t, "0011")).Write(t.Context(), "m", nil, sqldb.Stmts(sqldb.Stmt{
				SQL: `insert into follow_ups (tenant, scope, parent, id, version, created, updated, risk_entry, status, position, body)
values ('m', 'municipalities/m/committees/c', 'municipalities/m/committees/c/rounds/r', 'f', 1, 1, 1, $1, 'ja', 1, $2)`,
				Args: []any{stored.GetRiskEntry(), body}}))
			if err != nil {
				t.Fatal(err)
			}
			tables := NewTables()
			store := resource.NewStore("riskregister", open(Migrations()), rpctest.NewClock(), tables.All()...)
			for action, want := range map[string]int{"": 1, "municipalities/m/committees/c/actions/a": 0} {
				got, _, err := tables.FollowUps.List(t.Context(), store, resource.Query{Parent: resource.Parent(name), Where: []resource.Filter{resource.Equal("action", action)}})
				if err != nil || len(got) != want || want > 0 && (got[0].GetStatus() != "ja" || got[0].GetAction() != "") {
					t.Errorf("follow-ups of action %q: %v, %v, want %d", action, got, err, want)
				}
			}
		})
	}
}
