package web

import (
	"slices"
	"strconv"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// lackingCommon returns the decided common items that apply to the plan's committee and are not in the plan. The plan of a
// year that has ended lacks nothing any more.
func (c *call) lackingCommon(g *register) ([]*riskv1.CommonItem, error) {
	plan := g.GetPlan()
	municipality := upTo(plan.GetName(), 1)
	year, err := strconv.Atoi(last(plan.GetName()))
	if err != nil || plan.GetState() == riskv1.PlanState_PLAN_STATE_CLOSED || !c.user.may(authzv1.Permission_PERMISSION_COMMON_ITEM_READ, municipality) {
		return nil, nil // nothing to ask about, which is no fault
	}
	r, err := c.Risks.ListCommonItems(c.ctx(), &riskv1.ListCommonItemsRequest{Parent: municipality, Year: int32(year), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return g.lackingOf(r.GetCommonItems()), nil
}

// lackingOf returns the decided ones among common items that the plan should have and has not. What was moved to another
// committee is carried out there.
func (g *register) lackingOf(items []*riskv1.CommonItem) []*riskv1.CommonItem {
	var out []*riskv1.CommonItem
	for _, i := range items {
		carried := slices.ContainsFunc(g.GetControlPoints(), func(k *riskv1.ControlPoint) bool { return k.GetCommonItem() == i.GetName() })
		if i.GetState() == riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED && applies(i, committeeOf(g.GetPlan().GetName())) && !carried {
			out = append(out, i)
		}
	}
	return out
}

// mendCommon is how common items get into a plan: a draft fetches them, a decided plan needs a new version. It has no text
// for those who can only look.
func mendCommon(plan *riskv1.Plan, u *user) link {
	at := address(plan.GetName())
	switch {
	case plan.GetState() == riskv1.PlanState_PLAN_STATE_DRAFT && u.has(plan.GetName(), "coordinator"):
		return link{"Hämta kommungemensamma granskningar", at + "/hamta-gemensamma"}
	case plan.GetState() == riskv1.PlanState_PLAN_STATE_DECIDED && u.may(authzv1.Permission_PERMISSION_PLAN_DECIDE, plan.GetName()):
		return link{"Skapa ny version av planen", at + "/ny-version"}
	default:
		return link{"", at + "#gemensamma"}
	}
}

// lack notes the common items that a plan lacks.
func (v *planView) lack(items []*riskv1.CommonItem, plan *riskv1.Plan, u *user) {
	for _, i := range items {
		v.Lacking = append(v.Lacking, link{i.GetTitle(), address(i.GetName())})
	}
	v.Mend = mendCommon(plan, u)
}
