package rpc

import (
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
)

// The enums of the API and of the rules have the same numbers; a test holds them to it.

// indicatorOf returns an indicator as the rules see it.
func indicatorOf(i *controlv1.Indicator) control.Indicator {
	return control.Indicator{Name: i.GetName(), Title: i.GetTitle(), Quantity: control.Quantity(i.GetQuantity()),
		UnitLabel: i.GetUnitLabel(), UnitLabelOne: i.GetUnitLabelOne(), Decimals: int(i.GetDecimals()), Targets: each(i.GetTargets(), targetOf)}
}

func targetOf(t *controlv1.Target) control.Target {
	return control.Target{ID: t.GetId(), Year: int(t.GetYear()), Operator: control.Operator(t.GetOperator()), Value: t.Value,
		BaselineYear: int(t.GetBaselineYear()), Text: t.GetText()}
}

func targetTo(t control.Target) *controlv1.Target {
	return &controlv1.Target{Id: t.ID, Year: int32(t.Year), Operator: controlv1.TargetOperator(t.Operator), Value: t.Value,
		BaselineYear: int32(t.BaselineYear), Text: t.Text}
}

func measurementOf(m *controlv1.Measurement) control.Measurement {
	return control.Measurement{Name: m.GetName(), Indicator: m.GetIndicator(), Unit: m.GetUnit(), Period: periodOf(m),
		Numerator: m.Numerator, Denominator: m.Denominator, Value: m.Value, Approximate: m.GetApproximate(), Derived: m.GetDerived(), Note: m.GetNote()}
}

func periodOf(m *controlv1.Measurement) control.Period {
	return control.Period{Begin: m.GetBeginDate(), End: m.GetEndDate()}
}

func gradeOf(g *riskv1.GradeStep) control.Grade {
	return control.Grade{ID: g.GetId(), Title: g.GetTitle(), Deviation: g.GetDeviation()}
}

func resultOf(r *controlv1.Result) control.Result {
	return control.Result{Execution: control.Execution(r.GetExecution()), NotPerformedReason: r.GetNotPerformedReason(), Grade: r.GetGrade(),
		Computed: control.Fulfilment(r.GetComputedFulfilment()), Stated: control.Fulfilment(r.GetStatedFulfilment()),
		OverrideReason: r.GetOverrideReason(), Text: r.GetText(), Samples: each(r.GetSamples(), sampleOf), Surveys: each(r.GetSurveys(), surveyOf)}
}

func sampleOf(s *controlv1.Sample) control.Sample {
	return control.Sample{Title: s.GetTitle(), Examined: s.Examined, ExaminedWords: s.GetExaminedWords(), Population: s.Population,
		Approximate: s.GetApproximate(), Unit: s.GetUnit(), Deviations: each(s.GetDeviations(), deviationOf)}
}

func deviationOf(d *controlv1.Deviation) control.Deviation {
	return control.Deviation{Kind: d.GetKind(), Count: d.Count, CountWords: d.GetCountWords(), Of: d.Of}
}

func surveyOf(s *controlv1.Survey) control.Survey {
	return control.Survey{Question: s.GetQuestion(), Answer: s.GetAnswer(), Respondents: s.Respondents, Invited: s.Invited}
}

// each maps a list.
func each[T, U any](values []T, f func(T) U) []U {
	mapped := make([]U, len(values))
	for i, v := range values {
		mapped[i] = f(v)
	}
	return mapped
}

// committee returns the committee in a name.
func committee(name string) string { return resource.Scope(name) }

// municipality returns the municipality in a name.
func municipality(name string) string { return "municipalities/" + resource.Tenant(name) }

// planYear returns the year of a plan; 0 when its name has none.
func planYear(plan string) int { return yearIn(resource.ID(plan)) }

// yearIn reads four digits.
func yearIn(text string) int {
	if len(text) != len("2025") {
		return 0
	}
	year := 0
	for _, digit := range text {
		if digit < '0' || digit > '9' {
			return 0
		}
		year = year*10 + int(digit-'0')
	}
	return year
}

// field returns one fault of one field.
func field(path, reason, swedish, english string) fault.Field {
	return fault.Field{Path: path, Reason: reason, Swedish: swedish, English: english}
}

// missing reports whether err says that something does not exist, or has no name of its type.
func missing(err error) bool {
	return fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid)
}

// isUnit reports whether a name is that of a unit of a committee. Whether the unit exists, the directory says.
func isUnit(unit, committee string) bool {
	id, ok := strings.CutPrefix(unit, committee+"/units/")
	return ok && id != "" && !strings.Contains(id, "/")
}

// isSubject reports whether a name is that of a control area or control point in a plan of a committee.
func isSubject(name, committee string) bool {
	rest, ok := strings.CutPrefix(name, committee+"/plans/")
	parts := strings.Split(rest, "/")
	return ok && len(parts) == 3 && yearIn(parts[0]) > 0 && (parts[1] == "controlAreas" || parts[1] == "controlPoints") && parts[2] != ""
}
