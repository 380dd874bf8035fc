package mail

import (
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// product says who made a calendar.
const product = "-//Uppsikt//Uppsikt//SV"

// refresh is how often a calendar program is asked to read a feed anew.
const refresh = "PT4H"

// feedName is what a feed is called when it has no name of its own.
const feedName = "Internkontroll"

// Calendar makes a person's calendar by subscription.
func (c Composer) Calendar(feed Feed) ([]byte, error) {
	name := clean(feed.Name)
	if name == "" {
		name = feedName
	}
	return []byte(c.calendar(name, feed.Date, feed.Lines)), nil
}

// calendar writes one all-day event for each line that has a day. A name makes it a feed, which may be empty; a file without
// events would be none, so there is nothing then.
func (c Composer) calendar(name string, date time.Time, lines []Line) string {
	cal := &ics.Calendar{}
	cal.SetVersion("2.0")
	cal.SetProductId(product)
	cal.SetMethod(ics.MethodPublish)
	if name != "" {
		cal.SetName(name)
		cal.SetXWRCalName(name)
		cal.SetRefreshInterval(refresh)
		cal.SetXPublishedTTL(refresh)
	}
	seen := map[string]bool{}
	for _, l := range sorted(lines) {
		due, err := time.Parse(time.DateOnly, l.Due)
		if uid := c.uid(l); err == nil && !seen[uid] {
			seen[uid] = true
			cal.AddVEvent(c.event(uid, l, date, due))
		}
	}
	if len(seen) == 0 && name == "" {
		return ""
	}
	return cal.Serialize(ics.WithNewLineWindows, ics.WithLineLength(75))
}

// event is the last day of one thing. It leaves the day free, and rings no bell: the reminders are ours.
func (c Composer) event(uid string, l Line, date, due time.Time) *ics.VEvent {
	e := ics.NewEvent(uid)
	e.SetDtStampTime(date.UTC())
	e.SetSequence(max(l.Sequence, 0))
	e.SetAllDayStartAt(due)
	e.SetAllDayEndAt(due.AddDate(0, 0, 1))
	e.SetSummary(c.summary(l))
	e.SetDescription(c.description(l))
	e.SetURL(c.link(l.Path))
	e.SetTimeTransparency(ics.TransparencyTransparent)
	return e
}

// summary is what stands in the calendar's square.
func (c Composer) summary(l Line) string {
	if l.Kind == notice.KindMeeting {
		return titleOf(l)
	}
	return "Sista dag: " + titleOf(l)
}

// description says where it belongs and where it is done.
func (c Composer) description(l Line) string {
	return place(l) + "\n" + c.link(l.Path)
}
