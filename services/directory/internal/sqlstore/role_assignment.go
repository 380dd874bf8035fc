package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

func roleAssignments() *resource.Table[*directoryv1.RoleAssignment] {
	return resource.Define(resource.Spec[*directoryv1.RoleAssignment]{
		Table: "role_assignments",
		Columns: []resource.Column[*directoryv1.RoleAssignment]{
			{Name: "person", Value: func(a *directoryv1.RoleAssignment) any { return a.GetPerson() }},
			{Name: "role", Value: func(a *directoryv1.RoleAssignment) any { return RoleWord(a.GetRole()) }},
			{Name: "role_scope", Value: func(a *directoryv1.RoleAssignment) any { return a.GetScope() }},
			{Name: "valid_from", Value: func(a *directoryv1.RoleAssignment) any { return a.GetValidFrom() }},
			{Name: "valid_to", Value: func(a *directoryv1.RoleAssignment) any { return a.GetValidTo() }},
		},
	})
}

// RoleWord returns a role as tokens and columns carry it, such as "coordinator".
func RoleWord(role directoryv1.Role) string { return word(role, "ROLE_") }
