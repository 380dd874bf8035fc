package report

import (
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// Kind is what a document is. The values are those of the API.
type Kind string

// The kinds. Only those in the table of kinds can be made.
const (
	KindInterim        Kind = "interim"
	KindPlan           Kind = "plan"
	KindAnnual         Kind = "annual"
	KindMemorandum     Kind = "memorandum"
	KindMinutesExtract Kind = "minutes_extract"
	KindConsolidated   Kind = "consolidated"
)

// Format is a file format.
type Format string

// The formats, in the order in which a final document lists its files.
const (
	FormatHTML Format = "html"
	FormatPDF  Format = "pdf"
	FormatDOCX Format = "docx"
	FormatXLSX Format = "xlsx"
)

// Spec says how documents of one kind are made.
type Spec struct {
	Kind Kind
	// Formats lists the formats it can have.
	Formats []Format
	// ReportsRound is true for a kind that reports a round; it is made final only when the round is closed.
	ReportsRound bool
	// NeedsDecision is true for a kind that is made final only when the committee has decided the plan.
	NeedsDecision bool
	// NeedsCase is true for a kind that is about a case.
	NeedsCase bool
	// Stem begins the names of its files.
	Stem string
}

// Contents is what a document of one kind is made from.
type Contents interface {
	// DocumentTitle returns the title that it will have.
	DocumentTitle() string
	// Build makes the document. It never fails: what is missing is said in it.
	Build() *document.Document
	// Parts tells of which parts it will consist, in its order, and what is missing.
	Parts() []Part
	// Obstacles tells what in its case keeps it from being made final; none for nothing.
	Obstacles() []fault.Field
}

// Build makes the interim follow-up.
func (i *Interim) Build() *document.Document { return BuildInterim(*i) }

// Build makes the plan.
func (p *ControlPlan) Build() *document.Document { return BuildPlan(*p) }

// Lookup returns the specification of a kind, or fault.Unsupported for one that does not exist yet.
func Lookup(kind Kind) (Spec, error) {
	formats := []Format{FormatHTML, FormatPDF, FormatDOCX}
	switch kind {
	case KindInterim:
		return Spec{Kind: KindInterim, Formats: formats, ReportsRound: true, Stem: "delarsuppfoljning"}, nil
	case KindPlan:
		return Spec{Kind: KindPlan, Formats: append(formats, FormatXLSX), NeedsDecision: true, Stem: "internkontrollplan"}, nil
	case KindAnnual:
		return Spec{Kind: KindAnnual, Formats: append(formats, FormatXLSX), ReportsRound: true, Stem: "internkontrollrapport"}, nil
	case KindMemorandum:
		return Spec{Kind: KindMemorandum, Formats: formats, NeedsCase: true, Stem: "tjansteskrivelse"}, nil
	case KindMinutesExtract:
		return Spec{Kind: KindMinutesExtract, Formats: formats, NeedsCase: true, Stem: "protokollsutdrag"}, nil
	case KindConsolidated:
	}
	return Spec{}, unsupported("Den sortens dokument finns inte än. Plan, delårsuppföljning, årsrapport, tjänsteskrivelse och protokollsutdrag går att göra.",
		"no documents of kind "+string(kind))
}

// Format checks that documents of this kind have a format; fault.Unsupported when they do not.
func (s Spec) Format(format Format) error {
	if slices.Contains(s.Formats, format) {
		return nil
	}
	return unsupported("Dokumentet finns inte i det formatet. Välj "+s.choices()+".",
		"documents of kind "+string(s.Kind)+" have no format "+string(format))
}

// choices lists the formats for people: "html, pdf eller docx".
func (s Spec) choices() string {
	var names []string
	for _, f := range s.Formats {
		names = append(names, string(f))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " eller " + names[last]
}

func unsupported(swedish, english string) error {
	return &fault.Error{Kind: fault.Unsupported, Reason: "NOT_SUPPORTED", Swedish: swedish, English: english}
}

// NotMade is the fault of a format that a final document was not made in, because it was made before the format existed.
func NotMade(format Format) error {
	return unsupported("Dokumentet gjordes slutligt innan det formatet fanns. Välj ett annat format.",
		"the document was made final without the format "+string(format))
}
