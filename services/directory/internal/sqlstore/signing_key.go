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

// AddSigningKey makes a new key, which signs from now on.
func AddSigningKey(ctx context.Context, db sqldb.DB, clk clock.Clock) error {
	key, err := authn.NewKey()
	if err != nil {
		return err
	}
	return db.Write(ctx, "", nil, sqldb.Stmts(sqldb.Stmt{SQL: keepKeySQL,
		Args: []any{key.ID, key.Private.Seed(), sqldb.Micros(clk.Now())}}))
}

// EnsureSigningKeys returns the keys, making the first when there is none. Two replicas that start together may make one
// each; both verify.
func EnsureSigningKeys(ctx context.Context, db sqldb.DB, clk clock.Clock) ([]authn.Key, error) {
	keys, err := SigningKeys(ctx, db)
	if err != nil || len(keys) > 0 {
		return keys, err
	}
	if err := AddSigningKey(ctx, db, clk); err != nil {
		return nil, fmt.Errorf("make the first signing key: %w", err)
	}
	return SigningKeys(ctx, db)
}
