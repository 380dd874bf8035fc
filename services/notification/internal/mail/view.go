package mail

import (
	_ "embed"
	"html/template"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// othersListed is how many other tasks a digest lists.
const othersListed = 10

// view is what both forms of a mail show.
type view struct {
	Subject, Name, Greeting, Lead, Advice string
	Digest                                bool
	Things                                []thing
	// Main is where the mail's one button leads.
	Main   link
	Others []thing
	// More counts the others that are not listed, in words; empty when all are.
	More, Why, Calendar string
	Tasks, Settings     string
	NoReply             string
}

// thing is one line as it is shown.
type thing struct{ Title, Place, Day, Note, URL string }

// link is an address with the words that say where it leads.
type link struct{ Text, URL string }

// view puts a message into words.
func (c Composer) view(m Message) view {
	lines := sorted(m.Lines)
	v := view{Subject: c.Subject(m), Name: clean(m.Name), Greeting: greeting(m.Name), Lead: c.lead(m, lines),
		Digest: m.Digest || len(lines) > 1, Why: why(lines), Tasks: c.link(tasksPath), Settings: c.link(settingsPath), NoReply: noReply,
		Main: link{"Öppna Mina uppgifter", c.link(tasksPath)}, Advice: c.advice(m, lines),
		Calendar: "Dagen finns också som kalenderfil i mejlet."}
	if len(lines) > 1 {
		v.Calendar = "Dagarna finns också som kalenderfil i mejlet."
	}
	if !v.Digest {
		v.Main = link{openText(lines[0]), c.link(lines[0].Path)}
	}
	for _, l := range lines {
		v.Things = append(v.Things, c.thing(m, l))
	}
	c.others(&v, m)
	return v
}

// thing shows one line.
func (c Composer) thing(m Message, l Line) thing {
	return thing{Title: titleOf(l), Place: place(l), Day: dayLine(l, c.days(m.Date, l.Due)), Note: note(l), URL: c.link(l.Path)}
}

// others lists what else waits, in a digest.
func (c Composer) others(v *view, m Message) {
	if !m.Digest {
		return
	}
	all := sorted(m.Others)
	for _, l := range all[:min(len(all), othersListed)] {
		other := c.thing(m, l)
		other.Note = ""
		v.Others = append(v.Others, other)
	}
	if rest := len(all) - othersListed; rest > 0 {
		v.More = sentence(count(rest, "en uppgift", "uppgifter")) + " till finns på Mina uppgifter."
	}
}

// greeting is of the recipient alone.
func greeting(name string) string {
	if name = clean(name); name == "" {
		return "Hej,"
	}
	return "Hej " + name + ","
}

// lead says in a sentence what the mail is about.
func (c Composer) lead(m Message, lines []Line) string {
	if len(lines) > 1 {
		return c.leadOfMany(m, lines)
	}
	l, days := lines[0], c.days(m.Date, lines[0].Due)
	n := nounOf(l.Kind)
	switch {
	case l.Cause == notice.Vacant:
		return sentence(n.one) + " har ingen ansvarig som går att nå."
	case l.Kind == notice.KindMeeting && days >= 0:
		return sentence(daysText(days)) + " är dagen för nämndens sammanträde."
	case l.Kind == notice.KindMeeting:
		return "Dagen för nämndens sammanträde har passerat."
	case days < 0:
		return sentence(n.one) + " är inte klar, och sista dagen har passerat."
	case l.Cause == notice.Takeover:
		return sentence(n.one) + " är din från och med nu."
	default:
		return sentence(daysText(days)) + " är sista dagen för " + n.one + "."
	}
}

// leadOfMany counts.
func (c Composer) leadOfMany(m Message, lines []Line) string {
	what := sentence(spoken(len(lines))) + nbsp + commonNoun(lines).many
	switch late := c.countLate(m, lines); {
	case allOf(lines, notice.Vacant):
		return what + " har ingen ansvarig som går att nå."
	case allOf(lines, notice.Takeover):
		return what + " är dina från och med nu."
	case late == len(lines):
		return what + " skulle ha varit klara och är inte det än."
	case slices.ContainsFunc(lines, func(l Line) bool { return !own(l) }):
		return what + " är inte klara än."
	case late > 0:
		return what + " väntar på dig. För " + spoken(late) + " av dem har sista dagen passerat."
	case sameDay(lines):
		return what + " ska vara klara " + longDate(lines[0].Due) + ", " + daysText(c.days(m.Date, lines[0].Due)) + "."
	default:
		return what + " väntar på dig."
	}
}

// countLate counts the lines whose last day has passed.
func (c Composer) countLate(m Message, lines []Line) int {
	late := 0
	for _, l := range lines {
		if c.days(m.Date, l.Due) < 0 {
			late++
		}
	}
	return late
}

// advice helps somebody who is late with what is hers.
func (c Composer) advice(m Message, lines []Line) string {
	for _, l := range lines {
		if own(l) && l.Role != notice.RoleCoordinator && l.Kind != notice.KindMeeting && c.days(m.Date, l.Due) < 0 {
			return "Behöver du hjälp eller mer tid? Säg till den som samordnar internkontrollen i din nämnd."
		}
	}
	return ""
}

// noReply ends every mail.
const noReply = "Mejlet är skickat av ett program och går inte att svara på."

//go:embed mail.html
var page string

// pageTemplate is the mail as a page.
var pageTemplate = template.Must(template.New("mail").Parse(page))

// renderHTML writes the mail as a page.
func renderHTML(v view) (string, error) {
	var b strings.Builder
	err := pageTemplate.Execute(&b, v)
	return b.String(), err
}

// renderText writes the mail as plain text.
func renderText(v view) string {
	var b strings.Builder
	paragraphs := func(lines ...string) {
		for _, l := range lines {
			if l != "" {
				b.WriteString(l + "\n")
			}
		}
		b.WriteString("\n")
	}
	paragraphs(v.Greeting)
	paragraphs(v.Lead)
	for _, t := range v.Things {
		address := t.URL
		if !v.Digest {
			address = ""
		}
		paragraphs(t.Title, t.Place, t.Day, t.Note, address)
	}
	if v.Advice != "" {
		paragraphs(v.Advice)
	}
	paragraphs(v.Main.Text+":", v.Main.URL)
	textOthers(v, paragraphs)
	paragraphs("--\u0020", v.Why, v.Calendar, "Ändra dina påminnelser: "+v.Settings, noReply)
	return loose(strings.TrimSuffix(b.String(), "\n"))
}

// textOthers lists what else waits.
func textOthers(v view, paragraphs func(...string)) {
	if len(v.Others) == 0 {
		return
	}
	paragraphs("Det här väntar också på dig")
	for _, t := range v.Others {
		paragraphs(t.Title, t.Place, t.Day, t.URL)
	}
	if v.More != "" {
		paragraphs(v.More)
	}
}
