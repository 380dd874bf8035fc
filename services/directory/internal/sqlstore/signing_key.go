package sqlstore

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

const (
	listKeysSQL = `select id, seed from signing_keys order by created desc, id`
	keepKeySQL  = `insert into signing_keys (id, seed, created) values ($1, $2, $3)`
	// The newest signs, so a new key must be newer than all, also when the clock has been set back.
	newestKeySQL    = `select coalesce(max(created), 0) from signing_keys`
	forgetOthersSQL = `delete from signing_keys where id <> $1`
)

// SigningKeys returns all signing keys, the newest first: it signs, the others still verify.
func SigningKeys(ctx context.Context, db sqldb.DB) ([]authn.Key, error) {
	var keys []authn.Key
	err := db.Read(ctx, "", sqldb.Stmt{SQL: listKeysSQL, Each: func(r sqldb.Row) error {
		var id string
		var seed []byte
		if err := r.Scan(&id, &seed); err != nil {
			return err
		}
		if len(seed) != ed25519.SeedSize {
			return fmt.Errorf("signing key %s has %d bytes", id, len(seed))
		}
		keys = append(keys, authn.Key{ID: id, Private: ed25519.NewKeyFromSeed(seed)})
		return nil
	}})
	return keys, err
}

// AddSigningKey makes a new key, which signs from now on. With forget the others no longer verify.
func AddSigningKey(ctx context.Context, db sqldb.DB, clk clock.Clock, forget bool) error {
	key, err := authn.NewKey()
	if err != nil {
		return err
	}
	var newest int64
	first := sqldb.Stmt{SQL: newestKeySQL, Each: func(r sqldb.Row) error { return r.Scan(&newest) }}
	return db.Write(ctx, "", []sqldb.Stmt{first}, func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
		stmts := []sqldb.Stmt{{SQL: keepKeySQL, Args: []any{key.ID, key.Private.Seed(), max(newest+1, sqldb.Micros(clk.Now()))}}}
		if forget {
			stmts = append(stmts, sqldb.Stmt{SQL: forgetOthersSQL, Args: []any{key.ID}})
		}
		return stmts, nil
	})
}

// EnsureSigningKeys returns the keys, making the first when there is none. Two replicas that start together may make one
// each; both verify.
func EnsureSigningKeys(ctx context.Context, db sqldb.DB, clk clock.Clock) ([]authn.Key, error) {
	keys, err := SigningKeys(ctx, db)
	if err != nil || len(keys) > 0 {
		return keys, err
	}
	if err := AddSigningKey(ctx, db, clk, false); err != nil {
		return nil, fmt.Errorf("make the first signing key: %w", err)
	}
	return SigningKeys(ctx, db)
}
