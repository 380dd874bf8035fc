package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEvaluate(t *testing.T) {
	now, below, above := share(93), share(90), share(96)
	tests := []struct {
		name   string
		target Target
		now    *Value
		base   *Value
		want   Fulfilment
		reason Reason
	}{
		{"at least, above", Target{Operator: AtLeast, Value: ref(90.0)}, &now, nil, Met, ""},
		{"at least, equal", Target{Operator: AtLeast, Value: ref(93.0)}, &now, nil, Met, ""},
		{"at least, below", Target{Operator: AtLeast, Value: ref(93.1)}, &now, nil, NotMet, ""},
		{"at most, below", Target{Operator: AtMost, Value: ref(95.0)}, &now, nil, Met, ""},
		{"at most, equal", Target{Operator: AtMost, Value: ref(93.0)}, &now, nil, Met, ""},
		{"at most, above", Target{Operator: AtMost, Value: ref(92.9)}, &now, nil, NotMet, ""},
		{"equals", Target{Operator: Equals, Value: ref(93.0)}, &now, nil, Met, ""},
		{"equals not", Target{Operator: Equals, Value: ref(93.01)}, &now, nil, NotMet, ""},
		{"increase", Target{Operator: Increase}, &now, &below, Met, ""},
		{"increase that stays equal", Target{Operator: Increase}, &now, &now, NotMet, ""},
		{"increase that fell", Target{Operator: Increase}, &now, &above, NotMet, ""},
		{"decrease", Target{Operator: Decrease}, &now, &above, Met, ""},
		{"decrease that stays equal", Target{Operator: Decrease}, &now, &now, NotMet, ""},
		{"decrease that rose", Target{Operator: Decrease}, &now, &below, NotMet, ""},
		{"unchanged", Target{Operator: Unchanged}, &now, &now, Met, ""},
		{"unchanged that fell", Target{Operator: Unchanged}, &now, &above, NotMet, ""},
		{"no target", Target{Operator: NoTarget}, &now, &now, NotAssessed, ReasonNoTarget},
		{"nothing stated", Target{}, &now, &now, NotAssessed, ReasonNoTarget},
		{"no value", Target{Operator: AtLeast, Value: ref(0.0)}, nil, nil, NotAssessed, ReasonValueMissing},
		{"no goal", Target{Operator: AtLeast}, &now, nil, NotAssessed, ReasonTargetValueMissing},
		{"no baseline", Target{Operator: Increase}, &now, nil, NotAssessed, ReasonBaselineMissing},
	}
	for _, tt := range tests {
		o := Evaluate(tt.target, Reading{Year: 2025, Value: tt.now}, Reading{Year: 2024, Value: tt.base})
		if o.Fulfilment != tt.want || o.Reason != tt.reason {
			t.Errorf("%s: got %v %q, want %v %q", tt.name, o.Fulfilment, o.Reason, tt.want, tt.reason)
		}
	}
}

func TestEvaluateNeedsAnEarlierYear(t *testing.T) {
	v := share(93)
	o := Evaluate(Target{Operator: Increase}, Reading{Year: 2025, Value: &v}, Reading{Year: 2025, Value: &v})
	if o.Reason != ReasonBaselineNotBefore {
		t.Errorf("reason = %q, want a baseline that is not before", o.Reason)
	}
}

func TestApplicable(t *testing.T) {
	always := Target{ID: "alla", Operator: AtLeast, Value: ref(100.0)}
	first, second := Target{ID: "oka", Year: 2024, Operator: Increase}, Target{ID: "oka", Year: 2026, Operator: Unchanged}
	ended := Target{ID: "alla", Year: 2027, Operator: NoTarget}
	all := []Target{second, always, first, ended}
	tests := map[int][]Target{
		2023: {always}, 2024: {first, always}, 2025: {first, always}, 2026: {second, always}, 2027: {second},
	}
	for year, want := range tests {
		if diff := cmp.Diff(want, Applicable(all, year)); diff != "" {
			t.Errorf("%d (-want +got):\n%s", year, diff)
		}
	}
}

func TestBaselineYear(t *testing.T) {
	tests := []struct {
		target Target
		want   int
	}{
		{Target{Operator: Increase}, 2024}, {Target{Operator: Decrease, BaselineYear: 2020}, 2020}, {Target{Operator: AtLeast}, 0},
	}
	for _, tt := range tests {
		if got := tt.target.Baseline(2025); got != tt.want {
			t.Errorf("baseline of %+v = %d, want %d", tt.target, got, tt.want)
		}
	}
}

func TestCombine(t *testing.T) {
	met, not := Outcome{Fulfilment: Met}, Outcome{Fulfilment: NotMet}
	open, none := Outcome{Fulfilment: NotAssessed, Reason: ReasonBaselineMissing}, Outcome{Fulfilment: NotAssessed, Reason: ReasonNoTarget}
	tests := []struct {
		outcomes []Outcome
		want     Fulfilment
	}{
		{nil, NotAssessed}, {[]Outcome{none}, NotAssessed}, {[]Outcome{met, met}, Met}, {[]Outcome{met, none}, Met},
		{[]Outcome{not, not}, NotMet}, {[]Outcome{met, not}, Partly}, {[]Outcome{met, not, open}, Partly},
		{[]Outcome{met, open}, NotAssessed}, {[]Outcome{not, open}, NotAssessed}, {[]Outcome{open}, NotAssessed},
	}
	for _, tt := range tests {
		if got := Combine(tt.outcomes); got != tt.want {
			t.Errorf("combine %v = %v, want %v", tt.outcomes, got, tt.want)
		}
	}
}

func TestPropertyVerdictsStandWhateverIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.SampledFrom([]Fulfilment{Met, NotMet, NotAssessed}), 1, 6).Draw(t, "outcomes")
		var before, after []Outcome
		for _, f := range kinds {
			before = append(before, Outcome{Fulfilment: f})
			if f == NotAssessed {
				f = rapid.SampledFrom([]Fulfilment{Met, NotMet}).Draw(t, "turns out")
			}
			after = append(after, Outcome{Fulfilment: f})
		}
		if verdict := Combine(before); verdict != NotAssessed && verdict != Combine(after) {
			t.Fatalf("%v gives %v but %v gives %v", before, verdict, after, Combine(after))
		}
		if Combine(after) == NotAssessed {
			t.Fatalf("%v is not assessed", after)
		}
	})
}

func TestPropertyDirectionsExcludeEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuantity(t)
		a, b := anyValue(t, q, "now"), anyValue(t, q, "baseline")
		met := 0
		for _, o := range []Operator{Increase, Decrease, Unchanged} {
			if Evaluate(Target{Operator: o}, Reading{Year: 2025, Value: &a}, Reading{Year: 2024, Value: &b}).Fulfilment == Met {
				met++
			}
		}
		if met != 1 {
			t.Fatalf("%d of increase, decrease and unchanged are met for %+v and %+v", met, a, b)
		}
		again := Evaluate(Target{Operator: Increase}, Reading{Year: 2025, Value: &a}, Reading{Year: 2024, Value: &a})
		if again.Fulfilment != NotMet {
			t.Fatalf("an increase that stays equal is %v", again.Fulfilment)
		}
	})
}

func TestPropertyReachingMoreIsNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuantity(t)
		a, b := anyValue(t, q, "a"), anyValue(t, q, "b")
		target := Target{Operator: AtLeast, Value: ref(float64(rapid.IntRange(0, 100).Draw(t, "goal")))}
		low := Evaluate(target, Reading{Value: &a}, Reading{})
		high := Evaluate(target, Reading{Value: &b}, Reading{})
		if a.CompareExact(b) <= 0 && low.Fulfilment == Met && high.Fulfilment != Met {
			t.Fatalf("%+v meets %v but %+v does not", a, *target.Value, b)
		}
	})
}

func TestCheckTargets(t *testing.T) {
	wantCodes(t, CheckTargets(QuantityShare, []Target{
		{ID: "oka", Operator: Increase}, {ID: "alla", Operator: AtLeast, Value: ref(100.0)}, {ID: "oka", Year: 2026, Operator: Unchanged, BaselineYear: 2024},
		{ID: "folj", Operator: NoTarget},
	}))
	wantCodes(t, CheckTargets(QuantityShare, []Target{
		{ID: "a", Operator: AtLeast},
		{ID: "b", Operator: Increase, Value: ref(3.0)},
		{ID: "c", Operator: NoTarget, Value: ref(3.0)},
		{ID: "d", Operator: AtMost, Value: ref(101.0)},
		{ID: "e", Operator: Equals, Value: ref(10.0), BaselineYear: 2024},
		{ID: "f", Year: 2025, Operator: Decrease, BaselineYear: 2025},
		{ID: "f", Year: 2025, Operator: Decrease},
	}), "targets[0].value TARGET_VALUE_MISSING", "targets[1].value TARGET_VALUE_NOT_ALLOWED", "targets[2].value TARGET_VALUE_NOT_ALLOWED",
		"targets[3].value OUTSIDE_SHARE", "targets[4].baseline_year BASELINE_NOT_ALLOWED", "targets[5].baseline_year BASELINE_NOT_BEFORE",
		"targets[6].id DUPLICATE")
	wantCodes(t, CheckTargets(QuantityCount, []Target{{ID: "a", Operator: AtLeast, Value: ref(1.5)}, {ID: "b", Operator: AtLeast, Value: ref(-1.0)}}),
		"targets[0].value COUNT_NOT_WHOLE", "targets[1].value NEGATIVE")
}

func TestIndicatorCheck(t *testing.T) {
	wantCodes(t, plans().Check())
	wantCodes(t, days().Check())
	wantCodes(t, Indicator{Quantity: QuantityShare, UnitLabel: "st"}.Check(), "unit_label SHARE_WITH_UNIT")
	wantCodes(t, Indicator{Quantity: QuantityCount, Decimals: 1, Targets: []Target{{ID: "a", Operator: AtMost}}}.Check(),
		"decimals COUNT_WITH_DECIMALS", "targets[0].value TARGET_VALUE_MISSING")
}
