package reconcile

import (
	"fmt"
	"log/slog"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/calendar"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// BenchmarkCompare compares a committee of 1,000 deadlines with its reminders when nothing has changed, which is what nearly
// every pass finds.
func BenchmarkCompare(b *testing.B) {
	for _, engine := range sqldbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			l := largeCommittee(b, sqldbtest.Open(b, engine, sqlstore.Migrations()))
			for b.Loop() {
				if err := l.store(b.Context()); err != nil || len(l.stmts) > 0 {
					b.Fatalf("%v, %d statements", err, len(l.stmts))
				}
			}
		})
	}
}

// largeCommittee stores the committee's deadlines and reminders.
func largeCommittee(b *testing.B, db sqldb.DB) *look {
	b.Helper()
	clk := rpctest.NewClock()
	zone, err := notice.Zone()
	if err != nil {
		b.Fatal(err)
	}
	tables, all := sqlstore.NewTables(), newOwners(clk)
	r := New(Deps{Store: resource.NewStore("notification", db, clk, tables.All()...), Tables: tables, Logger: slog.New(slog.DiscardHandler),
		Calendar: calendar.New(), Zone: zone}, DefaultConfig())
	put, err := sqlstore.PutDirectory(&sqlstore.Directory{Municipality: &directoryv1.Municipality{Name: ume}, Committees: all.committees, People: all.people,
		Assignments: all.assignments})
	if err != nil {
		b.Fatal(err)
	}
	var held int64
	now := clk.Now()
	claim := sqlstore.ClaimPass(r.leaseOf(ume), now, &held)
	if err := db.Write(b.Context(), "ume", nil, sqldb.Stmts(put, claim)); err != nil {
		b.Fatal(err)
	}
	m, err := facts.Read(b.Context(), r.deps.Store, r.deps.Tables, ume)
	if err != nil {
		b.Fatal(err)
	}
	m.Rules = []*notificationv1.ReminderRule{{Name: ume + "/reminderRules/alla", TimeOfDay: "07:00", Times: []*notificationv1.ReminderTime{
		{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: 7}}, {Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: 1}},
		{Distance: &notificationv1.ReminderTime_DaysAfter{DaysAfter: 1}}}}}
	l := &look{Reconciler: r, municipality: m, committee: social, asked: true}
	for i := range 1000 {
		d := proto.CloneOf(all.deadlines[0])
		d.Key = fmt.Sprintf("%s%d", d.GetKey(), i)
		l.told = append(l.told, d)
	}
	if err := l.store(b.Context()); err != nil {
		b.Fatal(err)
	}
	return l
}
