package control

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// listed is how many names a message lists before it says how many more there are.
const listed = 10

// bad returns one fault of one field.
func bad(path, reason, swedish, english string) fault.Field {
	return fault.Field{Path: path, Reason: reason, Swedish: swedish, English: english}
}

// Under returns the faults with their paths below a prefix, such as "measurement".
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

// at returns the path of an element, such as "targets[2]".
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// blank reports whether a text says nothing.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

// when returns the fault alone if the condition holds, else nothing.
func when(condition bool, f fault.Field) []fault.Field {
	if !condition {
		return nil
	}
	return []fault.Field{f}
}

// enumerate joins words into one phrase: "a, b och c". More than ten are cut short with their number.
func enumerate(words []string) string {
	if len(words) > listed {
		rest := fmt.Sprintf("%d till", len(words)-listed)
		words = append(append([]string(nil), words[:listed]...), rest)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " och " + words[last]
}

// duplicates returns a fault for each key that occurred before in the list, at the path that place gives its index. An
// empty key is no key.
func duplicates(keys []string, place func(i int) string) []fault.Field {
	var faults []fault.Field
	seen := make(map[string]bool, len(keys))
	for i, key := range keys {
		if key != "" && seen[key] {
			faults = append(faults, bad(place(i), "DUPLICATE",
				fmt.Sprintf("”%s” förekommer mer än en gång. Ta bort den ena eller ändra den.", key),
				fmt.Sprintf("%q occurs more than once", key)))
		}
		seen[key] = true
	}
	return faults
}

// collect maps a list.
func collect[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, item := range list {
		out = append(out, f(item))
	}
	return out
}

// upperFirst begins a sentence.
func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// lowerFirst fits a title into a sentence. A word whose second letter is a capital too is an abbreviation and stays.
func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[size:])
	if size == 0 || unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}

// ended trims a text and ends it as a sentence.
func ended(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsRune(".!?", rune(s[len(s)-1])) {
		return s
	}
	return s + "."
}

// sentences joins those that say something.
func sentences(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, " ")
}
