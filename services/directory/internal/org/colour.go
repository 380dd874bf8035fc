package org

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// minContrast is what text needs against its background (WCAG 2.2, 1.4.3, level AA).
const minContrast = 4.5

// CheckAccent finds an accent colour that is no colour or is too light for white text or a white page. An empty one
// passes: the standard colour.
func CheckAccent(colour string) []fault.Field {
	if colour == "" {
		return nil
	}
	contrast, ok := ContrastToWhite(colour)
	if !ok {
		return []fault.Field{bad("accent_color", "COLOUR",
			"Skriv färgen som # och sex tecken 0–9 eller a–f, till exempel #1f5f8b.", "a colour is written as #rrggbb")}
	}
	if contrast < minContrast {
		return []fault.Field{bad("accent_color", "CONTRAST",
			fmt.Sprintf("Färgen är för ljus: kontrasten mot vitt är %s:1 och måste vara minst 4,5:1. Välj en mörkare färg.",
				strings.Replace(floor(contrast), ".", ",", 1)),
			fmt.Sprintf("the contrast against white is %s:1 and must be at least 4.5:1", floor(contrast)))}
	}
	return nil
}

// floor writes a ratio with one decimal, never rounded up to one that would pass.
func floor(ratio float64) string { return strconv.FormatFloat(math.Floor(ratio*10)/10, 'f', 1, 64) }

// ContrastToWhite returns the contrast ratio of "#rrggbb" against white, 1 to 21, by WCAG's definition of relative
// luminance; false when the text is no colour.
func ContrastToWhite(colour string) (float64, bool) {
	digits, ok := strings.CutPrefix(colour, "#")
	if !ok || len(digits) != 6 {
		return 0, false
	}
	rgb, err := strconv.ParseUint(digits, 16, 24)
	if err != nil {
		return 0, false
	}
	luminance := 0.2126*linear(rgb>>16) + 0.7152*linear(rgb>>8&0xff) + 0.0722*linear(rgb&0xff)
	return 1.05 / (luminance + 0.05), true
}

func linear(channel uint64) float64 {
	c := float64(channel) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}
