package riskregister_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// TestTrap09ActionsOutlivePlans follows an action of 2023 over the years, on both engines: renewed twice, followed up in
// a round of 2025 that covers no plan, counted under its own year, and closed by a decision.
func TestTrap09ActionsOutlivePlans(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		old := assignment(2023)
		old.DueDate = "2023-12-31"
		name := w.accepted(t, "delegation", old).GetName()
		w.accepted(t, "rutin", routine())
		for _, day := range []string{"2024-12-31", "2025-10-31"} {
			must[*riskv1.Action](t)(w.RenewAction(w.secretary, &riskv1.RenewActionRequest{Name: name, DueDate: day, Reason: "Inte klart",
				Decision: &riskv1.Decision{MeetingDate: "2025-04-08", Paragraph: "30"}}))
		}
		round := feedback(riskv1.ActionSelection_ACTION_SELECTION_OPEN, 2021, 2022, 2023, 2024)
		round.Kind = riskv1.RoundKind_ROUND_KIND_SEPARATE
		asked := w.rounded(t, "tidigare", round)
		wantIDs(t, asked, "delegation")
		must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: asked[0].GetName(), Status: "klar", Comment: "Antagen i maj"}))
		must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: sn + "/rounds/tidigare"}))
		w.wantCounts(t, &riskv1.ActionCount{Committee: sn, Year: 2023, State: riskv1.ActionState_ACTION_STATE_ACCEPTED, Status: "klar", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES, Count: 1})

		a := w.close(t, name, "2025-05-12")
		if len(a.GetRenewals()) != 2 || a.GetRenewals()[0].GetPreviousDueDate() != "2023-12-31" || a.GetDueDate() != "2025-10-31" || a.GetStatus() != "klar" {
			t.Errorf("closed = %v", a)
		}
		w.wantCounts(t, &riskv1.ActionCount{Committee: sn, Year: 2023, State: riskv1.ActionState_ACTION_STATE_CLOSED, Status: "klar", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES, Count: 1})
		told := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: plan2025}))
		wantIDs(t, told.GetActions(), "delegation", "rutin")
	})
}

// wantCounts compares the counts, apart from the one action of 2025.
func (w *world) wantCounts(t *testing.T, want ...*riskv1.ActionCount) {
	t.Helper()
	want = append(want, &riskv1.ActionCount{Committee: sn, Year: 2025, State: riskv1.ActionState_ACTION_STATE_ACCEPTED, Count: 1})
	got := must[*riskv1.CountActionsResponse](t)(w.CountActions(w.member, &riskv1.CountActionsRequest{Parent: sn})).GetCounts()
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// TestTrap09ClosedBeforeTheYear: what was closed before a plan's year is not told with it.
func TestTrap09ClosedBeforeTheYear(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.close(t, w.accepted(t, "forra", assignment(2023)).GetName(), "2024-12-31")
	w.close(t, w.accepted(t, "i-ar", assignment(2023)).GetName(), "2025-01-01")
	w.accepted(t, "nasta", assignment(2026))
	told := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: plan2025}))
	wantIDs(t, told.GetActions(), "i-ar")
}

// TestTrap05WhatARoundTakesUp: critical risks, those due, all, with actions, and actions alone.
func TestTrap05WhatARoundTakesUp(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.someActions(t)
	round := func(selection riskv1.RoundSelection, actions riskv1.ActionSelection) *riskv1.Round {
		r := interim()
		r.Selection, r.ActionSelection = selection, actions
		return r
	}
	const critical, due, all = riskv1.RoundSelection_ROUND_SELECTION_CRITICAL, riskv1.RoundSelection_ROUND_SELECTION_DUE, riskv1.RoundSelection_ROUND_SELECTION_ALL
	wantIDs(t, w.rounded(t, "kritiska", round(critical, 0)), "fusk")
	wantIDs(t, w.rounded(t, "aktuella", round(due, riskv1.ActionSelection_ACTION_SELECTION_DUE), plan2025+"/riskEntries/personal"), "personal", "sen")
	wantIDs(t, w.rounded(t, "alla", round(all, riskv1.ActionSelection_ACTION_SELECTION_ALL)), "fusk", "personal", "sen", "slut", "fusk-2")
	alone := round(riskv1.RoundSelection_ROUND_SELECTION_NONE, riskv1.ActionSelection_ACTION_SELECTION_OPEN)
	wantIDs(t, w.rounded(t, "atgarder", alone), "sen", "fusk")
	told := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: plan2025}))
	wantIDs(t, told.GetRounds(), "aktuella", "alla", "atgarder", "kritiska")
}
