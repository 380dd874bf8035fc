package sqlstore

import (
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// PassLease says who compares a municipality's deadlines with its reminders: Owner, who is unlike any other, until Until.
type PassLease struct {
	Tenant, Owner string
	Until         time.Time
}

const (
	claimPassSQL = `insert into passes (tenant, lease, owner, done) values ($1, $2, $3, 0)
on conflict (tenant) do update set lease = excluded.lease, owner = excluded.owner
where passes.lease <= $4 or passes.lease > $2 or passes.owner = $3`
	holdPassSQL    = "update passes set lease = $2 where tenant = $1 and owner = $3"
	releasePassSQL = "update passes set lease = 0, owner = '' where tenant = $1 and owner = $2"
	finishPassSQL  = "update passes set lease = 0, owner = '', done = $3 where tenant = $1 and owner = $2"
	selectPassSQL  = "select done from passes where tenant = $1"
)

// ClaimPass returns the statement that takes a municipality's lease; affected is 0 when somebody else holds it. A lease beyond
// Until was made before the clock was set back, and counts for nothing.
func ClaimPass(l PassLease, now time.Time, affected *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: claimPassSQL, Brief: true, Args: []any{l.Tenant, sqldb.Micros(l.Until), l.Owner, sqldb.Micros(now)}, Affected: affected}
}

// HoldPass returns the statement that prolongs a lease to Until; affected is 0 when somebody else has taken it since. It keeps
// others from taking it until the transaction ends.
func HoldPass(l PassLease, affected *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: holdPassSQL, Brief: true, Args: []any{l.Tenant, sqldb.Micros(l.Until), l.Owner}, Affected: affected}
}

// ReleasePass returns the statement that gives a lease back.
func ReleasePass(l PassLease) sqldb.Stmt {
	return sqldb.Stmt{SQL: releasePassSQL, Brief: true, Args: []any{l.Tenant, l.Owner}}
}

// FinishPass returns the statement that gives a lease back when the whole municipality has been compared.
func FinishPass(l PassLease, done time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: finishPassSQL, Brief: true, Args: []any{l.Tenant, l.Owner, sqldb.Micros(done)}}
}

// SelectPass returns the statement that reads when a municipality was last compared as a whole; done stays as it is when never.
func SelectPass(tenant string, done *time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectPassSQL, Brief: true, Args: []any{tenant}, Each: func(r sqldb.Row) error {
		var at int64
		err := r.Scan(&at)
		*done = timeOf(at)
		return err
	}}
}
