package riskregister_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

func TestCreatePlan(t *testing.T) {
	w := start(t)
	w.methods(t)
	create := func(id string, p *riskv1.Plan) (*riskv1.Plan, error) {
		return w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: id, Plan: p})
	}
	p := must[*riskv1.Plan](t)(create("2025", &riskv1.Plan{MethodVersion: stated1, State: riskv1.PlanState_PLAN_STATE_DECIDED, Version: 4,
		Decision: &riskv1.Decision{MeetingDate: "2024-12-10"}, RevisionReason: "x"}))
	if p.GetState() != riskv1.PlanState_PLAN_STATE_DRAFT || p.GetVersion() != 1 || p.GetDecision() != nil || p.GetRevisionReason() != "" {
		t.Errorf("a new plan is %v, want a first draft", p)
	}
	_, err := create("25", &riskv1.Plan{MethodVersion: stated1})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "plan_id YEAR")
	_, err = create("2026", &riskv1.Plan{MethodVersion: un + "/methods/x/versions/1", ConfirmedEmpty: []string{"x"},
		Sections: []*riskv1.PlanSection{{Title: "A", Text: "t", ExplicitlyEmpty: true}}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "plan.method_version UNKNOWN_METHOD_VERSION", "plan.sections[0].explicitly_empty EMPTY_WITH_TEXT")
	_, err = w.CreatePlan(w.owner, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2027", Plan: &riskv1.Plan{MethodVersion: stated1}})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
}

func TestUpdatePlan(t *testing.T) {
	w := start(t)
	w.draft(t)
	update := func(p *riskv1.Plan, mask ...string) (*riskv1.Plan, error) {
		p.Name = plan2025
		if p.GetMethodVersion() == "" {
			p.MethodVersion = stated1
		}
		return w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: p, UpdateMask: &fieldmaskpb.FieldMask{Paths: mask}})
	}
	if p := must[*riskv1.Plan](t)(update(&riskv1.Plan{Title: "Plan"}, "title")); p.GetTitle() != "Plan" || p.GetHowMade() == "" {
		t.Errorf("updated plan = %v", p)
	}
	_, err := update(&riskv1.Plan{State: riskv1.PlanState_PLAN_STATE_DECIDED}, "state")
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "update_mask READ_ONLY_FIELD")
	_, err = w.UpdatePlan(w.manager, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1}})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")

	w.entry(t, "hog", &riskv1.RiskEntry{Risk: riskStaff, StatedValue: proto.Float64(40), Position: 3})
	_, err = update(&riskv1.Plan{MethodVersion: product1}, "method_version")
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "plan.method_version.hog.stated_value OUTSIDE_SCALE")
	if _, err := w.DeleteRiskEntry(w.coordinator, &riskv1.DeleteRiskEntryRequest{Name: plan2025 + "/riskEntries/hog"}); err != nil {
		t.Fatal(err)
	}
	if p := must[*riskv1.Plan](t)(update(&riskv1.Plan{MethodVersion: product1}, "method_version")); p.GetMethodVersion() != product1 {
		t.Errorf("method version = %s", p.GetMethodVersion())
	}
}

// TestPlanLife takes a plan through its states on both engines, and sees what is refused on the way.
func TestPlanLife(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		_, err := w.DecidePlan(w.secretary, &riskv1.DecidePlanRequest{Name: plan2025, Decision: &riskv1.Decision{MeetingDate: "2024-12-10"}})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
		w.propose(t)
		_, err = w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1, Title: "X"}})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
		must[*riskv1.Plan](t)(w.WithdrawPlan(w.coordinator, &riskv1.WithdrawPlanRequest{Name: plan2025, Reason: "Mer behövs"}))
		proposed := w.propose(t)
		_, err = w.DecidePlan(w.secretary, &riskv1.DecidePlanRequest{Name: plan2025, Etag: "1", Decision: &riskv1.Decision{MeetingDate: "2024-12-10"}})
		wantFault(t, err, fault.Conflict, "STALE_ETAG")
		_, err = w.DecidePlan(w.secretary, &riskv1.DecidePlanRequest{Name: plan2025, Decision: &riskv1.Decision{MeetingDate: "2024-02-30", Paragraph: "§ 3"}})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "decision.meeting_date DATE", "decision.paragraph PARAGRAPH_SIGN")
		decided := w.decide(t, "2024-12-10")
		if decided.GetState() != riskv1.PlanState_PLAN_STATE_DECIDED || decided.GetDecision().GetParagraph() != "112" || decided.GetEtag() == proposed.GetEtag() {
			t.Errorf("decided plan = %v", decided)
		}
		w.readOnlyWhenDecided(t)
		w.secondVersion(t)
	})
}

// TestClosingAPlan waits for its rounds, and ends its life.
func TestClosingAPlan(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		round := w.round(t, "delar")
		_, err := w.ClosePlan(w.secretary, &riskv1.ClosePlanRequest{Name: plan2025})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
		must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: round.GetName(), UnansweredReason: "Året är slut"}))
		closed := must[*riskv1.Plan](t)(w.ClosePlan(w.secretary, &riskv1.ClosePlanRequest{Name: plan2025}))
		if closed.GetState() != riskv1.PlanState_PLAN_STATE_CLOSED {
			t.Errorf("closed plan = %v", closed)
		}
		_, err = w.RevisePlan(w.secretary, &riskv1.RevisePlanRequest{Name: plan2025, Reason: "x"})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
	})
}

// readOnlyWhenDecided tries every write to a decided plan.
func (w *world) readOnlyWhenDecided(t *testing.T) {
	t.Helper()
	entry := critical()
	entry.Name = plan2025 + "/riskEntries/fusk"
	writes := map[string]func() error{
		"UpdatePlan": func() error {
			_, err := w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1, Title: "X"}})
			return err
		},
		"UpdateRiskEntry": func() error {
			_, err := w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: entry})
			return err
		},
		"CreateRiskEntry": func() error {
			_, err := w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: mild()})
			return err
		},
		"DeleteRiskEntry": func() error {
			_, err := w.DeleteRiskEntry(w.coordinator, &riskv1.DeleteRiskEntryRequest{Name: entry.GetName()})
			return err
		},
		"CreateControlArea": func() error {
			_, err := w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlArea: &riskv1.ControlArea{Title: "Område"}})
			return err
		},
		"CreateControlPoint": func() error {
			_, err := w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPoint: check("Punkt")})
			return err
		},
	}
	for name, write := range writes {
		if err := write(); err == nil {
			t.Errorf("%s changes a decided plan", name)
		} else {
			wantFault(t, err, fault.Precondition, "PLAN_DECIDED")
		}
	}
	_, err := w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: plan2025})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
}

// secondVersion revises and decides again, and compares the two frozen versions.
func (w *world) secondVersion(t *testing.T) {
	t.Helper()
	revised := w.revise(t)
	if revised.GetVersion() != 2 || revised.GetDecision() != nil || revised.GetRevisionReason() != "Omorganisation" {
		t.Errorf("revised plan = %v", revised)
	}
	e := critical()
	e.Name, e.PlannedHandling = plan2025+"/riskEntries/fusk", "Ny hantering"
	must[*riskv1.RiskEntry](t)(w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: e}))
	w.propose(t)
	w.decide(t, "2025-04-08")
	versions := must[*riskv1.ListPlanVersionsResponse](t)(w.ListPlanVersions(w.member, &riskv1.ListPlanVersionsRequest{Parent: plan2025})).GetPlanVersions()
	wantIDs(t, versions, "1", "2")
	first := must[*riskv1.PlanVersion](t)(w.GetPlanVersion(w.member, &riskv1.GetPlanVersionRequest{Name: plan2025 + "/versions/1"}))
	if !first.GetReplaced() || versions[1].GetReplaced() {
		t.Errorf("replaced = %v, %v, want the first alone", first.GetReplaced(), versions[1].GetReplaced())
	}
	for i, want := range []string{"Utbildning", "Ny hantering"} {
		if got := versions[i].GetSnapshot().GetRiskEntries()[0].GetPlannedHandling(); got != want {
			t.Errorf("version %d holds %q, want %q", i+1, got, want)
		}
	}
	if first.GetDecision().GetMeetingDate() != "2024-12-10" || first.GetSnapshot().GetPlan().GetState() != riskv1.PlanState_PLAN_STATE_DECIDED {
		t.Errorf("first version = %v", first)
	}
}

func TestProposeNamesEverythingThatIsMissing(t *testing.T) {
	w := start(t)
	w.draft(t)
	e := mild()
	e.Owners, e.Classifications, e.PlannedHandling = nil, nil, ""
	e.Name = plan2025 + "/riskEntries/personal"
	must[*riskv1.RiskEntry](t)(w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: e,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owners", "classifications", "planned_handling"}}}))
	_, err := w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: plan2025})
	wantFault(t, err, fault.Precondition, "INCOMPLETE", plan2025+".confirmed_empty MISSING", e.GetName()+".planned_handling MISSING", e.GetName()+".owners MISSING")
	_, err = w.ProposePlan(w.owner, &riskv1.ProposePlanRequest{Name: plan2025})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	_, err = w.WithdrawPlan(w.coordinator, &riskv1.WithdrawPlanRequest{Name: plan2025})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.RevisePlan(w.coordinator, &riskv1.RevisePlanRequest{Name: plan2025, Reason: "x"})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: sn + "/plans/2030"})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")

	findings := must[*riskv1.CheckPlanResponse](t)(w.CheckPlan(w.coordinator, &riskv1.CheckPlanRequest{Name: plan2025})).GetFindings()
	blocking := 0
	for _, f := range findings {
		if f.GetBlocking() {
			blocking++
		}
	}
	if blocking != 3 || len(findings) <= blocking {
		t.Errorf("%d findings, %d blocking, want 3 and remarks: %v", len(findings), blocking, findings)
	}
}

func TestSnapshotIsOneState(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.round(t, "delar")
	must[*riskv1.Risk](t)(w.UpdateRisk(w.coordinator, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: riskFraud, Title: "Nya ord"}}))
	got := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: plan2025}))
	s := got.GetSnapshot()
	wantIDs(t, s.GetRiskEntries(), "fusk", "personal")
	wantIDs(t, s.GetRisks(), "fusk", "personal")
	wantIDs(t, got.GetRounds(), "delar")
	wantIDs(t, got.GetFollowUps(), "fusk")
	if s.GetMethodVersion().GetName() != stated1 || s.GetRisks()[0].GetTitle() != "Risk för fusk" {
		t.Errorf("method %q, risk %q, want the ones of the decision", s.GetMethodVersion().GetName(), s.GetRisks()[0].GetTitle())
	}
	positions := got.GetPositions()
	if len(positions) != 2 || positions[0].GetScope() != sn || positions[1].GetScope() != ume || positions[0].GetSequence() == 0 || len(positions[1].GetHash()) != 64 {
		t.Errorf("positions = %v", positions)
	}
	_, err := w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: sn + "/plans/2030"})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
}

// check is a complete check.
func check(title string) *riskv1.ControlPoint {
	return &riskv1.ControlPoint{Title: title, Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK, Method: "Stickprov", Frequency: "Årligen",
		Owners: []*riskv1.Owner{{Role: "controller", RoleAssignment: others}}, RiskEntries: []string{plan2025 + "/riskEntries/fusk"}}
}
