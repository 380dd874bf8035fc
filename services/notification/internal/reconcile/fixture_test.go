package reconcile

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/calendar"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counted is a database that counts what is written into the tables of a tenant.
type counted struct {
	sqldb.DB
	writes atomic.Int64
}

// Write counts and writes.
func (c *counted) Write(ctx context.Context, tenant string, first []sqldb.Stmt, fn func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error)) error {
	if tenant != "" {
		c.writes.Add(1)
	}
	return c.DB.Write(ctx, tenant, first, fn)
}

// fixture is a reconciler over a database and the owners it asks.
type fixture struct {
	*Reconciler
	t       *testing.T
	owners  *owners
	clock   *rpctest.Clock
	db      *counted
	planned chan []sqlstore.Turn
}

// run runs a test on both engines, with one rule: a week before the last day and the day after it, at seven.
func run(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	sqldbtest.Run(t, sqlstore.Migrations(), func(t *testing.T, db sqldb.DB) {
		f := fixture{t: t, clock: rpctest.NewClock(), db: &counted{DB: db}, planned: make(chan []sqlstore.Turn, 100)}
		f.owners = newOwners(f.clock)
		f.owners.harness = rpctest.Serve(t, f.clock, f.owners.Register)
		f.Reconciler = f.replica()
		f.rule(func(*notificationv1.ReminderRule) {})
		test(t, f)
	})
}

// replica returns one more reconciler over the same database.
func (f fixture) replica() *Reconciler {
	f.t.Helper()
	zone, err := notice.Zone()
	if err != nil {
		f.t.Fatal(err)
	}
	tables, conn := sqlstore.NewTables(), f.owners.harness.Conn
	return New(Deps{Store: resource.NewStore("notification", f.db, f.clock, tables.All()...), Tables: tables, Logger: slog.New(slog.DiscardHandler),
		Calendar: calendar.New(), Zone: zone, Planned: func(turns []sqlstore.Turn) { f.planned <- turns },
		Directory: directoryv1.NewDirectoryServiceClient(conn), Sessions: directoryv1.NewSessionServiceClient(conn),
		Deadlines: riskv1.NewRiskRegisterServiceClient(conn), Results: controlv1.NewControlMeasurementServiceClient(conn),
		DirectoryChanges: directoryv1.NewJournalServiceClient(conn), DeadlineChanges: riskv1.NewJournalServiceClient(conn),
		ResultChanges: controlv1.NewJournalServiceClient(conn)},
		Config{Every: time.Hour, Discover: 20 * time.Second, Look: soon, Settle: soon, FirstPause: soon, LongestPause: 10 * soon, Keep: 400 * 24 * time.Hour})
}

// rule stores the rule, changed.
func (f fixture) rule(change func(*notificationv1.ReminderRule)) {
	f.t.Helper()
	name := ume + "/reminderRules/alla"
	before := func(days int32) *notificationv1.ReminderTime {
		return &notificationv1.ReminderTime{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: days}}
	}
	rule := &notificationv1.ReminderRule{Name: name, Title: "Alla", TimeOfDay: "07:00", Times: []*notificationv1.ReminderTime{before(7),
		{Distance: &notificationv1.ReminderTime_DaysAfter{DaysAfter: 1}}}}
	change(rule)
	err := f.deps.Store.Write(f.t.Context(), resource.Write{Scopes: []string{ume}, Method: "/test"}, func(ctx context.Context, tx *resource.Tx) error {
		return f.deps.Tables.Rules.Put(ctx, tx, rule)
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// pass compares everything.
func (f fixture) pass() {
	f.t.Helper()
	if err := f.Once(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// read reads as the municipality.
func (f fixture) read(stmts ...sqldb.Stmt) {
	f.t.Helper()
	if err := f.db.Read(f.t.Context(), "ume", stmts...); err != nil {
		f.t.Fatal(err)
	}
}

// write writes as the municipality.
func (f fixture) write(stmts ...sqldb.Stmt) {
	f.t.Helper()
	if err := f.db.Write(f.t.Context(), "ume", nil, sqldb.Stmts(stmts...)); err != nil {
		f.t.Fatal(err)
	}
}

// reminders reads all reminders.
func (f fixture) reminders() []sqlstore.Reminder {
	f.t.Helper()
	var list []sqlstore.Reminder
	f.read(sqlstore.SelectReminders(sqlstore.ReminderQuery{Scope: ume}, func(r sqlstore.Reminder) error { list = append(list, r); return nil }))
	return list
}

// line says what a reminder is in one line: "anna -7 2025-05-23 07:00 planned".
func (f fixture) line(r sqlstore.Reminder) string {
	parts := []string{resource.ID(r.Person), fmt.Sprint(r.Days), r.At.In(f.deps.Zone).Format("2006-01-02 15:04"), sqlstore.StateWord(r.State)}
	if r.Cause == notice.Takeover {
		parts[1] = "takeover"
	}
	if r.InsteadOf != "" {
		parts = append(parts, "instead of "+r.InsteadOf)
	}
	return strings.Join(parts, " ")
}

// want checks which reminders there are, in any order, and that those planned, and no others, have turns.
func (f fixture) want(want ...string) {
	f.t.Helper()
	var got []string
	mails := map[string]time.Time{}
	for _, r := range f.reminders() {
		got = append(got, f.line(r))
		if r.State == notice.Planned {
			mails[r.Mail] = r.At
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("reminders (-want +got):\n%s", diff)
	}
	turns := map[string]time.Time{}
	f.read(sqlstore.SelectTurnsUpTo(f.clock.Now().AddDate(1, 0, 0), sqlstore.Turn{}, 0, func(t sqlstore.Turn) { turns[t.Mail] = t.At }))
	if diff := cmp.Diff(mails, turns); diff != "" {
		f.t.Errorf("turns (-want +got):\n%s", diff)
	}
}

// send sends the planned reminders of a person, as a courier does.
func (f fixture) send(person string) {
	f.t.Helper()
	for _, r := range f.reminders() {
		if r.Person != person || r.State != notice.Planned {
			continue
		}
		f.clock.Advance(r.At.Sub(f.clock.Now()))
		engine, mails, held := f.db.Engine(), []string{r.Mail}, sqlstore.TurnLease{Tenant: "ume", Owner: "x", Until: f.clock.Now().Add(time.Minute)}
		f.write(sqlstore.ClaimTurns(engine, held, mails, f.clock.Now(), func(sqlstore.Turn) {})...)
		f.write(sqlstore.SendReminders(engine, "ume", []string{r.ID}, "", f.clock.Now()),
			sqlstore.SettleReminders("ume", r.Mail, notice.Sending, notice.Sent, f.clock.Now()))
		f.write(sqlstore.SettleTurns(engine, held, mails, nil)...)
		return
	}
}
