package sqlstore

import (
	"context"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

const (
	keepLinkSQL  = `insert into sign_in_links (secret_hash, person, created, expires) values ($1, $2, $3, $4)`
	findLinkSQL  = `select person from sign_in_links where secret_hash = $1 and expires > $2`
	spendLinkSQL = `delete from sign_in_links where secret_hash = $1 and expires > $2`
	newestSQL    = `select coalesce(max(created), 0) from sign_in_links where person = $1`
	dropLinkSQL  = `delete from sign_in_links where expires <= $1`
	dropLinksSQL = `delete from sign_in_links where person = $1`
)

// KeepLink returns the statement that stores a one-time link under the hash of its secret.
func KeepLink(secretHash []byte, person string, now, expires time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: keepLinkSQL, Args: []any{secretHash, person, sqldb.Micros(now), sqldb.Micros(expires)}}
}

// FindLink returns whom a link that was neither used nor has expired signs in; empty when there is none.
func FindLink(ctx context.Context, db sqldb.DB, secretHash []byte, now time.Time) (person string, err error) {
	err = db.Read(ctx, "", sqldb.Stmt{SQL: findLinkSQL, Args: []any{secretHash, sqldb.Micros(now)},
		Each: func(r sqldb.Row) error { return r.Scan(&person) }})
	return person, err
}

// NewestLink returns when the newest of a person's links was made; a moment long ago when there is none.
func NewestLink(ctx context.Context, db sqldb.DB, person string) (time.Time, error) {
	var created int64
	err := db.Read(ctx, "", sqldb.Stmt{SQL: newestSQL, Args: []any{person},
		Each: func(r sqldb.Row) error { return r.Scan(&created) }})
	return sqldb.Time(created), err
}

// SpendLink returns the statement that uses a link up; spent becomes 1 for the one caller that did.
func SpendLink(secretHash []byte, now time.Time, spent *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: spendLinkSQL, Args: []any{secretHash, sqldb.Micros(now)}, Affected: spent}
}

// DropLinks returns the statement that takes a person's links away.
func DropLinks(person string) sqldb.Stmt { return sqldb.Stmt{SQL: dropLinksSQL, Args: []any{person}} }
