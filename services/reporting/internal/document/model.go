package document

import (
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// Language is the language of every document Uppsikt writes.
const Language = "sv-SE"

// State says whether a document is still being worked on.
type State int

// The states of a document. The zero value is the cautious one.
const (
	Draft State = iota
	Final
)

// Document is a whole document: what it is about, and its content in reading
// order. It is a plain value; renderers never change it.
type Document struct {
	Meta Meta
	// Lead is the letterhead, printed before the title; usually empty.
	Lead []Paragraph
	// Facts are printed under the title of a document with a letterhead, which
	// says itself what the others say there.
	Facts  []string
	Blocks []Block
}

// Meta is what is known about a document besides its content.
type Meta struct {
	// Title is the document's name and its only heading of level 1.
	Title string
	// Subject is one sentence about the content, for catalogues and archives.
	Subject string
	// Author is the authority that issues the document.
	Author string
	// Municipality and Committee are printed in the page header.
	Municipality string
	Committee    string
	// CaseNumber is the registered number of the case (diarienummer); may be empty.
	CaseNumber string
	// Date is the document's date. It is also the only time written into a
	// file, so that equal documents give equal bytes.
	Date time.Time
	// Language is a BCP 47 tag; empty means Language.
	Language string
	State    State
	// Sources are printed last, one line each: the journal positions that the
	// document rests on.
	Sources []string
}

// Lang returns the language tag to declare; never empty.
func (m Meta) Lang() string {
	if m.Language == "" {
		return Language
	}
	return m.Language
}

// Issuer returns committee and municipality as one line for page headers.
func (m Meta) Issuer() string {
	return joinNonEmpty(", ", m.Committee, m.Municipality)
}

// Block is one piece of content: Heading, Paragraph, List, Table, Figure or
// Contents. The set is closed, so a renderer's switch over it is complete.
type Block interface {
	isBlock()
}

// Heading opens a section. Level 1 belongs to the title, so blocks use 2 to 4.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text.
type Paragraph struct {
	Runs []Run
}

// Run is a stretch of text with one style. A line feed in Text is a line break;
// U+00AD marks where a word may be divided.
type Run struct {
	Text     string
	Strong   bool
	Emphasis bool
	// Link is the address the text leads to, or empty. See LinkAllowed.
	Link string
}

// List is a bulleted or a numbered list.
type List struct {
	Ordered bool
	// Start is the number of the first item of a numbered list; 0 means 1.
	Start int
	Items []Item
}

// First returns the number of the first item.
func (l List) First() int {
	return max(l.Start, 1)
}

// Item is one entry of a list; it holds paragraphs and lists.
type Item struct {
	Blocks []Block
}

// Table is a grid with a caption. A table whose columns have no Head is a table
// of labelled rows, and then its first column must be row headers.
type Table struct {
	Caption string
	Columns []Column
	// RowHeaders makes the first cell of each row the header of that row.
	RowHeaders bool
	Rows       []Row
}

// Column describes one column of a table.
type Column struct {
	Head string
	// Width is the column's share of the table; the shares add up to 1.
	Width float64
	// Numeric columns are set flush right.
	Numeric bool
}

// Row is one row of a table, with one cell per column.
type Row []Cell

// Cell holds paragraphs and lists; it may be empty.
type Cell struct {
	Blocks []Block
}

// Figure is a drawing with a caption. What it shows is also said in words, for
// those who do not see it.
type Figure struct {
	Caption string
	// Alternative says what the figure shows.
	Alternative string
	Scene       *scene.Scene
}

// Contents is the table of contents: the headings of level 2 that follow it, each
// leading to its place.
type Contents struct{}

func (Heading) isBlock()   {}
func (Paragraph) isBlock() {}
func (List) isBlock()      {}
func (Table) isBlock()     {}
func (Figure) isBlock()    {}
func (Contents) isBlock()  {}

// HasHead reports whether the table has a row of column headers.
func (t Table) HasHead() bool {
	for _, column := range t.Columns {
		if column.Head != "" {
			return true
		}
	}
	return false
}

// Text returns a paragraph of plain text.
func Text(text string) Paragraph {
	return Paragraph{Runs: []Run{{Text: text}}}
}

// TextCell returns a cell with one paragraph of plain text, or an empty cell.
func TextCell(text string) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{Blocks: []Block{Text(text)}}
}

// Section returns the blocks of a Markdown text, or EmptyMark when there is none:
// a section is never left blank.
func Section(markdown string) []Block {
	if blocks := FromMarkdown(markdown); len(blocks) > 0 {
		return blocks
	}
	return []Block{Text(EmptyMark)}
}

// MarkdownCell returns a cell with the blocks of a Markdown text, or an empty
// cell.
func MarkdownCell(markdown string) Cell {
	return Cell{Blocks: FromMarkdown(markdown)}
}

// labelShare is the width of the label column in a table of labelled rows.
const labelShare = 0.26

// Labelled is one row of a table of labelled rows.
type Labelled struct {
	Label string
	Value Cell
}

// LabelledRows returns a table with the labels as row headers and no column
// head: the usual form for one risk and what is known about it. An empty value
// shows EmptyMark.
func LabelledRows(caption string, rows ...Labelled) Table {
	table := Table{
		Caption:    caption,
		Columns:    []Column{{Width: labelShare}, {Width: 1 - labelShare}},
		RowHeaders: true,
	}
	for _, row := range rows {
		if len(row.Value.Blocks) == 0 {
			row.Value = TextCell(EmptyMark)
		}
		table.Rows = append(table.Rows, Row{TextCell(row.Label), row.Value})
	}
	return table
}
