package report

import (
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/html"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
)

// hostileControls put one text into every place that people write.
func hostileControls(text string, number int) []Control {
	result := &Result{Name: text, Execution: Execution(number % 4), NotPerformedReason: text, Grade: text, Computed: Fulfilment(number % 5), Stated: Fulfilment((number + 1) % 5),
		OverrideReason: text, Text: text, Standpoint: Standpoint(number % 5), Comment: text,
		Samples: []Sample{{Title: text, Extent: text, Unit: text, Deviations: []string{text, text}}, {Title: text}},
		Surveys: []Survey{{Question: text, Answer: text, Answered: text}}, Actions: []ResultAction{{Title: text, State: text, Due: text, Owners: []string{text}}}}
	series := &Series{Title: text, Unit: text, Year: number, Points: []Point{{Label: text, Value: at(float64(number)), Note: text}, {Label: text, Words: text}},
		Goals: []SeriesGoal{{Words: text, Value: at(1)}, {Words: text, Text: text}, {Text: text, Value: at(2)}}}
	indicator := Indicator{Title: text, Goals: []string{text}, Sentence: text, Measured: true, Told: []string{text}, Years: series, Units: series}
	return []Control{{Name: "a", Title: text, Description: text, Unit: text, Indicators: []Indicator{indicator, indicator}, Result: result},
		{Name: "p", Title: text, Point: true, Area: "a", Result: result}, {Name: "q", Title: text, Point: true, Area: text, MovedTo: ""}, {Name: "c", Title: text, Point: true, Common: true}}
}

func hostileMatter(text string, number int) *Matter {
	return &Matter{Extract: number%2 == 0, Yearly: number%3 != 0, CaseTitle: text, MeetingDate: text, MemorandumDate: text, Paragraph: text, UnitText: text,
		Points: []DecisionPoint{{text, text}, {text, text}}, Managers: []Signatory{{Role: text, Holder: text, Acting: true}, {Role: text}}, Basis: []BasisDocument{{text, text}},
		Appendices: []string{text}, Information: []string{text}, Execution: []string{text},
		Annual: Annual{Municipality: text, Committee: Committee{Name: text, Genitive: text}, Year: text, CaseNumber: text,
			Decision: &Decision{MeetingDate: text, Paragraph: text}, Round: Round{Period: text}, Interims: []PlanRound{{Title: text, Period: text}},
			Controls: hostileControls(text, number), Units: []Unit{{Name: text, Title: text, Parent: text}}, PlanRisks: number % 2, Risks: []Risk{{Title: text, Comment: text}},
			Earlier: []FollowedAction{{Title: text, Year: text, Status: text, Comment: text, Due: text, Owners: []string{text}}},
			Case:    Case{Numbers: []string{text}, Texts: map[string]string{KeyAssessment: text, KeySubject: text, "own": text}},
			Template: Template{Title: text, Parts: []TemplatePart{{Key: "own", Title: text, Text: text}, {Key: KeyAssessment, Title: text}, {Key: "basis", Text: text}},
				Labels: []Label{{labelKeyArea, text}, {labelKeyExecute, text}, {labelKeyMemorandum, text}}},
			Title: text, Date: time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC), Positions: []Position{{Service: text, Scope: text, Sequence: 1, Hash: text}}}}
}

// No text can keep a yearly report, a memorandum or an extract from being made, in any format.
func FuzzHostileMatter(f *testing.F) {
	for i, seed := range []string{"", " ", "\x00\x1b[31m", "😀✓שלום", "\xff\xfe", "# x\n\n| a | b |", "]]>&<script>alert(1)</script>",
		"\u202e\u00ad\u2028", "{year}{committee}", strings.Repeat("långtord", 40), "- \n1. \n> x", "\u0301\u0301a", "\u00ad", "."} {
		f.Add(seed, i)
	}
	f.Fuzz(func(t *testing.T, text string, number int) {
		number &= 0xffff
		m := hostileMatter(text, number)
		interim := Interim{Committee: m.Committee, Controls: m.Controls, Units: m.Units, Template: m.Template, Date: m.Date}
		plan := ControlPlan{Committee: m.Committee, Areas: m.Controls[:1], Units: m.Units, Template: m.Template, Date: m.Date}
		for _, contents := range []Contents{m, &m.Annual, &interim, &plan} {
			d := contents.Build()
			if err := document.Validate(d); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			rendered(t, func() ([]byte, error) { return html.Render(d) })
			rendered(t, func() ([]byte, error) { return docx.Render(d) })
			checkPDF(t, rendered(t, func() ([]byte, error) { return pdf.Render(d, pdf.Options{}) }))
			contents.Parts()
		}
	})
}
