package riskregister_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// The traps that data models of internal control fall into, each by its number, through the whole service.

func TestTrap01ItemsAndRisksManyToMany(t *testing.T) {
	w := start(t)
	w.draft(t)
	point := func(id string, entries ...string) *riskv1.ControlPoint {
		p := check(id)
		p.RiskEntries = nil
		for _, e := range entries {
			p.RiskEntries = append(p.RiskEntries, plan2025+"/riskEntries/"+e)
		}
		return must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: id, ControlPoint: p}))
	}
	point("ingen")
	point("bada", "fusk", "personal")
	point("en", "fusk")
	w.propose(t)
	w.decide(t, "2024-12-10")
	s := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: plan2025})).GetSnapshot()
	links := map[string]int{}
	for _, p := range s.GetControlPoints() {
		links[p.GetTitle()] = len(p.GetRiskEntries())
	}
	if links["ingen"] != 0 || links["bada"] != 2 || links["en"] != 1 {
		t.Errorf("links = %v", links)
	}
}

func TestTrap01PlanOfControlAreasAlone(t *testing.T) {
	w := start(t)
	w.methods(t)
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2025",
		Plan: &riskv1.Plan{MethodVersion: stated1, ConfirmedEmpty: []string{"kategori/verksamhet", "kategori/fusk"}}}))
	must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlArea: &riskv1.ControlArea{Title: "Avtal"}}))
	w.propose(t)
}

func TestTrap02ValueWithoutAxes(t *testing.T) {
	w := start(t)
	w.draft(t)
	e := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.auditor, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"}))
	if e.Likelihood != nil || e.Consequence != nil || e.ComputedValue != nil || e.GetStatedValue() != 9 || e.GetComputedLevel() != "kritisk" {
		t.Errorf("entry = %v, want a stated 9 that is critical and nothing else", e)
	}
}

func TestTrap02AxesWithoutStatedValue(t *testing.T) {
	w := start(t)
	w.draft(t)
	must[*riskv1.Plan](t)(w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: product1}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"method_version"}}}))
	e := w.entry(t, "matris", &riskv1.RiskEntry{Risk: riskStaff, Likelihood: proto.Float64(2.5), Consequence: proto.Float64(3)})
	if e.StatedValue != nil || e.GetComputedValue() != 7.5 || e.GetComputedLevel() != "ovrig" {
		t.Errorf("entry = %v, want a computed 7.5", e)
	}
	half := w.entry(t, "halv", &riskv1.RiskEntry{Risk: riskStaff, Likelihood: proto.Float64(4)})
	if half.ComputedValue != nil || half.GetComputedLevel() != "" {
		t.Errorf("entry = %v, want nothing computed from one axis", half)
	}
	_, err := w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: &riskv1.RiskEntry{Risk: riskStaff, Likelihood: proto.Float64(5)}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "risk_entry.likelihood OUTSIDE_SCALE")
}

func TestTrap02OldAnalysesKeepTheirMethod(t *testing.T) {
	w := start(t)
	w.decided(t)
	next := statedMethod()
	next.Bands[0].Upper, next.Bands[1].Lower = proto.Float64(10), proto.Float64(10)
	must[*riskv1.MethodVersion](t)(w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/skala", MethodVersion: next}))
	e := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.member, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"}))
	if e.GetComputedLevel() != "kritisk" {
		t.Errorf("level = %q, want kritisk by the version of the decision", e.GetComputedLevel())
	}
}

func TestTrap03SeveralTreatmentsAndReasons(t *testing.T) {
	w := start(t)
	w.draft(t)
	e := mild()
	e.Treatments = []*riskv1.ChosenTreatment{{Treatment: "granska"}, {Treatment: "acceptera", Reason: "Under utveckling"}}
	stored := w.entry(t, "flera", e)
	if len(stored.GetTreatments()) != 2 || stored.GetTreatments()[1].GetReason() != "Under utveckling" {
		t.Errorf("treatments = %v", stored.GetTreatments())
	}
}

func TestTrap05SeveralRoundsAndSomeRisks(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.round(t, "delar-1")
	second := interim()
	second.Selection, second.Kind = riskv1.RoundSelection_ROUND_SELECTION_DUE, riskv1.RoundKind_ROUND_KIND_SEPARATE
	must[*riskv1.Round](t)(w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, RoundId: "delar-2", Round: second, DueEntries: []string{plan2025 + "/riskEntries/personal"}}))
	third := interim()
	third.Selection, third.Kind = riskv1.RoundSelection_ROUND_SELECTION_ALL, riskv1.RoundKind_ROUND_KIND_YEARLY
	must[*riskv1.Round](t)(w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, RoundId: "hel", Round: third}))
	s := must[*riskv1.GetPlanSnapshotResponse](t)(w.GetPlanSnapshot(w.member, &riskv1.GetPlanSnapshotRequest{Name: plan2025}))
	wantIDs(t, s.GetRounds(), "delar-1", "delar-2", "hel")
	wantIDs(t, s.GetFollowUps(), "fusk", "personal", "fusk", "personal")
}

func TestTrap06RoundOverTwoYearsAndRevisionMidYear(t *testing.T) {
	w := start(t)
	w.decided(t)
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2026", Plan: &riskv1.Plan{MethodVersion: stated1, ConfirmedEmpty: []string{"kategori/verksamhet"}}}))
	must[*riskv1.RiskEntry](t)(w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: sn + "/plans/2026", RiskEntryId: "fusk", RiskEntry: critical()}))
	must[*riskv1.Plan](t)(w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: sn + "/plans/2026"}))
	must[*riskv1.Plan](t)(w.DecidePlan(w.secretary, &riskv1.DecidePlanRequest{Name: sn + "/plans/2026", Decision: &riskv1.Decision{MeetingDate: "2026-03-10", Paragraph: "20", EffectiveDate: "2026-01-01"}}))
	r := interim()
	r.Plans = []string{plan2025, sn + "/plans/2026"}
	must[*riskv1.Round](t)(w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, RoundId: "bada", Round: r}))
	wantIDs(t, must[*riskv1.ListFollowUpsResponse](t)(w.ListFollowUps(w.member, &riskv1.ListFollowUpsRequest{Parent: sn + "/rounds/bada"})).GetFollowUps(), "2025-fusk", "2026-fusk")
	w.revise(t)
	must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: sn + "/rounds/bada/followUps/2025-fusk", Status: "ja"}))
}

func TestTrap08CaseNumbersAreOpaque(t *testing.T) {
	w := start(t)
	w.draft(t)
	for _, number := range []string{"KS-2014/1214.118", "2024/KS 0038 001", "1.1.-593-2017", "0256/20"} {
		p := must[*riskv1.Plan](t)(w.UpdatePlan(w.coordinator, &riskv1.UpdatePlanRequest{Plan: &riskv1.Plan{Name: plan2025, MethodVersion: stated1, CaseNumber: number}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"case_number"}}}))
		if p.GetCaseNumber() != number {
			t.Errorf("case number %q became %q", number, p.GetCaseNumber())
		}
	}
}

func TestTrap12TextKeepsItsStructure(t *testing.T) {
	w := start(t)
	w.decided(t)
	r := w.round(t, "delar")
	text := "Första stycket.\n\n- punkt ett\n- punkt två\n\n  Fortsättning med å, ä, ö och – tankstreck.\n" + strings.Repeat("Lång text. ", 1000)
	f := must[*riskv1.FollowUp](t)(w.AnswerFollowUp(w.owner, &riskv1.AnswerFollowUpRequest{Name: r.GetName() + "/followUps/fusk", Status: "ja", Comment: text}))
	got := must[*riskv1.FollowUp](t)(w.GetFollowUp(w.member, &riskv1.GetFollowUpRequest{Name: f.GetName()}))
	if got.GetComment() != text {
		t.Errorf("the comment changed: %d characters, want %d", len(got.GetComment()), len(text))
	}
}

func TestTrap14BlankIsNotNo(t *testing.T) {
	w := start(t)
	w.draft(t)
	e := mild()
	e.Answers = []*riskv1.Answer{{Question: "rutin", Yes: false}}
	stored := w.entry(t, "fragor", e)
	if len(stored.GetAnswers()) != 1 || stored.GetAnswers()[0].GetYes() {
		t.Errorf("answers = %v, want one no and one blank", stored.GetAnswers())
	}
	blank := w.entry(t, "tom", &riskv1.RiskEntry{Risk: riskStaff})
	if blank.StatedValue != nil || blank.GetSelection() != riskv1.Selection_SELECTION_UNSPECIFIED || len(blank.GetAnswers()) != 0 {
		t.Errorf("a blank entry became %v", blank)
	}
	zero := w.entry(t, "noll", &riskv1.RiskEntry{Risk: riskStaff, StatedValue: proto.Float64(0)})
	if zero.StatedValue == nil {
		t.Error("a stated zero became blank")
	}
}
