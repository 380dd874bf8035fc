package control

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/uppsikt/uppsikt/internal/fault"
)

const (
	// noBreak keeps a number on one line with what belongs to it.
	noBreak = "\u00a0"
	// minusSign is the real minus.
	minusSign = "\u2212"
	// groupSize is how many digits stand together in a long number.
	groupSize = 3
	// maxDigits is how many digits a number is kept with exactly.
	maxDigits = 15
	// maxTyped is the longest text that is tried as a number.
	maxTyped = 64
)

// FormatNumber writes a number as Swedish text does: decimal comma, groups of three digits, a real minus. Halves are
// rounded away from zero, by the decimals that people see. What is no number, or too large for one, is a dash.
func FormatNumber(v float64, decimals int) string {
	if !finite(v) {
		return nothing
	}
	return swedishDigits(rational(v).FloatString(max(decimals, 0)))
}

// Plain writes a number with a decimal comma and no needless digits; a dash for what is no number.
func Plain(v float64) string {
	if !finite(v) {
		return nothing
	}
	return swedishDigits(strconv.FormatFloat(v, 'f', -1, 64))
}

// english writes a number with a decimal point and no needless digits.
func english(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// swedishDigits rewrites a number in Go's plain notation. What rounds to zero has no sign.
func swedishDigits(plain string) string {
	digits, negative := strings.CutPrefix(plain, "-")
	whole, fraction, decimal := strings.Cut(digits, ".")
	text := grouped(whole)
	if decimal {
		text += "," + fraction
	}
	if negative && strings.Trim(digits, "0.") != "" {
		text = minusSign + text
	}
	return text
}

// grouped separates groups of three digits.
func grouped(digits string) string {
	for i := len(digits) - groupSize; i > 0; i -= groupSize {
		digits = digits[:i] + noBreak + digits[i:]
	}
	return digits
}

// absolute writes the size of a rational number.
func absolute(r *big.Rat, decimals int) string {
	return swedishDigits(new(big.Rat).Abs(r).FloatString(decimals))
}

// Typed is a number as somebody typed it into a form or a workbook.
type Typed struct {
	// Value is nil when nothing was typed: unknown.
	Value *float64
	// Percent tells that a percent sign followed.
	Percent bool
	// Approximate tells that it was called approximate ("cirka", "ca").
	Approximate bool
}

// ParseNumber reads a number as Swedes type it: "93,5", "1 234" with any space between groups of three, "−3" with any
// dash, "93 %", "cirka 93". Nothing, or a dash alone as documents print for nothing, is unknown.
//
// One decimal mark is allowed, a comma or, as other programs write, a point. What could mean two things is refused and
// never guessed: "1.234,5" has two marks, and "1.234" is a thousand to some and one and a bit to others. So is what
// could not be kept exactly: more than 15 digits.
func ParseNumber(path, text string) (Typed, []fault.Field) {
	body := strings.TrimSpace(text)
	var typed Typed
	if len(body) > maxTyped {
		return Typed{}, []fault.Field{noNumber(path, text)}
	}
	if body == "" || isDash(body) {
		return typed, nil
	}
	body, typed.Approximate = cutApproximate(body)
	body, typed.Percent = cutPercent(body)
	value, faults := parseDecimal(path, text, body)
	if len(faults) > 0 {
		return Typed{}, faults
	}
	typed.Value = &value
	return typed, nil
}

// For finds a percent sign behind a number that is no share.
func (t Typed) For(path string, q Quantity) []fault.Field {
	return when(t.Percent && q != QuantityShare, bad(path, "PERCENT_OF_NO_SHARE",
		"Värdet är ingen andel. Skriv det utan procenttecken.", "the value is no share; write it without a percent sign"))
}

// dashes are the signs that people type for minus.
const dashes = "-\u2010\u2011\u2012\u2013\u2014\u2212"

// isDash reports whether the text is a dash alone.
func isDash(s string) bool {
	runes := []rune(s)
	return len(runes) == 1 && strings.ContainsRune(dashes, runes[0])
}

// cutApproximate takes off a word for approximate.
func cutApproximate(s string) (string, bool) {
	word, rest, ok := strings.Cut(strings.Join(strings.Fields(s), " "), " ")
	if ok && slices.Contains([]string{"cirka", "ca", "ca.", "c:a"}, strings.ToLower(word)) {
		return rest, true
	}
	return s, false
}

// cutPercent takes off the percent sign or the word.
func cutPercent(s string) (string, bool) {
	for _, suffix := range []string{"%", "procent"} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			return strings.TrimRightFunc(rest, unicode.IsSpace), true
		}
	}
	return s, false
}

// parseDecimal reads sign, groups and decimals; text is what was typed.
func parseDecimal(path, text, body string) (float64, []fault.Field) {
	sign, digits := cutSign(body)
	whole, fraction, mark := splitDecimals(digits)
	switch plain, ok := ungroup(whole); {
	case strings.ContainsAny(fraction, ",."):
		return 0, []fault.Field{twoMarks(path, text)}
	case !ok, mark != "" && fraction == "", !onlyDigits(fraction):
		return 0, []fault.Field{noNumber(path, text)}
	case ambiguous(whole, mark, fraction):
		return 0, []fault.Field{ambiguousPoint(path, text, whole, fraction)}
	case len(strings.TrimLeft(plain+fraction, "0")) > maxDigits:
		return 0, []fault.Field{tooManyDigits(path, text)}
	default:
		v, err := strconv.ParseFloat(sign+plain+"."+fraction+"0", 64)
		if err != nil {
			return 0, []fault.Field{noNumber(path, text)}
		}
		return v + 0, nil // adding zero makes minus zero plain zero
	}
}

// cutSign takes off one sign and the space behind it.
func cutSign(s string) (sign, rest string) {
	runes := []rune(s)
	switch {
	case len(runes) > 1 && strings.ContainsRune(dashes, runes[0]):
		return "-", strings.TrimLeftFunc(string(runes[1:]), unicode.IsSpace)
	case len(runes) > 1 && runes[0] == '+':
		return "", string(runes[1:])
	default:
		return "", s
	}
}

// splitDecimals splits at the first decimal mark.
func splitDecimals(s string) (whole, fraction, mark string) {
	i := strings.IndexAny(s, ",.")
	if i < 0 {
		return s, "", ""
	}
	return s[:i], s[i+1:], s[i : i+1]
}

// ungroup returns the digits without the spaces between groups of three; ok is false when they are no whole number.
func ungroup(s string) (digits string, ok bool) {
	groups := strings.FieldsFunc(s, unicode.IsSpace)
	for i, g := range groups {
		short := len(g) != groupSize && len(groups) > 1
		if !onlyDigits(g) || i > 0 && short || len(g) > groupSize && short {
			return "", false
		}
	}
	spaces := len([]rune(s)) - len([]rune(strings.Join(groups, "")))
	return strings.Join(groups, ""), len(groups) > 0 && spaces == len(groups)-1
}

// onlyDigits reports whether the text holds nothing but 0–9.
func onlyDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// ambiguous reports whether a point could separate thousands as well as decimals.
func ambiguous(whole, mark, fraction string) bool {
	return mark == "." && len(fraction) == groupSize && len(whole) <= groupSize && !strings.HasPrefix(whole, "0")
}

// quoted cuts a typed text short for a message.
func quoted(text string) string {
	runes := []rune(strings.TrimSpace(text))
	if len(runes) > maxTyped {
		return string(runes[:maxTyped]) + "…"
	}
	return string(runes)
}

// noNumber is the fault of a text that is no number.
func noNumber(path, text string) fault.Field {
	return bad(path, "NOT_A_NUMBER", fmt.Sprintf("”%s” är inget tal. Skriv siffror med decimalkomma, till exempel 93,5.", quoted(text)),
		fmt.Sprintf("%q is not a number", quoted(text)))
}

// twoMarks is the fault of two decimal marks.
func twoMarks(path, text string) fault.Field {
	return bad(path, "TWO_DECIMAL_MARKS",
		fmt.Sprintf("”%s” har mer än ett decimaltecken. Skriv tusental med mellanslag och ett decimalkomma, till exempel 1 234,5.", quoted(text)),
		fmt.Sprintf("%q has more than one decimal mark", text))
}

// ambiguousPoint is the fault of a point that may separate thousands or decimals.
func ambiguousPoint(path, text, whole, fraction string) fault.Field {
	return bad(path, "AMBIGUOUS_POINT",
		fmt.Sprintf("”%s” kan läsas på två sätt. Skriv %s %s eller %s,%s.", quoted(text), whole, fraction, whole, fraction),
		fmt.Sprintf("%q may mean thousands or decimals", text))
}

// tooManyDigits is the fault of a number that could not be kept exactly.
func tooManyDigits(path, text string) fault.Field {
	return bad(path, "TOO_MANY_DIGITS", fmt.Sprintf("”%s” har fler än %d siffror. Avrunda talet.", quoted(text), maxDigits),
		fmt.Sprintf("%q has more than %d digits", text, maxDigits))
}
