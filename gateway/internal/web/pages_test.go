package web

import (
	"slices"
	"testing"

	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestFileNames(t *testing.T) {
	for title, want := range map[string]string{
		"":                                 "delarsuppfoljning-2025-socialnamnden",
		"Delårsuppföljning 2025":           "delarsuppfoljning-2025-socialnamnden",
		"Socialnämndens delårsuppföljning": "socialnamndens-delarsuppfoljning",
		"!":                                "d1-socialnamnden",
	} {
		d := &reportv1.Document{Name: fixCommittee + "/documents/d1", Title: title, Plan: fixPlan, Kind: reportv1.DocumentKind_DOCUMENT_KIND_INTERIM}
		if got := fileName(d); got != want {
			t.Errorf("fileName(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestCaseStatus(t *testing.T) {
	for _, c := range []struct {
		of   *reportv1.Case
		want statusView
	}{
		{&reportv1.Case{}, stateDoing},
		{&reportv1.Case{CaseNumbers: []string{"SN-2024/259"}}, stateDoing},
		{&reportv1.Case{CaseNumbers: []string{"SN-2024/259"}, MeetingDate: "2025-09-16"}, stateDone},
		{&reportv1.Case{Paragraph: "87"}, statusView{"done", "Beslutat §" + nbsp + "87"}},
	} {
		if got := caseStatus(c.of); got != c.want {
			t.Errorf("caseStatus(%v) = %v, want %v", c.of, got, c.want)
		}
	}
}

// TestOnlyCoordinatorsAddToThePlan: the services refuse a new risk from owners and managers.
func TestOnlyCoordinatorsAddToThePlan(t *testing.T) {
	draft := &riskv1.Plan{Name: fixPlan, State: riskv1.PlanState_PLAN_STATE_DRAFT}
	for _, c := range []struct {
		user *user
		want bool
	}{{coordinatorUser(), true}, {ownerUser(), false}, {testUser("Maj Ek", role("manager", fixCommittee)), false}, {memberUser(), false}} {
		g := fixRegister(0)
		g.Plan = draft
		v, ok := planPage(g, c.user, nil).Data.(planView)
		if !ok || v.Edit != c.want {
			t.Errorf("%s: the links to add are shown: %v, want %v", c.user.name, v.Edit, c.want)
		}
		adds := slices.ContainsFunc(planActions(draft, c.user), func(l link) bool { return l.Text == "Lägg till risk" })
		if adds != c.want {
			t.Errorf("%s: may add a risk: %v, want %v", c.user.name, adds, c.want)
		}
	}
}

func TestMissingTexts(t *testing.T) {
	for label, want := range map[string]string{"E-postadress": "Fyll i e-postadressen.", "Lösenord": "Fyll i lösenordet.", "Rubrik": "Fyll i rubrik."} {
		if got := text("f", label, "").missingText(); got != want {
			t.Errorf("%q: got %q, want %q", label, got, want)
		}
	}
}

func TestFrozenDocumentHasNoForm(t *testing.T) {
	p := frozenPage(fixDocument(true), "Ta bort dokumentet")
	if p.Form != nil {
		t.Error("a final document offers a form")
	}
}
