package riskregister_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// actionFile is a bundle with actions in every state, and a round that takes up the accepted and closed ones.
func actionFile() []proto.Message {
	proposed, open, closed, declined := routine(), routine(), assignment(2023), assignment(2024)
	proposed.Name, open.Name, closed.Name, declined.Name = sn+"/actions/forslag", sn+"/actions/pagar", sn+"/actions/slut", sn+"/actions/nej"
	open.State, open.Status, open.DueDate = riskv1.ActionState_ACTION_STATE_ACCEPTED, "paborjad", "2025-12-31"
	open.Renewals = []*riskv1.ActionRenewal{{PreviousDueDate: "2025-06-30", DueDate: "2025-12-31", Reason: "Sen leverans"}}
	closed.State, closed.Closing = riskv1.ActionState_ACTION_STATE_CLOSED, &riskv1.ActionClosing{Date: "2024-05-14", Done: true,
		Decision: &riskv1.Decision{MeetingDate: "2024-05-14", Paragraph: "40"}}
	declined.State, declined.DeclineReason = riskv1.ActionState_ACTION_STATE_DECLINED, "Görs redan"
	round := feedback(riskv1.ActionSelection_ACTION_SELECTION_ALL)
	round.Name = sn + "/rounds/atgarder"
	return append([]proto.Message{round, proposed, open, closed, declined}, bundle()...)
}

// TestImportOfActions brings actions in on both engines, completes them, and moves them on unchanged.
func TestImportOfActions(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.imported(t, actionFile(), 15, 0, 0)
		w.imported(t, actionFile(), 0, 0, 15)
		a := must[*riskv1.Action](t)(w.GetAction(w.coordinator, &riskv1.GetActionRequest{Name: sn + "/actions/forslag"}))
		if a.GetState() != riskv1.ActionState_ACTION_STATE_PROPOSED || a.GetOrigin().GetYear() != 2025 || a.GetMethodVersion() != stated1 {
			t.Errorf("completed = %v", a)
		}
		open := must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: sn + "/rounds/atgarder"})).GetFollowUps()
		wantIDs(t, open, "slut", "pagar")
		must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.coordinator, &riskv1.AnswerFollowUpRequest{Name: open[1].GetName(), Status: "klar"}))
		frozen := must[*riskv1.PlanVersion](t)(w.GetPlanVersion(w.member, &riskv1.GetPlanVersionRequest{Name: plan2025 + "/versions/1"}))
		wantIDs(t, frozen.GetSnapshot().GetActions(), "forslag", "pagar")

		first := w.exported(t)
		w.imported(t, first, 0, 0, int32(len(first)))
		other := serve(t, sqldbtest.Open(t, db.Engine(), riskregister.Migrations()))
		other.imported(t, first, int32(len(first)), 0, 0)
		if diff := cmp.Diff(first, other.exported(t), protocmp.Transform()); diff != "" {
			t.Errorf("export after import differs:\n%s", diff)
		}
	})
}

func TestImportOfFaultyActions(t *testing.T) {
	w := start(t)
	all := actionFile()
	all[0].(*riskv1.Round).ActionYears = []int32{2023, 2023}
	proposed, open, closed, declined := all[1].(*riskv1.Action), all[2].(*riskv1.Action), all[3].(*riskv1.Action), all[4].(*riskv1.Action)
	proposed.DeclineReason, proposed.Origin.Resource = "x", sn+"/risks/fusk"
	open.Renewals[0].PreviousDueDate, open.Owners, open.Status = "2026-01-01", nil, "halv"
	closed.Closing, closed.MethodVersion = nil, "municipalities/lund/methods/x/versions/1"
	declined.DeclineReason, declined.Origin.Year = "", 0
	w.wantFaults(t, append(all,
		&riskv1.FollowUp{Name: sn + "/rounds/delar/followUps/a", Action: sn + "/actions/pagar"},
		&riskv1.FollowUp{Name: sn + "/rounds/atgarder/followUps/b", Action: sn + "/actions/saknas"},
		&riskv1.FollowUp{Name: sn + "/rounds/atgarder/followUps/c"},
		&riskv1.FollowUp{Name: sn + "/rounds/atgarder/followUps/d", Action: sn + "/actions/slut", Status: "ja", RiskEntry: plan2025 + "/riskEntries/fusk"}),
		"[0].action_years[1] DUPLICATE", "[15].action ACTIONS_NOT_TAKEN_UP", "[16].action UNKNOWN_REFERENCE", "[17].risk_entry ONE_SUBJECT", "[18].risk_entry ONE_SUBJECT",
		"[1].decline_reason REASON_WITHOUT_STATE", "[1].origin.resource UNKNOWN_REFERENCE",
		"[2].owners MISSING", "[2].renewals[0].due_date NOT_LATER", "[2].status UNKNOWN_STATUS",
		"[3].closing CLOSING_MISSING", "[3].method_version UNKNOWN_METHOD_VERSION", "[4].decline_reason REASON_REQUIRED", "[4].origin.year YEAR_REQUIRED")
}

// TestImportTakesNoActionBack: a stored action keeps its origin and that it was accepted, and what a file leaves out.
func TestImportTakesNoActionBack(t *testing.T) {
	w := start(t)
	w.imported(t, actionFile(), 15, 0, 0)
	back, moved := actionFile()[3].(*riskv1.Action), actionFile()[2].(*riskv1.Action)
	back.State, back.Closing = riskv1.ActionState_ACTION_STATE_PROPOSED, nil
	moved.Origin.Year = 2024
	w.wantFaults(t, []proto.Message{back, moved}, "[0].state WRONG_STATE", "[1].origin ORIGIN_FIXED")
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2026", Plan: &riskv1.Plan{MethodVersion: stated1}}))
	scale := statedMethod()
	version := must[*riskv1.MethodVersion](t)(w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/skala", MethodVersion: scale}))
	must[*riskv1.Plan](t)(w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: sn + "/plans/2026", MethodVersion: version.GetName()}}))
	w.imported(t, actionFile(), 0, 0, 15)
}

// TestImportOfAnsweredActions brings in a closed round over earlier years with its answers.
func TestImportOfAnsweredActions(t *testing.T) {
	w := start(t)
	all := actionFile()
	round := all[0].(*riskv1.Round)
	round.State, round.Kind, round.ActionYears = riskv1.RoundState_ROUND_STATE_CLOSED, riskv1.RoundKind_ROUND_KIND_SEPARATE, []int32{2023, 2025}
	answer := &riskv1.FollowUp{Name: round.GetName() + "/followUps/pagar", Action: sn + "/actions/pagar", Position: 1}
	w.wantFaults(t, append(all, answer), "[0].unanswered_reason INCOMPLETE")
	answer.Status, answer.Comment, answer.AnsweredRole = "paborjad", "Upphandling pågår", "enhetschefer"
	twice := proto.CloneOf(answer)
	twice.Name += "-igen"
	w.wantFaults(t, append(all, answer, twice), "[16].action DUPLICATE")
	w.imported(t, append(all, answer), 16, 0, 0)
	a := must[*riskv1.Action](t)(w.GetAction(w.member, &riskv1.GetActionRequest{Name: sn + "/actions/pagar"}))
	if a.GetComment() != "" {
		t.Errorf("an imported answer changes the action: %v", a)
	}
}
