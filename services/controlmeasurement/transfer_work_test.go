package controlmeasurement_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// TestACoordinatorImportsMeasurements brings indicators and measurements into a committee; results of open rounds follow.
func TestACoordinatorImportsMeasurements(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.share(t, least(90))
		w.result(t, "planer", done("planer"))
		m := december(indicator, "2025", 50)
		m.Name = on + "/measurements/m1"
		local := ofYear(indicator, "2024", 60)
		local.Name, local.Unit = on+"/measurements/m2", north
		fresh := &controlv1.Indicator{Name: on + "/indicators/ny", Title: "Antal", Quantity: controlv1.Quantity_QUANTITY_COUNT, Subjects: []string{point("oro")}}
		for _, want := range []*transferv1.ImportResponse{{Created: 3}, {Unchanged: 3}} {
			got := must[*transferv1.ImportResponse](t)(w.importingAs(t, w.coordinator, on, false, file(t, m, local, fresh)...))
			if !proto.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		}
		if r := w.read(t, "planer"); !r.GetDeviates() {
			t.Errorf("result = %v, want it computed again", r)
		}
	})
}

// TestACoordinatorImportsNoMoreThanItWrites: whatever the standard methods would refuse is refused with its path, and
// nothing of the file is written.
func TestACoordinatorImportsNoMoreThanItWrites(t *testing.T) {
	w := start(t)
	planer, oro := w.share(t), w.count(t)
	stored := w.measure(t, december(planer, "2024", 93))
	other := december(oro, "2024", 93)
	other.Name = stored.GetName()
	named := func(name, unit string) *controlv1.Measurement {
		m := december(planer, "2023", 1)
		m.Name, m.Unit = name, unit
		return m
	}
	r := done("planer")
	r.Name = yearly + "/results/planer"
	lost := &controlv1.Indicator{Name: on + "/indicators/ny", Title: "Antal", Quantity: controlv1.Quantity_QUANTITY_COUNT, Subjects: []string{point("finns-inte")}}
	good := named(on+"/measurements/god", "")
	good.BeginDate, good.EndDate = "2022-01-01", "2022-12-31"
	for name, tt := range map[string]struct {
		m    proto.Message
		want string
	}{
		"a result":                 {r, "Result TYPE_NOT_ALLOWED"},
		"of another service":       {&riskv1.Risk{Name: on + "/risks/r", Title: "x"}, "Risk UNKNOWN_TYPE"},
		"a sister committee":       {named(ume+"/committees/un/measurements/m", ""), "Measurement.name OUTSIDE_SCOPE"},
		"another municipality":     {named("municipalities/vanas/committees/on/measurements/m", ""), "Measurement.name OUTSIDE_SCOPE"},
		"measures something else":  {other, "Measurement.indicator INDICATOR_FIXED"},
		"a unit that is not there": {named(on+"/measurements/m", on+"/units/borta"), "Measurement.unit UNKNOWN_UNIT"},
		"a subject not there":      {lost, "Indicator.subjects[0] UNKNOWN_SUBJECT"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := must[*transferv1.ImportResponse](t)(w.importingAs(t, w.coordinator, on, false, file(t, tt.m, good)...))
			if got := faultsOf(answer); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("faults = %v, want %s", got, tt.want)
			}
		})
	}
	if _, err := w.GetMeasurement(w.coordinator, &controlv1.GetMeasurementRequest{Name: good.GetName()}); err == nil {
		t.Error("a file with faults was written")
	}
}

// TestAUnitThatIsGoneStaysInAnImport: a stored measurement keeps the unit that it names.
func TestAUnitThatIsGoneStaysInAnImport(t *testing.T) {
	w := start(t)
	m := december(w.share(t), "2025", 93)
	m.Unit = north
	stored := w.measure(t, m)
	w.units.close(north)
	stored.Note = "Rättad"
	answer := must[*transferv1.ImportResponse](t)(w.importingAs(t, w.coordinator, on, false, file(t, stored)...))
	if answer.GetUpdated() != 1 {
		t.Errorf("answer = %v, want it updated", answer)
	}
}
