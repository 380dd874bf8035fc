package rpc

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// held is a resource that a plan holds.
type held interface {
	proto.Message
	GetName() string
	GetPosition() int32
}

// contents is how one type that plans hold is read and written: entries, areas and points alike.
type contents[M held] struct {
	server *Server
	table  *resource.Table[M]
	// in returns those of a snapshot.
	in func(*riskv1.PlanSnapshot) []M
	// owners returns who may write it besides those who may write everything.
	owners func(M) []risk.Owner
	// check applies the rules to the state after a write; of a new one before and after are the same message.
	check func(ctx context.Context, tx *resource.Tx, before, after M, plan *riskv1.Plan) error
	// keep lists fields that only other methods change.
	keep []string
}

// get returns one as the caller may see it.
func (c contents[M]) get(ctx context.Context, name string) (M, error) {
	if seesDrafts(ctx, name) || !c.table.Matches(name) {
		return c.table.Get(ctx, c.server.store, name)
	}
	var found M
	err := c.server.store.View(ctx, name, func(ctx context.Context, v *resource.View) error {
		frozen, err := c.server.frozen(ctx, v, planNamed(name))
		switch {
		case err != nil:
			return err
		case frozen != nil:
			found, err = find(c.in(frozen), name)
		default:
			found, err = c.table.Get(ctx, v, name)
		}
		return err
	})
	return found, err
}

// filter narrows a list: in SQL by column and value, in memory by keep.
type filter[M any] struct {
	column, value string
	keep          func(M) bool
}

// list returns a page as the caller may see it.
func (c contents[M]) list(ctx context.Context, req resource.PageRequest, filters ...filter[M]) ([]M, string, error) {
	where := each(filters, func(f filter[M]) resource.Filter { return resource.Equal(f.column, f.value) })
	if seesDrafts(ctx, req.GetParent()) {
		return c.table.List(ctx, c.server.store, resource.QueryOf(req, where...))
	}
	var (
		page []M
		next string
	)
	err := c.server.store.View(ctx, req.GetParent(), func(ctx context.Context, v *resource.View) error {
		frozen, err := c.frozen(ctx, v, req.GetParent())
		switch {
		case err != nil:
			return err
		case frozen != nil:
			page, next, err = c.pageOf(frozen, req, filters)
		default:
			page, next, err = c.table.List(ctx, v, resource.QueryOf(req, where...))
		}
		return err
	})
	return page, next, err
}

// frozen returns the decided versions that stand in for a plan, or for all plans of a committee ("plans/-"); nil when
// the caller sees the one plan as it stands.
func (c contents[M]) frozen(ctx context.Context, r resource.Reader, parent string) ([]*riskv1.PlanSnapshot, error) {
	if everyPlan, all := strings.CutSuffix(parent, "/plans/-"); all {
		snapshots, err := c.server.shownPlans(ctx, r, everyPlan)
		return append([]*riskv1.PlanSnapshot{}, snapshots...), err
	}
	frozen, err := c.server.frozen(ctx, r, parent)
	if frozen == nil || err != nil {
		return nil, err
	}
	return []*riskv1.PlanSnapshot{frozen}, nil
}

// pageOf returns a page of what frozen versions hold, in the order of lists.
func (c contents[M]) pageOf(frozen []*riskv1.PlanSnapshot, req resource.PageRequest, filters []filter[M]) ([]M, string, error) {
	var all []M
	for _, snapshot := range frozen {
		all = append(all, c.in(snapshot)...)
	}
	var values []string
	for _, f := range filters {
		values = append(values, f.column, f.value)
		if f.value != "" {
			all = slices.DeleteFunc(all, func(m M) bool { return !f.keep(m) })
		}
	}
	sortHeld(all)
	return resource.PageOf(all, req, values...)
}

// create stores a new one in a draft.
func (c contents[M]) create(ctx context.Context, parent, id, requestID string, m M) (M, error) {
	return resource.Create(ctx, c.server.store, c.table, resource.Creation[M]{
		Parent: parent, ID: id, Message: m, RequestID: requestID, Touch: []resource.Ref{c.server.tables.Plans.Ref(parent)},
		Check: func(ctx context.Context, tx *resource.Tx, m M) error { return c.write(ctx, tx, m, m) },
	})
}

// update changes one in a draft.
func (c contents[M]) update(ctx context.Context, u resource.Change[M]) (M, error) {
	u.Touch = []resource.Ref{c.server.tables.Plans.Ref(planNamed(u.Message.GetName()))}
	u.Check, u.Keep = c.write, c.keep
	return resource.Update(ctx, c.server.store, c.table, u)
}

// write checks that the caller may write it, and the rules.
func (c contents[M]) write(ctx context.Context, tx *resource.Tx, before, after M) error {
	plan, err := c.writable(ctx, tx, before)
	if err != nil {
		return err
	}
	return c.check(ctx, tx, before, after, plan)
}

// writable checks that the caller may write it and that its plan, which is returned, is a draft. The owners before the
// change decide, so that nobody takes over what is not theirs; of a new one its own do.
func (c contents[M]) writable(ctx context.Context, tx *resource.Tx, before M) (*riskv1.Plan, error) {
	if err := planWriter(ctx, before.GetName()).MayWrite(c.owners(before)); err != nil {
		return nil, err
	}
	return c.server.draftOf(ctx, tx, before.GetName())
}

// remove takes one out of a draft, unless something refers to it or an action comes from it.
func (c contents[M]) remove(ctx context.Context, name, etag, reason string, used func(ctx context.Context, tx *resource.Tx, m M) error) error {
	return resource.Delete(ctx, c.server.store, c.table, resource.Removal[M]{
		Name: name, Etag: etag, Reason: reason, Touch: []resource.Ref{c.server.tables.Plans.Ref(planNamed(name))},
		Check: func(ctx context.Context, tx *resource.Tx, m M) error {
			if err := planWriter(ctx, name).MayWrite(c.owners(m)); err != nil {
				return err
			}
			if _, err := c.server.draftOf(ctx, tx, name); err != nil {
				return err
			}
			if err := c.server.refuseOrigin(ctx, tx, name); err != nil {
				return err
			}
			return used(ctx, tx, m)
		},
	})
}
