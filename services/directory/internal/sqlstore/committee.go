package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

func committees() *resource.Table[*directoryv1.Committee] {
	return resource.Define(resource.Spec[*directoryv1.Committee]{
		Table: "committees",
		Columns: []resource.Column[*directoryv1.Committee]{
			{Name: "display_name", Value: func(c *directoryv1.Committee) any { return c.GetDisplayName() }},
			{Name: "kind", Value: func(c *directoryv1.Committee) any { return word(c.GetKind(), "COMMITTEE_KIND_") }},
		},
	})
}
