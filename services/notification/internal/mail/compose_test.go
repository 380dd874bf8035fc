package mail

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// checkMail reads a mail back and compares it with what was composed. It returns what was read.
func checkMail(tb testing.TB, c Composer, m Message) parsed {
	tb.Helper()
	mail, err := c.Compose(m)
	if err != nil {
		tb.Fatalf("compose: %v", err)
	}
	p := parse(tb, mail.Raw)
	want := ourFields
	if m.Digest {
		want = slices.Sorted(slices.Values(append(slices.Clone(ourFields), "List-Unsubscribe")))
	}
	if diff := cmp.Diff(want, p.fields); diff != "" {
		tb.Errorf("other headers (-want +got):\n%s\n%s", diff, mail.Raw)
	}
	if p.subject != mail.Subject || p.address != mail.Address || p.msgID != mail.MessageID || p.text != mail.Text || p.page != mail.HTML || p.calendar != mail.Calendar {
		tb.Errorf("read back otherwise: got %+v, want %+v", p, mail)
	}
	if again, err := Parse(mail.Raw); err != nil || again.Subject != mail.Subject || again.Text != mail.Text || again.HTML != mail.HTML || again.Calendar != mail.Calendar {
		tb.Errorf("our own reading gives %+v, %v, want %+v", again, err, mail)
	}
	checkTitles(tb, m, p)
	for i, l := range strings.Split(string(mail.Raw), "\r\n") {
		if len(l) > 998 || strings.ContainsAny(l, "\r\n\x00") {
			tb.Errorf("line %d of the mail is %d bytes or has a bare line break: %q", i, len(l), l)
		}
	}
	return p
}

// checkTitles looks for every title in the text, the page and the calendar.
func checkTitles(tb testing.TB, m Message, p parsed) {
	tb.Helper()
	page := pageText(tb, p.page)
	var calendar []ical.Event
	if p.calendar != "" {
		calendar = events(tb, p.calendar)
	}
	for _, l := range m.Lines {
		title := titleOf(l)
		if !strings.Contains(p.text, title) || !strings.Contains(page, title) {
			tb.Errorf("the title %q is not whole in text and page", title)
		}
		found := slices.ContainsFunc(calendar, func(e ical.Event) bool {
			summary, err := e.Props.Text(ical.PropSummary)
			return err == nil && strings.HasSuffix(summary, title)
		})
		if _, err := time.Parse(time.DateOnly, l.Due); err == nil && !found {
			tb.Errorf("no event of %q\n%s", title, p.calendar)
		}
	}
}

func TestTitlesThatPeopleWrite(t *testing.T) {
	c := composer(t)
	long := strings.Repeat("Verksamhetsövergripande dokumenthanteringsplan och ", 40)[:2000]
	for name, title := range map[string]string{
		"header injection": "Jäv\r\nBcc: chef@annan.se\r\n\r\n<html>hej",
		"2,000 characters": long,
		"one long word":    strings.Repeat("å", 2000),
		"emoji":            "Kontroll 🧑‍🚒🇸🇪 av brandskydd 👩🏽‍⚕️",
		"å ä ö":            "Åtgärder för ökad närvaro, ÅÄÖ",
		"right to left":    "تقرير الرقابة الداخلية",
		"override":         "faktura\u202egpj.exe\u2066x",
		"markup":           `<script>alert(1)</script> & "citat" 'x' {{.}}`,
		"calendar":         "a;b,c\\n:d\\\nEND:VCALENDAR",
		"not UTF-8":        "Risk \xff\xfe",
		"empty":            "",
		"encoded word":     "=?utf-8?q?Bcc:_x?=",
		"dot":              ".",
		"control":          "a\x00b\x1bc\u0085d\u2028e\u00a0f",
	} {
		t.Run(name, func(t *testing.T) {
			p := checkMail(t, c, message(t, "2025-05-09", line(title, "2025-05-12")))
			if n := utf8.RuneCountInString(p.subject); n > titleInSubject+60 {
				t.Errorf("the subject has %d characters", n)
			}
			if strings.ContainsAny(p.subject+p.text, "\u202e\u2066\x00\x1b") {
				t.Errorf("got control characters in %q %q", p.subject, p.text)
			}
			if e := events(t, p.calendar); len(e) != 1 {
				t.Errorf("got %d events, want 1", len(e))
			}
		})
	}
}

func TestLongTitleIsCutAtAWord(t *testing.T) {
	title := strings.Repeat("Granskning ", 100)
	got := composer(t).subject(message(t, "2025-05-09"), []Line{line(title, "2025-05-12")})
	if want := "Påminnelse: " + strings.TrimSpace(strings.Repeat("Granskning ", 7)) + "…, senast måndag 12 maj 2025"; loose(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSubjectsAndLeads(t *testing.T) {
	c := composer(t)
	control := func(title, due string) Line { return line(title, due) }
	cause := func(l Line, cause notice.Cause) Line { l.Cause = cause; return l }
	kind := func(l Line, kind notice.Kind) Line { l.Kind = kind; return l }
	for _, test := range []struct {
		day           string
		lines         []Line
		subject, lead string
	}{
		{"2025-05-12", []Line{control("A", "2025-05-12")}, "Påminnelse: A, senast måndag 12 maj 2025", "I dag är sista dagen för en kontroll."},
		{"2025-05-11", []Line{control("A", "2025-05-12")}, "Påminnelse: A, senast måndag 12 maj 2025", "I morgon är sista dagen för en kontroll."},
		{"2024-12-20", []Line{control("A", "2025-01-01")}, "Påminnelse: A, senast onsdag 1 januari 2025", "Om tolv dagar är sista dagen för en kontroll."},
		{"2025-03-29", []Line{control("A", "2025-03-31")}, "Påminnelse: A, senast måndag 31 mars 2025", "Om två dagar är sista dagen för en kontroll."},
		{"2024-02-27", []Line{kind(control("A", "2024-02-29"), notice.KindAction)}, "Påminnelse: A, senast torsdag 29 februari 2024", "Om två dagar är sista dagen för en åtgärd."},
		{"2025-05-05", []Line{control("A", "2025-05-12"), control("B", "2025-05-12"), control("C", "2025-05-12")},
			"Påminnelse: 3 kontroller ska vara klara måndag 12 maj 2025", "Tre kontroller ska vara klara måndag 12 maj 2025, om sju dagar."},
		{"2025-05-05", []Line{control("A", "2025-05-14"), kind(control("B", "2025-05-12"), notice.KindFollowUp)},
			"Påminnelse: 2 uppgifter ska vara klara, den första måndag 12 maj 2025", "Två uppgifter väntar på dig."},
		{"2025-05-14", []Line{cause(control("A", "2025-05-12"), notice.After), cause(control("B", "2025-05-12"), notice.After)},
			"Försenat: 2 kontroller skulle ha varit klara måndag 12 maj 2025", "Två kontroller skulle ha varit klara och är inte det än."},
		{"2025-05-14", []Line{cause(control("A", "2025-05-12"), notice.After), control("B", "2025-05-20")},
			"Påminnelse: 2 kontroller väntar, sista dag för den första var måndag 12 maj 2025", "Två kontroller väntar på dig. För en av dem har sista dagen passerat."},
		{"2025-05-05", []Line{cause(control("A", "2025-05-12"), notice.Vacant), cause(control("B", "2025-05-12"), notice.Vacant)},
			"Ingen ansvarig: 2 kontroller ska vara klara måndag 12 maj 2025", "Två kontroller har ingen ansvarig som går att nå."},
		{"2025-05-05", []Line{cause(control("A", "2025-05-12"), notice.Takeover), cause(control("B", "2025-05-12"), notice.Takeover)},
			"Nytt för dig: 2 kontroller ska vara klara måndag 12 maj 2025", "Två kontroller är dina från och med nu."},
		{"2025-05-05", []Line{cause(control("A", "2025-05-12"), notice.Vacant), control("B", "2025-05-12")},
			"Påminnelse: 2 kontroller ska vara klara måndag 12 maj 2025", "Två kontroller är inte klara än."},
		{"2025-05-13", []Line{kind(control("Nämndens sammanträde", "2025-05-12"), notice.KindMeeting)},
			"Påminnelse: Nämndens sammanträde, sista dag var måndag 12 maj 2025", "Dagen för nämndens sammanträde har passerat."},
	} {
		v := c.view(message(t, test.day, test.lines...))
		if v.Subject != test.subject || loose(v.Lead) != test.lead {
			t.Errorf("on %s: got %q, %q, want %q, %q", test.day, v.Subject, v.Lead, test.subject, test.lead)
		}
	}
}

// The day is that of the zone: at half past eleven at night in UTC it is tomorrow in Stockholm.
func TestDaysAreThoseOfTheZone(t *testing.T) {
	c := composer(t)
	for _, test := range []struct {
		date, due string
		want      int
	}{
		{"2025-05-11T23:30:00Z", "2025-05-12", 0}, {"2025-05-11T21:30:00Z", "2025-05-12", 1},
		{"2025-03-29T12:00:00Z", "2025-03-31", 2}, {"2025-10-25T12:00:00Z", "2025-10-27", 2},
		{"2024-12-31T23:30:00Z", "2025-01-01", 0}, {"2025-05-11T23:30:00Z", "oklart", 0},
	} {
		date, err := time.Parse(time.RFC3339, test.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.days(date, test.due); got != test.want {
			t.Errorf("from %s to %s: got %d days, want %d", test.date, test.due, got, test.want)
		}
	}
}

func TestWhyTellsRolesAndCommittees(t *testing.T) {
	manager := line("A", "2025-05-12").with(func(l *Line) { l.Recipient, l.CommitteeName = notice.Manager, "Socialnämnden" })
	named := line("B", "2025-05-12").with(func(l *Line) { l.RoleWords = "tf. enhetschef" })
	many := []Line{manager, manager, manager, manager}
	for i := range many {
		many[i].CommitteeName = string(rune('A' + i))
	}
	for want, lines := range map[string][]Line{
		"kontrollansvarig i Omsorgsnämnden.":                                         {line("A", "")},
		"ansvarig chef och kontrollansvarig i Socialnämnden och Omsorgsnämnden.":     {manager, line("A", ""), line("B", "")},
		"tf. enhetschef i Omsorgsnämnden.":                                           {named},
		"ansvarig chef i flera nämnder.":                                             many,
		"förvaltningschef i Omsorgsnämnden.":                                         {line("A", "").with(func(l *Line) { l.Role = notice.RoleHead })},
		"ansvarig.":                                                                  {{Kind: notice.KindStep}},
		"internkontrollsamordnare, ansvarig för en åtgärd och riskansvarig i nämnd.": roleLines(),
	} {
		if got := why(lines); got != "Du får det här mejlet eftersom du är "+want {
			t.Errorf("got %q, want …%q", got, want)
		}
	}
}

// roleLines are of somebody who is many things in one committee.
func roleLines() []Line {
	return []Line{{CommitteeName: "nämnd", Recipient: notice.Coordinator}, {CommitteeName: "nämnd", Kind: notice.KindAction, Role: notice.RoleOwner},
		{CommitteeName: "nämnd", Kind: notice.KindFollowUp, Role: notice.RoleOwner}}
}

func TestAddresses(t *testing.T) {
	c := composer(t)
	for address, want := range map[string]string{
		"anna@exempel.se":                  "anna@exempel.se",
		" Anna.Berg@EXEMPEL.se ":           "Anna.Berg@exempel.se",
		"anna@räksmörgås.se":               "anna@xn--rksmrgs-5wao1o.se",
		"åsa@exempel.se":                   "åsa@exempel.se",
		"":                                 "",
		"anna":                             "",
		"anna@":                            "",
		"@exempel.se":                      "",
		"anna@exempel.se, chef@exempel.se": "",
		"Anna <anna@exempel.se>":           "",
		"anna@exempel.se\r\nBcc: chef@exempel.se": "",
		`"anna berg"@exempel.se`:                  "",
		"anna@exem pel.se":                        "",
		"anna..b@exempel.se":                      "",
		strings.Repeat("a", 65) + "@exempel.se":   "",
		"anna\u202e@exempel.se":                   "",
	} {
		m := message(t, "2025-05-09", line("A", "2025-05-12"))
		m.Address = address
		mail, err := c.Compose(m)
		if want == "" {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: got %v, want an invalid address", address, err)
			}
			continue
		}
		if err != nil || mail.Address != want {
			t.Errorf("%q: got %q, %v, want %q", address, mail.Address, err, want)
		}
	}
}

func TestNamesOfRecipients(t *testing.T) {
	c := composer(t)
	for _, name := range []string{"", `Anna "Ankan" Berg`, "Berg, Anna", "Anna\r\nBcc: x@y.se", "Ånna 🦆 <x@y.se>", strings.Repeat("a", 2000), "محمد", `Å\\B`} {
		m := message(t, "2025-05-09", line("A", "2025-05-12"))
		m.Name = name
		p := checkMail(t, c, m)
		if want := headerName(name); p.name != want {
			t.Errorf("got the name %q, want %q", p.name, want)
		}
		if !strings.HasPrefix(p.text, strings.TrimSpace("Hej "+clean(name))+",\n") {
			t.Errorf("got %q, want it to greet %q", p.text, clean(name))
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	c := composer(t)
	empty, bad := message(t, "2025-05-09"), message(t, "2025-05-09", line("A", "2025-05-12"))
	bad.ID = "../../etc/passwd"
	for _, m := range []Message{empty, bad} {
		if _, err := c.Compose(m); !fault.Is(err, fault.Internal) {
			t.Errorf("got %v, want a fault", err)
		}
	}
}

func TestNewComposerRefuses(t *testing.T) {
	for _, test := range [][2]string{
		{"", "https://a.se"}, {"åsa@exempel.se", "https://a.se"}, {"a@exempel.se", ""}, {"a@exempel.se", "ftp://a.se"},
		{"a@exempel.se", "https://"}, {"a@exempel.se", "https://a.se?x=1"}, {"a@exempel.se", "javascript:alert(1)"},
	} {
		if _, err := NewComposer(test[0], test[1], stockholm(t)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q %q: got %v, want it refused", test[0], test[1], err)
		}
	}
}

func TestLinks(t *testing.T) {
	c, err := NewComposer("a@exempel.se", "http://127.0.0.1:8080/under/", stockholm(t))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/municipalities/m/committees/c": "/municipalities/m/committees/c",
		"/x/å?y=1#z":                     "/x/%C3%A5%3Fy=1%23z",
		"":                               tasksPath,
		"//annan.se/x":                   tasksPath,
		"javascript:alert(1)":            tasksPath,
		"/a\r\nb":                        tasksPath,
	} {
		if got := c.link(path); got != "http://127.0.0.1:8080/under"+want {
			t.Errorf("%q: got %q, want …%q", path, got, want)
		}
	}
}

// Composing twice gives the same, boundaries aside: a repeat is the same mail.
func TestComposeIsRepeatable(t *testing.T) {
	c := composer(t)
	for name, m := range goldens(t) {
		first, err := c.Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(m.Lines)
		second, err := c.Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		first.Raw, second.Raw = nil, nil
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s: composing again, lines in another order, gives another mail:\n%s", name, diff)
		}
	}
}

func TestGoldenMailsAreRead(t *testing.T) {
	c := composer(t)
	for name, m := range goldens(t) {
		p := checkMail(t, c, m)
		if strings.Contains(p.subject+p.text+pageText(t, p.page), "!") {
			t.Errorf("%s: the mail shouts", name)
		}
		if others := strings.Count(p.text, "@"); others != 0 {
			t.Errorf("%s: the text names an address\n%s", name, p.text)
		}
	}
}
