package notice

import (
	"fmt"
	"strconv"
	"time"
)

// days returns how far from the last day the time is for a deadline: negative before it. A share is of the period from the
// day that the work could begin, rounded to whole days, half up, within its bounds.
func (t Time) days(d Deadline) int {
	if t.Share == nil {
		return t.Days
	}
	period := max(DaysBetween(d.Begin, d.Due), 0)
	days := max((2*period*t.Share.Percent+100)/200, t.Share.Min)
	if t.Share.Max > 0 {
		days = min(days, t.Share.Max)
	}
	return -days
}

// distance is what tells this time from another of the same cause, whatever it comes to for one deadline.
func (t Time) distance(days int) string {
	if t.Share == nil {
		return strconv.Itoa(days)
	}
	return fmt.Sprintf("%d%%%d-%d", t.Share.Percent, t.Share.Min, t.Share.Max)
}

// sendDay returns the working day on which to remind: before or on the last day never later than asked for, after it never
// earlier. It is empty when the deadline has no day.
func sendDay(c Calendar, due string, days int) string {
	day := addDays(due, days)
	switch {
	case day == "":
		return ""
	case days > 0:
		return workingDay(c, day, 1)
	default:
		return workingDay(c, day, -1)
	}
}

// LateAt reports whether a reminder comes too late to be sent when it is first stored: its time passed over 48 hours ago,
// or before its deadline was known, or before its rule said so. Zero times bound nothing.
func LateAt(at, known, since, now time.Time) bool {
	return at.Before(known) || at.Before(since) || now.Sub(at) > Late
}
