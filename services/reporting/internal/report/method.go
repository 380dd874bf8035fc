package report

import "slices"

// Method is the local way to assess risks. Axes without steps stand for a method in which values are stated directly.
type Method struct {
	// Note says what was adopted by whom; may be empty.
	Note                    string
	Likelihood, Consequence Axis
	Rule                    ValueRule
	// Cells are the table of a method with RuleTable. A pair of steps that is missing is blank.
	Cells []TableCell
	// Levels are named, from the mildest to the gravest.
	Levels []Level
	Bands  []Band
	// Areas are the headings that risks are sorted under, such as risk categories.
	Areas []Area
}

// Axis is one of the two scales.
type Axis struct {
	Title string
	// Steps ascend by value.
	Steps []Step
}

// Step is one step of an axis.
type Step struct {
	Value int
	Label string
	// Description says what the step means; may be empty.
	Description string
}

// ValueRule tells how a value comes from the axes.
type ValueRule int

// The rules.
const (
	RuleNone ValueRule = iota
	RuleProduct
	RuleTable
)

// TableCell is one value of a table.
type TableCell struct {
	Likelihood, Consequence int
	Value                   float64
}

// Level is a named risk level.
type Level struct {
	ID, Title string
	// Description says what the level asks for; may be empty.
	Description string
	Critical    bool
	// Prescribed names the treatments that a risk at this level must have.
	Prescribed []string
}

// Band gives a range of values its level. A bound that is nil is none; an open one lies outside the range.
type Band struct {
	Level                string
	Lower, Upper         *float64
	LowerOpen, UpperOpen bool
}

// Area is one set of headings, such as "Riskkategori".
type Area struct {
	Title string
	// Empty are its headings that were considered and hold no risk.
	Empty []string
}

// HasAxes reports whether the method has both axes.
func (m Method) HasAxes() bool { return len(m.Likelihood.Steps) > 0 && len(m.Consequence.Steps) > 0 }

// value returns the value of a pair of steps; nil when the method gives it none.
func (m Method) value(likelihood, consequence int) *float64 {
	switch m.Rule {
	case RuleProduct:
		v := float64(likelihood * consequence)
		return &v
	case RuleTable:
		for _, c := range m.Cells {
			if c.Likelihood == likelihood && c.Consequence == consequence {
				return &c.Value
			}
		}
	case RuleNone:
	}
	return nil
}

// noLevel stands where no band applies.
const noLevel = -1

// levelOf returns the index of the level of a value, or noLevel.
func (m Method) levelOf(value *float64) int {
	if value == nil {
		return noLevel
	}
	for _, b := range m.Bands {
		if b.holds(*value) {
			return m.level(b.Level)
		}
	}
	return noLevel
}

// level returns the index of a level by its id, or noLevel.
func (m Method) level(id string) int {
	return slices.IndexFunc(m.Levels, func(l Level) bool { return l.ID == id })
}

func (b Band) holds(v float64) bool {
	above := b.Lower == nil || v > *b.Lower || v == *b.Lower && !b.LowerOpen
	below := b.Upper == nil || v < *b.Upper || v == *b.Upper && !b.UpperOpen
	return above && below
}

// words writes the range of a band: "från 4 till under 8", "12 och uppåt", "under 4".
func (b Band) words() string {
	switch {
	case b.Lower == nil && b.Upper == nil:
		return "alla värden"
	case b.Lower == nil && b.UpperOpen:
		return "under" + noBreak + decimal(*b.Upper)
	case b.Lower == nil:
		return b.upper()
	case b.Upper == nil && b.LowerOpen:
		return "över" + noBreak + decimal(*b.Lower)
	case b.Upper == nil:
		return decimal(*b.Lower) + " och uppåt"
	case *b.Lower == *b.Upper:
		return decimal(*b.Lower)
	case b.LowerOpen:
		return "över" + noBreak + decimal(*b.Lower) + " " + b.upper()
	}
	return "från" + noBreak + decimal(*b.Lower) + " " + b.upper()
}

func (b Band) upper() string {
	if b.UpperOpen {
		return "till under" + noBreak + decimal(*b.Upper)
	}
	return "till och med" + noBreak + decimal(*b.Upper)
}

// at returns the index of the step with a value, or -1 when the value lies between steps or outside them.
func (a Axis) at(value float64) int {
	return slices.IndexFunc(a.Steps, func(s Step) bool { return float64(s.Value) == value })
}

// words writes a step: "3 Möjlig".
func (s Step) words() string { return decimal(float64(s.Value)) + " " + s.Label }
