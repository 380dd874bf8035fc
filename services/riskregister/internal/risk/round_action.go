package risk

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// ActionSelection tells which actions a round takes up.
type ActionSelection int

// The selections. The zero value takes none.
const (
	// ActionsDue takes accepted ones whose last day is not after that of the round's first step.
	ActionsDue ActionSelection = iota + 1
	// ActionsOpen takes all accepted ones.
	ActionsOpen
	// ActionsAll takes all accepted and all closed ones.
	ActionsAll
)

// Scope is what a round is about.
type Scope struct {
	// Plans is how many plans it covers.
	Plans   int
	Entries RoundSelection
	Actions ActionSelection
	// Years narrow the actions to those counted under them; none means all.
	Years []int
	// FirstDay is the last day of the first step; empty without steps.
	FirstDay string
}

// Check finds a round that is about nothing, or about what cannot be told.
func (s Scope) Check() []fault.Field {
	faults := duplicates(collect(s.Years, func(year int) string { return fmt.Sprint(year) }),
		func(i int) string { return at("action_years", i) })
	for i, year := range s.Years {
		faults = append(faults, checkPlanYear(at("action_years", i), year)...)
	}
	return slices.Concat(faults, s.checkPlans(), s.checkActions())
}

// checkPlans: entries are those of plans.
func (s Scope) checkPlans() []fault.Field {
	if s.Entries == SelectNone || s.Plans > 0 {
		return nil
	}
	return []fault.Field{bad("plans", "PLANS_MISSING",
		"Välj vilka planer som följs upp, eller låt omgången gälla enbart åtgärder.",
		"a round covers at least one plan unless it takes up actions alone")}
}

// checkActions: a round takes up something, and what narrows the actions has actions to narrow.
func (s Scope) checkActions() []fault.Field {
	switch {
	case s.Entries == SelectNone && s.Actions == 0:
		return []fault.Field{bad("action_selection", "NOTHING_TAKEN_UP",
			"Omgången tar varken upp risker eller åtgärder. Välj vilka åtgärder den gäller.", "the round takes up nothing")}
	case s.Actions == 0 && len(s.Years) > 0:
		return []fault.Field{bad("action_years", "YEARS_WITHOUT_ACTIONS",
			"Planår för åtgärder är valda, men omgången tar inte upp några åtgärder. Välj åtgärder eller ta bort åren.",
			"plan years are named but no actions are taken up")}
	case s.Actions == ActionsDue && s.FirstDay == "":
		return []fault.Field{bad("action_selection", "STEP_MISSING",
			"Lägg till ett steg med sista dag: omgången tar upp de åtgärder som ska vara klara senast då.",
			"actions due are those due by the last day of the first step")}
	}
	return nil
}

// PickActions returns the names of the actions that the round takes up, in order of year and name.
func (s Scope) PickActions(actions []Action) []string {
	taken := slices.DeleteFunc(slices.Clone(actions), func(a Action) bool { return !s.takes(a) })
	slices.SortFunc(taken, func(a, b Action) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Name, b.Name)) })
	return collect(taken, func(a Action) string { return a.Name })
}

// takes reports whether the round takes up the action.
func (s Scope) takes(a Action) bool {
	if len(s.Years) > 0 && !slices.Contains(s.Years, a.Year) {
		return false
	}
	switch s.Actions {
	case ActionsDue:
		return a.State == ActionAccepted && a.DueDate != "" && a.DueDate <= s.FirstDay
	case ActionsOpen:
		return a.State == ActionAccepted
	case ActionsAll:
		return a.State == ActionAccepted || a.State == ActionClosed
	default:
		return false
	}
}

// StepLabel is what tells a step without an id from the others.
type StepLabel struct{ ID, Title string }

// StepIDs returns an id for each step: its own, else that of the step of the same title before, else a new one that no
// step before or after has had in either list, so that an id never comes to mean another step.
func StepIDs(before, after []StepLabel) []string {
	ids := collect(after, func(s StepLabel) string { return s.ID })
	for i, s := range after {
		if ids[i] != "" {
			continue
		}
		same := slices.IndexFunc(before, func(b StepLabel) bool { return b.Title == s.Title && b.ID != "" && !slices.Contains(ids, b.ID) })
		if same >= 0 {
			ids[i] = before[same].ID
		}
	}
	had := collect(before, func(s StepLabel) string { return s.ID })
	for i := range ids {
		for n := i + 1; ids[i] == ""; n++ {
			if id := fmt.Sprintf("steg-%d", n); !slices.Contains(ids, id) && !slices.Contains(had, id) {
				ids[i] = id
			}
		}
	}
	return ids
}

// UniqueID returns the id, or the id with the first number that keeps it from being one of those taken.
func UniqueID(id string, taken map[string]bool) string {
	const longest = 63
	if !taken[id] {
		return id
	}
	for n := 2; ; n++ {
		tail := fmt.Sprintf("-%d", n)
		if next := id[:min(len(id), longest-len(tail))] + tail; !taken[next] {
			return next
		}
	}
}
