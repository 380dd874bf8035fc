package mail

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

var (
	update = flag.Bool("update", false, "write the golden mails")
	pages  = flag.String("pages", "", "write the golden mails as pages into this folder, for a browser")
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stockholm is the zone of every test.
func stockholm(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// composer is that of the reference municipality.
func composer(tb testing.TB) Composer {
	tb.Helper()
	c, err := NewComposer("Internkontroll Exempelkommun <uppsikt@exempel.se>", "https://uppsikt.exempel.se", stockholm(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// round is where the lines of the tests belong.
const round = "/municipalities/exempel/committees/omsorgsnamnden/plans/2025/rounds/delar"

// line is a control that its owner is told of three days before.
func line(title, due string) Line {
	return Line{Committee: "municipalities/exempel/committees/omsorgsnamnden", CommitteeName: "Omsorgsnämnden", Key: round[1:] + "#" + title,
		Kind: notice.KindControl, Role: notice.RoleOwner, Title: title, RoundTitle: "Delårsuppföljning 2025", Due: due, Path: round,
		Cause: notice.Before, Recipient: notice.Responsible}
}

// with changes a line.
func (l Line) with(change func(*Line)) Line {
	change(&l)
	return l
}

// message is a mail to the reference manager, at seven in the morning.
func message(tb testing.TB, day string, lines ...Line) Message {
	tb.Helper()
	date, err := time.ParseInLocation("2006-01-02 15:04", day+" 07:00", stockholm(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return Message{ID: "mzxw6ytboi2tmnzyha4tamjsgm", Name: "Anna Bergström", Address: "anna.bergstrom@exempel.se", Date: date, Lines: lines}
}

// goldens are one mail of every sort.
func goldens(tb testing.TB) map[string]Message {
	single := line("Registrera resultat: Fakturor betalas i tid", "2025-05-12")
	followUp := single.with(func(l *Line) {
		l.Kind, l.Title, l.Path = notice.KindFollowUp, "Svara: Jäv vid inköp", round+"/followUps/jav"
		l.Key = l.Path[1:] + "#svar"
	})
	digest := message(tb, "2025-05-07", single, line("Registrera resultat: Delegationsbeslut anmäls till nämnden", "2025-05-12"),
		line("Registrera resultat: Behörigheter tas bort när någon slutar", "2025-05-12"))
	digest.Digest = true
	digest.Others = []Line{
		followUp.with(func(l *Line) { l.Due = "2025-06-02" }),
		single.with(func(l *Line) {
			l.Kind, l.Title, l.RoundTitle, l.Due = notice.KindAction, "Ta fram en rutin för bisysslor", "", "2025-05-05"
		}),
	}
	mixed := message(tb, "2025-05-14", single.with(func(l *Line) { l.Cause = notice.After }),
		followUp.with(func(l *Line) { l.Due, l.Cause = "2025-05-20", notice.Takeover }),
		line("Registrera resultat: Loggar granskas", "2025-05-22").with(func(l *Line) {
			l.Recipient, l.InsteadOf = notice.Manager, "kontrollansvarig"
		}))
	mixed.Digest = true
	for i := range 12 {
		mixed.Others = append(mixed.Others, line("Uppgift "+string(rune('A'+i)), "2025-09-01"))
	}
	return map[string]Message{
		"single":   message(tb, "2025-05-09", single),
		"digest":   digest,
		"mixed":    mixed,
		"after":    message(tb, "2025-05-13", followUp.with(func(l *Line) { l.Cause = notice.After })),
		"takeover": message(tb, "2025-05-09", followUp.with(func(l *Line) { l.Cause = notice.Takeover })),
		"vacant": message(tb, "2025-05-09", single.with(func(l *Line) {
			l.Cause, l.Recipient, l.InsteadOf = notice.Vacant, notice.Coordinator, "kontrollansvarig"
		})),
		"instead": message(tb, "2025-05-12", followUp.with(func(l *Line) {
			l.Recipient, l.InsteadOf = notice.Manager, "riskansvarig"
		})),
		"long":   message(tb, "2025-05-09", line("Åtgärdsuppföljningssammanställningsansvarig: "+strings.Repeat("verksamhetsövergripande dokumenthanteringsplan, ", 12), "2025-05-12")),
		"arabic": message(tb, "2025-05-09", line("تقرير الرقابة الداخلية 🦆", "2025-05-12")),
		"meeting": message(tb, "2025-06-09", followUp.with(func(l *Line) {
			l.Kind, l.Role, l.Title, l.Due, l.Path = notice.KindMeeting, notice.RoleCommittee, "Nämndens sammanträde", "2025-06-10", round
		})),
	}
}

func TestGoldenMails(t *testing.T) {
	c := composer(t)
	for name, m := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			mail, err := c.Compose(m)
			if err != nil {
				t.Fatal(err)
			}
			head, _, _ := bytes.Cut(mail.Raw, []byte("\r\n\r\n"))
			compareGolden(t, name+".txt", parse(t, mail.Raw).subject+"\n\n"+withoutBoundary(string(head))+"\n\n"+mail.Text)
			compareGolden(t, name+".html", mail.HTML)
			compareGolden(t, name+".ics", strings.ReplaceAll(mail.Calendar, "\r\n", "\n"))
			writePage(t, name, mail.HTML)
		})
	}
}

// withoutBoundary takes away what differs every time.
func withoutBoundary(head string) string {
	before, _, _ := strings.Cut(strings.ReplaceAll(head, "\r\n", "\n"), "\n boundary=")
	return before
}

// compareGolden compares with a file in testdata, or writes it.
func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs from its golden file (-want +got):\n%s", name, diff)
	}
}

// writePage writes a mail for a browser, when asked to.
func writePage(t *testing.T, name, html string) {
	t.Helper()
	if *pages == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*pages, name+".html"), []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
}
