package rpc

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// GetRound returns one round.
func (s *Server) GetRound(ctx context.Context, req *riskv1.GetRoundRequest) (*riskv1.Round, error) {
	return s.tables.Rounds.Get(ctx, s.store, req.GetName())
}

// ListRounds returns the rounds of a committee. Those that cover a plan are picked in memory: a committee has a few each
// year.
func (s *Server) ListRounds(ctx context.Context, req *riskv1.ListRoundsRequest) (*riskv1.ListRoundsResponse, error) {
	state := sqlstore.RoundStateWord(req.GetState())
	if req.GetPlan() == "" {
		rounds, next, err := s.tables.Rounds.List(ctx, s.store, resource.QueryOf(req, resource.Equal("state", state)))
		return &riskv1.ListRoundsResponse{Rounds: rounds, NextPageToken: next}, err
	}
	all, err := s.tables.Rounds.All(ctx, s.store, req.GetParent())
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(covering(all, req.GetPlan()), func(r *riskv1.Round) bool {
		return state != "" && r.GetState() != req.GetState()
	})
	rounds, next, err := resource.PageOf(all, req, req.GetPlan(), state)
	return &riskv1.ListRoundsResponse{Rounds: rounds, NextPageToken: next}, err
}

// covering returns the rounds that cover a plan, in their order.
func covering(rounds []*riskv1.Round, plan string) []*riskv1.Round {
	var some []*riskv1.Round
	for _, r := range rounds {
		if slices.Contains(r.GetPlans(), plan) {
			some = append(some, r)
		}
	}
	return some
}

// CreateRound stores a new round and one follow-up for each entry and each action that its selections take up.
func (s *Server) CreateRound(ctx context.Context, req *riskv1.CreateRoundRequest) (*riskv1.Round, error) {
	return resource.Create(ctx, s.store, s.tables.Rounds, resource.Creation[*riskv1.Round]{
		Parent: req.GetParent(), ID: req.GetRoundId(), Message: req.GetRound(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, r *riskv1.Round) error {
			r.State, r.CloseTime, r.UnansweredReason = riskv1.RoundState_ROUND_STATE_OPEN, nil, ""
			nameSteps(r, nil)
			if err := refuse("round", slices.Concat(roundPlanOf(r).Check(), scopeOf(r).Check()), nil); err != nil {
				return err
			}
			plans, faults, err := s.covered(ctx, tx, r)
			if err := refuse("round", faults, err); err != nil {
				return err
			}
			entries, faults := roundSelectionOf(r.GetSelection()).Pick(plans, req.GetDueEntries())
			if len(faults) > 0 {
				return fault.Fields(faults...)
			}
			actions, err := s.pickActions(ctx, tx, r)
			if err != nil {
				return err
			}
			return s.openFollowUps(ctx, tx, r, entries, actions)
		},
	})
}

// covered returns a round's plans as they were decided, and the faults of those that are none of the committee's. A plan
// that was never decided is an error.
func (s *Server) covered(ctx context.Context, r resource.Reader, round *riskv1.Round) ([]risk.Covered, []fault.Field, error) {
	var (
		plans  []risk.Covered
		faults []fault.Field
	)
	for i, name := range round.GetPlans() {
		unknown, err := exists(ctx, r, s.tables.Plans, fmt.Sprintf("plans[%d]", i), name, committee(round.GetName()), "Planen", "plan")
		faults = append(faults, unknown...)
		if err != nil || len(unknown) > 0 {
			if err != nil {
				return nil, nil, err
			}
			continue
		}
		one, err := s.coveredPlan(ctx, r, name)
		if err != nil {
			return nil, nil, err
		}
		plans = append(plans, one)
	}
	return plans, faults, nil
}

// coveredPlan returns a plan as it was decided.
func (s *Server) coveredPlan(ctx context.Context, r resource.Reader, name string) (risk.Covered, error) {
	plan, err := s.tables.Plans.Get(ctx, r, name)
	if err != nil {
		return risk.Covered{}, err
	}
	if err := stateOf(plan.GetState()).Coverable(int(plan.GetVersion())); err != nil {
		return risk.Covered{}, err
	}
	snapshot, err := s.decided(ctx, r, plan)
	if err != nil {
		return risk.Covered{}, err
	}
	return risk.Covered{Name: name, Method: methodOf(snapshot.GetMethodVersion()), Entries: entriesOf(snapshot)}, nil
}

// pickActions returns the names of the actions that a round takes up.
func (s *Server) pickActions(ctx context.Context, tx *resource.Tx, round *riskv1.Round) ([]string, error) {
	scope := scopeOf(round)
	if scope.Actions == 0 {
		return nil, nil
	}
	actions, err := s.tables.Actions.All(ctx, tx, committee(round.GetName()))
	return scope.PickActions(each(actions, actionOf)), err
}

// openFollowUps stages an unanswered follow-up for each entry and then each action, in order.
func (s *Server) openFollowUps(ctx context.Context, tx *resource.Tx, round *riskv1.Round, entries, actions []string) error {
	taken := map[string]bool{}
	open := func(id string, f *riskv1.FollowUp) error {
		id = risk.UniqueID(id, taken)
		taken[id] = true
		f.Name, f.Position = resource.Join(round.GetName(), "followUps", id), int32(len(taken))
		return s.tables.FollowUps.Insert(ctx, tx, f)
	}
	for _, entry := range entries {
		if err := open(followUpID(round, entry), &riskv1.FollowUp{RiskEntry: entry}); err != nil {
			return err
		}
	}
	for _, action := range actions {
		if err := open(resource.ID(action), &riskv1.FollowUp{Action: action}); err != nil {
			return err
		}
	}
	return nil
}

// followUpID is the entry's own id, with the year before it where the round covers several plans.
func followUpID(round *riskv1.Round, entry string) string {
	id := resource.ID(entry)
	if len(round.GetPlans()) > 1 {
		id = resource.ID(planNamed(entry)) + "-" + id
	}
	return strings.TrimRight(id[:min(len(id), 63)], "-")
}

// UpdateRound changes the fields in the mask of an open round. What it covers is fixed once created.
func (s *Server) UpdateRound(ctx context.Context, req *riskv1.UpdateRoundRequest) (*riskv1.Round, error) {
	return resource.Update(ctx, s.store, s.tables.Rounds, resource.Change[*riskv1.Round]{
		Message: req.GetRound(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Keep: []string{"plans", "selection", "action_selection", "action_years", "state", "close_time", "unanswered_reason"},
		Check: func(_ context.Context, _ *resource.Tx, before, after *riskv1.Round) error {
			if err := roundStateOf(before.GetState()).Writable(); err != nil {
				return err
			}
			nameSteps(after, before)
			return refuse("round", roundPlanOf(after).Check(), nil)
		},
	})
}

// CloseRound makes a round read-only.
func (s *Server) CloseRound(ctx context.Context, req *riskv1.CloseRoundRequest) (*riskv1.Round, error) {
	return resource.Modify(ctx, s.store, s.tables.Rounds, resource.Modification[*riskv1.Round]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetUnansweredReason(),
		Apply: func(ctx context.Context, tx *resource.Tx, r *riskv1.Round) error {
			open, err := s.unanswered(ctx, tx, r.GetName())
			if err != nil {
				return err
			}
			if _, err := roundStateOf(r.GetState()).Close(open, req.GetUnansweredReason()); err != nil {
				return err
			}
			r.State, r.CloseTime = riskv1.RoundState_ROUND_STATE_CLOSED, timestamppb.New(tx.Now())
			if len(open) > 0 {
				r.UnansweredReason = req.GetUnansweredReason()
			}
			return nil
		},
	})
}

// unanswered returns a round's follow-ups without an answer, each with the title of its risk or action. Nothing more is
// asked about an action that a decision has ended.
func (s *Server) unanswered(ctx context.Context, tx *resource.Tx, round string) ([]risk.Unanswered, error) {
	all, err := s.tables.FollowUps.All(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	var open []risk.Unanswered
	for _, f := range all {
		if f.GetStatus() != "" {
			continue
		}
		title, ended, err := s.asked(ctx, tx, f)
		if err != nil {
			return nil, err
		}
		if !ended {
			open = append(open, risk.Unanswered{Name: f.GetName(), Title: title, Action: f.GetAction() != ""})
		}
	}
	return open, nil
}

// asked returns the title of the risk or action that a follow-up asks about, and whether nothing is asked any more: a
// decision has ended the action, or the risk has moved to another committee.
func (s *Server) asked(ctx context.Context, r resource.Reader, f *riskv1.FollowUp) (string, bool, error) {
	if f.GetAction() != "" {
		a, err := s.tables.Actions.Get(ctx, r, f.GetAction())
		return a.GetTitle(), actionStateOf(a.GetState()) == risk.ActionClosed, err
	}
	e, err := s.tables.RiskEntries.Get(ctx, r, f.GetRiskEntry())
	if err != nil {
		return "", false, err
	}
	m, err := s.tables.Risks.Get(ctx, r, e.GetRisk())
	return m.GetTitle(), m.GetMovedTo() != "", err
}

// answerer is the caller as one who answers follow-ups.
func answerer(ctx context.Context, name string) risk.Writer {
	return writer(ctx, authz.Permission(authzv1.Permission_PERMISSION_FOLLOW_UP_ANSWER), name)
}
