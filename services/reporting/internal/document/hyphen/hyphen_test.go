package hyphen_test

import (
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/hyphen"
)

// shown writes seams as | and syllables as -.
func shown(word string) string {
	points := hyphen.Points([]rune(word))
	var out strings.Builder
	for i, r := range []rune(word) {
		if points != nil {
			out.WriteString([]string{"", "-", "|"}[points[i]])
		}
		out.WriteRune(r)
	}
	return out.String()
}

func TestPoints(t *testing.T) {
	tests := map[string]string{
		"internkontrollplan":      "intern|kontroll|plan",
		"verksamhetssystem":       "verk-sam-hets|system",
		"personuppgifter":         "per-son|upp-gif-ter",
		"Kommunstyrelsen":         "Kom-mun|sty-rel-sen",
		"försörjningsstöd":        "för-sörj-nings|stöd",
		"granskning":              "gransk-ning",
		"kritisk":                 "kri-tisk",
		"nämnden":                 "nämn-den",
		"plan":                    "plan",
		"SN-2025":                 "SN-2025",
		"R12345678":               "R12345678",
		"zzzzzzzzzzzz":            "zzzzzzzzzzzz",
		"aaaaaaaaaaaa":            "aaaaaaaaaaaa",
		"verksamhetscontroller":   "verk-sam-hets-control-ler",
		"ANSVARSOMRÅDE":           "ANS-VARS|OM-RÅDE",
		"välfärdsbrottslighetens": "väl-färds|brotts-lig-he-tens",
	}
	for word, want := range tests {
		if got := shown(word); got != want {
			t.Errorf("Points(%q): got %s, want %s", word, got, want)
		}
	}
}

func TestNoWordIsThatLong(t *testing.T) {
	if points := hyphen.Points([]rune(strings.Repeat("kontroll", 20000))); points != nil {
		t.Errorf("got %d points, want none", len(points))
	}
}

func TestSoften(t *testing.T) {
	tests := map[string]string{
		"":                        "",
		"plan 2025":               "plan 2025",
		"internkontrollplan 2025": "intern\u00adkontroll\u00adplan 2025",
		"kort/internkontrollplan": "kort/intern\u00adkontroll\u00adplan",
	}
	for text, want := range tests {
		if got := hyphen.Soften(text); got != want {
			t.Errorf("Soften(%q): got %q, want %q", text, got, want)
		}
	}
}

func FuzzSoften(f *testing.F) {
	f.Add("internkontrollplan och\u00adså")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(strings.ReplaceAll(text, "\u00ad", ""), "")
		if got := strings.ReplaceAll(hyphen.Soften(text), "\u00ad", ""); got != text {
			t.Errorf("Soften(%q) changed the text to %q", text, got)
		}
	})
}
