package exchange

import (
	"context"
	"fmt"
	"strings"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
)

// reference is a resource of one service named in a resource of another. References within a service are the service's
// own to check.
type reference struct {
	path   string
	target string
	// container is true for the municipality or committee that a resource lies in.
	container bool
}

// existing returns which municipalities of the file the directory has.
func (c *Client) existing(ctx context.Context, file *File) (map[string]bool, error) {
	known := map[string]bool{}
	for _, m := range file.Municipalities() {
		found, err := c.exists(ctx, m)
		if err != nil {
			return nil, err
		}
		known[m] = found
	}
	return known, nil
}

// references returns a fault for each reference across services whose target is neither in the file nor stored. A
// municipality or committee that does not exist is reported once, where it is first needed.
func (c *Client) references(ctx context.Context, file *File, known map[string]bool) ([]fault.Field, error) {
	for it := range items(file.Bundle) {
		known[it.name] = true
	}
	var faults []fault.Field
	reported := map[string]bool{}
	for it := range items(file.Bundle) {
		for _, ref := range referencesOf(it) {
			found, err := c.lookUp(ctx, ref.target, known)
			if err != nil {
				return faults, err
			}
			if found {
				continue
			}
			if !ref.container || !reported[ref.target] {
				faults = append(faults, file.at(missing(ref)))
			}
			reported[ref.target] = true
			if ref.container {
				break
			}
		}
	}
	return faults, nil
}

// lookUp tells whether a target exists, and remembers the answer. Nothing is stored in a municipality that does not
// exist.
func (c *Client) lookUp(ctx context.Context, target string, known map[string]bool) (bool, error) {
	found, asked := known[target]
	if asked || !known[municipalityOf(target)] {
		return found, nil
	}
	found, err := c.exists(ctx, target)
	if err == nil {
		known[target] = found
	}
	return found, err
}

// referencesOf lists what a resource refers to in other services. The municipality and the committee that it lies in
// are among them.
func referencesOf(it item) []reference {
	refs := []reference{{it.path + ".name", municipalityOf(it.name), true}}
	if !isDirectory(it) {
		refs = append(refs, reference{it.path + ".name", committeeOf(it.name), true})
	}
	switch r := it.resource.(type) {
	case *riskv1.RiskEntry:
		refs = append(refs, to(it, "unit", r.GetUnit()))
		refs = append(refs, ownersOf(it, r.GetOwners())...)
	case *riskv1.ControlArea:
		refs = append(refs, to(it, "unit", r.GetUnit()))
		refs = append(refs, ownersOf(it, r.GetOwners())...)
	case *riskv1.ControlPoint:
		refs = append(refs, to(it, "unit", r.GetUnit()))
		refs = append(refs, to(it, "responsible_manager.role_assignment", r.GetResponsibleManager().GetRoleAssignment()))
		refs = append(refs, ownersOf(it, r.GetOwners())...)
	case *riskv1.CommonItem:
		for i, committee := range r.GetCommittees() {
			refs = append(refs, to(it, fmt.Sprintf("committees[%d]", i), committee))
		}
	case *riskv1.Action:
		refs = append(refs, to(it, "unit", r.GetUnit()))
		refs = append(refs, ownersOf(it, r.GetOwners())...)
	case *riskv1.FollowUp:
		// Answers given by a program name its service account, which a bundle does not hold.
		if strings.Contains(r.GetAnsweredBy(), "/people/") {
			refs = append(refs, to(it, "answered_by", r.GetAnsweredBy()))
		}
	case *controlv1.Indicator:
		for i, subject := range r.GetSubjects() {
			refs = append(refs, to(it, fmt.Sprintf("subjects[%d]", i), subject))
		}
	case *controlv1.Measurement:
		refs = append(refs, to(it, "unit", r.GetUnit()))
	case *controlv1.Result:
		refs = append(refs, resultOf(it, r)...)
	case *reportv1.Case:
		refs = append(refs, to(it, "round", r.GetRound()), to(it, "plan", r.GetPlan()))
	}
	return stated(refs)
}

// resultOf lists what a result refers to: its round, what was checked, the units of its samples, and who wrote it.
func resultOf(it item, r *controlv1.Result) []reference {
	round, _, _ := strings.Cut(it.name, "/results/")
	refs := []reference{to(it, "name", round), to(it, "subject", r.GetSubject())}
	for i, sample := range r.GetSamples() {
		refs = append(refs, to(it, fmt.Sprintf("samples[%d].unit", i), sample.GetUnit()))
	}
	if strings.Contains(r.GetReportedBy(), "/people/") {
		refs = append(refs, to(it, "reported_by", r.GetReportedBy()))
	}
	return refs
}

// isDirectory reports whether the directory owns a resource; it checks what lies above its own.
func isDirectory(it item) bool {
	return it.resource.ProtoReflect().Descriptor().ParentFile().Package() == directoryPackage
}

// to returns the reference in one field of a resource.
func to(it item, field, target string) reference {
	return reference{path: it.path + "." + field, target: target}
}

func ownersOf(it item, owners []*riskv1.Owner) []reference {
	var refs []reference
	for i, o := range owners {
		refs = append(refs, to(it, fmt.Sprintf("owners[%d].role_assignment", i), o.GetRoleAssignment()))
	}
	return refs
}

// stated leaves out references that are not set.
func stated(refs []reference) []reference {
	kept := refs[:0]
	for _, r := range refs {
		if r.target != "" {
			kept = append(kept, r)
		}
	}
	return kept
}

// exists asks the owner of a name. A name of a form that nothing has does not exist.
func (c *Client) exists(ctx context.Context, name string) (bool, error) {
	var err error
	switch {
	case matches(name, "municipalities/{m}"):
		_, err = c.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: name})
	case matches(name, "municipalities/{m}/committees/{c}"):
		_, err = c.directory.GetCommittee(ctx, &directoryv1.GetCommitteeRequest{Name: name})
	case matches(name, "municipalities/{m}/committees/{c}/units/{u}"):
		_, err = c.directory.GetUnit(ctx, &directoryv1.GetUnitRequest{Name: name})
	case matches(name, "municipalities/{m}/people/{p}"):
		_, err = c.directory.GetPerson(ctx, &directoryv1.GetPersonRequest{Name: name})
	case matches(name, "municipalities/{m}/roleAssignments/{a}"):
		_, err = c.directory.GetRoleAssignment(ctx, &directoryv1.GetRoleAssignmentRequest{Name: name})
	case matches(name, "municipalities/{m}/committees/{c}/rounds/{r}"):
		_, err = c.risks.GetRound(ctx, &riskv1.GetRoundRequest{Name: name})
	case matches(name, "municipalities/{m}/committees/{c}/plans/{p}"):
		_, err = c.risks.GetPlan(ctx, &riskv1.GetPlanRequest{Name: name})
	case matches(name, "municipalities/{m}/committees/{c}/plans/{p}/controlAreas/{a}"):
		_, err = c.risks.GetControlArea(ctx, &riskv1.GetControlAreaRequest{Name: name})
	case matches(name, "municipalities/{m}/committees/{c}/plans/{p}/controlPoints/{k}"):
		_, err = c.risks.GetControlPoint(ctx, &riskv1.GetControlPointRequest{Name: name})
	default:
		return false, nil
	}
	if isMissing(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up %s: %w", name, err)
	}
	return true, nil
}

// isMissing reports whether err says that a resource does not exist.
func isMissing(err error) bool {
	f := rpcerr.FromStatus(err)
	return f != nil && f.Kind == fault.NotFound
}

func missing(ref reference) fault.Field {
	return fault.Field{
		Path: ref.path, Reason: "MISSING_REFERENCE",
		Swedish: fmt.Sprintf("%s finns varken i filen eller i systemet. Rätta namnet eller ta med det i filen.", clip(ref.target)),
		English: ref.target + " is neither in the file nor stored",
	}
}
