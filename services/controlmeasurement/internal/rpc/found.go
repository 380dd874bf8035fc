package rpc

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// change is what a write is about to do to what results are computed from, before it is staged.
type change struct {
	// indicator and measurement are the new states; nil for none.
	indicator   *controlv1.Indicator
	measurement *controlv1.Measurement
	// gone is the name of what is taken away, or changed.
	gone string
}

// indicators returns a list with the change made.
func (c change) indicators(all []*controlv1.Indicator) []*controlv1.Indicator {
	all = slices.DeleteFunc(all, func(i *controlv1.Indicator) bool { return i.GetName() == c.gone })
	if c.indicator != nil {
		all = append(all, c.indicator)
	}
	return all
}

// measurements returns a list with the change made.
func (c change) measurements(all []*controlv1.Measurement) []*controlv1.Measurement {
	all = slices.DeleteFunc(all, func(m *controlv1.Measurement) bool { return m.GetName() == c.gone })
	if c.measurement != nil {
		all = append(all, c.measurement)
	}
	return all
}

// found is what results are computed from: indicators and what was measured of the whole.
type found struct {
	indicators []*controlv1.Indicator
	// readings evaluates; measured tells which indicators have a measurement, also of a unit, in which year.
	readings *control.Accumulator
	measured map[cell]bool
}

// cell is an indicator and a year.
type cell struct {
	indicator string
	year      int
}

// newFound takes up indicators and their measurements.
func newFound(indicators []*controlv1.Indicator, measurements []*controlv1.Measurement) (*found, error) {
	f := &found{indicators: indicators, readings: control.NewAccumulator(len(measurements)+1, ""), measured: map[cell]bool{}}
	for _, m := range measurements {
		f.measured[cell{m.GetIndicator(), yearIn(sqlstore.YearOf(m.GetEndDate()))}] = true
		if m.GetUnit() != "" {
			continue
		}
		if err := f.readings.Add(measurementOf(m)); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// outcomes holds the targets of a subject's indicators against the plan's year, and tells whether anything was measured.
func (f *found) outcomes(subject string) (all []control.Outcome, measured bool) {
	year := planYear(sqlstore.PlanOf(subject))
	for _, i := range f.indicators {
		if slices.Contains(i.GetSubjects(), subject) {
			all = append(all, f.readings.Evaluate(indicatorOf(i), "", year).Outcomes...)
			measured = measured || f.measured[cell{i.GetName(), year}]
		}
	}
	return all, measured
}

// settle computes what follows from the indicators and the grade, carries it into a result and returns the result as the
// rules see it.
func (f *found) settle(r *controlv1.Result, grades []control.Grade) control.Result {
	outcomes, measured := f.outcomes(r.GetSubject())
	r.ComputedFulfilment = controlv1.Fulfilment(control.Combine(outcomes))
	rule := resultOf(r)
	rule.Measured = measured
	r.Deviates = len(rule.Deviates(grades, outcomes)) > 0
	return rule
}

// find reads, in a transaction, what the results about some subjects are computed from, as the change leaves it: two
// statements however many there are.
func (s *Server) find(ctx context.Context, tx *resource.Tx, parent string, subjects []string, c change) (*found, error) {
	all, err := s.tables.Indicators.All(ctx, tx, parent)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(c.indicators(all), func(i *controlv1.Indicator) bool {
		return !slices.ContainsFunc(i.GetSubjects(), func(subject string) bool { return slices.Contains(subjects, subject) })
	})
	measurements, err := readSeries(ctx, tx, s.store.DB().Engine(), parent, all, each(subjects, func(subject string) int { return planYear(sqlstore.PlanOf(subject)) }))
	if err != nil {
		return nil, err
	}
	return newFound(all, c.measurements(measurements))
}

// readSeries reads the measurements of indicators that count for the years, or for those that their targets compare with, and
// those in between.
func readSeries(ctx context.Context, r sqldb.Runner, engine sqldb.Engine, parent string, indicators []*controlv1.Indicator, years []int) ([]*controlv1.Measurement, error) {
	if len(indicators) == 0 {
		return nil, nil
	}
	compared := comparedYears(indicators, years)
	if len(compared) == 0 {
		return nil, nil
	}
	var list []*controlv1.Measurement
	err := r.Run(ctx, sqlstore.SelectSeries(engine, parent, each(indicators, (*controlv1.Indicator).GetName), compared[0], compared[len(compared)-1], &list))
	return list, err
}

// comparedYears returns the years, the year before each, and those that targets which apply to them compare with.
func comparedYears(indicators []*controlv1.Indicator, years []int) []int {
	var all []int
	for _, year := range years {
		all = append(all, year, year-1)
		for _, i := range indicators {
			for _, t := range i.GetTargets() {
				all = append(all, int(t.GetBaselineYear()))
			}
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(y int) bool { return y <= 0 })
}
