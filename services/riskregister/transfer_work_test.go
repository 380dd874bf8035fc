package riskregister_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// rows are a risk, its entry, a control area and a control point, as a workbook brings them in.
func rows() []proto.Message {
	e := mild()
	e.Name, e.Risk = plan2025+"/riskEntries/r1", sn+"/risks/r1"
	return []proto.Message{
		&riskv1.Risk{Name: sn + "/risks/r1", Title: "Risk för avbrott"}, e,
		&riskv1.ControlArea{Name: plan2025 + "/controlAreas/drift", Title: "Drift"},
		&riskv1.ControlPoint{Name: plan2025 + "/controlPoints/k1", Title: "Stickprov", Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK,
			Method: "Stickprov", Frequency: "Varje år", Owners: []*riskv1.Owner{{Role: "controller"}}, ControlArea: plan2025 + "/controlAreas/drift", RiskEntries: []string{e.GetName()}},
	}
}

// wantImport compares an answer's faults and counts.
func (w *world) wantImport(t *testing.T, ctx context.Context, all []proto.Message, want *transferv1.ImportResponse, faults ...string) {
	t.Helper()
	answer := must[*transferv1.ImportResponse](t)(w.importing(t, ctx, sn, false, file(t, all...)...))
	var got []string
	for _, f := range answer.GetFaults() {
		got = append(got, f.GetPath()+" "+f.GetReason())
		if f.GetMessage() == "" || f.GetMessageEn() == "" {
			t.Errorf("fault %v lacks a text", f)
		}
	}
	if diff := cmp.Diff(faults, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if len(faults) == 0 && (answer.GetCreated() != want.GetCreated() || answer.GetUpdated() != want.GetUpdated() || answer.GetUnchanged() != want.GetUnchanged()) {
		t.Errorf("answer = %v, want %v", answer, want)
	}
}

// TestACoordinatorImportsWork brings rows into a committee's draft, and the same rows again.
func TestACoordinatorImportsWork(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		kim := w.as(ume+"/people/kim", "coordinator", sn)
		w.wantImport(t, kim, rows(), &transferv1.ImportResponse{Created: 4})
		w.wantImport(t, kim, rows(), &transferv1.ImportResponse{Unchanged: 4})
		changed := rows()
		e := changed[1].(*riskv1.RiskEntry)
		changed[0].(*riskv1.Risk).Title, e.StatedValue, e.Treatments = "Risk för långa avbrott", proto.Float64(9), []*riskv1.ChosenTreatment{{Treatment: "forbattra"}}
		w.wantImport(t, kim, changed, &transferv1.ImportResponse{Updated: 2, Unchanged: 2})
		e = must[*riskv1.RiskEntry](t)(w.GetRiskEntry(kim, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/r1"}))
		if e.GetComputedLevel() != "kritisk" {
			t.Errorf("level = %q, want it computed", e.GetComputedLevel())
		}
	})
}

// TestACoordinatorImportsNoMoreThanItWrites: whatever the standard methods would refuse is refused with its path, and
// nothing of the file is written.
func TestACoordinatorImportsNoMoreThanItWrites(t *testing.T) {
	w := start(t)
	w.draft(t)
	kim := w.as(ume+"/people/kim", "coordinator", sn)
	moved := &riskv1.ControlPoint{Name: plan2025 + "/controlPoints/k2", Title: "B", Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK, MovedTo: unPlan + "/controlPoints/k2"}
	foreign := &riskv1.Risk{Name: un + "/risks/x", Title: "A"}
	for name, tt := range map[string]struct {
		more proto.Message
		want string
	}{
		"a plan":            {&riskv1.Plan{Name: sn + "/plans/2026", MethodVersion: stated1}, "[0] TYPE_NOT_ALLOWED"},
		"a decision":        {bundle()[3], "[0] TYPE_NOT_ALLOWED"},
		"a round":           {interim(), "[0] TYPE_NOT_ALLOWED"},
		"an action":         {&riskv1.Action{Name: sn + "/actions/a", Title: "A"}, "[0] TYPE_NOT_ALLOWED"},
		"a method":          {&riskv1.Method{Name: sn + "/methods/m", Title: "M"}, "[0] TYPE_NOT_ALLOWED"},
		"a sister's risk":   {foreign, "[0].name OUTSIDE_SCOPE"},
		"another town's":    {&riskv1.Risk{Name: "municipalities/vanas/committees/sn/risks/x", Title: "A"}, "[0].name OUTSIDE_SCOPE"},
		"a moved point":     {moved, "[0].moved_to FIELD_FIXED"},
		"a moved risk":      {&riskv1.Risk{Name: sn + "/risks/m", Title: "A", MovedTo: un + "/risks/m"}, "[0].moved_to FIELD_FIXED"},
		"a plan not there":  {&riskv1.ControlArea{Name: sn + "/plans/2031/controlAreas/a", Title: "A"}, "[0].name UNKNOWN_REFERENCE"},
		"a service of more": {&transferv1.ImportRequest{}, "[0] UNKNOWN_TYPE"},
	} {
		t.Run(name, func(t *testing.T) {
			w.wantImport(t, kim, append([]proto.Message{tt.more}, rows()...), nil, tt.want)
		})
	}
	if _, err := w.GetRisk(kim, &riskv1.GetRiskRequest{Name: sn + "/risks/r1"}); err == nil {
		t.Error("a file with faults was written")
	}
	for name, parent := range map[string]string{"a sister": un, "the municipality": ume, "another town": "municipalities/vanas/committees/sn", "the platform": "-"} {
		if _, err := w.importing(t, kim, parent, false, file(t, rows()...)...); rpcerr.FromStatus(err) == nil || rpcerr.FromStatus(err).Kind != fault.Denied {
			t.Errorf("%s: got %v, want it denied", name, err)
		}
	}
	_, err := w.importing(t, kim, plan2025, false, file(t, rows()[1:]...)...)
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "parent NOT_A_SCOPE")
}

// TestACoordinatorImportsIntoDraftsOnly: the plan is proposed and decided in turn. Risks live on, as they do for
// the standard methods; what is stored already is no fault.
func TestACoordinatorImportsIntoDraftsOnly(t *testing.T) {
	w := start(t)
	w.draft(t)
	kim := w.as(ume+"/people/kim", "coordinator", sn)
	w.wantImport(t, kim, rows(), &transferv1.ImportResponse{Created: 4})
	changed := func() []proto.Message {
		all := rows()
		all[0].(*riskv1.Risk).Title = "Andra ord"
		all[1].(*riskv1.RiskEntry).PlannedHandling = "Mer"
		all[2].(*riskv1.ControlArea).Title = "Mer"
		all[3].(*riskv1.ControlPoint).Title = "Mer"
		return all
	}
	for _, step := range []struct {
		take   func()
		reason string
	}{{func() { w.propose(t) }, "WRONG_STATE"}, {func() { w.decide(t, "2024-12-10") }, "PLAN_DECIDED"}} {
		step.take()
		w.wantImport(t, kim, changed(), nil, "[1] "+step.reason)
		w.wantImport(t, kim, changed()[3:], nil, "[0] "+step.reason)
		w.wantImport(t, kim, rows(), &transferv1.ImportResponse{Unchanged: 4})
	}
	w.wantImport(t, kim, changed()[:1], &transferv1.ImportResponse{Updated: 1})
}

// TestACoordinatorImportsNothingThatWasMoved: a moved risk and a moved control point stay as they are.
func TestACoordinatorImportsNothingThatWasMoved(t *testing.T) {
	w := start(t)
	w.draft(t)
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: un, PlanId: "2025", Plan: &riskv1.Plan{MethodVersion: stated1}}))
	kim := w.as(ume+"/people/kim", "coordinator", sn)
	w.wantImport(t, kim, rows(), &transferv1.ImportResponse{Created: 4})
	must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, sn+"/risks/r1", un))
	must[*riskv1.ControlPoint](t)(w.movePoint(w.coordinator, plan2025+"/controlPoints/k1", unPlan))
	r := must[*riskv1.Risk](t)(w.GetRisk(kim, &riskv1.GetRiskRequest{Name: sn + "/risks/r1"}))
	p := must[*riskv1.ControlPoint](t)(w.GetControlPoint(kim, &riskv1.GetControlPointRequest{Name: plan2025 + "/controlPoints/k1"}))
	w.wantImport(t, kim, []proto.Message{r, p}, &transferv1.ImportResponse{Unchanged: 2})
	r.Title, p.Title = "Andra ord", "Andra ord"
	fresh := mild()
	fresh.Name, fresh.Risk = plan2025+"/riskEntries/r2", r.GetName()
	w.wantImport(t, kim, []proto.Message{r, p, fresh}, nil, "[0] WRONG_STATE", "[1] WRONG_STATE", "[2].risk MOVED")
	r.MovedTo, p.MovedTo = "", ""
	w.wantImport(t, kim, []proto.Message{r, p}, nil, "[0].moved_to FIELD_FIXED", "[0] WRONG_STATE", "[1].moved_to FIELD_FIXED", "[1] WRONG_STATE")
}
