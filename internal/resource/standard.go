package resource

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"go.einride.tech/aip/fieldmask"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
)

// Creation describes a standard Create (AIP-133).
type Creation[M proto.Message] struct {
	// Parent is where; ID is the last part of the name, empty to let the store choose.
	Parent, ID string
	// Message is the new resource; its name, etag and times are overwritten.
	Message M
	// RequestID makes a repeat harmless (AIP-155).
	RequestID string
	// Request is what must be equal in a repeat where Message, Parent and ID are not all of it; nil where they are.
	Request proto.Message
	// Touch is read ahead, for Check.
	Touch []Ref
	// Check applies the service's rules: it may read through tx, complete m and stage more in the same scope.
	Check func(ctx context.Context, tx *Tx, m M) error
}

// Create stores a new resource and returns it as stored.
func Create[M proto.Message](ctx context.Context, s *Store, t *Table[M], c Creation[M]) (M, error) {
	var none M
	if !t.matchesParent(c.Parent) {
		return none, badName("parent", c.Parent, t.forms())
	}
	if err := RefuseWildcard(c.Parent); err != nil {
		return none, err
	}
	id := c.ID
	if id == "" {
		id = NewID()
	}
	name := Join(c.Parent, t.collection(), id)
	m := proto.CloneOf(c.Message)
	t.setName(m, name)
	clearStandard(m)
	w := Write{Scopes: []string{Scope(name)}, Method: Method(ctx), Touch: append([]Ref{t.Ref(name)}, c.Touch...)}
	w.requestID = newRequestID(subject(ctx), w.Method, c.RequestID, name, c.fingerprint())
	stored, err := t.writeOne(ctx, s, w, name, func(ctx context.Context, tx *Tx) error {
		if taken, err := t.Exists(ctx, tx, name); err != nil || taken {
			return cmp.Or(err, error(fault.Taken(name)))
		}
		fresh := proto.CloneOf(m) // the function may run twice
		if c.Check != nil {
			if err := c.Check(ctx, tx, fresh); err != nil {
				return err
			}
		}
		return t.Insert(ctx, tx, fresh)
	})
	if err == nil && w.requestID != nil && w.requestID.found != nil {
		return t.Get(ctx, s, w.requestID.name)
	}
	return stored, err
}

// fingerprint is what must be equal in a repeat: the message as sent, and where.
func (c Creation[M]) fingerprint() proto.Message {
	if c.Request != nil {
		return c.Request
	}
	return &fieldmaskpb.FieldMask{Paths: []string{c.Parent, c.ID, string(deterministic(c.Message))}}
}

func deterministic(m proto.Message) []byte {
	body, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return nil
	}
	return body
}

// Change describes a standard Update (AIP-134).
type Change[M proto.Message] struct {
	// Message carries the name, the etag and the new values.
	Message M
	// Mask says which fields change; empty means every field that is set.
	Mask *fieldmaskpb.FieldMask
	// Keep lists fields that only other methods change; a mask that names one is a fault, and without a mask, or with one
	// that names everything ("*"), they stay.
	Keep []string
	// Reason is for the journal.
	Reason string
	// Touch is read ahead, for Check.
	Touch []Ref
	// Check applies the service's rules to the new state; before is the old one.
	Check func(ctx context.Context, tx *Tx, before, after M) error
}

// Update changes a resource and returns it as stored.
func Update[M proto.Message](ctx context.Context, s *Store, t *Table[M], c Change[M]) (M, error) {
	var none M
	name := t.nameOf(c.Message)
	if !t.Matches(name) {
		return none, badName("name", name, t.forms())
	}
	if err := t.checkMask(c.Mask, c.Message, c.Keep); err != nil {
		return none, err
	}
	w := Write{Scopes: []string{Scope(name)}, Method: Method(ctx), Reason: c.Reason, Touch: append([]Ref{t.Ref(name)}, c.Touch...)}
	return t.writeOne(ctx, s, w, name, func(ctx context.Context, tx *Tx) error {
		if err := t.checkEtag(ctx, tx, name, t.etagOf(c.Message)); err != nil {
			return err
		}
		before, err := t.Get(ctx, tx, name)
		if err != nil {
			return err
		}
		after := t.merge(before, c)
		if c.Check != nil {
			if err := c.Check(ctx, tx, before, after); err != nil {
				return err
			}
		}
		return t.Put(ctx, tx, after)
	})
}

func (t *Table[M]) merge(before M, c Change[M]) M {
	after := proto.CloneOf(before)
	from := proto.CloneOf(c.Message)
	if len(c.Mask.GetPaths()) == 0 || fieldmask.IsFullReplacement(c.Mask) {
		t.keep(from, before, c.Keep)
	}
	fieldmask.Update(c.Mask, after, from)
	t.keep(after, before, []string{"name", "etag", "create_time", "update_time"})
	return after
}

// keep puts back the fields of before.
func (t *Table[M]) keep(m, before M, names []string) {
	fields := t.message.Descriptor().Fields()
	for _, name := range names {
		f := fields.ByTextName(name)
		if f == nil {
			continue
		}
		if before.ProtoReflect().Has(f) {
			m.ProtoReflect().Set(f, before.ProtoReflect().Get(f))
		} else {
			m.ProtoReflect().Clear(f)
		}
	}
}

func (t *Table[M]) checkMask(mask *fieldmaskpb.FieldMask, m M, kept []string) error {
	if err := fieldmask.Validate(mask, m); err != nil {
		return fault.Fields(fault.Field{Path: "update_mask", Reason: "FIELD_MASK",
			Swedish: "Fältlistan nämner ett fält som inte finns.", English: err.Error()})
	}
	for _, path := range mask.GetPaths() {
		for _, name := range kept {
			if path == name || strings.HasPrefix(path, name+".") {
				return fault.Fields(fault.Field{Path: "update_mask", Reason: "READ_ONLY_FIELD",
					Swedish: "Fältet " + name + " ändras inte så här.", English: name + " is changed by its own method"})
			}
		}
	}
	return nil
}

// Removal describes a standard Delete (AIP-135).
type Removal[M proto.Message] struct {
	Name, Etag, Reason string
	// Touch is read ahead, for Check.
	Touch []Ref
	// Check applies the service's rules to the resource that is to go.
	Check func(ctx context.Context, tx *Tx, before M) error
}

// Delete takes a resource away. Its states stay in the journal.
func Delete[M proto.Message](ctx context.Context, s *Store, t *Table[M], r Removal[M]) error {
	if !t.Matches(r.Name) {
		return badName("name", r.Name, t.forms())
	}
	w := Write{Scopes: []string{Scope(r.Name)}, Method: Method(ctx), Reason: r.Reason, Touch: append([]Ref{t.Ref(r.Name)}, r.Touch...)}
	return s.Write(ctx, w, func(ctx context.Context, tx *Tx) error {
		before, err := t.Get(ctx, tx, r.Name)
		if err != nil {
			return err
		}
		if r.Check != nil {
			if err := r.Check(ctx, tx, before); err != nil {
				return err
			}
		}
		return t.Delete(ctx, tx, r.Name, r.Etag)
	})
}

// Modify runs a write that a method of its own makes: it reads the resource, lets fn change it (and stage more in the
// same scope, or in those it names) and returns it as stored. An empty etag skips the check.
func Modify[M proto.Message](ctx context.Context, s *Store, t *Table[M], c Modification[M]) (M, error) {
	var none M
	if !t.Matches(c.Name) {
		return none, badName("name", c.Name, t.forms())
	}
	w := Write{Scopes: append([]string{Scope(c.Name)}, c.Scopes...), Method: Method(ctx), Reason: c.Reason,
		Touch: append([]Ref{t.Ref(c.Name)}, c.Touch...)}
	return t.writeOne(ctx, s, w, c.Name, func(ctx context.Context, tx *Tx) error {
		if err := t.checkEtag(ctx, tx, c.Name, c.Etag); err != nil {
			return err
		}
		m, err := t.Get(ctx, tx, c.Name)
		if err != nil {
			return err
		}
		if err := c.Apply(ctx, tx, m); err != nil {
			return err
		}
		return t.Put(ctx, tx, m)
	})
}

// Modification describes a write by a custom method (AIP-136).
type Modification[M proto.Message] struct {
	Name, Etag, Reason string
	// Scopes are more chains to lock, of the same municipality, for what Apply stages there.
	Scopes []string
	// Touch is read ahead, for Apply.
	Touch []Ref
	// Apply changes m in place, or returns the fault that forbids it.
	Apply func(ctx context.Context, tx *Tx, m M) error
}

// writeOne runs a write and returns one resource as it then stands.
func (t *Table[M]) writeOne(ctx context.Context, s *Store, w Write, name string,
	fn func(ctx context.Context, tx *Tx) error) (M, error) {
	var none M
	var last *Tx
	err := s.Write(ctx, w, func(ctx context.Context, tx *Tx) error {
		last = tx
		return fn(ctx, tx)
	})
	if err != nil || last == nil {
		return none, err
	}
	m, ok := last.result(name).(M)
	if !ok {
		return none, fault.Missing(name)
	}
	return m, nil
}

// Method returns the full name of the RPC being served, for the journal; empty outside one.
func Method(ctx context.Context) string {
	name, _ := grpc.Method(ctx)
	return name
}

func subject(ctx context.Context) string {
	if caller, ok := authn.From(ctx); ok {
		return caller.Subject
	}
	return ""
}

// NewID returns a new id for the last part of a name: 16 characters that nobody can guess or confuse.
func NewID() string {
	raw := make([]byte, 10)
	_, _ = rand.Read(raw) // crypto/rand never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(raw))
}
