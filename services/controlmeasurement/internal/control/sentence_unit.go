package control

import "fmt"

// ExtremesWords names the units with the largest and the smallest value; title gives the title of a unit. It is empty
// when fewer than two units have a value.
func (i Indicator) ExtremesWords(list []Measurement, title func(unit string) string) string {
	units := ofUnits(list)
	smallest, largest := Extremes(i.Quantity, units)
	known := 0
	for _, m := range units {
		if m.Effective(i.Quantity) != nil {
			known++
		}
	}
	if known < 2 {
		return ""
	}
	low, high := *smallest[0].Effective(i.Quantity), *largest[0].Effective(i.Quantity)
	w := i.writerFor(high, []Value{low}, nil)
	if high.CompareExact(low) == 0 {
		return fmt.Sprintf("Alla enheter med ett värde har samma: %s.", w.amount(high))
	}
	most, least := i.superlatives()
	return fmt.Sprintf("%s har %s (%s) och %s %s (%s).", most, unitTitles(largest, title), w.bare(high),
		least, unitTitles(smallest, title), w.bare(low))
}

// superlatives are the words for most and least of the quantity.
func (i Indicator) superlatives() (most, least string) {
	switch i.Quantity {
	case QuantityShare:
		return "Störst andel", "minst"
	case QuantityCount:
		return "Störst antal", "minst"
	default:
		return "Högst värde", "lägst"
	}
}

// unitTitles lists units.
func unitTitles(list []Measurement, title func(string) string) string {
	return enumerate(collect(list, func(m Measurement) string { return title(m.Unit) }))
}

// TotalWords writes the total of the units, or why there is none.
func (i Indicator) TotalWords(list []Measurement) string {
	total, reason := Total(i.Quantity, list)
	switch {
	case reason != "":
		return reason.Swedish()
	case i.Quantity == QuantityCount:
		return fmt.Sprintf("Totalt %s.", i.plain().amount(total))
	case i.Quantity == QuantityNumber:
		return fmt.Sprintf("Sammantaget %s.", i.plain().amount(total))
	default:
		return fmt.Sprintf("Totalt %s (%s av %s).", i.plain().amount(total), Plain(total.Over), Plain(total.Under))
	}
}

// Swedish says why units have no total; empty when they have.
func (n NoTotal) Swedish() string {
	switch n {
	case NoTotalUnits:
		return "Inga enheter är mätta."
	case NoTotalWords:
		return "Enheterna är redovisade i ord, utan antal."
	case NoTotalMissing:
		return "Någon enhet saknar värde, så enheterna räknas inte ihop."
	case NoTotalRatio:
		return "Någon enhet saknar täljare och nämnare, så enheterna går inte att väga samman."
	case NoTotalPeriods:
		return "Enheterna är mätta under olika perioder och räknas inte ihop."
	case NoTotalTwice:
		return "Någon enhet finns med två gånger, så enheterna räknas inte ihop."
	default:
		return ""
	}
}
