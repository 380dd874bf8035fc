package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/pressly/goose/v3"
)

// migration is one file of one engine.
type migration struct {
	version int64
	digest  string
}

// migrationsOf returns the folder of an engine and what lies in it, oldest first.
func migrationsOf(migrations fs.FS, engine Engine) (fs.FS, []migration, error) {
	folder, err := fs.Sub(migrations, string(engine))
	if err != nil {
		return nil, nil, err
	}
	names, err := fs.Glob(folder, "*.sql")
	if err != nil {
		return nil, nil, err
	}
	var all []migration
	for _, name := range names {
		m, err := readMigration(folder, name)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("no migrations for %s", engine)
	}
	return folder, all, nil
}

func readMigration(folder fs.FS, name string) (migration, error) {
	version, err := goose.NumericComponent(path.Base(name))
	if err != nil {
		return migration{}, fmt.Errorf("migration %s: %w", name, err)
	}
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		return migration{}, err
	}
	sum := sha256.Sum256(text)
	return migration{version: version, digest: hex.EncodeToString(sum[:])}, nil
}

func newestVersion(migrations fs.FS, engine Engine) (newest int64, err error) {
	_, all, err := migrationsOf(migrations, engine)
	for _, m := range all {
		newest = max(newest, m.version)
	}
	return newest, err
}

// checkVersion compares the schema with the code. A database without any schema has version 0.
func checkVersion(ctx context.Context, db DB, newest int64) error {
	have, err := schemaVersion(ctx, db)
	switch {
	case err != nil:
		return err
	case have > newest:
		return newer(have, newest)
	case have < newest:
		return older(have, newest)
	default:
		return nil
	}
}

// checkServable is checkVersion for a program that is running: a schema that became newer meanwhile does not stop it,
// because migrations leave what the version before needs, and replicas are exchanged one after another.
func checkServable(ctx context.Context, db DB, newest int64) error {
	have, err := schemaVersion(ctx, db)
	if err == nil && have < newest {
		return older(have, newest)
	}
	return err
}

const selectVersion = `select coalesce(max(version_id), 0) from goose_db_version`

func schemaVersion(ctx context.Context, db DB) (version int64, err error) {
	err = db.Read(ctx, "", Stmt{SQL: selectVersion, Each: func(r Row) error { return r.Scan(&version) }})
	if errors.Is(err, errNoTable) {
		return 0, nil
	}
	return version, err
}

func migrateSQLite(ctx context.Context, file string, migrations fs.FS) (err error) {
	db, err := openFile(file, migrating)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, db, SQLite, migrations); err != nil {
		return err
	}
	return checkReferences(ctx, db)
}

// checkReferences makes up for foreign keys being off while SQLite migrates, which rebuilding a table demands.
func checkReferences(ctx context.Context, db *sql.DB) error {
	var table string
	err := db.QueryRowContext(ctx, `select "table" from pragma_foreign_key_check limit 1`).Scan(&table)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	default:
		return fmt.Errorf("table %s has references that lead nowhere", table)
	}
}

// migrate applies what is missing, one migration at a time, and refuses a migration that was changed after it was
// applied.
func migrate(ctx context.Context, db *sql.DB, engine Engine, migrations fs.FS) error {
	folder, all, err := migrationsOf(migrations, engine)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect(engine), db, folder, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if err := checkApplied(ctx, provider, db, all); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return err
	}
	return rememberApplied(ctx, db, all)
}

func dialect(engine Engine) goose.Dialect {
	if engine == PostgreSQL {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}

func checkApplied(ctx context.Context, provider *goose.Provider, db *sql.DB, all []migration) error {
	have, want, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return newer(have, want)
	}
	if _, err := db.ExecContext(ctx,
		`create table if not exists schema_checksums (version bigint primary key, sha256 text not null)`); err != nil {
		return err
	}
	for _, m := range all {
		if err := checkUnchanged(ctx, db, m); err != nil {
			return err
		}
	}
	return nil
}

func checkUnchanged(ctx context.Context, db *sql.DB, m migration) error {
	var digest string
	err := db.QueryRowContext(ctx, `select sha256 from schema_checksums where version = $1`, m.version).Scan(&digest)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case digest != m.digest:
		return fmt.Errorf("migration %d was changed after it was applied to this database", m.version)
	default:
		return nil
	}
}

func rememberApplied(ctx context.Context, db *sql.DB, all []migration) error {
	for _, m := range all {
		if _, err := db.ExecContext(ctx, `insert into schema_checksums (version, sha256) values ($1, $2)
			on conflict (version) do nothing`, m.version, m.digest); err != nil {
			return err
		}
	}
	return nil
}
