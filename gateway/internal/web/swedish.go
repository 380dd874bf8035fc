package web

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// nbsp keeps a number with its unit on one line.
const nbsp = "\u00a0"

// months are the names as dates use them.
var months = [...]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
	"november", "december"}

// longDate writes a date as "12 maj 2025".
func longDate(t time.Time) string {
	return fmt.Sprintf("%d"+nbsp+"%s"+nbsp+"%d", t.Day(), months[t.Month()-1], t.Year())
}

// dateText writes an ISO date as "12 maj 2025"; what is no date is returned as it is.
func dateText(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return longDate(t)
}

// momentText writes a point in time as "12 maj 2025 kl. 09.30" in zone; empty when absent.
func momentText(ts *timestamppb.Timestamp, zone *time.Location) string {
	if ts == nil {
		return ""
	}
	t := ts.AsTime().In(zone)
	return longDate(t) + " kl." + nbsp + t.Format("15.04")
}

// number writes a number with decimal comma, a thin group separator of non-breaking space and U+2212 for minus.
func number(v float64) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	whole, decimals, found := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + nbsp + whole[i:]
	}
	if found {
		whole += "," + decimals
	}
	if v < 0 {
		return "\u2212" + whole
	}
	return whole
}

// parseNumber reads a number as people write it: decimal comma or point, spaces between groups.
func parseNumber(text string) (float64, bool) {
	text = strings.NewReplacer(nbsp, "", " ", "", "\u2212", "-", ",", ".").Replace(strings.TrimSpace(text))
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) && !strings.ContainsAny(text, "xXpP_")
}

// fileSize writes a number of bytes as people read it.
func fileSize(bytes int64) string {
	switch {
	case bytes >= 1<<20:
		return number(math.Round(float64(bytes)/(1<<20)*10)/10) + nbsp + "MB"
	case bytes >= 1<<10:
		return number(math.Round(float64(bytes)/(1<<10))) + nbsp + "kB"
	default:
		return number(float64(bytes)) + nbsp + "byte"
	}
}

// days returns the number of calendar days from now to an ISO date in zone; false when it is no date.
func days(iso string, now time.Time, zone *time.Location) (int, bool) {
	due, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return 0, false
	}
	local := now.In(zone)
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	return int(math.Round(due.Sub(today).Hours() / 24)), true
}

// words for small numbers, as running text has them.
var smallNumbers = [...]string{"noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"}

// spoken writes a count in running text: words up to twelve.
func spoken(n int) string {
	if n >= 0 && n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return strconv.Itoa(n)
}

// relative says how far off a day is: "om 3 dagar", "i går", "för sex veckor sedan".
func relative(d int) string {
	switch {
	case d == 0:
		return "i dag"
	case d == 1:
		return "i morgon"
	case d == -1:
		return "i går"
	case d > 0:
		return "om " + span(d)
	default:
		return "för " + span(-d) + " sedan"
	}
}

// span writes a number of days in the largest unit that tells enough.
func span(d int) string {
	switch {
	case d < 14:
		return spoken(d) + " dagar"
	case d < 60:
		return spoken(d/7) + " veckor"
	case d < 730:
		return spoken(d/30) + " månader"
	default:
		return spoken(d/365) + " år"
	}
}

// relativeDate says how far off an ISO date is; empty when it is no date.
func relativeDate(iso string, now time.Time, zone *time.Location) string {
	d, ok := days(iso, now, zone)
	if !ok {
		return ""
	}
	return relative(d)
}

// since says how long ago a moment was; empty when absent.
func since(ts *timestamppb.Timestamp, now time.Time, zone *time.Location) string {
	if ts == nil {
		return ""
	}
	return relativeDate(ts.AsTime().In(zone).Format(time.DateOnly), now, zone)
}

// plural returns "1 risk" or "14 risker".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1" + nbsp + one
	}
	return number(float64(n)) + nbsp + many
}

// sortSwedish sorts items by the text that key returns, å, ä and ö last.
func sortSwedish[T any](items []T, key func(T) string) {
	c := collate.New(language.Swedish, collate.IgnoreCase, collate.Numeric)
	slices.SortStableFunc(items, func(a, b T) int { return c.CompareString(key(a), key(b)) })
}

// slug makes the last part of a resource name out of a Swedish name: "Vård- och omsorgsnämnden" becomes
// "vard-och-omsorgsnamnden". It is empty when nothing is left.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case strings.ContainsRune("åäáàâ", r):
			b.WriteByte('a')
		case strings.ContainsRune("öøóò", r):
			b.WriteByte('o')
		case strings.ContainsRune("éèêë", r):
			b.WriteByte('e')
		case r == 'ü':
			b.WriteByte('u')
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	text := b.String()
	if len(text) > 60 {
		text = text[:60]
	}
	return strings.Trim(text, "-")
}

// genitive guesses the genitive of a Swedish name: "Socialnämnden" becomes "socialnämndens".
func genitive(name string) string {
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, "s") || lower == "" {
		return lower
	}
	return lower + "s"
}

// sentence makes the first letter a capital.
func sentence(text string) string {
	for i, r := range text {
		return strings.ToUpper(string(r)) + text[i+len(string(r)):]
	}
	return text
}

// yearText writes a year: without a space between its figures.
func yearText(year int32) string { return strconv.Itoa(int(year)) }
