package mail

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// nbsp keeps a number with its unit on one line.
const nbsp = "\u00a0"

// names are of days and months as dates use them.
var (
	weekdays = [...]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"}
	months   = [...]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
		"november", "december"}
	small = [...]string{"noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"}
)

// longDate writes an ISO date as "måndag 12 maj 2025"; what is no date is returned as one line.
func longDate(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return clean(iso)
	}
	return fmt.Sprintf("%s %d"+nbsp+"%s"+nbsp+"%d", weekdays[t.Weekday()], t.Day(), months[t.Month()-1], t.Year())
}

// count writes a number with its word: "en kontroll", "3 kontroller".
func count(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return strconv.Itoa(n) + nbsp + many
}

// spoken writes a small number in running text.
func spoken(n int) string {
	if n >= 0 && n < len(small) {
		return small[n]
	}
	return strconv.Itoa(n)
}

// daysText says how far off a last day is: "om tre dagar", "i dag", "för en dag sedan".
func daysText(d int) string {
	switch {
	case d == 0:
		return "i" + nbsp + "dag"
	case d == 1:
		return "i" + nbsp + "morgon"
	case d == -1:
		return "i" + nbsp + "går"
	case d > 0:
		return "om" + nbsp + spoken(d) + nbsp + "dagar"
	default:
		return "för " + spoken(-d) + nbsp + "dagar sedan"
	}
}

// sentence makes the first letter a capital.
func sentence(text string) string {
	for i, r := range text {
		return strings.ToUpper(string(r)) + text[i+len(string(r)):]
	}
	return text
}

// enumerate joins words as running text does: "a, b och c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " och " + words[len(words)-1]
}
