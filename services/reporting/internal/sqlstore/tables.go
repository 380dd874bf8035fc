// Package sqlstore says how reporting lies in its database: the typed columns of each resource, the bytes of final
// documents with their queries, and the migrations. Reading and writing resources is package resource's.
package sqlstore

import (
	"embed"
	"io/fs"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
)

//go:embed migrations
var embedded embed.FS

// Migrations returns the migrations of the service, those of the journal included, for opening its database.
func Migrations() fs.FS { return resource.Migrations(embedded) }

// Tables holds the service's tables of resources. It is immutable.
type Tables struct {
	Cases     *resource.Table[*reportv1.Case]
	Documents *resource.Table[*reportv1.Document]
	Templates *resource.Table[*reportv1.Template]
}

// NewTables describes the tables.
func NewTables() *Tables {
	return &Tables{Cases: cases(), Documents: documents(), Templates: templates()}
}

// All lists the tables, parents before children.
func (t *Tables) All() []resource.AnyTable {
	return []resource.AnyTable{t.Templates, t.Cases, t.Documents}
}

// word returns the name of an enum value in lower case without its prefix, as it lies in a column: "final".
func word(value protoreflect.Enum, prefix string) string {
	v := value.Descriptor().Values().ByNumber(value.Number())
	if v == nil || v.Number() == 0 {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(string(v.Name()), prefix))
}
