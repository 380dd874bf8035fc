// Package sqldb runs one portable SQL text on two engines: PostgreSQL by native pgx, SQLite by modernc.org/sqlite. A
// caller writes statements once, with $1 placeholders; what differs between the engines stays in here.
//
// Times are integer microseconds UTC, text is compared by bytes (collate "C"), and the tenant is set for row-level
// security in the same trip as the statements.
package sqldb

import "context"

// Engine tells the two apart, for the few texts that must differ.
type Engine string

// The engines.
const (
	PostgreSQL Engine = "postgres"
	SQLite     Engine = "sqlite"
)

// Row is one row of an answer.
type Row interface {
	// Scan copies the columns into dest, in order.
	Scan(dest ...any) error
}

// Stmt is one statement of a batch.
type Stmt struct {
	SQL  string
	Args []any
	// Each is called for every row, in order; nil for a statement that returns none. It must not keep the Row.
	Each func(Row) error
	// Brief says that the statement touches a row by its key. Such a one is let to its end on SQLite when the context ends
	// meanwhile: to be able to interrupt it, the driver would start two goroutines for each.
	Brief bool
	// Affected, unless nil, receives the number of rows inserted, updated or deleted; with Each, the number of rows
	// that the statement returned.
	Affected *int64
}

// Runner runs statements inside a transaction. It is not safe for concurrent use and ends with its transaction.
type Runner interface {
	// Run executes the statements in order, on PostgreSQL in one trip, and stops at the first error.
	Run(ctx context.Context, stmts ...Stmt) error
}

// DB is one service's database. It is safe for concurrent use. Errors are faults where the caller can act on them: a
// unique violation is fault.Exists with a Violation as its cause, a lost connection fault.Unavailable, a full disk
// fault.Exhausted. The end of a context passes through as it is; what fn and Each return does too.
type DB interface {
	// Engine tells which engine runs.
	Engine() Engine
	// Read runs the statements in one read-only transaction that sees one state, in one trip where the engine allows.
	// An empty tenant reads only tables outside row-level security.
	Read(ctx context.Context, tenant string, stmts ...Stmt) error
	// Snapshot calls fn in a read-only transaction that sees one state (repeatable read), for reads that depend on
	// each other.
	Snapshot(ctx context.Context, tenant string, fn func(ctx context.Context, r Runner) error) error
	// Write begins a transaction, runs first in the same trip, calls fn, then runs the statements that fn returns and
	// commits, again in one trip. An error rolls everything back; so does a nil slice, without an error. Conflicts
	// that the engine reports (serialisation, deadlock, busy) are retried a bounded number of times, so fn, and the
	// Each of first, may be called more than once: they begin by resetting what they fill, and have no other effects.
	// fn must not call Write: on SQLite it would wait for itself.
	Write(ctx context.Context, tenant string, first []Stmt, fn func(ctx context.Context, r Runner) ([]Stmt, error)) error
	// Ping reports whether the database answers and its schema is as new as the code.
	Ping(ctx context.Context) error
	// Close ends all connections.
	Close() error
}
