package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/backup"
)

// refused runs a command line that must fail, and returns what it says.
func refused(t *testing.T, want string, args ...string) {
	t.Helper()
	var out, errors bytes.Buffer
	code := run(t.Context(), args, noEnv, &out, &errors)
	if said := out.String() + errors.String(); code != 1 || !strings.Contains(said, want) {
		t.Errorf("uppsikt %s: got exit code %d: %s; want 1 and %q", strings.Join(args, " "), code, said, want)
	}
}

// archived returns an archive of the old data, brought to this version.
func archived(t *testing.T) (data, archive string) {
	t.Helper()
	data, archive = unpackOld(t), filepath.Join(t.TempDir(), "kopia.tar.gz")
	execute(t, "migrate", "--data", data)
	execute(t, "backup", "--data", data, "-o", archive)
	return data, archive
}

// change runs a statement on a service's database behind everybody's back.
func change(t *testing.T, data, service, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, service+".db"))
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	must(t, err)
}

// list returns the names in a directory, and of those beginning with a dot, too.
func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestBackupOfARunningInstallation: the archive is whole and for its owner alone, and what is restored from it is the same
// installation.
func TestBackupOfARunningInstallation(t *testing.T) {
	demo := start(t, "serve", "--demo")
	dir := t.TempDir()
	archive, exported := filepath.Join(dir, "kopia.tar.gz"), filepath.Join(dir, "a.yaml")
	if got := demo.local(t, "backup", "-o", archive); !strings.Contains(got, archive) {
		t.Errorf("got %q", got)
	}
	if info, err := os.Stat(archive); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got the mode %v, %v", info.Mode(), err)
	}
	if got := list(t, dir); len(got) != 1 {
		t.Errorf("beside the archive lie %v", got)
	}
	demo.client(t, "operator", "export", "-o", exported)
	execute(t, "verify", "--data", archive)
	demo.stop()

	data := filepath.Join(t.TempDir(), "ny", "data")
	execute(t, "restore", archive, "--data", data)
	if got := strings.Join(list(t, data), " "); got != "controlmeasurement.db directory.db notification.db reporting.db riskregister.db" {
		t.Errorf("restored are %s", got)
	}
	second := filepath.Join(dir, "b.yaml")
	startOn(t, data, "serve").client(t, "operator", "export", "-o", second)
	if read(t, exported) != read(t, second) {
		t.Error("the restored installation exports something else")
	}
}

func TestBackupOverwritesNothing(t *testing.T) {
	data, archive := archived(t)
	before := read(t, archive)
	refused(t, "finns redan", "backup", "--data", data, "-o", archive)
	if read(t, archive) != before {
		t.Error("the archive was overwritten")
	}
	execute(t, "backup", "--data", data, "-o", archive, "--force")
	refused(t, "ingen installation", "backup", "--data", t.TempDir(), "-o", archive+"2")
	refused(t, "no such file", "backup", "--data", data, "-o", filepath.Join(t.TempDir(), "not", "there"))
	if _, err := os.Stat(archive + "2"); !os.IsNotExist(err) {
		t.Errorf("a failed backup left a file: %v", err)
	}
}

// TestIncompleteDirectory: where a database is missing, backup and verify say which.
func TestIncompleteDirectory(t *testing.T) {
	data, archive := archived(t)
	must(t, os.Remove(filepath.Join(data, "reporting.db")))
	const want = "inte hel: reporting.db saknas"
	refused(t, want, "verify", "--data", data)
	refused(t, want, "backup", "--data", data, "-o", archive+"2")
}

func TestRestoreNeedsAnEmptyPlace(t *testing.T) {
	data, archive := archived(t)
	refused(t, "inte tom", "restore", archive, "--data", data)
	other := t.TempDir()
	must(t, os.WriteFile(filepath.Join(other, "note.txt"), nil, 0o600))
	refused(t, "inte tom", "restore", archive, "--data", other)
	empty := t.TempDir()
	must(t, os.Mkdir(filepath.Join(empty, "lost+found"), 0o700))
	execute(t, "restore", archive, "--data", empty)
	execute(t, "verify", "--data", empty)
}

// TestRestoreLeavesNothingHalfDone: whatever is wrong with an archive, the place is as it was.
func TestRestoreLeavesNothingHalfDone(t *testing.T) {
	_, archive := archived(t)
	whole := read(t, archive)
	for name, test := range map[string]struct{ content, want string }{
		"empty":       {"", "ingen säkerhetskopia"},
		"another":     {"not an archive", "ingen säkerhetskopia"},
		"cut off":     {whole[:len(whole)*2/3], "skadad"},
		"flipped":     {whole[:len(whole)/2] + string(whole[len(whole)/2]^1) + whole[len(whole)/2+1:], "skadad"},
		"with a tail": {whole + "tail", "skadad"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.tar.gz")
			must(t, os.WriteFile(bad, []byte(test.content), 0o600))
			wantNothingRestored(t, test.want, bad)
			refused(t, test.want, "verify", "--data", bad)
		})
	}
	wantNothingRestored(t, "no such file", filepath.Join(t.TempDir(), "absent.tar.gz"))
}

// wantNothingRestored tries to restore into a new and into an empty directory.
func wantNothingRestored(t *testing.T, want, archive string, flags ...string) {
	t.Helper()
	absent, empty := filepath.Join(t.TempDir(), "data"), t.TempDir()
	refused(t, want, append([]string{"restore", archive, "--data", absent}, flags...)...)
	if _, err := os.Stat(absent); !os.IsNotExist(err) {
		t.Errorf("the directory is left behind: %v", err)
	}
	refused(t, want, append([]string{"restore", archive, "--data", empty}, flags...)...)
	if got := list(t, empty); len(got) > 0 {
		t.Errorf("left behind are %v", got)
	}
}

// TestNewerDataAreRefused: every command that opens data of a newer version says so, and so do archives of them.
func TestNewerDataAreRefused(t *testing.T) {
	const want = "nyare version av programmet"
	data, archive := archived(t)
	change(t, data, "riskregister", `insert into goose_db_version (version_id, is_applied) values (9999, 1)`)
	for _, command := range []string{"verify", "migrate", "serve"} {
		args := []string{command, "--data", data}
		if command == "serve" {
			args = append(args, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--metrics", "")
		}
		refused(t, want, args...)
	}
	refused(t, want, "backup", "--data", data, "-o", archive+"2")
	honest, lying := forge(t, data, 9999), forge(t, data, 0)
	for _, file := range []string{honest, lying} {
		wantNothingRestored(t, want, file)
		refused(t, want, "verify", "--data", file)
	}
}

// forge writes an archive of a directory whose manifest says of each database that it has the schema version.
func forge(t *testing.T, data string, version int64) string {
	t.Helper()
	var parts []backup.Part
	for service := range oldSchemas {
		p, err := backup.Describe(t.Context(), data, service)
		must(t, err)
		p.Schema = version
		parts = append(parts, p)
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "forged.tar.gz"))
	must(t, err)
	must(t, backup.Write(t.Context(), f, "test", time.Time{}, data, parts, nil))
	must(t, f.Close())
	return f.Name()
}

// TestTamperedDataAreRestoredOnDemandOnly: the journal tells, and somebody who has nothing better may go on.
func TestTamperedDataAreRestoredOnDemandOnly(t *testing.T) {
	data, archive := archived(t)
	change(t, data, "riskregister", `update risks set title = 'ändrad' where id = 'krangel'`)
	execute(t, "backup", "--data", data, "-o", archive, "--force")
	refused(t, "entry", "verify", "--data", archive)
	wantNothingRestored(t, "stämmer inte", archive)
	other := t.TempDir()
	if got := execute(t, "restore", archive, "--data", other, "--anyway"); !strings.Contains(got, "risks/krangel") {
		t.Errorf("got %q", got)
	}
	refused(t, "stämmer inte", "verify", "--data", other)
}

// TestBrokenOffRestore: where a restore was killed, nothing starts on what it left.
func TestBrokenOffRestore(t *testing.T) {
	data, archive := archived(t)
	must(t, os.Mkdir(filepath.Join(data, ".restoring"), 0o700))
	const want = "återställning avbrutits"
	refused(t, want, "verify", "--data", data)
	refused(t, want, "migrate", "--data", data)
	refused(t, want, "backup", "--data", data, "-o", archive, "--force")
	refused(t, want, "token", "--data", data, "--role", "operator", "--scope", "platform")
	refused(t, want, "serve", "--data", data, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0")
	refused(t, "inte tom", "restore", archive, "--data", data)
}

// TestRestoreOfAnOlderArchive: it is brought to this version's schema on the way.
func TestRestoreOfAnOlderArchive(t *testing.T) {
	data, archive := unpackOld(t), filepath.Join(t.TempDir(), "kopia.tar.gz")
	execute(t, "backup", "--data", data, "-o", archive) // before the upgrade
	execute(t, "verify", "--data", archive)
	restored := filepath.Join(t.TempDir(), "data")
	execute(t, "restore", archive, "--data", restored)
	execute(t, "verify", "--data", restored)
}
