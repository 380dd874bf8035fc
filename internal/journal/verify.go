package journal

import (
	"bytes"
	"context"
	"fmt"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// Problem is one thing that does not agree.
type Problem struct {
	Service  string
	Scope    string
	Seq      int64
	Resource string
	What     string
}

// String names service, scope and entry.
func (p Problem) String() string {
	return fmt.Sprintf("%s: %s: entry %d: %s: %s", p.Service, p.Scope, p.Seq, p.Resource, p.What)
}

// LastState is what the journal says of a resource as it stands.
type LastState struct {
	Seq     int64
	Digest  []byte
	Deleted bool
}

// chainPage is how many entries are verified at a time.
const chainPage = 2000

const statesSQL = `select seq, state from journal_states where tenant = $1 and scope = $2 and seq > $3 and seq <= $4 order by seq`

// Chains lists the scopes of every chain of a database, by tenant.
func Chains(ctx context.Context, db sqldb.DB) (map[string][]string, error) {
	var heads []scopeHead
	if err := db.Read(ctx, "", readHeads(&heads)); err != nil {
		return nil, err
	}
	chains := map[string][]string{}
	for _, h := range heads {
		chains[h.tenant] = append(chains[h.tenant], h.scope)
	}
	return chains, nil
}

// VerifyChains recomputes a tenant's chains, reports what does not agree, and returns the last state of each resource.
// It reads in one snapshot, so it may run beside a service that writes.
func VerifyChains(ctx context.Context, db sqldb.Runner, tenant string, scopes []string, report func(Problem)) (map[string]LastState, error) {
	last := map[string]LastState{}
	for _, scope := range scopes {
		c := chainCheck{db: db, tenant: tenant, scope: scope, last: last, report: report}
		if err := c.run(ctx); err != nil {
			return nil, fmt.Errorf("verify the chain of %s: %w", scope, err)
		}
	}
	return last, nil
}

type chainCheck struct {
	db            sqldb.Runner
	tenant, scope string
	last          map[string]LastState
	report        func(Problem)
	head          Head
	reached       Head
}

func (c *chainCheck) run(ctx context.Context) error {
	if err := c.db.Run(ctx, ReadHead(c.scope, &c.head)); err != nil {
		return err
	}
	for {
		entries, err := c.page(ctx)
		if err != nil {
			return err
		}
		for i := range entries {
			c.link(&entries[i])
		}
		if len(entries) < chainPage {
			break
		}
	}
	if c.reached.Seq < c.head.Seq {
		c.problem(c.reached.Seq+1, "", "the chain ends before its head")
	} else if c.reached.Seq == c.head.Seq && !bytes.Equal(c.reached.Hash, c.head.Hash) {
		c.problem(c.head.Seq, "", "the head's hash is not that of its entry")
	}
	return nil
}

// page reads the next entries, up to the head, and checks their states.
func (c *chainCheck) page(ctx context.Context) ([]Entry, error) {
	var entries []Entry
	states := map[int64][]byte{}
	err := c.db.Run(ctx,
		readEntries(c.tenant, c.scope, c.reached.Seq, chainPage, func(e Entry) error {
			entries = append(entries, e)
			return nil
		}),
		sqldb.Stmt{SQL: statesSQL, Args: []any{c.tenant, c.scope, c.reached.Seq, c.reached.Seq + chainPage},
			Each: func(r sqldb.Row) error {
				var seq int64
				var state []byte
				err := r.Scan(&seq, &state)
				states[seq] = Digest(state)
				return err
			}})
	for _, e := range entries {
		if digest, kept := states[e.Seq]; kept && !bytes.Equal(digest, e.StateDigest) {
			c.problem(e.Seq, e.Resource, "the stored state differs from its digest")
		}
	}
	return entries, err
}

func (c *chainCheck) link(e *Entry) {
	switch {
	case e.Seq != c.reached.Seq+1:
		c.problem(c.reached.Seq+1, e.Resource, "an entry is missing")
	case !bytes.Equal(e.Prev, nonNil(c.reached.Hash)):
		c.problem(e.Seq, e.Resource, "the entry does not follow its predecessor")
	case !bytes.Equal(e.Hash, e.sum()):
		c.problem(e.Seq, e.Resource, "the entry's hash does not agree with its content")
	}
	c.reached = Head{Seq: e.Seq, Hash: e.Hash}
	c.last[e.Resource] = LastState{Seq: e.Seq, Digest: e.StateDigest,
		Deleted: e.Kind == journalv1.ChangeKind_CHANGE_KIND_DELETED}
}

func (c *chainCheck) problem(seq int64, resource, what string) {
	c.report(Problem{Scope: c.scope, Seq: seq, Resource: resource, What: what})
}
