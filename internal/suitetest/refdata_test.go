package suitetest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/refdata"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestReferenceDataComesOutAsItWentIn: an import keeps everything that the file says, and adds the frozen versions of the
// decided plans.
func TestReferenceDataComesOutAsItWentIn(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	file, err := exchange.Decode("export.yaml", export(t, s))
	if err != nil {
		t.Fatal(err)
	}
	got := file.Bundle
	frozen := 0
	for _, v := range got.GetPlanVersions() {
		if v.GetSnapshot().GetPlan().GetName() == "" || v.GetReplaced() {
			t.Errorf("%s holds no plan, or is replaced", v.GetName())
		}
		frozen++
	}
	got.PlanVersions = nil
	want, err := refdata.Load()
	if err != nil {
		t.Fatal(err)
	}
	if frozen != len(want.Bundle.GetPlans()) {
		t.Errorf("got %d frozen versions, want one for each of %d plans", frozen, len(want.Bundle.GetPlans()))
	}
	if diff := cmp.Diff(exchange.Canonical(want.Bundle), got, protocmp.Transform()); diff != "" {
		t.Errorf("(-imported +exported)\n%s", diff)
	}
}

// TestReferenceDataAcrossYears: the services see in the data what it was written to show.
func TestReferenceDataAcrossYears(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	j := begin(t, s)
	compared, err := j.risks.ComparePlans(j.ctx, &riskv1.ComparePlansRequest{Name: plan})
	j.must(err)
	kinds := map[riskv1.RiskChangeKind]int{}
	for _, c := range compared.GetChanges() {
		kinds[c.GetKind()]++
	}
	if diff := cmp.Diff(map[riskv1.RiskChangeKind]int{riskv1.RiskChangeKind_RISK_CHANGE_KIND_NEW: 8,
		riskv1.RiskChangeKind_RISK_CHANGE_KIND_REMAINING: 6, riskv1.RiskChangeKind_RISK_CHANGE_KIND_DROPPED: 2}, kinds); diff != "" {
		t.Errorf("risks since %s: (-want +got)\n%s", compared.GetBase(), diff)
	}
	counted, err := j.risks.CountActions(j.ctx, &riskv1.CountActionsRequest{Parent: committee})
	j.must(err)
	years := map[int32]int32{}
	for _, c := range counted.GetCounts() {
		years[c.GetYear()] += c.GetCount()
	}
	if diff := cmp.Diff(map[int32]int32{2023: 2, 2024: 3, 2025: 2}, years); diff != "" {
		t.Errorf("accepted and closed actions by year: (-want +got)\n%s", diff)
	}
	items, err := j.risks.ListCommonItems(j.ctx, &riskv1.ListCommonItemsRequest{Parent: municipality})
	j.must(err)
	if n := len(items.GetCommonItems()); n != 3 {
		t.Errorf("got %d common items, want 3", n)
	}
}
