package controlmeasurement_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// of is a measurement of a unit in June.
func of(indicator, unit string) *controlv1.Measurement {
	return &controlv1.Measurement{Indicator: indicator, Unit: unit, BeginDate: "2025-06-01", EndDate: "2025-06-30", Value: proto.Float64(90)}
}

// TestUnitsAreTheCommittees: a measurement names a unit that the directory has in the committee, or none; the preview says
// the same.
func TestUnitsAreTheCommittees(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.share(t)
		for unit, known := range map[string]bool{"": true, north: true, on + "/units/finns-inte": false, foreign: false, on + "/units/Norra!": false} {
			_, err := w.CheckMeasurement(w.coordinator, &controlv1.CheckMeasurementRequest{Parent: on, Measurement: of(indicator, unit)})
			_, stored := w.CreateMeasurement(w.coordinator, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: of(indicator, unit)})
			if known {
				if err != nil || stored != nil {
					t.Errorf("unit %q: %v, %v", unit, err, stored)
				}
				continue
			}
			wantInvalid(t, err, "measurement.unit UNKNOWN_UNIT")
			wantInvalid(t, stored, "measurement.unit UNKNOWN_UNIT")
		}
	})
}

// TestEveryFaultAtOnce: the unit is one fault among the others.
func TestEveryFaultAtOnce(t *testing.T) {
	w := start(t)
	m := of(w.share(t), on+"/units/finns-inte")
	m.Value = proto.Float64(101)
	_, err := w.CreateMeasurement(w.coordinator, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: m})
	wantInvalid(t, err, "measurement.value OUTSIDE_SHARE", "measurement.unit UNKNOWN_UNIT")
}

// TestWhatAClosedUnitMeasuredStays: what was measured of a unit that is no longer there can be corrected; nothing new can be
// said of it.
func TestWhatAClosedUnitMeasuredStays(t *testing.T) {
	w := start(t)
	indicator := w.share(t)
	m := w.measure(t, of(indicator, south))
	w.units.close(south)
	m.Value = proto.Float64(91)
	m = must[*controlv1.Measurement](t)(w.UpdateMeasurement(w.coordinator, &controlv1.UpdateMeasurementRequest{Measurement: m}))
	must[*controlv1.CheckMeasurementResponse](t)(w.CheckMeasurement(w.coordinator, &controlv1.CheckMeasurementRequest{Parent: on, Measurement: m}))
	next := december(indicator, "2025", 92)
	next.Unit = south
	_, err := w.CreateMeasurement(w.coordinator, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: next})
	wantInvalid(t, err, "measurement.unit UNKNOWN_UNIT")
	m.Unit = on + "/units/finns-inte"
	_, err = w.UpdateMeasurement(w.coordinator, &controlv1.UpdateMeasurementRequest{Measurement: m})
	wantInvalid(t, err, "measurement.unit UNKNOWN_UNIT")
	// A unit outside the mask is not written, and no fault.
	must[*controlv1.Measurement](t)(w.UpdateMeasurement(w.coordinator, &controlv1.UpdateMeasurementRequest{Measurement: m,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"value"}}}))
}

// TestUnitsOfSamples: likewise those of a result's samples, which are asked about together.
func TestUnitsOfSamples(t *testing.T) {
	w := start(t)
	w.units.page = 2
	r := done("planer")
	for _, unit := range []string{north, "", south, foreign, on + "/units/finns-inte"} {
		r.Samples = append(r.Samples, &controlv1.Sample{Title: "akter " + unit, Examined: proto.Int64(10), Unit: unit})
	}
	_, err := w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: yearly, Result: r})
	wantInvalid(t, err, "result.samples[3].unit UNKNOWN_UNIT", "result.samples[4].unit UNKNOWN_UNIT")
	r.Samples = r.GetSamples()[:3]
	w.units.asked()
	stored := w.result(t, "planer", r)
	if got, listed := w.units.asked(); got != 0 || listed != 2 {
		t.Errorf("asked about %d units and for %d pages, want 0 and the 2 there are", got, listed)
	}
	w.units.close(north)
	stored.Text = "Mer."
	stored = must[*controlv1.Result](t)(w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: stored}))
	stored.Samples = append(stored.GetSamples(), &controlv1.Sample{Title: "fakturor", Examined: proto.Int64(10), Unit: on + "/units/finns-inte"})
	_, err = w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: stored})
	wantInvalid(t, err, "result.samples[3].unit UNKNOWN_UNIT")
}

// TestWritesAskOnceAboutTheirUnit: one call for a unit named anew, none for the whole, for a unit that stays, or for an import,
// whose sender has asked.
func TestWritesAskOnceAboutTheirUnit(t *testing.T) {
	w := start(t)
	indicator := w.share(t)
	want := func(what string, calls int) {
		t.Helper()
		if got, listed := w.units.asked(); got+listed != calls {
			t.Errorf("%s asks %d times, want %d", what, got+listed, calls)
		}
	}
	w.measure(t, of(indicator, ""))
	want("a measurement of the whole", 0)
	m := w.measure(t, of(indicator, north))
	want("a measurement of a unit", 1)
	m.Value = proto.Float64(91)
	must[*controlv1.Measurement](t)(w.UpdateMeasurement(w.coordinator, &controlv1.UpdateMeasurementRequest{Measurement: m}))
	want("a correction", 0)
	imported := of(indicator, south)
	imported.Name = on + "/measurements/sodra"
	if answer, err := w.importing(t, false, file(t, imported)...); err != nil || len(answer.GetFaults()) > 0 {
		t.Fatal(answer, err)
	}
	want("an import", 0)
}

// TestDirectoryAway: with the directory away a unit cannot be checked, and nothing is stored; the whole needs no directory.
func TestDirectoryAway(t *testing.T) {
	w := start(t)
	indicator := w.share(t)
	w.offices.cut.Store(true)
	r := done("planer")
	r.Samples = []*controlv1.Sample{{Title: "akter", Examined: proto.Int64(10), Unit: north}}
	_, measured := w.CreateMeasurement(w.coordinator, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: of(indicator, north)})
	_, written := w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: yearly, Result: r})
	for _, err := range []error{measured, written} {
		wantFault(t, err, fault.Unavailable, "UNAVAILABLE")
		if f := rpcerr.FromStatus(err); !strings.Contains(f.Swedish, "organisation") {
			t.Errorf("it says %q", f.Swedish)
		}
	}
	if all := must[*controlv1.ListMeasurementsResponse](t)(w.ListMeasurements(w.coordinator, &controlv1.ListMeasurementsRequest{Parent: on})); len(all.GetMeasurements()) > 0 {
		t.Errorf("stored %v", all)
	}
	w.measure(t, of(indicator, ""))
	w.offices.cut.Store(false)
	w.measure(t, of(indicator, north))
}
