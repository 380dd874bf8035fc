package rpc

import (
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// methodOf turns a method version into what the rules work on.
func methodOf(v *riskv1.MethodVersion) *risk.Method {
	return &risk.Method{
		Likelihood:      axisOf(v.GetLikelihood()),
		Consequence:     axisOf(v.GetConsequence()),
		Rule:            ruleOf(v.GetValueRule()),
		Cells:           each(v.GetCells(), cellOf),
		Levels:          each(v.GetLevels(), levelOf),
		Bands:           each(v.GetBands(), bandOf),
		Classifications: each(v.GetClassifications(), classificationOf),
		Treatments:      each(v.GetTreatments(), treatmentOf),
		Questions:       each(v.GetQuestions(), (*riskv1.Question).GetId),
		SelectedLevels:  v.GetSelectedLevels(),
		Scale:           each(v.GetFollowUpScale(), statusOf),
		ActionSteps:     each(v.GetActionScale(), statusOf),
		Grades:          each(v.GetGradeScale(), gradeOf),
	}
}

func gradeOf(g *riskv1.GradeStep) risk.Grade {
	return risk.Grade{ID: g.GetId(), Title: g.GetTitle(), Deviation: g.GetDeviation()}
}

func gradeTo(g risk.Grade) *riskv1.GradeStep {
	return &riskv1.GradeStep{Id: g.ID, Title: g.Title, Deviation: g.Deviation}
}

// gradesOf returns the grades of a method version as they are written there, or the built-in ones.
func gradesOf(v *riskv1.MethodVersion) []*riskv1.GradeStep {
	if len(v.GetGradeScale()) > 0 {
		return v.GetGradeScale()
	}
	return each(methodOf(v).GradeScale(), gradeTo)
}

// statusTo returns a built-in step; those of a method are shown as they are written there.
func statusTo(s risk.Status) *riskv1.StatusStep {
	return &riskv1.StatusStep{Id: s.ID, Title: s.Title, Meaning: riskv1.StatusMeaning(s.Meaning), Final: s.Final}
}

func axisOf(a *riskv1.Axis) *risk.Axis {
	if a == nil {
		return nil
	}
	steps := each(a.GetSteps(), func(s *riskv1.Step) int { return int(s.GetValue()) })
	return &risk.Axis{Title: a.GetTitle(), Steps: steps}
}

func ruleOf(r riskv1.ValueRule) risk.ValueRule {
	switch r {
	case riskv1.ValueRule_VALUE_RULE_PRODUCT:
		return risk.RuleProduct
	case riskv1.ValueRule_VALUE_RULE_TABLE:
		return risk.RuleTable
	default:
		return risk.RuleNone
	}
}

func cellOf(c *riskv1.Cell) risk.Cell {
	return risk.Cell{Likelihood: int(c.GetLikelihood()), Consequence: int(c.GetConsequence()), Value: c.GetValue()}
}

func levelOf(l *riskv1.Level) risk.Level {
	return risk.Level{ID: l.GetId(), Title: l.GetTitle(), Critical: l.GetCritical(), Prescribed: l.GetPrescribedTreatments()}
}

func bandOf(b *riskv1.Band) risk.Band {
	return risk.Band{Level: b.GetLevel(), Lower: b.Lower, LowerExclusive: b.GetLowerExclusive(),
		Upper: b.Upper, UpperExclusive: b.GetUpperExclusive()}
}

func classificationOf(c *riskv1.Classification) risk.Classification {
	return risk.Classification{ID: c.GetId(), Title: c.GetTitle(), Items: each(c.GetItems(), func(i *riskv1.ClassificationItem) risk.Item {
		return risk.Item{ID: i.GetId(), Title: i.GetTitle(), Parent: i.GetParent(), Mandatory: i.GetMandatory()}
	})}
}

func treatmentOf(t *riskv1.Treatment) risk.Treatment {
	kind := risk.TreatOther
	switch t.GetKind() {
	case riskv1.TreatmentKind_TREATMENT_KIND_ACCEPT:
		kind = risk.TreatAccept
	case riskv1.TreatmentKind_TREATMENT_KIND_REVIEW:
		kind = risk.TreatReview
	default: // the rules tell no others apart
	}
	return risk.Treatment{ID: t.GetId(), Title: t.GetTitle(), Kind: kind, ReasonRequired: t.GetReasonRequired()}
}

// each maps a slice.
func each[T, U any](values []T, f func(T) U) []U {
	mapped := make([]U, len(values))
	for i, v := range values {
		mapped[i] = f(v)
	}
	return mapped
}
