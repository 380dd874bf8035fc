package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestChangeOf(t *testing.T) {
	tests := []struct {
		from, to   Value
		difference float64
		kind       ChangeKind
		direction  Direction
	}{
		{share(96), share(93), -3, ChangePoints, Down},
		{share(0.1), share(0.3), 0.2, ChangePoints, Up},
		{counted(1, 2), counted(50, 100), 0, ChangePoints, Level},
		{derived(share(96)), share(96.3), 0, ChangePoints, Level},
		{Stated(QuantityCount, 11), Stated(QuantityCount, 13), 2, ChangeCount, Up},
		{Stated(QuantityNumber, 1.5), Stated(QuantityNumber, 1), -0.5, ChangeNumber, Down},
	}
	for _, tt := range tests {
		want := Change{From: tt.from, To: tt.to, Difference: tt.difference, Kind: tt.kind, Direction: tt.direction}
		if diff := cmp.Diff(want, ChangeOf(tt.from, tt.to)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestCompareWithEarlierYears(t *testing.T) {
	up, down := Target{Operator: AtLeast, Value: ref(90.0)}, Target{Operator: Decrease}
	equals, unchanged := Target{Operator: Equals, Value: ref(50.0)}, Target{Operator: Unchanged}
	tests := []struct {
		name     string
		targets  []Target
		now, was float64
		want     Comparison
	}{
		{"more is better", []Target{up}, 60, 50, Better},
		{"less is worse", []Target{up, {Operator: Increase}}, 50, 60, Worse},
		{"less is better", []Target{down, {Operator: AtMost, Value: ref(9.0)}}, 50, 60, Better},
		{"equal is the same", []Target{up}, 50, 50, Same},
		{"equal is the same without target", nil, 50, 50, Same},
		{"nothing is wanted", nil, 60, 50, Unknown},
		{"no target", []Target{{Operator: NoTarget}}, 60, 50, Unknown},
		{"targets pull apart", []Target{up, down}, 60, 50, Unknown},
		{"nearer", []Target{equals}, 55, 40, Better},
		{"farther", []Target{equals}, 30, 40, Worse},
		{"as near from the other side", []Target{equals}, 60, 40, Same},
		{"no goal", []Target{{Operator: Equals}}, 60, 40, Unknown},
		{"should have stayed", []Target{unchanged}, 60, 50, Worse},
	}
	for _, tt := range tests {
		now, was := share(tt.now), share(tt.was)
		if got := Compare(tt.targets, Reading{Value: &now}, Reading{Value: &was}); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := Compare([]Target{up}, Reading{}, Reading{}); got != Unknown {
		t.Errorf("without values: got %v", got)
	}
}

func TestTotal(t *testing.T) {
	a := Measurement{Unit: "a", Period: december(2025), Value: ref(13.0), Approximate: true}
	b := Measurement{Unit: "b", Period: december(2025), Value: ref(7.0), Derived: true}
	whole := Measurement{Period: december(2025), Value: ref(99.0)}
	total, reason := Total(QuantityCount, []Measurement{a, whole, b})
	if reason != "" || total.Float() != 20 || !total.Approximate || !total.Derived {
		t.Errorf("total = %+v %q, want 20, approximate and derived", total, reason)
	}
	ratio := Measurement{Unit: "c", Period: december(2025), Numerator: ref(0.1), Denominator: ref(1.0)}
	other := Measurement{Unit: "d", Period: december(2025), Numerator: ref(0.2), Denominator: ref(2.0)}
	if total, reason := Total(QuantityNumber, []Measurement{ratio, other}); reason != "" || total.Float() != 0.1 {
		t.Errorf("total = %v %q, want the pooled tenth", total.Float(), reason)
	}
	late := b
	late.Period = december(2024)
	tests := []struct {
		q    Quantity
		list []Measurement
		want NoTotal
	}{
		{QuantityCount, []Measurement{whole}, NoTotalUnits},
		{QuantityCount, []Measurement{a, a}, NoTotalTwice},
		{QuantityCount, []Measurement{a, late}, NoTotalPeriods},
		{QuantityCount, []Measurement{a, {Unit: "b", Period: december(2025), Note: "n"}}, NoTotalMissing},
		{QuantityShare, []Measurement{ratio, a}, NoTotalRatio},
		{QuantityNumber, []Measurement{a, b}, NoTotalRatio},
	}
	for _, tt := range tests {
		if _, got := Total(tt.q, tt.list); got != tt.want || got.Swedish() == "" {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestExtremes(t *testing.T) {
	list := []Measurement{{Value: ref(1.0)}, {Unit: "a", Value: ref(50.0)}, {Unit: "b", Note: "n"}, {Unit: "c", Value: ref(90.0)}, {Unit: "d", Value: ref(50.0)}}
	smallest, largest := Extremes(QuantityShare, list)
	units := func(ms []Measurement) []string { return collect(ms, func(m Measurement) string { return m.Unit }) }
	if diff := cmp.Diff([][]string{{"a", "d"}, {"c"}}, [][]string{units(smallest), units(largest)}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if smallest, largest := Extremes(QuantityShare, list[:1]); smallest != nil || largest != nil {
		t.Errorf("without units: got %v and %v", smallest, largest)
	}
}

func TestPropertyPooledShareLiesBetweenTheExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Measurement
		for i := range rapid.IntRange(1, 8).Draw(t, "units") {
			d := rapid.IntRange(1, 500).Draw(t, "denominator")
			n := rapid.IntRange(0, d).Draw(t, "numerator")
			list = append(list, Measurement{Unit: string(rune('a' + i)), Numerator: ref(float64(n)), Denominator: ref(float64(d))})
		}
		total, reason := Total(QuantityShare, list)
		smallest, largest := Extremes(QuantityShare, list)
		if reason != "" || total.CompareExact(*smallest[0].Effective(QuantityShare)) < 0 || total.CompareExact(*largest[0].Effective(QuantityShare)) > 0 {
			t.Fatalf("total %v %q does not lie between the units", total.Float(), reason)
		}
	})
}
