package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// tableColumn is one column of the table beside a figure, with what it shows of a point and of a target.
type tableColumn struct {
	head    string
	width   float64
	numeric bool
	text    func(Point) string
	goal    func(SeriesGoal) string
}

// table shows the numbers of a figure, one row for each point and then one for each target. A column that would be empty is
// left out.
func (s Series) table(head, caption string, points []Point) document.Table {
	columns := s.columns(head, points)
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
	for _, g := range s.Goals {
		var cells document.Row
		for _, c := range columns {
			cells = append(cells, document.TextCell(c.goal(g)))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// columns returns those that have something to show. Words lie in the last one, which is set as text.
func (s Series) columns(head string, points []Point) []tableColumn {
	blank := func(SeriesGoal) string { return "" }
	columns := []tableColumn{{head, 0.3, false, func(p Point) string { return firstOf(p.Label, document.EmptyMark) }, func(SeriesGoal) string { return "Mål" }},
		{"Värde", 0.2, true, s.value, s.goalValue}}
	if slices.ContainsFunc(points, func(p Point) bool { return p.Count != nil && p.Of != nil }) {
		columns = append(columns, tableColumn{"Antal", 0.2, true, s.ratio, blank})
	}
	if slices.ContainsFunc(points, s.uncertain) {
		columns = append(columns, tableColumn{"95 % säkerhet", 0.2, true, s.between, blank})
	}
	if slices.ContainsFunc(points, func(p Point) bool { return p.remark() != "" }) || slices.ContainsFunc(s.Goals, func(g SeriesGoal) bool { return s.goalRemark(g) != "" }) {
		columns = append(columns, tableColumn{"Anmärkning", 0.4, false, Point.remark, s.goalRemark})
	}
	return columns
}

// shortWords is how long the words for a value may be to stand in its place.
const shortWords = 16

// value writes a point's value, or short words for it.
func (s Series) value(p Point) string {
	if p.long() {
		return document.EmptyMark
	}
	return s.words(p)
}

// long reports whether a point has words in place of a value that are too long to stand there.
func (p Point) long() bool { return p.Value == nil && utf8.RuneCountInString(p.Words) > shortWords }

// goalValue writes the number of a target's line; a dash for one that only wants more, less or the same.
func (s Series) goalValue(g SeriesGoal) string {
	if g.Value == nil {
		return document.EmptyMark
	}
	return s.amount(*g.Value)
}

// goalRemark writes a target as the decision has it, else what its number does not say.
func (s Series) goalRemark(g SeriesGoal) string {
	if text := strings.TrimSpace(g.Text); text != "" {
		return text
	}
	if g.Value != nil && evened(g.Words) == evened(s.amount(*g.Value)) {
		return ""
	}
	return sentence(g.Words)
}

// evened makes hard spaces plain.
func evened(text string) string { return strings.ReplaceAll(text, noBreak, " ") }

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
	if p.long() {
		text = p.Words
	}
	if p.Derived && text == "" {
		text = "Härlett värde."
	}
	return text
}
