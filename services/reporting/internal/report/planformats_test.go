package report

import (
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/html"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf/structcheck"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/raster"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/svg"
)

// TestPlansPassTheChecksOfDocuments runs the plan of each sort of method through the checks of every format, our own and
// those of others.
func TestPlansPassTheChecksOfDocuments(t *testing.T) {
	for name, m := range methods() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := samplePlan(m)
			d := p.Build()
			file := rendered(t, func() ([]byte, error) { return pdf.Render(d, pdf.Options{}) })
			checkPDF(t, file)
			if code, out := documenttest.External(t, "qpdf", "--check", documenttest.Written(t, "plan.pdf", file)); code != 0 || strings.Contains(out, "WARNING") {
				t.Errorf("qpdf: exit code %d\n%s", code, out)
			}
			archive := rendered(t, func() ([]byte, error) { return pdf.Render(d, pdf.Options{Variant: pdf.Archive1}) })
			checkPDF(t, archive)
			if code, out := documenttest.ValidateArchive(t, archive); code != 0 {
				t.Errorf("PDF/A-1: exit code %d\n%s", code, out)
			}
			office := rendered(t, func() ([]byte, error) { return docx.Render(d) })
			if v, out := documenttest.ValidateOffice(t, office); !v.OK || len(v.Errors) > 0 {
				t.Errorf("Office file: %s", out)
			}
			rendered(t, func() ([]byte, error) { return html.Render(d) })
		})
	}
}

func checkPDF(t *testing.T, file []byte) {
	t.Helper()
	if problems := structcheck.Check(file); len(problems) > 0 {
		t.Errorf("got problems %v, want none", problems)
	}
	if err := structcheck.Validate(file); err != nil {
		t.Errorf("strict validation: %v", err)
	}
}

func rendered(t *testing.T, render func() ([]byte, error)) []byte {
	t.Helper()
	file, err := render()
	if err != nil || len(file) == 0 {
		t.Fatalf("got %d bytes and error %v", len(file), err)
	}
	return file
}

// TestMatrixGolden keeps the figure of each sort of method as SVG.
func TestMatrixGolden(t *testing.T) {
	for name, m := range methods() {
		p := samplePlan(m)
		x, err := p.Matrix()
		if !m.HasAxes() || name == "twenty" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if name == "five" {
			x.Compare(Earlier{Name: "2025", Risks: p.Placed()[:6]})
		}
		f := x.Alone(p.MatrixHeading(), document.Draft)
		golden(t, "matrix-"+name, svg.Render(f.Scene, svg.Label{ID: "riskmatris", Title: f.Caption, Description: f.Alternative}))
	}
}

// hostilePlan puts one text into every place that people write.
func hostilePlan(text string, number int) ControlPlan {
	m := Method{Note: text, Likelihood: axisOf(text, text, text), Consequence: axisOf(text, text, text, text), Rule: ValueRule(number % 3),
		Levels: []Level{{ID: "a", Title: text, Description: text, Prescribed: []string{text}}, {ID: "b", Title: text}},
		Bands:  []Band{{Level: "a", Upper: at(3)}, {Level: "b", Lower: at(3), LowerOpen: true}}, Areas: []Area{{Title: text, Empty: []string{text}}},
		Cells: []TableCell{{1, 1, float64(number)}}}
	entry := Entry{Name: "e", Title: text, Process: text, Description: text, Causes: text, Effects: text, Controls: text, Handling: text, Level: "a",
		Areas: []string{text}, Treatments: []Chosen{{text, text}}, Answers: []Answered{{Question: text}}, Owners: []string{text, text}, Choice: InPlan,
		NotChosenReason: text, MovedFrom: text, Assessment: Assessment{Value: at(float64(number)), Level: text, Likelihood: at(1), Consequence: at(2)}}
	other := entry
	other.Choice = NotChosen
	return ControlPlan{Municipality: text, Committee: Committee{Name: text, Genitive: text}, Year: text, PlanTitle: text, Version: number,
		Standing: Standing(number % 3), RevisionReason: text, CaseNumber: text, Decision: &Decision{CaseNumber: text, MeetingDate: text, Paragraph: text},
		HowMade: text, Sections: []Section{{Title: text, Text: text}, {Title: "Inledning", Text: text}, {Title: text}}, Method: m,
		Entries: []Entry{entry, other}, Date: time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC),
		Points: []ControlPoint{{Title: text, Review: number%2 == 0, Area: text, Entries: []string{"e", text}, Purpose: text, Scope: text, Method: text,
			Frequency: text, Sample: text, ReportTo: text, Manager: text, Owners: []string{text}, MovedTo: text}},
		Actions: []PlanAction{{Title: text, Description: text, Source: "e", Direct: true, Due: text, Status: text, Owners: []string{text}}},
		Later:   []PlanAction{{Title: text, Note: text, Status: text, Closed: number%2 == 0}},
		Rounds:  []PlanRound{{Title: text, Period: text, Takes: text, Meeting: text, Steps: []RoundDate{{text, text}}}},
		Case:    Case{Numbers: []string{text}, Texts: map[string]string{KeyScale: text}}}
}

// No text can keep a plan from being made, in any format, nor its matrix from being drawn.
func FuzzHostilePlan(f *testing.F) {
	for i, seed := range []string{"", " ", "\x00\x1b[31m", "😀✓שלום", "\xff\xfe", "# x\n\n| a | b |", "]]>&<script>alert(1)</script>",
		"\u202e\u00ad\u2028", "https://exempel.se/" + string(make([]byte, 90)), strings.Repeat("långtord", 40), "- \n1. \n> x", "\u0301\u0301a"} {
		f.Add(seed, i)
	}
	f.Fuzz(func(t *testing.T, text string, number int) {
		number &= 0xffff
		p := hostilePlan(text, number)
		d := p.Build()
		if err := document.Validate(d); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		rendered(t, func() ([]byte, error) { return html.Render(d) })
		rendered(t, func() ([]byte, error) { return docx.Render(d) })
		checkPDF(t, rendered(t, func() ([]byte, error) { return pdf.Render(d, pdf.Options{}) }))
		x, err := p.Matrix()
		if err != nil {
			t.Fatal(err)
		}
		rendered(t, func() ([]byte, error) { return raster.Render(x.Alone(text, document.Draft).Scene) })
		p.Parts()
	})
}
