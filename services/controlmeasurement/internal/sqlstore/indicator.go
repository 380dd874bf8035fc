package sqlstore

import (
	"cmp"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

func indicators() *resource.Table[*controlv1.Indicator] {
	return resource.Define(resource.Spec[*controlv1.Indicator]{
		Table: "indicators",
		Columns: []resource.Column[*controlv1.Indicator]{
			{Name: "title", Value: func(i *controlv1.Indicator) any { return i.GetTitle() }},
			{Name: "quantity", Value: func(i *controlv1.Indicator) any { return QuantityWord(i.GetQuantity()) }},
			{Name: "position", Value: func(i *controlv1.Indicator) any { return int64(i.GetPosition()) }},
		},
		Order: []string{"position"},
	})
}

// QuantityWord returns a quantity as it lies in the column of indicators; empty when unspecified.
func QuantityWord(q controlv1.Quantity) string { return word(q, "QUANTITY_") }

// SelectMeasuredQuantity returns the statement that reads the stored quantity of an indicator that has stored measurements;
// it stays empty for one without.
func SelectMeasuredQuantity(indicator string, quantity *string) sqldb.Stmt {
	parent, _, id := resource.Split(indicator)
	return sqldb.Stmt{
		SQL: `select quantity from indicators where tenant = $1 and parent = $2 and id = $3
and exists (select 1 from measurements where tenant = $1 and parent = $2 and indicator = $4)`,
		Args: []any{resource.Tenant(indicator), parent, id, indicator},
		Each: func(r sqldb.Row) error { return r.Scan(quantity) },
	}
}

// CompareIndicators orders indicators as lists do.
func CompareIndicators(a, b *controlv1.Indicator) int {
	return cmp.Or(cmp.Compare(a.GetPosition(), b.GetPosition()), cmp.Compare(a.GetName(), b.GetName()))
}
