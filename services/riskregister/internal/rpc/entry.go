package rpc

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

func (s *Server) entries() contents[*riskv1.RiskEntry] {
	return contents[*riskv1.RiskEntry]{
		server: s, table: s.tables.RiskEntries, in: (*riskv1.PlanSnapshot).GetRiskEntries,
		owners: func(e *riskv1.RiskEntry) []risk.Owner { return ownersOf(e.GetOwners()) },
		keep:   []string{"computed_value", "computed_level"},
		check: func(ctx context.Context, tx *resource.Tx, before, after *riskv1.RiskEntry, plan *riskv1.Plan) error {
			moved, err := s.checkNotMoved(ctx, tx, before, after)
			if err != nil {
				return err
			}
			faults, err := s.checkEntry(ctx, tx, after, plan)
			return refuse("risk_entry", append(moved, faults...), err)
		},
	}
}

// GetRiskEntry returns one risk entry.
func (s *Server) GetRiskEntry(ctx context.Context, req *riskv1.GetRiskEntryRequest) (*riskv1.RiskEntry, error) {
	return s.entries().get(ctx, req.GetName())
}

// ListRiskEntries returns the entries of a plan, or with the plan "-" of all plans of a committee.
func (s *Server) ListRiskEntries(ctx context.Context, req *riskv1.ListRiskEntriesRequest) (*riskv1.ListRiskEntriesResponse, error) {
	entries, next, err := s.entries().list(ctx, req,
		filter[*riskv1.RiskEntry]{"level", req.GetLevel(), func(e *riskv1.RiskEntry) bool { return sqlstore.EffectiveLevel(e) == req.GetLevel() }},
		filter[*riskv1.RiskEntry]{"selection", sqlstore.SelectionWord(req.GetSelection()), func(e *riskv1.RiskEntry) bool { return e.GetSelection() == req.GetSelection() }},
		filter[*riskv1.RiskEntry]{"risk", req.GetRisk(), func(e *riskv1.RiskEntry) bool { return e.GetRisk() == req.GetRisk() }},
	)
	return &riskv1.ListRiskEntriesResponse{RiskEntries: entries, NextPageToken: next}, err
}

// CreateRiskEntry stores a new risk entry in a draft, with the new risk that it assesses where the request holds one.
func (s *Server) CreateRiskEntry(ctx context.Context, req *riskv1.CreateRiskEntryRequest) (*riskv1.RiskEntry, error) {
	if req.GetRisk() != nil {
		return s.createWithRisk(ctx, req)
	}
	return s.entries().create(ctx, req.GetParent(), req.GetRiskEntryId(), req.GetRequestId(), req.GetRiskEntry())
}

// createWithRisk stores an entry and the new risk that it assesses. Who may only write what it owns may do so for an entry
// that names it as owner, because the risk has its owner from the start.
func (s *Server) createWithRisk(ctx context.Context, req *riskv1.CreateRiskEntryRequest) (*riskv1.RiskEntry, error) {
	if req.GetRiskEntry().GetRisk() != "" {
		return nil, fault.Fields(field("risk_entry.risk", "EITHER_RISK",
			"Ange antingen en risk som finns eller en ny risk, inte båda.", "name a risk or create one, not both"))
	}
	fresh := proto.CloneOf(req.GetRisk())
	clearVersions(fresh.ProtoReflect())
	fresh.Name, fresh.MovedTo = resource.Join(committee(req.GetParent()), "risks", resource.NewID()), ""
	return resource.Create(ctx, s.store, s.tables.RiskEntries, resource.Creation[*riskv1.RiskEntry]{
		Parent: req.GetParent(), ID: req.GetRiskEntryId(), Message: req.GetRiskEntry(), RequestID: req.GetRequestId(), Request: req,
		Touch: []resource.Ref{s.tables.Plans.Ref(req.GetParent())},
		Check: func(ctx context.Context, tx *resource.Tx, e *riskv1.RiskEntry) error {
			if err := s.tables.Risks.Insert(ctx, tx, proto.CloneOf(fresh)); err != nil {
				return err
			}
			e.Risk = fresh.GetName()
			if err := s.entries().write(ctx, tx, e, e); err != nil {
				return err
			}
			faults, err := s.checkRisk(ctx, tx, fresh)
			return refuse("risk", faults, err)
		},
	})
}

// UpdateRiskEntry changes the fields in the mask.
func (s *Server) UpdateRiskEntry(ctx context.Context, req *riskv1.UpdateRiskEntryRequest) (*riskv1.RiskEntry, error) {
	return s.entries().update(ctx, resource.Change[*riskv1.RiskEntry]{
		Message: req.GetRiskEntry(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
	})
}

// DeleteRiskEntry takes a risk entry out of a draft. One that a round has taken up stays, because its answers speak of
// it; it can be left out of the plan with a reason instead.
func (s *Server) DeleteRiskEntry(ctx context.Context, req *riskv1.DeleteRiskEntryRequest) (*emptypb.Empty, error) {
	err := s.entries().remove(ctx, req.GetName(), req.GetEtag(), req.GetReason(), s.entryUnused)
	return &emptypb.Empty{}, err
}

// entryUnused refuses when a follow-up or a control point refers to the entry. A point that was moved away lets go of it.
func (s *Server) entryUnused(ctx context.Context, tx *resource.Tx, e *riskv1.RiskEntry) error {
	q := resource.Query{Parent: committee(e.GetName()) + "/rounds/-", PageSize: 1,
		Where: []resource.Filter{resource.Equal("risk_entry", e.GetName())}}
	answers, _, err := s.tables.FollowUps.List(ctx, tx, q)
	if err != nil {
		return err
	}
	if len(answers) > 0 {
		return inUse("Risken har tagits upp i en uppföljning. Välj bort den ur planen och skriv varför i stället.", answers[0].GetName())
	}
	points, err := s.tables.ControlPoints.All(ctx, tx, planNamed(e.GetName()))
	if err != nil {
		return err
	}
	for _, p := range points {
		if !slices.Contains(p.GetRiskEntries(), e.GetName()) {
			continue
		}
		if p.GetMovedTo() == "" {
			return inUse("Kontrollmomentet ”"+p.GetTitle()+"” hör till risken. Ta bort kopplingen först.", p.GetName())
		}
		p.RiskEntries = slices.DeleteFunc(p.GetRiskEntries(), func(name string) bool { return name == e.GetName() })
		if err := s.tables.ControlPoints.Put(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// inUse is the fault of a resource that another one refers to.
func inUse(swedish, by string) error {
	return fault.State("IN_USE", swedish, "used by "+by)
}
