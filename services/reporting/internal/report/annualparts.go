package report

import (
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Parts tells of which parts the report will consist, in its order, and what is missing.
func (a *Annual) Parts() []Part {
	var parts []Part
	for _, p := range a.arranged() {
		if p.hidden || p.optional && p.silent(a.Case) {
			continue
		}
		made := p.part()
		if p.key == "control_areas" && p.bare {
			made.Title = "Kontrollområden"
		}
		if p.key == KeyAssessment && p.text && a.Case.blank(p) {
			made.Missing, made.Resource = "Samlad bedömning saknas. Skriv den i ärendet.", firstOf(a.Case.Name, a.Round.Name)
		}
		parts = append(parts, made)
	}
	for _, c := range a.Controls {
		part := c.part()
		if !a.silent(c) {
			part.Missing, part.Resource = "", ""
		}
		parts = append(parts, part)
	}
	i := Interim{Risks: a.Risks}
	for n := range a.Risks {
		parts = append(parts, i.riskPart(n))
	}
	number := Part{Title: "Diarienummer"}
	if a.caseNumber() == "" {
		number.Missing, number.Resource = "Diarienummer saknas. Ange det i ärendet, eller i planen.", firstOf(a.Case.Name, a.Name)
	}
	return append(parts, number, Round.part(a.Round))
}

// blank reports whether neither the case nor the form says anything in a part.
func (c Case) blank(p piece) bool {
	_, stated := c.own(p)
	return !stated && strings.TrimSpace(p.withoutCase()) == ""
}

// part tells whether the round is closed.
func (r Round) part() Part {
	p := Part{Title: "Uppföljningen är avslutad"}
	if !r.Closed {
		p.Missing, p.Resource = "Uppföljningen är öppen. Avsluta den innan dokumentet görs slutligt.", r.Name
	}
	return p
}

// Obstacles returns nothing: the round alone decides whether the report can be made final.
func (a *Annual) Obstacles() []fault.Field { return nil }

// Obstacles returns nothing: the round alone decides whether the follow-up can be made final.
func (i *Interim) Obstacles() []fault.Field { return nil }

// Obstacles returns nothing: the committee's decision alone decides whether the plan can be made final.
func (p *ControlPlan) Obstacles() []fault.Field { return nil }
