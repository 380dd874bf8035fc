package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// GetRisk returns one risk as the caller may see it.
func (s *Server) GetRisk(ctx context.Context, req *riskv1.GetRiskRequest) (*riskv1.Risk, error) {
	name := req.GetName()
	if seesDrafts(ctx, name) || !s.tables.Risks.Matches(name) {
		return s.tables.Risks.Get(ctx, s.store, name)
	}
	risks, err := s.shownRisks(ctx, committee(name))
	if err != nil {
		return nil, err
	}
	return find(risks, name)
}

// shownRisks returns the risks that decided plans of a committee take up, each as the newest of them has it, in order of
// name.
func (s *Server) shownRisks(ctx context.Context, parent string) ([]*riskv1.Risk, error) {
	snapshots, err := s.shownPlans(ctx, s.store, parent)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var risks []*riskv1.Risk
	for _, snapshot := range snapshots {
		for _, r := range snapshot.GetRisks() {
			if !seen[r.GetName()] {
				seen[r.GetName()] = true
				risks = append(risks, r)
			}
		}
	}
	sortBy(risks, func(a, b *riskv1.Risk) bool { return a.GetName() < b.GetName() })
	return risks, nil
}

// ListRisks returns the risks of a committee as the caller may see them.
func (s *Server) ListRisks(ctx context.Context, req *riskv1.ListRisksRequest) (*riskv1.ListRisksResponse, error) {
	if seesDrafts(ctx, req.GetParent()) {
		risks, next, err := s.tables.Risks.List(ctx, s.store, resource.QueryOf(req))
		return &riskv1.ListRisksResponse{Risks: risks, NextPageToken: next}, err
	}
	shown, err := s.shownRisks(ctx, req.GetParent())
	if err != nil {
		return nil, err
	}
	risks, next, err := resource.PageOf(shown, req)
	return &riskv1.ListRisksResponse{Risks: risks, NextPageToken: next}, err
}

// CreateRisk stores a new risk. A risk belongs to nobody until an entry names its owners, so only those who may write
// everything create one.
func (s *Server) CreateRisk(ctx context.Context, req *riskv1.CreateRiskRequest) (*riskv1.Risk, error) {
	if err := planWriter(ctx, req.GetParent()).MayWriteAll(); err != nil {
		return nil, err
	}
	return resource.Create(ctx, s.store, s.tables.Risks, resource.Creation[*riskv1.Risk]{
		Parent: req.GetParent(), ID: req.GetRiskId(), Message: req.GetRisk(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, m *riskv1.Risk) error {
			m.MovedTo = ""
			faults, err := s.checkRisk(ctx, tx, m)
			return refuse("risk", faults, err)
		},
	})
}

// UpdateRisk changes the fields in the mask. Decided plans keep the words they were decided with. An owner may change a
// risk that one of its entries names the owner of.
func (s *Server) UpdateRisk(ctx context.Context, req *riskv1.UpdateRiskRequest) (*riskv1.Risk, error) {
	return resource.Update(ctx, s.store, s.tables.Risks, resource.Change[*riskv1.Risk]{
		Message: req.GetRisk(), Mask: req.GetUpdateMask(), Reason: req.GetReason(), Keep: []string{"moved_to"},
		Check: func(ctx context.Context, tx *resource.Tx, before, after *riskv1.Risk) error {
			if err := s.mayWriteRisk(ctx, tx, before.GetName()); err != nil {
				return err
			}
			if err := risk.KeepMoved("risken", before.GetMovedTo()); err != nil {
				return err
			}
			faults, err := s.checkRisk(ctx, tx, after)
			return refuse("risk", faults, err)
		},
	})
}

// mayWriteRisk refuses a caller who may not write everything and owns no entry of the risk.
func (s *Server) mayWriteRisk(ctx context.Context, tx *resource.Tx, name string) error {
	w := planWriter(ctx, name)
	if w.Reach != risk.ReachOwn {
		return w.MayWriteAll()
	}
	entries, err := s.tables.RiskEntries.ListAll(ctx, tx, resource.Query{Parent: committee(name) + "/plans/-",
		Where: []resource.Filter{resource.Equal("risk", name)}})
	if err != nil {
		return err
	}
	var owners []risk.Owner
	for _, e := range entries {
		owners = append(owners, ownersOf(e.GetOwners())...)
	}
	return w.MayWrite(owners)
}
