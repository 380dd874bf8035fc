package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
)

// GetMunicipality returns one municipality.
func (s *Server) GetMunicipality(ctx context.Context, req *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
	return s.tables.Municipalities.Get(ctx, s.store, req.GetName())
}

// ListMunicipalities returns the municipalities in which the caller has a role; all, to whom has one on the platform.
func (s *Server) ListMunicipalities(ctx context.Context, req *directoryv1.ListMunicipalitiesRequest) (*directoryv1.ListMunicipalitiesResponse, error) {
	caller, ok := authn.From(ctx)
	if !ok {
		return nil, errNobody
	}
	q := resource.Query{Parent: resource.Platform, PageSize: req.GetPageSize(), PageToken: req.GetPageToken()}
	own, all := tenantsOf(caller)
	if !all {
		if len(own) == 0 {
			return &directoryv1.ListMunicipalitiesResponse{}, nil
		}
		q.Where = []resource.Filter{{Column: "id", In: own}}
	}
	found, next, err := s.tables.Municipalities.List(ctx, s.store, q)
	return &directoryv1.ListMunicipalitiesResponse{Municipalities: found, NextPageToken: next}, err
}

// tenantsOf returns the municipalities of a caller's roles, or true for every one.
func tenantsOf(caller *authn.Identity) (own []string, all bool) {
	for _, role := range caller.Roles {
		if role.Scope == resource.Platform {
			return nil, true
		}
		own = append(own, resource.Tenant(role.Scope))
	}
	return own, false
}

// CreateMunicipality stores a new municipality.
func (s *Server) CreateMunicipality(ctx context.Context, req *directoryv1.CreateMunicipalityRequest) (*directoryv1.Municipality, error) {
	return resource.Create(ctx, s.store, s.tables.Municipalities, resource.Creation[*directoryv1.Municipality]{
		Parent: req.GetParent(), ID: req.GetMunicipalityId(), Message: req.GetMunicipality(), RequestID: req.GetRequestId(),
		Check: func(_ context.Context, _ *resource.Tx, m *directoryv1.Municipality) error {
			return refuse("municipality", org.CheckAccent(m.GetAccentColor()), nil)
		},
	})
}

// UpdateMunicipality changes the fields in the mask.
func (s *Server) UpdateMunicipality(ctx context.Context, req *directoryv1.UpdateMunicipalityRequest) (*directoryv1.Municipality, error) {
	return resource.Update(ctx, s.store, s.tables.Municipalities, resource.Change[*directoryv1.Municipality]{
		Message: req.GetMunicipality(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(_ context.Context, _ *resource.Tx, _, after *directoryv1.Municipality) error {
			return refuse("municipality", org.CheckAccent(after.GetAccentColor()), nil)
		},
	})
}
