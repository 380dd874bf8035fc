package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// areas are written by who reports them, too.
func (s *Server) areas() contents[*riskv1.ControlArea] {
	return contents[*riskv1.ControlArea]{
		server: s, table: s.tables.ControlAreas, in: (*riskv1.PlanSnapshot).GetControlAreas,
		owners: func(a *riskv1.ControlArea) []risk.Owner { return ownersOf(a.GetOwners()) },
		check: func(_ context.Context, _ *resource.Tx, _, a *riskv1.ControlArea, _ *riskv1.Plan) error {
			return refuse("control_area", checkArea(a), nil)
		},
	}
}

// points are written by who carries them out and by the responsible manager, too. Which common item a point carries out,
// and where it was moved to, nobody writes by hand: in a new point both are ignored.
func (s *Server) points() contents[*riskv1.ControlPoint] {
	return contents[*riskv1.ControlPoint]{
		server: s, table: s.tables.ControlPoints, in: (*riskv1.PlanSnapshot).GetControlPoints, keep: []string{"common_item", "moved_to"},
		owners: func(p *riskv1.ControlPoint) []risk.Owner {
			owners := ownersOf(p.GetOwners())
			if m := p.GetResponsibleManager(); m != nil {
				owners = append(owners, ownerOf(m))
			}
			return owners
		},
		check: func(ctx context.Context, tx *resource.Tx, before, after *riskv1.ControlPoint, _ *riskv1.Plan) error {
			if before == after {
				after.CommonItem, after.MovedTo = "", ""
			}
			return s.writePoint(ctx, tx, before, after)
		},
	}
}

// writePoint refuses what a control point may not become.
func (s *Server) writePoint(ctx context.Context, tx *resource.Tx, before, after *riskv1.ControlPoint) error {
	if err := pointOf(before).Writable(); err != nil {
		return err
	}
	fixed, err := s.checkInstance(ctx, tx, after)
	if err != nil {
		return err
	}
	faults, err := s.checkPoint(ctx, tx, after)
	return refuse("control_point", append(fixed, faults...), err)
}

// GetControlArea returns one control area.
func (s *Server) GetControlArea(ctx context.Context, req *riskv1.GetControlAreaRequest) (*riskv1.ControlArea, error) {
	return s.areas().get(ctx, req.GetName())
}

// ListControlAreas returns the control areas of a plan.
func (s *Server) ListControlAreas(ctx context.Context, req *riskv1.ListControlAreasRequest) (*riskv1.ListControlAreasResponse, error) {
	areas, next, err := s.areas().list(ctx, req)
	return &riskv1.ListControlAreasResponse{ControlAreas: areas, NextPageToken: next}, err
}

// CreateControlArea stores a new control area in a draft.
func (s *Server) CreateControlArea(ctx context.Context, req *riskv1.CreateControlAreaRequest) (*riskv1.ControlArea, error) {
	return s.areas().create(ctx, req.GetParent(), req.GetControlAreaId(), req.GetRequestId(), req.GetControlArea())
}

// UpdateControlArea changes the fields in the mask.
func (s *Server) UpdateControlArea(ctx context.Context, req *riskv1.UpdateControlAreaRequest) (*riskv1.ControlArea, error) {
	return s.areas().update(ctx, resource.Change[*riskv1.ControlArea]{
		Message: req.GetControlArea(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
	})
}

// DeleteControlArea takes a control area out of a draft, unless control points belong to it.
func (s *Server) DeleteControlArea(ctx context.Context, req *riskv1.DeleteControlAreaRequest) (*emptypb.Empty, error) {
	err := s.areas().remove(ctx, req.GetName(), req.GetEtag(), req.GetReason(), s.areaUnused)
	return &emptypb.Empty{}, err
}

// areaUnused refuses when a control point belongs to the area. A point that was moved away lets go of it.
func (s *Server) areaUnused(ctx context.Context, tx *resource.Tx, a *riskv1.ControlArea) error {
	points, err := s.tables.ControlPoints.All(ctx, tx, planNamed(a.GetName()))
	if err != nil {
		return err
	}
	for _, p := range points {
		if p.GetControlArea() != a.GetName() {
			continue
		}
		if p.GetMovedTo() == "" {
			return inUse("Kontrollmomentet ”"+p.GetTitle()+"” hör till området. Flytta det först.", p.GetName())
		}
		p.ControlArea = ""
		if err := s.tables.ControlPoints.Put(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// GetControlPoint returns one control point.
func (s *Server) GetControlPoint(ctx context.Context, req *riskv1.GetControlPointRequest) (*riskv1.ControlPoint, error) {
	return s.points().get(ctx, req.GetName())
}

// ListControlPoints returns the control points of a plan.
func (s *Server) ListControlPoints(ctx context.Context, req *riskv1.ListControlPointsRequest) (*riskv1.ListControlPointsResponse, error) {
	points, next, err := s.points().list(ctx, req)
	return &riskv1.ListControlPointsResponse{ControlPoints: points, NextPageToken: next}, err
}

// CreateControlPoint stores a new control point in a draft.
func (s *Server) CreateControlPoint(ctx context.Context, req *riskv1.CreateControlPointRequest) (*riskv1.ControlPoint, error) {
	return s.points().create(ctx, req.GetParent(), req.GetControlPointId(), req.GetRequestId(), req.GetControlPoint())
}

// UpdateControlPoint changes the fields in the mask.
func (s *Server) UpdateControlPoint(ctx context.Context, req *riskv1.UpdateControlPointRequest) (*riskv1.ControlPoint, error) {
	return s.points().update(ctx, resource.Change[*riskv1.ControlPoint]{
		Message: req.GetControlPoint(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
	})
}

// DeleteControlPoint takes a control point out of a draft, unless it was moved or carries out a common item in force.
func (s *Server) DeleteControlPoint(ctx context.Context, req *riskv1.DeleteControlPointRequest) (*emptypb.Empty, error) {
	err := s.points().remove(ctx, req.GetName(), req.GetEtag(), req.GetReason(), s.pointUnused)
	return &emptypb.Empty{}, err
}
