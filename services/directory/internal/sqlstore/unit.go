package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

func units() *resource.Table[*directoryv1.Unit] {
	return resource.Define(resource.Spec[*directoryv1.Unit]{
		Table: "units",
		Columns: []resource.Column[*directoryv1.Unit]{
			{Name: "display_name", Value: func(u *directoryv1.Unit) any { return u.GetDisplayName() }},
			{Name: "parent_unit", Value: func(u *directoryv1.Unit) any { return u.GetParentUnit() }},
			{Name: "position", Value: func(u *directoryv1.Unit) any { return int64(u.GetPosition()) }},
		},
	})
}
