package sqldb_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// A copy taken while a server writes is one state, for its owner alone, and changes nothing in the original.
func TestCopyBesideTheServer(t *testing.T) {
	path := awkwardPath(t)
	server := openSQLite(t, path)
	write(t, server, "a", note("a", "0", "0"), note("a", "1", "1"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 2; i < 200; i += 2 { // two rows at a time
			write(t, server, "a", note("a", strconv.Itoa(i), strconv.Itoa(i)), note("a", strconv.Itoa(i+1), strconv.Itoa(i+1)))
		}
	}()
	into := filepath.Join(t.TempDir(), "kopia ?.db")
	if err := sqldb.CopySQLite(t.Context(), path, into); err != nil {
		t.Fatal(err)
	}
	<-done
	if info, err := os.Stat(into); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v", info.Mode(), err)
	}
	dup, err := sqldb.OpenSQLiteArchive(t.Context(), into, migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer dup.Close()
	if got := names(t, dup, "a", allNames, "a"); len(got) == 0 || len(got)%2 != 0 {
		t.Errorf("the copy has %d rows, want whole pairs", len(got))
	}
	if got := names(t, server, "a", allNames, "a"); len(got) != 200 {
		t.Errorf("the original has %d rows", len(got))
	}
	if err := sqldb.CopySQLite(t.Context(), path, into); err == nil {
		t.Error("a copy was written over another")
	}
	if err := sqldb.CopySQLite(t.Context(), path+"x", into+"x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("copy of nothing: got %v", err)
	}
}

// An archive may have an older schema, never a newer one.
func TestArchivesOfOtherVersions(t *testing.T) {
	path := awkwardPath(t)
	if err := openSQLite(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	later := changed(t, `create table extra (id integer);`, same)
	db, err := sqldb.OpenSQLiteArchive(t.Context(), path, later)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := sqldb.SchemaVersion(t.Context(), db); got != 2 || err != nil {
		t.Errorf("got version %d, %v", got, err)
	}
	if want, err := sqldb.NewestSchema(later, sqldb.SQLite); want != 3 || err != nil {
		t.Errorf("got newest %d, %v", want, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	upgraded, err := sqldb.OpenSQLite(t.Context(), path, later)
	if err != nil {
		t.Fatal(err)
	}
	if err := upgraded.Close(); err != nil {
		t.Fatal(err)
	}
	var newer *sqldb.NewerError
	if _, err := sqldb.OpenSQLiteArchive(t.Context(), path, migrations()); !errors.As(err, &newer) || newer.Have != 3 || newer.Known != 2 {
		t.Errorf("got %v", err)
	}
}
