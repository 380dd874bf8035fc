package riskregister_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// TestMembersSeeWhatIsDecided follows one plan through its states as an elected member sees it, on both engines.
func TestMembersSeeWhatIsDecided(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "avtal", ControlArea: &riskv1.ControlArea{Title: "Avtal"}}))
		must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "stick", ControlPoint: check("Stickprov")}))
		w.seesNothing(t)
		w.propose(t)
		w.seesNothing(t)
		w.decide(t, "2024-12-10")
		w.sees(t, riskv1.PlanState_PLAN_STATE_DECIDED, "Text", "Risk för fusk")
		w.revise(t)
		w.change(t)
		w.sees(t, riskv1.PlanState_PLAN_STATE_DECIDED, "Text", "Risk för fusk")
		w.propose(t)
		w.sees(t, riskv1.PlanState_PLAN_STATE_DECIDED, "Text", "Risk för fusk")
		w.decide(t, "2025-04-08")
		w.sees(t, riskv1.PlanState_PLAN_STATE_DECIDED, "Ny text", "Nya ord")
	})
}

// change edits the draft of the second version.
func (w *world) change(t *testing.T) {
	t.Helper()
	must[*riskv1.Plan](t)(w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1,
		Sections: []*riskv1.PlanSection{{Title: "Inledning", Text: "Ny text"}}}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"sections"}}}))
	must[*riskv1.Risk](t)(w.UpdateRisk(w.coordinator, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: riskFraud, Title: "Nya ord"}}))
}

// seesNothing checks that a member cannot tell the plan from one that does not exist, while an auditor reads it.
func (w *world) seesNothing(t *testing.T) {
	t.Helper()
	for name, read := range w.reads(w.member) {
		err := read()
		if err == nil {
			t.Errorf("%s shows a draft to a member", name)
			continue
		}
		wantFault(t, err, fault.NotFound, "NOT_FOUND")
	}
	for name, read := range w.reads(w.auditor) {
		if err := read(); err != nil {
			t.Errorf("%s fails for an auditor: %v", name, err)
		}
	}
	wantIDs(t, must[*riskv1.ListPlansResponse](t)(w.ListPlans(w.member, &riskv1.ListPlansRequest{Parent: sn})).GetPlans())
	wantIDs(t, must[*riskv1.ListPlansResponse](t)(w.ListPlans(w.member, &riskv1.ListPlansRequest{Parent: sn, State: riskv1.PlanState_PLAN_STATE_DRAFT})).GetPlans())
	wantIDs(t, must[*riskv1.ListRisksResponse](t)(w.ListRisks(w.member, &riskv1.ListRisksRequest{Parent: sn})).GetRisks())
	wantIDs(t, must[*riskv1.ListRiskEntriesResponse](t)(w.ListRiskEntries(w.member, &riskv1.ListRiskEntriesRequest{Parent: sn + "/plans/-"})).GetRiskEntries())
	wantIDs(t, must[*riskv1.ListPlansResponse](t)(w.ListPlans(w.auditor, &riskv1.ListPlansRequest{Parent: sn})).GetPlans(), "2025")
}

// reads lists every read of one plan and what it holds.
func (w *world) reads(ctx context.Context) map[string]func() error {
	return map[string]func() error{
		"GetPlan": func() error { return second(w.GetPlan(ctx, &riskv1.GetPlanRequest{Name: plan2025})) },
		"GetRisk": func() error { return second(w.GetRisk(ctx, &riskv1.GetRiskRequest{Name: riskFraud})) },
		"GetRiskEntry": func() error {
			return second(w.GetRiskEntry(ctx, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"}))
		},
		"GetControlArea": func() error {
			return second(w.GetControlArea(ctx, &riskv1.GetControlAreaRequest{Name: plan2025 + "/controlAreas/avtal"}))
		},
		"GetControlPoint": func() error {
			return second(w.GetControlPoint(ctx, &riskv1.GetControlPointRequest{Name: plan2025 + "/controlPoints/stick"}))
		},
		"ListRiskEntries": func() error { return second(w.ListRiskEntries(ctx, &riskv1.ListRiskEntriesRequest{Parent: plan2025})) },
		"ListControlAreas": func() error {
			return second(w.ListControlAreas(ctx, &riskv1.ListControlAreasRequest{Parent: plan2025}))
		},
		"ListControlPoints": func() error {
			return second(w.ListControlPoints(ctx, &riskv1.ListControlPointsRequest{Parent: plan2025}))
		},
		"CheckPlan":       func() error { return second(w.CheckPlan(ctx, &riskv1.CheckPlanRequest{Name: plan2025})) },
		"GetPlanSnapshot": func() error { return second(w.GetPlanSnapshot(ctx, &riskv1.GetPlanSnapshotRequest{Name: plan2025})) },
	}
}

// sees checks what every read of a member shows.
func (w *world) sees(t *testing.T, state riskv1.PlanState, text, title string) {
	t.Helper()
	for name, read := range w.reads(w.member) {
		if err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := must[*riskv1.Plan](t)(w.GetPlan(w.member, &riskv1.GetPlanRequest{Name: plan2025}))
	listed := must[*riskv1.ListPlansResponse](t)(w.ListPlans(w.member, &riskv1.ListPlansRequest{Parent: sn, State: riskv1.PlanState_PLAN_STATE_DECIDED})).GetPlans()
	snapshot := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: plan2025})).GetSnapshot()
	wantIDs(t, listed, "2025")
	for _, seen := range []*riskv1.Plan{p, listed[0], snapshot.GetPlan()} {
		if seen.GetState() != state || seen.GetSections()[0].GetText() != text {
			t.Errorf("a member sees %v %q, want %v %q", seen.GetState(), seen.GetSections()[0].GetText(), state, text)
		}
	}
	r := must[*riskv1.Risk](t)(w.GetRisk(w.member, &riskv1.GetRiskRequest{Name: riskFraud}))
	if r.GetTitle() != title || snapshot.GetRisks()[0].GetTitle() != title {
		t.Errorf("a member sees the risk as %q and %q, want %q", r.GetTitle(), snapshot.GetRisks()[0].GetTitle(), title)
	}
	wantIDs(t, must[*riskv1.ListRisksResponse](t)(w.ListRisks(w.member, &riskv1.ListRisksRequest{Parent: sn, PageSize: 1})).GetRisks(), "fusk")
	wantIDs(t, must[*riskv1.ListControlAreasResponse](t)(w.ListControlAreas(w.member, &riskv1.ListControlAreasRequest{Parent: plan2025})).GetControlAreas(), "avtal")
}

func TestOtherCommitteesAndMunicipalitiesAreOutOfReach(t *testing.T) {
	w := start(t)
	w.decided(t)
	for _, name := range []string{un + "/plans/2025", "municipalities/lund/committees/sn/plans/2025"} {
		_, err := w.GetPlan(w.member, &riskv1.GetPlanRequest{Name: name})
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	}
	_, err := w.GetPlan(t.Context(), &riskv1.GetPlanRequest{Name: plan2025})
	wantFault(t, err, fault.Unauthenticated, "UNAUTHENTICATED")
}
