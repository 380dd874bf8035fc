package rpc

import (
	"context"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// unitPage is how many units are asked for at once.
const unitPage = 1000

// readControls reads what was found about the plan and the units that it is reported under. A plan with nothing to control
// asks for neither.
func (s *Server) readControls(ctx context.Context, q query, src *source) error {
	if len(src.snapshot.GetControlAreas()) == 0 && len(src.snapshot.GetControlPoints()) == 0 {
		return nil
	}
	var err error
	src.found, err = s.control.GetControlSnapshot(ctx, &controlv1.GetControlSnapshotRequest{Plan: src.snapshot.GetPlan().GetName(),
		Round: src.round.GetName(), AsOf: asOf(src.round)})
	if err != nil {
		return err
	}
	src.positions = append(slices.Clone(src.positions), src.found.GetPositions()...)
	for token := ""; ; {
		page, err := s.directory.ListUnits(ctx, &directoryv1.ListUnitsRequest{Parent: q.parent, PageSize: unitPage, PageToken: token})
		if err != nil {
			return err
		}
		src.units = append(src.units, page.GetUnits()...)
		if token = page.GetNextPageToken(); token == "" {
			return nil
		}
	}
}

// asOf returns the day until which a follow-up during the year looks: that of the meeting which takes it up. Other documents
// tell of the whole year.
func asOf(r *riskv1.Round) string {
	if r.GetKind() != riskv1.RoundKind_ROUND_KIND_INTERIM {
		return ""
	}
	return r.GetMeetingDate()
}

func (s *source) unitValues() []report.Unit {
	var units []report.Unit
	for _, u := range s.units {
		units = append(units, report.Unit{Name: u.GetName(), Title: u.GetDisplayName(), Parent: u.GetParentUnit(), Position: int(u.GetPosition())})
	}
	return units
}

// unitTitle names a unit; by its id when it is not known.
func (s *source) unitTitle(name string) string {
	for _, u := range s.units {
		if u.GetName() == name {
			return u.GetDisplayName()
		}
	}
	return resource.ID(name)
}

// controls returns the control areas and the control points of the plan with what was found.
func (s *source) controls() []report.Control {
	all := s.areas()
	for _, p := range s.snapshot.GetControlPoints() {
		c := report.Control{Name: p.GetName(), Title: p.GetTitle(), Point: true, Common: p.GetCommonItem() != "", Area: p.GetControlArea(),
			Review: p.GetKind() == riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW, Unit: p.GetUnit(), MovedTo: s.committeeOf(p.GetMovedTo())}
		s.find(&c)
		all = append(all, c)
	}
	return all
}

// areas returns the control areas with what was found.
func (s *source) areas() []report.Control {
	var all []report.Control
	for _, a := range s.snapshot.GetControlAreas() {
		c := report.Control{Name: a.GetName(), Title: a.GetTitle(), Description: a.GetDescription(), Unit: a.GetUnit(), Owners: roleNames(a.GetOwners())}
		s.find(&c)
		all = append(all, c)
	}
	return all
}

// find completes a control with its indicators and its result.
func (s *source) find(c *report.Control) {
	for _, i := range s.found.GetIndicators() {
		if slices.Contains(i.GetSubjects(), c.Name) {
			c.Indicators = append(c.Indicators, s.indicator(i))
		}
	}
	for _, r := range s.found.GetResults() {
		if r.GetSubject() == c.Name && strings.HasPrefix(r.GetName(), s.round.GetName()+"/") {
			c.Result = s.result(r)
		}
	}
}

func (s *source) indicator(i *controlv1.Indicator) report.Indicator {
	v := report.Indicator{Name: i.GetName(), Title: i.GetTitle()}
	for _, e := range s.found.GetEvaluations() {
		if e.GetIndicator() != i.GetName() {
			continue
		}
		m := s.measured(i, e)
		units := m.unitSeries()
		v.Sentence, v.Measured = e.GetSentence(), m.ofYear()
		v.Years, v.Units, v.Told = several(m.yearSeries()), several(units), units.Told()
		for _, t := range e.GetTargets() {
			if goal := report.Goal(targetValue(i, t.GetTarget())); goal != "" {
				v.Goals = append(v.Goals, goal)
			}
		}
	}
	return v
}

// ofYear reports whether anything was measured of the year, be it in numbers or in words.
func (m *measured) ofYear() bool {
	return slices.ContainsFunc(m.measurements, func(x *controlv1.Measurement) bool { return endYear(x) == m.year })
}

// measured is the indicator with what figures of it are made from.
func (s *source) measured(i *controlv1.Indicator, e *controlv1.Evaluation) *measured {
	m := &measured{indicator: i, units: s.units, evaluation: e, year: int(e.GetYear())}
	for _, x := range s.found.GetMeasurements() {
		if x.GetIndicator() == i.GetName() {
			m.measurements = append(m.measurements, x)
		}
	}
	return m
}

// several returns a series of which at least two points have a value, else nil: one alone shows nothing.
func several(s report.Series) *report.Series {
	known := 0
	for _, p := range s.Points {
		if p.Value != nil {
			known++
		}
	}
	if known <= 1 {
		return nil
	}
	return &s
}

func targetValue(i *controlv1.Indicator, t *controlv1.Target) report.Target {
	return report.Target{Text: t.GetText(), Share: i.GetQuantity() == controlv1.Quantity_QUANTITY_SHARE, Unit: i.GetUnitLabel(), Value: t.Value,
		Baseline: int(t.GetBaselineYear()), Operator: operatorOf(t.GetOperator())}
}

func operatorOf(o controlv1.TargetOperator) report.Operator {
	switch o {
	case controlv1.TargetOperator_TARGET_OPERATOR_AT_LEAST:
		return report.AtLeast
	case controlv1.TargetOperator_TARGET_OPERATOR_AT_MOST:
		return report.AtMost
	case controlv1.TargetOperator_TARGET_OPERATOR_EQUALS:
		return report.Equals
	case controlv1.TargetOperator_TARGET_OPERATOR_INCREASE:
		return report.Increase
	case controlv1.TargetOperator_TARGET_OPERATOR_DECREASE:
		return report.Decrease
	case controlv1.TargetOperator_TARGET_OPERATOR_UNCHANGED:
		return report.Unchanged
	default:
		return report.NoTarget
	}
}

func executionOf(e controlv1.Execution) report.Execution {
	switch e {
	case controlv1.Execution_EXECUTION_ONGOING:
		return report.Ongoing
	case controlv1.Execution_EXECUTION_DONE:
		return report.Done
	case controlv1.Execution_EXECUTION_NOT_PERFORMED:
		return report.NotPerformed
	default:
		return report.ExecutionBlank
	}
}

func fulfilmentOf(f controlv1.Fulfilment) report.Fulfilment {
	switch f {
	case controlv1.Fulfilment_FULFILMENT_MET:
		return report.Met
	case controlv1.Fulfilment_FULFILMENT_PARTLY:
		return report.PartlyMet
	case controlv1.Fulfilment_FULFILMENT_NOT_MET:
		return report.NotMet
	case controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED:
		return report.NotAssessed
	default:
		return report.FulfilmentBlank
	}
}

func standpointOf(c controlv1.Comparison) report.Standpoint {
	switch c {
	case controlv1.Comparison_COMPARISON_BETTER:
		return report.Better
	case controlv1.Comparison_COMPARISON_WORSE:
		return report.Worse
	case controlv1.Comparison_COMPARISON_SAME:
		return report.Same
	case controlv1.Comparison_COMPARISON_UNKNOWN:
		return report.NotComparable
	default:
		return report.StandpointBlank
	}
}

// result turns a result into the value of the rules.
func (s *source) result(r *controlv1.Result) *report.Result {
	v := &report.Result{Name: r.GetName(), Execution: executionOf(r.GetExecution()), NotPerformedReason: r.GetNotPerformedReason(),
		Grade: s.grade(r.GetGrade()), Computed: fulfilmentOf(r.GetComputedFulfilment()), Stated: fulfilmentOf(r.GetStatedFulfilment()),
		OverrideReason: r.GetOverrideReason(), Text: r.GetText(), Standpoint: standpointOf(r.GetComparison()), Comment: r.GetComparisonComment()}
	said := s.words(r.GetName())
	for n, sample := range r.GetSamples() {
		v.Samples = append(v.Samples, s.sample(sample, said.GetSamples(), n))
	}
	for n, survey := range r.GetSurveys() {
		one := report.Survey{Question: survey.GetQuestion(), Answer: survey.GetAnswer()}
		if n < len(said.GetSurveys()) {
			one.Answered = said.GetSurveys()[n]
		}
		v.Surveys = append(v.Surveys, one)
	}
	for _, a := range r.GetProposedActions() {
		if action, shown := s.proposed(a); shown {
			v.Actions = append(v.Actions, action)
		}
	}
	return v
}

// words returns what their owner says of a result's samples and surveys.
func (s *source) words(result string) *controlv1.ResultWords {
	for _, w := range s.found.GetWords() {
		if w.GetResult() == result {
			return w
		}
	}
	return nil
}

func (s *source) sample(sample *controlv1.Sample, said []*controlv1.SampleWords, n int) report.Sample {
	v := report.Sample{Title: sample.GetTitle()}
	if sample.GetUnit() != "" {
		v.Unit = s.unitTitle(sample.GetUnit())
	}
	if n < len(said) {
		v.Extent, v.Deviations = said[n].GetExtent(), said[n].GetDeviations()
	}
	return v
}

// proposed returns an action that a result gave rise to, as the register has it; one that was declined or refused is not shown.
func (s *source) proposed(p *controlv1.ProposedAction) (report.ResultAction, bool) {
	if p.GetState() == controlv1.ProposedActionState_PROPOSED_ACTION_STATE_REFUSED {
		return report.ResultAction{}, false
	}
	for _, a := range s.actions {
		if a.GetName() != p.GetAction() {
			continue
		}
		v := report.ResultAction{Title: a.GetTitle(), Due: a.GetDueDate(), Owners: roleNames(a.GetOwners()), State: s.progress(a.GetStatus())}
		if a.GetState() == riskv1.ActionState_ACTION_STATE_PROPOSED {
			v.State = "föreslagen"
		}
		return v, a.GetState() != riskv1.ActionState_ACTION_STATE_DECLINED
	}
	return report.ResultAction{Title: p.GetTitle(), State: "föreslagen"}, true
}

// grade words a grade by the method's scale, or by the built-in one where it has none.
func (s *source) grade(id string) string {
	scale := s.snapshot.GetMethodVersion().GetGradeScale()
	if len(scale) == 0 {
		scale = s.builtInGrades
	}
	for _, step := range scale {
		if step.GetId() == id {
			return step.GetTitle()
		}
	}
	return id
}
