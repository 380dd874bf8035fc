package rpc

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// step is one move of a plan through its states.
type step struct {
	name, etag, reason string
	take               risk.Step
	permission         authz.Permission
	// also completes the move; the plan has its new state already.
	also func(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error
}

// walk takes a step.
func (s *Server) walk(ctx context.Context, st step) (*riskv1.Plan, error) {
	if err := writer(ctx, st.permission, st.name).MayWriteAll(); err != nil {
		return nil, err
	}
	return resource.Modify(ctx, s.store, s.tables.Plans, resource.Modification[*riskv1.Plan]{
		Name: st.name, Etag: st.etag, Reason: st.reason,
		Apply: func(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
			next, err := stateOf(p.GetState()).Take(st.take)
			if err != nil {
				return err
			}
			p.State = stateTo(next)
			if st.also == nil {
				return nil
			}
			return st.also(ctx, tx, p)
		},
	})
}

// ProposePlan puts a draft before the committee.
func (s *Server) ProposePlan(ctx context.Context, req *riskv1.ProposePlanRequest) (*riskv1.Plan, error) {
	return s.walk(ctx, step{name: req.GetName(), etag: req.GetEtag(), take: risk.Propose,
		permission: authzv1.Permission_PERMISSION_PLAN_WRITE,
		also: func(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
			snapshot, err := s.live(ctx, tx, p)
			if err != nil {
				return err
			}
			content, err := s.toCheck(ctx, tx, snapshot)
			if err != nil {
				return err
			}
			return risk.Proposable(risk.CheckPlan(content))
		}})
}

// WithdrawPlan takes a proposed plan back to draft.
func (s *Server) WithdrawPlan(ctx context.Context, req *riskv1.WithdrawPlanRequest) (*riskv1.Plan, error) {
	return s.walk(ctx, step{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(), take: risk.Withdraw,
		permission: authzv1.Permission_PERMISSION_PLAN_WRITE})
}

// DecidePlan registers the committee's decision and freezes the plan.
func (s *Server) DecidePlan(ctx context.Context, req *riskv1.DecidePlanRequest) (*riskv1.Plan, error) {
	if err := refuse("decision", decisionOf(req.GetDecision()).Check(), nil); err != nil {
		return nil, err
	}
	return s.walk(ctx, step{name: req.GetName(), etag: req.GetEtag(), take: risk.Decide,
		permission: authzv1.Permission_PERMISSION_PLAN_DECIDE,
		also: func(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
			p.Decision = proto.CloneOf(req.GetDecision())
			if err := s.freezePlan(ctx, tx, p); err != nil {
				return err
			}
			return s.replaceVersion(ctx, tx, p)
		}})
}

// ClosePlan ends a decided plan whose year is over.
func (s *Server) ClosePlan(ctx context.Context, req *riskv1.ClosePlanRequest) (*riskv1.Plan, error) {
	return s.walk(ctx, step{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(), take: risk.Close,
		permission: authzv1.Permission_PERMISSION_PLAN_DECIDE, also: s.refuseOpenRounds})
}

// refuseOpenRounds refuses to close a plan that a round still asks about.
func (s *Server) refuseOpenRounds(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
	rounds, err := s.tables.Rounds.All(ctx, tx, resource.Parent(p.GetName()))
	if err != nil {
		return err
	}
	for _, r := range covering(rounds, p.GetName()) {
		if r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN {
			return fault.State("WRONG_STATE", "Stäng först "+r.GetTitle()+", som följer upp planen.", "a round that covers the plan is open: "+r.GetName())
		}
	}
	return nil
}

// freezePlan stages the version of a plan that is being decided, with everything the plan holds.
func (s *Server) freezePlan(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
	snapshot, err := s.live(ctx, tx, p)
	if err != nil {
		return err
	}
	return s.tables.PlanVersions.Insert(ctx, tx, &riskv1.PlanVersion{
		Name: versionName(p.GetName(), p.GetVersion()), Snapshot: freeze(snapshot), Decision: p.GetDecision(),
	})
}

// replaceVersion marks the version before the plan's as replaced.
func (s *Server) replaceVersion(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
	if p.GetVersion() < 2 {
		return nil
	}
	before, err := s.tables.PlanVersions.Get(ctx, tx, versionName(p.GetName(), p.GetVersion()-1))
	if err != nil {
		return err
	}
	before.Replaced = true
	return s.tables.PlanVersions.Put(ctx, tx, before)
}

// RevisePlan opens the draft of the next version of a decided plan.
func (s *Server) RevisePlan(ctx context.Context, req *riskv1.RevisePlanRequest) (*riskv1.Plan, error) {
	return s.walk(ctx, step{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(), take: risk.Revise,
		permission: authzv1.Permission_PERMISSION_PLAN_DECIDE,
		also: func(_ context.Context, _ *resource.Tx, p *riskv1.Plan) error {
			p.Version++
			p.Decision, p.RevisionReason = nil, req.GetReason()
			return nil
		}})
}

// CheckPlan tells what a plan lacks before it can be proposed.
func (s *Server) CheckPlan(ctx context.Context, req *riskv1.CheckPlanRequest) (*riskv1.CheckPlanResponse, error) {
	answer := &riskv1.CheckPlanResponse{}
	err := s.store.View(ctx, req.GetName(), func(ctx context.Context, v *resource.View) error {
		snapshot, err := s.visible(ctx, v, req.GetName())
		if err != nil {
			return err
		}
		content, err := s.toCheck(ctx, v, snapshot)
		if err != nil {
			return err
		}
		answer.Findings = each(risk.CheckPlan(content), func(f risk.Finding) *riskv1.PlanFinding {
			return &riskv1.PlanFinding{Resource: f.Resource, Field: f.Field, Message: f.Swedish, MessageEn: f.English, Blocking: f.Blocking}
		})
		return nil
	})
	return answer, err
}

// toCheck returns what the completeness of a plan is checked on, with the common items of its municipality.
func (s *Server) toCheck(ctx context.Context, r resource.Reader, snapshot *riskv1.PlanSnapshot) (risk.Plan, error) {
	content, err := contentOf(snapshot), error(nil)
	content.Common, err = s.commonItems(ctx, r, content.Name)
	return content, err
}

// GetPlanSnapshot returns a plan with all it holds and the rounds that cover it, read in one state, with the positions
// of the chains it rests on.
func (s *Server) GetPlanSnapshot(ctx context.Context, req *riskv1.GetPlanSnapshotRequest) (*riskv1.GetPlanSnapshotResponse, error) {
	answer := &riskv1.GetPlanSnapshotResponse{BuiltInGrades: gradesOf(nil), BuiltInActionSteps: each(methodOf(nil).ActionScale(), statusTo)}
	err := s.store.View(ctx, req.GetName(), func(ctx context.Context, v *resource.View) error {
		var err error
		if answer.Snapshot, err = s.visible(ctx, v, req.GetName()); err != nil {
			return err
		}
		if answer.Rounds, err = s.roundsOf(ctx, v, req.GetName()); err != nil {
			return err
		}
		if answer.FollowUps, err = s.followUpsOf(ctx, v, answer.GetRounds()); err != nil {
			return err
		}
		if answer.Actions, err = s.actionsOf(ctx, v, req.GetName()); err != nil {
			return err
		}
		answer.Positions, err = v.Positions(ctx, committee(req.GetName()), municipality(req.GetName()))
		return err
	})
	return answer, err
}

// roundsOf returns the rounds that cover a plan, in order of meeting date and name.
func (s *Server) roundsOf(ctx context.Context, r resource.Reader, plan string) ([]*riskv1.Round, error) {
	all, err := s.tables.Rounds.All(ctx, r, committee(plan))
	if err != nil {
		return nil, err
	}
	rounds := covering(all, plan)
	sortBy(rounds, func(a, b *riskv1.Round) bool { return a.GetMeetingDate() < b.GetMeetingDate() })
	return rounds, nil
}

// followUpsOf returns the follow-ups of rounds, in order of the rounds, position and name.
func (s *Server) followUpsOf(ctx context.Context, r resource.Reader, rounds []*riskv1.Round) ([]*riskv1.FollowUp, error) {
	var all []*riskv1.FollowUp
	for _, round := range rounds {
		some, err := s.tables.FollowUps.All(ctx, r, round.GetName())
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// subject returns the caller's name when it is a person's; empty otherwise.
func subject(ctx context.Context) string {
	id, ok := authn.From(ctx)
	if !ok {
		return ""
	}
	return personOnly(id.Subject)
}
