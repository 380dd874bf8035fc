package riskregister_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// feedback is a round that takes up actions alone.
func feedback(selection riskv1.ActionSelection, years ...int32) *riskv1.Round {
	r := interim()
	r.Title, r.Kind, r.Plans = "Återrapportering av åtgärder", riskv1.RoundKind_ROUND_KIND_ACTION_REPORT, nil
	r.Selection, r.ActionSelection, r.ActionYears = riskv1.RoundSelection_ROUND_SELECTION_NONE, selection, years
	return r
}

// rounded stores a round and returns its follow-ups.
func (w *world) rounded(t *testing.T, id string, r *riskv1.Round, due ...string) []*riskv1.FollowUp {
	t.Helper()
	stored := must[*riskv1.Round](t)(w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, RoundId: id, Round: r, DueEntries: due}))
	return must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: stored.GetName()})).GetFollowUps()
}

// someActions stores a late and a later accepted action, a closed and a proposed one.
func (w *world) someActions(t *testing.T) {
	t.Helper()
	late, later := assignment(2023), routine()
	late.DueDate, later.DueDate = "2025-05-12", "2025-05-13"
	w.accepted(t, "sen", late)
	w.accepted(t, "fusk", later) // called like the entry it comes from
	w.close(t, w.accepted(t, "slut", assignment(2023)).GetName(), "2025-05-01")
	w.action(t, "forslag", routine())
}

func TestRoundsTakeUpActions(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.someActions(t)
	wantIDs(t, w.rounded(t, "sena", feedback(riskv1.ActionSelection_ACTION_SELECTION_DUE)), "sen")
	wantIDs(t, w.rounded(t, "oppna", feedback(riskv1.ActionSelection_ACTION_SELECTION_OPEN)), "sen", "fusk")
	wantIDs(t, w.rounded(t, "alla", feedback(riskv1.ActionSelection_ACTION_SELECTION_ALL)), "sen", "slut", "fusk")
	wantIDs(t, w.rounded(t, "2023", feedback(riskv1.ActionSelection_ACTION_SELECTION_ALL, 2022, 2023)), "sen", "slut")
	both := interim()
	both.ActionSelection = riskv1.ActionSelection_ACTION_SELECTION_OPEN
	all := w.rounded(t, "bada", both)
	wantIDs(t, all, "fusk", "sen", "fusk-2")
	if all[0].GetRiskEntry() == "" || all[2].GetAction() != sn+"/actions/fusk" || all[2].GetPosition() != 3 {
		t.Errorf("follow-ups = %v", all)
	}
	across := must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: sn + "/rounds/-", Action: sn + "/actions/sen"})).GetFollowUps()
	if len(across) != 5 {
		t.Errorf("an action has follow-ups %v, want 5", ids(across))
	}
	bare := feedback(riskv1.ActionSelection_ACTION_SELECTION_UNSPECIFIED, 2023)
	bare.Steps[1].Id, bare.Steps[0].Id = "svar", "svar"
	_, err := w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, Round: bare})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "round.steps[1].id DUPLICATE", "round.action_selection NOTHING_TAKEN_UP")
	planless := interim()
	planless.Plans = nil
	_, err = w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, Round: planless})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "round.plans PLANS_MISSING")
	_, err = w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, Round: feedback(riskv1.ActionSelection_ACTION_SELECTION_OPEN), DueEntries: []string{plan2025 + "/riskEntries/fusk"}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "due_entries DUE_WITHOUT_SELECTION")
}

// TestAnswersAboutActions become the action's own, in the same write, on both engines.
func TestAnswersAboutActions(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		w.someActions(t)
		all := w.rounded(t, "alla", feedback(riskv1.ActionSelection_ACTION_SELECTION_ALL))
		answer := func(i int, status, comment string) (*riskv1.FollowUp, error) {
			return w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: all[i].GetName(), Status: status, Comment: comment})
		}
		_, err := answer(0, "ja", "")
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "status UNKNOWN_STATUS")
		_, err = w.AnswerFollowUp(w.manager, &riskv1.AnswerFollowUpRequest{Name: all[0].GetName(), Status: "klar"})
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
		f := must[*riskv1.FollowUp](t)(answer(0, "klar", "Antagen"))
		a := must[*riskv1.Action](t)(w.GetAction(w.member, &riskv1.GetActionRequest{Name: sn + "/actions/sen"}))
		if f.GetAnsweredRole() != "enhetschefer" || a.GetStatus() != "klar" || a.GetComment() != "Antagen" || a.GetState() != riskv1.ActionState_ACTION_STATE_ACCEPTED {
			t.Errorf("answer %v makes the action %v", f, a)
		}
		w.wantMethods(t, a.GetName(), "AnswerFollowUp", "AcceptAction", "CreateAction")
		w.wantMethods(t, f.GetName(), "AnswerFollowUp", "CreateRound")
		must[*riskv1.FollowUp](t)(answer(0, "", "Frågan är öppen"))
		if got := must[*riskv1.Action](t)(w.GetAction(w.member, &riskv1.GetActionRequest{Name: a.GetName()})); !proto.Equal(got, a) {
			t.Errorf("an answer taken back makes the action %v", got)
		}
		must[*riskv1.FollowUp](t)(answer(1, "paborjad", "Fel läge"))
		closed := must[*riskv1.Action](t)(w.GetAction(w.member, &riskv1.GetActionRequest{Name: sn + "/actions/slut"}))
		if closed.GetStatus() != "" || closed.GetComment() != "" {
			t.Errorf("an answer changes a closed action: %v", closed)
		}
		must[*riskv1.FollowUp](t)(answer(1, "", ""))
		_, err = w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: sn + "/rounds/alla"})
		wantFault(t, err, fault.Precondition, "INCOMPLETE", all[0].GetName()+".status MISSING", all[2].GetName()+".status MISSING")
		must[*riskv1.FollowUp](t)(answer(0, "klar", ""))
		must[*riskv1.FollowUp](t)(answer(2, "ej-paborjad", ""))
		must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: sn + "/rounds/alla"}))
		_, err = answer(0, "paborjad", "")
		wantFault(t, err, fault.Precondition, "ROUND_CLOSED")
	})
}

// TestOwnActionScale: answers are steps of the scale that the action follows.
func TestOwnActionScale(t *testing.T) {
	w := start(t)
	w.decided(t)
	scale := statedMethod()
	scale.ActionScale = []*riskv1.StatusStep{{Id: "rod", Title: "Ej påbörjad", Meaning: riskv1.StatusMeaning_STATUS_MEANING_NO}}
	_, err := w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/skala", MethodVersion: scale})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "method_version.action_scale NO_FINAL_STEP")
	scale.ActionScale = append(scale.ActionScale, &riskv1.StatusStep{Id: "gron", Title: "Klar", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES, Final: true})
	version := must[*riskv1.MethodVersion](t)(w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/skala", MethodVersion: scale}))
	own := routine()
	own.MethodVersion = version.GetName()
	w.accepted(t, "rutin", own)
	f := w.rounded(t, "alla", feedback(riskv1.ActionSelection_ACTION_SELECTION_ALL))[0]
	_, err = w.AnswerFollowUp(w.coordinator, &riskv1.AnswerFollowUpRequest{Name: f.GetName(), Status: "klar"})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "status UNKNOWN_STATUS")
	must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.coordinator, &riskv1.AnswerFollowUpRequest{Name: f.GetName(), Status: "gron"}))
	counts := must[*riskv1.CountActionsResponse](t)(w.CountActions(w.member, &riskv1.CountActionsRequest{Parent: sn})).GetCounts()
	if len(counts) != 1 || counts[0].GetStatus() != "gron" || counts[0].GetMeaning() != riskv1.StatusMeaning_STATUS_MEANING_YES {
		t.Errorf("counts = %v", counts)
	}
}

// TestStepsKeepTheirIDs when they move, and what a round takes up stays.
func TestStepsKeepTheirIDs(t *testing.T) {
	w := start(t)
	w.decided(t)
	r := w.round(t, "delar")
	steps := func(r *riskv1.Round) []string {
		var all []string
		for _, s := range r.GetSteps() {
			all = append(all, s.GetId()+" "+s.GetTitle())
		}
		return all
	}
	if diff := cmp.Diff([]string{"steg-1 Ansvariga svarar", "steg-2 Sammanställning"}, steps(r)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	first := &riskv1.RoundStep{Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Första frågan", DueDate: "2025-05-01"}
	second := proto.CloneOf(r.GetSteps()[1])
	second.Id = ""
	r.Steps = []*riskv1.RoundStep{first, r.GetSteps()[0], second}
	mask := &fieldmaskpb.FieldMask{Paths: []string{"steps"}}
	r = must[*riskv1.Round](t)(w.UpdateRound(w.coordinator, &riskv1.UpdateRoundRequest{Round: r, UpdateMask: mask}))
	if diff := cmp.Diff([]string{"steg-3 Första frågan", "steg-1 Ansvariga svarar", "steg-2 Sammanställning"}, steps(r)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	r.Steps[0].Id = "steg-1"
	_, err := w.UpdateRound(w.coordinator, &riskv1.UpdateRoundRequest{Round: r, UpdateMask: mask})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "round.steps[1].id DUPLICATE")
	_, err = w.UpdateRound(w.coordinator, &riskv1.UpdateRoundRequest{Round: r, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"action_selection"}}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "update_mask READ_ONLY_FIELD")
}
