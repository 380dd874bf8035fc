package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// keys returns the keys of every text that a case may hold, in the order of the documents: those of an interim follow-up,
// then those that only a plan, a yearly report, or a memorandum has.
func keys() []string {
	return []string{KeyBackground, KeyHowMade, KeySummary, KeyConclusion, KeyYearEnd,
		KeyIntroduction, KeyResponsibility, KeyScale, KeyMatrix, KeyFollowUp,
		KeyAnnualIntroduction, KeyAssessment, KeyCaseSummary, KeySubject, KeyPolitical, KeyAdministrative, KeyEconomy}
}

// CaseInput is what the rules need to know of a case.
type CaseInput struct {
	// Committee is where it lies; Round and Plan are what it is about, empty for nothing.
	Committee, Round, Plan string
	// Days are its dates by field, such as "meeting_date"; each may be empty.
	Days []Day
	// TextKeys are the keys of its texts; TemplateKeys those that the municipality's templates have added.
	TextKeys, TemplateKeys []string
}

// Day is a date and the path of its field.
type Day struct{ Path, Date string }

// CheckCase returns what is wrong with a case of a committee: a day that does not exist, a text with an unknown or repeated
// key, a round or a plan of another committee. Paths are relative to the case.
func CheckCase(c CaseInput) []fault.Field {
	var faults []fault.Field
	for _, d := range c.Days {
		if _, err := time.Parse(time.DateOnly, d.Date); d.Date != "" && err != nil {
			faults = append(faults, fault.Field{Path: d.Path, Reason: "DATE",
				Swedish: "Datumet finns inte. Skriv det som 2025-09-16.", English: "no such day"})
		}
	}
	if c.Round != "" && !Below(c.Round, c.Committee, "rounds") {
		faults = append(faults, Elsewhere("round", "Uppföljningen"))
	}
	if c.Plan != "" && !Below(c.Plan, c.Committee, "plans") {
		faults = append(faults, Elsewhere("plan", "Planen"))
	}
	return append(faults, checkKeys(c.TextKeys, append(keys(), c.TemplateKeys...))...)
}

func checkKeys(textKeys, known []string) []fault.Field {
	var faults []fault.Field
	seen := map[string]bool{}
	for i, key := range textKeys {
		path := fmt.Sprintf("texts[%d].key", i)
		switch {
		case !slices.Contains(known, key):
			faults = append(faults, fault.Field{Path: path, Reason: "UNKNOWN_KEY",
				Swedish: "Det finns ingen rubrik ”" + key + "”. Välj bland " + enumerate(known) + ".",
				English: "unknown key; choose among " + strings.Join(known, ", ")})
		case seen[key]:
			faults = append(faults, fault.Field{Path: path, Reason: "DUPLICATE",
				Swedish: "Texten till ”" + key + "” finns två gånger. Ta bort den ena.", English: "the key occurs twice"})
		}
		seen[key] = true
	}
	return faults
}

// Below reports whether a name is that of a resource of one collection directly in a committee.
func Below(name, committee, collection string) bool {
	id, ok := strings.CutPrefix(name, committee+"/"+collection+"/")
	return ok && id != "" && id != "-" && !strings.Contains(id, "/")
}

// Elsewhere is the fault of a field that names something outside its committee, or something that is not of its sort.
func Elsewhere(path, what string) fault.Field {
	return fault.Field{Path: path, Reason: "OUTSIDE_COMMITTEE",
		Swedish: what + " måste höra till samma nämnd.", English: "must name a resource of the same committee"}
}
