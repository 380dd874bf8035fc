package riskregister_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// TestRoundLife opens, answers and closes a round on both engines.
func TestRoundLife(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		r := w.round(t, "delar")
		if r.GetState() != riskv1.RoundState_ROUND_STATE_OPEN || r.GetCloseTime() != nil {
			t.Errorf("a new round is %v", r)
		}
		open := must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.owner, &riskv1.ListFollowUpsRequest{Parent: r.GetName()})).GetFollowUps()
		wantIDs(t, open, "fusk")
		_, err := w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: r.GetName()})
		wantFault(t, err, fault.Precondition, "INCOMPLETE", open[0].GetName()+".status MISSING")

		w.clock.Advance(time.Minute)
		f := must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: open[0].GetName(), Status: "ja", Comment: "Genomfört", Etag: open[0].GetEtag()}))
		if f.GetAnsweredRole() != "enhetschefer" || f.GetAnsweredBy() != anna || !f.GetAnswerTime().AsTime().Equal(rpctest.Start.Add(time.Minute)) {
			t.Errorf("answer = %v", f)
		}
		closed := must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: r.GetName(), UnansweredReason: "behövs inte"}))
		if closed.GetState() != riskv1.RoundState_ROUND_STATE_CLOSED || closed.GetUnansweredReason() != "" || closed.GetCloseTime() == nil {
			t.Errorf("closed round = %v", closed)
		}
		_, err = w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: f.GetName(), Status: "nej"})
		wantFault(t, err, fault.Precondition, "ROUND_CLOSED")
		_, err = w.UpdateRound(w.coordinator, &riskv1.UpdateRoundRequest{Round: closed})
		wantFault(t, err, fault.Precondition, "ROUND_CLOSED")
		_, err = w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: r.GetName()})
		wantFault(t, err, fault.Precondition, "ROUND_CLOSED")
	})
}

func TestAnswerFollowUp(t *testing.T) {
	w := start(t)
	w.decided(t)
	name := w.round(t, "delar").GetName() + "/followUps/fusk"
	answer := func(req *riskv1.AnswerFollowUpRequest) (*riskv1.FollowUp, error) {
		req.Name = name
		return w.AnswerFollowUp(w.coordinator, req)
	}
	_, err := answer(&riskv1.AnswerFollowUpRequest{Status: "kanske"})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "status UNKNOWN_STATUS")
	_, err = w.AnswerFollowUp(w.manager, &riskv1.AnswerFollowUpRequest{Name: name, Status: "ja"})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	_, err = w.AnswerFollowUp(w.member, &riskv1.AnswerFollowUpRequest{Name: name, Status: "ja"})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	if f := must[*riskv1.FollowUp](t)(answer(&riskv1.AnswerFollowUpRequest{Status: "nej"})); f.GetAnsweredRole() != "samordnare för intern kontroll" {
		t.Errorf("role = %q", f.GetAnsweredRole())
	}
	f := must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.head, &riskv1.AnswerFollowUpRequest{Name: name, Status: "ja", AnsweredRole: "tf. förvaltningschef"}))
	if f.GetAnsweredRole() != "tf. förvaltningschef" {
		t.Errorf("role = %q", f.GetAnsweredRole())
	}
	back := must[*riskv1.FollowUp](t)(answer(&riskv1.AnswerFollowUpRequest{Comment: "Utkast"}))
	if back.GetStatus() != "" || back.GetAnsweredRole() != "" || back.GetAnsweredBy() != "" || back.GetAnswerTime() != nil || back.GetComment() != "Utkast" {
		t.Errorf("taken back = %v", back)
	}
	_, err = answer(&riskv1.AnswerFollowUpRequest{Status: "ja", Etag: f.GetEtag()})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
	got := must[*riskv1.FollowUp](t)(w.GetFollowUp(w.member, &riskv1.GetFollowUpRequest{Name: name}))
	if got.GetEtag() != back.GetEtag() {
		t.Errorf("got %v", got)
	}
	across := must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: sn + "/rounds/-", RiskEntry: plan2025 + "/riskEntries/fusk"}))
	wantIDs(t, across.GetFollowUps(), "fusk")
	none := must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: sn + "/rounds/-", RiskEntry: plan2025 + "/riskEntries/personal"}))
	wantIDs(t, none.GetFollowUps())
}

func TestCreateRoundRefusals(t *testing.T) {
	w := start(t)
	w.draft(t)
	create := func(change func(*riskv1.Round), due ...string) error {
		r := interim()
		change(r)
		return second(w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, Round: r, DueEntries: due}))
	}
	same := func(*riskv1.Round) {}
	wantFault(t, create(same), fault.Precondition, "WRONG_STATE")
	w.propose(t)
	w.decide(t, "2024-12-10")
	wantFault(t, create(func(r *riskv1.Round) { r.Plans = []string{un + "/plans/2025", plan2025} }), fault.Invalid, "INVALID_FIELDS", "round.plans[0] UNKNOWN_REFERENCE")
	wantFault(t, create(func(r *riskv1.Round) {
		r.Steps[1].DueDate, r.PapersDueDate, r.Plans = "2025-05-01", "2025-10-01", []string{plan2025, plan2025}
	}), fault.Invalid, "INVALID_FIELDS", "round.plans[1] DUPLICATE")
	wantFault(t, create(func(r *riskv1.Round) { r.Steps[1].DueDate, r.PapersDueDate = "2025-05-01", "2025-10-01" }),
		fault.Invalid, "INVALID_FIELDS", "round.steps[1].due_date STEPS_NOT_IN_ORDER", "round.papers_due_date PAPERS_AFTER_MEETING")
	wantFault(t, create(same, plan2025+"/riskEntries/fusk"), fault.Invalid, "INVALID_FIELDS", "due_entries DUE_WITHOUT_SELECTION")
	due := func(r *riskv1.Round) { r.Selection = riskv1.RoundSelection_ROUND_SELECTION_DUE }
	wantFault(t, create(due, plan2025+"/riskEntries/x"), fault.Invalid, "INVALID_FIELDS", "due_entries[0] NOT_IN_PLAN")
	if err := create(due, plan2025+"/riskEntries/personal"); err != nil {
		t.Error(err)
	}
	_, err := w.CreateRound(w.owner, &riskv1.CreateRoundRequest{Parent: sn, Round: interim()})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
}

func TestUpdateAndListRounds(t *testing.T) {
	w := start(t)
	w.decided(t)
	r := w.round(t, "delar")
	r.MeetingDate, r.Selection, r.State = "2025-10-14", riskv1.RoundSelection_ROUND_SELECTION_ALL, riskv1.RoundState_ROUND_STATE_CLOSED
	moved := must[*riskv1.Round](t)(w.UpdateRound(w.coordinator, &riskv1.UpdateRoundRequest{Round: r, Reason: "Nytt datum"}))
	if moved.GetMeetingDate() != "2025-10-14" || moved.GetSelection() != riskv1.RoundSelection_ROUND_SELECTION_CRITICAL || moved.GetState() != riskv1.RoundState_ROUND_STATE_OPEN {
		t.Errorf("updated round = %v", moved)
	}
	_, err := w.UpdateRound(w.coordinator, &riskv1.UpdateRoundRequest{Round: moved, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"selection"}}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "update_mask READ_ONLY_FIELD")
	must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: r.GetName(), UnansweredReason: "Enheten är nedlagd"}))
	w.round(t, "hel")
	list := func(req *riskv1.ListRoundsRequest) *riskv1.ListRoundsResponse {
		req.Parent = sn
		return must[*riskv1.ListRoundsResponse](t)(w.ListRounds(w.member, req))
	}
	wantIDs(t, list(&riskv1.ListRoundsRequest{}).GetRounds(), "delar", "hel")
	wantIDs(t, list(&riskv1.ListRoundsRequest{State: riskv1.RoundState_ROUND_STATE_OPEN}).GetRounds(), "hel")
	wantIDs(t, list(&riskv1.ListRoundsRequest{Plan: plan2025, State: riskv1.RoundState_ROUND_STATE_CLOSED}).GetRounds(), "delar")
	wantIDs(t, list(&riskv1.ListRoundsRequest{Plan: sn + "/plans/2024"}).GetRounds())
	first := list(&riskv1.ListRoundsRequest{Plan: plan2025, PageSize: 1})
	wantIDs(t, first.GetRounds(), "delar")
	wantIDs(t, list(&riskv1.ListRoundsRequest{Plan: plan2025, PageSize: 1, PageToken: first.GetNextPageToken()}).GetRounds(), "hel")
	got := must[*riskv1.Round](t)(w.GetRound(w.member, &riskv1.GetRoundRequest{Name: r.GetName()}))
	if got.GetUnansweredReason() != "Enheten är nedlagd" {
		t.Errorf("reason = %q", got.GetUnansweredReason())
	}
}

func TestRoundsGoOnByTheDecidedVersion(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.revise(t)
	e := mild()
	e.Name, e.StatedLevel, e.Treatments = plan2025+"/riskEntries/personal", "kritisk", critical().GetTreatments()
	must[*riskv1.RiskEntry](t)(w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: e}))
	r := w.round(t, "delar")
	wantIDs(t, must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: r.GetName()})).GetFollowUps(), "fusk")
	must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.coordinator, &riskv1.AnswerFollowUpRequest{Name: r.GetName() + "/followUps/fusk", Status: "ja"}))
	_, err := w.DeleteRiskEntry(w.coordinator, &riskv1.DeleteRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"})
	wantFault(t, err, fault.Precondition, "IN_USE")
}
