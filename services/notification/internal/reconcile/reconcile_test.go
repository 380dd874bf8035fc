package reconcile

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// What Anna is told of her follow-up.
const (
	annaBefore = "anna -7 2025-05-23 07:00 planned"
	annaAfter  = "anna 1 2025-06-02 07:00 planned"
)

func TestAPassPlans(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.pass()
		f.want(annaBefore, annaAfter)
		if turns := <-f.planned; len(turns) != 2 {
			t.Errorf("told of %v", turns)
		}
		var done time.Time
		f.read(sqlstore.SelectPass("ume", &done))
		if s := f.Status(); s.Stale || !s.Last.Equal(f.clock.Now()) || !done.Equal(f.clock.Now()) {
			t.Errorf("status %+v, stored %v", s, done)
		}
	})
}

// TestTheDirectoryIsKept: whom the directory names lies in the database, and no more about them than needed.
func TestTheDirectoryIsKept(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.pass()
		d := &sqlstore.Directory{}
		f.read(sqlstore.SelectDirectory("ume", d))
		want := []*directoryv1.Person{{Name: anna, DisplayName: "Anna Ek", Email: "anna@umea.se"}, {Name: bo, DisplayName: "Bo Ek", Email: "bo@umea.se"},
			{Name: karin, DisplayName: "Karin Ek", Email: "karin@umea.se"}}
		if diff := cmp.Diff(want, d.People, protocmp.Transform()); diff != "" {
			t.Errorf("people (-want +got):\n%s", diff)
		}
		if len(d.Assignments) != 3 || len(d.Committees) != 1 || d.Municipality.GetAccentColor() != "" {
			t.Errorf("the rest: %+v", d)
		}
	})
}

// TestASecondPassWritesNothing: what is as it should be is not written again.
func TestASecondPassWritesNothing(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.pass()
		before, writes := f.reminders(), f.db.writes.Load()
		f.clock.Advance(time.Hour)
		f.pass()
		if got := f.db.writes.Load(); got != writes {
			t.Errorf("%d writes", got-writes)
		}
		if diff := cmp.Diff(before, f.reminders(), protocmp.Transform()); diff != "" {
			t.Errorf("reminders (-before +after):\n%s", diff)
		}
	})
}

// TestWhatHappensToDeadlines: each case changes the one deadline after a pass, and says what the next pass makes of it.
func TestWhatHappensToDeadlines(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(o *owners)
		want   []string
	}{
		{"done", func(o *owners) { o.deadlines[0].Done = true },
			[]string{"anna -7 2025-05-23 07:00 cancelled", "anna 1 2025-06-02 07:00 cancelled"}},
		{"gone", func(o *owners) { o.deadlines = nil },
			[]string{"anna -7 2025-05-23 07:00 cancelled", "anna 1 2025-06-02 07:00 cancelled"}},
		{"moved", func(o *owners) { o.deadlines[0].DueDate = "2025-06-13" },
			[]string{"anna -7 2025-05-23 07:00 cancelled", "anna 1 2025-06-02 07:00 cancelled", "anna -7 2025-06-05 07:00 planned", "anna 1 2025-06-16 07:00 planned"}},
		{"given to another", func(o *owners) { o.deadlines[0].Owners = ownedBy("b") },
			[]string{"anna -7 2025-05-23 07:00 withdrawn", "anna 1 2025-06-02 07:00 withdrawn", "bo -7 2025-05-23 07:00 planned", "bo 1 2025-06-02 07:00 planned"}},
		{"shared", func(o *owners) { o.deadlines[0].Owners = ownedBy("a", "b") },
			[]string{annaBefore, annaAfter, "bo -7 2025-05-23 07:00 planned", "bo 1 2025-06-02 07:00 planned"}},
		{"vacant", func(o *owners) { o.people[1].Disabled = true },
			[]string{"anna -7 2025-05-23 07:00 withdrawn", "anna 1 2025-06-02 07:00 withdrawn",
				"karin -7 2025-05-23 07:00 planned instead of enhetschef", "karin 1 2025-06-02 07:00 planned instead of enhetschef"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(_ *testing.T, f fixture) {
				f.pass()
				f.owners.change(func() { c.change(f.owners) })
				f.pass()
				f.want(c.want...)
			})
		})
	}
}

// TestDoneAndNotDoneAgain: what was cancelled is planned again, and a reminder of a former time is not sent afterwards.
func TestDoneAndNotDoneAgain(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		f.pass()
		f.owners.change(func() { f.owners.deadlines[0].Done = true })
		f.pass()
		f.clock.Advance(20 * 24 * time.Hour)
		f.owners.change(func() { f.owners.deadlines[0].Done = false })
		f.pass()
		f.want("anna -7 2025-05-23 07:00 cancelled", annaAfter)
	})
}

// TestWordsFollow: a planned reminder says what the deadline says now, one that was sent what it said then.
func TestWordsFollow(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.pass()
		f.send(anna)
		f.owners.change(func() { f.owners.deadlines[0].Title = "Jäv och mutor" })
		f.pass()
		for _, r := range f.reminders() {
			want := "Jäv och mutor"
			if r.State == notice.Sent {
				want = "Jäv"
			}
			if got := r.About.GetTitle(); got != want {
				t.Errorf("%s is about %q, want %q", f.line(r), got, want)
			}
		}
	})
}

// TestTakeover: who gets the work after another was told is told once.
func TestTakeover(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		f.pass()
		f.send(anna)
		f.clock.Advance(3 * 24 * time.Hour)
		f.owners.change(func() { f.owners.deadlines[0].Owners = ownedBy("b") })
		f.pass()
		common := []string{"anna -7 2025-05-23 07:00 sent", "anna 1 2025-06-02 07:00 withdrawn", "bo -7 2025-05-23 07:00 skipped", "bo 1 2025-06-02 07:00 planned"}
		f.want(append(common, "bo takeover 2025-05-27 07:00 planned")...)
		f.send(bo)
		f.pass()
		f.clock.Advance(24 * time.Hour)
		f.pass()
		f.want(append(common, "bo takeover 2025-05-27 07:00 sent")...)
	})
}

func TestReportedControls(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		control := func(name string) *riskv1.Deadline {
			return &riskv1.Deadline{Key: round + "/" + name + "#svar", Kind: riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, Role: riskv1.StepRole_STEP_ROLE_OWNER,
				Round: round, Resource: point + name, ControlArea: area + name, DueDate: "2025-05-30", BeginDate: "2025-05-01", Owners: ownedBy(name)}
		}
		f.owners.change(func() { f.owners.deadlines = []*riskv1.Deadline{control("a"), control("b")} })
		f.pass()
		f.want(annaBefore, annaAfter, "bo -7 2025-05-23 07:00 planned", "bo 1 2025-06-02 07:00 planned")
		f.owners.change(func() {
			f.owners.results = []*controlv1.Result{{Name: round + "/results/1", Subject: point + "a"}, {Name: round + "/results/2", Subject: area + "b"},
				{Name: social + "/rounds/r2/results/3", Subject: point + "b"}}
		})
		f.pass()
		f.want("anna -7 2025-05-23 07:00 cancelled", "anna 1 2025-06-02 07:00 cancelled", "bo -7 2025-05-23 07:00 cancelled", "bo 1 2025-06-02 07:00 cancelled")
	})
}

// TestRulesAndChoices follow from the service's own tables: they take effect also while the owners of deadlines are away.
func TestRulesAndChoices(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.pass()
		f.owners.change(func() { f.owners.down = fault.Unreachable("the register", nil) })
		settle := func(d dirt) {
			if err := f.settle(t.Context(), ume, d); err != nil && !d.everything {
				t.Error(err)
			}
		}
		f.rule(func(r *notificationv1.ReminderRule) { r.TimeOfDay = "10:30" })
		settle(dirt{rules: true})
		f.want("anna -7 2025-05-23 10:30 planned", "anna 1 2025-06-02 10:30 planned")
		f.rule(func(r *notificationv1.ReminderRule) { r.Disabled = true })
		settle(dirt{rules: true, everything: true})
		f.want("anna -7 2025-05-23 10:30 cancelled", "anna 1 2025-06-02 10:30 cancelled")
	})
}

func TestAwayAndBack(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.owners.change(func() { f.owners.down = fault.Unreachable("the register", nil) })
		if err := f.Once(t.Context()); err == nil || !f.Stale() {
			t.Errorf("%v, stale %t while the register is away", err, f.Stale())
		}
		f.want()
		f.owners.change(func() { f.owners.down = nil })
		f.pass()
		if f.Stale() {
			t.Error("stale when the register is back")
		}
		f.want(annaBefore, annaAfter)
	})
}

// TestALostTurn: a planned reminder whose mail has no turn gets one.
func TestALostTurn(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		f.pass()
		f.write(sqldb.Stmt{SQL: "delete from mail_turns"})
		f.pass()
		f.want(annaBefore, annaAfter)
	})
}

// TestOldMailsAreForgotten: a pass deletes the text of mails that was kept for long enough, and nothing newer.
func TestOldMailsAreForgotten(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		keep, now := 400*24*time.Hour, f.clock.Now()
		f.write(sqlstore.InsertRaw("ume", "old", now.Add(-keep-time.Minute), []byte("old")), sqlstore.InsertRaw("ume", "new", now.Add(-keep+time.Minute), []byte("new")))
		f.pass()
		var before, after []byte
		f.read(sqlstore.SelectRaw("ume", "old", &before), sqlstore.SelectRaw("ume", "new", &after))
		if before != nil || string(after) != "new" {
			t.Errorf("kept %q and %q, want the newer alone", before, after)
		}
	})
}

// TestReplicas: two at once make what one makes.
func TestReplicas(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		var running sync.WaitGroup
		for _, r := range []*Reconciler{f.Reconciler, f.replica(), f.replica()} {
			running.Go(func() {
				if err := r.Once(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
		f.pass()
		f.want(annaBefore, annaAfter)
	})
}

// TestTheLease: a municipality that another replica holds is left to it, until its lease has ended.
func TestTheLease(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		var taken int64
		other := sqlstore.PassLease{Tenant: "ume", Owner: "other", Until: f.clock.Now().Add(lease)}
		f.write(sqlstore.ClaimPass(other, f.clock.Now(), &taken))
		f.pass()
		f.want()
		if err := f.settle(t.Context(), ume, dirt{rules: true}); !errors.Is(err, errHeld) || f.Stale() {
			t.Errorf("held by another: %v, stale %t", err, f.Stale())
		}
		f.clock.Advance(lease)
		f.pass()
		f.want(annaBefore, annaAfter)
	})
}

// TestTokens: one token serves until it ends, and one that is refused is replaced.
func TestTokens(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.owners.change(func() { f.owners.spoilt = 1 })
		for _, c := range []struct {
			wait time.Duration
			want int
		}{{0, 2}, {0, 2}, {time.Hour, 3}} {
			f.clock.Advance(c.wait)
			f.pass()
			if f.owners.tokens != c.want {
				t.Errorf("%d tokens, want %d", f.owners.tokens, c.want)
			}
		}
	})
}
