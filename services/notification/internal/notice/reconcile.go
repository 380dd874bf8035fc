package notice

import "slices"

// Change is one reminder that is to be stored anew or otherwise than it is.
type Change struct {
	// Reminder as it is to be stored.
	Reminder Reminder
	// Was is the state that is stored; 0 for a new one.
	Was State
}

// Reconcile returns what has to change for the stored reminders to be the desired ones, by time. Of the input it takes the
// time and the zone. Actual must hold every stored reminder of the deadlines that desired is about, and every planned one of
// their committees. What is being sent, is sent or has failed never changes; storing the changes and comparing once more
// gives none.
func Reconcile(desired, actual []Reminder, in Input) []Change {
	wanted := make(map[string]Reminder, len(desired))
	for _, r := range desired {
		wanted[r.ID] = r
	}
	results, heirs := make([]Reminder, 0, len(actual)+len(desired)), newHeirs(desired, actual, wanted)
	stored := make(map[string]bool, len(actual))
	for _, a := range actual {
		stored[a.ID] = true
		if w, found := wanted[a.ID]; found {
			results = append(results, next(a, w, in))
		} else {
			results = append(results, heirs.drop(a))
		}
	}
	for _, w := range desired {
		if !stored[w.ID] {
			stored[w.ID] = true
			results = append(results, replanned(w))
		}
	}
	mergeDays(results, in.Zone)
	return changes(actual, results)
}

// changes returns the results that differ from what is stored, which they begin with in the same order.
func changes(actual, results []Reminder) []Change {
	var list []Change
	for i, r := range results {
		switch {
		case i >= len(actual):
			list = append(list, Change{Reminder: r})
		case differs(actual[i], r):
			list = append(list, Change{Reminder: r, Was: actual[i].State})
		}
	}
	slices.SortFunc(list, func(a, b Change) int { return byTime(a.Reminder, b.Reminder) })
	return list
}

// differs reports whether a result is to be stored. Of what is not to be sent only the state matters.
func differs(stored, result Reminder) bool {
	if stored.State != result.State || result.State != Planned {
		return stored.State != result.State
	}
	same := stored
	same.At = result.At
	return same != result || !stored.At.Equal(result.At)
}

// next returns what a stored reminder that is desired becomes.
func next(a, w Reminder, in Input) Reminder {
	switch a.State {
	case Planned:
		return moved(a, w, in)
	case Cancelled, Withdrawn, Merged:
		if w.State != Skipped {
			return replanned(w)
		}
	case Skipped:
		// Only a later time is a new chance: the clock stepping back is none.
		if w.State != Skipped && w.Cause != Takeover && w.At.After(a.At) {
			return replanned(w)
		}
	case Sending, Sent, Failed:
		// What has been begun is no longer ours to change.
	}
	return a
}

// moved returns what a planned reminder becomes: with the desired time and words, or skipped when even then it is too late. A
// takeover keeps its time, which would otherwise never come.
func moved(a, w Reminder, in Input) Reminder {
	if a.Cause == Takeover {
		w.At = a.At
		w.Mail = mailID(w.Person, w.At, w.Digest, w.Committee, w.Deadline)
	}
	w.State = Planned
	if in.Now.Sub(w.At) > Late {
		w.State = Skipped
	}
	return w
}

// replanned returns a desired reminder, planned unless it is late: what it merges with is settled among all results.
func replanned(w Reminder) Reminder {
	if w.State == Merged {
		w.State = Planned
	}
	return w
}

// heirs tells who is to be told instead of those who are to be told no longer.
type heirs struct {
	// slots are the times at which somebody is to be told of a deadline, and capacities those in which somebody, or one
	// person, is.
	slots      map[slot]bool
	capacities map[capacity]bool
}

// slot is one time of a rule for one deadline.
type slot struct {
	telling
	cause Cause
	days  int
}

// capacity is a step of the ladder for one deadline, and one person on it or, without one, anybody.
type capacity struct {
	committee, deadline, person string
	to                          Recipient
}

// newHeirs arranges the desired reminders if any stored one is to be dropped, which is seldom.
func newHeirs(desired, actual []Reminder, wanted map[string]Reminder) heirs {
	h := heirs{slots: make(map[slot]bool), capacities: make(map[capacity]bool)}
	dropped := func(r Reminder) bool { return r.State == Planned && wanted[r.ID].ID == "" }
	if !slices.ContainsFunc(actual, dropped) {
		return h
	}
	for _, r := range desired {
		h.slots[slotOf(r)] = true
		h.capacities[capacity{r.Committee, r.Deadline, "", r.Recipient}] = true
		h.capacities[capacity{r.Committee, r.Deadline, r.Person, r.Recipient}] = true
	}
	return h
}

// slotOf returns the time that a reminder is for.
func slotOf(r Reminder) slot {
	return slot{telling{r.Committee, r.Deadline, r.Due}, r.Cause, r.Days}
}

// drop returns what a stored reminder that is no longer desired becomes: withdrawn when somebody else is told in its place,
// else cancelled.
func (h heirs) drop(a Reminder) Reminder {
	if a.State != Planned {
		return a
	}
	others := h.capacities[capacity{a.Committee, a.Deadline, "", a.Recipient}]
	own := h.capacities[capacity{a.Committee, a.Deadline, a.Person, a.Recipient}]
	a.State = Cancelled
	if h.slots[slotOf(a)] || others && !own {
		a.State = Withdrawn
	}
	return a
}
