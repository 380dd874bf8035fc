package rpc

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// live returns a plan as it stands, with all it holds.
func (s *Server) live(ctx context.Context, r resource.Reader, plan *riskv1.Plan) (*riskv1.PlanSnapshot, error) {
	snapshot := &riskv1.PlanSnapshot{Plan: plan}
	var err error
	if snapshot.MethodVersion, err = s.tables.MethodVersions.Get(ctx, r, plan.GetMethodVersion()); err != nil && !missing(err) {
		return nil, err
	}
	if snapshot.RiskEntries, err = s.tables.RiskEntries.All(ctx, r, plan.GetName()); err != nil {
		return nil, err
	}
	if snapshot.ControlAreas, err = s.tables.ControlAreas.All(ctx, r, plan.GetName()); err != nil {
		return nil, err
	}
	if snapshot.ControlPoints, err = s.tables.ControlPoints.All(ctx, r, plan.GetName()); err != nil {
		return nil, err
	}
	return snapshot, s.addLasting(ctx, r, snapshot)
}

// addLasting adds to a snapshot what outlives the plan: the risks that its entries speak of and the actions that stem
// from it, in order of name. Of a decided plan they are as they were decided, because they may have changed since.
func (s *Server) addLasting(ctx context.Context, r resource.Reader, snapshot *riskv1.PlanSnapshot) error {
	if plan := snapshot.GetPlan(); stateOf(plan.GetState()).Public() {
		version, err := s.tables.PlanVersions.Get(ctx, r, versionName(plan.GetName(), plan.GetVersion()))
		if !missing(err) {
			snapshot.Risks, snapshot.Actions = version.GetSnapshot().GetRisks(), version.GetSnapshot().GetActions()
			return err
		}
	}
	var err error
	if snapshot.Risks, err = s.liveRisks(ctx, r, snapshot); err != nil {
		return err
	}
	snapshot.Actions, err = s.directActions(ctx, r, snapshot.GetPlan().GetName())
	return err
}

// directActions returns the proposed and accepted actions that stem from a plan or what it holds, in order of name.
func (s *Server) directActions(ctx context.Context, r resource.Reader, plan string) ([]*riskv1.Action, error) {
	all, err := s.tables.Actions.All(ctx, r, committee(plan))
	var direct []*riskv1.Action
	for _, a := range all {
		state := actionStateOf(a.GetState())
		if resource.Within(a.GetOrigin().GetResource(), plan) && (state == risk.ActionProposed || state == risk.ActionAccepted) {
			direct = append(direct, a)
		}
	}
	return direct, err
}

// actionsOf returns the actions that belong in what is told about a plan, as the caller may see them, in order of year
// and name: those it gave rise to, and those of earlier years that were not closed before its year.
func (s *Server) actionsOf(ctx context.Context, r resource.Reader, plan string) ([]*riskv1.Action, error) {
	all, err := s.tables.Actions.All(ctx, r, committee(plan))
	year := resource.ID(plan)
	var told []*riskv1.Action
	for _, a := range all {
		counted, closed := sqlstore.YearWord(a.GetOrigin().GetYear()), a.GetClosing().GetDate()
		earlier := counted < year && (closed == "" || closed >= year)
		if seesAction(ctx, a) && (earlier || counted == year || resource.Within(a.GetOrigin().GetResource(), plan)) {
			told = append(told, a)
		}
	}
	sortBy(told, func(a, b *riskv1.Action) bool { return a.GetOrigin().GetYear() < b.GetOrigin().GetYear() })
	return told, err
}

// liveRisks returns the risks that a snapshot's entries speak of as they stand, in order of name.
func (s *Server) liveRisks(ctx context.Context, r resource.Reader, snapshot *riskv1.PlanSnapshot) ([]*riskv1.Risk, error) {
	wanted := make(map[string]bool, len(snapshot.GetRiskEntries()))
	for _, e := range snapshot.GetRiskEntries() {
		wanted[e.GetRisk()] = true
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	all, err := s.tables.Risks.All(ctx, r, committee(snapshot.GetPlan().GetName()))
	if err != nil {
		return nil, err
	}
	var risks []*riskv1.Risk
	for _, one := range all {
		if wanted[one.GetName()] {
			risks = append(risks, one)
		}
	}
	return risks, nil
}

// decided returns a plan as its committee last decided it; fault.NotFound when it never did.
func (s *Server) decided(ctx context.Context, r resource.Reader, plan *riskv1.Plan) (*riskv1.PlanSnapshot, error) {
	switch {
	case stateOf(plan.GetState()).Public():
		return s.live(ctx, r, plan)
	case plan.GetVersion() < 2:
		return nil, fault.Missing(plan.GetName())
	}
	version, err := s.tables.PlanVersions.Get(ctx, r, versionName(plan.GetName(), plan.GetVersion()-1))
	if err != nil {
		return nil, err
	}
	return version.GetSnapshot(), nil
}

// visible returns a plan with all it holds, as the caller may see it.
func (s *Server) visible(ctx context.Context, r resource.Reader, name string) (*riskv1.PlanSnapshot, error) {
	plan, err := s.tables.Plans.Get(ctx, r, name)
	if err != nil {
		return nil, err
	}
	if seesDrafts(ctx, name) {
		return s.live(ctx, r, plan)
	}
	return s.decided(ctx, r, plan)
}

// frozen returns the decided version that stands in for the plan, for a caller who may not see its draft; nil when the
// caller sees the plan as it stands. fault.NotFound when the caller sees nothing of it.
func (s *Server) frozen(ctx context.Context, r resource.Reader, name string) (*riskv1.PlanSnapshot, error) {
	if seesDrafts(ctx, name) {
		return nil, nil
	}
	plan, err := s.tables.Plans.Get(ctx, r, name)
	if err != nil || stateOf(plan.GetState()).Public() {
		return nil, err
	}
	return s.decided(ctx, r, plan)
}

// shownPlans returns what a caller who may not see drafts sees of all plans of a committee, the newest year first.
func (s *Server) shownPlans(ctx context.Context, r resource.Reader, parent string) ([]*riskv1.PlanSnapshot, error) {
	q := resource.Query{Parent: parent + "/plans/-", PageSize: 1000, Where: []resource.Filter{resource.Equal("standing", sqlstore.StandingCurrent)}}
	versions, _, err := s.tables.PlanVersions.List(ctx, r, q)
	if err != nil {
		return nil, err
	}
	snapshots := each(versions, (*riskv1.PlanVersion).GetSnapshot)
	sortBy(snapshots, func(a, b *riskv1.PlanSnapshot) bool { return a.GetPlan().GetName() > b.GetPlan().GetName() })
	return snapshots, nil
}

// versionName returns the name of a plan's version.
func versionName(plan string, number int32) string {
	return fmt.Sprintf("%s/versions/%d", plan, number)
}

// freeze returns a copy of a snapshot without the etags and times of its resources: those are the live resources'.
func freeze(snapshot *riskv1.PlanSnapshot) *riskv1.PlanSnapshot {
	frozen := proto.CloneOf(snapshot)
	clearVersions(frozen.ProtoReflect())
	return frozen
}

// clearVersions takes etag and times out of a message and the messages in it.
func clearVersions(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch name := f.Name(); {
		case name == "etag" || name == "create_time" || name == "update_time":
			m.Clear(f)
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				clearVersions(v.List().Get(i).Message())
			}
		default:
			clearVersions(v.Message())
		}
		return true
	})
}
