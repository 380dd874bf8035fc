package document

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Signs of Swedish number writing.
const (
	thousandsSeparator = "\u00a0"
	minusSign          = "\u2212"
	groupSize          = 3
)

// months is indexed by time.Month, which starts at 1.
var months = [...]string{
	"", "januari", "februari", "mars", "april", "maj", "juni",
	"juli", "augusti", "september", "oktober", "november", "december",
}

// FormatDate writes a date as "12 maj 2025", with spaces that do not break. The
// zero time gives an empty text.
func FormatDate(date time.Time) string {
	if date.IsZero() {
		return ""
	}
	year, month, day := date.Date()
	return strconv.Itoa(day) + thousandsSeparator + months[month] + thousandsSeparator + strconv.Itoa(year)
}

// FormatInteger writes a whole number with grouped thousands and a real minus
// sign.
func FormatInteger(value int64) string {
	return swedishNumber(strconv.FormatInt(value, 10))
}

// FormatNumber writes a number with the given count of decimals (at least 0). A
// value that rounds to zero has no sign; one that is no number gives EmptyMark.
func FormatNumber(value float64, decimals int) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return EmptyMark
	}
	// Rounding goes by the decimal digits that people see: 7,25 gives 7,3.
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(value, 'f', -1, 64))
	if !ok {
		return EmptyMark
	}
	return swedishNumber(exact.FloatString(max(decimals, 0)))
}

// FormatPercent writes a percentage, such as "12,5 %", with a space that does
// not break. The value 12.5 means 12,5 per cent.
func FormatPercent(value float64, decimals int) string {
	text := FormatNumber(value, decimals)
	if text == EmptyMark {
		return text
	}
	return text + thousandsSeparator + "%"
}

// swedishNumber rewrites a number in Go's plain notation.
func swedishNumber(plain string) string {
	digits, negative := strings.CutPrefix(plain, "-")
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	text := groupThousands(whole)
	if hasFraction {
		text += "," + fraction
	}
	if negative && strings.Trim(digits, "0.") != "" {
		text = minusSign + text
	}
	return text
}

// groupThousands separates groups of three digits. Four digits are grouped too,
// so that the numbers of a column line up.
func groupThousands(digits string) string {
	var out strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%groupSize == 0 {
			out.WriteString(thousandsSeparator)
		}
		out.WriteRune(digit)
	}
	return out.String()
}
