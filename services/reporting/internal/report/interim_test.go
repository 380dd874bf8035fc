package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
)

func TestInterimGolden(t *testing.T) {
	tests := map[string]Interim{
		"interim": sample(),
		"interim-no": with(func(i *Interim) {
			i.Round.Closed = false
			i.Risks[1].Answer, i.Risks[1].AnswerTitle = FollowsNot, "Nej"
			i.Risks[2].Answer, i.Risks[2].AnswerTitle = FollowsPartly, "Delvis"
			i.Risks[3].Answer, i.Risks[3].AnswerTitle, i.Risks[3].Comment = Unanswered, "", ""
		}),
	}
	for name, give := range tests {
		d := BuildInterim(give)
		if err := document.Validate(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		golden(t, name, plain(d))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	documenttest.Golden(t, name+".golden", got)
}

func TestConclusion(t *testing.T) {
	answer := func(n int, a Answer) func(*Interim) { return func(i *Interim) { i.Risks[n].Answer = a } }
	first := func(n int) func(*Interim) {
		return func(i *Interim) {
			i.Risks = i.Risks[:n]
			i.Plan.Risks = append(i.Plan.Risks[:n:n], i.Plan.Risks[4:]...)
		}
	}
	tests := []struct {
		name       string
		change     func(*Interim)
		want, lack []string
	}{
		{"all follow", func(*Interim) {},
			[]string{"för första halvåret 2025", "samtliga fyra kritiska risker hanteras enligt planen"}, []string{"inte", "saknas"}},
		{"one does not", answer(0, FollowsNot),
			[]string{"tre av de fyra kritiska riskerna hanteras enligt planen", "följer **inte** planen för en av de fyra kritiska riskerna",
				"oriktiga uppgifter", "(riskvärde\u00a09)"}, []string{"samtliga", "delvis", "saknas"}},
		{"one in part", answer(2, FollowsPartly),
			[]string{"tre av de fyra", "**delvis** för en av de fyra kritiska riskerna", "skyddad identitet"}, []string{"samtliga", "**inte**"}},
		{"one cannot be told", answer(3, CannotTell), []string{"Det går inte att säga", "gemensamma mappen"}, []string{"samtliga", "saknas"}},
		{"one unanswered", answer(1, Unanswered),
			[]string{"tre av de fyra", "Svar saknas för en av de fyra kritiska riskerna", "bemanningen"}, []string{"samtliga", "**inte**", "delvis"}},
		{"unanswered while open", func(i *Interim) { i.Round.Closed = false; i.Risks[0].Answer = Unanswered },
			[]string{"Svar saknas ännu för en"}, nil},
		{"closed without answers", func(i *Interim) { i.Risks[0].Answer = Unanswered; i.Round.UnansweredReason = "Chefen *är* sjuk." },
			[]string{`Skälet är: Chefen \*är\* sjuk.`}, []string{"ännu"}},
		{"none answered", func(i *Interim) {
			for n := range i.Risks {
				i.Risks[n].Answer = Unanswered
			}
		}, []string{"Svar saknas för samtliga fyra kritiska risker"}, []string{"Svaren visar", "enligt planen"}},
		{"none follows", func(i *Interim) {
			for n := range i.Risks {
				i.Risks[n].Answer = FollowsNot
			}
		}, []string{"följer **inte** planen för samtliga fyra kritiska risker"}, []string{"Svaren visar", "enligt planen"}},
		{"one critical", first(1), []string{"om den kritiska risken", "Tabellen nedan", "Svaret visar att den kritiska risken hanteras enligt planen"}, []string{"en av"}},
		{"two critical", first(2), []string{"båda de kritiska riskerna hanteras enligt planen"}, nil},
		{"no critical", func(i *Interim) { i.Risks = nil; i.Plan.Risks = i.Plan.Risks[4:] },
			[]string{"Inga risker i planen är bedömda som kritiska"}, []string{"Svaren", "enligt planen"}},
		{"critical but not taken up", func(i *Interim) { i.Risks = i.Risks[:3] },
			[]string{"samtliga tre kritiska risker", "En kritisk risk i planen ingår inte i uppföljningen."}, nil},
		{"no longer critical", func(i *Interim) { i.Plan.Risks[0].Critical = false },
			[]string{"samtliga fyra uppföljda risker"}, []string{"kritiska risker hanteras"}},
		{"without a period", func(i *Interim) { i.Round.Period = " " }, []string{"om de kritiska riskerna."}, []string{" för ."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := with(tt.change)
			contains(t, i.conclusion(), tt.want, tt.lack)
		})
	}
}

func contains(t *testing.T, got string, want, lack []string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(got, text) {
			t.Errorf("got %q, which lacks %q", got, text)
		}
	}
	for _, text := range lack {
		if strings.Contains(got, text) {
			t.Errorf("got %q, which must not say %q", got, text)
		}
	}
}

func TestSummary(t *testing.T) {
	treat := func(sets ...[]Treatment) func(*Interim) {
		return func(i *Interim) {
			for n, set := range sets {
				i.Plan.Risks[n].Treatments = set
			}
		}
	}
	tests := []struct {
		name   string
		change func(*Interim)
		want   string
	}{
		{"as in the sample", func(*Interim) {}, "Planen omfattar 14 risker, fyra av dem kritiska. De kritiska riskerna ska " +
			"omhändertas i det systematiska förbättringsarbetet, och en av dem ska även granskas."},
		{"none critical", func(i *Interim) { i.Plan.Risks = i.Plan.Risks[4:] }, "Planen omfattar tio risker. Ingen av dem är kritisk."},
		{"one critical", func(i *Interim) { i.Plan.Risks = append(i.Plan.Risks[2:3:3], i.Plan.Risks[4:]...) },
			"Planen omfattar elva risker, en av dem kritisk. Den kritiska risken ska omhändertas i det systematiska " +
				"förbättringsarbetet, och den ska även granskas."},
		{"all critical", func(i *Interim) { i.Plan.Risks = i.Plan.Risks[:2] },
			"Planen omfattar två risker, samtliga kritiska. De kritiska riskerna ska omhändertas i det systematiska förbättringsarbetet."},
		{"a single risk", func(i *Interim) { i.Plan.Risks = i.Plan.Risks[:1] },
			"Planen omfattar en risk, och den är kritisk. Den kritiska risken ska omhändertas i det systematiska förbättringsarbetet."},
		{"empty plan", func(i *Interim) { i.Plan.Risks = nil }, "Planen omfattar inga risker."},
		{"different treatments", treat([]Treatment{Improve}, []Treatment{Improve}, []Treatment{Review}, []Treatment{Accept}),
			"Planen omfattar 14 risker, fyra av dem kritiska. Två av de kritiska riskerna ska omhändertas i det systematiska " +
				"förbättringsarbetet, en kritisk risk ska accepteras, och en kritisk risk ska granskas."},
		{"nothing chosen", treat(nil, nil), "Planen omfattar 14 risker, fyra av dem kritiska. Två av de kritiska riskerna ska " +
			"omhändertas i det systematiska förbättringsarbetet, och en kritisk risk ska även granskas. För två kritiska risker " +
			"är ingen hantering vald."},
		{"not assessed", func(i *Interim) { i.Plan.Risks = i.Plan.Risks[4:]; i.Plan.Risks[0].Assessed = false },
			"Planen omfattar tio risker. Ingen av dem är kritisk. För en risk saknas en bedömd risknivå."},
		{"all risks followed up", func(i *Interim) { i.Plan.Risks = i.Plan.Risks[4:]; i.Round.Selection = SelectAll },
			"Planen omfattar tio risker. Ingen av dem är kritisk. I uppföljningen ingår fyra risker."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := with(tt.change)
			if diff := cmp.Diff(tt.want, i.summary()); diff != "" {
				t.Errorf("summary differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestYearEnd(t *testing.T) {
	tests := []struct {
		reviews, checks int
		want            string
	}{
		{2, 3, "(två granskningar och tre kontrollmoment)"},
		{1, 0, "(en granskning)"},
		{0, 1, "(ett kontrollmoment)"},
		{0, 13, "(13 kontrollmoment)"},
		{0, 0, "inga beslutade granskningar eller kontrollmoment"},
	}
	for _, tt := range tests {
		i := with(func(i *Interim) { i.Plan.Reviews, i.Plan.Checks = tt.reviews, tt.checks })
		contains(t, i.yearEnd(), []string{tt.want, "föregående års internkontrollplan"}, nil)
	}
}

func TestDecided(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Interim)
		want   string
	}{
		{"decided", func(*Interim) {}, "Socialnämnden beslutade den 10\u00a0december\u00a02024, §\u00a0112, om en internkontrollplan för 2025 " +
			"(diarienummer SN-2024/259)."},
		{"not decided", func(i *Interim) { i.Plan.Decision = nil; i.Plan.CaseNumber = "" },
			"Socialnämnden har en internkontrollplan för 2025 som ännu inte är beslutad."},
		{"revised", func(i *Interim) { i.Plan.Version, i.Plan.Revising = 2, true },
			"Socialnämnden beslutade den 10\u00a0december\u00a02024, §\u00a0112, om en reviderad internkontrollplan för 2025 " +
				"(diarienummer SN-2024/259). En ny version av planen är under arbete. Uppföljningen gäller den beslutade."},
		{"no date", func(i *Interim) { i.Plan.Decision = &Decision{CaseNumber: "1.1.-593"} },
			"Socialnämnden har beslutat om en internkontrollplan för 2025 (diarienummer 1\\.1.-593)."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := with(tt.change)
			if got := i.decided(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOwnTextsReplaceTheStandardOnes(t *testing.T) {
	i := with(func(i *Interim) {
		i.Case.Texts = map[string]string{KeyConclusion: "Vår **egen** slutsats.", KeyBackground: "  \n "}
	})
	got := plain(BuildInterim(i))
	contains(t, got, []string{"Vår egen slutsats.", "6 kap. 6 §", "14 risker"}, []string{"samtliga fyra"})
}

func TestHeadingsFollowTheSelection(t *testing.T) {
	for selection, want := range map[Selection]string{
		SelectCritical: "Uppföljning av kritiska risker i socialnämndens internkontrollplan 2025",
		SelectDue:      "Uppföljning av utvalda risker i socialnämndens internkontrollplan 2025",
		SelectAll:      "Uppföljning av samtliga risker i socialnämndens internkontrollplan 2025",
	} {
		i := with(func(i *Interim) { i.Round.Selection = selection })
		contains(t, plain(BuildInterim(i)), []string{"\n## " + want + "\n"}, nil)
	}
}

// Trap 2: a value without axes, axes without a value, and an axis that is called väsentlighet.
func TestAssessmentText(t *testing.T) {
	tests := []struct {
		give Assessment
		want string
	}{
		{Assessment{}, ""},
		{Assessment{Value: at(12)}, "12"},
		{Assessment{Value: at(7.5), Level: "Kritisk"}, "7,5 – kritisk"},
		{Assessment{Level: "Kritisk"}, "kritisk"},
		{Assessment{Value: at(12), Level: "Hög", Likelihood: at(3), Consequence: at(4), Product: true},
			"12 – hög (sannolikhet\u00a03 × konsekvens\u00a04)"},
		{Assessment{Value: at(9), Likelihood: at(3), Consequence: at(4), ConsequenceAxis: "Väsentlighet"},
			"9 (sannolikhet\u00a03, väsentlighet\u00a04)"},
		{Assessment{Likelihood: at(2)}, "(sannolikhet\u00a02)"},
	}
	for _, tt := range tests {
		if got := tt.give.text(); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

func TestBlocksHaveSevenLabelledRowsInOrder(t *testing.T) {
	want := []string{"Risk", "Ansvarsområde/process", "Riskvärde", "Befintliga aktiviteter och egenkontroller",
		"Planerad hantering", "Följer plan", "Kommentar"}
	values := []string{"9 – kritisk", "12 – kritisk", "8 – kritisk", "12 – kritisk"}
	n := 0
	for _, block := range BuildInterim(sample()).Blocks {
		table, ok := block.(document.Table)
		if !ok {
			continue
		}
		var labels []string
		for _, row := range table.Rows {
			labels = append(labels, runs(row[0].Blocks[0].(document.Paragraph)))
		}
		if diff := cmp.Diff(want, labels); diff != "" {
			t.Errorf("table %d: labels differ (-want +got):\n%s", n, diff)
		}
		if got := runs(table.Rows[2][1].Blocks[0].(document.Paragraph)); got != values[n] {
			t.Errorf("table %d: got value %q, want %q", n, got, values[n])
		}
		n++
	}
	if n != len(values) {
		t.Errorf("got %d tables, want %d", n, len(values))
	}
}

func TestParts(t *testing.T) {
	ready := sample()
	for _, p := range ready.Parts() {
		if p.Missing != "" || p.Resource != "" {
			t.Errorf("part %q: got missing %q at %q, want it ready", p.Title, p.Missing, p.Resource)
		}
	}
	i := with(func(i *Interim) {
		i.Risks[1].Answer = Unanswered
		i.Risks[2].Comment = " "
		i.Plan.Decision, i.Plan.CaseNumber, i.Round.Closed = nil, "", false
	})
	lacking := map[string]string{}
	for _, p := range i.Parts() {
		if p.Missing != "" {
			lacking[p.Resource] += p.Missing
		}
	}
	contains(t, lacking[i.Risks[1].FollowUp], []string{"Svar", "bemanningen"}, nil)
	contains(t, lacking[i.Risks[2].FollowUp], []string{"Kommentar", "skyddad identitet"}, nil)
	contains(t, lacking[i.Plan.Name], []string{"inte beslutad", "Diarienummer"}, nil)
	contains(t, lacking[i.Round.Name], []string{"öppen"}, nil)
}

func TestLookup(t *testing.T) {
	spec, err := Lookup(KindInterim)
	if err != nil || !spec.ReportsRound {
		t.Fatalf("got %+v, %v", spec, err)
	}
	if err := spec.Format(FormatPDF); err != nil {
		t.Error(err)
	}
	if err := spec.Format(FormatXLSX); !fault.Is(err, fault.Unsupported) {
		t.Errorf("got %v, want Unsupported", err)
	}
	if spec, err = Lookup(KindPlan); err != nil || spec.ReportsRound || !spec.NeedsDecision {
		t.Errorf("got %+v, %v", spec, err)
	}
	for kind, want := range map[Kind]Spec{KindAnnual: {ReportsRound: true}, KindMemorandum: {NeedsCase: true}, KindMinutesExtract: {NeedsCase: true}} {
		if got, err := Lookup(kind); err != nil || got.ReportsRound != want.ReportsRound || got.NeedsCase != want.NeedsCase || got.Stem == "" {
			t.Errorf("%s: got %+v, %v", kind, got, err)
		}
	}
	for _, kind := range []Kind{KindConsolidated, ""} {
		if _, err := Lookup(kind); !fault.Is(err, fault.Unsupported) {
			t.Errorf("%q: got %v, want Unsupported", kind, err)
		}
	}
}
