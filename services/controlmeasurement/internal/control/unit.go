package control

import (
	"math/big"
	"slices"
)

// NoTotal tells why units have no total; empty when they have.
type NoTotal string

// Why there is no total.
const (
	// NoTotalUnits: no units were measured.
	NoTotalUnits NoTotal = "NO_UNITS"
	// NoTotalWords: the units have notes and no numbers.
	NoTotalWords NoTotal = "WORDS_ONLY"
	// NoTotalMissing: a unit has no number, and a total without it would be too small.
	NoTotalMissing NoTotal = "UNIT_WITHOUT_VALUE"
	// NoTotalRatio: a unit's share is stated without numerator and denominator, so its weight is not known.
	NoTotalRatio NoTotal = "RATIO_MISSING"
	// NoTotalPeriods: the units were measured over different periods.
	NoTotalPeriods NoTotal = "PERIODS_DIFFER"
	// NoTotalTwice: a unit occurs twice.
	NoTotalTwice NoTotal = "UNIT_TWICE"
)

// Total adds up the units' measurements of one period, where that means something: counts are added; shares, and
// numbers that are ratios, are pooled from all numerators and all denominators. An average of shares is never taken,
// because a small unit would weigh as much as a large one, and numbers without a denominator do not add up. A
// measurement of the whole is not one of a unit and is left out.
func Total(q Quantity, list []Measurement) (Value, NoTotal) {
	units := ofUnits(list)
	if reason := noTotal(q, units); reason != "" {
		return Value{}, reason
	}
	total := Value{Quantity: q, Under: q.times(), Stated: q == QuantityCount}
	over, under := new(big.Rat), new(big.Rat)
	for _, m := range units {
		v := m.addend(q)
		over.Add(over, rational(v.Over))
		under.Add(under, rational(v.Under))
		total.Approximate = total.Approximate || v.Approximate
		total.Derived = total.Derived || v.Derived
	}
	total.Over, _ = over.Float64()
	if q != QuantityCount {
		total.Under, _ = under.Float64()
	}
	return total, ""
}

// addend returns what a unit adds to the total; nil when that is not known.
func (m Measurement) addend(q Quantity) *Value {
	if q == QuantityCount {
		return m.Effective(q)
	}
	return m.Ratio(q)
}

// ofUnits leaves out what was measured of the whole.
func ofUnits(list []Measurement) []Measurement {
	return slices.DeleteFunc(slices.Clone(list), func(m Measurement) bool { return m.Unit == "" })
}

// noTotal returns why the units have no total.
func noTotal(q Quantity, units []Measurement) NoTotal {
	switch {
	case len(units) == 0:
		return NoTotalUnits
	case !slices.ContainsFunc(units, Measurement.numbered):
		return NoTotalWords
	}
	seen := make(map[string]bool, len(units))
	for _, m := range units {
		switch {
		case seen[m.Unit]:
			return NoTotalTwice
		case m.Period != units[0].Period:
			return NoTotalPeriods
		case m.Effective(q) == nil:
			return NoTotalMissing
		case m.addend(q) == nil:
			return NoTotalRatio
		}
		seen[m.Unit] = true
	}
	return ""
}

// Extremes returns the units with the smallest and the largest value, all that share it, in the order of the list.
// Units without a value are left out, and so is the whole; both are nil when no unit has one.
func Extremes(q Quantity, list []Measurement) (smallest, largest []Measurement) {
	var least, most Value
	for _, m := range ofUnits(list) {
		v := m.Effective(q)
		if v == nil {
			continue
		}
		if len(smallest) == 0 {
			least, most = *v, *v
		}
		smallest, least = extend(smallest, m, least, *v, v.CompareExact(least))
		largest, most = extend(largest, m, most, *v, -v.CompareExact(most))
	}
	return smallest, largest
}

// extend puts a measurement among the extremes: alone when it passes them (negative), beside them when equal.
func extend(list []Measurement, m Measurement, was, is Value, sign int) ([]Measurement, Value) {
	switch {
	case sign < 0:
		return []Measurement{m}, is
	case sign == 0:
		return append(list, m), was
	default:
		return list, was
	}
}
