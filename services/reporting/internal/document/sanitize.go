package document

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// replacementRune stands for bytes that are no text at all.
const replacementRune = '\uFFFD'

const (
	softHyphen       = '\u00ad'
	noBreakHyphen    = '\u2011'
	lineSeparator    = '\u2028'
	paragraphDivider = '\u2029'
)

// Replacement is one rune that the document typeface lacks, and where it stood.
type Replacement struct {
	// Path leads to the text, such as "blocks[3].rows[0].cells[1].blocks[0]" or
	// "meta.title".
	Path string
	// Offset counts runes of the cleaned text before the replacement.
	Offset int
	Rune   rune
}

// Sanitize returns a copy of the document that any renderer can draw, and what
// had to be replaced for that. Text is composed (NFC), control and invisible
// format characters are removed, invalid bytes become U+FFFD, and a rune for
// which covers is false becomes a visible mark such as "[U+1F600]". A nil covers
// accepts every rune. A title, heading, caption or table header of which nothing
// is left becomes EmptyMark. Sanitizing twice changes nothing more.
func Sanitize(d *Document, covers func(rune) bool) (*Document, []Replacement) {
	if covers == nil {
		covers = func(rune) bool { return true }
	}
	cleaner := &cleaner{covers: covers}
	clean := &Document{
		Meta:   cleaner.meta(d.Meta),
		Lead:   slices.Clone(d.Lead),
		Facts:  slices.Clone(d.Facts),
		Blocks: cleaner.blocks(d.Blocks, "blocks"),
	}
	for i := range clean.Lead {
		clean.Lead[i].Runs = cleaner.runs(d.Lead[i].Runs, fmt.Sprintf("lead[%d]", i))
	}
	for i := range clean.Facts {
		clean.Facts[i] = cleaner.line(d.Facts[i], fmt.Sprintf("facts[%d]", i))
	}
	return clean, cleaner.replaced
}

type cleaner struct {
	covers   func(rune) bool
	replaced []Replacement
}

func (c *cleaner) meta(m Meta) Meta {
	m.Title = c.label(m.Title, "meta.title")
	m.Subject = c.line(m.Subject, "meta.subject")
	m.Author = c.line(m.Author, "meta.author")
	m.Municipality = c.line(m.Municipality, "meta.municipality")
	m.Committee = c.line(m.Committee, "meta.committee")
	m.CaseNumber = c.line(m.CaseNumber, "meta.caseNumber")
	m.Sources = slices.Clone(m.Sources)
	for i, source := range m.Sources {
		m.Sources[i] = c.line(source, fmt.Sprintf("meta.sources[%d]", i))
	}
	return m
}

func (c *cleaner) blocks(blocks []Block, path string) []Block {
	out := make([]Block, len(blocks))
	for i, block := range blocks {
		out[i] = c.block(block, fmt.Sprintf("%s[%d]", path, i))
	}
	return out
}

func (c *cleaner) block(block Block, path string) Block {
	switch block := block.(type) {
	case Heading:
		block.Text = c.label(block.Text, path)
		return block
	case Paragraph:
		return Paragraph{Runs: c.runs(block.Runs, path)}
	case List:
		block.Items = slices.Clone(block.Items)
		for i := range block.Items {
			block.Items[i].Blocks = c.blocks(block.Items[i].Blocks, fmt.Sprintf("%s.items[%d].blocks", path, i))
		}
		return block
	case Table:
		return c.table(block, path)
	case Figure:
		block.Caption = c.label(block.Caption, path+".caption")
		block.Alternative = c.label(block.Alternative, path+".alternative")
		block.Scene = block.Scene.MapText(func(text string) string { return c.line(text, path+".scene") })
		return block
	case Contents:
	}
	return block
}

func (c *cleaner) runs(runs []Run, path string) []Run {
	out := slices.Clone(runs)
	for i := range out {
		out[i].Text = c.text(out[i].Text, fmt.Sprintf("%s.runs[%d]", path, i))
		out[i].Link = strings.ToValidUTF8(out[i].Link, "")
	}
	return out
}

func (c *cleaner) table(table Table, path string) Table {
	table.Caption = c.label(table.Caption, path+".caption")
	table.Columns = slices.Clone(table.Columns)
	for i := range table.Columns {
		if table.Columns[i].Head != "" {
			table.Columns[i].Head = c.label(table.Columns[i].Head, fmt.Sprintf("%s.columns[%d]", path, i))
		}
	}
	rows := make([]Row, len(table.Rows))
	for i, row := range table.Rows {
		rows[i] = slices.Clone(row)
		for j := range row {
			rows[i][j].Blocks = c.blocks(row[j].Blocks, fmt.Sprintf("%s.rows[%d].cells[%d].blocks", path, i, j))
		}
		if table.RowHeaders && len(row) > 0 && !slices.ContainsFunc(rows[i][0].Blocks, isVisible) {
			rows[i][0] = TextCell(EmptyMark)
		}
	}
	table.Rows = rows
	return table
}

// isVisible reports whether a block shows anything.
func isVisible(block Block) bool {
	switch block := block.(type) {
	case Paragraph:
		return block.visible()
	case List:
		return len(block.Items) > 0
	}
	return false
}

// label cleans a text that must not be empty.
func (c *cleaner) label(text, path string) string {
	if cleaned := c.line(text, path); cleaned != "" {
		return cleaned
	}
	return EmptyMark
}

// line cleans a text that must stay on one line, such as a heading.
func (c *cleaner) line(text, path string) string {
	return strings.TrimSpace(strings.ReplaceAll(c.text(text, path), "\n", " "))
}

func (c *cleaner) text(text, path string) string {
	if c.isClean(text) {
		return text
	}
	var out strings.Builder
	offset := 0
	text = strings.ReplaceAll(strings.ToValidUTF8(text, string(replacementRune)), "\r\n", "\n")
	for _, r := range norm.NFC.String(text) {
		kept := c.rune(r, path, offset)
		out.WriteString(kept)
		offset += len([]rune(kept))
	}
	return out.String()
}

// isClean is the common case: plain Latin text needs no copy.
func (c *cleaner) isClean(text string) bool {
	for _, r := range text {
		plain := r == '\n' || r >= ' ' && r < 0x7f || r >= 0xa0 && r < 0x300
		if !plain || !c.covers(r) && r != '\n' {
			return false
		}
	}
	return true
}

func (c *cleaner) rune(r rune, path string, offset int) string {
	switch {
	case r == '\n' || r == softHyphen:
		return string(r)
	case r == lineSeparator || r == paragraphDivider || r == '\r':
		return "\n"
	case r == noBreakHyphen && !c.covers(r):
		return "-"
	case unicode.IsSpace(r) && !c.covers(r), r == '\t':
		return " "
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Co, unicode.Variation_Selector), isNonCharacter(r):
		return ""
	case c.covers(r):
		return string(r)
	}
	c.replaced = append(c.replaced, Replacement{Path: path, Offset: offset, Rune: r})
	return fmt.Sprintf("[U+%04X]", r)
}

// isNonCharacter reports the code points that Unicode reserves for no text.
func isNonCharacter(r rune) bool {
	const lastTwoOfPlane = 0xfffe
	return r&lastTwoOfPlane == lastTwoOfPlane || r >= 0xfdd0 && r <= 0xfdef
}
