package sqldb_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// A path with every character that means something in an address.
func awkwardPath(t *testing.T) string { return filepath.Join(t.TempDir(), "nämnd ?a=b&c#d%41.db") }

func openSQLite(t *testing.T, path string) sqldb.DB {
	t.Helper()
	db, err := sqldb.OpenSQLite(t.Context(), path, migrations())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestFilesAreTheirOwnersOnly(t *testing.T) {
	path := awkwardPath(t)
	write(t, openSQLite(t, path), "a", note("a", "1", "one"))
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 3 {
		t.Fatalf("got %v, %v, want the file, its log and its index", entries, err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || info.Mode().Perm() != 0o600 || !strings.HasPrefix(entry.Name(), filepath.Base(path)) {
			t.Errorf("%s: mode %v, %v", entry.Name(), info.Mode(), err)
		}
	}
}

func TestClosingFoldsTheLogIntoTheFile(t *testing.T) {
	path := awkwardPath(t)
	db := openSQLite(t, path)
	write(t, db, "a", note("a", "1", "one"))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left are %v, %v", entries, err)
	}
}

func TestReadOnlyBesideTheServer(t *testing.T) {
	path := awkwardPath(t)
	server := openSQLite(t, path)
	write(t, server, "a", note("a", "1", "one"))
	beside, err := sqldb.OpenSQLiteReadOnly(t.Context(), path, migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	write(t, server, "a", note("a", "2", "two"))
	if got := names(t, beside, "a", allNames, "a"); len(got) != 2 {
		t.Errorf("sees %v", got)
	}
	if err := beside.Write(t.Context(), "a", nil, sqldb.Stmts(note("a", "3", "three"))); !errors.Is(err, sqldb.ErrReadOnly) {
		t.Errorf("write: got %v", err)
	}
	if err := beside.Read(t.Context(), "a", note("a", "3", "three")); err == nil {
		t.Error("a read wrote")
	}
}

func TestReadOnlyOfWhatIsNotThere(t *testing.T) {
	path := awkwardPath(t)
	if _, err := sqldb.OpenSQLiteReadOnly(t.Context(), path, migrations()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file: got %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqldb.OpenSQLiteReadOnly(t.Context(), path, migrations()); err == nil || !strings.Contains(err.Error(), "version 0") {
		t.Errorf("empty file: got %v", err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqldb.OpenSQLiteReadOnly(t.Context(), path, migrations()); err == nil {
		t.Error("another file: no error")
	}
	if _, err := sqldb.OpenSQLite(t.Context(), path, migrations()); err == nil {
		t.Error("another file, to write: no error")
	}
}

func TestFullDiskOnSQLite(t *testing.T) {
	db := openSQLite(t, awkwardPath(t))
	write(t, db, "a", sqldb.Stmt{SQL: `pragma max_page_count = 20`})
	big := note("a", "1", "one")
	big.Args[7] = make([]byte, 1<<20)
	if err := db.Write(t.Context(), "a", nil, sqldb.Stmts(big)); !fault.Is(err, fault.Exhausted) {
		t.Errorf("got %v", err)
	}
	write(t, db, "a", note("a", "2", "two"))
}

// While another process holds the lock, a write waits; when it is let go, the write succeeds.
func TestWriteWaitsForAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := openSQLite(t, path)
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec(`begin immediate`); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- db.Write(t.Context(), "a", nil, sqldb.Stmts(note("a", "1", "one"))) }()
	if got := names(t, db, "a", allNames, "a"); len(got) != 0 { // reading does not wait
		t.Errorf("rows %v", got)
	}
	if _, err := other.Exec(`commit`); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("got %v", err)
	}
}

func TestForeignKeysSurviveRebuildingATable(t *testing.T) {
	path := awkwardPath(t)
	db := openSQLite(t, path)
	write(t, db, "a", note("a", "1", "one"), sqldb.Stmt{SQL: `insert into parts (tenant, note, id) values ('a', '1', 7)`})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	const rebuild = `create table fresh (tenant text not null, name text not null, primary key (tenant, name)) strict;
		insert into fresh select tenant, name from notes;
		drop table notes;
		alter table fresh rename to notes;`
	db, err := sqldb.OpenSQLite(t.Context(), path, changed(t, rebuild, same))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := names(t, db, "a", `select note from parts`); len(got) != 1 {
		t.Errorf("parts %v", got)
	}
	if err := db.Write(t.Context(), "a", nil, sqldb.Stmts(sqldb.Stmt{SQL: `delete from notes`})); err == nil {
		t.Error("a note with parts was deleted")
	}
}
