package control

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseNumber(t *testing.T) {
	tests := []struct {
		text                 string
		want                 float64
		percent, approximate bool
	}{
		{"93,5", 93.5, false, false},
		{"93.5", 93.5, false, false},
		{" 13 ", 13, false, false},
		{"1 234", 1234, false, false},
		{"1\u00a0234\u202f567,25", 1234567.25, false, false},
		{"−3", -3, false, false},
		{"-3", -3, false, false},
		{"– 3,5", -3.5, false, false},
		{"+3", 3, false, false},
		{"93 %", 93, true, false},
		{"93\u00a0%", 93, true, false},
		{"93%", 93, true, false},
		{"93 procent", 93, true, false},
		{"cirka 93 %", 93, true, true},
		{"Ca 1 200", 1200, false, true},
		{"0.125", 0.125, false, false},
		{"0,125", 0.125, false, false},
		{"1,234", 1.234, false, false},
		{"1 234.567", 1234.567, false, false},
		{"1234.567", 1234.567, false, false},
		{"-0", 0, false, false},
		{"007", 7, false, false},
	}
	for _, tt := range tests {
		got, faults := ParseNumber("value", tt.text)
		if len(faults) > 0 || got.Value == nil {
			t.Errorf("%q: faults %v", tt.text, faults)
			continue
		}
		if *got.Value != tt.want || math.Signbit(*got.Value) != (tt.want < 0) || got.Percent != tt.percent || got.Approximate != tt.approximate {
			t.Errorf("%q = %v %+v, want %+v", tt.text, *got.Value, got, tt)
		}
	}
}

func TestParseNumberUnknown(t *testing.T) {
	for _, text := range []string{"", "  ", "\u00a0", "-", "–", " — "} {
		if got, faults := ParseNumber("value", text); got != (Typed{}) || len(faults) > 0 {
			t.Errorf("%q = %+v %v, want unknown", text, got, faults)
		}
	}
}

func TestParseNumberRefuses(t *testing.T) {
	tests := map[string]string{
		"1,2,3": "TWO_DECIMAL_MARKS", "1.234,5": "TWO_DECIMAL_MARKS", "1,234.5": "TWO_DECIMAL_MARKS", "1..2": "TWO_DECIMAL_MARKS",
		"1.234": "AMBIGUOUS_POINT", "-12.345": "AMBIGUOUS_POINT",
		"abc": "NOT_A_NUMBER", "12 34": "NOT_A_NUMBER", "1234 567": "NOT_A_NUMBER", "1  234": "NOT_A_NUMBER", "5,": "NOT_A_NUMBER",
		",5": "NOT_A_NUMBER", "1e5": "NOT_A_NUMBER", "NaN": "NOT_A_NUMBER", "Inf": "NOT_A_NUMBER", "--3": "NOT_A_NUMBER",
		"%": "NOT_A_NUMBER", "93 % %": "NOT_A_NUMBER", "1,2 3": "NOT_A_NUMBER", "١٢": "NOT_A_NUMBER", "några få": "NOT_A_NUMBER",
		"cirka": "NOT_A_NUMBER", "4 – Allvarlig": "NOT_A_NUMBER",
		strings.Repeat("9", 16): "TOO_MANY_DIGITS", "0,1234567890123456": "TOO_MANY_DIGITS", strings.Repeat("1", 100): "NOT_A_NUMBER",
	}
	for text, want := range tests {
		got, faults := ParseNumber("value", text)
		if got != (Typed{}) {
			t.Errorf("%q gives %+v beside its fault", text, got)
		}
		if c := codes(t, faults); len(c) != 1 || c[0] != "value "+want {
			t.Errorf("%q: got %v, want %s", text, c, want)
		}
	}
}

func TestParseNumberSaysHowToWrite(t *testing.T) {
	_, faults := ParseNumber("value", "1.234")
	wantText(t, faults[0].Swedish, "”1.234” kan läsas på två sätt. Skriv 1 234 eller 1,234.")
}

func TestTypedFor(t *testing.T) {
	typed, _ := ParseNumber("value", "13 %")
	wantCodes(t, typed.For("value", QuantityShare))
	wantCodes(t, typed.For("value", QuantityCount), "value PERCENT_OF_NO_SHARE")
}

func TestPropertyNumbersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.IntRange(0, 4).Draw(t, "decimals")
		v := float64(rapid.Int64Range(-1e10, 1e10).Draw(t, "scaled")) / math.Pow10(decimals)
		typed, faults := ParseNumber("value", FormatNumber(v, decimals))
		if len(faults) > 0 || typed.Value == nil || *typed.Value != v {
			t.Fatalf("%v is written %q and read %+v %v", v, FormatNumber(v, decimals), typed, faults)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, text := range []string{"93,5", "1 234", "−3", "93 %", "1.234,5", "cirka 4", "", "–", "\xff", "0.001", "１２"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		typed, faults := ParseNumber("value", text)
		codes(t, faults)
		switch {
		case len(faults) > 0 && typed != (Typed{}):
			t.Fatalf("%q gives %+v and faults", text, typed)
		case len(faults) > 1:
			t.Fatalf("%q has %d faults", text, len(faults))
		case typed.Value == nil:
			return
		case !finite(*typed.Value):
			t.Fatalf("%q is read as %v", text, *typed.Value)
		}
		again, faults := ParseNumber("value", Plain(*typed.Value))
		if len(faults) > 0 || *again.Value != *typed.Value {
			t.Fatalf("%q is read as %v, written as %q and not read again", text, *typed.Value, Plain(*typed.Value))
		}
	})
}
