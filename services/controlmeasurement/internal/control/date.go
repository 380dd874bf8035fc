package control

import (
	"fmt"
	"strconv"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// dateLayout is how every date is written.
const dateLayout = time.DateOnly

// CheckDate finds a date that is missing, does not exist or is not written as YYYY-MM-DD.
func CheckDate(path, date string) []fault.Field {
	switch {
	case blank(date):
		return []fault.Field{bad(path, "MISSING", "Ange ett datum med år, månad och dag, till exempel 2025-12-31.", "a date is missing")}
	case !validDate(date):
		return []fault.Field{bad(path, "DATE",
			fmt.Sprintf("”%s” är inget datum. Skriv år, månad och dag, till exempel 2025-12-31.", date),
			fmt.Sprintf("%q is not a date; write YYYY-MM-DD", date))}
	}
	return nil
}

// validDate reports whether the date exists and is written in the one way, so that dates sort as texts.
func validDate(date string) bool {
	_, err := time.Parse(dateLayout, date)
	return err == nil && len(date) == len(dateLayout)
}

// Period is the days that a measurement is about, both ends included; a single day begins and ends it.
type Period struct {
	// Begin and End are dates such as "2025-12-01".
	Begin, End string
}

// Check finds dates that do not exist and an end before the beginning.
func (p Period) Check() []fault.Field {
	faults := append(CheckDate("begin_date", p.Begin), CheckDate("end_date", p.End)...)
	if len(faults) > 0 || p.Begin <= p.End {
		return faults
	}
	return []fault.Field{bad("end_date", "PERIOD_REVERSED",
		fmt.Sprintf("Perioden slutar %s, innan den börjar %s. Byt plats på datumen eller rätta dem.", p.End, p.Begin),
		fmt.Sprintf("the period ends %s, before it begins %s", p.End, p.Begin))}
}

// Year returns the year of the last day, which is the year that a measurement counts for; 0 without a valid date.
func (p Period) Year() int {
	if !validDate(p.End) {
		return 0
	}
	year, err := strconv.Atoi(p.End[:4])
	if err != nil {
		return 0
	}
	return year
}

// ends returns the two days.
func (p Period) ends() (begin, end time.Time, ok bool) {
	begin, first := time.Parse(dateLayout, p.Begin)
	end, last := time.Parse(dateLayout, p.End)
	return begin, end, first == nil && last == nil
}

// months returns the number of months when the period is whole months, else 0.
func (p Period) months() int {
	begin, end, ok := p.ends()
	after := end.AddDate(0, 0, 1)
	if !ok || begin.Day() != 1 || after.Day() != 1 {
		return 0
	}
	return (after.Year()-begin.Year())*12 + int(after.Month()) - int(begin.Month())
}

// days returns the number of days.
func (p Period) days() int {
	begin, end, ok := p.ends()
	if !ok {
		return 0
	}
	return int(end.Sub(begin).Hours()/24) + 1
}

// AsLongAs reports whether two periods are equally long, so that what was counted in them can be compared: as many
// whole months, else as many days, where one more is the leap day. An unknown period is as long as any.
func (p Period) AsLongAs(o Period) bool {
	if p == (Period{}) || o == (Period{}) {
		return true
	}
	if a, b := p.months(), o.months(); a > 0 && b > 0 {
		return a == b
	}
	return abs(p.days()-o.days()) <= 1
}

// abs returns the size of a whole number.
func abs(n int) int { return max(n, -n) }

// Bounds is what a measurement must lie within, such as a plan year or the days of a round.
type Bounds struct {
	Period
	// Title names it in a message, such as "planens år 2025".
	Title string
}

// YearBounds returns the bounds of a plan year.
func YearBounds(year int) Bounds {
	return Bounds{Period: Period{Begin: fmt.Sprintf("%04d-01-01", year), End: fmt.Sprintf("%04d-12-31", year)}, Title: fmt.Sprintf("planens år %d", year)}
}

// Check finds a period that begins before or ends after the bounds. Open ends bound nothing.
func (b Bounds) Check(p Period) []fault.Field {
	var faults []fault.Field
	if b.Begin != "" && p.Begin < b.Begin {
		faults = append(faults, b.outside("begin_date", p.Begin))
	}
	if b.End != "" && p.End > b.End {
		faults = append(faults, b.outside("end_date", p.End))
	}
	return faults
}

// outside is the fault of a day outside the bounds.
func (b Bounds) outside(path, date string) fault.Field {
	return bad(path, "OUTSIDE_PERIOD",
		fmt.Sprintf("%s ligger utanför %s (%s till %s). Rätta datumet eller välj en annan period.", date, b.Title, open(b.Begin), open(b.End)),
		fmt.Sprintf("%s lies outside %s to %s", date, open(b.Begin), open(b.End)))
}

// open writes an end that may be open.
func open(date string) string {
	if date == "" {
		return "…"
	}
	return date
}
