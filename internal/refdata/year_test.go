package refdata_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/refdata"
)

// TestRisksAcrossYears: between two plans of one committee risks are new, remain and were dropped.
func TestRisksAcrossYears(t *testing.T) {
	bundle := load(t)
	before, after := risksOf(bundle, socialnamnden+"/plans/2024"), risksOf(bundle, socialnamnden+"/plans/2025")
	count := map[string]int{}
	for r := range after {
		if before[r] {
			count["remaining"]++
		} else {
			count["new"]++
		}
	}
	for r := range before {
		if !after[r] {
			count["dropped"]++
		}
	}
	if diff := cmp.Diff(map[string]int{"new": 8, "remaining": 6, "dropped": 2}, count); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, p := range bundle.GetPlans() {
		want := riskv1.PlanState_PLAN_STATE_DECIDED
		if strings.HasSuffix(p.GetName(), "/2024") {
			want = riskv1.PlanState_PLAN_STATE_CLOSED
		}
		if p.GetState() != want {
			t.Errorf("%s is %s, want %s", p.GetName(), p.GetState(), want)
		}
	}
}

func risksOf(bundle *exchangev1.Bundle, plan string) map[string]bool {
	risks := map[string]bool{}
	for _, e := range entriesOf(bundle, plan) {
		risks[e.GetRisk()] = true
	}
	return risks
}

// TestActionsByYear: actions of three plan years stand in every state and on every step of their scale.
func TestActionsByYear(t *testing.T) {
	bundle := load(t)
	got := map[string]int{}
	for _, a := range actionsOf(bundle, socialnamnden) {
		status := a.GetStatus()
		if status == "" {
			status = "-"
		}
		got[fmt.Sprintf("%d %s %s", a.GetOrigin().GetYear(), strings.TrimPrefix(a.GetState().String(), "ACTION_STATE_"), status)]++
	}
	want := map[string]int{
		"2023 ACCEPTED paborjad": 1, "2023 CLOSED klar": 1,
		"2024 ACCEPTED klar": 1, "2024 ACCEPTED paborjad": 1, "2024 ACCEPTED ej-paborjad": 1, "2024 DECLINED -": 1,
		"2025 ACCEPTED paborjad": 1, "2025 ACCEPTED -": 1, "2025 PROPOSED -": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	kinds := map[riskv1.ActionOriginKind]bool{}
	for _, a := range bundle.GetActions() {
		kinds[a.GetOrigin().GetKind()] = true
	}
	if len(kinds) != 4 {
		t.Errorf("got origins of the kinds %v, want four", slices.Collect(maps.Keys(kinds)))
	}
}

// TestOneActionIsRenewedTwice, each time from the day before, and one is closed by a decision.
func TestOneActionIsRenewedTwice(t *testing.T) {
	renewed, closed := 0, 0
	for _, a := range actionsOf(load(t), socialnamnden) {
		if a.GetClosing().GetDecision() != nil && a.GetClosing().GetDone() {
			closed++
		}
		if len(a.GetRenewals()) != 2 {
			continue
		}
		renewed++
		if a.GetRenewals()[0].GetDueDate() != a.GetRenewals()[1].GetPreviousDueDate() || a.GetRenewals()[1].GetDueDate() != a.GetDueDate() {
			t.Errorf("%s: the days of the renewals do not follow each other", a.GetName())
		}
	}
	if renewed != 1 || closed != 1 {
		t.Errorf("%d actions are renewed twice and %d closed by a decision, want one each", renewed, closed)
	}
}

func actionsOf(bundle *exchangev1.Bundle, committee string) []*riskv1.Action {
	return slices.DeleteFunc(slices.Clone(bundle.GetActions()), func(a *riskv1.Action) bool {
		return !strings.HasPrefix(a.GetName(), committee+"/")
	})
}

// TestStatusesAreOnTheScale of the action's method.
func TestStatusesAreOnTheScale(t *testing.T) {
	bundle := load(t)
	scales := map[string]map[string]bool{}
	for _, v := range bundle.GetMethodVersions() {
		scales[v.GetName()] = map[string]bool{"": true}
		for _, s := range v.GetActionScale() {
			scales[v.GetName()][s.GetId()] = true
		}
	}
	for _, a := range bundle.GetActions() {
		if !scales[a.GetMethodVersion()][a.GetStatus()] {
			t.Errorf("%s has the status %q, which %s lacks", a.GetName(), a.GetStatus(), a.GetMethodVersion())
		}
	}
}

// TestCommonItems: three, decided by the executive committee before the committees decided their plans, carried out by each
// committee under an owner of its own, as the executive committee defined them.
func TestCommonItems(t *testing.T) {
	bundle := load(t)
	if n := len(bundle.GetCommonItems()); n != 3 {
		t.Errorf("got %d common items, want 3", n)
	}
	for _, item := range bundle.GetCommonItems() {
		owners := map[string]bool{}
		for _, committee := range []string{kommunstyrelsen, socialnamnden, utbildningsnamnden} {
			point := instanceOf(bundle, item, committee)
			if point == nil || len(point.GetOwners()) == 0 {
				t.Errorf("%s has no instance with an owner in %s", item.GetName(), committee)
				continue
			}
			owners[point.GetOwners()[0].GetRole()] = true
			wantDefined(t, item, point)
		}
		if len(owners) < 2 {
			t.Errorf("%s has the same owner everywhere", item.GetName())
		}
		for _, p := range bundle.GetPlans() {
			if strings.HasSuffix(p.GetName(), "/2025") && p.GetDecision().GetMeetingDate() <= item.GetDecision().GetMeetingDate() {
				t.Errorf("%s was decided before %s", p.GetName(), item.GetName())
			}
		}
	}
}

// instanceOf returns the control point that carries out an item in a committee, or nil.
func instanceOf(bundle *exchangev1.Bundle, item *riskv1.CommonItem, committee string) *riskv1.ControlPoint {
	i := slices.IndexFunc(bundle.GetControlPoints(), func(p *riskv1.ControlPoint) bool {
		return p.GetCommonItem() == item.GetName() && strings.HasPrefix(p.GetName(), committee+"/plans/2025/")
	})
	if i < 0 {
		return nil
	}
	return bundle.GetControlPoints()[i]
}

// wantDefined: what the item states is the same in its instance, and what it leaves to the committees they have stated.
func wantDefined(t *testing.T, item *riskv1.CommonItem, point *riskv1.ControlPoint) {
	t.Helper()
	for field, pair := range map[string][2]string{
		"title": {item.GetTitle(), point.GetTitle()}, "kind": {item.GetKind().String(), point.GetKind().String()},
		"purpose": {item.GetPurpose(), point.GetPurpose()}, "scope": {item.GetScope(), point.GetScope()},
		"method": {item.GetMethod(), point.GetMethod()}, "frequency": {item.GetFrequency(), point.GetFrequency()},
		"planned_sample": {item.GetPlannedSample(), point.GetPlannedSample()}, "report_to": {item.GetReportTo(), point.GetReportTo()},
	} {
		if pair[1] == "" || pair[0] != "" && pair[0] != pair[1] {
			t.Errorf("%s: %s is %q, the common item says %q", point.GetName(), field, pair[1], pair[0])
		}
	}
}

// TestSteps: each step of a round has an identifier, and their last days follow each other up to the meeting.
func TestSteps(t *testing.T) {
	for _, r := range load(t).GetRounds() {
		ids, last := map[string]bool{}, ""
		for _, s := range r.GetSteps() {
			if s.GetId() == "" || ids[s.GetId()] || s.GetDueDate() <= last {
				t.Errorf("%s: step %q on %s", r.GetName(), s.GetId(), s.GetDueDate())
			}
			ids[s.GetId()], last = true, s.GetDueDate()
		}
		if last != r.GetMeetingDate() || r.GetPapersDueDate() >= last {
			t.Errorf("%s ends on %s with papers on %s, and the committee meets on %s", r.GetName(), last, r.GetPapersDueDate(), r.GetMeetingDate())
		}
	}
}

// TestReferencesWithin: whatever the data refers to is in it.
func TestReferencesWithin(t *testing.T) {
	bundle := load(t)
	known := map[string]bool{}
	for _, name := range names(bundle) {
		known[name] = true
	}
	want := func(from, to string) {
		if to != "" && !known[to] {
			t.Errorf("%s refers to %s, which does not exist", from, to)
		}
	}
	for _, a := range bundle.GetActions() {
		want(a.GetName(), a.GetOrigin().GetResource())
		want(a.GetName(), a.GetMethodVersion())
		want(a.GetName(), a.GetUnit())
	}
	for _, f := range bundle.GetFollowUps() {
		want(f.GetName(), f.GetRiskEntry())
		want(f.GetName(), f.GetAction())
	}
	for _, m := range bundle.GetMeasurements() {
		want(m.GetName(), m.GetIndicator())
		want(m.GetName(), m.GetUnit())
	}
	for _, i := range bundle.GetIndicators() {
		for _, subject := range i.GetSubjects() {
			want(i.GetName(), subject)
		}
	}
	for _, r := range bundle.GetResults() {
		round, _, _ := strings.Cut(r.GetName(), "/results/")
		want(r.GetName(), round)
		want(r.GetName(), r.GetSubject())
	}
	for _, p := range bundle.GetControlPoints() {
		want(p.GetName(), p.GetCommonItem())
		want(p.GetName(), p.GetUnit())
		for _, e := range p.GetRiskEntries() {
			want(p.GetName(), e)
		}
	}
}

// names returns the name of everything in the data.
func names(bundle *exchangev1.Bundle) []string {
	var all []string
	bundle.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		for i := 0; field.IsList() && i < v.List().Len(); i++ {
			m := v.List().Get(i).Message()
			all = append(all, m.Get(m.Descriptor().Fields().ByName("name")).String())
		}
		return true
	})
	return all
}

// TestExecutiveCommittee has a plan of its own on the municipality's method, with axes on every entry.
func TestExecutiveCommittee(t *testing.T) {
	bundle := load(t)
	entries := entriesOf(bundle, kommunstyrelsen+"/plans/2025")
	if len(entries) != 8 {
		t.Errorf("got %d risks, want 8", len(entries))
	}
	critical := 0
	for _, e := range entries {
		if e.Likelihood == nil || e.Consequence == nil || e.StatedValue != nil {
			t.Errorf("%s lacks axes or states a value", e.GetName())
		}
		if e.GetLikelihood()*e.GetConsequence() >= 12 {
			critical++
		}
	}
	if got := len(statuses(bundle, kommunstyrelsen+"/rounds/delar-2025")); got != critical || critical != 2 {
		t.Errorf("%d critical risks and %d follow-ups, want two each", critical, got)
	}
	if !slices.ContainsFunc(bundle.GetRoleAssignments(), func(a *directoryv1.RoleAssignment) bool {
		return a.GetRole() == directoryv1.Role_ROLE_COORDINATOR && a.GetScope() == refdata.Municipality
	}) {
		t.Error("the municipality has no coordinator")
	}
}
