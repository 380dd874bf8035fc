package report

import (
	"slices"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// table shows the numbers of a figure, one row for each point and a last one for the target. A column that would be empty
// is left out.
func (s Series) table(head, caption string, points []Point) document.Table {
	type column struct {
		head    string
		width   float64
		numeric bool
		text    func(Point) string
	}
	columns := []column{{head, 0.3, false, func(p Point) string { return firstOf(p.Label, document.EmptyMark) }}, {"Värde", 0.2, true, s.words}}
	if slices.ContainsFunc(points, func(p Point) bool { return p.Count != nil && p.Of != nil }) {
		columns = append(columns, column{"Antal", 0.2, true, s.ratio})
	}
	if slices.ContainsFunc(points, s.uncertain) {
		columns = append(columns, column{"95 % säkerhet", 0.2, true, s.between})
	}
	if slices.ContainsFunc(points, func(p Point) bool { return p.remark() != "" }) {
		columns = append(columns, column{"Anmärkning", 0.4, false, Point.remark})
	}
	total := 0.0
	for _, c := range columns {
		total += c.width
	}
	t := document.Table{Caption: caption, RowHeaders: true}
	for _, c := range columns {
		t.Columns = append(t.Columns, document.Column{Head: c.head, Width: c.width / total, Numeric: c.numeric})
	}
	for _, p := range points {
		var cells document.Row
		for _, c := range columns {
			cells = append(cells, document.TextCell(c.text(p)))
		}
		t.Rows = append(t.Rows, cells)
	}
	if s.Goal.Words != "" {
		goal := append(document.Row{document.TextCell("Mål"), document.TextCell(s.goalWords())}, make(document.Row, len(columns)-2)...)
		t.Rows = append(t.Rows, goal)
	}
	return t
}

// goalWords are the target's words, with the number of its line when they do not hold it.
func (s Series) goalWords() string {
	if s.Goal.Value == nil {
		return s.Goal.Words
	}
	return withNumber(s.Goal.Words, s.amount(*s.Goal.Value))
}

func (s Series) ratio(p Point) string {
	if p.Count == nil || p.Of == nil {
		return ""
	}
	return decimal(*p.Count) + " av " + decimal(*p.Of)
}

func (s Series) uncertain(p Point) bool {
	_, _, ok := s.interval(p)
	return ok
}

func (s Series) between(p Point) string {
	low, high, ok := s.interval(p)
	if !ok {
		return ""
	}
	return document.FormatPercent(low, 0) + "–" + document.FormatPercent(high, 0)
}

// remark says how a value is known.
func (p Point) remark() string {
	text := p.Note
	if p.Derived && text == "" {
		text = "Härlett värde."
	}
	return text
}
