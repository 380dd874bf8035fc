package journal

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

const (
	lockHeadSQL = `insert into journal_heads (scope, tenant, seq, hash) values ($1, $2, 0, $3)
on conflict (scope) do update set seq = journal_heads.seq
returning seq, hash`
	moveHeadSQL = `update journal_heads set seq = $2, hash = $3 where scope = $1`
	entrySQL    = `insert into journal_entries
(tenant, scope, seq, at, actor, on_behalf_of, method, resource, kind, reason, state_digest, prev_hash, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	stateSQL   = `insert into journal_states (tenant, scope, seq, state) values ($1, $2, $3, $4)`
	headSQL    = `select seq, hash from journal_heads where scope = $1`
	headsSQL   = `select scope, tenant, seq, hash from journal_heads order by scope`
	entriesSQL = `select seq, at, actor, on_behalf_of, method, resource, kind, reason, state_digest, prev_hash, hash
from journal_entries where tenant = $1 and scope = $2 and seq > $3 order by seq limit $4`
)

// LockHead returns the statement that locks a chain, creating it when it is new, and reads its head.
func LockHead(tenant, scope string, head *Head) sqldb.Stmt {
	return sqldb.Stmt{SQL: lockHeadSQL, Args: []any{scope, tenant, []byte{}},
		Each: func(r sqldb.Row) error { return r.Scan(&head.Seq, &head.Hash) }}
}

// ReadHead returns the statement that reads a chain's head; it stays zero when there is none.
func ReadHead(scope string, head *Head) sqldb.Stmt {
	return sqldb.Stmt{SQL: headSQL, Args: []any{scope},
		Each: func(r sqldb.Row) error { return r.Scan(&head.Seq, &head.Hash) }}
}

// Store returns the statements that store an entry with its state. A deleted resource has no state.
func Store(tenant string, e *Entry, state []byte) []sqldb.Stmt {
	stmts := []sqldb.Stmt{{SQL: entrySQL, Args: []any{tenant, e.Scope, e.Seq, e.At, e.Actor, e.OnBehalfOf, e.Method,
		e.Resource, int64(e.Kind), e.Reason, e.StateDigest, nonNil(e.Prev), e.Hash}}}
	if state != nil {
		stmts = append(stmts, sqldb.Stmt{SQL: stateSQL, Args: []any{tenant, e.Scope, e.Seq, state}})
	}
	return stmts
}

// MoveHead returns the statement that stores the new head of a locked chain.
func MoveHead(scope string, head Head) sqldb.Stmt {
	return sqldb.Stmt{SQL: moveHeadSQL, Args: []any{scope, head.Seq, head.Hash}}
}

// nonNil keeps the first entry's empty predecessor from being stored as null.
func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// scopeHead is a head row.
type scopeHead struct {
	scope, tenant string
	Head
}

// readHeads returns the statement that lists every chain of the database in order of scope.
func readHeads(heads *[]scopeHead) sqldb.Stmt {
	return sqldb.Stmt{SQL: headsSQL, Each: func(r sqldb.Row) error {
		var h scopeHead
		if err := r.Scan(&h.scope, &h.tenant, &h.Seq, &h.Hash); err != nil {
			return err
		}
		*heads = append(*heads, h)
		return nil
	}}
}

// Heads returns the newest entry of every chain of a database, by scope.
func Heads(ctx context.Context, db sqldb.DB) (map[string]Head, error) {
	var rows []scopeHead
	if err := db.Read(ctx, "", readHeads(&rows)); err != nil {
		return nil, err
	}
	heads := make(map[string]Head, len(rows))
	for _, row := range rows {
		heads[row.scope] = row.Head
	}
	return heads, nil
}

// readEntries returns the statement that reads up to limit entries after a sequence.
func readEntries(tenant, scope string, after int64, limit int, each func(Entry) error) sqldb.Stmt {
	return sqldb.Stmt{SQL: entriesSQL, Args: []any{tenant, scope, after, int64(limit)}, Each: func(r sqldb.Row) error {
		e := Entry{Scope: scope}
		err := r.Scan(&e.Seq, &e.At, &e.Actor, &e.OnBehalfOf, &e.Method, &e.Resource, &e.Kind, &e.Reason,
			&e.StateDigest, &e.Prev, &e.Hash)
		if err != nil {
			return err
		}
		return each(e)
	}}
}
