package exchange

import (
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Outcome tells what became of one service's part of a file.
type Outcome int

// The outcomes.
const (
	// NotTried: nothing was written, because something before it failed.
	NotTried Outcome = iota
	// Checked: it would be applied; nothing was written.
	Checked
	// Applied: it is in.
	Applied
	// Failed: it was refused or broke off; its transaction was rolled back, or at worst its answer was lost.
	Failed
)

// Part is what a file means, or meant, to one service and municipality.
type Part struct {
	Municipality string
	Service      string
	Outcome      Outcome
	// Items is how many resources the file holds for it.
	Items int
	// Created, Updated and Unchanged count resources; they are 0 unless the part is Checked or Applied.
	Created, Updated, Unchanged int
}

// Report is the outcome of a check or an import.
type Report struct {
	// Parts are in the order in which they are applied.
	Parts []Part
	// Faults is everything wrong, each with its path and, where known, its line; empty when all is well.
	Faults []fault.Field
}

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Faults) == 0 }

// Changes returns how many resources were, or would be, created and updated.
func (r *Report) Changes() int {
	n := 0
	for _, p := range r.Parts {
		n += p.Created + p.Updated
	}
	return n
}

// Progress is told before each step what is going on: the service, its municipality, and how many steps of how many are
// done. It may be nil.
type Progress func(service, municipality string, done, total int)

// count adds a service's answer to its part.
func (p *Part) count(response *transferv1.ImportResponse) {
	p.Created += int(response.GetCreated())
	p.Updated += int(response.GetUpdated())
	p.Unchanged += int(response.GetUnchanged())
}

// fields turns a service's faults into ours, with the lines of the file.
func (f *File) fields(faults []*transferv1.ImportFault) []fault.Field {
	out := make([]fault.Field, len(faults))
	for i, x := range faults {
		out[i] = f.at(fault.Field{
			Path: x.GetPath(), Reason: x.GetReason(), Swedish: x.GetMessage(), English: x.GetMessageEn(),
		})
	}
	return out
}
