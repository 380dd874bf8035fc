package rpc

import (
	"strconv"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// commonItemOf turns a common item into what the rules work on.
func commonItemOf(c *riskv1.CommonItem) risk.CommonItem {
	return risk.CommonItem{
		Name: c.GetName(), Year: int(c.GetYear()), State: commonStateOf(c.GetState()), Committees: c.GetCommittees(),
		Stated: risk.Stated{
			Title: c.GetTitle(), Purpose: c.GetPurpose(), Scope: c.GetScope(), Method: c.GetMethod(), Review: isReview(c.GetKind()),
			Frequency: c.GetFrequency(), Sample: c.GetPlannedSample(), ReportTo: c.GetReportTo(),
		},
	}
}

func commonStateOf(s riskv1.CommonItemState) risk.CommonState {
	switch s {
	case riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED:
		return risk.CommonDecided
	case riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN:
		return risk.CommonWithdrawn
	default:
		return risk.CommonDraft
	}
}

func commonStateTo(s risk.CommonState) riskv1.CommonItemState {
	switch s {
	case risk.CommonDecided:
		return riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED
	case risk.CommonWithdrawn:
		return riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN
	default:
		return riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT
	}
}

// statedOf returns what a control point says of what a common item may state.
func statedOf(p *riskv1.ControlPoint) risk.Stated {
	return risk.Stated{
		Title: p.GetTitle(), Purpose: p.GetPurpose(), Scope: p.GetScope(), Method: p.GetMethod(), Review: isReview(p.GetKind()),
		Frequency: p.GetFrequency(), Sample: p.GetPlannedSample(), ReportTo: p.GetReportTo(),
	}
}

// instanceOf returns the control point that carries a common item out.
func instanceOf(c risk.CommonItem, name string, position int32) *riskv1.ControlPoint {
	kind := riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK
	if c.Review {
		kind = riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW
	}
	return &riskv1.ControlPoint{
		Name: name, CommonItem: c.Name, Position: position, Title: c.Title, Kind: kind, Purpose: c.Purpose, Scope: c.Scope,
		Method: c.Method, Frequency: c.Frequency, PlannedSample: c.Sample, ReportTo: c.ReportTo,
	}
}

func isReview(k riskv1.ControlPointKind) bool {
	return k == riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW
}

// planYear returns the year of a plan, or of something it holds; 0 for a name without one.
func planYear(name string) int {
	year, err := strconv.Atoi(resource.ID(planNamed(name)))
	if err != nil {
		return 0
	}
	return year
}
