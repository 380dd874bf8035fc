package controlmeasurement_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// TestPercentTrap: a share that goes from 96 % to 93 % is 3 percentage points lower, through the whole service.
func TestPercentTrap(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.share(t, increase(), least(100))
		derived := december(indicator, "2024", 96)
		derived.Derived, derived.Note = true, "den angivna skillnaden på 3 procentenheter mot 93 % år 2025"
		w.measure(t, derived)
		checked := must[*controlv1.CheckMeasurementResponse](t)(w.CheckMeasurement(w.owner,
			&controlv1.CheckMeasurementRequest{Parent: on, Measurement: december(indicator, "2025", 93)}))
		if checked.GetPrevious().GetEffectiveValue() != 96 {
			t.Errorf("previous = %v, want 2024", checked.GetPrevious())
		}
		w.measure(t, december(indicator, "2025", 93))
		r := w.result(t, "planer", done("planer"))
		if r.GetComputedFulfilment() != controlv1.Fulfilment_FULFILMENT_NOT_MET || !r.GetDeviates() {
			t.Errorf("result = %v, want not met and deviating", r)
		}
		stored := w.snapshot(t, w.coordinator).GetEvaluations()
		if len(stored) != 1 || !proto.Equal(stored[0], checked.GetEvaluation()) {
			t.Fatalf("evaluations = %v, want what was shown before: %v", stored, checked.GetEvaluation())
		}
		e := stored[0]
		if e.GetValue() != 93 || e.GetBaselineValue() != 96 || e.GetDifference() != -3 || e.GetBaselineYear() != 2024 || !e.GetDerived() {
			t.Errorf("evaluation = %v", e)
		}
		if !strings.Contains(e.GetSentence(), "3 procentenheter lägre än 2024") || strings.Contains(e.GetSentence(), "3,1") {
			t.Errorf("sentence = %q", e.GetSentence())
		}
	})
}

// TestEqualCountTrap: a count that should increase and stays equal has not met its target, through the whole service.
func TestEqualCountTrap(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.count(t, increase())
		w.measure(t, ofYear(indicator, "2024", 13))
		w.measure(t, ofYear(indicator, "2025", 13))
		r := w.result(t, "oro", done("oro"))
		if r.GetComputedFulfilment() != controlv1.Fulfilment_FULFILMENT_NOT_MET || !r.GetDeviates() || len(r.GetProposedActions()) != 1 {
			t.Errorf("result = %v, want not met with a proposed action", r)
		}
		e := w.snapshot(t, w.coordinator).GetEvaluations()[0]
		if e.Difference == nil || e.GetDifference() != 0 || e.GetSentence() != "13 orosanmälningar, lika många som 2024. Målet att antalet ska öka är inte uppfyllt." {
			t.Errorf("evaluation = %v", e)
		}
	})
}

func TestMissingBaselineIsNotAssessed(t *testing.T) {
	w := start(t)
	w.measure(t, december(w.share(t, increase()), "2025", 93))
	r := w.result(t, "planer", done("planer"))
	if r.GetComputedFulfilment() != controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED || r.GetDeviates() {
		t.Errorf("result = %v, want not assessed", r)
	}
	e := w.snapshot(t, w.coordinator).GetEvaluations()[0]
	if e.BaselineValue != nil || e.Difference != nil || e.GetTargets()[0].GetReason() != "Kan inte bedömas: värde för 2024 saknas." {
		t.Errorf("evaluation = %v", e)
	}
}

// TestBadInput: each fault is refused with field and reason, and so is its preview.
func TestBadInput(t *testing.T) {
	w := start(t)
	indicator, counted := w.share(t), w.count(t)
	w.measure(t, december(indicator, "2025", 93))
	with := func(fn func(*controlv1.Measurement)) *controlv1.Measurement {
		m := &controlv1.Measurement{Indicator: indicator, BeginDate: "2025-06-01", EndDate: "2025-06-30", Numerator: proto.Float64(9), Denominator: proto.Float64(10)}
		fn(m)
		return m
	}
	tests := map[string]struct {
		m    *controlv1.Measurement
		want string
	}{
		"numerator above denominator": {with(func(m *controlv1.Measurement) { m.Numerator = proto.Float64(11) }), "numerator NUMERATOR_ABOVE_DENOMINATOR"},
		"share without denominator":   {with(func(m *controlv1.Measurement) { m.Denominator = nil }), "denominator DENOMINATOR_MISSING"},
		"outside its period":          {with(func(m *controlv1.Measurement) { m.BeginDate = "2024-12-31" }), "begin_date OUTSIDE_PERIOD"},
		"same period and unit":        {december(indicator, "2025", 90), "begin_date SAME_PERIOD_TWICE"},
		"no such day":                 {with(func(m *controlv1.Measurement) { m.EndDate = "2025-06-31" }), "end_date DATE"},
		"date in the wrong form":      {with(func(m *controlv1.Measurement) { m.EndDate = "30/6 2025" }), "end_date string.pattern"},
		"unknown unit":                {with(func(m *controlv1.Measurement) { m.Unit = "Norra" }), "unit UNKNOWN_UNIT"},
		"unit of another":             {with(func(m *controlv1.Measurement) { m.Unit = "municipalities/andra/units/norra" }), "unit UNKNOWN_UNIT"},
		"count as ratio":              {with(func(m *controlv1.Measurement) { m.Indicator = counted }), "numerator COUNT_AS_RATIO"},
		"unknown indicator":           {with(func(m *controlv1.Measurement) { m.Indicator = on + "/indicators/okand" }), "indicator UNKNOWN_REFERENCE"},
		"indicator of another":        {with(func(m *controlv1.Measurement) { m.Indicator = ume + "/committees/un/indicators/planer" }), "indicator UNKNOWN_REFERENCE"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := w.CreateMeasurement(w.coordinator, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: tt.m})
			wantInvalid(t, err, "measurement."+tt.want)
			_, err = w.CheckMeasurement(w.coordinator, &controlv1.CheckMeasurementRequest{Parent: on, Measurement: tt.m})
			wantInvalid(t, err, "measurement."+tt.want)
		})
	}
}

func TestBadResults(t *testing.T) {
	w := start(t)
	create := func(round string, r *controlv1.Result) error {
		_, err := w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: round, Result: r})
		return err
	}
	other := done("planer")
	other.Subject = ume + "/committees/un/plans/2025/controlPoints/planer"
	wantInvalid(t, create(yearly, other), "result.subject UNKNOWN_SUBJECT")
	wantInvalid(t, create(on+"/rounds/okand", done("planer")), "result.subject UNKNOWN_SUBJECT")
	wantFault(t, create(yearly, done("finnsinte")), fault.Precondition, "WRONG_STATE", "result.subject WRONG_STATE")
	wantFault(t, create(yearly, done("flyttad")), fault.Precondition, "WRONG_STATE", "result.subject WRONG_STATE")
	graded := done("planer")
	graded.Grade = "gul"
	wantInvalid(t, create(yearly, graded), "result.grade UNKNOWN_GRADE")
	skipped := &controlv1.Result{Subject: point("planer"), Execution: controlv1.Execution_EXECUTION_NOT_PERFORMED}
	wantInvalid(t, create(yearly, skipped), "result.not_performed_reason REASON_REQUIRED")
	unit := done("planer")
	unit.Samples, unit.ReportedBy = []*controlv1.Sample{{Title: "ärenden", Unit: "x"}}, "anna"
	wantInvalid(t, create(yearly, unit), "result.reported_by PERSON_NAME", "result.samples[0].unit UNKNOWN_UNIT")
	w.result(t, "planer", done("planer"))
	wantInvalid(t, create(yearly, done("planer")), "result.subject DUPLICATE")
	w.register.close(yearly)
	wantFault(t, create(yearly, done("oro")), fault.Precondition, "ROUND_CLOSED", "parent ROUND_CLOSED")
	_, err := w.UpdateResult(w.coordinator, &controlv1.UpdateResultRequest{Result: w.read(t, "planer")})
	wantFault(t, err, fault.Precondition, "ROUND_CLOSED", "result.name ROUND_CLOSED")
}
