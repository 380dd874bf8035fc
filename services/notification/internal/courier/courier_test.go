package courier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

func TestSendsAtItsTimeAndOnce(t *testing.T) {
	run(t, func(f *fixture) {
		at := f.clock.Now().Add(time.Hour)
		write(f, f.db, planned(f, 1, at)...)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{}, notice.Planned, 0)
		f.clock.Advance(time.Hour)
		f.once()
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
		f.ledger("m1", at)
	})
}

// ledger checks the rest of a line in the ledger.
func (f *fixture) ledger(id string, at time.Time) {
	f.Helper()
	name, address := person(1)
	d := f.delivery(id)
	if d.Person != name || d.PersonName != "Person 1" || d.Address != address || !d.At.Equal(at) || d.Settled.IsZero() || d.Fault != "" ||
		d.MessageID != f.composer.MessageID(id) || !strings.Contains(d.Subject, "Kontroll 1") || !strings.HasPrefix(d.Response, "250") {
		f.Errorf("the ledger says %+v", d)
	}
	if n := f.turns(); n != 0 {
		f.Errorf("%d turns are left", n)
	}
}

// TestWaitsAndTriesAgain: what the mail server does not take now is sent later, once, each pause longer than the last.
func TestWaitsAndTriesAgain(t *testing.T) {
	run(t, func(f *fixture) {
		_, to := person(1)
		f.box.will(to, busy421, later450, later451AtEnd, dropBefore)
		write(f, f.db, planned(f, 1, f.clock.Now())...)
		for n := range 4 {
			f.once()
			f.want("m1", "r1", sqlstore.Delivery{State: waiting, Attempts: int32(n + 1)}, notice.Sending, 0)
			d := f.delivery("m1")
			if wait := d.Next.Sub(f.clock.Now()); wait < rest(int64(n+1)) || wait > 2*rest(int64(n+1)) || d.Fault == "" {
				f.Errorf("attempt %d: waits for %s: %q", n+1, wait, d.Fault)
			}
			f.clock.Advance(rest(int64(n+1)) - time.Second)
			f.once()
			f.clock.Advance(d.Next.Sub(f.clock.Now()))
		}
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 5}, notice.Sent, 1)
		f.ledger("m1", f.delivery("m1").At)
	})
}

func TestRefusedForGood(t *testing.T) {
	for _, how := range []act{refuse550, refuse554AtEnd} {
		run(t, func(f *fixture) {
			_, to := person(1)
			f.box.will(to, how)
			write(f, f.db, planned(f, 1, f.clock.Now())...)
			f.once()
			f.clock.Advance(24 * time.Hour)
			f.once()
			f.want("m1", "r1", sqlstore.Delivery{State: parked, Attempts: 1}, notice.Failed, 0)
			if d := f.delivery("m1"); d.Fault == "" || !strings.HasPrefix(d.Response, "55") || d.Settled.IsZero() || f.turns() != 0 {
				f.Errorf("the ledger says %+v", d)
			}
		})
	}
}

// TestTriedForTwoDays: a mail server that is never there parks the mail in the end.
func TestTriedForTwoDays(t *testing.T) {
	run(t, func(f *fixture) {
		f.box.stop(f)
		write(f, f.db, planned(f, 1, f.clock.Now())...)
		begin, attempts := f.clock.Now(), 0
		for ; f.delivery("m1").State != parked && attempts < 100; attempts++ {
			f.once()
			if next := f.delivery("m1").Next; !next.IsZero() {
				f.clock.Advance(next.Sub(f.clock.Now()))
			}
		}
		if took := f.clock.Now().Sub(begin); took < patience || took > patience+patience/5 {
			f.Errorf("parked after %s and %d attempts", took, attempts)
		}
		if f.state("r1") != notice.Failed || f.turns() != 0 {
			f.Errorf("r1 is %d, %d turns", f.state("r1"), f.turns())
		}
	})
}

// TestAnAnswerThatIsNotLearnt: the very same mail goes again, after a while, and the ledger says so.
func TestAnAnswerThatIsNotLearnt(t *testing.T) {
	run(t, func(f *fixture) {
		_, to := person(1)
		f.box.will(to, dropAfter)
		write(f, f.db, planned(f, 1, f.clock.Now())...)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: waiting, Attempts: 1, Unlearnt: 1}, notice.Sending, 1)
		f.clock.Advance(unlearntPause - time.Second)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: waiting, Attempts: 1, Unlearnt: 1}, notice.Sending, 1)
		f.clock.Advance(time.Minute)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 2, Unlearnt: 1}, notice.Sent, 2)
	})
}

// TestAServerThatHangs is given up by the client's limit; others are not held up meanwhile.
func TestAServerThatHangs(t *testing.T) {
	run(t, func(f *fixture) {
		deps := f.Courier.deps
		deps.Sender = f.box.sender(f, mail.Config{Command: 100 * time.Millisecond, Data: 100 * time.Millisecond})
		f.Courier = f.courier(deps, config())
		_, before := person(1)
		_, after := person(2)
		f.box.will(before, hangBefore)
		f.box.will(after, hangAfter)
		f.plan(20)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: waiting, Attempts: 1}, notice.Sending, 0)
		f.want("m2", "r2", sqlstore.Delivery{State: waiting, Attempts: 1, Unlearnt: 1}, notice.Sending, 1)
		if got := f.box.count(); got != 19 {
			f.Errorf("%d mails were taken, want 19", got)
		}
		f.clock.Advance(2 * unlearntPause)
		f.once()
		f.audit(20)
	})
}

// done marks the deadline of reminder i as done.
func (f *fixture) done(i int) {
	f.Helper()
	stmts := planned(f, i, f.clock.Now(), func(r *sqlstore.Reminder) { r.About.Done = true })
	write(f, f.db, stmts[0])
}

// TestDoneMeanwhile: what was done since is not sent, and a mail that waits is written anew without it.
func TestDoneMeanwhile(t *testing.T) {
	run(t, func(f *fixture) {
		now := f.clock.Now()
		_, to := person(1)
		f.box.will(to, later450)
		write(f, f.db, slices.Concat(planned(f, 1, now, digest), planned(f, 2, now, digest), planned(f, 3, now))...)
		f.done(3)
		f.once()
		f.want("m3", "r3", sqlstore.Delivery{}, notice.Cancelled, 0)
		f.done(2)
		f.clock.Advance(time.Hour)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 2}, notice.Sent, 1)
		if raw := string(f.box.of(f.composer.MessageID("m1"))[0]); strings.Contains(raw, "Kontroll 2") || f.state("r2") != notice.Cancelled {
			f.Errorf("r2 is %d:\n%s", f.state("r2"), raw)
		}
		if f.turns() != 0 {
			f.Errorf("%d turns are left", f.turns())
		}
	})
}

// TestAllDoneWhileItWaits: nothing is sent, and the ledger says why.
func TestAllDoneWhileItWaits(t *testing.T) {
	for _, how := range []act{later450, dropAfter} {
		run(t, func(f *fixture) {
			_, to := person(1)
			f.box.will(to, how)
			write(f, f.db, planned(f, 1, f.clock.Now())...)
			f.once()
			before := f.box.count()
			f.done(1)
			f.clock.Advance(time.Hour)
			f.once()
			if d := f.delivery("m1"); d.State != parked || d.Fault != faultDone || f.state("r1") != notice.Cancelled || f.turns() != 0 || f.box.count() != before {
				f.Errorf("%+v, r1 is %d", d, f.state("r1"))
			}
		})
	}
}

// TestJoinedWhileTheAnswerIsNotLearnt: the repeat says what it said, and what joined goes in a mail of its own.
func TestJoinedWhileTheAnswerIsNotLearnt(t *testing.T) {
	run(t, func(f *fixture) {
		now := f.clock.Now()
		_, to := person(1)
		f.box.will(to, dropAfter)
		write(f, f.db, planned(f, 1, now, digest)...)
		f.once()
		write(f, f.db, planned(f, 2, now, digest)...)
		f.clock.Advance(time.Hour)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 2, Unlearnt: 1}, notice.Sent, 2)
		f.want("m1-2", "r2", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
		if f.turns() != 0 {
			f.Errorf("%d turns are left", f.turns())
		}
	})
}

// TestNobodyToSendTo parks the mail with a reason.
func TestNobodyToSendTo(t *testing.T) {
	for name, change := range map[string]func(*directoryv1.Person){
		"disabled": func(p *directoryv1.Person) { p.Disabled = true }, "no address": func(p *directoryv1.Person) { p.Email = "" },
		"no such address": func(p *directoryv1.Person) { p.Email = "a b@" }, "gone": func(p *directoryv1.Person) { p.Name += "x" },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(f *fixture) {
				putDirectory(f, f.db, 0, func(d *sqlstore.Directory) { change(d.People[1]) })
				write(f, f.db, planned(f, 1, f.clock.Now())...)
				f.once()
				if d := f.delivery("m1"); d.State != parked || d.Fault == "" || f.state("r1") != notice.Failed || f.turns() != 0 {
					f.Errorf("%+v, r1 is %d", d, f.state("r1"))
				}
			})
		})
	}
}

// TestTooLate: what nobody sent for two days is not sent any more.
func TestTooLate(t *testing.T) {
	run(t, func(f *fixture) {
		write(f, f.db, planned(f, 1, f.clock.Now().Add(-notice.Late))...)
		write(f, f.db, planned(f, 2, f.clock.Now().Add(-notice.Late-time.Second))...)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
		f.want("m2", "r2", sqlstore.Delivery{}, notice.Skipped, 0)
	})
}

// TestAMunicipalityThatIsNotKnownYet waits.
func TestAMunicipalityThatIsNotKnownYet(t *testing.T) {
	run(t, func(f *fixture) {
		write(f, f.db, sqldb.Stmt{SQL: "delete from directory_snapshots"})
		write(f, f.db, planned(f, 1, f.clock.Now())...)
		f.once()
		putDirectory(f, f.db, 0)
		f.clock.Advance(unknown)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
	})
}

// TestTheClockIsSetBack: what was due stays due at its time, a mail that waits does not wait for a time that is far ahead of
// the clock's mistake, and no lease from the future holds anything up.
func TestTheClockIsSetBack(t *testing.T) {
	run(t, func(f *fixture) {
		f.clock.Advance(24 * time.Hour)
		now := f.clock.Now()
		write(f, f.db, planned(f, 1, now.Add(-25*time.Hour))...)
		held := sqlstore.TurnLease{Tenant: "ume", Owner: "gone", Until: now.Add(f.config.lease())}
		write(f, f.db, sqlstore.ClaimTurns(f.db.Engine(), held, []string{"m1"}, now, func(sqlstore.Turn) {})...)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{}, notice.Planned, 0)
		f.clock.Advance(-24 * time.Hour)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
	})
}

// TestAProcessThatEnds after it claimed and before it settled: another sends the very same mail when the lease has ended.
func TestAProcessThatEnds(t *testing.T) {
	run(t, func(f *fixture) {
		_, to := person(1)
		f.box.will(to, hangAfter)
		write(f, f.db, planned(f, 1, f.clock.Now())...)
		ctx, kill := context.WithCancel(f.Context())
		deps := f.depsOf(life{DB: f.db, ctx: ctx}, newSchedule(f, schedule.Config{}), mortal{f.box.sender(f, mail.Config{}), ctx})
		cfg := config()
		cfg.Grace = time.Millisecond
		doomed := f.courier(deps, cfg)
		ended := make(chan error, 1)
		go func() { ended <- doomed.Once(ctx) }()
		<-f.box.reached
		kill()
		if err := <-ended; err == nil {
			f.Error("it settled")
		}
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sending, Attempts: 1}, notice.Sending, 1)
		f.clock.Advance(f.config.lease())
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 2, Unlearnt: 1}, notice.Sent, 2)
	})
}

// TestStoppedWhileSending: what is on its way is finished and settled, and the rest is given back for another to send at once.
func TestStoppedWhileSending(t *testing.T) {
	run(t, func(f *fixture) {
		f.plan(50)
		for i := range 50 {
			_, to := person(i)
			f.box.will(to, hangAfter)
		}
		ctx, stop := context.WithCancel(f.Context())
		ended := make(chan error, 1)
		go func() { ended <- f.Courier.Run(ctx) }()
		for range f.config.Workers {
			<-f.box.reached
		}
		stop()
		f.box.release()
		if err := <-ended; err != nil {
			f.Error(err)
		}
		other := f.courier(f.deps(f, schedule.Config{}), config())
		if err := other.Once(f.Context()); err != nil {
			f.Error(err)
		}
		f.audit(50)
		if f.box.count() != 50 {
			f.Errorf("%d mails were taken, want 50", f.box.count())
		}
	})
}

// TestTheDatabaseIsAwayWhileSettling: the answer is written down when it is back, so that nothing is sent twice.
func TestTheDatabaseIsAwayWhileSettling(t *testing.T) {
	run(t, func(f *fixture) {
		var writes atomic.Int64
		away := life{DB: f.db, ctx: f.Context(), fails: func() error {
			if n := writes.Add(1); n > 1 && n < 5 {
				return errors.New("the database is away")
			}
			return nil
		}}
		f.Courier = f.courier(f.depsOf(away, newSchedule(f, schedule.Config{}), f.box.sender(f, mail.Config{})), config())
		write(f, f.db, planned(f, 1, f.clock.Now())...)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
	})
}

// TestReplicas: two, then five couriers share what is due, and nothing is sent twice.
func TestReplicas(t *testing.T) {
	for _, replicas := range []int{2, 5} {
		t.Run(fmt.Sprint(replicas), func(t *testing.T) {
			run(t, func(f *fixture) {
				const n = 300
				f.plan(n)
				ended := make(chan error, replicas)
				for range replicas {
					c := f.courier(f.deps(f, schedule.Config{}), config()) // each with a schedule of its own: the database decides
					go func() { ended <- c.Once(f.Context()) }()
				}
				for range replicas {
					if err := <-ended; err != nil {
						f.Error(err)
					}
				}
				f.audit(n)
				if f.box.count() != n {
					f.Errorf("%d mails were taken, want %d", f.box.count(), n)
				}
			})
		})
	}
}

// TestTenThousandInAMinute: all are sent, each once.
func TestTenThousandInAMinute(t *testing.T) {
	f := newFixture(t, sqldbtest.Open(t, sqldb.SQLite, sqlstore.Migrations()))
	const n = 10_000 // as many as become due at once when a rule of a large municipality has one time of day
	putDirectory(f, f.db, n)
	var stmts []sqldb.Stmt
	for i := range n {
		stmts = append(stmts, planned(f, i, f.clock.Now().Add(time.Duration(i)*6*time.Millisecond))...)
	}
	write(f, f.db, stmts...)
	f.clock.Advance(time.Minute)
	f.once()
	f.audit(n)
	if f.box.count() != n {
		f.Errorf("%d mails were taken, want %d", f.box.count(), n)
	}
}

func TestPath(t *testing.T) {
	for want, d := range map[string]*riskv1.Deadline{
		"/a/rounds/r/followUps/f": {Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, Resource: "a/rounds/r/followUps/f", Round: "a/rounds/r"},
		"/a/rounds/r":             {Kind: riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, Resource: "a/plans/2025/controlPoints/c", Round: "a/rounds/r"},
		"/a/actions/x":            {Kind: riskv1.DeadlineKind_DEADLINE_KIND_ACTION, Resource: "a/actions/x"},
	} {
		if got := Path(d); got != want {
			t.Errorf("Path(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestPauses(t *testing.T) {
	for attempts, want := range map[int64]time.Duration{-1: 1, 0: 1, 1: 1, 2: 2, 3: 4, 6: 32, 7: 60, 8: 60, 64: 60, 1 << 40: 60} {
		want *= time.Minute
		if got := pause(attempts, "abc"); rest(attempts) != want || got < want || got > want+want/10 || got != pause(attempts, "abc") {
			t.Errorf("the pause after %d is %s, want %s to a tenth more, always the same", attempts, got, want)
		}
	}
	spread := make(map[time.Duration]bool)
	for _, mail := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		spread[pause(9, mail)] = true
	}
	if len(spread) < 6 {
		t.Errorf("eight mails come back at %d times", len(spread))
	}
	if a, b := pause(3, "m1"), pause(3, "m2"); a == b || a < rest(3) || a > rest(3)+rest(3)/10 {
		t.Errorf("pauses of two mails are %s and %s", a, b)
	}
	if exhausted(20) || !exhausted(60) {
		t.Error("a mail is not tried for two days")
	}
}

func TestConfig(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	for _, change := range []func(*Config){func(c *Config) { c.Workers = 0 }, func(c *Config) { c.Workers = 65 }, func(c *Config) { c.Limit = 0 },
		func(c *Config) { c.Poll = -1 }, func(c *Config) { c.Sweep = 0 }, func(c *Config) { c.Window = 0 }, func(c *Config) { c.Fallback = 0 },
		func(c *Config) { c.Grace = 0 }} {
		c := DefaultConfig()
		change(&c)
		if err := c.Validate(); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	if _, err := New(Deps{}, DefaultConfig()); err == nil {
		t.Error("a courier without anything")
	}
}
