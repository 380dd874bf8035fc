package sqlstore

import (
	"fmt"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// where builds the condition of a list from the filters that are set.
type where struct {
	conditions []string
	args       []any
}

// add adds a condition in which each %s stands for the next of args.
func (w *where) add(condition string, args ...any) {
	places := make([]any, len(args))
	for i, arg := range args {
		w.args = append(w.args, arg)
		places[i] = fmt.Sprintf("$%d", len(w.args))
	}
	w.conditions = append(w.conditions, fmt.Sprintf(condition, places...))
}

// text adds a condition about a text, unless it is empty.
func (w *where) text(condition, value string) {
	if value != "" {
		w.add(condition, value)
	}
}

// time adds a condition about a time, unless it is zero.
func (w *where) time(condition string, value time.Time) {
	if !value.IsZero() {
		w.add(condition, sqldb.Micros(value))
	}
}

// stmt completes a statement; limit 0 is no limit.
func (w *where) stmt(selection, order string, limit int, each func(sqldb.Row) error) sqldb.Stmt {
	sql := selection + " where " + strings.Join(w.conditions, " and ")
	if order != "" {
		sql += " order by " + order
	}
	args := w.args
	if limit > 0 {
		args = append(args[:len(args):len(args)], int64(limit))
		sql += fmt.Sprintf(" limit $%d", len(args))
	}
	return sqldb.Stmt{SQL: sql, Args: args, Each: each}
}

// Place is where a page of reminders or deliveries ended: time and id of its last row. The zero value is before the first.
type Place struct {
	At time.Time
	ID string
}

// micros returns a time as it is stored; 0 when it is not set.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return sqldb.Micros(t)
}

// timeOf is the reverse of micros.
func timeOf(stored int64) time.Time {
	if stored == 0 {
		return time.Time{}
	}
	return sqldb.Time(stored)
}
