package report

import (
	"slices"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// Keys of the texts of a yearly report that a case may replace.
const (
	KeyAnnualIntroduction = "annual_introduction"
	KeyAssessment         = "assessment"
)

// Annual is everything that a yearly report says something about.
type Annual struct {
	// Municipality is its name; Committee the committee's.
	Municipality string
	Committee    Committee
	// Name is the plan's resource name; Year the last part of it.
	Name, Year string
	CaseNumber string
	// Decision is nil until the committee has decided the plan.
	Decision *Decision
	// Revising is true when the next version of the plan is in work.
	Revising bool
	Round    Round
	// Interims are the follow-ups that were made during the year, in order of meeting.
	Interims []PlanRound
	// Controls are the plan's control areas and control points with what the round found.
	Controls []Control
	// Units is the organisation under whose headings control areas lie.
	Units []Unit
	// PlanRisks counts the risks of the plan; Risks are the follow-ups of the round, in its order.
	PlanRisks int
	Risks     []Risk
	// Earlier are the actions of earlier years.
	Earlier []FollowedAction
	Case    Case
	// Template shapes the document.
	Template Template
	// Title replaces the built-in one, unless empty.
	Title string
	// Date is the document's date.
	Date time.Time
	// State is draft or final.
	State document.State
	// Positions say how far the journals of the sources had come.
	Positions []Position
}

// Build makes the yearly report.
func (a *Annual) Build() *document.Document {
	return &document.Document{Meta: a.meta(), Blocks: a.Case.write(a.arranged())}
}

// pieces returns the parts in the order of the built-in form. What the plan has nothing of is left out; the rest is printed
// even when it is empty.
func (a *Annual) pieces() []piece {
	f := a.findings()
	return []piece{
		{key: KeyAnnualIntroduction, text: true, heading: "Inledning", standard: a.introduction},
		{key: "control_areas", bare: true, optional: true, data: a.areaBlocks},
		{key: "control_points", heading: "Kontroller och granskningar", optional: len(a.Controls) > 0 || a.PlanRisks > 0,
			data: func() []document.Block { return f.table(group{"Kontroller och granskningar", f.points("")}) }},
		{key: "common", heading: "Kommungemensamma granskningar",
			data: func() []document.Block { return f.table(group{"Kommungemensamma granskningar", f.common()}) }},
		{key: "risks", heading: "Uppföljning av risker", optional: a.PlanRisks == 0, data: a.riskBlocks},
		{key: "not_performed", heading: "Kontroller som inte har genomförts", data: a.notPerformed},
		{key: "earlier_actions", heading: "Återkoppling på tidigare års åtgärder", data: a.earlierBlocks},
		{key: KeyAssessment, text: true, heading: "Samlad bedömning"},
	}
}

func (a *Annual) about() about { return about{a.Year, a.Committee} }

// arranged returns the parts as the template arranges them.
func (a *Annual) arranged() []piece { return arrange(a.pieces(), a.Template, a.about()) }

func (a *Annual) findings() findings {
	return findings{controls: a.Controls, units: a.Units, template: a.Template, figures: true}
}

func (a *Annual) meta() document.Meta {
	return document.Meta{Title: a.DocumentTitle(), Subject: "Internkontrollrapport för " + lowerCommittee(a.Committee) + " " + a.Year, Author: a.Committee.Name,
		Municipality: a.Municipality, Committee: a.Committee.Name, CaseNumber: a.caseNumber(), Date: a.Date, State: a.State, Sources: sourceLines(a.Positions)}
}

// sourceLines writes the positions for people; a chain without entries has none.
func sourceLines(positions []Position) []string {
	var lines []string
	for _, p := range positions {
		if p.Sequence > 0 {
			lines = append(lines, p.line())
		}
	}
	return lines
}

// DocumentTitle returns the document's title: its own, else the template's, else the built-in one.
func (a *Annual) DocumentTitle() string {
	return firstOf(a.Title, a.Template.title(a.about()), "Internkontrollrapport "+a.Year)
}

// caseNumber returns the numbers of the case, else that of the decision, else the plan's.
func (a *Annual) caseNumber() string {
	if len(a.Case.Numbers) > 0 {
		return strings.Join(a.Case.Numbers, ", ")
	}
	if a.Decision != nil && a.Decision.CaseNumber != "" {
		return a.Decision.CaseNumber
	}
	return a.CaseNumber
}

// introduction says what is reported, on what it rests and what was done during the year; Markdown.
func (a *Annual) introduction() string {
	paragraphs := []string{a.decided(), a.extent()}
	if a.Revising {
		paragraphs = append(paragraphs, "En ny version av planen är under arbete. Rapporten gäller den beslutade.")
	}
	return strings.Join(nonEmpty(paragraphs), "\n\n")
}

// decided says what was decided and when, what was followed up, and what is reported now.
func (a *Annual) decided() string {
	what := a.what()
	text := quote(sentence(a.Committee.Name)) + " har inte beslutat om " + what + " för " + quote(a.Year) + "."
	if d := a.Decision; d != nil {
		text = quote(sentence(a.Committee.Name)) + " beslutade om " + what + " för " + quote(a.Year)
		if d.MeetingDate != "" {
			text += " den " + longDate(quote(d.MeetingDate))
		}
		text += strings.TrimSuffix(d.paragraph(), ",") + "."
	}
	for _, r := range a.Interims {
		text += " Under året gjordes uppföljningen ”" + quote(r.Title) + "”"
		if period := strings.TrimSpace(r.Period); period != "" && !strings.Contains(r.Title, period) {
			text += " (" + quote(period) + ")"
		}
		text += "."
	}
	period := ""
	if p := strings.TrimSpace(a.Round.Period); p != "" {
		period = " för " + quote(p)
	}
	return text + " Här redovisas resultatet" + period + "."
}

// what names the plan by what it holds.
func (a *Annual) what() string {
	points := slices.ContainsFunc(a.Controls, func(c Control) bool { return c.Point })
	if len(a.Controls) > 0 && !points && a.PlanRisks == 0 {
		return "kontrollområden"
	}
	return "en internkontrollplan"
}

// extent says how much the plan holds and for how much of it there is a result.
func (a *Annual) extent() string {
	var parts []string
	if len(a.Controls) > 0 {
		parts = append(parts, countControls(a.Controls), resultSentence(a.Controls))
	}
	if a.PlanRisks > 0 {
		parts = append(parts, "Planen tar upp "+riskNoun.count(a.PlanRisks)+". Uppföljningen omfattar "+riskNoun.count(len(a.Risks))+".")
	}
	return strings.Join(parts, " ")
}

// areaBlocks writes the control areas under the headings of their units.
func (a *Annual) areaBlocks() []document.Block {
	var blocks []document.Block
	f := a.findings()
	for _, g := range f.areas() {
		blocks = append(blocks, document.Heading{Level: 2, Text: headingText(g.title)})
		blocks = append(blocks, f.table(g)...)
	}
	return blocks
}

// riskBlocks writes a table for each risk of the round.
func (a *Annual) riskBlocks() []document.Block {
	i := Interim{Risks: a.Risks}
	var blocks []document.Block
	for n, r := range a.Risks {
		blocks = append(blocks, r.table(i.caption(n), a.Template))
	}
	return blocks
}

// notPerformed lists what was not performed with the reasons, and what nobody has said anything about.
func (a *Annual) notPerformed() []document.Block {
	list := document.List{}
	for _, c := range a.Controls {
		text := ""
		switch {
		case c.Result != nil && c.Result.Execution == NotPerformed:
			text = ended(firstOf(c.Result.NotPerformedReason, "Skäl saknas."))
		case a.silent(c):
			text = "Resultat saknas."
		default:
			continue
		}
		list.Items = append(list.Items, document.Item{Blocks: []document.Block{document.Paragraph{Runs: []document.Run{
			{Text: ended(c.Title) + " ", Strong: true}, {Text: text}}}}})
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []document.Block{list}
}

// silent reports whether nothing is known of a control: no result, no value, and for an area no points that speak for it.
func (a *Annual) silent(c Control) bool {
	if c.MovedTo != "" || c.Result != nil || c.measured() {
		return false
	}
	return c.Point || len(a.findings().points(c.Name)) == 0
}

// earlierBlocks counts the actions of earlier years by year and status, and lists them.
func (a *Annual) earlierBlocks() []document.Block {
	if len(a.Earlier) == 0 {
		return nil
	}
	return []document.Block{a.earlierCounts(), a.earlierList()}
}

const noStatus = "Ingen uppgift"

func (e FollowedAction) status() string { return firstOf(e.Status, noStatus) }

func (a *Annual) earlierCounts() document.Table {
	t := document.Table{Caption: "Åtgärder efter år och läge", RowHeaders: true,
		Columns: []document.Column{column("Plan för år", 0.3), column("Läge", 0.45), {Head: "Antal", Width: 0.25, Numeric: true}}}
	type key struct{ year, status string }
	counts := map[key]int{}
	var order []key
	for _, e := range a.Earlier {
		k := key{e.Year, e.status()}
		if counts[k] == 0 {
			order = append(order, k)
		}
		counts[k]++
	}
	slices.SortStableFunc(order, func(x, y key) int { return strings.Compare(x.year, y.year) })
	for _, k := range order {
		t.Rows = append(t.Rows, document.Row{textCell(k.year), textCell(k.status), textCell(document.FormatInteger(int64(counts[k])))})
	}
	return t
}

func (a *Annual) earlierList() document.Table {
	t := document.Table{Caption: "Åtgärder från tidigare års planer", RowHeaders: true, Columns: []document.Column{column("Åtgärd", 0.36),
		column("År", 0.1), column("Läge", 0.32), column("Ansvarig", 0.22)}}
	for _, e := range a.Earlier {
		state := e.status()
		if e.Due != "" {
			state += "\nKlar senast " + longDate(e.Due)
		}
		cell := textCell(state)
		cell.Blocks = append(cell.Blocks, document.FromMarkdown(e.Comment)...)
		t.Rows = append(t.Rows, document.Row{textCell(e.Title), textCell(e.Year), cell, textCell(roles(e.Owners))})
	}
	return t
}
