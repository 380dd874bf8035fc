package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Bootstrap brings one schema of a PostgreSQL database to the newest of migrations, creating the schema when it is
// absent, and lets role read and write its tables, no more. The role in url becomes the owner; role, the one that
// OpenPostgres uses, must exist and be another. Several processes may call it at once, and it may be repeated.
func Bootstrap(ctx context.Context, url, schema, role string, migrations fs.FS) (err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	config.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize()
	config.RuntimeParams["application_name"] = "uppsikt-migrate"
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := checkServiceRole(ctx, db, role); err != nil {
		return err
	}
	return locked(ctx, db, schema, func() error {
		if err := createSchema(ctx, db, schema); err != nil {
			return err
		}
		if err := migrate(ctx, db, PostgreSQL, migrations); err != nil {
			return fmt.Errorf("migrate schema %s: %w", schema, err)
		}
		return grant(ctx, db, schema, role)
	})
}

// checkServiceRole refuses a role that is absent or for which row-level security would not hold, before anything is made.
func checkServiceRole(ctx context.Context, db *sql.DB, role string) error {
	var bypasses, owner bool
	err := db.QueryRowContext(ctx, `select rolsuper or rolbypassrls, rolname = current_user from pg_roles where rolname = $1`, role).
		Scan(&bypasses, &owner)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("there is no role %s: make it first (create role %s login password '…')", role, role)
	case err != nil:
		return unreachable(err)
	case bypasses:
		return fmt.Errorf("role %s passes by row-level security: it must be no superuser and have no BYPASSRLS", role)
	case owner:
		return fmt.Errorf("role %s cannot both own the schema and serve: migrate as another role", role)
	default:
		return nil
	}
}

// locked calls fn while no other process bootstraps the schema. The lock ends with its connection.
func locked(ctx context.Context, db *sql.DB, schema string, fn func() error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return unreachable(err)
	}
	defer conn.Close()
	const key = `hashtextextended('uppsikt-migrate:' || $1, 0)`
	if _, err := conn.ExecContext(ctx, `select pg_advisory_lock(`+key+`)`, schema); err != nil {
		return err
	}
	err = fn()
	_, unlock := conn.ExecContext(context.WithoutCancel(ctx), `select pg_advisory_unlock(`+key+`)`, schema)
	return errors.Join(err, unlock)
}

// createSchema asks first, since "create schema if not exists" needs the right to create one even when it exists.
func createSchema(ctx context.Context, db *sql.DB, schema string) error {
	var there bool
	err := db.QueryRowContext(ctx, `select exists (select 1 from pg_namespace where nspname = $1)`, schema).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = db.ExecContext(ctx, "create schema "+pgx.Identifier{schema}.Sanitize())
	return err
}

func grant(ctx context.Context, db *sql.DB, schema, role string) error {
	in, to := pgx.Identifier{schema}.Sanitize(), pgx.Identifier{role}.Sanitize()
	for _, text := range []string{
		"grant usage on schema " + in + " to " + to,
		"grant select, insert, update, delete on all tables in schema " + in + " to " + to,
		"grant usage on all sequences in schema " + in + " to " + to,
		"revoke insert, update, delete on goose_db_version, schema_checksums from " + to,
	} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}
