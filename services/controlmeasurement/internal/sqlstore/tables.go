// Package sqlstore says how control measurement lies in its database: the typed columns of each resource, the outbox of
// proposals, the queries of its own and the migrations. Reading and writing resources is package resource's.
package sqlstore

import (
	"embed"
	"io/fs"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

//go:embed migrations
var embedded embed.FS

// Migrations returns the migrations of the service, those of the journal included, for opening its database.
func Migrations() fs.FS { return resource.Migrations(embedded) }

// Tables holds the service's tables. It is immutable.
type Tables struct {
	Indicators   *resource.Table[*controlv1.Indicator]
	Measurements *resource.Table[*controlv1.Measurement]
	Results      *resource.Table[*controlv1.Result]
}

// NewTables describes the tables.
func NewTables() *Tables {
	return &Tables{Indicators: indicators(), Measurements: measurements(), Results: results()}
}

// All lists the tables, parents before children.
func (t *Tables) All() []resource.AnyTable {
	return []resource.AnyTable{t.Indicators, t.Measurements, t.Results}
}

// word returns the name of an enum value in lower case without its prefix, as it lies in a column: "not_performed"; empty
// when unspecified.
func word(value protoreflect.Enum, prefix string) string {
	v := value.Descriptor().Values().ByNumber(value.Number())
	if v == nil || v.Number() == 0 {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(string(v.Name()), prefix))
}
