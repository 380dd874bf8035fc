package controlmeasurement_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// The fulfilments, shorter.
const (
	met         = controlv1.Fulfilment_FULFILMENT_MET
	notMet      = controlv1.Fulfilment_FULFILMENT_NOT_MET
	notAssessed = controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED
)

// TestResultsFollowTheirMeasurements: results of open rounds are computed again with every change of what they rest on.
func TestResultsFollowTheirMeasurements(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.share(t, least(90))
		w.result(t, "planer", done("planer"))
		want := func(fulfilment controlv1.Fulfilment, deviates bool) {
			t.Helper()
			if r := w.read(t, "planer"); r.GetComputedFulfilment() != fulfilment || r.GetDeviates() != deviates {
				t.Errorf("result = %v, want %v, deviates %t", r, fulfilment, deviates)
			}
		}
		want(notAssessed, false)
		m := w.measure(t, december(indicator, "2025", 93))
		want(met, false)
		m.Value = proto.Float64(80)
		m = must[*controlv1.Measurement](t)(w.UpdateMeasurement(w.coordinator, &controlv1.UpdateMeasurementRequest{Measurement: m}))
		want(notMet, true)
		if p := w.read(t, "planer").GetProposedActions(); len(p) != 1 {
			t.Errorf("proposed = %v, want an action", p)
		}
		i := must[*controlv1.Indicator](t)(w.GetIndicator(w.coordinator, &controlv1.GetIndicatorRequest{Name: indicator}))
		i.Targets = []*controlv1.Target{least(75)}
		must[*controlv1.Indicator](t)(w.UpdateIndicator(w.coordinator, &controlv1.UpdateIndicatorRequest{Indicator: i}))
		want(met, false)
		if _, err := w.DeleteMeasurement(w.coordinator, &controlv1.DeleteMeasurementRequest{Name: m.GetName(), Etag: m.GetEtag()}); err != nil {
			t.Fatal(err)
		}
		want(notAssessed, false)
		if _, err := w.DeleteIndicator(w.coordinator, &controlv1.DeleteIndicatorRequest{Name: indicator}); err != nil {
			t.Fatal(err)
		}
		want(notAssessed, false)
	})
}

// TestClosedResultsStay: what a closed round reported never changes, whatever is measured later.
func TestClosedResultsStay(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.share(t, least(90))
		m := w.measure(t, december(indicator, "2025", 93))
		before := w.result(t, "planer", done("planer"))
		w.register.close(yearly)
		m.Value = proto.Float64(10)
		must[*controlv1.Measurement](t)(w.UpdateMeasurement(w.coordinator, &controlv1.UpdateMeasurementRequest{Measurement: m}))
		if after := w.read(t, "planer"); !proto.Equal(before, after) {
			t.Errorf("the result became %v, want %v", after, before)
		}
	})
}

func TestAnOverrideNeedsAReason(t *testing.T) {
	w := start(t)
	w.measure(t, december(w.share(t, least(100)), "2025", 93))
	r := done("planer")
	r.StatedFulfilment = met
	_, err := w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: yearly, Result: r})
	wantInvalid(t, err, "result.override_reason REASON_REQUIRED")
	r.OverrideReason = "Resten är beslutad men inte registrerad."
	if got := w.result(t, "planer", r); got.GetComputedFulfilment() != notMet || got.GetDeviates() || got.GetReportedBy() != karin || got.GetPosition() != 1 {
		t.Errorf("result = %v, want the stated fulfilment to count beside the computed one", got)
	}
	stale := w.read(t, "planer")
	stale.Text = "Ny"
	must[*controlv1.Result](t)(w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: stale}))
	_, err = w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: stale})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
}

func TestIndicatorRules(t *testing.T) {
	w := start(t)
	create := func(i *controlv1.Indicator) error {
		_, err := w.CreateIndicator(w.coordinator, &controlv1.CreateIndicatorRequest{Parent: on, Indicator: i})
		return err
	}
	i := &controlv1.Indicator{Title: "A", Quantity: controlv1.Quantity_QUANTITY_SHARE, UnitLabel: "st"}
	wantInvalid(t, create(i), "indicator.unit_label SHARE_WITH_UNIT")
	i.UnitLabel, i.Subjects = "", []string{point("okand"), "x"}
	wantInvalid(t, create(i), "indicator.subjects[0] UNKNOWN_SUBJECT")
	i.Subjects = []string{"x", area, area}
	wantInvalid(t, create(i), "indicator.subjects[0] UNKNOWN_SUBJECT", "indicator.subjects[2] DUPLICATE")
	indicator := w.share(t)
	w.measure(t, december(indicator, "2025", 93))
	_, err := w.DeleteIndicator(w.coordinator, &controlv1.DeleteIndicatorRequest{Name: indicator})
	wantFault(t, err, fault.Precondition, "IN_USE")
	stored := must[*controlv1.Indicator](t)(w.GetIndicator(w.coordinator, &controlv1.GetIndicatorRequest{Name: indicator}))
	stored.Quantity = controlv1.Quantity_QUANTITY_NUMBER
	_, err = w.UpdateIndicator(w.coordinator, &controlv1.UpdateIndicatorRequest{Indicator: stored})
	wantInvalid(t, err, "indicator.quantity QUANTITY_FIXED")
}
