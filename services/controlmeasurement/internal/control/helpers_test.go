package control

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// ref returns a pointer to a value.
func ref[T any](v T) *T { return &v }

// codes writes faults as "path REASON", and fails when one lacks a text.
func codes(t interface {
	Helper()
	Errorf(string, ...any)
}, faults []fault.Field) []string {
	t.Helper()
	var got []string
	for _, f := range faults {
		if f.Swedish == "" || f.English == "" || f.Path == "" || f.Reason == "" {
			t.Errorf("fault %+v is incomplete", f)
		}
		got = append(got, f.Path+" "+f.Reason)
	}
	return got
}

// wantCodes compares faults with the wanted codes.
func wantCodes(t *testing.T, faults []fault.Field, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, codes(t, faults)); diff != "" {
		t.Errorf("faults differ (-want +got):\n%s", diff)
	}
}

// wantText compares two texts, in which "_" stands for a space that does not break.
func wantText(t *testing.T, got, want string) {
	t.Helper()
	if got != spaced(want) {
		t.Errorf("got  %q\nwant %q", got, spaced(want))
	}
}

// spaced turns "_" into a space that does not break.
func spaced(s string) string {
	out := []rune(s)
	for i, r := range out {
		if r == '_' {
			out[i] = '\u00a0'
		}
	}
	return string(out)
}

// share returns a stated share.
func share(v float64) Value { return Stated(QuantityShare, v) }

// counted returns a share of a whole.
func counted(n, d float64) Value {
	v, _ := Counted(QuantityShare, n, d)
	return v
}

// derived marks a value as derived.
func derived(v Value) Value {
	v.Derived = true
	return v
}

// about marks a value as approximate.
func about(v Value) Value {
	v.Approximate = true
	return v
}

// wholeYear is the period of a calendar year.
func wholeYear(year int) Period { return YearBounds(year).Period }

// december is the last month of a year.
func december(year int) Period {
	return Period{Begin: fmt.Sprintf("%d-12-01", year), End: fmt.Sprintf("%d-12-31", year)}
}

// read returns a reading of a value.
func read(p Period, v Value) Reading { return Reading{Year: p.Year(), Period: p, Value: &v} }

// yearly returns the readings of some years.
func yearly(readings ...Reading) func(int) Reading {
	return func(year int) Reading {
		for _, r := range readings {
			if r.Year == year {
				return r
			}
		}
		return Reading{Year: year}
	}
}

// plans is an indicator of a share with targets.
func plans(targets ...Target) Indicator {
	return Indicator{Name: "i", Title: "Genomförandeplaner", Quantity: QuantityShare, Targets: targets}
}

// reports is an indicator of a count with targets.
func reports(targets ...Target) Indicator {
	return Indicator{Name: "i", Title: "Orosanmälningar", Quantity: QuantityCount, UnitLabel: "orosanmälningar", Targets: targets}
}

// days is an indicator of a number with one decimal.
func days(targets ...Target) Indicator {
	return Indicator{Name: "i", Title: "Handläggningstid", Quantity: QuantityNumber, UnitLabel: "dagar", UnitLabelOne: "dag", Decimals: 1, Targets: targets}
}
