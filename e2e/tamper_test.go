package e2e_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // registers the driver that changes rows behind the product's back

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// column is a place where a byte can be changed, and the service whose database it is in.
type column struct{ service, table, name string }

// TestVerifyNamesWhatWasChanged changes one byte of one row at a time, in the journal and in the resources, and expects
// the check to name service, scope and entry.
func TestVerifyNamesWhatWasChanged(t *testing.T) {
	t.Parallel()
	from := filledAndStopped(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []column{
		{"riskregister", "journal_entries", "actor"}, {"riskregister", "journal_entries", "resource"},
		{"riskregister", "journal_entries", "state_digest"}, {"riskregister", "journal_entries", "hash"},
		{"riskregister", "journal_entries", "prev_hash"}, {"riskregister", "journal_states", "state"},
		{"riskregister", "journal_heads", "hash"}, {"riskregister", "risk_entries", "body"}, {"riskregister", "plans", "body"},
		{"riskregister", "plans", "state"}, {"riskregister", "rounds", "body"}, {"riskregister", "risks", "title"},
		{"directory", "committees", "body"}, {"directory", "journal_entries", "method"}, {"reporting", "journal_entries", "hash"},
		{"reporting", "cases", "body"},
	} {
		t.Run(strings.Join([]string{c.service, c.table, c.name}, " "), func(t *testing.T) {
			data := t.TempDir()
			if err := os.CopyFS(data, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			scope := changeByte(t, data, c, random)
			r := shared.program.Run(t, "verify", "--data", data)
			line := regexp.MustCompile(fmt.Sprintf(`(?m)^%s: %s(/\S+)?: entry \d+: .+$`, c.service, regexp.QuoteMeta(scope)))
			if r.Code != 1 || !line.MatchString(r.Stdout) {
				t.Errorf("want exit code 1 and service, scope %s and entry: %v", scope, r)
			}
		})
	}
}

// filledAndStopped returns a data directory with a plan, answers and a case, of a server that has ended.
func filledAndStopped(t *testing.T) string {
	t.Helper()
	s := shared.program.Start(t, product.Options{Demo: true})
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
	s.Stop()
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
	return s.Data
}

// changeByte changes one byte of a column in one row by hand and returns the row's scope.
func changeByte(t *testing.T, data string, c column, random *rand.Rand) (scope string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, c.service+".db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var count int
	// prev_hash of a first entry is empty: it has no byte to change.
	filled := fmt.Sprintf(" from %s where length(%s) > 0 and scope like '%s%%'", c.table, c.name, municipality)
	if err := db.QueryRowContext(t.Context(), "select count(*)"+filled).Scan(&count); err != nil || count == 0 {
		t.Fatalf("%v: %d rows, error %v", c, count, err)
	}
	var row int64
	var value []byte
	var kind string
	query := fmt.Sprintf("select rowid, scope, typeof(%[1]s), cast(%[1]s as blob)%s order by rowid limit 1 offset ?", c.name, filled)
	if err := db.QueryRowContext(t.Context(), query, random.IntN(count)).Scan(&row, &scope, &kind, &value); err != nil {
		t.Fatal(err)
	}
	value[random.IntN(len(value))] ^= 1
	var changed any = value
	if kind == "text" {
		changed = string(value)
	}
	result, err := db.ExecContext(t.Context(), fmt.Sprintf("update %s set %s = ? where rowid = ?", c.table, c.name), changed, row)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%d rows changed, error %v", n, err)
	}
	return scope
}

// TestVerifySeesMissingRows: rows that were removed are missed.
func TestVerifySeesMissingRows(t *testing.T) {
	t.Parallel()
	from := filledAndStopped(t)
	for _, statement := range []string{
		"delete from risk_entries where rowid = (select max(rowid) from risk_entries)",
		"delete from journal_entries where rowid = (select max(rowid) from journal_entries)",
		"delete from journal_entries where rowid = (select min(rowid) + 3 from journal_entries)",
	} {
		data := t.TempDir()
		if err := os.CopyFS(data, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", filepath.Join(data, "riskregister.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		want(t, shared.program.Run(t, "verify", "--data", data), 1, "riskregister: ", "entry ")
	}
}
