package org

import (
	"fmt"
	"time"
	_ "time/tzdata" // the program runs where there is no time zone database

	"github.com/uppsikt/uppsikt/internal/fault"
)

const dateLayout = "2006-01-02"

// Zone returns the time zone whose days count.
func Zone() (*time.Location, error) { return time.LoadLocation("Europe/Stockholm") }

// Day returns the date at a time in a zone, written so that dates sort as texts.
func Day(now time.Time, zone *time.Location) string { return now.In(zone).Format(dateLayout) }

// ActiveOn reports whether a role that is held from and to these dates, both included and each possibly empty, is held
// on a day.
func ActiveOn(day, from, to string) bool {
	return (from == "" || from <= day) && (to == "" || day <= to)
}

// CheckValidity finds dates that do not exist and an end before the beginning.
func CheckValidity(from, to string) []fault.Field {
	faults := append(checkDate("valid_from", from), checkDate("valid_to", to)...)
	if len(faults) == 0 && from != "" && to != "" && to < from {
		faults = append(faults, bad("valid_to", "BEFORE_START",
			fmt.Sprintf("Slutdatum %s är före startdatum %s. Rätta det ena.", to, from),
			fmt.Sprintf("%s is before %s", to, from)))
	}
	return faults
}

func checkDate(path, date string) []fault.Field {
	if date == "" {
		return nil
	}
	if _, err := time.Parse(dateLayout, date); err == nil && len(date) == len(dateLayout) {
		return nil
	}
	return []fault.Field{bad(path, "DATE",
		fmt.Sprintf("”%s” är inget datum. Skriv år, månad och dag, till exempel 2025-09-16.", date),
		fmt.Sprintf("%q is not a date; write YYYY-MM-DD", date))}
}
