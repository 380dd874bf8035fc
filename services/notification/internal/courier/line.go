package courier

import (
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// Path returns the page where a thing is done, from its root: that of the thing itself, and for a control that of the round
// that asks for its result.
func Path(d *riskv1.Deadline) string {
	if d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL && d.GetRound() != "" {
		return "/" + d.GetRound()
	}
	return "/" + d.GetResource()
}

// Line is a deadline of a committee as a line of a mail or calendar, whoever reads it.
func Line(m *facts.Municipality, committee string, about *riskv1.Deadline) mail.Line {
	return mail.Line{Committee: committee, CommitteeName: m.Committee(committee).GetDisplayName(), Key: about.GetKey(), Kind: notice.Kind(about.GetKind()),
		Role: notice.Role(about.GetRole()), Title: about.GetTitle(), RoundTitle: about.GetRoundTitle(), Due: about.GetDueDate(), Path: Path(about)}
}

// line is a deadline of a committee as a line of a mail to a person.
func (d *desk) line(committee string, about *riskv1.Deadline, to notice.Recipient, person string) mail.Line {
	l := Line(d.Municipality, committee, about)
	l.Recipient, l.RoleWords = to, d.words(about, to, person)
	return l
}

// words are what the recipient is called in the deadline, if it names the recipient.
func (d *desk) words(about *riskv1.Deadline, to notice.Recipient, person string) string {
	if to != notice.Responsible {
		return ""
	}
	for _, owner := range about.GetOwners() {
		if a := owner.GetRoleAssignment(); a != "" && d.Assignment(a).GetPerson() == person {
			return owner.GetRole()
		}
	}
	return ""
}

// lines are what a mail is about.
func (d *desk) lines(reminders []sqlstore.Content) []mail.Line {
	lines := make([]mail.Line, len(reminders))
	for i, r := range reminders {
		lines[i] = d.line(r.Committee, r.About, r.Recipient, r.Person)
		lines[i].Key, lines[i].Due, lines[i].Cause, lines[i].InsteadOf, lines[i].Sequence = r.Deadline, r.Due, r.Cause, r.InsteadOf, r.Moves
	}
	return lines
}

// others are the things a digest lists besides: the tasks of the recipient that it is not about.
func (d *desk) others(person string, reminders []sqlstore.Content) []mail.Line {
	told := make(map[thing]bool, len(reminders))
	for _, r := range reminders {
		told[thing{r.Committee, r.Deadline}] = true
	}
	var lines []mail.Line
	for _, t := range d.tasks()[person] {
		if of := (thing{t.Deadline.Committee, t.Deadline.Key}); !told[of] {
			l := d.line(of.committee, d.about[of], t.Recipient, person)
			l.InsteadOf = t.InsteadOf
			lines = append(lines, l)
		}
	}
	return lines
}
