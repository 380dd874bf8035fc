package sqldb_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

func openPostgres(t *testing.T) sqldb.DB {
	t.Helper()
	return sqldbtest.Open(t, sqldb.PostgreSQL, migrations())
}

// The second wall: statements that forget the tenant see and touch only its rows all the same.
func TestRowLevelSecurity(t *testing.T) {
	db := openPostgres(t)
	write(t, db, "a", note("a", "1", "one"))
	write(t, db, "b", note("b", "2", "two"))
	for tenant, want := range map[string]string{"a": "1", "b": "2", "c": "", "": ""} {
		if got := strings.Join(names(t, db, tenant, `select name from notes`), ","); got != want {
			t.Errorf("tenant %q sees %q, want %q", tenant, got, want)
		}
		err := db.Snapshot(t.Context(), tenant, func(ctx context.Context, r sqldb.Runner) error {
			var got []string
			if err := r.Run(ctx, text(&got, `select name from notes`)); err != nil || strings.Join(got, ",") != want {
				t.Errorf("in a snapshot, tenant %q sees %q, %v", tenant, got, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	var touched int64
	write(t, db, "a", sqldb.Stmt{SQL: `update notes set version = 2`, Affected: &touched})
	if touched != 1 {
		t.Errorf("touched %d rows", touched)
	}
	if err := db.Write(t.Context(), "a", nil, sqldb.Stmts(note("b", "3", "three"))); err == nil {
		t.Error("wrote a row of another tenant")
	}
}

func TestRolesThatPassBySecurityAreRefused(t *testing.T) {
	p := sqldbtest.NewPostgres(t)
	p.Open(t, migrations())
	if _, err := sqldb.OpenPostgres(t.Context(), p.OwnerURL, p.Schema, migrations()); err == nil || !strings.Contains(err.Error(), "owns the tables") {
		t.Errorf("owner: got %v", err)
	}
	sqldbtest.Administer(t, "alter role "+p.Role+" bypassrls")
	if _, err := sqldb.OpenPostgres(t.Context(), p.URL, p.Schema, migrations()); err == nil || !strings.Contains(err.Error(), "no BYPASSRLS") {
		t.Errorf("bypassrls: got %v", err)
	}
}

func TestServiceRoleOnlyReadsAndWrites(t *testing.T) {
	db := openPostgres(t)
	for _, sql := range []string{`truncate heads`, `drop table heads`, `create table mine (id int)`,
		`alter table notes disable row level security`, `update goose_db_version set version_id = 9`} {
		if err := db.Write(t.Context(), "a", nil, sqldb.Stmts(sqldb.Stmt{SQL: sql})); err == nil {
			t.Errorf("%s: allowed", sql)
		}
	}
}

func TestLostConnection(t *testing.T) {
	db := openPostgres(t)
	err := db.Write(t.Context(), "a", []sqldb.Stmt{note("a", "1", "one")}, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		var got []string
		return []sqldb.Stmt{}, r.Run(ctx, text(&got, `select pg_terminate_backend(pg_backend_pid())::text`))
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if got := names(t, db, "a", allNames, "a"); len(got) != 0 {
		t.Errorf("rows %v", got)
	}
}

func TestServerOutOfReach(t *testing.T) {
	_, err := sqldb.OpenPostgres(t.Context(), "postgres://nobody@127.0.0.1:1/none?sslmode=disable", "s", migrations())
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestStatementTimeout(t *testing.T) {
	p := sqldbtest.NewPostgres(t).With(t, "statement_timeout", "50")
	db := p.Open(t, migrations())
	var got []string
	if err := db.Read(t.Context(), "a", text(&got, `select pg_sleep(60)::text`)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsLeaveThePooledConnectionClean(t *testing.T) {
	p := sqldbtest.NewPostgres(t).With(t, "pool_max_conns", "1")
	db := p.Open(t, migrations())
	backend := func() string { return names(t, db, "", `select pg_backend_pid()::text`)[0] }
	before := backend()
	write(t, db, "a", note("a", "1", "one"))
	if err := db.Write(t.Context(), "a", nil, sqldb.Stmts(note("a", "1", "one"))); err == nil {
		t.Error("no violation")
	}
	if err := db.Read(t.Context(), "a", sqldb.Stmt{SQL: `select 1/0`, Each: func(sqldb.Row) error { return nil }}); err == nil {
		t.Error("no error")
	}
	if after := backend(); after != before {
		t.Error("the connection was thrown away")
	}
	if got := names(t, db, "", `select coalesce(current_setting('app.tenant', true), '')`); got[0] != "" {
		t.Errorf("the tenant %q stayed behind", got)
	}
}

// Two writers that lock two rows in opposite order: the server ends one, which then succeeds.
func TestDeadlockIsRetried(t *testing.T) {
	db := openPostgres(t)
	write(t, db, "", sqldb.Stmt{SQL: `insert into heads (scope, seq) values ('a', 0), ('b', 0)`})
	lock := func(scope string) sqldb.Stmt {
		return sqldb.Stmt{SQL: `update heads set seq = seq + 1 where scope = $1`, Args: []any{scope}}
	}
	var attempts atomic.Int64
	bothHoldOne := make(chan struct{})
	crossed := func(first, second string) error {
		return db.Write(t.Context(), "", []sqldb.Stmt{lock(first)}, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
			if attempts.Add(1) == 2 {
				close(bothHoldOne)
			}
			<-bothHoldOne
			return []sqldb.Stmt{lock(second)}, nil
		})
	}
	var group errgroup.Group
	group.Go(func() error { return crossed("a", "b") })
	group.Go(func() error { return crossed("b", "a") })
	if err := group.Wait(); err != nil || attempts.Load() != 3 {
		t.Errorf("%d attempts, %v", attempts.Load(), err)
	}
	var sum int64
	if err := db.Read(t.Context(), "", number(&sum, `select sum(seq)::bigint from heads`)); err != nil || sum != 4 {
		t.Errorf("sum %d, %v", sum, err)
	}
}

func TestConflictsAreRetriedABoundedNumberOfTimes(t *testing.T) {
	db := openPostgres(t)
	attempts := 0
	err := db.Write(t.Context(), "a", nil, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		attempts++
		return []sqldb.Stmt{{SQL: `do $$ begin raise exception 'no luck' using errcode = '40001'; end $$`}}, nil
	})
	if !fault.Is(err, fault.Conflict) || attempts != 5 {
		t.Errorf("%d attempts, %v", attempts, err)
	}
}

func TestFullDiskOnPostgres(t *testing.T) {
	db := openPostgres(t)
	err := db.Write(t.Context(), "a", nil, sqldb.Stmts(sqldb.Stmt{
		SQL: `do $$ begin raise exception 'full' using errcode = '53100'; end $$`}))
	if !fault.Is(err, fault.Exhausted) {
		t.Errorf("got %v", err)
	}
}

func TestSettingsOfTheConnection(t *testing.T) {
	p := sqldbtest.NewPostgres(t)
	db := p.Open(t, migrations())
	for setting, want := range map[string]string{
		"application_name": "uppsikt-" + p.Schema, "statement_timeout": "30s", "search_path": `"` + p.Schema + `"`,
		"transaction_isolation": "read committed", "transaction_read_only": "on",
	} {
		if got := names(t, db, "", `select current_setting($1)`, setting); got[0] != want {
			t.Errorf("%s: got %q, want %q", setting, got, want)
		}
	}
	var isolation []string
	if err := db.Read(t.Context(), "", text(new([]string), `select 'x'`),
		text(&isolation, `select current_setting('transaction_isolation')`)); err != nil || isolation[0] != "repeatable read" {
		t.Errorf("two statements run %v, %v", isolation, err)
	}
}

func TestBootstrapFromManyProcesses(t *testing.T) {
	p := sqldbtest.NewPostgres(t)
	var group errgroup.Group
	for range 4 {
		group.Go(func() error {
			return sqldb.Bootstrap(t.Context(), p.OwnerURL, p.Schema, p.Role, migrations())
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	p.Open(t, migrations())
}

func TestPingBeforeAndAfterBootstrap(t *testing.T) {
	p := sqldbtest.NewPostgres(t)
	db, err := sqldb.OpenPostgres(t.Context(), p.URL, p.Schema, migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "run the migrations") {
		t.Errorf("before: got %v", err)
	}
	if err := sqldb.Bootstrap(t.Context(), p.OwnerURL, p.Schema, p.Role, migrations()); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("after: got %v", err)
	}
}

func TestBootstrapNamesWhatFails(t *testing.T) {
	p := sqldbtest.NewPostgres(t)
	err := sqldb.Bootstrap(t.Context(), p.OwnerURL, p.Schema, "no_such_role", migrations())
	if err == nil || !strings.Contains(err.Error(), "no_such_role") {
		t.Errorf("got %v", err)
	}
}
