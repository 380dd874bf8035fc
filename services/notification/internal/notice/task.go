package notice

import (
	"cmp"
	"slices"
)

// Task is one thing that waits for a person.
type Task struct {
	Deadline Deadline
	// Recipient is as what the person is to do it, and InsteadOf, in words, of whom; empty for one's own.
	Recipient Recipient
	InsteadOf string
	// DaysLeft until the last day; negative when it has passed.
	DaysLeft int
}

// Tasks returns what waits for a person, in order of last day: what is not done and the person is responsible for now, or is
// told of instead because nobody else can be reached. No rule takes a task away.
func Tasks(in Input, person string) []Task {
	return tasks(in, func(p Person) bool { return p.Name == person })[person]
}

// AllTasks returns what Tasks returns for each person for whom something waits.
func AllTasks(in Input) map[string][]Task { return tasks(in, anyone) }

// tasks returns what waits for those people that are asked about.
func tasks(in Input, asked func(Person) bool) map[string][]Task {
	roster, today := newRoster(in), Day(in.Now, in.Zone)
	found := map[string][]Task{}
	for _, d := range in.Deadlines {
		if d.Done {
			continue
		}
		add := func(people []Person, as Task) {
			for _, p := range people {
				if asked(p) {
					found[p.Name] = append(found[p.Name], as)
				}
			}
		}
		task := Task{Deadline: d, Recipient: Responsible, DaysLeft: DaysBetween(today, d.Due)}
		people, _ := roster.responsible(d, today, anyone)
		add(people, task)
		rule, _ := Match(in.Rules, d)
		who := roster.audience(d, rule, Responsible, today)
		task.Recipient, task.InsteadOf = who.to, who.insteadOf
		add(slices.DeleteFunc(who.people, func(p Person) bool { return among(people, p.Name) }), task)
	}
	for _, list := range found {
		slices.SortFunc(list, func(a, b Task) int {
			return cmp.Or(cmp.Compare(a.Deadline.Due, b.Deadline.Due), cmp.Compare(a.Deadline.Committee, b.Deadline.Committee),
				cmp.Compare(a.Deadline.Key, b.Deadline.Key))
		})
	}
	return found
}
