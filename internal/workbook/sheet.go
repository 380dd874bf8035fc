package workbook

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const (
	// MaxRows is how many rows a sheet may reach, and maxColumns how many columns are looked at.
	MaxRows    = 50_000
	maxColumns = 256
)

// cell is what one cell holds. Formulas stand for the value that the workbook kept of them.
type cell struct {
	column int // from 0
	text   string
	// number is true when text is a number as the file format writes it; percent and date tell how it is shown.
	number, percent, date bool
	// formula is true for one; uncached when the workbook kept no value of it, and source is then what it says.
	formula, uncached bool
	source            string
	// broken is true for an error such as #N/A.
	broken bool
}

// row is one row with cells.
type row struct {
	number int // from 1
	hidden bool
	cells  []cell
}

// at returns the cell of a column, the zero value for an empty one.
func (r row) at(column int) cell {
	if i, ok := slices.BinarySearchFunc(r.cells, column, func(c cell, column int) int { return c.column - column }); ok {
		return r.cells[i]
	}
	return cell{column: column}
}

// area is a rectangle of merged cells.
type area struct{ left, top, right, bottom int }

// sheet is one sheet's content.
type sheet struct {
	name   string
	rows   []row
	merged []area
}

// texts and styles are what cells of all sheets refer to.
type shared struct {
	texts  []string
	styles []look
}

// look is how numbers of a style are shown.
type look struct{ percent, date bool }

// shared reads the texts and the styles.
func (a *archive) shared() (shared, error) {
	texts, err := a.sharedTexts()
	if err != nil {
		return shared{}, err
	}
	styles, err := a.styles()
	return shared{texts: texts, styles: styles}, err
}

// richText is a text, possibly in runs; phonetic hints are left out.
type richText struct {
	Plain *string `xml:"t"`
	Runs  []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	var b strings.Builder
	if t.Plain != nil {
		b.WriteString(*t.Plain)
	}
	for _, run := range t.Runs {
		b.WriteString(run.Text)
	}
	return b.String()
}

func (a *archive) sharedTexts() ([]string, error) {
	var table struct {
		Items []richText `xml:"si"`
	}
	if err := a.decode("xl/sharedStrings.xml", &table); err != nil {
		return nil, err
	}
	texts := make([]string, len(table.Items))
	for i, item := range table.Items {
		texts[i] = item.String()
	}
	return texts, nil
}

func (a *archive) styles() ([]look, error) {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := a.decode("xl/styles.xml", &sheet); err != nil {
		return nil, err
	}
	codes := map[int]string{}
	for _, f := range sheet.Formats {
		codes[f.ID] = f.Code
	}
	looks := make([]look, len(sheet.Cells))
	for i, c := range sheet.Cells {
		looks[i] = lookOf(c.Format, codes[c.Format])
	}
	return looks, nil
}

// lookOf tells how a number format shows numbers. Formats 0–163 are built in and have no code.
func lookOf(id int, code string) look {
	code = unquoted(code)
	return look{
		percent: id == 9 || id == 10 || strings.Contains(code, "%"),
		date:    id >= 14 && id <= 22 || id >= 45 && id <= 47 || strings.ContainsAny(strings.ToLower(code), "yåd"),
	}
}

// unquoted returns a format code without literal texts and conditions.
func unquoted(code string) string {
	var b strings.Builder
	var until rune
	for _, r := range code {
		switch {
		case until != 0:
			if r == until {
				until = 0
			}
		case r == '"':
			until = '"'
		case r == '[':
			until = ']'
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// xmlCell is a cell in the file.
type xmlCell struct {
	Reference string    `xml:"r,attr"`
	Style     int       `xml:"s,attr"`
	Type      string    `xml:"t,attr"`
	Formula   *string   `xml:"f"`
	Value     *string   `xml:"v"`
	Inline    *richText `xml:"is"`
}

// reader reads one sheet from its XML, cell by cell.
type reader struct {
	shared shared
	sheet  *sheet
	// last is the row that the cells are in, next where a cell without a reference belongs.
	last, next int
}

// sheet reads a sheet. It never holds more than the cells that are filled in.
func (a *archive) sheet(part sheetPart, s shared) (*sheet, error) {
	data, err := a.read(part.part)
	if err != nil {
		return nil, err
	}
	r := reader{shared: s, sheet: &sheet{name: part.name}}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.token(decoder, token)
		}
		if err != nil {
			return nil, asDamaged(part.part, err)
		}
	}
	slices.SortStableFunc(r.sheet.rows, func(a, b row) int { return cmp.Compare(a.number, b.number) })
	r.sheet.spread()
	return r.sheet, nil
}

// asDamaged leaves our own errors as they are.
func asDamaged(part string, err error) error {
	var syntax *xml.SyntaxError
	var number *strconv.NumError
	if errors.As(err, &syntax) || errors.As(err, &number) {
		return damaged(part, err)
	}
	return err
}

func (r *reader) token(decoder *xml.Decoder, token xml.Token) error {
	start, ok := token.(xml.StartElement)
	if !ok {
		return nil
	}
	switch start.Name.Local {
	case "row":
		return r.row(start)
	case "c":
		var c xmlCell
		if err := decoder.DecodeElement(&c, &start); err != nil {
			return err
		}
		return r.cell(c)
	case "mergeCell":
		return r.merge(attribute(start, "ref"))
	}
	return nil
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (r *reader) row(start xml.StartElement) error {
	r.last++
	if number, err := strconv.Atoi(attribute(start, "r")); err == nil && number > 0 {
		r.last = number
	}
	r.next = 0
	hidden := attribute(start, "hidden")
	r.sheet.rows = append(r.sheet.rows, row{number: r.last, hidden: hidden == "1" || hidden == "true"})
	return nil
}

func (r *reader) cell(x xmlCell) error {
	column := r.next
	if c, _, ok := coordinates(x.Reference); ok {
		column = c
	}
	r.next = column + 1
	if column >= maxColumns || len(r.sheet.rows) == 0 {
		return nil
	}
	c, err := r.value(x)
	if err != nil || (c.text == "" && !c.uncached) {
		return err
	}
	if r.last > MaxRows {
		return tooMuch(fmt.Sprintf("Bladet ”%s” har fler än %d rader. Dela upp det på flera filer.", r.sheet.name, MaxRows),
			fmt.Sprintf("sheet %q reaches row %d; at most %d", r.sheet.name, r.last, MaxRows))
	}
	c.column = column
	last := &r.sheet.rows[len(r.sheet.rows)-1]
	last.cells = append(last.cells, c)
	if n := len(last.cells); n > 1 && last.cells[n-2].column >= column {
		slices.SortStableFunc(last.cells, func(a, b cell) int { return cmp.Compare(a.column, b.column) })
	}
	return nil
}

// value reads what a cell shows.
func (r *reader) value(x xmlCell) (cell, error) {
	c := cell{formula: x.Formula != nil}
	c.uncached = c.formula && x.Value == nil && x.Inline == nil
	if c.uncached {
		c.source = *x.Formula
	}
	raw := ""
	if x.Value != nil {
		raw = *x.Value
	}
	switch x.Type {
	case "s":
		i, err := strconv.Atoi(raw)
		if err != nil || i < 0 || i >= len(r.shared.texts) {
			return c, &strconv.NumError{Func: "cell " + x.Reference, Num: raw, Err: strconv.ErrRange}
		}
		c.text = r.shared.texts[i]
	case "inlineStr":
		if x.Inline != nil {
			c.text = x.Inline.String()
		}
	case "b":
		c.text = map[string]string{"1": "Ja", "0": "Nej"}[raw]
	case "e":
		c.text, c.broken = raw, true
	case "str", "d":
		c.text = raw
	default:
		c.text, c.number = raw, raw != ""
	}
	if x.Style >= 0 && x.Style < len(r.shared.styles) && c.number {
		c.percent, c.date = r.shared.styles[x.Style].percent, r.shared.styles[x.Style].date
	}
	c.text = strings.TrimSpace(c.text)
	return c, nil
}

func (r *reader) merge(reference string) error {
	from, to, ok := strings.Cut(reference, ":")
	left, top, one := coordinates(from)
	right, bottom, two := coordinates(to)
	if ok && one && two && len(r.sheet.merged) < MaxRows {
		r.sheet.merged = append(r.sheet.merged, area{left, top, right, bottom})
	}
	return nil
}

// spread gives each row of cells merged downwards the content of the uppermost. Cells merged sideways keep it in the
// first column alone, since it belongs to one heading.
func (s *sheet) spread() {
	work := 0
	for _, m := range s.merged {
		// Areas do not overlap in a sheet that Excel wrote, so more work than cells is somebody's mischief.
		if work += m.bottom - m.top; work > MaxRows*maxColumns {
			return
		}
		if m.bottom <= m.top || m.bottom > MaxRows {
			continue
		}
		i, ok := s.find(m.top)
		if !ok {
			continue
		}
		content := s.rows[i].at(m.left)
		for i++; content.text != "" && i < len(s.rows) && s.rows[i].number <= m.bottom; i++ {
			s.rows[i].put(content)
		}
	}
}

// find returns the index of a row.
func (s *sheet) find(number int) (int, bool) {
	return slices.BinarySearchFunc(s.rows, number, func(r row, number int) int { return r.number - number })
}

// put fills an empty cell.
func (r *row) put(c cell) {
	i, taken := slices.BinarySearchFunc(r.cells, c.column, func(have cell, column int) int { return have.column - column })
	if !taken {
		r.cells = slices.Insert(r.cells, i, c)
	}
}

// coordinates reads a reference such as "C7": column from 0, row from 1.
func coordinates(reference string) (column, number int, ok bool) {
	letters := 0
	for letters < len(reference) && letters < 3 && reference[letters] >= 'A' && reference[letters] <= 'Z' {
		column = column*26 + int(reference[letters]-'A') + 1
		letters++
	}
	number, err := strconv.Atoi(reference[letters:])
	return column - 1, number, letters > 0 && err == nil && number > 0
}

// letters is the reverse: the name of a column.
func letters(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}
