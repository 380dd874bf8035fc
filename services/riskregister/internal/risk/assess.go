package risk

import (
	"fmt"
	"math"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Assessment is what people stated about a risk. A nil number and an empty level are unknown.
type Assessment struct {
	Likelihood, Consequence *float64
	StatedValue             *float64
	StatedLevel             string
}

// Score is what the method makes of an assessment. Unknown stays nil or empty.
type Score struct {
	ComputedValue *float64
	ComputedLevel string
}

// Value returns the effective value: the stated one, else the computed one, else nil.
func (a Assessment) Value(s Score) *float64 {
	if a.StatedValue != nil {
		return a.StatedValue
	}
	return s.ComputedValue
}

// Level returns the id of the effective level: the stated one, else the computed one, else empty.
func (a Assessment) Level(s Score) string {
	if a.StatedLevel != "" {
		return a.StatedLevel
	}
	return s.ComputedLevel
}

// Assessed reports whether anybody has taken a stand: a value, a level, or both axes.
func (a Assessment) Assessed(s Score) bool {
	return a.Value(s) != nil || a.Level(s) != "" || a.Likelihood != nil && a.Consequence != nil
}

// Assess computes value and level and finds what lies outside the method's scales. With faults the score is zero.
func (m *Method) Assess(a Assessment) (Score, []fault.Field) {
	faults := slices.Concat(
		m.checkStep("likelihood", m.Likelihood, a.Likelihood),
		m.checkStep("consequence", m.Consequence, a.Consequence),
		m.checkStatedValue(a.StatedValue),
	)
	if a.StatedLevel != "" {
		faults = append(faults, m.checkLevel("stated_level", a.StatedLevel)...)
	}
	if len(faults) > 0 {
		return Score{}, faults
	}
	score := Score{ComputedValue: m.compute(a)}
	if v := a.Value(score); v != nil {
		score.ComputedLevel = m.LevelOf(*v)
	}
	return score, nil
}

// compute returns the value of the axes; nil when one is unknown or nothing is computed.
func (m *Method) compute(a Assessment) *float64 {
	if a.Likelihood == nil || a.Consequence == nil {
		return nil
	}
	switch m.Rule {
	case RuleProduct:
		v := round4(*a.Likelihood * *a.Consequence)
		return &v
	case RuleTable:
		for _, c := range m.Cells {
			if float64(c.Likelihood) == *a.Likelihood && float64(c.Consequence) == *a.Consequence {
				return &c.Value
			}
		}
	case RuleNone: // people state values
	}
	return nil
}

// round4 rounds to four decimals, so that averages do not carry the noise of binary fractions into a band's bound.
func round4(v float64) float64 { return math.Round(v*10000) / 10000 }

// checkStep finds a scored step that the axis does not have.
func (m *Method) checkStep(path string, axis *Axis, step *float64) []fault.Field {
	switch {
	case step == nil:
		return nil
	case axis == nil || len(axis.Steps) == 0:
		return []fault.Field{bad(path, "NO_AXES",
			"Metoden har inga skalor för sannolikhet och konsekvens. Lämna fältet tomt och ange riskvärdet i stället.",
			"the method has no axes; state the value instead")}
	}
	low, high := float64(axis.Steps[0]), float64(axis.Steps[len(axis.Steps)-1])
	if !(*step >= low && *step <= high) { // also false for a number that is none
		return []fault.Field{outside(path, axis.Title, *step, fmt.Sprintf("från %s till %s", swedish(low), swedish(high)),
			fmt.Sprintf("from %s to %s", english(low), english(high)))}
	}
	if m.Rule == RuleTable && !slices.ContainsFunc(axis.Steps, func(s int) bool { return float64(s) == *step }) {
		return []fault.Field{bad(path, "WHOLE_STEP_NEEDED",
			fmt.Sprintf("Värdet läses ur en tabell, så %s måste vara ett av stegen %s.", axis.Title, swedishList(stepWords(axis))),
			fmt.Sprintf("the table needs one of the steps %s", englishList(stepWords(axis))))}
	}
	return nil
}

// stepWords writes the steps of an axis.
func stepWords(axis *Axis) []string {
	return collect(axis.Steps, func(s int) string { return fmt.Sprint(s) })
}

// outside is the fault of a number beside its scale; the range says what is allowed.
func outside(path, what string, got float64, allowed, allowedEnglish string) fault.Field {
	return bad(path, "OUTSIDE_SCALE",
		fmt.Sprintf("%s kan vara %s. %s ligger utanför skalan.", what, allowed, swedish(got)),
		fmt.Sprintf("%s may be %s; %s is outside the scale", what, allowedEnglish, english(got)))
}

// checkStatedValue finds a stated value that the method can never give.
func (m *Method) checkStatedValue(value *float64) []fault.Field {
	if value == nil {
		return nil
	}
	scale, bounded := m.scale()
	if !bounded || scale.holds(*value) {
		return nil
	}
	return []fault.Field{outside("stated_value", "Riskvärdet", *value,
		scale.words("högst ", "mindre än ", "minst ", "mer än ", " och ", swedish),
		scale.words("at most ", "below ", "at least ", "above ", " and ", english))}
}

// scale is the range of values the method knows: of what the axes give, else of its bands. It is unbounded when the
// method has neither.
func (m *Method) scale() (Band, bool) {
	if reachable := m.Reachable(); len(reachable) > 0 {
		return Band{Lower: &reachable[0], Upper: &reachable[len(reachable)-1]}, true
	}
	if len(m.Bands) == 0 {
		return Band{}, false
	}
	first := slices.MinFunc(m.Bands, startsBefore)
	last := furthest(collect(m.Bands, func(b Band) placed { return placed{Band: b} }))
	return Band{Lower: first.Lower, LowerExclusive: first.LowerExclusive, Upper: last.Upper, UpperExclusive: last.UpperExclusive}, true
}

// words writes the allowed range, such as "minst 1 och högst 16".
func (b Band) words(most, below, least, above, and string, number func(float64) string) string {
	var low, high string
	if b.Lower != nil {
		low = pick(b.LowerExclusive, above, least) + number(*b.Lower)
	}
	if b.Upper != nil {
		high = pick(b.UpperExclusive, below, most) + number(*b.Upper)
	}
	if low == "" || high == "" {
		return low + high
	}
	return low + and + high
}

// pick returns yes or no.
func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}
