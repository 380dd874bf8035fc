package control

import (
	"fmt"
	"math/big"
	"strconv"
	"time"
)

// maxShown is the largest number of decimals that a sentence takes to tell two values apart.
const maxShown = 4

// nothing is what documents print where there is no value.
const nothing = "–"

// writer writes the numbers of one indicator.
type writer struct {
	Indicator
	decimals int
	// rough tells that no number of decimals tells the values apart, so words must.
	rough bool
}

// Amount writes a value with its unit: "93 %", "cirka 1 200 orosanmälningar"; a dash without a value.
func (i Indicator) Amount(v *Value) string {
	if v == nil {
		return nothing
	}
	return i.plain().amount(*v)
}

// plain writes with the indicator's own decimals.
func (i Indicator) plain() writer { return writer{Indicator: i, decimals: i.Decimals} }

// writerFor returns a writer with as many decimals as make what is printed agree with what is so: a value that is above
// another, or above a target, looks so too.
func (i Indicator) writerFor(now Value, others []Value, goals []float64) writer {
	for d := i.Decimals; d <= max(maxShown, i.Decimals); d++ {
		w := writer{Indicator: i, decimals: d}
		if w.tells(now, others, goals) {
			return w
		}
	}
	w := i.plain()
	w.rough = true
	return w
}

// tells reports whether the numbers as printed compare as the values do.
func (w writer) tells(now Value, others []Value, goals []float64) bool {
	shown := w.shown(now)
	for _, o := range others {
		if sign := now.Compare(o); sign != 0 && shown.Cmp(w.shown(o)) != sign {
			return false
		}
	}
	for _, g := range goals {
		if shown.Cmp(rational(g)) != now.CompareExact(Stated(now.Quantity, g)) {
			return false
		}
	}
	return true
}

// shown returns the value as it is printed.
func (w writer) shown(v Value) *big.Rat { return v.rounded(w.decimals) }

// amount writes a value with its unit.
func (w writer) amount(v Value) string {
	text := swedishDigits(v.fixed(w.decimals))
	switch unit := w.unit(text); {
	case w.Quantity == QuantityShare:
		return w.qualifier(v) + text + noBreak + "%"
	case unit == "" && w.UnitLabel != "":
		return w.labelled() + ": " + w.qualifier(v) + text
	case unit == "":
		return w.qualifier(v) + text
	default:
		return w.qualifier(v) + text + " " + unit
	}
}

// bare writes a value without its unit, for where the unit stands before; a share keeps its percent sign.
func (w writer) bare(v Value) string {
	if w.Quantity == QuantityShare {
		return w.amount(v)
	}
	return w.qualifier(v) + swedishDigits(v.fixed(w.decimals))
}

// qualifier says that a number is approximate, or which side of the printed number a value lies on.
func (w writer) qualifier(v Value) string {
	sign := v.exact().Cmp(w.shown(v))
	switch {
	case v.Approximate:
		return "cirka "
	case w.rough && sign < 0:
		return "knappt "
	case w.rough && sign > 0:
		return "drygt "
	default:
		return ""
	}
}

// unit returns the unit that goes with a printed number; empty when there is none, or the number is one and nobody has
// stated the singular.
func (w writer) unit(text string) string {
	if text == "1" || text == minusSign+"1" {
		return w.UnitLabelOne
	}
	return w.UnitLabel
}

// labelled is what the unit is called before a colon.
func (w writer) labelled() string {
	if w.Quantity == QuantityCount {
		return "antal " + w.UnitLabel
	}
	return w.UnitLabel
}

// monthNames is a list of the months, from January.
func monthNames() [12]string {
	return [...]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
		"november", "december"}
}

// monthName returns the name of the month of a day.
func monthName(t time.Time) string { return monthNames()[t.Month()-1] }

// dayWords writes a day as "31 december".
func dayWords(t time.Time) string { return strconv.Itoa(t.Day()) + noBreak + monthName(t) }

// Words writes a period so that it fits into a sentence: "under 2025", "i december 2025", "i januari–maj 2025",
// "den 31 december 2025", "från 3 mars till 9 april 2025". It is empty for a period without dates.
func (p Period) Words() string {
	begin, end, ok := p.ends()
	months := p.months()
	oneYear := begin.Year() == end.Year()
	switch {
	case !ok:
		return ""
	case months == 12 && oneYear:
		return fmt.Sprintf("under %d", end.Year())
	case months == 1:
		return fmt.Sprintf("i %s %d", monthName(end), end.Year())
	case months > 0 && oneYear:
		return fmt.Sprintf("i %s–%s %d", monthName(begin), monthName(end), end.Year())
	case p.Begin == p.End:
		return fmt.Sprintf("den %s %d", dayWords(end), end.Year())
	case oneYear:
		return fmt.Sprintf("från %s till %s %d", dayWords(begin), dayWords(end), end.Year())
	default:
		return fmt.Sprintf("från %s %d till %s %d", dayWords(begin), begin.Year(), dayWords(end), end.Year())
	}
}
