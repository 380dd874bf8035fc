package rpc

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// ComparePlans tells what became of the risks between two plans of a committee, each as the caller may see it.
func (s *Server) ComparePlans(ctx context.Context, req *riskv1.ComparePlansRequest) (*riskv1.ComparePlansResponse, error) {
	answer := &riskv1.ComparePlansResponse{}
	err := s.store.View(ctx, req.GetName(), func(ctx context.Context, v *resource.View) error {
		plan, err := s.visible(ctx, v, req.GetName())
		if err != nil {
			return err
		}
		base, err := s.baseOf(ctx, v, req)
		if err != nil {
			return err
		}
		live, err := s.comparedRisks(ctx, v, plan, base)
		if err != nil {
			return err
		}
		answer.Base, answer.Changes = base.GetPlan().GetName(), changesOf(plan, base, live)
		return nil
	})
	return answer, err
}

// baseOf returns the plan to compare with: the one named, else the newest of an earlier year that the caller may see; nil
// when there is none.
func (s *Server) baseOf(ctx context.Context, r resource.Reader, req *riskv1.ComparePlansRequest) (*riskv1.PlanSnapshot, error) {
	if base := req.GetBase(); base != "" {
		if !s.tables.Plans.Matches(base) || committee(base) != committee(req.GetName()) {
			return nil, fault.Fields(field("base", "UNKNOWN_REFERENCE",
				"Välj en annan av nämndens egna planer att jämföra med.", "the base is no plan of the same committee"))
		}
		return s.visible(ctx, r, base)
	}
	plans, err := s.tables.Plans.All(ctx, r, committee(req.GetName()))
	if err != nil {
		return nil, err
	}
	sortBy(plans, func(a, b *riskv1.Plan) bool { return a.GetName() > b.GetName() })
	for _, p := range plans {
		if p.GetName() >= req.GetName() {
			continue
		}
		snapshot, err := s.visible(ctx, r, p.GetName())
		if !fault.Is(err, fault.NotFound) {
			return snapshot, err
		}
	}
	return nil, nil
}

// comparedRisks returns the risks of both plans as they stand, by name.
func (s *Server) comparedRisks(ctx context.Context, r resource.Reader, plan, base *riskv1.PlanSnapshot) (map[string]*riskv1.Risk, error) {
	both := &riskv1.PlanSnapshot{Plan: plan.GetPlan(), RiskEntries: slices.Concat(plan.GetRiskEntries(), base.GetRiskEntries())}
	risks, err := s.liveRisks(ctx, r, both)
	return byName(risks), err
}

// byName maps resources by their names.
func byName[M interface{ GetName() string }](all []M) map[string]M {
	named := make(map[string]M, len(all))
	for _, m := range all {
		named[m.GetName()] = m
	}
	return named
}

// changesOf compares two plans. What the caller sees of a risk are the words of the plan, else of the base; that a risk was
// moved is told by how it stands, because a decided plan keeps it as it was.
func changesOf(plan, base *riskv1.PlanSnapshot, live map[string]*riskv1.Risk) []*riskv1.RiskChange {
	seen := byName(slices.Concat(base.GetRisks(), plan.GetRisks()))
	entries, before := firstEntries(plan), firstEntries(base)
	compared := func(e *riskv1.RiskEntry) risk.Compared {
		return risk.Compared{Risk: e.GetRisk(), Replaces: seen[e.GetRisk()].GetReplaces(), Moved: live[e.GetRisk()].GetMovedTo() != ""}
	}
	changes := risk.ComparePlans(each(plan.GetRiskEntries(), compared), each(base.GetRiskEntries(), compared))
	return each(changes, func(c risk.Change) *riskv1.RiskChange {
		return &riskv1.RiskChange{Risk: seen[c.Risk], Kind: changeKindTo(c.Kind), Entry: entries[c.Risk], BaseEntry: before[c.Risk],
			ReplacedBy: c.ReplacedBy}
	})
}

// firstEntries maps each risk of a plan to the first entry that assesses it.
func firstEntries(snapshot *riskv1.PlanSnapshot) map[string]*riskv1.RiskEntry {
	first := map[string]*riskv1.RiskEntry{}
	for _, e := range snapshot.GetRiskEntries() {
		if first[e.GetRisk()] == nil {
			first[e.GetRisk()] = e
		}
	}
	return first
}

func changeKindTo(k risk.ChangeKind) riskv1.RiskChangeKind {
	switch k {
	case risk.ChangeNew:
		return riskv1.RiskChangeKind_RISK_CHANGE_KIND_NEW
	case risk.ChangeRemaining:
		return riskv1.RiskChangeKind_RISK_CHANGE_KIND_REMAINING
	case risk.ChangeReplaced:
		return riskv1.RiskChangeKind_RISK_CHANGE_KIND_REPLACED
	case risk.ChangeMoved:
		return riskv1.RiskChangeKind_RISK_CHANGE_KIND_MOVED
	default:
		return riskv1.RiskChangeKind_RISK_CHANGE_KIND_DROPPED
	}
}
