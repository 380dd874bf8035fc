package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

func TestPlanGolden(t *testing.T) {
	for name, m := range methods() {
		if name == "twenty" {
			continue // its tables are too long to read
		}
		p := samplePlan(m)
		d := p.Build()
		if err := document.Validate(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		golden(t, "plan-"+name, plain(d))
	}
}

// headings returns the headings of level 2.
func headings(d *document.Document) []string {
	var found []string
	for _, block := range d.Blocks {
		if h, ok := block.(document.Heading); ok && h.Level == 2 {
			found = append(found, h.Text)
		}
	}
	return found
}

func TestPlanOrder(t *testing.T) {
	order := []string{"Innehåll", "Inledning", "Intern kontroll", "Ansvar", "Riskanalys", "Skala och nivåer", "Riskmatris", "Risker i planen", "Åtgärder",
		"Nämndens granskningar", "Kontroller", "Kommungemensamma granskningar", "Uppföljning", "Bilaga: Riskanalys"}
	tests := []struct {
		name     string
		sections []Section
		want     []string
	}{
		{"no sections of its own", nil, order},
		{"the same heading, written otherwise", []Section{{Title: " ansvar  och roller", Text: "x"}}, order},
		{"one after the introduction", []Section{{Title: "Inledning"}, {Title: "Särskilt i år"}}, slices.Insert(slices.Clone(order), 2, "Särskilt i år")},
		{"one before everything", []Section{{Title: "Förord"}}, slices.Insert(slices.Clone(order), 1, "Förord")},
		{"built-in controls only when the plan has them", []Section{{Title: "Inbyggda kontroller"}}, slices.Insert(slices.Clone(order), 8, "Inbyggda kontroller")},
		{"the same heading twice", []Section{{Title: "Ansvar"}, {Title: "Ansvar"}}, slices.Insert(slices.Clone(order), 4, "Ansvar")},
		{"without a heading", []Section{{Title: " "}}, slices.Insert(slices.Clone(order), 1, "–")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := samplePlan(methods()["four"])
			p.Sections = tt.sections
			if got := headings(p.Build()); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPlanTexts(t *testing.T) {
	tests := []struct {
		name       string
		change     func(*ControlPlan)
		want, lack []string
	}{
		{"own section replaces the standard text", func(*ControlPlan) {}, []string{"Planen gäller all verksamhet."}, []string{"Internkontrollplanen visar vilka"}},
		{"the case's text replaces both", func(p *ControlPlan) { p.Case.Texts = map[string]string{KeyIntroduction: "Ärendets text."} },
			[]string{"Ärendets text."}, []string{"Planen gäller all verksamhet."}},
		{"a blank section keeps the standard text", func(p *ControlPlan) { p.Sections = []Section{{Title: "Ansvar"}} }, []string{"yttersta ansvaret"}, nil},
		{"an empty section on purpose", func(p *ControlPlan) { p.Sections = []Section{{Title: "Ansvar", Empty: true}} }, []string{"## Ansvar\n–"}, []string{"yttersta ansvaret"}},
		{"the statute", func(*ControlPlan) {}, []string{"6 kap. 6 § kommunallagen (2017:725)"}, nil},
		{"decided", func(*ControlPlan) {}, []string{"9 december 2025, § 131"}, []string{"förslag till beslut", "utkast"}},
		{"actions that were not decided with it", func(*ControlPlan) {}, []string{"ingick inte i beslutet", "Andra åtgärder 2026",
			"Uppdrag från kommunstyrelsen 2026-03-25 § 61", "Avslutad"}, []string{"Klar\n"}},
		{"assignments while it is drafted", func(p *ControlPlan) { p.Standing = Drafted }, []string{"har getts som särskilda uppdrag eller"}, []string{"ingick inte i beslutet"}},
		{"proposed", func(p *ControlPlan) { p.Standing = Proposed }, []string{"Planen är ett förslag till beslut."}, []string{"9 december 2025"}},
		{"drafted", func(p *ControlPlan) { p.Standing, p.Decision = Drafted, nil }, []string{"Planen är ett utkast.", "SN-2025/301"}, nil},
		{"revised", func(p *ControlPlan) { p.Version, p.RevisionReason, p.Sections = 2, "Ny *lag*.", nil }, []string{"version 2", "följande skäl: Ny *lag*."}, nil},
		{"nothing at all", func(p *ControlPlan) {
			p.Entries, p.Points, p.Actions, p.Later, p.Earlier, p.Rounds, p.Sections = nil, nil, nil, nil, nil, nil, nil
		}, []string{"## Risker i planen\n–", "## Åtgärder\n–", "## Nämndens granskningar\n–", "## Kontroller\n–", "## Kommungemensamma granskningar\n–",
			"Datum för uppföljningarna är inte bestämda"}, nil},
		{"moved", func(*ControlPlan) {}, []string{"Flyttad till utbildningsnämnden. Den hanteras inte längre"}, nil},
		{"blank is not no", func(*ControlPlan) {}, []string{"Görs kontroller? – inte besvarad", "Finns en rutin? – nej"}, nil},
		{"not chosen, with the reason", func(*ControlPlan) {}, []string{"Nej. Riskvärdet är lågt."}, nil},
		{"undecided", func(p *ControlPlan) { p.Entries[0].Choice = Undecided }, []string{"Inte avgjort"}, nil},
		{"point with its risks and their values", func(*ControlPlan) {}, []string{"Risk 1 (", "Risk 3 (", "Riskvärde 6, angivet för kontrollen"}, nil},
		{"empty headings are told of", func(*ControlPlan) {}, []string{"Genomgånget utan att någon risk hittades (riskkategori): Oegentligheter och Otillåten påverkan."}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := samplePlan(methods()["four"])
			tt.change(&p)
			contains(t, plain(p.Build()), tt.want, tt.lack)
		})
	}
}

func TestCommonPointsHaveTheirOwnPart(t *testing.T) {
	p := samplePlan(methods()["stated"])
	p.Points[1].Common = true
	_, after, _ := strings.Cut(plain(p.Build()), "## Kommungemensamma granskningar")
	contains(t, after, []string{"Kommungemensam granskning 1: Kontroll av attest"}, nil)
}

func TestMethodWithoutAxesHasNoMatrix(t *testing.T) {
	p := samplePlan(methods()["stated"])
	d := p.Build()
	contains(t, plain(d), []string{"Planen har ingen riskmatris"}, []string{"Riskmatrisen som tabell"})
	if slices.ContainsFunc(d.Blocks, func(b document.Block) bool { _, is := b.(document.Figure); return is }) {
		t.Error("there is a figure")
	}
}

func TestPlanParts(t *testing.T) {
	p := samplePlan(methods()["four"])
	missing := map[string]string{}
	for _, part := range p.Parts() {
		missing[part.Title] = part.Missing
		if (part.Missing == "") != (part.Resource == "") {
			t.Errorf("%s: missing %q, resource %q", part.Title, part.Missing, part.Resource)
		}
	}
	if got := missing["Nämndens beslut"]; got != "" {
		t.Errorf("the decision: got %q", got)
	}
	contains(t, missing["Kontroll av attest"], []string{"metod, omfattning, stickprov och frekvens"}, []string{"kontrollansvarig"})
	if got := missing["Kontroll som har flyttats"]; got != "" {
		t.Errorf("a moved point asks for %q", got)
	}
	p.Standing, p.CaseNumber, p.Decision, p.Rounds = Drafted, "", nil, nil
	p.Entries[0].Owners, p.Entries[9].Choice = nil, Undecided
	text := ""
	for _, part := range p.Parts() {
		text += part.Missing + "\n"
	}
	contains(t, text, []string{"Planen är inte beslutad", "Diarienummer saknas", "Ingen uppföljning är planerad", "Ansvarig saknas", "inte avgjort"}, nil)
}

func TestBandWords(t *testing.T) {
	tests := map[string]Band{
		"alla värden": {}, "under 4": {Upper: at(4), UpperOpen: true}, "till och med 4": {Upper: at(4)}, "9 och uppåt": {Lower: at(9)},
		"över 9": {Lower: at(9), LowerOpen: true}, "från 4 till under 8": {Lower: at(4), Upper: at(8), UpperOpen: true}, "3": {Lower: at(3), Upper: at(3)},
		"över 2,5 till och med 4": {Lower: at(2.5), LowerOpen: true, Upper: at(4)},
	}
	for want, band := range tests {
		if got := strings.ReplaceAll(band.words(), noBreak, " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
