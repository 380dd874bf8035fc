package report

import (
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// pieces returns the parts in the order of the built-in form.
func (p *ControlPlan) pieces() []piece {
	return []piece{
		{key: KeyIntroduction, text: true, heading: "Inledning", standard: p.introduction},
		{key: KeyBackground, text: true, heading: "Intern kontroll", aliases: []string{"Bakgrund"}, fixed: background},
		{key: KeyResponsibility, text: true, heading: "Ansvar", aliases: []string{"Ansvar och roller", "Ansvarsfördelning"}, fixed: responsibility},
		{key: KeyHowMade, text: true, heading: "Riskanalys", aliases: []string{"Metod", "Så gjordes planen"}, fixed: planHowMade},
		{key: KeyScale, text: true, heading: "Skala och nivåer", aliases: []string{"Skala", "Bedömningsskala"}, standard: p.scaleText, data: p.scaleBlocks},
		{key: KeyMatrix, text: true, heading: "Riskmatris", standard: p.matrixText, data: p.matrixBlocks},
		{key: "risks", heading: "Risker i planen", aliases: []string{"Risker"}, data: p.riskBlocks},
		{key: "built_in_controls", heading: "Inbyggda kontroller", optional: p.section(piece{heading: "Inbyggda kontroller"}) < 0},
		{key: "control_areas", heading: "Kontrollområden", data: p.areaBlocks, optional: true},
		{key: "actions", heading: "Åtgärder", aliases: []string{"Direktåtgärder"}, data: p.actionBlocks},
		{key: "reviews", heading: "Nämndens granskningar", aliases: []string{"Granskningar"}, data: p.reviewBlocks},
		{key: "checks", heading: "Kontroller", aliases: []string{"Kontrollmoment", "Nämndens kontroller"}, data: p.checkBlocks},
		{key: "common", heading: "Kommungemensamma granskningar", aliases: []string{"Kommungemensamma kontroller"}, data: p.commonBlocks},
		{key: KeyFollowUp, text: true, heading: "Uppföljning", standard: p.followUpText, data: p.roundBlocks},
		{key: "appendix", heading: "Bilaga: Riskanalys", data: p.appendixBlocks},
	}
}

// arranged returns the parts as the template arranges them.
func (p *ControlPlan) arranged() []piece {
	return arrange(p.pieces(), p.Template, about{p.Year, p.Committee})
}

// BuildPlan makes the internal control plan.
func BuildPlan(p ControlPlan) *document.Document {
	parts := p.arranged()
	blocks := p.ownSections(parts, noPart)
	for i, part := range parts {
		blocks = append(blocks, part.blocks(p.text(part))...)
		blocks = append(blocks, p.ownSections(parts, i)...)
	}
	d := &document.Document{Meta: p.Meta(), Blocks: []document.Block{p.facts()}}
	if len(d.Meta.Sources) > 0 || slices.ContainsFunc(blocks, isSection) {
		d.Blocks = append(d.Blocks, document.Heading{Level: 2, Text: document.LabelContents}, document.Contents{})
	}
	d.Blocks = append(d.Blocks, blocks...)
	return d
}

// isSection reports whether a block is a heading that a table of contents lists.
func isSection(b document.Block) bool {
	h, is := b.(document.Heading)
	return is && h.Level == 2
}

// section returns the index of the plan's own section with a part's heading, or -1.
func (p *ControlPlan) section(part piece) int {
	return slices.IndexFunc(p.Sections, func(s Section) bool { return part.is(s.Title) })
}

// is reports whether a heading is the part's.
func (p piece) is(heading string) bool {
	heading = foldHeading(heading)
	return heading == foldHeading(p.heading) || slices.ContainsFunc(p.aliases, func(a string) bool { return foldHeading(a) == heading })
}

func foldHeading(heading string) string {
	return strings.ToLower(strings.Join(strings.Fields(heading), " "))
}

// noPart stands before the first part.
const noPart = -1

// ownSections writes the plan's sections that no part has the heading of, and that stand after a part in the plan. A second
// section with a part's heading is one of them.
func (p *ControlPlan) ownSections(parts []piece, after int) []document.Block {
	var blocks []document.Block
	last, taken := noPart, map[int]bool{}
	for _, s := range p.Sections {
		at := slices.IndexFunc(parts, func(part piece) bool { return part.is(s.Title) })
		if at >= 0 && !taken[at] {
			last, taken[at] = at, true
			continue
		}
		if last == after {
			blocks = append(blocks, document.Heading{Level: 2, Text: headingText(s.Title)})
			blocks = append(blocks, flow(s.Text)...)
		}
	}
	return blocks
}

// headingText is a heading, with the mark for one that shows nothing.
func headingText(text string) string {
	if strings.TrimSpace(text) == "" {
		return document.EmptyMark
	}
	return text
}

// Meta returns what is known about the document besides its content.
func (p *ControlPlan) Meta() document.Meta {
	m := document.Meta{Title: p.DocumentTitle(), Subject: "Internkontrollplan för " + lowerCommittee(p.Committee) + " " + p.Year,
		Author: p.Committee.Name, Municipality: p.Municipality, Committee: p.Committee.Name, CaseNumber: p.caseNumber(), Date: p.Date, State: p.State}
	for _, position := range p.Positions {
		if position.Sequence > 0 {
			m.Sources = append(m.Sources, position.line())
		}
	}
	return m
}

// DocumentTitle returns the document's title: its own, else the plan's.
func (p *ControlPlan) DocumentTitle() string {
	for _, title := range []string{p.Title, p.Template.title(about{p.Year, p.Committee}), p.PlanTitle} {
		if strings.TrimSpace(title) != "" {
			return title
		}
	}
	return "Internkontrollplan " + p.Year
}

// MatrixHeading names the plan's matrix where it stands alone.
func (p *ControlPlan) MatrixHeading() string {
	return "Riskmatris för " + p.Committee.genitive() + " internkontrollplan " + p.Year
}

// caseNumber returns the numbers of the case, else that of the decision, else the plan's.
func (p *ControlPlan) caseNumber() string {
	switch {
	case len(p.Case.Numbers) > 0:
		return strings.Join(p.Case.Numbers, ", ")
	case p.Decision != nil && p.Decision.CaseNumber != "":
		return p.Decision.CaseNumber
	}
	return p.CaseNumber
}

// facts says whose plan it is, for which year, and who decided it when.
func (p *ControlPlan) facts() document.Table {
	return document.LabelledRows("Om planen",
		document.Labelled{Label: "Nämnd", Value: textCell(p.Committee.Name)},
		document.Labelled{Label: "År", Value: textCell(p.Year)},
		document.Labelled{Label: "Fastställd", Value: textCell(p.decided())},
		document.Labelled{Label: p.Template.label(labelKeyNumber), Value: textCell(p.caseNumber())},
	)
}

// decided says when the plan was decided, or that it is not.
func (p *ControlPlan) decided() string {
	switch {
	case p.Standing == Proposed:
		return "Nej. Planen är ett förslag till beslut."
	case p.Standing == Drafted || p.Decision == nil:
		return "Nej. Planen är ett utkast."
	}
	text := longDate(p.Decision.MeetingDate)
	if p.Decision.Paragraph != "" {
		text = strings.TrimPrefix(text+", §"+noBreak+p.Decision.Paragraph, ", ")
	}
	if text == "" {
		text = "Ja"
	}
	return text
}
