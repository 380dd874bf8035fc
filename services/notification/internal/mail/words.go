package mail

import (
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// noun is what kinds of deadlines are called: one of them, and several.
type noun struct{ one, many string }

// task is what fits every kind.
var task = noun{"en uppgift", "uppgifter"}

func nounOf(kind notice.Kind) noun {
	switch kind {
	case notice.KindFollowUp:
		return noun{"en uppföljning", "uppföljningar"}
	case notice.KindControl:
		return noun{"en kontroll", "kontroller"}
	case notice.KindAction:
		return noun{"en åtgärd", "åtgärder"}
	default:
		return task
	}
}

// commonNoun is what all lines are called together.
func commonNoun(lines []Line) noun {
	n := nounOf(lines[0].Kind)
	if slices.ContainsFunc(lines, func(l Line) bool { return nounOf(l.Kind) != n }) {
		return task
	}
	return n
}

// roleWords is what the recipient of a line is called in it.
func roleWords(l Line) string {
	if words := clean(l.RoleWords); words != "" {
		return words
	}
	switch {
	case l.Recipient > notice.Responsible:
		return l.Recipient.Words()
	case l.Role > notice.RoleOwner:
		return l.Role.Words()
	default:
		return ownerWords(l.Kind)
	}
}

// ownerWords is what an owner is called by what she owns.
func ownerWords(kind notice.Kind) string {
	switch kind {
	case notice.KindFollowUp:
		return "riskansvarig"
	case notice.KindControl:
		return "kontrollansvarig"
	case notice.KindAction:
		return "ansvarig för en åtgärd"
	default:
		return notice.RoleOwner.Words()
	}
}

// why says why the recipient gets the mail: as what, and where.
func why(lines []Line) string {
	text := "Du får det här mejlet eftersom du är " + enumerate(distinct(lines, roleWords))
	where := distinct(lines, func(l Line) string { return clean(l.CommitteeName) })
	switch {
	case len(where) > 3:
		return text + " i flera nämnder."
	case len(where) > 0:
		return text + " i " + enumerate(where) + "."
	default:
		return text + "."
	}
}

// distinct returns what of says of the lines, each once and in their order, without empty ones.
func distinct(lines []Line, of func(Line) string) []string {
	var words []string
	for _, l := range lines {
		if word := of(l); word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// titleOf is what a line is called.
func titleOf(l Line) string {
	if title := clean(l.Title); title != "" {
		return title
	}
	return sentence(nounOf(l.Kind).one) + " utan rubrik"
}

// place says where a line belongs: "Delårsuppföljning 2025, Omsorgsnämnden".
func place(l Line) string {
	parts := []string{clean(l.RoundTitle), clean(l.CommitteeName)}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

// dayLine says by when.
func dayLine(l Line, days int) string {
	label := "Sista dag: "
	switch {
	case l.Kind == notice.KindMeeting:
		label = "Dag: "
	case days < 0:
		label = "Sista dagen var "
		return label + longDate(l.Due) + ", " + daysText(days) + "."
	}
	return label + longDate(l.Due) + " (" + daysText(days) + ")"
}

// note says what is special with a line.
func note(l Line) string {
	instead := clean(l.InsteadOf)
	switch {
	case l.Cause == notice.Vacant && instead == "":
		return "Ingen som ska göra det här går att nå. Ange en annan ansvarig, så går nästa påminnelse dit."
	case l.Cause == notice.Vacant:
		return "Ingen som är " + instead + " går att nå. Ange en annan ansvarig, så går nästa påminnelse dit."
	case instead == notice.RoleOwner.Words():
		return "Du får påminnelsen i stället för den som är ansvarig, som inte går att nå."
	case instead != "":
		return "Du får påminnelsen i stället för " + instead + ", som inte går att nå."
	case l.Cause == notice.Takeover:
		return "Du har tagit över uppgiften."
	default:
		return ""
	}
}

// allOf reports whether every line has a cause.
func allOf(lines []Line, cause notice.Cause) bool {
	return !slices.ContainsFunc(lines, func(l Line) bool { return l.Cause != cause })
}

// own reports whether a line is for the recipient to do, and not only to know of.
func own(l Line) bool {
	return l.Cause != notice.Vacant && l.InsteadOf == "" && l.Recipient <= notice.Responsible
}

// sameDay reports whether all lines have one last day.
func sameDay(lines []Line) bool {
	return !slices.ContainsFunc(lines, func(l Line) bool { return l.Due != lines[0].Due })
}

// openText is what the link to one line's page is called.
func openText(l Line) string {
	switch {
	case own(l) && l.Kind == notice.KindFollowUp:
		return "Svara på uppföljningen"
	case own(l) && l.Kind == notice.KindControl:
		return "Registrera resultatet"
	case l.Kind == notice.KindControl:
		return "Visa kontrollen"
	case l.Kind == notice.KindAction:
		return "Visa åtgärden"
	default:
		return "Visa uppföljningen"
	}
}
