package riskregister_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// planOf returns the plan of a file for change, and everything with it.
func planOf(change func(*riskv1.Plan)) []proto.Message {
	all := bundle()
	for _, m := range all {
		if p, ok := m.(*riskv1.Plan); ok {
			change(p)
		}
	}
	return all
}

// wantFaults compares the faults of an import.
func (w *world) wantFaults(t *testing.T, resources []proto.Message, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, w.faultsOf(t, resources...)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestImportDoesNotTakeAPlanBack(t *testing.T) {
	w := start(t)
	w.imported(t, bundle(), 10, 0, 0)
	draft := planOf(func(p *riskv1.Plan) { p.State, p.Decision = riskv1.PlanState_PLAN_STATE_DRAFT, nil })
	w.wantFaults(t, draft[3:4], "[0].state PLAN_DECIDED")
	w.revise(t)
	w.wantFaults(t, bundle(), "[3].version VERSION_BEHIND")
}

func TestImportDoesNotOpenAClosedYear(t *testing.T) {
	w := start(t)
	closed := planOf(func(p *riskv1.Plan) { p.State = riskv1.PlanState_PLAN_STATE_CLOSED })
	w.imported(t, closed, 10, 0, 0)
	w.wantFaults(t, bundle()[3:4], "[0].state WRONG_STATE")
}

func TestImportDoesNotChangeAClosedRound(t *testing.T) {
	w := start(t)
	w.imported(t, bundle(), 10, 0, 0)
	name := sn + "/rounds/delar"
	must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: name + "/followUps/fusk", Status: "ja"}))
	must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: name}))
	answer := &riskv1.FollowUp{Name: name + "/followUps/fusk", RiskEntry: plan2025 + "/riskEntries/fusk", Status: "nej", Position: 1}
	w.wantFaults(t, append(bundle()[:1], answer), "[0] ROUND_CLOSED", "[1] ROUND_CLOSED")
	all := w.exported(t)
	w.imported(t, all, 0, 0, int32(len(all)))
}

func TestImportedProposalIsComplete(t *testing.T) {
	w := start(t)
	proposed := planOf(func(p *riskv1.Plan) { p.State, p.Decision = riskv1.PlanState_PLAN_STATE_PROPOSED, nil })[1:]
	proposed[0].(*riskv1.RiskEntry).Owners = nil // the check of the control point lacks how and when, too
	w.wantFaults(t, proposed, "[0].owners INCOMPLETE", "[8].frequency INCOMPLETE", "[8].method INCOMPLETE", "[8].owners INCOMPLETE")
	proposed[0].(*riskv1.RiskEntry).Owners = critical().GetOwners()
	p := proposed[8].(*riskv1.ControlPoint)
	p.Method, p.Frequency, p.Owners = "Stickprov", "Årligen", []*riskv1.Owner{{Role: "controller"}}
	w.imported(t, proposed, 9, 0, 0)
	w.decide(t, "2024-12-10")
	w.wantFaults(t, []proto.Message{&riskv1.RiskEntry{Name: plan2025 + "/riskEntries/ny", Risk: riskFraud}}, "[0] PLAN_DECIDED")
}
