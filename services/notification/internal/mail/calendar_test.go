package mail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

func TestMovedDeadlineMovesInCalendar(t *testing.T) {
	c := composer(t)
	before := line("Fakturor", "2025-05-12")
	after := before.with(func(l *Line) { l.Due, l.Sequence = "2025-05-19", 1 })
	first := onlyEvent(t, c, before)
	second := onlyEvent(t, c, after)
	if a, b := first.Props.Get(ical.PropUID).Value, second.Props.Get(ical.PropUID).Value; a != b {
		t.Errorf("got the identifiers %q and %q, want the same", a, b)
	}
	if a, b := first.Props.Get(ical.PropSequence).Value, second.Props.Get(ical.PropSequence).Value; a != "0" || b != "1" {
		t.Errorf("got the sequence numbers %s and %s, want 0 and 1", a, b)
	}
	if got := second.Props.Get(ical.PropDateTimeStart); got.Value != "20250519" || got.ValueType() != ical.ValueDate {
		t.Errorf("got %s of %s, want the whole day 20250519", got.Value, got.ValueType())
	}
	if got := second.Props.Get(ical.PropTransparency).Value; got != "TRANSPARENT" {
		t.Errorf("got %s, want it to leave the day free", got)
	}
}

// onlyEvent is the event of a mail about one line, which the feed has too.
func onlyEvent(t *testing.T, c Composer, l Line) ical.Event {
	t.Helper()
	mail, err := c.Compose(message(t, "2025-05-05", l))
	if err != nil {
		t.Fatal(err)
	}
	feed, err := c.Calendar(Feed{Date: time.Date(2025, 5, 5, 0, 0, 0, 0, time.UTC), Lines: []Line{l}})
	if err != nil {
		t.Fatal(err)
	}
	inMail, inFeed := events(t, mail.Calendar), events(t, string(feed))
	if len(inMail) != 1 || len(inFeed) != 1 || inMail[0].Props.Get(ical.PropUID).Value != inFeed[0].Props.Get(ical.PropUID).Value {
		t.Fatalf("got %v and %v, want one event, the same in mail and feed", inMail, inFeed)
	}
	return inMail[0]
}

func TestFeed(t *testing.T) {
	c := composer(t)
	lines := []Line{line("B; C, D\\", "2025-06-01"), line("Åtgärd "+strings.Repeat("ö", 300), "2024-02-29"), line("utan dag", ""),
		line("Nämndens sammanträde", "2025-06-10").with(func(l *Line) { l.Kind = notice.KindMeeting })}
	lines = append(lines, lines[0])
	got, err := c.Calendar(Feed{Name: "Anna\r\nX-EVIL:1", Date: time.Date(2025, 5, 5, 7, 0, 0, 0, time.UTC), Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	found := events(t, string(got))
	if len(found) != 3 || strings.Contains(string(got), "\nX-EVIL") {
		t.Errorf("got %d events, want 3: each once, and none without a day\n%s", len(found), got)
	}
	for _, l := range strings.Split(string(got), "\r\n") {
		if len(l) > 75 || strings.ContainsAny(l, "\r\n") {
			t.Errorf("the line %q has %d bytes, want at most 75", l, len(l))
		}
	}
	if !strings.Contains(string(got), "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n") {
		t.Errorf("programs are not asked to read it anew\n%s", got)
	}
	if !slices.ContainsFunc(found, func(e ical.Event) bool { return e.Props.Get(ical.PropSummary).Value == "Nämndens sammanträde" }) {
		t.Error("the meeting is not called by its name")
	}
}

// A feed without events is not a calendar to the strict parser (RFC 5545 wants a component), but programs read it: it is how
// one shows that nothing waits.
func TestEmptyFeed(t *testing.T) {
	got, err := composer(t).Calendar(Feed{})
	if err != nil {
		t.Fatal(err)
	}
	cal, err := ical.NewDecoder(strings.NewReader(string(got))).Decode()
	if err != nil || len(cal.Events()) != 0 || cal.Props.Get("X-WR-CALNAME").Value != feedName {
		t.Errorf("got %v, %v, want a named calendar without events\n%s", cal, err, got)
	}
}
