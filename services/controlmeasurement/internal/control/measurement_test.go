package control

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestMeasurementCheck(t *testing.T) {
	year := wholeYear(2025)
	tests := []struct {
		name string
		q    Quantity
		m    Measurement
		want []string
	}{
		{"a ratio", QuantityShare, Measurement{Period: year, Numerator: ref(93.0), Denominator: ref(100.0)}, nil},
		{"a value", QuantityShare, Measurement{Period: year, Value: ref(93.0)}, nil},
		{"a note alone", QuantityCount, Measurement{Period: year, Note: "Mängden har ökat."}, nil},
		{"both, agreeing", QuantityShare, Measurement{Period: year, Value: ref(33.3), Numerator: ref(1.0), Denominator: ref(3.0)}, nil},
		{"both, contradicting", QuantityShare, Measurement{Period: year, Value: ref(33.4), Numerator: ref(1.0), Denominator: ref(3.0)}, []string{"value VALUE_CONTRADICTS_RATIO"}},
		{"both, roughly", QuantityShare, Measurement{Period: year, Value: ref(35.0), Numerator: ref(1.0), Denominator: ref(3.0), Approximate: true}, nil},
		{"nothing", QuantityShare, Measurement{Period: year}, []string{"value MISSING"}},
		{"numerator above denominator", QuantityShare, Measurement{Period: year, Numerator: ref(101.0), Denominator: ref(100.0)}, []string{"numerator NUMERATOR_ABOVE_DENOMINATOR"}},
		{"an average may be above one", QuantityNumber, Measurement{Period: year, Numerator: ref(1200.0), Denominator: ref(100.0)}, nil},
		{"without denominator", QuantityShare, Measurement{Period: year, Numerator: ref(93.0)}, []string{"denominator DENOMINATOR_MISSING"}},
		{"without numerator", QuantityShare, Measurement{Period: year, Denominator: ref(93.0)}, []string{"numerator NUMERATOR_MISSING"}},
		{"denominator zero", QuantityShare, Measurement{Period: year, Numerator: ref(0.0), Denominator: ref(0.0)}, []string{"denominator DENOMINATOR_ZERO"}},
		{"negative parts", QuantityShare, Measurement{Period: year, Numerator: ref(-1.0), Denominator: ref(-2.0)}, []string{"numerator NEGATIVE", "denominator NEGATIVE"}},
		{"no numbers", QuantityShare, Measurement{Period: year, Numerator: ref(math.NaN()), Denominator: ref(1e300)}, []string{"numerator NUMBER_TOO_LARGE", "denominator NUMBER_TOO_LARGE"}},
		{"no number", QuantityNumber, Measurement{Period: year, Value: ref(math.Inf(1))}, []string{"value NUMBER_TOO_LARGE"}},
		{"share above 100", QuantityShare, Measurement{Period: year, Value: ref(100.1)}, []string{"value OUTSIDE_SHARE"}},
		{"half a thing", QuantityCount, Measurement{Period: year, Value: ref(13.5)}, []string{"value COUNT_NOT_WHOLE"}},
		{"less than nothing", QuantityCount, Measurement{Period: year, Value: ref(-13.0)}, []string{"value NEGATIVE"}},
		{"a number below zero", QuantityNumber, Measurement{Period: year, Value: ref(-13.0)}, nil},
		{"a count as a ratio", QuantityCount, Measurement{Period: year, Numerator: ref(3.0), Denominator: ref(9.0)}, []string{"numerator COUNT_AS_RATIO"}},
		{"derived without note", QuantityShare, Measurement{Period: year, Value: ref(96.0), Derived: true}, []string{"note NOTE_REQUIRED"}},
		{"reversed", QuantityShare, Measurement{Period: Period{"2025-12-31", "2025-12-01"}, Value: ref(1.0)}, []string{"end_date PERIOD_REVERSED"}},
		{"wrong dates", QuantityShare, Measurement{Period: Period{"2025-02-30", "31/12/2025"}, Value: ref(1.0)}, []string{"begin_date DATE", "end_date DATE"}},
		{"no dates", QuantityShare, Measurement{Value: ref(1.0)}, []string{"begin_date MISSING", "end_date MISSING"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCodes(t, tt.m.Check(tt.q), tt.want...) })
	}
}

func TestCheckUnit(t *testing.T) {
	known := func(unit string) bool { return unit == "u/1" }
	wantCodes(t, Measurement{}.CheckUnit(known))
	wantCodes(t, Measurement{Unit: "u/1"}.CheckUnit(known))
	wantCodes(t, Measurement{Unit: "u/2"}.CheckUnit(known), "unit UNKNOWN_UNIT")
}

func TestCheckSet(t *testing.T) {
	a := Measurement{Indicator: "i", Unit: "m/1/units/a", Period: december(2025)}
	b, whole, other := a, a, a
	b.Unit, whole.Unit, other.Period = "m/1/units/b", "", december(2024)
	wantCodes(t, CheckSet([]Measurement{a, b, whole, other}))
	faults := CheckSet([]Measurement{a, whole, a, whole})
	wantCodes(t, faults, "measurements[2].begin_date SAME_PERIOD_TWICE", "measurements[3].begin_date SAME_PERIOD_TWICE")
	wantText(t, faults[0].Swedish, "Det finns redan en mätning i december 2025 för enheten ”a” (nummer 1 i listan). Ändra den i stället, eller rätta perioden eller enheten.")
}

func TestEffective(t *testing.T) {
	m := Measurement{Numerator: ref(1.0), Denominator: ref(3.0), Approximate: true, Derived: true}
	v := m.Effective(QuantityShare)
	if v == nil || v.Stated || !v.Approximate || !v.Derived || math.Abs(v.Float()-100.0/3) > 1e-12 {
		t.Errorf("effective = %+v, want a third, approximate and derived", v)
	}
	m.Value = ref(33.0)
	if v := m.Effective(QuantityShare); v == nil || v.Float() != 33 {
		t.Errorf("effective = %+v, want the stated 33", v)
	}
	if r := m.Ratio(QuantityShare); r == nil || r.Stated || m.Value == nil {
		t.Errorf("ratio = %+v, want the ratio beside the stated value", r)
	}
	for _, m := range []Measurement{{}, {Numerator: ref(1.0)}, {Value: ref(math.NaN())}, {Numerator: ref(0.0), Denominator: ref(0.0)}} {
		if v := m.Effective(QuantityShare); v != nil {
			t.Errorf("effective of %+v = %+v, want unknown", m, v)
		}
	}
}

func TestBounds(t *testing.T) {
	wantCodes(t, YearBounds(2025).Check(december(2025)))
	wantCodes(t, YearBounds(2025).Check(Period{"2024-12-01", "2026-01-01"}), "begin_date OUTSIDE_PERIOD", "end_date OUTSIDE_PERIOD")
	wantCodes(t, Bounds{}.Check(december(2025)))
	wantCodes(t, Bounds{Period: Period{End: "2025-05-31"}, Title: "omgången"}.Check(december(2025)), "end_date OUTSIDE_PERIOD")
	wantCodes(t, Bounds{Period: Period{Begin: "2026-01-01"}, Title: "omgången"}.Check(december(2025)), "begin_date OUTSIDE_PERIOD")
}

func TestPeriods(t *testing.T) {
	tests := []struct {
		a, b Period
		want bool
	}{
		{wholeYear(2024), wholeYear(2025), true},
		{december(2025), Period{"2025-02-01", "2025-02-28"}, true},
		{Period{"2025-01-01", "2025-05-31"}, wholeYear(2024), false},
		{Period{"2024-02-20", "2024-03-10"}, Period{"2025-02-20", "2025-03-10"}, true},
		{Period{"2024-02-20", "2024-03-10"}, Period{"2025-02-20", "2025-03-20"}, false},
		{Period{}, wholeYear(2025), true},
		{Period{"x", "y"}, wholeYear(2025), false},
	}
	for _, tt := range tests {
		if got := tt.a.AsLongAs(tt.b); got != tt.want {
			t.Errorf("%v as long as %v = %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
	if (Period{End: "2025-1-1"}).Year() != 0 || december(2025).Year() != 2025 {
		t.Error("the year is not that of the last day")
	}
}

func TestPeriodWords(t *testing.T) {
	tests := map[Period]string{
		wholeYear(2025): "under 2025", december(2025): "i december 2025", {"2025-01-01", "2025-05-31"}: "i januari–maj 2025",
		{"2025-12-31", "2025-12-31"}: "den 31_december 2025", {"2025-03-03", "2025-04-09"}: "från 3_mars till 9_april 2025",
		{"2024-11-03", "2025-01-09"}: "från 3_november 2024 till 9_januari 2025", {}: "", {"x", "y"}: "",
		{"2024-07-01", "2025-06-30"}: "från 1_juli 2024 till 30_juni 2025",
	}
	for p, want := range tests {
		wantText(t, p.Words(), want)
	}
}

func TestPropertyCheckedMeasurementsHaveValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Ptr(rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1, 101), rapid.Just(0.0)), true)
		m := Measurement{Period: wholeYear(2025), Note: "not", Numerator: number.Draw(t, "n"), Denominator: number.Draw(t, "d"), Value: number.Draw(t, "v")}
		q := anyQuantity(t)
		faults := m.Check(q)
		codes(t, faults)
		v := m.Effective(q)
		if len(faults) > 0 || !m.numbered() {
			return
		}
		if v == nil || q == QuantityShare && (v.CompareExact(share(0)) < 0 || v.CompareExact(share(100)) > 0) {
			t.Fatalf("%+v passes the check but counts as %+v", m, v)
		}
	})
}

func TestWords(t *testing.T) {
	if diff := cmp.Diff("a, b och c", enumerate([]string{"a", "b", "c"})); diff != "" {
		t.Error(diff)
	}
	many := make([]string, 12)
	if got := enumerate(many); got != ", , , , , , , , ,  och 2 till" {
		t.Errorf("got %q", got)
	}
	wantCodes(t, Under("m", []fault.Field{{Path: "a", Reason: "R", Swedish: "s", English: "e"}, {Reason: "R", Swedish: "s", English: "e"}}), "m.a R", "m R")
	wantCodes(t, Under("", []fault.Field{{Path: "a", Reason: "R", Swedish: "s", English: "e"}}), "a R")
	for in, want := range map[string]string{"Ärenden": "ärenden", "HVB-placeringar": "HVB-placeringar", "": "", "Å": "å"} {
		if got := lowerFirst(in); got != want {
			t.Errorf("lower %q = %q, want %q", in, got, want)
		}
	}
	if upperFirst("ärenden") != "Ärenden" || upperFirst("") != "" || ended("a!") != "a!" || ended(" ") != "" {
		t.Error("sentences begin or end wrongly")
	}
}
