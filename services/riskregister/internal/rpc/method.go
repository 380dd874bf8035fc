package rpc

import (
	"context"
	"fmt"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// GetMethod returns one method.
func (s *Server) GetMethod(ctx context.Context, req *riskv1.GetMethodRequest) (*riskv1.Method, error) {
	return s.tables.Methods.Get(ctx, s.store, req.GetName())
}

// ListMethods returns the methods of one parent.
func (s *Server) ListMethods(ctx context.Context, req *riskv1.ListMethodsRequest) (*riskv1.ListMethodsResponse, error) {
	methods, next, err := s.tables.Methods.List(ctx, s.store, resource.QueryOf(req))
	return &riskv1.ListMethodsResponse{Methods: methods, NextPageToken: next}, err
}

// CreateMethod stores a new method.
func (s *Server) CreateMethod(ctx context.Context, req *riskv1.CreateMethodRequest) (*riskv1.Method, error) {
	return resource.Create(ctx, s.store, s.tables.Methods, resource.Creation[*riskv1.Method]{
		Parent: req.GetParent(), ID: req.GetMethodId(), Message: req.GetMethod(), RequestID: req.GetRequestId(),
	})
}

// UpdateMethod changes the fields in the mask.
func (s *Server) UpdateMethod(ctx context.Context, req *riskv1.UpdateMethodRequest) (*riskv1.Method, error) {
	return resource.Update(ctx, s.store, s.tables.Methods, resource.Change[*riskv1.Method]{
		Message: req.GetMethod(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
	})
}

// GetMethodVersion returns one method version.
func (s *Server) GetMethodVersion(ctx context.Context, req *riskv1.GetMethodVersionRequest) (*riskv1.MethodVersion, error) {
	return s.tables.MethodVersions.Get(ctx, s.store, req.GetName())
}

// ListMethodVersions returns the versions of one method.
func (s *Server) ListMethodVersions(ctx context.Context, req *riskv1.ListMethodVersionsRequest) (*riskv1.ListMethodVersionsResponse, error) {
	versions, next, err := s.tables.MethodVersions.List(ctx, s.store, resource.QueryOf(req))
	return &riskv1.ListMethodVersionsResponse{MethodVersions: versions, NextPageToken: next}, err
}

// CreateMethodVersion stores the next version of a method. Versions are numbered from 1 and never change.
func (s *Server) CreateMethodVersion(ctx context.Context, req *riskv1.CreateMethodVersionRequest) (*riskv1.MethodVersion, error) {
	parent := req.GetParent()
	id, err := s.nextVersion(ctx, req)
	if err != nil {
		return nil, err
	}
	return resource.Create(ctx, s.store, s.tables.MethodVersions, resource.Creation[*riskv1.MethodVersion]{
		Parent: parent, ID: id, Message: req.GetMethodVersion(), RequestID: req.GetRequestId(),
		Touch: []resource.Ref{s.tables.Methods.Ref(parent)},
		Check: func(ctx context.Context, tx *resource.Tx, v *riskv1.MethodVersion) error {
			if _, err := s.tables.Methods.Get(ctx, tx, parent); err != nil {
				return err
			}
			return refuse("method_version", checkMethodVersion(v), nil)
		},
	})
}

// nextVersion returns the id of the version to create. A caller may only name the next number. A repeat of a request
// (AIP-155) must come to the same id as the first time, so with a request id the newest version counts as the one to
// create when it has the same content.
func (s *Server) nextVersion(ctx context.Context, req *riskv1.CreateMethodVersionRequest) (string, error) {
	parent, asked := req.GetParent(), req.GetMethodVersionId()
	versions, err := s.tables.MethodVersions.All(ctx, s.store, parent)
	if err != nil {
		return "", err
	}
	next := strconv.Itoa(len(versions) + 1)
	if len(versions) > 0 && req.GetRequestId() != "" && sameContent(versions[len(versions)-1], req.GetMethodVersion()) {
		next = strconv.Itoa(len(versions))
	}
	if asked == "" || asked == next {
		return next, nil
	}
	return "", fault.Fields(field("method_version_id", "VERSION_NUMBER",
		fmt.Sprintf("Nästa version har nummer %s. Lämna numret tomt.", next), "the next version is number "+next))
}

// sameContent compares two versions without what the store fills.
func sameContent(stored, sent *riskv1.MethodVersion) bool {
	a, b := proto.CloneOf(stored), proto.CloneOf(sent)
	a.Name, b.Name = "", ""
	clearVersions(a.ProtoReflect())
	clearVersions(b.ProtoReflect())
	return proto.Equal(a, b)
}
