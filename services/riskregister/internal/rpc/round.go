package rpc

import (
	"context"
	"encoding/hex"
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
		rounds, next, err := s.tables.Rounds.List(ctx, s.store, query(req, resource.Equal("state", state)))
		return &riskv1.ListRoundsResponse{Rounds: rounds, NextPageToken: next}, err
	}
	all, err := s.tables.Rounds.All(ctx, s.store, req.GetParent())
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(covering(all, req.GetPlan()), func(r *riskv1.Round) bool {
		return state != "" && r.GetState() != req.GetState()
	})
	rounds, next, err := pageOf(all, req, req.GetPlan(), state)
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

// hexOf writes a hash as the API does.
func hexOf(hash []byte) string { return hex.EncodeToString(hash) }

// CreateRound stores a new round and one follow-up for each entry that its selection takes up.
func (s *Server) CreateRound(ctx context.Context, req *riskv1.CreateRoundRequest) (*riskv1.Round, error) {
	return resource.Create(ctx, s.store, s.tables.Rounds, resource.Creation[*riskv1.Round]{
		Parent: req.GetParent(), ID: req.GetRoundId(), Message: req.GetRound(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, r *riskv1.Round) error {
			r.State, r.CloseTime, r.UnansweredReason = riskv1.RoundState_ROUND_STATE_OPEN, nil, ""
			if err := refuse("round", roundPlanOf(r).Check(), nil); err != nil {
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
			return s.openFollowUps(ctx, tx, r, entries)
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

// openFollowUps stages an unanswered follow-up for each entry, in order.
func (s *Server) openFollowUps(ctx context.Context, tx *resource.Tx, round *riskv1.Round, entries []string) error {
	for i, entry := range entries {
		err := s.tables.FollowUps.Insert(ctx, tx, &riskv1.FollowUp{
			Name:      resource.Join(round.GetName(), "followUps", followUpID(round, entry)),
			RiskEntry: entry, Position: int32(i + 1),
		})
		if err != nil {
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
		Keep: []string{"plans", "selection", "state", "close_time", "unanswered_reason"},
		Check: func(_ context.Context, _ *resource.Tx, before, after *riskv1.Round) error {
			if err := roundStateOf(before.GetState()).Writable(); err != nil {
				return err
			}
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

// unanswered returns a round's follow-ups without an answer, each with its risk's title.
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
		title, err := s.titleOf(ctx, tx, f.GetRiskEntry())
		if err != nil {
			return nil, err
		}
		open = append(open, risk.Unanswered{Name: f.GetName(), Title: title})
	}
	return open, nil
}

// titleOf returns the title of an entry's risk.
func (s *Server) titleOf(ctx context.Context, r resource.Reader, entry string) (string, error) {
	e, err := s.tables.RiskEntries.Get(ctx, r, entry)
	if err != nil {
		return "", err
	}
	m, err := s.tables.Risks.Get(ctx, r, e.GetRisk())
	return m.GetTitle(), err
}

// answerer is the caller as one who answers follow-ups.
func answerer(ctx context.Context, name string) risk.Writer {
	return writer(ctx, authz.Permission(authzv1.Permission_PERMISSION_FOLLOW_UP_ANSWER), name)
}
