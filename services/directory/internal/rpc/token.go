package rpc

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/credential"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// MintToken makes a short-lived access token from a session. Person and roles are read anew each time, so what has ended
// is gone within the life of a token.
func (s *Sessions) MintToken(ctx context.Context, req *directoryv1.MintTokenRequest) (*directoryv1.MintTokenResponse, error) {
	session, err := sqlstore.FindSession(ctx, s.db(), credential.Hash(req.GetSessionSecret()), s.now())
	if err != nil {
		return nil, err
	}
	if session == nil {
		return nil, errRefused(unknownSession)
	}
	person, err := s.enabled(ctx, session.Person)
	if err != nil {
		return nil, err
	}
	roles, err := s.directory.rolesToday(ctx, person.GetName())
	if err != nil {
		return nil, err
	}
	claims := authn.Claims{Subject: person.GetName(), Session: session.ID}
	for _, r := range roles {
		claims.Roles = append(claims.Roles, authn.Role{Role: r.GetRole(), Scope: r.GetScope(), Assignment: r.GetAssignment()})
	}
	token, expires, err := Mint(ctx, s.db(), s.directory.store.Clock(), claims)
	if err != nil {
		return nil, err
	}
	return &directoryv1.MintTokenResponse{AccessToken: token, ExpireTime: timestamppb.New(expires),
		Subject: person.GetName(), DisplayName: person.GetDisplayName(), Roles: roles}, nil
}

// rolesToday returns what a person holds today.
func (s *Server) rolesToday(ctx context.Context, person string) ([]*directoryv1.TokenRole, error) {
	var all []*directoryv1.RoleAssignment
	q := resource.Query{Parent: municipality(person), PageSize: 1000, Where: []resource.Filter{resource.Equal("person", person)}}
	for {
		page, next, err := s.tables.RoleAssignments.List(ctx, s.store, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if q.PageToken = next; next == "" {
			return rolesOn(s.today(), person, all), nil
		}
	}
}

// Mint signs a token with the newest key, making the first key when there is none.
func Mint(ctx context.Context, db sqldb.DB, clk clock.Clock, claims authn.Claims) (string, time.Time, error) {
	keys, err := sqlstore.EnsureSigningKeys(ctx, db, clk)
	if err != nil {
		return "", time.Time{}, err
	}
	minter, err := authn.NewMinter(authn.Issuer, keys[0], clk)
	if err != nil {
		return "", time.Time{}, err
	}
	return minter.Mint(claims)
}

// CommandLineSubject is who a token minted by hand speaks for.
const CommandLineSubject = "serviceAccounts/cli"

// commandLineLife is how long such a token is valid: long enough to work with by hand.
const commandLineLife = time.Hour

// IssueProcessToken makes an access token for a service that acts for nobody. Its role is none that people or accounts can
// hold, and it lives as short as any: the service asks again.
func (s *Sessions) IssueProcessToken(ctx context.Context, req *directoryv1.IssueProcessTokenRequest) (*directoryv1.IssueTokenResponse, error) {
	role := org.RoleOfService(req.GetService())
	if role == "" {
		return nil, fault.Deny("the service " + strconv.Quote(req.GetService()) + " has no role of its own")
	}
	subject := "serviceAccounts/" + req.GetService()
	token, expires, err := Mint(ctx, s.db(), s.directory.store.Clock(), authn.Claims{Subject: subject, Client: subject,
		Roles: []authn.Role{{Role: role, Scope: org.Platform}}})
	if err != nil {
		return nil, err
	}
	return &directoryv1.IssueTokenResponse{AccessToken: token, ExpireTime: timestamppb.New(expires)}, nil
}

// MintLocal makes a token with one role for whoever can read the database. The scope, "platform" or a resource name, need
// not exist yet.
func MintLocal(ctx context.Context, db sqldb.DB, clk clock.Clock, role, scope string) (string, error) {
	if scope == "platform" {
		scope = org.Platform
	}
	var faults []fault.Field
	if roles := heldRoles(); !slices.Contains(roles, role) {
		faults = append(faults, field("role", "UNKNOWN_ROLE",
			"Rollen ”"+role+"” finns inte. De som finns är: "+strings.Join(roles, ", ")+".", "there is no role "+role))
	}
	if org.PlaceOf(scope) == org.Nowhere {
		faults = append(faults, field("scope", "RESOURCE_NAME", "Ange platform, en kommun eller en nämnd.",
			"a scope is platform, a municipality or a committee"))
	}
	if err := fault.Fields(faults...); err != nil {
		return "", err
	}
	token, _, err := Mint(ctx, db, clk, authn.Claims{Subject: CommandLineSubject, Life: commandLineLife,
		Roles: []authn.Role{{Role: role, Scope: scope}}})
	return token, err
}

// heldRoles returns the roles that somebody can hold, sorted: not those of services.
func heldRoles() []string {
	return slices.DeleteFunc(authz.Roles(), func(role string) bool { return len(org.PlacesOf(role)) == 0 })
}

// Keys returns the public keys as a JSON Web Key Set, the newest first.
func Keys(ctx context.Context, db sqldb.DB) ([]byte, error) {
	keys, err := sqlstore.SigningKeys(ctx, db)
	if err != nil {
		return nil, err
	}
	return authn.JWKS(keys...)
}

// GetVerificationKeys returns the public keys that tokens are signed with.
func (s *Sessions) GetVerificationKeys(ctx context.Context, _ *directoryv1.GetVerificationKeysRequest) (*directoryv1.GetVerificationKeysResponse, error) {
	set, err := Keys(ctx, s.db())
	return &directoryv1.GetVerificationKeysResponse{Jwks: set}, err
}

// ListRevocations returns what was revoked within the life of a token.
func (s *Sessions) ListRevocations(ctx context.Context, _ *directoryv1.ListRevocationsRequest) (*directoryv1.ListRevocationsResponse, error) {
	list, err := sqlstore.Revocations(ctx, s.db(), s.now())
	if err != nil {
		return nil, err
	}
	answer := &directoryv1.ListRevocationsResponse{}
	for _, e := range list {
		answer.Revocations = append(answer.Revocations,
			&directoryv1.Revocation{Session: e.Session, Subject: e.Subject, RevokeTime: timestamppb.New(e.Before)})
	}
	return answer, nil
}
