package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
)

// GetCommittee returns one committee.
func (s *Server) GetCommittee(ctx context.Context, req *directoryv1.GetCommitteeRequest) (*directoryv1.Committee, error) {
	return s.tables.Committees.Get(ctx, s.store, req.GetName())
}

// ListCommittees returns the committees of one municipality.
func (s *Server) ListCommittees(ctx context.Context, req *directoryv1.ListCommitteesRequest) (*directoryv1.ListCommitteesResponse, error) {
	found, next, err := s.tables.Committees.List(ctx, s.store, resource.QueryOf(req))
	return &directoryv1.ListCommitteesResponse{Committees: found, NextPageToken: next}, err
}

// CreateCommittee stores a new committee.
func (s *Server) CreateCommittee(ctx context.Context, req *directoryv1.CreateCommitteeRequest) (*directoryv1.Committee, error) {
	if err := concrete(req.GetParent()); err != nil {
		return nil, err
	}
	return resource.Create(ctx, s.store, s.tables.Committees, resource.Creation[*directoryv1.Committee]{
		Parent: req.GetParent(), ID: req.GetCommitteeId(), Message: req.GetCommittee(), RequestID: req.GetRequestId(),
		Touch: []resource.Ref{s.tables.Municipalities.Ref(req.GetParent())},
		Check: func(ctx context.Context, tx *resource.Tx, c *directoryv1.Committee) error {
			c.Genitive = org.KeepGenitive(c.GetGenitive(), "", "", c.GetDisplayName())
			faults, err := s.checkMunicipality(ctx, tx, c.GetName())
			return parentMissing(req.GetParent(), faults, err)
		},
	})
}

// UpdateCommittee changes the fields in the mask.
func (s *Server) UpdateCommittee(ctx context.Context, req *directoryv1.UpdateCommitteeRequest) (*directoryv1.Committee, error) {
	return resource.Update(ctx, s.store, s.tables.Committees, resource.Change[*directoryv1.Committee]{
		Message: req.GetCommittee(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(_ context.Context, _ *resource.Tx, before, after *directoryv1.Committee) error {
			after.Genitive = org.KeepGenitive(after.GetGenitive(), before.GetDisplayName(), before.GetGenitive(), after.GetDisplayName())
			return nil
		},
	})
}
