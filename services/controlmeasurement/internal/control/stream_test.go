package control

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// must feeds measurements.
func must(t interface {
	Helper()
	Fatal(...any)
}, a *Accumulator, list ...Measurement) *Accumulator {
	t.Helper()
	for _, m := range list {
		if err := a.Add(m); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestAccumulatorTakesTheOneThatCounts(t *testing.T) {
	may := Measurement{Name: "may", Indicator: "i", Period: Period{"2025-05-01", "2025-05-31"}, Value: ref(90.0)}
	last := Measurement{Name: "december", Indicator: "i", Period: december(2025), Value: ref(93.0)}
	year := Measurement{Name: "year", Indicator: "i", Period: wholeYear(2025), Value: ref(92.0)}
	noted := Measurement{Name: "noted", Indicator: "i", Period: december(2025), Note: "Kunde inte mätas."}
	tests := []struct {
		list []Measurement
		want string
	}{
		{[]Measurement{may, last}, "december"}, {[]Measurement{last, year}, "year"}, {[]Measurement{may, noted}, "may"}, {[]Measurement{noted}, "noted"},
	}
	for _, tt := range tests {
		if m, ok := must(t, NewAccumulator(0, ""), tt.list...).Measurement("i", "", 2025); !ok || m.Name != tt.want {
			t.Errorf("got %q, want %q", m.Name, tt.want)
		}
	}
	if _, ok := NewAccumulator(0, "").Measurement("i", "", 2025); ok {
		t.Error("an empty accumulator has a measurement")
	}
}

func TestAccumulatorDuringTheYear(t *testing.T) {
	i := plans(Target{ID: "oka", Operator: Increase})
	now := Measurement{Indicator: "i", Period: Period{"2025-05-01", "2025-05-31"}, Value: ref(93.0)}
	later := Measurement{Indicator: "i", Period: december(2025), Value: ref(10.0)}
	before := Measurement{Indicator: "i", Period: Period{"2024-05-01", "2024-05-31"}, Value: ref(92.0)}
	after := Measurement{Indicator: "i", Period: december(2024), Value: ref(96.0)}
	e := must(t, NewAccumulator(0, "05-31"), now, later, before, after).Evaluate(i, "", 2025)
	wantText(t, e.Finding(), "93_% i maj 2025, 1 procentenhet högre än 2024 (92_%). Målet att andelen ska öka är uppfyllt.")
	e = must(t, NewAccumulator(0, "05-31"), now, after).Evaluate(i, "", 2025)
	wantText(t, e.Finding(), "93_% i maj 2025, 3 procentenheter lägre än 2024 (96_%). Målet att andelen ska öka är inte uppfyllt.")
	e = must(t, NewAccumulator(0, "05-31"), later, after).Evaluate(i, "", 2025)
	wantText(t, e.Finding(), "Målet att andelen ska öka kan inte bedömas: värde för 2025 saknas.")
}

func TestAccumulatorIsBounded(t *testing.T) {
	a := NewAccumulator(1, "")
	m := Measurement{Indicator: "i", Period: december(2025), Value: ref(1.0)}
	must(t, a, m, m)
	m.Unit = "u"
	if f := fault.As(a.Add(m)); f == nil || f.Kind != fault.Exhausted || f.Reason != "LIMIT_EXCEEDED" || f.Swedish == "" {
		t.Errorf("fault = %+v, want a limit", f)
	}
	m.Period.End = "2025"
	if err := a.Add(m); !fault.Is(err, fault.Invalid) {
		t.Errorf("error = %v, want an invalid date", err)
	}
	if a.Len() != 1 {
		t.Errorf("%d cells, want 1", a.Len())
	}
}

func TestPropertyOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Measurement
		for n := range rapid.IntRange(1, 12).Draw(t, "measurements") {
			month := rapid.IntRange(1, 12).Draw(t, "month")
			year := rapid.IntRange(2024, 2025).Draw(t, "year")
			list = append(list, Measurement{Name: fmt.Sprint(n), Indicator: "i", Value: rapid.Ptr(rapid.Float64Range(0, 100), true).Draw(t, "value"),
				Period: Period{fmt.Sprintf("%d-%02d-01", year, rapid.IntRange(1, month).Draw(t, "from")), fmt.Sprintf("%d-%02d-28", year, month)}})
		}
		asOf := rapid.SampledFrom([]string{"", "05-31"}).Draw(t, "as of")
		forward, backward := must(t, NewAccumulator(0, asOf), list...), NewAccumulator(0, asOf)
		slices.Reverse(list)
		must(t, backward, list...)
		i := plans(Target{ID: "oka", Operator: Increase})
		if diff := cmp.Diff(forward.Evaluate(i, "", 2025), backward.Evaluate(i, "", 2025)); diff != "" {
			t.Fatalf("the order matters:\n%s", diff)
		}
	})
}

// Figures of the large stream.
const (
	manyIndicators, manyUnits, manyYears = 100, 12, 5
	million                              = 1_000_000
)

// generated returns one measurement of a stream without end.
func generated(n int, names, units []string, days []Period, value *float64) Measurement {
	return Measurement{Indicator: names[n%len(names)], Unit: units[n/len(names)%len(units)],
		Period: days[n/len(names)/len(units)%len(days)], Value: value}
}

// stream returns a generator over names, units and days of five years.
func stream() func(n int) Measurement {
	value := ref(93.0)
	names, units := numbered("indicators", manyIndicators), numbered("units", manyUnits)
	var days []Period
	for year := 2025 - manyYears + 1; year <= 2025; year++ {
		for d := range 160 {
			date := fmt.Sprintf("%d-%02d-%02d", year, d/28+1, d%28+1)
			days = append(days, Period{date, date})
		}
	}
	return func(n int) Measurement { return generated(n, names, units, days, value) }
}

// numbered returns names.
func numbered(what string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("municipalities/m/committees/c/%s/%d", what, i)
	}
	return names
}

// TestStreamInConstantMemory feeds a million measurements: the cells are as many as indicators × units × years, and a
// measurement of a known cell allocates nothing.
func TestStreamInConstantMemory(t *testing.T) {
	next, a := stream(), NewAccumulator(0, "")
	for n := range million {
		must(t, a, next(n))
	}
	if want := manyIndicators * manyUnits * manyYears; a.Len() != want {
		t.Errorf("%d cells, want %d", a.Len(), want)
	}
	n := 0
	allocations := testing.AllocsPerRun(1000, func() {
		if err := a.Add(next(n)); err != nil {
			t.Fatal(err)
		}
		n++
	})
	if allocations > 0 {
		t.Errorf("a measurement of a known cell allocates %v times, want 0", allocations)
	}
}

// BenchmarkStreamMillion feeds a million measurements and evaluates every indicator of every unit.
func BenchmarkStreamMillion(b *testing.B) {
	next := stream()
	names, units := numbered("indicators", manyIndicators), numbered("units", manyUnits)
	b.ReportAllocs()
	for b.Loop() {
		a := NewAccumulator(0, "")
		for n := range million {
			must(b, a, next(n))
		}
		for _, name := range names {
			i := plans(Target{ID: "oka", Operator: Increase}, Target{ID: "alla", Operator: AtLeast, Value: ref(100.0)})
			i.Name = name
			for _, unit := range units {
				if e := a.Evaluate(i, unit, 2025); e.Fulfilment != NotMet {
					b.Fatalf("fulfilment %v, want not met", e.Fulfilment)
				}
			}
		}
	}
}
