package sqldb_test

import (
	"context"
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Sixteen writers count on one row, reading it first, while readers check that count and rows agree.
func TestNoLostUpdates(t *testing.T) {
	const writers, each = 16, 25
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		group, ctx := errgroup.WithContext(t.Context())
		for w := range writers {
			group.Go(func() error {
				for i := range each {
					if err := count(ctx, db, fmt.Sprintf("%02d-%02d", w, i)); err != nil {
						return err
					}
				}
				return nil
			})
		}
		for range 4 {
			group.Go(func() error { return compare(ctx, db, 50) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		var total int64
		if err := db.Read(t.Context(), "a", number(&total, `select seq from heads where scope = 'a'`)); err != nil || total != writers*each {
			t.Errorf("counted %d, want %d, %v", total, writers*each, err)
		}
	})
}

// count is shaped like a write of the product: lock the head, look, then write rows and head.
func count(ctx context.Context, db sqldb.DB, name string) error {
	var head int64
	lock := number(&head, `insert into heads (scope, seq) values ('a', 0)
		on conflict (scope) do update set seq = heads.seq returning seq`)
	return db.Write(ctx, "a", []sqldb.Stmt{lock}, func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
		return []sqldb.Stmt{
			note("a", name, name),
			{SQL: `update heads set seq = $1 where scope = 'a'`, Args: []any{head + 1}},
		}, nil
	})
}

func compare(ctx context.Context, db sqldb.DB, times int) error {
	for range times {
		var head, rows int64
		if err := db.Read(ctx, "a",
			number(&head, `select coalesce(max(seq), 0) from heads where scope = 'a'`),
			number(&rows, `select count(*) from notes where tenant = 'a'`)); err != nil {
			return err
		}
		if head != rows {
			return fmt.Errorf("one read sees head %d and %d rows", head, rows)
		}
	}
	return nil
}
