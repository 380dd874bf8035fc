// Package sqlstore says how the directory lies in its database: the typed columns of each resource, and the tables that
// are no resources (sessions, one-time links, passwords, secrets of service accounts, failed sign-ins, revocations, signing
// keys), with their queries and the migrations. Reading and writing resources is package resource's.
package sqlstore

import (
	"embed"
	"io/fs"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

//go:embed migrations
var embedded embed.FS

// Migrations returns the migrations of the service, those of the journal included, for opening its database.
func Migrations() fs.FS { return resource.Migrations(embedded) }

// Tables holds the service's tables of resources. It is immutable.
type Tables struct {
	Municipalities  *resource.Table[*directoryv1.Municipality]
	Committees      *resource.Table[*directoryv1.Committee]
	Units           *resource.Table[*directoryv1.Unit]
	People          *resource.Table[*directoryv1.Person]
	RoleAssignments *resource.Table[*directoryv1.RoleAssignment]
	ServiceAccounts *resource.Table[*directoryv1.ServiceAccount]
}

// NewTables describes the tables.
func NewTables() *Tables {
	return &Tables{Municipalities: municipalities(), Committees: committees(), Units: units(), People: people(),
		RoleAssignments: roleAssignments(), ServiceAccounts: serviceAccounts()}
}

// All lists the tables, parents before children.
func (t *Tables) All() []resource.AnyTable {
	return []resource.AnyTable{t.Municipalities, t.Committees, t.Units, t.People, t.RoleAssignments, t.ServiceAccounts}
}

// word returns the name of an enum value in lower case without its prefix, as it lies in a column: "executive".
func word(value protoreflect.Enum, prefix string) string {
	v := value.Descriptor().Values().ByNumber(value.Number())
	if v == nil {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(string(v.Name()), prefix))
}

// flag is how a truth lies in a column.
func flag(set bool) any {
	if set {
		return int64(1)
	}
	return int64(0)
}
