package sqlstore

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestBothEnginesHaveTheSameSchema(t *testing.T) { sqldbtest.SameMigrations(t, Migrations()) }

func TestShown(t *testing.T) {
	tests := []struct {
		state   riskv1.PlanState
		version int32
		want    string
	}{
		{riskv1.PlanState_PLAN_STATE_DRAFT, 1, ""},
		{riskv1.PlanState_PLAN_STATE_PROPOSED, 1, ""},
		{riskv1.PlanState_PLAN_STATE_DECIDED, 1, "decided"},
		{riskv1.PlanState_PLAN_STATE_DRAFT, 2, "decided"},
		{riskv1.PlanState_PLAN_STATE_PROPOSED, 2, "decided"},
		{riskv1.PlanState_PLAN_STATE_CLOSED, 2, "closed"},
	}
	for _, tt := range tests {
		if got := shown(&riskv1.Plan{State: tt.state, Version: tt.version}); got != tt.want {
			t.Errorf("shown(%v, %d) = %q, want %q", tt.state, tt.version, got, tt.want)
		}
	}
}

func TestEffectiveColumns(t *testing.T) {
	both := &riskv1.RiskEntry{StatedValue: proto.Float64(0), ComputedValue: proto.Float64(9), StatedLevel: "lag", ComputedLevel: "hog"}
	if effectiveValue(both) != 0.0 || EffectiveLevel(both) != "lag" {
		t.Errorf("got %v %q, want what was stated", effectiveValue(both), EffectiveLevel(both))
	}
	computed := &riskv1.RiskEntry{ComputedValue: proto.Float64(9), ComputedLevel: "hog"}
	if effectiveValue(computed) != 9.0 || EffectiveLevel(computed) != "hog" {
		t.Errorf("got %v %q, want what was computed", effectiveValue(computed), EffectiveLevel(computed))
	}
	if got := effectiveValue(&riskv1.RiskEntry{}); got != nil {
		t.Errorf("got %v, want null for unknown", got)
	}
	if number("a/versions/10") != 10 || number("a/versions/x") != 0 {
		t.Error("versions are not numbered")
	}
	if word(riskv1.PlanState(99), "PLAN_STATE_") != "" || SelectionWord(riskv1.Selection_SELECTION_IN_PLAN) != "in_plan" {
		t.Error("words of enums")
	}
}
