package control

// ChangeKind tells what the difference between two values is measured in.
type ChangeKind int

// The kinds. There is none in percent: a share that falls from 96 % to 93 % has fallen by 3 percentage points.
const (
	// ChangePoints: percentage points between two shares.
	ChangePoints ChangeKind = iota + 1
	// ChangeCount: things more or fewer.
	ChangeCount
	// ChangeNumber: more or less in the indicator's unit.
	ChangeNumber
)

// Direction tells which way something went.
type Direction int

// The directions.
const (
	// Down: lower than before.
	Down Direction = iota - 1
	// Level: as before.
	Level
	// Up: higher than before.
	Up
)

// Change is what became of a value. Both values are kept; the difference alone is never enough.
type Change struct {
	From, To Value
	// Difference is To minus From in the unit that Kind tells; zero when the two are equal as Value.Compare has it.
	Difference float64
	Kind       ChangeKind
	Direction  Direction
}

// ChangeOf compares two values of one indicator.
func ChangeOf(from, to Value) Change {
	c := Change{From: from, To: to, Kind: to.Quantity.change(), Direction: Direction(to.Compare(from))}
	if c.Direction != Level {
		difference := to.exact()
		c.Difference, _ = difference.Sub(difference, from.exact()).Float64()
	}
	return c
}

// change is what differences of the quantity are measured in.
func (q Quantity) change() ChangeKind {
	switch q {
	case QuantityShare:
		return ChangePoints
	case QuantityCount:
		return ChangeCount
	default:
		return ChangeNumber
	}
}

// Comparison tells how a finding stands to an earlier year.
type Comparison int

// The comparisons. The zero value is what nobody has said.
const (
	// Better than before.
	Better Comparison = iota + 1
	// Worse than before.
	Worse
	// Same as before.
	Same
	// Unknown: nobody can tell.
	Unknown
)

// Compare tells whether a value is better than an earlier one, given what the targets want. Equal values are the same
// whatever is wanted. Without a target, with a value missing, with counts over periods of different length, or with
// targets that pull apart, nobody can tell.
func Compare(targets []Target, now, earlier Reading) Comparison {
	if now.Value == nil || earlier.Value == nil || !now.Comparable(earlier) {
		return Unknown
	}
	if now.Value.Compare(*earlier.Value) == 0 {
		return Same
	}
	verdict := Comparison(0)
	for _, t := range targets {
		c := t.compare(*now.Value, *earlier.Value)
		if verdict != 0 && c != verdict {
			return Unknown
		}
		verdict = c
	}
	if verdict == 0 {
		return Unknown
	}
	return verdict
}

// compare tells whether a value that differs from an earlier one is better for one target.
func (t Target) compare(now, earlier Value) Comparison {
	up := now.Compare(earlier) > 0
	switch t.Operator {
	case AtLeast, Increase:
		return betterIf(up)
	case AtMost, Decrease:
		return betterIf(!up)
	case Unchanged:
		return Worse
	case Equals:
		return t.nearer(now, earlier)
	case NoTarget: // wants nothing
	}
	return Unknown
}

// betterIf turns a yes into better and a no into worse.
func betterIf(yes bool) Comparison {
	if yes {
		return Better
	}
	return Worse
}

// nearer compares the distances to the value of the target.
func (t Target) nearer(now, earlier Value) Comparison {
	if t.Value == nil {
		return Unknown
	}
	goal := Stated(now.Quantity, *t.Value)
	switch distance(now, goal).Cmp(distance(earlier, goal)) {
	case -1:
		return Better
	case 1:
		return Worse
	default:
		return Same
	}
}

// Evaluation is everything that the numbers say of one indicator, unit and year.
type Evaluation struct {
	Indicator Indicator
	Unit      string
	Year      int
	// Now is the reading of the year, Earlier that of the year before; each without a value when there is none.
	Now, Earlier Reading
	// Outcomes has one for each target that applies to the year.
	Outcomes   []Outcome
	Fulfilment Fulfilment
	Comparison Comparison
}

// EvaluateYear evaluates an indicator for a plan year. The readings come from a function, so that they can lie in a
// database, an Accumulator or a test; it returns a reading without a value where there is none.
func EvaluateYear(i Indicator, unit string, year int, reading func(year int) Reading) Evaluation {
	targets := Applicable(i.Targets, year)
	e := Evaluation{Indicator: i, Unit: unit, Year: year, Now: reading(year), Earlier: reading(year - 1)}
	for _, t := range targets {
		baseline := Reading{}
		if y := t.Baseline(year); y != 0 {
			baseline = reading(y)
		}
		e.Outcomes = append(e.Outcomes, Evaluate(t, e.Now, baseline))
	}
	e.Fulfilment, e.Comparison = Combine(e.Outcomes), Compare(targets, e.Now, e.Earlier)
	return e
}
