package sqldb_test

import (
	"io/fs"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func migrations() fs.FS { return os.DirFS("testdata/migrations") }

// onBoth runs fn on an empty database of each engine.
func onBoth(t *testing.T, fn func(t *testing.T, db sqldb.DB)) {
	t.Helper()
	sqldbtest.Run(t, migrations(), fn)
}

const insertNote = `insert into notes (tenant, name, title, version, at, draft, weight, body)
	values ($1, $2, $3, $4, $5, $6, $7, $8)`

func note(tenant, name, title string) sqldb.Stmt {
	return sqldb.Stmt{SQL: insertNote, Args: []any{tenant, name, title, 1, int64(5), false, nil, []byte("body")}}
}

func write(t testing.TB, db sqldb.DB, tenant string, stmts ...sqldb.Stmt) {
	t.Helper()
	if err := db.Write(t.Context(), tenant, nil, sqldb.Stmts(stmts...)); err != nil {
		t.Fatalf("write: %v", err)
	}
}

// text returns a statement that collects the first column, a text, into dest.
func text(dest *[]string, sql string, args ...any) sqldb.Stmt {
	*dest = nil
	return sqldb.Stmt{SQL: sql, Args: args, Each: func(r sqldb.Row) error {
		var s string
		err := r.Scan(&s)
		*dest = append(*dest, s)
		return err
	}}
}

func names(t testing.TB, db sqldb.DB, tenant, sql string, args ...any) []string {
	t.Helper()
	var got []string
	if err := db.Read(t.Context(), tenant, text(&got, sql, args...)); err != nil {
		t.Fatalf("read %s: %v", sql, err)
	}
	return got
}

// number returns a statement that reads one whole number into dest.
func number(dest *int64, sql string, args ...any) sqldb.Stmt {
	return sqldb.Stmt{SQL: sql, Args: args, Each: func(r sqldb.Row) error { return r.Scan(dest) }}
}
