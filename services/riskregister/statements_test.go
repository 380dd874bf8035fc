package riskregister_test

import (
	"context"
	"sync/atomic"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// counting is a database that counts the statements it is asked to read with.
type counting struct {
	sqldb.DB
	statements atomic.Int64
}

// Read counts and reads.
func (c *counting) Read(ctx context.Context, tenant string, stmts ...sqldb.Stmt) error {
	c.statements.Add(int64(len(stmts)))
	return c.DB.Read(ctx, tenant, stmts...)
}

// Snapshot counts what fn reads.
func (c *counting) Snapshot(ctx context.Context, tenant string, fn func(ctx context.Context, r sqldb.Runner) error) error {
	return c.DB.Snapshot(ctx, tenant, func(ctx context.Context, r sqldb.Runner) error {
		return fn(ctx, countingRunner{Runner: r, counting: c})
	})
}

// countingRunner counts the statements of one transaction.
type countingRunner struct {
	sqldb.Runner
	counting *counting
}

// Run counts and runs.
func (r countingRunner) Run(ctx context.Context, stmts ...sqldb.Stmt) error {
	r.counting.statements.Add(int64(len(stmts)))
	return r.Runner.Run(ctx, stmts...)
}
