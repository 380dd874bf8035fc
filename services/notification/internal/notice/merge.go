package notice

import (
	"cmp"
	"slices"
	"time"
)

// mergeDays leaves one planned reminder of a deadline to a person on a day, and none where one has gone out or failed.
func mergeDays(list []Reminder, zone *time.Location) {
	byDay := make(map[telt][]int, len(list))
	for i, r := range list {
		if r.State == Planned || r.told() || r.State == Failed {
			key := telt{r.Committee, r.Deadline, r.Person, Day(r.At, zone)}
			byDay[key] = append(byDay[key], i)
		}
	}
	for _, same := range byDay {
		keep(list, same)
	}
}

// telt is one deadline, to one person, on one day.
type telt struct{ committee, deadline, person, day string }

// keep merges the planned ones among those of one day into what has gone out, or else into the worthiest.
func keep(list []Reminder, same []int) {
	best := slices.MinFunc(same, func(a, b int) int {
		return cmp.Or(planned(list[a])-planned(list[b]), byWorth(list[a], list[b]))
	})
	for _, i := range same {
		if i != best && list[i].State == Planned {
			list[i].State = Merged
		}
	}
}

// planned is 1 for what is still to be sent.
func planned(r Reminder) int {
	if r.State == Planned {
		return 1
	}
	return 0
}

// told reports whether the reminder has gone out or is on its way.
func (r Reminder) told() bool { return r.State == Sending || r.State == Sent }

// byWorth orders reminders of one thing to one person on one day, the one to keep first: one's own before a takeover before
// what one is told instead of others; after the last day before ahead of it; the nearer before the farther.
func byWorth(a, b Reminder) int {
	return cmp.Or(a.capacity()-b.capacity(), int(b.Cause-a.Cause), distanceOf(a)-distanceOf(b), int(a.Recipient-b.Recipient), cmp.Compare(a.ID, b.ID))
}

// capacity ranks in what capacity a person is told.
func (r Reminder) capacity() int {
	switch {
	case r.Cause == Vacant:
		return 3
	case r.InsteadOf != "":
		return 2
	case r.Cause == Takeover:
		return 1
	default:
		return 0
	}
}

// distanceOf is how many days from the last day.
func distanceOf(r Reminder) int { return max(r.Days, -r.Days) }
