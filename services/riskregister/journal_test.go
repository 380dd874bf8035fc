package riskregister_test

import (
	"context"
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

func TestEveryStepIsInTheJournal(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		w.revise(t)
		answer, err := w.journal.ListJournalEntries(w.auditor, &journalv1.ListJournalEntriesRequest{Name: plan2025})
		if err != nil {
			t.Fatal(err)
		}
		var methods []string
		for _, e := range answer.GetEntries() {
			methods = append(methods, e.GetMethod()[len("/uppsikt.risk.v1.RiskRegisterService/"):])
		}
		want := []string{"RevisePlan", "DecidePlan", "ProposePlan", "CreatePlan"}
		if len(methods) != len(want) {
			t.Fatalf("entries = %v, want %v", methods, want)
		}
		for i := range want {
			if methods[i] != want[i] {
				t.Errorf("entry %d = %s, want %s", i, methods[i], want[i])
			}
		}
		if first := answer.GetEntries()[0]; first.GetReason() != "Omorganisation" || first.GetActor() != ume+"/people/karin" {
			t.Errorf("entry = %v", first)
		}
		_, err = w.journal.ListJournalEntries(w.member, &journalv1.ListJournalEntriesRequest{Name: plan2025})
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
		err = riskregister.Verify(t.Context(), db, func(p journal.Problem) { t.Errorf("problem: %v", p) })
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWatchChanges(t *testing.T) {
	w := start(t)
	w.draft(t)
	ctx, cancel := context.WithCancel(w.coordinator)
	defer cancel()
	stream, err := w.journal.WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: ume, ResumeToken: "start"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for !seen[plan2025+"/riskEntries/personal"] || !seen[stated1] {
		change, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		seen[change.GetName()] = true
	}
	if !seen[riskFraud] || !seen[plan2025] {
		t.Errorf("seen = %v", seen)
	}
}

func TestRepeatedCreateStoresOnce(t *testing.T) {
	w := start(t)
	w.draft(t)
	create := func() *riskv1.RiskEntry {
		return must[*riskv1.RiskEntry](t)(w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RequestId: "r1", RiskEntry: mild()}))
	}
	if first, again := create(), create(); first.GetName() != again.GetName() {
		t.Errorf("a repeat made %s beside %s", again.GetName(), first.GetName())
	}
	round := func() *riskv1.Round {
		return must[*riskv1.Round](t)(w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, RequestId: "r2", Round: interim()}))
	}
	w.propose(t)
	w.decide(t, "2024-12-10")
	if first, again := round(), round(); first.GetName() != again.GetName() {
		t.Errorf("a repeat made %s beside %s", again.GetName(), first.GetName())
	}
}
