package rpc

import (
	"context"
	"fmt"
	"math"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/credential"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// linkLife is how long a one-time link works.
const linkLife = 24 * time.Hour

// CreateSignInLink makes a link that signs a person in once.
func (s *Sessions) CreateSignInLink(ctx context.Context, req *directoryv1.CreateSignInLinkRequest) (*directoryv1.CreateSignInLinkResponse, error) {
	p, err := s.directory.tables.People.Get(ctx, s.directory.store, req.GetPerson())
	if err != nil {
		return nil, err
	}
	if p.GetDisabled() {
		return nil, fault.State("WRONG_STATE", "Personen är avstängd. Öppna kontot igen innan du skapar en länk.", "the person is disabled")
	}
	secret, now := credential.NewSecret(), s.now()
	expires := now.Add(linkLife)
	link := sqlstore.KeepLink(credential.Hash(secret), p.GetName(), now, expires)
	if err := s.db().Write(ctx, "", nil, sqldb.Stmts(link)); err != nil {
		return nil, err
	}
	return &directoryv1.CreateSignInLinkResponse{Secret: secret, ExpireTime: timestamppb.New(expires)}, nil
}

// The first person, who sets up everything else.
const (
	firstPerson = org.PlatformParent + "/people/administrator"
	firstRole   = org.PlatformParent + "/roleAssignments/administrator"
	firstMethod = "first start"
)

// FirstLink makes the first person, an operator of the platform, with a one-time link, when there is no person at all.
func (s *Server) FirstLink(ctx context.Context) (secret string, created bool, err error) {
	if found, err := s.anyPerson(ctx); found || err != nil {
		return "", false, err
	}
	ctx = authn.With(ctx, &authn.Identity{Subject: authn.ProcessSubject})
	secret = credential.NewSecret()
	w := resource.Write{Scopes: []string{resource.Platform}, Method: firstMethod,
		Touch: []resource.Ref{s.tables.People.Ref(firstPerson)}}
	err = s.store.Write(ctx, w, func(ctx context.Context, tx *resource.Tx) error { return s.stageFirst(ctx, tx, secret) })
	if fault.Is(err, fault.Exists) { // another replica was faster
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return secret, true, nil
}

func (s *Server) stageFirst(ctx context.Context, tx *resource.Tx, secret string) error {
	person := &directoryv1.Person{Name: firstPerson, DisplayName: "Administratör"}
	if err := s.tables.People.Insert(ctx, tx, person); err != nil {
		return err
	}
	role := &directoryv1.RoleAssignment{Name: firstRole, Person: firstPerson, Role: directoryv1.Role_ROLE_OPERATOR, Scope: org.Platform}
	if err := s.tables.RoleAssignments.Insert(ctx, tx, role); err != nil {
		return err
	}
	return tx.Run(ctx, sqlstore.KeepLink(credential.Hash(secret), firstPerson, tx.Now(), tx.Now().Add(linkLife)))
}

// anyPerson reports whether anybody was ever entered, on the platform or in a municipality.
func (s *Server) anyPerson(ctx context.Context) (bool, error) {
	tenants, err := sqlstore.Tenants(ctx, s.store.DB())
	if err != nil {
		return false, err
	}
	for _, tenant := range append([]string{resource.Platform}, tenants...) {
		if found, err := sqlstore.AnyPerson(ctx, s.store.DB(), tenant); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// swedishWait writes a duration as people say it, rounded up.
func swedishWait(wait time.Duration) string {
	if wait <= time.Minute {
		return fmt.Sprintf("%d sekunder", int(math.Ceil(wait.Seconds())))
	}
	return fmt.Sprintf("%d minuter", int(math.Ceil(wait.Minutes())))
}
