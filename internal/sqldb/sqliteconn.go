package sqldb

import (
	"context"
	"database/sql"
	"sync"
)

// sqlitePool hands out a fixed number of connections, each with its prepared statements: preparing costs as much as
// running a look-up by key.
type sqlitePool struct {
	db     *sql.DB
	size   int
	free   chan *sqliteConn
	closed chan struct{}
	once   sync.Once
}

func newSQLitePool(path string, a access, size int) (*sqlitePool, error) {
	db, err := openFile(path, a)
	if err != nil {
		return nil, err
	}
	p := &sqlitePool{db: db, size: size, free: make(chan *sqliteConn, size), closed: make(chan struct{})}
	for range size {
		p.free <- &sqliteConn{}
	}
	return p, nil
}

func openFile(path string, a access) (*sql.DB, error) {
	name, err := source(path, a)
	if err != nil {
		return nil, err
	}
	return sql.Open("sqlite", name)
}

// take waits for a free connection and opens it if it is not.
func (p *sqlitePool) take(ctx context.Context) (*sqliteConn, error) {
	select {
	case <-p.closed:
		return nil, ErrClosed
	default:
	}
	select {
	case <-p.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	case c := <-p.free:
		if err := c.open(ctx, p.db); err != nil {
			p.free <- c
			return nil, err
		}
		return c, nil
	}
}

// close waits until every connection has been given back. A second call does nothing.
func (p *sqlitePool) close() error {
	var err error
	p.once.Do(func() {
		close(p.closed)
		for range p.size {
			(<-p.free).close()
		}
		err = p.db.Close()
	})
	return err
}

// sqliteConn is one connection; the zero value is one not opened yet.
type sqliteConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (c *sqliteConn) open(ctx context.Context, db *sql.DB) error {
	if c.conn != nil {
		return nil
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	c.conn, c.stmts = conn, map[string]*sql.Stmt{}
	return nil
}

// close leaves the connection ready to be opened again.
func (c *sqliteConn) close() {
	if c.conn == nil {
		return
	}
	c.forget()
	_ = c.conn.Close()
	c.conn = nil
}

// maxPrepared bounds what one connection keeps, in case a caller composes its statements.
const maxPrepared = 512

func (c *sqliteConn) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt, ok := c.stmts[text]; ok {
		return stmt, nil
	}
	if len(c.stmts) >= maxPrepared {
		c.forget()
	}
	stmt, err := c.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.stmts[text] = stmt
	return stmt, nil
}

func (c *sqliteConn) forget() {
	for _, stmt := range c.stmts {
		_ = stmt.Close()
	}
	clear(c.stmts)
}

func (c *sqliteConn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	stmt, err := c.prepare(ctx, text) //nolint:sqlclosecheck // kept until the connection closes
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, s Stmt) (count int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if s.Brief {
		ctx = context.WithoutCancel(ctx)
	}
	stmt, err := c.prepare(ctx, s.SQL) //nolint:sqlclosecheck // kept until the connection closes
	if err != nil {
		return 0, err
	}
	rows, err := stmt.QueryContext(ctx, s.Args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		count++
		if err := s.Each(rows); err != nil {
			return count, &callerError{err}
		}
	}
	if err := rows.Err(); err != nil {
		return count, err
	}
	return count, ctx.Err() // the driver loses an interrupt that comes just before the statement runs
}
