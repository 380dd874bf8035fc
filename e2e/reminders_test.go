package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
	"github.com/uppsikt/uppsikt/internal/mailtest"
)

// mailedWithin is how long mails that are due may take on a loaded machine.
const mailedWithin = 2 * time.Minute

// firstMails starts the demonstration ten seconds before the first reminders of a committee, and waits until they lie in the
// outbox: one for each of the two managers who report its controls.
func firstMails(t *testing.T) (*product.Server, []mailtest.Message) {
	t.Helper()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-05-05T06:59:50+02:00"})
	again, late := time.Tick(100*time.Millisecond), time.After(mailedWithin)
	for {
		files, err := filepath.Glob(filepath.Join(s.Data, "outbox", "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) >= 2 {
			var mails []mailtest.Message
			for _, file := range files {
				mails = append(mails, mailtest.Parse(t, []byte(read(t, file))))
			}
			return s, mails
		}
		select {
		case <-again:
		case <-late:
			t.Fatalf("%d mails lie in the outbox, want 2", len(files))
		}
	}
}

// TestTheFirstMailsOfADemonstration: what whoever tries the product sees in its outbox is what the two managers would get.
func TestTheFirstMailsOfADemonstration(t *testing.T) {
	t.Parallel()
	s, mails := firstMails(t)
	got := map[string]bool{}
	for _, m := range mails {
		got[strings.Join(m.To, ",")] = true
		wantFirstMail(t, m)
	}
	if len(mails) != 2 || !got["verksamhetschef-ifo@exempelkommun.example"] || !got["verksamhetschef-stod-tf@exempelkommun.example"] {
		t.Errorf("got %d mails to %v, want one for each of the two managers", len(mails), got)
	}
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
}

func wantFirstMail(t *testing.T, m mailtest.Message) {
	t.Helper()
	if want := "Påminnelse: 3 kontroller ska vara klara måndag 12 maj 2025"; m.Subject != want {
		t.Errorf("the subject is %q, want %q", m.Subject, want)
	}
	if got := m.Header.Get("Auto-Submitted"); got != "auto-generated" {
		t.Errorf("Auto-Submitted is %q", got)
	}
	if got := m.Header.Get("List-Unsubscribe"); !strings.Contains(got, "/paminnelser/installningar>") {
		t.Errorf("List-Unsubscribe is %q", got)
	}
	if !strings.HasSuffix(m.MessageID, "@localhost") {
		t.Errorf("the Message-ID is %q", m.MessageID)
	}
	for part, text := range map[string]string{"text": m.Text, "page": m.HTML} {
		if strings.Contains(text, "@exempelkommun.example") {
			t.Errorf("the %s holds an address", part)
		}
		if n := strings.Count(strings.NewReplacer("\u00a0", " ", "&nbsp;", " ").Replace(text), "måndag 12 maj 2025"); n < 4 {
			t.Errorf("the %s names the last day %d times, want it for each of three controls", part, n)
		}
	}
	if len(m.Events) != 3 {
		t.Errorf("the calendar has %d events, want 3", len(m.Events))
	}
	for _, e := range m.Events {
		if day := e.Props.Get(ical.PropDateTimeStart); day == nil || day.Value != "20250512" {
			t.Errorf("an event is on %v", day)
		}
	}
}

// sentLine is a line of the ledger.
type sentLine struct {
	State     string `json:"state"`
	MessageID string `json:"message_id"`
	Subject   string `json:"subject"`
	Unlearnt  int    `json:"unlearnt_answers"`
}

// TestKilledWhileSending kills the server, as a power cut would, while it hands mails to a mail server: before the mail is
// taken, or when it is and the server has not learnt so. After the restart every mail has come, and twice only where the
// ledger says that an answer was not learnt, with the same Message-ID.
func TestKilledWhileSending(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds(t, 4)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mails, random := mailtest.New(t), rand.New(rand.NewPCG(seed, 11))
			at, taken := 1+random.IntN(4), random.IntN(2) == 0
			killed := killWhileSending(t, mails, at, taken)
			want(t, shared.program.Run(t, "verify", "--data", killed.Data), 0)
			// Two hours later, when whatever the dead process held is given up. The outbox of the day has come then.
			s := shared.program.Start(t, product.Options{Data: killed.Data, Demo: true, SMTP: mails.URL(), Now: "2025-08-28T09:00:00+02:00"})
			lines := awaitSettled(t, s)
			wantCameAsPromised(t, mails, lines)
			if twice := slices.ContainsFunc(lines, func(l sentLine) bool { return l.Unlearnt > 0 }); !twice {
				t.Error("the ledger knows of no answer that was not learnt, but the server was killed before one")
			}
			if len(lines) < at {
				t.Errorf("%d lines in the ledger, but %d mails were on their way", len(lines), at)
			}
			s.Stop()
			want(t, s.Run(t, "verify", "--data", s.Data), 0)
		})
	}
}

// killWhileSending starts a server a moment before many mails are due, and kills it with the n-th of them.
func killWhileSending(t *testing.T, mails *mailtest.Server, n int, taken bool) *product.Server {
	t.Helper()
	dead := make(chan struct{})
	once := sync.OnceFunc(func() { close(dead) })
	mails.Watch(func(k int, have bool) bool {
		if k == n && have == taken {
			once()
			<-t.Context().Done() // the client never learns; the server below dies
		}
		return true
	})
	s := shared.program.Start(t, product.Options{Demo: true, SMTP: mails.URL(), Now: "2025-08-28T06:59:55+02:00"})
	select {
	case <-dead:
	case <-time.After(mailedWithin):
		t.Fatal("no mail was sent")
	}
	s.Kill()
	mails.Watch(nil)
	return s
}

// awaitSettled waits until the ledger has no line that is on its way, and no reminder is due, and returns the lines.
func awaitSettled(t *testing.T, s *product.Server) []sentLine {
	t.Helper()
	again, late := time.Tick(200*time.Millisecond), time.After(mailedWithin)
	get := func(path string) product.Answer {
		return s.Request(t, http.MethodGet, "/v1/"+path, s.TokenFor(t, "coordinator", municipality), nil)
	}
	for {
		lines := everyPage[sentLine](t, get, municipality+"/deliveries", "deliveries")
		due := everyPage[json.RawMessage](t, func(path string) product.Answer {
			return get(path + "&state=REMINDER_STATE_PLANNED&to_date=2025-08-28")
		}, municipality+"/reminders", "reminders")
		open := slices.ContainsFunc(lines, func(l sentLine) bool { return l.State != "DELIVERY_STATE_SENT" })
		if len(lines) > 0 && len(due) == 0 && !open {
			return lines
		}
		select {
		case <-again:
		case <-late:
			t.Fatalf("%d reminders are due and not sent; the ledger: %+v", len(due), lines)
		}
	}
}

// wantCameAsPromised compares the mail server with the ledger.
func wantCameAsPromised(t *testing.T, mails *mailtest.Server, lines []sentLine) {
	t.Helper()
	came := map[string]int{}
	for _, m := range mails.Mails() {
		came[mailtest.Parse(t, m.Raw).MessageID]++
	}
	for _, l := range lines {
		id := strings.Trim(l.MessageID, "<>")
		if n := came[id]; n < 1 || n > 1+l.Unlearnt {
			t.Errorf("%q came %d times, and the ledger knows of %d answers that were not learnt", l.Subject, n, l.Unlearnt)
		}
		delete(came, id)
	}
	for id := range came {
		t.Errorf("%s came and is not in the ledger", id)
	}
}
