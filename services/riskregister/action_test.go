package riskregister_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// routine is an action that stems from the entry "fusk" and that chefs carry out.
func routine() *riskv1.Action {
	return &riskv1.Action{
		Title: "Inför rutin för bisysslor", DueDate: "2025-06-30",
		Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY, Resource: plan2025 + "/riskEntries/fusk"},
		Owners: []*riskv1.Owner{{Role: "enhetschefer", RoleAssignment: chefs}},
	}
}

// assignment is an action of a year that lies before every plan.
func assignment(year int32) *riskv1.Action {
	a := routine()
	a.Title = "Se över delegationsordningen"
	a.Origin = &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: year, Note: "Kommunstyrelsen § 40"}
	return a
}

// action stores a proposed action.
func (w *world) action(t *testing.T, id string, a *riskv1.Action) *riskv1.Action {
	t.Helper()
	return must[*riskv1.Action](t)(w.CreateAction(w.coordinator, &riskv1.CreateActionRequest{Parent: sn, ActionId: id, Action: a}))
}

// accepted stores an action and takes it on.
func (w *world) accepted(t *testing.T, id string, a *riskv1.Action) *riskv1.Action {
	t.Helper()
	return must[*riskv1.Action](t)(w.AcceptAction(w.head, &riskv1.AcceptActionRequest{Name: w.action(t, id, a).GetName()}))
}

// close ends an action as done.
func (w *world) close(t *testing.T, name, date string) *riskv1.Action {
	t.Helper()
	return must[*riskv1.Action](t)(w.CloseAction(w.secretary, &riskv1.CloseActionRequest{Name: name, Date: date, Done: true,
		Decision: &riskv1.Decision{MeetingDate: "2025-04-08", Paragraph: "31"}}))
}

// TestActionLife takes an action through all its states on both engines.
func TestActionLife(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		a := w.action(t, "rutin", routine())
		if a.GetState() != riskv1.ActionState_ACTION_STATE_PROPOSED || a.GetOrigin().GetYear() != 2025 || a.GetMethodVersion() != stated1 {
			t.Errorf("a new action is %v", a)
		}
		name := &riskv1.GetActionRequest{Name: a.GetName()}
		a = must[*riskv1.Action](t)(w.DeclineAction(w.head, &riskv1.DeclineActionRequest{Name: a.GetName(), Reason: "För dyrt"}))
		if a.GetDeclineReason() != "För dyrt" {
			t.Errorf("declined = %v", a)
		}
		a = must[*riskv1.Action](t)(w.AcceptAction(w.secretary, &riskv1.AcceptActionRequest{Name: a.GetName(), Etag: a.GetEtag(), Reason: "Nya pengar"}))
		if a.GetState() != riskv1.ActionState_ACTION_STATE_ACCEPTED || a.GetDeclineReason() != "" {
			t.Errorf("accepted = %v", a)
		}
		a = must[*riskv1.Action](t)(w.RenewAction(w.head, &riskv1.RenewActionRequest{Name: a.GetName(), DueDate: "2025-12-31", Reason: "Upphandlingen drar ut"}))
		want := []*riskv1.ActionRenewal{{PreviousDueDate: "2025-06-30", DueDate: "2025-12-31", Reason: "Upphandlingen drar ut"}}
		if diff := cmp.Diff(want, a.GetRenewals(), protocmp.Transform()); diff != "" || a.GetDueDate() != "2025-12-31" {
			t.Errorf("renewed until %s (-want +got):\n%s", a.GetDueDate(), diff)
		}
		a = must[*riskv1.Action](t)(w.CloseAction(w.head, &riskv1.CloseActionRequest{Name: a.GetName(), Reason: "Enheten är nedlagd"}))
		if a.GetState() != riskv1.ActionState_ACTION_STATE_CLOSED || a.GetClosing().GetDate() != "2025-05-12" || a.GetClosing().GetDone() {
			t.Errorf("closed = %v", a)
		}
		a = must[*riskv1.Action](t)(w.ReopenAction(w.coordinator, &riskv1.ReopenActionRequest{Name: a.GetName(), Reason: "Enheten är kvar"}))
		if a.GetState() != riskv1.ActionState_ACTION_STATE_ACCEPTED || a.GetClosing() != nil || len(a.GetRenewals()) != 1 {
			t.Errorf("reopened = %v", a)
		}
		if got := must[*riskv1.Action](t)(w.GetAction(w.member, name)); !proto.Equal(got, a) {
			t.Errorf("got %v, want %v", got, a)
		}
		w.wantMethods(t, a.GetName(), "ReopenAction", "CloseAction", "RenewAction", "AcceptAction", "DeclineAction", "CreateAction")
		if err := riskregister.Verify(t.Context(), db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}

// wantMethods compares the methods in the journal of a resource, the newest first.
func (w *world) wantMethods(t *testing.T, name string, want ...string) {
	t.Helper()
	answer, err := w.journal.ListJournalEntries(w.auditor, &journalv1.ListJournalEntriesRequest{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range answer.GetEntries() {
		got = append(got, e.GetMethod()[lastSlash(e.GetMethod())+1:])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("journal of %s (-want +got):\n%s", name, diff)
	}
}

func TestActionStepsThatAreRefused(t *testing.T) {
	w := start(t)
	w.draft(t)
	bare := w.action(t, "bar", &riskv1.Action{Title: "Något", Origin: routine().GetOrigin()})
	_, err := w.AcceptAction(w.head, &riskv1.AcceptActionRequest{Name: bare.GetName()})
	wantFault(t, err, fault.Precondition, "INCOMPLETE", "owners MISSING", "due_date MISSING")
	_, err = w.CloseAction(w.head, &riskv1.CloseActionRequest{Name: bare.GetName(), Done: true})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	a := w.accepted(t, "rutin", routine())
	_, err = w.RenewAction(w.head, &riskv1.RenewActionRequest{Name: a.GetName(), DueDate: "2025-06-30", Reason: "x"})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "due_date NOT_LATER")
	_, err = w.CloseAction(w.head, &riskv1.CloseActionRequest{Name: a.GetName()})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "reason REASON_REQUIRED")
	_, err = w.DeclineAction(w.head, &riskv1.DeclineActionRequest{Name: a.GetName(), Reason: "x"})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	w.close(t, a.GetName(), "2025-05-01")
	_, err = w.ReopenAction(w.head, &riskv1.ReopenActionRequest{Name: a.GetName(), Reason: "x", Etag: a.GetEtag()})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
	_, err = w.AcceptAction(w.head, &riskv1.AcceptActionRequest{Name: sn + "/actions/saknas"})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
}

func TestCreateAction(t *testing.T) {
	w := start(t)
	w.draft(t)
	plan := func(kind riskv1.ActionOriginKind, resource string) *riskv1.Action {
		return &riskv1.Action{Title: "X", Origin: &riskv1.ActionOrigin{Kind: kind, Resource: resource}}
	}
	bad := routine()
	bad.Status, bad.Unit, bad.Owners[0].RoleAssignment, bad.Origin.Resource = "halvvägs", "x", "y", plan2025+"/riskEntries/saknas"
	for name, tt := range map[string]struct {
		give *riskv1.Action
		want []string
	}{
		"faults": {bad, []string{"action.owners[0].role_assignment ROLE_ASSIGNMENT_NAME", "action.unit UNIT_NAME",
			"action.origin.resource UNKNOWN_REFERENCE", "action.status UNKNOWN_STATUS"}},
		"another committee's plan":    {plan(riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN, un+"/plans/2025"), []string{"action.origin.resource UNKNOWN_REFERENCE"}},
		"a risk that is a plan":       {plan(riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY, plan2025), []string{"action.origin.resource UNKNOWN_REFERENCE"}},
		"a result that is a round":    {plan(riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, sn+"/rounds/hel"), []string{"action.origin.resource UNKNOWN_REFERENCE"}},
		"a result of an unknown year": {plan(riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, sn+"/rounds/hel/results/avtal"), []string{"action.origin.year YEAR_REQUIRED"}},
		"no year":                     {assignment(0), []string{"action.origin.year YEAR_REQUIRED"}},
		"from nowhere":                {plan(riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN, ""), []string{"action.origin.resource REQUIRED", "action.origin.year YEAR_REQUIRED"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.CreateAction(w.coordinator, &riskv1.CreateActionRequest{Parent: sn, Action: tt.give})
			wantFault(t, err, fault.Invalid, "INVALID_FIELDS", tt.want...)
		})
	}
	create := func() *riskv1.Action {
		return must[*riskv1.Action](t)(w.CreateAction(w.coordinator, &riskv1.CreateActionRequest{Parent: sn, RequestId: "r1", Action: routine()}))
	}
	if first, again := create(), create(); first.GetName() != again.GetName() {
		t.Errorf("a repeat made %s beside %s", again.GetName(), first.GetName())
	}
	_, err := w.CreateAction(w.coordinator, &riskv1.CreateActionRequest{Parent: ume + "/committees/-", Action: assignment(2025)})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "parent RESOURCE_NAME")
}

// TestActionYearAndScale: the year and the scale follow from the origin.
func TestActionYearAndScale(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.round(t, "delar")
	from := func(id string, kind riskv1.ActionOriginKind, resource string) *riskv1.Action {
		return w.action(t, id, &riskv1.Action{Title: "X", Origin: &riskv1.ActionOrigin{Kind: kind, Resource: resource}})
	}
	for _, a := range []*riskv1.Action{
		from("plan", riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN, plan2025), from("omgang", riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ROUND, sn+"/rounds/delar"),
		from("resultat", riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, sn+"/rounds/delar/results/avtal"),
	} {
		if a.GetOrigin().GetYear() != 2025 || a.GetMethodVersion() != stated1 {
			t.Errorf("%s is of %d on the scale of %s", a.GetName(), a.GetOrigin().GetYear(), a.GetMethodVersion())
		}
	}
	if a := w.action(t, "uppdrag", assignment(2019)); a.GetMethodVersion() != stated1 || a.GetOrigin().GetYear() != 2019 {
		t.Errorf("an assignment is %v, want the scale of the newest plan", a)
	}
	other := must[*riskv1.Action](t)(w.CreateAction(w.coordinator, &riskv1.CreateActionRequest{Parent: un, Action: assignment(2024)}))
	if other.GetMethodVersion() != "" {
		t.Errorf("without plans the scale is that of %s", other.GetMethodVersion())
	}
	other.Status = "paborjad"
	must[*riskv1.Action](t)(w.UpdateAction(w.coordinator, &riskv1.UpdateActionRequest{Action: other}))
}

func TestUpdateAction(t *testing.T) {
	w := start(t)
	w.draft(t)
	a := w.accepted(t, "rutin", routine())
	update := func(change func(*riskv1.Action), paths ...string) (*riskv1.Action, error) {
		next := proto.CloneOf(a)
		next.Etag = ""
		change(next)
		return w.UpdateAction(w.coordinator, &riskv1.UpdateActionRequest{Action: next, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	}
	told := must[*riskv1.Action](t)(update(func(a *riskv1.Action) { a.Status, a.Comment = "klar", "Antagen 5 maj" }, "status", "comment"))
	if told.GetState() != riskv1.ActionState_ACTION_STATE_ACCEPTED || told.GetStatus() != "klar" {
		t.Errorf("told = %v, want it open: closing is a decision", told)
	}
	_, err := update(func(a *riskv1.Action) { a.DueDate = "2025-12-31" }, "due_date")
	wantFault(t, err, fault.Precondition, "RENEWAL_NEEDED")
	_, err = update(func(a *riskv1.Action) { a.Owners = nil }, "owners")
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "action.owners MISSING")
	for _, fixed := range []string{"origin", "state", "renewals", "decline_reason", "closing"} {
		_, err = update(func(*riskv1.Action) {}, fixed)
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "update_mask READ_ONLY_FIELD")
	}
	whole, err := update(func(a *riskv1.Action) {
		a.Title, a.State, a.Origin = "Inför rutinen", riskv1.ActionState_ACTION_STATE_CLOSED, assignment(2020).GetOrigin()
	}, "*")
	if err != nil || whole.GetTitle() != "Inför rutinen" || whole.GetState() != a.GetState() || !proto.Equal(whole.GetOrigin(), a.GetOrigin()) {
		t.Errorf("replaced = %v, %v, want its state and origin kept", whole, err)
	}
	_, err = w.UpdateAction(w.coordinator, &riskv1.UpdateActionRequest{Action: a})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
	w.close(t, a.GetName(), "")
	_, err = update(func(a *riskv1.Action) { a.Comment = "Mer" }, "comment")
	wantFault(t, err, fault.Precondition, "ACTION_CLOSED")
	declined := w.action(t, "nej", routine())
	must[*riskv1.Action](t)(w.DeclineAction(w.head, &riskv1.DeclineActionRequest{Name: declined.GetName(), Reason: "x"}))
	_, err = w.UpdateAction(w.coordinator, &riskv1.UpdateActionRequest{Action: &riskv1.Action{Name: declined.GetName(), Title: "Ny", Origin: declined.GetOrigin()}})
	wantFault(t, err, fault.Precondition, "ACTION_DECLINED")
}

// TestOwnersOfActions tell how far what they carry out has come, and decide nothing.
func TestOwnersOfActions(t *testing.T) {
	w := start(t)
	w.draft(t)
	a := w.accepted(t, "rutin", routine())
	update := func(ctx context.Context, change func(*riskv1.Action), paths ...string) error {
		next := proto.CloneOf(a)
		next.Etag = ""
		change(next)
		return second(w.UpdateAction(ctx, &riskv1.UpdateActionRequest{Action: next, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}}))
	}
	if err := update(w.owner, func(a *riskv1.Action) { a.Description, a.Status, a.Comment = "Mer", "paborjad", "Utkast finns" }, "description", "status", "comment"); err != nil {
		t.Errorf("an owner tells nothing: %v", err)
	}
	mine := must[*riskv1.Action](t)(w.CreateAction(w.owner, &riskv1.CreateActionRequest{Parent: sn, Action: routine()}))
	foreign := routine()
	foreign.Owners[0].RoleAssignment = others
	for name, err := range map[string]error{
		"a title":           update(w.owner, func(a *riskv1.Action) { a.Title = "Annat" }, "title"),
		"other owners":      update(w.owner, func(a *riskv1.Action) { a.Owners = []*riskv1.Owner{{Role: "andra"}} }, "owners"),
		"a unit":            update(w.owner, func(a *riskv1.Action) { a.Unit = sn + "/units/a" }, "unit"),
		"another's status":  update(w.manager, func(a *riskv1.Action) { a.Status = "klar" }, "status"),
		"a secretary's":     update(w.secretary, func(a *riskv1.Action) { a.Status = "klar" }, "status"),
		"a member's":        update(w.member, func(a *riskv1.Action) { a.Status = "klar" }, "status"),
		"an auditor's":      update(w.auditor, func(a *riskv1.Action) { a.Status = "klar" }, "status"),
		"one for another":   second(w.CreateAction(w.owner, &riskv1.CreateActionRequest{Parent: sn, Action: foreign})),
		"its own, accepted": second(w.AcceptAction(w.owner, &riskv1.AcceptActionRequest{Name: mine.GetName()})),
		"its own, closed":   second(w.CloseAction(w.owner, &riskv1.CloseActionRequest{Name: a.GetName(), Done: true})),
		"its own, renewed":  second(w.RenewAction(w.owner, &riskv1.RenewActionRequest{Name: a.GetName(), DueDate: "2026-01-31", Reason: "x"})),
	} {
		if err == nil {
			t.Errorf("%s is written", name)
			continue
		}
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	}
}

// TestWhoSeesActions: a member sees them once somebody took a stand, in every read.
func TestWhoSeesActions(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		proposed := w.action(t, "forslag", routine())
		declined := w.action(t, "nej", routine())
		must[*riskv1.Action](t)(w.DeclineAction(w.head, &riskv1.DeclineActionRequest{Name: declined.GetName(), Reason: "x"}))
		w.accepted(t, "pagar", routine())
		w.close(t, w.accepted(t, "slut", routine()).GetName(), "2025-05-01")
		must[*riskv1.Action](t)(w.CreateAction(w.coordinator, &riskv1.CreateActionRequest{Parent: un, ActionId: "annan", Action: assignment(2024)}))

		_, err := w.GetAction(w.member, &riskv1.GetActionRequest{Name: proposed.GetName()})
		wantFault(t, err, fault.NotFound, "NOT_FOUND")
		list := func(ctx context.Context, req *riskv1.ListActionsRequest) []*riskv1.Action {
			if req.GetParent() == "" {
				req.Parent = sn
			}
			return must[*riskv1.ListActionsResponse](t)(w.ListActions(ctx, req)).GetActions()
		}
		wantIDs(t, list(w.member, &riskv1.ListActionsRequest{}), "nej", "pagar", "slut")
		wantIDs(t, list(w.member, &riskv1.ListActionsRequest{State: riskv1.ActionState_ACTION_STATE_PROPOSED}))
		wantIDs(t, list(w.member, &riskv1.ListActionsRequest{State: riskv1.ActionState_ACTION_STATE_CLOSED}), "slut")
		wantIDs(t, list(w.auditor, &riskv1.ListActionsRequest{}), "forslag", "nej", "pagar", "slut")
		wantIDs(t, list(w.auditor, &riskv1.ListActionsRequest{Parent: ume + "/committees/-"}), "forslag", "nej", "pagar", "slut", "annan")
		wantIDs(t, list(w.auditor, &riskv1.ListActionsRequest{Parent: ume + "/committees/-", Year: 2024}), "annan")
		wantIDs(t, list(w.auditor, &riskv1.ListActionsRequest{Origin: plan2025}))
		wantIDs(t, list(w.owner, &riskv1.ListActionsRequest{Origin: plan2025 + "/riskEntries/fusk", PageSize: 2}), "forslag", "nej")
		_, err = w.ListActions(w.owner, &riskv1.ListActionsRequest{Parent: ume + "/committees/-"})
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")

		told := func(ctx context.Context) []*riskv1.Action {
			return must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(ctx, &riskv1.GetPlanSnapshotRequest{Name: plan2025})).GetActions()
		}
		wantIDs(t, told(w.member), "nej", "pagar", "slut")
		wantIDs(t, told(w.coordinator), "forslag", "nej", "pagar", "slut")
	})
}

func TestCountActions(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.decided(t)
		w.action(t, "forslag", routine())
		late := routine()
		late.DueDate, late.Status = "2025-05-11", "paborjad"
		w.accepted(t, "sen", late)
		today := routine()
		today.DueDate, today.Status = "2025-05-12", "paborjad"
		w.accepted(t, "idag", today)
		done := routine()
		done.DueDate, done.Status = "2025-05-11", "klar"
		w.accepted(t, "klar", done)
		w.close(t, w.accepted(t, "slut", assignment(2023)).GetName(), "2024-05-01")
		count := func(ctx context.Context, parent string) []*riskv1.ActionCount {
			return must[*riskv1.CountActionsResponse](t)(w.CountActions(ctx, &riskv1.CountActionsRequest{Parent: parent})).GetCounts()
		}
		want := []*riskv1.ActionCount{
			{Committee: sn, Year: 2023, State: riskv1.ActionState_ACTION_STATE_CLOSED, Count: 1},
			{Committee: sn, Year: 2025, State: riskv1.ActionState_ACTION_STATE_ACCEPTED, Status: "klar", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES, Count: 1},
			{Committee: sn, Year: 2025, State: riskv1.ActionState_ACTION_STATE_ACCEPTED, Status: "paborjad", Meaning: riskv1.StatusMeaning_STATUS_MEANING_PARTLY, Count: 2, Overdue: 1},
		}
		if diff := cmp.Diff(want, count(w.member, sn), protocmp.Transform()); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		must[*riskv1.Action](t)(w.CreateAction(w.coordinator, &riskv1.CreateActionRequest{Parent: un, ActionId: "annan", Action: assignment(2024)}))
		must[*riskv1.Action](t)(w.AcceptAction(w.coordinator, &riskv1.AcceptActionRequest{Name: un + "/actions/annan"}))
		want = append(want, &riskv1.ActionCount{Committee: un, Year: 2024, State: riskv1.ActionState_ACTION_STATE_ACCEPTED, Count: 1})
		if diff := cmp.Diff(want, count(w.auditor, ume), protocmp.Transform()); diff != "" {
			t.Errorf("counts of the municipality (-want +got):\n%s", diff)
		}
		_, err := w.CountActions(w.member, &riskv1.CountActionsRequest{Parent: ume})
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	})
}

// TestOriginsStay: what an action comes from is not taken away, and what was decided with a plan stays as it was.
func TestOriginsStay(t *testing.T) {
	w := start(t)
	w.draft(t)
	point := must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "stick", ControlPoint: check("Stickprov")}))
	w.accepted(t, "moment", &riskv1.Action{Title: "Skaffa system", DueDate: "2025-10-31", Owners: []*riskv1.Owner{{Role: "controller"}},
		Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_CONTROL_POINT, Resource: point.GetName()}})
	w.accepted(t, "uppdrag", assignment(2025))
	_, err := w.DeleteControlPoint(w.coordinator, &riskv1.DeleteControlPointRequest{Name: point.GetName()})
	wantFault(t, err, fault.Precondition, "IN_USE")
	direct := func() []*riskv1.Action {
		return must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.coordinator, &riskv1.GetPlanSnapshotRequest{Name: plan2025})).GetSnapshot().GetActions()
	}
	wantIDs(t, direct(), "moment")
	w.propose(t)
	w.decide(t, "2024-12-10")
	w.close(t, sn+"/actions/moment", "2025-05-01")
	w.accepted(t, "senare", routine())
	wantIDs(t, direct(), "moment")
	if a := direct()[0]; a.GetState() != riskv1.ActionState_ACTION_STATE_ACCEPTED {
		t.Errorf("decided with the plan as %v", a.GetState())
	}
	w.revise(t)
	wantIDs(t, direct(), "senare")
	all := w.exported(t)
	w.imported(t, all, 0, 0, int32(len(all)))
}
