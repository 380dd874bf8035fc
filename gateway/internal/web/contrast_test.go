package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestLevelContrast: every cell of the matrix, with or without a level, can be read in both schemes (WCAG 1.4.3).
func TestLevelContrast(t *testing.T) {
	css := string(newTestServer(t).assets["uppsikt.css"].body)
	light, dark, found := strings.Cut(css, "@media (prefers-color-scheme:dark){:root{")
	if !found {
		t.Fatal("the style has no dark scheme")
	}
	for _, scheme := range []string{light, dark[:strings.Index(dark, "}}")] + light} {
		for _, level := range []string{"l0", "l1", "l2", "l3", "l4"} {
			ink := declared(css, `\.matrix td\.`+level+`\{color:`)
			if ink == "" {
				ink = declared(css, `\.matrix td\{color:`)
			}
			back := declared(css, `\n?\.`+level+`\{background:`)
			if ratio := contrast(t, resolved(scheme, ink), resolved(scheme, back)); ratio < 4.5 {
				t.Errorf("%s: %s on %s has contrast %.2f", level, resolved(scheme, ink), resolved(scheme, back), ratio)
			}
		}
	}
}

// declared is the value of the first declaration that a pattern leads to; empty when there is none.
func declared(css, pattern string) string {
	m := regexp.MustCompile(pattern + `([^;}]+)`).FindStringSubmatch(css)
	if m == nil {
		return ""
	}
	return m[1]
}

// resolved is a colour, a variable by its value in a scheme.
func resolved(scheme, colour string) string {
	if name, ok := strings.CutPrefix(colour, "var("); ok {
		return declared(scheme, regexp.QuoteMeta(strings.TrimSuffix(name, ")"))+":")
	}
	return colour
}

// contrast is the contrast ratio of two colours (WCAG 2).
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is how bright a colour is, from 0 to 1.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
