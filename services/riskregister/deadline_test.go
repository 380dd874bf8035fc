package riskregister_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// due lists deadlines.
func (w *world) due(t *testing.T, ctx context.Context, req *riskv1.ListDeadlinesRequest) []*riskv1.Deadline {
	t.Helper()
	return must[*riskv1.ListDeadlinesResponse](t)(w.ListDeadlines(ctx, req)).GetDeadlines()
}

// lines writes deadlines as "day key", with what is done marked.
func lines(all []*riskv1.Deadline) []string {
	var got []string
	for _, d := range all {
		line := d.GetDueDate() + " " + d.GetKey()[len(ume+"/committees/"):]
		if d.GetDone() {
			line += " done"
		}
		got = append(got, line)
	}
	return got
}

// TestDeadlines follows what is due through the life of a round and an action, on both engines.
func TestDeadlines(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		w.round(t, "delar")
		w.action(t, "rutin", routine())
		w.nextDay()
		must[*riskv1.Action](t)(w.AcceptAction(w.head, &riskv1.AcceptActionRequest{Name: sn + "/actions/rutin"}))
		req := &riskv1.ListDeadlinesRequest{Parent: sn}
		all := w.due(t, w.member, req)
		want := []string{"2025-05-12 sn/rounds/delar/followUps/fusk#steg-1", "2025-05-22 sn/rounds/delar#steg-2", "2025-06-30 sn/actions/rutin",
			"2025-09-02 sn/rounds/delar#-papers", "2025-09-16 sn/rounds/delar#-meeting"}
		if diff := cmp.Diff(want, lines(all)); diff != "" {
			t.Fatalf("due (-want +got):\n%s", diff)
		}
		answer := &riskv1.Deadline{Key: sn + "/rounds/delar/followUps/fusk#steg-1", Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP,
			Resource: sn + "/rounds/delar/followUps/fusk", Round: sn + "/rounds/delar", Step: "steg-1", Role: riskv1.StepRole_STEP_ROLE_OWNER,
			Title: "Ansvariga svarar: Risk för fusk", RoundTitle: "Delårsuppföljning 2025", DueDate: "2025-05-12", BeginDate: "2025-05-12", Owners: critical().GetOwners()}
		action := &riskv1.Deadline{Key: sn + "/actions/rutin", Kind: riskv1.DeadlineKind_DEADLINE_KIND_ACTION, Resource: sn + "/actions/rutin",
			Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: routine().GetTitle(), DueDate: "2025-06-30", BeginDate: "2025-05-13", Owners: routine().GetOwners()}
		if diff := cmp.Diff([]*riskv1.Deadline{answer, action}, []*riskv1.Deadline{all[0], all[2]}, protocmp.Transform()); diff != "" {
			t.Errorf("deadlines (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(all, w.due(t, w.auditor, &riskv1.ListDeadlinesRequest{Parent: ume}), protocmp.Transform()); diff != "" {
			t.Errorf("of the municipality (-want +got):\n%s", diff)
		}
		w.doneAndMoved(t)
	})
}

// nextDay lets a day pass, and signs those in again who go on.
func (w *world) nextDay() {
	w.clock.Advance(24 * time.Hour)
	w.coordinator, w.auditor = w.as(ume+"/people/karin", "coordinator", ume), w.as(ume+"/people/rut", "auditor", ume)
	w.member, w.head = w.as(ume+"/people/moa", "member", sn), w.as(ume+"/people/hans", "head", sn)
	w.owner = w.as(anna, "owner", sn, chefs)
}

// doneAndMoved answers, renews and closes.
func (w *world) doneAndMoved(t *testing.T) {
	t.Helper()
	must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: sn + "/rounds/delar/followUps/fusk", Status: "ja"}))
	must[*riskv1.Action](t)(w.RenewAction(w.head, &riskv1.RenewActionRequest{Name: sn + "/actions/rutin", DueDate: "2025-12-31", Reason: "x"}))
	left := []string{"2025-05-22 sn/rounds/delar#steg-2", "2025-09-02 sn/rounds/delar#-papers", "2025-09-16 sn/rounds/delar#-meeting", "2025-12-31 sn/actions/rutin"}
	if diff := cmp.Diff(left, lines(w.due(t, w.member, &riskv1.ListDeadlinesRequest{Parent: sn}))); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	autumn := &riskv1.ListDeadlinesRequest{Parent: sn, FromDate: "2025-05-23", ToDate: "2025-09-16"}
	if diff := cmp.Diff(left[1:3], lines(w.due(t, w.member, autumn))); diff != "" {
		t.Errorf("in the autumn (-want +got):\n%s", diff)
	}
	must[*riskv1.Action](t)(w.UpdateAction(w.owner, &riskv1.UpdateActionRequest{Action: &riskv1.Action{Name: sn + "/actions/rutin", Title: "x", Origin: routine().GetOrigin(), Status: "klar"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"status"}}}))
	must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: sn + "/rounds/delar"}))
	if all := w.due(t, w.member, &riskv1.ListDeadlinesRequest{Parent: sn}); len(all) > 0 {
		t.Errorf("left when all is done: %v", lines(all))
	}
	done := []string{"2025-05-12 sn/rounds/delar/followUps/fusk#steg-1 done", "2025-05-22 sn/rounds/delar#steg-2 done", "2025-09-02 sn/rounds/delar#-papers done",
		"2025-09-16 sn/rounds/delar#-meeting done", "2025-12-31 sn/actions/rutin done"}
	if diff := cmp.Diff(done, lines(w.due(t, w.member, &riskv1.ListDeadlinesRequest{Parent: sn, IncludeDone: true}))); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
}

// TestDeadlinesShowNoDraft: while a decided plan is revised, who sees no drafts reads the decided words.
func TestDeadlinesShowNoDraft(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.round(t, "delar")
	w.revise(t)
	w.change(t)
	for ctx, want := range map[context.Context]string{w.member: "Ansvariga svarar: Risk för fusk", w.auditor: "Ansvariga svarar: Nya ord"} {
		if got := w.due(t, ctx, &riskv1.ListDeadlinesRequest{Parent: sn})[0].GetTitle(); got != want {
			t.Errorf("title = %q, want %q", got, want)
		}
	}
	_, err := w.ListDeadlines(w.member, &riskv1.ListDeadlinesRequest{Parent: ume})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
}

// controlLines writes the deadlines of controls.
func (w *world) controlLines(t *testing.T, ctx context.Context, done bool) []string {
	t.Helper()
	all := w.due(t, ctx, &riskv1.ListDeadlinesRequest{Parent: sn, IncludeDone: done})
	return lines(slices.DeleteFunc(all, func(d *riskv1.Deadline) bool { return d.GetKind() != riskv1.DeadlineKind_DEADLINE_KIND_CONTROL }))
}

// TestControlDeadlines: what is to be reported is what was decided, for everybody, also while the plan is revised, until
// it is moved or the round is closed; on both engines.
func TestControlDeadlines(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.checked(t)
		const plan = "sn/plans/2025/"
		decided := []string{"2025-05-12 " + plan + "controlAreas/tillsyn#delar.steg-1", "2025-05-12 " + plan + "controlPoints/stick#delar.steg-1"}
		want := &riskv1.Deadline{Key: pointSample + "#delar.steg-1", Kind: riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, Resource: pointSample, ControlArea: areaContracts,
			Round: round2025, Step: "steg-1", Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Ansvariga svarar: Stickprov", RoundTitle: "Delårsuppföljning 2025",
			DueDate: "2025-05-12", BeginDate: "2025-05-12", Owners: check("").GetOwners()}
		all := w.due(t, w.member, &riskv1.ListDeadlinesRequest{Parent: sn})
		if i := slices.IndexFunc(all, func(d *riskv1.Deadline) bool { return d.GetResource() == pointSample }); i < 0 {
			t.Fatalf("no deadline of the control point: %v", lines(all))
		} else if diff := cmp.Diff(want, all[i], protocmp.Transform()); diff != "" {
			t.Errorf("deadline (-want +got):\n%s", diff)
		}
		w.revise(t)
		must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "ny", ControlPoint: check("Ny")}))
		for _, ctx := range []context.Context{w.member, w.coordinator} {
			if diff := cmp.Diff(decided, w.controlLines(t, ctx, false)); diff != "" {
				t.Errorf("while it is revised (-want +got):\n%s", diff)
			}
		}
		must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: un, PlanId: "2025", Plan: &riskv1.Plan{MethodVersion: stated1}}))
		must[*riskv1.ControlPoint](t)(w.movePoint(w.coordinator, pointSample, unPlan))
		// Its area has no control point left, so it is reported by itself.
		moved := []string{"2025-05-12 " + plan + "controlAreas/avtal#delar.steg-1", decided[0]}
		if diff := cmp.Diff(moved, w.controlLines(t, w.member, false)); diff != "" {
			t.Errorf("moved (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{moved[0], decided[0], decided[1] + " done"}, w.controlLines(t, w.member, true)); diff != "" {
			t.Errorf("moved, with what is done (-want +got):\n%s", diff)
		}
		must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: round2025, UnansweredReason: "x"}))
		if left := w.controlLines(t, w.member, false); len(left) > 0 {
			t.Errorf("a closed round leaves %v", left)
		}
	})
}

func TestDeadlinePages(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.round(t, "delar")
	var pages []*riskv1.Deadline
	req := &riskv1.ListDeadlinesRequest{Parent: sn, PageSize: 3}
	for {
		answer := must[*riskv1.ListDeadlinesResponse](t)(w.ListDeadlines(w.member, req))
		pages = append(pages, answer.GetDeadlines()...)
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
		other := proto.CloneOf(req)
		other.IncludeDone = true
		_, err := w.ListDeadlines(w.member, other)
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "page_token PAGE_TOKEN")
	}
	if diff := cmp.Diff(w.due(t, w.member, &riskv1.ListDeadlinesRequest{Parent: sn}), pages, protocmp.Transform()); diff != "" {
		t.Errorf("pages (-whole +pages):\n%s", diff)
	}
	for _, parent := range []string{"x", ume + "/", sn + "/", plan2025, ume + "/committees/-", "municipalities/-"} {
		for call, err := range map[string]error{
			"ListDeadlines": second(w.ListDeadlines(w.coordinator, &riskv1.ListDeadlinesRequest{Parent: parent})),
			"CountActions":  second(w.CountActions(w.coordinator, &riskv1.CountActionsRequest{Parent: parent})),
		} {
			if err == nil {
				t.Errorf("%s of %q is answered", call, parent)
			}
		}
	}
}

// TestReadsAreBounded: what is read about many actions and rounds takes as many statements as about few.
func TestReadsAreBounded(t *testing.T) {
	db := &counting{DB: sqldbtest.Open(t, sqldb.SQLite, riskregister.Migrations())}
	w := serve(t, db)
	w.decided(t)
	w.round(t, "delar")
	w.accepted(t, "rutin", routine())
	measure := func() []int64 {
		var counts []int64
		for _, read := range []func(){
			func() { w.due(t, w.member, &riskv1.ListDeadlinesRequest{Parent: sn, IncludeDone: true}) },
			func() { w.due(t, w.auditor, &riskv1.ListDeadlinesRequest{Parent: ume, IncludeDone: true}) },
			func() {
				must[*riskv1.CountActionsResponse](t)(w.CountActions(w.auditor, &riskv1.CountActionsRequest{Parent: ume}))
			},
		} {
			before := db.statements.Load()
			read()
			counts = append(counts, db.statements.Load()-before)
		}
		return counts
	}
	few := measure()
	for i := range 5 {
		w.round(t, fmt.Sprintf("extra-%d", i))
		w.accepted(t, fmt.Sprintf("extra-%d", i), routine())
	}
	if diff := cmp.Diff(few, measure()); diff != "" {
		t.Errorf("statements (-few +many):\n%s", diff)
	}
	if few[0] < 5 || few[2] < 2 {
		t.Errorf("statements = %v: they are not counted", few)
	}
}
