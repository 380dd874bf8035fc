package risk

import (
	"fmt"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Origin is what an action comes from, as far as it can be told without looking it up.
type Origin struct {
	// Assignment marks an assignment, which has no resource but a year.
	Assignment bool
	Resource   string
	// Year is the plan year that the action is counted under; 0 takes that of the resource.
	Year int
}

// The plan years that may be named, as CheckYear has them.
const (
	firstYear = 1900
	lastYear  = 2199
)

// Check finds an origin that is not fit for its kind.
func (o Origin) Check() []fault.Field {
	var faults []fault.Field
	switch {
	case o.Assignment && o.Resource != "":
		faults = append(faults, bad("resource", "ASSIGNMENT_WITH_RESOURCE",
			"Ett uppdrag kommer inte från något i registret. Lämna fältet tomt eller välj ett annat ursprung.",
			"an assignment names no resource"))
	case !o.Assignment && o.Resource == "":
		faults = append(faults, bad("resource", "REQUIRED",
			"Välj vad åtgärden kommer från.", "say what the action comes from"))
	}
	if o.Assignment && o.Year == 0 {
		faults = append(faults, YearMissing("year"))
	}
	if o.Year != 0 {
		faults = append(faults, checkPlanYear("year", o.Year)...)
	}
	return faults
}

// YearMissing is the fault of an action whose plan year follows from nothing.
func YearMissing(path string) fault.Field {
	return bad(path, "YEAR_REQUIRED",
		"Ange vilket planår åtgärden hör till.", "say which plan year the action is counted under")
}

// checkPlanYear finds a year beyond those a plan may have.
func checkPlanYear(path string, year int) []fault.Field {
	if year >= firstYear && year <= lastYear {
		return nil
	}
	return []fault.Field{bad(path, "YEAR",
		fmt.Sprintf("”%d” är inget planår. Skriv fyra siffror, till exempel 2025.", year),
		fmt.Sprintf("%d is not a plan year", year))}
}
