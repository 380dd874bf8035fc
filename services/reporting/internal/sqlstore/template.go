package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
)

func templates() *resource.Table[*reportv1.Template] {
	return resource.Define(resource.Spec[*reportv1.Template]{
		Table: "templates",
		Columns: []resource.Column[*reportv1.Template]{
			{Name: "title", Value: func(t *reportv1.Template) any { return t.GetTitle() }},
		},
	})
}
