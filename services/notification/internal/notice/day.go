package notice

import (
	"time"
	_ "time/tzdata" // the program runs where there is no time zone database
)

// dateLayout is how every day is written, so that days sort as texts.
const dateLayout = time.DateOnly

// longestRest is how many days in a row people may be off; a calendar that knows no working day at all must not stop us.
const longestRest = 31

// Zone is where days begin and end.
func Zone() (*time.Location, error) { return time.LoadLocation("Europe/Stockholm") }

// Day returns the day of a time in a zone.
func Day(t time.Time, zone *time.Location) string { return t.In(zone).Format(dateLayout) }

// addDays returns the day that many days later, or earlier when negative; "" for what is no day.
func addDays(day string, days int) string {
	t, err := time.Parse(dateLayout, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, days).Format(dateLayout)
}

// DaysBetween returns how many days after the first the second is; negative before it, 0 when either is no day.
func DaysBetween(first, second string) int {
	a, err := time.Parse(dateLayout, first)
	if err != nil {
		return 0
	}
	b, err := time.Parse(dateLayout, second)
	if err != nil {
		return 0
	}
	return int(b.Sub(a) / (24 * time.Hour))
}

// workingDay returns the day, or else the nearest working day in the direction of step (1 or -1).
func workingDay(c Calendar, day string, step int) string {
	moved := day
	for range longestRest {
		if c.WorkingDay(moved) {
			return moved
		}
		moved = addDays(moved, step)
	}
	return day
}

// Moment returns when the clock shows a time of day. Where the clock is put forward past it: when it is put forward. Where
// it is put back so that the time comes twice: the first.
func Moment(day string, hour, minute int, zone *time.Location) time.Time {
	date, err := time.Parse(dateLayout, day)
	if err != nil {
		return time.Time{}
	}
	shown := time.Date(date.Year(), date.Month(), date.Day(), hour, minute, 0, 0, time.UTC)
	_, before := shown.Add(-24 * time.Hour).In(zone).Zone()
	_, after := shown.Add(24 * time.Hour).In(zone).Zone()
	first := shown.Add(-time.Duration(before) * time.Second).In(zone)
	if before == after || shows(first, shown) {
		return first
	}
	if second := shown.Add(-time.Duration(after) * time.Second).In(zone); shows(second, shown) {
		return second
	}
	change, _ := first.ZoneBounds()
	return change
}

// shows reports whether the clock at t shows the same as that of shown.
func shows(t, shown time.Time) bool {
	return t.Day() == shown.Day() && t.Hour() == shown.Hour() && t.Minute() == shown.Minute()
}
