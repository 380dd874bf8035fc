package notice

import "time"

// Kind tells what a deadline is about; the numbers are those of the API. KindAny stands in rules for every kind.
type Kind int

// The kinds.
const (
	KindAny Kind = iota
	KindFollowUp
	KindStep
	KindPapers
	KindMeeting
	KindAction
	KindControl
)

// Role is whose turn a deadline is; the numbers are those of the API. RoleAny stands in rules for every role.
type Role int

// The roles.
const (
	RoleAny Role = iota
	RoleOwner
	RoleManager
	RoleCoordinator
	RoleHead
	RoleCommittee
)

// Recipient is a step of the ladder; the numbers are those of the API.
type Recipient int

// The steps.
const (
	// Responsible is whose turn it is.
	Responsible Recipient = iota + 1
	// Manager: the responsible managers of the committee.
	Manager
	// Coordinator: the coordinators of the committee, or where it has none those of the municipality.
	Coordinator
	// Head of administration.
	Head
)

// Mode tells one mail for each thing from one for all; the numbers are those of the API.
type Mode int

// The modes. ModeUnset is "what the rule says" of a person and Digest of a rule.
const (
	ModeUnset Mode = iota
	Single
	Digest
)

// Cause tells why somebody is told; the numbers are those of the API.
type Cause int

// The causes.
const (
	Before Cause = iota + 1
	After
	Takeover
	Vacant
)

// State is what has become of a reminder; the numbers are those of the API.
type State int

// The states. Only Planned ones are ever sent; Sending, Sent and Failed ones never change by reconciling.
const (
	Planned State = iota + 1
	Sending
	Sent
	Failed
	Skipped
	Cancelled
	Withdrawn
	Merged
)

// Deadline is one last day of one committee.
type Deadline struct {
	// Committee: "municipalities/{m}/committees/{c}".
	Committee string
	// Key is unique in the committee and stays when day or owners change.
	Key  string
	Kind Kind
	Role Role
	// Due is the last day and Begin the day the work could begin, as "2025-05-12".
	Due, Begin string
	Owners     []Owner
	Done       bool
	// Known is when this last day was first known.
	Known time.Time
}

// Owner answers for something: a role in words, and the name of a role assignment where one is known.
type Owner struct{ Role, Assignment string }

// Rule says when who is reminded.
type Rule struct {
	// Name: "municipalities/{m}/reminderRules/{r}", or of a committee.
	Name     string
	Disabled bool
	Kind     Kind
	Role     Role
	Times    []Time
	// Hour and Minute are the time of day in the zone.
	Hour, Minute int
	Mode         Mode
	Ladder       []Recipient
	// Since is when it last changed: what it would have said before that is not sent.
	Since time.Time
}

// Time is one time at which a rule reminds.
type Time struct {
	// Days from the last day: negative before, positive after. Not used with Share.
	Days int
	// Share is a lead time that follows the period; nil for fixed days.
	Share     *Share
	Recipient Recipient
}

// Share is a part of the period that is left when it reminds, in whole days within bounds; Max 0 is no bound.
type Share struct{ Percent, Min, Max int }

// Person is somebody who may be told. One who is disabled or has no address cannot be reached.
type Person struct {
	Name, Email string
	Disabled    bool
	Mode        Mode
}

// Assignment says who holds a role, where and when; From and To are days, inclusive, empty without a bound.
type Assignment struct {
	Name, Person string
	// Role as in the directory: "owner", "manager", "coordinator", "head", "secretary", …
	Role  string
	Scope string
	// Title as signed; may be empty.
	Title    string
	From, To string
}

// Reminder is one thing that one person is told at one time.
type Reminder struct {
	// ID is the same for the same deadline, last day, person, cause and distance: 26 characters of a–z and 2–7.
	ID        string
	Committee string
	// Deadline is its key, and Due its last day when this was computed.
	Deadline, Due string
	Person        string
	Cause         Cause
	// Days by the rule: negative before the last day.
	Days      int
	Recipient Recipient
	// InsteadOf is the role, in words, of who should have been told; empty otherwise.
	InsteadOf string
	Rule      string
	// At is when it is sent.
	At time.Time
	// Mail identifies the mail that it goes in; reminders with the same one go together. Digest tells a digest.
	Mail   string
	Digest bool
	State  State
}

// Calendar tells working days.
type Calendar interface {
	// WorkingDay reports whether people work on a day, as "2025-05-12".
	WorkingDay(day string) bool
}

// Input is everything that reminders of one municipality follow from.
type Input struct {
	Deadlines []Deadline
	// Rules of the municipality and its committees.
	Rules       []Rule
	People      []Person
	Assignments []Assignment
	Calendar    Calendar
	Zone        *time.Location
	Now         time.Time
	// Told are the reminders that were sent or are being sent, which takeovers follow from.
	Told []Reminder
}

// Late is how long after its time a reminder is still sent.
const Late = 48 * time.Hour
