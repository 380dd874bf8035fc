package pdf

import (
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// putHead draws the row of column headers as content.
func (f *tableFlow) putHead() {
	f.page = f.composer.page.number
	f.drawHead(func(p piece, baseline float64) { f.putPiece(p, 0, baseline) })
}

// drawHead draws the ground and the texts of the head with the given means.
func (f *tableFlow) drawHead(put func(p piece, baseline float64)) {
	height := f.headHeight()
	f.composer.page.ground(fillOp{x: marginLeft, y: f.y, width: textWidth, height: height, tone: toneHead})
	for _, cell := range f.head {
		f.drawLines(cell.lines, put)
	}
	f.y += height
	f.rule(f.y, lineWidthThin, toneStrong)
}

// drawLines draws the lines of a cell below the current height, which stays.
func (f *tableFlow) drawLines(lines []line, put func(p piece, baseline float64)) {
	y := f.y + cellPadY
	for i, set := range lines {
		if i > 0 {
			y += set.gap
		}
		for _, p := range set.pieces {
			put(p, y+baselineOf(set))
		}
		y += set.leading
	}
}

// repeat draws text that was already said on an earlier page.
func (f *tableFlow) repeat(p piece, baseline float64) {
	f.composer.page.decorate(pagination, textOp{x: p.x, y: baseline, text: p.text, pen: p.pen})
}

// resume begins the part of the table on a new page: its caption and head are
// repeated for the eye.
func (f *tableFlow) resume() {
	room := box{x: marginLeft, width: textWidth}
	for _, set := range f.plain(f.table.Caption+" "+document.LabelContinued, &element{}, room, continuedSetting()) {
		for _, p := range set.pieces {
			f.repeat(p, f.y+baselineOf(set))
		}
		f.y += set.leading
	}
	f.openRule()
	if len(f.head) > 0 {
		f.drawHead(f.repeat)
	}
	f.page = f.composer.page.number
}

// putRow draws a row, over several pages if it must.
func (f *tableFlow) putRow(row *tableRow, last bool) {
	if f.page != 0 && f.page != f.composer.page.number {
		f.resume()
	}
	f.page = f.composer.page.number
	for f.putSegment(row, last) {
		f.newPage()
		f.resume()
	}
}

// putSegment draws what fits of a row and reports whether any is left.
func (f *tableFlow) putSegment(row *tableRow, last bool) bool {
	lines := make([][]line, len(row.cells))
	height := 0.0
	for i := range row.cells {
		lines[i] = row.cells[i].take(f.room() - 2*cellPadY)
		height = max(height, linesHeight(lines[i]))
	}
	repeated := f.repeatedLabel(row, lines)
	height = max(height, linesHeight(repeated), cellSetting().leading) + 2*cellPadY
	f.drawGround(height)
	f.drawLines(repeated, f.repeat)
	for _, cell := range lines {
		f.drawLines(cell, func(p piece, baseline float64) { f.putPiece(p, 0, baseline) })
	}
	f.y += height
	f.closeRow(last && row.done())
	return !row.done()
}

func (f *tableFlow) drawGround(height float64) {
	if !f.table.RowHeaders || len(f.head) > 0 {
		return
	}
	width := f.columns[0].width + 2*cellPadX
	f.composer.page.ground(fillOp{x: marginLeft, y: f.y, width: width, height: height, tone: toneLabel})
}

func (f *tableFlow) closeRow(last bool) {
	if last {
		f.rule(f.y, lineWidthStrong, toneStrong)
		return
	}
	f.rule(f.y, lineWidthThin, toneRule)
}

// take returns the next lines of the cell that fit, and at least one.
func (c *tableCell) take(room float64) []line {
	first, end := c.next, c.next
	for end < len(c.lines) && (end == first || linesHeight(c.lines[first:end+1]) <= room) {
		end++
	}
	c.next = wholeLines(c.lines, first, end)
	return c.lines[first:c.next]
}

// wholeLines moves the end of a segment up to where no line is glued to the next
// page's first one, if there is such a place.
func wholeLines(lines []line, first, end int) int {
	for at := end; at > first; at-- {
		if at == len(lines) || !lines[at].glued {
			return at
		}
	}
	return end
}

// repeatedLabel sets a row's label again when the row goes on over a page and
// the label itself is already drawn.
func (f *tableFlow) repeatedLabel(row *tableRow, lines [][]line) []line {
	label := row.cells[0].label
	begun := len(lines[0]) > 0
	if label == "" || begun {
		return nil
	}
	how := cellSetting()
	how.pen = pen{style: typeface.Italic, size: how.pen.size, tone: toneMuted}
	return f.plain(label+" "+document.LabelContinued, &element{}, f.columns[0], how)
}
