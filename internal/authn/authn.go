// Package authn says who is calling: it mints and verifies access tokens (JWT by RFC 9068, signed with Ed25519), knows
// which were revoked, and tells the processes of the suite from everybody else. What a caller may do is package authz.
package authn

import (
	"context"
	"time"
)

// AuthorizationHeader is the metadata key that carries "Bearer <token>".
const AuthorizationHeader = "authorization"

// bearerPrefix comes before the token in the authorization header.
const bearerPrefix = "Bearer "

// ProcessSubject is the subject of a process of the suite that acts for nobody.
const ProcessSubject = "serviceAccounts/process"

// Role is one role of a token.
type Role struct {
	// Role in lower case, such as "coordinator".
	Role string `json:"role"`
	// Scope is where it holds: a committee, a unit, a municipality, or "-" for the platform.
	Scope string `json:"scope"`
	// Assignment is the role assignment behind it; empty for a service account.
	Assignment string `json:"assignment,omitempty"`
}

// Identity is a verified caller. It is shared between calls and must not be changed.
type Identity struct {
	// Subject is who acts: "municipalities/{m}/people/{p}" or "municipalities/{m}/serviceAccounts/{s}"; "serviceAccounts/{s}"
	// for the suite's own programs.
	Subject string
	// Session is the id of the session behind the token; empty for a service account.
	Session string
	// OnBehalfOf is for whom the subject acts; empty when for itself.
	OnBehalfOf string
	// Roles are those of the token.
	Roles []Role
	// IssuedAt is when the token was made.
	IssuedAt time.Time
	// Expires is when the token ends.
	Expires time.Time
	// Process is true for a process of the suite before anybody has signed in. It has no roles.
	Process bool
	// Token is the token itself, for forwarding. Never log it.
	Token string
}

type identityKey struct{}

// With returns a context that carries the caller.
func With(ctx context.Context, id *Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// From returns the caller of the context, and false when nobody is known.
func From(ctx context.Context) (*Identity, bool) {
	id, ok := ctx.Value(identityKey{}).(*Identity)
	return id, ok && id != nil
}

// WithToken returns a context in which calls to other services carry this token. Nothing is verified: the called
// service does that.
func WithToken(ctx context.Context, token string) context.Context {
	return With(ctx, &Identity{Token: token})
}
