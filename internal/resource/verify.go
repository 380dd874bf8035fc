package resource

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Verify recomputes every chain of the store and compares every row with its last state and every typed column with the
// row's body. It reads only, and reports each thing that is wrong; none means that nothing was changed behind the
// service's back.
func (s *Store) Verify(ctx context.Context, report func(journal.Problem)) error {
	chains, err := journal.Chains(ctx, s.db)
	if err != nil {
		return err
	}
	named := func(p journal.Problem) {
		p.Service = s.service
		report(p)
	}
	for _, tenant := range slices.Sorted(maps.Keys(chains)) {
		err := s.db.Snapshot(ctx, tenant, func(ctx context.Context, r sqldb.Runner) error {
			return s.verifyTenant(ctx, r, tenant, chains[tenant], named)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) verifyTenant(ctx context.Context, r sqldb.Runner, tenant string, scopes []string, report func(journal.Problem)) error {
	last, err := journal.VerifyChains(ctx, r, tenant, scopes, report)
	if err != nil {
		return err
	}
	for _, t := range s.tables {
		if err := s.verifyTable(ctx, r, t, tenant, last, report); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(last)) {
		if state := last[name]; !state.Deleted {
			report(journal.Problem{Scope: Scope(name), Seq: state.Seq, Resource: name, What: "the row is missing"})
		}
	}
	return nil
}

// verifyTable compares a tenant's rows with the last states, and takes those it saw out of last.
func (s *Store) verifyTable(ctx context.Context, r sqldb.Runner, t AnyTable, tenant string,
	last map[string]journal.LastState, report func(journal.Problem)) error {
	return r.Run(ctx, t.verifyRows(tenant, func(row stored, columns []any) error {
		name := t.rowName(row)
		problem := func(what string) {
			report(journal.Problem{Scope: Scope(name), Seq: row.version, Resource: name, What: what})
		}
		state, known := last[name]
		delete(last, name)
		switch {
		case !known || state.Deleted:
			problem("the journal does not know this row")
		case state.Seq != row.version:
			problem(fmt.Sprintf("the row is of entry %d, its last entry is %d", row.version, state.Seq))
		case !bytes.Equal(state.Digest, journal.Digest(row.body)):
			problem("the row differs from its last state")
		}
		s.verifyColumns(t, row, columns, problem)
		return nil
	}))
}

func (s *Store) verifyColumns(t AnyTable, row stored, columns []any, problem func(string)) {
	m, err := t.decode(row)
	if err != nil {
		problem("the row's body cannot be read")
		return
	}
	if got := t.nameOf(m); got != t.rowName(row) {
		problem("the row's key differs from the name in its body")
	}
	for i, want := range t.columnValues(m) {
		if !sameColumn(columns[i], want) {
			problem(fmt.Sprintf("column %s differs from the body", t.columnName(i)))
		}
	}
}

// sameColumn compares a scanned value with a derived one; engines scan text as string or bytes.
func sameColumn(got, want any) bool {
	switch g := got.(type) {
	case []byte:
		return string(g) == fmt.Sprint(want)
	case nil:
		return want == nil
	}
	return got == want
}
