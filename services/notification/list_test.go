package notification_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// The states of reminders, shorter.
const (
	isPlanned   = notificationv1.ReminderState_REMINDER_STATE_PLANNED
	isSent      = notificationv1.ReminderState_REMINDER_STATE_SENT
	isFailed    = notificationv1.ReminderState_REMINDER_STATE_FAILED
	isCancelled = notificationv1.ReminderState_REMINDER_STATE_CANCELLED
)

// zone is where times are written in tests.
func zone() *time.Location {
	z, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return time.UTC
	}
	return z
}

// text says what a reminder is in one line: "jav anna 05-23 07:00".
func text(r *notificationv1.Reminder) string {
	return fmt.Sprintf("%s %s %s", resource.ID(r.GetDeadline().GetResource()), resource.ID(r.GetPerson()), r.GetSendTime().AsTime().In(zone()).Format("01-02 15:04"))
}

// texts says what reminders are.
func texts(list []*notificationv1.Reminder) []string {
	var lines []string
	for _, r := range list {
		lines = append(lines, text(r))
	}
	return lines
}

// planned lists the reminders to come; those of one time in order of text.
func (w *world) planned(t testing.TB, caller context.Context, parent string) []string {
	t.Helper()
	list := must[*notificationv1.ListRemindersResponse](t)(w.ListReminders(caller, &notificationv1.ListRemindersRequest{Parent: parent, State: isPlanned, PageSize: 1000})).GetReminders()
	slices.SortFunc(list, func(a, b *notificationv1.Reminder) int {
		if byTime := a.GetSendTime().AsTime().Compare(b.GetSendTime().AsTime()); byTime != 0 {
			return byTime
		}
		return cmpText(text(a), text(b))
	})
	return texts(list)
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// await waits until the reminders to come are as wanted.
func (w *world) await(t *testing.T, want []string) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	late := time.After(30 * time.Second)
	for {
		got := w.planned(t, w.chief, ume)
		if slices.Equal(got, want) {
			return
		}
		select {
		case <-ticker.C:
		case <-late:
			t.Fatalf("planned = %v, want %v", got, want)
		}
	}
}

func TestListReminders(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		w.reconcile(t)
		w.send(t, day(23))
		list := func(caller context.Context, change func(*notificationv1.ListRemindersRequest)) []string {
			t.Helper()
			req := &notificationv1.ListRemindersRequest{Parent: ume}
			change(req)
			got := texts(must[*notificationv1.ListRemindersResponse](t)(w.ListReminders(caller, req)).GetReminders())
			slices.Sort(got)
			return got
		}
		const jav, skola, attest = "jav anna 05-23 07:00", "skola bo 05-23 07:00", "attest bo 06-03 07:00"
		tests := map[string]struct {
			change func(*notificationv1.ListRemindersRequest)
			want   []string
		}{
			"all":           {func(*notificationv1.ListRemindersRequest) {}, []string{attest, jav, skola}},
			"a committee":   {func(r *notificationv1.ListRemindersRequest) { r.Parent = social }, []string{attest, jav}},
			"a person":      {func(r *notificationv1.ListRemindersRequest) { r.Person = bo }, []string{attest, skola}},
			"a state":       {func(r *notificationv1.ListRemindersRequest) { r.State = isSent }, []string{jav, skola}},
			"from a day":    {func(r *notificationv1.ListRemindersRequest) { r.FromDate = "2025-05-24" }, []string{attest}},
			"up to a day":   {func(r *notificationv1.ListRemindersRequest) { r.ToDate = "2025-05-23" }, []string{jav, skola}},
			"before all":    {func(r *notificationv1.ListRemindersRequest) { r.ToDate = "2025-05-22" }, nil},
			"of a stranger": {func(r *notificationv1.ListRemindersRequest) { r.Person = "municipalities/annan/people/bo" }, nil},
		}
		for name, tt := range tests {
			if got := list(w.chief, tt.change); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		if got := list(w.secretary, func(r *notificationv1.ListRemindersRequest) { r.Parent = social }); len(got) != 2 {
			t.Errorf("the secretary sees %v", got)
		}
		for parent, caller := range map[string]context.Context{ume: w.coordinator, school: w.coordinator, social: w.member} {
			_, err := w.ListReminders(caller, &notificationv1.ListRemindersRequest{Parent: parent})
			wantDenied(t, err)
		}
		for field, req := range map[string]*notificationv1.ListRemindersRequest{"from_date DATE": {Parent: ume, FromDate: "2025-02-31"},
			"to_date DATE": {Parent: ume, ToDate: "2025-13-01"}, "parent RESOURCE_NAME": {Parent: ume + "/committees/-"}} {
			_, err := w.ListReminders(w.chief, req)
			wantFault(t, err, fault.Invalid, "INVALID_FIELDS", field)
		}
	})
}

func TestAReminderTellsAll(t *testing.T) {
	w := start(t)
	w.everybody(t)
	w.reconcile(t)
	w.send(t, day(23))
	got := must[*notificationv1.ListRemindersResponse](t)(w.ListReminders(w.chief, &notificationv1.ListRemindersRequest{Parent: ume, Person: anna})).GetReminders()
	if len(got) != 1 {
		t.Fatalf("reminders = %v", got)
	}
	r := got[0]
	d := must[*notificationv1.GetDeliveryResponse](t)(w.GetDelivery(w.chief, &notificationv1.GetDeliveryRequest{Name: r.GetDelivery()}))
	if r.GetPersonName() != "Anna Ek" || r.GetCommittee() != social || r.GetDays() != -7 || r.GetRule() != all || r.GetId() == "" || r.GetStateTime() == nil ||
		r.GetCause() != notificationv1.ReminderCause_REMINDER_CAUSE_BEFORE || r.GetRecipient() != notificationv1.LadderStep_LADDER_STEP_RESPONSIBLE ||
		r.GetDeadline().GetTitle() != "Jäv" || d.GetDelivery().GetPerson() != anna {
		t.Errorf("reminder = %v in %v", r, d)
	}
}

// TestPagesOfReminders: each is visited once, also while rows come, and a token holds for its list alone.
func TestPagesOfReminders(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.owners.crowd(7)
		w.everybody(t)
		w.reconcile(t)
		seen := map[string]int{}
		first := must[*notificationv1.ListRemindersResponse](t)(w.ListReminders(w.chief, &notificationv1.ListRemindersRequest{Parent: ume, PageSize: 3}))
		token := first.GetNextPageToken()
		for _, r := range first.GetReminders() {
			seen[r.GetId()]++
		}
		for _, other := range []*notificationv1.ListRemindersRequest{{Parent: social}, {Parent: ume, Person: bo}, {Parent: ume, State: isPlanned},
			{Parent: ume, FromDate: "2025-05-01"}, {Parent: ume, ToDate: "2025-12-31"}} {
			other.PageToken = token
			_, err := w.ListReminders(w.chief, other)
			wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "page_token PAGE_TOKEN")
		}
		w.owners.change(func() { // one that comes before what was read, and is read by nobody any more
			w.owners.deadlines = append(w.owners.deadlines, asked(social, "ny", "Ny", "2025-05-22", "anna"))
		})
		w.reconcile(t)
		for token != "" {
			page := must[*notificationv1.ListRemindersResponse](t)(w.ListReminders(w.chief, &notificationv1.ListRemindersRequest{Parent: ume, PageSize: 3, PageToken: token}))
			if len(page.GetReminders()) > 3 || len(page.GetReminders()) == 0 {
				t.Fatalf("page = %v", page)
			}
			for _, r := range page.GetReminders() {
				seen[r.GetId()]++
			}
			token = page.GetNextPageToken()
		}
		if len(seen) != 10 {
			t.Errorf("saw %d reminders, want 10", len(seen))
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s was seen %d times", id, times)
			}
		}
	})
}

// TestTasks: what waits for the caller, in order of last day, and for nobody else to read.
func TestTasks(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.reconcile(t)
		got := must[*notificationv1.ListTasksResponse](t)(w.ListTasks(w.bo, &notificationv1.ListTasksRequest{Parent: bo})).GetTasks()
		var lines []string
		for _, task := range got {
			lines = append(lines, fmt.Sprint(task.GetDeadline().GetTitle(), " ", task.GetCommitteeName(), " ", task.GetDaysLeft(), " ", task.GetPath()))
		}
		want := []string{"Skolplikt Utbildningsnämnden 18 /" + school + "/rounds/r/followUps/skola", "Attest Omsorgsnämnden 29 /" + social + "/rounds/r/followUps/attest"}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("tasks differ (-want +got):\n%s", diff)
		}
		one := must[*notificationv1.ListTasksResponse](t)(w.ListTasks(w.bo, &notificationv1.ListTasksRequest{Parent: bo, PageSize: 1}))
		two := must[*notificationv1.ListTasksResponse](t)(w.ListTasks(w.bo, &notificationv1.ListTasksRequest{Parent: bo, PageSize: 1, PageToken: one.GetNextPageToken()}))
		if len(one.GetTasks()) != 1 || len(two.GetTasks()) != 1 || two.GetNextPageToken() != "" {
			t.Errorf("pages = %v, %v", one, two)
		}
		for _, caller := range []context.Context{w.anna, w.chief, w.administrator, w.operator} {
			_, err := w.ListTasks(caller, &notificationv1.ListTasksRequest{Parent: bo})
			wantMissing(t, err)
		}
		_, err := w.ListTasks(w.operator, &notificationv1.ListTasksRequest{Parent: "serviceAccounts/cli"})
		wantMissing(t, err)
		w.owners.deadline("skola", func(d *riskv1.Deadline) { d.Done = true })
		w.reconcile(t)
		if left := must[*notificationv1.ListTasksResponse](t)(w.ListTasks(w.bo, &notificationv1.ListTasksRequest{Parent: bo})).GetTasks(); len(left) != 1 {
			t.Errorf("when it is done: %v", left)
		}
	})
}
