package sqldbtest

import (
	"slices"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func migrations(sqlite, postgres string) fstest.MapFS {
	return fstest.MapFS{
		"sqlite/0001_t.sql":   {Data: []byte("-- +goose Up\n" + sqlite)},
		"postgres/0001_t.sql": {Data: []byte("-- +goose Up\n" + postgres)},
	}
}

const (
	goodSQLite   = `create table t (id text primary key, n integer not null, b blob) strict; create index t_n on t (n);`
	goodPostgres = `create table t (id text collate "C" primary key, n bigint not null, b bytea); create index t_n on t (n);`
)

func TestSchemasThatAreAlike(t *testing.T) { SameMigrations(t, migrations(goodSQLite, goodPostgres)) }

func TestDifferencesAreSeen(t *testing.T) {
	for name, test := range map[string]struct{ sqlite, postgres string }{
		"not strict":       {`create table t (id text primary key, n integer not null, b blob); create index t_n on t (n);`, goodPostgres},
		"no collation":     {goodSQLite, `create table t (id text primary key, n bigint not null, b bytea); create index t_n on t (n);`},
		"another type":     {goodSQLite, `create table t (id text collate "C" primary key, n numeric not null, b bytea); create index t_n on t (n);`},
		"nullable":         {goodSQLite, `create table t (id text collate "C" primary key, n bigint, b bytea); create index t_n on t (n);`},
		"another key":      {goodSQLite, `create table t (id text collate "C", n bigint, b bytea, primary key (n, id)); create index t_n on t (n);`},
		"another order":    {goodSQLite, `create table t (id text collate "C" primary key, b bytea, n bigint not null); create index t_n on t (n);`},
		"no index":         {goodSQLite, `create table t (id text collate "C" primary key, n bigint not null, b bytea);`},
		"unique index":     {goodSQLite, `create table t (id text collate "C" primary key, n bigint not null, b bytea); create unique index t_n on t (n);`},
		"one table more":   {goodSQLite, goodPostgres + `create table u (id bigint);`},
		"one column fewer": {goodSQLite, `create table t (id text collate "C" primary key, n bigint not null); create index t_n on t (n);`},
	} {
		t.Run(name, func(t *testing.T) {
			all := migrations(test.sqlite, test.postgres)
			sqlite := describe(t, Open(t, sqldb.SQLite, all), describeSQLite)
			postgres := describe(t, Open(t, sqldb.PostgreSQL, all), describePostgres)
			if slices.Equal(sqlite, postgres) {
				t.Errorf("both are described as %q", sqlite)
			}
		})
	}
}

func TestAddressesOfOtherRoles(t *testing.T) {
	for server, want := range map[string]string{
		"postgres:///db?host=/tmp/x&user=root":            "postgres:///db?host=%2Ftmp%2Fx&password=p&user=r",
		"postgres://root:secret@db:5432/d?sslmode=prefer": "postgres://r:p@db:5432/d?sslmode=prefer",
	} {
		if got := as(t, server, "r", "p"); got != want {
			t.Errorf("%s: got %s, want %s", server, got, want)
		}
	}
}
