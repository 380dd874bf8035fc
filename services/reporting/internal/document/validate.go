package document

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Levels of headings in blocks; level 1 is the title's.
const (
	firstLevel = 2
	lastLevel  = 4
)

// Fault is one reason why a document must not be rendered.
type Fault struct {
	// Path leads to the faulty part, as in Replacement.
	Path   string
	Reason string
}

// InvalidError lists everything that is wrong with a document.
type InvalidError struct {
	Faults []Fault
}

// Error names every fault with its path.
func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Faults))
	for i, fault := range e.Faults {
		parts[i] = fault.Path + ": " + fault.Reason
	}
	return "invalid document: " + strings.Join(parts, "; ")
}

// Validate checks what accessible output rests on: a title and a date, headings
// that never skip a level, and tables that are rectangular, captioned and have
// headers. It returns nil or an *InvalidError.
func Validate(d *Document) error {
	v := &validator{level: 1, listed: slices.Max(append(Listed(d.Blocks), 0))}
	v.require(strings.TrimSpace(d.Meta.Title) != "", "meta.title", "is empty")
	v.require(!d.Meta.Date.IsZero(), "meta.date", "is missing")
	for i, line := range d.Lead {
		v.runs(line.Runs, fmt.Sprintf("lead[%d]", i))
	}
	for i, block := range d.Blocks {
		v.top(block, fmt.Sprintf("blocks[%d]", i))
	}
	if len(v.faults) == 0 {
		return nil
	}
	return &InvalidError{Faults: v.faults}
}

type validator struct {
	faults []Fault
	level  int
	// listed counts the headings in the table of contents, contents the tables.
	listed, contents int
}

func (v *validator) require(ok bool, path, reason string) {
	if !ok {
		v.faults = append(v.faults, Fault{Path: path, Reason: reason})
	}
}

// top checks a block of the document itself, where headings and tables may be.
func (v *validator) top(block Block, path string) {
	switch block := block.(type) {
	case Heading:
		v.heading(block, path)
	case Table:
		v.table(block, path)
	case Paragraph, List:
		v.flow(block, path)
	case Figure:
		v.figure(block, path)
	case Contents:
		v.contents++
		v.require(v.contents == 1, path, "is a second table of contents")
		v.require(v.listed > 0, path, "no headings follow the table of contents")
	default:
		v.require(false, path, "is no block")
	}
}

func (v *validator) figure(f Figure, path string) {
	v.require(strings.TrimSpace(f.Alternative) != "", path, "figure has no alternative text")
	v.require(strings.TrimSpace(f.Caption) != "", path, "figure has no caption")
	drawn := f.Scene != nil && f.Scene.Width > 0 && f.Scene.Height > 0 && len(f.Scene.Nodes) > 0
	v.require(drawn, path, "figure shows nothing")
}

func (v *validator) heading(h Heading, path string) {
	v.require(h.Level >= firstLevel && h.Level <= lastLevel, path, fmt.Sprintf("heading level %d is not within 2 to 4", h.Level))
	v.require(h.Level <= v.level+1, path, fmt.Sprintf("heading level %d follows level %d", h.Level, v.level))
	v.require(strings.TrimSpace(h.Text) != "", path, "heading is empty")
	v.level = h.Level
}

// flow checks a block that may stand anywhere.
func (v *validator) flow(block Block, path string) {
	switch block := block.(type) {
	case Paragraph:
		v.runs(block.Runs, path)
	case List:
		v.list(block, path)
	default:
		v.require(false, path, "only paragraphs and lists may stand here")
	}
}

func (v *validator) runs(runs []Run, path string) {
	for i, run := range runs {
		v.require(run.Link == "" || LinkAllowed(run.Link), fmt.Sprintf("%s.runs[%d]", path, i), "link is neither a web nor a mail address")
	}
}

func (v *validator) list(list List, path string) {
	v.require(len(list.Items) > 0, path, "list has no items")
	for i, item := range list.Items {
		itemPath := fmt.Sprintf("%s.items[%d]", path, i)
		v.require(len(item.Blocks) > 0, itemPath, "is empty")
		for j, block := range item.Blocks {
			v.flow(block, fmt.Sprintf("%s.blocks[%d]", itemPath, j))
		}
	}
}

func (v *validator) table(table Table, path string) {
	v.require(strings.TrimSpace(table.Caption) != "", path, "table has no caption")
	v.require(len(table.Columns) > 0, path, "table has no columns")
	v.require(len(table.Rows) > 0, path, "table has no rows")
	v.require(table.HasHead() || table.RowHeaders, path, "table has neither column nor row headers")
	v.columns(table, path)
	for i, row := range table.Rows {
		v.row(table, row, fmt.Sprintf("%s.rows[%d]", path, i))
	}
}

func (v *validator) columns(table Table, path string) {
	const tolerance = 0.001
	sum := 0.0
	for i, column := range table.Columns {
		columnPath := fmt.Sprintf("%s.columns[%d]", path, i)
		v.require(column.Width > 0, columnPath, "has no width")
		v.require(column.Head != "" || !table.HasHead(), columnPath, "has no head although others have")
		sum += column.Width
	}
	v.require(math.Abs(sum-1) < tolerance, path, "column widths do not add up to 1")
}

func (v *validator) row(table Table, row Row, path string) {
	v.require(len(row) == len(table.Columns), path, fmt.Sprintf("has %d cells for %d columns", len(row), len(table.Columns)))
	v.require(!table.RowHeaders || len(row) > 0 && len(row[0].Blocks) > 0, path, "row header is empty")
	for i, cell := range row {
		for j, block := range cell.Blocks {
			v.flow(block, fmt.Sprintf("%s.cells[%d].blocks[%d]", path, i, j))
		}
	}
}
