package workbook

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
)

// Options say what a workbook is about.
type Options struct {
	// Committee is "municipalities/{m}/committees/{c}"; Year is that of the plan.
	Committee string
	Year      int
	// Kind is what the sheet holds; empty finds out from the headings.
	Kind Kind
	// Sheet is the name of the sheet; empty takes the visible one with the most headings that are recognised. The one that
	// explains a template is never taken.
	Sheet string
	// Map gives headings the key or heading of a Field; an empty field leaves the column out.
	Map map[string]string
	// Known is what the committee has; nil means nothing.
	Known *Known
	// Progress is told now and then how many rows of how many are read; it may be nil.
	Progress func(done, total int)
}

// Book is a sheet that was read.
type Book struct {
	Kind  Kind
	Sheet string
	// Others are the visible sheets that were not read, without the one that explains a template.
	Others []string
	// HeaderRow is where the headings stand; Columns are all of them, also those that are not read.
	HeaderRow int
	Columns   []Column
	// Rows is how many rows hold something.
	Rows int
	// Bundle is what was read. With faults it is not complete and must not be applied.
	Bundle *exchangev1.Bundle
	// Faults is everything wrong; Remarks is what is worth knowing and hinders nothing, such as hidden rows.
	Faults, Remarks []Fault

	// places finds rows by the path of a resource, such as "risk_entries[3]"; at finds columns by field.
	places map[string]int
	at     map[string]int
	sheet  *sheet
}

// OK reports whether nothing is wrong.
func (b *Book) OK() bool { return len(b.Faults) == 0 }

// File returns the bundle as package exchange checks and applies it.
func (b *Book) File() (*exchange.File, error) {
	if !b.OK() {
		return nil, &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS", Fields: Fields(b.Faults),
			Swedish: fmt.Sprintf("Arbetsboken har %d fel.", len(b.Faults)), English: fmt.Sprintf("%d faults", len(b.Faults))}
	}
	return exchange.NewFile(b.Bundle)
}

// Partial returns the bundle of a book with faults, to be checked and never applied: what the owners say of the rows that
// were read right. It is nil when there is nothing to ask about.
func (b *Book) Partial() *exchange.File {
	file, err := exchange.NewFile(b.Bundle)
	if err != nil {
		return nil
	}
	return file
}

// LocateNew is Locate without the rows that have faults already, which are not whole.
func (b *Book) LocateNew(fields []fault.Field) []Fault {
	known := map[int]bool{0: true}
	for _, f := range b.Faults {
		known[f.Row] = true
	}
	return slices.DeleteFunc(b.Locate(fields), func(f Fault) bool { return known[f.Row] })
}

// Locate gives what the owners find wrong with the bundle its place in the sheet.
func (b *Book) Locate(fields []fault.Field) []Fault {
	out := make([]Fault, len(fields))
	for i, f := range fields {
		out[i] = b.locate(f)
	}
	return out
}

// locate finds the row by the resource and the column by the field in it.
func (b *Book) locate(f fault.Field) Fault {
	resource, rest, _ := strings.Cut(f.Path, ".")
	out := Fault{Sheet: b.Sheet, Row: b.places[resource], Reason: f.Reason, Swedish: f.Swedish, English: f.English}
	field, _, _ := strings.Cut(rest, ".")
	field, _, _ = strings.Cut(field, "[")
	if strings.HasPrefix(resource, "control_areas") {
		field = "control_area"
	}
	index, ok := b.at[field]
	if !ok && (field == "begin_date" || field == "end_date") {
		index, ok = b.at["period"]
	}
	if ok && out.Row > 0 {
		out.Column, out.Heading = letters(index), b.heading(index)
		if i, found := b.sheet.find(out.Row); found {
			out.Typed = clip(b.sheet.rows[i].at(index).text)
		}
	}
	return out
}

func (b *Book) heading(index int) string {
	for _, c := range b.Columns {
		if c.index == index {
			return c.Heading
		}
	}
	return ""
}

// Read reads one sheet. The error is for a file that is not read at all: a *fault.Error of the kind Invalid or Exhausted,
// with a Swedish text. What is wrong inside the sheet is in the book.
func Read(ctx context.Context, r io.Reader, o Options) (*Book, error) {
	a, err := open(r)
	if err != nil {
		return nil, err
	}
	listed, err := a.contents()
	if err != nil {
		return nil, err
	}
	chosen, err := choose(ctx, a, listed, o)
	if err != nil {
		return nil, err
	}
	if missing := chosen.header.missing(chosen.kind); len(missing) > 0 {
		return chosen.incomplete(missing), nil
	}
	if o.Known != nil && o.Known.Plan == nil && chosen.kind != Measurements {
		return nil, noPlan(o.Committee, o.Year)
	}
	if err := a.calculate(chosen); err != nil {
		return nil, err
	}
	w := newWork(chosen, o, listed.since1904)
	if err := w.rows(ctx); err != nil {
		return nil, err
	}
	return w.finish(), nil
}

// choice is the sheet to read and how.
type choice struct {
	sheet  *sheet
	kind   Kind
	header header
	// looked are the names of the sheets that were looked at.
	looked []string
}

// others are the sheets that were looked at and not taken.
func (c choice) others() []string {
	return slices.DeleteFunc(slices.Clone(c.looked), func(name string) bool { return name == c.sheet.name })
}

// choose finds the sheet with the most headings.
func choose(ctx context.Context, a *archive, listed contents, o Options) (choice, error) {
	common, err := a.shared()
	if err != nil {
		return choice{}, err
	}
	mappings, err := o.mappings()
	if err != nil {
		return choice{}, err
	}
	var best choice
	for _, part := range listed.sheets {
		if err := ctx.Err(); err != nil {
			return choice{}, err
		}
		if other := o.Sheet != "" && same(part.name) != same(o.Sheet); other || o.Sheet == "" && part.hidden {
			if !part.hidden && same(part.name) != same(explanationSheet) {
				best.looked = append(best.looked, part.name)
			}
			continue
		}
		s, err := a.sheet(part, common)
		if err != nil {
			return choice{}, err
		}
		if s.explains() {
			continue
		}
		best.looked = append(best.looked, part.name)
		for _, kind := range Kinds() {
			if keys, ok := mappings[kind]; ok {
				best.consider(s, kind, keys)
			}
		}
	}
	if best.sheet == nil {
		return best, best.noSheet(o)
	}
	return best, nil
}

// otherKind returns a kind whose headings fit the sheet better; "" for none.
func (c choice) otherKind() Kind {
	best, other := c.header.fit(c.kind), Kind("")
	for _, kind := range Kinds() {
		if h := findHeader(c.sheet, kind, nil); kind != c.kind && h.complete(kind) && slices.Compare(h.fit(kind), best) > 0 {
			best, other = h.fit(kind), kind
		}
	}
	return other
}

// mappings returns what headings mean, for each kind that the sheet may be of: one that has the fields.
func (o Options) mappings() (map[Kind]map[string]string, error) {
	kinds := Kinds()
	if o.Kind != "" {
		kinds = []Kind{o.Kind}
	}
	var unknown error
	mappings := map[Kind]map[string]string{}
	for _, kind := range kinds {
		keys, err := checkMapping(kind, o.Map)
		if err != nil {
			unknown = err
			continue
		}
		mappings[kind] = keys
	}
	if len(mappings) == 0 {
		return nil, unknown
	}
	return mappings, nil
}

// consider takes a sheet that fits better than the one so far. A sheet that is called as the kind wins a tie.
func (c *choice) consider(s *sheet, kind Kind, keys map[string]string) {
	one := choice{sheet: s, kind: kind, header: findHeader(s, kind, keys)}
	if len(one.header.of) > 0 && slices.Compare(one.fit(), c.fit()) > 0 {
		c.sheet, c.kind, c.header = one.sheet, one.kind, one.header
	}
}

// fit tells how well the sheet fits, the weightiest first.
func (c choice) fit() []int {
	if c.sheet == nil {
		return nil
	}
	named := 0
	if same(c.sheet.name) == same(c.kind.Title()) {
		named = 1
	}
	return append(c.header.fit(c.kind), named)
}

// incomplete is the book of a sheet that lacks required headings: nothing in it is read, but it tells which columns there
// are, so that somebody can say what they mean.
func (c choice) incomplete(missing []Field) *Book {
	b := &Book{Kind: c.kind, Sheet: c.sheet.name, Others: c.others(), HeaderRow: c.header.row, Columns: c.header.columns,
		Bundle: &exchangev1.Bundle{Format: exchange.FormatName}, at: c.header.of, sheet: c.sheet}
	if other := c.otherKind(); other != "" {
		b.Faults = append(b.Faults, Fault{Sheet: c.sheet.name, Row: c.header.row, Reason: "OTHER_KIND",
			Swedish: fmt.Sprintf("Bladet ser ut att innehålla %s, inte %s. Välj det i stället, eller en annan fil.", strings.ToLower(other.Title()), strings.ToLower(c.kind.Title())),
			English: fmt.Sprintf("the headings are those of %s, not of %s", other, c.kind)})
		return b
	}
	for _, f := range missing {
		b.Faults = append(b.Faults, Fault{Sheet: c.sheet.name, Row: c.header.row, Reason: "MISSING_HEADING",
			Swedish: fmt.Sprintf("Rubriken ”%s” saknas på rad %d. Rätta rubriken i bladet, eller säg vilken kolumn det är.", f.Title, c.header.row),
			English: fmt.Sprintf("no column is read as %s", f.Key)})
	}
	return b
}

// noSheet tells why no sheet was found.
func (c choice) noSheet(o Options) error {
	var all []string
	for _, name := range c.looked {
		all = append(all, clip(name))
	}
	list := strings.Join(all, ", ")
	if o.Sheet != "" && !slices.ContainsFunc(c.looked, func(name string) bool { return same(name) == same(o.Sheet) }) {
		return unreadable("SHEET", fmt.Sprintf("Bladet ”%s” finns inte eller är mallens anvisningar. De som går att läsa är: %s.", clip(o.Sheet), list), "no such sheet")
	}
	return unreadable("HEADINGS", fmt.Sprintf("Ingen rubrik känns igen bland de %d första raderna i %s. %s Hämta en mall, eller ange vad rubrikerna betyder.", headerRows, list, wanted(o.Kind)),
		"no row of headings was found in "+list)
}

// wanted tells which headings a sheet must have.
func wanted(kind Kind) string {
	kinds := Kinds()
	if kind != "" {
		kinds = []Kind{kind}
	}
	var parts []string
	for _, k := range kinds {
		for _, f := range k.Fields() {
			if f.Required {
				parts = append(parts, fmt.Sprintf("%s behöver rubriken ”%s”", strings.ToLower(k.Title()), f.Title))
			}
		}
	}
	text := strings.Join(parts, ", ") + "."
	return strings.ToUpper(text[:1]) + text[1:]
}
