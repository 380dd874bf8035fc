package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// ListDemoPeople lists everybody who may sign in and has a role today: municipality by municipality, in order of name,
// and last the people of the platform.
func (s *Sessions) ListDemoPeople(ctx context.Context, _ *directoryv1.ListDemoPeopleRequest) (*directoryv1.ListDemoPeopleResponse, error) {
	if !s.demo {
		return nil, errNoDemo()
	}
	answer := &directoryv1.ListDemoPeopleResponse{}
	day := s.directory.today()
	err := s.directory.everyPerson(ctx, func(people []*directoryv1.Person, assignments []*directoryv1.RoleAssignment) {
		for _, p := range people {
			roles := rolesOn(day, p.GetName(), assignments)
			if !p.GetDisabled() && len(roles) > 0 {
				answer.People = append(answer.People,
					&directoryv1.DemoPerson{Person: p.GetName(), DisplayName: p.GetDisplayName(), Roles: roles})
			}
		}
	})
	return answer, err
}

// errNoDemo is what demo people are answered with where there are none.
func errNoDemo() error {
	return fault.State("WRONG_STATE", "Här finns inga demopersoner. Logga in med ditt eget konto.", "this is no demonstration")
}

// today returns the date of now.
func (s *Server) today() string { return org.Day(s.store.Clock().Now(), s.zone) }

// rolesOn returns what a person holds on a day, in order of assignment.
func rolesOn(day, person string, assignments []*directoryv1.RoleAssignment) []*directoryv1.TokenRole {
	var roles []*directoryv1.TokenRole
	for _, a := range assignments {
		if a.GetPerson() == person && org.ActiveOn(day, a.GetValidFrom(), a.GetValidTo()) {
			roles = append(roles, &directoryv1.TokenRole{Role: sqlstore.RoleWord(a.GetRole()), Scope: a.GetScope(), Assignment: a.GetName()})
		}
	}
	return roles
}

// everyPerson calls fn with the people and roles of each municipality, in order, and last of the platform.
func (s *Server) everyPerson(ctx context.Context, fn func(people []*directoryv1.Person, roles []*directoryv1.RoleAssignment)) error {
	tenants, err := sqlstore.Tenants(ctx, s.store.DB())
	if err != nil {
		return err
	}
	for _, tenant := range append(tenants, resource.Platform) {
		parent := "municipalities/" + tenant
		people, err := s.tables.People.All(ctx, s.store, parent)
		if err != nil {
			return err
		}
		roles, err := s.tables.RoleAssignments.All(ctx, s.store, parent)
		if err != nil {
			return err
		}
		fn(people, roles)
	}
	return nil
}
