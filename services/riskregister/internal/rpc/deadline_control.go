package rpc

import (
	"context"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// controls returns the control areas and control points that are to be reported, by plan. They are the decided ones for
// every caller, since a result is about nothing else: see GetControlSubject. A decided plan is as it stands; only of one
// that is being revised its version is read.
func (d *dues) controls(ctx context.Context) (map[string][]risk.DueControl, error) {
	plans, err := d.tables.Plans.All(ctx, d.view, d.parent)
	if err != nil {
		return nil, err
	}
	areas, err := d.tables.ControlAreas.All(ctx, d.view, d.parent)
	if err != nil {
		return nil, err
	}
	points, err := d.tables.ControlPoints.All(ctx, d.view, d.parent)
	if err != nil {
		return nil, err
	}
	due := dueControls{byPlan: map[string][]risk.DueControl{}, moved: map[string]bool{}}
	for _, p := range points {
		due.moved[p.GetName()] = p.GetMovedTo() != ""
	}
	decided, revised := sortOut(plans)
	due.add(areas, points, decided)
	if len(revised) == 0 {
		return due.byPlan, nil
	}
	versions, err := d.decidedVersions(ctx)
	for _, v := range versions {
		due.add(v.GetSnapshot().GetControlAreas(), v.GetSnapshot().GetControlPoints(), revised)
	}
	return due.byPlan, err
}

// sortOut tells the plans that are decided as they stand from those that are being revised.
func sortOut(plans []*riskv1.Plan) (decided, revised map[string]bool) {
	decided, revised = map[string]bool{}, map[string]bool{}
	for _, p := range plans {
		switch {
		case stateOf(p.GetState()).Public():
			decided[p.GetName()] = true
		case p.GetVersion() > 1:
			revised[p.GetName()] = true
		}
	}
	return decided, revised
}

// dueControls collects what is to be reported.
type dueControls struct {
	byPlan map[string][]risk.DueControl
	// moved tells of the points as they stand whether another committee took them over.
	moved map[string]bool
}

// add takes up what lies in the plans named.
func (c dueControls) add(areas []*riskv1.ControlArea, points []*riskv1.ControlPoint, plans map[string]bool) {
	put := func(one risk.DueControl) {
		if plan := planNamed(one.Name); plans[plan] {
			c.byPlan[plan] = append(c.byPlan[plan], one)
		}
	}
	for _, a := range areas {
		put(risk.DueControl{Name: a.GetName(), Title: a.GetTitle(), IsArea: true, Owners: ownersOf(a.GetOwners())})
	}
	for _, p := range points {
		put(risk.DueControl{Name: p.GetName(), Title: p.GetTitle(), Area: p.GetControlArea(), Owners: ownersOf(p.GetOwners()),
			Moved: p.GetMovedTo() != "" || c.moved[p.GetName()]})
	}
}
