package pdf

import (
	"slices"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

const (
	// A table shorter than this share of the page is not divided at all.
	wholeTableShare = 0.4
	// A table that fits on an empty page moves there when less than this share of
	// the current page is left for it.
	moveTableShare = 0.35
	// A table begins with this many rows on a page, or with rows that fill this
	// share of it.
	minFirstRows      = 3
	minFirstRowsShare = 0.25
	// A row shorter than this share of the page is not divided.
	wholeRowShare = 0.3
	// A divided row leaves at least this many lines on a page.
	minRowLines = 4
	// No column is narrower than this share of the page.
	minColumnShare = 0.07
)

// tableFlow is one table while it is put on pages.
type tableFlow struct {
	*composer
	table   document.Table
	columns []box
	head    []tableCell
	rows    []*tableRow
	// captionHeight is the room of the caption with the gap before it.
	captionHeight float64
	// page is where the table was last drawn on; 0 before its first row.
	page int
}

// tableCell is a set cell. Next is the first line not yet drawn.
type tableCell struct {
	lines []line
	next  int
	// label is the cell's plain text when it is a row header.
	label string
}

type tableRow struct {
	cells []tableCell
}

// tableItems sets a table. The caption, the head and the first rows stay
// together; a small table stays together as a whole.
func (c *composer) tableItems(table document.Table) []item {
	owner := c.layout.root.child("Table")
	owner.attributes = tableSummary(table.Caption)
	flow := &tableFlow{composer: c, table: table, columns: columnBoxes(table)}
	items := flow.captionItems(owner)
	if table.HasHead() {
		flow.setHead(c.group(owner, "THead").child("TR"))
		items = append(items, item{need: flow.headHeight(), glued: true, place: flow.putHead})
	}
	body := c.group(owner, "TBody")
	for i, row := range table.Rows {
		flow.rows = append(flow.rows, flow.setRow(row, body.child("TR")))
		items = append(items, flow.rowItem(i))
	}
	flow.glueFirstRows(items[len(items)-len(flow.rows):])
	items[0].whole = flow.height()
	if total(items) <= wholeTableShare*pageRoom {
		glueAll(items)
	}
	return append(items, item{need: 0, place: func() { c.y += tableToText - bodySetting().gap }})
}

// group returns the element for a part of a table. PDF/A-1 rests on a version of
// PDF that has no such parts.
func (c *composer) group(table *element, role string) *element {
	if c.layout.variant == Archive1 {
		return table
	}
	return table.child(role)
}

func total(items []item) float64 {
	sum := 0.0
	for _, it := range items {
		sum += it.gap + it.need
	}
	return sum
}

func glueAll(items []item) {
	for i := 1; i < len(items); i++ {
		items[i].glued = true
	}
}

// columnBoxes divides the width of the page among the columns. Every column gets
// room for a few letters, however small its share.
func columnBoxes(table document.Table) []box {
	sum := 0.0
	for _, column := range table.Columns {
		sum += max(column.Width, minColumnShare)
	}
	boxes := make([]box, len(table.Columns))
	x := marginLeft
	for i, column := range table.Columns {
		width := max(column.Width, minColumnShare) / sum * textWidth
		boxes[i] = box{x: x + cellPadX, width: width - 2*cellPadX}
		x += width
	}
	return boxes
}

// glueFirstRows keeps a table from leaving a row or two under its caption.
func (f *tableFlow) glueFirstRows(rows []item) {
	height := 0.0
	for i := range rows {
		if i >= minFirstRows || height >= minFirstRowsShare*pageRoom {
			return
		}
		rows[i].glued = true
		height += rows[i].need
	}
}

// height returns the room that the undivided table takes, its caption included.
func (f *tableFlow) height() float64 {
	height := f.captionHeight + captionToTable
	if len(f.head) > 0 {
		height += f.headHeight()
	}
	for _, row := range f.rows {
		height += row.height()
	}
	return height
}

func (f *tableFlow) captionItems(owner *element) []item {
	room := box{x: marginLeft, width: textWidth}
	items := f.lineItems(f.plain(f.table.Caption, owner.child("Caption"), room, captionSetting()))
	glueAll(items)
	items[0].gap = captionGap
	f.captionHeight = total(items)
	return append(items, item{need: captionToTable, glued: true, place: f.openRule})
}

// openRule draws the line above the table.
func (f *tableFlow) openRule() {
	f.y += captionToTable
	f.rule(f.y, lineWidthStrong, toneStrong)
}

func (f *tableFlow) rule(y, weight float64, t tone) {
	f.composer.page.decorate(decoration, ruleOp{x: marginLeft, y: y, length: textWidth, weight: weight, tone: t})
}

func (f *tableFlow) setHead(row *element) {
	for i, column := range f.table.Columns {
		owner := row.child("TH")
		owner.attributes = scopeColumn
		how := cellSetting()
		how.pen.style = typeface.Bold
		how.numeric = column.Numeric
		f.head = append(f.head, tableCell{lines: f.plain(column.Head, owner, f.columns[i], how)})
	}
}

func (f *tableFlow) setRow(row document.Row, owner *element) *tableRow {
	set := &tableRow{}
	for i, cell := range row {
		how := cellSetting()
		how.numeric = f.table.Columns[i].Numeric
		role, label := owner.child("TD"), ""
		if i == 0 && f.table.RowHeaders {
			role.role, role.attributes = "TH", scopeRow
			how.pen.style = typeface.Bold
			label = plainText(cell.Blocks)
		}
		set.cells = append(set.cells, tableCell{lines: f.blocks(cell.Blocks, role, f.columns[i], how), label: label})
	}
	return set
}

// plainText returns the first paragraph's text, for repeating a row's label.
func plainText(blocks []document.Block) string {
	for _, block := range blocks {
		if p, ok := block.(document.Paragraph); ok {
			text := ""
			for _, run := range p.Runs {
				text += run.Text
			}
			return text
		}
	}
	return ""
}

func (f *tableFlow) headHeight() float64 {
	height := 0.0
	for _, cell := range f.head {
		height = max(height, linesHeight(cell.lines))
	}
	return height + 2*cellPadY
}

// linesHeight leaves out the gap before the first line.
func linesHeight(lines []line) float64 {
	height := 0.0
	for i, set := range lines {
		if i > 0 {
			height += set.gap
		}
		height += set.leading
	}
	return height
}

func (r *tableRow) height() float64 {
	height := 0.0
	for _, cell := range r.cells {
		height = max(height, linesHeight(cell.lines[cell.next:]))
	}
	return max(height, cellSetting().leading) + 2*cellPadY
}

func (r *tableRow) done() bool {
	return !slices.ContainsFunc(r.cells, func(c tableCell) bool { return c.next < len(c.lines) })
}

func (f *tableFlow) rowItem(i int) item {
	row := f.rows[i]
	need := row.height()
	if need > wholeRowShare*pageRoom {
		need = minRowLines*cellSetting().leading + 2*cellPadY
	}
	return item{need: need, place: func() { f.putRow(row, i == len(f.rows)-1) }}
}
