package report

import (
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

const (
	// mostColumns is how many steps fit side by side in a table; more are divided among several.
	mostColumns = 6
	// headShare is the width of the column with the steps' names.
	headShare = 0.22
)

// Blocks returns the matrix for a document: the figure, the same as a table, and what lies outside the cells.
func (x *Matrix) Blocks(caption string) []document.Block {
	blocks := []document.Block{x.Figure(caption), document.Text(x.howToRead())}
	for first := 0; first < len(x.Columns); first += mostColumns {
		blocks = append(blocks, x.table(first, min(first+mostColumns, len(x.Columns))))
	}
	blocks = append(blocks, outside("Ligger mellan rutor", x.Between)...)
	return append(blocks, outside("Inte placerade", x.Unplaced)...)
}

// Figure returns the matrix as a figure.
func (x *Matrix) Figure(caption string) document.Figure {
	return document.Figure{Caption: caption, Alternative: x.Alternative(), Scene: x.scene("", "")}
}

// table shows some columns of the matrix, the gravest row first, as the figure does.
func (x *Matrix) table(first, end int) document.Table {
	t := document.Table{RowHeaders: true, Caption: "Riskmatrisen som tabell"}
	if end-first < len(x.Columns) {
		t.Caption += fmt.Sprintf(": %s %s till %s", lowerFirst(x.ColumnTitle), x.Columns[first].words(), x.Columns[end-1].words())
	}
	t.Columns = append(t.Columns, document.Column{Head: x.corner(), Width: headShare})
	for _, step := range x.Columns[first:end] {
		t.Columns = append(t.Columns, document.Column{Head: step.words(), Width: (1 - headShare) / float64(end-first)})
	}
	for row := len(x.Rows) - 1; row >= 0; row-- {
		cells := document.Row{document.TextCell(x.Rows[row].words())}
		for column := first; column < end; column++ {
			cells = append(cells, x.tableCell(x.cells[row][column]))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// corner names both axes over the names of the rows.
func (x *Matrix) corner() string { return sentence(x.RowTitle) + " / " + lowerFirst(x.ColumnTitle) }

// tableCell says value, level and number of risks in words, and which risks they are.
func (x *Matrix) tableCell(c MatrixCell) document.Cell {
	var head []string
	if c.Value != nil {
		head = append(head, decimal(*c.Value))
	}
	if title := x.levelTitle(c); title != "" {
		head = append(head, lowerFirst(title))
	}
	lines := []string{strings.Join(head, " – ")}
	switch {
	case x.bare():
		lines = nil
	case len(head) == 0:
		lines = []string{"ingen nivå"}
	}
	if x.compared() {
		lines = append(lines, x.count(c)+" risker")
	} else {
		lines = append(lines, fmt.Sprintf("%d %s", len(c.Risks), plural(len(c.Risks), "risk", "risker")))
	}
	if len(c.Risks) > 0 {
		lines = append(lines, "Nr "+numbers(c.Risks))
	}
	return document.TextCell(strings.Join(lines, "\n"))
}

func numbers(risks []Placed) string {
	parts := make([]string, len(risks))
	for i, r := range risks {
		parts[i] = fmt.Sprint(r.Number)
	}
	return strings.Join(parts, ", ")
}

// howToRead says what the numbers are.
func (x *Matrix) howToRead() string {
	text := "I tabellen står hur många risker som ligger i varje ruta och deras nummer i riskanalysen."
	if !x.bare() {
		text = "I tabellen står först rutans riskvärde och nivå, sedan hur många risker som ligger där och deras nummer i riskanalysen."
	}
	if x.compared() {
		text += fmt.Sprintf(" Det första antalet gäller planen för %s, det andra denna plan.", x.base)
		if x.baseOutside > 0 {
			text += fmt.Sprintf(" I planen för %s låg %s inte i någon av rutorna.", x.base, riskNoun.count(x.baseOutside))
		}
	}
	return text
}

// outside lists risks that lie in no cell; nothing when there are none.
func outside(heading string, risks []Placed) []document.Block {
	if len(risks) == 0 {
		return nil
	}
	list := document.List{}
	for _, r := range risks {
		list.Items = append(list.Items, document.Item{Blocks: []document.Block{document.Text(r.line())}})
	}
	return []document.Block{document.Paragraph{Runs: []document.Run{{Text: heading + ":", Strong: true}}}, list}
}

// line names a risk and what is known of its place.
func (r Placed) line() string {
	text := fmt.Sprintf("Nr %d: %s", r.Number, strings.TrimSuffix(strings.Join(strings.Fields(r.Title), " "), "."))
	var steps []string
	if r.Likelihood != nil {
		steps = append(steps, decimal(*r.Likelihood))
	}
	if r.Consequence != nil {
		steps = append(steps, decimal(*r.Consequence))
	}
	if len(steps) == 2 {
		text += " (" + strings.Join(steps, " och ") + ")"
	}
	return text
}
