package sqlstore

import (
	"bytes"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// The outbox holds proposals until the risk register has answered. What they say lies in a table of the tenant; whose turn
// it is, in one without content, which every replica reads across tenants.
const (
	insertProposalSQL = `insert into outbox (tenant, action, result, body) values ($1, $2, $3, $4) on conflict do nothing`
	insertTurnSQL     = `insert into outbox_turns (tenant, action, due, attempts) values ($1, $2, $3, 0) on conflict do nothing`
	selectProposalSQL = `select result, body from outbox where tenant = $1 and action = $2`
	deleteProposalSQL = `delete from outbox where tenant = $1 and action = $2`
	deleteTurnSQL     = `delete from outbox_turns where tenant = $1 and action = $2`
	countDueSQL       = `select count(*) from outbox_turns where due <= $1 or due > $2`
	claimSQL          = `update outbox_turns set due = $3, attempts = attempts + 1
where (due <= $1 or due > $2) and action in (select action from outbox_turns where due <= $1 or due > $2 order by due, action limit $4)
returning tenant, action, attempts`
	delayTurnSQL = `update outbox_turns set due = $3 where tenant = $1 and action = $2`
)

// InsertProposal returns the statements that put a proposal into the outbox, due at once. One that lies there stays as it is.
func InsertProposal(action, result string, body []byte, now time.Time) []sqldb.Stmt {
	tenant := resource.Tenant(result)
	return []sqldb.Stmt{
		{SQL: insertProposalSQL, Args: []any{tenant, action, result, body}},
		{SQL: insertTurnSQL, Args: []any{tenant, action, sqldb.Micros(now)}},
	}
}

// SelectProposal returns the statement that reads a proposal; body stays nil when there is none.
func SelectProposal(tenant, action string, result *string, body *[]byte) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectProposalSQL, Args: []any{tenant, action}, Brief: true, Each: func(r sqldb.Row) error {
		var read []byte
		err := r.Scan(result, &read)
		*body = bytes.Clone(read)
		return err
	}}
}

// DeleteProposal returns the statements that take a proposal out of the outbox.
func DeleteProposal(tenant, action string) []sqldb.Stmt {
	return []sqldb.Stmt{{SQL: deleteProposalSQL, Args: []any{tenant, action}}, {SQL: deleteTurnSQL, Args: []any{tenant, action}}}
}

// Turn is a proposal whose turn it is.
type Turn struct {
	Tenant, Action string
	// Attempts counts this one too.
	Attempts int64
}

// Claim says which proposals to take: those due at Now, and those that wait for longer than Farthest, because the clock
// was set back. They are leased until Until: nobody else takes them before.
type Claim struct {
	Now, Farthest, Until time.Time
	Limit                int64
}

// CountDue returns the statement that counts the proposals a claim would take.
func CountDue(c Claim, count *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: countDueSQL, Args: []any{sqldb.Micros(c.Now), sqldb.Micros(c.Farthest)},
		Each: func(r sqldb.Row) error { return r.Scan(count) }}
}

// ClaimTurns returns the statement that leases proposals; each gets those that this caller has.
func ClaimTurns(c Claim, each func(Turn)) sqldb.Stmt {
	return sqldb.Stmt{SQL: claimSQL, Args: []any{sqldb.Micros(c.Now), sqldb.Micros(c.Farthest), sqldb.Micros(c.Until), c.Limit},
		Each: func(r sqldb.Row) error {
			var t Turn
			if err := r.Scan(&t.Tenant, &t.Action, &t.Attempts); err != nil {
				return err
			}
			each(t)
			return nil
		}}
}

// DelayTurn returns the statement that ends a lease and makes the proposal due at a time.
func DelayTurn(t Turn, due time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: delayTurnSQL, Args: []any{t.Tenant, t.Action, sqldb.Micros(due)}}
}
