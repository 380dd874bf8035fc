package rpc

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/transfer"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// commonItem checks a common item in whatever state it comes, and fills in that it is a draft where the file says nothing.
func (in *importing) commonItem(ctx context.Context, item transfer.Item) error {
	if _, ok := item.Message.(*riskv1.CommonItem); !ok {
		return nil
	}
	c, err := in.tables.CommonItems.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	c.State = commonStateTo(commonStateOf(c.GetState()))
	if err := in.tables.CommonItems.Put(ctx, in.Tx, c); err != nil {
		return err
	}
	if err := in.report(item, slices.Concat(checkCommonItem(c), checkCommonState(c)), nil); err != nil {
		return err
	}
	return in.fixedItem(ctx, item, c)
}

// checkCommonState: an item has the decision and the reason that its state asks for, and no other.
func checkCommonState(c *riskv1.CommonItem) []fault.Field {
	state := commonStateOf(c.GetState())
	var faults []fault.Field
	switch decided := state != risk.CommonDraft; {
	case decided && c.GetDecision() == nil:
		faults = append(faults, field("decision", "DECISION_MISSING",
			"Granskningen är beslutad men beslutet saknas. Ange sammanträdesdag och paragraf.", "a decided common item needs its decision"))
	case !decided && c.GetDecision() != nil:
		faults = append(faults, field("decision", "DECISION_WITHOUT_STATE",
			"Granskningen har ett beslut men är inte beslutad. Ta bort beslutet eller ändra dess läge.", "only a decided common item has a decision"))
	case decided:
		faults = append(faults, risk.Under("decision", decisionOf(c.GetDecision()).Check())...)
	}
	if (state == risk.CommonWithdrawn) != (c.GetWithdrawReason() != "") {
		faults = append(faults, field("withdraw_reason", "REASON_REQUIRED",
			"En tillbakadragen granskning ska ha ett skäl, och bara en sådan.", "a withdrawn common item has a reason, and no other"))
	}
	return faults
}

// fixedItem refuses a file that changes a stored item which is decided; only that it was withdrawn may be new.
func (in *importing) fixedItem(ctx context.Context, item transfer.Item, c *riskv1.CommonItem) error {
	existed, changed, err := in.Tx.Changed(item.Name)
	if err != nil || !existed || !changed {
		return err
	}
	stored := &riskv1.CommonItem{}
	if _, err := sqlstore.Stored(ctx, in.Tx, in.tables.CommonItems, item.Name, stored); err != nil {
		return err
	}
	was := commonStateOf(stored.GetState())
	if was == risk.CommonDraft {
		return nil
	}
	same := proto.CloneOf(c)
	clearVersions(same.ProtoReflect())
	if was == risk.CommonDecided && commonStateOf(c.GetState()) == risk.CommonWithdrawn {
		same.State, same.WithdrawReason = stored.GetState(), stored.GetWithdrawReason()
	}
	if !proto.Equal(same, stored) {
		in.Fault(item, field("", "WRONG_STATE",
			"Den gemensamma granskningen är beslutad och kan inte ändras. Dra tillbaka den och skapa en ny i stället.",
			"the common item is decided and cannot change"))
	}
	return nil
}

// instance checks that a control point agrees with the common item that it carries out, and that the item is one of its
// plan's year and committee. A withdrawn item is one that the plan keeps.
func (in *importing) instance(ctx context.Context, item transfer.Item, p *riskv1.ControlPoint) error {
	if p.GetCommonItem() == "" {
		return nil
	}
	faults, err := exists(ctx, in.Tx, in.tables.CommonItems, "common_item", p.GetCommonItem(), municipality(item.Name), "Den gemensamma granskningen", "common item")
	if err != nil || len(faults) > 0 {
		return in.report(item, faults, err)
	}
	stored, err := in.tables.CommonItems.Get(ctx, in.Tx, p.GetCommonItem())
	if err != nil {
		return err
	}
	c := commonItemOf(stored)
	if c.State == risk.CommonWithdrawn {
		c.State = risk.CommonDecided // it was, when the plan took it up
	}
	if !c.Applies(committee(item.Name), planYear(item.Name)) {
		in.Fault(item, field("common_item", "NOT_APPLICABLE",
			"Den gemensamma granskningen är inte beslutad för nämnden och året.", "the common item is not decided for this committee and year"))
	}
	return in.report(item, c.Differences(statedOf(p)), nil)
}
