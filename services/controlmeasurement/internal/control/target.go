package control

import (
	"fmt"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Operator tells when a target is met.
type Operator int

// The operators.
const (
	// AtLeast is met at the value or above.
	AtLeast Operator = iota + 1
	// AtMost is met at the value or below.
	AtMost
	// Equals is met at the value alone.
	Equals
	// Increase is met above the baseline; equal is not met.
	Increase
	// Decrease is met below the baseline; equal is not met.
	Decrease
	// Unchanged is met at the baseline alone.
	Unchanged
	// NoTarget: measured to follow or to compare. A later one of the same id ends a target.
	NoTarget
)

// level reports whether the operator compares with a value.
func (o Operator) level() bool { return o == AtLeast || o == AtMost || o == Equals }

// directional reports whether the operator compares with an earlier year.
func (o Operator) directional() bool { return o == Increase || o == Decrease || o == Unchanged }

// Target is what an indicator should reach.
type Target struct {
	// ID is the same in every year's form of one target.
	ID string
	// Year is the first plan year that this form applies to; 0 is always.
	Year     int
	Operator Operator
	// Value to reach; nil for all but at least, at most and equals.
	Value *float64
	// BaselineYear to compare with; 0 takes the year before.
	BaselineYear int
	// Text is the target in the words of the decision; may be empty.
	Text string
}

// Baseline returns the year that the target compares with in a plan year; 0 when it compares with none.
func (t Target) Baseline(year int) int {
	switch {
	case !t.Operator.directional():
		return 0
	case t.BaselineYear != 0:
		return t.BaselineYear
	default:
		return year - 1
	}
}

// Applicable returns the targets that apply to a plan year, in the order in which their ids first occur: of each id the
// newest form that is not after the year. A form without target ends its id and is left out.
func Applicable(targets []Target, year int) []Target {
	newest := map[string]Target{}
	for _, t := range targets {
		known, ok := newest[t.ID]
		if t.Year <= year && (!ok || t.Year > known.Year) {
			newest[t.ID] = t
		}
	}
	var some []Target
	for _, t := range targets {
		if form, ok := newest[t.ID]; ok && form.Operator != NoTarget {
			some = append(some, form)
		}
		delete(newest, t.ID)
	}
	return some
}

// Fulfilment tells whether a target is met.
type Fulfilment int

// The outcomes. The zero value is what nobody has said.
const (
	// Met.
	Met Fulfilment = iota + 1
	// Partly met: some of several targets.
	Partly
	// NotMet.
	NotMet
	// NotAssessed: a value or a baseline is missing, or there is no target.
	NotAssessed
)

// Reason tells why a target is not assessed; empty when it is.
type Reason string

// The reasons.
const (
	// ReasonNoTarget: there is no target.
	ReasonNoTarget Reason = "NO_TARGET"
	// ReasonValueMissing: there is no value for the year.
	ReasonValueMissing Reason = "VALUE_MISSING"
	// ReasonTargetValueMissing: the target does not say what to reach.
	ReasonTargetValueMissing Reason = "TARGET_VALUE_MISSING"
	// ReasonBaselineMissing: there is no value for the year to compare with.
	ReasonBaselineMissing Reason = "BASELINE_MISSING"
	// ReasonBaselineNotBefore: the year to compare with is not an earlier one.
	ReasonBaselineNotBefore Reason = "BASELINE_NOT_BEFORE"
	// ReasonPeriodsDiffer: the two years were counted over periods of different length.
	ReasonPeriodsDiffer Reason = "PERIODS_DIFFER"
)

// Reading is what counts for an indicator, a unit and a year.
type Reading struct {
	Year int
	// Value is nil when there is none.
	Value *Value
	// Period is the zero value when it is not known.
	Period Period
	// Note is printed beside the value; for a derived one it says from what.
	Note string
}

// Comparable reports whether two readings can be compared: what was counted over a longer period is more for that
// reason alone. Shares and numbers do not grow with the period.
func (r Reading) Comparable(o Reading) bool {
	return r.Value == nil || r.Value.Quantity != QuantityCount || r.Period.AsLongAs(o.Period)
}

// Outcome is one target against one reading.
type Outcome struct {
	Target     Target
	Fulfilment Fulfilment
	// Reason is empty unless the target is not assessed.
	Reason Reason
	// Baseline is the reading that was compared with; without a value when there is none or none is needed.
	Baseline Reading
}

// Evaluate tells whether a target is met. A target with a value looks at the reading alone, exactly as it stands. A
// direction compares it with the baseline: an increase that stays equal is not met, nor is such a decrease, and
// unchanged is met only when equal. Whatever is missing makes it not assessed; nothing is taken for zero.
func Evaluate(t Target, now, baseline Reading) Outcome {
	o := Outcome{Target: t, Baseline: baseline}
	o.Reason = obstacle(t, now, baseline)
	if o.Reason != "" {
		o.Fulfilment = NotAssessed
		return o
	}
	o.Fulfilment = NotMet
	if t.met(*now.Value, baseline.Value) {
		o.Fulfilment = Met
	}
	return o
}

// obstacle returns why a target cannot be assessed; empty when it can.
func obstacle(t Target, now, baseline Reading) Reason {
	switch {
	case !t.Operator.level() && !t.Operator.directional():
		return ReasonNoTarget
	case now.Value == nil:
		return ReasonValueMissing
	case t.Operator.level() && t.Value == nil:
		return ReasonTargetValueMissing
	case t.Operator.level():
		return ""
	default:
		return obstacleInBaseline(now, baseline)
	}
}

// obstacleInBaseline returns why two readings cannot be compared; empty when they can.
func obstacleInBaseline(now, baseline Reading) Reason {
	switch {
	case now.Year != 0 && baseline.Year >= now.Year:
		return ReasonBaselineNotBefore
	case baseline.Value == nil:
		return ReasonBaselineMissing
	case !now.Comparable(baseline):
		return ReasonPeriodsDiffer
	}
	return ""
}

// met compares; nothing that it needs is missing.
func (t Target) met(now Value, baseline *Value) bool {
	switch t.Operator {
	case AtLeast:
		return now.CompareExact(Stated(now.Quantity, *t.Value)) >= 0
	case AtMost:
		return now.CompareExact(Stated(now.Quantity, *t.Value)) <= 0
	case Equals:
		return now.CompareExact(Stated(now.Quantity, *t.Value)) == 0
	case Increase:
		return now.Compare(*baseline) > 0
	case Decrease:
		return now.Compare(*baseline) < 0
	case Unchanged:
		return now.Compare(*baseline) == 0
	case NoTarget: // never compared
	}
	return false
}

// Combine returns the verdict on several targets: all met is met, none met is not met, some is partly. A target that is
// not assessed could turn out either way, so a verdict is given only when it would stand whichever way that is: partly
// as soon as one is met and one is not, else not assessed. Outcomes that say there is no target are left out; without
// any other nothing is assessed.
func Combine(outcomes []Outcome) Fulfilment {
	met, not, open := 0, 0, 0
	for _, o := range outcomes {
		switch {
		case o.Fulfilment == Met:
			met++
		case o.Fulfilment == NotMet:
			not++
		case o.Reason != ReasonNoTarget:
			open++
		}
	}
	switch {
	case met > 0 && not > 0:
		return Partly
	case open > 0 || met+not == 0:
		return NotAssessed
	case met > 0:
		return Met
	default:
		return NotMet
	}
}

// CheckTargets finds targets that cannot be evaluated or occur twice, with paths such as "targets[1].value".
func CheckTargets(q Quantity, targets []Target) []fault.Field {
	var faults []fault.Field
	for i, t := range targets {
		faults = append(faults, Under(at("targets", i), t.Check(q))...)
	}
	keys := collect(targets, func(t Target) string { return fmt.Sprintf("%s (%d)", t.ID, t.Year) })
	return append(faults, duplicates(keys, func(i int) string { return at("targets", i) + ".id" })...)
}

// Check finds what keeps one target from being evaluated.
func (t Target) Check(q Quantity) []fault.Field {
	return slices.Concat(t.checkValue(q), t.checkBaseline())
}

// checkValue: needed with a level, meaningless with all else.
func (t Target) checkValue(q Quantity) []fault.Field {
	switch {
	case t.Operator.level() && t.Value == nil:
		return []fault.Field{bad("value", "TARGET_VALUE_MISSING", "Ange vilket värde målet är.", "the operator needs a value")}
	case t.Operator.directional() && t.Value != nil:
		return []fault.Field{bad("value", "TARGET_VALUE_NOT_ALLOWED",
			"Ett mål om förändring jämför med ett tidigare år och har inget eget värde. Skriv nivån som ett eget mål, till exempel ”minst”.",
			"a direction has no value; write the level as a target of its own")}
	case t.Value != nil && !t.Operator.level():
		return []fault.Field{bad("value", "TARGET_VALUE_NOT_ALLOWED", "Utan mål anges inget värde. Ta bort värdet.", "no target takes no value")}
	case t.Value == nil:
		return nil
	}
	return checkNumber("value", q, *t.Value)
}

// checkBaseline: only with a direction, and before the first year that the target applies to.
func (t Target) checkBaseline() []fault.Field {
	switch {
	case t.BaselineYear == 0:
		return nil
	case !t.Operator.directional():
		return []fault.Field{bad("baseline_year", "BASELINE_NOT_ALLOWED",
			"Bara mål om ökning, minskning eller oförändrat värde jämför med ett tidigare år. Ta bort jämförelseåret.",
			"only a direction has a baseline year")}
	}
	return when(t.Year != 0 && t.BaselineYear >= t.Year, bad("baseline_year", "BASELINE_NOT_BEFORE",
		fmt.Sprintf("Jämförelseåret %d måste vara före %d, som målet gäller från.", t.BaselineYear, t.Year),
		fmt.Sprintf("the baseline year %d is not before %d", t.BaselineYear, t.Year)))
}
