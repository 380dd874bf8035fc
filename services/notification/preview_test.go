package notification_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// mails says what a preview shows, in lines: "05-23 07:00 anna 1".
func mails(p *notificationv1.PreviewRemindersResponse) []string {
	var lines []string
	for _, m := range p.GetMails() {
		lines = append(lines, fmt.Sprintf("%s %s %d", m.GetSendTime().AsTime().In(zone()).Format("01-02 15:04"), resource.ID(m.GetPerson()), len(m.GetReminders())))
	}
	return lines
}

func TestPreview(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		w.reconcile(t)
		w.owners.deadline("jav", func(d *riskv1.Deadline) { d.DueDate = "2025-06-30" }) // not known yet
		named := func(name string, r *notificationv1.ReminderRule) *notificationv1.ReminderRule {
			r.Name = name
			return r
		}
		ofOwners := func(r *notificationv1.ReminderRule) *notificationv1.ReminderRule {
			r.Role = riskv1.StepRole_STEP_ROLE_OWNER
			return r
		}
		const anna23, bo23, bo3 = "05-23 07:00 anna 1", "05-23 07:00 bo 1", "06-03 07:00 bo 1"
		for name, tt := range map[string]struct {
			req  *notificationv1.PreviewRemindersRequest
			want []string
		}{
			"as it is":            {&notificationv1.PreviewRemindersRequest{Parent: ume}, []string{anna23, bo23, bo3}},
			"a committee":         {&notificationv1.PreviewRemindersRequest{Parent: social}, []string{anna23, bo3}},
			"a person":            {&notificationv1.PreviewRemindersRequest{Parent: ume, Person: bo}, []string{bo23, bo3}},
			"few days":            {&notificationv1.PreviewRemindersRequest{Parent: ume, Days: 11}, []string{anna23, bo23}},
			"in place of":         {&notificationv1.PreviewRemindersRequest{Parent: ume, ReminderRule: named(all, rule(before(4)))}, []string{"05-26 07:00 anna 1", "05-26 07:00 bo 1", "06-05 07:00 bo 1"}},
			"the same without it": {&notificationv1.PreviewRemindersRequest{Parent: ume, ReminderRule: rule(before(4))}, []string{"05-26 07:00 anna 1", "05-26 07:00 bo 1", "06-05 07:00 bo 1"}},
			"besides":             {&notificationv1.PreviewRemindersRequest{Parent: social, ReminderRule: ofOwners(rule(before(3)))}, []string{"05-27 07:00 anna 1", "06-05 07:00 bo 1"}},
			"a committee's besides": {&notificationv1.PreviewRemindersRequest{Parent: ume, ReminderRule: named(school+"/reminderRules/ny", rule(before(4)))},
				[]string{anna23, "05-26 07:00 bo 1", bo3}},
			"only this": {&notificationv1.PreviewRemindersRequest{Parent: ume, ReminderRule: named(school+"/reminderRules/ny", rule(before(4))), OnlyThisRule: true},
				[]string{"05-26 07:00 bo 1"}},
			"the municipality's in a committee": {&notificationv1.PreviewRemindersRequest{Parent: social, ReminderRule: named(all, rule(before(4)))},
				[]string{"05-26 07:00 anna 1", "06-05 07:00 bo 1"}},
		} {
			got := must[*notificationv1.PreviewRemindersResponse](t)(w.PreviewReminders(w.chief, tt.req))
			if lines := mails(got); !slices.Equal(lines, tt.want) || int(got.GetMailCount()) != len(tt.want) {
				t.Errorf("%s: %v (%d), want %v", name, lines, got.GetMailCount(), tt.want)
			}
		}
		if got := w.planned(t, w.chief, ume); len(got) != 3 {
			t.Errorf("a preview changed %v", got)
		}
	})
}

func TestAPreviewTellsAll(t *testing.T) {
	w := start(t)
	w.everybody(t)
	w.reconcile(t)
	got := must[*notificationv1.PreviewRemindersResponse](t)(w.PreviewReminders(w.coordinator, &notificationv1.PreviewRemindersRequest{Parent: social}))
	m := got.GetMails()[0]
	if got.GetPersonCount() != 2 || m.GetSubject() != "Påminnelse: Jäv, senast fredag 30 maj 2025" || m.GetPersonName() != "Anna Ek" || !m.GetDigest() ||
		m.GetReminders()[0].GetDeadline().GetTitle() != "Jäv" || m.GetReminders()[0].GetRule() != all {
		t.Errorf("preview = %v", got)
	}
	w.send(t, day(23))
	if d := w.of(t, anna); d.GetSubject() != m.GetSubject() {
		t.Errorf("sent as %q, shown as %q", d.GetSubject(), m.GetSubject())
	}
}

// TestAPreviewStaysInItsPlace: nobody sees what belongs to another committee, and a rule of elsewhere is none.
func TestAPreviewStaysInItsPlace(t *testing.T) {
	w := start(t)
	w.everybody(t)
	theirs := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.sister, &notificationv1.CreateReminderRuleRequest{Parent: school, ReminderRule: rule()}))
	w.reconcile(t)
	_, err := w.PreviewReminders(w.coordinator, &notificationv1.PreviewRemindersRequest{Parent: ume})
	wantDenied(t, err)
	for _, name := range []string{theirs.GetName(), "municipalities/annan/reminderRules/r", "x", "municipalities/reminderRules/r", social + "/plans/2025", ume + "/committees/-/reminderRules/r"} {
		r := rule()
		r.Name = name
		_, err := w.PreviewReminders(w.coordinator, &notificationv1.PreviewRemindersRequest{Parent: social, ReminderRule: r})
		wantMissing(t, err)
	}
	got := must[*notificationv1.PreviewRemindersResponse](t)(w.PreviewReminders(w.coordinator, &notificationv1.PreviewRemindersRequest{Parent: social, Person: bo}))
	for _, m := range got.GetMails() {
		for _, r := range m.GetReminders() {
			if r.GetCommittee() != social {
				t.Errorf("the preview shows %v", r)
			}
		}
	}
	if _, err := w.PreviewReminders(w.chief, &notificationv1.PreviewRemindersRequest{Parent: ume + "/committees/-"}); err == nil {
		t.Error("a preview of every committee")
	}
}

// TestWhatNobodyCanBeToldOf is shown with the roles that nobody holds.
func TestWhatNobodyCanBeToldOf(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.owners.person("bo", func(p *directoryv1.Person) { p.Email = "" })
		w.owners.person("kim", func(p *directoryv1.Person) { p.Disabled = true })
		w.everybody(t)
		w.reconcile(t)
		preview := func(req *notificationv1.PreviewRemindersRequest) *notificationv1.PreviewRemindersResponse {
			t.Helper()
			return must[*notificationv1.PreviewRemindersResponse](t)(w.PreviewReminders(w.chief, req))
		}
		got := preview(&notificationv1.PreviewRemindersRequest{Parent: ume})
		if u := got.GetUnreachable(); len(u) != 1 || u[0].GetCommittee() != school || u[0].GetDeadline().GetTitle() != "Skolplikt" || u[0].GetInsteadOf() != "enhetschef" {
			t.Errorf("unreachable = %v", u)
		}
		if lines := mails(got); !slices.Equal(lines, []string{"05-23 07:00 anna 1", "06-03 07:00 karin 1"}) {
			t.Errorf("mails = %v", lines)
		}
		if u := preview(&notificationv1.PreviewRemindersRequest{Parent: social}).GetUnreachable(); len(u) != 0 {
			t.Errorf("of the other committee: %v", u)
		}
		if u := preview(&notificationv1.PreviewRemindersRequest{Parent: ume, Person: anna}).GetUnreachable(); len(u) != 0 {
			t.Errorf("of one person: %v", u)
		}
		own := rule()
		own.Name = social + "/reminderRules/ny"
		if u := preview(&notificationv1.PreviewRemindersRequest{Parent: ume, ReminderRule: own, OnlyThisRule: true}).GetUnreachable(); len(u) != 0 {
			t.Errorf("by another rule: %v", u)
		}
		own.Name = school + "/reminderRules/ny"
		if u := preview(&notificationv1.PreviewRemindersRequest{Parent: ume, ReminderRule: own, OnlyThisRule: true}).GetUnreachable(); len(u) != 1 {
			t.Errorf("by this rule: %v", u)
		}
	})
}

// TestAPreviewHoldsTheFirstMails, and counts them all.
func TestAPreviewHoldsTheFirstMails(t *testing.T) {
	w := start(t)
	w.owners.crowd(600)
	w.everybody(t)
	w.reconcile(t)
	got := must[*notificationv1.PreviewRemindersResponse](t)(w.PreviewReminders(w.chief, &notificationv1.PreviewRemindersRequest{Parent: ume}))
	if len(got.GetMails()) != 500 || got.GetMailCount() != 603 || got.GetPersonCount() != 602 {
		t.Errorf("%d mails of %d to %d people", len(got.GetMails()), got.GetMailCount(), got.GetPersonCount())
	}
}
