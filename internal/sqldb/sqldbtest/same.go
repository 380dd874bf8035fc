package sqldbtest

import (
	"fmt"
	"io/fs"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// SameMigrations checks that both engines have the same migrations and that these make the same schema: tables, columns
// in order with type, nullability and place in the primary key, and indexes by name. On PostgreSQL every text column
// must have collate "C", on SQLite every table must be strict.
func SameMigrations(t *testing.T, migrations fs.FS) {
	t.Helper()
	if diff := cmp.Diff(files(t, migrations, sqldb.SQLite), files(t, migrations, sqldb.PostgreSQL)); diff != "" {
		t.Errorf("migrations differ (-sqlite +postgres):\n%s", diff)
	}
	sqlite := describe(t, Open(t, sqldb.SQLite, migrations), describeSQLite)
	postgres := describe(t, Open(t, sqldb.PostgreSQL, migrations), describePostgres)
	if diff := cmp.Diff(sqlite, postgres); diff != "" {
		t.Errorf("schemas differ (-sqlite +postgres):\n%s", diff)
	}
}

func files(t *testing.T, migrations fs.FS, engine sqldb.Engine) []string {
	t.Helper()
	names, err := fs.Glob(migrations, string(engine)+"/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("migrations for %s: %v, %v", engine, names, err)
	}
	for i := range names {
		names[i] = names[i][len(engine)+1:]
	}
	return names
}

// describe returns one line per column and index.
func describe(t *testing.T, db sqldb.DB, query string) []string {
	t.Helper()
	var lines []string
	err := db.Read(t.Context(), "", sqldb.Stmt{SQL: query, Each: func(r sqldb.Row) error {
		var table, what, kind string
		var place, key int
		var null bool
		if err := r.Scan(&table, &place, &what, &kind, &null, &key); err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%s %03d %s %s null=%t key=%d", table, place, what, class(kind), null, key))
		return nil
	}})
	if err != nil {
		t.Fatalf("describe the schema on %s: %v", db.Engine(), err)
	}
	slices.Sort(lines)
	return lines
}

// class makes the types that store the same on both engines equal, and leaves every other as it is.
func class(kind string) string {
	switch kind {
	case "integer", "bigint", "smallint", "boolean":
		return "integer"
	case "blob", "bytea":
		return "bytes"
	case "real", "double precision":
		return "real"
	default:
		return kind
	}
}

const describeSQLite = `
	select t.name, c.cid + 1, c.name, lower(c.type), c."notnull" = 0, c.pk
	from pragma_table_list t, pragma_table_info(t.name) c
	where t.schema = 'main' and t.type = 'table'
		and t.name not in ('goose_db_version', 'schema_checksums', 'sqlite_schema', 'sqlite_sequence')
	union all
	select t.name, 0, 'table', iif(t.strict, 'sound', 'not strict'), false, 0
	from pragma_table_list t
	where t.schema = 'main' and t.type = 'table'
		and t.name not in ('goose_db_version', 'schema_checksums', 'sqlite_schema', 'sqlite_sequence')
	union all
	select m.tbl_name, 0, m.name, iif(l."unique", 'unique index', 'index'), false, 0
	from sqlite_schema m join pragma_index_list(m.tbl_name) l on l.name = m.name
	where m.type = 'index' and l.origin = 'c'`

const describePostgres = `
	select c.relname::text, row_number() over (partition by c.oid order by a.attnum)::int, a.attname::text,
		case when a.attcollation <> 0 and co.collname <> 'C' then 'text without collate "C"'
			else format_type(a.atttypid, null) end,
		not a.attnotnull,
		coalesce(array_position(k.conkey, a.attnum), 0)
	from pg_class c
	join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	left join pg_collation co on co.oid = a.attcollation
	left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
	where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
		and c.relname not in ('goose_db_version', 'schema_checksums')
	union all
	select c.relname::text, 0, 'table', 'sound', false, 0
	from pg_class c
	where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
		and c.relname not in ('goose_db_version', 'schema_checksums')
	union all
	select t.relname::text, 0, i.relname::text, case when x.indisunique then 'unique index' else 'index' end, false, 0
	from pg_index x
	join pg_class i on i.oid = x.indexrelid
	join pg_class t on t.oid = x.indrelid
	where t.relnamespace = current_schema()::regnamespace
		and not exists (select 1 from pg_constraint k where k.conindid = x.indexrelid)`
