package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// GetPerson returns one person.
func (s *Server) GetPerson(ctx context.Context, req *directoryv1.GetPersonRequest) (*directoryv1.Person, error) {
	return s.tables.People.Get(ctx, s.store, req.GetName())
}

// ListPeople returns the people of one municipality, or of the platform.
func (s *Server) ListPeople(ctx context.Context, req *directoryv1.ListPeopleRequest) (*directoryv1.ListPeopleResponse, error) {
	found, next, err := s.tables.People.List(ctx, s.store, resource.QueryOf(req))
	return &directoryv1.ListPeopleResponse{People: found, NextPageToken: next}, err
}

// CreatePerson stores a new person.
func (s *Server) CreatePerson(ctx context.Context, req *directoryv1.CreatePersonRequest) (*directoryv1.Person, error) {
	return resource.Create(ctx, s.store, s.tables.People, resource.Creation[*directoryv1.Person]{
		Parent: req.GetParent(), ID: req.GetPersonId(), Message: req.GetPerson(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, p *directoryv1.Person) error {
			faults, err := s.checkMunicipality(ctx, tx, p.GetName())
			if err := parentMissing(req.GetParent(), faults, err); err != nil {
				return err
			}
			return s.keepLogin(ctx, tx, p)
		},
	})
}

// UpdatePerson changes the fields in the mask. Who is disabled is signed out everywhere.
func (s *Server) UpdatePerson(ctx context.Context, req *directoryv1.UpdatePersonRequest) (*directoryv1.Person, error) {
	return resource.Update(ctx, s.store, s.tables.People, resource.Change[*directoryv1.Person]{
		Message: req.GetPerson(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(ctx context.Context, tx *resource.Tx, before, after *directoryv1.Person) error {
			if after.GetDisabled() && !before.GetDisabled() {
				if err := shutOut(ctx, tx, after.GetName()); err != nil {
					return err
				}
			}
			if before.GetEmail() == after.GetEmail() {
				return nil
			}
			return s.keepLogin(ctx, tx, after)
		},
	})
}

// keepLogin refuses an address that another person of the municipality has, and makes it lead to this one.
func (s *Server) keepLogin(ctx context.Context, tx *resource.Tx, p *directoryv1.Person) error {
	taken := false
	if p.GetEmail() != "" {
		if err := tx.Run(ctx, sqlstore.EmailTaken(p, &taken)); err != nil {
			return err
		}
	}
	if taken {
		return &fault.Error{Kind: fault.Exists, Reason: "ALREADY_EXISTS",
			Swedish: "En annan person har redan den e-postadressen. Varje adress kan bara höra till en person i kommunen.",
			English: "another person of the municipality has this e-mail address",
			Fields:  []fault.Field{emailTaken("person.email")}}
	}
	return tx.Run(ctx, sqlstore.KeepLogin(p)...)
}

// emailTaken is the fault of an address that another person has.
func emailTaken(path string) fault.Field {
	return field(path, "ALREADY_EXISTS", "En annan person i kommunen har redan den e-postadressen.",
		"another person of the municipality has this e-mail address")
}

// shutOut ends a person's sessions and takes away their tokens and one-time links.
func shutOut(ctx context.Context, tx *resource.Tx, person string) error {
	return tx.Run(ctx, sqlstore.RevokeSubject(person, tx.Now()), sqlstore.EndSessions(person, ""), sqlstore.DropLinks(person))
}
