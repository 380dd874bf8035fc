package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// OpenPostgres opens a pool on one schema of a PostgreSQL database. The role in url must not be able to pass by
// row-level security: a superuser, a role with BYPASSRLS and the owner of the tables (unless the tables force it) are
// refused, and so is a schema newer than migrations. A schema that is older, or absent, makes Ping fail: it becomes
// ready when Bootstrap has run.
func OpenPostgres(ctx context.Context, url, schema string, migrations fs.FS) (DB, error) {
	newest, err := newestVersion(migrations, PostgreSQL)
	if err != nil {
		return nil, err
	}
	config, err := poolConfig(url, schema)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := newPostgresStore(pool, newest)
	if err := checkPostgres(ctx, s, schema, newest); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open schema %s: %w", schema, err)
	}
	return s, nil
}

// OpenPostgresReadOnly opens a pool that changes nothing, for a role that may read every tenant in turn. The schema must be
// that of migrations exactly.
func OpenPostgresReadOnly(ctx context.Context, url, schema string, migrations fs.FS) (DB, error) {
	newest, err := newestVersion(migrations, PostgreSQL)
	if err != nil {
		return nil, err
	}
	config, err := poolConfig(url, schema)
	if err != nil {
		return nil, err
	}
	config.MaxConns = 1
	params := config.ConnConfig.RuntimeParams
	params["default_transaction_read_only"] = "on"
	params["application_name"] = "uppsikt-read"
	delete(params, "statement_timeout") // reading everything may take its time
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := newPostgresStore(pool, newest)
	if err := s.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open schema %s: %w", schema, err)
	}
	return s, nil
}

func newPostgresStore(pool *pgxpool.Pool, newest int64) *store {
	pg := &postgresEngine{pool: pool}
	s := &store{engine: PostgreSQL, acquire: pg.acquire, close: func() error { pool.Close(); return nil }}
	s.ping = func(ctx context.Context) error { return checkServable(ctx, s, newest) }
	return s
}

const poolSize = 16

// poolConfig reads url and sets what it does not say itself.
func poolConfig(url, schema string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = poolSize
	}
	params := config.ConnConfig.RuntimeParams
	params["search_path"] = pgx.Identifier{schema}.Sanitize()
	for name, value := range map[string]string{
		"application_name":                    "uppsikt-" + schema,
		"statement_timeout":                   "30s",
		"lock_timeout":                        "10s",
		"idle_in_transaction_session_timeout": "60s",
	} {
		if _, said := params[name]; !said {
			params[name] = value
		}
	}
	return config, nil
}

func checkPostgres(ctx context.Context, db DB, schema string, newest int64) error {
	if err := checkRole(ctx, db, schema); err != nil {
		return err
	}
	have, err := schemaVersion(ctx, db)
	if err == nil && have > newest {
		return newer(have, newest)
	}
	return err
}

// checkRole makes sure that row-level security holds for this role, because where it does not, nothing else tells.
func checkRole(ctx context.Context, db DB, schema string) error {
	var role string
	var bypasses, owns bool
	err := db.Read(ctx, "", Stmt{SQL: `
		select r.rolname, r.rolsuper or r.rolbypassrls, exists (
			select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where n.nspname = $1 and c.relrowsecurity and not c.relforcerowsecurity
				and pg_has_role(c.relowner, 'usage'))
		from pg_roles r where r.rolname = current_user`,
		Args: []any{schema},
		Each: func(r Row) error { return r.Scan(&role, &bypasses, &owns) }})
	switch {
	case err != nil:
		return err
	case bypasses:
		return fmt.Errorf("role %s passes by row-level security: use one that is no superuser and has no BYPASSRLS", role)
	case owns:
		return fmt.Errorf("role %s owns the tables and so passes by row-level security: use another role than the one that migrates", role)
	default:
		return nil
	}
}

// postgresEngine hands out the connections of a pool.
type postgresEngine struct{ pool *pgxpool.Pool }

func (e *postgresEngine) acquire(ctx context.Context, _ mode) (session, error) {
	conn, err := e.pool.Acquire(ctx)
	if err == nil {
		return &postgresSession{conn: conn}, nil
	}
	if end := ended(ctx, err); end != nil {
		return nil, end
	}
	if strings.Contains(err.Error(), "closed pool") {
		err = errors.Join(ErrClosed, err)
	}
	return nil, unreachable(err)
}
