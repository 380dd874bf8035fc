package sqlstore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

func TestDeadlines(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		list := func(tenant, scope string, done bool) []sqlstore.Deadline {
			var got []sqlstore.Deadline
			db.as(tenant, sqlstore.SelectDeadlines(scope, done, func(d sqlstore.Deadline) error { got = append(got, d); return nil }))
			return got
		}
		d := deadline()
		db.put(sqlstore.PutDeadline(d))
		for _, scope := range []string{ume, social} {
			if diff := cmp.Diff([]sqlstore.Deadline{d}, list("ume", scope, false), protocmp.Transform()); diff != "" {
				t.Errorf("deadlines of %s (-want +got):\n%s", scope, diff)
			}
		}
		if got := list("ume", school, true); got != nil {
			t.Errorf("another committee has %v", got)
		}
		d.About.Done, d.About.DueDate, d.Known = true, "2025-06-05", noon.Add(time.Hour)
		db.put(sqlstore.PutDeadline(d))
		if got := list("ume", ume, false); got != nil {
			t.Errorf("what is done is listed: %v", got)
		}
		if diff := cmp.Diff([]sqlstore.Deadline{d}, list("ume", ume, true), protocmp.Transform()); diff != "" {
			t.Errorf("after the change (-want +got):\n%s", diff)
		}
		db.write(sqlstore.DeleteDeadline(social, key))
		if got := list("ume", ume, true); got != nil {
			t.Errorf("deleted, but listed: %v", got)
		}
	})
}

// ids reads reminders by a query.
func (b base) ids(tenant string, q sqlstore.ReminderQuery) string {
	b.t.Helper()
	var got []string
	b.as(tenant, sqlstore.SelectReminders(q, func(r sqlstore.Reminder) error { got = append(got, r.ID); return nil }))
	return strings.Join(got, " ")
}

func TestReminders(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		one := reminder("a", anna, "m1", noon)
		for _, r := range []sqlstore.Reminder{one, reminder("b", bo, "m2", noon), reminder("c", anna, "m3", noon.Add(time.Hour))} {
			db.put(sqlstore.InsertReminder(r))
		}
		var got sqlstore.Reminder
		db.as("ume", sqlstore.SelectReminders(sqlstore.ReminderQuery{Scope: social, Limit: 1}, func(r sqlstore.Reminder) error { got = r; return nil }))
		if diff := cmp.Diff(one, got, protocmp.Transform()); diff != "" {
			t.Errorf("stored (-want +got):\n%s", diff)
		}
		for _, c := range []struct {
			give sqlstore.ReminderQuery
			want string
		}{
			{sqlstore.ReminderQuery{Scope: ume}, "a b c"},
			{sqlstore.ReminderQuery{Scope: school}, ""},
			{sqlstore.ReminderQuery{Scope: social, Person: anna}, "a c"},
			{sqlstore.ReminderQuery{Scope: ume, Deadline: key}, "a b c"},
			{sqlstore.ReminderQuery{Scope: ume, State: notice.Sent}, ""},
			{sqlstore.ReminderQuery{Scope: ume, State: notice.Planned, From: noon.Add(time.Minute)}, "c"},
			{sqlstore.ReminderQuery{Scope: ume, To: noon.Add(time.Hour)}, "a b"},
			{sqlstore.ReminderQuery{Scope: ume, After: sqlstore.Place{At: noon, ID: "a"}, Limit: 1}, "b"},
			{sqlstore.ReminderQuery{Scope: ume, After: sqlstore.Place{At: noon.Add(time.Hour), ID: "c"}}, ""},
		} {
			if got := db.ids("ume", c.give); got != c.want {
				t.Errorf("%+v lists %q, want %q", c.give, got, c.want)
			}
		}
	})
}

// TestAnotherTenantSeesNothing holds on PostgreSQL by row-level security and on both by the predicate.
func TestAnotherTenantSeesNothing(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		db.put(sqlstore.InsertReminder(reminder("a", anna, "m1", noon)))
		if got := db.ids("lul", sqlstore.ReminderQuery{Scope: "municipalities/lul"}); got != "" {
			t.Errorf("another municipality sees %q", got)
		}
	})
}

// TestReminderStates: what comparing changes passes by what a courier has taken.
func TestReminderStates(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		planned := reminder("a", anna, "m1", noon)
		db.put(sqlstore.InsertReminder(planned))
		db.put(sqlstore.InsertReminder(reminder("b", anna, "m1", noon)))
		cancelled := planned
		cancelled.State = notice.Cancelled
		db.put(sqlstore.UpdateReminder(cancelled, notice.Sent))
		if got := db.ids("ume", sqlstore.ReminderQuery{Scope: ume, State: notice.Planned}); got != "a b" {
			t.Errorf("planned %q after a change of another state", got)
		}
		db.put(sqlstore.UpdateReminder(cancelled, notice.Planned))
		db.write(sqlstore.SendReminders(db.Engine(), "ume", []string{"a", "b"}, "", noon))
		db.put(sqlstore.UpdateReminder(cancelled, notice.Planned))
		if got := db.ids("ume", sqlstore.ReminderQuery{Scope: ume, State: notice.Sending}); got != "b" {
			t.Errorf("%q is being sent", got)
		}
		db.write(sqlstore.SettleReminders("ume", "m1", notice.Sending, notice.Sent, noon))
		var sent []string
		db.as("ume", sqlstore.SelectDeliveryReminders(db.Engine(), "ume", []string{"m1", "x"}, func(r sqlstore.Reminder) error {
			sent = append(sent, r.ID+" "+sqlstore.StateWord(r.State))
			return nil
		}))
		if diff := cmp.Diff([]string{"b sent"}, sent); diff != "" {
			t.Errorf("in the delivery (-want +got):\n%s", diff)
		}
	})
}

func TestComparable(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		sent := reminder("b", anna, "m1", noon)
		sent.State = notice.Sent
		db.put(sqlstore.InsertReminder(reminder("a", anna, "m1", noon)))
		db.put(sqlstore.InsertReminder(sent))
		for want, keys := range map[string][]string{"a": {"other"}, "a b": {key}} {
			var got []string
			db.as("ume", sqlstore.SelectComparable(db.Engine(), social, keys, func(r sqlstore.Reminder) error { got = append(got, r.ID); return nil }))
			if strings.Join(got, " ") != want {
				t.Errorf("with %v: %v, want %q", keys, got, want)
			}
		}
	})
}

func TestMail(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		d := deadline()
		db.put(sqlstore.PutDeadline(d))
		db.put(sqlstore.InsertReminder(reminder("a", anna, "m1", noon)))
		read := func() (opens []bool) {
			db.as("ume", sqlstore.SelectMails(db.Engine(), "ume", []string{"m1"}, func(c sqlstore.Content) error { opens = append(opens, c.Open); return nil }))
			return opens
		}
		if got := read(); !cmp.Equal(got, []bool{true}) {
			t.Errorf("to be done: %v", got)
		}
		d.About.Done = true
		db.put(sqlstore.PutDeadline(d))
		if got := read(); !cmp.Equal(got, []bool{false}) {
			t.Errorf("done: %v", got)
		}
		db.write(sqlstore.SendReminders(db.Engine(), "ume", []string{"a"}, "", noon), sqlstore.SettleReminders("ume", "m1", notice.Sending, notice.Failed, noon))
		if got := read(); got != nil {
			t.Errorf("failed: %v", got)
		}
	})
}
