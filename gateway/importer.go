package gateway

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/gateway/internal/web"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
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
	if err != nil && !slices.ContainsFunc(report.Parts, applied) {
		return web.ImportReport{}, refused(file, err)
	}
	s := summary(file, report)
	if err != nil {
		s.Faults = append(s.Faults, brokenOff(report, err))
	}
	return s, nil
}

// refused says which municipality a file is for when it may not be imported there: most often somebody tries an example,
// or a file from a neighbour. Other faults stay as they are.
func refused(file *exchange.File, err error) error {
	f := rpcerr.FromStatus(err)
	if f == nil || f.Kind != fault.Denied {
		return err
	}
	where := strings.Join(municipalities(file), " och ")
	return &fault.Error{Kind: fault.Denied, Reason: f.Reason, English: f.English, Swedish: fmt.Sprintf(
		"Filen är för %s. Byt namnen i filen, eller be den som har rätt att läsa in till %s.", where, where)}
}

// municipalities names the municipalities of a file, by name as far as the file tells.
func municipalities(file *exchange.File) []string {
	var out []string
	for _, name := range file.Municipalities() {
		title := strings.TrimPrefix(name, "municipalities/")
		for _, m := range file.Bundle.GetMunicipalities() {
			if m.GetName() == name && m.GetDisplayName() != "" {
				title = m.GetDisplayName()
			}
		}
		out = append(out, title)
	}
	return out
}

func applied(p exchange.Part) bool { return p.Outcome == exchange.Applied }

// names are the services in the words of people who do not know them.
var names = map[string]string{exchange.Directory: "personer och enheter", exchange.RiskRegister: "planer och uppföljningar",
	exchange.ControlMeasurement: "mätningar och resultat", exchange.Reporting: "ärenden"}

// brokenOff says what is in and what is not when an import ended midway.
func brokenOff(report *exchange.Report, err error) web.ImportFault {
	var in, out []string
	for _, p := range report.Parts {
		if applied(p) {
			in = append(in, names[p.Service])
		} else {
			out = append(out, names[p.Service])
		}
	}
	text := fmt.Sprintf("Inläsningen avbröts. Inläst: %s. Inte inläst: %s. Läs in samma fil igen, så fortsätter den där den slutade.",
		strings.Join(in, ", "), strings.Join(out, ", "))
	if f := rpcerr.FromStatus(err); f != nil {
		text += " " + f.Swedish
	}
	return web.ImportFault{Text: text}
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
