package rpc

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// actionOf turns an action into what the rules work on.
func actionOf(a *riskv1.Action) risk.Action {
	return risk.Action{
		Name: a.GetName(), Title: a.GetTitle(), State: actionStateOf(a.GetState()), Year: int(a.GetOrigin().GetYear()),
		Status: a.GetStatus(), Owners: ownersOf(a.GetOwners()), DueDate: a.GetDueDate(),
		Renewals: each(a.GetRenewals(), renewalOf), DeclineReason: a.GetDeclineReason(), Closing: closingOf(a.GetClosing()),
	}
}

func renewalOf(r *riskv1.ActionRenewal) risk.Renewal {
	return risk.Renewal{From: r.GetPreviousDueDate(), To: r.GetDueDate(), Reason: r.GetReason(), Decision: decisionIn(r.GetDecision())}
}

func closingOf(c *riskv1.ActionClosing) *risk.Closing {
	if c == nil {
		return nil
	}
	return &risk.Closing{Date: c.GetDate(), Done: c.GetDone(), Reason: c.GetReason(), Decision: decisionIn(c.GetDecision())}
}

// decisionIn turns a decision that may be absent.
func decisionIn(d *riskv1.Decision) *risk.Decision {
	if d == nil {
		return nil
	}
	made := decisionOf(d)
	return &made
}

func originOf(o *riskv1.ActionOrigin) risk.Origin {
	return risk.Origin{Assignment: o.GetKind() == riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT,
		Resource: o.GetResource(), Year: int(o.GetYear())}
}

func actionStateOf(s riskv1.ActionState) risk.ActionState {
	switch s {
	case riskv1.ActionState_ACTION_STATE_ACCEPTED:
		return risk.ActionAccepted
	case riskv1.ActionState_ACTION_STATE_DECLINED:
		return risk.ActionDeclined
	case riskv1.ActionState_ACTION_STATE_CLOSED:
		return risk.ActionClosed
	default:
		return risk.ActionProposed
	}
}

func actionStateTo(s risk.ActionState) riskv1.ActionState {
	switch s {
	case risk.ActionAccepted:
		return riskv1.ActionState_ACTION_STATE_ACCEPTED
	case risk.ActionDeclined:
		return riskv1.ActionState_ACTION_STATE_DECLINED
	case risk.ActionClosed:
		return riskv1.ActionState_ACTION_STATE_CLOSED
	default:
		return riskv1.ActionState_ACTION_STATE_PROPOSED
	}
}

func actionSelectionOf(s riskv1.ActionSelection) risk.ActionSelection {
	switch s {
	case riskv1.ActionSelection_ACTION_SELECTION_DUE:
		return risk.ActionsDue
	case riskv1.ActionSelection_ACTION_SELECTION_OPEN:
		return risk.ActionsOpen
	case riskv1.ActionSelection_ACTION_SELECTION_ALL:
		return risk.ActionsAll
	default:
		return 0
	}
}

// scopeOf turns what a round is about into what the rules work on.
func scopeOf(r *riskv1.Round) risk.Scope {
	s := risk.Scope{Plans: len(r.GetPlans()), Entries: roundSelectionOf(r.GetSelection()), Actions: actionSelectionOf(r.GetActionSelection()),
		Years: each(r.GetActionYears(), func(year int32) int { return int(year) })}
	if len(r.GetSteps()) > 0 {
		s.FirstDay = r.GetSteps()[0].GetDueDate()
	}
	return s
}

// labelsOf lists what tells a round's steps apart.
func labelsOf(r *riskv1.Round) []risk.StepLabel {
	return each(r.GetSteps(), func(s *riskv1.RoundStep) risk.StepLabel {
		return risk.StepLabel{ID: s.GetId(), Title: s.GetTitle()}
	})
}

// nameSteps gives the steps of a round their ids; before is the round as it was, nil for a new one.
func nameSteps(r, before *riskv1.Round) {
	for i, id := range risk.StepIDs(labelsOf(before), labelsOf(r)) {
		r.Steps[i].Id = id
	}
}

// statusOf turns a step of a scale; what it means has the same numbers in the API and in the rules.
func statusOf(s *riskv1.StatusStep) risk.Status {
	return risk.Status{ID: s.GetId(), Title: s.GetTitle(), Meaning: risk.StatusMeaning(s.GetMeaning()), Final: s.GetFinal()}
}

// dueRoundOf turns a round into what deadlines depend on; days begin at midnight in the zone.
func dueRoundOf(r *riskv1.Round, zone *time.Location) risk.DueRound {
	ids := risk.StepIDs(nil, labelsOf(r)) // rounds of before the steps had ids get the ones they would get
	due := risk.DueRound{Name: r.GetName(), Title: r.GetTitle(), Open: roundStateOf(r.GetState()) == risk.RoundOpen,
		Begin: dayOf(r.GetCreateTime(), zone), MeetingDate: r.GetMeetingDate(), PapersDueDate: r.GetPapersDueDate()}
	for i, s := range r.GetSteps() {
		// Whose turn it is has the same numbers in the API and in the rules.
		due.Steps = append(due.Steps, risk.DueStep{ID: ids[i], Title: s.GetTitle(), DueDate: s.GetDueDate(), Role: risk.StepRole(s.GetRole())})
	}
	return due
}

func dayOf(t *timestamppb.Timestamp, zone *time.Location) string { return risk.Day(t.AsTime(), zone) }

// deadlineTo turns a deadline into the API's; kinds and roles have the same numbers in both.
func deadlineTo(d risk.Deadline) *riskv1.Deadline {
	return &riskv1.Deadline{
		Key: d.Key, Kind: riskv1.DeadlineKind(d.Kind), Resource: d.Resource, Round: d.Round, Step: d.Step, ControlArea: d.ControlArea, Role: riskv1.StepRole(d.Role),
		Title: d.Title, RoundTitle: d.RoundTitle, DueDate: d.DueDate, BeginDate: d.BeginDate, Done: d.Done,
		Owners: each(d.Owners, ownerTo),
	}
}

func ownerTo(o risk.Owner) *riskv1.Owner {
	return &riskv1.Owner{Role: o.Role, RoleAssignment: o.Assignment}
}

// countTo turns a count into the API's.
func countTo(c risk.ActionCount) *riskv1.ActionCount {
	return &riskv1.ActionCount{Committee: c.Committee, Year: int32(c.Year), State: actionStateTo(c.State), Status: c.Status,
		Meaning: riskv1.StatusMeaning(c.Meaning), Count: int32(c.Count), Overdue: int32(c.Overdue)}
}
