package workbook

import (
	"context"
	"fmt"
	"io"
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
	// Sheet is the name of the sheet; empty takes the visible one whose headings fit best.
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
}

// choose finds the sheet whose headings fit best.
func choose(ctx context.Context, a *archive, listed contents, o Options) (choice, error) {
	common, err := a.shared()
	if err != nil {
		return choice{}, err
	}
	kinds := Kinds()
	if o.Kind != "" {
		kinds = []Kind{o.Kind}
	}
	var best choice
	var tried []string
	for _, part := range listed.sheets {
		if o.Sheet == "" && part.hidden || o.Sheet != "" && same(part.name) != same(o.Sheet) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return choice{}, err
		}
		s, err := a.sheet(part, common)
		if err != nil {
			return choice{}, err
		}
		tried = append(tried, part.name)
		for _, kind := range kinds {
			if err := best.consider(s, kind, o.Map); err != nil {
				return choice{}, err
			}
		}
	}
	if best.sheet == nil {
		return best, noSheet(o, listed, tried)
	}
	return best, nil
}

// consider takes a sheet that fits better than the one so far. A sheet that is called as the kind wins a tie.
func (c *choice) consider(s *sheet, kind Kind, mapped map[string]string) error {
	keys, err := checkMapping(kind, mapped)
	if err != nil {
		return err
	}
	h, ok := findHeader(s, kind, keys)
	named := same(s.name) == same(kind.Title())
	if ok && (c.sheet == nil || len(h.of) > len(c.header.of) || len(h.of) == len(c.header.of) && named) {
		*c = choice{sheet: s, kind: kind, header: h}
	}
	return nil
}

// noSheet tells why no sheet was found.
func noSheet(o Options, listed contents, tried []string) error {
	var all []string
	for _, s := range listed.sheets {
		all = append(all, clip(s.name))
	}
	if len(tried) == 0 {
		return unreadable("SHEET", fmt.Sprintf("Bladet ”%s” finns inte. De som finns är: %s.", clip(o.Sheet), strings.Join(all, ", ")), "no such sheet")
	}
	return unreadable("HEADINGS", fmt.Sprintf("Ingen rad med rubriker känns igen bland de %d första raderna. %s Hämta en mall, eller ange vad rubrikerna betyder.", headerRows, wanted(o.Kind)),
		"no row of headings was found in "+strings.Join(tried, ", "))
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
