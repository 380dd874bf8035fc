package riskregister_test

import (
	"context"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// byName lists every call that takes a name or a parent.
func (w *world) byName(ctx context.Context, name string) map[string]error {
	return map[string]error{
		"GetMethod":          second(w.GetMethod(ctx, &riskv1.GetMethodRequest{Name: name})),
		"ListMethods":        second(w.ListMethods(ctx, &riskv1.ListMethodsRequest{Parent: name})),
		"GetMethodVersion":   second(w.GetMethodVersion(ctx, &riskv1.GetMethodVersionRequest{Name: name})),
		"ListMethodVersions": second(w.ListMethodVersions(ctx, &riskv1.ListMethodVersionsRequest{Parent: name})),
		"CreateMethodVersion": second(w.CreateMethodVersion(ctx, &riskv1.CreateMethodVersionRequest{Parent: name,
			MethodVersion: &riskv1.MethodVersion{}})),
		"GetPlan":           second(w.GetPlan(ctx, &riskv1.GetPlanRequest{Name: name})),
		"ListPlans":         second(w.ListPlans(ctx, &riskv1.ListPlansRequest{Parent: name})),
		"UpdatePlan":        second(w.UpdatePlan(ctx, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: name, MethodVersion: stated1}})),
		"GetPlanVersion":    second(w.GetPlanVersion(ctx, &riskv1.GetPlanVersionRequest{Name: name})),
		"ListPlanVersions":  second(w.ListPlanVersions(ctx, &riskv1.ListPlanVersionsRequest{Parent: name})),
		"GetRisk":           second(w.GetRisk(ctx, &riskv1.GetRiskRequest{Name: name})),
		"ListRisks":         second(w.ListRisks(ctx, &riskv1.ListRisksRequest{Parent: name})),
		"GetRiskEntry":      second(w.GetRiskEntry(ctx, &riskv1.GetRiskEntryRequest{Name: name})),
		"ListRiskEntries":   second(w.ListRiskEntries(ctx, &riskv1.ListRiskEntriesRequest{Parent: name})),
		"CreateRiskEntry":   second(w.CreateRiskEntry(ctx, &riskv1.CreateRiskEntryRequest{Parent: name, RiskEntry: mild()})),
		"DeleteRiskEntry":   second(w.DeleteRiskEntry(ctx, &riskv1.DeleteRiskEntryRequest{Name: name})),
		"GetControlArea":    second(w.GetControlArea(ctx, &riskv1.GetControlAreaRequest{Name: name})),
		"ListControlAreas":  second(w.ListControlAreas(ctx, &riskv1.ListControlAreasRequest{Parent: name})),
		"GetControlPoint":   second(w.GetControlPoint(ctx, &riskv1.GetControlPointRequest{Name: name})),
		"ListControlPoints": second(w.ListControlPoints(ctx, &riskv1.ListControlPointsRequest{Parent: name})),
		"GetRound":          second(w.GetRound(ctx, &riskv1.GetRoundRequest{Name: name})),
		"ListRounds":        second(w.ListRounds(ctx, &riskv1.ListRoundsRequest{Parent: name})),
		"ListRoundsOf":      second(w.ListRounds(ctx, &riskv1.ListRoundsRequest{Parent: name, Plan: plan2025})),
		"CreateRound":       second(w.CreateRound(ctx, &riskv1.CreateRoundRequest{Parent: name, Round: interim()})),
		"GetFollowUp":       second(w.GetFollowUp(ctx, &riskv1.GetFollowUpRequest{Name: name})),
		"GetAction":         second(w.GetAction(ctx, &riskv1.GetActionRequest{Name: name})),
		"ListActions":       second(w.ListActions(ctx, &riskv1.ListActionsRequest{Parent: name})),
		"CreateAction":      second(w.CreateAction(ctx, &riskv1.CreateActionRequest{Parent: name, Action: assignment(2025)})),
		"AcceptAction":      second(w.AcceptAction(ctx, &riskv1.AcceptActionRequest{Name: name})),
		"DeclineAction":     second(w.DeclineAction(ctx, &riskv1.DeclineActionRequest{Name: name, Reason: "x"})),
		"RenewAction":       second(w.RenewAction(ctx, &riskv1.RenewActionRequest{Name: name, DueDate: "2025-12-31", Reason: "x"})),
		"CloseAction":       second(w.CloseAction(ctx, &riskv1.CloseActionRequest{Name: name, Done: true})),
		"ReopenAction":      second(w.ReopenAction(ctx, &riskv1.ReopenActionRequest{Name: name, Reason: "x"})),
		"CountActions":      second(w.CountActions(ctx, &riskv1.CountActionsRequest{Parent: name})),
		"ListDeadlines":     second(w.ListDeadlines(ctx, &riskv1.ListDeadlinesRequest{Parent: name})),
		"ActionFrom": second(w.CreateAction(ctx, &riskv1.CreateActionRequest{Parent: sn, Action: &riskv1.Action{Title: "x",
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, Resource: name}}})),
		"ListFollowUps":   second(w.ListFollowUps(ctx, &riskv1.ListFollowUpsRequest{Parent: name})),
		"AnswerFollowUp":  second(w.AnswerFollowUp(ctx, &riskv1.AnswerFollowUpRequest{Name: name, Status: "ja"})),
		"CloseRound":      second(w.CloseRound(ctx, &riskv1.CloseRoundRequest{Name: name})),
		"ProposePlan":     second(w.ProposePlan(ctx, &riskv1.ProposePlanRequest{Name: name})),
		"CheckPlan":       second(w.CheckPlan(ctx, &riskv1.CheckPlanRequest{Name: name})),
		"GetPlanSnapshot": second(w.GetPlanSnapshot(ctx, &riskv1.GetPlanSnapshotRequest{Name: name})),
		"CopyPlan": second(w.CreatePlan(ctx, &riskv1.CreatePlanRequest{Parent: name, PlanId: "2044", CopyFrom: name,
			Plan: &riskv1.Plan{MethodVersion: stated1}})),
		"CopyFrom": second(w.CreatePlan(ctx, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2025", CopyFrom: name,
			Plan: &riskv1.Plan{MethodVersion: stated1}})),
		"GetCommonItem":      second(w.GetCommonItem(ctx, &riskv1.GetCommonItemRequest{Name: name})),
		"ListCommonItems":    second(w.ListCommonItems(ctx, &riskv1.ListCommonItemsRequest{Parent: name})),
		"CreateCommonItem":   second(w.CreateCommonItem(ctx, &riskv1.CreateCommonItemRequest{Parent: name, CommonItem: common("x")})),
		"DeleteCommonItem":   second(w.DeleteCommonItem(ctx, &riskv1.DeleteCommonItemRequest{Name: name})),
		"DecideCommonItem":   second(w.DecideCommonItem(ctx, &riskv1.DecideCommonItemRequest{Name: name, Decision: &riskv1.Decision{MeetingDate: "2024-11-05"}})),
		"WithdrawCommonItem": second(w.WithdrawCommonItem(ctx, &riskv1.WithdrawCommonItemRequest{Name: name, Reason: "x"})),
		"AddCommonItems":     second(w.AddCommonItems(ctx, &riskv1.AddCommonItemsRequest{Name: name})),
		"ComparePlans":       second(w.ComparePlans(ctx, &riskv1.ComparePlansRequest{Name: name})),
		"ComparePlansTo":     second(w.ComparePlans(ctx, &riskv1.ComparePlansRequest{Name: plan2025, Base: name})),
		"MoveRisk":           second(w.MoveRisk(ctx, &riskv1.MoveRiskRequest{Name: name, Destination: un, Reason: "x"})),
		"MoveRiskTo":         second(w.MoveRisk(ctx, &riskv1.MoveRiskRequest{Name: sn + "/risks/saknas", Destination: name, Reason: "x"})),
		"MoveControlPoint":   second(w.MoveControlPoint(ctx, &riskv1.MoveControlPointRequest{Name: name, Destination: un + "/plans/2025", Reason: "x"})),
		"MoveControlPointTo": second(w.MoveControlPoint(ctx, &riskv1.MoveControlPointRequest{Name: plan2025 + "/controlPoints/saknas", Destination: name, Reason: "x"})),
	}
}

// TestNamesOfAnyFormAreAnswered calls everything with names that are none, or of something else: each is refused as a
// fault of the caller, or finds nothing, and never breaks.
func TestNamesOfAnyFormAreAnswered(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.revise(t)
	names := []string{
		"", "x", "-", ume, ume + "/", sn, sn + "/plans", sn + "/plans/-", sn + "/plans/2025/riskEntries", sn + "/plans/-/riskEntries/-",
		sn + "/rounds/-", sn + "/rounds/saknas", sn + "/risks/-", ume + "/committees/-", ume + "/committees/-/plans/2025",
		plan2025 + "/versions/x", plan2025 + "/riskEntries/åäö", sn + "/plans/2025/a/b/c/d/e/f", "municipalities/-/committees/-",
		sn + "/" + strings.Repeat("x", 480), "municipalities/ume/committees/sn/plans/2025'; drop table plans",
	}
	for _, name := range names {
		for role, ctx := range map[string]context.Context{"coordinator": w.coordinator, "member": w.member} {
			for call, err := range w.byName(ctx, name) {
				if f := rpcerr.FromStatus(err); f != nil && (f.Kind == fault.Internal || f.Kind == fault.Unavailable) {
					t.Errorf("%s(%q) by a %s: %v", call, name, role, err)
				}
			}
		}
	}
}
