package risk

import (
	"fmt"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// RoundSelection tells which entries a round takes up.
type RoundSelection int

// The selections.
const (
	// SelectCritical takes the entries in the plan whose level is critical.
	SelectCritical RoundSelection = iota + 1
	// SelectDue takes the entries that are named.
	SelectDue
	// SelectAll takes every entry in the plan.
	SelectAll
	// SelectNone takes no entry: the round takes up actions alone.
	SelectNone
)

// RoundState is where a round stands: open, then closed, and never back.
type RoundState int

// The states.
const (
	// RoundOpen takes answers.
	RoundOpen RoundState = iota + 1
	// RoundClosed is read-only.
	RoundClosed
)

// Covered is one plan that a round covers, as the committee decided it.
type Covered struct {
	// Name of the plan.
	Name    string
	Method  *Method
	Entries []Entry
}

// Pick returns the names of the entries that a round takes up, in the order of the plans and their entries. Paths are
// those of a CreateRoundRequest.
func (s RoundSelection) Pick(plans []Covered, due []string) ([]string, []fault.Field) {
	if faults := s.check(plans, due); len(faults) > 0 {
		return nil, faults
	}
	var picked []string
	for _, p := range plans {
		for _, e := range p.Entries {
			if s.takes(p, e, due) {
				picked = append(picked, e.Name)
			}
		}
	}
	return picked, checkScales(plans, picked)
}

// takes reports whether the selection takes up the entry.
func (s RoundSelection) takes(p Covered, e Entry, due []string) bool {
	switch {
	case !e.takenUp() || s == SelectNone:
		return false
	case s == SelectCritical:
		return p.Method.Critical(e.EffectiveLevel())
	case s == SelectDue:
		return slices.Contains(due, e.Name)
	default:
		return true
	}
}

// check finds a selection that cannot be made.
func (s RoundSelection) check(plans []Covered, due []string) []fault.Field {
	switch {
	case s == SelectDue:
		return checkDue(plans, due)
	case len(due) > 0:
		return []fault.Field{bad("due_entries", "DUE_WITHOUT_SELECTION",
			"Risker namnges bara när omgången gäller de risker som är aktuella. Ta bort dem eller byt urval.",
			"entries are named for the selection of those due only")}
	case s == SelectCritical:
		return checkCritical(plans)
	}
	return nil
}

// checkDue: at least one, each once, each an entry of a covered plan.
func checkDue(plans []Covered, due []string) []fault.Field {
	if len(due) == 0 {
		return []fault.Field{bad("due_entries", "DUE_MISSING",
			"Välj vilka risker som omgången gäller.", "name the entries that are due")}
	}
	faults := duplicates(due, func(i int) string { return at("due_entries", i) })
	for i, name := range due {
		if !slices.ContainsFunc(plans, func(p Covered) bool { return p.has(name) }) {
			faults = append(faults, bad(at("due_entries", i), "NOT_IN_PLAN",
				"Risken finns inte bland dem som tagits med i de planer som omgången gäller. Välj en annan.",
				fmt.Sprintf("%q is not taken up in a covered plan", name)))
		}
	}
	return faults
}

// has reports whether the entry is taken up in the plan.
func (p Covered) has(name string) bool {
	return slices.ContainsFunc(p.Entries, func(e Entry) bool { return e.Name == name && e.takenUp() })
}

// checkCritical finds plans whose method calls no level critical, so that the selection could never take anything up.
func checkCritical(plans []Covered) []fault.Field {
	var faults []fault.Field
	for i, p := range plans {
		if !p.Method.HasCritical() {
			faults = append(faults, bad(at("round.plans", i), "NO_CRITICAL_LEVEL",
				"Planens metod har ingen nivå som är kritisk. Välj ett annat urval av risker.",
				"the plan's method has no critical level"))
		}
	}
	return faults
}

// checkScales finds plans whose entries could not be answered, because their method has no answers.
func checkScales(plans []Covered, picked []string) []fault.Field {
	var faults []fault.Field
	for i, p := range plans {
		if len(p.Method.Scale) == 0 && slices.ContainsFunc(picked, p.has) {
			faults = append(faults, bad(at("round.plans", i), "NO_FOLLOW_UP_SCALE",
				"Planens metod saknar svar på ”Följer plan”. Lägg till dem i en ny version av metoden.",
				"the plan's method has no follow-up scale"))
		}
	}
	return faults
}

// RoundPlan is the part of a round that its dates concern.
type RoundPlan struct {
	// StepDates are the steps' last days, and StepIDs their ids, in the order of the steps.
	StepDates, StepIDs         []string
	MeetingDate, PapersDueDate string
	// Plans are the names of the covered plans.
	Plans []string
}

// Check finds dates that do not exist or do not follow each other, and plans named twice.
func (r RoundPlan) Check() []fault.Field {
	faults := slices.Concat(CheckDate("meeting_date", r.MeetingDate), CheckDate("papers_due_date", r.PapersDueDate),
		duplicates(r.Plans, func(i int) string { return at("plans", i) }),
		duplicates(r.StepIDs, func(i int) string { return at("steps", i) + ".id" }))
	for i, date := range r.StepDates {
		faults = append(faults, CheckDate(at("steps", i)+".due_date", date)...)
	}
	if len(faults) > 0 {
		return faults
	}
	return slices.Concat(r.checkSteps(), r.checkPapers())
}

// checkSteps: each step ends on the day of the one before it or later.
func (r RoundPlan) checkSteps() []fault.Field {
	var faults []fault.Field
	for i := 1; i < len(r.StepDates); i++ {
		if r.StepDates[i] < r.StepDates[i-1] {
			faults = append(faults, bad(at("steps", i)+".due_date", "STEPS_NOT_IN_ORDER",
				fmt.Sprintf("Steget slutar %s, före steget innan (%s). Ändra datumet eller stegens ordning.", r.StepDates[i], r.StepDates[i-1]),
				fmt.Sprintf("the step ends %s, before the one before it (%s)", r.StepDates[i], r.StepDates[i-1])))
		}
	}
	return faults
}

// checkPapers: the papers are due before the meeting or on its day.
func (r RoundPlan) checkPapers() []fault.Field {
	if r.MeetingDate == "" || r.PapersDueDate == "" || r.PapersDueDate <= r.MeetingDate {
		return nil
	}
	return []fault.Field{bad("papers_due_date", "PAPERS_AFTER_MEETING",
		fmt.Sprintf("Handlingarna kan inte vara klara %s, efter sammanträdet %s.", r.PapersDueDate, r.MeetingDate),
		fmt.Sprintf("the papers are due %s, after the meeting %s", r.PapersDueDate, r.MeetingDate))}
}

// Coverable refuses to follow up a plan that no committee has decided; a decided plan under revision can be followed
// up as it was decided.
func (s PlanState) Coverable(version int) error {
	if s.Public() || version > 1 {
		return nil
	}
	return fault.State("WRONG_STATE", "Planen är inte beslutad än, så den kan inte följas upp. Registrera nämndens beslut först.",
		"a plan that was never decided cannot be followed up")
}

// Writable refuses changes to a closed round.
func (s RoundState) Writable() error {
	if s == RoundOpen {
		return nil
	}
	return fault.State("ROUND_CLOSED", "Uppföljningen är avslutad och kan inte ändras. Skapa en ny omgång om något behöver kompletteras.",
		"the round is closed and read-only")
}

// Unanswered is a follow-up without an answer.
type Unanswered struct {
	// Name of the follow-up.
	Name string
	// Title of its risk or action.
	Title string
	// Action tells that it asks about an action.
	Action bool
}

// fault says that the answer is missing.
func (u Unanswered) fault() fault.Field {
	swedish := fmt.Sprintf("Risken ”%s” saknar svar på om planen följs.", u.Title)
	if u.Action {
		swedish = fmt.Sprintf("Åtgärden ”%s” saknar svar på hur långt den har kommit.", u.Title)
	}
	return bad(u.Name+".status", "MISSING", swedish, "the follow-up is unanswered")
}

// Close returns the state after closing. Unanswered follow-ups need a reason.
func (s RoundState) Close(open []Unanswered, reason string) (RoundState, error) {
	if err := s.Writable(); err != nil {
		return s, err
	}
	if len(open) == 0 || !blank(reason) {
		return RoundClosed, nil
	}
	what := "risker"
	if slices.ContainsFunc(open, func(u Unanswered) bool { return u.Action }) {
		what = "risker och åtgärder"
	}
	return s, fault.State("INCOMPLETE",
		fmt.Sprintf("%d av uppföljningens %s saknar svar. Svara på dem, eller skriv varför de lämnas obesvarade.", len(open), what),
		fmt.Sprintf("%d follow-ups are unanswered; a reason is needed", len(open)), collect(open, Unanswered.fault)...)
}

// CheckStatus finds an answer that the method's scale does not have. An empty one takes the answer back.
func (m *Method) CheckStatus(path, status string) []fault.Field {
	if status == "" || slices.Contains(m.scaleIDs(), status) {
		return nil
	}
	return []fault.Field{unknown(path, "UNKNOWN_STATUS", "Svaret", "answer", status, m.scaleIDs())}
}
