package rpc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

const (
	// figureYears is how many years a trend looks back, its own included.
	figureYears = 20
	// measurementPage is how many measurements are asked for at once.
	measurementPage = 1000
)

// measured is an indicator with what a figure of it is made from.
type measured struct {
	committee    *directoryv1.Committee
	municipality *directoryv1.Municipality
	indicator    *controlv1.Indicator
	measurements []*controlv1.Measurement
	units        []*directoryv1.Unit
	// evaluation is its owner's of the year; nil when there is none.
	evaluation *controlv1.Evaluation
	year       int
}

// RenderIndicatorFigure draws an indicator from current data.
func (s *Server) RenderIndicatorFigure(ctx context.Context, req *reportv1.RenderIndicatorFigureRequest) (*httpbody.HttpBody, error) {
	if err := resource.RefuseWildcard(req.GetIndicator()); err != nil {
		return nil, err
	}
	m, err := s.readMeasured(ctx, req)
	if err != nil {
		return nil, err
	}
	drawn, stem, err := m.draw(req.GetFigure())
	if err != nil {
		return nil, err
	}
	committee := m.committee.GetDisplayName()
	meta := document.Meta{Subject: "Figur över en indikator", Author: committee, Committee: committee, Municipality: m.municipality.GetDisplayName(), Date: s.today()}
	content, form, err := s.draw(ctx, drawn.Alone(), stem, meta, req.GetFormat())
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s-%s-%s-%d", stem, resource.ID(m.committee.GetName()), resource.ID(req.GetIndicator()), req.GetYear())
	return sendFigure(ctx, name, document.Draft, form, content)
}

// draw makes the figure, and gives the word that its file begins with.
func (m *measured) draw(figure reportv1.IndicatorFigure) (report.Drawn, string, error) {
	if figure == reportv1.IndicatorFigure_INDICATOR_FIGURE_UNITS {
		drawn, err := report.UnitsFigure(m.unitSeries())
		return drawn, "enheter", err
	}
	drawn, err := report.TrendFigure(m.yearSeries())
	return drawn, "utveckling", err
}

// readMeasured reads all of it with the caller's rights.
func (s *Server) readMeasured(ctx context.Context, req *reportv1.RenderIndicatorFigureRequest) (*measured, error) {
	name := resource.Parent(req.GetIndicator())
	m := &measured{year: int(req.GetYear())}
	var err error
	if m.indicator, err = s.control.GetIndicator(ctx, &controlv1.GetIndicatorRequest{Name: req.GetIndicator()}); err != nil {
		return nil, err
	}
	if m.committee, err = s.directory.GetCommittee(ctx, &directoryv1.GetCommitteeRequest{Name: name}); err != nil {
		return nil, err
	}
	if m.municipality, err = s.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: resource.Parent(name)}); err != nil {
		return nil, err
	}
	return m, errors.Join(s.readMeasurements(ctx, name, m), s.readUnits(ctx, name, m), s.readEvaluation(ctx, name, m))
}

func (s *Server) readMeasurements(ctx context.Context, committee string, m *measured) error {
	for token := ""; ; {
		page, err := s.control.ListMeasurements(ctx, &controlv1.ListMeasurementsRequest{Parent: committee, Indicator: m.indicator.GetName(), PageSize: measurementPage, PageToken: token})
		if err != nil {
			return err
		}
		m.measurements = append(m.measurements, page.GetMeasurements()...)
		if token = page.GetNextPageToken(); token == "" {
			return nil
		}
	}
}

func (s *Server) readUnits(ctx context.Context, committee string, m *measured) error {
	for token := ""; ; {
		page, err := s.directory.ListUnits(ctx, &directoryv1.ListUnitsRequest{Parent: committee, PageSize: unitPage, PageToken: token})
		if err != nil {
			return err
		}
		m.units = append(m.units, page.GetUnits()...)
		if token = page.GetNextPageToken(); token == "" {
			return nil
		}
	}
}

// readEvaluation asks how the year stands to its targets. A year without a plan has nobody's word on it, and none is made up.
func (s *Server) readEvaluation(ctx context.Context, committee string, m *measured) error {
	snapshot, err := s.control.GetControlSnapshot(ctx, &controlv1.GetControlSnapshotRequest{Plan: fmt.Sprintf("%s/plans/%d", committee, m.year), Years: 1})
	if f := rpcerr.FromStatus(err); f != nil && f.Kind == fault.NotFound {
		return nil
	}
	for _, e := range snapshot.GetEvaluations() {
		if e.GetIndicator() == m.indicator.GetName() {
			m.evaluation = e
		}
	}
	return err
}

// series is what both figures have in common.
func (m *measured) series() report.Series {
	s := report.Series{Title: m.indicator.GetTitle(), Unit: m.indicator.GetUnitLabel(), Decimals: int(m.indicator.GetDecimals()), Year: m.year,
		Share: m.indicator.GetQuantity() == controlv1.Quantity_QUANTITY_SHARE}
	for _, t := range m.evaluation.GetTargets() {
		v := targetValue(m.indicator, t.GetTarget())
		if report.Goal(v) == "" {
			continue
		}
		goal := report.SeriesGoal{Text: v.Text, Value: v.Value, Fulfilment: fulfilmentOf(t.GetFulfilment())}
		v.Text = ""
		goal.Words = report.Goal(v)
		s.Goals = append(s.Goals, goal)
	}
	return s
}

// yearSeries is the whole, year by year, from the first that was measured.
func (m *measured) yearSeries() report.Series {
	s := m.series()
	counts := map[int]*controlv1.Measurement{}
	first := m.year
	for _, x := range m.measurements {
		year := endYear(x)
		if x.GetUnit() == "" && year <= m.year && year > m.year-figureYears {
			counts[year] = counting(counts[year], x)
			first = min(first, year)
		}
	}
	for year := first; year <= m.year && len(counts) > 0; year++ {
		p := pointOf(counts[year])
		p.Label = strconv.Itoa(year)
		s.Points = append(s.Points, p)
	}
	return s
}

// unitSeries is the units of the year.
func (m *measured) unitSeries() report.Series {
	s := m.series()
	counts := map[string]*controlv1.Measurement{}
	var names []string
	for _, x := range m.measurements {
		if x.GetUnit() == "" || endYear(x) != m.year {
			continue
		}
		if counts[x.GetUnit()] == nil {
			names = append(names, x.GetUnit())
		}
		counts[x.GetUnit()] = counting(counts[x.GetUnit()], x)
	}
	for _, name := range names {
		p := pointOf(counts[name])
		p.Label = m.unitTitle(name)
		s.Points = append(s.Points, p)
	}
	return s
}

// unitTitle names a unit; by its id when it is not known.
func (m *measured) unitTitle(name string) string {
	for _, u := range m.units {
		if u.GetName() == name {
			return u.GetDisplayName()
		}
	}
	return resource.ID(name)
}

// endYear is the year that a measurement counts for; 0 without a date.
func endYear(m *controlv1.Measurement) int {
	const digits = 4
	if len(m.GetEndDate()) < digits {
		return 0
	}
	year, err := strconv.Atoi(m.GetEndDate()[:digits])
	if err != nil {
		return 0
	}
	return year
}

// counting returns which of two measurements of one year counts, as their owner has it: one with a value before one without,
// then the one that ends last, that begins first, whose name comes first.
func counting(a, b *controlv1.Measurement) *controlv1.Measurement {
	if a == nil {
		return b
	}
	if has := a.EffectiveValue != nil; has != (b.EffectiveValue != nil) {
		if has {
			return a
		}
		return b
	}
	order := cmp.Or(cmp.Compare(b.GetEndDate(), a.GetEndDate()), cmp.Compare(a.GetBeginDate(), b.GetBeginDate()), cmp.Compare(a.GetName(), b.GetName()))
	if order <= 0 {
		return a
	}
	return b
}

// pointOf turns a measurement into a point. One without a value says what its note does, such as "för få".
func pointOf(m *controlv1.Measurement) report.Point {
	if m == nil {
		return report.Point{}
	}
	p := report.Point{Value: m.EffectiveValue, Approximate: m.GetApproximate(), Derived: m.GetDerived(), Note: m.GetNote()}
	if p.Value == nil {
		p.Words, p.Note = m.GetNote(), ""
	}
	if m.Value == nil {
		p.Count, p.Of = m.Numerator, m.Denominator
	}
	return p
}
