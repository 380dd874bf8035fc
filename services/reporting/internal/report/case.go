package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// keys returns the keys of every text that a case may hold, in the order of the documents: those of an interim follow-up,
// then those that only a plan has.
func keys() []string {
	return []string{KeyBackground, KeyHowMade, KeySummary, KeyConclusion, KeyYearEnd,
		KeyIntroduction, KeyResponsibility, KeyScale, KeyMatrix, KeyFollowUp}
}

// CheckCase returns what is wrong with a case of a committee: a meeting on a day that does not exist, a text with an unknown
// or repeated key, a round of another committee. Paths are relative to the case.
func CheckCase(committee, meetingDate, round string, textKeys []string) []fault.Field {
	var faults []fault.Field
	if _, err := time.Parse(time.DateOnly, meetingDate); meetingDate != "" && err != nil {
		faults = append(faults, fault.Field{Path: "meeting_date", Reason: "DATE",
			Swedish: "Datumet finns inte. Skriv det som 2025-09-16.", English: "no such day"})
	}
	if round != "" && !Below(round, committee, "rounds") {
		faults = append(faults, Elsewhere("round", "Uppföljningen"))
	}
	return append(faults, checkKeys(textKeys)...)
}

func checkKeys(textKeys []string) []fault.Field {
	var faults []fault.Field
	seen := map[string]bool{}
	for i, key := range textKeys {
		path := fmt.Sprintf("texts[%d].key", i)
		switch {
		case !slices.Contains(keys(), key):
			faults = append(faults, fault.Field{Path: path, Reason: "UNKNOWN_KEY",
				Swedish: "Det finns ingen rubrik ”" + key + "”. Välj bland " + enumerate(keys()) + ".",
				English: "unknown key; choose among " + strings.Join(keys(), ", ")})
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
