package sqldb

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// mode is the kind of a transaction.
type mode int

const (
	reading  mode = iota // sees one state, writes nothing
	checking             // one statement, which sees one state by itself
	writing
)

// batch is what goes to the engine in one trip.
type batch struct {
	mode   mode
	tenant string
	stmts  []Stmt
	starts bool // a transaction before the statements
	ends   bool // it by committing after them
}

// session is one connection, held by one caller. Its errors are translated.
type session interface {
	send(ctx context.Context, b batch) error
	// release gives the connection back, after rolling back what was not committed.
	release(ctx context.Context)
}

// store implements the transactions of DB over the sessions of an engine.
type store struct {
	engine  Engine
	acquire func(ctx context.Context, m mode) (session, error)
	ping    func(ctx context.Context) error
	close   func() error
}

func (s *store) Engine() Engine                 { return s.engine }
func (s *store) Ping(ctx context.Context) error { return s.ping(ctx) }
func (s *store) Close() error                   { return s.close() }

func (s *store) Read(ctx context.Context, tenant string, stmts ...Stmt) error {
	m := reading
	switch len(stmts) {
	case 0:
		return nil
	case 1:
		m = checking
	}
	conn, err := s.acquire(ctx, m)
	if err != nil {
		return err
	}
	defer conn.release(ctx)
	return conn.send(ctx, batch{mode: m, tenant: tenant, stmts: stmts, starts: true, ends: true})
}

func (s *store) Snapshot(ctx context.Context, tenant string, fn func(context.Context, Runner) error) error {
	conn, err := s.acquire(ctx, reading)
	if err != nil {
		return err
	}
	defer conn.release(ctx)
	if err := conn.send(ctx, batch{mode: reading, tenant: tenant, starts: true}); err != nil {
		return err
	}
	r := &runner{conn: conn, mode: reading}
	defer r.end()
	if err := fn(ctx, r); err != nil || r.failed != nil {
		return cmp.Or(err, r.failed)
	}
	return conn.send(ctx, batch{mode: reading, ends: true})
}

func (s *store) Write(ctx context.Context, tenant string, first []Stmt, fn func(context.Context, Runner) ([]Stmt, error)) error {
	for attempt := 1; ; attempt++ {
		err := s.writeOnce(ctx, tenant, first, fn)
		if err == nil || attempt == maxAttempts || !retryable(err) {
			return err
		}
		if end := pause(ctx, attempt); end != nil {
			return ended(ctx, err)
		}
	}
}

func (s *store) writeOnce(ctx context.Context, tenant string, first []Stmt, fn func(context.Context, Runner) ([]Stmt, error)) error {
	conn, err := s.acquire(ctx, writing)
	if err != nil {
		return err
	}
	defer conn.release(ctx)
	if err := conn.send(ctx, batch{mode: writing, tenant: tenant, stmts: first, starts: true}); err != nil {
		return err
	}
	r := &runner{conn: conn, mode: writing}
	defer r.end()
	last, err := fn(ctx, r)
	if err = cmp.Or(err, r.failed); err != nil || last == nil {
		return err
	}
	return conn.send(ctx, batch{mode: writing, stmts: last, ends: true})
}

const (
	maxAttempts = 5
	firstPause  = 2 * time.Millisecond
)

// pause waits before the next attempt, longer each time and never the same for two callers in step.
func pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(rand.N(firstPause<<attempt) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errEnded = errors.New("the transaction of this runner has ended")

// runner is the Runner of one transaction.
type runner struct {
	conn   session // nil after the end
	mode   mode
	failed error // the first error; PostgreSQL runs nothing after it, so neither does SQLite
}

func (r *runner) Run(ctx context.Context, stmts ...Stmt) error {
	if r.conn == nil {
		return errEnded
	}
	if r.failed == nil {
		r.failed = r.conn.send(ctx, batch{mode: r.mode, stmts: stmts})
	}
	return r.failed
}

func (r *runner) end() { r.conn = nil }

// Stmts returns the last argument of Write for a write that needs to look at nothing.
func Stmts(stmts ...Stmt) func(context.Context, Runner) ([]Stmt, error) {
	return func(context.Context, Runner) ([]Stmt, error) { return append([]Stmt{}, stmts...), nil }
}
