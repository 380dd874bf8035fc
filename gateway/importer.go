package gateway

import (
	"context"

	"github.com/uppsikt/uppsikt/gateway/internal/web"
	"github.com/uppsikt/uppsikt/internal/exchange"
)

// importer reads bundles for the pages, with the rights of whoever the context speaks for.
type importer struct{ client *exchange.Client }

// Check reads a bundle without writing.
func (i importer) Check(ctx context.Context, filename string, body []byte) (web.ImportReport, error) {
	return i.run(ctx, filename, body, i.client.Check)
}

// Apply imports a bundle.
func (i importer) Apply(ctx context.Context, filename string, body []byte) (web.ImportReport, error) {
	return i.run(ctx, filename, body, i.client.Apply)
}

func (i importer) run(ctx context.Context, filename string, body []byte,
	do func(context.Context, *exchange.File, exchange.Progress) (*exchange.Report, error)) (web.ImportReport, error) {
	file, err := exchange.Decode(filename, body)
	if err != nil {
		return web.ImportReport{}, err
	}
	report, err := do(ctx, file, nil)
	if err != nil {
		return web.ImportReport{}, err
	}
	return summary(file, report), nil
}

// summary turns a report into what the page shows.
func summary(file *exchange.File, report *exchange.Report) web.ImportReport {
	s := web.ImportReport{Committees: file.Committees()}
	for _, kind := range file.Counts() {
		s.Counts = append(s.Counts, web.ImportCount{Kind: kind.Kind, Count: kind.Count})
	}
	for _, p := range report.Parts {
		s.Created += p.Created
		s.Updated += p.Updated
		s.Unchanged += p.Unchanged
	}
	for _, f := range report.Faults {
		s.Faults = append(s.Faults, web.ImportFault{Path: f.Path, Text: f.Swedish})
	}
	return s
}
