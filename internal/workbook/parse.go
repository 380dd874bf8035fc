package workbook

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// number is a number as somebody typed it.
type number struct {
	value float64
	// approximate is true after "cirka"; percent is true before "%".
	approximate, percent bool
}

// largest bounds numbers; no measurement comes near it.
const largest = 1e15

var (
	approximately = regexp.MustCompile(`^(?i:cirka|circa|c:a|ca\.?|omkring|ungefär|[~≈])\s*`)
	inPercent     = regexp.MustCompile(`\s*(?i:%|procent)$`)
	plainNumber   = regexp.MustCompile(`^[+-]?\d+([.,]\d+)?$`)
	grouped       = regexp.MustCompile(`^[+-]?\d{1,3}( \d{3})+([.,]\d+)?$`)
	anyNumber     = regexp.MustCompile(`\d+([.,]\d+)?`)
	leadingNumber = regexp.MustCompile(`^(\d+(?:[.,]\d+)?)(?:\s*[-–—:.)=(]+\s*|\s+)\p{L}`)
)

// parseNumber reads "93", "93,5 %", "1 234,5" and "cirka 12". A decimal comma and a decimal point are both read; two
// marks are not, since nobody can tell what they mean.
func parseNumber(text string) (number, wrong) {
	typed := text
	var n number
	text = strings.TrimSpace(evenSpaces(text))
	if rest := approximately.ReplaceAllString(text, ""); rest != text {
		n.approximate, text = true, rest
	}
	if rest := inPercent.ReplaceAllString(text, ""); rest != text {
		n.percent, text = true, rest
	}
	text = strings.ReplaceAll(text, "−", "-")
	if grouped.MatchString(text) {
		text = strings.ReplaceAll(text, " ", "")
	}
	if strings.Count(text, ",")+strings.Count(text, ".") > 1 {
		return n, wrong{"DECIMAL_MARKS", fmt.Sprintf("”%s” har två decimaltecken. Skriv talet med ett decimalkomma, till exempel 1234,5.", clip(typed)),
			fmt.Sprintf("%q has two decimal marks", clip(typed))}
	}
	value, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if !plainNumber.MatchString(text) || err != nil || math.Abs(value) > largest {
		return n, notNumber(typed)
	}
	n.value = value
	return n, wrong{}
}

func notNumber(typed string) wrong {
	return wrong{"NUMBER", fmt.Sprintf("”%s” är inget tal. Skriv bara siffror och decimalkomma, till exempel 93,5.", clip(typed)),
		fmt.Sprintf("%q is not a number", clip(typed))}
}

// number reads a cell.
func (c cell) asNumber() (number, wrong) {
	if !c.number {
		return parseNumber(c.text)
	}
	value, err := strconv.ParseFloat(c.text, 64)
	if err != nil || math.IsNaN(value) || math.Abs(value) > largest {
		return number{}, notNumber(c.text)
	}
	if c.date {
		return number{}, wrong{"NUMBER_AS_DATE", "Cellen visas som ett datum. Ge den talformat i Excel och skriv talet på nytt.", "the cell is formatted as a date"}
	}
	if c.percent {
		// 0.93 shown as 93 %: two digits move, and nothing that binary fractions leave behind comes along.
		value = math.Round(value*100*1e10) / 1e10
	}
	return number{value: value, percent: c.percent}, wrong{}
}

// parseStep reads a step of a scale out of "4", "3,0", "4 – Allvarlig" and "Kännbar (3)".
func parseStep(text string) (float64, wrong) {
	text = strings.TrimSpace(evenSpaces(text))
	if n, bad := parseNumber(text); !bad.is() && !n.percent && !n.approximate {
		return n.value, wrong{}
	}
	digits := ""
	if lead := leadingNumber.FindStringSubmatch(text); lead != nil {
		digits = lead[1]
	} else if all := anyNumber.FindAllString(text, 2); len(all) == 1 && strings.ContainsFunc(text, unicode.IsLetter) {
		digits = all[0]
	}
	value, err := strconv.ParseFloat(strings.Replace(digits, ",", ".", 1), 64)
	if err != nil || value > largest {
		return 0, wrong{"STEP", fmt.Sprintf("”%s” går inte att läsa som ett steg på skalan. Skriv stegets siffra, till exempel 3.", clip(text)),
			fmt.Sprintf("%q is no step of a scale", clip(text))}
	}
	return value, wrong{}
}

// span is the days that a measurement is about.
type span struct{ begin, end string }

var (
	yearOnly    = regexp.MustCompile(`^(?:(?i:år|helår|helåret)\s*)?(\d{4})$`)
	yearMonth   = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	monthYear   = regexp.MustCompile(`^(\p{L}{3,9})\.?\s+(\d{4})$`)
	quarterYear = regexp.MustCompile(`^(?i:kvartal|kv\.?|q)\s*([1-4])\s+(\d{4})$`)
	halfYear    = regexp.MustCompile(`^(?i:halvår|h)\s*([12])\s+(\d{4})$`)
	isoDate     = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	between     = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})\s*(?:–|—|--|/|(?i:till och med|t\.?o\.?m\.?|till))\s*(\d{4}-\d{2}-\d{2})$`)
)

// parseDate reads "2025-03-31" and "20250331".
func parseDate(text string) (string, wrong) {
	text = strings.TrimSpace(evenSpaces(text))
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if day, err := time.Parse(layout, text); err == nil {
			return day.Format(time.DateOnly), wrong{}
		}
	}
	return "", wrong{"DATE", fmt.Sprintf("”%s” är inget datum. Skriv år, månad och dag, till exempel 2025-12-31.", clip(text)),
		fmt.Sprintf("%q is not a date; write YYYY-MM-DD", clip(text))}
}

// asDate reads a cell. Excel keeps dates as the number of days since a day that depends on the workbook.
func (c cell) asDate(since1904 bool) (string, wrong) {
	if !c.number || len(c.text) == len("20250331") && !strings.Contains(c.text, ".") {
		return parseDate(c.text)
	}
	days, err := strconv.ParseFloat(c.text, 64)
	if err != nil || !c.date && days < firstSerial || days < 1 || days > lastSerial {
		return parseDate(c.text)
	}
	return fromSerial(days, since1904), wrong{}
}

// Days between these, 1954 to 2209, are read as dates even when the cell is not shown as one; years are not among them.
const (
	firstSerial = 20_000
	lastSerial  = 113_000
)

func fromSerial(days float64, since1904 bool) string {
	// Day 1 is 1900-01-01 and day 60 a leap day that never was, so later days count from 1899-12-30.
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if since1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return first.AddDate(0, 0, int(days)).Format(time.DateOnly)
}

// asPeriod reads "2025", "2025-03", "mars 2025", "kvartal 1 2025", "halvår 2 2025", a date, and two dates.
func (c cell) asPeriod(since1904 bool) (span, wrong) {
	if c.number && c.date {
		day, bad := c.asDate(since1904)
		return span{day, day}, bad
	}
	text := strings.TrimSpace(evenSpaces(c.text))
	if first, months, ok := calendar(text); ok {
		return span{first.Format(time.DateOnly), first.AddDate(0, months, -1).Format(time.DateOnly)}, wrong{}
	}
	if m := between.FindStringSubmatch(text); m != nil {
		from, bad := parseDate(m[1])
		to, worse := parseDate(m[2])
		if bad.is() {
			return span{}, bad
		}
		return span{from, to}, worse
	}
	day, bad := c.asDate(since1904)
	if bad.is() && !isoDate.MatchString(text) {
		bad = wrong{"PERIOD", fmt.Sprintf("”%s” är ingen period. Skriv till exempel 2025, 2025-03, kvartal 1 2025 eller 2025-01-01 – 2025-06-30.", clip(text)),
			fmt.Sprintf("%q is not a period", clip(text))}
	}
	return span{day, day}, bad
}

// calendar reads a named part of a year: its first day and how many months it lasts.
func calendar(text string) (first time.Time, months int, ok bool) {
	year, month := "", 0
	if m := yearOnly.FindStringSubmatch(text); m != nil {
		year, month, months = m[1], 1, 12
	} else if m := yearMonth.FindStringSubmatch(text); m != nil {
		year, month, months = m[1], digit(m[2]), 1
	} else if m := quarterYear.FindStringSubmatch(text); m != nil {
		year, month, months = m[2], 3*digit(m[1])-2, 3
	} else if m := halfYear.FindStringSubmatch(text); m != nil {
		year, month, months = m[2], 6*digit(m[1])-5, 6
	} else if m := monthYear.FindStringSubmatch(text); m != nil {
		year, month, months = m[2], monthNumber(m[1]), 1
	}
	if month < 1 || month > 12 || digit(year) < 1900 {
		return first, 0, false
	}
	return time.Date(digit(year), time.Month(month), 1, 0, 0, 0, 0, time.UTC), months, true
}

// digit reads a number that a pattern has found to be one.
func digit(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// monthNumber reads a Swedish month, in full or by its first three letters; 0 for none.
func monthNumber(word string) int {
	word = strings.ToLower(word)
	for i, month := range []string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"} {
		if word == month || word == month[:3] {
			return i + 1
		}
	}
	return 0
}

// parseYes reads a yes or a no.
func parseYes(text string) (yes bool, bad wrong) {
	switch letters := plain(text); letters {
	case "ja", "j", "x", "sant", "true", "yes":
		return true, wrong{}
	case "nej", "n", "falskt", "false", "no":
		return false, wrong{}
	}
	switch strings.TrimSpace(text) {
	case "1":
		return true, wrong{}
	case "0":
		return false, wrong{}
	}
	return false, wrong{"YES_OR_NO", fmt.Sprintf("”%s” är varken ja eller nej. Skriv Ja eller Nej, eller lämna cellen tom.", clip(text)),
		fmt.Sprintf("%q is neither yes nor no", clip(text))}
}

// parseList splits at line breaks and semicolons.
func parseList(text string) []string {
	var parts []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ';' }) {
		if part = strings.TrimSpace(strings.TrimLeft(part, "-–•* \t")); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// evenSpaces makes every kind of space an ordinary one and drops soft hyphens.
func evenSpaces(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00ad' || r == '\u200b' || r == '\ufeff':
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text)
}

// plain reduces a text to its letters, in lower case: line breaks, spaces, hyphens and digits do not tell words apart.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// same reduces a text to its letters and digits, in lower case, by which titles are compared.
func same(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// shown writes what a cell holds as a text.
func (c cell) shown() string {
	if !c.number {
		return c.text
	}
	n, bad := c.asNumber()
	if bad.is() {
		return c.text
	}
	text := strings.Replace(strconv.FormatFloat(n.value, 'f', -1, 64), ".", ",", 1)
	if n.percent {
		text += "\u00a0%"
	}
	return text
}
