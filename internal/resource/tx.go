package resource

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// Write describes a write.
type Write struct {
	// Scopes are the chains to lock: the scope of every resource that may be staged.
	Scopes []string
	// Method is the full name of the RPC, for the journal.
	Method string
	// Reason is why, in the user's words, for the journal.
	Reason string
	// Touch lists resources to read in the first trip; their Get costs nothing. See Table.Ref.
	Touch []Ref

	requestID *requestID
}

// Ref names a resource to be read ahead.
type Ref struct {
	table AnyTable
	name  string
}

// Ref returns a reference for Write.Touch.
func (t *Table[M]) Ref(name string) Ref { return Ref{table: t, name: name} }

// Tx is a write in progress.
type Tx struct {
	store   *Store
	runner  sqldb.Runner
	write   Write
	tenant  string
	now     int64
	heads   map[string]*journal.Head
	touched [][]stored           // answers for write.Touch, in its order
	known   map[string]*knownRow // by name, what was read and what it has become
	order   []string             // names in the order they were first staged
	stages  map[string]*staged
	learnt  []string // ancestors below which everything is known
}

// knownRow is a resource as the transaction knows it.
type knownRow struct {
	before  *stored       // as it lies in the table; nil where there is none
	message proto.Message // as it is now, staged changes included; nil where there is none
}

// Write locks the chains, calls fn and stores what it staged, with a journal entry for each resource. A fault of fn
// rolls back. See the package comment.
func (s *Store) Write(ctx context.Context, w Write, fn func(ctx context.Context, tx *Tx) error) error {
	if len(w.Scopes) == 0 {
		return fmt.Errorf("a write without a scope: %s", w.Method)
	}
	w.Scopes = sortedSet(w.Scopes)
	tx := &Tx{store: s, write: w, tenant: Tenant(w.Scopes[len(w.Scopes)-1])}
	return s.db.Write(ctx, tx.tenant, tx.begin(), func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		tx.runner, tx.now = r, s.clock.Now().UnixMicro()
		if err := tx.learnTouched(); err != nil {
			return nil, err
		}
		done, err := tx.replayed()
		if done || err != nil {
			return nil, err
		}
		if err := fn(ctx, tx); err != nil {
			return nil, err
		}
		return tx.finish(ctx)
	})
}

// begin returns the statements of the first trip. The first of them also forgets what an earlier attempt has left.
func (tx *Tx) begin() []sqldb.Stmt {
	tx.reset()
	var stmts []sqldb.Stmt
	for _, scope := range tx.write.Scopes {
		head := journal.LockHead(Tenant(scope), scope, &journal.Head{})
		head.Each = func(r sqldb.Row) error {
			if scope == tx.write.Scopes[0] {
				tx.reset()
			}
			return r.Scan(&tx.heads[scope].Seq, &tx.heads[scope].Hash)
		}
		stmts = append(stmts, head)
	}
	for i, ref := range tx.write.Touch {
		var rows []stored
		stmt := ref.table.selectRow(ref.name, &rows)
		stmt.Each = func(r sqldb.Row) error { return scanRow(&tx.touched[i])(r) }
		stmts = append(stmts, stmt)
	}
	if tx.write.requestID != nil {
		stmts = append(stmts, tx.write.requestID.lookup(tx.tenant, tx.store.clock.Now().UnixMicro()))
	}
	return stmts
}

func (tx *Tx) reset() {
	tx.heads, tx.known, tx.stages, tx.order = map[string]*journal.Head{}, map[string]*knownRow{}, map[string]*staged{}, nil
	for _, scope := range tx.write.Scopes {
		tx.heads[scope] = &journal.Head{}
	}
	tx.learnt = nil
	tx.touched = make([][]stored, len(tx.write.Touch))
	if tx.write.requestID != nil {
		tx.write.requestID.found = nil
	}
}

func (tx *Tx) learnTouched() error {
	for i, ref := range tx.write.Touch {
		if err := tx.learn(ref.table, ref.name, tx.touched[i]); err != nil {
			return err
		}
	}
	return nil
}

// learn remembers what was read of a name.
func (tx *Tx) learn(t AnyTable, name string, rows []stored) error {
	if tx.known[name] != nil {
		return nil
	}
	k := &knownRow{}
	if len(rows) > 0 {
		m, err := t.decode(rows[0])
		if err != nil {
			return err
		}
		k.before, k.message = &rows[0], m
	}
	tx.known[name] = k
	return nil
}

func (tx *Tx) replayed() (bool, error) {
	if tx.write.requestID == nil {
		return false, nil
	}
	return tx.write.requestID.replayed()
}

// Now returns the time of the write.
func (tx *Tx) Now() time.Time { return time.UnixMicro(tx.now).UTC() }

func (tx *Tx) run(ctx context.Context, tenant string, stmts ...sqldb.Stmt) error {
	if tenant != tx.tenant {
		return fmt.Errorf("a write in %s cannot read %s", tx.tenant, tenant)
	}
	return tx.runner.Run(ctx, stmts...)
}

// Run runs a service's own statements in the transaction.
func (tx *Tx) Run(ctx context.Context, stmts ...sqldb.Stmt) error {
	return tx.runner.Run(ctx, stmts...)
}

func (tx *Tx) overlay(name string) (proto.Message, bool) {
	k, known := tx.known[name]
	if !known {
		return nil, tx.knowsAll(name)
	}
	return k.message, true
}

func (tx *Tx) changed() map[string]*staged { return tx.stages }
func (tx *Tx) engine() sqldb.Engine        { return tx.store.db.Engine() }

// row returns what the transaction knows of a name, reading it when it must.
func (tx *Tx) row(ctx context.Context, t AnyTable, name string) (*knownRow, error) {
	if tx.known[name] == nil {
		if tx.knowsAll(name) {
			tx.known[name] = &knownRow{}
			return tx.known[name], nil
		}
		var rows []stored
		if err := tx.run(ctx, Tenant(name), t.selectRow(name, &rows)); err != nil {
			return nil, err
		}
		if err := tx.learn(t, name, rows); err != nil {
			return nil, err
		}
	}
	return tx.known[name], nil
}

// knowsAll reports whether everything near a name was read already, so that what is not known does not exist.
func (tx *Tx) knowsAll(name string) bool {
	for _, ancestor := range tx.learnt {
		if Within(name, ancestor) {
			return true
		}
	}
	return false
}

// stage notes that a resource becomes m, or goes away with nil. The scope of its name must be locked.
func (tx *Tx) stage(ctx context.Context, t AnyTable, name string, m proto.Message) error {
	if tx.heads[Scope(name)] == nil {
		return fmt.Errorf("stage %s: its chain is not locked", name)
	}
	k, err := tx.row(ctx, t, name)
	if err != nil {
		return err
	}
	if tx.stages[name] == nil {
		tx.order = append(tx.order, name)
	}
	k.message = m
	tx.stages[name] = &staged{table: t, name: name, message: m, before: k.before}
	return nil
}

// Insert stages a new resource; fault.Exists when there is one of this name.
func (t *Table[M]) Insert(ctx context.Context, tx *Tx, m M) error {
	name := t.nameOf(m)
	if !t.Matches(name) {
		return badName("name", name, t.forms())
	}
	k, err := tx.row(ctx, t, name)
	if err != nil {
		return err
	}
	if k.message != nil {
		return fault.Taken(name)
	}
	return tx.stage(ctx, t, name, m)
}

// Update stages the new state of a resource; fault.NotFound when there is none, and fault.Conflict when m carries an
// etag that is not the stored one.
func (t *Table[M]) Update(ctx context.Context, tx *Tx, m M) error {
	name := t.nameOf(m)
	if err := t.checkEtag(ctx, tx, name, t.etagOf(m)); err != nil {
		return err
	}
	return tx.stage(ctx, t, name, m)
}

// Put stages a resource whether it exists or not.
func (t *Table[M]) Put(ctx context.Context, tx *Tx, m M) error {
	return tx.stage(ctx, t, t.nameOf(m), m)
}

// Delete stages that a resource goes away; an empty etag skips the check.
func (t *Table[M]) Delete(ctx context.Context, tx *Tx, name, etag string) error {
	if err := t.checkEtag(ctx, tx, name, etag); err != nil {
		return err
	}
	return tx.stage(ctx, t, name, nil)
}

func (t *Table[M]) checkEtag(ctx context.Context, tx *Tx, name, etag string) error {
	if !t.Matches(name) {
		return badName("name", name, t.forms())
	}
	k, err := tx.row(ctx, t, name)
	switch {
	case err != nil:
		return err
	case k.message == nil:
		return fault.Missing(name)
	case etag != "" && k.before != nil && etag != Etag(k.before.version):
		return fault.Stale(name)
	}
	return nil
}

// finish returns the statements of the last trip; none when nothing changed.
func (tx *Tx) finish(ctx context.Context) ([]sqldb.Stmt, error) {
	var stmts []sqldb.Stmt
	moved := map[string]bool{}
	for _, name := range tx.order {
		rowStmts, err := tx.storeOne(ctx, tx.stages[name])
		if err != nil {
			return nil, err
		}
		if rowStmts != nil {
			stmts, moved[Scope(name)] = append(stmts, rowStmts...), true
		}
	}
	if len(stmts) == 0 {
		return nil, nil
	}
	for _, scope := range tx.write.Scopes {
		if moved[scope] {
			stmts = append(stmts, journal.MoveHead(scope, *tx.heads[scope]))
		}
	}
	if tx.write.requestID != nil {
		stmts = append(stmts, tx.write.requestID.remember(tx.tenant, tx.now)...)
	}
	return stmts, nil
}

// storeOne returns the statements that store one staged change with its entry; nil when it changes nothing.
func (tx *Tx) storeOne(ctx context.Context, w *staged) ([]sqldb.Stmt, error) {
	kind := journalv1.ChangeKind_CHANGE_KIND_DELETED
	if w.message != nil {
		body, err := w.table.encode(w.message)
		if err != nil {
			return nil, err
		}
		if w.before != nil && bytes.Equal(body, w.before.body) {
			return nil, nil
		}
		w.body, kind = body, journalv1.ChangeKind_CHANGE_KIND_UPDATED
	}
	switch {
	case w.message == nil && w.before == nil:
		return nil, nil
	case w.before == nil:
		kind = journalv1.ChangeKind_CHANGE_KIND_CREATED
	}
	entry := tx.link(ctx, w, kind)
	w.version, w.now = entry.Seq, tx.now
	return append([]sqldb.Stmt{w.stmt()}, journal.Store(tx.tenant, entry, w.body)...), nil
}

func (tx *Tx) link(ctx context.Context, w *staged, kind journalv1.ChangeKind) *journal.Entry {
	scope := Scope(w.name)
	caller, ok := authn.From(ctx)
	if !ok {
		caller = &authn.Identity{}
	}
	entry := &journal.Entry{Scope: scope, At: tx.now, Actor: caller.Subject, OnBehalfOf: caller.OnBehalfOf,
		Method: tx.write.Method, Resource: w.name, Kind: kind, Reason: tx.write.Reason, StateDigest: journal.Digest(w.body)}
	*tx.heads[scope] = tx.heads[scope].Append(entry)
	return entry
}

func (w *staged) stmt() sqldb.Stmt {
	switch {
	case w.message == nil:
		return w.table.deleteRow(*w)
	case w.before == nil:
		return w.table.insertRow(*w)
	default:
		return w.table.updateRow(*w)
	}
}

// Stored returns a staged message as a reader will see it: with its etag and times. Only for use after Write.
func (tx *Tx) result(name string) proto.Message {
	k := tx.known[name]
	if k == nil || k.message == nil {
		return nil
	}
	w := tx.stages[name]
	if w == nil || w.version == 0 { // unchanged
		return k.message
	}
	row := stored{version: w.version, created: w.now, updated: w.now, body: w.body}
	if w.before != nil {
		row.created = w.before.created
	}
	m, err := w.table.decode(row)
	if err != nil {
		return k.message // it was encoded a moment ago
	}
	return m
}

func sortedSet(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}
