package client

import (
	"errors"
	"fmt"
	"io"
	"os"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
)

// Import brings a bundle or a workbook in.
type Import struct {
	connection
	File  string `arg:"" help:"Bundle (.yaml, .yml or .json), or a workbook (.xlsx)."`
	Check bool   `help:"Only check; write nothing."`
	Tell  bool   `name:"progress" help:"Tell on standard error how far it has come, from the start; on a terminal it does so when it takes long."`
	sheetFlags
}

// progress returns what is told how far the import has come.
func (c Import) progress(a App, first string) *Progress {
	switch {
	case c.Tell:
		p := NewProgress(a.Stderr, first)
		p.speak()
		return p
	case a.Terminal:
		return NewProgress(a.Stderr, first)
	default:
		return NewProgress(io.Discard, first)
	}
}

// Run checks everything first and writes only when nothing is wrong.
func (c Import) Run(a App) error {
	if isWorkbook(c.File) {
		return c.runWorkbook(a)
	}
	file, err := readBundle(c.File)
	if err != nil {
		return err
	}
	ctx, conn, err := c.dial(a)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := c.progress(a, "Kontrollerar "+c.File)
	defer p.End()
	client, work := newExchange(conn), (*exchange.Client).Apply
	if c.Check {
		work = (*exchange.Client).Check
	}
	report, err := work(client, ctx, file, p.transfer)
	p.End()
	return tell(a, report, err)
}

// readBundle reads and decodes a file; one that is too large is not read.
func readBundle(path string) (*exchange.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, exchange.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	return exchange.Decode(path, data)
}

func newExchange(conn grpc.ClientConnInterface) *exchange.Client {
	return exchange.NewClient(exchange.Conns{Directory: conn, RiskRegister: conn, ControlMeasurement: conn, Reporting: conn, Notification: conn})
}

// tell prints a report: what is in, or would be, and what is wrong.
func tell(a App, report *exchange.Report, err error) error {
	applied := err == nil && report.OK()
	for _, part := range report.Parts {
		if applied || part.Outcome == exchange.Applied || part.Outcome == exchange.Failed {
			fmt.Fprintf(a.Stdout, "%s, %s: %s\n", part.Municipality, part.Service, outcome(part))
		}
	}
	if err != nil {
		printError(a.Stderr, err)
	}
	if !report.OK() {
		printError(a.Stderr, faulty(report.Faults))
	}
	if !applied {
		fmt.Fprintln(a.Stderr, remains(report))
		return ErrReported
	}
	return nil
}

// faulty is the fault of a file that owners refuse.
func faulty(fields []fault.Field) error {
	return &fault.Error{
		Kind: fault.Invalid, Reason: "INVALID_FIELDS", Fields: fields,
		Swedish: fmt.Sprintf("Filen har %d fel.", len(fields)), English: fmt.Sprintf("%d faults", len(fields)),
	}
}

// outcome says in words what became of one part.
func outcome(p exchange.Part) string {
	counts := fmt.Sprintf("%d nya, %d ändrade, %d oförändrade", p.Created, p.Updated, p.Unchanged)
	switch p.Outcome {
	case exchange.Applied:
		return "inläst (" + counts + ")"
	case exchange.Checked:
		return "kan läsas in (" + counts + ")"
	case exchange.Failed:
		return "inte inläst"
	default:
		return "inte påbörjad"
	}
}

// remains says what is in after something went wrong.
func remains(report *exchange.Report) string {
	for _, p := range report.Parts {
		if p.Outcome == exchange.Applied {
			return "En del av filen är inläst, se ovan. Rätta felet och kör samma kommando igen, så läses resten in."
		}
	}
	return "Ingenting har lästs in."
}

// Export writes a bundle.
type Export struct {
	connection
	Municipality string `placeholder:"NAME" help:"Municipality, such as municipalities/exempelkommun; else all."`
	Output       string `short:"o" required:"" placeholder:"FILE" help:"File to write (.yaml, .yml or .json)."`
}

// Run writes the canonical form: equal content gives equal bytes.
func (c Export) Run(a App) error {
	format, err := exchange.FormatOf(c.Output)
	if err != nil {
		return err
	}
	ctx, conn, err := c.dial(a)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := NewProgress(a.Stderr, "Hämtar")
	defer p.End()
	bundle, err := newExchange(conn).Export(ctx, c.Municipality, p.transfer)
	if err != nil {
		return err
	}
	data, err := exchange.Encode(bundle, format)
	if err != nil {
		return errors.Join(errors.New("encode the bundle"), err)
	}
	return writeFile(c.Output, data)
}
