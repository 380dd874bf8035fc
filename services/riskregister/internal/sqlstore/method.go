package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func methods() *resource.Table[*riskv1.Method] {
	return resource.Define(resource.Spec[*riskv1.Method]{
		Table:   "methods",
		Columns: []resource.Column[*riskv1.Method]{{Name: "title", Value: func(m *riskv1.Method) any { return m.GetTitle() }}},
	})
}

func methodVersions() *resource.Table[*riskv1.MethodVersion] {
	return resource.Define(resource.Spec[*riskv1.MethodVersion]{
		Table:   "method_versions",
		Columns: []resource.Column[*riskv1.MethodVersion]{{Name: "number", Value: func(v *riskv1.MethodVersion) any { return number(v.GetName()) }}},
		Order:   []string{"number"},
	})
}
