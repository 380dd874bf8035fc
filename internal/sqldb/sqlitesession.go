package sqldb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// sqliteSession runs batches on one connection.
type sqliteSession struct {
	engine *sqliteEngine
	pool   *sqlitePool
	conn   *sqliteConn
	open   bool // a transaction is
}

func (s *sqliteSession) send(ctx context.Context, b batch) error {
	return s.engine.translate(ctx, s.run(ctx, b))
}

func (s *sqliteSession) run(ctx context.Context, b batch) error {
	if b.starts && b.mode != checking {
		if _, err := s.conn.exec(ctx, beginSQLite(b.mode)); err != nil {
			return err
		}
		s.open = true
	}
	for _, stmt := range b.stmts {
		if err := s.one(ctx, stmt); err != nil {
			return err
		}
	}
	if !b.ends || !s.open {
		return nil
	}
	if _, err := s.conn.exec(ctx, "commit"); err != nil {
		return err
	}
	s.open = false
	return nil
}

func beginSQLite(m mode) string {
	if m == writing {
		return "begin immediate"
	}
	return "begin"
}

func (s *sqliteSession) one(ctx context.Context, stmt Stmt) (err error) {
	if err := checkArgs(stmt.Args); err != nil {
		return err
	}
	var n int64
	if stmt.Each != nil {
		n, err = s.conn.query(ctx, stmt)
	} else {
		n, err = s.conn.exec(ctx, stmt.SQL, stmt.Args...)
	}
	if err == nil && stmt.Affected != nil {
		*stmt.Affected = n
	}
	return err
}

// release rolls back even when the context has ended. A connection that cannot roll back is
// closed, which does the same.
func (s *sqliteSession) release(ctx context.Context) {
	if s.open {
		if _, err := s.conn.exec(context.WithoutCancel(ctx), "rollback"); err != nil {
			s.conn.close()
		}
	}
	s.pool.free <- s.conn
}

// translate turns an error of the driver into a fault where the caller can act on it.
func (e *sqliteEngine) translate(ctx context.Context, err error) error {
	var mine *callerError
	var theirs *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mine):
		return mine.error
	case ended(ctx, err) != nil:
		return ended(ctx, err)
	case errors.Is(err, ErrClosed):
		return unreachable(err)
	case errors.As(err, &theirs):
		return e.classify(theirs)
	default:
		return err
	}
}

func (e *sqliteEngine) classify(err *sqlite.Error) error {
	switch err.Code() {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return exists(e.violated(err), err)
	}
	if strings.Contains(err.Error(), "no such table") {
		return fmt.Errorf("%w: %w", errNoTable, err)
	}
	switch err.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return busy(err)
	case lib.SQLITE_FULL:
		return full(err)
	case lib.SQLITE_IOERR:
		return failing(err)
	default:
		return err
	}
}

// violated finds the constraint in texts such as "… UNIQUE constraint failed: risks.tenant, risks.title (2067)" and
// "… UNIQUE constraint failed: index 'risks_title' (2067)".
func (e *sqliteEngine) violated(err *sqlite.Error) string {
	_, what, _ := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	if at := strings.LastIndex(what, " ("); at >= 0 {
		what = what[:at]
	}
	if index, found := strings.CutPrefix(what, "index '"); found {
		return strings.TrimSuffix(index, "'")
	}
	if name, known := e.constraints[what]; known {
		return name
	}
	table, _, _ := strings.Cut(what, ".") // the key of a table with integer primary key has no index
	return table + "_pkey"
}
