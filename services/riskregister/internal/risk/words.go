package risk

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// listed is how many values or names a message lists before it says how many more there are.
const listed = 10

// bad returns one fault of one field.
func bad(path, reason, swedish, english string) fault.Field {
	return fault.Field{Path: path, Reason: reason, Swedish: swedish, English: english}
}

// Under returns the faults with their paths below a prefix, such as "risk_entry".
func Under(prefix string, faults []fault.Field) []fault.Field {
	if prefix == "" {
		return faults
	}
	below := make([]fault.Field, len(faults))
	for i, f := range faults {
		below[i] = f
		below[i].Path = prefix
		if f.Path != "" {
			below[i].Path = prefix + "." + f.Path
		}
	}
	return below
}

// at returns the path of an element, such as "bands[2]".
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// swedish writes a number as Swedish text does, with a decimal comma.
func swedish(v float64) string { return strings.Replace(english(v), ".", ",", 1) }

// english writes a number with a decimal point and no needless digits.
func english(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// blank reports whether a text says nothing.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

// enumerate joins words into one phrase: "a, b och c". More than ten are cut short with their number.
func enumerate(words []string, and, more string) string {
	if len(words) > listed {
		rest := fmt.Sprintf("%d %s", len(words)-listed, more)
		words = append(append([]string(nil), words[:listed]...), rest)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}

// swedishList joins words in Swedish.
func swedishList(words []string) string { return enumerate(words, "och", "till") }

// englishList joins words in English.
func englishList(words []string) string { return enumerate(words, "and", "more") }

// numbers formats values with one of the two number formats.
func numbers(values []float64, format func(float64) string) []string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = format(v)
	}
	return words
}

// duplicates returns a fault for each id that occurred before in the list, at the path that place gives its index.
func duplicates(ids []string, place func(i int) string) []fault.Field {
	var faults []fault.Field
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		if seen[id] {
			faults = append(faults, bad(place(i), "DUPLICATE",
				fmt.Sprintf("”%s” förekommer mer än en gång. Ta bort den ena eller ge den ett annat id.", id),
				fmt.Sprintf("%q occurs more than once", id)))
		}
		seen[id] = true
	}
	return faults
}

// unknown returns the fault of a reference to something that the method does not have; known lists what it has.
func unknown(path, reason, what, whatEnglish, id string, known []string) fault.Field {
	has, hasEnglish := "Metoden har ingen sådan.", "the method has none"
	if len(known) > 0 {
		has = "Välj bland " + swedishList(known) + "."
		hasEnglish = "choose among " + englishList(known)
	}
	return bad(path, reason,
		fmt.Sprintf("%s ”%s” finns inte i metoden. %s", what, id, has),
		fmt.Sprintf("the method has no %s %q; %s", whatEnglish, id, hasEnglish))
}
