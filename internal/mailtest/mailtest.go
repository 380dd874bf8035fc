// Package mailtest runs a mail server for tests and reads what it was given, both with libraries that the product does not use.
package mailtest

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	_ "github.com/emersion/go-message/charset" // mails are read in whatever charset they are in
	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"
)

// Server is a mail server on loopback that takes every mail. It is safe for concurrent use.
type Server struct {
	address string

	mu      sync.Mutex
	hook    func(n int, taken bool) bool
	mails   []Mail
	changed chan struct{} // closed, and replaced, at each mail
}

// Mail is a mail as it was handed over.
type Mail struct {
	// To is whom the client named to the server.
	To []string
	// Raw is the mail itself.
	Raw []byte
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{address: l.Addr().String(), changed: make(chan struct{})}
	server, served := smtp.NewServer(s), make(chan error, 1)
	server.Domain, server.ErrorLog = "localhost", slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
		if err := <-served; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return s
}

// URL is how the suite is told of the server.
func (s *Server) URL() string { return "smtp://" + s.address + "?tls=none" }

// Mails returns what was taken so far, in order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Watch has each mail shown to hook twice: before it is taken, as the n-th, and before the client is told that it is. A mail
// for which hook returns false is not taken, or its client not told. Nil watches no more.
func (s *Server) Watch(hook func(n int, taken bool) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// ask asks the hook about a mail.
func (s *Server) ask(n int, taken bool) error {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != nil && !hook(n, taken) {
		return smtp.ErrDataReset
	}
	return nil
}

// take keeps a mail.
func (s *Server) take(m Mail) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
	close(s.changed)
	s.changed = make(chan struct{})
	return len(s.mails)
}

// Await waits until so many mails were taken, and returns false when that lasts longer than the limit.
func (s *Server) Await(n int, limit time.Duration) bool {
	late := time.After(limit)
	for {
		s.mu.Lock()
		have, changed := len(s.mails), s.changed
		s.mu.Unlock()
		if have >= n {
			return true
		}
		select {
		case <-changed:
		case <-late:
			return false
		}
	}
}

// NewSession begins a conversation.
func (s *Server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }

// session is one conversation.
type session struct {
	server *Server
	to     []string
}

// Mail, Reset and Logout begin and end a mail.
func (s *session) Mail(string, *smtp.MailOptions) error { s.to = nil; return nil }
func (s *session) Reset()                               { s.to = nil }
func (s *session) Logout() error                        { return nil }

// Rcpt notes whom it is to.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data takes it.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.ask(len(s.server.Mails())+1, false); err != nil {
		return err
	}
	return s.server.ask(s.server.take(Mail{To: slices.Clone(s.to), Raw: raw}), true)
}

// Message is a mail as a program reads it.
type Message struct {
	Header             mail.Header
	Date               time.Time
	Subject, MessageID string
	// To are the addresses in the header.
	To         []string
	Text, HTML string
	Events     []ical.Event
}

// Parse reads a mail.
func Parse(t testing.TB, raw []byte) Message {
	t.Helper()
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("read the mail: %v\n%s", err, raw)
	}
	m := Message{Header: r.Header}
	var faults [4]error
	m.Subject, faults[0] = r.Header.Subject()
	m.MessageID, faults[1] = r.Header.MessageID()
	m.Date, faults[2] = r.Header.Date()
	to, err := r.Header.AddressList("To")
	faults[3] = err
	for _, a := range to {
		m.To = append(m.To, a.Address)
	}
	if err := errors.Join(faults[:]...); err != nil {
		t.Fatalf("the header: %v\n%s", err, raw)
	}
	if err := m.parts(r); err != nil {
		t.Fatalf("the parts: %v\n%s", err, raw)
	}
	return m
}

// parts reads the text, the page and the calendar.
func (m *Message) parts(r *mail.Reader) error {
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			return err
		}
		kind, _, err := contentType(part)
		if err != nil {
			return err
		}
		switch kind {
		case "text/plain":
			m.Text = string(body)
		case "text/html":
			m.HTML = string(body)
		case "text/calendar":
			calendar, err := ical.NewDecoder(bytes.NewReader(body)).Decode()
			if err != nil {
				return err
			}
			m.Events = append(m.Events, calendar.Events()...)
		}
	}
}

// contentType returns what a part is.
func contentType(part *mail.Part) (string, map[string]string, error) {
	switch h := part.Header.(type) {
	case *mail.InlineHeader:
		return h.ContentType()
	case *mail.AttachmentHeader:
		return h.ContentType()
	}
	return "", nil, nil
}
