package org

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Platform is the scope of the platform itself, and PlatformParent the parent of its people and roles.
const (
	Platform       = "-"
	PlatformParent = "municipalities/-"
)

// Place is a kind of scope.
type Place int

// The places where a role may be held.
const (
	Nowhere Place = iota
	OnPlatform
	OnMunicipality
	OnCommittee
	OnUnit
)

// PlaceOf tells what a scope is; Nowhere when it is none.
func PlaceOf(scope string) Place {
	if scope == Platform {
		return OnPlatform
	}
	parts := strings.Split(scope, "/")
	collections := []string{"municipalities", "committees", "units"}
	if len(parts)%2 != 0 || len(parts) > 2*len(collections) {
		return Nowhere
	}
	for i := 0; i < len(parts); i += 2 {
		if parts[i] != collections[i/2] || parts[i+1] == "" || parts[i+1] == "-" {
			return Nowhere
		}
	}
	return []Place{Nowhere, OnMunicipality, OnCommittee, OnUnit}[len(parts)/2]
}

// swedish names a place after "på".
func (p Place) swedish() string {
	return map[Place]string{OnPlatform: "plattformen", OnMunicipality: "en kommun", OnCommittee: "en nämnd", OnUnit: "en enhet"}[p]
}

func (p Place) english() string {
	return map[Place]string{OnPlatform: "the platform", OnMunicipality: "a municipality", OnCommittee: "a committee", OnUnit: "a unit"}[p]
}

// PlacesOf returns where a role, in lower case, may be held; nothing for a role that does not exist. Who decides or
// prepares in a committee holds the role there; who answers for work may also hold it in a unit; who serves all
// committees holds it in the municipality.
func PlacesOf(role string) []Place {
	switch role {
	case "member", "secretary", "head":
		return []Place{OnCommittee}
	case "manager", "official", "owner":
		return []Place{OnCommittee, OnUnit}
	case "coordinator", "auditor":
		return []Place{OnMunicipality, OnCommittee}
	case "administrator":
		return []Place{OnPlatform, OnMunicipality, OnCommittee}
	case "operator":
		return []Place{OnPlatform, OnMunicipality}
	default:
		return nil
	}
}

// RoleOfService returns the role of a service of the suite that acts for nobody; empty for one that has none. Such a role
// may be held nowhere, so nobody is given it.
func RoleOfService(service string) string {
	if service == "notification" {
		return "notifier"
	}
	return ""
}

// roleWord names a role in Swedish.
func roleWord(role string) string {
	words := map[string]string{"member": "ledamot", "secretary": "nämndsekreterare", "head": "förvaltningschef",
		"coordinator": "samordnare", "manager": "ansvarig chef", "official": "handläggare", "owner": "ansvarig",
		"auditor": "revisor", "administrator": "administratör", "operator": "driftansvarig"}
	return words[role]
}

// Assignment is who holds which role where and when.
type Assignment struct {
	// Parent is the municipality, or PlatformParent.
	Parent string
	// Person, Role (in lower case) and Scope.
	Person, Role, Scope string
	// From and To are the first and the last day; each may be empty.
	From, To string
}

// Check finds what is wrong with an assignment by itself; whether person and scope exist is not asked.
func (a Assignment) Check() []fault.Field {
	faults := a.checkPerson()
	faults = append(faults, a.checkScope()...)
	return append(faults, CheckValidity(a.From, a.To)...)
}

func (a Assignment) checkPerson() []fault.Field {
	id, ok := strings.CutPrefix(a.Person, a.Parent+"/people/")
	if ok && id != "" && !strings.Contains(id, "/") {
		return nil
	}
	return []fault.Field{bad("person", "OUTSIDE_SCOPE", "Personen måste finnas i samma kommun som rollen.",
		"the person must belong to "+a.Parent)}
}

// checkScope keeps roles inside the municipality that grants them: nobody hands out what lies beyond their own reach.
func (a Assignment) checkScope() []fault.Field {
	place := PlaceOf(a.Scope)
	inside := a.Scope == a.Parent || strings.HasPrefix(a.Scope, a.Parent+"/")
	if a.Parent == PlatformParent {
		inside = place == OnPlatform
	}
	places := PlacesOf(a.Role)
	switch {
	case len(places) == 0:
		return []fault.Field{bad("role", "UNKNOWN_ROLE", "Rollen finns inte. Välj en roll i listan.", "there is no such role")}
	case place == Nowhere:
		return []fault.Field{bad("scope", "RESOURCE_NAME", "Ange en nämnd, en enhet eller kommunen.",
			"a scope is a committee, a unit, the municipality or \"-\"")}
	case !inside:
		return []fault.Field{bad("scope", "OUTSIDE_SCOPE", "Rollen kan bara gälla i den egna kommunen.",
			"the scope must lie within "+a.Parent)}
	case !slices.Contains(places, place):
		return []fault.Field{misplaced(a.Role, place, places)}
	}
	return nil
}

func misplaced(role string, place Place, places []Place) fault.Field {
	var swedish, english []string
	for _, p := range places {
		swedish, english = append(swedish, p.swedish()), append(english, p.english())
	}
	return bad("scope", "ROLE_SCOPE",
		fmt.Sprintf("Rollen %s kan inte gälla på %s. Den gäller på %s.", roleWord(role), place.swedish(), strings.Join(swedish, " eller ")),
		fmt.Sprintf("the role %s is held on %s, not on %s", role, strings.Join(english, " or "), place.english()))
}
