package control

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestCompare(t *testing.T) {
	tests := []struct {
		name string
		a, b Value
		want int
	}{
		{"the same ratio of different wholes", counted(1, 3), counted(33, 99), 0},
		{"a ratio and its rounded share", counted(1, 3), share(33.33), 1},
		{"a ratio and its exact share", counted(93, 100), share(93), 0},
		{"a decimal is the decimal that was written", share(0.3), counted(0.003, 1), 0},
		{"large wholes", counted(99999999, 100000000), counted(99999998, 99999999), 1},
		{"a derived value is known to its own decimals", counted(288, 299), derived(share(96)), 0},
		{"and on the other side", derived(share(96)), counted(288, 299), 0},
		{"but different beyond them", counted(93, 100), derived(share(96)), -1},
		{"a derived value with decimals", share(96.32), derived(share(96.3)), 0},
		{"a derived ratio is exact", derived(counted(1, 3)), counted(33, 100), 1},
		{"approximate values compare as others", about(share(93)), share(93), 0},
		{"counts", Stated(QuantityCount, 13), Stated(QuantityCount, 13), 0},
		{"numbers", Stated(QuantityNumber, 0.1), Stated(QuantityNumber, 0.2), -1},
	}
	for _, tt := range tests {
		if got := tt.a.Compare(tt.b); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestCountedRefusesWhatIsNoRatio(t *testing.T) {
	for _, r := range [][2]float64{{1, 0}, {math.NaN(), 1}, {1, math.Inf(1)}, {1e300, 1}, {1, -1}} {
		if _, ok := Counted(QuantityShare, r[0], r[1]); ok {
			t.Errorf("%v is a ratio", r)
		}
	}
	if r := (Value{Quantity: QuantityShare, Over: 1}).exact(); r.Sign() != 0 {
		t.Errorf("a value that nobody made is %v, want 0", r)
	}
	if r := rational(math.Inf(1)); r.Sign() != 0 {
		t.Errorf("infinity is %v, want 0", r)
	}
	if r := fromText("x"); r.Sign() != 0 {
		t.Errorf("x is %v, want 0", r)
	}
}

func TestFormatNumber(t *testing.T) {
	tests := []struct {
		v        float64
		decimals int
		want     string
	}{
		{93.5, 1, "93,5"}, {7.25, 1, "7,3"}, {1234567, 0, "1_234_567"}, {999, 0, "999"}, {-3, 0, "−3"}, {-0.4, 0, "0"}, {2, -1, "2"},
	}
	for _, tt := range tests {
		wantText(t, FormatNumber(tt.v, tt.decimals), tt.want)
	}
	wantText(t, Plain(1234.5), "1_234,5")
	wantText(t, Plain(math.NaN())+FormatNumber(math.Inf(1), 2), "––")
}

// anyValue draws a value of a quantity, stated or counted.
func anyValue(t *rapid.T, q Quantity, label string) Value {
	whole := rapid.IntRange(1, 5000).Draw(t, label+" whole")
	part := rapid.IntRange(0, whole).Draw(t, label+" part")
	v, _ := Counted(q, float64(part), float64(whole))
	switch {
	case q == QuantityCount:
		v = Stated(q, float64(part))
	case rapid.Bool().Draw(t, label+" stated"):
		v = Stated(q, float64(rapid.IntRange(0, 10000).Draw(t, label+" hundredths"))/100)
	}
	v.Approximate = rapid.Bool().Draw(t, label+" approximate")
	v.Derived = rapid.Bool().Draw(t, label+" derived")
	return v
}

// anyQuantity draws a quantity.
func anyQuantity(t *rapid.T) Quantity {
	return rapid.SampledFrom([]Quantity{QuantityShare, QuantityCount, QuantityNumber}).Draw(t, "quantity")
}

func TestPropertyComparing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuantity(t)
		a, b := anyValue(t, q, "a"), anyValue(t, q, "b")
		if a.Compare(a) != 0 || a.Compare(b) != -b.Compare(a) {
			t.Fatalf("comparing %+v and %+v depends on the side", a, b)
		}
		if got, want := a.CompareExact(b), a.exact().Cmp(b.exact()); got != want {
			t.Fatalf("quick comparison gives %d, exact arithmetic %d", got, want)
		}
		if sign := a.Compare(b); sign != 0 && sign != a.CompareExact(b) {
			t.Fatalf("%+v and %+v: rounding turned the order", a, b)
		}
	})
}

func TestPropertyChangesTurnRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuantity(t)
		a, b := anyValue(t, q, "a"), anyValue(t, q, "b")
		there, back := ChangeOf(a, b), ChangeOf(b, a)
		if there.Difference != -back.Difference || there.Direction != -back.Direction {
			t.Fatalf("there %+v, back %+v", there, back)
		}
		if (there.Difference > 0) != (there.Direction == Up) || (there.Difference < 0) != (there.Direction == Down) {
			t.Fatalf("difference and direction disagree: %+v", there)
		}
		if (q == QuantityShare) != (there.Kind == ChangePoints) {
			t.Fatalf("kind of %v is %v", q, there.Kind)
		}
	})
}
