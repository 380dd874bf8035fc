package notice

import "time"

// telling is a deadline with one last day.
type telling struct{ committee, deadline, due string }

// tellings arranges what has been told. What was planned, but not sent, told nobody.
func tellings(told []Reminder) map[telling][]Reminder {
	by := make(map[telling][]Reminder)
	for _, r := range told {
		if r.State == 0 || r.told() {
			key := telling{r.Committee, r.Deadline, r.Due}
			by[key] = append(by[key], r)
		}
	}
	return by
}

// takeovers tells those who have the work now and were never told of it, when somebody who was told of it has it no longer.
// Once they are told they are among the told, so that it is once.
func (p *planner) takeovers(d Deadline, rule Rule) []Reminder {
	told := p.told[telling{d.Committee, d.Key, d.Due}]
	if len(told) == 0 || d.Due < p.today {
		return nil
	}
	present, _ := p.roster.responsible(d, p.today, Person.Reachable)
	if !released(told, present) {
		return nil
	}
	o := occasion{deadline: d, rule: rule, at: p.takeoverTime(d, rule)}
	var list []Reminder
	for _, person := range present {
		if !knows(told, person.Name) {
			list = append(list, o.reminder(person, Takeover, Responsible, "", Planned))
		}
	}
	return list
}

// released reports whether somebody was told as the responsible who is so no longer.
func released(told []Reminder, present []Person) bool {
	for _, r := range told {
		if r.Recipient == Responsible && r.Cause != Vacant && !among(present, r.Person) {
			return true
		}
	}
	return false
}

// knows reports whether a person was told of the deadline; that a role is vacant is another thing.
func knows(told []Reminder, person string) bool {
	for _, r := range told {
		if r.Person == person && r.Cause != Vacant {
			return true
		}
	}
	return false
}

// takeoverTime is the rule's time of day on the next working day, or now where that would be after the last day.
func (p *planner) takeoverTime(d Deadline, rule Rule) time.Time {
	day := workingDay(p.in.Calendar, p.today, 1)
	at := Moment(day, rule.Hour, rule.Minute, p.in.Zone)
	if !at.After(p.in.Now) {
		day = workingDay(p.in.Calendar, addDays(p.today, 1), 1)
		at = Moment(day, rule.Hour, rule.Minute, p.in.Zone)
	}
	if day > d.Due {
		return p.in.Now.Truncate(time.Microsecond)
	}
	return at
}
