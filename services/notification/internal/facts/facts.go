// Package facts turns what the service has stored into what the rules of reminding take: deadlines, rules, people, their
// roles and their choices. Reconciling, previews, tasks and calendars all begin here, so that they say the same.
package facts

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// Municipality is everything that reminders of a municipality follow from, but its deadlines. It is shared and must not be
// changed.
type Municipality struct {
	// Name: "municipalities/{m}".
	Name string
	// Directory is whom the directory last named. Without a Municipality in it, the directory was never read.
	Directory *sqlstore.Directory
	// Rules are those of the municipality and its committees, as stored.
	Rules []*notificationv1.ReminderRule

	people      []notice.Person
	assignments []notice.Assignment
}

// Reader is one state of a municipality: a view, or a transaction with what it has staged.
type Reader interface {
	resource.Reader
	Run(ctx context.Context, stmts ...sqldb.Stmt) error
}

// Read reads the facts of a municipality in one state.
func Read(ctx context.Context, store *resource.Store, tables *sqlstore.Tables, municipality string) (m *Municipality, err error) {
	err = store.View(ctx, municipality, func(ctx context.Context, v *resource.View) (err error) {
		m, err = ReadIn(ctx, v, tables, municipality)
		return err
	})
	return m, err
}

// ReadIn reads the facts of a municipality in the state that a reader shows.
func ReadIn(ctx context.Context, r Reader, tables *sqlstore.Tables, municipality string) (*Municipality, error) {
	m := &Municipality{Name: municipality, Directory: &sqlstore.Directory{}}
	err := r.Run(ctx, sqlstore.SelectDirectory(resource.Tenant(municipality), m.Directory))
	if err != nil {
		return nil, err
	}
	if m.Rules, err = tables.Rules.All(ctx, r, municipality); err != nil {
		return nil, err
	}
	settings, err := tables.Settings.All(ctx, r, municipality)
	m.people, m.assignments = People(m.Directory.People, settings), Assignments(m.Directory.Assignments)
	return m, err
}

// Known reports whether the directory of the municipality was ever read.
func (m *Municipality) Known() bool { return m.Directory.Municipality != nil }

// Person returns a person by name; nil for one that the directory does not name.
func (m *Municipality) Person(name string) *directoryv1.Person {
	return named(m.Directory.People, name)
}

// Assignment returns a role assignment by name; nil for one that the directory does not name.
func (m *Municipality) Assignment(name string) *directoryv1.RoleAssignment {
	return named(m.Directory.Assignments, name)
}

// Committee returns a committee by name; nil for one that the directory does not name.
func (m *Municipality) Committee(name string) *directoryv1.Committee {
	return named(m.Directory.Committees, name)
}

// named finds a resource in a list in order of name.
func named[M interface{ GetName() string }](list []M, name string) M {
	var none M
	at, found := slices.BinarySearchFunc(list, name, func(m M, name string) int { return cmp.Compare(m.GetName(), name) })
	if !found {
		return none
	}
	return list[at]
}

// Place is where and when reminders are reckoned.
type Place struct {
	Calendar notice.Calendar
	Zone     *time.Location
	Now      time.Time
}

// Input returns what the rules take: the deadlines given, the municipality's stored rules, and what has been told.
func (m *Municipality) Input(at Place, deadlines []sqlstore.Deadline, told []notice.Reminder) notice.Input {
	return notice.Input{Deadlines: Deadlines(deadlines), Rules: Rules(m.Rules), People: m.people, Assignments: m.assignments,
		Calendar: at.Calendar, Zone: at.Zone, Now: at.Now, Told: told}
}

// Deadlines returns deadlines as the rules take them.
func Deadlines(stored []sqlstore.Deadline) []notice.Deadline {
	list := make([]notice.Deadline, len(stored))
	for i, d := range stored {
		list[i] = Deadline(d)
	}
	return list
}

// Deadline returns a deadline as the rules take it.
func Deadline(d sqlstore.Deadline) notice.Deadline {
	a := d.About
	owners := make([]notice.Owner, len(a.GetOwners()))
	for i, o := range a.GetOwners() {
		owners[i] = notice.Owner{Role: o.GetRole(), Assignment: o.GetRoleAssignment()}
	}
	return notice.Deadline{Committee: d.Committee, Key: a.GetKey(), Kind: notice.Kind(a.GetKind()), Role: notice.Role(a.GetRole()),
		Due: a.GetDueDate(), Begin: a.GetBeginDate(), Owners: owners, Done: a.GetDone(), Known: d.Known}
}

// Rules returns rules as the rules of reminding take them.
func Rules(stored []*notificationv1.ReminderRule) []notice.Rule {
	list := make([]notice.Rule, len(stored))
	for i, r := range stored {
		list[i] = Rule(r)
	}
	return list
}

// Rule returns a rule as the rules of reminding take it. One that is not stored yet has held since ever.
func Rule(r *notificationv1.ReminderRule) notice.Rule {
	rule := notice.Rule{Name: r.GetName(), Disabled: r.GetDisabled(), Kind: notice.Kind(r.GetKind()), Role: notice.Role(r.GetRole()),
		Mode: notice.Mode(r.GetMode())}
	rule.Hour, rule.Minute = timeOfDay(r.GetTimeOfDay())
	for _, t := range r.GetTimes() {
		rule.Times = append(rule.Times, reminderTime(t))
	}
	for _, step := range r.GetLadder() {
		rule.Ladder = append(rule.Ladder, notice.Recipient(step))
	}
	if r.GetUpdateTime() != nil {
		rule.Since = r.GetUpdateTime().AsTime()
	}
	return rule
}

// timeOfDay reads "07:00"; what the API lets through always has this form.
func timeOfDay(text string) (hour, minute int) {
	first, second, _ := strings.Cut(text, ":")
	hour, hourErr := strconv.Atoi(first)
	minute, minuteErr := strconv.Atoi(second)
	if hourErr != nil || minuteErr != nil {
		return 0, 0
	}
	return hour, minute
}

func reminderTime(t *notificationv1.ReminderTime) notice.Time {
	to := notice.Time{Recipient: notice.Recipient(t.GetRecipient())}
	switch d := t.GetDistance().(type) {
	case *notificationv1.ReminderTime_DaysBefore:
		to.Days = -int(d.DaysBefore)
	case *notificationv1.ReminderTime_DaysAfter:
		to.Days = int(d.DaysAfter)
	case *notificationv1.ReminderTime_Share:
		to.Share = &notice.Share{Percent: int(d.Share.GetPercent()), Min: int(d.Share.GetMinDays()), Max: int(d.Share.GetMaxDays())}
	}
	return to
}

// People returns people with their own choices.
func People(stored []*directoryv1.Person, settings []*notificationv1.ReminderSettings) []notice.Person {
	modes := make(map[string]notice.Mode, len(settings))
	for _, s := range settings {
		modes[resource.Join(resource.Parent(s.GetName()), "people", resource.ID(s.GetName()))] = notice.Mode(s.GetMode())
	}
	list := make([]notice.Person, len(stored))
	for i, p := range stored {
		list[i] = notice.Person{Name: p.GetName(), Email: p.GetEmail(), Disabled: p.GetDisabled(), Mode: modes[p.GetName()]}
	}
	return list
}

// Assignments returns role assignments as the rules take them.
func Assignments(stored []*directoryv1.RoleAssignment) []notice.Assignment {
	list := make([]notice.Assignment, len(stored))
	for i, a := range stored {
		list[i] = notice.Assignment{Name: a.GetName(), Person: a.GetPerson(), Role: roleWord(a.GetRole()), Scope: a.GetScope(), Title: a.GetTitle(),
			From: a.GetValidFrom(), To: a.GetValidTo()}
	}
	return list
}

// roleWord returns a role in lower case, such as "coordinator".
func roleWord(r directoryv1.Role) string {
	return strings.ToLower(strings.TrimPrefix(r.String(), "ROLE_"))
}

// Told returns the reminders that were sent or are being sent, which takeovers follow from.
func Told(stored []sqlstore.Reminder) []notice.Reminder {
	var told []notice.Reminder
	for _, r := range stored {
		if r.State == notice.Sending || r.State == notice.Sent {
			told = append(told, r.Reminder)
		}
	}
	return told
}
