package sqlstore_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// claim takes the turn of m1 and returns how often it was taken, 0 when it could not be.
func (b base) claim(l sqlstore.TurnLease, now time.Time) int64 {
	b.t.Helper()
	var turn sqlstore.Turn
	b.write(sqlstore.ClaimTurns(b.Engine(), l, []string{"m1", "none"}, now, func(t sqlstore.Turn) { turn = t })...)
	return turn.Attempts
}

// settle ends the turn of m1 and returns how many were ended.
func (b base) settle(l sqlstore.TurnLease) (count int64) {
	b.t.Helper()
	b.write(sqlstore.SettleTurns(b.Engine(), l, []string{"m1", "none"}, func(string) { count++ })...)
	return count
}

// delay gives the turn of m1 back and returns how many were.
func (b base) delay(l sqlstore.TurnLease, at time.Time, untried bool) int64 {
	b.t.Helper()
	return b.affected(func(n *int64) sqldb.Stmt { return sqlstore.DelayTurn(l, "m1", at, untried, n) })
}

func TestTurnsAreTakenByOne(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		db.write(sqlstore.InsertTurn("ume", "m1", noon), sqlstore.InsertTurn("ume", "m1", noon.Add(time.Hour)))
		mine := sqlstore.TurnLease{Tenant: "ume", Owner: "x", Until: noon.Add(time.Minute)}
		other := mine
		other.Owner, other.Until = "y", noon.Add(time.Minute+time.Second)
		for _, c := range []struct {
			what string
			got  int64
			want int64
		}{
			{"before its time", db.claim(mine, noon.Add(-time.Second)), 0},
			{"at its time", db.claim(mine, noon), 1},
			{"held", db.claim(other, noon.Add(time.Second)), 0},
			{"held by another", db.settle(other), 0},
			{"given back untried", db.delay(mine, noon, true), 1},
			{"again", db.claim(mine, noon), 1},
			{"the lease has ended", db.claim(other, noon.Add(time.Minute)), 2},
			{"lost", db.delay(mine, noon, false), 0},
			{"given back", db.delay(other, noon.Add(time.Hour), false), 1},
			{"delayed", db.claim(mine, noon.Add(2*time.Minute)), 0},
		} {
			if c.got != c.want {
				t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
			}
		}
		mine.Until = noon.Add(3 * time.Hour)
		if got := db.claim(mine, noon.Add(time.Hour)); got != 3 {
			t.Errorf("the third time: %d", got)
		}
		if got := db.settle(mine); got != 1 {
			t.Errorf("settled %d", got)
		}
	})
}

// TestTheClockIsSetBack: a lease from the future holds nobody up.
func TestTheClockIsSetBack(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		db.write(sqlstore.InsertTurn("ume", "m1", noon))
		ahead := sqlstore.TurnLease{Tenant: "ume", Owner: "x", Until: noon.Add(24 * time.Hour)}
		if got := db.claim(ahead, noon.Add(24*time.Hour-time.Minute)); got != 1 {
			t.Fatalf("taken %d times", got)
		}
		now := sqlstore.TurnLease{Tenant: "ume", Owner: "y", Until: noon.Add(time.Minute)}
		if got := db.claim(now, noon); got != 2 {
			t.Errorf("taken %d times", got)
		}
	})
}

// mails reads the turns that a statement selects.
func (b base) mails(make func(func(sqlstore.Turn)) sqldb.Stmt) []string {
	b.t.Helper()
	var got []string
	b.as("", make(func(turn sqlstore.Turn) { got = append(got, turn.Tenant+"/"+turn.Mail) }))
	return got
}

func TestTurnsAcrossMunicipalities(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		db.write(sqlstore.InsertTurn("ume", "m2", noon), sqlstore.InsertTurn("lul", "m1", noon), sqlstore.InsertTurn("ume", "m3", noon.Add(time.Hour)))
		due := func(now time.Time) []string {
			return db.mails(func(each func(sqlstore.Turn)) sqldb.Stmt {
				return sqlstore.SelectDueTurns(now, now.Add(time.Minute), 10, each)
			})
		}
		if diff := cmp.Diff([]string{"lul/m1", "ume/m2"}, due(noon)); diff != "" {
			t.Errorf("due (-want +got):\n%s", diff)
		}
		held := sqlstore.TurnLease{Tenant: "ume", Owner: "x", Until: noon.Add(time.Minute)}
		db.write(sqlstore.ClaimTurns(db.Engine(), held, []string{"m2"}, noon, func(sqlstore.Turn) {})...)
		if diff := cmp.Diff([]string{"lul/m1"}, due(noon)); diff != "" {
			t.Errorf("due beside what is held (-want +got):\n%s", diff)
		}
		after := sqlstore.Turn{Tenant: "lul", Mail: "m1", At: noon}
		got := db.mails(func(each func(sqlstore.Turn)) sqldb.Stmt {
			return sqlstore.SelectTurnsUpTo(noon.Add(48*time.Hour), after, 10, each)
		})
		if diff := cmp.Diff([]string{"ume/m2", "ume/m3"}, got); diff != "" {
			t.Errorf("after the first page (-want +got):\n%s", diff)
		}
	})
}

func TestRenewedAndEmptyTurns(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		db.put(sqlstore.InsertReminder(reminder("a", anna, "m1", noon)))
		db.write(sqlstore.InsertTurn("ume", "m1", noon), sqlstore.InsertTurn("ume", "m2", noon.Add(time.Hour)), sqlstore.RenewTurn("ume", "m2", noon))
		due := func() []string {
			return db.mails(func(each func(sqlstore.Turn)) sqldb.Stmt { return sqlstore.SelectDueTurns(noon, noon, 10, each) })
		}
		if diff := cmp.Diff([]string{"ume/m1", "ume/m2"}, due()); diff != "" {
			t.Errorf("renewed (-want +got):\n%s", diff)
		}
		db.write(sqlstore.DeleteEmptyTurns(db.Engine(), "ume", []string{"m1", "m2"}))
		if diff := cmp.Diff([]string{"ume/m1"}, due()); diff != "" {
			t.Errorf("what has something to send (-want +got):\n%s", diff)
		}
		gone := reminder("a", anna, "m1", noon)
		gone.State = notice.Withdrawn
		db.put(sqlstore.UpdateReminder(gone, notice.Planned))
		db.write(sqlstore.DeleteEmptyTurns(db.Engine(), "ume", []string{"m1"}))
		if got := due(); got != nil {
			t.Errorf("nothing is left to send, but %v", got)
		}
	})
}

func TestPasses(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		mine := sqlstore.PassLease{Tenant: "ume", Owner: "x", Until: noon.Add(time.Minute)}
		other := sqlstore.PassLease{Tenant: "ume", Owner: "y", Until: noon.Add(time.Minute)}
		claim := func(l sqlstore.PassLease, now time.Time) int64 {
			return db.affected(func(n *int64) sqldb.Stmt { return sqlstore.ClaimPass(l, now, n) })
		}
		first, again, others := claim(mine, noon), claim(mine, noon), claim(other, noon)
		if first != 1 || again != 1 || others != 0 {
			t.Errorf("taken %d, again %d, by another %d", first, again, others)
		}
		if got := db.affected(func(n *int64) sqldb.Stmt { return sqlstore.HoldPass(other, n) }); got != 0 {
			t.Error("held by who does not have it")
		}
		var done time.Time
		db.write(sqlstore.ReleasePass(mine))
		db.as("", sqlstore.SelectPass("ume", &done))
		if !done.IsZero() || claim(other, noon) != 1 {
			t.Errorf("released: done %v", done)
		}
		db.write(sqlstore.FinishPass(other, noon))
		db.as("", sqlstore.SelectPass("ume", &done))
		if !done.Equal(noon) {
			t.Errorf("finished: done %v", done)
		}
	})
}

// TestNothingPlannedIsLost: a mail that more was planned for while it was sent gets its turn again.
func TestNothingPlannedIsLost(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		lost := func() map[string]time.Time {
			got := map[string]time.Time{}
			db.as("ume", sqlstore.SelectLostTurns(social, func(mail string, at time.Time) { got[mail] = at }))
			return got
		}
		rearm := func(mails ...string) int64 {
			return db.affected(func(n *int64) sqldb.Stmt { return sqlstore.RearmTurns(db.Engine(), "ume", mails, n) })
		}
		if n := rearm("m1"); n != 0 {
			t.Errorf("%d turns of nothing", n)
		}
		db.put(sqlstore.InsertReminder(reminder("a", anna, "m1", noon)))
		if diff := cmp.Diff(map[string]time.Time{"m1": noon}, lost()); diff != "" {
			t.Errorf("without a turn (-want +got):\n%s", diff)
		}
		if first, again := rearm("m1", "m2"), rearm("m1"); first != 1 || again != 0 {
			t.Errorf("armed %d, then %d", first, again)
		}
		got := db.mails(func(each func(sqlstore.Turn)) sqldb.Stmt { return sqlstore.SelectDueTurns(noon, noon, 10, each) })
		if diff := cmp.Diff([]string{"ume/m1"}, got); diff != "" || len(lost()) != 0 {
			t.Errorf("armed again (-want +got):\n%s", diff)
		}
	})
}
