package rpc

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// round checks a round and gives it the follow-ups of its selection when it has none.
func (in *importing) round(ctx context.Context, item transfer.Item) error {
	if _, ok := item.Message.(*riskv1.Round); !ok {
		return nil
	}
	r, err := in.tables.Rounds.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	if r.GetState() == riskv1.RoundState_ROUND_STATE_UNSPECIFIED {
		r.State = riskv1.RoundState_ROUND_STATE_OPEN
	}
	if err := in.nameSteps(ctx, r); err != nil {
		return err
	}
	if err := in.tables.Rounds.Put(ctx, in.Tx, r); err != nil {
		return err
	}
	if err := in.report(item, slices.Concat(roundPlanOf(r).Check(), scopeOf(r).Check(), checkClosing(r)), nil); err != nil {
		return err
	}
	if err := in.keepClosed(ctx, item, item.Name); err != nil {
		return err
	}
	plans, faults, err := in.covered(ctx, in.Tx, r)
	if err != nil {
		return in.state(item, "plans", err)
	}
	if err := in.report(item, faults, nil); err != nil || len(faults) > 0 {
		return err
	}
	return in.fillRound(ctx, item, r, plans)
}

// nameSteps gives a round's steps their ids. A stored round that the file does not change stays as it is.
func (in *importing) nameSteps(ctx context.Context, r *riskv1.Round) error {
	existed, changed, err := in.Tx.Changed(r.GetName())
	if err != nil || existed && !changed {
		return err
	}
	stored := &riskv1.Round{}
	if existed {
		if _, err := sqlstore.Stored(ctx, in.Tx, in.tables.Rounds, r.GetName(), stored); err != nil {
			return err
		}
	}
	nameSteps(r, stored)
	return nil
}

// keepClosed refuses to change a stored round that is closed, or an answer in it.
func (in *importing) keepClosed(ctx context.Context, item transfer.Item, round string) error {
	_, changed, err := in.Tx.Changed(item.Name)
	if err != nil || !changed {
		return err
	}
	stored := &riskv1.Round{}
	if _, err := sqlstore.Stored(ctx, in.Tx, in.tables.Rounds, round, stored); err != nil {
		return err
	}
	return in.state(item, "", roundStateOf(stored.GetState()).Writable())
}

// checkClosing: only a closed round says when and why it was closed.
func checkClosing(r *riskv1.Round) []fault.Field {
	if roundStateOf(r.GetState()) == risk.RoundClosed || r.GetCloseTime() == nil && r.GetUnansweredReason() == "" {
		return nil
	}
	return []fault.Field{field("state", "OPEN_BUT_CLOSED",
		"Uppföljningen är öppen men har uppgifter om att den avslutats. Ta bort dem eller avsluta den.", "an open round says it was closed")}
}

// fillRound stages the follow-ups of a round's selection when it has none.
func (in *importing) fillRound(ctx context.Context, item transfer.Item, r *riskv1.Round, plans []risk.Covered) error {
	has, err := in.tables.FollowUps.All(ctx, in.Tx, r.GetName())
	if err != nil || len(has) > 0 {
		return err
	}
	selection := roundSelectionOf(r.GetSelection())
	if selection == risk.SelectDue {
		in.Fault(item, field("selection", "DUE_MISSING",
			"Uppföljningen gäller namngivna risker men har inga. Lägg till dess follow_ups.", "a round of entries due needs its follow-ups"))
		return nil
	}
	entries, faults := selection.Pick(plans, nil)
	if len(faults) > 0 {
		for _, f := range faults {
			f.Path = "plans"
			in.Fault(item, f)
		}
		return nil
	}
	actions, err := in.pickActions(ctx, in.Tx, r)
	if err != nil {
		return err
	}
	return in.openFollowUps(ctx, in.Tx, r, entries, actions)
}

// followUp checks an answer: of a covered plan's entry or of an action, on its scale, one for each.
func (in *importing) followUp(ctx context.Context, item transfer.Item) error {
	f, ok := item.Message.(*riskv1.FollowUp)
	if !ok {
		return nil
	}
	if ok, err := in.parent(ctx, item, in.tables.Rounds, "Uppföljningen", "round"); !ok {
		return err
	}
	if err := in.keepClosed(ctx, item, resource.Parent(item.Name)); err != nil {
		return err
	}
	switch {
	case (f.GetRiskEntry() == "") == (f.GetAction() == ""):
		in.Fault(item, field("risk_entry", "ONE_SUBJECT",
			"Ett svar gäller antingen en risk eller en åtgärd. Ange en av dem.", "a follow-up names either an entry or an action"))
		return nil
	case f.GetAction() != "":
		return in.actionAnswer(ctx, item, f)
	}
	round, err := in.tables.Rounds.Get(ctx, in.Tx, resource.Parent(item.Name))
	if err != nil {
		return err
	}
	found, err := in.tables.RiskEntries.Exists(ctx, in.Tx, f.GetRiskEntry())
	if err != nil {
		return err
	}
	if !found || !slices.Contains(round.GetPlans(), planNamed(f.GetRiskEntry())) {
		in.Fault(item, field("risk_entry", "UNKNOWN_REFERENCE",
			"Risken finns inte i någon av de planer som uppföljningen gäller.", "the entry is in none of the round's plans"))
		return nil
	}
	return in.answer(ctx, item, f)
}

// answer checks the parts of an answer against each other and the scale.
func (in *importing) answer(ctx context.Context, item transfer.Item, f *riskv1.FollowUp) error {
	if f.GetStatus() == "" && (f.GetAnsweredRole() != "" || f.GetAnsweredBy() != "" || f.GetAnswerTime() != nil) {
		in.Fault(item, field("status", "ANSWER_MISSING",
			"Det står vem som svarat eller när, men inte vad. Ange svaret eller ta bort uppgifterna.", "says who answered, but not what"))
	}
	all, err := in.tables.FollowUps.All(ctx, in.Tx, resource.Parent(item.Name))
	if err != nil {
		return err
	}
	for _, other := range all {
		switch same := other.GetName() < f.GetName(); {
		case same && f.GetAction() != "" && other.GetAction() == f.GetAction():
			in.Fault(item, field("action", "DUPLICATE", "Åtgärden har redan ett svar i uppföljningen.", "the action has an answer in "+other.GetName()))
		case same && f.GetAction() == "" && other.GetRiskEntry() == f.GetRiskEntry():
			in.Fault(item, field("risk_entry", "DUPLICATE", "Risken har redan ett svar i uppföljningen.", "the entry has an answer in "+other.GetName()))
		}
	}
	err = in.checkStatus(ctx, in.Tx, f, f.GetStatus())
	if missing(err) && len(fault.As(err).Fields) == 0 {
		return nil // a plan without its decided version was reported
	}
	return in.Faults(item, err)
}

// closedRound finds closed rounds with answers missing and no reason why.
func (in *importing) closedRound(ctx context.Context, item transfer.Item) error {
	r, ok := item.Message.(*riskv1.Round)
	if !ok || roundStateOf(r.GetState()) != risk.RoundClosed {
		return nil
	}
	open, err := in.unanswered(ctx, in.Tx, item.Name)
	if missing(err) {
		return nil // an entry that does not exist was reported
	}
	if err != nil {
		return err
	}
	if _, err := risk.RoundOpen.Close(open, r.GetUnansweredReason()); err != nil {
		f := fault.As(err)
		in.Fault(item, field("unanswered_reason", f.Reason, f.Swedish, f.English))
	}
	return nil
}
