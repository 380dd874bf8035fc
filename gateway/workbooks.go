package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/uppsikt/uppsikt/gateway/internal/web"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/workbook"
)

// workbooks reads workbooks for the pages, with the rights of whoever the context speaks for.
type workbooks struct {
	conns  workbook.Conns
	client *exchange.Client
}

// Kinds lists what a workbook can hold.
func (w workbooks) Kinds() []web.WorkbookKind {
	var kinds []web.WorkbookKind
	for _, k := range workbook.Kinds() {
		kind := web.WorkbookKind{ID: string(k), Title: k.Title()}
		for _, f := range k.Fields() {
			kind.Fields = append(kind.Fields, web.WorkbookField{Key: f.Key, Title: f.Title, Help: f.Help, Required: f.Required})
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// Template returns an empty workbook to fill in, and its file name.
func (w workbooks) Template(ctx context.Context, o web.WorkbookOptions) (name string, body []byte, err error) {
	kind := workbook.Kind(o.Kind)
	known, err := workbook.Load(ctx, w.conns, o.Committee, o.Year, kind)
	if f := fault.As(err); f != nil && f.Kind == fault.Precondition {
		known, err = nil, nil // without a plan the template has no choices
	}
	if err != nil {
		return "", nil, err
	}
	body, err = workbook.Template(kind, known)
	return workbook.TemplateName(kind), body, err
}

// Check reads a workbook without writing.
func (w workbooks) Check(ctx context.Context, o web.WorkbookOptions, body []byte) (web.WorkbookReport, error) {
	return w.run(ctx, o, body, "Prövar %s rader mot reglerna och det som redan finns …", w.client.Check)
}

// Apply imports a workbook.
func (w workbooks) Apply(ctx context.Context, o web.WorkbookOptions, body []byte) (web.WorkbookReport, error) {
	return w.run(ctx, o, body, "Prövar och sparar %s rader …", w.client.Apply)
}

func (w workbooks) run(ctx context.Context, o web.WorkbookOptions, body []byte, step string,
	do func(context.Context, *exchange.File, exchange.Progress) (*exchange.Report, error)) (web.WorkbookReport, error) {
	known, err := workbook.Load(ctx, w.conns, o.Committee, o.Year, workbook.Kind(o.Kind))
	if err != nil {
		return web.WorkbookReport{}, err
	}
	book, err := workbook.Read(ctx, bytes.NewReader(body), workbook.Options{Committee: o.Committee, Year: o.Year, Kind: workbook.Kind(o.Kind), Sheet: o.Sheet, Map: o.Map, Known: known, Progress: rowsTold(o)})
	if err != nil {
		return web.WorkbookReport{}, err
	}
	report := bookReport(book)
	if !book.OK() {
		return report, w.askMore(ctx, book, &report)
	}
	if o.Progress != nil {
		o.Progress(fmt.Sprintf(step, grouped(book.Rows)), book.Rows)
	}
	return report, w.send(ctx, book, &report, do)
}

// toldRows is how many rows lie between two steps that are told.
const toldRows = 2000

// rowsTold tells how far the reading has come.
func rowsTold(o web.WorkbookOptions) func(done, total int) {
	return func(done, total int) {
		if o.Progress != nil && (done%toldRows == 0 || done == total) && done > 0 {
			o.Progress(fmt.Sprintf("Har läst rad %s av %s.", grouped(done), grouped(total)), total)
		}
	}
}

// grouped writes a number as Swedish does, with a space between thousands.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "\u00a0" + text[i:]
	}
	return text
}

// askMore adds what the owners say of the rows that were read right, so that all faults come at once.
func (w workbooks) askMore(ctx context.Context, book *workbook.Book, report *web.WorkbookReport) error {
	file := book.Partial()
	if file == nil {
		return nil
	}
	done, err := w.client.Check(ctx, file, nil)
	if err != nil {
		return err
	}
	report.Faults = append(report.Faults, bookFaults(book.LocateNew(done.Faults))...)
	slices.SortStableFunc(report.Faults, func(a, b web.WorkbookFault) int { return a.Row - b.Row })
	return nil
}

// send gives what was read to its owners, and notes what they say.
func (w workbooks) send(ctx context.Context, book *workbook.Book, report *web.WorkbookReport,
	do func(context.Context, *exchange.File, exchange.Progress) (*exchange.Report, error)) error {
	file, err := book.File()
	if err != nil {
		return err
	}
	done, err := do(ctx, file, nil)
	var refusal *fault.Error
	if errors.As(err, &refusal) && len(refusal.Fields) > 0 {
		report.Faults = append(report.Faults, bookFaults(book.Locate(refusal.Fields))...)
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range done.Parts {
		report.Created += p.Created
		report.Updated += p.Updated
		report.Unchanged += p.Unchanged
	}
	report.Faults = append(report.Faults, bookFaults(book.Locate(done.Faults))...)
	return nil
}

// bookReport tells how a sheet was read.
func bookReport(book *workbook.Book) web.WorkbookReport {
	r := web.WorkbookReport{Sheet: book.Sheet, Others: book.Others, Rows: book.Rows, Faults: bookFaults(book.Faults), Remarks: bookFaults(book.Remarks)}
	for _, c := range book.Columns {
		r.Columns = append(r.Columns, web.WorkbookColumn{Letter: c.Letter, Heading: c.Heading, Field: c.Field})
	}
	return r
}

func bookFaults(faults []workbook.Fault) []web.WorkbookFault {
	var out []web.WorkbookFault
	for _, f := range faults {
		out = append(out, web.WorkbookFault{Sheet: f.Sheet, Row: f.Row, Column: f.Column, Heading: f.Heading, Typed: f.Typed, Text: f.Swedish})
	}
	return out
}
