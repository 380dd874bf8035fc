package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func risks() *resource.Table[*riskv1.Risk] {
	return resource.Define(resource.Spec[*riskv1.Risk]{
		Table:   "risks",
		Columns: []resource.Column[*riskv1.Risk]{{Name: "title", Value: func(r *riskv1.Risk) any { return r.GetTitle() }}},
	})
}

func riskEntries() *resource.Table[*riskv1.RiskEntry] {
	return resource.Define(resource.Spec[*riskv1.RiskEntry]{
		Table: "risk_entries",
		Columns: []resource.Column[*riskv1.RiskEntry]{
			{Name: "risk", Value: func(e *riskv1.RiskEntry) any { return e.GetRisk() }},
			{Name: "position", Value: func(e *riskv1.RiskEntry) any { return int64(e.GetPosition()) }},
			{Name: "value", Value: effectiveValue},
			{Name: "level", Value: func(e *riskv1.RiskEntry) any { return EffectiveLevel(e) }},
			{Name: "selection", Value: func(e *riskv1.RiskEntry) any { return SelectionWord(e.GetSelection()) }},
		},
		Order: []string{"position"},
	})
}

// effectiveValue is the stated value, else the computed one, else null: unknown.
func effectiveValue(e *riskv1.RiskEntry) any {
	switch {
	case e.StatedValue != nil:
		return e.GetStatedValue()
	case e.ComputedValue != nil:
		return e.GetComputedValue()
	}
	return nil
}

// EffectiveLevel is the stated level, else the computed one, else empty.
func EffectiveLevel(e *riskv1.RiskEntry) string {
	if e.GetStatedLevel() != "" {
		return e.GetStatedLevel()
	}
	return e.GetComputedLevel()
}

// SelectionWord returns a selection as it lies in the column of risk entries; empty when nobody has taken a stand.
func SelectionWord(s riskv1.Selection) string {
	if s == riskv1.Selection_SELECTION_UNSPECIFIED {
		return ""
	}
	return word(s, "SELECTION_")
}
