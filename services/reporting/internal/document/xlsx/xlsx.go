// Package xlsx writes workbooks as Excel files (ISO/IEC 29500). Equal workbooks give equal bytes.
//
// A text is always a text: one that begins like a formula is written as a string, and marked so that it stays one when
// somebody edits it or saves the sheet in a format without types.
package xlsx

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/internal/workbook/fontorder"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

const (
	// MaxText is how many characters a cell holds, as Excel counts them.
	MaxText = 32767
	// cutMark ends a text that was cut.
	cutMark = "\n[Texten är avkortad. Hela texten finns i dokumentet.]"
	// MaxRows is how many rows of a table are written.
	MaxRows  = 1_048_000
	maxTitle = 31
	// lineHeight is that of a line, highestRow the highest that Excel has, in points; pageWidth how many characters stand on a
	// printed page.
	lineHeight, highestRow = 15.0, 409.0
	pageWidth              = 220.0
	paperA3                = 8
	// fallbackTime is when a document without a date was made.
	fallbackTime = "2000-01-01T00:00:00Z"
)

// Render writes a workbook.
func Render(w *document.Workbook) ([]byte, error) {
	if len(w.Sheets) == 0 {
		return nil, errors.New("xlsx: a workbook needs a sheet")
	}
	out := &writer{f: excelize.NewFile(), styles: map[look]int{}}
	defer out.f.Close()
	for i, s := range w.Sheets {
		if err := out.sheet(i, s); err != nil {
			return nil, fmt.Errorf("xlsx: sheet %q: %w", s.Title, err)
		}
	}
	if err := out.properties(w.Meta); err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	b, err := out.f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	return fontorder.Mend(b.Bytes())
}

// writer is a workbook being written.
type writer struct {
	f      *excelize.File
	styles map[look]int
}

// look is everything that tells two styles apart.
type look struct {
	head, strong, wide, quoted, date, number, coloured bool
	decimals                                           int
	fill, text                                         scene.Colour
}

// sheet writes one sheet.
func (w *writer) sheet(i int, s document.Sheet) error {
	name := sheetName(s.Title)
	if err := w.place(i, name); err != nil {
		return err
	}
	for c, column := range s.Columns {
		letter, err := excelize.ColumnNumberToName(c + 1)
		if err != nil {
			return err
		}
		if err := w.f.SetColWidth(name, letter, letter, column.Width); err != nil {
			return err
		}
	}
	first := 1
	if s.HasHead() {
		if err := w.head(name, s); err != nil {
			return err
		}
		first++
	}
	rows := s.Rows
	if len(rows) == 0 && s.Empty != "" {
		rows = [][]document.SheetCell{{{Text: s.Empty, Wide: true}}}
	}
	if len(rows) > MaxRows {
		return fmt.Errorf("%d rows; a sheet holds %d", len(rows), MaxRows)
	}
	for r, row := range rows {
		if err := w.row(name, first+r, row, s.Columns); err != nil {
			return err
		}
	}
	return w.page(name, s)
}

// row writes one row, as high as its texts need: not every program finds that out by itself.
func (w *writer) row(name string, at int, row []document.SheetCell, columns []document.SheetColumn) error {
	lines := 1
	for c, cell := range row {
		if err := w.cell(name, c+1, at, cell); err != nil {
			return err
		}
		if c < len(columns) && !cell.Wide {
			lines = max(lines, linesOf(cell.Text, columns[c].Width))
		}
	}
	if lines == 1 {
		return nil
	}
	return w.f.SetRowHeight(name, at, min(lineHeight*float64(lines), highestRow))
}

// linesOf estimates how many lines a text takes in a column of so many characters.
func linesOf(text string, width float64) int {
	lines := 0
	for _, line := range strings.Split(text, "\n") {
		// Words do not fill lines to their end.
		lines += max(1, int(math.Ceil(float64(utf8.RuneCountInString(line))*1.1/max(width, 1))))
	}
	return lines
}

// place makes the sheet; the first takes the one that every workbook has.
func (w *writer) place(i int, name string) error {
	if i == 0 {
		return w.f.SetSheetName("Sheet1", name)
	}
	if at, err := w.f.GetSheetIndex(name); err != nil || at >= 0 {
		return errors.Join(err, errors.New("the name is taken"))
	}
	_, err := w.f.NewSheet(name)
	return err
}

// head writes the headings, frozen and with a filter.
func (w *writer) head(name string, s document.Sheet) error {
	for c, column := range s.Columns {
		if err := w.put(name, c+1, 1, column.Head, look{head: true}); err != nil {
			return err
		}
	}
	last, err := excelize.CoordinatesToCellName(len(s.Columns), 1+max(1, len(s.Rows)))
	if err != nil {
		return err
	}
	return errors.Join(w.f.AutoFilter(name, "A1:"+last, nil),
		w.f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

// page sets how the sheet is printed.
func (w *writer) page(name string, s document.Sheet) error {
	width := 0.0
	for _, c := range s.Columns {
		width += c.Width
	}
	landscape, paper, across, none := "landscape", paperA3, int(math.Ceil(width/pageWidth)), 0
	fit := true
	errs := []error{
		w.f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		w.f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &across, FitToHeight: &none}),
		w.f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&RSida &P av &N"}),
	}
	if s.HasHead() {
		errs = append(errs, w.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + strings.ReplaceAll(name, "'", "''") + "'!$1:$1", Scope: name}))
	}
	return errors.Join(errs...)
}

// cell writes one cell: a number as a number, a day as a day, everything else as text.
func (w *writer) cell(name string, column, row int, c document.SheetCell) error {
	l := look{strong: c.Strong, wide: c.Wide}
	if c.Tone != nil {
		l.coloured, l.fill, l.text = true, c.Tone.Fill.Colour, c.Tone.Text
	}
	if c.Number != nil {
		l.number, l.decimals = true, c.Decimals
		return w.put(name, column, row, *c.Number, l)
	}
	if day, err := time.Parse(time.DateOnly, c.Date); err == nil {
		l.date = true
		return w.put(name, column, row, day, l)
	}
	text := c.Text
	if text == "" {
		text = c.Date
	}
	if text == "" && !l.coloured {
		return nil
	}
	l.quoted = likeFormula(text)
	return w.put(name, column, row, text, l)
}

func (w *writer) put(name string, column, row int, value any, l look) error {
	at, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	style, err := w.style(l)
	if err != nil {
		return err
	}
	if text, ok := value.(string); ok {
		err = w.f.SetCellStr(name, at, Fit(text))
	} else {
		err = w.f.SetCellValue(name, at, value)
	}
	return errors.Join(err, w.f.SetCellStyle(name, at, at, style))
}

// likeFormula reports whether a program might take a text for a formula.
func likeFormula(text string) bool {
	return text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0]))
}

// Fit cuts a text to what a cell holds, and leaves out what the file format cannot hold.
func Fit(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
	if units(text) <= MaxText {
		return text
	}
	room := MaxText - units(cutMark)
	for at, r := range text {
		if room -= utf16.RuneLen(r); room < 0 {
			return text[:at] + cutMark
		}
	}
	return text
}

// units is the length of a text as Excel counts.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// sheetName makes a title one that a sheet may have.
func sheetName(title string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return ' '
		}
		return r
	}, title), "' ")
	if runes := []rune(name); len(runes) > maxTitle {
		name = strings.TrimSpace(string(runes[:maxTitle]))
	}
	if name == "" {
		return "Blad"
	}
	return name
}

// properties say what the file is.
func (w *writer) properties(m document.Meta) error {
	made := fallbackTime
	if !m.Date.IsZero() {
		made = m.Date.UTC().Format(time.RFC3339)
	}
	return w.f.SetDocProps(&excelize.DocProperties{Title: Fit(m.Title), Subject: Fit(m.Subject), Creator: Fit(m.Author), LastModifiedBy: Fit(m.Author),
		Language: m.Lang(), Created: made, Modified: made})
}
