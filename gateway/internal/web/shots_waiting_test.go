package web

import (
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// waitingShots show what waits for somebody: a finished action, a proposal, a common item that is missing or lacks its method,
// a plan under revision.
func waitingShots() []shot {
	u, at := coordinatorUser(), "/"+fixCommittee
	action := func(name string, a *riskv1.Action) shot {
		return shot{name, "/" + fixAction + "a1", u, actionPage(&actionData{action: a, book: fixBook(), origin: fixRisks[0].title}, u)}
	}
	finished, proposed, many := fixActions()[1], fixActions()[2], []*riskv1.Action{}
	finished.Status, proposed.DueDate = "klar", "2025-04-30"
	for range maxProposed + 1 {
		many = append(many, proposed)
	}
	accept, _ := stepPage(actionSteps["godkann"], fixActions()[1], fixNow, time.UTC)
	unready := fixItem(riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT)
	unready.Method = ""
	decide, _ := decideCommonPage(unready)
	places := fixPlaces()
	places[0].plan.State, places[0].plan.Version = riskv1.PlanState_PLAN_STATE_DRAFT, 2
	missing := []*riskv1.CommonItem{fixItem(riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED)}
	g := fixRegister(2)
	p := planPage(g, u, nil)
	v, _ := p.Data.(planView)
	v.lack(missing, g.GetPlan(), u)
	p.Data = v
	waiting := &overviewData{committee: fixCommitteeOf(), plans: []*riskv1.Plan{g.GetPlan()}, register: g, proposed: []*riskv1.Action{proposed}, common: missing}
	crowded := *waiting
	crowded.proposed, crowded.common = many, nil
	return []shot{
		action("atgard-klar", finished), action("atgard-foreslagen-sen", proposed), {"atgard-godkann-sen", "/" + fixAction + "a2/godkann", u, accept},
		{"atgarder-klar", at + "/actions", u, actionsPage(fixCommittee, []*riskv1.Action{finished}, nil, fixBook(), u, nil)},
		{"gemensam-beslut-saknas", "/" + fixMunicipality + "/commonItems/jav/beslut", u, decide}, {"plan-saknar-gemensam", "/" + fixPlan, u, p},
		{"kommunen-ny-version", "/" + fixMunicipality + "/oversikt", u, townPage(u.places.municipalities[fixMunicipality], places, fixCounts(), 2025, u, 2025)},
		{"oversikt-vantar", at, u, overviewPage(waiting, u)}, {"oversikt-vantar-manga", at, u, overviewPage(&crowded, u)},
	}
}
