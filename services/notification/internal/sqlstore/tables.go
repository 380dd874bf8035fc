// Package sqlstore says how notification lies in its database: the typed columns of each resource, the deadlines as the risk
// register last told them, the reminders, the turns of mails, the ledger, and the migrations. Reading and writing resources
// is package resource's.
package sqlstore

import (
	"embed"
	"io/fs"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/resource"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

//go:embed migrations
var embedded embed.FS

// Migrations returns the migrations of the service, those of the journal included, for opening its database.
func Migrations() fs.FS { return resource.Migrations(embedded) }

// RulesSubject is the constraint that there is one rule of a kind and a role in the same place.
const RulesSubject = "reminder_rules_subject"

// Tables holds the service's tables. It is immutable.
type Tables struct {
	Rules    *resource.Table[*notificationv1.ReminderRule]
	Settings *resource.Table[*notificationv1.ReminderSettings]
}

// NewTables describes the tables.
func NewTables() *Tables { return &Tables{Rules: rules(), Settings: settings()} }

// All lists the tables, parents before children.
func (t *Tables) All() []resource.AnyTable { return []resource.AnyTable{t.Rules, t.Settings} }

func rules() *resource.Table[*notificationv1.ReminderRule] {
	return resource.Define(resource.Spec[*notificationv1.ReminderRule]{
		Table: "reminder_rules",
		Columns: []resource.Column[*notificationv1.ReminderRule]{
			{Name: "title", Value: func(r *notificationv1.ReminderRule) any { return r.GetTitle() }},
			{Name: "disabled", Value: func(r *notificationv1.ReminderRule) any { return yes(r.GetDisabled()) }},
			{Name: "kind", Value: func(r *notificationv1.ReminderRule) any { return word(r.GetKind(), kindPrefix) }},
			{Name: "role", Value: func(r *notificationv1.ReminderRule) any { return word(r.GetRole(), rolePrefix) }},
		},
	})
}

// settings are one person's own, and so are left out of import and export.
func settings() *resource.Table[*notificationv1.ReminderSettings] {
	return resource.Define(resource.Spec[*notificationv1.ReminderSettings]{
		Table: "reminder_settings",
		Columns: []resource.Column[*notificationv1.ReminderSettings]{
			{Name: "mode", Value: func(s *notificationv1.ReminderSettings) any { return word(s.GetMode(), "DELIVERY_MODE_") }},
		},
		Local: true,
	})
}

// What the names of enum values begin with.
const (
	kindPrefix      = "DEADLINE_KIND_"
	rolePrefix      = "STEP_ROLE_"
	causePrefix     = "REMINDER_CAUSE_"
	recipientPrefix = "LADDER_STEP_"
	statePrefix     = "REMINDER_STATE_"
	deliveryPrefix  = "DELIVERY_STATE_"
)

// word returns the name of an enum value in lower case without its prefix, as it lies in a column: "follow_up"; empty when
// unspecified.
func word(value protoreflect.Enum, prefix string) string {
	v := value.Descriptor().Values().ByNumber(value.Number())
	if v == nil || v.Number() == 0 {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(string(v.Name()), prefix))
}

// number returns the number of the enum value that word made a word of; 0 for an unknown one.
func number(of protoreflect.Enum, word, prefix string) protoreflect.EnumNumber {
	v := of.Descriptor().Values().ByName(protoreflect.Name(prefix + strings.ToUpper(word)))
	if v == nil {
		return 0
	}
	return v.Number()
}

// yes is a truth as it lies in a column.
func yes(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
