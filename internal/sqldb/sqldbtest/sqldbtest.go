// Package sqldbtest runs tests on both engines: on SQLite in a temporary folder, and on a real PostgreSQL that the first
// test of a process starts and that ends with the process. Where there is no PostgreSQL, tests fail.
package sqldbtest

import (
	"context"
	"crypto/rand"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Engines lists the engines that every test of storage runs on.
func Engines() []sqldb.Engine { return []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} }

// Run runs fn as one subtest per engine, each on an empty database of its own that has the newest schema.
func Run(t *testing.T, migrations fs.FS, fn func(t *testing.T, db sqldb.DB)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(string(engine), func(t *testing.T) { fn(t, Open(t, engine, migrations)) })
	}
}

// Open opens an empty database with the newest schema, closed and removed at the end of the test.
func Open(t testing.TB, engine sqldb.Engine, migrations fs.FS) sqldb.DB {
	t.Helper()
	if engine == sqldb.PostgreSQL {
		return NewPostgres(t).Open(t, migrations)
	}
	db, err := sqldb.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "test.db"), migrations)
	return opened(t, db, err)
}

func opened(t testing.TB, db sqldb.DB, err error) sqldb.DB {
	t.Helper()
	if err != nil {
		t.Fatalf("open database: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return db
}

// Postgres is a schema of its own with two roles of its own, as in production: one owns and migrates, the other serves
// and is subject to row-level security.
type Postgres struct {
	URL      string // connects as Role
	OwnerURL string // connects as the owner
	Schema   string // does not exist before the migrations
	Role     string
}

// NewPostgres makes the roles; they and the schema are dropped at the end of the test.
func NewPostgres(t testing.TB) Postgres {
	t.Helper()
	server, err := postgresURL(t)
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + strings.ToLower(rand.Text()[:16])
	p := Postgres{Schema: name, Role: name + "_service"}
	owner, password := name+"_owner", rand.Text()
	administer(t, server,
		"create role "+owner+" login password '"+password+"'",
		"create role "+p.Role+" login password '"+password+"'",
		"create schema "+name+" authorization "+owner)
	t.Cleanup(func() {
		administer(t, server, "drop schema if exists "+name+" cascade",
			"drop owned by "+owner+", "+p.Role+" cascade", "drop role "+owner+", "+p.Role)
	})
	p.URL, p.OwnerURL = as(t, server, p.Role, password), as(t, server, owner, password)
	return p
}

// With returns p with one more setting in the address of the service role.
func (p Postgres) With(t testing.TB, setting, value string) Postgres {
	t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set(setting, value)
	u.RawQuery = query.Encode()
	p.URL = u.String()
	return p
}

// Open migrates the schema and opens it.
func (p Postgres) Open(t testing.TB, migrations fs.FS) sqldb.DB {
	t.Helper()
	if err := sqldb.Bootstrap(t.Context(), p.OwnerURL, p.Schema, p.Role, migrations); err != nil {
		t.Fatalf("bootstrap: %v", err)
	}
	db, err := sqldb.OpenPostgres(t.Context(), p.URL, p.Schema, migrations)
	return opened(t, db, err)
}

// Administer runs statements as the superuser of the server that NewPostgres uses.
func Administer(t testing.TB, statements ...string) {
	t.Helper()
	server, err := postgresURL(t)
	if err != nil {
		t.Fatal(err)
	}
	administer(t, server, statements...)
}

func administer(t testing.TB, server string, statements ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // at clean-up the test's own has ended
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer conn.Close(ctx)
	for _, text := range statements {
		if _, err := conn.Exec(ctx, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
