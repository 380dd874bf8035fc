package courier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
)

// act is what the mail server does with one attempt.
type act int

// The acts. Those with a code answer it; refuse ones answer to the mail itself.
const (
	take act = iota
	busy421
	later450
	later451AtEnd
	refuse550
	refuse554AtEnd
	// dropBefore ends the connection before the mail, dropAfter when it has it and before the answer.
	dropBefore
	dropAfter
	// hangBefore and hangAfter stop answering instead.
	hangBefore
	hangAfter
)

// mailbox is a mail server that does as it is told, and keeps what it took. It is safe for concurrent use.
type mailbox struct {
	port     int
	listener net.Listener
	server   *smtp.Server
	served   chan error

	mu      sync.Mutex
	acts    map[string][]act // by recipient, one for each attempt; then take
	decide  func(to string) act
	taken   map[string][][]byte // by Message-ID
	total   int
	hung    chan struct{} // closed to let those go that hang
	release func()
	reached chan string   // who hangs
	changed chan struct{} // gets one, without waiting, when a mail is taken
}

// newMailbox starts a mail server that ends with the test.
func newMailbox(t testing.TB) *mailbox {
	m := &mailbox{acts: map[string][]act{}, taken: map[string][][]byte{}, hung: make(chan struct{}), reached: make(chan string, 100),
		changed: make(chan struct{}, 1)}
	m.release = sync.OnceFunc(func() { close(m.hung) })
	m.start(t)
	t.Cleanup(func() {
		m.release()
		m.stop(t)
	})
	return m
}

// start listens, at the same port as before.
func (m *mailbox) start(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", m.port))
	if err != nil {
		t.Fatal(err)
	}
	m.port = l.Addr().(*net.TCPAddr).Port
	server, served := smtp.NewServer(m), make(chan error, 1)
	server.Domain, server.ErrorLog = "localhost", slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	m.listener, m.server, m.served = l, server, served
	go func() { served <- server.Serve(l) }()
}

// stop ends the server and all its connections at once.
func (m *mailbox) stop(t testing.TB) {
	t.Helper()
	if m.server == nil {
		return
	}
	if err := m.server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	_ = m.listener.Close() // also where Serve had not begun, and Close did not know of it
	if err := <-m.served; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		t.Error(err)
	}
	m.server = nil
}

// will says what to do with the next attempts at an address.
func (m *mailbox) will(to string, acts ...act) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acts[to] = acts
}

func (m *mailbox) next(to string) act {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.decide != nil {
		return m.decide(to)
	}
	if acts := m.acts[to]; len(acts) > 0 {
		m.acts[to] = acts[1:]
		return acts[0]
	}
	return take
}

// keep notes a mail that the server answers for.
func (m *mailbox) keep(raw []byte) error {
	read, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	id := strings.Trim(read.Header.Get("Message-ID"), "<>")
	m.mu.Lock()
	m.taken[id] = append(m.taken[id], raw)
	m.total++
	m.mu.Unlock()
	select {
	case m.changed <- struct{}{}:
	default:
	}
	return nil
}

// of returns what was taken with a Message-ID.
func (m *mailbox) of(id string) [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.taken[id]
}

func (m *mailbox) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.total
}

// NewSession begins a conversation.
func (m *mailbox) NewSession(c *smtp.Conn) (smtp.Session, error) { return &visit{box: m, conn: c}, nil }

// visit is one conversation.
type visit struct {
	box  *mailbox
	conn *smtp.Conn
	act  act
	to   string
}

// Reset, Logout and Mail have nothing to do.
func (v *visit) Reset()                               {}
func (v *visit) Logout() error                        { return nil }
func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt does what comes before the mail.
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.to, v.act = to, v.box.next(to)
	switch v.act {
	case busy421:
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "shutting down"}
	case later450:
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "greylisted"}
	case refuse550:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	case dropBefore:
		return v.conn.Conn().Close()
	case hangBefore:
		v.hang()
	default: // what comes with the mail, or nothing
	}
	return nil
}

// Data does what comes with the mail.
func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	switch v.act {
	case later451AtEnd:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try later"}
	case refuse554AtEnd:
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "looks like spam"}
	default: // it is taken
	}
	if err := v.box.keep(raw); err != nil {
		return err
	}
	switch v.act {
	case dropAfter:
		return v.conn.Conn().Close()
	case hangAfter:
		v.hang()
	default: // it is answered
	}
	return nil
}

// hang answers no more.
func (v *visit) hang() {
	v.box.reached <- v.to
	<-v.box.hung
}

// sender returns a client of the server.
func (m *mailbox) sender(t testing.TB, limits mail.Config) *mail.SMTP {
	t.Helper()
	limits.Host, limits.Port, limits.TLS, limits.From = "127.0.0.1", m.port, mail.NoTLS, "uppsikt@kommun.example"
	s, err := mail.OpenSMTP(limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// mortal is a sender that ends with its process.
type mortal struct {
	Sender
	life context.Context
}

// Send hands over until the process ends.
func (m mortal) Send(ctx context.Context, to string, raw []byte) (mail.Answer, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(m.life, cancel)()
	return m.Sender.Send(ctx, to, raw)
}
