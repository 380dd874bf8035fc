package report

import (
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// sheetText returns Markdown as a cell of plain text.
func sheetText(markdown string) document.SheetCell {
	return document.CellText(document.Plain(document.FromMarkdown(markdown)))
}

// sheetNumber numbers a row.
func sheetNumber(n int) document.SheetCell {
	v := float64(n)
	return document.CellNumber(&v, 0)
}

// levelCell names a level in its colour.
func (p *ControlPlan) levelCell(a Assessment) document.SheetCell {
	cell := document.CellText(a.Level)
	for i, l := range p.Method.Levels {
		if l.Title == a.Level && a.Level != "" {
			tone := scene.ScaleTone(i, len(p.Method.Levels))
			cell.Tone = &tone
		}
	}
	return cell
}

// taken says whether a risk is taken up.
func (e Entry) taken() string {
	switch e.Choice {
	case InPlan:
		return "Ja"
	case NotChosen:
		return "Nej"
	case Undecided:
	}
	return "Inte bestämt"
}

// stepNumber shows as many decimals as a step or value needs, two at most, as in the document.
func stepNumber(v *float64) document.SheetCell {
	if v == nil || *v == float64(int64(*v)) {
		return document.CellNumber(v, 0)
	}
	return document.CellNumber(v, stepDecimals)
}

// riskSheet lists every risk that was analysed.
func (p *ControlPlan) riskSheet() document.Sheet {
	s := document.Sheet{Title: sheetRisks, Empty: "Riskanalysen innehåller inga risker.", Columns: []document.SheetColumn{{Head: "Nr", Width: 6}, {Head: "Risk", Width: 44},
		{Head: "Ansvarsområde/process", Width: 26}, {Head: "Beskrivning", Width: 34}, {Head: "Orsaker", Width: 30}, {Head: "Effekter", Width: 30}, {Head: "Rubriker", Width: 22},
		{Head: axisTitle(p.Method.Likelihood, "Sannolikhet"), Width: 13}, {Head: axisTitle(p.Method.Consequence, "Konsekvens"), Width: 13}, {Head: "Riskvärde", Width: 11},
		{Head: "Risknivå", Width: 14}, {Head: "Befintliga aktiviteter och egenkontroller", Width: 36}, {Head: "Hantering", Width: 22}, {Head: "Planerad hantering", Width: 36},
		{Head: "I planen", Width: 12}, {Head: "Varför inte", Width: 28}, {Head: "Ansvarig", Width: 24}}}
	for i, e := range p.Entries {
		a := e.Assessment
		s.Rows = append(s.Rows, []document.SheetCell{sheetNumber(i + 1), document.CellText(e.Title), sheetText(e.Process), sheetText(e.Description), sheetText(e.Causes),
			sheetText(e.Effects), document.CellText(strings.Join(e.Areas, "\n")), stepNumber(a.Likelihood), stepNumber(a.Consequence), stepNumber(a.Value), p.levelCell(a),
			sheetText(e.Controls), document.CellText(sheetTreatments(e)), sheetText(e.Handling), document.CellText(e.taken()), document.CellText(e.NotChosenReason),
			document.CellText(strings.Join(e.Owners, "\n"))})
	}
	return s
}

func axisTitle(a Axis, otherwise string) string { return sentence(firstOf(a.Title, otherwise)) }

func sheetTreatments(e Entry) string {
	if len(e.Treatments) == 0 {
		return ""
	}
	return document.Plain(e.treatments().Blocks)
}

// areaSheet lists the control areas with who reports them. It is a sheet of its own, since an area may have no control point,
// and since the sheet of the controls is read back as it is.
func (p *ControlPlan) areaSheet() document.Sheet {
	s := document.Sheet{Title: sheetAreas, Empty: "Planen innehåller inga kontrollområden.", Columns: []document.SheetColumn{{Head: "Nr", Width: 6}, {Head: "Kontrollområde", Width: 44},
		{Head: "Enhet", Width: 26}, {Head: "Beskrivning", Width: 44}, {Head: "Mål", Width: 36}, {Head: "Kontrollansvarig", Width: 26}}}
	for i, c := range p.Areas {
		s.Rows = append(s.Rows, []document.SheetCell{sheetNumber(i + 1), document.CellText(c.Title), document.CellText(unitTitle(p.Units, c.Unit)), sheetText(c.Description),
			document.CellText(strings.Join(c.goals(), "\n")), document.CellText(strings.Join(c.Owners, "\n"))})
	}
	return s
}

// controlSheet lists the control points.
func (p *ControlPlan) controlSheet() document.Sheet {
	s := document.Sheet{Title: sheetControls, Empty: "Planen innehåller inga kontroller.", Columns: []document.SheetColumn{{Head: "Nr", Width: 6}, {Head: "Kontrollmoment", Width: 44},
		{Head: "Slag", Width: 16}, {Head: "Kontrollområde", Width: 28}, {Head: "Risker", Width: 30}, {Head: "Syfte", Width: 30}, {Head: "Omfattning", Width: 30},
		{Head: "Kontrollmetod", Width: 30}, {Head: "Mål", Width: 26}, {Head: "Frekvens", Width: 18}, {Head: "Antal stickprov", Width: 18}, {Head: "Kontrollansvarig", Width: 24},
		{Head: "Ansvarig chef", Width: 24}, {Head: "Rapporteras till", Width: 24}, {Head: "Riskvärde", Width: 11}}}
	for i, c := range p.Points {
		sort := Control{Review: c.Review}.sort()
		if c.Common {
			sort += ", kommungemensam"
		}
		s.Rows = append(s.Rows, []document.SheetCell{sheetNumber(i + 1), document.CellText(c.Title), document.CellText(sort), document.CellText(c.Area), document.CellText(p.riskNumbers(c)),
			sheetText(c.Purpose), sheetText(c.Scope), sheetText(c.Method), document.CellText(strings.Join(c.Goals, "\n")), document.CellText(c.Frequency), document.CellText(c.Sample),
			document.CellText(strings.Join(c.Owners, "\n")), document.CellText(c.Manager), document.CellText(c.ReportTo), stepNumber(c.Value)})
	}
	return s
}

// riskNumbers names the risks of a control point by number and words.
func (p *ControlPlan) riskNumbers(c ControlPoint) string {
	var lines []string
	for _, name := range c.Entries {
		if e, ok := p.entry(name); ok {
			lines = append(lines, p.riskCaption(e))
		}
	}
	return strings.Join(lines, "\n")
}

// actionHead are the columns of every sheet of actions.
func actionHead() []document.SheetColumn {
	return []document.SheetColumn{{Head: "Åtgärd", Width: 50}, {Head: "Beskrivning", Width: 40}, {Head: "Gäller", Width: 34}, {Head: "År", Width: 8}, {Head: "Status", Width: 18},
		{Head: "Klar senast", Width: 13}, {Head: "Ansvarig", Width: 26}}
}

func (p *ControlPlan) actionSheet() document.Sheet {
	s := document.Sheet{Title: sheetActions, Columns: actionHead(), Empty: "Det finns inga åtgärder."}
	for _, a := range append(append([]PlanAction{}, p.Actions...), p.Earlier...) {
		s.Rows = append(s.Rows, p.actionRow(a))
	}
	return s
}

func (p *ControlPlan) actionRow(a PlanAction) []document.SheetCell {
	status := a.Status
	if a.Proposed {
		status = "Föreslagen"
	}
	return []document.SheetCell{document.CellText(a.Title), sheetText(a.Description), document.CellText(p.source(a)), document.CellText(firstOf(a.Year, p.Year)),
		document.CellText(status), {Date: a.Due}, document.CellText(strings.Join(a.Owners, "\n"))}
}

// resultSheet lists what was found. Execution, grade and goal fulfilment are three columns.
func (a *Annual) resultSheet() document.Sheet {
	s := document.Sheet{Title: sheetResults, Empty: "Planen har inget att kontrollera.", Columns: []document.SheetColumn{{Head: "Kontrollområde eller kontroll", Width: 44}, {Head: "Slag", Width: 18},
		{Head: "Enhet", Width: 22}, {Head: "Mål", Width: 26}, {Head: "Mätning", Width: 44}, {Head: "Resultat", Width: 60}, {Head: "Genomförande", Width: 18}, {Head: "Bedömning", Width: 20},
		{Head: "Måluppfyllelse", Width: 24}, {Head: "Jämfört med tidigare", Width: 26}}}
	for _, c := range a.Controls {
		s.Rows = append(s.Rows, a.resultRow(c))
	}
	return s
}

func (a *Annual) resultRow(c Control) []document.SheetCell {
	sort := "Kontrollområde"
	if c.Point {
		sort = c.sort()
	}
	var measured []string
	for _, i := range c.Indicators {
		if i.Sentence != "" {
			measured = append(measured, i.Sentence)
		}
	}
	row := []document.SheetCell{document.CellText(c.Title), document.CellText(sort), document.CellText(unitTitle(a.Units, c.Unit)), document.CellText(strings.Join(c.goals(), "\n")),
		document.CellText(strings.Join(measured, "\n"))}
	if c.Result == nil {
		return append(row, document.SheetCell{}, document.SheetCell{}, document.SheetCell{}, document.SheetCell{}, document.SheetCell{})
	}
	r := c.Result
	return append(row, document.CellText(document.Plain(r.found())), document.CellText(r.execution()), document.CellText(r.Grade), document.CellText(r.fulfilment()), document.CellText(r.compared()))
}

func unitTitle(units []Unit, name string) string {
	for _, u := range units {
		if u.Name == name && name != "" {
			return u.Title
		}
	}
	return ""
}

// followUpSheet lists the answers about the plan's risks.
func (a *Annual) followUpSheet() document.Sheet {
	s := document.Sheet{Title: sheetFollowUps, Empty: "Uppföljningen tog inte upp några risker.", Columns: []document.SheetColumn{{Head: "Nr", Width: 6}, {Head: "Risk", Width: 50},
		{Head: "Ansvarsområde/process", Width: 26}, {Head: "Riskvärde", Width: 11}, {Head: "Risknivå", Width: 14}, {Head: "Planerad hantering", Width: 40}, {Head: "Följer plan", Width: 16}, {Head: "Kommentar", Width: 50}}}
	for i, r := range a.Risks {
		s.Rows = append(s.Rows, []document.SheetCell{sheetNumber(i + 1), document.CellText(r.Title), sheetText(r.Process), stepNumber(r.Assessment.Value),
			document.CellText(r.Assessment.Level), sheetText(r.Handling), document.CellText(r.AnswerTitle), sheetText(r.Comment)})
	}
	return s
}

// actionSheet lists the plan's actions, those that the results gave rise to, and those of earlier years.
func (a *Annual) actionSheet(p *ControlPlan) document.Sheet {
	s := document.Sheet{Title: sheetActions, Columns: actionHead(), Empty: "Det finns inga åtgärder."}
	for _, x := range p.Actions {
		s.Rows = append(s.Rows, p.actionRow(x))
	}
	for _, c := range a.Controls {
		if c.Result == nil {
			continue
		}
		for _, x := range c.Result.Actions {
			s.Rows = append(s.Rows, []document.SheetCell{document.CellText(x.Title), {}, document.CellText(c.Title), document.CellText(a.Year), document.CellText(sentence(x.State)),
				{Date: x.Due}, document.CellText(strings.Join(x.Owners, "\n"))})
		}
	}
	for _, x := range a.Earlier {
		s.Rows = append(s.Rows, []document.SheetCell{document.CellText(x.Title), sheetText(x.Comment), document.CellText("Planen för " + x.Year), document.CellText(x.Year),
			document.CellText(x.Status), {Date: x.Due}, document.CellText(strings.Join(x.Owners, "\n"))})
	}
	return s
}
