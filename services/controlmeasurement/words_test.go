package controlmeasurement_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// plain makes hard spaces plain.
func plain(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// TestSnapshotTellsSamplesInWords: figures have their share, and a small sample its interval; what is known only in words has
// neither. Surveys tell how many answered.
func TestSnapshotTellsSamplesInWords(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		r := done("planer")
		r.Samples = []*controlv1.Sample{{Title: "Akter", Examined: proto.Int64(25), Population: proto.Int64(25), Deviations: []*controlv1.Deviation{
			{Kind: "Beslutet saknar motivering", Count: proto.Int64(4)}, {Kind: "Uppgifter saknas", CountWords: "några få"}}},
			{Title: "fakturor", ExaminedWords: "ett tjugotal", Deviations: []*controlv1.Deviation{{Kind: "Sen", Count: proto.Int64(1)}}},
			{Title: "loggar", Examined: proto.Int64(20), Deviations: []*controlv1.Deviation{{Kind: "Otillåten åtkomst", Count: proto.Int64(0)}}}}
		r.Surveys = []*controlv1.Survey{{Question: "Är rutinen känd?", Respondents: proto.Int64(42), Invited: proto.Int64(60)}, {Question: "Varför?"}}
		w.result(t, "planer", r)
		w.result(t, "oro", done("oro"))
		words := w.snapshot(t, w.coordinator).GetWords()
		if len(words) != 1 || words[0].GetResult() != yearly+"/results/planer" {
			t.Fatalf("words = %v, want those of the one result that has samples", words)
		}
		var got []string
		for _, s := range words[0].GetSamples() {
			got = append(append(got, plain(s.GetExtent())), s.GetDeviations()...)
		}
		for i, want := range []string{"Antal granskade akter: 25 av 25.", "I 4 av 25 granskade akter (16 %) finns avvikelsen ”Beslutet saknar motivering”.",
			"I några få av 25 granskade akter finns avvikelsen ”Uppgifter saknas”.", "Antal granskade fakturor: ett tjugotal.",
			"I 1 av ett tjugotal granskade fakturor finns avvikelsen ”Sen”.", "Antal granskade loggar: 20.",
			"I 0 av 20 granskade loggar (0 %) finns avvikelsen ”Otillåten åtkomst”. Stickprovet är litet: med 95 % säkerhet ligger andelen av alla loggar mellan 0 % och 16 %."} {
			if i >= len(got) || plain(got[i]) != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		if s := words[0].GetSurveys(); len(s) != 2 || plain(s[0]) != "42 av 60 tillfrågade svarade (70 %)." || s[1] != "" {
			t.Errorf("surveys %q", s)
		}
	})
}

// TestANoteIsTheFinding: where only a note was written, that is what was found; nothing is made of it, and no value is said to
// be missing but for a target that needs one.
func TestANoteIsTheFinding(t *testing.T) {
	w := start(t)
	w.measure(t, &controlv1.Measurement{Indicator: w.count(t), BeginDate: "2025-12-01", EndDate: "2025-12-31", Note: "mängden har ökat totalt sett"})
	w.measure(t, &controlv1.Measurement{Indicator: w.share(t, least(90)), BeginDate: "2025-12-01", EndDate: "2025-12-31", Note: "För få ärenden."})
	all := w.snapshot(t, w.coordinator).GetEvaluations()
	for i, want := range []string{"För få ärenden. Målet att andelen ska vara minst 90 % kan inte bedömas: värde för 2025 saknas.", "Mängden har ökat totalt sett."} {
		if got := plain(all[i].GetSentence()); got != want || all[i].Value != nil {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestUnitsInWords: units that are described and not counted are not added up, and no figure is said to be missing.
func TestUnitsInWords(t *testing.T) {
	w := start(t)
	indicator := w.count(t)
	for unit, note := range map[string]string{north: "Fler än förra året.", south: "Tomma lägenheter."} {
		w.measure(t, &controlv1.Measurement{Indicator: indicator, Unit: unit, BeginDate: "2025-12-01", EndDate: "2025-12-31", Note: note})
	}
	e := w.snapshot(t, w.coordinator).GetEvaluations()[0]
	if e.GetSentence() != "Enheterna är redovisade i ord, utan antal." || e.GetLargestUnit()+e.GetSmallestUnit() != "" {
		t.Errorf("evaluation = %v", e)
	}
}

// TestTheNoteOfAValueIsPrinted: a note stands beside its value.
func TestTheNoteOfAValueIsPrinted(t *testing.T) {
	w := start(t)
	m := december(w.share(t), "2025", 93)
	m.Note = "Två enheter har inte svarat"
	w.measure(t, m)
	if got := plain(w.snapshot(t, w.coordinator).GetEvaluations()[0].GetSentence()); got != "93 % i december 2025. Två enheter har inte svarat." {
		t.Errorf("got %q", got)
	}
}
