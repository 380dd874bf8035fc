// Package identitynumber finds Swedish personal identity numbers (personnummer) and coordination numbers
// (samordningsnummer) in text. It is pure and knows no clock.
package identitynumber

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Digits is the smallest number of digits that a match has.
const Digits = 10

// Match is one number in a text.
type Match struct {
	// Start and End are byte offsets.
	Start, End int
	// Text is the number as it was written.
	Text string
}

// run is a run of ASCII digits.
type run struct{ start, end int }

func (r run) len() int { return r.end - r.start }

// Find returns the numbers in text, in order, not overlapping. A number has ten or twelve digits (year with or without
// century), between the date and the last four nothing, a dash, a plus sign, or a space, a date that exists (day plus
// 60 in a coordination number), a birth number other than 000 and the right check digit. Digits that are part of a
// longer number are not taken, nor are organisation numbers, whose third digit is at least 2.
func Find(text string) []Match {
	var found []Match
	rest := 0
	for {
		first, ok := nextRun(text, rest)
		if !ok {
			return found
		}
		rest = first.end
		candidate, end, ok := candidateAt(text, first)
		if ok && standsAlone(text, first.start, end, end-first.start == len(candidate)) && valid(candidate) {
			found = append(found, Match{Start: first.start, End: end, Text: text[first.start:end]})
			rest = end
		}
	}
}

func nextRun(text string, from int) (run, bool) {
	start := from
	for start < len(text) && !isDigit(text[start]) {
		start++
	}
	end := start
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	return run{start, end}, end > start
}

// candidateAt returns the ten or twelve digits that begin with the run, and where they end.
func candidateAt(text string, first run) (digits string, end int, ok bool) {
	switch first.len() {
	case 10, 12:
		return text[first.start:first.end], first.end, true
	case 6, 8:
		width := separator(text[first.end:])
		if width == 0 {
			return "", 0, false
		}
		last, found := nextRun(text, first.end+width)
		if !found || last.start != first.end+width || last.len() != 4 {
			return "", 0, false
		}
		return text[first.start:first.end] + text[last.start:last.end], last.end, true
	default:
		return "", 0, false
	}
}

// separator returns the width of a separator at the start of s: one space, or one dash or plus sign with at most one
// space on either side; 0 when there is none.
func separator(s string) int {
	width := space(s)
	sign := dash(s[width:])
	if sign == 0 {
		return width
	}
	width += sign
	return width + space(s[width:])
}

func space(s string) int {
	r, width := utf8.DecodeRuneInString(s)
	if r == ' ' || r == '\u00a0' || r == '\u2007' || r == '\u202f' {
		return width
	}
	return 0
}

// dash accepts a plus sign and the dashes that word processors put in the place of a hyphen.
func dash(s string) int {
	r, width := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("-+\u00ad\u2010\u2011\u2012\u2013\u2014\u2212", r) && r != utf8.RuneError {
		return width
	}
	return 0
}

// standsAlone tells whether what is around the digits leaves them a number of their own. Digits in one piece must not
// touch letters (codes, hashes) nor be a part of a decimal number; no number goes on after a dash.
func standsAlone(text string, start, end int, onePiece bool) bool {
	before, beforeThat := lastTwo(text[:start])
	after, afterThat := firstTwo(text[end:])
	if isDash(before) && unicode.IsDigit(beforeThat) || isDash(after) && unicode.IsDigit(afterThat) {
		return false
	}
	if unicode.IsDigit(before) || unicode.IsDigit(after) { // digits of other scripts
		return false
	}
	if !onePiece {
		return true
	}
	decimal := isPoint(before) && unicode.IsDigit(beforeThat) || isPoint(after) && unicode.IsDigit(afterThat)
	return !decimal && !isWord(before) && !isWord(after)
}

func lastTwo(s string) (last, previous rune) {
	last, width := utf8.DecodeLastRuneInString(s)
	previous, _ = utf8.DecodeLastRuneInString(s[:len(s)-width])
	return last, previous
}

func firstTwo(s string) (first, second rune) {
	first, width := utf8.DecodeRuneInString(s)
	second, _ = utf8.DecodeRuneInString(s[width:])
	return first, second
}

func isDash(r rune) bool { return r != utf8.RuneError && dash(string(r)) > 0 }

func isPoint(r rune) bool { return r == '.' || r == ',' }

func isWord(r rune) bool { return r == '_' || r != utf8.RuneError && unicode.IsLetter(r) }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// valid checks ten or twelve digits.
func valid(digits string) bool {
	century := digits[:len(digits)-10]
	ten := digits[len(century):]
	return (century == "" || century == "18" || century == "19" || century == "20") &&
		dateExists(century, ten) && ten[6:9] != "000" && checkDigit(ten[:9]) == ten[9]
}

// dateExists checks the date. Without a century, 29 February is good in every year that is a leap year in some century.
func dateExists(century, ten string) bool {
	year, month, day := number(ten[:2]), number(ten[2:4]), number(ten[4:6])
	if day > 60 {
		day -= 60
	}
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(century, year, month)
}

func daysIn(century string, year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year != 0 || century == "" || century == "20") {
			return 29
		}
		return 28
	default:
		return 31
	}
}

func number(two string) int { return int(two[0]-'0')*10 + int(two[1]-'0') }

// checkDigit is Luhn's: the first, third … of the nine digits count double.
func checkDigit(nine string) byte {
	sum := 0
	for i := range len(nine) {
		d := int(nine[i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return byte('0' + (10-sum%10)%10)
}
