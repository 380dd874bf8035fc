package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
)

func cases() *resource.Table[*reportv1.Case] {
	return resource.Define(resource.Spec[*reportv1.Case]{
		Table: "cases",
		Columns: []resource.Column[*reportv1.Case]{
			{Name: "title", Value: func(c *reportv1.Case) any { return c.GetTitle() }},
			{Name: "round", Value: func(c *reportv1.Case) any { return c.GetRound() }},
			{Name: "meeting_date", Value: func(c *reportv1.Case) any { return c.GetMeetingDate() }},
		},
	})
}
