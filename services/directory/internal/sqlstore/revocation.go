package sqlstore

import (
	"context"
	"time"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
)

// revocationLife is how long an entry is listed: longer than any token that it may refuse, a difference between the
// clocks of two machines included.
const revocationLife = authn.TokenLife + time.Minute

const (
	revokeSQL = `insert into revocations (session, subject, at) values ($1, $2, $3)
		on conflict (session, subject) do update set at = excluded.at`
	revokeHolderSQL = `insert into revocations (session, subject, at)
		select '', person, $3 from role_assignments where tenant = $1 and parent = $2 and id = $4
		on conflict (session, subject) do update set at = excluded.at`
	listRevocationsSQL = `select session, subject, at from revocations where at > $1 order by at, session, subject`
	dropRevocationsSQL = `delete from revocations where at <= $1`
)

func revoke(session, subject string, now time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: revokeSQL, Args: []any{session, subject, sqldb.Micros(now)}}
}

// RevokeSubject returns the statement that refuses all tokens of a subject that were made before now.
func RevokeSubject(subject string, now time.Time) sqldb.Stmt { return revoke("", subject, now) }

// RevokeHolder returns the statement that refuses the tokens of whom a role assignment, as it lies in the table, names.
func RevokeHolder(assignment string, now time.Time) sqldb.Stmt {
	parent, _, id := resource.Split(assignment)
	return sqldb.Stmt{SQL: revokeHolderSQL, Args: []any{resource.Tenant(assignment), parent, sqldb.Micros(now), id}}
}

// Revocations lists what was revoked within the life of a token, the oldest first.
func Revocations(ctx context.Context, db sqldb.DB, now time.Time) ([]authn.Revocation, error) {
	var list []authn.Revocation
	err := db.Read(ctx, "", sqldb.Stmt{SQL: listRevocationsSQL, Args: []any{sqldb.Micros(now.Add(-revocationLife))},
		Each: func(r sqldb.Row) error {
			var e authn.Revocation
			var at int64
			if err := r.Scan(&e.Session, &e.Subject, &at); err != nil {
				return err
			}
			e.Before = sqldb.Time(at)
			list = append(list, e)
			return nil
		}})
	return list, err
}

// Purge takes away what has had its time: sessions, links, revocations and counts of failures.
func Purge(ctx context.Context, db sqldb.DB, now time.Time) error {
	return db.Write(ctx, "", nil, sqldb.Stmts(
		sqldb.Stmt{SQL: dropSessionSQL, Args: []any{sqldb.Micros(now)}},
		sqldb.Stmt{SQL: dropLinkSQL, Args: []any{sqldb.Micros(now)}},
		sqldb.Stmt{SQL: dropRevocationsSQL, Args: []any{sqldb.Micros(now.Add(-revocationLife))}},
		sqldb.Stmt{SQL: dropFailuresSQL, Args: []any{sqldb.Micros(now.Add(-org.FailuresForgotten))}},
	))
}
