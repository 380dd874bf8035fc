package resource

import (
	"bytes"
	"context"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Learn reads everything below an ancestor into the write, so that staging many resources costs no trip each.
func (tx *Tx) Learn(ctx context.Context, ancestor string) error {
	if ancestor == Platform {
		return nil // everything lies below it
	}
	rows := make([][]stored, len(tx.store.tables))
	var stmts []sqldb.Stmt
	for i, t := range tx.store.tables {
		stmts = append(stmts, t.selectUnder(ancestor, &rows[i]))
	}
	if err := tx.runner.Run(ctx, stmts...); err != nil {
		return err
	}
	for i, t := range tx.store.tables {
		for _, row := range rows[i] {
			if err := tx.learn(t, t.rowName(row), []stored{row}); err != nil {
				return err
			}
		}
	}
	tx.learnt = append(tx.learnt, ancestor)
	return nil
}

// Stage stages a resource of whatever type, whether it exists or not.
func (tx *Tx) Stage(ctx context.Context, t AnyTable, m proto.Message) error {
	clearStandard(m)
	return tx.stage(ctx, t, t.nameOf(m), m)
}

// Changed reports whether a staged resource existed before the write, and whether the write changes it.
func (tx *Tx) Changed(name string) (existed, changed bool, err error) {
	w := tx.stages[name]
	if w == nil {
		return false, false, nil
	}
	if w.message == nil || w.before == nil {
		return w.before != nil, true, nil
	}
	body, err := w.table.encode(w.message)
	return true, !bytes.Equal(body, w.before.body), err
}

// Before returns a staged resource as it was before the write; nil when it did not exist.
func (tx *Tx) Before(name string) (proto.Message, error) {
	w := tx.stages[name]
	if w == nil || w.before == nil {
		return nil, nil
	}
	return w.table.decode(*w.before)
}

// Each calls fn for every resource below an ancestor that import and export move, read in one state, parents before
// children, each type in order of name, without etag, times and computed fields.
func (s *Store) Each(ctx context.Context, ancestor string, fn func(proto.Message) error) error {
	return s.db.Snapshot(ctx, Tenant(ancestor), func(ctx context.Context, r sqldb.Runner) error {
		for _, t := range s.tables {
			if t.IsLocal() {
				continue
			}
			var rows []stored
			if err := r.Run(ctx, t.selectUnder(ancestor, &rows)); err != nil {
				return err
			}
			for _, row := range rows {
				m, err := t.decode(row)
				if err != nil {
					return err
				}
				Strip(m)
				if err := fn(m); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Strip takes away, at any depth, what is not content: etag, create_time, update_time and every field whose name begins
// with "computed_".
func Strip(m proto.Message) { strip(m.ProtoReflect()) }

func strip(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch name := string(f.Name()); {
		case name == "etag" || name == "create_time" || name == "update_time" || strings.HasPrefix(name, "computed_"):
			m.Clear(f)
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				strip(v.List().Get(i).Message())
			}
		default:
			strip(v.Message())
		}
		return true
	})
}

// Name returns the resource name in a message of this type.
func (t *Table[M]) Name(m proto.Message) string { return t.nameOf(m) }

// Forms returns the forms of the type's names, for messages.
func (t *Table[M]) Forms() string { return t.forms() }
