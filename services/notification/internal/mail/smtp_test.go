package mail

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

const anna = "anna.bergstrom@exempel.se"

func TestSendOverEveryTLS(t *testing.T) {
	for name, way := range map[string]TLS{"starttls": StartTLS, "tls": ImplicitTLS, "none": NoTLS} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, hooks{implicit: way == ImplicitTLS})
			config := server.config()
			config.TLS = way
			raw := rawMail(t, 1)
			if got, want := send(t, open(t, config), anna, raw), (Answer{Outcome: Taken, Step: StepEnd, Code: 250}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			want := []taken{{from: "uppsikt@exempel.se", to: anna, raw: string(raw)}}
			if diff := cmp.Diff(want, server.all(), cmp.AllowUnexported(taken{})); diff != "" {
				t.Errorf("the server took other mails (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoMailWithoutTLS(t *testing.T) {
	plain := serve(t, hooks{configure: func(s *gosmtp.Server) { s.TLSConfig = nil }})
	stranger := serve(t, hooks{})
	untrusted := stranger.config()
	untrusted.Roots = x509.NewCertPool()
	for name, config := range map[string]Config{"not offered": plain.config(), "unknown certificate": untrusted} {
		t.Run(name, func(t *testing.T) {
			got := send(t, open(t, config), anna, rawMail(t, 1))
			if got.Outcome != Later || got.Step != StepTLS || !strings.Contains(FaultText(got), "krypteras") {
				t.Errorf("got %+v (%s), want Later at TLS", got, FaultText(got))
			}
		})
	}
	if n := len(plain.all()) + len(stranger.all()); n != 0 {
		t.Errorf("got %d mails, want none", n)
	}
}

func TestSignIn(t *testing.T) {
	for _, test := range []struct {
		name, password string
		ways           []string
		want           Outcome
		used           string
	}{
		{"plain", "rätt lösenord", []string{"LOGIN", "PLAIN"}, Taken, "PLAIN"},
		{"login", "rätt lösenord", []string{"LOGIN"}, Taken, "LOGIN"},
		{"wrong password", "fel", []string{"PLAIN"}, Later, "PLAIN"},
		{"unknown way", "rätt lösenord", []string{"GSSAPI"}, Later, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, hooks{ways: test.ways})
			config := server.config()
			config.Username, config.Password = "uppsikt", test.password
			got := send(t, open(t, config), anna, rawMail(t, 1))
			if got.Outcome != test.want || test.want == Later && (got.Step != StepSignIn || !strings.Contains(FaultText(got), "lösenord")) {
				t.Errorf("got %+v (%s), want outcome %d", got, FaultText(got), test.want)
			}
			if strings.Contains(got.Text, test.password) {
				t.Errorf("the answer holds the password: %q", got.Text)
			}
			server.mu.Lock()
			defer server.mu.Unlock()
			if len(server.attempts) > 0 && !strings.HasPrefix(server.attempts[0], test.used) || (len(server.attempts) == 0) != (test.used == "") {
				t.Errorf("got %q, want one by %q", server.attempts, test.used)
			}
		})
	}
}

// said is what a server answers instead of taking a mail.
func said(code int, enhanced gosmtp.EnhancedCode, text string) *gosmtp.SMTPError {
	return &gosmtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

func TestAnswersOfServer(t *testing.T) {
	full, unknown := said(450, gosmtp.EnhancedCode{4, 2, 2}, "Mailbox full"), said(550, gosmtp.EnhancedCode{5, 1, 1}, "No such user")
	busy, spam := said(421, gosmtp.EnhancedCode{4, 3, 2}, "Too busy"), said(554, gosmtp.EnhancedCode{5, 7, 1}, "Looks like spam")
	bare := said(550, gosmtp.NoEnhancedCode, "mailbox unavailable")
	rcpt := func(e error) hooks { return hooks{rcpt: func(net.Conn, string) error { return e }} }
	end := func(e error) hooks {
		return hooks{data: func(_ net.Conn, r io.Reader) error { _, _ = io.Copy(io.Discard, r); return e }}
	}
	for _, test := range []struct {
		name  string
		hooks hooks
		want  Answer
		words string
	}{
		{"full", rcpt(full), Answer{Later, StepRecipient, 450, "4.2.2", "4.2.2 Mailbox full"}, "full"},
		{"unknown", rcpt(unknown), Answer{Refused, StepRecipient, 550, "5.1.1", "5.1.1 No such user"}, "finns inte"},
		{"without enhanced code", rcpt(bare), Answer{Refused, StepRecipient, 550, "", "mailbox unavailable"}, "finns inte"},
		{"busy at the recipient", rcpt(busy), Answer{Later, StepRecipient, 421, "4.3.2", "4.3.2 Too busy"}, "skickas igen"},
		{"spam", end(spam), Answer{Refused, StepEnd, 554, "5.7.1", "5.7.1 Looks like spam"}, "skräppost"},
		{"busy at the end", end(busy), Answer{Later, StepEnd, 421, "4.3.2", "4.3.2 Too busy"}, "skickas igen"},
		{"busy at the greeting", hooks{greet: func(net.Conn) error { return busy }},
			Answer{Later, StepConnect, 421, "4.3.2", "4.3.2 Too busy"}, "upptagen"},
		{"sender refused", hooks{mail: func(net.Conn, string) error { return spam }},
			Answer{Later, StepSender, 554, "5.7.1", "5.7.1 Looks like spam"}, "avsändaradress"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, test.hooks)
			got := send(t, open(t, server.config()), anna, rawMail(t, 1))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("another answer (-want +got):\n%s", diff)
			}
			if text := FaultText(got); !strings.Contains(text, test.words) {
				t.Errorf("got %q, want words with %q", text, test.words)
			}
		})
	}
}

func TestLostConnections(t *testing.T) {
	drop := func(c net.Conn) error { _ = c.Close(); return errors.New("dropped") }
	large := bytes.Repeat([]byte(strings.Repeat("x", 70)+"\r\n"), 200_000)
	for _, test := range []struct {
		name  string
		hooks hooks
		raw   []byte
		want  Answer
	}{
		{"at the greeting", hooks{greet: drop}, rawMail(t, 1), Answer{Outcome: Later, Step: StepConnect}},
		{"at the sender", hooks{mail: func(c net.Conn, _ string) error { return drop(c) }}, rawMail(t, 1), Answer{Outcome: Later, Step: StepSender}},
		{"at the recipient", hooks{rcpt: func(c net.Conn, _ string) error { return drop(c) }}, rawMail(t, 1), Answer{Outcome: Later, Step: StepRecipient}},
		{"in the middle of the mail", hooks{data: func(c net.Conn, _ io.Reader) error { return drop(c) }}, large, Answer{Outcome: Later, Step: StepData}},
		{"after the whole mail", hooks{after: drop}, rawMail(t, 1), Answer{Outcome: Unlearnt, Step: StepEnd}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := send(t, open(t, serve(t, test.hooks).config()), anna, test.raw)
			if got.Text == "" || FaultText(got) == "" {
				t.Errorf("got %+v, want it to say what went wrong", got)
			}
			got.Text = ""
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestHangs(t *testing.T) {
	for _, test := range []struct {
		name string
		hang func(*hooks, func())
		want Answer
	}{
		{"at the greeting", func(h *hooks, wait func()) { h.greet = func(net.Conn) error { wait(); return nil } }, Answer{Outcome: Later, Step: StepConnect}},
		{"at the recipient", func(h *hooks, wait func()) { h.rcpt = func(net.Conn, string) error { wait(); return nil } }, Answer{Outcome: Later, Step: StepRecipient}},
		{"after the whole mail", func(h *hooks, wait func()) { h.after = func(net.Conn) error { wait(); return nil } }, Answer{Outcome: Unlearnt, Step: StepEnd}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var h hooks
			release := make(chan struct{})
			test.hang(&h, func() { <-release })
			server := serve(t, h)
			t.Cleanup(func() { close(release) })
			config := server.config()
			// Long enough for a handshake on a machine that is busy, and no assertion on how long it took.
			config.Connect, config.Command, config.Data = 2*time.Second, 300*time.Millisecond, 300*time.Millisecond
			test.want.Text = "no answer in time"
			if got := send(t, open(t, config), anna, rawMail(t, 1)); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestServerAway(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, Config{Host: "127.0.0.1", Port: port, From: "uppsikt@exempel.se"})
	got := send(t, s, anna, rawMail(t, 1))
	if got.Outcome != Later || got.Step != StepConnect || !strings.Contains(FaultText(got), "går inte att nå") {
		t.Errorf("got %+v (%s), want Later at connecting", got, FaultText(got))
	}
	if got := s.Check(t.Context()); got.Outcome != Later {
		t.Errorf("check: got %+v, want Later", got)
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	// What the server has been told by then decides: before the mail nothing is learnt, after it the answer is unlearnt.
	server := serve(t, hooks{rcpt: func(net.Conn, string) error { cancel(); return nil }, data: func(net.Conn, io.Reader) error { return nil }})
	s := open(t, server.config())
	answer, err := s.Send(ctx, anna, rawMail(t, 1))
	if err == nil && answer.Outcome != Unlearnt && answer.Outcome != Taken || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %+v, %v, want an ended context or a mail that was handed over", answer, err)
	}
	if answer, err := s.Send(ctx, anna, rawMail(t, 2)); !errors.Is(err, context.Canceled) || answer != (Answer{}) {
		t.Errorf("got %+v, %v, want an ended context", answer, err)
	}
	after, cancelAfter := context.WithCancel(t.Context())
	held := serve(t, hooks{after: func(net.Conn) error { cancelAfter(); <-after.Done(); return nil }})
	answer, err = open(t, held.config()).Send(after, anna, rawMail(t, 3))
	if err != nil || (answer.Outcome != Unlearnt && answer.Outcome != Taken) {
		t.Errorf("got %+v, %v, want unlearnt when the context ends after the mail", answer, err)
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	refused := said(550, gosmtp.EnhancedCode{5, 1, 1}, "No such user")
	server := serve(t, hooks{rcpt: func(_ net.Conn, to string) error {
		if strings.HasPrefix(to, "okand") {
			return refused
		}
		return nil
	}})
	config := server.config()
	config.TLS = NoTLS // the server begins anew, and would count twice, after STARTTLS
	s := open(t, config)
	if got := s.Check(t.Context()); got.Outcome != Taken {
		t.Fatalf("check: got %+v, want Taken", got)
	}
	for i, to := range []string{anna, "okand@exempel.se", anna, anna} {
		want := Taken
		if strings.HasPrefix(to, "okand") {
			want = Refused
		}
		if got := send(t, s, to, rawMail(t, i)); got.Outcome != want {
			t.Errorf("mail %d: got %+v, want outcome %d", i, got, want)
		}
	}
	if got := len(server.all()); got != 3 || server.connections != 1 {
		t.Errorf("got %d mails over %d connections, want 3 over 1", got, server.connections)
	}
}

func TestEndedConnectionIsReplaced(t *testing.T) {
	var conns []net.Conn
	var mu sync.Mutex
	server := serve(t, hooks{greet: func(c net.Conn) error {
		mu.Lock()
		defer mu.Unlock()
		conns = append(conns, c)
		return nil
	}})
	s := open(t, server.config())
	send(t, s, anna, rawMail(t, 1))
	mu.Lock()
	_ = conns[0].Close()
	mu.Unlock()
	if got := send(t, s, anna, rawMail(t, 2)); got.Outcome != Taken {
		t.Errorf("got %+v, want Taken over a new connection", got)
	}
	if got := len(server.all()); got != 2 {
		t.Errorf("got %d mails, want 2", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	server := serve(t, hooks{})
	s := open(t, server.config())
	const workers, each = 4, 60
	var group sync.WaitGroup
	raw := rawMail(t, 1)
	for range workers {
		group.Go(func() {
			for range each {
				if a, err := s.Send(t.Context(), anna, raw); err != nil || a.Outcome != Taken {
					t.Errorf("got %+v, %v, want Taken", a, err)
					return
				}
			}
		})
	}
	group.Wait()
	if got := len(server.all()); got != workers*each {
		t.Errorf("got %d mails, want %d", got, workers*each)
	}
}

func TestIdleConnectionEnds(t *testing.T) {
	var once sync.Once
	ended := make(chan struct{})
	server := serve(t, hooks{logout: func() { once.Do(func() { close(ended) }) }})
	config := server.config()
	config.TLS, config.Idle = NoTLS, time.Millisecond
	s := open(t, config)
	send(t, s, anna, rawMail(t, 1))
	<-ended
	if got := send(t, s, anna, rawMail(t, 2)); got.Outcome != Taken {
		t.Errorf("got %+v, want Taken over a new connection", got)
	}
}

func TestConnectionCarriesSoManyMails(t *testing.T) {
	server := serve(t, hooks{})
	config := server.config()
	config.TLS = NoTLS
	s, raw := open(t, config), rawMail(t, 1)
	for range mailsPerConnection + 1 {
		send(t, s, anna, raw)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	if server.connections != 2 {
		t.Errorf("got %d connections, want 2", server.connections)
	}
}

func TestInternationalAddresses(t *testing.T) {
	wide := serve(t, hooks{})
	narrow := serve(t, hooks{configure: func(s *gosmtp.Server) { s.EnableSMTPUTF8 = false }})
	for _, test := range []struct {
		name, to, rcpt string
		server         *mailServer
		want           Outcome
		utf8           bool
	}{
		{"domain", "anna@räksmörgås.se", "anna@xn--rksmrgs-5wao1o.se", narrow, Taken, false},
		{"name at a server that takes it", "åsa@exempel.se", "åsa@exempel.se", wide, Taken, true},
		{"name at a server that does not", "åsa@exempel.se", "", narrow, Refused, false},
		{"ASCII at a server that takes all", anna, anna, wide, Taken, false},
		{"no address", "anna", "", wide, Refused, false},
		{"two lines", "anna@exempel.se>\r\nRCPT TO:<x@y.se", "", wide, Refused, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := len(test.server.all())
			got := send(t, open(t, test.server.config()), test.to, rawMail(t, 1))
			if got.Outcome != test.want || test.want == Refused && (got.Step != StepAddress || !strings.Contains(FaultText(got), "adress")) {
				t.Errorf("got %+v (%s), want outcome %d", got, FaultText(got), test.want)
			}
			if test.want != Taken {
				return
			}
			if mails := test.server.all(); len(mails) != before+1 || mails[before].to != test.rcpt || mails[before].utf8 != test.utf8 {
				t.Errorf("the server took %d mails, the last to %q, SMTPUTF8 %t, want one to %q, %t", len(mails)-before, mails[len(mails)-1].to,
					mails[len(mails)-1].utf8, test.rcpt, test.utf8)
			}
		})
	}
}

func TestDotsAndBytesArriveUnchanged(t *testing.T) {
	server := serve(t, hooks{})
	raw := []byte("Message-ID: <a@exempel.se>\r\nSubject: punkt\r\n\r\n.\r\n..\r\n.QUIT\r\nslut\r\n")
	send(t, open(t, server.config()), anna, raw)
	if got := server.all()[0].raw; got != string(raw) {
		t.Errorf("got %q, want %q", got, raw)
	}
}
