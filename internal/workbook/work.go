package workbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"

	"github.com/uppsikt/uppsikt/internal/exchange"
)

// told is how many rows lie between two reports of progress.
const told = 500

// work is the reading of one sheet.
type work struct {
	choice
	o         Options
	c         *catalogue
	since1904 bool
	plan      string
	bundle    *exchangev1.Bundle
	places    map[string]int
	faults    collection
	remarks   []Fault
	count     int
	// current is the row being read.
	current row
	// seen finds the row of a resource by what it is about.
	seen map[string]int
}

func newWork(c choice, o Options, since1904 bool) *work {
	w := &work{choice: c, o: o, c: newCatalogue(o.Known), since1904: since1904, bundle: &exchangev1.Bundle{Format: exchange.FormatName},
		plan: fmt.Sprintf("%s/plans/%d", o.Committee, o.Year), places: map[string]int{}, seen: map[string]int{}}
	return w
}

// rows reads every row below the headings that holds something.
func (w *work) rows(ctx context.Context) error {
	var hidden, formulas []int
	for i, r := range w.sheet.rows {
		if i%told == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			w.progress(i)
		}
		if r.number <= w.header.row || !w.holds(r) {
			continue
		}
		w.count++
		w.current = r
		if r.hidden {
			hidden = append(hidden, r.number)
		}
		if w.calculated(r) {
			formulas = append(formulas, r.number)
		}
		w.read()
	}
	w.progress(len(w.sheet.rows))
	w.remark("HIDDEN_ROWS", hidden, "Dolda rader läses också: %s.", "hidden rows are read too: %s")
	w.remark("FORMULAS", formulas, "Formler läses som sina värden på rad %s.", "formulas are read as their values in rows %s")
	return nil
}

func (w *work) progress(done int) {
	if w.o.Progress != nil {
		w.o.Progress(done, len(w.sheet.rows))
	}
}

// read reads the current row as what the sheet holds.
func (w *work) read() {
	switch w.kind {
	case Risks:
		w.risk()
	case Controls:
		w.control()
	case Measurements:
		w.measurement()
	}
}

// holds reports whether a row has anything in a column that is read.
func (w *work) holds(r row) bool {
	for _, index := range w.header.of {
		if c := r.at(index); c.text != "" || c.uncached {
			return true
		}
	}
	return false
}

func (w *work) calculated(r row) bool {
	for _, index := range w.header.of {
		if r.at(index).formula {
			return true
		}
	}
	return false
}

// remark adds what is worth knowing about some rows.
func (w *work) remark(reason string, rows []int, swedish, english string) {
	if len(rows) > 0 {
		list := ranges(rows)
		w.remarks = append(w.remarks, Fault{Sheet: w.sheet.name, Reason: reason, Swedish: fmt.Sprintf(swedish, list), English: fmt.Sprintf(english, list)})
	}
}

// ranges writes ascending numbers as "3–5, 9".
func ranges(numbers []int) string {
	const most = 20
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		part := strconv.Itoa(numbers[i])
		if j > i {
			part += "–" + strconv.Itoa(numbers[j])
		}
		if parts = append(parts, part); len(parts) == most && j+1 < len(numbers) {
			return strings.Join(parts, ", ") + " med flera"
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// finish returns the book.
func (w *work) finish() *Book {
	if w.count == 0 {
		w.faults.add(Fault{Sheet: w.sheet.name, Reason: "EMPTY_SHEET", Swedish: "Bladet har rubriker men inga rader.", English: "no rows below the headings"})
	}
	for _, c := range w.header.columns {
		if c.Field == "" && c.Heading != "" {
			w.remarks = append(w.remarks, Fault{Sheet: w.sheet.name, Row: w.header.row, Column: c.Letter, Heading: c.Heading, Reason: "NOT_READ",
				Swedish: "Kolumnen läses inte, för rubriken känns inte igen.", English: "the heading is not known, so the column is not read"})
		}
	}
	return &Book{Kind: w.kind, Sheet: w.sheet.name, Others: w.others(), HeaderRow: w.header.row, Columns: w.header.columns, Rows: w.count, Bundle: w.bundle,
		Faults: w.faults.all(w.sheet.name), Remarks: w.remarks, places: w.places, at: w.header.of, sheet: w.sheet}
}

// cell returns the current row's cell of a field; ok is false when it is empty or broken. A broken one is a fault.
func (w *work) cell(field string) (cell, bool) {
	index, has := w.header.of[field]
	if !has {
		return cell{}, false
	}
	c := w.current.at(index)
	switch {
	case c.uncached:
		w.fault(field, wrong{"FORMULA", "Formeln går inte att räkna ut. Öppna filen i Excel och spara den, eller skriv värdet i stället.", "the formula cannot be calculated"})
		return c, false
	case c.broken:
		w.fault(field, wrong{"FORMULA", fmt.Sprintf("Cellen visar felet %s. Rätta formeln eller skriv värdet i stället.", clip(c.text)), "the cell shows " + clip(c.text)})
		return c, false
	}
	return c, c.text != ""
}

// fault adds a fault in the current row.
func (w *work) fault(field string, bad wrong) {
	f := Fault{Sheet: w.sheet.name, Row: w.current.number, Reason: bad.reason, Swedish: bad.swedish, English: bad.english}
	if index, ok := w.header.of[field]; ok {
		f.Column = letters(index)
		f.Typed = clip(w.current.at(index).text)
		for _, c := range w.header.columns {
			if c.index == index {
				f.Heading = c.Heading
			}
		}
	}
	w.faults.add(f)
}

// text sets a text when the cell holds one.
func (w *work) text(field string, to *string) {
	if c, ok := w.cell(field); ok {
		*to = strings.ReplaceAll(strings.ReplaceAll(c.shown(), "\r\n", "\n"), "\r", "\n")
	}
}

// line sets a text in one line.
func (w *work) line(field string, to *string) {
	if c, ok := w.cell(field); ok {
		*to = strings.Join(strings.Fields(c.shown()), " ")
	}
}

// required is line for what must be there; ok is false when it is missing.
func (w *work) required(field, what string) (string, bool) {
	text := ""
	w.line(field, &text)
	if text == "" {
		w.fault(field, wrong{"MISSING", what, field + " is missing"})
	}
	return text, text != ""
}

// number sets a number.
func (w *work) number(field string, to **float64) number {
	c, ok := w.cell(field)
	if !ok {
		return number{}
	}
	n, bad := c.asNumber()
	if bad.is() {
		w.fault(field, bad)
		return number{}
	}
	*to = &n.value
	return n
}

// step sets a step of a scale: by its number, or by the label alone.
func (w *work) step(field string, labels names, to **float64) {
	c, ok := w.cell(field)
	if !ok {
		return
	}
	value, bad := parseStep(c.shown())
	if label, _ := labels.one(c.text); bad.is() && label != "" {
		value, bad = parseStep(label)
	}
	if bad.is() {
		w.fault(field, bad)
		return
	}
	*to = &value
}

// yes sets a yes or a no; ok is false for an empty cell.
func (w *work) yes(field string) (yes, ok bool) {
	c, ok := w.cell(field)
	if !ok {
		return false, false
	}
	yes, bad := parseYes(c.text)
	if bad.is() {
		w.fault(field, bad)
	}
	return yes, !bad.is()
}

// named sets the name of something that is called by its words.
func (w *work) named(field string, known names, what string, to *string) {
	c, ok := w.cell(field)
	if !ok {
		return
	}
	if name := w.lookUp(field, c.shown(), known, what); name != "" {
		*to = name
	}
}

func (w *work) lookUp(field, word string, known names, what string) string {
	name, ambiguous := known.one(word)
	switch {
	case ambiguous:
		w.fault(field, wrong{"AMBIGUOUS", fmt.Sprintf("Det finns flera %s som heter ”%s”. Skriv id:t i stället.", what, clip(word)), "several are called " + clip(word)})
	case name == "":
		w.fault(field, wrong{"UNKNOWN", fmt.Sprintf("”%s” finns inte bland %s. Rätta texten eller lägg till det först.", clip(word), what), clip(word) + " is not known"})
	}
	return name
}

// list returns the parts of a cell; ok is false for an empty one.
func (w *work) list(field string) ([]string, bool) {
	c, ok := w.cell(field)
	if !ok {
		return nil, false
	}
	return parseList(c.shown()), true
}

// id returns the last part of the row's name: its key, that of what is stored with the same words, or one made of the words.
func (w *work) id(stored string, words ...string) (string, bool) {
	key, has := w.cell("key")
	if !has {
		if stored != "" {
			return lastPart(stored), true
		}
		return contentID(words...), true
	}
	id := identifier(key.shown())
	if id == "" {
		w.fault("key", wrong{"KEY", fmt.Sprintf("”%s” går inte att använda som nyckel. Använd bokstäver och siffror, till exempel R1.", clip(key.text)), "no letters or digits in the key"})
	}
	return id, id != ""
}

// once refuses a second row about the same thing.
func (w *work) once(field, name, swedish string) bool {
	if first, twice := w.seen[name]; twice {
		w.fault(field, wrong{"TWICE", fmt.Sprintf(swedish, first), fmt.Sprintf("row %d is about the same", first)})
		return false
	}
	w.seen[name] = w.current.number
	return true
}

// place notes where a resource of the bundle stands.
func (w *work) place(list string, length int) {
	w.places[fmt.Sprintf("%s[%d]", list, length-1)] = w.current.number
}

// contentID makes an identifier that the same words always give.
func contentID(words ...string) string {
	parts := make([]string, len(words))
	for i, word := range words {
		parts[i] = same(word)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "x" + hex.EncodeToString(sum[:])[:19]
}

// identifier makes an identifier of a key, "" when there is nothing in it to use.
func identifier(key string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(key) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("åäáà", r):
			b.WriteByte('a')
		case strings.ContainsRune("öóø", r):
			b.WriteByte('o')
		case strings.ContainsRune("éèë", r):
			b.WriteByte('e')
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	id := strings.Trim(b.String(), "-")
	if len(id) > 63 {
		// Two long keys that begin alike stay two.
		return id[:40] + "-" + contentID(key)
	}
	return id
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func decimalText(n int32) string { return strconv.Itoa(int(n)) }
