package web

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

const (
	fixRule     = fixCommittee + "/reminderRules/ansvariga"
	fixDelivery = fixMunicipality + "/deliveries/"
)

// fixDeadline is an answer, a control, an action or a meeting.
func fixDeadline(kind riskv1.DeadlineKind, due string) *riskv1.Deadline {
	d := &riskv1.Deadline{Kind: kind, Key: kind.String() + due, DueDate: due, Resource: fixRound + "/followUps/f1", Round: fixRound, RoundTitle: "Delårsuppföljning 2025",
		Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Ansvariga svarar: " + fixRisks[0].title, Owners: []*riskv1.Owner{{Role: "enhetschefer"}}}
	switch kind {
	case riskv1.DeadlineKind_DEADLINE_KIND_CONTROL:
		d.Resource, d.Title = fixPoint, "Granskning av rutinen för skyddad identitet"
	case riskv1.DeadlineKind_DEADLINE_KIND_ACTION:
		d.Resource, d.Round, d.RoundTitle, d.Title = fixAction+"a1", "", "", "Inför checklista för "+longWord
	case riskv1.DeadlineKind_DEADLINE_KIND_MEETING:
		d.Resource, d.Title, d.Role = fixRound, "Sammanträde", riskv1.StepRole_STEP_ROLE_COMMITTEE
	default:
	}
	return d
}

// fixTasks are a late one, two of this week, and later ones.
func fixTasks() []*notificationv1.Task {
	task := func(kind riskv1.DeadlineKind, due string, left int32) *notificationv1.Task {
		d := fixDeadline(kind, due)
		return &notificationv1.Task{Deadline: d, Committee: fixCommittee, CommitteeName: "Socialnämnden", DaysLeft: left, Path: "/" + d.GetResource(),
			Recipient: notificationv1.LadderStep_LADDER_STEP_RESPONSIBLE}
	}
	all := []*notificationv1.Task{task(riskv1.DeadlineKind_DEADLINE_KIND_ACTION, "2025-04-30", -9), task(riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, "2025-05-09", 0),
		task(riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, "2025-05-11", 2), task(riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, "2025-05-12", 3), task(riskv1.DeadlineKind_DEADLINE_KIND_MEETING, "2025-09-16", 130)}
	all[3].Recipient = notificationv1.LadderStep_LADDER_STEP_MANAGER
	return all
}

// fixReminder is a reminder of a deadline.
func fixReminder(kind riskv1.DeadlineKind, due string, days int32) *notificationv1.Reminder {
	return &notificationv1.Reminder{Id: "r", Deadline: fixDeadline(kind, due), Committee: fixCommittee, Person: fixMunicipality + "/people/omar-lind", PersonName: "Omar Lind",
		Cause: notificationv1.ReminderCause_REMINDER_CAUSE_BEFORE, Days: days, Recipient: notificationv1.LadderStep_LADDER_STEP_RESPONSIBLE, State: notificationv1.ReminderState_REMINDER_STATE_PLANNED}
}

// fixPreview holds mails of some days to some people.
func fixPreview(mails int) *notificationv1.PreviewRemindersResponse {
	r := &notificationv1.PreviewRemindersResponse{MailCount: int32(mails), PersonCount: 2}
	people := []string{"Omar Lind", "Åsa Öberg-Söderström"}
	for i := range mails {
		m := &notificationv1.PreviewedMail{PersonName: people[i%2], Person: fixMunicipality + "/people/p", SendTime: timestamppb.New(time.Date(2025, 5, 12+i/2, 5, 0, 0, 0, time.UTC)),
			Subject: fmt.Sprintf("Påminnelse: %d saker ska vara klara måndag 12 maj 2025", i+1), Digest: true}
		m.Reminders = []*notificationv1.Reminder{fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, "2025-05-26", -14)}
		if i == 1 {
			after := fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_ACTION, "2025-05-09", 3)
			after.Cause = notificationv1.ReminderCause_REMINDER_CAUSE_AFTER
			over := fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, "2025-05-26", 0)
			over.Cause = notificationv1.ReminderCause_REMINDER_CAUSE_TAKEOVER
			vacant := fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, "2025-05-26", 0)
			vacant.Cause, vacant.InsteadOf = notificationv1.ReminderCause_REMINDER_CAUSE_VACANT, "Enhetschef ekonomiskt bistånd"
			m.Reminders = append(m.Reminders, after, over, vacant, fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_MEETING, "2025-05-12", 0), fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_MEETING, "2025-05-13", 0))
		}
		r.Mails = append(r.Mails, m)
	}
	return r
}

// fixRules are a rule of the committee with every kind of time, and one of the municipality that it takes the place of.
func fixRules() (own, above []*notificationv1.ReminderRule) {
	before := func(days int32) *notificationv1.ReminderTime {
		return &notificationv1.ReminderTime{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: days}}
	}
	own = []*notificationv1.ReminderRule{{Name: fixRule, Title: "Ansvariga svarar", Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, Role: riskv1.StepRole_STEP_ROLE_OWNER, TimeOfDay: "07:00", Etag: "r1",
		Mode: notificationv1.DeliveryMode_DELIVERY_MODE_DIGEST, Times: []*notificationv1.ReminderTime{
			{Distance: &notificationv1.ReminderTime_Share{Share: &notificationv1.PeriodShare{Percent: 25, MinDays: 3, MaxDays: 30}}}, before(0),
			{Distance: &notificationv1.ReminderTime_DaysAfter{DaysAfter: 3}, Recipient: notificationv1.LadderStep_LADDER_STEP_MANAGER}},
		Ladder: []notificationv1.LadderStep{notificationv1.LadderStep_LADDER_STEP_HEAD, notificationv1.LadderStep_LADDER_STEP_COORDINATOR}}}
	above = []*notificationv1.ReminderRule{
		{Name: fixMunicipality + "/reminderRules/alla", Title: "Alla påminnelser", TimeOfDay: "07:00", Times: []*notificationv1.ReminderTime{before(14), before(1)}, Etag: "r2"},
		{Name: fixMunicipality + "/reminderRules/svar", Title: "Svar i uppföljningar", Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, Role: riskv1.StepRole_STEP_ROLE_OWNER, TimeOfDay: "07:00", Times: []*notificationv1.ReminderTime{before(7)}},
		{Name: fixMunicipality + "/reminderRules/moten", Title: "Sammanträden", Disabled: true, Kind: riskv1.DeadlineKind_DEADLINE_KIND_MEETING, TimeOfDay: "07:00", Times: []*notificationv1.ReminderTime{before(7)}}}
	return own, above
}

// fixDeliveryOf is a mail in a state.
func fixDeliveryOf(state notificationv1.DeliveryState) *notificationv1.Delivery {
	d := &notificationv1.Delivery{Name: fixDelivery + "d1", Person: fixMunicipality + "/people/omar-lind", PersonName: "Omar Lind", Address: "omar.lind@example.org",
		Subject: "Påminnelse: 2 svar ska vara klara måndag 12 maj 2025", Digest: true, SendTime: timestamppb.New(fixNow.AddDate(0, 0, -1)), State: state, Attempts: 1,
		MessageId: "<d1@uppsikt.example.org>", Reminders: []*notificationv1.Reminder{fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, "2025-05-12", -4)}}
	switch state {
	case notificationv1.DeliveryState_DELIVERY_STATE_SENT:
		d.SettleTime, d.Response = timestamppb.New(fixNow.AddDate(0, 0, -1)), "250 2.0.0 OK: queued"
		d.Reminders[0].State = notificationv1.ReminderState_REMINDER_STATE_SENT
	case notificationv1.DeliveryState_DELIVERY_STATE_WAITING:
		d.NextAttemptTime, d.Attempts, d.Fault, d.Response = timestamppb.New(fixNow.Add(time.Hour)), 3, "E-postservern bad oss återkomma senare.", "451 4.7.1 Try again later"
		d.Reminders[0].State = notificationv1.ReminderState_REMINDER_STATE_SENDING
	case notificationv1.DeliveryState_DELIVERY_STATE_PARKED:
		d.SettleTime, d.Fault, d.Response = timestamppb.New(fixNow), "Adressen finns inte hos mottagaren. Rätta personens e-postadress.", "550 5.1.1 User unknown"
		d.Reminders[0].State = notificationv1.ReminderState_REMINDER_STATE_FAILED
	default:
	}
	return d
}

// fixMail is a mail as it is read.
func fixMail() *notificationv1.Mail {
	return &notificationv1.Mail{Subject: "Påminnelse: 2 svar ska vara klara måndag 12 maj 2025", Text: "Hej Omar!\n\nDu har två svar att lämna senast måndag 12 maj 2025.\n\nhttps://uppsikt.example.org/mina-uppgifter\n",
		Html: "<!doctype html><title>Påminnelse</title>", Calendar: "BEGIN:VCALENDAR\nEND:VCALENDAR\n"}
}
