package calendar

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fixed are the holidays with the same date every year.
var fixed = map[string]string{"01-01": "Nyårsdagen", "01-06": "Trettondedag jul", "05-01": "Första Maj", "06-06": "Sveriges nationaldag",
	"12-24": "Julafton", "12-25": "Juldagen", "12-26": "Annandag jul", "12-31": "Nyårsafton"}

// movable are the others, in the order Good Friday, Easter Day, Easter Monday, Ascension Day, Whit Sunday, Midsummer's Eve,
// Midsummer's Day and All Saints' Day: written down by date, where the library reckons.
var movable = map[string]string{
	"2024": "03-29 03-31 04-01 05-09 05-19 06-21 06-22 11-02",
	"2025": "04-18 04-20 04-21 05-29 06-08 06-20 06-21 11-01",
	"2026": "04-03 04-05 04-06 05-14 05-24 06-19 06-20 10-31",
	"2027": "03-26 03-28 03-29 05-06 05-16 06-25 06-26 11-06",
	"2028": "04-14 04-16 04-17 05-25 06-04 06-23 06-24 11-04",
	"2029": "03-30 04-01 04-02 05-10 05-20 06-22 06-23 11-03",
	"2030": "04-19 04-21 04-22 05-30 06-09 06-21 06-22 11-02",
}

// names of the movable ones.
var names = []string{"Långfredagen", "Påskdagen", "Annandag påsk", "Kristi himmelsfärds dag", "Pingstdagen", "Midsommarafton",
	"Midsommardagen", "Alla helgons dag"}

// almanac returns the holidays of a year.
func almanac(year string) map[string]string {
	days := make(map[string]string)
	for date, name := range fixed {
		days[year+"-"+date] = name
	}
	for i, date := range strings.Fields(movable[year]) {
		days[year+"-"+date] = names[i]
	}
	return days
}

func TestHolidaysAreThoseOfTheAlmanac(t *testing.T) {
	c := New()
	for _, year := range slices.Sorted(maps.Keys(movable)) {
		want, got := almanac(year), make(map[string]string)
		for day := range daysOf(t, year) {
			if name := c.Holiday(day); name != "" {
				got[day] = name
			}
			weekday := parse(t, day).Weekday()
			weekend := weekday == time.Saturday || weekday == time.Sunday
			if working := !weekend && want[day] == ""; c.WorkingDay(day) != working {
				t.Errorf("working day %s = %v, want %v", day, !working, working)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("holidays of %s differ (-want +got):\n%s", year, diff)
		}
	}
}

// daysOf yields every day of a year.
func daysOf(t *testing.T, year string) func(func(string) bool) {
	t.Helper()
	first := parse(t, year+"-01-01")
	return func(yield func(string) bool) {
		for d := first; d.Year() == first.Year(); d = d.AddDate(0, 0, 1) {
			if !yield(d.Format(time.DateOnly)) {
				return
			}
		}
	}
}

func parse(t *testing.T, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWorkingDaysOfAYear: 262, 261 and 261 days from Monday to Friday, of which 11, 12 and 10 are free.
func TestWorkingDaysOfAYear(t *testing.T) {
	c := New()
	for year, want := range map[string]int{"2024": 251, "2025": 249, "2026": 251} {
		got := 0
		for day := range daysOf(t, year) {
			if c.WorkingDay(day) {
				got++
			}
		}
		if got != want {
			t.Errorf("%s has %d working days, want %d", year, got, want)
		}
	}
}

func TestWorkingDay(t *testing.T) {
	tests := []struct {
		name, day string
		want      bool
	}{
		{"an ordinary Monday", "2025-05-12", true},
		{"a Saturday", "2025-05-10", false},
		{"the day after Ascension Day is worked", "2025-05-30", true},
		{"Maundy Thursday is worked", "2025-04-17", true},
		{"the eve of Epiphany is worked", "2026-01-05", true},
		{"the leap day", "2028-02-29", true},
		{"no leap year", "2027-02-29", false},
		{"no day", "", false},
		{"a time", "2025-05-12T00:00:00", false},
		{"words", "måndag mitt", false},
		{"the year 1", "0001-01-02", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := New().WorkingDay(tt.day); got != tt.want {
				t.Errorf("working day %q = %v, want %v", tt.day, got, tt.want)
			}
		})
	}
}

func TestManyAskAtOnce(t *testing.T) {
	c := New()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for year := range movable {
				if c.Holiday(year+"-06-06") == "" {
					t.Errorf("%d: no national day in %s", i, year)
				}
			}
		})
	}
	all.Wait()
}

func FuzzWorkingDay(f *testing.F) {
	for _, day := range []string{"2025-05-12", "2025-12-24", "", "9999-12-31", "-001-01-01", "２０２５-01-01"} {
		f.Add(day)
	}
	c := New()
	f.Fuzz(func(t *testing.T, day string) {
		_, err := time.Parse(time.DateOnly, day)
		if c.WorkingDay(day) && (err != nil || c.Holiday(day) != "") {
			t.Errorf("%q is a working day", day)
		}
	})
}

func BenchmarkWorkingDay(b *testing.B) {
	c := New()
	for b.Loop() {
		c.WorkingDay("2025-05-12")
	}
}
