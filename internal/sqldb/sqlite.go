package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const sqliteReaders = 4

// OpenSQLite opens the database file at path, creating it (for its owner only) when it is absent, and brings its schema
// to the newest of migrations, a file system with the folders "postgres" and "sqlite". A schema newer than migrations
// is refused. One process may open a file once; others may read it with OpenSQLiteReadOnly.
func OpenSQLite(ctx context.Context, path string, migrations fs.FS) (DB, error) {
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	if err := migrateSQLite(ctx, path, migrations); err != nil {
		return nil, fmt.Errorf("migrate %s: %w", path, err)
	}
	return openSQLite(ctx, path, migrations, reads)
}

// OpenSQLiteReadOnly opens a database file that exists, also while a server has it open, and never changes it. Its
// schema must be that of migrations exactly. Write returns ErrReadOnly.
func OpenSQLiteReadOnly(ctx context.Context, path string, migrations fs.FS) (DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db, err := openSQLite(ctx, path, migrations, inspects)
	if err != nil {
		return nil, err
	}
	if err := db.Ping(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return db, nil
}

// createPrivate makes sure that the file exists. The files that SQLite adds beside it inherit its mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	return f.Close()
}

// access says what a connection to a file is for.
type access int

const (
	writes    access = iota // the one writer
	reads                   // beside the writer
	inspects                // by a process that must not write
	migrating               // may rebuild tables that others refer to
	copies                  // by a process that only makes a copy of the file
)

// source returns the data source name. Settings that hold per connection belong in it, not in a statement.
func source(path string, a access) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	query := url.Values{"_pragma": pragmas(a)}
	switch a {
	case inspects, copies:
		query.Set("mode", "ro")
	case writes, migrating:
		query.Set("_txlock", "immediate")
	case reads: // takes no lock
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: query.Encode()}).String(), nil
}

// pragmas asks for FULL synchronisation because NORMAL may lose the last commits when the power fails.
func pragmas(a access) []string {
	switch a {
	case writes:
		return []string{"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)"}
	case migrating:
		return []string{"busy_timeout(5000)", "foreign_keys(0)", "journal_mode(WAL)", "synchronous(FULL)"}
	case copies: // "query_only" would hold for the copy, too
		return []string{"busy_timeout(5000)"}
	default:
		return []string{"busy_timeout(5000)", "query_only(1)"}
	}
}

func openSQLite(ctx context.Context, path string, migrations fs.FS, readers access) (DB, error) {
	newest, err := newestVersion(migrations, SQLite)
	if err != nil {
		return nil, err
	}
	lite, err := newSQLiteEngine(path, readers)
	if err != nil {
		return nil, err
	}
	s := &store{engine: SQLite, acquire: lite.acquire, close: lite.close}
	s.ping = func(ctx context.Context) error { return checkVersion(ctx, s, newest) }
	if err := lite.loadConstraints(ctx, s); err != nil {
		_ = lite.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

// sqliteEngine holds the pools of one file: writes go one after another through one connection, which is faster than
// letting connections fight for the lock, and no writer is starved.
type sqliteEngine struct {
	writer      *sqlitePool // nil when read-only
	reader      *sqlitePool
	constraints map[string]string
}

func newSQLiteEngine(path string, readers access) (*sqliteEngine, error) {
	reader, err := newSQLitePool(path, readers, sqliteReaders)
	if err != nil || readers == inspects {
		return &sqliteEngine{reader: reader}, err
	}
	writer, err := newSQLitePool(path, writes, 1)
	return &sqliteEngine{writer: writer, reader: reader}, err
}

func (e *sqliteEngine) acquire(ctx context.Context, m mode) (session, error) {
	pool := e.reader
	if m == writing {
		pool = e.writer
	}
	if pool == nil {
		return nil, ErrReadOnly
	}
	conn, err := pool.take(ctx)
	if err != nil {
		return nil, e.translate(ctx, err)
	}
	return &sqliteSession{engine: e, pool: pool, conn: conn}, nil
}

func (e *sqliteEngine) close() error {
	if err := e.reader.close(); err != nil || e.writer == nil {
		return err
	}
	return e.writer.close() // last, so that it can fold the write-ahead log into the file
}

// loadConstraints maps the columns of every unique index, in SQLite's spelling, to its name in Violation.
func (e *sqliteEngine) loadConstraints(ctx context.Context, db DB) error {
	e.constraints = map[string]string{}
	return db.Read(ctx, "", Stmt{SQL: `
		select l.origin, m.name, l.name,
			(select group_concat(m.name || '.' || i.name, ', ') from pragma_index_info(l.name) i),
			(select group_concat(i.name, '_') from pragma_index_info(l.name) i)
		from sqlite_schema m, pragma_index_list(m.name) l
		where m.type = 'table' and l."unique" = 1
		order by m.name, l.name desc`,
		Each: func(r Row) error {
			var origin, table, index string
			var key, columns sql.NullString // null for an index on expressions, which SQLite reports by name
			if err := r.Scan(&origin, &table, &index, &key, &columns); err != nil {
				return err
			}
			e.constraints[key.String] = sqliteConstraint(origin, table, index, columns.String)
			return nil
		}})
}

// sqliteConstraint names a constraint as PostgreSQL does when the schema does not.
func sqliteConstraint(origin, table, index, columns string) string {
	switch origin {
	case "pk":
		return table + "_pkey"
	case "u":
		return table + "_" + columns + "_key"
	default:
		return index
	}
}
