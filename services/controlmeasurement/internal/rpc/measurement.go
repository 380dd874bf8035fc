package rpc

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// firstYear is the first year of which measurements are shown to those who may not see drafts.
const firstYear = 1900

// GetMeasurement returns one measurement as the caller may see it.
func (s *Server) GetMeasurement(ctx context.Context, req *controlv1.GetMeasurementRequest) (*controlv1.Measurement, error) {
	m, err := s.tables.Measurements.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	v, err := s.shownTo(ctx, req.GetName())
	if v == nil || err != nil {
		return m, err
	}
	i, err := s.tables.Indicators.Get(ctx, s.store, m.GetIndicator())
	if err != nil && !missing(err) {
		return nil, err
	}
	if err != nil || v.indicator(i) == nil || !v.measured(m) {
		return nil, fault.Missing(req.GetName())
	}
	return m, nil
}

// ListMeasurements returns the measurements of a committee as the caller may see them.
func (s *Server) ListMeasurements(ctx context.Context, req *controlv1.ListMeasurementsRequest) (*controlv1.ListMeasurementsResponse, error) {
	where := []resource.Filter{resource.Equal("indicator", req.GetIndicator()), resource.Equal("year", sqlstore.YearWord(req.GetYear())),
		resource.Equal("unit", req.GetUnit())}
	v, err := s.shownTo(ctx, req.GetParent())
	if err != nil {
		return nil, err
	}
	if v != nil {
		all, err := s.tables.Indicators.All(ctx, s.store, req.GetParent())
		if err != nil {
			return nil, err
		}
		names := each(v.indicators(all), (*controlv1.Indicator).GetName)
		if len(names) == 0 {
			return &controlv1.ListMeasurementsResponse{}, nil
		}
		where = append(where, resource.Filter{Column: "indicator", In: names},
			resource.Filter{Column: "year", In: sqlstore.YearsUpTo(firstYear, control.Period{End: v.until}.Year())})
	}
	page, next, err := s.tables.Measurements.List(ctx, s.store, resource.QueryOf(req, where...))
	page = slices.DeleteFunc(page, func(m *controlv1.Measurement) bool { return !v.measured(m) })
	return &controlv1.ListMeasurementsResponse{Measurements: page, NextPageToken: next}, err
}

// CreateMeasurement stores a new measurement.
func (s *Server) CreateMeasurement(ctx context.Context, req *controlv1.CreateMeasurementRequest) (*controlv1.Measurement, error) {
	i, err := s.measuring(ctx, req.GetParent(), req.GetMeasurement())
	if err != nil {
		return nil, err
	}
	known, err := s.unitsOf(ctx, req.GetParent(), []string{req.GetMeasurement().GetUnit()}, nil)
	if err != nil {
		return nil, err
	}
	var stored *controlv1.Measurement
	year := periodOf(req.GetMeasurement()).Year()
	err = s.recomputing(ctx, req.GetParent(), i.GetSubjects(), year, func(learnt facts) (err error) {
		stored, err = resource.Create(ctx, s.store, s.tables.Measurements, resource.Creation[*controlv1.Measurement]{
			Parent: req.GetParent(), ID: req.GetMeasurementId(), Message: req.GetMeasurement(), RequestID: req.GetRequestId(),
			Touch: []resource.Ref{s.tables.Indicators.Ref(req.GetMeasurement().GetIndicator())},
			Check: func(ctx context.Context, tx *resource.Tx, m *controlv1.Measurement) error {
				return s.writeMeasurement(ctx, tx, m, m, learnt, known)
			},
		})
		return err
	})
	s.wake()
	return stored, samePeriod(err)
}

// measuring returns the indicator of a measurement, of which the caller may write one.
func (s *Server) measuring(ctx context.Context, parent string, m *controlv1.Measurement) (*controlv1.Indicator, error) {
	if err := resource.RefuseWildcard(parent); err != nil {
		return nil, err
	}
	i, err := s.indicatorOf(ctx, s.store, parent, m)
	if err != nil {
		return nil, err
	}
	return i, s.mayMeasure(ctx, i)
}

// indicatorOf reads the indicator of a measurement; one that is none of the committee's is a fault of the field.
func (s *Server) indicatorOf(ctx context.Context, r resource.Reader, parent string, m *controlv1.Measurement) (*controlv1.Indicator, error) {
	if name := m.GetIndicator(); resource.Parent(name) == parent {
		i, err := s.tables.Indicators.Get(ctx, r, name)
		if err == nil || !missing(err) {
			return i, err
		}
	}
	return nil, refuse("measurement", []fault.Field{unknownIndicator(m)})
}

// unknownIndicator is the fault of a measurement of nothing.
func unknownIndicator(m *controlv1.Measurement) fault.Field {
	return field("indicator", "UNKNOWN_REFERENCE",
		fmt.Sprintf("Det som mäts, ”%s”, finns inte hos nämnden. Välj det ur listan.", m.GetIndicator()),
		fmt.Sprintf("indicator %q does not exist in the committee", m.GetIndicator()))
}

// writeMeasurement applies the rules to a measurement, completes it and brings the results that rest on it up to date. Of a
// new one before and after are the same message.
func (s *Server) writeMeasurement(ctx context.Context, tx *resource.Tx, before, after *controlv1.Measurement, learnt facts, known units) error {
	parent := committee(after.GetName())
	i, err := s.indicatorOf(ctx, tx, parent, after)
	if err != nil {
		return err
	}
	twice, err := s.checkTwice(ctx, tx, after)
	if err != nil {
		return err
	}
	if err := refuse("measurement", slices.Concat(checkMeasurement(i, after), known.checkMeasurement(after), twice)); err != nil {
		return err
	}
	complete(i, after)
	year := min(periodOf(before).Year(), periodOf(after).Year())
	return s.recompute(ctx, tx, parent, i.GetSubjects(), year, learnt, change{measurement: after, gone: after.GetName()})
}

// checkMeasurement finds what is wrong with a measurement of an indicator: its period, which lies within the year that it
// counts for, its numbers, its note, its unit.
func checkMeasurement(i *controlv1.Indicator, m *controlv1.Measurement) []fault.Field {
	rule := measurementOf(m)
	faults := rule.Check(control.Quantity(i.GetQuantity()))
	if len(rule.Period.Check()) == 0 {
		faults = append(faults, control.YearBounds(rule.Period.Year()).Check(rule.Period)...)
	}
	home := committee(i.GetName())
	return append(faults, rule.CheckUnit(func(unit string) bool { return isUnit(unit, home) })...)
}

// complete computes the value that counts.
func complete(i *controlv1.Indicator, m *controlv1.Measurement) {
	m.EffectiveValue = nil
	if v := measurementOf(m).Effective(control.Quantity(i.GetQuantity())); v != nil {
		m.EffectiveValue = proto.Float64(v.Float())
	}
}

// checkTwice finds another measurement of the same indicator, unit and period.
func (s *Server) checkTwice(ctx context.Context, r sqldb.Runner, m *controlv1.Measurement) ([]fault.Field, error) {
	var same []*controlv1.Measurement
	err := r.Run(ctx, sqlstore.SelectSamePeriod(m, &same))
	same = slices.DeleteFunc(same, func(o *controlv1.Measurement) bool { return o.GetName() == m.GetName() })
	if err != nil || len(same) == 0 {
		return nil, err
	}
	return []fault.Field{takenPeriod(m, same[0].GetName())}, nil
}

// takenPeriod is the fault of a second measurement of the same.
func takenPeriod(m *controlv1.Measurement, by string) fault.Field {
	return field("begin_date", "SAME_PERIOD_TWICE",
		fmt.Sprintf("Det finns redan ett värde för samma enhet %s. Ändra det i stället, eller rätta perioden eller enheten.", periodOf(m).Words()),
		"the same indicator, unit and period as "+by)
}

// samePeriod turns the violation of the constraint that backs checkTwice into a fault of the field.
func samePeriod(err error) error {
	var violation *sqldb.Violation
	if errors.As(err, &violation) && violation.Constraint == sqlstore.MeasurementsPeriod {
		return refuse("measurement", []fault.Field{field("begin_date", "SAME_PERIOD_TWICE",
			"Det finns redan ett värde för samma enhet och period. Ändra det i stället, eller rätta perioden eller enheten.",
			"the same indicator, unit and period as another measurement")})
	}
	return err
}

// UpdateMeasurement changes the fields in the mask. What it measures stays.
func (s *Server) UpdateMeasurement(ctx context.Context, req *controlv1.UpdateMeasurementRequest) (*controlv1.Measurement, error) {
	name := req.GetMeasurement().GetName()
	before, err := s.tables.Measurements.Get(ctx, s.store, name)
	if err != nil {
		return nil, err
	}
	i, err := s.measuring(ctx, committee(name), before)
	if err != nil {
		return nil, err
	}
	known, err := s.unitsOf(ctx, committee(name), []string{req.GetMeasurement().GetUnit()}, []string{before.GetUnit()})
	if err != nil {
		return nil, err
	}
	var stored *controlv1.Measurement
	// The earlier of the two years is not known before the mask is applied, so that every year is asked about.
	err = s.recomputing(ctx, committee(name), i.GetSubjects(), 0, func(learnt facts) (err error) {
		stored, err = resource.Update(ctx, s.store, s.tables.Measurements, resource.Change[*controlv1.Measurement]{
			Message: req.GetMeasurement(), Mask: req.GetUpdateMask(), Reason: req.GetReason(), Keep: []string{"indicator", "effective_value"},
			Check: func(ctx context.Context, tx *resource.Tx, was, is *controlv1.Measurement) error {
				return s.writeMeasurement(ctx, tx, was, is, learnt, known.also(was.GetUnit()))
			},
		})
		return err
	})
	s.wake()
	return stored, samePeriod(err)
}

// DeleteMeasurement takes a measurement away.
func (s *Server) DeleteMeasurement(ctx context.Context, req *controlv1.DeleteMeasurementRequest) (*emptypb.Empty, error) {
	before, err := s.tables.Measurements.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	parent := committee(req.GetName())
	i, err := s.measuring(ctx, parent, before)
	if err != nil {
		return nil, err
	}
	err = s.recomputing(ctx, parent, i.GetSubjects(), 0, func(known facts) error {
		return resource.Delete(ctx, s.store, s.tables.Measurements, resource.Removal[*controlv1.Measurement]{
			Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(),
			Check: func(ctx context.Context, tx *resource.Tx, m *controlv1.Measurement) error {
				return s.recompute(ctx, tx, parent, i.GetSubjects(), periodOf(m).Year(), known, change{gone: m.GetName()})
			},
		})
	})
	s.wake()
	return &emptypb.Empty{}, err
}
