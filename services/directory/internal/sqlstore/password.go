package sqlstore

import (
	"context"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

const (
	keepPasswordSQL = `insert into passwords (tenant, person, hash, updated) values ($1, $2, $3, $4)
		on conflict (tenant, person) do update set hash = excluded.hash, updated = excluded.updated`
	findPasswordSQL = `select hash from passwords where tenant = $1 and person = $2`
	anyPasswordSQL  = `select 1 from passwords where tenant = $1 limit 1`
)

// KeepPassword returns the statement that stores the hash of a person's password.
func KeepPassword(person, hash string, now time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: keepPasswordSQL, Args: []any{resource.Tenant(person), person, hash, sqldb.Micros(now)}}
}

// FindPassword returns the hash of a person's password; empty when there is none.
func FindPassword(ctx context.Context, db sqldb.DB, person string) (hash string, err error) {
	tenant := resource.Tenant(person)
	err = db.Read(ctx, tenant, sqldb.Stmt{SQL: findPasswordSQL, Args: []any{tenant, person},
		Each: func(r sqldb.Row) error { return r.Scan(&hash) }})
	return hash, err
}

// AnyPassword reports whether anybody of a tenant has a password.
func AnyPassword(ctx context.Context, db sqldb.DB, tenant string) (found bool, err error) {
	err = db.Read(ctx, tenant, sqldb.Stmt{SQL: anyPasswordSQL, Args: []any{tenant}, Each: func(sqldb.Row) error {
		found = true
		return nil
	}})
	return found, err
}
