package notice

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/notification/internal/calendar"
)

// The places of the tests.
const (
	town   = "municipalities/exempel"
	care   = town + "/committees/omsorg"
	school = town + "/committees/skola"
)

// stockholm returns the zone.
func stockholm() *time.Location {
	zone, err := Zone()
	if err != nil {
		return time.UTC
	}
	return zone
}

// clock reads a time on a Swedish clock, such as "2025-05-05 07:00".
func clock(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, stockholm())
	if err != nil {
		return time.Time{}
	}
	return t
}

// person returns somebody who can be reached, from a short name.
func person(id string) Person {
	return Person{Name: town + "/people/" + id, Email: id + "@exempel.example"}
}

// holds returns an assignment of a person; days are "from–to" or "".
func holds(id, role, scope, days string) Assignment {
	from, to, _ := strings.Cut(days, "–")
	return Assignment{Name: town + "/roleAssignments/" + role + "-" + id, Person: town + "/people/" + id, Role: role, Scope: scope, From: from, To: to}
}

// owner returns an owner by the assignment of a person.
func owner(id string) Owner {
	return Owner{Role: "enhetschef " + id, Assignment: town + "/roleAssignments/owner-" + id}
}

// rule returns a rule of the municipality at 07:00 for every deadline, told to the responsible at the given days.
func rule(days ...int) Rule {
	r := Rule{Name: town + "/reminderRules/alla", Hour: 7}
	for _, d := range days {
		r.Times = append(r.Times, Time{Days: d})
	}
	return r
}

// answer returns a follow-up to be answered by the owners.
func answer(due string, owners ...Owner) Deadline {
	return Deadline{Committee: care, Key: care + "/plans/2025/rounds/delar/followUps/jav#svar", Kind: KindFollowUp, Role: RoleOwner,
		Due: due, Begin: "2025-04-01", Owners: owners}
}

// input returns a municipality at a time in which anna and bo are owners, chef manages, sam coordinates care and komm the
// municipality, and sekr is secretary of care.
func input(now string, rules []Rule, deadlines ...Deadline) Input {
	in := Input{Deadlines: deadlines, Rules: rules, Calendar: calendar.New(), Zone: stockholm(), Now: clock(now)}
	for _, id := range []string{"anna", "bo", "chef", "sam", "komm", "sekr"} {
		in.People = append(in.People, person(id))
	}
	in.Assignments = []Assignment{holds("anna", "owner", care+"/units/hemtjanst", ""), holds("bo", "owner", care, ""), holds("chef", "manager", care, ""),
		holds("sam", "coordinator", care, ""), holds("komm", "coordinator", town, ""), holds("sekr", "secretary", care, "")}
	return in
}

// without takes a person's address away.
func without(in Input, ids ...string) Input {
	in.People = slices.Clone(in.People)
	for i, p := range in.People {
		if slices.Contains(ids, short(p.Name)) {
			in.People[i].Email = ""
		}
	}
	return in
}

// short returns the last part of a name.
func short(name string) string { return name[strings.LastIndex(name, "/")+1:] }

// The words of the lines below.
var (
	causes = map[Cause]string{Before: "before", After: "after", Takeover: "takeover", Vacant: "vacant"}
	states = map[State]string{0: "new", Planned: "planned", Sending: "sending", Sent: "sent", Failed: "failed", Skipped: "skipped",
		Cancelled: "cancelled", Withdrawn: "withdrawn", Merged: "merged"}
	steps = map[Recipient]string{Responsible: "responsible", Manager: "manager", Coordinator: "coordinator", Head: "head"}
)

// line writes a reminder, such as "2025-05-05 07:00 anna before -7 responsible planned".
func line(r Reminder) string {
	s := fmt.Sprintf("%s %s %s %d %s %s", r.At.In(stockholm()).Format("2006-01-02 15:04"), short(r.Person), causes[r.Cause], r.Days,
		steps[r.Recipient], states[r.State])
	if r.InsteadOf != "" {
		s += " for " + r.InsteadOf
	}
	return s
}

// lines writes reminders in an order that does not depend on identifiers.
func lines(list []Reminder) []string {
	var out []string
	for _, r := range list {
		out = append(out, line(r))
	}
	slices.Sort(out)
	return out
}

// wantLines compares reminders with the wanted lines.
func wantLines(t *testing.T, list []Reminder, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, lines(list)); diff != "" {
		t.Errorf("reminders differ (-want +got):\n%s", diff)
	}
}

// desired returns the reminders that an input asks for.
func desired(in Input) []Reminder {
	list, _ := Desired(in)
	return list
}

// table is what is stored, by identifier, as a store would keep it.
type table map[string]Reminder

// all returns the rows.
func (s table) all() []Reminder {
	var list []Reminder
	for _, r := range s {
		list = append(list, r)
	}
	slices.SortFunc(list, byTime)
	return list
}

// pass reconciles the table with an input, as the service does at that time, and returns what changed as "was → line".
func (s table) pass(in Input) []string {
	in.Told = s.with(Sending, Sent)
	var out []string
	for _, c := range Reconcile(desired(in), s.all(), in) {
		s[c.Reminder.ID] = c.Reminder
		out = append(out, states[c.Was]+" → "+line(c.Reminder))
	}
	slices.Sort(out)
	return out
}

// with returns the rows in one of the states.
func (s table) with(wanted ...State) []Reminder {
	return slices.DeleteFunc(s.all(), func(r Reminder) bool { return !slices.Contains(wanted, r.State) })
}

// send sends what is due, as the courier does, and returns it.
func (s table) send(now time.Time) []Reminder {
	var sent []Reminder
	for _, r := range s.with(Planned) {
		if !r.At.After(now) {
			r.State = Sent
			s[r.ID] = r
			sent = append(sent, r)
		}
	}
	return sent
}

// wantPass reconciles and compares the changes; a second pass must find nothing more.
func (s table) wantPass(t *testing.T, in Input, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, s.pass(in)); diff != "" {
		t.Errorf("changes at %s differ (-want +got):\n%s", in.Now, diff)
	}
	if again := s.pass(in); again != nil {
		t.Errorf("the second pass at %s changes %q", in.Now, again)
	}
}

// wantCodes compares faults with the wanted codes, as "path REASON", and fails when one lacks a text.
func wantCodes(t *testing.T, faults []fault.Field, want ...string) {
	t.Helper()
	var got []string
	for _, f := range faults {
		if f.Swedish == "" || f.English == "" || f.Path == "" || f.Reason == "" {
			t.Errorf("fault %+v is incomplete", f)
		}
		got = append(got, f.Path+" "+f.Reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults differ (-want +got):\n%s", diff)
	}
}
