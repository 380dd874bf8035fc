package controlmeasurement_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// The states of proposals, shorter.
const (
	pending   = controlv1.ProposedActionState_PROPOSED_ACTION_STATE_PENDING
	delivered = controlv1.ProposedActionState_PROPOSED_ACTION_STATE_DELIVERED
	refused   = controlv1.ProposedActionState_PROPOSED_ACTION_STATE_REFUSED
)

// deviating is a result that is graded as a deviation.
func deviating(id string) *controlv1.Result {
	r := done(id)
	r.Grade = "storre"
	return r
}

// settled waits until the proposal of a result is no longer pending, and returns it.
func (w *world) settled(t *testing.T, id string) *controlv1.ProposedAction {
	t.Helper()
	ctx, cancel := context.WithTimeout(w.coordinator, time.Minute)
	defer cancel()
	stream, err := w.journal.WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: ume, ResumeToken: "start"})
	if err != nil {
		t.Fatal(err)
	}
	for {
		if p := w.read(t, id).GetProposedActions(); len(p) == 1 && p[0].GetState() != pending {
			return p[0]
		}
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADeviationProposesAnAction(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.run(t)
		if p := w.result(t, "planer", deviating("planer")).GetProposedActions(); len(p) != 1 || p[0].GetState() != pending || p[0].GetTitle() != "Kontroll planer" {
			t.Fatalf("proposed = %v, want one that is pending", p)
		}
		p := w.settled(t, "planer")
		if p.GetState() != delivered || !strings.HasPrefix(p.GetAction(), on+"/actions/r-") {
			t.Fatalf("proposal = %v, want delivered", p)
		}
		got, _ := w.GetResult(w.coordinator, &controlv1.GetResultRequest{Name: yearly + "/results/planer"})
		var sent *riskv1.Action
		w.register.change(func() { sent = w.register.actions[p.GetAction()] })
		want := &riskv1.Action{Name: p.GetAction(), Title: "Kontroll planer", DueDate: "2026-04-13", Owners: []*riskv1.Owner{{Role: "enhetschef", RoleAssignment: others}},
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, Resource: got.GetName(), Year: 2025}}
		if !proto.Equal(sent, want) {
			t.Errorf("sent %v, want %v", sent, want)
		}
		if _, behalf := w.register.sent(p.GetAction()); behalf != karin {
			t.Errorf("on behalf of %q, want who wrote the result", behalf)
		}
		history := must[*journalv1.ListJournalEntriesResponse](t)(w.journal.ListJournalEntries(w.auditor, &journalv1.ListJournalEntriesRequest{Name: got.GetName()}))
		if last := history.GetEntries()[0]; last.GetActor() != authn.ProcessSubject || last.GetOnBehalfOf() != karin ||
			last.GetMethod() != riskv1.RiskRegisterService_SubmitProposedAction_FullMethodName {
			t.Errorf("entry = %v, want the delivery by the process, on behalf of the writer", last)
		}
	})
}

func TestAProposalSaysWhatItsWriterSaid(t *testing.T) {
	w := start(t)
	w.run(t)
	proposal := &controlv1.ActionProposal{Title: "Utbilda", Description: "Alla", DueDate: "2026-06-30", Owners: []*riskv1.Owner{{Role: "controller"}}}
	req := &controlv1.CreateResultRequest{Parent: yearly, ResultId: "planer", Result: deviating("planer"), Proposal: proposal, RequestId: "r1"}
	must[*controlv1.Result](t)(w.CreateResult(w.manager, req))
	must[*controlv1.Result](t)(w.CreateResult(w.manager, req))
	p := w.settled(t, "planer")
	w.register.change(func() {
		if a := w.register.actions[p.GetAction()]; a.GetTitle() != "Utbilda" || a.GetDescription() != "Alla" || a.GetDueDate() != "2026-06-30" || a.GetOwners()[0].GetRole() != "controller" {
			t.Errorf("action = %v", a)
		}
	})
	_, err := w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: w.read(t, "planer"), Proposal: &controlv1.ActionProposal{DueDate: "2026-02-30"}})
	wantInvalid(t, err, "proposal.due_date DATE")
	_, err = w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: w.read(t, "planer"),
		Proposal: &controlv1.ActionProposal{Owners: []*riskv1.Owner{{Role: "x", RoleAssignment: "y"}}}})
	wantInvalid(t, err, "proposal.owners[0].role_assignment ROLE_ASSIGNMENT_NAME")
}

// TestRegisterKilledAndBack: with the register away everything else goes on and the proposal waits; once it is back the
// proposal is there, once.
func TestRegisterKilledAndBack(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.result(t, "planer", deviating("planer"))
		w.line.cut.Store(true)
		w.run(t)
		if p := w.read(t, "planer").GetProposedActions(); len(p) != 1 || p[0].GetState() != pending {
			t.Errorf("proposed = %v, want it pending", p)
		}
		w.measure(t, december(w.later(t), "2025", 93))
		_, err := w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: yearly, Result: done("oro")})
		wantFault(t, err, fault.Unavailable, "UNAVAILABLE")
		w.line.cut.Store(false)
		w.clock.Advance(time.Minute)
		p := w.settled(t, "planer")
		if n, _ := w.register.sent(p.GetAction()); p.GetState() != delivered || n != 1 {
			t.Errorf("proposal = %v, sent %d times, want delivered once", p, n)
		}
	})
}

// later stores an indicator that no control point has, which needs no register.
func (w *world) later(t *testing.T) string {
	t.Helper()
	return must[*controlv1.Indicator](t)(w.CreateIndicator(w.coordinator, &controlv1.CreateIndicatorRequest{Parent: on,
		Indicator: &controlv1.Indicator{Title: "Andel", Quantity: controlv1.Quantity_QUANTITY_SHARE}})).GetName()
}

func TestARefusedProposalSaysWhy(t *testing.T) {
	w := start(t)
	w.register.refusal = fault.Fields(fault.Field{Path: "action.owners", Reason: "X", Swedish: "Rollen finns inte.", English: "no such role"})
	w.run(t)
	w.result(t, "planer", deviating("planer"))
	p := w.settled(t, "planer")
	if p.GetState() != refused || !strings.Contains(p.GetFault(), "Rollen finns inte.") {
		t.Errorf("proposal = %v, want refused with the reason", p)
	}
	again := w.read(t, "planer")
	again.Text = "Mer text"
	if got := must[*controlv1.Result](t)(w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: again})); len(got.GetProposedActions()) != 1 {
		t.Errorf("proposed = %v, want no second one", got.GetProposedActions())
	}
	if n, _ := w.register.sent(p.GetAction()); n != 1 {
		t.Errorf("sent %d times, want once", n)
	}
}

// TestReplicasDeliverSideBySide: two services over one database deliver each proposal.
func TestReplicasDeliverSideBySide(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		second := serve(t, w.db)
		second.register = w.register
		second.line.conn = w.line.conn
		for _, id := range []string{"planer", "oro", "placeringar", "tillstand"} {
			w.result(t, id, deviating(id))
		}
		w.run(t)
		second.run(t)
		for _, id := range []string{"planer", "oro", "placeringar", "tillstand"} {
			if p := w.settled(t, id); p.GetState() != delivered {
				t.Errorf("%s: %v, want delivered", id, p)
			}
		}
	})
}
