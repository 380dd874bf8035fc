package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// GetRoleAssignment returns one role assignment.
func (s *Server) GetRoleAssignment(ctx context.Context, req *directoryv1.GetRoleAssignmentRequest) (*directoryv1.RoleAssignment, error) {
	return s.tables.RoleAssignments.Get(ctx, s.store, req.GetName())
}

// ListRoleAssignments returns the role assignments of one municipality, ended ones included.
func (s *Server) ListRoleAssignments(ctx context.Context, req *directoryv1.ListRoleAssignmentsRequest) (*directoryv1.ListRoleAssignmentsResponse, error) {
	found, next, err := s.tables.RoleAssignments.List(ctx, s.store,
		resource.QueryOf(req, resource.Equal("person", req.GetPerson()), resource.Equal("role_scope", req.GetScope())))
	return &directoryv1.ListRoleAssignmentsResponse{RoleAssignments: found, NextPageToken: next}, err
}

// CreateRoleAssignment stores a new role assignment. It takes effect with the person's next token.
func (s *Server) CreateRoleAssignment(ctx context.Context, req *directoryv1.CreateRoleAssignmentRequest) (*directoryv1.RoleAssignment, error) {
	return resource.Create(ctx, s.store, s.tables.RoleAssignments, resource.Creation[*directoryv1.RoleAssignment]{
		Parent: req.GetParent(), ID: req.GetRoleAssignmentId(), Message: req.GetRoleAssignment(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, a *directoryv1.RoleAssignment) error {
			faults, err := s.checkMunicipality(ctx, tx, a.GetName())
			if err := parentMissing(req.GetParent(), faults, err); err != nil {
				return err
			}
			faults, err = s.checkRoleAssignment(ctx, tx, a)
			return refuse("role_assignment", faults, err)
		},
	})
}

// UpdateRoleAssignment changes the fields in the mask. What the holder had before stops within a minute.
func (s *Server) UpdateRoleAssignment(ctx context.Context, req *directoryv1.UpdateRoleAssignmentRequest) (*directoryv1.RoleAssignment, error) {
	return resource.Update(ctx, s.store, s.tables.RoleAssignments, resource.Change[*directoryv1.RoleAssignment]{
		Message: req.GetRoleAssignment(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(ctx context.Context, tx *resource.Tx, before, after *directoryv1.RoleAssignment) error {
			faults, err := s.checkRoleAssignment(ctx, tx, after)
			if err := refuse("role_assignment", faults, err); err != nil || !rightsDiffer(before, after) {
				return err
			}
			return tx.Run(ctx, sqlstore.RevokeSubject(before.GetPerson(), tx.Now()))
		},
	})
}

// rightsDiffer reports whether a change may take something from who held the role.
func rightsDiffer(a, b *directoryv1.RoleAssignment) bool {
	return a.GetPerson() != b.GetPerson() || a.GetRole() != b.GetRole() || a.GetScope() != b.GetScope() ||
		a.GetValidFrom() != b.GetValidFrom() || a.GetValidTo() != b.GetValidTo()
}

// checkRoleAssignment checks an assignment by the rules, and that person and scope exist.
func (s *Server) checkRoleAssignment(ctx context.Context, r resource.Reader, a *directoryv1.RoleAssignment) ([]fault.Field, error) {
	rules := org.Assignment{Parent: resource.Parent(a.GetName()), Person: a.GetPerson(), Role: sqlstore.RoleWord(a.GetRole()),
		Scope: a.GetScope(), From: a.GetValidFrom(), To: a.GetValidTo()}
	faults := rules.Check()
	if len(faults) > 0 {
		return faults, nil
	}
	faults, err := checkExists(ctx, r, s.tables.People, a.GetPerson(),
		field("person", "NOT_FOUND", "Personen finns inte. Lägg upp personen först.", a.GetPerson()+" does not exist"))
	if err != nil {
		return nil, err
	}
	unknown, err := s.checkScope(ctx, r, a.GetScope())
	return append(faults, unknown...), err
}

// checkScope finds a committee, unit or municipality that does not exist.
func (s *Server) checkScope(ctx context.Context, r resource.Reader, scope string) ([]fault.Field, error) {
	var table exists
	switch org.PlaceOf(scope) {
	case org.OnMunicipality:
		table = s.tables.Municipalities
	case org.OnCommittee:
		table = s.tables.Committees
	case org.OnUnit:
		table = s.tables.Units
	default:
		return nil, nil
	}
	return checkExists(ctx, r, table, scope,
		field("scope", "NOT_FOUND", "Nämnden eller enheten finns inte. Lägg upp den först.", scope+" does not exist"))
}
