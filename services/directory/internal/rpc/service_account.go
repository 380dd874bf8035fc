package rpc

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// secretTimes is the field that only the methods of secrets change.
const secretTimes = "secret_create_times"

// GetServiceAccount returns one service account.
func (s *Server) GetServiceAccount(ctx context.Context, req *directoryv1.GetServiceAccountRequest) (*directoryv1.ServiceAccount, error) {
	return s.tables.ServiceAccounts.Get(ctx, s.store, req.GetName())
}

// ListServiceAccounts returns the service accounts of one municipality, or of the platform.
func (s *Server) ListServiceAccounts(ctx context.Context, req *directoryv1.ListServiceAccountsRequest) (*directoryv1.ListServiceAccountsResponse, error) {
	found, next, err := s.tables.ServiceAccounts.List(ctx, s.store, resource.QueryOf(req))
	return &directoryv1.ListServiceAccountsResponse{ServiceAccounts: found, NextPageToken: next}, err
}

// CreateServiceAccount stores a new service account, which has no secret yet.
func (s *Server) CreateServiceAccount(ctx context.Context, req *directoryv1.CreateServiceAccountRequest) (*directoryv1.ServiceAccount, error) {
	return resource.Create(ctx, s.store, s.tables.ServiceAccounts, resource.Creation[*directoryv1.ServiceAccount]{
		Parent: req.GetParent(), ID: req.GetServiceAccountId(), Message: req.GetServiceAccount(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, a *directoryv1.ServiceAccount) error {
			a.SecretCreateTimes = nil
			faults, err := s.checkMunicipality(ctx, tx, a.GetName())
			if err := parentMissing(req.GetParent(), faults, err); err != nil {
				return err
			}
			faults, err = s.checkServiceAccount(ctx, tx, a)
			return refuse("service_account", faults, err)
		},
	})
}

// UpdateServiceAccount changes the fields in the mask. What the account may no longer do stops within a minute.
func (s *Server) UpdateServiceAccount(ctx context.Context, req *directoryv1.UpdateServiceAccountRequest) (*directoryv1.ServiceAccount, error) {
	return resource.Update(ctx, s.store, s.tables.ServiceAccounts, resource.Change[*directoryv1.ServiceAccount]{
		Message: req.GetServiceAccount(), Mask: req.GetUpdateMask(), Reason: req.GetReason(), Keep: []string{secretTimes},
		Check: func(ctx context.Context, tx *resource.Tx, before, after *directoryv1.ServiceAccount) error {
			faults, err := s.checkServiceAccount(ctx, tx, after)
			if err := refuse("service_account", faults, err); err != nil {
				return err
			}
			if after.GetDisabled() || org.RightsShrink(held(before), held(after)) {
				return tx.Run(ctx, sqlstore.RevokeSubject(after.GetName(), tx.Now()))
			}
			return nil
		},
	})
}

// DeleteServiceAccount takes the account away with its secrets; its tokens stop within a minute.
func (s *Server) DeleteServiceAccount(ctx context.Context, req *directoryv1.DeleteServiceAccountRequest) (*emptypb.Empty, error) {
	err := resource.Delete(ctx, s.store, s.tables.ServiceAccounts, resource.Removal[*directoryv1.ServiceAccount]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(),
		Check: func(ctx context.Context, tx *resource.Tx, a *directoryv1.ServiceAccount) error {
			return tx.Run(ctx, sqlstore.DropSecrets(a.GetName()), sqlstore.RevokeSubject(a.GetName(), tx.Now()))
		},
	})
	return &emptypb.Empty{}, err
}

// checkServiceAccount checks an account by the rules, and that its scopes exist.
func (s *Server) checkServiceAccount(ctx context.Context, r resource.Reader, a *directoryv1.ServiceAccount) ([]fault.Field, error) {
	faults := org.Account{Parent: resource.Parent(a.GetName()), Roles: held(a)}.Check()
	if len(faults) > 0 {
		return faults, nil
	}
	for i, role := range a.GetRoles() {
		unknown, err := s.checkScope(ctx, r, role.GetScope())
		if err != nil {
			return nil, err
		}
		faults = slices.Concat(faults, org.Under(fmt.Sprintf("roles[%d]", i), unknown))
	}
	return faults, nil
}

// held returns an account's roles for the rules.
func held(a *directoryv1.ServiceAccount) []org.Held {
	roles := make([]org.Held, len(a.GetRoles()))
	for i, r := range a.GetRoles() {
		roles[i] = org.Held{Role: r.GetRole(), Scope: r.GetScope()}
	}
	return roles
}
