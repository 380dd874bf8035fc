package docx

import (
	"fmt"
	"unicode/utf8"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// tableWidth is the width of the text, in twentieths of a point.
const tableWidth = 9070

// narrowShare is the share of the width below which a column is narrow.
const narrowShare = 0.3

func (w *writer) table(table document.Table) {
	w.paragraph(styleCaption, "", []document.Run{{Text: table.Caption}})
	style := "ReportTable"
	if !table.HasHead() {
		style = "LabelledTable"
	}
	w.raw("<w:tbl><w:tblPr>", fmt.Sprintf(`<w:tblStyle w:val="%s"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/>`, style, tableWidth),
		look(table), `<w:tblCaption w:val="`, escape(table.Caption), `"/></w:tblPr><w:tblGrid>`)
	for _, column := range table.Columns {
		w.raw(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, columnWidth(column)))
	}
	w.raw("</w:tblGrid>")
	if table.HasHead() {
		w.headRow(table)
	}
	whole := tableLength(table) <= wholeTable
	for i, row := range table.Rows {
		last := i == len(table.Rows)-1
		w.row(table, row, !last && (whole || i < openingRows))
	}
	w.raw("</w:tbl>")
}

// Page breaks are the word processor's; these lengths, in letters, tell it what
// to keep together.
const (
	// wholeTable is the longest table that is not divided.
	wholeTable = 1300
	// wholeRow is the longest row that is not divided.
	wholeRow = 900
	// openingRows stay with the row after them, and the caption with the first.
	openingRows = 2
)

func tableLength(table document.Table) int {
	length := 0
	for _, row := range table.Rows {
		length += rowLength(row)
	}
	return length
}

func rowLength(row document.Row) int {
	length := 0
	for _, cell := range row {
		length += textLength(cell.Blocks)
	}
	return length
}

func textLength(blocks []document.Block) int {
	length := 0
	for _, block := range blocks {
		switch block := block.(type) {
		case document.Paragraph:
			for _, run := range block.Runs {
				length += utf8.RuneCountInString(run.Text)
			}
		case document.List:
			for _, item := range block.Items {
				length += textLength(item.Blocks)
			}
		}
	}
	return length
}

// look tells which row and column hold headers. Word processors read it aloud as
// such, beside using it for the style.
func look(table document.Table) string {
	const firstRow, firstColumn, noBands = 0x0020, 0x0080, 0x0600
	value := noBands
	if table.HasHead() {
		value |= firstRow
	}
	if table.RowHeaders {
		value |= firstColumn
	}
	return fmt.Sprintf(`<w:tblLook w:val="%04X" w:firstRow="%d" w:lastRow="0" w:firstColumn="%d" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>`,
		value, flag(table.HasHead()), flag(table.RowHeaders))
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

func columnWidth(column document.Column) int {
	return int(column.Width * tableWidth)
}

func (w *writer) headRow(table document.Table) {
	w.raw("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
	for _, column := range table.Columns {
		w.cell(column, []document.Block{document.Text(column.Head)}, true)
	}
	w.raw("</w:tr>")
}

// row writes a row and, with keep, holds it on the page of the next one.
func (w *writer) row(table document.Table, row document.Row, keep bool) {
	w.raw("<w:tr>")
	if rowLength(row) <= wholeRow {
		w.raw("<w:trPr><w:cantSplit/></w:trPr>")
	}
	for i, cell := range row {
		w.cell(table.Columns[i], cell.Blocks, keep)
	}
	w.raw("</w:tr>")
}

// cell writes at least one paragraph, as the format demands.
func (w *writer) cell(column document.Column, blocks []document.Block, keep bool) {
	w.raw(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, columnWidth(column)))
	at := place{style: styleTable, numeric: column.Numeric, keep: keep}
	if len(blocks) == 0 {
		blocks = []document.Block{document.Paragraph{}}
	}
	w.narrow = column.Width < narrowShare
	w.blocks(blocks, at)
	w.narrow = false
	w.raw("</w:tc>")
}
