package riskregister_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// direct is the name of a common item, instance that of the control point that carries it out in 2025.
const (
	direct   = ume + "/commonItems/direkt"
	instance = plan2025 + "/controlPoints/common-direkt"
)

// common is a complete common item for every committee in 2025 that leaves frequency, sample and report to them.
func common(title string) *riskv1.CommonItem {
	return &riskv1.CommonItem{Year: 2025, Title: title, Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW,
		Purpose: "Att lagen följs", Scope: "Köp över 100 000 kronor", Method: "Stickprov i leverantörsreskontran"}
}

// commonItem stores and decides a common item.
func (w *world) commonItem(t *testing.T, id string, c *riskv1.CommonItem) *riskv1.CommonItem {
	t.Helper()
	must[*riskv1.CommonItem](t)(w.CreateCommonItem(w.coordinator, &riskv1.CreateCommonItemRequest{Parent: ume, CommonItemId: id, CommonItem: c}))
	return w.decideItem(t, ume+"/commonItems/"+id)
}

func (w *world) decideItem(t *testing.T, name string) *riskv1.CommonItem {
	t.Helper()
	return must[*riskv1.CommonItem](t)(w.DecideCommonItem(w.coordinator, &riskv1.DecideCommonItemRequest{Name: name,
		Decision: &riskv1.Decision{MeetingDate: "2024-11-05", Paragraph: "201"}}))
}

// TestCommonItemLife takes a common item through its states on both engines.
func TestCommonItemLife(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		given := common("Direktupphandling")
		given.Method, given.State, given.Decision, given.WithdrawReason = "", riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED, &riskv1.Decision{MeetingDate: "2024-11-05"}, "x"
		create := func() *riskv1.CommonItem {
			return must[*riskv1.CommonItem](t)(w.CreateCommonItem(w.coordinator, &riskv1.CreateCommonItemRequest{Parent: ume, RequestId: "r1", CommonItem: given}))
		}
		c := create()
		if c.GetState() != riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT || c.GetDecision() != nil || c.GetWithdrawReason() != "" {
			t.Errorf("a new item is %v, want a draft", c)
		}
		if again := create(); again.GetName() != c.GetName() {
			t.Errorf("a repeat made %s beside %s", again.GetName(), c.GetName())
		}
		decide := &riskv1.DecideCommonItemRequest{Name: c.GetName(), Decision: &riskv1.Decision{MeetingDate: "2024-11-05", Paragraph: "201"}}
		_, err := w.DecideCommonItem(w.coordinator, decide)
		wantFault(t, err, fault.Precondition, "INCOMPLETE", c.GetName()+".method MISSING")
		c.Method, c.Committees = "Stickprov", []string{sn, un, "municipalities/lund/committees/sn"}
		_, err = w.UpdateCommonItem(w.coordinator, &riskv1.UpdateCommonItemRequest{CommonItem: c})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "common_item.committees[2] COMMITTEE_NAME")
		c.Committees = []string{sn, un}
		updated := must[*riskv1.CommonItem](t)(w.UpdateCommonItem(w.coordinator, &riskv1.UpdateCommonItemRequest{CommonItem: c}))
		_, err = w.UpdateCommonItem(w.coordinator, &riskv1.UpdateCommonItemRequest{CommonItem: c})
		wantFault(t, err, fault.Conflict, "STALE_ETAG")
		_, err = w.UpdateCommonItem(w.coordinator, &riskv1.UpdateCommonItemRequest{CommonItem: updated, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"state"}}})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "update_mask READ_ONLY_FIELD")
		decide.Etag = c.GetEtag()
		_, err = w.DecideCommonItem(w.coordinator, decide)
		wantFault(t, err, fault.Conflict, "STALE_ETAG")
		w.fixedOnceDecided(t, updated)
		if err := riskregister.Verify(t.Context(), db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}

// fixedOnceDecided decides an item, and withdraws it, and tries everything that may not be done then.
func (w *world) fixedOnceDecided(t *testing.T, c *riskv1.CommonItem) {
	t.Helper()
	decided := w.decideItem(t, c.GetName())
	if decided.GetState() != riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED || decided.GetDecision().GetParagraph() != "201" {
		t.Errorf("decided item = %v", decided)
	}
	other := common("Annat")
	other.Name = c.GetName()
	for _, withdrawn := range []bool{false, true} {
		if withdrawn {
			got := must[*riskv1.CommonItem](t)(w.WithdrawCommonItem(w.coordinator, &riskv1.WithdrawCommonItemRequest{Name: c.GetName(), Reason: "Ny lag"}))
			if got.GetWithdrawReason() != "Ny lag" || got.GetDecision() == nil {
				t.Errorf("withdrawn item = %v", got)
			}
		}
		_, err := w.UpdateCommonItem(w.coordinator, &riskv1.UpdateCommonItemRequest{CommonItem: other})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
		_, err = w.DeleteCommonItem(w.coordinator, &riskv1.DeleteCommonItemRequest{Name: c.GetName()})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
		_, err = w.DecideCommonItem(w.coordinator, &riskv1.DecideCommonItemRequest{Name: c.GetName(), Decision: &riskv1.Decision{MeetingDate: "2024-11-05"}})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
	}
	_, err := w.WithdrawCommonItem(w.coordinator, &riskv1.WithdrawCommonItemRequest{Name: c.GetName(), Reason: "Igen"})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
}

// TestCommonItemDraftsAreTheirWritersOwn reads drafts as everybody who may not write them.
func TestCommonItemDraftsAreTheirWritersOwn(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		local := w.as(ume+"/people/lina", "coordinator", sn)
		w.commonItem(t, "a", common("Beslutad"))
		w.commonItem(t, "b", common("Tillbakadragen"))
		must[*riskv1.CommonItem](t)(w.WithdrawCommonItem(w.coordinator, &riskv1.WithdrawCommonItemRequest{Name: ume + "/commonItems/b", Reason: "x"}))
		must[*riskv1.CommonItem](t)(w.CreateCommonItem(w.coordinator, &riskv1.CreateCommonItemRequest{Parent: ume, CommonItemId: "direkt", CommonItem: common("Utkast")}))
		for role, ctx := range map[string]context.Context{"member": w.member, "local coordinator": local, "auditor": w.auditor, "operator": w.operator} {
			_, err := w.GetCommonItem(ctx, &riskv1.GetCommonItemRequest{Name: direct})
			wantFault(t, err, fault.NotFound, "NOT_FOUND")
			wantIDs(t, w.items(t, ctx, &riskv1.ListCommonItemsRequest{}), "a", "b")
			wantIDs(t, w.items(t, ctx, &riskv1.ListCommonItemsRequest{State: riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT}))
			wantIDs(t, w.items(t, ctx, &riskv1.ListCommonItemsRequest{State: riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN}), "b")
			wantIDs(t, w.items(t, ctx, &riskv1.ListCommonItemsRequest{Year: 2026}))
			if _, err := w.GetCommonItem(ctx, &riskv1.GetCommonItemRequest{Name: ume + "/commonItems/a"}); err != nil {
				t.Errorf("%s does not see a decided item: %v", role, err)
			}
		}
		wantIDs(t, w.items(t, w.coordinator, &riskv1.ListCommonItemsRequest{Year: 2025}), "a", "b", "direkt")
		_, err := w.GetCommonItem(w.as("municipalities/lund/people/lo", "coordinator", "municipalities/lund"), &riskv1.GetCommonItemRequest{Name: direct})
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
		w.changesOfCommonItems(t, local)
	})
}

func (w *world) items(t *testing.T, ctx context.Context, req *riskv1.ListCommonItemsRequest) []*riskv1.CommonItem {
	t.Helper()
	req.Parent = ume
	return must[*riskv1.ListCommonItemsResponse](t)(w.ListCommonItems(ctx, req)).GetCommonItems()
}

// changesOfCommonItems follows the stream as somebody who does not see the draft, and as its writer.
func (w *world) changesOfCommonItems(t *testing.T, local context.Context) {
	t.Helper()
	must[*riskv1.Method](t)(w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: ume, MethodId: "sist", Method: &riskv1.Method{Title: "Sist"}}))
	for want, caller := range map[int]context.Context{0: local, 1: w.coordinator} {
		if got := w.changesUntil(t, caller, ume+"/methods/sist")[direct]; got != want {
			t.Errorf("%d changes of the draft, want %d", got, want)
		}
	}
	w.decideItem(t, direct)
	must[*riskv1.Method](t)(w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: ume, MethodId: "sist2", Method: &riskv1.Method{Title: "Sist"}}))
	if got := w.changesUntil(t, local, ume+"/methods/sist2")[direct]; got != 2 {
		t.Errorf("%d changes of the decided item, want 2", got)
	}
}

// changesUntil counts the changes in a stream by name, from the start to the first of a name.
func (w *world) changesUntil(t *testing.T, caller context.Context, last string) map[string]int {
	t.Helper()
	ctx, cancel := context.WithCancel(caller)
	defer cancel()
	stream, err := w.journal.WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: ume, ResumeToken: "start"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for seen[last] == 0 {
		change, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		seen[change.GetName()]++
	}
	return seen
}

func TestDeletedCommonItemDraft(t *testing.T) {
	w := start(t)
	must[*riskv1.CommonItem](t)(w.CreateCommonItem(w.coordinator, &riskv1.CreateCommonItemRequest{Parent: ume, CommonItemId: "direkt", CommonItem: common("Utkast")}))
	_, err := w.DeleteCommonItem(w.coordinator, &riskv1.DeleteCommonItemRequest{Name: direct, Etag: "99"})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
	if _, err := w.DeleteCommonItem(w.coordinator, &riskv1.DeleteCommonItemRequest{Name: direct}); err != nil {
		t.Fatal(err)
	}
	must[*riskv1.Method](t)(w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: ume, MethodId: "sist", Method: &riskv1.Method{Title: "Sist"}}))
	if got := w.changesUntil(t, w.auditor, ume+"/methods/sist")[direct]; got != 0 {
		t.Errorf("an auditor follows %d changes of a draft that was deleted", got)
	}
}

// TestTrap04CommonItemsPerCommittee: decided once, carried out by each committee with an owner of its own.
func TestTrap04CommonItemsPerCommittee(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.commonItem(t, "direkt", common("Direktupphandling"))
		late := common("Sent beslut")
		late.Committees, late.Frequency = []string{sn}, "Varje kvartal"
		w.draft(t)
		must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: un, PlanId: "2025", Plan: &riskv1.Plan{MethodVersion: stated1}}))
		w.commonItem(t, "sent", late)
		p := must[*riskv1.ControlPoint](t)(w.GetControlPoint(w.coordinator, &riskv1.GetControlPointRequest{Name: instance}))
		if p.GetCommonItem() != direct || p.GetTitle() != "Direktupphandling" || p.GetScope() == "" || p.GetKind() != riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW {
			t.Errorf("instance = %v", p)
		}
		_, err := w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: plan2025})
		wantFault(t, err, fault.Precondition, "INCOMPLETE", plan2025+".control_points MISSING", instance+".frequency MISSING", instance+".owners MISSING")

		added := must[*riskv1.AddCommonItemsResponse](t)(w.AddCommonItems(w.coordinator, &riskv1.AddCommonItemsRequest{Name: plan2025})).GetControlPoints()
		wantIDs(t, added, "common-sent")
		if added[0].GetFrequency() != "Varje kvartal" || added[0].GetEtag() == "" || added[0].GetPosition() != 2 {
			t.Errorf("added = %v", added[0])
		}
		for _, plan := range []string{plan2025, un + "/plans/2025"} {
			wantIDs(t, must[*riskv1.AddCommonItemsResponse](t)(w.AddCommonItems(w.coordinator, &riskv1.AddCommonItemsRequest{Name: plan})).GetControlPoints())
		}
		w.localFields(t, p, added[0])
		w.propose(t)
		_, err = w.AddCommonItems(w.coordinator, &riskv1.AddCommonItemsRequest{Name: plan2025})
		wantFault(t, err, fault.Precondition, "WRONG_STATE")
		w.decide(t, "2024-12-10")
		w.roundtrip(t, db)
	})
}

// localFields gives instances what is the committee's own to say, and tries what is not.
func (w *world) localFields(t *testing.T, p, late *riskv1.ControlPoint) {
	t.Helper()
	changed := proto.CloneOf(p)
	changed.Frequency, changed.PlannedSample, changed.Owners = "Årligen", "25 köp", []*riskv1.Owner{{Role: "controller", RoleAssignment: others}}
	changed.ResponsibleManager, changed.RiskEntries, changed.Position = &riskv1.Owner{Role: "ekonomichef"}, []string{plan2025 + "/riskEntries/fusk"}, 7
	must[*riskv1.ControlPoint](t)(w.UpdateControlPoint(w.coordinator, &riskv1.UpdateControlPointRequest{ControlPoint: changed}))
	late.Owners = []*riskv1.Owner{{Role: "controller"}}
	late = must[*riskv1.ControlPoint](t)(w.UpdateControlPoint(w.coordinator, &riskv1.UpdateControlPointRequest{ControlPoint: late}))
	late.Title, late.Frequency, late.ReportTo = "Egen rubrik", "Aldrig", "Nämnden"
	_, err := w.UpdateControlPoint(w.coordinator, &riskv1.UpdateControlPointRequest{ControlPoint: late})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "control_point.title COMMON_ITEM", "control_point.frequency COMMON_ITEM")
	_, err = w.UpdateControlPoint(w.manager, &riskv1.UpdateControlPointRequest{ControlPoint: &riskv1.ControlPoint{Name: p.GetName(), Title: p.GetTitle(), Kind: p.GetKind(), Method: "Egen"}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "control_point.method COMMON_ITEM")
	_, err = w.DeleteControlPoint(w.coordinator, &riskv1.DeleteControlPointRequest{Name: p.GetName()})
	wantFault(t, err, fault.Precondition, "IN_USE")
	_, err = w.MoveControlPoint(w.coordinator, &riskv1.MoveControlPointRequest{Name: p.GetName(), Destination: un + "/plans/2025", Reason: "x"})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.UpdateControlPoint(w.coordinator, &riskv1.UpdateControlPointRequest{ControlPoint: p, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"common_item"}}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "update_mask READ_ONLY_FIELD")
	own := check("Egen")
	own.CommonItem, own.MovedTo = direct, un+"/plans/2025/controlPoints/x"
	own = must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "egen", ControlPoint: own}))
	if own.GetCommonItem() != "" || own.GetMovedTo() != "" {
		t.Errorf("somebody set %q and %q by hand", own.GetCommonItem(), own.GetMovedTo())
	}
}

// roundtrip exports everything, imports it into an empty register of the same engine, and compares.
func (w *world) roundtrip(t *testing.T, db sqldb.DB) {
	t.Helper()
	all := w.exported(t)
	w.imported(t, all, 0, 0, int32(len(all)))
	other := serve(t, sqldbtest.Open(t, db.Engine(), riskregister.Migrations()))
	other.imported(t, all, int32(len(all)), 0, 0)
	wantSame(t, all, other.exported(t))
	if err := riskregister.Verify(t.Context(), db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
		t.Error(err)
	}
}

func TestWithdrawnCommonItemsMayBeDropped(t *testing.T) {
	w := start(t)
	w.commonItem(t, "direkt", common("Direktupphandling"))
	w.draft(t)
	must[*riskv1.CommonItem](t)(w.WithdrawCommonItem(w.coordinator, &riskv1.WithdrawCommonItemRequest{Name: direct, Reason: "Ny lag"}))
	if _, err := w.DeleteControlPoint(w.coordinator, &riskv1.DeleteControlPointRequest{Name: instance}); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, must[*riskv1.AddCommonItemsResponse](t)(w.AddCommonItems(w.coordinator, &riskv1.AddCommonItemsRequest{Name: plan2025})).GetControlPoints())
	w.propose(t)
}

func TestInstancesFindAFreeName(t *testing.T) {
	w := start(t)
	w.draft(t)
	must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "common-direkt", ControlPoint: check("Egen")}))
	w.commonItem(t, "direkt", common("Direktupphandling"))
	added := must[*riskv1.AddCommonItemsResponse](t)(w.AddCommonItems(w.coordinator, &riskv1.AddCommonItemsRequest{Name: plan2025})).GetControlPoints()
	wantIDs(t, added, "common-direkt-2")
}

func TestAddCommonItemsIsTheCommitteesOwn(t *testing.T) {
	w := start(t)
	w.draft(t)
	for name, ctx := range map[string]context.Context{
		"a sister committee": w.as(ume+"/people/ulla", "coordinator", un), "another municipality": w.as("municipalities/lund/people/lo", "coordinator", "municipalities/lund"),
		"an owner": w.owner, "a member": w.member,
	} {
		_, err := w.AddCommonItems(ctx, &riskv1.AddCommonItemsRequest{Name: plan2025})
		if err == nil {
			t.Errorf("%s adds common items", name)
			continue
		}
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	}
}

func TestImportOfCommonItems(t *testing.T) {
	w := start(t)
	w.imported(t, bundle(), 10, 0, 0)
	item := func(id string, change func(*riskv1.CommonItem)) *riskv1.CommonItem {
		c := common(id)
		c.Name, c.State, c.Decision = ume+"/commonItems/"+id, riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED, &riskv1.Decision{MeetingDate: "2024-11-05"}
		change(c)
		return c
	}
	point := func(id, of string, change func(*riskv1.ControlPoint)) *riskv1.ControlPoint {
		c := common(of)
		p := &riskv1.ControlPoint{Name: sn + "/plans/2026/controlPoints/" + id, CommonItem: ume + "/commonItems/" + of, Title: c.GetTitle(), Kind: c.GetKind(),
			Purpose: c.GetPurpose(), Scope: c.GetScope(), Method: c.GetMethod()}
		change(p)
		return p
	}
	keep := func(*riskv1.ControlPoint) {}
	ok := item("ok", func(c *riskv1.CommonItem) { c.Year = 2026 })
	w.wantFaults(t, []proto.Message{
		&riskv1.Plan{Name: sn + "/plans/2026", MethodVersion: stated1}, ok,
		item("b", func(c *riskv1.CommonItem) { c.Decision, c.Committees = nil, []string{"x"} }),
		item("c", func(c *riskv1.CommonItem) { c.State = riskv1.CommonItemState_COMMON_ITEM_STATE_UNSPECIFIED }),
		item("d", func(c *riskv1.CommonItem) { c.WithdrawReason, c.Decision.MeetingDate = "x", "2024-02-31" }),
		point("ok", "ok", keep), point("year", "d", keep), point("none", "saknas", keep),
		point("differs", "ok", func(p *riskv1.ControlPoint) { p.Method, p.MovedTo = "Annan", plan2025+"/controlPoints/x" }),
	}, "[2].committees[0] COMMITTEE_NAME", "[2].decision DECISION_MISSING", "[3].decision DECISION_WITHOUT_STATE", "[4].decision.meeting_date DATE",
		"[4].withdraw_reason REASON_REQUIRED", "[6].common_item NOT_APPLICABLE", "[7].common_item UNKNOWN_REFERENCE",
		"[8].method COMMON_ITEM", "[8].moved_to NOT_ANOTHER_COMMITTEE")
	w.imported(t, []proto.Message{&riskv1.Plan{Name: sn + "/plans/2026", MethodVersion: stated1}, ok, point("ok", "ok", keep)}, 3, 0, 0)
	withdrawn := proto.CloneOf(ok)
	withdrawn.State, withdrawn.WithdrawReason = riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN, "Ny lag"
	changed := proto.CloneOf(withdrawn)
	changed.Title = "Annat"
	w.wantFaults(t, []proto.Message{changed}, "[0] WRONG_STATE")
	w.imported(t, []proto.Message{withdrawn, point("ok", "ok", keep)}, 0, 1, 1)
	w.wantFaults(t, []proto.Message{ok}, "[0] WRONG_STATE")
}

// TestImportedProposalHasItsCommonItems refuses a file with a proposed plan that lacks one.
func TestImportedProposalHasItsCommonItems(t *testing.T) {
	w := start(t)
	w.commonItem(t, "direkt", common("Direktupphandling"))
	proposed := planOf(func(p *riskv1.Plan) { p.State, p.Decision = riskv1.PlanState_PLAN_STATE_PROPOSED, nil })[1:9]
	p := proposed[len(proposed)-1]
	if _, ok := p.(*riskv1.ControlArea); !ok {
		t.Fatalf("the bundle ends with %T", p)
	}
	w.wantFaults(t, proposed, "[2].control_points INCOMPLETE")
}
