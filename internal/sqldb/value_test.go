package sqldb_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

func TestValuesComeBack(t *testing.T) {
	type row struct {
		Title   string
		Version int64
		At      time.Time
		Draft   bool
		Weight  *float64
		Body    []byte
	}
	weight := 2.5
	at := time.Date(2025, 5, 12, 7, 0, 0, 123456789, time.FixedZone("CEST", 7200))
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		for i, want := range []row{
			{"Räksmörgås åäö ÅÄÖ é 🌲", 1, at, true, &weight, []byte{0, 1, 255}},
			{"", 1 << 62, time.UnixMicro(-1), false, nil, []byte{}},
		} {
			name := fmt.Sprint(i)
			write(t, db, "a", sqldb.Stmt{SQL: insertNote, Args: []any{
				"a", name, want.Title, want.Version, sqldb.Micros(want.At), want.Draft, want.Weight, want.Body}})
			var got row
			var micros int64
			err := db.Read(t.Context(), "a", sqldb.Stmt{
				SQL:  `select title, version, at, draft, weight, body from notes where tenant = $1 and name = $2`,
				Args: []any{"a", name},
				Each: func(r sqldb.Row) error {
					return r.Scan(&got.Title, &got.Version, &micros, &got.Draft, &got.Weight, &got.Body)
				}})
			got.At, want.At = sqldb.Time(micros), want.At.UTC().Truncate(time.Microsecond)
			if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal)); err != nil || diff != "" {
				t.Errorf("%v; difference (-want +got):\n%s", err, diff)
			}
		}
	})
}

// The bytes of a blob are the caller's to keep, though the Row is not.
func TestBlobsOutliveTheirRow(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		var bodies [][]byte
		for i := range 50 {
			s := note("a", fmt.Sprintf("%02d", i), fmt.Sprint(i))
			s.Args[7] = bytes.Repeat([]byte{byte(i)}, 1000)
			write(t, db, "a", s)
		}
		err := db.Read(t.Context(), "a", sqldb.Stmt{SQL: `select body from notes where tenant = $1 order by name`,
			Args: []any{"a"}, Each: func(r sqldb.Row) error {
				var body []byte
				err := r.Scan(&body)
				bodies = append(bodies, body)
				return err
			}})
		if err != nil || len(bodies) != 50 {
			t.Fatalf("%d bodies, %v", len(bodies), err)
		}
		for i, body := range bodies {
			if !bytes.Equal(body, bytes.Repeat([]byte{byte(i)}, 1000)) {
				t.Errorf("body %d begins with %v", i, body[:3])
			}
		}
	})
}

func TestOrderIsByBytes(t *testing.T) {
	want := []string{"B", "Z", "a", "z", "Ä", "Å", "Ö", "ä", "å", "ö"}
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		for i := range want {
			name := want[(i*7)%len(want)]
			write(t, db, "a", note("a", name, name))
		}
		if diff := cmp.Diff(want, names(t, db, "a", allNames, "a")); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		const page = `select name from notes where (tenant, name) > ($1, $2) order by tenant, name limit 3`
		if got := names(t, db, "a", page, "a", "z"); !cmp.Equal(got, want[4:7]) {
			t.Errorf("after z: %v", got)
		}
	})
}

func TestListArguments(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		all := []string{`å "quoted"`, "b,c", `{d}`, ""}
		for _, name := range all {
			write(t, db, "a", note("a", name, name))
		}
		e := db.Engine()
		query := `select name from notes where tenant = $1 and name ` + e.AnyOf("$2") + ` order by name`
		for _, want := range [][]string{{""}, {"b,c", `å "quoted"`}, {`{d}`}, nil} {
			got := names(t, db, "a", query, "a", e.ListArg(append(want, "absent")))
			if !cmp.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		if got := names(t, db, "a", query, "a", e.ListArg(nil)); len(got) != 0 {
			t.Errorf("the empty list matches %q", got)
		}
	})
}

func TestOneArgumentUsedTwiceAndOutOfOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		write(t, db, "a", note("a", "1", "same"), note("a", "same", "2"))
		got := names(t, db, "a", `select name from notes where (title = $2 or name = $2) and tenant = $1 order by name`, "a", "same")
		if diff := cmp.Diff([]string{"1", "same"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestNulIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		err := db.Write(t.Context(), "a", nil, sqldb.Stmts(note("a", "1", "a\x00b")))
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v", err)
		}
	})
}
