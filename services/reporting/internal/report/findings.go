package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// findings are control areas and control points with their results, grouped for print.
type findings struct {
	controls []Control
	units    []Unit
	template Template
	// figures tells whether figures are placed after the tables.
	figures bool
}

// group is what is printed under one heading.
type group struct {
	title    string
	controls []Control
}

// any reports whether something was found about any of them.
func (f findings) any() bool {
	return slices.ContainsFunc(f.controls, func(c Control) bool { return c.Result != nil || c.measured() })
}

func (c Control) measured() bool {
	return slices.ContainsFunc(c.Indicators, func(i Indicator) bool { return i.Measured })
}

// areas returns the control areas, each followed by its points, under the headings of their units.
func (f findings) areas() []group {
	var groups []group
	for _, u := range append(f.ordered(), Unit{}) {
		g := group{title: u.Title}
		for _, c := range f.controls {
			if !c.Point && (c.Unit == u.Name || u.Name == "" && !f.known(c.Unit)) {
				g.controls = append(append(g.controls, c), f.points(c.Name)...)
			}
		}
		if len(g.controls) > 0 {
			groups = append(groups, g)
		}
	}
	if last := len(groups) - 1; last >= 0 && groups[last].title == "" {
		groups[last].title = plural(last+1, "Kontrollområden", "Övriga kontrollområden")
	}
	return groups
}

// points returns the points of an area; with an empty area those outside every area. Common ones stand apart.
func (f findings) points(area string) []Control {
	var found []Control
	for _, c := range f.controls {
		in := c.Area
		if in != "" && !slices.ContainsFunc(f.controls, func(a Control) bool { return !a.Point && a.Name == in }) {
			in = ""
		}
		if c.Point && !c.Common && c.MovedTo == "" && in == area {
			found = append(found, c)
		}
	}
	return found
}

// common returns the points that carry out a common item.
func (f findings) common() []Control {
	return slices.DeleteFunc(slices.Clone(f.controls), func(c Control) bool { return !c.Common || c.MovedTo != "" })
}

func (f findings) known(unit string) bool {
	return slices.ContainsFunc(f.units, func(u Unit) bool { return u.Name == unit && unit != "" })
}

// ordered returns the units from the top of the tree down, each before what is part of it. A unit whose parent is unknown is
// at the top; units in a circle come last.
func (f findings) ordered() []Unit {
	var out []Unit
	seen := map[string]bool{}
	var walk func(parent string)
	walk = func(parent string) {
		var children []Unit
		for _, u := range f.units {
			if !seen[u.Name] && (u.Parent == parent || parent == "" && !f.known(u.Parent)) {
				children = append(children, u)
			}
		}
		slices.SortStableFunc(children, func(a, b Unit) int { return cmp.Compare(a.Position, b.Position) })
		for _, u := range children {
			if !seen[u.Name] {
				seen[u.Name] = true
				out = append(out, u)
				walk(u.Name)
			}
		}
	}
	walk("")
	for _, u := range f.units {
		if !seen[u.Name] {
			seen[u.Name] = true
			out = append(out, u)
		}
	}
	return out
}

// under writes everything: the areas under the headings of their units, then the other points, at one level of heading.
func (f findings) under(level int) []document.Block {
	var blocks []document.Block
	groups := f.areas()
	for _, rest := range []group{{"Kontroller och granskningar", f.points("")}, {"Kommungemensamma granskningar", f.common()}} {
		if len(rest.controls) > 0 {
			groups = append(groups, rest)
		}
	}
	for _, g := range groups {
		blocks = append(blocks, document.Heading{Level: level, Text: headingText(g.title)})
		blocks = append(blocks, f.table(g)...)
	}
	return blocks
}

// Widths of the two columns.
const (
	subjectWidth = 0.36
	resultWidth  = 1 - subjectWidth
)

// table writes the controls of a group with their results, two columns; nothing for none.
func (f findings) table(g group) []document.Block {
	if len(g.controls) == 0 {
		return nil
	}
	head := labelKeyArea
	if g.controls[0].Point {
		head = labelKeyPoint
	}
	t := document.Table{Caption: f.template.label(labelKeyResult) + ": " + headingText(g.title), RowHeaders: true, Columns: []document.Column{
		column(f.template.label(head), subjectWidth), column(f.template.label(labelKeyResult), resultWidth)}}
	for _, c := range g.controls {
		t.Rows = append(t.Rows, document.Row{f.subject(c), f.result(c)})
	}
	blocks := []document.Block{t}
	if f.figures {
		for _, c := range g.controls {
			blocks = append(blocks, c.figures()...)
		}
	}
	return blocks
}

// subject writes what is controlled, and the targets that the title does not say already.
func (f findings) subject(c Control) document.Cell {
	title := c.Title
	if c.Point && c.Area != "" && !strings.HasPrefix(title, "Granskning") && !strings.HasPrefix(title, "Kontroll") {
		title = c.sort() + ": " + title
	}
	cell := textCell(title)
	var goals []string
	for _, i := range c.Indicators {
		for _, goal := range i.Goals {
			if !strings.Contains(foldHeading(c.Title), strings.TrimRight(foldHeading(goal), ".")) {
				goals = append(goals, goal)
			}
		}
	}
	if len(goals) > 0 {
		cell.Blocks = append(cell.Blocks, document.Text(f.template.label(labelKeyGoal)+": "+strings.Join(goals, "\n")))
	}
	return cell
}

// goals lists the targets of all indicators, named where there are several.
func (c Control) goals() []string {
	var lines []string
	for _, i := range c.Indicators {
		goals := joinGoals(i.Goals)
		switch {
		case goals == "":
			lines = append(lines, strings.TrimRight(i.Title, ". ")+": följs utan mål")
		case len(c.Indicators) > 1:
			lines = append(lines, strings.TrimRight(i.Title, ". ")+": "+goals)
		default:
			lines = append(lines, goals)
		}
	}
	return lines
}

// joinGoals joins targets on one line: those that are sentences keep their stops.
func joinGoals(goals []string) string {
	text := ""
	for _, g := range goals {
		switch {
		case text == "":
		case strings.HasSuffix(text, "."):
			text += " "
		default:
			text += "; "
		}
		text += strings.TrimSpace(g)
	}
	return text
}

// figures are those of a control's indicators: the years where there are several, the units where there are several. What
// cannot be drawn is left out; the sentence says what is known.
func (c Control) figures() []document.Block {
	var blocks []document.Block
	for _, i := range c.Indicators {
		if i.Years != nil {
			if drawn, err := TrendFigure(*i.Years); err == nil {
				blocks = append(blocks, drawn.Blocks()...)
			}
		}
		if i.Units != nil {
			if drawn, err := UnitsFigure(*i.Units); err == nil {
				blocks = append(blocks, drawn.Blocks()...)
			}
		}
	}
	return blocks
}

// aims reports whether there is a target that can be met.
func (c Control) aims() bool {
	return slices.ContainsFunc(c.Indicators, func(i Indicator) bool { return len(i.Goals) > 0 })
}

// sort names what sort of control point it is.
func (c Control) sort() string {
	if c.Review {
		return "Granskning"
	}
	return "Kontrollmoment"
}

// result writes what was found: the figures, the text, samples and surveys, then how it is judged.
func (f findings) result(c Control) document.Cell {
	var cell document.Cell
	for _, i := range c.Indicators {
		cell.Blocks = append(cell.Blocks, i.blocks(len(c.Indicators) > 1)...)
		if i.Units == nil || !f.figures {
			cell.Blocks = append(cell.Blocks, bulleted(i.Told)...)
		}
	}
	if r := c.Result; r != nil {
		cell.Blocks = append(cell.Blocks, r.found()...)
		cell.Blocks = append(cell.Blocks, r.judged(f.template, c.aims())...)
	}
	if len(cell.Blocks) == 0 && !c.Point && len(f.points(c.Name)) > 0 {
		return document.TextCell("Redovisas för kontrollerna nedan.")
	}
	if len(cell.Blocks) == 0 {
		return document.TextCell("Resultat saknas.")
	}
	return cell
}

// blocks writes the sentence on an indicator's year, as it is; named where there are several.
func (i Indicator) blocks(named bool) []document.Block {
	if strings.TrimSpace(i.Sentence) == "" {
		return nil
	}
	p := document.Paragraph{Runs: []document.Run{{Text: i.Sentence}}}
	if named {
		p.Runs = []document.Run{{Text: strings.TrimRight(strings.TrimSpace(i.Title), ".:") + ": ", Strong: true}, {Text: i.Sentence}}
	}
	return []document.Block{p}
}

// countControls says how much is controlled.
func countControls(controls []Control) string {
	areas, points := 0, 0
	for _, c := range kept(controls) {
		if c.Point {
			points++
		} else {
			areas++
		}
	}
	var parts []string
	if areas > 0 {
		parts = append(parts, areaNoun.count(areas))
	}
	if points > 0 || areas == 0 {
		parts = append(parts, noun{one: "kontroll", many: "kontroller"}.count(points))
	}
	return "Planen omfattar " + enumerate(parts) + "."
}

// kept leaves out what has moved to another committee.
func kept(controls []Control) []Control {
	return slices.DeleteFunc(slices.Clone(controls), func(c Control) bool { return c.MovedTo != "" })
}

// resultSentence says for how many of them there is a result.
func resultSentence(controls []Control) string {
	all, with := kept(controls), 0
	for _, c := range all {
		if c.Result != nil || c.measured() {
			with++
		}
	}
	switch {
	case with == 0:
		return "Inga resultat är redovisade."
	case with == len(all):
		return "Resultat är redovisat för " + plural(with, "den", "samtliga") + "."
	}
	return "Resultat är redovisat för " + number(with) + " av " + number(len(all)) + "."
}

// part tells whether a result is there.
func (c Control) part() Part {
	p := Part{Title: cut(strings.Fields(c.Title))}
	if c.MovedTo == "" && c.Result == nil && !c.measured() {
		p.Missing, p.Resource = "Resultat saknas. Skriv resultatet, eller att kontrollen inte har genomförts och varför.", c.Name
	}
	return p
}
