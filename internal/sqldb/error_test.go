package sqldb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

func TestUniqueViolationNamesItsConstraint(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		write(t, db, "a", note("a", "1", "one"), sqldb.Stmt{SQL: `insert into heads (scope, seq) values ('h', 1)`})
		for want, stmt := range map[string]sqldb.Stmt{
			"notes_pkey":  note("a", "1", "other"),
			"notes_title": note("a", "2", "one"),
			"heads_pkey":  {SQL: `insert into heads (scope, seq) values ('h', 2)`},
		} {
			first := db.Write(t.Context(), "a", []sqldb.Stmt{stmt}, sqldb.Stmts())
			last := db.Write(t.Context(), "a", nil, sqldb.Stmts(stmt))
			inside := db.Write(t.Context(), "a", nil, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
				return nil, errors.Join(errors.New("create a note"), r.Run(ctx, stmt))
			})
			for _, err := range []error{first, last, inside} {
				if !fault.Is(err, fault.Exists) || sqldb.Violated(err) != want {
					t.Errorf("got %v (%q), want %s", err, sqldb.Violated(err), want)
				}
			}
		}
	})
}

func TestOtherViolationsAreInternal(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		zero := note("a", "1", "one")
		zero.Args[3] = 0
		for name, stmt := range map[string]sqldb.Stmt{
			"check":    zero,
			"foreign":  {SQL: `insert into parts (tenant, note, id) values ('a', 'absent', 1)`},
			"not null": {SQL: `insert into heads (scope, seq) values ('x', null)`},
			"syntax":   {SQL: `insert inot`},
		} {
			err := db.Write(t.Context(), "a", nil, sqldb.Stmts(stmt))
			if err == nil || fault.As(err) != nil || sqldb.Violated(err) != "" {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

func TestEndOfContextPassesThrough(t *testing.T) {
	long := map[sqldb.Engine]string{
		sqldb.PostgreSQL: `select pg_sleep(60)::text`,
		sqldb.SQLite:     `with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000) select max(i) from n`,
	}
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		for range 20 { // more than there are connections
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
			var got []string
			if err := db.Read(ctx, "a", text(&got, long[db.Engine()])); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("read: got %v", err)
			}
			err := db.Write(ctx, "a", nil, sqldb.Stmts(note("a", "1", "one")))
			if !errors.Is(err, context.DeadlineExceeded) || fault.As(err) != nil {
				t.Errorf("write: got %v", err)
			}
			cancel()
		}
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Write(ctx, "a", []sqldb.Stmt{note("a", "1", "one")}, func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
			cancel()
			return []sqldb.Stmt{note("a", "2", "two")}, nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled inside: got %v", err)
		}
		if got := names(t, db, "a", allNames, "a"); len(got) != 0 {
			t.Errorf("rows %v", got)
		}
	})
}

func TestClosedDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		for range 2 {
			if err := db.Close(); err != nil {
				t.Fatalf("close: %v", err)
			}
		}
		var got []string
		for name, err := range map[string]error{
			"read":  db.Read(t.Context(), "a", text(&got, allNames, "a")),
			"write": db.Write(t.Context(), "a", nil, sqldb.Stmts(note("a", "1", "one"))),
			"ping":  db.Ping(t.Context()),
		} {
			if !fault.Is(err, fault.Unavailable) || !errors.Is(err, sqldb.ErrClosed) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}
