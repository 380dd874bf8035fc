package risk

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestScope(t *testing.T) {
	for _, tt := range []struct {
		name string
		give Scope
		want []string
	}{
		{"risks of a plan", Scope{Plans: 1, Entries: SelectAll}, nil},
		{"actions alone", Scope{Entries: SelectNone, Actions: ActionsOpen, Years: []int{2023, 2024}}, nil},
		{"risks of nothing", Scope{Entries: SelectCritical, Actions: ActionsAll}, []string{"plans PLANS_MISSING"}},
		{"nothing", Scope{Plans: 1, Entries: SelectNone}, []string{"action_selection NOTHING_TAKEN_UP"}},
		{"years of nothing", Scope{Plans: 1, Entries: SelectAll, Years: []int{2023}}, []string{"action_years YEARS_WITHOUT_ACTIONS"}},
		{"due without a step", Scope{Entries: SelectNone, Actions: ActionsDue}, []string{"action_selection STEP_MISSING"}},
		{"no years", Scope{Entries: SelectNone, Actions: ActionsAll, Years: []int{2023, 2023, 23, 0}},
			[]string{"action_years[1] DUPLICATE", "action_years[2] YEAR", "action_years[3] YEAR"}},
	} {
		t.Run(tt.name, func(t *testing.T) { wantCodes(t, tt.give.Check(), tt.want...) })
	}
}

func TestPickActions(t *testing.T) {
	action := func(name string, year int, state ActionState, due string) Action {
		return Action{Name: name, Year: year, State: state, DueDate: due}
	}
	all := []Action{
		action("late", 2024, ActionAccepted, "2025-05-12"), action("later", 2023, ActionAccepted, "2025-05-13"), action("undated", 2024, ActionAccepted, ""),
		action("proposed", 2024, ActionProposed, "2025-01-01"), action("declined", 2024, ActionDeclined, "2025-01-01"), action("closed", 2023, ActionClosed, "2025-01-01"),
	}
	for name, tt := range map[string]struct {
		scope Scope
		want  []string
	}{
		"none":         {Scope{}, []string{}},
		"due":          {Scope{Actions: ActionsDue, FirstDay: "2025-05-12"}, []string{"late"}},
		"open":         {Scope{Actions: ActionsOpen}, []string{"later", "late", "undated"}},
		"all":          {Scope{Actions: ActionsAll}, []string{"closed", "later", "late", "undated"}},
		"all of years": {Scope{Actions: ActionsAll, Years: []int{2022, 2023}}, []string{"closed", "later"}},
	} {
		if diff := cmp.Diff(tt.want, tt.scope.PickActions(all)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got, faults := SelectNone.Pick(covered(), nil); got != nil || faults != nil {
		t.Errorf("no entries are picked as %v, %v", got, faults)
	}
}

func TestStepIDs(t *testing.T) {
	before := []StepLabel{{"svar", "Ansvariga svarar"}, {"steg-2", "Sammanställning"}}
	for _, tt := range []struct {
		before, after []StepLabel
		want          []string
	}{
		{nil, []StepLabel{{"", "A"}, {"steg-1", "B"}, {"", "C"}}, []string{"steg-2", "steg-1", "steg-3"}},
		{before, []StepLabel{{"", "Sammanställning"}, {"", "Ansvariga svarar"}}, []string{"steg-2", "svar"}},
		{before, []StepLabel{{"", "Granskning"}, {"svar", "Ansvariga svarar"}}, []string{"steg-1", "svar"}},
		{before, []StepLabel{{"svar", "Svar"}, {"", "Granskning"}}, []string{"svar", "steg-3"}}, // not the removed one's
	} {
		if diff := cmp.Diff(tt.want, StepIDs(tt.before, tt.after)); diff != "" {
			t.Errorf("ids of %v after %v (-want +got):\n%s", tt.after, tt.before, diff)
		}
	}
}

// TestPropertyStepsKeepTheirIDs moves, drops and adds steps: those sent with their ids keep them, and new ones get ids
// that none has had.
func TestPropertyStepsKeepTheirIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var before []StepLabel
		for i, id := range StepIDs(nil, make([]StepLabel, rapid.IntRange(0, 6).Draw(t, "before"))) {
			before = append(before, StepLabel{ID: id, Title: string(rune('A' + i))})
		}
		after := rapid.Permutation(before).Draw(t, "order")
		after = after[:rapid.IntRange(0, len(after)).Draw(t, "kept")]
		kept := len(after)
		for range rapid.IntRange(0, 4).Draw(t, "added") {
			after = append(after, StepLabel{Title: "Ny"})
		}
		ids := StepIDs(before, after)
		if len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(after) {
			t.Fatalf("ids %v are not unique", ids)
		}
		for i, id := range ids {
			had := slices.ContainsFunc(before, func(b StepLabel) bool { return b.ID == id })
			if (i < kept && id != after[i].ID) || (i >= kept && had) {
				t.Fatalf("ids %v of %v after %v", ids, after, before)
			}
		}
	})
}

func TestUniqueID(t *testing.T) {
	long := string(make([]byte, 63))
	taken := map[string]bool{"a": true, "a-2": true, long: true}
	if got := UniqueID("a", taken); got != "a-3" {
		t.Errorf("id = %q", got)
	}
	if got := UniqueID(long, taken); len(got) != 63 || taken[got] {
		t.Errorf("id of %d characters, taken %v", len(got), taken[got])
	}
}
