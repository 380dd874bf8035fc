package riskregister_test

import (
	"context"
	"slices"
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// deed is a write and the roles that may try it; the others are denied whatever the state.
type deed struct {
	do  func(w *world, ctx context.Context) error
	may []string
}

// deeds lists every write of the service.
func deeds() map[string]deed {
	coordinator := []string{"coordinator"}
	fusk := plan2025 + "/riskEntries/fusk"
	return map[string]deed{
		"CreateAction": {func(w *world, ctx context.Context) error {
			return second(w.CreateAction(ctx, &riskv1.CreateActionRequest{Parent: sn, Action: routine()}))
		}, []string{"coordinator", "head", "owner"}},
		"UpdateAction": {func(w *world, ctx context.Context) error {
			return second(w.UpdateAction(ctx, &riskv1.UpdateActionRequest{Action: &riskv1.Action{Name: sn + "/actions/saknas", Title: "x", Origin: routine().GetOrigin()}}))
		}, []string{"coordinator", "head", "owner", "manager"}},
		"AcceptAction": {func(w *world, ctx context.Context) error {
			return second(w.AcceptAction(ctx, &riskv1.AcceptActionRequest{Name: sn + "/actions/saknas"}))
		}, []string{"coordinator", "head", "secretary"}},
		"DeclineAction": {func(w *world, ctx context.Context) error {
			return second(w.DeclineAction(ctx, &riskv1.DeclineActionRequest{Name: sn + "/actions/saknas", Reason: "x"}))
		}, []string{"coordinator", "head", "secretary"}},
		"RenewAction": {func(w *world, ctx context.Context) error {
			return second(w.RenewAction(ctx, &riskv1.RenewActionRequest{Name: sn + "/actions/saknas", DueDate: "2025-12-31", Reason: "x"}))
		}, []string{"coordinator", "head", "secretary"}},
		"CloseAction": {func(w *world, ctx context.Context) error {
			return second(w.CloseAction(ctx, &riskv1.CloseActionRequest{Name: sn + "/actions/saknas", Done: true}))
		}, []string{"coordinator", "head", "secretary"}},
		"ReopenAction": {func(w *world, ctx context.Context) error {
			return second(w.ReopenAction(ctx, &riskv1.ReopenActionRequest{Name: sn + "/actions/saknas", Reason: "x"}))
		}, []string{"coordinator", "head", "secretary"}},
		"CreateMethod": {func(w *world, ctx context.Context) error {
			return second(w.CreateMethod(ctx, &riskv1.CreateMethodRequest{Parent: sn, Method: &riskv1.Method{Title: "Egen"}}))
		}, coordinator},
		"UpdateMethod": {func(w *world, ctx context.Context) error {
			return second(w.UpdateMethod(ctx, &riskv1.UpdateMethodRequest{Method: &riskv1.Method{Name: ume + "/methods/skala", Title: "Skala"}}))
		}, coordinator},
		"CreateMethodVersion": {func(w *world, ctx context.Context) error {
			return second(w.CreateMethodVersion(ctx, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/skala", MethodVersion: statedMethod()}))
		}, coordinator},
		"CreatePlan": {func(w *world, ctx context.Context) error {
			return second(w.CreatePlan(ctx, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2029", Plan: &riskv1.Plan{MethodVersion: stated1}}))
		}, coordinator},
		"UpdatePlan": {func(w *world, ctx context.Context) error {
			return second(w.UpdatePlan(ctx, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1}}))
		}, coordinator},
		"CreateRisk": {func(w *world, ctx context.Context) error {
			return second(w.CreateRisk(ctx, &riskv1.CreateRiskRequest{Parent: sn, Risk: &riskv1.Risk{Title: "Ny"}}))
		}, coordinator},
		"UpdateRisk": {func(w *world, ctx context.Context) error {
			return second(w.UpdateRisk(ctx, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: riskFraud, Title: "Ny"}}))
		}, []string{"coordinator", "owner"}},
		"CreateRiskEntry": {func(w *world, ctx context.Context) error {
			return second(w.CreateRiskEntry(ctx, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: critical()}))
		}, []string{"coordinator", "owner"}},
		"UpdateRiskEntry": {func(w *world, ctx context.Context) error {
			e := critical()
			e.Name = fusk
			return second(w.UpdateRiskEntry(ctx, &riskv1.UpdateRiskEntryRequest{RiskEntry: e}))
		}, []string{"coordinator", "owner"}},
		"DeleteRiskEntry": {func(w *world, ctx context.Context) error {
			return second(w.DeleteRiskEntry(ctx, &riskv1.DeleteRiskEntryRequest{Name: plan2025 + "/riskEntries/personal"}))
		}, coordinator},
		"CreateControlArea": {func(w *world, ctx context.Context) error {
			return second(w.CreateControlArea(ctx, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlArea: &riskv1.ControlArea{Title: "A"}}))
		}, coordinator},
		"CreateControlPoint": {func(w *world, ctx context.Context) error {
			return second(w.CreateControlPoint(ctx, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPoint: check("P")}))
		}, []string{"coordinator", "manager"}},
		"CreateCommonItem": {func(w *world, ctx context.Context) error {
			return second(w.CreateCommonItem(ctx, &riskv1.CreateCommonItemRequest{Parent: ume, CommonItem: common("Ny")}))
		}, coordinator},
		"DeleteCommonItem": {func(w *world, ctx context.Context) error {
			return second(w.DeleteCommonItem(ctx, &riskv1.DeleteCommonItemRequest{Name: ume + "/commonItems/saknas"}))
		}, coordinator},
		"DecideCommonItem": {func(w *world, ctx context.Context) error {
			return second(w.DecideCommonItem(ctx, &riskv1.DecideCommonItemRequest{Name: ume + "/commonItems/saknas", Decision: &riskv1.Decision{MeetingDate: "2024-11-05"}}))
		}, coordinator},
		"WithdrawCommonItem": {func(w *world, ctx context.Context) error {
			return second(w.WithdrawCommonItem(ctx, &riskv1.WithdrawCommonItemRequest{Name: ume + "/commonItems/saknas", Reason: "x"}))
		}, coordinator},
		"AddCommonItems": {func(w *world, ctx context.Context) error {
			return second(w.AddCommonItems(ctx, &riskv1.AddCommonItemsRequest{Name: plan2025}))
		}, coordinator},
		"CopyPlan": {func(w *world, ctx context.Context) error {
			return second(w.CreatePlan(ctx, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2031", CopyFrom: plan2025, Plan: &riskv1.Plan{MethodVersion: stated1}}))
		}, coordinator},
		"CreateRiskEntryWithRisk": {func(w *world, ctx context.Context) error {
			e := critical()
			e.Risk = ""
			return second(w.CreateRiskEntry(ctx, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: e, Risk: &riskv1.Risk{Title: "Ny"}}))
		}, []string{"coordinator", "owner"}},
		"MoveRisk": {func(w *world, ctx context.Context) error {
			return second(w.MoveRisk(ctx, &riskv1.MoveRiskRequest{Name: sn + "/risks/saknas", Destination: un, Reason: "x"}))
		}, coordinator},
		"MoveControlPoint": {func(w *world, ctx context.Context) error {
			return second(w.MoveControlPoint(ctx, &riskv1.MoveControlPointRequest{Name: plan2025 + "/controlPoints/saknas", Destination: un + "/plans/2025", Reason: "x"}))
		}, coordinator},
		"ProposePlan": {func(w *world, ctx context.Context) error {
			return second(w.ProposePlan(ctx, &riskv1.ProposePlanRequest{Name: plan2025}))
		}, coordinator},
		"WithdrawPlan": {func(w *world, ctx context.Context) error {
			return second(w.WithdrawPlan(ctx, &riskv1.WithdrawPlanRequest{Name: plan2025}))
		}, coordinator},
		"DecidePlan": {func(w *world, ctx context.Context) error {
			return second(w.DecidePlan(ctx, &riskv1.DecidePlanRequest{Name: plan2025, Decision: &riskv1.Decision{MeetingDate: "2024-12-10"}}))
		}, []string{"coordinator", "secretary"}},
		"RevisePlan": {func(w *world, ctx context.Context) error {
			return second(w.RevisePlan(ctx, &riskv1.RevisePlanRequest{Name: plan2025, Reason: "x"}))
		}, []string{"coordinator", "secretary"}},
		"ClosePlan": {func(w *world, ctx context.Context) error {
			return second(w.ClosePlan(ctx, &riskv1.ClosePlanRequest{Name: plan2025}))
		}, []string{"coordinator", "secretary"}},
		"CreateRound": {func(w *world, ctx context.Context) error {
			return second(w.CreateRound(ctx, &riskv1.CreateRoundRequest{Parent: sn, Round: interim()}))
		}, coordinator},
		"CloseRound": {func(w *world, ctx context.Context) error {
			return second(w.CloseRound(ctx, &riskv1.CloseRoundRequest{Name: sn + "/rounds/delar"}))
		}, coordinator},
	}
}

// TestEveryWriteByEveryRole tries every write of a draft as everybody: it is denied to all but those who may, whatever
// else may be in its way.
func TestEveryWriteByEveryRole(t *testing.T) {
	w := start(t)
	w.draft(t)
	for _, allowed := range []bool{false, true} { // those who may change things come last
		for name, d := range deeds() {
			for role, ctx := range w.people() {
				if slices.Contains(d.may, role) != allowed {
					continue
				}
				err := d.do(w, ctx)
				if denied := err != nil && rpcerr.FromStatus(err).Kind == fault.Denied; denied == allowed {
					t.Errorf("%s by %s: %v, want allowed %v", name, role, err, allowed)
				}
			}
		}
	}
}

// people returns the callers by role.
func (w *world) people() map[string]context.Context {
	return map[string]context.Context{"coordinator": w.coordinator, "member": w.member, "owner": w.owner, "manager": w.manager,
		"head": w.head, "secretary": w.secretary, "auditor": w.auditor, "operator": w.operator}
}

// TestAnswersByEveryRole tries an answer as everybody.
func TestAnswersByEveryRole(t *testing.T) {
	w := start(t)
	w.decided(t)
	name := w.round(t, "delar").GetName() + "/followUps/fusk"
	titles := map[string]string{"coordinator": "samordnare för intern kontroll", "head": "förvaltningschef", "owner": "enhetschefer"}
	for role, ctx := range w.people() {
		f, err := w.AnswerFollowUp(ctx, &riskv1.AnswerFollowUpRequest{Name: name, Status: "ja"})
		title, may := titles[role]
		if may != (err == nil) || f.GetAnsweredRole() != title {
			t.Errorf("%s answers as %q, %v, want %q", role, f.GetAnsweredRole(), err, title)
		}
	}
}
