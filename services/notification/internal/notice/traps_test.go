package notice

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTrapFinishedWork: nobody is reminded of what is done, also when it is done after the reminder was planned.
func TestTrapFinishedWork(t *testing.T) {
	s, d := table{}, answer("2025-05-12", owner("anna"))
	s.wantPass(t, input("2025-04-20 10:00", []Rule{rule(-7, 1)}, d),
		"new → 2025-05-05 07:00 anna before -7 responsible planned", "new → 2025-05-13 07:00 anna after 1 responsible planned")
	d.Done = true
	in := input("2025-05-04 10:00", []Rule{rule(-7, 1)}, d)
	s.wantPass(t, in, "planned → 2025-05-05 07:00 anna before -7 responsible cancelled", "planned → 2025-05-13 07:00 anna after 1 responsible cancelled")
	if tasks := Tasks(in, person("anna").Name); tasks != nil {
		t.Errorf("tasks = %v, want none", tasks)
	}
	d.Done = false
	s.wantPass(t, input("2025-05-09 10:00", []Rule{rule(-7, 1)}, d), "cancelled → 2025-05-13 07:00 anna after 1 responsible planned")
}

// TestTrapWrongTimeZone: days and times of day are Swedish, wherever the server's clock is set.
func TestTrapWrongTimeZone(t *testing.T) {
	d := answer("2025-05-12", owner("anna"))
	d.Known = clock("2025-05-12 06:59")
	for _, place := range []*time.Location{time.UTC, time.FixedZone("east", 14*3600), time.FixedZone("west", -11*3600)} {
		in := input("2025-05-12 00:30", []Rule{rule(0)}, d)
		in.Now = in.Now.In(place)
		wantLines(t, desired(in), "2025-05-12 07:00 anna before 0 responsible planned")
		if tasks := Tasks(in, person("anna").Name); len(tasks) != 1 || tasks[0].DaysLeft != 0 {
			t.Errorf("tasks = %+v, want one for today", tasks)
		}
	}
}

// TestTrapReassignment: what was planned for the former is withdrawn, and the new one is told once.
func TestTrapReassignment(t *testing.T) {
	s, rules := table{}, []Rule{rule(-7, -1)}
	s.pass(input("2025-04-20 10:00", rules, answer("2025-05-13", owner("anna"))))
	s.send(clock("2025-05-06 07:00"))
	given := answer("2025-05-13", owner("bo"))
	s.wantPass(t, input("2025-05-08 16:00", rules, given),
		"new → 2025-05-06 07:00 bo before -7 responsible skipped",
		"new → 2025-05-09 07:00 bo takeover 0 responsible planned",
		"new → 2025-05-12 07:00 bo before -1 responsible planned",
		"planned → 2025-05-12 07:00 anna before -1 responsible withdrawn")
	s.wantPass(t, input("2025-05-09 06:59", rules, given))
	s.wantPass(t, input("2025-05-09 07:01", rules, given)) // not yet sent: its time stays
	s.send(clock("2025-05-09 07:02"))
	s.wantPass(t, input("2025-05-09 07:03", rules, given))
	// Given back: who knows of it already is not told of a takeover.
	s.wantPass(t, input("2025-05-09 12:00", rules, answer("2025-05-13", owner("anna"))),
		"planned → 2025-05-12 07:00 bo before -1 responsible withdrawn",
		"withdrawn → 2025-05-12 07:00 anna before -1 responsible planned")
}

// TestTrapReassignmentTakenBack: a takeover that is not yet sent is withdrawn with the work.
func TestTrapReassignmentTakenBack(t *testing.T) {
	s, rules := table{}, []Rule{rule(-7)}
	s.pass(input("2025-04-20 10:00", rules, answer("2025-05-13", owner("anna"))))
	s.send(clock("2025-05-06 07:00"))
	s.pass(input("2025-05-08 16:00", rules, answer("2025-05-13", owner("bo"))))
	s.wantPass(t, input("2025-05-08 17:00", rules, answer("2025-05-13", owner("anna"))),
		"planned → 2025-05-09 07:00 bo takeover 0 responsible withdrawn")
}

// TestTrapReassignmentOnTheLastDay: there is no next morning to wait for, not even on a Sunday.
func TestTrapReassignmentOnTheLastDay(t *testing.T) {
	s, rules := table{}, []Rule{rule(-2)}
	s.pass(input("2025-05-01 10:00", rules, answer("2025-05-11", owner("anna"))))
	s.send(clock("2025-05-09 07:00"))
	in := input("2025-05-11 20:15", rules, answer("2025-05-11", owner("bo")))
	s.wantPass(t, in, "new → 2025-05-09 07:00 bo before -2 responsible skipped", "new → 2025-05-11 20:15 bo takeover 0 responsible planned")
	in.Now = clock("2025-05-11 20:20")
	s.wantPass(t, in) // its time stays
	in.Now = clock("2025-05-12 00:01")
	if takeovers := slices.DeleteFunc(desired(in), func(r Reminder) bool { return r.Cause != Takeover }); len(takeovers) > 0 {
		t.Errorf("after the last day %v take over", lines(takeovers))
	}
}

// TestTrapReassignmentToOneAmongSeveral: whoever shares the work and knows of it is left in peace.
func TestTrapReassignmentToOneAmongSeveral(t *testing.T) {
	s, rules := table{}, []Rule{rule(-7)}
	s.pass(input("2025-04-20 10:00", rules, answer("2025-05-13", owner("anna"))))
	s.send(clock("2025-05-06 07:00"))
	s.wantPass(t, input("2025-05-08 16:00", rules, answer("2025-05-13", owner("anna"), owner("bo"))),
		"new → 2025-05-06 07:00 bo before -7 responsible skipped") // added, while nobody left
}

// TestTrapVacantRole: the next step of the ladder is told instead, and the coordinators that the role is vacant.
func TestTrapVacantRole(t *testing.T) {
	ended := func(in Input) Input {
		in.Assignments[0].To = "2025-04-30"
		return in
	}
	in := ended(input("2025-04-20 10:00", []Rule{rule(-7)}, answer("2025-05-12", owner("anna"))))
	wantLines(t, desired(in),
		"2025-05-05 07:00 chef before -7 manager planned for enhetschef anna",
		"2025-05-05 07:00 sam vacant -7 coordinator planned for enhetschef anna")
	wantLines(t, desired(without(in, "chef")), "2025-05-05 07:00 sam before -7 coordinator planned for enhetschef anna")
	wantLines(t, desired(without(in, "chef", "sam")), "2025-05-05 07:00 komm before -7 coordinator planned for enhetschef anna")
	list, unreachable := Desired(without(in, "chef", "sam", "komm"))
	want := []Unreachable{{care, in.Deadlines[0].Key, "2025-05-12", "enhetschef anna"}}
	if diff := cmp.Diff(want, unreachable); diff != "" || list != nil {
		t.Errorf("reminders %v; unreachable differs (-want +got):\n%s", lines(list), diff)
	}
	in.Rules[0].Ladder = []Recipient{Head}
	wantLines(t, desired(in), "2025-05-05 07:00 sam vacant -7 coordinator planned for enhetschef anna")
	in.Assignments = append(in.Assignments, holds("komm", "head", care, ""))
	wantLines(t, desired(in), "2025-05-05 07:00 komm before -7 head planned for enhetschef anna",
		"2025-05-05 07:00 sam vacant -7 coordinator planned for enhetschef anna")
	// One of two is left: that one is told, and the coordinators of the other.
	two := ended(input("2025-04-20 10:00", []Rule{rule(-7)}, answer("2025-05-12", owner("anna"), owner("bo"))))
	wantLines(t, desired(two), "2025-05-05 07:00 bo before -7 responsible planned",
		"2025-05-05 07:00 sam vacant -7 coordinator planned for enhetschef anna")
}

// TestTrapRoleBecomesVacantAndFilled: a role that is vacated and filled again leaves no reminder to the wrong one.
func TestTrapRoleBecomesVacantAndFilled(t *testing.T) {
	s, rules, d := table{}, []Rule{rule(-7)}, answer("2025-05-12", owner("anna"))
	s.pass(input("2025-04-20 10:00", rules, d))
	s.wantPass(t, without(input("2025-04-21 10:00", rules, d), "anna"),
		"new → 2025-05-05 07:00 chef before -7 manager planned for enhetschef anna",
		"new → 2025-05-05 07:00 sam vacant -7 coordinator planned for enhetschef anna",
		"planned → 2025-05-05 07:00 anna before -7 responsible withdrawn")
	s.wantPass(t, input("2025-04-22 10:00", rules, d),
		"planned → 2025-05-05 07:00 chef before -7 manager withdrawn for enhetschef anna",
		"planned → 2025-05-05 07:00 sam vacant -7 coordinator cancelled for enhetschef anna",
		"withdrawn → 2025-05-05 07:00 anna before -7 responsible planned")
}

// TestTrapClockChanges: seven o'clock is seven o'clock on both sides of both.
func TestTrapClockChanges(t *testing.T) {
	tests := []struct {
		name, due string
		days      int
		want      string
	}{
		{"the Friday before the clock is put forward", "2025-03-31", -1, "2025-03-28T06:00:00Z"},
		{"the Monday after", "2025-03-31", 0, "2025-03-31T05:00:00Z"},
		{"a week across it", "2025-04-01", -7, "2025-03-25T06:00:00Z"},
		{"the Friday before it is put back", "2025-10-27", -1, "2025-10-24T05:00:00Z"},
		{"the Monday after it is put back", "2025-10-25", 1, "2025-10-27T06:00:00Z"},
		{"a week across that", "2025-10-28", -7, "2025-10-21T05:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := desired(input("2025-01-01 00:00", []Rule{rule(tt.days)}, answer(tt.due, owner("anna"))))
			if len(list) != 1 || list[0].At.UTC().Format(time.RFC3339) != tt.want {
				t.Errorf("reminders = %v, want one at %s", lines(list), tt.want)
			}
		})
	}
}

// TestTrapLeapDay: 29 February is a day, and counted as one.
func TestTrapLeapDay(t *testing.T) {
	for due, want := range map[string][2]string{
		"2028-03-07": {"2028-02-29 07:00 anna before -7 responsible planned", "2028-03-08 07:00 anna after 1 responsible planned"},
		"2028-02-28": {"2028-02-21 07:00 anna before -7 responsible planned", "2028-02-29 07:00 anna after 1 responsible planned"},
		"2028-02-29": {"2028-02-22 07:00 anna before -7 responsible planned", "2028-03-01 07:00 anna after 1 responsible planned"},
		"2027-03-08": {"2027-03-01 07:00 anna before -7 responsible planned", "2027-03-09 07:00 anna after 1 responsible planned"},
	} {
		wantLines(t, desired(input("2027-01-01 00:00", []Rule{rule(-7, 1)}, answer(due, owner("anna")))), want[0], want[1])
	}
	wantLines(t, desired(input("2027-01-01 00:00", []Rule{rule(-365)}, answer("2028-02-29", owner("anna")))),
		"2027-03-01 07:00 anna before -365 responsible planned")
}

// TestTrapYearEnd: the eves and holidays at the turn of the year are nobody's working days.
func TestTrapYearEnd(t *testing.T) {
	wantLines(t, desired(input("2025-11-01 00:00", []Rule{rule(-14, -7, -1)}, answer("2026-01-07", owner("anna")))),
		"2025-12-23 07:00 anna before -14 responsible planned", // 24 December
		"2025-12-30 07:00 anna before -7 responsible planned",  // 31 December
		"2026-01-05 07:00 anna before -1 responsible planned")  // 6 January
	wantLines(t, desired(input("2025-11-01 00:00", []Rule{rule(1)}, answer("2025-12-30", owner("anna")))),
		"2026-01-02 07:00 anna after 1 responsible planned")
}

// TestTrapStaggeredSteps: each step of a round has its own day and is told to whose turn it is.
func TestTrapStaggeredSteps(t *testing.T) {
	step := func(key string, kind Kind, role Role, due string) Deadline {
		return Deadline{Committee: care, Key: key, Kind: kind, Role: role, Due: due, Begin: "2025-04-01"}
	}
	in := input("2025-04-20 10:00", []Rule{rule(-3)}, answer("2025-05-12", owner("anna"), owner("bo")),
		step("delar#granska", KindStep, RoleManager, "2025-05-16"), step("delar#sammanstall", KindStep, RoleCoordinator, "2025-05-23"),
		step("delar#godkann", KindStep, RoleHead, "2025-05-28"), step("delar#-papers", KindPapers, RoleCoordinator, "2025-06-03"),
		step("delar#-meeting", KindMeeting, RoleCommittee, "2025-06-12"))
	in.Assignments = append(in.Assignments, holds("komm", "head", care, ""))
	wantLines(t, desired(in),
		"2025-05-09 07:00 anna before -3 responsible planned", "2025-05-09 07:00 bo before -3 responsible planned",
		"2025-05-13 07:00 chef before -3 responsible planned",
		"2025-05-20 07:00 sam before -3 responsible planned",
		"2025-05-23 07:00 komm before -3 responsible planned",
		"2025-05-30 07:00 sam before -3 responsible planned", // 31 May is a Saturday; the day after Ascension Day is worked
		"2025-06-09 07:00 sekr before -3 responsible planned")
	wantLines(t, desired(without(in, "sekr"))[6:], "2025-06-09 07:00 sam before -3 responsible planned")
}

// TestTrapMovedDay: the reminders move with the day, and those already reminded are reminded of the new one.
func TestTrapMovedDay(t *testing.T) {
	s, rules := table{}, []Rule{rule(-7, -1)}
	s.pass(input("2025-04-20 10:00", rules, answer("2025-05-13", owner("anna"))))
	s.send(clock("2025-05-06 07:00"))
	later := answer("2025-05-20", owner("anna"))
	later.Known = clock("2025-05-07 09:00")
	s.wantPass(t, input("2025-05-07 09:00", rules, later),
		"new → 2025-05-13 07:00 anna before -7 responsible planned",
		"new → 2025-05-19 07:00 anna before -1 responsible planned",
		"planned → 2025-05-12 07:00 anna before -1 responsible cancelled")
	earlier := answer("2025-05-09", owner("anna"))
	earlier.Known = clock("2025-05-07 10:00")
	s.wantPass(t, input("2025-05-07 10:00", rules, earlier),
		"new → 2025-05-02 07:00 anna before -7 responsible skipped", // before it was known
		"new → 2025-05-08 07:00 anna before -1 responsible planned",
		"planned → 2025-05-13 07:00 anna before -7 responsible cancelled",
		"planned → 2025-05-19 07:00 anna before -1 responsible cancelled")
}

// TestTrapTwoOffsetsOnOneDay: what the weekend moves to the same Friday is told once, the nearest.
func TestTrapTwoOffsetsOnOneDay(t *testing.T) {
	in := input("2025-04-20 10:00", []Rule{rule(-3, -2, -1)}, answer("2025-05-12", owner("anna")))
	wantLines(t, desired(in), "2025-05-09 07:00 anna before -1 responsible planned",
		"2025-05-09 07:00 anna before -2 responsible merged", "2025-05-09 07:00 anna before -3 responsible merged")
	// The nearest is sent, and then the rule forgets it: the others stay merged.
	s := table{}
	s.pass(in)
	s.send(clock("2025-05-09 07:00"))
	s.wantPass(t, input("2025-05-09 08:00", []Rule{rule(-3, -2)}, answer("2025-05-12", owner("anna"))))
}

// TestTrapTwoCapacities: who is owner and manager is told as the owner, once.
func TestTrapTwoCapacities(t *testing.T) {
	r := rule(2)
	r.Times = append(r.Times, Time{Days: 2, Recipient: Manager}, Time{Days: 3, Recipient: Head})
	in := input("2025-05-01 10:00", []Rule{r}, answer("2025-05-15", owner("anna")))
	in.Assignments = append(in.Assignments, holds("anna", "manager", care, ""), holds("anna", "head", care, ""))
	wantLines(t, desired(in), "2025-05-19 07:00 anna after 2 responsible planned", "2025-05-19 07:00 anna after 3 head merged",
		"2025-05-19 07:00 chef after 2 manager planned")
}

// TestTrapPersonInTwoCommittees: a digest has both, single mails have one each, and a choice of one's own goes first.
func TestTrapPersonInTwoCommittees(t *testing.T) {
	other := answer("2025-05-12", owner("anna"))
	other.Committee, other.Key = school, school+"/plans/2025/rounds/delar/followUps/jav#svar"
	in := input("2025-04-20 10:00", []Rule{rule(-7)}, answer("2025-05-12", owner("anna")), other)
	list := desired(in)
	if len(list) != 2 || list[0].Mail != list[1].Mail || list[0].ID == list[1].ID || !list[0].Digest {
		t.Errorf("reminders = %+v, want two in one mail", list)
	}
	in.Rules[0].Mode = Single
	if list = desired(in); len(list) != 2 || list[0].Mail == list[1].Mail || list[0].Digest {
		t.Errorf("reminders = %+v, want two mails", list)
	}
	in.People[0].Mode = Digest
	if list = desired(in); list[0].Mail != list[1].Mail {
		t.Errorf("reminders = %+v, want one mail as chosen", list)
	}
	s := table{}
	s.pass(in)
	in.People[0].Mode = Single
	s.wantPass(t, in, "planned → 2025-05-05 07:00 anna before -7 responsible planned", "planned → 2025-05-05 07:00 anna before -7 responsible planned")
}

// TestTrapActingHolder: who holds the role on the day of the reminder is told, not who holds it when it is planned.
func TestTrapActingHolder(t *testing.T) {
	d := Deadline{Committee: care, Key: "delar#granska", Kind: KindStep, Role: RoleManager, Due: "2025-05-16", Begin: "2025-04-01"}
	in := input("2025-04-20 10:00", []Rule{rule(-7, -1)}, d)
	in.Assignments[2] = holds("chef", "manager", care, "2025-01-01–2025-05-09")
	in.Assignments = append(in.Assignments, holds("bo", "manager", care, "2025-05-10–"))
	wantLines(t, desired(in), "2025-05-09 07:00 chef before -7 responsible planned", "2025-05-15 07:00 bo before -1 responsible planned")
	// When the day comes, the new holder is told that the work is theirs.
	s := table{}
	s.pass(in)
	s.send(clock("2025-05-09 07:00"))
	in.Now = clock("2025-05-09 23:59")
	s.wantPass(t, in)
	in.Now = clock("2025-05-10 00:00")
	s.wantPass(t, in, "new → 2025-05-12 07:00 bo takeover 0 responsible planned")
}

// TestTrapOwnerInWordsAlone: a role that names nobody is nobody's fault: the ladder is told, but beside an owner who can be
// reached it is no vacancy.
func TestTrapOwnerInWordsAlone(t *testing.T) {
	words := Owner{Role: "enhetschefer"}
	wantLines(t, desired(input("2025-04-20 10:00", []Rule{rule(-7)}, answer("2025-05-12", words, Owner{Role: "controller"}))),
		"2025-05-05 07:00 chef before -7 manager planned for enhetschefer och controller",
		"2025-05-05 07:00 sam vacant -7 coordinator planned for enhetschefer och controller")
	wantLines(t, desired(input("2025-04-20 10:00", []Rule{rule(-7)}, answer("2025-05-12", words, owner("anna")))),
		"2025-05-05 07:00 anna before -7 responsible planned")
	wantLines(t, desired(input("2025-04-20 10:00", []Rule{rule(-7)}, answer("2025-05-12"))),
		"2025-05-05 07:00 chef before -7 manager planned for ansvarig",
		"2025-05-05 07:00 sam vacant -7 coordinator planned for ansvarig")
}

// TestTrapOldData: data of last year, taken in today, send nothing.
func TestTrapOldData(t *testing.T) {
	d := answer("2025-05-12", owner("anna"))
	d.Known = clock("2026-11-22 12:00")
	list := desired(input("2026-11-22 12:00", []Rule{rule(-30, -7, 0, 1, 365)}, d))
	if len(list) != 5 || slices.ContainsFunc(list, func(r Reminder) bool { return r.State != Skipped }) {
		t.Errorf("reminders = %q, want five skipped", lines(list))
	}
}

// TestTrapClockStepsBack: what was skipped or sent by the later clock does not come again by the earlier.
func TestTrapClockStepsBack(t *testing.T) {
	s, rules, d := table{}, []Rule{rule(-7, -5, -4)}, answer("2025-05-12", owner("anna"))
	s.pass(input("2025-05-01 10:00", rules, d))
	s.send(clock("2025-05-05 08:00"))
	s.wantPass(t, input("2025-05-09 10:00", rules, d), "planned → 2025-05-07 07:00 anna before -5 responsible skipped")
	s.wantPass(t, input("2025-05-05 07:30", rules, d))
}
