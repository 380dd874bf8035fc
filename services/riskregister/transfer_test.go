package riskregister_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// file turns resources into the items of an import, with paths "[0]", "[1]" …
func file(t *testing.T, resources ...proto.Message) []*transferv1.ImportItem {
	t.Helper()
	var items []*transferv1.ImportItem
	for i, m := range resources {
		packed, err := anypb.New(m)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, &transferv1.ImportItem{Path: fmt.Sprintf("[%d]", i), Resource: packed})
	}
	return items
}

// bundle is a decided plan with its method, two risks and an interim round, as a file holds them.
func bundle() []proto.Message {
	version := statedMethod()
	version.Name = stated1
	fusk, personal, round := critical(), mild(), interim()
	fusk.Name, personal.Name, round.Name = plan2025+"/riskEntries/fusk", plan2025+"/riskEntries/personal", sn+"/rounds/delar"
	return []proto.Message{
		round, fusk, personal, // children before parents: the order is free
		&riskv1.Plan{Name: plan2025, MethodVersion: stated1, State: riskv1.PlanState_PLAN_STATE_DECIDED, CaseNumber: "SN-2024/259",
			Decision: &riskv1.Decision{MeetingDate: "2024-12-10", Paragraph: "112"}},
		&riskv1.Risk{Name: riskFraud, Title: "Risk för fusk"}, &riskv1.Risk{Name: riskStaff, Title: "Risk för brist"},
		version, &riskv1.Method{Name: ume + "/methods/skala", Title: "Skala"},
		&riskv1.ControlArea{Name: plan2025 + "/controlAreas/avtal", Title: "Avtal"},
		&riskv1.ControlPoint{Name: plan2025 + "/controlPoints/stick", Title: "Stickprov", Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK,
			ControlArea: plan2025 + "/controlAreas/avtal", RiskEntries: []string{fusk.GetName()}},
	}
}

// exported returns everything of the municipality.
func (w *world) exported(t *testing.T) []proto.Message {
	t.Helper()
	stream, err := w.transfer.Export(w.operator, &transferv1.ExportRequest{Parent: ume})
	if err != nil {
		t.Fatal(err)
	}
	var all []proto.Message
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, packed := range answer.GetResources() {
			m, err := packed.UnmarshalNew()
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
	}
}

// imported imports into the municipality and checks the counts.
func (w *world) imported(t *testing.T, resources []proto.Message, created, updated, unchanged int32) {
	t.Helper()
	answer, err := w.importing(t, w.operator, ume, false, file(t, resources...)...)
	if err != nil {
		t.Fatal(err)
	}
	want := &transferv1.ImportResponse{Created: created, Updated: updated, Unchanged: unchanged}
	if diff := cmp.Diff(want, answer, protocmp.Transform()); diff != "" {
		t.Fatalf("import (-want +got):\n%s", diff)
	}
}

// TestImport brings a decided plan in on both engines, completes it, and moves it on to an empty register unchanged.
func TestImport(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		dry, err := w.importing(t, w.operator, ume, true, file(t, bundle()...)...)
		if err != nil || len(dry.GetFaults()) > 0 || dry.GetCreated() != 10 {
			t.Fatalf("dry run = %v, %v", dry, err)
		}
		if all := w.exported(t); len(all) != 0 {
			t.Fatalf("a dry run stored %d resources", len(all))
		}
		w.imported(t, bundle(), 10, 0, 0)
		w.imported(t, bundle(), 0, 0, 10)
		w.completed(t)

		first := w.exported(t)
		w.imported(t, first, 0, 0, int32(len(first)))
		other := serve(t, sqldbtest.Open(t, db.Engine(), riskregister.Migrations()))
		other.imported(t, first, int32(len(first)), 0, 0)
		if diff := cmp.Diff(first, other.exported(t), protocmp.Transform()); diff != "" {
			t.Errorf("export after import differs:\n%s", diff)
		}
	})
}

// completed checks what an import adds to the bundle: values, a frozen version, follow-ups.
func (w *world) completed(t *testing.T) {
	t.Helper()
	e := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.member, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"}))
	if e.GetComputedLevel() != "kritisk" {
		t.Errorf("computed level = %q", e.GetComputedLevel())
	}
	v := must[*riskv1.PlanVersion](t)(w.GetPlanVersion(w.member, &riskv1.GetPlanVersionRequest{Name: plan2025 + "/versions/1"}))
	if len(v.GetSnapshot().GetRiskEntries()) != 2 || v.GetDecision().GetParagraph() != "112" || v.GetReplaced() {
		t.Errorf("frozen version = %v", v)
	}
	open := must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: sn + "/rounds/delar"})).GetFollowUps()
	wantIDs(t, open, "fusk")
	must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.coordinator, &riskv1.AnswerFollowUpRequest{Name: open[0].GetName(), Status: "ja"}))
}

// TestImportAfterTwoVersions moves a revised plan with its history.
func TestImportAfterTwoVersions(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.revise(t)
	w.change(t)
	w.propose(t)
	w.decide(t, "2025-04-08")
	w.round(t, "delar")
	w.revise(t)
	all := w.exported(t)
	other := start(t)
	other.imported(t, all, int32(len(all)), 0, 0)
	if diff := cmp.Diff(all, other.exported(t), protocmp.Transform()); diff != "" {
		t.Errorf("export after import differs:\n%s", diff)
	}
	p := must[*riskv1.Plan](t)(other.GetPlan(other.member, &riskv1.GetPlanRequest{Name: plan2025}))
	if p.GetVersion() != 2 || p.GetSections()[0].GetText() != "Ny text" {
		t.Errorf("a member sees %v", p)
	}
}

// faultsOf imports and returns "path reason" of every fault, sorted.
func (w *world) faultsOf(t *testing.T, resources ...proto.Message) []string {
	t.Helper()
	answer, err := w.importing(t, w.operator, ume, false, file(t, resources...)...)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range answer.GetFaults() {
		got = append(got, f.GetPath()+" "+f.GetReason())
		if f.GetMessage() == "" || f.GetMessageEn() == "" {
			t.Errorf("fault %v lacks a text", f)
		}
	}
	slices.Sort(got)
	return got
}

func TestImportNamesEveryFaultAndWritesNothing(t *testing.T) {
	w := start(t)
	version := statedMethod()
	version.Name, version.Bands[1].LowerExclusive = stated1, true
	late := interim()
	late.Name, late.Plans, late.CloseTime = sn+"/rounds/a", []string{sn + "/plans/2031"}, timestamppb.New(rpctest.Start)
	drafty := interim()
	drafty.Name, drafty.Plans, drafty.Selection = sn+"/rounds/b", []string{sn + "/plans/2026"}, riskv1.RoundSelection_ROUND_SELECTION_DUE
	got := w.faultsOf(t,
		&riskv1.Method{Name: ume + "/methods/skala", Title: "Skala"}, version, // [1] a value without level
		&riskv1.MethodVersion{Name: ume + "/methods/annan/versions/x"},                                                                                  // [2] no parent, no number
		&riskv1.Plan{Name: plan2025, MethodVersion: stated1, State: riskv1.PlanState_PLAN_STATE_DECIDED},                                                // [3] no decision
		&riskv1.Plan{Name: sn + "/plans/2026", MethodVersion: stated1, Decision: &riskv1.Decision{MeetingDate: "2025-12-01"}},                           // [4] a decision too early
		&riskv1.Plan{Name: sn + "/plans/2027", MethodVersion: product1, Version: 2},                                                                     // [5] no method, no first version
		&riskv1.RiskEntry{Name: plan2025 + "/riskEntries/a", Risk: riskFraud, StatedLevel: "hög"},                                                       // [6] no risk, no level
		&riskv1.RiskEntry{Name: sn + "/plans/2040/riskEntries/a", Risk: riskFraud},                                                                      // [7] no plan
		&riskv1.ControlPoint{Name: plan2025 + "/controlPoints/a", Title: "A", Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK, ControlArea: "x"}, // [8] no area
		late, drafty, // [9] no plan, open but closed; [10] never decided
		&riskv1.FollowUp{Name: sn + "/rounds/b/followUps/a", RiskEntry: plan2025 + "/riskEntries/a", AnsweredRole: "chef"}, // [11] not covered
		&riskv1.FollowUp{Name: sn + "/rounds/c/followUps/a", RiskEntry: plan2025 + "/riskEntries/a"},                       // [12] no round
		&riskv1.Risk{Name: un + "/risks/a", Title: "19811218-9876"},                                                        // [13] a person
	)
	want := []string{
		"[10].plans WRONG_STATE", "[11].risk_entry UNKNOWN_REFERENCE", "[12].name UNKNOWN_REFERENCE", "[13].title PERSONAL_IDENTITY_NUMBER",
		"[1].bands[1].lower BANDS_GAP", "[2].name UNKNOWN_REFERENCE", "[2].name VERSION_NUMBER", "[3].decision DECISION_MISSING",
		"[4].decision DECISION_WITHOUT_STATE", "[5].method_version UNKNOWN_METHOD_VERSION", "[5].version VERSION_MISSING",
		"[6].risk UNKNOWN_REFERENCE", "[6].stated_level UNKNOWN_LEVEL", "[7].name UNKNOWN_REFERENCE", "[8].control_area UNKNOWN_REFERENCE",
		"[9].plans[0] UNKNOWN_REFERENCE", "[9].state OPEN_BUT_CLOSED",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if all := w.exported(t); len(all) != 0 {
		t.Errorf("a faulty import stored %v", all)
	}
}

func TestImportDoesNotChangeWhatWasDecided(t *testing.T) {
	w := start(t)
	w.imported(t, bundle(), 10, 0, 0)
	changed := critical()
	changed.Name, changed.PlannedHandling = plan2025+"/riskEntries/fusk", "Något annat"
	version := statedMethod()
	version.Name, version.Note = stated1, "ändrad"
	frozen := must[*riskv1.PlanVersion](t)(w.GetPlanVersion(w.member, &riskv1.GetPlanVersionRequest{Name: plan2025 + "/versions/1"}))
	frozen.Decision.Paragraph = "113"
	got := w.faultsOf(t, changed, version, frozen, &riskv1.RiskEntry{Name: plan2025 + "/riskEntries/ny", Risk: riskFraud})
	want := []string{"[0] PLAN_DECIDED", "[1] VERSION_IMMUTABLE", "[2] VERSION_IMMUTABLE"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestImportOfVersionsAndAnswers(t *testing.T) {
	w := start(t)
	w.imported(t, bundle(), 10, 0, 0)
	frozen := must[*riskv1.PlanVersion](t)(w.GetPlanVersion(w.member, &riskv1.GetPlanVersionRequest{Name: plan2025 + "/versions/1"}))
	other, bare := proto.CloneOf(frozen), proto.CloneOf(frozen)
	other.Name = plan2025 + "/versions/3"
	other.Snapshot.Plan.Name = sn + "/plans/2024"
	other.Snapshot.RiskEntries[0].StatedLevel, other.Snapshot.RiskEntries[1].Risk = "hög", ""
	bare.Name, bare.Snapshot.MethodVersion = plan2025+"/versions/2", nil
	closed := interim()
	closed.Name, closed.State, closed.Selection = sn+"/rounds/hel", riskv1.RoundState_ROUND_STATE_CLOSED, riskv1.RoundSelection_ROUND_SELECTION_ALL
	entry := plan2025 + "/riskEntries/fusk"
	got := w.faultsOf(t, other, bare, closed,
		&riskv1.FollowUp{Name: sn + "/rounds/delar/followUps/fusk", RiskEntry: entry, Status: "kanske"},
		&riskv1.FollowUp{Name: sn + "/rounds/delar/followUps/igen", RiskEntry: entry, AnsweredRole: "chef"})
	want := []string{
		"[0].snapshot.plan.name OTHER_PLAN", "[0].snapshot.plan.version VERSION_NUMBER", "[0].snapshot.risk_entries[0].stated_level UNKNOWN_LEVEL",
		"[0].snapshot.risk_entries[1].risk REQUIRED",
		"[1].snapshot.method_version REQUIRED", "[1].snapshot.plan.version VERSION_NUMBER", "[2].unanswered_reason INCOMPLETE",
		"[3].status UNKNOWN_STATUS", "[4].risk_entry DUPLICATE", "[4].status ANSWER_MISSING",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestImportNeedsThePermission(t *testing.T) {
	w := start(t)
	for name, ctx := range map[string]context.Context{"coordinator of a committee": w.as(ume+"/people/kim", "coordinator", sn), "auditor": w.auditor, "owner": w.owner, "secretary": w.secretary} {
		_, err := w.importing(t, ctx, ume, false, file(t, bundle()...)...)
		if err == nil {
			t.Errorf("%s imports into the municipality", name)
			continue
		}
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	}
}

// TestImportOfAClosedYear brings in a year that is over, and sees that it is read-only for good.
func TestImportOfAClosedYear(t *testing.T) {
	w := start(t)
	all := bundle()
	for _, m := range all {
		switch m := m.(type) {
		case *riskv1.Plan:
			m.State = riskv1.PlanState_PLAN_STATE_CLOSED
		case *riskv1.Round:
			m.State, m.CloseTime, m.UnansweredReason = riskv1.RoundState_ROUND_STATE_CLOSED, timestamppb.New(rpctest.Start), "Svaren finns på papper"
		}
	}
	w.imported(t, all, 10, 0, 0)
	p := must[*riskv1.Plan](t)(w.GetPlan(w.member, &riskv1.GetPlanRequest{Name: plan2025}))
	if p.GetState() != riskv1.PlanState_PLAN_STATE_CLOSED {
		t.Errorf("state = %v", p.GetState())
	}
	wantIDs(t, must[*riskv1.ListPlansResponse](t)(w.ListPlans(w.member, &riskv1.ListPlansRequest{Parent: sn, State: riskv1.PlanState_PLAN_STATE_CLOSED})).GetPlans(), "2025")
	_, err := w.RevisePlan(w.coordinator, &riskv1.RevisePlanRequest{Name: plan2025, Reason: "x"})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1}})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.AnswerFollowUp(w.coordinator, &riskv1.AnswerFollowUpRequest{Name: sn + "/rounds/delar/followUps/fusk", Status: "ja"})
	wantFault(t, err, fault.Precondition, "ROUND_CLOSED")
	again := w.exported(t)
	w.imported(t, again, 0, 0, int32(len(again)))
}

// TestImportClosesADecidedYear lets a file say that a decided plan's year is over, and nothing else.
func TestImportClosesADecidedYear(t *testing.T) {
	w := start(t)
	w.imported(t, bundle(), 10, 0, 0)
	for _, m := range bundle() {
		if p, ok := m.(*riskv1.Plan); ok {
			p.State, p.Version = riskv1.PlanState_PLAN_STATE_CLOSED, 1
			w.imported(t, []proto.Message{p}, 0, 1, 0)
		}
	}
}

// TestImportIntoOneCommittee brings in a committee's part beside a method that is there already.
func TestImportIntoOneCommittee(t *testing.T) {
	w := start(t)
	w.methods(t)
	var own []proto.Message
	for _, m := range bundle() {
		switch m.(type) {
		case *riskv1.Method, *riskv1.MethodVersion:
		default:
			own = append(own, m)
		}
	}
	answer, err := w.importing(t, w.operator, sn, false, file(t, own...)...)
	if err != nil || len(answer.GetFaults()) > 0 || answer.GetCreated() != 8 {
		t.Fatalf("import = %v, %v", answer, err)
	}
	answer, err = w.importing(t, w.operator, sn, false, file(t, &riskv1.Method{Name: ume + "/methods/ny", Title: "Ny"}, &riskv1.Risk{Name: un + "/risks/a", Title: "A"})...)
	if err != nil || len(answer.GetFaults()) != 2 || answer.GetFaults()[0].GetReason() != "OUTSIDE_SCOPE" {
		t.Errorf("import outside the committee = %v, %v", answer, err)
	}
}

func TestImportOfRoundsThatCannotBeFilled(t *testing.T) {
	w := start(t)
	all := bundle()
	for _, m := range all {
		switch m := m.(type) {
		case *riskv1.MethodVersion:
			m.FollowUpScale = nil
		case *riskv1.Round:
			m.Selection = riskv1.RoundSelection_ROUND_SELECTION_ALL
		}
	}
	due := interim()
	due.Name, due.Selection = sn+"/rounds/aktuella", riskv1.RoundSelection_ROUND_SELECTION_DUE
	got := w.faultsOf(t, append(all, due)...)
	if diff := cmp.Diff([]string{"[0].plans NO_FOLLOW_UP_SCALE", "[10].selection DUE_MISSING"}, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
