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
		"ANSVARSOMRÅDE":           "ANSVARS|OM-RÅDE",
		"välfärdsbrottslighetens": "väl-färds|brotts-lig-he-tens",
	}
	for word, want := range tests {
		if got := shown(word); got != want {
			t.Errorf("Points(%q): got %s, want %s", word, got, want)
		}
	}
}

// TestMunicipalWords: an s that joins a compound stays with what it follows, and ng is one sound.
func TestMunicipalWords(t *testing.T) {
	want := strings.Fields(`
		kva-li-tets|ut-veck-lare bistånds|en-he-ten för-valt-ningen beman-ningen för-valt-ningens avdel-ningarna
		per-son|upp-gifts|ansva-rig verk-sam-hets|om-råde social|sekre-te-rare nämnd|sekre-te-rare kom-mun|sty-rel-sens
		intern|kontroll|pla-nen data|skydds|om-bud infor-ma-tions|sä-ker-het arbets-mil-jö|ansvar
		med|ar-be-tar|un-der-sök-ning avtals|upp-följ-ning dele-ga-tions|ord-ning upp|hand-lings|en-he-ten
		bostads|an-pass-ning kon-sek-vens|be-döm-ning san-no-lik-hets|be-döm-ning ansvars|om-rå-den kontroll|ansva-rig
		åtgärds|ansva-rig upp-följ-ningarna förändrings|ar-bete för-sörj-nings|en-he-ten rätts|sä-ker-het
		myn-dig-hets|utöv-ning verk-sam-hets|che-fen utbild-nings|nämn-den sam-hälls-bygg-nads|nämn-den till-syns|ären-den
		hemtjänst|per-so-nal med-veten-he-ten ange-lägen-he-ter beman-nings|eko-nomi läke-me-dels|han-te-ring
		sche-ma-lägg-ningen behö-rig-he-ter arbets|vill-kor hand-lings|utrymme gemen-samma för-säkringar omsorgs|per-so-nal
		famil-je-hems|vård direkt|upp|hand-ling hän-del-serna insatserna
		vuxenen-he-ten oros|an-mäl-ningar per-so-nalomsätt-ning skolad-mi-nistra-tör led-ningsplatsen besluts-fat-tande`)
	for _, divided := range want {
		word := strings.NewReplacer("-", "", "|", "").Replace(divided)
		if got := shown(word); got != divided {
			t.Errorf("Points(%q): got %s, want %s", word, got, divided)
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
