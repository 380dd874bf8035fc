package risk

import (
	"testing"
)

func TestTakeFollowsTheGraph(t *testing.T) {
	allowed := map[PlanState]map[Step]PlanState{
		Draft:    {Propose: Proposed},
		Proposed: {Withdraw: Draft, Decide: Decided},
		Decided:  {Revise: Draft, Close: Closed},
		Closed:   {},
	}
	for from, steps := range allowed {
		for _, step := range []Step{Propose, Withdraw, Decide, Revise, Close, "fly"} {
			got, err := from.Take(step)
			if want, ok := steps[step]; ok {
				if err != nil || got != want {
					t.Errorf("%s from %s = %s, %v, want %s", step, from, got, err, want)
				}
				continue
			}
			wantState(t, err, "WRONG_STATE")
			if got != from {
				t.Errorf("a refused %s moved %s to %s", step, from, got)
			}
		}
	}
}

func TestWritable(t *testing.T) {
	if err := Draft.Writable(); err != nil {
		t.Errorf("draft: %v, want writable", err)
	}
	wantState(t, Decided.Writable(), "PLAN_DECIDED")
	wantState(t, Proposed.Writable(), "WRONG_STATE")
	wantState(t, Closed.Writable(), "WRONG_STATE")
	wantState(t, PlanState(9).Writable(), "WRONG_STATE")
}

func TestPublic(t *testing.T) {
	for state, want := range map[PlanState]bool{Draft: false, Proposed: false, Decided: true, Closed: true} {
		if got := state.Public(); got != want {
			t.Errorf("%s.Public() = %v, want %v", state, got, want)
		}
	}
}

func TestDecisionCheck(t *testing.T) {
	wantCodes(t, Decision{MeetingDate: "2025-02-18", Paragraph: "14", EffectiveDate: "2025-01-01", CaseNumber: "SN/2025:2"}.Check())
	wantCodes(t, Decision{Paragraph: "§ 14", EffectiveDate: "2025-02-30"}.Check(),
		"meeting_date DATE", "effective_date DATE", "paragraph PARAGRAPH_SIGN")
	wantCodes(t, Decision{MeetingDate: "2025-02-30"}.Check(), "meeting_date DATE")
}

func TestCheckSections(t *testing.T) {
	wantCodes(t, CheckSections([]Section{{Title: "A", Text: "text"}, {Title: "B", Empty: true}, {Title: "C"}, {Title: "D", Text: "x", Empty: true}}),
		"sections[3].explicitly_empty EMPTY_WITH_TEXT")
	wantCodes(t, fourByFour().CheckConfirmed([]string{"kategori/ekonomi", "kategori/x"}), "confirmed_empty[1] UNKNOWN_HEADING")
}
