package sqldb_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

func TestSameMigrations(t *testing.T) { sqldbtest.SameMigrations(t, migrations()) }

// changed returns the migrations with one more file on both engines, and with edit applied to every text.
func changed(t *testing.T, extra string, edit func(string) string) fs.FS {
	t.Helper()
	result := fstest.MapFS{}
	for _, engine := range sqldbtest.Engines() {
		files, err := fs.Glob(migrations(), string(engine)+"/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			data, err := fs.ReadFile(migrations(), name)
			if err != nil {
				t.Fatal(err)
			}
			result[name] = &fstest.MapFile{Data: []byte(edit(string(data)))}
		}
		if extra != "" {
			result[string(engine)+"/0003_extra.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + extra)}
		}
	}
	return result
}

func same(s string) string { return s }

// program opens the same database with the migrations of one version of the program.
type program func(migrations fs.FS) (sqldb.DB, error)

func programs(t *testing.T) map[sqldb.Engine]program {
	path, p := filepath.Join(t.TempDir(), "test.db"), sqldbtest.NewPostgres(t)
	return map[sqldb.Engine]program{
		sqldb.SQLite: func(migrations fs.FS) (sqldb.DB, error) {
			return sqldb.OpenSQLite(t.Context(), path, migrations)
		},
		sqldb.PostgreSQL: func(migrations fs.FS) (sqldb.DB, error) {
			if err := sqldb.Bootstrap(t.Context(), p.OwnerURL, p.Schema, p.Role, migrations); err != nil {
				return nil, err
			}
			return sqldb.OpenPostgres(t.Context(), p.URL, p.Schema, migrations)
		},
	}
}

func mustOpen(t *testing.T, open program, migrations fs.FS) sqldb.DB {
	t.Helper()
	db, err := open(migrations)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestUpgradeKeepsData(t *testing.T) {
	for engine, open := range programs(t) {
		t.Run(string(engine), func(t *testing.T) {
			db := mustOpen(t, open, migrations())
			write(t, db, "a", note("a", "1", "one"))
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			db = mustOpen(t, open, changed(t, `alter table notes add column note text;`, same))
			defer db.Close()
			if got := names(t, db, "a", `select name from notes where note is null`); len(got) != 1 {
				t.Errorf("rows %v", got)
			}
			if err := db.Ping(t.Context()); err != nil {
				t.Errorf("ping: %v", err)
			}
		})
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	for engine, open := range programs(t) {
		t.Run(string(engine), func(t *testing.T) {
			if err := mustOpen(t, open, changed(t, `create table extra (id integer);`, same)).Close(); err != nil {
				t.Fatal(err)
			}
			_, err := open(migrations())
			if err == nil || !strings.Contains(err.Error(), "schema version 3, newer than this program knows (2)") {
				t.Errorf("got %v", err)
			}
		})
	}
	p := sqldbtest.NewPostgres(t)
	p.Open(t, changed(t, `create table extra (id integer);`, same))
	_, err := sqldb.OpenPostgres(t.Context(), p.URL, p.Schema, migrations())
	if err == nil || !strings.Contains(err.Error(), "newer than this program") {
		t.Errorf("without migrating: got %v", err)
	}
}

func TestARunningProgramServesOnANewerSchema(t *testing.T) {
	p := sqldbtest.NewPostgres(t)
	db := p.Open(t, migrations())
	err := sqldb.Bootstrap(t.Context(), p.OwnerURL, p.Schema, p.Role, changed(t, `create table extra (id integer);`, same))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("got %v; replicas are exchanged after migrating, one after another", err)
	}
}

func TestChangedMigrationIsRefused(t *testing.T) {
	edited := changed(t, "", func(s string) string { return s + "\n-- edited afterwards\n" })
	for engine, open := range programs(t) {
		t.Run(string(engine), func(t *testing.T) {
			if err := mustOpen(t, open, migrations()).Close(); err != nil {
				t.Fatal(err)
			}
			_, err := open(edited)
			if err == nil || !strings.Contains(err.Error(), "migration 1 was changed") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFailedMigrationLeavesTheOldSchema(t *testing.T) {
	broken := changed(t, "create table extra (id integer);\ninsert into absent values (1);", same)
	for engine, open := range programs(t) {
		t.Run(string(engine), func(t *testing.T) {
			if _, err := open(broken); err == nil {
				t.Fatal("no error")
			}
			db := mustOpen(t, open, changed(t, `create table extra (id integer);`, same))
			defer db.Close()
			if err := db.Ping(t.Context()); err != nil {
				t.Errorf("after mending it: %v", err)
			}
		})
	}
}

func TestNoMigrations(t *testing.T) {
	for engine, open := range programs(t) {
		if _, err := open(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "no migrations") {
			t.Errorf("%s: got %v", engine, err)
		}
	}
}
