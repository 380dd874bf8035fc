package rpc

import (
	"slices"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// methodOf turns a method version into the values of the rules; empty names the headings, as "classification/item", that
// were considered and hold no risk.
func methodOf(m *riskv1.MethodVersion, empty []string) report.Method {
	v := report.Method{Note: m.GetNote(), Likelihood: axisOf(m.GetLikelihood()), Consequence: axisOf(m.GetConsequence()), Rule: ruleOf(m.GetValueRule())}
	for _, c := range m.GetCells() {
		v.Cells = append(v.Cells, report.TableCell{Likelihood: int(c.GetLikelihood()), Consequence: int(c.GetConsequence()), Value: c.GetValue()})
	}
	for _, l := range m.GetLevels() {
		v.Levels = append(v.Levels, levelOf(m, l))
	}
	for _, b := range m.GetBands() {
		v.Bands = append(v.Bands, report.Band{Level: b.GetLevel(), Lower: b.Lower, Upper: b.Upper, LowerOpen: b.GetLowerExclusive(), UpperOpen: b.GetUpperExclusive()})
	}
	for _, c := range m.GetClassifications() {
		v.Areas = append(v.Areas, areaOf(c, empty))
	}
	return v
}

func axisOf(a *riskv1.Axis) report.Axis {
	v := report.Axis{Title: a.GetTitle()}
	for _, s := range a.GetSteps() {
		v.Steps = append(v.Steps, report.Step{Value: int(s.GetValue()), Label: s.GetLabel(), Description: s.GetDescription()})
	}
	return v
}

func ruleOf(r riskv1.ValueRule) report.ValueRule {
	switch r {
	case riskv1.ValueRule_VALUE_RULE_PRODUCT:
		return report.RuleProduct
	case riskv1.ValueRule_VALUE_RULE_TABLE:
		return report.RuleTable
	default:
		return report.RuleNone
	}
}

func levelOf(m *riskv1.MethodVersion, l *riskv1.Level) report.Level {
	v := report.Level{ID: l.GetId(), Title: l.GetTitle(), Description: l.GetDescription(), Critical: l.GetCritical()}
	for _, t := range m.GetTreatments() {
		if slices.Contains(l.GetPrescribedTreatments(), t.GetId()) {
			v.Prescribed = append(v.Prescribed, t.GetTitle())
		}
	}
	return v
}

func areaOf(c *riskv1.Classification, empty []string) report.Area {
	v := report.Area{Title: c.GetTitle()}
	for _, item := range c.GetItems() {
		if slices.Contains(empty, c.GetId()+"/"+item.GetId()) {
			v.Empty = append(v.Empty, item.GetTitle())
		}
	}
	return v
}

// areaNames names the headings that an entry is sorted under, each with its set.
func areaNames(m *riskv1.MethodVersion, keys []string) []string {
	var names []string
	for _, c := range m.GetClassifications() {
		for _, item := range c.GetItems() {
			if slices.Contains(keys, c.GetId()+"/"+item.GetId()) {
				names = append(names, c.GetTitle()+": "+item.GetTitle())
			}
		}
	}
	return names
}
