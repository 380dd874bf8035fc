package exchange

import (
	"context"
	"fmt"
	"slices"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// platform is the scope in which municipalities come into being.
const platform = "-"

// Check asks every owner whether it would take the file, and checks what one service refers to in another. Nothing is
// written. The report holds all faults; the error is for calls that could not be made.
func (c *Client) Check(ctx context.Context, file *File, progress Progress) (*Report, error) {
	return c.run(ctx, file, true, progress)
}

// Apply checks and, when nothing is wrong, applies: one transaction per service and municipality, in the order
// directory, riskregister, controlmeasurement, reporting, notification. When one fails, the report tells which parts are
// in, and repeating the same file completes it, because equal content writes nothing.
func (c *Client) Apply(ctx context.Context, file *File, progress Progress) (*Report, error) {
	checked, err := c.Check(ctx, file, progress)
	if err != nil || !checked.OK() {
		return checked, err
	}
	return c.run(ctx, file, false, progress)
}

// run goes through the parts of a file. A check goes on after faults, to find them all; applying stops at the first.
func (c *Client) run(ctx context.Context, file *File, validateOnly bool, progress Progress) (*Report, error) {
	known, err := c.existing(ctx, file)
	if err != nil {
		return &Report{}, err
	}
	steps := c.plan(file, known)
	report := &Report{Parts: make([]Part, len(steps))}
	for i, s := range steps {
		report.Parts[i] = Part{Municipality: s.municipality, Service: s.owner.name, Items: len(s.items)}
	}
	if validateOnly {
		if report.Faults, err = c.references(ctx, file, known); err != nil {
			return report, err
		}
		report.Faults = append(report.Faults, c.unowned(file)...)
	}
	for i, s := range steps {
		if progress != nil {
			progress(s.owner.name, s.municipality, i, len(steps))
		}
		if err := s.run(ctx, file, validateOnly, report, &report.Parts[i]); err != nil {
			return report, err
		}
		if !validateOnly && !report.OK() {
			return report, nil
		}
	}
	slices.SortStableFunc(report.Faults, func(a, b fault.Field) int { return file.Line(a.Path) - file.Line(b.Path) })
	return report, nil
}

// step is one service's part of a file.
type step struct {
	owner        owner
	municipality string
	items        []item
	// founding is true when the municipality must be created first.
	founding bool
}

// plan sorts the file into steps.
func (c *Client) plan(file *File, known map[string]bool) []step {
	var steps []step
	for _, m := range file.Municipalities() {
		for _, o := range c.owners {
			s := step{owner: o, municipality: m, founding: o.name == Directory && !known[m]}
			for it := range items(file.Bundle) {
				if municipalityOf(it.name) == m && o.owns(it.resource) {
					s.items = append(s.items, it)
				}
			}
			if len(s.items) > 0 {
				steps = append(steps, s)
			}
		}
	}
	return steps
}

// unowned returns a fault where the first resource lies that no connected service owns: leaving it out would make the
// import look complete.
func (c *Client) unowned(file *File) []fault.Field {
	for it := range items(file.Bundle) {
		if !slices.ContainsFunc(c.owners, func(o owner) bool { return o.owns(it.resource) }) {
			return []fault.Field{file.at(fault.Field{
				Path: it.path, Reason: "SERVICE_MISSING",
				Swedish: fmt.Sprintf("Tjänsten som tar emot ”%s” är inte ansluten här. Anslut den, eller ta bort listan ur filen.", it.field.Name()),
				English: "no service is connected that owns " + string(it.field.Name()),
			})}
		}
	}
	return nil
}

// run sends one step and notes the answer.
func (s step) run(ctx context.Context, file *File, validateOnly bool, report *Report, part *Part) error {
	response, err := s.send(ctx, validateOnly)
	if err != nil {
		part.Outcome = Failed
		return err
	}
	if len(response.GetFaults()) > 0 {
		part.Outcome = Failed
		report.Faults = append(report.Faults, file.fields(response.GetFaults())...)
		return nil
	}
	part.count(response)
	part.Outcome = Applied
	if validateOnly {
		part.Outcome = Checked
	}
	return nil
}

// send sends the step's items; a new municipality goes first, in the platform's scope.
func (s step) send(ctx context.Context, validateOnly bool) (*transferv1.ImportResponse, error) {
	if !s.founding {
		return s.owner.send(ctx, s.scope(), validateOnly, s.items)
	}
	founder, rest := split(s.items)
	if len(founder) == 0 {
		// The references' check has said that the municipality is missing; its directory has nothing to check against.
		return &transferv1.ImportResponse{}, nil
	}
	first, err := s.owner.send(ctx, platform, validateOnly, founder)
	if err != nil || len(first.GetFaults()) > 0 || len(rest) == 0 {
		return first, err
	}
	if validateOnly {
		// Nothing was written, so the others need their parent beside them.
		return s.owner.send(ctx, s.municipality, true, s.items)
	}
	second, err := s.owner.send(ctx, s.municipality, false, rest)
	if err != nil {
		return nil, err
	}
	second.Created += first.GetCreated()
	second.Updated += first.GetUpdated()
	second.Unchanged += first.GetUnchanged()
	return second, nil
}

// scope is the least that everything lies in: a committee, so that who works there alone may bring it in, or the
// municipality.
func (s step) scope() string {
	scope := committeeOf(s.items[0].name)
	for _, it := range s.items {
		if scope == "" || committeeOf(it.name) != scope {
			return s.municipality
		}
	}
	return scope
}

// split parts the municipality itself from what lies in it.
func split(all []item) (founder, rest []item) {
	for _, it := range all {
		if _, ok := it.resource.(*directoryv1.Municipality); ok {
			founder = append(founder, it)
		} else {
			rest = append(rest, it)
		}
	}
	return founder, rest
}
