package risk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// CommonState is where a common item stands: draft, then decided, then withdrawn, and never back.
type CommonState int

// The states.
const (
	// CommonDraft: being written, and seen only by who may write it.
	CommonDraft CommonState = iota + 1
	// CommonDecided: fixed, and in force in every committee that it applies to.
	CommonDecided
	// CommonWithdrawn: taken back. Plans that were decided with it keep it.
	CommonWithdrawn
)

// CommonItem is a check or review that the executive committee decides for all committees.
type CommonItem struct {
	Name  string
	Year  int
	State CommonState
	// Committees it applies to, by name; empty means every committee.
	Committees []string
	// Stated is what committees cannot change.
	Stated
}

// Stated is what a common item may state about the control points that carry it out.
type Stated struct {
	Title, Purpose, Scope, Method string
	Review                        bool
	// Frequency, Sample and ReportTo are left to the committees where they are empty.
	Frequency, Sample, ReportTo string
}

// Decide returns the state after the decision. An item must say how the check is made, because no committee can add it.
func (c CommonItem) Decide() (CommonState, error) {
	if c.State != CommonDraft {
		return c.State, c.wrongState("Bara ett utkast kan beslutas.")
	}
	if blank(c.Method) {
		return c.State, fault.State("INCOMPLETE", "Den gemensamma granskningen är inte klar att besluta.", "the common item is incomplete",
			bad(c.Name+".method", "MISSING", "Beskriv hur granskningen görs. Nämnderna kan inte ändra det.", "the method is missing"))
	}
	return CommonDecided, nil
}

// Withdraw returns the state after the item is taken back.
func (c CommonItem) Withdraw() (CommonState, error) {
	if c.State != CommonDecided {
		return c.State, c.wrongState("Bara en beslutad granskning kan dras tillbaka.")
	}
	return CommonWithdrawn, nil
}

// Writable refuses changes, and removal, once the item is decided.
func (c CommonItem) Writable() error {
	if c.State == CommonDraft {
		return nil
	}
	return c.wrongState("Dra tillbaka den och skapa en ny i stället.")
}

// wrongState is the fault of a step that the state does not allow; next says what can be done.
func (c CommonItem) wrongState(next string) error {
	return fault.State("WRONG_STATE", "Det går inte, för den gemensamma granskningen är "+c.State.swedish()+". "+next,
		"the common item is "+c.State.String())
}

// String names the state for developers.
func (s CommonState) String() string {
	switch s {
	case CommonDraft:
		return "draft"
	case CommonDecided:
		return "decided"
	case CommonWithdrawn:
		return "withdrawn"
	default:
		return fmt.Sprintf("CommonState(%d)", int(s))
	}
}

// swedish names the state for people.
func (s CommonState) swedish() string {
	switch s {
	case CommonDraft:
		return "ett utkast"
	case CommonDecided:
		return "beslutad"
	case CommonWithdrawn:
		return "tillbakadragen"
	default:
		return "i ett okänt läge"
	}
}

// Applies reports whether a committee's plan for a year must carry the item out.
func (c CommonItem) Applies(committee string, year int) bool {
	return c.State == CommonDecided && c.Year == year && (len(c.Committees) == 0 || slices.Contains(c.Committees, committee))
}

// CheckCommittees finds committees that are named twice or are none of the municipality's by their form.
func CheckCommittees(municipality string, committees []string) []fault.Field {
	place := func(i int) string { return at("committees", i) }
	faults := duplicates(committees, place)
	for i, name := range committees {
		if !IsCommittee(municipality, name) {
			faults = append(faults, bad(place(i), "COMMITTEE_NAME",
				fmt.Sprintf("”%s” är ingen nämnd i kommunen. Välj en nämnd ur listan.", name),
				fmt.Sprintf("%q is not %s/committees/{id}", name, municipality)))
		}
	}
	return faults
}

// IsCommittee reports whether a name has the form of a committee of the municipality.
func IsCommittee(municipality, name string) bool {
	id, ok := strings.CutPrefix(name, municipality+"/committees/")
	return ok && id != "" && id != "-" && !strings.Contains(id, "/")
}

// Differences finds what a control point that carries the item out says otherwise than the item. Path by path, the
// message says who decided it.
func (s Stated) Differences(point Stated) []fault.Field {
	var faults []fault.Field
	fixed := func(path, what string, differs bool) {
		if differs {
			faults = append(faults, bad(path, "COMMON_ITEM",
				what+" är beslutat av kommunstyrelsen för alla nämnder och kan inte ändras här.",
				path+" is decided by the municipality's executive committee"))
		}
	}
	fixed("title", "Vad som granskas", s.Title != point.Title)
	fixed("kind", "Slaget av kontroll", s.Review != point.Review)
	fixed("purpose", "Syftet", s.Purpose != point.Purpose)
	fixed("scope", "Omfattningen", s.Scope != point.Scope)
	fixed("method", "Metoden", s.Method != point.Method)
	fixed("frequency", "När granskningen görs", s.Frequency != "" && s.Frequency != point.Frequency)
	fixed("planned_sample", "Antalet stickprov", s.Sample != "" && s.Sample != point.Sample)
	fixed("report_to", "Vem som får rapporten", s.ReportTo != "" && s.ReportTo != point.ReportTo)
	return faults
}

// Lacking returns the items that apply to a committee's plan for a year and that none of its points carries out, in the
// order of the items.
func Lacking(items []CommonItem, committee string, year int, points []Point) []CommonItem {
	var lacking []CommonItem
	for _, c := range items {
		carried := slices.ContainsFunc(points, func(p Point) bool { return p.CommonItem == c.Name })
		if c.Applies(committee, year) && !carried {
			lacking = append(lacking, c)
		}
	}
	return lacking
}
