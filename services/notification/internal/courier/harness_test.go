package courier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/calendar"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	municipality = "municipalities/ume"
	committee    = municipality + "/committees/on"
)

// errDead is what a database says to a process that has ended.
var errDead = errors.New("the process has ended")

// life is a database as a process sees it: nothing gets through any more when that has ended.
type life struct {
	sqldb.DB
	ctx context.Context
	// fails, unless nil, says which transactions that write fail.
	fails func() error
}

func (l life) gone() error {
	if l.ctx.Err() != nil {
		return errDead
	}
	return nil
}

// Read reads while the process lives.
func (l life) Read(ctx context.Context, tenant string, stmts ...sqldb.Stmt) error {
	return errors.Join(l.gone(), l.DB.Read(ctx, tenant, stmts...))
}

// Write writes while the process lives; one that it ends in is rolled back.
func (l life) Write(ctx context.Context, tenant string, first []sqldb.Stmt, fn func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error)) error {
	return l.DB.Write(ctx, tenant, first, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		stmts, err := fn(ctx, r)
		if l.fails != nil {
			err = errors.Join(err, l.fails())
		}
		return stmts, errors.Join(err, l.gone())
	})
}

// fixture is a courier with all that it needs: a database, a schedule, a mail server and a clock.
type fixture struct {
	*testing.T
	*Courier
	db       sqldb.DB
	clock    *rpctest.Clock
	box      *mailbox
	composer mail.Composer
}

// config is quick: what real time is waited for is short.
func config() Config {
	c := DefaultConfig()
	c.Poll, c.Grace = time.Millisecond, 5*time.Second
	return c
}

// run runs a test on both engines, with a schedule in the process.
func run(t *testing.T, test func(f *fixture)) {
	t.Helper()
	sqldbtest.Run(t, sqlstore.Migrations(), func(t *testing.T, db sqldb.DB) { test(newFixture(t, db)) })
}

func newFixture(t *testing.T, db sqldb.DB) *fixture {
	t.Helper()
	f := &fixture{T: t, db: db, clock: rpctest.NewClock(), box: newMailbox(t), composer: newComposer(t)}
	f.Courier = f.courier(f.deps(t, schedule.Config{}), config())
	putDirectory(t, db, 0)
	return f
}

func newComposer(t testing.TB) mail.Composer {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	composer, err := mail.NewComposer("Internkontroll <uppsikt@kommun.example>", "https://kontroll.kommun.example", zone)
	if err != nil {
		t.Fatal(err)
	}
	return composer
}

// deps are those of one more courier of the same database and mail server.
func (f *fixture) deps(t testing.TB, redis schedule.Config) Deps {
	t.Helper()
	return f.depsOf(f.db, newSchedule(t, redis), f.box.sender(t, mail.Config{}))
}

// depsOf are those of a courier over a database, which may be one that fails.
func (f *fixture) depsOf(db sqldb.DB, times *schedule.Schedule, sender Sender) Deps {
	return depsOf(f, db, f.clock, f.composer, times, sender)
}

func depsOf(t testing.TB, db sqldb.DB, clock *rpctest.Clock, composer Composer, times *schedule.Schedule, sender Sender) Deps {
	t.Helper()
	zone, err := notice.Zone()
	if err != nil {
		t.Fatal(err)
	}
	tables := sqlstore.NewTables()
	return Deps{Store: resource.NewStore("notification", db, clock, tables.All()...), Tables: tables, Schedule: times, Sender: sender,
		Composer: composer, Calendar: calendar.New(), Zone: zone, Logger: slog.New(slog.DiscardHandler)}
}

func newSchedule(t testing.TB, cfg schedule.Config) *schedule.Schedule {
	t.Helper()
	s, err := schedule.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (f *fixture) courier(deps Deps, cfg Config) *Courier {
	f.Helper()
	c, err := New(deps, cfg)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := c.Close(); err != nil {
			f.Error(err)
		}
	})
	return c
}

// person returns the name and address of somebody.
func person(i int) (name, address string) {
	return fmt.Sprintf("%s/people/p%d", municipality, i), fmt.Sprintf("p%d@kommun.example", i)
}

// putDirectory stores ten people more than n, and an assignment for each.
func putDirectory(t testing.TB, db sqldb.DB, n int, change ...func(*sqlstore.Directory)) {
	t.Helper()
	d := &sqlstore.Directory{Municipality: &directoryv1.Municipality{Name: municipality, DisplayName: "Umeå"},
		Committees: []*directoryv1.Committee{{Name: committee, DisplayName: "Omsorgsnämnden"}}}
	for i := range n + 10 {
		name, address := person(i)
		d.People = append(d.People, &directoryv1.Person{Name: name, DisplayName: fmt.Sprintf("Person %d", i), Email: address})
		d.Assignments = append(d.Assignments, &directoryv1.RoleAssignment{Name: fmt.Sprintf("%s/roleAssignments/a%d", municipality, i), Person: name,
			Role: directoryv1.Role_ROLE_OWNER, Scope: committee})
	}
	for _, fn := range change {
		fn(d)
	}
	slices.SortFunc(d.People, func(a, b *directoryv1.Person) int { return cmp.Compare(a.GetName(), b.GetName()) })
	slices.SortFunc(d.Assignments, func(a, b *directoryv1.RoleAssignment) int { return cmp.Compare(a.GetName(), b.GetName()) })
	stmt, err := sqlstore.PutDirectory(d)
	if err != nil {
		t.Fatal(err)
	}
	write(t, db, stmt)
}

func write(t testing.TB, db sqldb.DB, stmts ...sqldb.Stmt) {
	t.Helper()
	for part := range slices.Chunk(stmts, 900) {
		if err := db.Write(t.Context(), "ume", nil, sqldb.Stmts(part...)); err != nil {
			t.Fatal(err)
		}
	}
}

// planned returns the statements of a reminder i to person i at a time, alone in mail i, and of its deadline and turn.
func planned(t testing.TB, i int, at time.Time, change ...func(*sqlstore.Reminder)) []sqldb.Stmt {
	t.Helper()
	name, _ := person(i)
	about := &riskv1.Deadline{Key: fmt.Sprintf("%s/rounds/r/followUps/f%d#svar", committee, i), Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP,
		Resource: fmt.Sprintf("%s/rounds/r/followUps/f%d", committee, i), Round: committee + "/rounds/r", RoundTitle: "Delår 2025",
		Title: fmt.Sprintf("Kontroll %d", i), DueDate: "2025-12-15", Role: riskv1.StepRole_STEP_ROLE_OWNER,
		Owners: []*riskv1.Owner{{Role: "enhetschef", RoleAssignment: fmt.Sprintf("%s/roleAssignments/a%d", municipality, i)}}}
	r := sqlstore.Reminder{StateTime: at, About: about, Reminder: notice.Reminder{ID: fmt.Sprintf("r%d", i), Committee: committee, Deadline: about.GetKey(),
		Due: about.GetDueDate(), Person: name, Cause: notice.Before, Days: -7, Recipient: notice.Responsible, At: at, Mail: fmt.Sprintf("m%d", i),
		State: notice.Planned}}
	for _, fn := range change {
		fn(&r)
	}
	deadline, err1 := sqlstore.PutDeadline(sqlstore.Deadline{Committee: committee, About: r.About, Known: at.Add(-time.Hour)})
	reminder, err2 := sqlstore.InsertReminder(r)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return []sqldb.Stmt{deadline, reminder, sqlstore.InsertTurn("ume", r.Mail, r.At)}
}

// plan stores reminders to people 0 to n-1 that are due now.
func (f *fixture) plan(n int) {
	f.Helper()
	putDirectory(f, f.db, n)
	var stmts []sqldb.Stmt
	for i := range n {
		stmts = append(stmts, planned(f, i, f.clock.Now())...)
	}
	write(f, f.db, stmts...)
}

// once sends what is due.
func (f *fixture) once() {
	f.Helper()
	if err := f.Once(f.Context()); err != nil {
		f.Error(err)
	}
}

// delivery reads a line of the ledger.
func (f *fixture) delivery(id string) sqlstore.Delivery {
	f.Helper()
	var d sqlstore.Delivery
	if err := f.db.Read(f.Context(), "ume", sqlstore.SelectDelivery("ume", id, &d)); err != nil {
		f.Fatal(err)
	}
	return d
}

// state reads what became of a reminder.
func (f *fixture) state(id string) notice.State {
	f.Helper()
	var state notice.State
	read := sqlstore.SelectReminders(sqlstore.ReminderQuery{Scope: municipality}, func(r sqlstore.Reminder) error {
		if r.ID == id {
			state = r.State
		}
		return nil
	})
	if err := f.db.Read(f.Context(), "ume", read); err != nil {
		f.Fatal(err)
	}
	return state
}

// turns counts the mails that are not settled.
func (f *fixture) turns() (n int64) {
	f.Helper()
	if err := f.db.Read(f.Context(), "", sqlstore.CountDueTurns(f.clock.Now().AddDate(10, 0, 0), &n)); err != nil {
		f.Fatal(err)
	}
	return n
}

// taken returns how often the mail server took a delivery; all are the very same bytes.
func (f *fixture) taken(id string) int {
	f.Helper()
	mails := f.box.of(f.composer.MessageID(id))
	for _, m := range mails {
		if string(m) != string(mails[0]) {
			f.Errorf("%s was sent again with other words:\n%s\n---\n%s", id, mails[0], m)
		}
	}
	return len(mails)
}

// want checks where a delivery stands, how often it was begun and unlearnt, how often it was taken, and its first reminder.
func (f *fixture) want(id, reminder string, want sqlstore.Delivery, state notice.State, taken int) {
	f.Helper()
	d := f.delivery(id)
	if d.State != want.State || d.Attempts != want.Attempts || d.Unlearnt != want.Unlearnt {
		f.Errorf("%s is %v after %d attempts, %d unlearnt (%s, %s); want %v, %d, %d", id, d.State, d.Attempts, d.Unlearnt, d.Fault, d.Response, want.State,
			want.Attempts, want.Unlearnt)
	}
	if got := f.state(reminder); got != state {
		f.Errorf("%s is %d, want %d", reminder, got, state)
	}
	if got := f.taken(id); got != taken {
		f.Errorf("%s was taken %d times, want %d", id, got, taken)
	}
}

// audit checks that each of n mails is sent and settled, and was taken no more often than its answer was not learnt.
func (f *fixture) audit(n int) {
	f.Helper()
	seen := map[string]sqlstore.Delivery{}
	read := sqlstore.SelectDeliveries(sqlstore.DeliveryQuery{Scope: municipality}, func(d sqlstore.Delivery) error {
		seen[d.ID] = d
		return nil
	})
	if err := f.db.Read(f.Context(), "ume", read); err != nil {
		f.Fatal(err)
	}
	for i := range n {
		id := fmt.Sprintf("m%d", i)
		d, times := seen[id], f.taken(id)
		if d.State != sent || times == 0 {
			f.Errorf("lost: %s is %v, taken %d times", id, d.State, times)
		}
		if times > 1+int(d.Unlearnt) {
			f.Errorf("twice: %s was taken %d times, with %d answers not learnt", id, times, d.Unlearnt)
		}
	}
	if left := f.turns(); left != 0 || len(seen) != n {
		f.Errorf("%d turns are left; %d deliveries, want %d", left, len(seen), n)
	}
}
