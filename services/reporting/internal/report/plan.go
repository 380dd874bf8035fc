package report

import (
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// planPart is one part of the plan: its heading, the key of its text, and what is made from data.
type planPart struct {
	// key is that of its text; empty for a part that has none of its own.
	key, heading string
	// aliases are other headings that stand for the same part.
	aliases []string
	// data makes the blocks that follow the text; nil for text alone.
	data func() []document.Block
	// optional leaves the part out when the plan says nothing about it.
	optional bool
}

// parts returns the parts in the order of the document.
func (p *ControlPlan) parts() []planPart {
	return []planPart{
		{key: KeyIntroduction, heading: "Inledning"},
		{key: KeyBackground, heading: "Intern kontroll", aliases: []string{"Bakgrund"}},
		{key: KeyResponsibility, heading: "Ansvar", aliases: []string{"Ansvar och roller", "Ansvarsfördelning"}},
		{key: KeyHowMade, heading: "Riskanalys", aliases: []string{"Metod", "Så gjordes planen"}},
		{key: KeyScale, heading: "Skala och nivåer", aliases: []string{"Skala", "Bedömningsskala"}, data: p.scaleBlocks},
		{key: KeyMatrix, heading: "Riskmatris", data: p.matrixBlocks},
		{heading: "Risker i planen", aliases: []string{"Risker"}, data: p.riskBlocks},
		{heading: "Inbyggda kontroller", optional: true},
		{heading: "Åtgärder", aliases: []string{"Direktåtgärder"}, data: p.actionBlocks},
		{heading: "Nämndens granskningar", aliases: []string{"Granskningar"}, data: p.reviewBlocks},
		{heading: "Kontroller", aliases: []string{"Kontrollmoment", "Nämndens kontroller"}, data: p.checkBlocks},
		{heading: "Kommungemensamma granskningar", aliases: []string{"Kommungemensamma kontroller"}, data: p.commonBlocks},
		{key: KeyFollowUp, heading: "Uppföljning", data: p.roundBlocks},
		{heading: "Bilaga: Riskanalys", data: p.appendixBlocks},
	}
}

// BuildPlan makes the internal control plan.
func BuildPlan(p ControlPlan) *document.Document {
	d := &document.Document{Meta: p.Meta()}
	d.Blocks = append(d.Blocks, p.facts(), document.Heading{Level: 2, Text: document.LabelContents}, document.Contents{})
	parts := p.parts()
	d.Blocks = append(d.Blocks, p.ownSections(parts, noPart)...)
	for i, part := range parts {
		d.Blocks = append(d.Blocks, p.partBlocks(part)...)
		d.Blocks = append(d.Blocks, p.ownSections(parts, i)...)
	}
	return d
}

// partBlocks writes one part: its heading, its text, and its data. A part of which nothing is known prints the mark.
func (p *ControlPlan) partBlocks(part planPart) []document.Block {
	own := p.section(part)
	if part.optional && own < 0 {
		return nil
	}
	var blocks []document.Block
	if part.key != "" || own >= 0 {
		blocks = document.FromMarkdown(p.text(part))
	}
	if part.data != nil {
		blocks = append(blocks, part.data()...)
	}
	if len(blocks) == 0 {
		blocks = []document.Block{document.Text(document.EmptyMark)}
	}
	return append([]document.Block{document.Heading{Level: 2, Text: part.heading}}, blocks...)
}

// section returns the index of the plan's own section with a part's heading, or -1.
func (p *ControlPlan) section(part planPart) int {
	return slices.IndexFunc(p.Sections, func(s Section) bool { return part.is(s.Title) })
}

// is reports whether a heading is the part's.
func (part planPart) is(heading string) bool {
	heading = foldHeading(heading)
	return heading == foldHeading(part.heading) || slices.ContainsFunc(part.aliases, func(a string) bool { return foldHeading(a) == heading })
}

func foldHeading(heading string) string {
	return strings.ToLower(strings.Join(strings.Fields(heading), " "))
}

// noPart stands before the first part.
const noPart = -1

// ownSections writes the plan's sections that no part has the heading of, and that stand after a part in the plan. A second
// section with a part's heading is one of them.
func (p *ControlPlan) ownSections(parts []planPart, after int) []document.Block {
	var blocks []document.Block
	last, taken := noPart, map[int]bool{}
	for _, s := range p.Sections {
		at := slices.IndexFunc(parts, func(part planPart) bool { return part.is(s.Title) })
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
	for _, title := range []string{p.Title, p.PlanTitle} {
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
		document.Labelled{Label: "Diarienummer", Value: textCell(p.caseNumber())},
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
