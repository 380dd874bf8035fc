package notification_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// The states of deliveries, shorter.
const (
	waits   = notificationv1.DeliveryState_DELIVERY_STATE_WAITING
	was     = notificationv1.DeliveryState_DELIVERY_STATE_SENT
	parked  = notificationv1.DeliveryState_DELIVERY_STATE_PARKED
	neverOf = ume + "/deliveries/ingen"
)

// ledger lists deliveries, the newest first.
func (w *world) ledger(t testing.TB, caller context.Context, parent string) []*notificationv1.Delivery {
	t.Helper()
	return must[*notificationv1.ListDeliveriesResponse](t)(w.ListDeliveries(caller, &notificationv1.ListDeliveriesRequest{Parent: parent})).GetDeliveries()
}

// of returns the delivery to a person.
func (w *world) of(t testing.TB, person string) *notificationv1.Delivery {
	t.Helper()
	found := must[*notificationv1.ListDeliveriesResponse](t)(w.ListDeliveries(w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume, Person: person})).GetDeliveries()
	if len(found) != 1 {
		t.Fatalf("deliveries to %s: %v", person, found)
	}
	return found[0]
}

// get returns a delivery with its mail.
func (w *world) get(t testing.TB, caller context.Context, name string) *notificationv1.GetDeliveryResponse {
	t.Helper()
	return must[*notificationv1.GetDeliveryResponse](t)(w.GetDelivery(caller, &notificationv1.GetDeliveryRequest{Name: name}))
}

func TestListDeliveries(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		w.reconcile(t)
		w.send(t, day(23))
		w.box.answers(550)
		w.send(t, day(23).AddDate(0, 0, 11))
		const skola, jav, attest = "bo 05-23 sent", "anna 05-23 sent", "bo 06-03 parked"
		list := func(caller context.Context, req *notificationv1.ListDeliveriesRequest) []string {
			t.Helper()
			var lines []string
			for _, d := range must[*notificationv1.ListDeliveriesResponse](t)(w.ListDeliveries(caller, req)).GetDeliveries() {
				state := strings.ToLower(strings.TrimPrefix(d.GetState().String(), "DELIVERY_STATE_"))
				lines = append(lines, resource.ID(d.GetPerson())+" "+d.GetSendTime().AsTime().In(zone()).Format("01-02 ")+state)
			}
			slices.Sort(lines)
			return lines
		}
		for name, tt := range map[string]struct {
			caller context.Context
			req    *notificationv1.ListDeliveriesRequest
			want   []string
		}{
			"all":            {w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume}, []string{jav, skola, attest}},
			"a committee":    {w.coordinator, &notificationv1.ListDeliveriesRequest{Parent: social}, []string{jav, attest}},
			"its sister":     {w.sister, &notificationv1.ListDeliveriesRequest{Parent: school}, []string{skola}},
			"a person":       {w.auditor, &notificationv1.ListDeliveriesRequest{Parent: ume, Person: anna}, []string{jav}},
			"a state":        {w.administrator, &notificationv1.ListDeliveriesRequest{Parent: ume, State: parked}, []string{attest}},
			"from a day":     {w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume, FromDate: "2025-05-24"}, []string{attest}},
			"up to a day":    {w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume, ToDate: "2025-05-23"}, []string{jav, skola}},
			"of a committee": {w.secretary, &notificationv1.ListDeliveriesRequest{Parent: social, Person: bo}, []string{attest}},
		} {
			if got := list(tt.caller, tt.req); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		for parent, caller := range map[string]context.Context{ume: w.coordinator, school: w.coordinator, social: w.anna} {
			_, err := w.ListDeliveries(caller, &notificationv1.ListDeliveriesRequest{Parent: parent})
			wantDenied(t, err)
		}
		for field, req := range map[string]*notificationv1.ListDeliveriesRequest{"from_date DATE": {Parent: ume, FromDate: "2025-02-31"},
			"parent RESOURCE_NAME": {Parent: ume + "/committees/-"}} {
			_, err := w.ListDeliveries(w.chief, req)
			wantFault(t, err, fault.Invalid, "INVALID_FIELDS", field)
		}
	})
}

// TestPagesOfDeliveries: the newest first, each once, also while newer ones come.
func TestPagesOfDeliveries(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.owners.crowd(7)
		w.everybody(t)
		w.reconcile(t)
		w.send(t, day(23))
		seen := map[string]int{}
		first := must[*notificationv1.ListDeliveriesResponse](t)(w.ListDeliveries(w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume, PageSize: 4}))
		_, err := w.ListDeliveries(w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume, State: was, PageToken: first.GetNextPageToken()})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "page_token PAGE_TOKEN")
		w.send(t, day(23).AddDate(0, 0, 11))
		for page := first; ; {
			for _, d := range page.GetDeliveries() {
				if seen[d.GetName()]++; len(d.GetReminders()) == 0 {
					t.Errorf("%s holds nothing", d.GetName())
				}
			}
			if page.GetNextPageToken() == "" {
				break
			}
			page = must[*notificationv1.ListDeliveriesResponse](t)(w.ListDeliveries(w.chief, &notificationv1.ListDeliveriesRequest{Parent: ume, PageSize: 4,
				PageToken: page.GetNextPageToken()}))
		}
		for name, times := range seen {
			if times != 1 {
				t.Errorf("%s was seen %d times", name, times)
			}
		}
		if len(seen) != 9 {
			t.Errorf("saw %d, want the 9 that there were", len(seen))
		}
		if newest := w.ledger(t, w.chief, ume); len(newest) != 10 || newest[0].GetPerson() != bo || newest[0].GetSendTime().AsTime().Month() != time.June {
			t.Errorf("the newest is %v of %d", newest[0], len(newest))
		}
	})
}

// TestWhoSeesAMail: whoever may see a committee of it sees the line; the mail only who may see everything that may be in it.
func TestWhoSeesAMail(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.owners.deadline("attest", func(d *riskv1.Deadline) { d.DueDate = "2025-05-30" }) // so that Bo's mail is of both committees
		w.everybody(t)
		w.reconcile(t)
		w.send(t, day(23))
		mixed, own := w.of(t, bo).GetName(), w.of(t, anna).GetName()
		for name, tt := range map[string]struct {
			caller    context.Context
			mixed     int
			mail, own bool
		}{
			"chief": {w.chief, 2, true, true}, "auditor": {w.auditor, 2, true, true}, "administrator": {w.administrator, 2, true, true},
			"coordinator": {w.coordinator, 1, false, true}, "sister": {w.sister, 1, false, false},
		} {
			got := w.get(t, tt.caller, mixed)
			if len(got.GetDelivery().GetReminders()) != tt.mixed || (got.GetMail() != nil) != tt.mail {
				t.Errorf("%s sees %v", name, got)
			}
			whole, err := w.GetDelivery(tt.caller, &notificationv1.GetDeliveryRequest{Name: own})
			if !tt.own {
				wantMissing(t, err)
				continue
			}
			if m := whole.GetMail(); err != nil || m.GetSubject() != whole.GetDelivery().GetSubject() || !strings.Contains(m.GetText(), "Jäv") ||
				!strings.Contains(m.GetHtml(), "Jäv") || !strings.Contains(m.GetCalendar(), "BEGIN:VEVENT") {
				t.Errorf("%s sees %v, %v", name, whole, err)
			}
		}
		for _, caller := range []context.Context{w.member, w.anna, w.secretary, w.operator} {
			_, err := w.GetDelivery(caller, &notificationv1.GetDeliveryRequest{Name: own})
			wantDenied(t, err)
		}
		for _, name := range []string{neverOf, ume + "/deliveries/", ume + "/reminders/" + resource.ID(own), social + "/deliveries/" + resource.ID(own)} {
			_, err := w.GetDelivery(w.chief, &notificationv1.GetDeliveryRequest{Name: name})
			if err == nil {
				t.Errorf("%s was found", name)
			}
		}
	})
}

// TestADigestTellsNoSister: a digest also lists what else waits for its person, so a mail whose own lines are all of one
// committee may hold what is another's.
func TestADigestTellsNoSister(t *testing.T) {
	w := start(t)
	w.everybody(t)
	w.reconcile(t)
	w.send(t, day(23))
	d := w.of(t, bo)
	if mail := w.get(t, w.chief, d.GetName()).GetMail(); !strings.Contains(mail.GetText(), "Attest") {
		t.Fatalf("the mail lists nothing besides: %s", mail.GetText())
	}
	if got := w.get(t, w.sister, d.GetName()); got.GetMail() != nil || len(got.GetDelivery().GetReminders()) != 1 {
		t.Errorf("the sister's coordinator sees %v", got)
	}
}

// TestRetry: what was refused or waits is tried again at once, to the address that the person has now.
func TestRetry(t *testing.T) {
	for name, code := range map[string]int{"parked": 550, "waiting": 451} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, w *world) {
				w.everybody(t)
				w.reconcile(t)
				w.box.answers(code)
				w.send(t, day(23))
				d := w.of(t, anna)
				if want := map[string]notificationv1.DeliveryState{"parked": parked, "waiting": waits}[name]; d.GetState() != want || d.GetFault() == "" {
					t.Fatalf("delivery = %v, want it %v", d, want)
				}
				for _, caller := range []context.Context{w.auditor, w.secretary, w.anna} {
					_, err := w.RetryDelivery(caller, &notificationv1.RetryDeliveryRequest{Name: d.GetName()})
					wantDenied(t, err)
				}
				_, err := w.RetryDelivery(w.sister, &notificationv1.RetryDeliveryRequest{Name: d.GetName()})
				wantMissing(t, err)
				w.owners.person("anna", func(p *directoryv1.Person) { p.Email = "anna.ek@umea.se" })
				w.reconcile(t)
				w.box.answers(0)
				again := must[*notificationv1.Delivery](t)(w.RetryDelivery(w.coordinator, &notificationv1.RetryDeliveryRequest{Name: d.GetName()}))
				if again.GetState() != waits || again.GetNextAttemptTime() == nil || again.GetSettleTime() != nil {
					t.Errorf("when it is tried again: %v", again)
				}
				if err := w.service.Send(t.Context()); err != nil {
					t.Fatal(err)
				}
				got := w.of(t, anna)
				if got.GetState() != was || got.GetAddress() != "anna.ek@umea.se" || got.GetAttempts() != 2 || got.GetMessageId() != d.GetMessageId() || got.GetFault() != "" {
					t.Errorf("then: %v", got)
				}
				if to := w.box.taken(); !slices.Equal(to, []string{"anna.ek@umea.se"}) {
					t.Errorf("taken = %v", to)
				}
				if r := got.GetReminders(); len(r) != 1 || r[0].GetState() != isSent {
					t.Errorf("reminders = %v", r)
				}
				_, err = w.RetryDelivery(w.coordinator, &notificationv1.RetryDeliveryRequest{Name: d.GetName()})
				wantFault(t, err, fault.Precondition, "DELIVERY_SETTLED")
			})
		})
	}
}

// TestNothingIsTriedAgainForNothing: what is done, moved to another day or silenced meanwhile is not worth a mail.
func TestNothingIsTriedAgainForNothing(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		w.reconcile(t)
		w.box.answers(550)
		w.send(t, day(23))
		w.owners.deadline("jav", func(d *riskv1.Deadline) { d.Done = true })
		w.owners.deadline("skola", func(d *riskv1.Deadline) { d.DueDate = "2025-06-30" })
		w.reconcile(t)
		for _, person := range []string{anna, bo} {
			_, err := w.RetryDelivery(w.chief, &notificationv1.RetryDeliveryRequest{Name: w.of(t, person).GetName()})
			wantFault(t, err, fault.Precondition, "DELIVERY_SETTLED")
		}
		_, err := w.RetryDelivery(w.chief, &notificationv1.RetryDeliveryRequest{Name: neverOf})
		wantMissing(t, err)
	})
}

func TestStatus(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		status := func(caller context.Context, parent string) *notificationv1.NotificationStatus {
			t.Helper()
			return must[*notificationv1.NotificationStatus](t)(w.GetNotificationStatus(caller, &notificationv1.GetNotificationStatusRequest{Parent: parent}))
		}
		if s := status(w.chief, ume); s.GetReconcileTime() != nil || s.GetOutbox() || s.GetStale() || s.GetSchedule() != notificationv1.ScheduleState_SCHEDULE_STATE_WORKING {
			t.Errorf("before anything: %v", s)
		}
		w.everybody(t)
		w.reconcile(t)
		w.box.answers(550)
		w.send(t, day(23))
		if s := status(w.chief, ume); s.GetParked() != 2 || s.GetWaiting() != 0 || !s.GetReconcileTime().AsTime().Equal(w.clock.Now()) {
			t.Errorf("status = %v", s)
		}
		if s := status(w.coordinator, social); s.GetParked() != 1 {
			t.Errorf("of one committee: %v", s)
		}
		w.owners.change(func() { w.owners.down = fault.Unreachable("the register", nil) })
		if err := w.service.Reconcile(t.Context()); err == nil {
			t.Error("compared with nobody")
		}
		if s := status(w.secretary, social); !s.GetStale() {
			t.Errorf("when the owners are away: %v", s)
		}
		for parent, caller := range map[string]context.Context{ume: w.coordinator, school: w.coordinator, social: w.member} {
			_, err := w.GetNotificationStatus(caller, &notificationv1.GetNotificationStatusRequest{Parent: parent})
			wantDenied(t, err)
		}
		_, err := w.GetNotificationStatus(w.chief, &notificationv1.GetNotificationStatusRequest{Parent: ume + "/committees/-"})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "parent RESOURCE_NAME")
	})
}

// TestWhatIsSentNeverChanges: the states that reminders end in.
func TestWhatIsSentNeverChanges(t *testing.T) {
	w := start(t)
	w.everybody(t)
	w.reconcile(t)
	w.send(t, day(23))
	if _, err := w.DeleteReminderRule(w.chief, &notificationv1.DeleteReminderRuleRequest{Name: all}); err != nil {
		t.Fatal(err)
	}
	w.reconcile(t)
	states := map[string]notificationv1.ReminderState{}
	for _, r := range must[*notificationv1.ListRemindersResponse](t)(w.ListReminders(w.chief, &notificationv1.ListRemindersRequest{Parent: ume})).GetReminders() {
		states[resource.ID(r.GetDeadline().GetResource())] = r.GetState()
	}
	if states["jav"] != isSent || states["skola"] != isSent || states["attest"] != isCancelled {
		t.Errorf("states = %v", states)
	}
	w.box.answers(550)
	w.everybody(t)
	w.send(t, day(23).AddDate(0, 0, 11))
	if list := must[*notificationv1.ListRemindersResponse](t)(w.ListReminders(w.chief, &notificationv1.ListRemindersRequest{Parent: ume, State: isFailed})); len(list.GetReminders()) != 1 {
		t.Errorf("failed = %v", list)
	}
}
