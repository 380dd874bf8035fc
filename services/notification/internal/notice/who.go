package notice

import (
	"cmp"
	"slices"
	"strings"
)

// roster finds who holds what, in time that does not grow with a municipality's people.
type roster struct {
	people map[string]Person
	named  map[string]Assignment
	placed map[place][]Assignment
}

// place is a role, as in the directory, in a committee or municipality.
type place struct{ role, scope string }

// newRoster arranges people and assignments. A role in a unit counts for the unit's committee.
func newRoster(in Input) roster {
	r := roster{people: make(map[string]Person, len(in.People)), named: make(map[string]Assignment, len(in.Assignments)),
		placed: make(map[place][]Assignment)}
	for _, p := range in.People {
		r.people[p.Name] = p
	}
	for _, a := range in.Assignments {
		scope, _, _ := strings.Cut(a.Scope, "/units/")
		key := place{a.Role, scope}
		r.named[a.Name], r.placed[key] = a, append(r.placed[key], a)
	}
	return r
}

// Reachable reports whether a mail can be sent to the person.
func (p Person) Reachable() bool { return !p.Disabled && p.Email != "" }

// anyone lets everybody count.
func anyone(Person) bool { return true }

// on reports whether the assignment is held on a day.
func (a Assignment) on(day string) bool {
	return (a.From == "" || a.From <= day) && (a.To == "" || day <= a.To)
}

// holders returns who holds a role in a scope on a day, among those that count, by name.
func (r roster) holders(role, scope, day string, counts func(Person) bool) []Person {
	return r.persons(r.placed[place{role, scope}], day, counts)
}

// persons returns who holds one of the assignments on a day, among those that count, by name and each once.
func (r roster) persons(assignments []Assignment, day string, counts func(Person) bool) []Person {
	var found []Person
	for _, a := range assignments {
		if p, known := r.people[a.Person]; known && a.on(day) && counts(p) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b Person) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(found, func(a, b Person) bool { return a.Name == b.Name })
}

// first returns the first list that has somebody.
func first(lists ...func() []Person) []Person {
	for _, list := range lists {
		if people := list(); len(people) > 0 {
			return people
		}
	}
	return nil
}

// inRole returns who holds a role of deadlines in a committee on a day; nobody for owners, whom each deadline names.
func (r roster) inRole(role Role, committee, day string, counts func(Person) bool) []Person {
	hold := func(name, scope string) func() []Person {
		return func() []Person { return r.holders(name, scope, day, counts) }
	}
	coordinators := []func() []Person{hold("coordinator", committee), hold("coordinator", municipality(committee))}
	switch role {
	case RoleManager:
		return hold("manager", committee)()
	case RoleHead:
		return hold("head", committee)()
	case RoleCoordinator:
		return first(coordinators...)
	case RoleCommittee:
		return first(append([]func() []Person{hold("secretary", committee)}, coordinators...)...)
	default:
		return nil
	}
}

// responsible returns whose turn a deadline is on a day, among those that count, by name, and in words the owners who
// should count but of whom nobody does: those that name an assignment.
func (r roster) responsible(d Deadline, day string, counts func(Person) bool) (people []Person, missing []string) {
	if d.Role != RoleOwner && d.Role != RoleAny {
		return r.inRole(d.Role, d.Committee, day, counts), nil
	}
	var held []Assignment
	for _, o := range d.Owners {
		if o.Assignment == "" {
			continue
		}
		a := r.named[o.Assignment]
		if len(r.persons([]Assignment{a}, day, counts)) == 0 {
			missing = append(missing, cmp.Or(strings.TrimSpace(o.Role), a.Title, RoleOwner.Words()))
			continue
		}
		held = append(held, a)
	}
	return r.persons(held, day, counts), missing
}

// step returns who can be reached at a step of the ladder for a deadline.
func (r roster) step(d Deadline, to Recipient, day string) (people []Person, missing []string) {
	switch to {
	case Manager:
		return r.inRole(RoleManager, d.Committee, day, Person.Reachable), nil
	case Coordinator:
		return r.inRole(RoleCoordinator, d.Committee, day, Person.Reachable), nil
	case Head:
		return r.inRole(RoleHead, d.Committee, day, Person.Reachable), nil
	default:
		return r.responsible(d, day, Person.Reachable)
	}
}

// audience is who is told of a deadline at one time.
type audience struct {
	people []Person
	// to is the step at which they were found, and insteadOf who should have been there.
	to        Recipient
	insteadOf string
	// vacant is what the coordinators are told that nobody can be reached as; empty when all is well.
	vacant string
}

// audience finds who is told when a rule says to tell a step: those who can be reached there, else at the next step of its
// ladder.
func (r roster) audience(d Deadline, rule Rule, to Recipient, day string) audience {
	people, missing := r.step(d, to, day)
	if len(people) > 0 {
		return audience{people: people, to: to, vacant: enumerate(missing)}
	}
	words := d.words(to)
	for _, next := range rule.steps(to) {
		if people, _ := r.step(d, next, day); len(people) > 0 {
			return audience{people: people, to: next, insteadOf: words, vacant: words}
		}
	}
	return audience{to: to, vacant: words}
}

// words names who should be told at a step.
func (d Deadline) words(to Recipient) string {
	switch {
	case to != Responsible:
		return to.Words()
	case d.Role != RoleOwner && d.Role != RoleAny:
		return d.Role.Words()
	}
	roles := make([]string, 0, len(d.Owners))
	for _, o := range d.Owners {
		roles = append(roles, o.Role)
	}
	return cmp.Or(enumerate(roles), RoleOwner.Words())
}

// among reports whether a person is in a list.
func among(people []Person, name string) bool {
	return slices.ContainsFunc(people, func(p Person) bool { return p.Name == name })
}
