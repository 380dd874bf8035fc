package sqlstore

import (
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Feed is a person's calendar by subscription as it lies in the database. What its address holds is kept as a hash only.
type Feed struct {
	// Person: "municipalities/{m}/people/{p}".
	Person  string
	Created time.Time
	// ReadDay is the day it was last read, as "2025-05-12"; empty when never.
	ReadDay string
	// Hash is the SHA-256 of the secret, in hexadecimal digits.
	Hash string
}

const (
	deleteSecretSQL = "delete from calendar_secrets where tenant = $1 and person = $2"
	insertSecretSQL = "insert into calendar_secrets (hash, tenant, person) values ($1, $2, $3)"
	selectSecretSQL = "select person from calendar_secrets where hash = $1"
	putFeedSQL      = `insert into calendar_feeds (tenant, person, created, read_day, hash) values ($1, $2, $3, $4, $5)
on conflict (tenant, person) do update set created = excluded.created, read_day = excluded.read_day, hash = excluded.hash`
	selectFeedSQL = "select person, created, read_day, hash from calendar_feeds where tenant = $1 and person = $2"
	deleteFeedSQL = "delete from calendar_feeds where tenant = $1 and person = $2"
	readFeedSQL   = "update calendar_feeds set read_day = $3 where tenant = $1 and person = $2 and read_day <> $3"
)

// PutFeed returns the statements that give a person's calendar an address; a former one stops working.
func PutFeed(f Feed) []sqldb.Stmt {
	tenant := resource.Tenant(f.Person)
	return []sqldb.Stmt{
		{SQL: deleteSecretSQL, Args: []any{tenant, f.Person}},
		{SQL: insertSecretSQL, Args: []any{f.Hash, tenant, f.Person}},
		{SQL: putFeedSQL, Args: []any{tenant, f.Person, sqldb.Micros(f.Created), f.ReadDay, f.Hash}},
	}
}

// SelectFeed returns the statement that reads a person's calendar; found stays as it is when there is none.
func SelectFeed(person string, found *Feed) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectFeedSQL, Brief: true, Args: []any{resource.Tenant(person), person}, Each: func(r sqldb.Row) error {
		var created int64
		err := r.Scan(&found.Person, &created, &found.ReadDay, &found.Hash)
		found.Created = sqldb.Time(created)
		return err
	}}
}

// DeleteFeed returns the statements that make the address of a person's calendar stop working.
func DeleteFeed(person string) []sqldb.Stmt {
	args := []any{resource.Tenant(person), person}
	return []sqldb.Stmt{{SQL: deleteSecretSQL, Args: args}, {SQL: deleteFeedSQL, Args: args}}
}

// SelectSecret returns the statement that reads whose calendar a secret opens, by its hash; person stays empty when nobody's.
func SelectSecret(hash string, person *string) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectSecretSQL, Brief: true, Args: []any{hash}, Each: func(r sqldb.Row) error { return r.Scan(person) }}
}

// ReadFeed returns the statement that notes the day on which a calendar was read.
func ReadFeed(person, day string) sqldb.Stmt {
	return sqldb.Stmt{SQL: readFeedSQL, Brief: true, Args: []any{resource.Tenant(person), person, day}}
}
