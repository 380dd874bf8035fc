package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresSession runs batches on one connection, each in one trip.
type postgresSession struct{ conn *pgxpool.Conn }

func (s *postgresSession) send(ctx context.Context, b batch) error {
	if b.ends && b.mode == writing && slices.ContainsFunc(b.stmts, func(s Stmt) bool { return s.Each != nil }) {
		return s.sendApart(ctx, b)
	}
	return s.translate(ctx, s.run(ctx, b))
}

// sendApart commits in a trip of its own, since Each may still refuse what a row says.
func (s *postgresSession) sendApart(ctx context.Context, b batch) error {
	b.ends = false
	if err := s.send(ctx, b); err != nil {
		return err
	}
	return s.send(ctx, batch{mode: b.mode, ends: true})
}

func (s *postgresSession) run(ctx context.Context, b batch) error {
	queue, err := b.queue()
	if err != nil || queue.Len() == 0 {
		return err
	}
	results := s.conn.SendBatch(ctx, queue)
	if err := b.read(results); err != nil {
		_ = results.Close() // the first error is the one that counts
		return err
	}
	return results.Close()
}

// begin returns how a transaction starts: few texts, so that each is prepared once per connection. The statements of
// one trip are a transaction by themselves, which a single statement makes do with.
func (b batch) begin() []string {
	switch {
	case !b.starts:
		return nil
	case b.mode == checking:
		return []string{`select set_config('app.tenant', $1, true), set_config('transaction_read_only', 'on', true)`}
	case b.mode == writing:
		return []string{"begin isolation level read committed", setTenant}
	default:
		return []string{"begin isolation level repeatable read, read only", setTenant}
	}
}

const setTenant = `select set_config('app.tenant', $1, true)`

// explicit reports whether the transaction must be ended by a statement.
func (b batch) explicit() bool { return b.ends && b.mode != checking }

func (b batch) queue() (*pgx.Batch, error) {
	queue := &pgx.Batch{}
	for _, text := range b.begin() {
		if strings.Contains(text, "$1") {
			queue.Queue(text, b.tenant)
		} else {
			queue.Queue(text)
		}
	}
	for _, stmt := range b.stmts {
		if err := checkArgs(stmt.Args); err != nil {
			return nil, err
		}
		queue.Queue(stmt.SQL, stmt.Args...)
	}
	if b.explicit() {
		queue.Queue("commit")
	}
	return queue, nil
}

func (b batch) read(results pgx.BatchResults) error {
	for range b.begin() {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	for _, stmt := range b.stmts {
		if err := readResult(results, stmt); err != nil {
			return err
		}
	}
	if b.explicit() {
		_, err := results.Exec()
		return err
	}
	return nil
}

func readResult(results pgx.BatchResults, stmt Stmt) error {
	n, err := readRows(results, stmt.Each)
	if err == nil && stmt.Affected != nil {
		*stmt.Affected = n
	}
	return err
}

func readRows(results pgx.BatchResults, each func(Row) error) (count int64, err error) {
	if each == nil {
		tag, err := results.Exec()
		return tag.RowsAffected(), err
	}
	rows, err := results.Query()
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		count++
		if err := each(rows); err != nil {
			return count, &callerError{err}
		}
	}
	return count, rows.Err()
}

const rollbackTimeout = 5 * time.Second

// release leaves the connection clean for the next caller; the pool closes one that could not be cleaned.
func (s *postgresSession) release(ctx context.Context) {
	defer s.conn.Release()
	link := s.conn.Conn().PgConn()
	if link.IsClosed() || link.TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_, _ = s.conn.Exec(ctx, "rollback")
}

// translate turns an error of the driver into a fault where the caller can act on it.
func (s *postgresSession) translate(ctx context.Context, err error) error {
	var mine *callerError
	var theirs *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mine):
		return mine.error
	case ended(ctx, err) != nil:
		return ended(ctx, err)
	case errors.As(err, &theirs):
		return classifyPostgres(theirs)
	case s.conn.Conn().IsClosed():
		return unreachable(err)
	default:
		return err
	}
}

// classifyPostgres goes by SQLSTATE, whose first two characters are its class.
func classifyPostgres(err *pgconn.PgError) error {
	switch err.Code {
	case "23505": // unique_violation
		return exists(err.ConstraintName, err)
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return conflicting(err)
	case "53100": // disk_full
		return full(err)
	case "57014": // query_canceled: by statement_timeout, as the context lives
		return unreachable(err)
	case "42P01": // undefined_table
		return fmt.Errorf("%w: %w", errNoTable, err)
	}
	switch {
	case strings.HasPrefix(err.Code, "08"), // connection exception
		strings.HasPrefix(err.Code, "53"),  // insufficient resources
		strings.HasPrefix(err.Code, "57P"), // shutting down, starting up
		err.Code == "25P03":                // idle_in_transaction_session_timeout
		return unreachable(err)
	default:
		return err
	}
}
