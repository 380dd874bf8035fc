package rpc

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// GetControlSubject returns what a result about a control area or control point depends on: as it was last decided, so
// that everybody who reads plans may see it.
func (s *Server) GetControlSubject(ctx context.Context, req *riskv1.GetControlSubjectRequest) (*riskv1.ControlSubject, error) {
	name := req.GetSubject()
	if !s.tables.ControlAreas.Matches(name) && !s.tables.ControlPoints.Matches(name) {
		return nil, fault.Fields(field("subject", "RESOURCE_NAME",
			"Ange ett kontrollområde eller ett kontrollmoment i en plan.", "the subject is no control area and no control point"))
	}
	var subject *riskv1.ControlSubject
	err := s.store.View(ctx, req.GetRound(), func(ctx context.Context, v *resource.View) error {
		round, err := s.tables.Rounds.Get(ctx, v, req.GetRound())
		if err != nil {
			return err
		}
		subject, err = s.subject(ctx, v, round, name)
		return err
	})
	return subject, err
}

// subject finds a control area or control point in the decided plan that a round covers.
func (s *Server) subject(ctx context.Context, r resource.Reader, round *riskv1.Round, name string) (*riskv1.ControlSubject, error) {
	if !slices.Contains(round.GetPlans(), planNamed(name)) {
		return nil, risk.NotCovered(name)
	}
	plan, err := s.tables.Plans.Get(ctx, r, planNamed(name))
	if err != nil {
		return nil, err
	}
	snapshot, err := s.decided(ctx, r, plan)
	if missing(err) {
		return nil, risk.NotCovered(name)
	}
	if err != nil {
		return nil, err
	}
	subject := &riskv1.ControlSubject{Name: name, Round: round, Grades: gradesOf(snapshot.GetMethodVersion()),
		PlanYear: int32(planYear(plan.GetName()))}
	if s.tables.ControlAreas.Matches(name) {
		return subject, describeArea(subject, snapshot)
	}
	return subject, s.describePoint(ctx, r, subject, snapshot)
}

// describeArea fills in what is told of a control area: it and its points say who carries it out.
func describeArea(subject *riskv1.ControlSubject, snapshot *riskv1.PlanSnapshot) error {
	area, err := find(snapshot.GetControlAreas(), subject.GetName())
	if err != nil {
		return risk.NotCovered(subject.GetName())
	}
	subject.Title, subject.Position = area.GetTitle(), area.GetPosition()
	var points []risk.Point
	var managers []risk.Owner
	for _, p := range snapshot.GetControlPoints() {
		if p.GetControlArea() != area.GetName() || p.GetMovedTo() != "" {
			continue
		}
		points = append(points, pointOf(p))
		if m := p.GetResponsibleManager(); m != nil {
			managers = append(managers, ownerOf(m))
		}
	}
	subject.Owners = each(risk.AreaOwners(ownersOf(area.GetOwners()), points), ownerTo)
	if m, ok := risk.AreaManager(managers); ok {
		subject.ResponsibleManager = ownerTo(m)
	}
	return nil
}

// describePoint fills in what is told of a control point, and refuses one that was moved: since it was decided, as the
// register has it, or before.
func (s *Server) describePoint(ctx context.Context, r resource.Reader, subject *riskv1.ControlSubject, snapshot *riskv1.PlanSnapshot) error {
	point, err := find(snapshot.GetControlPoints(), subject.GetName())
	if err != nil {
		return risk.NotCovered(subject.GetName())
	}
	now, err := s.tables.ControlPoints.Get(ctx, r, subject.GetName())
	if err != nil && !missing(err) {
		return err
	}
	for _, p := range []*riskv1.ControlPoint{point, now} {
		if err := pointOf(p).Writable(); err != nil {
			return err
		}
	}
	subject.Title, subject.Position = point.GetTitle(), point.GetPosition()
	subject.Owners, subject.ResponsibleManager = point.GetOwners(), point.GetResponsibleManager()
	return nil
}
