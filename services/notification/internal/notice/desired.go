package notice

import (
	"cmp"
	"slices"
	"time"
)

// Unreachable is a deadline that nobody at all can be told of, at one or more times still to come.
type Unreachable struct {
	Committee, Deadline, Due string
	// Role is who should be told, in words.
	Role string
}

// Desired returns every reminder that follows from the input, by time, and the deadlines that nobody can be told of. A
// reminder is Planned, Skipped when it is too late to begin with, or Merged when another one of the same thing reaches the
// same person on the same day. The input may be that of one committee alone; its order does not matter.
func Desired(in Input) ([]Reminder, []Unreachable) {
	p := planner{in: in, roster: newRoster(in), today: Day(in.Now, in.Zone), told: tellings(in.Told)}
	for _, d := range in.Deadlines {
		rule, found := Match(in.Rules, d)
		if !found || rule.Disabled || d.Done {
			continue
		}
		p.plan(d, rule)
	}
	slices.SortFunc(p.reminders, byTime)
	slices.SortFunc(p.unreachable, func(a, b Unreachable) int {
		return cmp.Or(cmp.Compare(a.Committee, b.Committee), cmp.Compare(a.Deadline, b.Deadline), cmp.Compare(a.Role, b.Role))
	})
	return p.reminders, slices.Compact(p.unreachable)
}

// byTime orders reminders by time, and those of one time in an order that is always the same.
func byTime(a, b Reminder) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Committee, b.Committee), cmp.Compare(a.Deadline, b.Deadline), cmp.Compare(a.ID, b.ID))
}

// planner collects what follows from an input.
type planner struct {
	in          Input
	roster      roster
	today       string
	told        map[telling][]Reminder
	reminders   []Reminder
	unreachable []Unreachable
}

// occasion is one time at which a rule reminds of a deadline.
type occasion struct {
	deadline Deadline
	rule     Rule
	// day and at are when; days and distance are how far from the last day, by the rule.
	day      string
	at       time.Time
	days     int
	distance string
}

// plan adds what one deadline asks for.
func (p *planner) plan(d Deadline, rule Rule) {
	var list []Reminder
	for _, t := range rule.Times {
		days := t.days(d)
		day := sendDay(p.in.Calendar, d.Due, days)
		if day == "" {
			continue
		}
		o := occasion{deadline: d, rule: rule, day: day, at: Moment(day, rule.Hour, rule.Minute, p.in.Zone), days: days, distance: t.distance(days)}
		list = append(list, p.tell(o, t.to())...)
	}
	list = append(list, p.takeovers(d, rule)...)
	list = distinct(list)
	mergeDays(list, p.in.Zone)
	p.reminders = append(p.reminders, list...)
}

// tell returns the reminders of one occasion: to whom the rule says, or instead of them, and to the coordinators when a role
// is vacant, unless they are told anyway.
func (p *planner) tell(o occasion, to Recipient) []Reminder {
	cause := Before
	if o.days > 0 {
		cause = After
	}
	state := Planned
	if LateAt(o.at, o.deadline.Known, o.rule.Since, p.in.Now) {
		state = Skipped
	}
	who := p.roster.audience(o.deadline, o.rule, to, o.day)
	var list []Reminder
	for _, person := range who.people {
		list = append(list, o.reminder(person, cause, who.to, who.insteadOf, state))
	}
	if who.vacant == "" {
		return list
	}
	coordinators, _ := p.roster.step(o.deadline, Coordinator, o.day)
	for _, person := range coordinators {
		if !among(who.people, person.Name) {
			list = append(list, o.reminder(person, Vacant, Coordinator, who.vacant, state))
		}
	}
	if len(list) == 0 && state == Planned {
		p.unreachable = append(p.unreachable, Unreachable{o.deadline.Committee, o.deadline.Key, o.deadline.Due, who.vacant})
	}
	return list
}

// reminder returns what one person is told on the occasion.
func (o occasion) reminder(person Person, cause Cause, to Recipient, insteadOf string, state State) Reminder {
	d := o.deadline
	digest := o.rule.mode(person) == Digest
	return Reminder{ID: reminderID(d, person.Name, cause, o.distance), Committee: d.Committee, Deadline: d.Key, Due: d.Due,
		Person: person.Name, Cause: cause, Days: o.days, Recipient: to, InsteadOf: insteadOf, Rule: o.rule.Name, At: o.at,
		Mail: mailID(person.Name, o.at, digest, d.Committee, d.Key), Digest: digest, State: state}
}

// distinct keeps one of those with the same identifier: a person who is told in two capacities at the same distance.
func distinct(list []Reminder) []Reminder {
	slices.SortFunc(list, func(a, b Reminder) int { return cmp.Or(cmp.Compare(a.ID, b.ID), byWorth(a, b)) })
	return slices.CompactFunc(list, func(a, b Reminder) bool { return a.ID == b.ID })
}
