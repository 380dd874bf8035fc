package report

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// noBreak keeps a number and its unit on one line.
const noBreak = "\u00a0"

// lastWord is the greatest number that running text writes as a word.
const lastWord = 12

// words is indexed by the number; the common gender, as in "en risk".
var words = [lastWord + 1]string{
	"ingen", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv",
}

// noun is a word that is counted.
type noun struct {
	one, many string
	neuter    bool
}

var (
	riskNoun   = noun{one: "risk", many: "risker"}
	reviewNoun = noun{one: "granskning", many: "granskningar"}
	checkNoun  = noun{one: "kontrollmoment", many: "kontrollmoment", neuter: true}
)

// number writes a number as running text does: in words up to twelve, then in digits.
func number(n int) string {
	if n >= 0 && n <= lastWord {
		return words[n]
	}
	return document.FormatInteger(int64(n))
}

// count writes a number with its noun: "inga risker", "en risk", "ett kontrollmoment", "14 risker".
func (w noun) count(n int) string {
	switch {
	case n == 0:
		return "inga " + w.many
	case n == 1 && w.neuter:
		return "ett " + w.one
	case n == 1:
		return "en " + w.one
	}
	return number(n) + " " + w.many
}

// plural returns one of two forms.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// genitive makes the genitive of a name for the middle of a sentence: "Socialnämnden" gives "socialnämndens". An
// abbreviation keeps its capitals.
func genitive(name string) string {
	name = strings.TrimSpace(name)
	if word, _, _ := strings.Cut(name, " "); utf8.RuneCountInString(word) < 2 || word != strings.ToUpper(word) {
		name = lowerFirst(name)
	}
	if name == "" || strings.ContainsAny(name[len(name)-1:], "sxzSXZ") {
		return name
	}
	return name + "s"
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// lowerFirst writes a name in the middle of a sentence.
func lowerFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToLower(first)) + text[size:]
}

// enumerate joins phrases: "a", "a och b", "a, b och c".
func enumerate(phrases []string) string {
	if len(phrases) < 2 {
		return strings.Join(phrases, "")
	}
	last := len(phrases) - 1
	return strings.Join(phrases[:last], ", ") + " och " + phrases[last]
}

// clauses joins main clauses, which take a comma: "a, och b", "a, b, och c".
func clauses(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + ", och " + parts[last]
}

// longDate writes "2024-12-10" as "10 december 2024"; a text that is no date stays as it is.
func longDate(date string) string {
	parsed, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return document.FormatDate(parsed)
}

// decimal writes a value with a decimal comma and no needless digits; at most two decimals.
func decimal(value float64) string {
	const decimals = 2
	text := document.FormatNumber(value, decimals)
	if strings.Contains(text, ",") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ",")
	}
	return text
}

// quote makes a stored text safe inside Markdown: it is shown as it is, on one line.
func quote(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	var out strings.Builder
	for i := range len(text) {
		if strings.IndexByte(`\*_[]<>`+"`", text[i]) >= 0 || i == 0 && (text[i] == '-' || text[i] == '+') || endsMarker(text, i) {
			out.WriteByte('\\')
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// endsMarker reports whether the byte ends a number that would begin a list, as in "1. ".
func endsMarker(text string, i int) bool {
	if i == 0 || text[i] != '.' && text[i] != ')' {
		return false
	}
	_, err := strconv.ParseUint(text[:i], 10, 64)
	return err == nil
}
