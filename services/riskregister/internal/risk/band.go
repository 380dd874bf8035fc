package risk

import (
	"fmt"
	"math"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// holds reports whether the value lies in the band.
func (b Band) holds(v float64) bool {
	low, high := b.low(), b.high()
	above := v > low || v == low && !b.LowerExclusive
	below := v < high || v == high && !b.UpperExclusive
	return above && below
}

// low is the lower bound, minus infinity without one.
func (b Band) low() float64 {
	if b.Lower == nil {
		return math.Inf(-1)
	}
	return *b.Lower
}

// high is the upper bound, infinity without one.
func (b Band) high() float64 {
	if b.Upper == nil {
		return math.Inf(1)
	}
	return *b.Upper
}

// empty reports whether no value can lie in the band.
func (b Band) empty() bool {
	return b.low() > b.high() || b.low() == b.high() && (b.LowerExclusive || b.UpperExclusive)
}

// startsBefore orders bands by their lower end.
func startsBefore(a, b Band) int {
	switch {
	case a.low() < b.low(), a.low() == b.low() && !a.LowerExclusive && b.LowerExclusive:
		return -1
	case a.low() == b.low() && a.LowerExclusive == b.LowerExclusive:
		return 0
	default:
		return 1
	}
}

// meets says how the end of a lies to the start of b: negative with a gap between them, 0 without, positive when they
// share values.
func meets(a, b Band) int {
	switch {
	case a.high() > b.low():
		return 1
	case a.high() < b.low():
		return -1
	case a.UpperExclusive && b.LowerExclusive:
		return -1
	case a.UpperExclusive || b.LowerExclusive:
		return 0
	default:
		return 1
	}
}

// Reachable returns the values that whole steps of the axes can give, ascending and each once; nil when nothing is
// computed, because any value may then be stated.
func (m *Method) Reachable() []float64 {
	var values []float64
	switch {
	case m.Rule == RuleTable:
		values = collect(m.Cells, func(c Cell) float64 { return c.Value })
	case m.Rule == RuleProduct && m.hasAxes():
		for _, l := range m.Likelihood.Steps {
			for _, c := range m.Consequence.Steps {
				values = append(values, float64(l)*float64(c))
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// placed is a band with its place in the method.
type placed struct {
	Band
	index int
}

// checkBands: no value has two levels, no reachable value has none, and a higher value never has a milder level.
func (m *Method) checkBands() []fault.Field {
	sorted := make([]placed, 0, len(m.Bands))
	var faults []fault.Field
	for i, b := range m.Bands {
		if b.empty() {
			faults = append(faults, bad(at("bands", i), "BAND_EMPTY",
				"Intervallets undre gräns ligger över den övre, så att inget värde ryms.", "the band holds no value"))
			continue
		}
		sorted = append(sorted, placed{b, i})
	}
	if len(faults) > 0 {
		return faults
	}
	slices.SortStableFunc(sorted, func(a, b placed) int { return startsBefore(a.Band, b.Band) })
	return slices.Concat(overlaps(sorted), m.gaps(sorted), m.order(sorted))
}

// overlaps names the values that two bands claim. Stated values and averages may be any number, so bands may not
// overlap even between the values that whole steps give.
func overlaps(sorted []placed) []fault.Field {
	var faults []fault.Field
	for i := 1; i < len(sorted); i++ {
		reach := furthest(sorted[:i])
		if meets(reach.Band, sorted[i].Band) <= 0 {
			continue
		}
		from, to := sorted[i].low(), math.Min(reach.high(), sorted[i].high())
		faults = append(faults, bad(at("bands", sorted[i].index), "BANDS_OVERLAP",
			fmt.Sprintf("%s hör till två nivåer, ”%s” och ”%s”. Flytta gränsen eller låt den ena gränsen vara ”inte med”.",
				span(from, to, "Värdet", "Värdena", "till", "uppåt", "nedåt", swedish), reach.Level, sorted[i].Level),
			fmt.Sprintf("%s has two levels, %q and %q",
				span(from, to, "value", "values", "to", "and up", "and down", english), reach.Level, sorted[i].Level)))
	}
	return faults
}

// furthest returns the band that ends last.
func furthest(bands []placed) placed {
	last := bands[0]
	for _, b := range bands[1:] {
		if b.high() > last.high() || b.high() == last.high() && last.UpperExclusive {
			last = b
		}
	}
	return last
}

// span writes a range of values in words.
func span(from, to float64, one, many, until, up, down string, number func(float64) string) string {
	switch {
	case math.IsInf(from, -1) && math.IsInf(to, 1):
		return many
	case from == to:
		return one + " " + number(from)
	case math.IsInf(to, 1):
		return many + " " + number(from) + " " + up
	case math.IsInf(from, -1):
		return many + " " + number(to) + " " + down
	default:
		return many + " " + number(from) + " " + until + " " + number(to)
	}
}

// gaps names the values without a level: with a computed value each reachable one, otherwise each hole on the line
// between the first and the last band. A method whose levels are only stated needs no bands.
func (m *Method) gaps(sorted []placed) []fault.Field {
	if reachable := m.Reachable(); reachable != nil {
		return m.uncovered(reachable)
	}
	var faults []fault.Field
	for i := 1; i < len(sorted); i++ {
		before := furthest(sorted[:i])
		if meets(before.Band, sorted[i].Band) >= 0 {
			continue
		}
		faults = append(faults, hole(before, sorted[i]))
	}
	return faults
}

// hole is the fault of the values between two bands.
func hole(before, after placed) fault.Field {
	from, to := before.high(), after.low()
	path := at("bands", after.index) + ".lower"
	if from == to {
		return bad(path, "BANDS_GAP",
			fmt.Sprintf("Värdet %s hör inte till någon nivå. Låt en av gränserna vara ”med”.", swedish(from)),
			fmt.Sprintf("value %s has no level", english(from)))
	}
	return bad(path, "BANDS_GAP",
		fmt.Sprintf("Värden mellan %s och %s hör inte till någon nivå. Låt nivåerna mötas i samma gräns.", swedish(from), swedish(to)),
		fmt.Sprintf("values between %s and %s have no level", english(from), english(to)))
}

// uncovered names the reachable values that no band holds. Without levels there is nothing to cover them with.
func (m *Method) uncovered(reachable []float64) []fault.Field {
	if len(m.Levels) == 0 && len(m.Bands) == 0 {
		return nil
	}
	var without []float64
	for _, v := range reachable {
		if m.LevelOf(v) == "" {
			without = append(without, v)
		}
	}
	if len(without) == 0 {
		return nil
	}
	return []fault.Field{bad("bands", "BANDS_GAP",
		fmt.Sprintf("Skalorna kan ge %s, men inget intervall ger dem en nivå. Utöka intervallen.", swedishList(numbers(without, swedish))),
		fmt.Sprintf("the axes can give %s, which have no level", englishList(numbers(without, english))))}
}

// order finds a band of higher values with a milder level than the one before it.
func (m *Method) order(sorted []placed) []fault.Field {
	rank := make(map[string]int, len(m.Levels))
	for i, l := range m.Levels {
		rank[l.ID] = i
	}
	var faults []fault.Field
	for i := 1; i < len(sorted); i++ {
		milder, graver := sorted[i].Level, sorted[i-1].Level
		low, known := rank[milder]
		high, knownToo := rank[graver]
		if known && knownToo && low < high {
			faults = append(faults, bad(at("bands", sorted[i].index)+".level", "BANDS_NOT_ASCENDING",
				fmt.Sprintf("Högre värden får nivån ”%s”, som står före ”%s”. Nivåerna ska stå från den lindrigaste till den allvarligaste.", milder, graver),
				fmt.Sprintf("higher values have the milder level %q after %q", milder, graver)))
		}
	}
	return faults
}
