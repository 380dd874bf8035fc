package risk

import (
	"cmp"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// StatusMeaning is what a local answer amounts to, for counting.
type StatusMeaning int

// The meanings. The zero value is what nobody has stated.
const (
	// MeansYes: as planned, or done.
	MeansYes StatusMeaning = iota + 1
	// MeansPartly: in part.
	MeansPartly
	// MeansNo: not.
	MeansNo
	// MeansUnknown: nobody can tell.
	MeansUnknown
)

// builtInActionScale is how far actions have come where a method says nothing about it.
func builtInActionScale() []Status {
	return []Status{
		{ID: "ej-paborjad", Title: "Ej påbörjad", Meaning: MeansNo},
		{ID: "paborjad", Title: "Påbörjad", Meaning: MeansPartly},
		{ID: "klar", Title: "Klar", Meaning: MeansYes, Final: true},
	}
}

// ActionScale returns the steps of how far an action has come: the method's, or the built-in ones where it has none. A
// nil method has none.
func (m *Method) ActionScale() []Status {
	if m == nil || len(m.ActionSteps) == 0 {
		return builtInActionScale()
	}
	return m.ActionSteps
}

// ActionStatus finds a step of the action scale.
func (m *Method) ActionStatus(id string) (Status, bool) {
	scale := m.ActionScale()
	i := slices.IndexFunc(scale, func(s Status) bool { return s.ID == id })
	if i < 0 {
		return Status{}, false
	}
	return scale[i], true
}

// CheckActionStatus finds a status that is no step of the action scale. An empty one passes: nobody has said.
func (m *Method) CheckActionStatus(path, status string) []fault.Field {
	if _, ok := m.ActionStatus(status); ok || status == "" {
		return nil
	}
	ids := collect(m.ActionScale(), func(s Status) string { return s.ID })
	return []fault.Field{unknown(path, "UNKNOWN_STATUS", "Läget", "action status", status, ids)}
}

// checkActionScale: each id once, and some step after which nothing more is expected.
func (m *Method) checkActionScale() []fault.Field {
	ids := collect(m.ActionSteps, func(s Status) string { return s.ID })
	faults := duplicates(ids, func(i int) string { return at("action_scale", i) + ".id" })
	if len(m.ActionSteps) > 0 && !slices.ContainsFunc(m.ActionSteps, func(s Status) bool { return s.Final }) {
		faults = append(faults, bad("action_scale", "NO_FINAL_STEP",
			"Inget steg säger att en åtgärd är klar. Markera det steg efter vilket inget mer väntas.",
			"no step of the action scale is final"))
	}
	return faults
}

// Counted is the part of an action that is counted.
type Counted struct {
	Committee string
	Year      int
	State     ActionState
	Status    string
	Meaning   StatusMeaning
	// Final tells that its status is one after which nothing more is expected.
	Final   bool
	DueDate string
}

// ActionCount is the number of actions alike.
type ActionCount struct {
	Committee string
	Year      int
	State     ActionState
	Status    string
	Meaning   StatusMeaning
	// Count is how many there are; Overdue, how many of them are accepted and past their last day, and
	// not done by their status.
	Count, Overdue int
}

// CountActions counts accepted and closed actions by committee, year, state and status, in this order. One id that means
// different things in two versions of a method is counted apart. A last day is over the day after it.
func CountActions(actions []Counted, today string) []ActionCount {
	type key struct {
		committee string
		year      int
		state     ActionState
		status    string
		meaning   StatusMeaning
	}
	counts := map[key]*ActionCount{}
	for _, a := range actions {
		if a.State != ActionAccepted && a.State != ActionClosed {
			continue
		}
		k := key{a.Committee, a.Year, a.State, a.Status, a.Meaning}
		if counts[k] == nil {
			counts[k] = &ActionCount{Committee: a.Committee, Year: a.Year, State: a.State, Status: a.Status, Meaning: a.Meaning}
		}
		counts[k].Count++
		if a.State == ActionAccepted && !a.Final && a.DueDate != "" && a.DueDate < today {
			counts[k].Overdue++
		}
	}
	var all []ActionCount
	for _, c := range counts {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b ActionCount) int {
		return cmp.Or(cmp.Compare(a.Committee, b.Committee), cmp.Compare(a.Year, b.Year), cmp.Compare(a.State, b.State),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.Meaning, b.Meaning))
	})
	return all
}
