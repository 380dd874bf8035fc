package notification_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/emersion/go-ical"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// What belongs to Anna alone.
const (
	settings = ume + "/reminderSettings/anna"
	feed     = ume + "/calendarFeeds/anna"
	single   = notificationv1.DeliveryMode_DELIVERY_MODE_SINGLE
)

func TestSettingsAreOnesOwn(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		get := func(caller context.Context) (*notificationv1.ReminderSettings, error) {
			return w.GetReminderSettings(caller, &notificationv1.GetReminderSettingsRequest{Name: settings})
		}
		update := func(caller context.Context, s *notificationv1.ReminderSettings, paths ...string) (*notificationv1.ReminderSettings, error) {
			return w.UpdateReminderSettings(caller, &notificationv1.UpdateReminderSettingsRequest{ReminderSettings: s, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
		}
		if s := must[*notificationv1.ReminderSettings](t)(get(w.anna)); s.GetName() != settings || s.GetEtag() != "" || s.GetMode() != 0 {
			t.Errorf("before a choice: %v", s)
		}
		first := must[*notificationv1.ReminderSettings](t)(update(w.anna, &notificationv1.ReminderSettings{Name: settings, Mode: single}, "mode"))
		if first.GetMode() != single || first.GetEtag() == "" {
			t.Errorf("first = %v", first)
		}
		second := must[*notificationv1.ReminderSettings](t)(update(w.anna, &notificationv1.ReminderSettings{Name: settings, Etag: first.GetEtag()}, "mode"))
		if second.GetMode() != 0 || second.GetEtag() == first.GetEtag() {
			t.Errorf("second = %v", second)
		}
		_, err := update(w.anna, first, "mode")
		wantFault(t, err, fault.Conflict, "STALE_ETAG")
		for _, caller := range []context.Context{w.bo, w.chief, w.administrator, w.operator} {
			_, err := get(caller)
			wantMissing(t, err)
			_, err = update(caller, &notificationv1.ReminderSettings{Name: settings, Mode: single})
			wantMissing(t, err)
		}
		for _, name := range []string{ume + "/people/anna", ume + "/reminderSettings/", "x", social + "/reminderSettings/anna"} {
			_, err := update(w.anna, &notificationv1.ReminderSettings{Name: name})
			if err == nil {
				t.Errorf("no fault for %q", name)
			}
		}
		platform := w.harness.As(t.Context(), "municipalities/-/people/drift", rpctest.Role("operator", "-"))
		_, err = update(platform, &notificationv1.ReminderSettings{Name: "municipalities/-/reminderSettings/drift", Mode: single})
		wantMissing(t, err)
	})
}

// TestChoicesAreFollowed: one mail for each thing, by one's own choice.
func TestChoicesAreFollowed(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.owners.deadline("attest", func(d *riskv1.Deadline) { d.DueDate = "2025-05-30" })
		w.everybody(t)
		w.reconcile(t)
		must[*notificationv1.ReminderSettings](t)(w.UpdateReminderSettings(w.bo, &notificationv1.UpdateReminderSettingsRequest{
			ReminderSettings: &notificationv1.ReminderSettings{Name: ume + "/reminderSettings/bo", Mode: single}}))
		w.send(t, day(23))
		list := must[*notificationv1.ListDeliveriesResponse](t)(w.ListDeliveries(w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume, Person: bo})).GetDeliveries()
		if len(list) != 2 || list[0].GetDigest() || len(list[0].GetReminders()) != 1 {
			t.Errorf("deliveries = %v", list)
		}
		if got := w.get(t, w.coordinator, list[0].GetName()+list[1].GetName()[:0]); got.GetMail() == nil && got.GetDelivery().GetReminders()[0].GetCommittee() == social {
			t.Errorf("the coordinator does not see the mail of %v", got)
		}
	})
}

// calendar reads the calendar behind a path.
func (w *world) calendar(path string) (*notificationv1.GetCalendarResponse, error) {
	secret := strings.TrimSuffix(strings.TrimPrefix(path, "/kalender/"), ".ics")
	return w.GetCalendar(w.process, &notificationv1.GetCalendarRequest{Secret: secret})
}

func TestCalendarBySubscription(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.reconcile(t)
		get := func(caller context.Context) (*notificationv1.CalendarFeed, error) {
			return w.GetCalendarFeed(caller, &notificationv1.GetCalendarFeedRequest{Name: feed})
		}
		create := func(caller context.Context) (*notificationv1.CreateCalendarFeedResponse, error) {
			return w.CreateCalendarFeed(caller, &notificationv1.CreateCalendarFeedRequest{Parent: anna})
		}
		_, err := get(w.anna)
		wantMissing(t, err)
		first := must[*notificationv1.CreateCalendarFeedResponse](t)(create(w.anna))
		if first.GetFeed().GetName() != feed || first.GetFeed().GetReadTime() != nil || len(first.GetPath()) < 50 {
			t.Errorf("made = %v", first)
		}
		c := must[*notificationv1.GetCalendarResponse](t)(w.calendar(first.GetPath()))
		parsed, err := ical.NewDecoder(bytes.NewReader(c.GetCalendar())).Decode()
		if err != nil || len(parsed.Events()) != 1 || c.GetEtag() == "" {
			t.Fatalf("calendar = %s, %v", c.GetCalendar(), err)
		}
		if summary := parsed.Events()[0].Props.Get("SUMMARY").Value; !strings.Contains(summary, "Jäv") {
			t.Errorf("summary = %s", summary)
		}
		if f := must[*notificationv1.CalendarFeed](t)(get(w.anna)); f.GetReadTime().AsTime().Format("2006-01-02") != "2025-05-12" {
			t.Errorf("read = %v", f)
		}
		second := must[*notificationv1.CreateCalendarFeedResponse](t)(create(w.anna))
		_, err = w.calendar(first.GetPath())
		wantMissing(t, err)
		must[*notificationv1.GetCalendarResponse](t)(w.calendar(second.GetPath()))
		for _, caller := range []context.Context{w.bo, w.chief, w.operator} {
			_, err := get(caller)
			wantMissing(t, err)
			_, err = create(caller)
			wantMissing(t, err)
			_, err = w.DeleteCalendarFeed(caller, &notificationv1.DeleteCalendarFeedRequest{Name: feed})
			wantMissing(t, err)
		}
		if _, err := w.DeleteCalendarFeed(w.anna, &notificationv1.DeleteCalendarFeedRequest{Name: feed}); err != nil {
			t.Fatal(err)
		}
		_, err = w.calendar(second.GetPath())
		wantMissing(t, err)
		_, err = get(w.anna)
		wantMissing(t, err)
		_, err = w.CreateCalendarFeed(w.operator, &notificationv1.CreateCalendarFeedRequest{Parent: "serviceAccounts/cli"})
		wantMissing(t, err)
	})
}

// TestCalendarsChangeWithWhatTheyHold: the etag is the same until then, and of who may no longer sign in there is none.
func TestCalendarsChangeWithWhatTheyHold(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.reconcile(t)
		path := must[*notificationv1.CreateCalendarFeedResponse](t)(w.CreateCalendarFeed(w.anna, &notificationv1.CreateCalendarFeedRequest{Parent: anna})).GetPath()
		read := func() *notificationv1.GetCalendarResponse {
			t.Helper()
			return must[*notificationv1.GetCalendarResponse](t)(w.calendar(path))
		}
		etag := read().GetEtag()
		w.pass(t, 26*60*60*1e9)
		w.reconcile(t)
		if read().GetEtag() != etag {
			t.Error("the etag changed with the day")
		}
		w.owners.deadline("jav", func(d *riskv1.Deadline) { d.DueDate = "2025-06-05" })
		w.reconcile(t)
		moved := read()
		if moved.GetEtag() == etag || !strings.Contains(string(moved.GetCalendar()), "DTSTART;VALUE=DATE:20250605") {
			t.Errorf("when the day moved: %s", moved.GetCalendar())
		}
		w.owners.deadline("jav", func(d *riskv1.Deadline) { d.Done = true })
		w.reconcile(t)
		if text := string(read().GetCalendar()); strings.Contains(text, "VEVENT") || !strings.Contains(text, "BEGIN:VCALENDAR") {
			t.Errorf("when it is done: %s", text)
		}
		_, err := w.GetCalendar(w.anna, &notificationv1.GetCalendarRequest{Secret: "x"})
		wantDenied(t, err)
		_, err = w.GetCalendar(w.process, &notificationv1.GetCalendarRequest{Secret: "x"})
		wantMissing(t, err)
		w.owners.person("anna", func(p *directoryv1.Person) { p.Disabled = true })
		w.reconcile(t)
		_, err = w.calendar(path)
		wantMissing(t, err)
	})
}
