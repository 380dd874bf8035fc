package sqlstore

import (
	"strconv"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func commonItems() *resource.Table[*riskv1.CommonItem] {
	return resource.Define(resource.Spec[*riskv1.CommonItem]{
		Table: "common_items",
		Columns: []resource.Column[*riskv1.CommonItem]{
			{Name: "title", Value: func(c *riskv1.CommonItem) any { return c.GetTitle() }},
			{Name: "year", Value: func(c *riskv1.CommonItem) any { return YearWord(c.GetYear()) }},
			{Name: "state", Value: func(c *riskv1.CommonItem) any { return CommonStateWord(c.GetState()) }},
		},
	})
}

// YearWord returns a year as it lies in a column that lists filter by; empty when unspecified.
func YearWord(year int32) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(int(year))
}

// CommonStateWord returns a state as it lies in the column of common items; empty when unspecified.
func CommonStateWord(s riskv1.CommonItemState) string {
	if s == riskv1.CommonItemState_COMMON_ITEM_STATE_UNSPECIFIED {
		return ""
	}
	return word(s, "COMMON_ITEM_STATE_")
}
