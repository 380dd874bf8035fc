package resource

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Page sizes of lists.
const (
	defaultPageSize = 50
	maxPageSize     = 1000
)

// Query asks for a page of a list.
type Query struct {
	// Parent is the parent's name. Its last id may be "-" for every parent in the committee or municipality before it.
	Parent string
	// PageSize is at most 1000; 0 means 50.
	PageSize int32
	// PageToken goes on after an earlier page of the same query.
	PageToken string
	// Where narrows the list; all must hold.
	Where []Filter
}

// Filter narrows a list to rows whose column has one of the values. Without values it is left out, so that an unset
// request field needs no care.
type Filter struct {
	Column string
	In     []string
}

// Equal returns a filter on one value, or none for an empty one.
func Equal(column, value string) Filter {
	if value == "" {
		return Filter{Column: column}
	}
	return Filter{Column: column, In: []string{value}}
}

// List returns a page in order of the table's order columns, parent and id, and the token of the next page, empty on
// the last. Staged changes of a Tx are not seen; use All there.
func (t *Table[M]) List(ctx context.Context, r Reader, q Query) ([]M, string, error) {
	if !t.matchesParent(q.Parent) {
		return nil, "", badName("parent", q.Parent, t.forms())
	}
	size := int(q.PageSize)
	if size == 0 {
		size = defaultPageSize
	}
	stmt, err := t.listStmt(r.engine(), q, min(size, maxPageSize))
	if err != nil {
		return nil, "", err
	}
	var rows []stored
	stmt.Each = scanRow(&rows)
	tenant := Tenant(q.Parent)
	if t.everyTenant(q.Parent) {
		tenant = ""
	}
	if err := r.run(ctx, tenant, stmt); err != nil {
		return nil, "", err
	}
	return t.page(q, rows, min(size, maxPageSize))
}

// ListAll returns every page of a query, whose page size and token are ignored. Staged changes of a Tx are not seen.
func (t *Table[M]) ListAll(ctx context.Context, r Reader, q Query) ([]M, error) {
	q.PageSize, q.PageToken = maxPageSize, ""
	var all []M
	for {
		page, next, err := t.List(ctx, r, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if q.PageToken = next; next == "" {
			return all, nil
		}
	}
}

// everyTenant tells the one list that crosses tenants: that of municipalities.
func (t *Table[M]) everyTenant(parent string) bool {
	return parent == Platform && len(t.patterns[0].segments) == 2
}

func (t *Table[M]) page(q Query, rows []stored, size int) ([]M, string, error) {
	more := len(rows) > size
	rows = rows[:min(len(rows), size)]
	page := make([]M, len(rows))
	for i, row := range rows {
		m, err := t.decode(row)
		if err != nil {
			return nil, "", err
		}
		page[i] = m.(M)
	}
	if !more {
		return page, "", nil
	}
	last := size - 1
	end := cursor{Sum: q.sum(), Order: t.orderValues(page[last]), Parent: rows[last].parent, ID: rows[last].id}
	return page, end.String(), nil
}

func (t *Table[M]) orderValues(m M) []any {
	var values []any
	for _, name := range t.Order {
		for _, c := range t.Columns {
			if c.Name == name {
				values = append(values, c.Value(m))
			}
		}
	}
	return values
}

// listStmt writes the statement of a list. Its text depends only on which parts the query has, so the engines' statement
// caches keep it.
func (t *Table[M]) listStmt(engine sqldb.Engine, q Query, size int) (sqldb.Stmt, error) {
	b := &sqlBuilder{}
	b.text.WriteString(t.sql.list)
	switch prefix, wild := strings.CutSuffix(q.Parent, "/-"); {
	case t.everyTenant(q.Parent):
		b.where("parent = %s", q.Parent)
	case wild && Tenant(q.Parent) != Platform:
		b.where("tenant = %s", Tenant(q.Parent))
		b.where("parent >= %s", prefix+"/")
		b.where("parent < %s", prefix+"0")
	default:
		b.where("tenant = %s", Tenant(q.Parent))
		b.where("parent = %s", q.Parent)
	}
	for _, f := range q.Where {
		if len(f.In) > 0 {
			b.where(f.Column+" "+engine.AnyOf("%s"), engine.ListArg(f.In))
		}
	}
	order := append(slices.Clone(t.Order), "parent", "id")
	if q.PageToken != "" {
		c, err := parseCursor(q)
		if err != nil {
			return sqldb.Stmt{}, err
		}
		b.after(order, append(c.orderValues(), c.Parent, c.ID))
	}
	fmt.Fprintf(&b.text, " order by %s limit %s", strings.Join(order, ", "), b.arg(int64(size+1)))
	return sqldb.Stmt{SQL: b.text.String(), Args: b.args}, nil
}

// sqlBuilder numbers the placeholders of a statement.
type sqlBuilder struct {
	text strings.Builder
	args []any
}

func (b *sqlBuilder) arg(v any) string {
	b.args = append(b.args, v)
	return fmt.Sprintf("$%d", len(b.args))
}

func (b *sqlBuilder) where(condition string, v any) {
	if len(b.args) > 0 {
		b.text.WriteString(" and ")
	}
	fmt.Fprintf(&b.text, condition, b.arg(v))
}

// after adds the keyset condition.
func (b *sqlBuilder) after(columns []string, values []any) {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = b.arg(v)
	}
	fmt.Fprintf(&b.text, " and (%s) > (%s)", strings.Join(columns, ", "), strings.Join(places, ", "))
}

// All returns every resource below an ancestor (and the ancestor itself, where it is of this type) in the table's order,
// with what a Tx has staged. It is for bounded sets, such as everything in one plan.
func (t *Table[M]) All(ctx context.Context, r Reader, ancestor string) ([]M, error) {
	var rows []stored
	if err := r.run(ctx, Tenant(ancestor), t.selectUnder(ancestor, &rows)); err != nil {
		return nil, err
	}
	stages := r.changed()
	var all []M
	for _, row := range rows {
		if stages[t.rowName(row)] != nil {
			continue
		}
		m, err := t.decode(row)
		if err != nil {
			return nil, err
		}
		all = append(all, m.(M))
	}
	for name, w := range stages {
		if w.table == AnyTable(t) && w.message != nil && Within(name, ancestor) {
			all = append(all, proto.CloneOf(w.message.(M)))
		}
	}
	slices.SortFunc(all, func(a, b M) int { return t.compare(a, b) })
	return all, nil
}

// compare orders two messages as lists do.
func (t *Table[M]) compare(a, b proto.Message) int {
	av, bv := t.orderValues(a.(M)), t.orderValues(b.(M))
	for i := range av {
		if c := compareValues(av[i], bv[i]); c != 0 {
			return c
		}
	}
	aParent, _, aID := Split(t.nameOf(a))
	bParent, _, bID := Split(t.nameOf(b))
	return cmp.Or(cmp.Compare(aParent, bParent), cmp.Compare(aID, bID))
}

func compareValues(a, b any) int {
	switch x := a.(type) {
	case int64:
		return cmp.Compare(x, b.(int64))
	case float64:
		return cmp.Compare(x, b.(float64))
	case string:
		return cmp.Compare(x, b.(string))
	}
	return 0
}

// badToken is the fault of a page token that is not of this query.
func badToken() error {
	return fault.Fields(fault.Field{Path: "page_token", Reason: "PAGE_TOKEN",
		Swedish: "Sidan hör inte till den här listan. Börja om från första sidan.",
		English: "the page token is not of this request"})
}
