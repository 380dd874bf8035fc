package rpc

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// checkDestination refuses a destination that is none in another committee of the same municipality. It looks at names
// alone, so it tells nothing about what exists.
func checkDestination(name, destination string, ofKind bool) error {
	if ofKind && resource.Tenant(destination) == resource.Tenant(name) && committee(destination) != committee(name) {
		return nil
	}
	return fault.Fields(field("destination", "NOT_ANOTHER_COMMITTEE",
		"Välj en annan nämnd i samma kommun att flytta till.", fmt.Sprintf("%q is not in another committee of the municipality", destination)))
}

// mayReceive refuses a caller who may not write everything at the destination: alike whether or not it exists.
func mayReceive(ctx context.Context, destination string) error {
	if err := authz.Require(ctx, authzv1.Permission_PERMISSION_PLAN_WRITE, destination); err != nil {
		return err
	}
	return planWriter(ctx, destination).MayWriteAll()
}

// MoveRisk gives a risk to another committee and returns it as it stands there. Entries of it stay where they are, as
// history. Which committees exist is the directory's to know; the register takes any in which the caller may write.
func (s *Server) MoveRisk(ctx context.Context, req *riskv1.MoveRiskRequest) (*riskv1.Risk, error) {
	destination := req.GetDestination()
	if err := planWriter(ctx, req.GetName()).MayWriteAll(); err != nil {
		return nil, err
	}
	if err := checkDestination(req.GetName(), destination, risk.IsCommittee(municipality(req.GetName()), destination)); err != nil {
		return nil, err
	}
	moved := ""
	_, err := resource.Modify(ctx, s.store, s.tables.Risks, resource.Modification[*riskv1.Risk]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(), Scopes: []string{destination},
		Apply: func(ctx context.Context, tx *resource.Tx, r *riskv1.Risk) error {
			if err := mayReceive(ctx, destination); err != nil {
				return err
			}
			if err := risk.KeepMoved("risken", r.GetMovedTo()); err != nil {
				return err
			}
			var err error
			if moved, err = freeName(ctx, tx, s.tables.Risks, destination+"/risks", r.GetName()); err != nil {
				return err
			}
			r.MovedTo = moved
			return s.tables.Risks.Insert(ctx, tx, &riskv1.Risk{Name: moved, MovedFrom: r.GetName(), Title: r.GetTitle(),
				Description: r.GetDescription(), Causes: r.GetCauses(), Effects: r.GetEffects()})
		},
	})
	if err != nil {
		return nil, err
	}
	return s.tables.Risks.Get(ctx, s.store, moved)
}

// freeName returns the name of a moved resource in its new collection: under its own id where that is free.
func freeName(ctx context.Context, r resource.Reader, t interface {
	Exists(context.Context, resource.Reader, string) (bool, error)
}, collection, name string) (string, error) {
	same := collection + "/" + resource.ID(name)
	taken, err := t.Exists(ctx, r, same)
	if taken {
		return collection + "/" + resource.NewID(), err
	}
	return same, err
}

// MoveControlPoint gives a control point of a draft to the draft of another committee's plan and returns it as it stands
// there. It keeps the risks that went the same way; area and unit were the old committee's.
func (s *Server) MoveControlPoint(ctx context.Context, req *riskv1.MoveControlPointRequest) (*riskv1.ControlPoint, error) {
	destination := req.GetDestination()
	if err := planWriter(ctx, req.GetName()).MayWriteAll(); err != nil {
		return nil, err
	}
	if err := checkDestination(req.GetName(), destination, s.tables.Plans.Matches(destination)); err != nil {
		return nil, err
	}
	moved := ""
	_, err := resource.Modify(ctx, s.store, s.tables.ControlPoints, resource.Modification[*riskv1.ControlPoint]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(), Scopes: []string{committee(destination)},
		Touch: []resource.Ref{s.tables.Plans.Ref(planNamed(req.GetName())), s.tables.Plans.Ref(destination)},
		Apply: func(ctx context.Context, tx *resource.Tx, p *riskv1.ControlPoint) error {
			if err := s.movable(ctx, tx, p, destination); err != nil {
				return err
			}
			var err error
			if moved, err = freeName(ctx, tx, s.tables.ControlPoints, destination+"/controlPoints", p.GetName()); err != nil {
				return err
			}
			return s.movePoint(ctx, tx, p, moved)
		},
	})
	if err != nil {
		return nil, err
	}
	return s.tables.ControlPoints.Get(ctx, s.store, moved)
}

// movable refuses a point that may not be moved, or may not be moved there.
func (s *Server) movable(ctx context.Context, tx *resource.Tx, p *riskv1.ControlPoint, destination string) error {
	if err := mayReceive(ctx, destination); err != nil {
		return err
	}
	if err := pointOf(p).Movable(); err != nil {
		return err
	}
	if _, err := s.draftOf(ctx, tx, p.GetName()); err != nil {
		return err
	}
	_, err := s.draftOf(ctx, tx, destination)
	return err
}

// movePoint stages a point under its new name and marks the old one.
func (s *Server) movePoint(ctx context.Context, tx *resource.Tx, p *riskv1.ControlPoint, name string) error {
	entries, err := s.followedRisks(ctx, tx, p, planNamed(name))
	if err != nil {
		return err
	}
	there := proto.CloneOf(p)
	clearVersions(there.ProtoReflect())
	there.Name, there.MovedFrom, there.ControlArea, there.RiskEntries = name, p.GetName(), "", entries
	if resource.Within(there.GetUnit(), committee(p.GetName())) {
		there.Unit = ""
	}
	p.MovedTo = name
	return s.tables.ControlPoints.Insert(ctx, tx, there)
}

// followedRisks returns the entries of a plan that assess the risks which a point comes from and which were moved to the
// plan's committee.
func (s *Server) followedRisks(ctx context.Context, tx *resource.Tx, p *riskv1.ControlPoint, plan string) ([]string, error) {
	there, err := s.tables.RiskEntries.All(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range p.GetRiskEntries() {
		e, err := s.tables.RiskEntries.Get(ctx, tx, entry)
		if err != nil {
			return nil, err
		}
		r, err := s.tables.Risks.Get(ctx, tx, e.GetRisk())
		if err != nil {
			return nil, err
		}
		for _, candidate := range there {
			if r.GetMovedTo() != "" && candidate.GetRisk() == r.GetMovedTo() && !slices.Contains(names, candidate.GetName()) {
				names = append(names, candidate.GetName())
			}
		}
	}
	return names, nil
}

// checkNotMoved refuses a new assessment of a risk that belongs to another committee now.
func (s *Server) checkNotMoved(ctx context.Context, r resource.Reader, before, after *riskv1.RiskEntry) ([]fault.Field, error) {
	if before != after && before.GetRisk() == after.GetRisk() {
		return nil, nil // assessed already; the entry stays as history
	}
	if !resource.Within(after.GetRisk(), committee(after.GetName())) {
		return nil, nil // reported with the reference; what another committee has is not looked at
	}
	m, err := s.tables.Risks.Get(ctx, r, after.GetRisk())
	if missing(err) {
		return nil, nil // reported with the reference
	}
	if err != nil || m.GetMovedTo() == "" {
		return nil, err
	}
	return []fault.Field{field("risk", "MOVED",
		"Risken har flyttats till en annan nämnd och kan inte bedömas här. Välj en annan risk.", "the risk was moved to "+m.GetMovedTo())}, nil
}
