package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/html"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
)

// made are the documents of the new kinds that the checks run over.
func made() map[string]Contents {
	annual, full := sampleAnnual(), fullAnnual()
	draft := sampleMatter(false)
	draft.State = document.Draft
	return map[string]Contents{"annual": &annual, "annual-full": &full, "memorandum": sampleMatter(false), "memorandum-draft": draft, "minutes-extract": sampleMatter(true)}
}

func TestNewKindsGolden(t *testing.T) {
	for name, contents := range made() {
		d := contents.Build()
		if err := document.Validate(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		golden(t, name, plain(d))
	}
}

func TestNewKindsPassTheChecksOfDocuments(t *testing.T) {
	for name, contents := range made() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := contents.Build()
			file := rendered(t, func() ([]byte, error) { return pdf.Render(d, pdf.Options{}) })
			checkPDF(t, file)
			if code, out := documenttest.External(t, "qpdf", "--check", documenttest.Written(t, name+".pdf", file)); code != 0 || strings.Contains(out, "WARNING") {
				t.Errorf("qpdf: exit code %d\n%s", code, out)
			}
			archive := rendered(t, func() ([]byte, error) { return pdf.Render(d, pdf.Options{Variant: pdf.Archive1}) })
			checkPDF(t, archive)
			if code, out := documenttest.ValidateArchive(t, archive); code != 0 {
				t.Errorf("PDF/A-1: exit code %d\n%s", code, out)
			}
			rendered(t, func() ([]byte, error) { return html.Render(d) })
			office := rendered(t, func() ([]byte, error) { return docx.Render(d) })
			if v, out := documenttest.ValidateOffice(t, office); !v.OK || len(v.Errors) > 0 {
				t.Errorf("Office file: %s", out)
			}
		})
	}
}

// The headings of a memorandum and of an extract and their order are what the committees' own have.
func TestMatterOrder(t *testing.T) {
	all := func(d *document.Document) []string {
		var found []string
		for _, block := range d.Body() {
			if h, ok := block.(document.Heading); ok {
				found = append(found, strings.ReplaceAll(h.Text, noBreak, " "))
			}
		}
		return found
	}
	memorandum := []string{"Internkontrollrapport 2025", "Förslag till beslut", "Sammanfattning av ärendet", "Vård och stöd", "Individ- och familjeomsorgen",
		"Beslutsunderlag", "Politisk beredning av ärendet", "Förvaltningens beredning av ärendet", "Ekonomisk konsekvens/finansiering", "Beslutet skickas till",
		"För kännedom", "För åtgärd"}
	if got := all(sampleMatter(false).Build()); !slices.Equal(got, memorandum) {
		t.Errorf("memorandum: got %q", got)
	}
	extract := []string{"§ 3 Internkontrollrapport 2025", "Omsorgsnämndens beslut", "Sammanfattning av ärendet", "Vård och stöd", "Individ- och familjeomsorgen",
		"Beslutsunderlag", "Beslutet skickas till", "För kännedom", "För åtgärd"}
	if got := all(sampleMatter(true).Build()); !slices.Equal(got, extract) {
		t.Errorf("extract: got %q", got)
	}
	text := plain(sampleMatter(true).Build())
	contains(t, text[:strings.Index(text, "beslut")], []string{"Omsorgsnämnden\nProtokollsutdrag 2026-01-13\n", "Diarienummer: ON/2025:2"}, nil)
	text = plain(sampleMatter(false).Build())
	contains(t, text[:strings.Index(text, "Förslag")], []string{"Tjänsteskrivelse\nDatum: 2025-12-22\nDiarienummer: ON/2025:2\nEnhet/Verksamhet: Vård och stöd\n" +
		"Ansvarig chef: Kim Exempel, Tf. verksamhetschef vård och stöd; Robin Exempel, Tf. verksamhetschef individ- och familjeomsorgen\n" +
		"Handläggare: Utredare; Tf. verksamhetschef\n"}, nil)
}

func TestProposalIsNotTheDecision(t *testing.T) {
	const proposed, decided = "Nämnden godkänner förslaget.", "Nämnden återremitterar ärendet."
	for _, tt := range []struct {
		extract    bool
		points     []DecisionPoint
		want, lack string
	}{
		{false, []DecisionPoint{{proposed, decided}}, proposed, decided},
		{true, []DecisionPoint{{proposed, decided}}, decided, proposed},
		{true, []DecisionPoint{{proposed, " "}}, noDecision, proposed},
		{true, nil, noDecision, proposed},
		{false, []DecisionPoint{{"", decided}}, "## Förslag till beslut\n–", decided},
		{true, []DecisionPoint{{proposed, ""}, {"", decided}}, decided, proposed},
	} {
		m := sampleMatter(tt.extract)
		m.Points = tt.points
		contains(t, plain(m.Build()), []string{tt.want}, []string{tt.lack})
		if final := len(m.Obstacles()) == 0; final != (tt.want != noDecision && !strings.Contains(tt.want, "–")) {
			t.Errorf("%+v: got final %v", tt, final)
		}
	}
	several := sampleMatter(true)
	several.Points = []DecisionPoint{{"", "Första."}, {"", "Andra."}}
	list, ok := several.decision()[0].(document.List)
	if !ok || !list.Ordered || len(list.Items) != 2 {
		t.Errorf("several points are not numbered: %+v", list)
	}
}

func TestEmptySectionsPrintADash(t *testing.T) {
	for _, tt := range []struct {
		extract bool
		want    []string
	}{
		{false, []string{"Datum: –\n", "Diarienummer: –\n", "Enhet/Verksamhet: –\n", "Ansvarig chef: –\n", "Handläggare: –\n", "## Förslag till beslut\n–", "## Beslutsunderlag\n–",
			"## Förvaltningens beredning av ärendet\n–", "## Ekonomisk konsekvens/finansiering\n–", "### För kännedom\n–", "### För åtgärd\n–"}},
		{true, []string{"Protokollsutdrag –\n", "# § – Internkontrollrapport 2025\n", "Diarienummer: –", "## Beslutsunderlag\n–", "### För kännedom\n–", "### För åtgärd\n–"}},
	} {
		m := &Matter{Annual: Annual{Committee: Committee{Name: "Nämnden"}, Year: "2025", Date: time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)}, Extract: tt.extract}
		text := strings.ReplaceAll(plain(m.Build()), noBreak, " ")
		contains(t, text, tt.want, nil)
		if err := document.Validate(m.Build()); err != nil {
			t.Error(err)
		}
	}
	a := Annual{Committee: Committee{Name: "Nämnden"}, Year: "2025", Date: time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)}
	contains(t, plain(a.Build()), []string{"## Kontroller och granskningar\n–", "## Kommungemensamma granskningar\n–", "## Kontroller som inte har genomförts\n–",
		"## Återkoppling på tidigare års åtgärder\n–", "## Samlad bedömning\n–"}, []string{"Uppföljning av risker"})
}

func TestSourcesStandOnDraftsOfMattersOnly(t *testing.T) {
	for _, extract := range []bool{false, true} {
		m := sampleMatter(extract)
		contains(t, plain(m.Build()), nil, []string{"Källor", "Utkast"})
		m.State = document.Draft
		contains(t, plain(m.Build()), []string{"## Källor", "Kontroller och mätningar, nämndens journal: post 87", "Utkast"}, nil)
	}
}

func TestMatterParts(t *testing.T) {
	for _, extract := range []bool{false, true} {
		for _, p := range sampleMatter(extract).Parts() {
			if p.Missing != "" {
				t.Errorf("%s: got %q missing", p.Title, p.Missing)
			}
		}
		m := sampleMatter(extract)
		m.Points, m.Managers, m.Officials, m.Basis, m.Case.Numbers, m.Decision, m.CaseNumber, m.MemorandumDate = nil, nil, nil, nil, nil, nil, "", ""
		lacking := 0
		for _, p := range m.Parts() {
			if p.Missing != "" && p.Resource == m.Case.Name {
				lacking++
			}
		}
		if want := map[bool]int{false: 6, true: 3}[extract]; lacking != want {
			t.Errorf("extract %v: got %d parts lacking, want %d", extract, lacking, want)
		}
	}
}

func TestAnnualSaysWhatTheControlsFound(t *testing.T) {
	a := fullAnnual()
	text := plain(a.Build())
	contains(t, text, []string{
		"Granskning: Stickprov i akter", "Stickprov: Antal granskade akter: 40 av 1 312.", "* I 4 av 40 granskade akter (10 %) finns avvikelsen ”Beslutet saknar motivering”. " +
			"Stickprovet är litet: med 95 % säkerhet ligger andelen av alla akter mellan 4 % och 23 %.",
		"* I några få av 40 granskade akter finns avvikelsen ”Uppgifter saknas”.", "Stickprov (Ekonomi): Antal granskade fakturor: ett tjugotal.", "Stickprov: loggar.",
		"Enkät: Är rutinen känd? 42 av 60 tillfrågade svarade (70 %).", "Måluppfyllelse: Inte uppfyllt (beräknat: delvis uppfyllt). Skäl: Få akter.",
		"Bedömning: Större avvikelse", "Jämfört med tidigare år: Går inte att jämföra", "Kontrollen har inte genomförts. Skäl: Vakans.",
		"* Kontroll av delegation. Vakans.", "* Kontroll av attest. Resultat saknas.", "Åtgärd: Ta fram en handlingsplan (föreslagen, ansvarig: verksamhetschef, klar senast 30 juni 2026)",
		"Uppföljning av risker", "Risk 1 av 2", "[Åtgärder efter år och läge]\n2023\n  Ingen uppgift\n    1\n2024\n  Genomförd\n    2", "Den interna kontrollen är tillräcklig.",
	}, []string{"Flyttad kontroll"})
	contains(t, text, []string{"3 procentenheter lägre än 2024 (96 %)", "13 orosanmälningar, lika många som 2024."}, nil)
}

func TestNoTargetNothingToMeet(t *testing.T) {
	a := sampleAnnual()
	a.Controls = []Control{{Name: "a", Title: "Utan mål", Result: &Result{Computed: NotAssessed, Text: "x"}}}
	contains(t, plain(a.Build()), nil, []string{"Måluppfyllelse"})
	a.Controls[0].Indicators = []Indicator{{Title: "i", Goals: []string{"minst 3"}}}
	contains(t, plain(a.Build()), []string{"Måluppfyllelse: Kan inte bedömas"}, nil)
}

func TestSentencesArePrintedAsTheyAre(t *testing.T) {
	a := sampleAnnual()
	a.Controls[0].Indicators[0].Sentence = "_*[93 %](x)* `i` 3\u00a0%"
	contains(t, plain(a.Build()), []string{"_*[93 %](x)* `i` 3 %"}, nil)
}

func TestGroupsFollowTheTreeOfUnits(t *testing.T) {
	f := findings{units: []Unit{{Name: "b", Title: "B", Position: 2}, {Name: "a1", Title: "A1", Parent: "a"}, {Name: "a", Title: "A", Position: 1},
		{Name: "x", Title: "X", Parent: "y"}, {Name: "y", Title: "Y", Parent: "x"}},
		controls: []Control{{Name: "1", Unit: "b"}, {Name: "2", Unit: "a1"}, {Name: "3", Unit: "a"}, {Name: "4", Unit: "x"}, {Name: "5", Unit: "unknown"}, {Name: "6"},
			{Name: "7", Point: true, Area: "3"}, {Name: "8", Point: true, Area: "gone"}}}
	var got []string
	for _, g := range f.areas() {
		line := g.title
		for _, c := range g.controls {
			line += " " + c.Name
		}
		got = append(got, line)
	}
	if want := []string{"A 3 7", "A1 2", "B 1", "X 4", "Övriga kontrollområden 5 6"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if rest := f.points(""); len(rest) != 1 || rest[0].Name != "8" {
		t.Errorf("a point of no known area is lost: %+v", rest)
	}
}

func TestGoal(t *testing.T) {
	for _, tt := range []struct {
		give Target
		want string
	}{
		{Target{Text: " Alla. ", Operator: AtLeast, Value: at(3)}, "Alla."}, {Target{Operator: AtLeast, Value: at(93.5), Share: true}, "minst 93,5 %"},
		{Target{Operator: AtMost, Value: at(12), Unit: "dagar"}, "högst 12 dagar"}, {Target{Operator: Equals, Value: at(0)}, "0"}, {Target{Operator: Equals}, "–"},
		{Target{Operator: Increase}, "ska öka"}, {Target{Operator: Decrease, Baseline: 2020}, "ska minska jämfört med 2020"},
		{Target{Operator: Unchanged}, "ska vara oförändrat"}, {Target{}, ""},
	} {
		if got := strings.ReplaceAll(Goal(tt.give), noBreak, " "); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.give, got, tt.want)
		}
	}
}
