package web

import (
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// scope is the committee that the address lies in, else the municipality.
func (c *call) scope() string {
	name := strings.TrimPrefix(c.r.URL.Path, "/")
	if committee := committeeOf(name); committee != "" {
		return committee
	}
	return upTo(name, 1)
}

// weekdays are the names as dates use them, in the order of time.Weekday.
var weekdays = [...]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"}

// dayText writes an ISO date as "måndag 12 maj 2025"; what is no date is returned as it is.
func dayText(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return weekdays[t.Weekday()] + " " + longDate(t)
}

// dayOf returns the day of a moment as an ISO date in zone; empty when absent.
func dayOf(ts *timestamppb.Timestamp, zone *time.Location) string {
	if ts == nil {
		return ""
	}
	return ts.AsTime().In(zone).Format(time.DateOnly)
}

// deadlineKinds are what a rule may be about.
var deadlineKinds = []option{
	{Value: "0", Label: "Allt som har en sista dag"}, {Value: "1", Label: "Svar i en uppföljning"}, {Value: "6", Label: "Kontroller som ska redovisas"},
	{Value: "5", Label: "Åtgärder"}, {Value: "2", Label: "Andra steg i en uppföljning"}, {Value: "3", Label: "Handlingar som ska vara klara"},
	{Value: "4", Label: "Sammanträden"},
}

// turnRoles are whose turn a rule may be about.
var turnRoles = []option{
	{Value: "0", Label: "Vem som helst"}, {Value: "1", Label: "De ansvariga"}, {Value: "2", Label: "Ansvarig chef"}, {Value: "3", Label: "Samordnaren"},
	{Value: "4", Label: "Förvaltningschefen"}, {Value: "5", Label: "Nämnden"},
}

// tellable are who may be told.
var tellable = []option{
	{Value: "1", Label: "Den ansvariga"}, {Value: "2", Label: "Ansvarig chef"}, {Value: "3", Label: "Samordnaren"}, {Value: "4", Label: "Förvaltningschefen"},
}

// recipientText names who is told; the one whose turn it is when nothing is stated.
func recipientText(step notificationv1.LadderStep) string {
	return optionLabel(tellable, strconv.Itoa(max(1, int(step))))
}

// aboutText says what a rule is about.
func aboutText(r *notificationv1.ReminderRule) string {
	about := optionLabel(deadlineKinds, strconv.Itoa(int(r.GetKind())))
	if r.GetRole() == riskv1.StepRole_STEP_ROLE_UNSPECIFIED {
		return about
	}
	return about + ", när " + lowerFirst(optionLabel(turnRoles, strconv.Itoa(int(r.GetRole())))) + " är på tur"
}

// distanceText says how far from the last day somebody is told.
func distanceText(days int) string {
	switch {
	case days == 0:
		return "på sista dagen"
	case days < 0:
		return plural(-days, "dag", "dagar") + " före sista dagen"
	default:
		return plural(days, "dag", "dagar") + " efter sista dagen"
	}
}

// timeText says when a rule reminds, and whom unless it is the one whose turn it is.
func timeText(t *notificationv1.ReminderTime) string {
	var text string
	switch d := t.GetDistance().(type) {
	case *notificationv1.ReminderTime_DaysBefore:
		text = distanceText(-int(d.DaysBefore))
	case *notificationv1.ReminderTime_DaysAfter:
		text = distanceText(int(d.DaysAfter))
	case *notificationv1.ReminderTime_Share:
		text = shareText(d.Share)
	}
	if t.GetRecipient() > notificationv1.LadderStep_LADDER_STEP_RESPONSIBLE {
		text += ", till " + lowerFirst(recipientText(t.GetRecipient()))
	}
	return text
}

// shareText says when a part of the time is left.
func shareText(s *notificationv1.PeriodShare) string {
	text := "när " + strconv.Itoa(int(s.GetPercent())) + nbsp + "% av tiden är kvar"
	switch low, high := int(s.GetMinDays()), int(s.GetMaxDays()); {
	case low > 0 && high > 0:
		text += " (minst " + strconv.Itoa(low) + " och högst " + plural(high, "dag", "dagar") + " före)"
	case low > 0:
		text += " (minst " + plural(low, "dag", "dagar") + " före)"
	case high > 0:
		text += " (högst " + plural(high, "dag", "dagar") + " före)"
	}
	return text
}

// timesText says every time of a rule, one a line.
func timesText(r *notificationv1.ReminderRule) string {
	var lines []string
	for _, t := range r.GetTimes() {
		lines = append(lines, sentence(timeText(t)))
	}
	return strings.Join(lines, "\n")
}

// modeText says whether things come together.
func modeText(m notificationv1.DeliveryMode) string {
	if m == notificationv1.DeliveryMode_DELIVERY_MODE_SINGLE {
		return "Ett mejl för varje sak"
	}
	return "Ett samlat mejl"
}

// ladderText says who is told when nobody can be reached.
func ladderText(steps []notificationv1.LadderStep) string {
	if len(steps) == 0 {
		steps = []notificationv1.LadderStep{notificationv1.LadderStep_LADDER_STEP_MANAGER, notificationv1.LadderStep_LADDER_STEP_COORDINATOR}
	}
	var words []string
	for _, s := range steps {
		words = append(words, lowerFirst(recipientText(s)))
	}
	return sentence(strings.Join(words, ", därefter "))
}

// causeText says why somebody is told.
func causeText(r *notificationv1.Reminder) string {
	text := distanceText(int(r.GetDays()))
	switch r.GetCause() {
	case notificationv1.ReminderCause_REMINDER_CAUSE_TAKEOVER:
		text = "har tagit över uppgiften"
	case notificationv1.ReminderCause_REMINDER_CAUSE_VACANT:
		return "ingen kan nås som " + orElse(lowerFirst(r.GetInsteadOf()), "ansvarig")
	default:
	}
	if r.GetInsteadOf() != "" {
		text += ", i stället för " + lowerFirst(r.GetInsteadOf())
	}
	return text
}

// reminderStates are what has become of a reminder.
var reminderStates = map[notificationv1.ReminderState]statusView{
	notificationv1.ReminderState_REMINDER_STATE_PLANNED:   {"todo", "Planerad"},
	notificationv1.ReminderState_REMINDER_STATE_SENDING:   {"doing", "Är på väg"},
	notificationv1.ReminderState_REMINDER_STATE_SENT:      {"done", "Skickad"},
	notificationv1.ReminderState_REMINDER_STATE_FAILED:    {"stop", "Kunde inte skickas"},
	notificationv1.ReminderState_REMINDER_STATE_SKIPPED:   {"lock", "Skickas inte: det är för sent"},
	notificationv1.ReminderState_REMINDER_STATE_CANCELLED: {"lock", "Skickas inte: det är klart"},
	notificationv1.ReminderState_REMINDER_STATE_WITHDRAWN: {"lock", "Skickas inte: någon annan har tagit över"},
	notificationv1.ReminderState_REMINDER_STATE_MERGED:    {"lock", "Ingår i en annan påminnelse samma dag"},
}

// reminderRow is one thing that somebody is told.
type reminderRow struct {
	link
	Due, Why string
	Status   statusView
}

// openable is what a reminder is about, with its address only for who may open it: who keeps people and settings alone may not.
func openable(r *notificationv1.Reminder, u *user) link {
	l := deadlineLink(r.GetDeadline())
	if !u.may(authzv1.Permission_PERMISSION_PLAN_READ, r.GetCommittee()) {
		l.Address = ""
	}
	return l
}

// reminderRows shows what a mail is about.
func reminderRows(all []*notificationv1.Reminder, u *user) []reminderRow {
	var rows []reminderRow
	for _, r := range all {
		rows = append(rows, reminderRow{link: openable(r, u), Due: r.GetDeadline().GetDueDate(), Why: causeText(r), Status: reminderStates[r.GetState()]})
	}
	return rows
}

// deadlineLink is what is to be done, and where.
func deadlineLink(d *riskv1.Deadline) link {
	l := link{orElse(d.GetTitle(), d.GetRoundTitle()), address(d.GetResource())}
	if d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL && d.GetRound() != "" {
		l.Address = address(d.GetRound()) + "#kontroller"
	}
	if round := d.GetRoundTitle(); round != "" && !strings.Contains(l.Text, round) {
		l.Text = strings.TrimSuffix(l.Text, ".") + ", " + lowerFirst(round)
	}
	return l
}
