package rpc

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// action checks an action in whatever state it comes, and completes it. What the file leaves out stays as it is stored.
func (in *importing) action(ctx context.Context, item transfer.Item) error {
	if _, ok := item.Message.(*riskv1.Action); !ok {
		return nil
	}
	a, err := in.tables.Actions.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	existed, _, err := in.Tx.Changed(item.Name)
	if err != nil {
		return err
	}
	stored := &riskv1.Action{}
	a.State = actionStateTo(actionStateOf(a.GetState()))
	if existed {
		if _, err := sqlstore.Stored(ctx, in.Tx, in.tables.Actions, item.Name, stored); err != nil {
			return err
		}
		keepLeftOut(a, stored)
	}
	if err := in.completeAction(ctx, in.Tx, a); err != nil {
		return err
	}
	if err := in.tables.Actions.Put(ctx, in.Tx, a); err != nil {
		return err
	}
	faults, err := in.checkAction(ctx, in.Tx, a)
	if err := in.report(item, faults, err); err != nil || !existed {
		return err
	}
	return in.goesOn(item, a, stored)
}

// keepLeftOut takes over what was filled in when the action came in the first time, so that the same file changes nothing
// later, when the newest plan is another.
func keepLeftOut(a, stored *riskv1.Action) {
	if a.GetOrigin() != nil && a.GetOrigin().GetYear() == 0 {
		a.Origin.Year = stored.GetOrigin().GetYear()
	}
	if a.GetMethodVersion() == "" {
		a.MethodVersion = stored.GetMethodVersion()
	}
}

// goesOn refuses a file that gives a stored action another origin or takes it back to before it was accepted.
func (in *importing) goesOn(item transfer.Item, a, stored *riskv1.Action) error {
	if !proto.Equal(a.GetOrigin(), stored.GetOrigin()) {
		in.Fault(item, field("origin", "ORIGIN_FIXED",
			"Det åtgärden kommer från kan inte ändras. Rätta filen, eller lägg in en ny åtgärd.", "the origin of an action never changes"))
	}
	return in.state(item, "state", actionStateOf(a.GetState()).Onward(actionStateOf(stored.GetState())))
}

// actionAnswer checks an answer about an action: of the same committee, in a round that takes up actions.
func (in *importing) actionAnswer(ctx context.Context, item transfer.Item, f *riskv1.FollowUp) error {
	round, err := in.tables.Rounds.Get(ctx, in.Tx, resource.Parent(item.Name))
	if err != nil {
		return err
	}
	faults, err := exists(ctx, in.Tx, in.tables.Actions, "action", f.GetAction(), committee(item.Name), "Åtgärden", "action")
	if err != nil || len(faults) > 0 {
		return in.report(item, faults, err)
	}
	if round.GetActionSelection() == riskv1.ActionSelection_ACTION_SELECTION_UNSPECIFIED {
		in.Fault(item, field("action", "ACTIONS_NOT_TAKEN_UP",
			"Uppföljningen tar inte upp några åtgärder. Ändra dess urval eller ta bort svaret.", "the round takes up no actions"))
		return nil
	}
	return in.answer(ctx, item, f)
}
