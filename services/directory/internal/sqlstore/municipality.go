package sqlstore

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// municipalities is the one table of resources outside row-level security: the list of tenants.
func municipalities() *resource.Table[*directoryv1.Municipality] {
	return resource.Define(resource.Spec[*directoryv1.Municipality]{
		Table: "municipalities",
		Columns: []resource.Column[*directoryv1.Municipality]{
			{Name: "display_name", Value: func(m *directoryv1.Municipality) any { return m.GetDisplayName() }},
		},
	})
}

const listTenantsSQL = `select id from municipalities order by id`

// Tenants lists the ids of all municipalities, in order.
func Tenants(ctx context.Context, db sqldb.DB) ([]string, error) {
	var ids []string
	err := db.Read(ctx, "", sqldb.Stmt{SQL: listTenantsSQL, Each: func(r sqldb.Row) error {
		var id string
		if err := r.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	}})
	return ids, err
}
