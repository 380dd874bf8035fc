package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// lease is how long a municipality is held. It is prolonged with every committee that is stored, so it outlasts the asking for
// one: a page may take rpcclient.DefaultDeadline.
const lease = 5 * time.Minute

// errHeld says that another replica compares the municipality just now.
var errHeld = errors.New("another replica compares the municipality")

// settle compares what may have changed in a municipality while holding its lease.
func (r *Reconciler) settle(ctx context.Context, name string, d dirt) (err error) {
	r.working.Lock()
	defer r.working.Unlock()
	defer func() { r.note(ctx, name, err) }()
	began := r.deps.Store.Clock().Now()
	held := r.leaseOf(name)
	var taken int64
	err = r.deps.Store.DB().Write(ctx, "", nil, func(ctx context.Context, w sqldb.Runner) ([]sqldb.Stmt, error) {
		taken = 0
		return []sqldb.Stmt{}, w.Run(ctx, sqlstore.ClaimPass(held, began, &taken))
	})
	if err != nil {
		return err
	}
	if taken == 0 {
		return errHeld
	}
	if err := r.compareAll(ctx, name, d); err != nil {
		return errors.Join(fmt.Errorf("compare %s: %w", name, err), r.release(ctx, sqlstore.ReleasePass(held)))
	}
	if d.everything {
		r.passed(began)
		return errors.Join(r.purge(ctx, name, began), r.release(ctx, sqlstore.FinishPass(held, began)))
	}
	return r.release(ctx, sqlstore.ReleasePass(held))
}

// purge deletes the mails of a municipality that were kept for long enough. Their lines in the ledger stay.
func (r *Reconciler) purge(ctx context.Context, name string, now time.Time) error {
	var (
		old  bool
		gone int64
	)
	db, tenant, before := r.deps.Store.DB(), resource.Tenant(name), now.Add(-r.config.Keep)
	if err := db.Read(ctx, tenant, sqlstore.SelectOldRaw(tenant, before, &old)); err != nil || !old {
		return err
	}
	return db.Write(ctx, tenant, nil, sqldb.Stmts(sqlstore.PurgeRaw(tenant, before, &gone)))
}

// release gives a lease back, also when the process is about to end, so that nobody has to wait for it.
func (r *Reconciler) release(ctx context.Context, stmt sqldb.Stmt) error {
	return r.deps.Store.DB().Write(context.WithoutCancel(ctx), "", nil, sqldb.Stmts(stmt))
}

// leaseOf returns the lease of a municipality from now.
func (r *Reconciler) leaseOf(municipality string) sqlstore.PassLease {
	return sqlstore.PassLease{Tenant: resource.Tenant(municipality), Owner: r.owner, Until: r.deps.Store.Clock().Now().Add(lease)}
}

// compareAll asks what is to be asked, and compares each committee that it may concern. When the owners cannot be asked, what
// is stored is still made to follow rules and choices.
func (r *Reconciler) compareAll(ctx context.Context, name string, d dirt) error {
	m, err := facts.Read(ctx, r.deps.Store, r.deps.Tables, name)
	if err != nil {
		return err
	}
	var faults []error
	if d.everything || d.directory || !m.Known() || !knows(m, d.committees) {
		now, err := r.learn(ctx, m)
		if err != nil {
			faults = append(faults, err)
		} else if now != m {
			d = d.and(dirt{rules: true, committees: newCommittees(m, now)})
			m = now
		}
	}
	return r.committees(ctx, m, d, faults)
}

// knows reports whether the directory has named all of the committees.
func knows(m *facts.Municipality, committees map[string]bool) bool {
	for name := range committees {
		if m.Committee(name) == nil {
			return false
		}
	}
	return true
}

// newCommittees returns the committees that the directory names now and did not before.
func newCommittees(before, now *facts.Municipality) map[string]bool {
	names := map[string]bool{}
	for _, c := range now.Directory.Committees {
		if before.Committee(c.GetName()) == nil {
			names[c.GetName()] = true
		}
	}
	return names
}

// learn stores whom the directory names now, and returns the facts with it: the same ones when it is no news.
func (r *Reconciler) learn(ctx context.Context, m *facts.Municipality) (*facts.Municipality, error) {
	d, err := r.source.directoryOf(ctx, m.Name)
	if err != nil || m.Known() && d.Same(m.Directory) {
		return m, err
	}
	put, err := sqlstore.PutDirectory(d)
	if err != nil {
		return m, err
	}
	if err := r.deps.Store.DB().Write(ctx, resource.Tenant(m.Name), nil, sqldb.Stmts(put)); err != nil {
		return m, err
	}
	return facts.Read(ctx, r.deps.Store, r.deps.Tables, m.Name)
}

// committees compares the committees that the dirt may concern, one after another, so that no more than one's deadlines are in
// memory. Those whose owners have failed with others already are not asked again.
func (r *Reconciler) committees(ctx context.Context, m *facts.Municipality, d dirt, faults []error) error {
	for _, c := range m.Directory.Committees {
		l := look{Reconciler: r, municipality: m, committee: c.GetName()}
		if d.everything || d.committees[l.committee] {
			if err := l.ask(ctx, faults); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", l.committee, err))
			}
		}
		if !l.asked && !d.rules {
			continue
		}
		if err := l.store(ctx); err != nil {
			return errors.Join(append(faults, fmt.Errorf("%s: %w", l.committee, err))...)
		}
	}
	return errors.Join(faults...)
}

// ask asks the owners of the committee's deadlines, unless they could not be reached just before.
func (l *look) ask(ctx context.Context, before []error) error {
	if slices.ContainsFunc(before, unreachable) {
		return nil
	}
	told, err := l.source.deadlinesOf(ctx, l.committee)
	l.told, l.asked = told, err == nil
	return err
}

// unreachable reports whether an error says that nobody answered.
func unreachable(err error) bool {
	return rpcerr.FromStatus(err).Kind == fault.Unavailable
}
