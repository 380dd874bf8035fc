package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
)

// GetUnit returns one unit.
func (s *Server) GetUnit(ctx context.Context, req *directoryv1.GetUnitRequest) (*directoryv1.Unit, error) {
	return s.tables.Units.Get(ctx, s.store, req.GetName())
}

// ListUnits returns the units of one committee.
func (s *Server) ListUnits(ctx context.Context, req *directoryv1.ListUnitsRequest) (*directoryv1.ListUnitsResponse, error) {
	found, next, err := s.tables.Units.List(ctx, s.store, resource.QueryOf(req))
	return &directoryv1.ListUnitsResponse{Units: found, NextPageToken: next}, err
}

// CreateUnit stores a new unit.
func (s *Server) CreateUnit(ctx context.Context, req *directoryv1.CreateUnitRequest) (*directoryv1.Unit, error) {
	if err := concrete(req.GetParent()); err != nil {
		return nil, err
	}
	return resource.Create(ctx, s.store, s.tables.Units, resource.Creation[*directoryv1.Unit]{
		Parent: req.GetParent(), ID: req.GetUnitId(), Message: req.GetUnit(), RequestID: req.GetRequestId(),
		Touch: []resource.Ref{s.tables.Committees.Ref(req.GetParent())},
		Check: func(ctx context.Context, tx *resource.Tx, u *directoryv1.Unit) error {
			faults, err := s.checkCommitteeOf(ctx, tx, u.GetName())
			if err := parentMissing(req.GetParent(), faults, err); err != nil {
				return err
			}
			return s.checkPlaced(ctx, tx, u)
		},
	})
}

// UpdateUnit changes the fields in the mask.
func (s *Server) UpdateUnit(ctx context.Context, req *directoryv1.UpdateUnitRequest) (*directoryv1.Unit, error) {
	return resource.Update(ctx, s.store, s.tables.Units, resource.Change[*directoryv1.Unit]{
		Message: req.GetUnit(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(ctx context.Context, tx *resource.Tx, before, after *directoryv1.Unit) error {
			if before.GetParentUnit() == after.GetParentUnit() {
				return nil
			}
			return s.checkPlaced(ctx, tx, after)
		},
	})
}

// checkCommitteeOf finds a committee that does not exist above a name.
func (s *Server) checkCommitteeOf(ctx context.Context, r resource.Reader, name string) ([]fault.Field, error) {
	committee := resource.Scope(name)
	return checkExists(ctx, r, s.tables.Committees, committee,
		field("name", "NOT_FOUND", "Nämnden finns inte. Lägg upp den först.", committee+" does not exist"))
}

// checkPlaced refuses a unit whose place in the tree does not exist or closes a circle.
func (s *Server) checkPlaced(ctx context.Context, tx *resource.Tx, u *directoryv1.Unit) error {
	parents, err := s.tree(ctx, tx, resource.Scope(u.GetName()))
	if err != nil {
		return err
	}
	parents[u.GetName()] = u.GetParentUnit()
	if f, wrong := org.CheckTree(parents)[u.GetName()]; wrong {
		return refuse("unit", []fault.Field{f}, nil)
	}
	return nil
}

// tree returns the units below a name, each with the unit it is part of.
func (s *Server) tree(ctx context.Context, r resource.Reader, ancestor string) (map[string]string, error) {
	units, err := s.tables.Units.All(ctx, r, ancestor)
	if err != nil {
		return nil, err
	}
	parents := make(map[string]string, len(units))
	for _, u := range units {
		parents[u.GetName()] = u.GetParentUnit()
	}
	return parents, nil
}

// DeleteUnit takes the unit away. Role assignments lie in the municipality's chain, so that is locked too: none can come
// to name the unit meanwhile.
func (s *Server) DeleteUnit(ctx context.Context, req *directoryv1.DeleteUnitRequest) (*emptypb.Empty, error) {
	name := req.GetName()
	w := resource.Write{Scopes: []string{municipality(name), resource.Scope(name)}, Method: resource.Method(ctx),
		Reason: req.GetReason(), Touch: []resource.Ref{s.tables.Units.Ref(name)}}
	err := s.store.Write(ctx, w, func(ctx context.Context, tx *resource.Tx) error {
		if err := s.checkUnused(ctx, tx, name); err != nil {
			return err
		}
		return s.tables.Units.Delete(ctx, tx, name, req.GetEtag())
	})
	return &emptypb.Empty{}, err
}

// checkUnused refuses to take away a unit that other units are part of or that a role, ended or not, is held on.
func (s *Server) checkUnused(ctx context.Context, tx *resource.Tx, name string) error {
	if _, err := s.tables.Units.Get(ctx, tx, name); err != nil {
		return err
	}
	parents, err := s.tree(ctx, tx, resource.Scope(name))
	if err != nil {
		return err
	}
	for _, parent := range parents {
		if parent == name {
			return fault.State("IN_USE", "Enheten har underenheter. Flytta eller ta bort dem först.", "other units are part of this unit")
		}
	}
	roles, _, err := s.tables.RoleAssignments.List(ctx, tx, resource.Query{Parent: municipality(name), PageSize: 1,
		Where: []resource.Filter{resource.Equal("role_scope", name)}})
	if err == nil && len(roles) > 0 {
		return fault.State("IN_USE", "Någon har eller har haft en roll på enheten, så den måste finnas kvar.",
			"a role assignment names this unit")
	}
	return err
}
