package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// column is one column of a table in the plan.
func column(head string, width float64) document.Column {
	return document.Column{Head: head, Width: width}
}

// scaleBlocks defines the steps of both axes and the levels.
func (p *ControlPlan) scaleBlocks() []document.Block {
	var blocks []document.Block
	if note := strings.TrimSpace(p.Method.Note); note != "" {
		blocks = append(blocks, document.Text("Om metoden: "+note))
	}
	for _, a := range []Axis{p.Method.Likelihood, p.Method.Consequence} {
		if len(a.Steps) > 0 {
			blocks = append(blocks, a.table())
		}
	}
	if len(p.Method.Levels) > 0 {
		blocks = append(blocks, p.Method.levelTable())
	}
	return blocks
}

func (a Axis) table() document.Table {
	t := document.Table{Caption: sentence(headingText(a.Title)), RowHeaders: true,
		Columns: []document.Column{column("Steg", 0.3), column("Betydelse", 0.7)}}
	for _, s := range a.Steps {
		t.Rows = append(t.Rows, document.Row{textCell(s.words()), textCell(s.Description)})
	}
	return t
}

// levelTable tells what each level means and prescribes, the gravest last.
func (m Method) levelTable() document.Table {
	t := document.Table{Caption: "Risknivåer", RowHeaders: true, Columns: []document.Column{column("Nivå", 0.16), column("Riskvärde", 0.22),
		column("Vad nivån innebär", 0.34), column("Minsta hantering", 0.28)}}
	for _, l := range m.Levels {
		var ranges []string
		for _, b := range m.Bands {
			if b.Level == l.ID {
				ranges = append(ranges, b.words())
			}
		}
		t.Rows = append(t.Rows, document.Row{textCell(l.Title), textCell(sentence(strings.Join(ranges, ", "))), textCell(l.Description),
			textCell(strings.Join(l.Prescribed, ", "))})
	}
	return t
}

// matrixBlocks shows the matrix; a method without axes has none.
func (p *ControlPlan) matrixBlocks() []document.Block {
	matrix, err := p.Matrix()
	if err != nil {
		return nil
	}
	return matrix.Blocks("Riskmatris: riskerna i riskanalysen efter " + lowerFirst(matrix.RowTitle) + " och " + lowerFirst(matrix.ColumnTitle))
}

// Matrix places the plan's risks, all that were analysed.
func (p *ControlPlan) Matrix() (*Matrix, error) { return NewMatrix(p.Method, p.Placed(), p.Name) }

// Placed returns the risks of the plan as a matrix needs them.
func (p *ControlPlan) Placed() []Placed {
	placed := make([]Placed, len(p.Entries))
	for i, e := range p.Entries {
		placed[i] = Placed{Number: i + 1, Title: e.Title, Likelihood: e.Assessment.Likelihood, Consequence: e.Assessment.Consequence, Level: e.Level}
	}
	return placed
}

// riskBlocks writes a table for each risk in the plan.
func (p *ControlPlan) riskBlocks() []document.Block {
	var blocks []document.Block
	for _, e := range p.chosen() {
		blocks = append(blocks, p.riskTable(e))
	}
	return blocks
}

func (p *ControlPlan) riskTable(e numbered) document.Table {
	rows := []document.Labelled{{Label: p.Template.label(labelKeyRisk), Value: textCell(e.Title)}}
	for _, more := range []struct{ label, text string }{{"Beskrivning", e.Description}, {"Orsaker", e.Causes}, {"Följder", e.Effects}} {
		if strings.TrimSpace(more.text) != "" {
			rows = append(rows, document.Labelled{Label: more.label, Value: markdownCell(more.text)})
		}
	}
	rows = append(rows, document.Labelled{Label: p.Template.label(labelKeyProcess), Value: markdownCell(e.Process)})
	if len(e.Areas) > 0 {
		rows = append(rows, document.Labelled{Label: "Område", Value: textCell(strings.Join(e.Areas, "\n"))})
	}
	rows = append(rows, document.Labelled{Label: p.Template.label(labelKeyValue), Value: textCell(e.Assessment.text())},
		document.Labelled{Label: p.Template.label(labelKeyControls), Value: markdownCell(e.Controls)})
	if len(e.Answers) > 0 {
		rows = append(rows, document.Labelled{Label: "Frågor", Value: textCell(e.answers())})
	}
	rows = append(rows, document.Labelled{Label: "Hantering", Value: e.treatments()},
		document.Labelled{Label: p.Template.label(labelKeyHandling), Value: markdownCell(e.Handling)},
		document.Labelled{Label: "Ansvarig", Value: textCell(roles(e.Owners))})
	if moved := moved(e.MovedFrom, e.MovedTo); moved != "" {
		rows = append(rows, document.Labelled{Label: "Flyttad", Value: textCell(moved)})
	}
	return document.LabelledRows(p.riskCaption(e), rows...)
}

// riskCaption numbers a risk and names it.
func (p *ControlPlan) riskCaption(e numbered) string {
	text := fmt.Sprintf("Risk %d", e.number)
	if name := titleName(Risk{Title: e.Title}); name != "" {
		return text + ": " + name
	}
	return text
}

// answers writes every question with its answer; a blank one is said to be so.
func (e Entry) answers() string {
	var lines []string
	for _, a := range e.Answers {
		answer := "inte besvarad"
		if a.Given {
			answer = map[bool]string{true: "ja", false: "nej"}[a.Yes]
		}
		lines = append(lines, strings.TrimSpace(a.Question)+" – "+answer)
	}
	return strings.Join(lines, "\n")
}

// treatments lists the chosen ways to deal with a risk.
func (e Entry) treatments() document.Cell {
	var lines []string
	for _, t := range e.Treatments {
		line := t.Title
		if reason := strings.TrimSpace(t.Reason); reason != "" {
			line += " (skäl: " + strings.TrimRight(reason, ".") + ")"
		}
		lines = append(lines, line)
	}
	return textCell(strings.Join(lines, "\n"))
}

// roles writes who answers for something; nobody gives an empty text.
func roles(owners []string) string { return sentence(enumerate(owners)) }

// moved says where something was moved from or to; empty when it was not.
func moved(from, to string) string {
	switch {
	case to != "":
		return "Flyttad till " + lowerCommittee(Committee{Name: to}) + ". Den hanteras inte längre i den här planen."
	case from != "":
		return "Flyttad hit från " + lowerCommittee(Committee{Name: from}) + "."
	}
	return ""
}

// actionBlocks lists the actions: those decided with the plan, those that checks gave rise to, others of the year, and those
// of earlier years.
func (p *ControlPlan) actionBlocks() []document.Block {
	var direct, others []PlanAction
	for _, a := range p.Actions {
		if a.Direct {
			direct = append(direct, a)
		} else {
			others = append(others, a)
		}
	}
	var blocks []document.Block
	blocks = append(blocks, p.actionTable("Direktåtgärder", direct)...)
	blocks = append(blocks, p.actionTable("Åtgärder efter kontroller och granskningar", others)...)
	if len(p.Later) > 0 {
		blocks = append(append(blocks, p.laterNote()), p.actionTable("Andra åtgärder "+p.Year, p.Later)...)
	}
	return append(blocks, p.actionTable("Åtgärder från tidigare års planer som inte är avslutade", p.Earlier)...)
}

// laterNote says what sets the other actions of the year apart from the plan's own.
func (p *ControlPlan) laterNote() document.Block {
	if p.Standing == Decided {
		return document.Text("Följande åtgärder för " + p.Year +
			" ingick inte i beslutet om planen. De har tillkommit efter det eller getts som särskilda uppdrag.")
	}
	return document.Text("Följande åtgärder för " + p.Year + " har getts som särskilda uppdrag eller är redan avslutade.")
}

// actionTable lists actions; nothing for none.
func (p *ControlPlan) actionTable(caption string, actions []PlanAction) []document.Block {
	if len(actions) == 0 {
		return nil
	}
	t := document.Table{Caption: caption, RowHeaders: true, Columns: []document.Column{column("Åtgärd", 0.34), column("Gäller", 0.24),
		column("Ansvarig", 0.2), column("Klar senast", 0.22)}}
	for _, a := range actions {
		title := a.Title
		if a.Proposed {
			title = strings.TrimRight(title, " .") + " (föreslagen)"
		}
		due := longDate(a.Due)
		if status := a.standing(); status != "" {
			due = strings.TrimPrefix(due+"\n"+status, "\n")
		}
		cell := textCell(title)
		cell.Blocks = append(cell.Blocks, document.FromMarkdown(a.Description)...)
		t.Rows = append(t.Rows, document.Row{cell, textCell(p.source(a)), textCell(roles(a.Owners)), textCell(due)})
	}
	return []document.Block{t}
}

// standing says how far an action has come, or that it is ended.
func (a PlanAction) standing() string {
	if a.Closed {
		return "Avslutad"
	}
	return a.Status
}

// source says what an action comes from.
func (p *ControlPlan) source(a PlanAction) string {
	if e, ok := p.entry(a.Source); ok {
		return p.riskCaption(e)
	}
	for _, c := range p.Points {
		if c.Name == a.Source {
			return c.Title
		}
	}
	if note := strings.TrimSpace(a.Note); note != "" {
		return strings.TrimRight(note, ".")
	}
	if a.Year != "" && a.Year != p.Year {
		return "Planen för " + a.Year
	}
	return "Planen"
}

// areaBlocks lists the control areas with their targets under the headings of their units.
func (p *ControlPlan) areaBlocks() []document.Block {
	f := findings{controls: p.Areas, units: p.Units, template: p.Template}
	groups := f.areas()
	var blocks []document.Block
	for _, g := range groups {
		if len(groups) > 1 || len(g.controls) > 0 && f.known(g.controls[0].Unit) {
			blocks = append(blocks, document.Heading{Level: 3, Text: headingText(g.title)})
		}
		blocks = append(blocks, p.areaTable(g))
	}
	return blocks
}

// areaTable lists the control areas of one heading; who reports them has a column when somebody is named.
func (p *ControlPlan) areaTable(g group) document.Table {
	t := document.Table{Caption: "Kontrollområden: " + headingText(g.title), RowHeaders: true, Columns: []document.Column{
		column(p.Template.label(labelKeyArea), 0.45), column(p.Template.label(labelKeyGoal), 0.55)}}
	named := slices.ContainsFunc(p.Areas, func(c Control) bool { return len(c.Owners) > 0 })
	if named {
		t.Columns = []document.Column{column(p.Template.label(labelKeyArea), 0.4), column(p.Template.label(labelKeyGoal), 0.36), column("Kontrollansvarig", 0.24)}
	}
	for _, c := range g.controls {
		area := textCell(c.Title)
		area.Blocks = append(area.Blocks, document.FromMarkdown(c.Description)...)
		row := document.Row{area, textCell(strings.Join(c.goals(), "\n"))}
		if named {
			row = append(row, textCell(roles(c.Owners)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p *ControlPlan) reviewBlocks() []document.Block {
	return p.pointBlocks("Granskning", func(c ControlPoint) bool { return c.Review && !c.Common })
}

func (p *ControlPlan) checkBlocks() []document.Block {
	return p.pointBlocks("Kontrollmoment", func(c ControlPoint) bool { return !c.Review && !c.Common })
}

func (p *ControlPlan) commonBlocks() []document.Block {
	return p.pointBlocks("Kommungemensam granskning", func(c ControlPoint) bool { return c.Common })
}

// pointBlocks writes a table for each control point of a sort.
func (p *ControlPlan) pointBlocks(what string, of func(ControlPoint) bool) []document.Block {
	var blocks []document.Block
	for _, c := range p.Points {
		if of(c) {
			caption := fmt.Sprintf("%s %d: %s", what, len(blocks)+1, cut(strings.Fields(strings.TrimRight(c.Title, " .\n"))))
			blocks = append(blocks, p.pointTable(strings.TrimSuffix(caption, ": "), c))
		}
	}
	return blocks
}

func (p *ControlPlan) pointTable(caption string, c ControlPoint) document.Table {
	rows := []document.Labelled{{Label: "Vad som kontrolleras", Value: textCell(c.Title)}}
	if moved := moved(c.MovedFrom, c.MovedTo); moved != "" {
		rows = append(rows, document.Labelled{Label: "Flyttad", Value: textCell(moved)})
	}
	if c.Area != "" {
		rows = append(rows, document.Labelled{Label: p.Template.label(labelKeyArea), Value: textCell(c.Area)})
	}
	rows = append(rows, document.Labelled{Label: "Risk", Value: textCell(p.linked(c))},
		document.Labelled{Label: "Syfte", Value: markdownCell(c.Purpose)},
		document.Labelled{Label: "Omfattning och avgränsning", Value: markdownCell(c.Scope)},
		document.Labelled{Label: "Kontrollmetod", Value: markdownCell(c.Method)},
		document.Labelled{Label: "Stickprov", Value: textCell(c.Sample)},
		document.Labelled{Label: "Frekvens", Value: textCell(c.Frequency)},
		document.Labelled{Label: "Kontrollansvarig", Value: textCell(roles(c.Owners))},
		document.Labelled{Label: "Ansvarig chef", Value: textCell(sentence(c.Manager))},
		document.Labelled{Label: "Rapporteras till", Value: textCell(sentence(c.ReportTo))})
	if len(c.Goals) > 0 {
		rows = append(rows, document.Labelled{Label: p.Template.label(labelKeyGoal), Value: textCell(strings.Join(c.Goals, "\n"))})
	}
	return document.LabelledRows(caption, rows...)
}

// linked names the risks of a control point with their values, and the value stated on the point itself. A point without a
// risk says so.
func (p *ControlPlan) linked(c ControlPoint) string {
	var lines []string
	for _, name := range c.Entries {
		if e, ok := p.entry(name); ok {
			lines = append(lines, p.valued(e))
		}
	}
	if c.Value != nil {
		lines = append(lines, "Riskvärde "+decimal(*c.Value)+", angivet för kontrollen")
	}
	if len(lines) == 0 {
		return "Ingen risk i planen är kopplad hit."
	}
	return strings.Join(lines, "\n")
}

// valued names a risk with its value: "Risk 3 (8 – kritisk): att uppgifter hanteras fel".
func (p *ControlPlan) valued(e numbered) string {
	number, name, named := strings.Cut(p.riskCaption(e), ": ")
	if short := e.Assessment.short(); short != "" {
		number += " (" + short + ")"
	}
	if !named {
		return number
	}
	return number + ": " + name
}

// roundBlocks lists the follow-ups with their dates.
func (p *ControlPlan) roundBlocks() []document.Block {
	if len(p.Rounds) == 0 {
		return nil
	}
	t := document.Table{Caption: "Uppföljningar av planen", RowHeaders: true,
		Columns: []document.Column{column("Uppföljning", 0.24), column("Omfattar", 0.24), column("Datum", 0.52)}}
	for _, r := range p.Rounds {
		t.Rows = append(t.Rows, document.Row{textCell(r.Title), textCell(r.scope()), textCell(r.dates())})
	}
	return []document.Block{t}
}

func (r PlanRound) scope() string {
	return strings.TrimPrefix(strings.TrimSuffix(sentence(r.Takes)+"\n"+sentence(r.Period), "\n"), "\n")
}

func (r PlanRound) dates() string {
	var lines []string
	for _, s := range r.Steps {
		lines = append(lines, s.Title+": senast "+longDate(s.Day))
	}
	if r.Meeting != "" {
		lines = append(lines, "Nämndens sammanträde: "+longDate(r.Meeting))
	}
	return strings.Join(lines, "\n")
}

// appendixBlocks lists everything that was analysed, also what was not chosen, and headings that hold no risk.
func (p *ControlPlan) appendixBlocks() []document.Block {
	var blocks []document.Block
	if len(p.Entries) > 0 {
		blocks = append(blocks, p.appendixTable())
	}
	for _, a := range p.Method.Areas {
		if len(a.Empty) > 0 {
			blocks = append(blocks, document.Text("Genomgånget utan att någon risk hittades ("+lowerFirst(a.Title)+"): "+enumerate(a.Empty)+"."))
		}
	}
	return blocks
}

func (p *ControlPlan) appendixTable() document.Table {
	t := document.Table{Caption: "Alla risker i riskanalysen", RowHeaders: true, Columns: []document.Column{{Head: "Nr", Width: 0.07, Numeric: true},
		column("Risk", 0.37), column("Riskvärde", 0.32), column("Ingår i planen", 0.24)}}
	for i, e := range p.Entries {
		t.Rows = append(t.Rows, document.Row{textCell(fmt.Sprint(i + 1)), textCell(e.Title), textCell(e.Assessment.lines()), textCell(e.choice())})
	}
	return t
}

// choice says whether the risk is taken up, and why not.
func (e Entry) choice() string {
	switch e.Choice {
	case InPlan:
		return "Ja"
	case NotChosen:
		if reason := strings.TrimSpace(e.NotChosenReason); reason != "" {
			return "Nej. " + reason
		}
		return "Nej"
	case Undecided:
	}
	return "Inte avgjort"
}
