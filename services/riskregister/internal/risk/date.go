package risk

import (
	"fmt"
	"time"
	_ "time/tzdata" // the program runs where there is no time zone database

	"github.com/uppsikt/uppsikt/internal/fault"
)

// dateLayout is how every date of the register is written.
const dateLayout = "2006-01-02"

// CheckDate finds a date that does not exist or is not written as YYYY-MM-DD. An empty one passes: unknown.
func CheckDate(path, date string) []fault.Field {
	if date == "" || validDate(date) {
		return nil
	}
	return []fault.Field{bad(path, "DATE",
		fmt.Sprintf("”%s” är inget datum. Skriv år, månad och dag, till exempel 2025-09-16.", date),
		fmt.Sprintf("%q is not a date; write YYYY-MM-DD", date))}
}

// validDate reports whether the date exists and is written in the one way, so that dates sort as texts.
func validDate(date string) bool {
	_, err := time.Parse(dateLayout, date)
	return err == nil && len(date) == len(dateLayout)
}

// Zone is where days begin and end.
func Zone() (*time.Location, error) { return time.LoadLocation("Europe/Stockholm") }

// Day returns the day of a time in a zone.
func Day(t time.Time, zone *time.Location) string { return t.In(zone).Format(dateLayout) }

// CheckYear finds a plan whose id is not a year of four digits.
func CheckYear(path, id string) []fault.Field {
	if year, err := time.Parse("2006", id); err == nil && year.Year() >= 1900 && year.Year() < 2200 {
		return nil
	}
	return []fault.Field{bad(path, "YEAR",
		fmt.Sprintf("En plan heter som sitt år med fyra siffror, till exempel 2025, inte ”%s”.", id),
		fmt.Sprintf("a plan is named by its year in four digits, not %q", id))}
}
