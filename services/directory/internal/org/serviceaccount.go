package org

import (
	"fmt"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// SecretsAtOnce is how many secrets of a service account work side by side: the one in use, and the one that takes its
// place.
const SecretsAtOnce = 2

// Held is a role, in lower case, in a scope.
type Held struct{ Role, Scope string }

// Account is what a service account may do.
type Account struct {
	// Parent is the municipality, or PlatformParent.
	Parent string
	// Roles are those that its tokens carry.
	Roles []Held
}

// Check finds what is wrong with an account by itself; whether its scopes exist is not asked. Its roles are bounded as
// those of people are: they hold within the municipality that grants them.
func (a Account) Check() []fault.Field {
	var faults []fault.Field
	for i, held := range a.Roles {
		path := fmt.Sprintf("roles[%d]", i)
		if slices.Contains(a.Roles[:i], held) {
			faults = append(faults, bad(path, "DUPLICATE", "Samma roll står två gånger för samma plats.", "the same role in the same scope twice"))
			continue
		}
		faults = append(faults, Under(path, a.check(held))...)
	}
	return faults
}

func (a Account) check(held Held) []fault.Field {
	if held.Role == "owner" || held.Role == "manager" {
		return []fault.Field{bad("role", "ROLE_NEEDS_PERSON",
			"Rollen "+roleWord(held.Role)+" svarar för eget arbete och kan bara innehas av en person.",
			"the role "+held.Role+" answers for work of its own and is held by people only")}
	}
	if PlaceOf(held.Scope) == OnUnit {
		return []fault.Field{bad("scope", "ROLE_SCOPE", "Ett systemkontos roller gäller på kommunen eller en nämnd, inte på en enhet.",
			"a service account's roles are held on the municipality or a committee, not on a unit")}
	}
	return Assignment{Parent: a.Parent, Role: held.Role, Scope: held.Scope}.checkScope()
}

// RightsShrink reports whether the new roles lack one of the old, so that tokens made before carry too much.
func RightsShrink(before, after []Held) bool {
	return slices.ContainsFunc(before, func(held Held) bool { return !slices.Contains(after, held) })
}
