package report

import (
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/html"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
)

// hostile puts one text into every place that people write.
func hostile(text string, answer int) Interim {
	risk := Risk{Title: text, Process: text, Controls: text, Handling: text, Comment: text, AnswerTitle: text,
		Answer: Answer(answer % (int(CannotTell) + 1)), Assessment: Assessment{Level: text, LikelihoodAxis: text, Value: at(float64(answer)), Likelihood: at(3)}}
	return Interim{
		Municipality: text, Committee: Committee{Name: text, Genitive: text}, Title: text, Date: time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC),
		Plan: Plan{Year: text, HowMade: text, CaseNumber: text, Decision: &Decision{CaseNumber: text, MeetingDate: text, Paragraph: text},
			Risks: []PlanRisk{{Critical: true, Treatments: []Treatment{Improve}}}},
		Round:     Round{Title: text, Period: text, Closed: answer%2 == 0, UnansweredReason: text},
		Risks:     []Risk{risk, risk},
		Case:      Case{Numbers: []string{text}, Texts: map[string]string{KeyBackground: text}},
		Positions: []Position{{Service: text, Scope: text, Sequence: 1, Hash: text}},
	}
}

// No text can keep a document from being made, in any format.
func FuzzHostileText(f *testing.F) {
	for i, seed := range []string{"", " ", "\x00\x1b[31m", "😀✓שלום", "\xff\xfe", "# x\n\n| a | b |", "]]>&<script>alert(1)</script>",
		"\u202e\u00ad\u2028", "https://exempel.se/" + string(make([]byte, 90)), "- \n1. \n> x", "[x](javascript:alert(1))", "\u0301\u0301a"} {
		f.Add(seed, i)
	}
	f.Fuzz(func(t *testing.T, text string, answer int) {
		if answer < 0 {
			answer = -(answer + 1)
		}
		i := hostile(text, answer)
		d := BuildInterim(i)
		if err := document.Validate(d); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for name, render := range map[string]func() ([]byte, error){
			"html": func() ([]byte, error) { return html.Render(d) },
			"pdf":  func() ([]byte, error) { return pdf.Render(d, pdf.Options{}) },
			"docx": func() ([]byte, error) { return docx.Render(d) },
		} {
			if file, err := render(); err != nil || len(file) == 0 {
				t.Errorf("%s of %q: %d bytes, %v", name, text, len(file), err)
			}
		}
		i.Parts()
	})
}
