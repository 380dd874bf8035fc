package riskregister_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

const unPlan = un + "/plans/2025"

func (w *world) moveRisk(ctx context.Context, name, destination string) (*riskv1.Risk, error) {
	return w.MoveRisk(ctx, &riskv1.MoveRiskRequest{Name: name, Destination: destination, Reason: "Ny nämndorganisation"})
}

func (w *world) movePoint(ctx context.Context, name, destination string) (*riskv1.ControlPoint, error) {
	return w.MoveControlPoint(ctx, &riskv1.MoveControlPointRequest{Name: name, Destination: destination, Reason: "Ny nämndorganisation"})
}

// TestTrap06Reorganisation revises a plan in the middle of its year, because a risk and a check go to another committee.
func TestTrap06Reorganisation(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "avtal", ControlArea: &riskv1.ControlArea{Title: "Avtal"}}))
		stick := check("Stickprov")
		stick.ControlArea, stick.Unit = plan2025+"/controlAreas/avtal", sn+"/units/nord"
		must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "stick", ControlPoint: stick}))
		w.propose(t)
		w.decide(t, "2024-12-10")
		w.revise(t)
		must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: un, PlanId: "2025", Plan: &riskv1.Plan{MethodVersion: stated1}}))
		w.movesRisk(t)
		w.movesPoint(t)
		w.movedStays(t)
		w.propose(t)
		w.decide(t, "2025-05-06")
		frozen := must[*riskv1.PlanVersion](t)(w.GetPlanVersion(w.member, &riskv1.GetPlanVersionRequest{Name: plan2025 + "/versions/1"})).GetSnapshot()
		if frozen.GetControlPoints()[0].GetMovedTo() != "" || frozen.GetRisks()[0].GetMovedTo() != "" {
			t.Error("moving changed what was decided before")
		}
		w.roundtrip(t, db)
	})
}

// movesRisk moves the risk and sees it on both sides, and in both chains.
func (w *world) movesRisk(t *testing.T) {
	t.Helper()
	_, err := w.MoveRisk(w.coordinator, &riskv1.MoveRiskRequest{Name: riskFraud, Destination: un, Reason: "x", Etag: "999"})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
	there := must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, riskFraud, un))
	here := must[*riskv1.Risk](t)(w.GetRisk(w.coordinator, &riskv1.GetRiskRequest{Name: riskFraud}))
	if there.GetName() != un+"/risks/fusk" || there.GetMovedFrom() != riskFraud || here.GetMovedTo() != there.GetName() || there.GetTitle() != here.GetTitle() {
		t.Errorf("moved from %v to %v", here, there)
	}
	for _, name := range []string{here.GetName(), there.GetName()} {
		entries := must[*journalv1.ListJournalEntriesResponse](t)(w.journal.ListJournalEntries(w.auditor, &journalv1.ListJournalEntriesRequest{Name: name})).GetEntries()
		if entries[0].GetReason() != "Ny nämndorganisation" || entries[0].GetMethod() != "/uppsikt.risk.v1.RiskRegisterService/MoveRisk" {
			t.Errorf("journal of %s = %v", name, entries[0])
		}
	}
	_, err = w.moveRisk(w.coordinator, riskFraud, un)
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.UpdateRisk(w.coordinator, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: riskFraud, Title: "Nytt"}})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: critical()})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "risk_entry.risk MOVED")
	e := critical()
	e.Risk = there.GetName()
	must[*riskv1.RiskEntry](t)(w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: unPlan, RiskEntryId: "over", RiskEntry: e}))
}

// movesPoint moves the check after its risk.
func (w *world) movesPoint(t *testing.T) {
	t.Helper()
	_, err := w.MoveControlPoint(w.coordinator, &riskv1.MoveControlPointRequest{Name: plan2025 + "/controlPoints/stick", Destination: unPlan, Reason: "x", Etag: "999"})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
	there := must[*riskv1.ControlPoint](t)(w.movePoint(w.coordinator, plan2025+"/controlPoints/stick", unPlan))
	here := must[*riskv1.ControlPoint](t)(w.GetControlPoint(w.coordinator, &riskv1.GetControlPointRequest{Name: plan2025 + "/controlPoints/stick"}))
	if there.GetName() != unPlan+"/controlPoints/stick" || there.GetMovedFrom() != here.GetName() || here.GetMovedTo() != there.GetName() {
		t.Errorf("moved from %v to %v", here, there)
	}
	wantIDs(t, []interface{ GetName() string }{named(there.GetRiskEntries()[0])}, "over")
	if there.GetControlArea() != "" || there.GetUnit() != "" || here.GetControlArea() == "" || len(there.GetOwners()) != 1 {
		t.Errorf("the area and unit of the old committee went along: %v", there)
	}
	_, err = w.movePoint(w.coordinator, here.GetName(), unPlan)
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	here.Title = "Nytt"
	_, err = w.UpdateControlPoint(w.coordinator, &riskv1.UpdateControlPointRequest{ControlPoint: here})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.DeleteControlPoint(w.coordinator, &riskv1.DeleteControlPointRequest{Name: here.GetName()})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
}

// named is a name that has one.
type named string

// GetName returns the name.
func (n named) GetName() string { return string(n) }

// movedStays sees what a moved risk and a moved check still mean in the plan they left.
func (w *world) movedStays(t *testing.T) {
	t.Helper()
	var remarks []string
	for _, f := range must[*riskv1.CheckPlanResponse](t)(w.CheckPlan(w.coordinator, &riskv1.CheckPlanRequest{Name: plan2025})).GetFindings() {
		if f.GetBlocking() {
			remarks = append(remarks, f.GetResource()+" "+f.GetField())
		}
	}
	if len(remarks) != 1 || remarks[0] != plan2025+" confirmed_empty" {
		t.Errorf("blocking findings = %v, want the heading that the risk filled", remarks)
	}
	must[*riskv1.Plan](t)(w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1, ConfirmedEmpty: []string{"kategori/fusk"}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"confirmed_empty"}}}))
	// The moved check keeps nothing alive: its area may go.
	if _, err := w.DeleteControlArea(w.coordinator, &riskv1.DeleteControlAreaRequest{Name: plan2025 + "/controlAreas/avtal"}); err != nil {
		t.Error(err)
	}
	if _, err := w.DeleteRiskEntry(w.coordinator, &riskv1.DeleteRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"}); err != nil {
		t.Error(err)
	}
	p := must[*riskv1.ControlPoint](t)(w.GetControlPoint(w.coordinator, &riskv1.GetControlPointRequest{Name: plan2025 + "/controlPoints/stick"}))
	if p.GetControlArea() != "" || len(p.GetRiskEntries()) != 0 || p.GetMovedTo() == "" {
		t.Errorf("the moved check = %v", p)
	}
}

// TestMovingNeedsBothCommittees tries to move as those who may write on one side only, and to places that are none.
func TestMovingNeedsBothCommittees(t *testing.T) {
	w := start(t)
	w.draft(t)
	point := must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPoint: check("Stickprov")})).GetName()
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: un, PlanId: "2025", Plan: &riskv1.Plan{MethodVersion: stated1}}))
	for name, ctx := range map[string]context.Context{
		"the committee alone": w.as(ume+"/people/lina", "coordinator", sn), "the sister alone": w.as(ume+"/people/ulla", "coordinator", un),
		"another municipality": w.as("municipalities/lund/people/lo", "coordinator", "municipalities/lund"), "an owner": w.owner, "a member": w.member,
	} {
		for _, plan := range []string{unPlan, un + "/plans/2040"} { // the answer does not tell which exists
			for _, err := range []error{second(w.moveRisk(ctx, riskFraud, un)), second(w.movePoint(ctx, point, plan))} {
				if err == nil {
					t.Errorf("%s moves", name)
					continue
				}
				wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
			}
		}
	}
	for _, destination := range []string{sn, "municipalities/lund/committees/sn", ume, ume + "/committees/-", un + "/plans/2025", "x"} {
		_, err := w.moveRisk(w.coordinator, riskFraud, destination)
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "destination NOT_ANOTHER_COMMITTEE")
	}
	for _, destination := range []string{plan2025, un, "municipalities/lund/committees/sn/plans/2025", un + "/plans/-", "x"} {
		_, err := w.movePoint(w.coordinator, point, destination)
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "destination NOT_ANOTHER_COMMITTEE")
	}
	_, err := w.movePoint(w.coordinator, point, un+"/plans/2040")
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
	_, err = w.moveRisk(w.coordinator, sn+"/risks/saknas", un)
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
}

// TestMovingToATakenName keeps both.
func TestMovingToATakenName(t *testing.T) {
	w := start(t)
	w.draft(t)
	must[*riskv1.Risk](t)(w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: un, RiskId: "fusk", Risk: &riskv1.Risk{Title: "En annan"}}))
	there := must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, riskFraud, un))
	if there.GetName() == un+"/risks/fusk" || there.GetTitle() != "Risk för fusk" {
		t.Errorf("moved to %v", there)
	}
	back := must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, there.GetName(), sn))
	if back.GetName() == riskFraud || back.GetMovedFrom() != there.GetName() {
		t.Errorf("moved back to %v", back)
	}
}

// TestMovingPointsNeedsTwoDrafts tries to move out of, and into, plans that are fixed.
func TestMovingPointsNeedsTwoDrafts(t *testing.T) {
	w := start(t)
	w.draft(t)
	point := must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPoint: check("Stickprov")})).GetName()
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: un, PlanId: "2025",
		Plan: &riskv1.Plan{MethodVersion: stated1, ConfirmedEmpty: []string{"kategori/fusk", "kategori/verksamhet"}}}))
	must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: unPlan, ControlArea: &riskv1.ControlArea{Title: "Skola"}}))
	must[*riskv1.Plan](t)(w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: unPlan}))
	_, err := w.movePoint(w.coordinator, point, unPlan)
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	must[*riskv1.Plan](t)(w.WithdrawPlan(w.coordinator, &riskv1.WithdrawPlanRequest{Name: unPlan}))
	w.propose(t)
	_, err = w.movePoint(w.coordinator, point, unPlan)
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
}

// TestMovingAtOnce moves one risk many times at once, and others the opposite way: one move of it wins, nobody waits for
// ever, and both chains stay whole.
func TestMovingAtOnce(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		for i := range 4 {
			must[*riskv1.Risk](t)(w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: un, RiskId: fmt.Sprintf("r%d", i), Risk: &riskv1.Risk{Title: "Risk"}}))
		}
		var won atomic.Int32
		together(8, func(i int) {
			if i%2 == 1 {
				if _, err := w.moveRisk(w.coordinator, fmt.Sprintf("%s/risks/r%d", un, i/2), sn); err != nil {
					t.Error(err)
				}
				return
			}
			_, err := w.moveRisk(w.coordinator, riskFraud, un)
			if err == nil {
				won.Add(1)
			} else if rpcerr.FromStatus(err).Reason != "WRONG_STATE" {
				t.Error(err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("%d moves of one risk, want 1", won.Load())
		}
		if err := riskregister.Verify(t.Context(), db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}

// reorganised stores a common item that a plan carries out, a moved risk and a moved check.
func (w *world) reorganised(t *testing.T) {
	t.Helper()
	item := common("Direktupphandling")
	item.Year = 2027
	w.commonItem(t, "direkt", item)
	for _, committee := range []string{sn, un} {
		must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: committee, PlanId: "2027", Plan: &riskv1.Plan{MethodVersion: stated1}}))
	}
	p := proto.CloneOf(check("Stickprov"))
	p.RiskEntries = nil
	p = must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: sn + "/plans/2027", ControlPoint: p}))
	must[*riskv1.ControlPoint](t)(w.movePoint(w.coordinator, p.GetName(), un+"/plans/2027"))
	must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, riskStaff, un))
}

// TestMovedRiskIsNotAskedFor: a follow-up about a risk that has moved has no last day left, and the round closes without.
func TestMovedRiskIsNotAskedFor(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.round(t, "delar")
	before := w.due(t, w.coordinator, &riskv1.ListDeadlinesRequest{Parent: sn})
	must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, riskFraud, un))
	after := w.due(t, w.coordinator, &riskv1.ListDeadlinesRequest{Parent: sn})
	asked := func(d *riskv1.Deadline) bool { return d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP }
	if !slices.ContainsFunc(before, asked) || slices.ContainsFunc(after, asked) {
		t.Errorf("before %v, after %v", before, after)
	}
	if _, err := w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: sn + "/rounds/delar"}); err != nil {
		t.Error(err)
	}
}
