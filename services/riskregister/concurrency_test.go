package riskregister_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// together runs fn n times at once and waits.
func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}

// TestOneOfManyWritersWins lets several people save the same entry at once: one succeeds, the others are told.
func TestOneOfManyWritersWins(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		before := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.coordinator, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"}))
		var won, stale atomic.Int32
		together(8, func(i int) {
			e := critical()
			e.Name, e.Etag, e.PlannedHandling = before.GetName(), before.GetEtag(), fmt.Sprintf("Text %d", i)
			switch _, err := w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: e}); {
			case err == nil:
				won.Add(1)
			case rpcerr.FromStatus(err).Kind == fault.Conflict:
				stale.Add(1)
			default:
				t.Error(err)
			}
		})
		if won.Load() != 1 || stale.Load() != 7 {
			t.Errorf("%d won, %d were told, want 1 and 7", won.Load(), stale.Load())
		}
		if err := riskregister.Verify(t.Context(), db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}

// TestDecidingAndWritingAtOnce lets entries be written while the plan is proposed: whatever is stored before is in the
// frozen version, and nothing is stored after.
func TestDecidingAndWritingAtOnce(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		var stored atomic.Int32
		together(9, func(i int) {
			if i == 4 {
				_, err := w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: plan2025})
				if err != nil {
					t.Error(err)
				}
				return
			}
			_, err := w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: mild()})
			if err == nil {
				stored.Add(1)
			} else if rpcerr.FromStatus(err).Reason != "WRONG_STATE" {
				t.Error(err)
			}
		})
		w.decide(t, "2024-12-10")
		v := must[*riskv1.PlanVersion](t)(w.GetPlanVersion(w.member, &riskv1.GetPlanVersionRequest{Name: plan2025 + "/versions/1"}))
		if got, want := len(v.GetSnapshot().GetRiskEntries()), int(stored.Load())+2; got != want {
			t.Errorf("the frozen version holds %d entries, want %d", got, want)
		}
	})
}

// TestPropertyPlansFollowTheirGraph takes plans through any steps and compares each answer with the graph.
func TestPropertyPlansFollowTheirGraph(t *testing.T) {
	w := start(t)
	w.methods(t)
	year := 1900
	rapid.Check(t, func(rt *rapid.T) {
		if year++; year == 2200 {
			rt.Skip("no years left")
		}
		name := fmt.Sprintf("%s/plans/%d", sn, year)
		must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: fmt.Sprint(year), Plan: &riskv1.Plan{
			MethodVersion: stated1, ConfirmedEmpty: []string{"kategori/verksamhet", "kategori/fusk"}}}))
		must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: name, ControlArea: &riskv1.ControlArea{Title: "A"}}))
		state, version := riskv1.PlanState_PLAN_STATE_DRAFT, int32(1)
		for _, step := range rapid.SliceOfN(rapid.SampledFrom([]string{"propose", "withdraw", "decide", "revise", "write"}), 1, 8).Draw(rt, "steps") {
			p, err := w.take(name, step)
			want, moves := next(state, step)
			if moves != (err == nil) {
				rt.Fatalf("%s from %v: %v, want allowed %v", step, state, err, moves)
			}
			if step == "revise" && moves {
				version++
			}
			if state = want; err == nil && (p.GetState() != state || p.GetVersion() != version) {
				rt.Fatalf("%s leads to %v, version %d, want %v, version %d", step, p.GetState(), p.GetVersion(), state, version)
			}
		}
	})
}

// take takes one step of a plan.
func (w *world) take(name, step string) (*riskv1.Plan, error) {
	switch step {
	case "propose":
		return w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: name})
	case "withdraw":
		return w.WithdrawPlan(w.coordinator, &riskv1.WithdrawPlanRequest{Name: name})
	case "decide":
		return w.DecidePlan(w.coordinator, &riskv1.DecidePlanRequest{Name: name, Decision: &riskv1.Decision{MeetingDate: "2024-12-10"}})
	case "revise":
		return w.RevisePlan(w.coordinator, &riskv1.RevisePlanRequest{Name: name, Reason: "x"})
	default:
		return w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: name, MethodVersion: stated1, Title: "T"}})
	}
}

// next is the graph, written out once more.
func next(from riskv1.PlanState, step string) (riskv1.PlanState, bool) {
	const (
		draft    = riskv1.PlanState_PLAN_STATE_DRAFT
		proposed = riskv1.PlanState_PLAN_STATE_PROPOSED
		decided  = riskv1.PlanState_PLAN_STATE_DECIDED
	)
	switch {
	case from == draft && step == "propose":
		return proposed, true
	case from == draft && step == "write":
		return draft, true
	case from == proposed && step == "withdraw":
		return draft, true
	case from == proposed && step == "decide":
		return decided, true
	case from == decided && step == "revise":
		return draft, true
	}
	return from, false
}
