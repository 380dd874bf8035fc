// Package authz says what a caller may do. Every RPC names one permission and the request field that holds the tenant
// (method option uppsikt.authz.v1.rule); the table of roles says which role grants which permission; a role holds in
// its scope and everything below. Rules on the row, such as ownership, are the handlers', who call Require.
package authz

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
)

// Permission is what a role grants.
type Permission = authzv1.Permission

// Can reports whether one of the identity's roles grants the permission for the named resource. A malformed name is
// granted to nobody.
func Can(id *authn.Identity, permission Permission, name string) bool {
	if id == nil {
		return false
	}
	scope, err := ParseScope(name)
	return err == nil && can(id, permission, scope)
}

// Check returns nil when Can holds, else the fault Denied, which is the same whether or not the resource exists.
func Check(id *authn.Identity, permission Permission, name string) error {
	if !Can(id, permission, name) {
		return fault.Deny("none of the caller's roles grants " + permission.String() + " here")
	}
	return nil
}

// Require is Check for the caller of the context. The fault is Unauthenticated when nobody is known.
func Require(ctx context.Context, permission Permission, name string) error {
	id, ok := authn.From(ctx)
	if !ok {
		return &fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED",
			Swedish: "Du är inte inloggad. Logga in igen.", English: "the call has no verified caller"}
	}
	return Check(id, permission, name)
}

// Scopes returns the municipalities and committees where the identity's roles grant the permission, sorted, without
// those inside another; a role on a unit holds in the unit's committee. "-" stands for everything.
func Scopes(id *authn.Identity, permission Permission) []string {
	if id == nil {
		return nil
	}
	var scopes []string
	for _, r := range id.Roles {
		held, err := ParseScope(r.Scope)
		if err == nil && grants(r, permission) {
			scopes = append(scopes, held.Name())
		}
	}
	slices.Sort(scopes)
	scopes = slices.Compact(scopes)
	return slices.DeleteFunc(scopes, func(inner string) bool {
		return slices.ContainsFunc(scopes, func(outer string) bool { return outer != inner && encloses(outer, inner) })
	})
}

func can(id *authn.Identity, permission Permission, scope Scope) bool {
	for _, r := range id.Roles {
		if grants(r, permission) && covers(r.Scope, permission, scope) {
			return true
		}
	}
	return false
}

// grants tells whether the role holds the permission somewhere. What concerns the whole platform is granted only to
// who holds the role there.
func grants(r authn.Role, permission Permission) bool {
	if permission == authzv1.Permission_PERMISSION_PLATFORM_MANAGE && r.Scope != Platform {
		return false
	}
	return holds(r.Role, permission)
}
