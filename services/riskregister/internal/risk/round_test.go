package risk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// covered is a decided plan with a critical, a mild, a left-out and an undecided entry.
func covered() []Covered {
	entry := func(name, level string, selection Selection) Entry {
		return Entry{Name: name, Assessment: Assessment{StatedLevel: level}, Selection: selection}
	}
	return []Covered{{Name: "p", Method: stated(), Entries: []Entry{
		entry("critical", "kritisk", InPlan), entry("mild", "ovrig", InPlan),
		entry("left-out", "kritisk", NotChosen), entry("undecided", "kritisk", Undecided),
	}}}
}

func TestPick(t *testing.T) {
	tests := []struct {
		name      string
		selection RoundSelection
		due       []string
		change    func([]Covered)
		want      []string
		faults    []string
	}{
		{"critical", SelectCritical, nil, nil, []string{"critical"}, nil},
		{"all", SelectAll, nil, nil, []string{"critical", "mild"}, nil},
		{"due", SelectDue, []string{"mild"}, nil, []string{"mild"}, nil},
		{"due without names", SelectDue, nil, nil, nil, []string{"due_entries DUE_MISSING"}},
		{"due twice and left out", SelectDue, []string{"mild", "mild", "left-out", "x"}, nil, nil, []string{"due_entries[1] DUPLICATE", "due_entries[2] NOT_IN_PLAN", "due_entries[3] NOT_IN_PLAN"}},
		{"names without due", SelectAll, []string{"mild"}, nil, nil, []string{"due_entries DUE_WITHOUT_SELECTION"}},
		{"no critical level", SelectCritical, nil, func(c []Covered) { c[0].Method.Levels[1].Critical = false }, nil, []string{"round.plans[0] NO_CRITICAL_LEVEL"}},
		{"no scale to answer on", SelectAll, nil, func(c []Covered) { c[0].Method.Scale = nil }, []string{"critical", "mild"}, []string{"round.plans[0] NO_FOLLOW_UP_SCALE"}},
		{"nothing critical this year", SelectCritical, nil, func(c []Covered) { c[0].Entries = c[0].Entries[1:]; c[0].Method.Scale = nil }, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plans := covered()
			if tt.change != nil {
				tt.change(plans)
			}
			got, faults := tt.selection.Pick(plans, tt.due)
			wantCodes(t, faults, tt.faults...)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("picked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoundPlanCheck(t *testing.T) {
	tests := []struct {
		name string
		give RoundPlan
		want []string
	}{
		{"unknown dates", RoundPlan{}, nil},
		{"in order", RoundPlan{StepDates: []string{"2025-05-12", "2025-05-12", "2025-05-22"}, MeetingDate: "2025-09-16", PapersDueDate: "2025-09-02"}, nil},
		{"a step before the one before it", RoundPlan{StepDates: []string{"2025-05-12", "2025-05-11"}}, []string{"steps[1].due_date STEPS_NOT_IN_ORDER"}},
		{"papers after the meeting", RoundPlan{MeetingDate: "2025-09-16", PapersDueDate: "2025-09-17"}, []string{"papers_due_date PAPERS_AFTER_MEETING"}},
		{"dates that are none", RoundPlan{StepDates: []string{"2025-05-32"}, MeetingDate: "x", PapersDueDate: "y"}, []string{"meeting_date DATE", "papers_due_date DATE", "steps[0].due_date DATE"}},
		{"a plan twice", RoundPlan{Plans: []string{"p", "p"}}, []string{"plans[1] DUPLICATE"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCodes(t, tt.give.Check(), tt.want...) })
	}
}

func TestCloseRound(t *testing.T) {
	open := []Unanswered{{Name: "f1", Title: "Risk 1"}, {Name: "f2", Title: "Risk 2"}}
	state, err := RoundOpen.Close(open, " ")
	wantState(t, err, "INCOMPLETE")
	wantCodes(t, fault.As(err).Fields, "f1.status MISSING", "f2.status MISSING")
	if state != RoundOpen {
		t.Errorf("state = %v, want open", state)
	}
	for _, tt := range []struct {
		open   []Unanswered
		reason string
	}{{nil, ""}, {open, "Enheten är nedlagd"}} {
		if state, err := RoundOpen.Close(tt.open, tt.reason); err != nil || state != RoundClosed {
			t.Errorf("Close(%v, %q) = %v, %v, want closed", tt.open, tt.reason, state, err)
		}
	}
	_, err = RoundClosed.Close(nil, "")
	wantState(t, err, "ROUND_CLOSED")
	wantState(t, RoundClosed.Writable(), "ROUND_CLOSED")
}

func TestCoverable(t *testing.T) {
	wantState(t, Draft.Coverable(1), "WRONG_STATE")
	wantState(t, Proposed.Coverable(1), "WRONG_STATE")
	for _, err := range []error{Draft.Coverable(2), Decided.Coverable(1), Closed.Coverable(1)} {
		if err != nil {
			t.Errorf("Coverable: %v, want none", err)
		}
	}
}

func TestCheckStatus(t *testing.T) {
	m := stated()
	wantCodes(t, m.CheckStatus("status", "delvis"))
	wantCodes(t, m.CheckStatus("status", ""))
	wantCodes(t, m.CheckStatus("status", "kanske"), "status UNKNOWN_STATUS")
}
