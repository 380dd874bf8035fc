package risk

import "slices"

// Method is one version of a body's way to assess risks: its local guidelines as data.
type Method struct {
	// Likelihood and Consequence are the axes; both or none.
	Likelihood, Consequence *Axis
	// Rule tells how a value comes from the axes.
	Rule ValueRule
	// Cells is the table of RuleTable.
	Cells []Cell
	// Levels from the mildest to the gravest.
	Levels []Level
	// Bands give values their level.
	Bands []Band
	// Classifications are the sets of headings.
	Classifications []Classification
	// Treatments are what can be done with a risk.
	Treatments []Treatment
	// Questions holds the ids of the yes/no/blank questions.
	Questions []string
	// SelectedLevels are the levels whose risks belong in the plan.
	SelectedLevels []string
	// Scale holds the answers to "follows plan", in order.
	Scale []Status
	// ActionSteps hold how far an action has come, in order; none means the built-in scale.
	ActionSteps []Status
	// Grades are those of results, from the best to the gravest; none means the built-in scale.
	Grades []Grade
}

// Axis is one of the two scales.
type Axis struct {
	Title string
	// Steps ascend.
	Steps []int
}

// ValueRule tells how a value is computed.
type ValueRule int

// The rules.
const (
	// RuleNone computes nothing: values are stated.
	RuleNone ValueRule = iota
	// RuleProduct multiplies the axes.
	RuleProduct
	// RuleTable reads a cell.
	RuleTable
)

// Cell is one cell of a value table.
type Cell struct {
	Likelihood, Consequence int
	Value                   float64
}

// Level is a named risk level.
type Level struct {
	ID, Title string
	// Critical marks the levels that an interim follow-up of critical risks takes up.
	Critical bool
	// Prescribed are the treatments that a risk at this level must have.
	Prescribed []string
}

// Band gives a range of values its level. A nil bound is open-ended.
type Band struct {
	Level                          string
	Lower, Upper                   *float64
	LowerExclusive, UpperExclusive bool
}

// Classification is a set of headings.
type Classification struct {
	ID, Title string
	Items     []Item
}

// Item is one heading.
type Item struct {
	ID, Title string
	// Parent is the id of the heading above; empty at the top.
	Parent string
	// Mandatory marks a heading that must hold a risk or be confirmed empty.
	Mandatory bool
}

// TreatmentKind is the part of a treatment's family that the rules need.
type TreatmentKind int

// The families the rules tell apart.
const (
	// TreatOther needs planned handling in words.
	TreatOther TreatmentKind = iota
	// TreatAccept means no further handling.
	TreatAccept
	// TreatReview means that a check is planned.
	TreatReview
)

// Treatment is one local way to deal with a risk.
type Treatment struct {
	ID, Title      string
	Kind           TreatmentKind
	ReasonRequired bool
}

// Status is one step of the follow-up scale or the action scale.
type Status struct {
	ID, Title string
	Meaning   StatusMeaning
	// Final marks a step after which nothing more is expected.
	Final bool
}

// LevelOf returns the id of the level that the bands give a value; empty when no band holds it.
func (m *Method) LevelOf(value float64) string {
	for _, b := range m.Bands {
		if b.holds(value) {
			return b.Level
		}
	}
	return ""
}

// Critical reports whether the level is one that a follow-up of critical risks takes up.
func (m *Method) Critical(level string) bool {
	l, ok := m.level(level)
	return ok && l.Critical
}

// HasCritical reports whether any level is critical.
func (m *Method) HasCritical() bool {
	return slices.ContainsFunc(m.Levels, func(l Level) bool { return l.Critical })
}

// level finds a level by id.
func (m *Method) level(id string) (Level, bool) {
	i := slices.IndexFunc(m.Levels, func(l Level) bool { return l.ID == id })
	if i < 0 {
		return Level{}, false
	}
	return m.Levels[i], true
}

// treatment finds a treatment by id.
func (m *Method) treatment(id string) (Treatment, bool) {
	i := slices.IndexFunc(m.Treatments, func(t Treatment) bool { return t.ID == id })
	if i < 0 {
		return Treatment{}, false
	}
	return m.Treatments[i], true
}

// levelIDs lists the levels' ids in order.
func (m *Method) levelIDs() []string {
	return collect(m.Levels, func(l Level) string { return l.ID })
}

// treatmentIDs lists the treatments' ids in order.
func (m *Method) treatmentIDs() []string {
	return collect(m.Treatments, func(t Treatment) string { return t.ID })
}

// scaleIDs lists the answers' ids in order.
func (m *Method) scaleIDs() []string {
	return collect(m.Scale, func(s Status) string { return s.ID })
}

// headings lists every heading as "classification/item", in order.
func (m *Method) headings() []string {
	var all []string
	for _, c := range m.Classifications {
		for _, item := range c.Items {
			all = append(all, c.ID+"/"+item.ID)
		}
	}
	return all
}

// collect maps a slice.
func collect[T, U any](values []T, f func(T) U) []U {
	mapped := make([]U, len(values))
	for i, v := range values {
		mapped[i] = f(v)
	}
	return mapped
}
