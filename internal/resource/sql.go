package resource

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// tableSQL holds a table's statements, written once.
type tableSQL struct{ get, under, insert, update, remove, verify, list string }

const rowColumns = "parent, id, version, created, updated, body"

func (t *Table[M]) writeSQL() tableSQL {
	var names, places, sets strings.Builder
	for i, c := range t.Columns {
		fmt.Fprintf(&names, ", %s", c.Name)
		fmt.Fprintf(&places, ", $%d", 9+i)
		fmt.Fprintf(&sets, ", %s = $%d", c.Name, 7+i)
	}
	return tableSQL{
		get: fmt.Sprintf("select %s from %s where tenant = $1 and parent = $2 and id = $3", rowColumns, t.Table),
		under: fmt.Sprintf("select %s from %s where tenant = $1 and (parent = $2 or (parent >= $3 and parent < $4) or (parent = $5 and id = $6)) order by parent, id",
			rowColumns, t.Table),
		insert: fmt.Sprintf("insert into %s (tenant, scope, parent, id, version, created, updated, body%s) values ($1, $2, $3, $4, $5, $6, $7, $8%s)",
			t.Table, names.String(), places.String()),
		update: fmt.Sprintf("update %s set version = $4, updated = $5, body = $6%s where tenant = $1 and parent = $2 and id = $3",
			t.Table, sets.String()),
		remove: fmt.Sprintf("delete from %s where tenant = $1 and parent = $2 and id = $3", t.Table),
		verify: fmt.Sprintf("select %s%s from %s where tenant = $1 order by parent, id", rowColumns, names.String(), t.Table),
		list:   fmt.Sprintf("select %s from %s where ", rowColumns, t.Table),
	}
}

func scanRow(into *[]stored) func(sqldb.Row) error {
	return func(r sqldb.Row) error {
		var s stored
		if err := r.Scan(&s.parent, &s.id, &s.version, &s.created, &s.updated, &s.body); err != nil {
			return err
		}
		*into = append(*into, s)
		return nil
	}
}

func (t *Table[M]) selectRow(name string, into *[]stored) sqldb.Stmt {
	parent, _, id := Split(name)
	return sqldb.Stmt{SQL: t.sql.get, Args: []any{Tenant(name), parent, id}, Each: scanRow(into), Brief: true}
}

// selectUnder reads the ancestor itself, where it is of this type, and every row below it.
func (t *Table[M]) selectUnder(ancestor string, into *[]stored) sqldb.Stmt {
	var parent, id string
	if t.Matches(ancestor) {
		parent, _, id = Split(ancestor)
	}
	const slashEnd = "0" // follows "/" in the byte order
	return sqldb.Stmt{SQL: t.sql.under, Each: scanRow(into),
		Args: []any{Tenant(ancestor), ancestor, ancestor + "/", ancestor + slashEnd, parent, id}}
}

// staged is one row change of a transaction, ready to be stored.
type staged struct {
	table   AnyTable
	name    string
	message proto.Message // nil for a removal
	body    []byte
	version int64
	created int64
	now     int64
	reason  string
	before  *stored // nil for an insertion
}

func (t *Table[M]) insertRow(w staged) sqldb.Stmt {
	parent, _, id := Split(w.name)
	args := []any{Tenant(w.name), Scope(w.name), parent, id, w.version, w.now, w.now, w.body}
	return sqldb.Stmt{SQL: t.sql.insert, Args: append(args, t.columnValues(w.message)...)}
}

func (t *Table[M]) updateRow(w staged) sqldb.Stmt {
	parent, _, id := Split(w.name)
	args := []any{Tenant(w.name), parent, id, w.version, w.now, w.body}
	return sqldb.Stmt{SQL: t.sql.update, Args: append(args, t.columnValues(w.message)...)}
}

func (t *Table[M]) deleteRow(w staged) sqldb.Stmt {
	parent, _, id := Split(w.name)
	return sqldb.Stmt{SQL: t.sql.remove, Args: []any{Tenant(w.name), parent, id}}
}

// verifyRows reads every row of a tenant with its typed columns.
func (t *Table[M]) verifyRows(tenant string, each func(stored, []any) error) sqldb.Stmt {
	return sqldb.Stmt{SQL: t.sql.verify, Args: []any{tenant}, Each: func(r sqldb.Row) error {
		var s stored
		columns := make([]any, len(t.Columns))
		dest := []any{&s.parent, &s.id, &s.version, &s.created, &s.updated, &s.body}
		for i := range columns {
			dest = append(dest, &columns[i])
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		return each(s, columns)
	}}
}
