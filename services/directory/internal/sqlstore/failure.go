package sqlstore

import (
	"context"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
)

const (
	lockFailuresSQL = `insert into sign_in_failures (email_hash, failures, last) values ($1, 0, 0)
		on conflict (email_hash) do update set failures = sign_in_failures.failures returning failures, last`
	countFailureSQL = `update sign_in_failures set failures = $2, last = $3 where email_hash = $1`
	clearFailureSQL = `delete from sign_in_failures where email_hash = $1`
	dropFailuresSQL = `delete from sign_in_failures where last <= $1`
)

// TakeAttempt counts an attempt to sign in with an address, or as a service account, as failed before the password is looked at, so that attempts
// side by side, on whichever replica, cannot pass the limit together. It returns how long to wait when there were too
// many, and then counts nothing. ClearFailures takes the count back after a success.
func TakeAttempt(ctx context.Context, db sqldb.DB, email string, now time.Time) (time.Duration, error) {
	hash := EmailHash(email)
	var failures, last int64
	var wait time.Duration
	lock := sqldb.Stmt{SQL: lockFailuresSQL, Args: []any{hash}, Each: func(r sqldb.Row) error { return r.Scan(&failures, &last) }}
	err := db.Write(ctx, "", []sqldb.Stmt{lock}, func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
		wait = org.SignInWait(failures, sqldb.Time(last), now)
		if wait > 0 {
			return nil, nil
		}
		count := org.CountFailures(failures, sqldb.Time(last), now)
		return []sqldb.Stmt{{SQL: countFailureSQL, Args: []any{hash, count, sqldb.Micros(now)}}}, nil
	})
	return wait, err
}

// ClearFailures returns the statement that forgets the failures of an address.
func ClearFailures(email string) sqldb.Stmt {
	return sqldb.Stmt{SQL: clearFailureSQL, Args: []any{EmailHash(email)}}
}
