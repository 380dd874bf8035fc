package riskregister_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

const plan2026 = sn + "/plans/2026"

// wantSame compares resources as they were exported.
func wantSame(t *testing.T, want, got []proto.Message) {
	t.Helper()
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

// nextYear copies the plan for 2025 into one for 2026.
func (w *world) nextYear(t *testing.T, p *riskv1.Plan) *riskv1.Plan {
	t.Helper()
	return must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2026", CopyFrom: plan2025, RequestId: "ny", Plan: p}))
}

// full adds to the draft for 2025 an area, two checks, a common item and an entry that only its method can hold.
func (w *world) full(t *testing.T) {
	t.Helper()
	w.commonItem(t, "direkt", common("Direktupphandling"))
	w.draft(t)
	must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "avtal", ControlArea: &riskv1.ControlArea{Title: "Avtal"}}))
	p := check("Stickprov")
	p.ControlArea, p.RiskEntries, p.MovedFrom = plan2025+"/controlAreas/avtal", append(p.GetRiskEntries(), plan2025+"/riskEntries/borta"), un+"/plans/2025/controlPoints/x"
	must[*riskv1.Risk](t)(w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: sn, RiskId: "borta", Risk: &riskv1.Risk{Title: "Flyttas"}}))
	w.entry(t, "borta", &riskv1.RiskEntry{Risk: sn + "/risks/borta", Position: 4})
	w.entry(t, "udda", &riskv1.RiskEntry{Risk: riskStaff, Position: 3, StatedValue: proto.Float64(40), StatedLevel: "kritisk",
		Classifications: []string{"kategori/fusk"}, Answers: []*riskv1.Answer{{Question: "rutin", Yes: true}, {Question: "kontroll"}},
		Treatments: []*riskv1.ChosenTreatment{{Treatment: "granska"}, {Treatment: "forbattra"}}, Selection: riskv1.Selection_SELECTION_NOT_CHOSEN,
		NotChosenReason: "Låg", Owners: []*riskv1.Owner{{Role: "controller"}}})
	must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "stick", ControlPoint: p}))
	must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, sn+"/risks/borta", un))
}

// TestCopyPlan begins a year with what the last one held, on both engines.
func TestCopyPlan(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.full(t)
		next := common("Representation")
		next.Year = 2026
		w.commonItem(t, "rep", next)
		p := w.nextYear(t, &riskv1.Plan{MethodVersion: stated1, Sections: []*riskv1.PlanSection{{Title: "Nytt", Text: "Årets"}}})
		if again := w.nextYear(t, &riskv1.Plan{MethodVersion: stated1, Sections: []*riskv1.PlanSection{{Title: "Nytt", Text: "Årets"}}}); again.GetEtag() != p.GetEtag() {
			t.Errorf("a repeat gave %v", again)
		}
		_, err := w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2026", RequestId: "ny", Plan: &riskv1.Plan{MethodVersion: stated1}})
		wantFault(t, err, fault.Invalid, "REQUEST_ID_REUSED")
		if len(p.GetSections()) != 2 || p.GetSections()[0].GetTitle() != "Inledning" || p.GetHowMade() != "" || p.GetCaseNumber() != "" {
			t.Errorf("the new plan = %v", p)
		}
		s := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.coordinator, &riskv1.GetPlanSnapshotRequest{Name: plan2026})).GetSnapshot()
		wantIDs(t, s.GetRiskEntries(), "fusk", "personal", "udda")
		wantIDs(t, s.GetControlAreas(), "avtal")
		wantIDs(t, s.GetControlPoints(), "stick", "common-rep")
		want := critical()
		want.Name, want.Selection, want.ComputedLevel = plan2026+"/riskEntries/fusk", riskv1.Selection_SELECTION_UNSPECIFIED, "kritisk"
		if diff := cmp.Diff(want, s.GetRiskEntries()[0], protocmp.Transform(), protocmp.IgnoreFields(want, "etag", "create_time", "update_time")); diff != "" {
			t.Errorf("copied entry (-want +got):\n%s", diff)
		}
		if got := s.GetRiskEntries()[2]; got.GetNotChosenReason() != "" || len(got.GetOwners()) != 1 {
			t.Errorf("copied entry = %v", got)
		}
		stick := s.GetControlPoints()[0]
		if stick.GetControlArea() != plan2026+"/controlAreas/avtal" || !cmp.Equal(stick.GetRiskEntries(), []string{plan2026 + "/riskEntries/fusk"}) || stick.GetMovedFrom() != "" {
			t.Errorf("copied check = %v", stick)
		}
		if err := riskregister.Verify(t.Context(), db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}

// TestCopyPlanIntoANewMethod leaves out what the method does not know, and refuses nothing.
func TestCopyPlanIntoANewMethod(t *testing.T) {
	w := start(t)
	w.full(t)
	v := productMethod()
	v.Levels, v.Bands = []*riskv1.Level{{Id: "alla", Title: "Alla"}}, []*riskv1.Band{{Level: "alla"}}
	v.Treatments[1].ReasonRequired = true
	v.Treatments, v.Classifications, v.Questions = v.GetTreatments()[1:], nil, v.GetQuestions()[:1]
	v = must[*riskv1.MethodVersion](t)(w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/matris", MethodVersion: v}))
	w.nextYear(t, &riskv1.Plan{MethodVersion: v.GetName()})
	e := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.coordinator, &riskv1.GetRiskEntryRequest{Name: plan2026 + "/riskEntries/udda"}))
	if e.StatedValue != nil || e.GetStatedLevel() != "" || len(e.GetTreatments())+len(e.GetClassifications()) > 0 || len(e.GetAnswers()) != 1 {
		t.Errorf("copied entry = %v, want only what the method knows", e)
	}
	fusk := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.coordinator, &riskv1.GetRiskEntryRequest{Name: plan2026 + "/riskEntries/fusk"}))
	if fusk.GetStatedValue() != 9 || fusk.GetComputedLevel() != "alla" {
		t.Errorf("copied entry = %v, want the value with the new method's level", fusk)
	}
}

func TestCopyPlanFromWhatIsNoPlanHere(t *testing.T) {
	w := start(t)
	w.draft(t)
	for _, from := range []string{un + "/plans/2025", sn + "/plans/2019", plan2026, "x", sn, plan2025 + "/riskEntries/fusk"} {
		_, err := w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2026", CopyFrom: from, Plan: &riskv1.Plan{MethodVersion: stated1}})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "copy_from UNKNOWN_REFERENCE")
	}
}

// TestEntryWithItsRisk stores both or neither.
func TestEntryWithItsRisk(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		create := func(title string, change func(*riskv1.CreateRiskEntryRequest)) (*riskv1.RiskEntry, error) {
			e := critical()
			e.Risk = ""
			req := &riskv1.CreateRiskEntryRequest{Parent: plan2025, RequestId: "r1", RiskEntry: e, Risk: &riskv1.Risk{Title: title, MovedTo: un + "/risks/x", Related: []string{riskFraud}}}
			change(req)
			return w.CreateRiskEntry(w.owner, req)
		}
		same := func(*riskv1.CreateRiskEntryRequest) {}
		first := must[*riskv1.RiskEntry](t)(create("Ny risk", same))
		again := must[*riskv1.RiskEntry](t)(create("Ny risk", same))
		if first.GetName() != again.GetName() || first.GetRisk() != again.GetRisk() {
			t.Errorf("a repeat gave %v, want %v", again, first)
		}
		r := must[*riskv1.Risk](t)(w.GetRisk(w.owner, &riskv1.GetRiskRequest{Name: first.GetRisk()}))
		if r.GetTitle() != "Ny risk" || r.GetMovedTo() != "" || r.GetRelated()[0] != riskFraud {
			t.Errorf("the new risk = %v", r)
		}
		_, err := create("En annan", same)
		wantFault(t, err, fault.Invalid, "REQUEST_ID_REUSED")
		for _, refused := range []struct {
			kind   fault.Kind
			reason string
			fields []string
			change func(*riskv1.CreateRiskEntryRequest)
		}{
			{fault.Invalid, "INVALID_FIELDS", []string{"risk_entry.risk EITHER_RISK"}, func(r *riskv1.CreateRiskEntryRequest) { r.RiskEntry.Risk = riskFraud }},
			{fault.Invalid, "INVALID_FIELDS", []string{"risk.related[0] UNKNOWN_REFERENCE"}, func(r *riskv1.CreateRiskEntryRequest) { r.Risk.Related[0] = un + "/risks/x" }},
			{fault.Invalid, "INVALID_FIELDS", []string{"risk_entry.stated_level UNKNOWN_LEVEL"}, func(r *riskv1.CreateRiskEntryRequest) { r.RiskEntry.StatedLevel = "x" }},
			{fault.Invalid, "INVALID_FIELDS", []string{"risk_entry.risk UNKNOWN_REFERENCE"}, func(r *riskv1.CreateRiskEntryRequest) { r.Risk = nil }},
			{fault.Denied, "PERMISSION_DENIED", nil, func(r *riskv1.CreateRiskEntryRequest) { r.RiskEntry.Owners = nil }},
		} {
			_, err := create("Ny risk", func(r *riskv1.CreateRiskEntryRequest) { r.RequestId = ""; refused.change(r) })
			wantFault(t, err, refused.kind, refused.reason, refused.fields...)
		}
		if all := must[*riskv1.ListRisksResponse](t)(w.ListRisks(w.coordinator, &riskv1.ListRisksRequest{Parent: sn})).GetRisks(); len(all) != 3 {
			t.Errorf("%d risks, want the two of the draft and the new one", len(all))
		}
	})
}

// changes compares and writes "risk kind".
func changes(answer *riskv1.ComparePlansResponse) []string {
	var got []string
	for _, c := range answer.GetChanges() {
		entries := ""
		if c.GetEntry() != nil {
			entries += "+"
		}
		if c.GetBaseEntry() != nil {
			entries += "-"
		}
		name := c.GetRisk().GetName()
		got = append(got, name[lastSlash(name)+1:]+" "+c.GetKind().String()[len("RISK_CHANGE_KIND_"):]+entries)
	}
	return got
}

// TestComparePlans follows risks from one year to the next, as those see it who see drafts and those who do not.
func TestComparePlans(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		must[*riskv1.Risk](t)(w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: sn, RiskId: "it", Risk: &riskv1.Risk{Title: "It"}}))
		it := mild()
		it.Risk, it.Position = sn+"/risks/it", 3
		w.entry(t, "it", it)
		compare := func(w *world, name, base string) []string {
			return changes(must[*riskv1.ComparePlansResponse](t)(w.ComparePlans(w.coordinator, &riskv1.ComparePlansRequest{Name: name, Base: base})))
		}
		want := func(what string, want, got []string) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		want("the first plan", []string{"fusk NEW+", "personal NEW+", "it NEW+"}, compare(w, plan2025, ""))
		w.nextYear(t, &riskv1.Plan{MethodVersion: stated1})
		w.propose(t)
		w.decide(t, "2024-12-10")
		w.renew(t)
		full := []string{"fusk REMAINING+-", "ny NEW+", "personal REPLACED-", "it MOVED-"}
		want("the next year", full, compare(w, plan2026, ""))
		want("back", []string{"fusk REMAINING+-", "personal NEW+", "it NEW+", "ny DROPPED-"}, compare(w, plan2025, plan2026))
		want("itself", []string{"fusk REMAINING+-", "ny REMAINING+-"}, compare(w, plan2026, plan2026))
		for _, req := range []*riskv1.ComparePlansRequest{{Name: plan2026}, {Name: plan2025, Base: plan2026}, {Name: sn + "/plans/2040"}} {
			_, err := w.ComparePlans(w.member, req)
			wantFault(t, err, fault.NotFound, "NOT_FOUND")
		}
		_, err := w.ComparePlans(w.coordinator, &riskv1.ComparePlansRequest{Name: plan2026, Base: unPlan})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "base UNKNOWN_REFERENCE")
		w.decideNext(t)
		other := *w
		other.coordinator = w.member
		want("as a member sees it", full, compare(&other, plan2026, ""))
	})
}

// renew takes two risks out of the plan for 2026: one is replaced, one is moved.
func (w *world) renew(t *testing.T) {
	t.Helper()
	for _, id := range []string{"personal", "it"} {
		if _, err := w.DeleteRiskEntry(w.coordinator, &riskv1.DeleteRiskEntryRequest{Name: plan2026 + "/riskEntries/" + id}); err != nil {
			t.Fatal(err)
		}
	}
	must[*riskv1.Risk](t)(w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: sn, RiskId: "ny", Risk: &riskv1.Risk{Title: "Ny", Replaces: []string{riskStaff}}}))
	e := mild()
	e.Risk = sn + "/risks/ny"
	must[*riskv1.RiskEntry](t)(w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2026, RiskEntryId: "ny", RiskEntry: e}))
	must[*riskv1.Risk](t)(w.moveRisk(w.coordinator, sn+"/risks/it", un))
}

// decideNext takes a stand on what was copied and decides the plan for 2026.
func (w *world) decideNext(t *testing.T) {
	t.Helper()
	e := critical()
	e.Name = plan2026 + "/riskEntries/fusk"
	must[*riskv1.RiskEntry](t)(w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: e}))
	must[*riskv1.Plan](t)(w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: plan2026}))
	must[*riskv1.Plan](t)(w.DecidePlan(w.secretary, &riskv1.DecidePlanRequest{Name: plan2026, Decision: &riskv1.Decision{MeetingDate: "2025-12-09"}}))
}

// TestR3AYearEndsWhenItsRoundsAreClosed keeps a plan open while a round still asks about it.
func TestR3AYearEndsWhenItsRoundsAreClosed(t *testing.T) {
	w := start(t)
	w.decided(t)
	round := w.round(t, "delar")
	_, err := w.ClosePlan(w.coordinator, &riskv1.ClosePlanRequest{Name: plan2025})
	wantFault(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: round.GetName()})
	wantFault(t, err, fault.Precondition, "INCOMPLETE")
	must[*riskv1.Round](t)(w.CloseRound(w.coordinator, &riskv1.CloseRoundRequest{Name: round.GetName(), UnansweredReason: "Kontrollen utfördes inte"}))
	must[*riskv1.Plan](t)(w.ClosePlan(w.coordinator, &riskv1.ClosePlanRequest{Name: plan2025}))
}
