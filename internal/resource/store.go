package resource

import (
	"context"
	"encoding/hex"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// Store keeps the resources of one service. It is safe for concurrent use.
type Store struct {
	service string
	db      sqldb.DB
	clock   clock.Clock
	tables  []AnyTable
}

// NewStore returns the store of a service over its database. The tables are all of its types, parents before children:
// the order in which they are exported and verified.
func NewStore(service string, db sqldb.DB, clk clock.Clock, tables ...AnyTable) *Store {
	return &Store{service: service, db: db, clock: clk, tables: tables}
}

// Service returns the name of the service, such as "riskregister".
func (s *Store) Service() string { return s.service }

// DB returns the database, for a service's own queries.
func (s *Store) DB() sqldb.DB { return s.db }

// Clock returns the store's clock.
func (s *Store) Clock() clock.Clock { return s.clock }

// Tables returns all tables, parents before children.
func (s *Store) Tables() []AnyTable { return s.tables }

// TableOf returns the table of a message type, or nil.
func (s *Store) TableOf(name protoreflect.FullName) AnyTable {
	for _, t := range s.tables {
		if t.Type() == name {
			return t
		}
	}
	return nil
}

// TableFor returns the table whose resources have names like this one, or nil.
func (s *Store) TableFor(name string) AnyTable {
	for _, t := range s.tables {
		if t.Matches(name) {
			return t
		}
	}
	return nil
}

// DecodeState turns a state of the journal back into the resource's message, without etag and times.
func (s *Store) DecodeState(name string, state []byte) (proto.Message, error) {
	t := s.TableFor(name)
	if t == nil {
		return nil, fmt.Errorf("%s has no resource %s", s.service, name)
	}
	m, err := t.decode(stored{body: state})
	if err != nil {
		return nil, err
	}
	clearStandard(m)
	return m, nil
}

// clearStandard takes away what the store itself fills.
func clearStandard(m proto.Message) {
	r := m.ProtoReflect()
	for _, name := range []protoreflect.Name{"etag", "create_time", "update_time"} {
		if f := r.Descriptor().Fields().ByName(name); f != nil {
			r.Clear(f)
		}
	}
}

// Reader is where resources are read: a *Store, a *View or a *Tx.
type Reader interface {
	run(ctx context.Context, tenant string, stmts ...sqldb.Stmt) error
	// overlay returns what a transaction has staged or knows of a name; known is false when the database must be asked.
	overlay(name string) (m proto.Message, known bool)
	// changed lists what a transaction has staged, by name.
	changed() map[string]*staged
	engine() sqldb.Engine
}

func (s *Store) run(ctx context.Context, tenant string, stmts ...sqldb.Stmt) error {
	return s.db.Read(ctx, tenant, stmts...)
}

func (s *Store) overlay(string) (proto.Message, bool) { return nil, false }
func (s *Store) changed() map[string]*staged          { return nil }
func (s *Store) engine() sqldb.Engine                 { return s.db.Engine() }

// View is one state of a store, for several reads that must agree.
type View struct {
	runner sqldb.Runner
	store  *Store
	tenant string
}

// View calls fn with one state of a municipality's resources.
func (s *Store) View(ctx context.Context, name string, fn func(ctx context.Context, v *View) error) error {
	tenant := Tenant(name)
	return s.db.Snapshot(ctx, tenant, func(ctx context.Context, r sqldb.Runner) error {
		return fn(ctx, &View{runner: r, store: s, tenant: tenant})
	})
}

func (v *View) run(ctx context.Context, tenant string, stmts ...sqldb.Stmt) error {
	if tenant != v.tenant {
		return fmt.Errorf("a view of %s cannot read %s", v.tenant, tenant)
	}
	return v.runner.Run(ctx, stmts...)
}

// Run runs a service's own statements in the view.
func (v *View) Run(ctx context.Context, stmts ...sqldb.Stmt) error {
	return v.runner.Run(ctx, stmts...)
}

// Positions tells how far chains had come, in the order of their scopes.
func (v *View) Positions(ctx context.Context, scopes ...string) ([]*journalv1.JournalPosition, error) {
	positions := make([]*journalv1.JournalPosition, len(scopes))
	for i, scope := range scopes {
		var head journal.Head
		if err := v.Run(ctx, journal.ReadHead(scope, &head)); err != nil {
			return nil, err
		}
		positions[i] = &journalv1.JournalPosition{Service: v.store.Service(), Scope: scope, Sequence: head.Seq, Hash: hex.EncodeToString(head.Hash)}
	}
	return positions, nil
}

func (v *View) overlay(string) (proto.Message, bool) { return nil, false }
func (v *View) changed() map[string]*staged          { return nil }
func (v *View) engine() sqldb.Engine                 { return v.store.db.Engine() }

// Get returns a resource; fault.NotFound when there is none.
func (t *Table[M]) Get(ctx context.Context, r Reader, name string) (M, error) {
	var none M
	if !t.Matches(name) {
		return none, badName("name", name, t.forms())
	}
	if m, known := r.overlay(name); known {
		if m == nil {
			return none, fault.Missing(name)
		}
		return proto.CloneOf(m.(M)), nil
	}
	var rows []stored
	if err := r.run(ctx, Tenant(name), t.selectRow(name, &rows)); err != nil {
		return none, err
	}
	if len(rows) == 0 {
		return none, fault.Missing(name)
	}
	m, err := t.decode(rows[0])
	if err != nil {
		return none, err
	}
	return m.(M), nil
}

// Exists reports whether there is a resource of this name; a malformed name does not exist.
func (t *Table[M]) Exists(ctx context.Context, r Reader, name string) (bool, error) {
	if !t.Matches(name) {
		return false, nil
	}
	_, err := t.Get(ctx, r, name)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
