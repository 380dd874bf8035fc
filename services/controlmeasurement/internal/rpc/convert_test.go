package rpc

import (
	"testing"

	"go.uber.org/goleak"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestEnumsHaveTheSameNumbers: conversions rest on it.
func TestEnumsHaveTheSameNumbers(t *testing.T) {
	tests := []struct{ api, rule int }{
		{int(controlv1.Quantity_QUANTITY_SHARE), int(control.QuantityShare)},
		{int(controlv1.Quantity_QUANTITY_COUNT), int(control.QuantityCount)},
		{int(controlv1.Quantity_QUANTITY_NUMBER), int(control.QuantityNumber)},
		{int(controlv1.TargetOperator_TARGET_OPERATOR_AT_LEAST), int(control.AtLeast)},
		{int(controlv1.TargetOperator_TARGET_OPERATOR_AT_MOST), int(control.AtMost)},
		{int(controlv1.TargetOperator_TARGET_OPERATOR_EQUALS), int(control.Equals)},
		{int(controlv1.TargetOperator_TARGET_OPERATOR_INCREASE), int(control.Increase)},
		{int(controlv1.TargetOperator_TARGET_OPERATOR_DECREASE), int(control.Decrease)},
		{int(controlv1.TargetOperator_TARGET_OPERATOR_UNCHANGED), int(control.Unchanged)},
		{int(controlv1.TargetOperator_TARGET_OPERATOR_NONE), int(control.NoTarget)},
		{int(controlv1.Fulfilment_FULFILMENT_MET), int(control.Met)},
		{int(controlv1.Fulfilment_FULFILMENT_PARTLY), int(control.Partly)},
		{int(controlv1.Fulfilment_FULFILMENT_NOT_MET), int(control.NotMet)},
		{int(controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED), int(control.NotAssessed)},
		{int(controlv1.Execution_EXECUTION_ONGOING), int(control.Ongoing)},
		{int(controlv1.Execution_EXECUTION_DONE), int(control.Done)},
		{int(controlv1.Execution_EXECUTION_NOT_PERFORMED), int(control.NotPerformed)},
	}
	for _, tt := range tests {
		if tt.api != tt.rule {
			t.Errorf("the API has %d, the rules %d", tt.api, tt.rule)
		}
	}
}

func TestNames(t *testing.T) {
	const on = "municipalities/ume/committees/on"
	for name, want := range map[string]bool{on + "/plans/2025/controlPoints/p": true, on + "/plans/2025/controlAreas/a": true,
		on + "/plans/x/controlAreas/a": false, on + "/plans/2025/riskEntries/a": false, on + "/plans/2025/controlAreas/": false,
		"municipalities/ume/committees/un/plans/2025/controlPoints/p": false, "": false} {
		if got := isSubject(name, on); got != want {
			t.Errorf("isSubject(%q) = %t", name, got)
		}
	}
	for name, want := range map[string]bool{on + "/units/norra": true, "municipalities/ume/committees/un/units/norra": false,
		"municipalities/ume/units/norra": false, on + "/units/": false, "norra": false, "": false, on + "/units": false, on + "/units/a/b": false} {
		if got := isUnit(name, on); got != want {
			t.Errorf("isUnit(%q) = %t", name, got)
		}
	}
	for text, want := range map[string]int{"2025": 2025, "": 0, "x": 0, "åäöå": 0, "-202": 0, "99": 0} {
		if got := yearIn(text); got != want {
			t.Errorf("yearIn(%q) = %d, want %d", text, got, want)
		}
	}
	if a, b := actionName(on+"/rounds/r/results/a"), actionName(on+"/rounds/r/results/b"); a == b || a != actionName(on+"/rounds/r/results/a") {
		t.Errorf("names of actions: %s, %s", a, b)
	}
}
