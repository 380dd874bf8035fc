package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// CopySQLite writes a compact copy of the database file at path, also of one that a server has open, to the file into,
// which must not exist. The copy is one state of the database; the server's writes go on meanwhile.
func CopySQLite(ctx context.Context, path, into string) (err error) {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	db, err := openFile(path, copies)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, `vacuum into $1`, into); err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	return os.Chmod(into, 0o600)
}

// OpenSQLiteArchive is OpenSQLiteReadOnly for a file that may have an older schema than migrations; a newer one is
// refused with a *NewerError.
func OpenSQLiteArchive(ctx context.Context, path string, migrations fs.FS) (DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	newest, err := newestVersion(migrations, SQLite)
	if err != nil {
		return nil, err
	}
	db, err := openSQLite(ctx, path, migrations, inspects)
	if err != nil {
		return nil, err
	}
	have, err := SchemaVersion(ctx, db)
	if err == nil && have > newest {
		err = newer(have, newest)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return db, nil
}

// NewestSchema returns the schema version that migrations lead to on an engine.
func NewestSchema(migrations fs.FS, engine Engine) (int64, error) {
	return newestVersion(migrations, engine)
}

// SchemaVersion returns which schema a database has; 0 means none.
func SchemaVersion(ctx context.Context, db DB) (int64, error) { return schemaVersion(ctx, db) }
