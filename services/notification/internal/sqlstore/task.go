package sqlstore

import "github.com/uppsikt/uppsikt/internal/sqldb"

const (
	selectAllMovesSQL = `select r.committee, r.deadline, count(distinct r.due) - 1 from reminders r join deadlines d on d.tenant = r.tenant
and d.committee = r.committee and d.key = r.deadline where d.tenant = $1 and d.done = 0
group by r.committee, r.deadline having count(distinct r.due) > 1`
	countOpenSQL = `select count(*) from reminders r where r.tenant = $1 and r.delivery = $2
and r.state in ('sending', 'failed') and exists (select 1 from deadlines d
where d.tenant = r.tenant and d.committee = r.committee and d.key = r.deadline and d.due = r.due and d.done = 0)`
)

// SelectAllMoves returns the statement that reads how often the last day of each deadline has moved that is not done, of those
// whose has.
func SelectAllMoves(tenant string, each func(committee, deadline string, moves int)) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectAllMovesSQL, Args: []any{tenant}, Each: func(r sqldb.Row) error {
		var (
			committee, deadline string
			moves               int64
		)
		if err := r.Scan(&committee, &deadline, &moves); err != nil {
			return err
		}
		each(committee, deadline, int(moves))
		return nil
	}}
}

// CountOpen returns the statement that counts the reminders of a delivery that is not settled, or was refused, that there is
// still something to do about.
func CountOpen(tenant, delivery string, count *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: countOpenSQL, Args: []any{tenant, delivery}, Each: func(r sqldb.Row) error { return r.Scan(count) }}
}
