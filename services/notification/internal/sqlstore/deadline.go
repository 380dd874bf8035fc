package sqlstore

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Deadline is a last day as it lies in the database.
type Deadline struct {
	// Committee: "municipalities/{m}/committees/{c}".
	Committee string
	// About is the deadline; it is done also when only control measurement says so.
	About *riskv1.Deadline
	// Known is when its last day was first known.
	Known time.Time
}

const (
	deadlineColumns = "select committee, known, body from deadlines"
	putDeadlineSQL  = `insert into deadlines (tenant, committee, key, due, begin_date, kind, role, done, known, body)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (tenant, committee, key) do update set due = excluded.due, begin_date = excluded.begin_date, kind = excluded.kind,
role = excluded.role, done = excluded.done, known = excluded.known, body = excluded.body`
	deleteDeadlineSQL = "delete from deadlines where tenant = $1 and committee = $2 and key = $3"
)

// SelectDeadlines returns the statement that reads the deadlines of a committee or of a municipality, with what is done or
// without, in order of last day and key.
func SelectDeadlines(scope string, done bool, each func(Deadline) error) sqldb.Stmt {
	w := within(scope, "committee")
	if !done {
		w.conditions = append(w.conditions, "done = 0")
	}
	return w.stmt(deadlineColumns, "due, committee, key", 0, func(r sqldb.Row) error {
		d, err := scanDeadline(r)
		if err != nil {
			return err
		}
		return each(d)
	})
}

// within returns the condition that a row belongs to a committee, or to any of a municipality.
func within(scope, column string) *where {
	w := &where{}
	w.add("tenant = %s", resource.Tenant(scope))
	if resource.Parent(scope) != resource.Platform {
		w.add(column+" = %s", scope)
	}
	return w
}

func scanDeadline(r sqldb.Row) (Deadline, error) {
	var (
		known int64
		body  []byte
		d     = Deadline{About: &riskv1.Deadline{}}
	)
	if err := r.Scan(&d.Committee, &known, &body); err != nil {
		return d, err
	}
	d.Known = sqldb.Time(known)
	return d, decode(body, d.About)
}

// decode reads a message from a body.
func decode(body []byte, m proto.Message) error {
	if err := proto.Unmarshal(body, m); err != nil {
		return fmt.Errorf("decode a %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return nil
}

// encode writes a message into a body, the same one in the same way.
func encode(m proto.Message) ([]byte, error) {
	body, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode a %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return body, nil
}

// PutDeadline returns the statement that stores a deadline, whether it is known or not.
func PutDeadline(d Deadline) (sqldb.Stmt, error) {
	body, err := encode(d.About)
	a := d.About
	return sqldb.Stmt{SQL: putDeadlineSQL, Brief: true, Args: []any{resource.Tenant(d.Committee), d.Committee, a.GetKey(), a.GetDueDate(),
		a.GetBeginDate(), word(a.GetKind(), kindPrefix), word(a.GetRole(), rolePrefix), yes(a.GetDone()), sqldb.Micros(d.Known), body}}, err
}

// DeleteDeadline returns the statement that takes a deadline away that exists no more.
func DeleteDeadline(committee, key string) sqldb.Stmt {
	return sqldb.Stmt{SQL: deleteDeadlineSQL, Brief: true, Args: []any{resource.Tenant(committee), committee, key}}
}
