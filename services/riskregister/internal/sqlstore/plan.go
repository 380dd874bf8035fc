package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// StandingCurrent is the standing of a plan version that no later one has replaced.
const StandingCurrent = "current"

func plans() *resource.Table[*riskv1.Plan] {
	return resource.Define(resource.Spec[*riskv1.Plan]{
		Table: "plans",
		Columns: []resource.Column[*riskv1.Plan]{
			{Name: "state", Value: func(p *riskv1.Plan) any { return StateWord(p.GetState()) }},
			{Name: "shown", Value: func(p *riskv1.Plan) any { return shown(p) }},
			{Name: "number", Value: func(p *riskv1.Plan) any { return int64(p.GetVersion()) }},
			{Name: "method_version", Value: func(p *riskv1.Plan) any { return p.GetMethodVersion() }},
		},
	})
}

// StateWord returns a state as it lies in the columns "state" and "shown" of plans; empty when unspecified.
func StateWord(s riskv1.PlanState) string {
	if s == riskv1.PlanState_PLAN_STATE_UNSPECIFIED {
		return ""
	}
	return word(s, "PLAN_STATE_")
}

// shown is the state in which those see the plan who may not see drafts: its own once it is decided, "decided" while a
// decided plan is being revised, and empty when there is nothing to see.
func shown(p *riskv1.Plan) string {
	switch s := p.GetState(); {
	case s == riskv1.PlanState_PLAN_STATE_DECIDED, s == riskv1.PlanState_PLAN_STATE_CLOSED:
		return StateWord(s)
	case p.GetVersion() > 1:
		return StateWord(riskv1.PlanState_PLAN_STATE_DECIDED)
	}
	return ""
}

func planVersions() *resource.Table[*riskv1.PlanVersion] {
	return resource.Define(resource.Spec[*riskv1.PlanVersion]{
		Table: "plan_versions",
		Columns: []resource.Column[*riskv1.PlanVersion]{
			{Name: "number", Value: func(v *riskv1.PlanVersion) any { return number(v.GetName()) }},
			{Name: "standing", Value: func(v *riskv1.PlanVersion) any { return standing(v) }},
			{Name: "meeting_date", Value: func(v *riskv1.PlanVersion) any { return v.GetDecision().GetMeetingDate() }},
		},
		Order: []string{"number"},
	})
}

func standing(v *riskv1.PlanVersion) string {
	if v.GetReplaced() {
		return "replaced"
	}
	return StandingCurrent
}

func controlAreas() *resource.Table[*riskv1.ControlArea] {
	return resource.Define(resource.Spec[*riskv1.ControlArea]{
		Table: "control_areas",
		Columns: []resource.Column[*riskv1.ControlArea]{
			{Name: "title", Value: func(a *riskv1.ControlArea) any { return a.GetTitle() }},
			{Name: "position", Value: func(a *riskv1.ControlArea) any { return int64(a.GetPosition()) }},
		},
		Order: []string{"position"},
	})
}

func controlPoints() *resource.Table[*riskv1.ControlPoint] {
	return resource.Define(resource.Spec[*riskv1.ControlPoint]{
		Table: "control_points",
		Columns: []resource.Column[*riskv1.ControlPoint]{
			{Name: "title", Value: func(p *riskv1.ControlPoint) any { return p.GetTitle() }},
			{Name: "kind", Value: func(p *riskv1.ControlPoint) any { return word(p.GetKind(), "CONTROL_POINT_KIND_") }},
			{Name: "position", Value: func(p *riskv1.ControlPoint) any { return int64(p.GetPosition()) }},
		},
		Order: []string{"position"},
	})
}
