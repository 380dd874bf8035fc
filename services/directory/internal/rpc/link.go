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

// startTogether is how long replicas may take to start beside each other without each making a first link.
const startTogether = time.Minute

// FirstLink tells what a start made of the first sign-in: nothing, its zero value, when somebody can sign in already.
type FirstLink struct {
	// Secret signs the first person in, once; empty when this start made no link.
	Secret string
	// Age is how long ago another start made the link that this one left alone, and Wait how long starts still will.
	Age, Wait time.Duration
}

// FirstLink makes a one-time link for the first person, an operator of the platform, for as long as nobody has a
// password and so nobody could sign in otherwise: a first link that was lost or has expired is replaced at the next start.
// Unless this process is alone with its database, a link that a replica has just made is left alone.
func (s *Server) FirstLink(ctx context.Context, alone bool) (FirstLink, error) {
	if found, err := s.anyPassword(ctx); found || err != nil {
		return FirstLink{}, err
	}
	ctx = authn.With(ctx, &authn.Identity{Subject: authn.ProcessSubject})
	secret := credential.NewSecret()
	w := resource.Write{Scopes: []string{resource.Platform}, Method: firstMethod,
		Touch: []resource.Ref{s.tables.People.Ref(firstPerson)}}
	err := s.store.Write(ctx, w, func(ctx context.Context, tx *resource.Tx) error { return s.stageFirst(ctx, tx, secret) })
	switch {
	case fault.Is(err, fault.Exists):
		return s.replaceFirst(ctx, secret, alone)
	case err != nil:
		return FirstLink{}, err
	}
	return FirstLink{Secret: secret}, nil
}

// replaceFirst gives the first person a new link in the place of the old one, unless another replica has just made it.
func (s *Server) replaceFirst(ctx context.Context, secret string, alone bool) (FirstLink, error) {
	now := s.store.Clock().Now()
	if !alone {
		made, err := sqlstore.NewestLink(ctx, s.store.DB(), firstPerson)
		if err != nil {
			return FirstLink{}, err
		}
		if age := now.Sub(made); age.Abs() < startTogether {
			return FirstLink{Age: age, Wait: startTogether - age}, nil
		}
	}
	err := s.store.DB().Write(ctx, "", nil, sqldb.Stmts(sqlstore.DropLinks(firstPerson),
		sqlstore.KeepLink(credential.Hash(secret), firstPerson, now, now.Add(linkLife))))
	if err != nil {
		return FirstLink{}, err
	}
	return FirstLink{Secret: secret}, nil
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

// anyPassword reports whether anybody, on the platform or in a municipality, can sign in by a password.
func (s *Server) anyPassword(ctx context.Context) (bool, error) {
	tenants, err := sqlstore.Tenants(ctx, s.store.DB())
	if err != nil {
		return false, err
	}
	for _, tenant := range append([]string{resource.Platform}, tenants...) {
		if found, err := sqlstore.AnyPassword(ctx, s.store.DB(), tenant); found || err != nil {
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
