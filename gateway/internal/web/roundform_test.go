package web

import (
	"testing"
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestRoundStart: what the form begins with follows the kind and the day, and the name is free.
func TestRoundStart(t *testing.T) {
	taken := []*riskv1.Round{{Title: "delårsuppföljning 2025"}, {Title: "Delårsuppföljning 2025, nr 2"}}
	for _, k := range []struct {
		kind, today, title, period string
		plans                      int
		risks                      riskv1.RoundSelection
		actions                    riskv1.ActionSelection
	}{
		{"1", "2025-06-30", "Delårsuppföljning 2025, nr 3", "första halvåret 2025", 1, riskv1.RoundSelection_ROUND_SELECTION_CRITICAL, 0},
		{"1", "2025-07-01", "Delårsuppföljning 2025, nr 3", "", 1, riskv1.RoundSelection_ROUND_SELECTION_CRITICAL, 0},
		{"2", "2026-01-12", "Helårsuppföljning 2025", "helåret 2025", 1, riskv1.RoundSelection_ROUND_SELECTION_CRITICAL, 0},
		{actionReport, "2025-05-12", "Återrapportering av åtgärder 2025", "", 0, riskv1.RoundSelection_ROUND_SELECTION_NONE, riskv1.ActionSelection_ACTION_SELECTION_OPEN},
	} {
		g := fixRegister(0)
		today, err := time.Parse(time.DateOnly, k.today)
		if err != nil {
			t.Fatal(err)
		}
		g.now = today
		r := roundStart(taken, g, k.kind)
		if r.GetTitle() != k.title || r.GetPeriod() != k.period || len(r.GetPlans()) != k.plans || r.GetSelection() != k.risks || r.GetActionSelection() != k.actions {
			t.Errorf("kind %s on %s begins as %v", k.kind, k.today, r)
		}
	}
}
