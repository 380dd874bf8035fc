// Package sqlstore says how the risk register lies in its database: the typed columns of each resource and the
// migrations. Reading and writing is package resource's.
package sqlstore

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

//go:embed migrations
var embedded embed.FS

// Migrations returns the migrations of the service, those of the journal included, for opening its database.
func Migrations() fs.FS { return resource.Migrations(embedded) }

// Tables holds the service's tables. It is immutable.
type Tables struct {
	Methods        *resource.Table[*riskv1.Method]
	MethodVersions *resource.Table[*riskv1.MethodVersion]
	CommonItems    *resource.Table[*riskv1.CommonItem]
	Risks          *resource.Table[*riskv1.Risk]
	Plans          *resource.Table[*riskv1.Plan]
	PlanVersions   *resource.Table[*riskv1.PlanVersion]
	RiskEntries    *resource.Table[*riskv1.RiskEntry]
	ControlAreas   *resource.Table[*riskv1.ControlArea]
	ControlPoints  *resource.Table[*riskv1.ControlPoint]
	Actions        *resource.Table[*riskv1.Action]
	Rounds         *resource.Table[*riskv1.Round]
	FollowUps      *resource.Table[*riskv1.FollowUp]
}

// NewTables describes the tables.
func NewTables() *Tables {
	return &Tables{
		Methods: methods(), MethodVersions: methodVersions(), CommonItems: commonItems(), Risks: risks(), Plans: plans(), PlanVersions: planVersions(),
		RiskEntries: riskEntries(), ControlAreas: controlAreas(), ControlPoints: controlPoints(),
		Actions: actions(), Rounds: rounds(), FollowUps: followUps(),
	}
}

// All lists the tables, parents before children.
func (t *Tables) All() []resource.AnyTable {
	return []resource.AnyTable{t.Methods, t.MethodVersions, t.CommonItems, t.Risks, t.Plans, t.PlanVersions, t.RiskEntries, t.ControlAreas,
		t.ControlPoints, t.Actions, t.Rounds, t.FollowUps}
}

// number returns the id of a version as a number, so that version 10 follows version 9; 0 for an id that is none.
func number(name string) int64 {
	n, err := strconv.ParseInt(resource.ID(name), 10, 32)
	if err != nil {
		return 0
	}
	return n
}

// word returns the name of an enum value in lower case without its prefix, as it lies in a column: "decided".
func word(value protoreflect.Enum, prefix string) string {
	v := value.Descriptor().Values().ByNumber(value.Number())
	if v == nil {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(string(v.Name()), prefix))
}
