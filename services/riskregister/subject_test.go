package riskregister_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

const (
	areaContracts = plan2025 + "/controlAreas/avtal"
	pointSample   = plan2025 + "/controlPoints/stick"
	round2025     = sn + "/rounds/delar"
	result2025    = round2025 + "/results/stick"
)

// checked stores a decided plan with a control area and a control point in it, and a round that covers the plan.
func (w *world) checked(t *testing.T) *riskv1.Round {
	t.Helper()
	w.draft(t)
	must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "avtal",
		ControlArea: &riskv1.ControlArea{Title: "Avtal", Position: 7}}))
	must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "tillsyn",
		ControlArea: &riskv1.ControlArea{Title: "Tillsyn", Position: 8, Owners: supervisors()}}))
	point := check("Stickprov")
	point.ControlArea, point.Position = areaContracts, 3
	point.ResponsibleManager = &riskv1.Owner{Role: "verksamhetschef"}
	must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "stick", ControlPoint: point}))
	w.propose(t)
	w.decide(t, "2024-12-10")
	return w.round(t, "delar")
}

// supervisors report the control area that has no points.
func supervisors() []*riskv1.Owner {
	return []*riskv1.Owner{{Role: "tillsynschef", RoleAssignment: chefs}}
}

func (w *world) subject(ctx context.Context, name string) (*riskv1.ControlSubject, error) {
	return w.GetControlSubject(ctx, &riskv1.GetControlSubjectRequest{Round: round2025, Subject: name})
}

// TestControlSubject tells of what is decided, to everybody who reads plans, on both engines.
func TestControlSubject(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		round := w.checked(t)
		owners := check("").GetOwners()
		builtIn := []*riskv1.GradeStep{{Id: "ingen-avvikelse", Title: "Ingen avvikelse"},
			{Id: "mindre-avvikelse", Title: "Mindre avvikelse", Deviation: true}, {Id: "storre-avvikelse", Title: "Större avvikelse", Deviation: true}}
		var wanted []*riskv1.ControlSubject
		for _, want := range []*riskv1.ControlSubject{
			{Name: areaContracts, Title: "Avtal", Position: 7}, {Name: pointSample, Title: "Stickprov", Position: 3},
		} {
			want.Round, want.Grades, want.PlanYear, want.Owners = round, builtIn, 2025, owners
			want.ResponsibleManager = &riskv1.Owner{Role: "verksamhetschef"}
			wanted = append(wanted, want)
		}
		for _, want := range append(wanted, &riskv1.ControlSubject{Name: plan2025 + "/controlAreas/tillsyn", Title: "Tillsyn", Position: 8, Round: round, Grades: builtIn,
			PlanYear: 2025, Owners: supervisors()}) {
			got := must[*riskv1.ControlSubject](t)(w.subject(w.member, want.GetName()))
			if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", want.GetName(), diff)
			}
		}
		w.unknownSubjects(t)
		w.revisedSubjects(t)
	})
}

// unknownSubjects asks about what no decided version holds.
func (w *world) unknownSubjects(t *testing.T) {
	for name, reason := range map[string]string{
		plan2025 + "/controlPoints/annan": "NOT_COVERED", plan2025 + "/controlAreas/annat": "NOT_COVERED",
		sn + "/plans/2026/controlAreas/avtal": "NOT_COVERED", unPlan + "/controlAreas/avtal": "NOT_COVERED",
	} {
		_, err := w.subject(w.coordinator, name)
		wantFault(t, err, fault.Precondition, reason)
	}
	_, err := w.subject(w.coordinator, plan2025+"/riskEntries/fusk")
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "subject RESOURCE_NAME")
	_, err = w.GetControlSubject(w.coordinator, &riskv1.GetControlSubjectRequest{Round: sn + "/rounds/ingen", Subject: areaContracts})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
	_, err = w.GetControlSubject(w.as("municipalities/annan/people/x", "coordinator", "municipalities/annan"),
		&riskv1.GetControlSubjectRequest{Round: round2025, Subject: areaContracts})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
}

// revisedSubjects goes by the decided version while the plan is revised, and refuses what has moved.
func (w *world) revisedSubjects(t *testing.T) {
	w.revise(t)
	must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "ny", ControlPoint: check("Ny")}))
	_, err := w.subject(w.coordinator, plan2025+"/controlPoints/ny")
	wantFault(t, err, fault.Precondition, "NOT_COVERED")
	must[*riskv1.ControlSubject](t)(w.subject(w.coordinator, pointSample))
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: un, PlanId: "2025", Plan: &riskv1.Plan{MethodVersion: stated1}}))
	must[*riskv1.ControlPoint](t)(w.movePoint(w.coordinator, pointSample, unPlan))
	_, err = w.subject(w.coordinator, pointSample)
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
}

func TestGradesOfTheMethod(t *testing.T) {
	w := start(t)
	w.checked(t)
	graded := statedMethod()
	graded.GradeScale = []*riskv1.GradeStep{{Id: "bra", Title: "Bra", Description: "Inget att anmärka"}, {Id: "brist", Title: "Brist", Deviation: true}}
	must[*riskv1.MethodVersion](t)(w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/skala", MethodVersion: graded}))
	p := w.revise(t)
	p.MethodVersion = ume + "/methods/skala/versions/2"
	must[*riskv1.Plan](t)(w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: p}))
	if got := must[*riskv1.ControlSubject](t)(w.subject(w.member, areaContracts)); len(got.GetGrades()) != 3 {
		t.Errorf("a draft's method changes the grades of what was decided: %v", got.GetGrades())
	}
	w.propose(t)
	w.decide(t, "2025-05-06")
	got := must[*riskv1.ControlSubject](t)(w.subject(w.member, areaContracts))
	if diff := cmp.Diff(graded.GetGradeScale(), got.GetGrades(), protocmp.Transform()); diff != "" {
		t.Errorf("grades differ (-want +got):\n%s", diff)
	}
	graded.GradeScale = append(graded.GradeScale, graded.GetGradeScale()[0])
	_, err := w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/skala", MethodVersion: graded})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "method_version.grade_scale[2].id DUPLICATE")
}

// fromResult is the action that a result proposes.
func fromResult() *riskv1.Action {
	return &riskv1.Action{Name: sn + "/actions/delar-stick", Title: "Rätta avtalen", DueDate: "2025-12-31", State: riskv1.ActionState_ACTION_STATE_CLOSED,
		Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, Resource: result2025},
		Owners: []*riskv1.Owner{{Role: "enhetschefer", RoleAssignment: chefs}}}
}

func (w *world) submit(ctx context.Context, a *riskv1.Action) (*riskv1.Action, error) {
	return w.SubmitProposedAction(ctx, &riskv1.SubmitProposedActionRequest{Action: a, OnBehalfOf: anna})
}

// TestSubmittedActionIsStoredOnce takes an action from a result, on behalf of who wrote it, and never changes it after.
func TestSubmittedActionIsStoredOnce(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.checked(t)
		a := must[*riskv1.Action](t)(w.submit(w.process, fromResult()))
		if a.GetState() != riskv1.ActionState_ACTION_STATE_PROPOSED || a.GetOrigin().GetYear() != 2025 || a.GetMethodVersion() != stated1 {
			t.Errorf("the action is %v", a)
		}
		again := fromResult()
		again.Title = "En annan text"
		if got := must[*riskv1.Action](t)(w.submit(w.process, again)); !proto.Equal(got, a) {
			t.Errorf("sent again: got %v, want %v", got, a)
		}
		accepted := must[*riskv1.Action](t)(w.AcceptAction(w.head, &riskv1.AcceptActionRequest{Name: a.GetName()}))
		if got := must[*riskv1.Action](t)(w.submit(w.process, fromResult())); !proto.Equal(got, accepted) {
			t.Errorf("sent after it was accepted: got %v, want %v", got, accepted)
		}
		history := must[*journalv1.ListJournalEntriesResponse](t)(w.journal.ListJournalEntries(w.auditor, &journalv1.ListJournalEntriesRequest{Name: a.GetName()}))
		entries := history.GetEntries()
		if len(entries) != 2 {
			t.Fatalf("got %d entries, want one for the proposal and one for the decision", len(entries))
		}
		if first := entries[1]; first.GetActor() != "serviceAccounts/process" || first.GetOnBehalfOf() != anna {
			t.Errorf("the journal names %s on behalf of %q, want the process on behalf of %s", first.GetActor(), first.GetOnBehalfOf(), anna)
		}
	})
}

func TestRefusedSubmissions(t *testing.T) {
	w := start(t)
	w.checked(t)
	_, err := w.submit(w.coordinator, fromResult())
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	tests := map[string]struct {
		change func(*riskv1.SubmitProposedActionRequest)
		field  string
	}{
		"no name":            {func(r *riskv1.SubmitProposedActionRequest) { r.Action.Name = sn }, "action.name RESOURCE_NAME"},
		"another origin":     {func(r *riskv1.SubmitProposedActionRequest) { r.Action.Origin = routine().GetOrigin() }, "action.origin.kind NOT_A_RESULT"},
		"a stranger":         {func(r *riskv1.SubmitProposedActionRequest) { r.OnBehalfOf = "municipalities/annan/people/x" }, "on_behalf_of NOT_OF_THE_MUNICIPALITY"},
		"nobody":             {func(r *riskv1.SubmitProposedActionRequest) { r.OnBehalfOf = ume + "/people/" }, "on_behalf_of NOT_OF_THE_MUNICIPALITY"},
		"no person":          {func(r *riskv1.SubmitProposedActionRequest) { r.OnBehalfOf = sn }, "on_behalf_of NOT_OF_THE_MUNICIPALITY"},
		"another committee":  {func(r *riskv1.SubmitProposedActionRequest) { r.Action.Origin.Resource = un + "/rounds/r/results/x" }, "action.origin.resource UNKNOWN_REFERENCE"},
		"a foreign unit":     {func(r *riskv1.SubmitProposedActionRequest) { r.Action.Unit = "municipalities/annan/units/x" }, "action.unit UNIT_NAME"},
		"a round that isn't": {func(r *riskv1.SubmitProposedActionRequest) { r.Action.Origin.Resource = sn + "/rounds/ingen/results/x" }, "action.origin.year YEAR_REQUIRED"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			req := &riskv1.SubmitProposedActionRequest{Action: fromResult(), OnBehalfOf: anna}
			tt.change(req)
			_, err := w.SubmitProposedAction(w.process, req)
			wantFault(t, err, fault.Invalid, "INVALID_FIELDS", tt.field)
		})
	}
	w.action(t, "delar-stick", routine())
	_, err = w.submit(w.process, fromResult())
	wantFault(t, err, fault.Exists, "ALREADY_EXISTS")
}
