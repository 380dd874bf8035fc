package mail

import (
	"strings"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// titleInSubject is how much of a title goes into the subject.
const titleInSubject = 80

// subject says what, and when.
func (c Composer) subject(m Message, lines []Line) string {
	if len(lines) == 1 {
		return c.subjectOfOne(m, lines[0])
	}
	what, due := count(len(lines), "", commonNoun(lines).many), longDate(lines[0].Due)
	when := " " + due
	if !sameDay(lines) {
		when = ", den första " + due
	}
	switch late := c.countLate(m, lines); {
	case late == 0:
		return prefix(lines) + what + " ska vara klara" + when
	case late == len(lines):
		return prefix(lines) + what + " skulle ha varit klara" + when
	default:
		return prefix(lines) + what + " väntar, sista dag för den första var " + due
	}
}

// subjectOfOne says what one thing is called and when its last day is.
func (c Composer) subjectOfOne(m Message, l Line) string {
	title := shorten(strings.TrimRight(titleOf(l), " ."), titleInSubject)
	switch {
	case c.days(m.Date, l.Due) < 0:
		return prefix([]Line{l}) + title + ", sista dag var " + longDate(l.Due)
	case l.Kind == notice.KindMeeting:
		return prefix([]Line{l}) + title + " " + longDate(l.Due)
	default:
		return prefix([]Line{l}) + title + ", senast " + longDate(l.Due)
	}
}

// prefix tells in a word what kind of mail it is.
func prefix(lines []Line) string {
	switch {
	case allOf(lines, notice.Vacant):
		return "Ingen ansvarig: "
	case allOf(lines, notice.Takeover):
		return "Nytt för dig: "
	case allOf(lines, notice.After):
		return "Försenat: "
	default:
		return "Påminnelse: "
	}
}
