package sqlstore

import (
	"fmt"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func actions() *resource.Table[*riskv1.Action] {
	return resource.Define(resource.Spec[*riskv1.Action]{
		Table: "actions",
		Columns: []resource.Column[*riskv1.Action]{
			{Name: "title", Value: func(a *riskv1.Action) any { return a.GetTitle() }},
			{Name: "year", Value: func(a *riskv1.Action) any { return YearWord(a.GetOrigin().GetYear()) }},
			{Name: "state", Value: func(a *riskv1.Action) any { return ActionStateWord(a.GetState()) }},
			{Name: "status", Value: func(a *riskv1.Action) any { return a.GetStatus() }},
			{Name: "method_version", Value: func(a *riskv1.Action) any { return a.GetMethodVersion() }},
			{Name: "due_date", Value: func(a *riskv1.Action) any { return a.GetDueDate() }},
			{Name: "origin", Value: func(a *riskv1.Action) any { return a.GetOrigin().GetResource() }},
		},
	})
}

// ActionStateWord returns a state as it lies in the column of actions; empty when unspecified.
func ActionStateWord(s riskv1.ActionState) string {
	if s == riskv1.ActionState_ACTION_STATE_UNSPECIFIED {
		return ""
	}
	return word(s, "ACTION_STATE_")
}

// ActionRow is the part of an action that is counted.
type ActionRow struct{ Committee, Year, State, Status, MethodVersion, DueDate string }

// SelectActions returns the statement that reads the accepted and closed actions of a committee, or of every committee
// of a municipality, without their texts.
func SelectActions(parent string, each func(ActionRow)) sqldb.Stmt {
	return sqldb.Stmt{
		SQL: `select parent, year, state, status, method_version, due_date from actions
where tenant = $1 and (parent = $2 or (parent >= $3 and parent < $4)) and state in ('accepted', 'closed')`,
		Args: []any{resource.Tenant(parent), parent, parent + "/", parent + "0"},
		Each: func(r sqldb.Row) error {
			var a ActionRow
			if err := r.Scan(&a.Committee, &a.Year, &a.State, &a.Status, &a.MethodVersion, &a.DueDate); err != nil {
				return err
			}
			each(a)
			return nil
		},
	}
}

// SelectLastCalls returns the statement that reads, for each of the named resources of a municipality, when the method
// last changed it, in microseconds UTC; one that it never changed is left out.
func SelectLastCalls(engine sqldb.Engine, tenant, method string, names []string, each func(name string, at int64)) sqldb.Stmt {
	return sqldb.Stmt{
		SQL: fmt.Sprintf("select resource, max(at) from journal_entries where tenant = $1 and method = $2 and resource %s group by resource",
			engine.AnyOf("$3")),
		Args: []any{tenant, method, engine.ListArg(names)},
		Each: func(r sqldb.Row) error {
			var (
				name string
				at   int64
			)
			if err := r.Scan(&name, &at); err != nil {
				return err
			}
			each(name, at)
			return nil
		},
	}
}
