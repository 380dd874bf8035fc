package sqlstore_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMigrationsAreTheSameOnBothEngines(t *testing.T) {
	sqldbtest.SameMigrations(t, sqlstore.Migrations())
}

// Names that the tests play with.
const (
	ume    = "municipalities/ume"
	social = ume + "/committees/on"
	school = ume + "/committees/fgn"
	anna   = ume + "/people/anna"
	bo     = ume + "/people/bo"
	key    = social + "/rounds/r/followUps/jav#svar"
)

var noon = time.Date(2025, 5, 12, 12, 0, 0, 0, time.UTC)

// base is a database of one municipality.
type base struct {
	sqldb.DB
	t *testing.T
}

// run runs a test on both engines.
func run(t *testing.T, test func(t *testing.T, db base)) {
	t.Helper()
	sqldbtest.Run(t, sqlstore.Migrations(), func(t *testing.T, db sqldb.DB) { test(t, base{DB: db, t: t}) })
}

// write runs statements as the municipality.
func (b base) write(stmts ...sqldb.Stmt) {
	b.t.Helper()
	if err := b.Write(b.t.Context(), "ume", nil, sqldb.Stmts(stmts...)); err != nil {
		b.t.Fatal(err)
	}
}

// put runs a statement that may not have been made.
func (b base) put(stmt sqldb.Stmt, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(stmt)
}

// as reads as a municipality.
func (b base) as(tenant string, stmts ...sqldb.Stmt) {
	b.t.Helper()
	if err := b.Read(b.t.Context(), tenant, stmts...); err != nil {
		b.t.Fatal(err)
	}
}

// affected runs a statement as the municipality and returns what it counted.
func (b base) affected(make func(*int64) sqldb.Stmt) int64 {
	b.t.Helper()
	var count int64
	err := b.Write(b.t.Context(), "ume", nil, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		return []sqldb.Stmt{}, r.Run(ctx, make(&count))
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return count
}

// deadline returns one that is still to be done.
func deadline() sqlstore.Deadline {
	return sqlstore.Deadline{Committee: social, Known: noon, About: &riskv1.Deadline{Key: key, Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP,
		Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Jäv", DueDate: "2025-05-30", BeginDate: "2025-05-01",
		Owners: []*riskv1.Owner{{Role: "enhetschef", RoleAssignment: ume + "/roleAssignments/a"}}}}
}

// reminder returns a planned one of that deadline to a person.
func reminder(id, person, mail string, at time.Time) sqlstore.Reminder {
	d := deadline()
	return sqlstore.Reminder{StateTime: noon, About: d.About, Reminder: notice.Reminder{ID: id, Committee: social, Deadline: key, Due: "2025-05-30",
		Person: person, Cause: notice.Before, Days: -7, Recipient: notice.Responsible, Rule: ume + "/reminderRules/x", At: at, Mail: mail,
		Digest: true, State: notice.Planned}}
}
