package sqldb_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

// engines runs a benchmark on both engines, from one caller and from many.
func engines(b *testing.B, fn func(ctx context.Context, db sqldb.DB, i int) error) {
	for _, engine := range sqldbtest.Engines() {
		db := sqldbtest.Open(b, engine, migrations())
		for i := range 1000 {
			name := fmt.Sprintf("seed-%04d", i)
			write(b, db, "a", note("a", name, name))
		}
		for _, callers := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/callers=%d", engine, callers), func(b *testing.B) { many(b, db, callers, fn) })
		}
	}
}

func many(b *testing.B, db sqldb.DB, callers int, fn func(ctx context.Context, db sqldb.DB, i int) error) {
	b.ReportAllocs()
	work, done := make(chan int), make(chan error, callers)
	for range callers {
		go func() {
			var first error
			for i := range work {
				if err := fn(b.Context(), db, i); err != nil && first == nil {
					first = err
				}
			}
			done <- first
		}()
	}
	for i := range b.N {
		work <- i
	}
	close(work)
	for range callers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

func BenchmarkGet(b *testing.B) {
	engines(b, func(ctx context.Context, db sqldb.DB, i int) error {
		var version int64
		var body []byte
		return db.Read(ctx, "a", sqldb.Stmt{
			SQL:  `select version, body from notes where tenant = $1 and name = $2`,
			Args: []any{"a", fmt.Sprintf("seed-%04d", i%1000)},
			Each: func(r sqldb.Row) error { return r.Scan(&version, &body) },
		})
	})
}

func BenchmarkList50(b *testing.B) {
	engines(b, func(ctx context.Context, db sqldb.DB, i int) error {
		rows := 0
		err := db.Read(ctx, "a", sqldb.Stmt{
			SQL:  `select name, version, body from notes where (tenant, name) > ($1, $2) order by tenant, name limit 50`,
			Args: []any{"a", fmt.Sprintf("seed-%04d", i%900)},
			Each: func(r sqldb.Row) error {
				var name string
				var version int64
				var body []byte
				rows++
				return r.Scan(&name, &version, &body)
			},
		})
		if err == nil && rows != 50 {
			err = fmt.Errorf("%d rows", rows)
		}
		return err
	})
}

func BenchmarkCreate(b *testing.B) {
	var created atomic.Int64
	engines(b, func(ctx context.Context, db sqldb.DB, _ int) error {
		return count(ctx, db, fmt.Sprintf("new-%d", created.Add(1)))
	})
}
