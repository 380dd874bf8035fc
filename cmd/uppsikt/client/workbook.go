package client

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/workbook"
)

// sheetFlags say how a workbook is read.
type sheetFlags struct {
	Committee string            `placeholder:"NAME" help:"Committee that a workbook is about: municipalities/{m}/committees/{c}."`
	Year      int               `help:"Year of the plan that a workbook is about."`
	Sheet     string            `placeholder:"NAME" help:"Sheet to read; else the one whose headings fit best."`
	Kind      string            `placeholder:"KIND" enum:",risks,controls,measurements" default:"" help:"What the sheet holds: risks, controls or measurements; else its headings tell."`
	Map       map[string]string `placeholder:"HEADING=FIELD" help:"What a heading of the sheet means, such as Riskvärde=stated_value; - leaves the column out. May be repeated."`
}

// workbookFlagsError says that a workbook was given without what it is about.
type workbookFlagsError struct{}

// Error says what to add.
func (workbookFlagsError) Error() string {
	return "En arbetsbok behöver --committee och --year, så att det framgår vilken nämnd och plan den gäller."
}

// isWorkbook reports whether a file's name is that of a workbook. One with macros is too, so that it is told apart.
func isWorkbook(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx", ".xlsm", ".xltx", ".xltm", ".xls":
		return true
	}
	return false
}

// runWorkbook checks a workbook, and brings it in when nothing is wrong.
func (c Import) runWorkbook(a App) error {
	if c.Committee == "" || c.Year == 0 {
		return workbookFlagsError{}
	}
	ctx, conn, err := c.dial(a)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := c.progress(a, "Läser "+c.File)
	defer p.End()
	book, err := c.readBook(ctx, conn, p)
	if err != nil {
		return err
	}
	p.Step(fmt.Sprintf("Prövar %d rader mot reglerna och det som finns", book.Rows))
	report, err := c.applyBook(ctx, newExchange(conn), book, p)
	p.End()
	tellBook(a, book)
	if !book.OK() {
		if err != nil {
			printError(a.Stderr, err)
		}
		printError(a.Stderr, faulty(workbook.Fields(append(book.Faults, book.LocateNew(report.Faults)...))))
		fmt.Fprintln(a.Stderr, remains(&exchange.Report{}))
		return ErrReported
	}
	report.Faults = workbook.Fields(book.Locate(report.Faults))
	return tell(a, report, err)
}

// readBook reads the file against what the committee has.
func (c Import) readBook(ctx context.Context, conn *installation, p *Progress) (*workbook.Book, error) {
	f, err := os.Open(c.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	kind := workbook.Kind(c.Kind)
	known, err := workbook.Load(ctx, workbook.Conns{Directory: conn, RiskRegister: conn, ControlMeasurement: conn}, c.Committee, c.Year, kind)
	if err != nil {
		return nil, err
	}
	return workbook.Read(ctx, f, workbook.Options{Committee: c.Committee, Year: c.Year, Kind: kind, Sheet: c.Sheet, Map: c.Map, Known: known,
		Progress: func(done, total int) { p.Step(fmt.Sprintf("Läser rad %d av %d", done, total)) }})
}

// applyBook has the owners check what was read, and unless it is a check take it in. A book with faults is only checked.
func (c Import) applyBook(ctx context.Context, client *exchange.Client, book *workbook.Book, p *Progress) (*exchange.Report, error) {
	if !book.OK() {
		file := book.Partial()
		if file == nil {
			return &exchange.Report{}, nil
		}
		return client.Check(ctx, file, p.transfer)
	}
	file, err := book.File()
	if err != nil {
		return &exchange.Report{}, err
	}
	if c.Check {
		return client.Check(ctx, file, p.transfer)
	}
	return client.Apply(ctx, file, p.transfer)
}

// tellBook says what was read.
func tellBook(a App, book *workbook.Book) {
	fmt.Fprintf(a.Stdout, "Bladet %s: %d rader lästa som %s.\n", book.Sheet, book.Rows, strings.ToLower(book.Kind.Title()))
	if len(book.Others) > 0 {
		fmt.Fprintf(a.Stdout, "  Fler blad, som läses med --sheet: %s.\n", strings.Join(book.Others, ", "))
	}
	for _, r := range book.Remarks {
		fmt.Fprintf(a.Stdout, "  %s: %s\n", r.Place(), r.Swedish)
	}
}

// Template writes an empty workbook to fill in.
type Template struct {
	connection
	Kind      string `required:"" placeholder:"KIND" enum:"risks,controls,measurements" help:"What it is for: ${enum}."`
	Committee string `placeholder:"NAME" help:"Committee whose units, indicators and method are to choose from: municipalities/{m}/committees/{c}. Asks the installation."`
	Year      int    `help:"Year of the plan whose method is to choose from; with --committee."`
	Output    string `short:"o" required:"" placeholder:"FILE" help:"File to write (.xlsx)."`
}

// templateYearError says that a template with a method's choices was asked for without the year of the plan.
type templateYearError struct{}

// Error says what to add.
func (templateYearError) Error() string {
	return "En mall för risker eller kontroller med nämndens val behöver --year, så att det framgår vilken plan den gäller."
}

// Run writes the template. Only one with a committee's choices needs an installation.
func (c Template) Run(a App) error {
	known, err := c.known(a)
	if err != nil {
		return err
	}
	data, err := workbook.Template(workbook.Kind(c.Kind), known)
	if err != nil {
		return err
	}
	return writeFile(c.Output, data)
}

// known fetches the committee's choices; nil without a committee.
func (c Template) known(a App) (*workbook.Known, error) {
	kind := workbook.Kind(c.Kind)
	switch {
	case c.Committee == "":
		return nil, nil
	case c.Year == 0 && kind != workbook.Measurements:
		return nil, templateYearError{}
	}
	ctx, conn, err := c.dial(a)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return workbook.Load(ctx, workbook.Conns{Directory: conn, RiskRegister: conn, ControlMeasurement: conn}, c.Committee, c.Year, kind)
}
