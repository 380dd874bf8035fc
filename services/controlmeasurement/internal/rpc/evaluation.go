package rpc

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// evaluationTo returns an evaluation as the API has it. Units are those that counted for the year; of the year compared
// with there is the first that a target looks at, else the year before.
func evaluationTo(e control.Evaluation, units []control.Measurement) *controlv1.Evaluation {
	m := &controlv1.Evaluation{Indicator: e.Indicator.Name, Year: int32(e.Year), Fulfilment: controlv1.Fulfilment(e.Fulfilment), Sentence: sentence(e, units)}
	for _, o := range e.Outcomes {
		m.Targets = append(m.Targets, &controlv1.TargetOutcome{Target: targetTo(o.Target), Fulfilment: controlv1.Fulfilment(o.Fulfilment),
			Reason: reason(o, e)})
	}
	compare(m, e)
	m.LargestUnit, m.SmallestUnit = extremes(e.Indicator.Quantity, units)
	return m
}

// compare fills in the value and what it is compared with.
func compare(m *controlv1.Evaluation, e control.Evaluation) {
	base := baseline(e)
	m.BaselineYear = int32(base.Year)
	if base.Value != nil {
		m.BaselineValue = proto.Float64(base.Value.Float())
	}
	if e.Now.Value == nil {
		return
	}
	m.Value = proto.Float64(e.Now.Value.Float())
	m.Approximate, m.Derived = e.Now.Value.Approximate, e.Now.Value.Derived
	if base.Value != nil && e.Now.Comparable(base) {
		m.Difference = proto.Float64(control.ChangeOf(*base.Value, *e.Now.Value).Difference)
		m.Approximate, m.Derived = m.GetApproximate() || base.Value.Approximate, m.GetDerived() || base.Value.Derived
	}
}

// baseline is what the year is compared with: what the first directional target looks at, else the year before.
func baseline(e control.Evaluation) control.Reading {
	for _, o := range e.Outcomes {
		if o.Baseline.Year != 0 {
			return o.Baseline
		}
	}
	return e.Earlier
}

// reason says why a target is not assessed, else how it stands.
func reason(o control.Outcome, e control.Evaluation) string {
	if words := o.NotAssessedWords(e.Year); words != "" {
		return words
	}
	return o.Words(e.Indicator, e.Year)
}

// sentence says what the numbers say, or the note where there are none. Where only units were measured it says what they come
// to.
func sentence(e control.Evaluation, units []control.Measurement) string {
	if e.Now.Value != nil || e.Now.Note != "" || len(units) == 0 || len(e.Outcomes) > 0 {
		return e.Finding()
	}
	return e.Indicator.TotalWords(units)
}

// extremes returns the units with the largest and the smallest value; empty where fewer than two have one, or several share
// it.
func extremes(q control.Quantity, units []control.Measurement) (largest, smallest string) {
	low, high := control.Extremes(q, units)
	if len(low) == 1 && len(high) == 1 && low[0].Unit != high[0].Unit {
		return high[0].Unit, low[0].Unit
	}
	switch {
	case len(high) == 1 && len(low) > 1:
		return high[0].Unit, ""
	case len(low) == 1 && len(high) > 1:
		return "", low[0].Unit
	}
	return "", ""
}

// CheckMeasurement tells what a measurement would mean, before it is stored. A faulty one is refused as it would be when it
// is stored.
func (s *Server) CheckMeasurement(ctx context.Context, req *controlv1.CheckMeasurementRequest) (*controlv1.CheckMeasurementResponse, error) {
	if err := resource.RefuseWildcard(req.GetParent()); err != nil {
		return nil, err
	}
	v, err := s.shownTo(ctx, req.GetParent())
	if err != nil {
		return nil, err
	}
	m := proto.CloneOf(req.GetMeasurement())
	if resource.Parent(m.GetName()) != req.GetParent() {
		m.Name = resource.Join(req.GetParent(), "measurements", "-")
	}
	known, err := s.previewUnits(ctx, req.GetParent(), m)
	if err != nil {
		return nil, err
	}
	answer := &controlv1.CheckMeasurementResponse{}
	err = s.store.View(ctx, req.GetParent(), func(ctx context.Context, view *resource.View) error {
		i, err := s.indicatorOf(ctx, view, req.GetParent(), m)
		if err != nil {
			return err
		}
		if i = v.indicator(i); i == nil {
			return refuse("measurement", []fault.Field{unknownIndicator(m)})
		}
		twice, err := s.checkTwice(ctx, view, m)
		if err != nil {
			return err
		}
		if err := refuse("measurement", slices.Concat(checkMeasurement(i, m), known.checkMeasurement(m), twice)); err != nil {
			return err
		}
		return s.preview(ctx, view, i, m, v, answer)
	})
	return answer, err
}

// previewUnits is unitsOf for a measurement that may be stored already, under the same name.
func (s *Server) previewUnits(ctx context.Context, parent string, m *controlv1.Measurement) (units, error) {
	stored, err := s.tables.Measurements.Get(ctx, s.store, m.GetName())
	if err != nil && !missing(err) {
		return nil, err
	}
	return s.unitsOf(ctx, parent, []string{m.GetUnit()}, []string{stored.GetUnit()})
}

// preview evaluates an indicator for the unit and the year of a measurement, as if that were stored.
func (s *Server) preview(ctx context.Context, view *resource.View, i *controlv1.Indicator, m *controlv1.Measurement, v *shown, answer *controlv1.CheckMeasurementResponse) error {
	var before []*controlv1.Measurement
	year := periodOf(m).Year()
	all, err := readSeries(ctx, view, s.store.DB().Engine(), committee(i.GetName()), []*controlv1.Indicator{i}, []int{year})
	if err != nil {
		return err
	}
	if err := view.Run(ctx, sqlstore.SelectBefore(committee(i.GetName()), m, &before)); err != nil {
		return err
	}
	if len(before) > 0 && v.measured(before[0]) {
		answer.Previous = before[0]
	}
	readings := control.NewAccumulator(len(all)+1, "")
	for _, one := range (change{measurement: m, gone: m.GetName()}).measurements(all) {
		if one.GetUnit() != m.GetUnit() || !v.measured(one) && one != m {
			continue
		}
		if err := readings.Add(measurementOf(one)); err != nil {
			return err
		}
	}
	answer.Evaluation = evaluationTo(readings.Evaluate(indicatorOf(i), m.GetUnit(), year), nil)
	return nil
}

// isPlan reports whether a name is that of a plan: "municipalities/*/committees/*/plans/*".
func isPlan(name string) bool {
	parts := strings.Split(name, "/")
	return len(parts) == 6 && parts[0] == "municipalities" && parts[2] == "committees" && parts[4] == "plans" && yearIn(parts[5]) > 0
}
