package control

import (
	"fmt"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// MaxCells is how many cells an accumulator keeps unless it is told otherwise: a thousand indicators of ten units over
// ten years.
const MaxCells = 100_000

// cellKey is what one cell is about.
type cellKey struct {
	indicator, unit string
	year            int
}

// cell is what counts for a key: in the whole year, and as of the accumulator's day.
type cell struct {
	last, asOf Measurement
	early      bool
}

// Accumulator takes measurements one at a time, in any order, and keeps of each indicator, unit and year only the one
// that counts. Its memory is bounded by the number of such cells, not by the number of measurements: two measurements
// each, whatever was fed. What it keeps does not depend on the order. It is not safe for concurrent use.
//
// Of several measurements in one year the one that counts is the one that ends last; of those the one that begins
// first, since a year says more than its last month; of those the one whose name comes first. One without a number
// never hides one with a number.
//
// It cannot see that the same period and unit was fed twice: that takes memory for every measurement, and is the
// matter of CheckSet and of the store.
type Accumulator struct {
	cells map[cellKey]*cell
	max   int
	// asOf is a day of the year as "05-31"; empty for the whole year.
	asOf string
}

// NewAccumulator returns an empty accumulator of at most maxCells cells; 0 takes MaxCells. A follow-up during the year
// gives the day until which it looks, as "05-31": of every year, also the earlier ones, it then takes what had been
// measured by that day. An earlier year without anything by that day is read as a whole.
func NewAccumulator(maxCells int, asOf string) *Accumulator {
	if maxCells <= 0 {
		maxCells = MaxCells
	}
	return &Accumulator{cells: map[cellKey]*cell{}, max: maxCells, asOf: asOf}
}

// Add takes one measurement, which has passed Measurement.Check. It refuses one whose last day is no date, and a cell
// more than the accumulator may keep; both leave it as it was.
func (a *Accumulator) Add(m Measurement) error {
	key := cellKey{m.Indicator, m.Unit, m.Period.Year()}
	if key.year == 0 {
		return fault.Fields(CheckDate("end_date", m.Period.End)...)
	}
	c, known := a.cells[key]
	switch {
	case !known && len(a.cells) >= a.max:
		return a.full()
	case !known:
		c = &cell{last: m}
		a.cells[key] = c
	case m.countsBefore(&c.last):
		c.last = m
	}
	if m.Period.End[len("2025-"):] <= a.asOf && (!c.early || m.countsBefore(&c.asOf)) {
		c.asOf, c.early = m, true
	}
	return nil
}

// full is the fault of too many cells.
func (a *Accumulator) full() *fault.Error {
	return &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
		Swedish: fmt.Sprintf("Mätningarna gäller fler än %d kombinationer av indikator, enhet och år. Dela upp dem.", a.max),
		English: fmt.Sprintf("more than %d combinations of indicator, unit and year", a.max)}
}

// countsBefore reports whether m counts for its year rather than o.
func (m *Measurement) countsBefore(o *Measurement) bool {
	switch {
	case m.numbered() != o.numbered():
		return m.numbered()
	case m.Period.End != o.Period.End:
		return m.Period.End > o.Period.End
	case m.Period.Begin != o.Period.Begin:
		return m.Period.Begin < o.Period.Begin
	default:
		return m.Name < o.Name
	}
}

// Len returns how many cells are kept.
func (a *Accumulator) Len() int { return len(a.cells) }

// Measurement returns the one that counts for an indicator, a unit and a year; ok is false when there is none. With a
// day to look until it is the one that counted then.
func (a *Accumulator) Measurement(indicator, unit string, year int) (m Measurement, ok bool) {
	c, ok := a.cells[cellKey{indicator, unit, year}]
	switch {
	case !ok:
		return Measurement{}, false
	case a.asOf != "":
		return c.asOf, c.early
	default:
		return c.last, true
	}
}

// baseline returns the one that an earlier year is read with.
func (a *Accumulator) baseline(indicator, unit string, year int) (Measurement, bool) {
	if m, ok := a.Measurement(indicator, unit, year); ok && m.numbered() {
		return m, true
	}
	if c, ok := a.cells[cellKey{indicator, unit, year}]; ok {
		return c.last, true
	}
	return Measurement{}, false
}

// Evaluate evaluates an indicator for a unit and a plan year from what was fed.
func (a *Accumulator) Evaluate(i Indicator, unit string, year int) Evaluation {
	return EvaluateYear(i, unit, year, func(y int) Reading {
		find := a.baseline
		if y == year {
			find = a.Measurement
		}
		m, ok := find(i.Name, unit, y)
		if !ok {
			return Reading{Year: y}
		}
		return m.Reading(i.Quantity)
	})
}
