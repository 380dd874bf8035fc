package rpc

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// The functions of this file check one resource each against the rules and against what it refers to, for the standard
// methods and for imports alike. They return every fault, with paths relative to the resource; an error is something
// else that went wrong.

// checkMethodVersion checks the rules of a method.
func checkMethodVersion(v *riskv1.MethodVersion) []fault.Field { return methodOf(v).Check() }

// method returns the method of a version; a name that is none is a fault at the path.
func (s *Server) method(ctx context.Context, r resource.Reader, path, name, scope string) (*risk.Method, []fault.Field, error) {
	owned := strings.HasPrefix(name, scope+"/methods/") || strings.HasPrefix(name, municipality(scope)+"/methods/")
	if owned {
		version, err := s.tables.MethodVersions.Get(ctx, r, name)
		if err == nil {
			return methodOf(version), nil, nil
		}
		if !missing(err) {
			return nil, nil, err
		}
	}
	return nil, []fault.Field{field(path, "UNKNOWN_METHOD_VERSION",
		fmt.Sprintf("Metodversionen ”%s” finns inte hos kommunen eller nämnden. Välj en som finns.", name),
		fmt.Sprintf("method version %q does not exist here", name))}, nil
}

// checkPlan checks a plan's own fields.
func (s *Server) checkPlan(ctx context.Context, r resource.Reader, p *riskv1.Plan) ([]fault.Field, error) {
	method, faults, err := s.method(ctx, r, "method_version", p.GetMethodVersion(), committee(p.GetName()))
	if err != nil {
		return nil, err
	}
	faults = append(faults, risk.CheckSections(sectionsOf(p.GetSections()))...)
	if method != nil {
		faults = append(faults, method.CheckConfirmed(p.GetConfirmedEmpty())...)
	}
	return faults, nil
}

// checkRisk checks what a risk refers to.
func (s *Server) checkRisk(ctx context.Context, r resource.Reader, m *riskv1.Risk) ([]fault.Field, error) {
	var faults []fault.Field
	for path, names := range map[string][]string{"related": m.GetRelated(), "replaces": m.GetReplaces()} {
		for i, name := range names {
			fs, err := s.checkRiskName(ctx, r, fmt.Sprintf("%s[%d]", path, i), name, m.GetName())
			if err != nil {
				return nil, err
			}
			faults = append(faults, fs...)
		}
	}
	slices.SortFunc(faults, func(a, b fault.Field) int { return strings.Compare(a.Path, b.Path) })
	faults = append(faults, checkMoved(s.tables.Risks, "moved_from", m.GetMovedFrom(), m.GetName(), "risk")...)
	return append(faults, checkMoved(s.tables.Risks, "moved_to", m.GetMovedTo(), m.GetName(), "risk")...), nil
}

// checkRiskName finds a name that is no risk of the same committee, or the risk itself.
func (s *Server) checkRiskName(ctx context.Context, r resource.Reader, path, name, of string) ([]fault.Field, error) {
	if name == of {
		return []fault.Field{field(path, "REFERS_TO_ITSELF", "Risken kan inte peka på sig själv. Välj en annan risk.", "the risk refers to itself")}, nil
	}
	return exists(ctx, r, s.tables.Risks, path, name, committee(of), "Risken", "risk")
}

// checkMoved finds an origin, or a place moved to, that is no name of its type in another committee. The other
// committee's register is its own matter, so that the name exists is not required.
func checkMoved(t interface{ Matches(string) bool }, path, other, name, kind string) []fault.Field {
	if other == "" || t.Matches(other) && resource.Scope(other) != resource.Scope(name) {
		return nil
	}
	return []fault.Field{field(path, "NOT_ANOTHER_COMMITTEE",
		fmt.Sprintf("”%s” hör inte till en annan nämnd. Lämna fältet tomt om inget har flyttats.", other),
		fmt.Sprintf("%q is no %s of another committee", other, kind))}
}

// exists finds a name that is not one of a type's resources below an ancestor.
func exists(ctx context.Context, r resource.Reader, t interface {
	Exists(context.Context, resource.Reader, string) (bool, error)
}, path, name, within, what, whatEnglish string) ([]fault.Field, error) {
	found, err := false, error(nil)
	if resource.Within(name, within) {
		found, err = t.Exists(ctx, r, name)
	}
	if found || err != nil {
		return nil, err
	}
	return []fault.Field{field(path, "UNKNOWN_REFERENCE",
		fmt.Sprintf("%s ”%s” finns inte. Välj en som finns i listan.", what, name),
		fmt.Sprintf("%s %q does not exist in %s", whatEnglish, name, within))}, nil
}

// checkEntry checks an entry with its plan's method and carries the score into it.
func (s *Server) checkEntry(ctx context.Context, r resource.Reader, e *riskv1.RiskEntry, plan *riskv1.Plan) ([]fault.Field, error) {
	faults, err := exists(ctx, r, s.tables.Risks, "risk", e.GetRisk(), committee(e.GetName()), "Risken", "risk")
	if err != nil {
		return nil, err
	}
	faults = append(faults, checkUnit(e.GetUnit(), e.GetName())...)
	faults = append(faults, risk.CheckOwners("owners", municipality(e.GetName()), ownersOf(e.GetOwners()))...)
	method, unknown, err := s.method(ctx, r, "name", plan.GetMethodVersion(), committee(e.GetName()))
	if err != nil || method == nil {
		return append(faults, unknown...), err
	}
	score, more := method.CheckEntry(entryOf(e, ""))
	carry(e, score)
	return append(faults, more...), nil
}

// checkUnit finds a unit that is no unit of the municipality. The directory owns units, so only the name is checked.
func checkUnit(unit, name string) []fault.Field {
	parts := strings.Split(unit, "/")
	ok := len(parts) >= 4 && parts[len(parts)-2] == "units" && resource.Within(unit, municipality(name))
	if unit == "" || ok {
		return nil
	}
	return []fault.Field{field("unit", "UNIT_NAME",
		fmt.Sprintf("”%s” är ingen enhet i kommunen. Välj en enhet ur listan eller lämna fältet tomt.", unit),
		fmt.Sprintf("%q is no unit of the municipality", unit))}
}

// checkArea checks a control area.
func checkArea(a *riskv1.ControlArea) []fault.Field {
	return append(risk.CheckOwners("owners", municipality(a.GetName()), ownersOf(a.GetOwners())), checkUnit(a.GetUnit(), a.GetName())...)
}

// checkPoint checks a control point and what it refers to.
func (s *Server) checkPoint(ctx context.Context, r resource.Reader, p *riskv1.ControlPoint) ([]fault.Field, error) {
	faults := risk.CheckOwners("owners", municipality(p.GetName()), ownersOf(p.GetOwners()))
	if m := p.GetResponsibleManager(); m != nil {
		faults = append(faults, risk.CheckOwner("responsible_manager", municipality(p.GetName()), ownerOf(m))...)
	}
	faults = append(faults, checkMoved(s.tables.ControlPoints, "moved_from", p.GetMovedFrom(), p.GetName(), "control point")...)
	faults = append(faults, checkMoved(s.tables.ControlPoints, "moved_to", p.GetMovedTo(), p.GetName(), "control point")...)
	faults = append(faults, checkUnit(p.GetUnit(), p.GetName())...)
	plan := planNamed(p.GetName())
	if p.GetControlArea() != "" {
		fs, err := exists(ctx, r, s.tables.ControlAreas, "control_area", p.GetControlArea(), plan, "Kontrollområdet", "control area")
		if err != nil {
			return nil, err
		}
		faults = append(faults, fs...)
	}
	for i, name := range p.GetRiskEntries() {
		path := fmt.Sprintf("risk_entries[%d]", i)
		if slices.Contains(p.GetRiskEntries()[:i], name) {
			faults = append(faults, field(path, "DUPLICATE", "Risken står två gånger. Ta bort den ena.", "the entry is named twice"))
			continue
		}
		fs, err := exists(ctx, r, s.tables.RiskEntries, path, name, plan, "Planens risk", "risk entry")
		if err != nil {
			return nil, err
		}
		faults = append(faults, fs...)
	}
	return faults, nil
}
