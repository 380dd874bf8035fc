package rpc

import (
	"context"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/transfer"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// work are the types that callers may bring in who bring in only what they might also write one by one.
func work() []proto.Message {
	return []proto.Message{&riskv1.Risk{}, &riskv1.RiskEntry{}, &riskv1.ControlArea{}, &riskv1.ControlPoint{}}
}

// work refuses, of a caller who may not bring in everything, what the standard methods would not let it write. What is
// stored already stays as it is and is no fault. What the resources may hold was checked with all others.
func (in *importing) work(ctx context.Context, item transfer.Item) error {
	if in.Full {
		return nil
	}
	existed, changed, err := in.Tx.Changed(item.Name)
	if err != nil || existed && !changed {
		return err
	}
	switch item.Message.(type) {
	case *riskv1.Risk:
		return in.riskWork(ctx, item)
	case *riskv1.RiskEntry:
		return contentWork(ctx, in, item, in.entries(), func(before, after *riskv1.RiskEntry) error {
			moved, err := in.checkNotMoved(ctx, in.Tx, before, after)
			return in.report(item, moved, err)
		})
	case *riskv1.ControlArea:
		return contentWork(ctx, in, item, in.areas(), func(_, _ *riskv1.ControlArea) error { return nil })
	case *riskv1.ControlPoint:
		return contentWork(ctx, in, item, in.points(), func(before, after *riskv1.ControlPoint) error {
			if before == after {
				return nil // new: that it says where it was moved to was reported
			}
			return in.state(item, "", pointOf(before).Writable())
		})
	}
	return nil
}

// riskWork is work for a risk, which belongs to no plan.
func (in *importing) riskWork(ctx context.Context, item transfer.Item) error {
	after, err := in.tables.Risks.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	before, err := in.Tx.Before(item.Name)
	if err != nil {
		return err
	}
	stored, existed := before.(*riskv1.Risk)
	if !existed {
		in.kept(item, &riskv1.Risk{}, after, "moved_to")
		return in.Faults(item, planWriter(ctx, item.Name).MayWriteAll())
	}
	in.kept(item, stored, after, "moved_to")
	if err := in.state(item, "", risk.KeepMoved("risken", stored.GetMovedTo())); err != nil {
		return err
	}
	return in.Faults(item, in.mayWriteRisk(ctx, in.Tx, item.Name))
}

// contentWork is work for what a plan holds; more are the type's own rules on what changes. Of a new one before and after
// are the same message.
func contentWork[M held](ctx context.Context, in *importing, item transfer.Item, c contents[M], more func(before, after M) error) error {
	after, err := c.table.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	was, err := in.Tx.Before(item.Name)
	if err != nil {
		return err
	}
	before, existed := was.(M)
	if existed {
		in.kept(item, before, after, c.keep...)
	} else {
		in.kept(item, after.ProtoReflect().New().Interface(), after, c.keep...)
		before = after
	}
	switch _, err := c.writable(ctx, in.Tx, before); {
	case missing(err): // a plan that does not exist was reported
		return nil
	case fault.Is(err, fault.Precondition) && in.closed[planNamed(item.Name)]: // said once of each plan
		return nil
	case err != nil:
		in.closed[planNamed(item.Name)] = fault.Is(err, fault.Precondition)
		return in.state(item, "", err)
	}
	return more(before, after)
}

// kept reports fields that only other methods write. Values that are computed have been computed again.
func (in *importing) kept(item transfer.Item, before, after proto.Message, names ...string) {
	for _, name := range names {
		f := after.ProtoReflect().Descriptor().Fields().ByName(protoreflect.Name(name))
		if strings.HasPrefix(name, "computed_") || before.ProtoReflect().Get(f).Equal(after.ProtoReflect().Get(f)) {
			continue
		}
		in.Fault(item, field(name, "FIELD_FIXED", "Uppgiften kan inte ändras genom att en fil läses in. Ta bort den ur filen.",
			"only other methods write "+name))
	}
}
