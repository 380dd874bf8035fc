package document

import (
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// Workbook is a document as sheets of cells: the same facts as a Document, to sort, filter and count. It is a plain value;
// what writes it never changes it.
type Workbook struct {
	Meta   Meta
	Sheets []Sheet
}

// Sheet is one sheet.
type Sheet struct {
	// Title is its name, at most 31 characters.
	Title string
	// Columns are its columns; a sheet whose columns have no Head is text, not a table.
	Columns []SheetColumn
	Rows    [][]SheetCell
	// Empty is what a table without rows says.
	Empty string
}

// SheetColumn is one column; Width counts characters.
type SheetColumn struct {
	Head  string
	Width float64
}

// SheetCell is one cell. The zero value is empty.
type SheetCell struct {
	Text string
	// Number is what the cell holds instead of a text, with Decimals to show.
	Number   *float64
	Decimals int
	// Date is a day such as "2025-12-31" instead of a text; one that does not exist is a text.
	Date string
	// Strong is for headings; Wide runs on over the empty cells beside it; Tone colours the cell.
	Strong, Wide bool
	Tone         *scene.Tone
}

// CellText returns a cell with a text.
func CellText(text string) SheetCell { return SheetCell{Text: text} }

// CellNumber returns a cell with a number, empty for nil.
func CellNumber(v *float64, decimals int) SheetCell { return SheetCell{Number: v, Decimals: decimals} }

// HasHead reports whether the sheet is a table.
func (s Sheet) HasHead() bool {
	for _, c := range s.Columns {
		if c.Head != "" {
			return true
		}
	}
	return false
}

// Plain writes blocks as text alone, one line for each paragraph, item and row.
func Plain(blocks []Block) string {
	var lines []string
	for _, block := range blocks {
		switch b := block.(type) {
		case Heading:
			lines = append(lines, b.Text)
		case Paragraph:
			lines = append(lines, b.plain())
		case List:
			lines = append(lines, b.plain())
		case Table:
			for _, row := range b.Rows {
				lines = append(lines, row.plain())
			}
		case Figure:
			lines = append(lines, b.Alternative)
		case Contents:
		}
	}
	return strings.Join(lines, "\n")
}

func (p Paragraph) plain() string {
	var b strings.Builder
	for _, run := range p.Runs {
		b.WriteString(run.Text)
	}
	return strings.ReplaceAll(b.String(), string(softHyphen), "")
}

func (l List) plain() string {
	lines := make([]string, len(l.Items))
	for i, item := range l.Items {
		mark := "• "
		if l.Ordered {
			mark = strconv.Itoa(l.First()+i) + ". "
		}
		lines[i] = mark + Plain(item.Blocks)
	}
	return strings.Join(lines, "\n")
}

func (r Row) plain() string {
	cells := make([]string, len(r))
	for i, c := range r {
		cells[i] = Plain(c.Blocks)
	}
	return strings.Join(cells, " – ")
}
