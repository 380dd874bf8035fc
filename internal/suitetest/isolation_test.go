package suitetest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

// services are the schemas, each with a role of its own.
var services = []string{"directory", "riskregister", "controlmeasurement", "reporting", "notification"}

// outside lists the tables with a tenant column that lie outside row-level security: they hold no content, and a tenant is
// found by them.
var outside = []string{"journal_heads", "municipalities", "outbox_turns", "mail_turns", "passes", "calendar_secrets"}

// table is one that belongs to tenants.
type table struct {
	schema, name     string
	enabled, forced  bool
	owner            string
	columns, literal []string
}

func (b table) String() string { return b.schema + "." + b.name }

// insert returns the statement that adds a row of a tenant: the same value in every column of a type.
func (b table) insert(tenant string) string {
	values := make([]string, len(b.columns))
	for i, column := range b.columns {
		values[i] = b.literal[i]
		if column == "tenant" {
			values[i] = "'" + tenant + "'"
		}
	}
	return fmt.Sprintf("insert into %s (%s) values (%s)", b, strings.Join(b.columns, ", "), strings.Join(values, ", "))
}

// connect opens a connection for a test.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// tenantTables reads every table with a tenant column from the catalogue, of whatever service and of whatever version.
func tenantTables(t *testing.T, owner *pgx.Conn) []table {
	t.Helper()
	rows, err := owner.Query(t.Context(), `
		select n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
			array_agg(a.attname::text order by a.attnum), array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum)
		from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
		where c.relkind in ('r', 'p') and n.nspname = any($1) and a.attnum > 0 and not a.attisdropped
		group by 1, 2, 3, 4, 5 having bool_or(a.attname = 'tenant') order by 1, 2`, services)
	if err != nil {
		t.Fatal(err)
	}
	literals := map[string]string{"text": "'x'", "bigint": "1", "bytea": `'\x01'`, "double precision": "1", "boolean": "true"}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (table, error) {
		var b table
		var types []string
		err := row.Scan(&b.schema, &b.name, &b.enabled, &b.forced, &b.owner, &b.columns, &types)
		for _, kind := range types {
			literal, known := literals[kind]
			if !known {
				t.Errorf("%s: this test knows no value of type %s", b, kind)
			}
			b.literal = append(b.literal, literal)
		}
		return b, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// as runs a statement as a service does for a tenant, and returns the first column of its rows, or the number of rows
// touched. An empty tenant sets none. Nothing stays.
func as(t *testing.T, conn *pgx.Conn, tenant, statement string, before ...string) (values []string, touched int64, err error) {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	for _, first := range before {
		if _, err := tx.Exec(t.Context(), first); err != nil {
			t.Fatalf("%s: %v", first, err)
		}
	}
	if tenant != "" {
		if _, err := tx.Exec(t.Context(), "select set_config('app.tenant', $1, true)", tenant); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := tx.Query(t.Context(), statement)
	if err != nil {
		return nil, 0, err
	}
	values, err = pgx.CollectRows(rows, pgx.RowTo[string])
	return values, rows.CommandTag().RowsAffected(), err
}

// store adds a row of each of two tenants to a table, for good.
func store(t *testing.T, conn *pgx.Conn, b table) {
	t.Helper()
	for _, tenant := range []string{"a", "b"} {
		err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), "select set_config('app.tenant', $1, true)", tenant); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), b.insert(tenant))
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
	}
}

// TestRowLevelSecurity takes the application's filter away: statements that forget the tenant, in every table of every
// service, through the service's own role.
func TestRowLevelSecurity(t *testing.T) {
	d := sqldbtest.NewDatabase(t, services...)
	if err := allinone.MigratePostgres(t.Context(), d.OwnerURL, d.Prefix); err != nil {
		t.Fatal(err)
	}
	conns := map[string]*pgx.Conn{}
	for _, service := range services {
		conns[service] = connect(t, d.URL(t, service))
	}
	all := tenantTables(t, connect(t, d.OwnerURL))
	if len(all) < 20 {
		t.Fatalf("got %d tables with a tenant", len(all))
	}
	for _, b := range all {
		if slices.Contains(outside, b.name) {
			continue
		}
		if !b.enabled || !b.forced {
			t.Errorf("%s: row-level security is not enabled and forced", b)
			continue
		}
		store(t, conns[b.schema], b)
		sees(t, conns[b.schema], b)
		touches(t, conns[b.schema], b)
		wantRefused(t, conns[b.schema], b, d.Prefix)
	}
	for _, service := range services {
		wantApart(t, conns[service], service, all)
	}
}

// sees checks what a statement without a tenant predicate reads.
func sees(t *testing.T, conn *pgx.Conn, b table) {
	t.Helper()
	for tenant, want := range map[string]string{"a": "a", "b": "b", "c": "", "": ""} {
		got, _, err := as(t, conn, tenant, "select tenant from "+b.String())
		if err != nil || strings.Join(got, ",") != want {
			t.Errorf("%s: tenant %q sees %q, %v; want %q", b, tenant, got, err, want)
		}
	}
}

// touches checks what a statement without a tenant predicate changes, and that no row gets to another tenant.
func touches(t *testing.T, conn *pgx.Conn, b table) {
	t.Helper()
	for statement, want := range map[string]int64{
		"update " + b.String() + " set tenant = tenant": 1, "delete from " + b.String(): 1,
		"update " + b.String() + " set tenant = tenant where tenant = 'b'": 0, "delete from " + b.String() + " where tenant = 'b'": 0,
	} {
		if _, n, err := as(t, conn, "a", statement); err != nil || n != want {
			t.Errorf("%s: for tenant a it touched %d rows, %v; want %d", statement, n, err, want)
		}
		if _, n, err := as(t, conn, "", statement); err != nil || n != 0 {
			t.Errorf("%s: for no tenant it touched %d rows, %v", statement, n, err)
		}
	}
	for _, statement := range []string{b.insert("b"), b.insert("c"), "update " + b.String() + " set tenant = 'b'"} {
		for _, tenant := range []string{"a", ""} {
			if _, n, err := as(t, conn, tenant, statement); err == nil && n > 0 {
				t.Errorf("%s: tenant %q writes a row of another tenant", statement, tenant)
			}
		}
	}
}

// wantRefused checks that the role cannot take the wall down.
func wantRefused(t *testing.T, conn *pgx.Conn, b table, prefix string) {
	t.Helper()
	if b.owner == prefix+b.schema {
		t.Errorf("%s is owned by the role that serves", b)
	}
	for _, statement := range []string{
		"alter table " + b.String() + " disable row level security", "alter table " + b.String() + " no force row level security",
		"drop policy tenant on " + b.String(), "create policy all_of_it on " + b.String() + " using (true)",
		"truncate " + b.String(), "drop table " + b.String(), "set local role " + prefix + "owner", "set local row_security = off",
	} {
		_, _, err := as(t, conn, "a", statement)
		if statement == "set local row_security = off" { // allowed, and then reading is refused
			_, _, err = as(t, conn, "a", "select tenant from "+b.String(), statement)
		}
		if err == nil {
			t.Errorf("%s: allowed", statement)
		}
	}
}

// wantApart checks that the role of a service is nobody special and reaches no other service's schema.
func wantApart(t *testing.T, conn *pgx.Conn, service string, all []table) {
	t.Helper()
	special, _, err := as(t, conn, "", `select rolname::text from pg_roles where rolname = current_user and
		(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`)
	if err != nil || len(special) > 0 {
		t.Errorf("%s: its role has special rights: %v, %v", service, special, err)
	}
	for _, b := range all {
		if b.schema == service {
			continue
		}
		for _, statement := range []string{"select tenant from " + b.String(), b.insert("a"), "delete from " + b.String()} {
			if _, _, err := as(t, conn, "a", statement); err == nil {
				t.Errorf("%s: the role of %s may", statement, service)
			}
		}
	}
	for _, statement := range []string{"create schema mine", "create table " + service + ".mine (id int)", "create table public.mine (id int)"} {
		if _, _, err := as(t, conn, "", statement); err == nil {
			t.Errorf("%s: the role of %s may", statement, service)
		}
	}
}
