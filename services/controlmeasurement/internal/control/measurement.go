package control

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Indicator is a series of measurements with its targets.
type Indicator struct {
	Name, Title string
	Quantity    Quantity
	// UnitLabel is the unit in words, in the plural, such as "orosanmälningar"; empty for a share.
	UnitLabel string
	// UnitLabelOne is the same in the singular; empty when nobody has stated it.
	UnitLabelOne string
	// Decimals to show, 0–4.
	Decimals int
	Targets  []Target
}

// Check finds an indicator whose numbers could not be written or whose targets could not be evaluated.
func (i Indicator) Check() []fault.Field {
	return slices.Concat(
		when(i.Quantity == QuantityShare && !blank(i.UnitLabel), bad("unit_label", "SHARE_WITH_UNIT",
			"En andel skrivs i procent. Ta bort enheten.", "a share is in percent and takes no unit")),
		when(i.Quantity == QuantityCount && i.Decimals != 0, bad("decimals", "COUNT_WITH_DECIMALS",
			"Ett antal har inga decimaler. Ange 0, eller välj tal i stället för antal.", "a count has no decimals")),
		CheckTargets(i.Quantity, i.Targets),
	)
}

// Measurement is one measured value of an indicator, of a unit or of all.
type Measurement struct {
	Name, Indicator string
	// Unit of the organisation; empty for the whole.
	Unit   string
	Period Period
	// Numerator and Denominator are given together or not at all.
	Numerator, Denominator *float64
	// Value is what was stated instead.
	Value                *float64
	Approximate, Derived bool
	Note                 string
}

// Effective returns the value that counts: the stated one, else the ratio; nil when there is neither, or no number can
// be made of it.
func (m Measurement) Effective(q Quantity) *Value {
	var v Value
	ok := m.Value != nil && finite(*m.Value)
	if ok {
		v = Stated(q, *m.Value)
	} else if m.Value == nil && m.Numerator != nil && m.Denominator != nil {
		v, ok = Counted(q, *m.Numerator, *m.Denominator)
	}
	if !ok {
		return nil
	}
	v.Approximate, v.Derived = m.Approximate, m.Derived
	return &v
}

// Ratio returns the ratio that was counted, also beside a stated value; nil when there is none. Only ratios can be
// pooled.
func (m Measurement) Ratio(q Quantity) *Value {
	m.Value = nil
	return m.Effective(q)
}

// numbered reports whether any number was given.
func (m Measurement) numbered() bool { return m.Value != nil || m.Numerator != nil }

// Reading returns the measurement as what counts for its year.
func (m Measurement) Reading(q Quantity) Reading {
	return Reading{Year: m.Period.Year(), Value: m.Effective(q), Period: m.Period, Note: m.Note}
}

// Check finds what is wrong with a measurement of an indicator of the quantity: its period, its numbers, its note.
func (m Measurement) Check(q Quantity) []fault.Field {
	faults := slices.Concat(m.Period.Check(), m.checkGiven(q), m.checkNote())
	numbers := slices.Concat(m.checkValue(q), m.checkRatio(q))
	if len(numbers) == 0 {
		numbers = m.checkAgreement(q)
	}
	return append(faults, numbers...)
}

// checkGiven: the numbers that belong together are there together, and no others.
func (m Measurement) checkGiven(q Quantity) []fault.Field {
	switch {
	case q == QuantityCount && (m.Numerator != nil || m.Denominator != nil):
		return []fault.Field{bad("numerator", "COUNT_AS_RATIO",
			"Ett antal anges som ett värde, utan täljare och nämnare.", "a count is stated as a value, not as a ratio")}
	case m.Numerator != nil && m.Denominator == nil:
		return []fault.Field{bad("denominator", "DENOMINATOR_MISSING",
			"Ange hur många det är av (nämnaren). Utan den går andelen inte att räkna ut.", "a numerator needs a denominator")}
	case m.Numerator == nil && m.Denominator != nil:
		return []fault.Field{bad("numerator", "NUMERATOR_MISSING",
			"Ange hur många av dem det gäller (täljaren).", "a denominator needs a numerator")}
	case !m.numbered() && blank(m.Note):
		return []fault.Field{bad("value", "MISSING",
			"Ange ett värde, eller skriv i anmärkningen varför det saknas.", "a value, or a note that says why there is none, is missing")}
	}
	return nil
}

// checkNote: a derived value says from what.
func (m Measurement) checkNote() []fault.Field {
	return when(m.Derived && blank(m.Note), bad("note", "NOTE_REQUIRED",
		"Värdet är beräknat ur något annat. Skriv ur vad.", "a derived value needs a note that says from what"))
}

// checkValue checks the stated value.
func (m Measurement) checkValue(q Quantity) []fault.Field {
	if m.Value == nil {
		return nil
	}
	return checkNumber("value", q, *m.Value)
}

// checkNumber finds a number that the quantity cannot have.
func checkNumber(path string, q Quantity, v float64) []fault.Field {
	switch {
	case !finite(v):
		return []fault.Field{tooLarge(path)}
	case q == QuantityShare && (v < 0 || v > percent):
		return []fault.Field{bad(path, "OUTSIDE_SHARE",
			fmt.Sprintf("En andel är mellan 0 och 100 %%. %s ligger utanför.", Plain(v)),
			fmt.Sprintf("a share is between 0 and 100; %s is outside", english(v)))}
	case q == QuantityCount && !whole(v):
		return []fault.Field{bad(path, "COUNT_NOT_WHOLE",
			fmt.Sprintf("Ett antal är ett helt tal, inte %s.", Plain(v)), fmt.Sprintf("a count is a whole number, not %s", english(v)))}
	case q == QuantityCount && v < 0:
		return []fault.Field{negative(path, v)}
	}
	return nil
}

// tooLarge is the fault of a number that cannot be kept.
func tooLarge(path string) fault.Field {
	return bad(path, "NUMBER_TOO_LARGE", "Talet är för stort. Kontrollera det eller välj en större enhet.", "the number is too large")
}

// negative is the fault of a number below zero.
func negative(path string, v float64) fault.Field {
	return bad(path, "NEGATIVE", fmt.Sprintf("Talet kan inte vara mindre än noll (%s).", Plain(v)), fmt.Sprintf("%s is negative", english(v)))
}

// checkRatio checks numerator and denominator when both are there.
func (m Measurement) checkRatio(q Quantity) []fault.Field {
	if m.Numerator == nil || m.Denominator == nil || q == QuantityCount {
		return nil
	}
	faults := append(checkPart("numerator", *m.Numerator), checkPart("denominator", *m.Denominator)...)
	switch {
	case len(faults) > 0:
		return faults
	case *m.Denominator == 0:
		return []fault.Field{bad("denominator", "DENOMINATOR_ZERO",
			"Nämnaren är noll, så ingen andel finns. Lämna täljare och nämnare tomma och skriv en anmärkning.",
			"the denominator is zero; leave both empty and write a note")}
	}
	return when(q == QuantityShare && *m.Numerator > *m.Denominator, bad("numerator", "NUMERATOR_ABOVE_DENOMINATOR",
		fmt.Sprintf("Täljaren (%s) kan inte vara större än nämnaren (%s).", Plain(*m.Numerator), Plain(*m.Denominator)),
		fmt.Sprintf("the numerator %s is above the denominator %s", english(*m.Numerator), english(*m.Denominator))))
}

// checkPart checks a numerator or a denominator.
func checkPart(path string, v float64) []fault.Field {
	switch {
	case !finite(v):
		return []fault.Field{tooLarge(path)}
	case v < 0:
		return []fault.Field{negative(path, v)}
	}
	return nil
}

// checkAgreement finds a stated value that is not what its numerator and denominator give, at the decimals that it is
// written with. An approximate one may be rounded further.
func (m Measurement) checkAgreement(q Quantity) []fault.Field {
	ratio := m.Ratio(q)
	if m.Value == nil || ratio == nil || m.Approximate || q == QuantityCount {
		return nil
	}
	stated := Value{Quantity: q, Over: *m.Value, Under: q.times(), Stated: true, Derived: true}
	counted := *ratio
	counted.Derived = false
	return when(stated.Compare(counted) != 0, bad("value", "VALUE_CONTRADICTS_RATIO",
		fmt.Sprintf("Värdet %s stämmer inte med täljare och nämnare, som ger %s. Rätta något av dem eller ange bara det ena.",
			Plain(*m.Value), FormatNumber(counted.Float(), 2)),
		fmt.Sprintf("the value %s contradicts the ratio, which gives %s", english(*m.Value), counted.fixed(2))))
}

// CheckUnit finds a unit that the organisation does not have. An empty one is the whole.
func (m Measurement) CheckUnit(known func(unit string) bool) []fault.Field {
	return when(m.Unit != "" && !known(m.Unit), UnknownUnit("unit", m.Unit))
}

// UnknownUnit is the fault of a unit that the committee does not have.
func UnknownUnit(path, unit string) fault.Field {
	return bad(path, "UNKNOWN_UNIT",
		fmt.Sprintf("Enheten ”%s” finns inte hos nämnden. Välj en av nämndens enheter, eller lämna fältet tomt för helheten.", unit),
		fmt.Sprintf("the committee has no unit %q", unit))
}

// CheckSet finds measurements of the same indicator, unit and period in a list: the second and every further one, with
// paths such as "measurements[3].begin_date".
func CheckSet(list []Measurement) []fault.Field {
	type place struct {
		indicator, unit string
		period          Period
	}
	first := make(map[place]int, len(list))
	var faults []fault.Field
	for i, m := range list {
		p := place{m.Indicator, m.Unit, m.Period}
		if j, seen := first[p]; seen {
			faults = append(faults, twice(at("measurements", i)+".begin_date", m, j))
			continue
		}
		first[p] = i
	}
	return faults
}

// twice is the fault of a second measurement of the same.
func twice(path string, m Measurement, first int) fault.Field {
	return bad(path, "SAME_PERIOD_TWICE",
		fmt.Sprintf("Det finns redan en mätning %s för %s (nummer %d i listan). Ändra den i stället, eller rätta perioden eller enheten.",
			m.Period.Words(), unitWords(m.Unit), first+1),
		fmt.Sprintf("the same indicator, unit and period as measurement %d", first+1))
}

// unitWords names a unit in a message by the end of its name.
func unitWords(unit string) string {
	if unit == "" {
		return "helheten"
	}
	return "enheten ”" + unit[strings.LastIndex(unit, "/")+1:] + "”"
}
