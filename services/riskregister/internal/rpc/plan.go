package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// GetPlan returns one plan as the caller may see it.
func (s *Server) GetPlan(ctx context.Context, req *riskv1.GetPlanRequest) (*riskv1.Plan, error) {
	plan, err := s.tables.Plans.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, s.store, plan)
}

// shown returns the plan as the caller may see it.
func (s *Server) shown(ctx context.Context, r resource.Reader, plan *riskv1.Plan) (*riskv1.Plan, error) {
	if seesDrafts(ctx, plan.GetName()) || stateOf(plan.GetState()).Public() {
		return plan, nil
	}
	snapshot, err := s.decided(ctx, r, plan)
	return snapshot.GetPlan(), err
}

// ListPlans returns the plans of a committee as the caller may see them.
func (s *Server) ListPlans(ctx context.Context, req *riskv1.ListPlansRequest) (*riskv1.ListPlansResponse, error) {
	state := sqlstore.StateWord(req.GetState())
	if seesDrafts(ctx, req.GetParent()) {
		plans, next, err := s.tables.Plans.List(ctx, s.store, resource.QueryOf(req, resource.Equal("state", state)))
		return &riskv1.ListPlansResponse{Plans: plans, NextPageToken: next}, err
	}
	filter := resource.Equal("shown", state)
	if state == "" {
		filter.In = []string{sqlstore.StateWord(riskv1.PlanState_PLAN_STATE_DECIDED), sqlstore.StateWord(riskv1.PlanState_PLAN_STATE_CLOSED)}
	}
	answer := &riskv1.ListPlansResponse{}
	err := s.store.View(ctx, req.GetParent(), func(ctx context.Context, v *resource.View) error {
		plans, next, err := s.tables.Plans.List(ctx, v, resource.QueryOf(req, filter))
		answer.Plans, answer.NextPageToken = plans, next
		for i := 0; i < len(plans) && err == nil; i++ {
			plans[i], err = s.shown(ctx, v, plans[i])
		}
		return err
	})
	return answer, err
}

// CreatePlan stores the draft of a new plan, with what it is to copy and with the common items of its year.
func (s *Server) CreatePlan(ctx context.Context, req *riskv1.CreatePlanRequest) (*riskv1.Plan, error) {
	if err := planWriter(ctx, req.GetParent()).MayWriteAll(); err != nil {
		return nil, err
	}
	if faults := risk.CheckYear("plan_id", req.GetPlanId()); len(faults) > 0 {
		return nil, fault.Fields(faults...)
	}
	return resource.Create(ctx, s.store, s.tables.Plans, resource.Creation[*riskv1.Plan]{
		Parent: req.GetParent(), ID: req.GetPlanId(), Message: req.GetPlan(), RequestID: req.GetRequestId(), Request: req,
		Touch: []resource.Ref{s.tables.MethodVersions.Ref(req.GetPlan().GetMethodVersion())},
		Check: func(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
			p.State, p.Version, p.Decision, p.RevisionReason = stateTo(risk.Draft), 1, nil, ""
			faults, err := s.checkPlan(ctx, tx, p)
			if err := refuse("plan", faults, err); err != nil {
				return err
			}
			return s.fill(ctx, tx, p, req.GetCopyFrom())
		},
	})
}

// UpdatePlan changes the fields in the mask of a draft.
func (s *Server) UpdatePlan(ctx context.Context, req *riskv1.UpdatePlanRequest) (*riskv1.Plan, error) {
	if err := planWriter(ctx, req.GetPlan().GetName()).MayWriteAll(); err != nil {
		return nil, err
	}
	return resource.Update(ctx, s.store, s.tables.Plans, resource.Change[*riskv1.Plan]{
		Message: req.GetPlan(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Keep: []string{"state", "version", "decision", "revision_reason"},
		Check: func(ctx context.Context, tx *resource.Tx, before, after *riskv1.Plan) error {
			if err := stateOf(before.GetState()).Writable(); err != nil {
				return err
			}
			faults, err := s.checkPlan(ctx, tx, after)
			if err == nil && len(faults) == 0 && before.GetMethodVersion() != after.GetMethodVersion() {
				faults, err = s.reassess(ctx, tx, after)
			}
			return refuse("plan", faults, err)
		},
	})
}

// reassess computes every entry of a plan anew after its method changed. Entries that the new method cannot hold keep
// the change from being made; they are named by their path.
func (s *Server) reassess(ctx context.Context, tx *resource.Tx, plan *riskv1.Plan) ([]fault.Field, error) {
	entries, err := s.tables.RiskEntries.All(ctx, tx, plan.GetName())
	if err != nil {
		return nil, err
	}
	var all []fault.Field
	for _, e := range entries {
		faults, err := s.checkEntry(ctx, tx, e, plan)
		if err != nil {
			return nil, err
		}
		all = append(all, risk.Under("method_version."+resource.ID(e.GetName()), faults)...)
		if err := s.tables.RiskEntries.Put(ctx, tx, e); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// GetPlanVersion returns one decided version.
func (s *Server) GetPlanVersion(ctx context.Context, req *riskv1.GetPlanVersionRequest) (*riskv1.PlanVersion, error) {
	return s.tables.PlanVersions.Get(ctx, s.store, req.GetName())
}

// ListPlanVersions returns the decided versions of one plan.
func (s *Server) ListPlanVersions(ctx context.Context, req *riskv1.ListPlanVersionsRequest) (*riskv1.ListPlanVersionsResponse, error) {
	versions, next, err := s.tables.PlanVersions.List(ctx, s.store, resource.QueryOf(req))
	return &riskv1.ListPlanVersionsResponse{PlanVersions: versions, NextPageToken: next}, err
}

// draftOf returns the plan of something it holds, ready to be changed; a plan that is not a draft refuses.
func (s *Server) draftOf(ctx context.Context, tx *resource.Tx, name string) (*riskv1.Plan, error) {
	plan, err := s.tables.Plans.Get(ctx, tx, planNamed(name))
	if err != nil {
		return nil, err
	}
	return plan, stateOf(plan.GetState()).Writable()
}
