package sqldb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

const allNames = `select name from notes where tenant = $1 order by name`

func TestWriteLooksThenWrites(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		var head, updated, none, returned int64
		lock := number(&head, `insert into heads (scope, seq) values ($1, 0)
			on conflict (scope) do update set seq = heads.seq returning seq`, "a")
		for want := range int64(3) {
			err := db.Write(t.Context(), "a", []sqldb.Stmt{lock}, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
				back := number(new(int64), `update heads set seq = $2 where scope = $1 returning seq`, "a", head+1)
				back.Affected = &returned
				return []sqldb.Stmt{
					{SQL: `update heads set seq = seq where scope = $1`, Args: []any{"a"}, Affected: &updated},
					{SQL: `update heads set seq = seq where scope = $1`, Args: []any{"b"}, Affected: &none},
					back,
				}, nil
			})
			if err != nil || head != want || updated != 1 || none != 0 || returned != 1 {
				t.Fatalf("write %d: head %d, affected %d, %d and %d, %v", want, head, updated, none, returned, err)
			}
		}
	})
}

func TestWriteRollsBack(t *testing.T) {
	refused := errors.New("refused by a rule")
	insert := func(ctx context.Context, r sqldb.Runner) error { return r.Run(ctx, note("a", "1", "one")) }
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		for name, test := range map[string]struct {
			fn   func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error)
			want error
		}{
			"on an error": {func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
				return []sqldb.Stmt{}, errors.Join(insert(ctx, r), refused)
			}, refused},
			"on nothing to do": {func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
				return nil, insert(ctx, r)
			}, nil},
			"on an error of Each, though the commit was due in the same trip": {func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
				back := note("a", "2", "two")
				back.SQL += ` returning name`
				back.Each = func(sqldb.Row) error { return refused }
				return []sqldb.Stmt{back}, nil
			}, refused},
		} {
			t.Run(name, func(t *testing.T) {
				if err := db.Write(t.Context(), "a", nil, test.fn); !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
				if got := names(t, db, "a", allNames, "a"); len(got) != 0 {
					t.Errorf("rows %v remain", got)
				}
			})
		}
		write(t, db, "a", note("a", "1", "one"))
		if got := names(t, db, "a", allNames, "a"); len(got) != 1 {
			t.Errorf("after it, a write left %v", got)
		}
	})
}

// A statement that failed cannot be forgiven: PostgreSQL would not go on.
func TestWriteRemembersAFailedStatement(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		write(t, db, "a", note("a", "1", "one"))
		var later error
		err := db.Write(t.Context(), "a", nil, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
			_ = r.Run(ctx, note("a", "1", "again"))
			later = r.Run(ctx, note("a", "2", "two"))
			return []sqldb.Stmt{note("a", "3", "three")}, nil
		})
		if sqldb.Violated(err) != "notes_pkey" || later == nil {
			t.Errorf("got %v, and %v for the next statement", err, later)
		}
		if got := names(t, db, "a", allNames, "a"); len(got) != 1 {
			t.Errorf("rows %v", got)
		}
	})
}

func TestPanicReleasesTheConnection(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		for range 20 { // more than there are connections
			func() {
				defer func() {
					if recover() == nil {
						t.Error("the panic was swallowed")
					}
				}()
				_ = db.Write(t.Context(), "a", []sqldb.Stmt{note("a", "1", "one")},
					func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) { panic("rule") })
			}()
		}
		write(t, db, "a", note("a", "1", "one"))
	})
}

func TestSnapshotSeesOneState(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		write(t, db, "a", note("a", "1", "one"))
		var before, after []string
		var kept sqldb.Runner
		err := db.Snapshot(t.Context(), "a", func(ctx context.Context, r sqldb.Runner) error {
			kept = r
			if err := r.Run(ctx, text(&before, allNames, "a")); err != nil {
				return err
			}
			write(t, db, "a", note("a", "2", "two"))
			return r.Run(ctx, text(&after, allNames, "a"))
		})
		if err != nil || len(before) != 1 || !cmp.Equal(before, after) {
			t.Errorf("before %v, after %v, %v", before, after, err)
		}
		if got := names(t, db, "a", allNames, "a"); len(got) != 2 {
			t.Errorf("outside it: %v", got)
		}
		if kept.Run(t.Context(), text(&after, allNames, "a")) == nil {
			t.Error("a runner works after its transaction")
		}
	})
}

func TestReadsWriteNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		insert := note("a", "1", "one")
		for name, err := range map[string]error{
			"one statement":  db.Read(t.Context(), "a", insert),
			"two statements": db.Read(t.Context(), "a", insert, note("a", "2", "two")),
			"snapshot": db.Snapshot(t.Context(), "a", func(ctx context.Context, r sqldb.Runner) error {
				return r.Run(ctx, insert)
			}),
		} {
			if err == nil {
				t.Errorf("%s: written", name)
			}
		}
		if got := names(t, db, "a", allNames, "a"); len(got) != 0 {
			t.Errorf("rows %v", got)
		}
		if err := db.Read(t.Context(), "a"); err != nil {
			t.Errorf("reading nothing: %v", err)
		}
	})
}

func TestBatchStopsAtTheFirstError(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		write(t, db, "a", note("a", "1", "one"))
		stop := errors.New("stop")
		rows := 0
		err := db.Read(t.Context(), "a",
			sqldb.Stmt{SQL: allNames, Args: []any{"a"}, Each: func(sqldb.Row) error { return stop }},
			sqldb.Stmt{SQL: allNames, Args: []any{"a"}, Each: func(sqldb.Row) error { rows++; return nil }})
		if !errors.Is(err, stop) || rows != 0 {
			t.Errorf("got %v, and %d rows of the next statement", err, rows)
		}
	})
}
