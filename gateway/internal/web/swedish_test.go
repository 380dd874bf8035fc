package web

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	for in, want := range map[string]string{"2025-05-12": "12 maj 2025", "2024-12-01": "1 december 2024", "": "", "snart": "snart"} {
		if got := strings.ReplaceAll(dateText(in), nbsp, " "); got != want {
			t.Errorf("dateText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRelativeDates(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	// Half past midnight in Stockholm is still the day before in UTC.
	now := time.Date(2025, 5, 8, 22, 30, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"2025-05-09": "i dag", "2025-05-10": "i morgon", "2025-05-08": "i går", "2025-05-12": "om tre dagar", "2025-03-28": "för sex veckor sedan",
		"2025-09-16": "om fyra månader", "2022-05-09": "för tre år sedan", "inget": "",
	} {
		if got := relativeDate(in, now, zone); got != want {
			t.Errorf("relativeDate(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[float64]string{12: "12", 2.5: "2,5", -3.25: "\u22123,25", 1234567: "1" + nbsp + "234" + nbsp + "567", 999: "999", 0: "0"} {
		got := number(in)
		if got != want {
			t.Errorf("number(%v) = %q, want %q", in, got, want)
		}
		if back, ok := parseNumber(got); !ok || back != in {
			t.Errorf("parseNumber(%q) = %v, %v, want %v", got, back, ok, in)
		}
	}
	for _, in := range []string{"", "tolv", "1,2,3", "NaN", "inf", "0x10", "1e999", "1_000"} {
		if got, ok := parseNumber(in); ok {
			t.Errorf("parseNumber(%q) = %v, want none", in, got)
		}
	}
}

func TestSortSwedish(t *testing.T) {
	got := []string{"Östersund", "zebra", "Ängelholm", "Åre", "andra", "punkt 10", "punkt 9"}
	sortSwedish(got, func(s string) string { return s })
	if want := []string{"andra", "punkt 9", "punkt 10", "zebra", "Åre", "Ängelholm", "Östersund"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{"Vård- och omsorgsnämnden": "vard-och-omsorgsnamnden", "  Åäö  ": "aao", "!!!": "", "Café 2025": "cafe-2025",
		"Delårsuppföljning 2025": "delarsuppfoljning-2025"} {
		if got := slug(in); got != want {
			t.Errorf("slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	if got, want := plural(1, "risk", "risker"), "1"+nbsp+"risk"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := plural(0, "risk", "risker"), "0"+nbsp+"risker"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// validID is what the services take as the last part of a name.
var validID = regexp.MustCompile(`^([a-z0-9][a-z0-9-]{0,62})?$`)

func FuzzSlug(f *testing.F) {
	f.Add("Vård- och omsorgsnämnden")
	f.Add("-\xff-")
	f.Fuzz(func(t *testing.T, name string) {
		if got := slug(name); !validID.MatchString(got) {
			t.Errorf("slug(%q) = %q, which is no id", name, got)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	f.Add("2,5")
	f.Add("1 000")
	f.Fuzz(func(t *testing.T, text string) {
		v, ok := parseNumber(text)
		if !ok {
			return
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("parseNumber(%q) = %v", text, v)
		}
		if back, again := parseNumber(number(v)); !again || back != v {
			t.Errorf("%q is %v, which is written %q and read as %v", text, v, number(v), back)
		}
	})
}
