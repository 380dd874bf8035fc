package rpc

import (
	"context"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// defaultYears is how many years of measurements a snapshot has when nobody says.
const defaultYears = 5

// GetControlSnapshot returns all that was found about a plan, as the caller may see it, read in one state by a number of
// statements that does not depend on how much there is.
func (s *Server) GetControlSnapshot(ctx context.Context, req *controlv1.GetControlSnapshotRequest) (*controlv1.GetControlSnapshotResponse, error) {
	if err := checkSnapshot(req); err != nil {
		return nil, err
	}
	v, err := s.shownTo(ctx, req.GetPlan())
	if err != nil {
		return nil, err
	}
	answer := &controlv1.GetControlSnapshotResponse{}
	err = s.store.View(ctx, req.GetPlan(), func(ctx context.Context, view *resource.View) error {
		if answer.Results, err = s.resultsOf(ctx, view, req, v); err != nil {
			return err
		}
		answer.Words = inWords(answer.GetResults())
		if answer.Indicators, err = s.indicatorsOf(ctx, view, req.GetPlan(), v); err != nil {
			return err
		}
		if err := s.measure(ctx, view, req, v, answer); err != nil {
			return err
		}
		answer.Positions, err = view.Positions(ctx, committee(req.GetPlan()))
		return err
	})
	return answer, err
}

// inWords tells what samples and surveys show. The rules word them, so that every document says the same.
func inWords(results []*controlv1.Result) []*controlv1.ResultWords {
	var all []*controlv1.ResultWords
	for _, r := range results {
		rule := resultOf(r)
		if len(rule.Samples)+len(rule.Surveys) == 0 {
			continue
		}
		all = append(all, &controlv1.ResultWords{Result: r.GetName(), Samples: each(rule.Samples, sampleWords),
			Surveys: each(rule.Surveys, control.Survey.Words)})
	}
	return all
}

func sampleWords(s control.Sample) *controlv1.SampleWords {
	return &controlv1.SampleWords{Extent: s.ExtentWords(), Deviations: s.DeviationWords()}
}

// checkSnapshot refuses names that are none of a plan and a round of the same committee.
func checkSnapshot(req *controlv1.GetControlSnapshotRequest) error {
	if !isPlan(req.GetPlan()) {
		return fault.Fields(field("plan", "RESOURCE_NAME", "Ange en plan: municipalities/{kommun}/committees/{nämnd}/plans/{år}.",
			"the plan is not of the form municipalities/*/committees/*/plans/*"))
	}
	if req.GetRound() != "" && resource.Parent(req.GetRound()) != committee(req.GetPlan()) {
		return fault.Fields(field("round", "RESOURCE_NAME", "Uppföljningen hör inte till planens nämnd. Välj en som gör det.",
			"the round is none of the committee's"))
	}
	return resource.RefuseWildcard(req.GetPlan())
}

// resultsOf returns the results that speak of a plan, in order of round, position and name.
func (s *Server) resultsOf(ctx context.Context, r resource.Reader, req *controlv1.GetControlSnapshotRequest, v *shown) ([]*controlv1.Result, error) {
	all, err := s.tables.Results.ListAll(ctx, r, resource.Query{Parent: committee(req.GetPlan()) + "/rounds/-",
		Where: []resource.Filter{resource.Equal("plan", req.GetPlan()), resource.Equal("parent", req.GetRound())}})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(one *controlv1.Result) bool { return !v.round(resource.Parent(one.GetName())) })
	// The list is in order of position and name already.
	slices.SortStableFunc(all, func(a, b *controlv1.Result) int {
		return strings.Compare(resource.Parent(a.GetName()), resource.Parent(b.GetName()))
	})
	return all, nil
}

// indicatorsOf returns the indicators that belong to a plan's control areas and control points, in order of position and
// name.
func (s *Server) indicatorsOf(ctx context.Context, r resource.Reader, plan string, v *shown) ([]*controlv1.Indicator, error) {
	all, err := s.tables.Indicators.All(ctx, r, committee(plan))
	return slices.DeleteFunc(v.indicators(all), func(i *controlv1.Indicator) bool {
		return !slices.ContainsFunc(i.GetSubjects(), func(subject string) bool { return sqlstore.PlanOf(subject) == plan })
	}), err
}

// measure fills in the measurements of a snapshot's indicators and their evaluation.
func (s *Server) measure(ctx context.Context, view *resource.View, req *controlv1.GetControlSnapshotRequest, v *shown, answer *controlv1.GetControlSnapshotResponse) error {
	year, years := planYear(req.GetPlan()), int(req.GetYears())
	if years == 0 {
		years = defaultYears
	}
	var wanted []int
	for y := year - years + 1; y <= year; y++ {
		wanted = append(wanted, y)
	}
	all, err := readSeries(ctx, view, s.store.DB().Engine(), committee(req.GetPlan()), answer.GetIndicators(), wanted)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(m *controlv1.Measurement) bool {
		return !v.measured(m) || req.GetAsOf() != "" && m.GetEndDate() > req.GetAsOf()
	})
	sqlstore.SortSeries(all)
	if answer.Evaluations, err = evaluate(answer.GetIndicators(), all, year, dayOf(req.GetAsOf(), year)); err != nil {
		return err
	}
	first := sqlstore.YearWord(int32(year - years + 1))
	last := sqlstore.YearWord(int32(year))
	answer.Measurements = slices.DeleteFunc(all, func(m *controlv1.Measurement) bool {
		of := sqlstore.YearOf(m.GetEndDate())
		return of < first || of > last
	})
	return nil
}

// dayOf returns the day of a year that a date is, as "05-31"; empty for a date of another year, which does not bound it.
func dayOf(date string, year int) string {
	day, _ := strings.CutPrefix(date, sqlstore.YearWord(int32(year))+"-")
	if day == date {
		return ""
	}
	return day
}

// evaluate evaluates indicators for a year, until a day of it unless that is empty, in one pass over their measurements.
func evaluate(indicators []*controlv1.Indicator, measurements []*controlv1.Measurement, year int, day string) ([]*controlv1.Evaluation, error) {
	word := sqlstore.YearWord(int32(year))
	readings := control.NewAccumulator(len(measurements)+1, day)
	units := map[string][]string{}
	for _, m := range measurements {
		if m.GetUnit() != "" {
			if sqlstore.YearOf(m.GetEndDate()) != word {
				continue
			}
			if of := units[m.GetIndicator()]; !slices.Contains(of, m.GetUnit()) {
				units[m.GetIndicator()] = append(of, m.GetUnit())
			}
		}
		if err := readings.Add(measurementOf(m)); err != nil {
			return nil, err
		}
	}
	return each(indicators, func(i *controlv1.Indicator) *controlv1.Evaluation {
		var counted []control.Measurement
		for _, unit := range units[i.GetName()] {
			if m, ok := readings.Measurement(i.GetName(), unit, year); ok {
				counted = append(counted, m)
			}
		}
		return evaluationTo(readings.Evaluate(indicatorOf(i), "", year), counted)
	}), nil
}
