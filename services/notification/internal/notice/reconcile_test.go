package notice

import (
	"slices"
	"testing"
)

// TestReconcileByState: what each stored state becomes when the reminder is desired as it was, moved, too late or no longer.
func TestReconcileByState(t *testing.T) {
	tests := []struct {
		name               string
		state              State
		same, moved, gone  State
		late, movedForward State
	}{
		{"planned", Planned, Planned, Planned, Cancelled, Skipped, Planned},
		{"sending", Sending, Sending, Sending, Sending, Sending, Sending},
		{"sent", Sent, Sent, Sent, Sent, Sent, Sent},
		{"failed", Failed, Failed, Failed, Failed, Failed, Failed},
		{"skipped", Skipped, Skipped, Skipped, Skipped, Skipped, Planned},
		{"cancelled", Cancelled, Planned, Planned, Cancelled, Cancelled, Planned},
		{"withdrawn", Withdrawn, Planned, Planned, Withdrawn, Withdrawn, Planned},
		{"merged", Merged, Planned, Planned, Merged, Merged, Planned},
	}
	d := answer("2025-05-12", owner("anna"))
	at := func(now string, hour int) Input {
		r := rule(-7)
		r.Hour = hour
		return input(now, []Rule{r}, d)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			becomes := func(in Input) State { return becomes(tt.state, at("2025-05-05 05:00", 7), in) }
			silent := at("2025-05-05 05:00", 7)
			silent.Rules[0].Disabled = true
			got := []State{becomes(at("2025-05-05 05:00", 7)), becomes(at("2025-05-05 05:00", 6)), becomes(silent),
				becomes(at("2025-05-08 05:00", 7)), becomes(at("2025-05-05 05:00", 8))}
			want := []State{tt.same, tt.moved, tt.gone, tt.late, tt.movedForward}
			if !slices.Equal(got, want) {
				t.Errorf("same, moved, gone, late, moved forward = %v, want %v", got, want)
			}
		})
	}
}

// becomes returns the state of the one reminder that is stored in a state after a pass.
func becomes(state State, stored, in Input) State {
	s := table{}
	for _, r := range desired(stored) {
		r.State = state
		s[r.ID] = r
	}
	s.pass(in)
	return s.all()[0].State
}

func TestReconcileMoves(t *testing.T) {
	s, d := table{}, answer("2025-05-12", owner("anna"))
	s.pass(input("2025-05-01 10:00", []Rule{rule(-7)}, d))
	before := s.all()[0]
	later := rule(-7)
	later.Hour, later.Minute, later.Name = 9, 30, care+"/reminderRules/egen"
	s.wantPass(t, input("2025-05-01 11:00", []Rule{rule(-7), later}, d), "planned → 2025-05-05 09:30 anna before -7 responsible planned")
	after := s.all()[0]
	if after.ID != before.ID || after.Mail == before.Mail || after.Rule != later.Name {
		t.Errorf("moved %+v to %+v, want the same reminder in another mail", before, after)
	}
}

// TestReconcileKeepsAPlannedOneThatTheRuleMovesBack: a time of day that has just passed sends at once; nothing is lost.
func TestReconcileKeepsAPlannedOneThatTheRuleMovesBack(t *testing.T) {
	s, d := table{}, answer("2025-05-12", owner("anna"))
	s.pass(input("2025-05-01 10:00", []Rule{rule(-7)}, d))
	earlier := rule(-7)
	earlier.Hour, earlier.Since = 6, clock("2025-05-05 06:30")
	s.wantPass(t, input("2025-05-05 06:30", []Rule{earlier}, d), "planned → 2025-05-05 06:00 anna before -7 responsible planned")
}

// TestReconcileNewRule: what a new rule would have said before it was there is not sent.
func TestReconcileNewRule(t *testing.T) {
	s, r := table{}, rule(-7, -6)
	r.Since = clock("2025-05-05 08:00")
	s.wantPass(t, input("2025-05-05 08:00", []Rule{r}, answer("2025-05-12", owner("anna"))),
		"new → 2025-05-05 07:00 anna before -7 responsible skipped", "new → 2025-05-06 07:00 anna before -6 responsible planned")
}

func TestReconcileDroppedTimeIsCancelledNotWithdrawn(t *testing.T) {
	s, d := table{}, answer("2025-05-12", owner("anna"), owner("bo"))
	s.pass(input("2025-05-01 10:00", []Rule{rule(-7, -4)}, d))
	s.wantPass(t, input("2025-05-01 11:00", []Rule{rule(-7)}, d),
		"planned → 2025-05-08 07:00 anna before -4 responsible cancelled", "planned → 2025-05-08 07:00 bo before -4 responsible cancelled")
}

// TestReconcileOrdinaryMeetsStoredTakeover: a takeover that is stored for a day gives way to an ordinary reminder that is
// moved to it.
func TestReconcileOrdinaryMeetsStoredTakeover(t *testing.T) {
	s := table{}
	s.pass(input("2025-04-20 10:00", []Rule{rule(-7)}, answer("2025-05-13", owner("anna"))))
	s.send(clock("2025-05-06 07:00"))
	s.pass(input("2025-05-08 16:00", []Rule{rule(-7)}, answer("2025-05-13", owner("bo"))))
	s.wantPass(t, input("2025-05-08 17:00", []Rule{rule(-7, -4)}, answer("2025-05-13", owner("bo"))),
		"new → 2025-05-09 07:00 bo before -4 responsible planned", "planned → 2025-05-09 07:00 bo takeover 0 responsible merged")
}

func TestDesiredCommitteeSilencesTheMunicipality(t *testing.T) {
	silent := Rule{Name: care + "/reminderRules/tyst", Disabled: true, Kind: KindFollowUp}
	if list := desired(input("2025-04-20 10:00", []Rule{rule(-7), silent}, answer("2025-05-12", owner("anna")))); list != nil {
		t.Errorf("reminders = %v, want none", lines(list))
	}
}

func TestDesiredEscalates(t *testing.T) {
	r := rule(1)
	r.Times = append(r.Times, Time{Days: 3, Recipient: Manager}, Time{Days: 7, Recipient: Coordinator}, Time{Days: 14, Recipient: Head})
	wantLines(t, desired(input("2025-04-20 10:00", []Rule{r}, answer("2025-05-12", owner("anna")))),
		"2025-05-13 07:00 anna after 1 responsible planned", "2025-05-15 07:00 chef after 3 manager planned",
		"2025-05-19 07:00 sam after 7 coordinator planned",
		"2025-05-26 07:00 chef after 14 manager planned for förvaltningschef",
		"2025-05-26 07:00 sam vacant 14 coordinator planned for förvaltningschef")
}

func TestHolders(t *testing.T) {
	in := input("2025-04-20 10:00", nil)
	in.Assignments = append(in.Assignments, holds("bo", "manager", care+"/units/hemtjanst", "2025-05-01–2025-05-31"),
		holds("okand", "manager", care, ""), holds("chef", "manager", care+"/units/hemtjanst", ""))
	tests := []struct {
		name, committee, day string
		role                 Role
		want                 []string
	}{
		{"a manager of a unit counts, each once", care, "2025-05-01", RoleManager, []string{"bo", "chef"}},
		{"until the last day", care, "2025-05-31", RoleManager, []string{"bo", "chef"}},
		{"not before the first", care, "2025-04-30", RoleManager, []string{"chef"}},
		{"the committee's coordinators", care, "2025-05-01", RoleCoordinator, []string{"sam"}},
		{"else the municipality's", school, "2025-05-01", RoleCoordinator, []string{"komm"}},
		{"the secretary", care, "2025-05-01", RoleCommittee, []string{"sekr"}},
		{"else coordinators", school, "2025-05-01", RoleCommittee, []string{"komm"}},
		{"no head", care, "2025-05-01", RoleHead, nil},
		{"owners are named by deadlines", care, "2025-05-01", RoleOwner, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range newRoster(in).inRole(tt.role, tt.committee, tt.day, anyone) {
				got = append(got, short(p.Name))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("holders = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTasks(t *testing.T) {
	later, done := answer("2025-06-12", owner("anna"), owner("bo")), answer("2025-05-12", owner("anna"))
	later.Key, done.Key, done.Done = "b", "c", true
	vacant := answer("2025-05-10", Owner{Role: "controller"})
	vacant.Key = "d"
	in := input("2025-05-13 23:30", []Rule{{Name: town + "/reminderRules/tyst", Disabled: true, Ladder: []Recipient{Coordinator}}},
		later, done, vacant, answer("2025-05-12", owner("anna")))
	in.Deadlines[3].Key = "a"
	tests := []struct {
		name, person string
		disabled     bool
		want         []Task
	}{
		{"one's own, in order", "anna", false, []Task{{Deadline: in.Deadlines[3], Recipient: Responsible, DaysLeft: -1},
			{Deadline: later, Recipient: Responsible, DaysLeft: 30}}},
		{"shared", "bo", false, []Task{{Deadline: later, Recipient: Responsible, DaysLeft: 30}}},
		{"shared, without an address", "bo", true, []Task{{Deadline: later, Recipient: Responsible, DaysLeft: 30}}},
		{"instead, by the ladder of the rule", "sam", false, []Task{{Deadline: vacant, Recipient: Coordinator, InsteadOf: "controller", DaysLeft: -3}}},
		{"nothing", "chef", false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked := in
			if tt.disabled {
				asked = without(in, tt.person)
			}
			got := Tasks(asked, person(tt.person).Name)
			equal := func(a, b Task) bool {
				return a.Deadline.Key == b.Deadline.Key && a.Recipient == b.Recipient && a.InsteadOf == b.InsteadOf && a.DaysLeft == b.DaysLeft
			}
			if !slices.EqualFunc(got, tt.want, equal) {
				t.Errorf("tasks = %+v, want %+v", got, tt.want)
			}
		})
	}
}
