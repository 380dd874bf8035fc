package sqlstore

import (
	"context"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Session is somebody signed in.
type Session struct {
	// ID goes into tokens; it is not the secret.
	ID string
	// Person is the resource name of who signed in.
	Person string
	// Expires is when it ends at the latest.
	Expires time.Time
}

const (
	openSessionSQL = `insert into sessions (id, secret_hash, person, created, expires) values ($1, $2, $3, $4, $5)`
	findSessionSQL = `select id, person, expires from sessions where secret_hash = $1 and expires > $2`
	endSessionSQL  = `delete from sessions where id = $1`
	endSessionsSQL = `delete from sessions where person = $1 and id <> $2`
	dropSessionSQL = `delete from sessions where expires <= $1`
)

// OpenSession returns the statement that stores a session under the hash of its secret.
func OpenSession(s Session, secretHash []byte, now time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: openSessionSQL,
		Args: []any{s.ID, secretHash, s.Person, sqldb.Micros(now), sqldb.Micros(s.Expires)}}
}

// FindSession returns the session with this hash that has not ended, or nil.
func FindSession(ctx context.Context, db sqldb.DB, secretHash []byte, now time.Time) (*Session, error) {
	var found *Session
	err := db.Read(ctx, "", sqldb.Stmt{SQL: findSessionSQL, Args: []any{secretHash, sqldb.Micros(now)},
		Each: func(r sqldb.Row) error {
			var s Session
			var expires int64
			if err := r.Scan(&s.ID, &s.Person, &expires); err != nil {
				return err
			}
			s.Expires = sqldb.Time(expires)
			found = &s
			return nil
		}})
	return found, err
}

// EndSession returns the statements that end a session and refuse its tokens.
func EndSession(id string, now time.Time) []sqldb.Stmt {
	return []sqldb.Stmt{{SQL: endSessionSQL, Args: []any{id}}, revoke(id, "", now)}
}

// EndSessions returns the statement that ends a person's sessions but one, which may be empty.
func EndSessions(person, except string) sqldb.Stmt {
	return sqldb.Stmt{SQL: endSessionsSQL, Args: []any{person, except}}
}
