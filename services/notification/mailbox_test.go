package notification_test

import (
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailbox is a mail server on loopback that answers as it is told. It is safe for concurrent use.
type mailbox struct {
	address string

	mu sync.Mutex
	// answer is what it says to a mail; nil takes it.
	answer error
	to     []string
}

// newMailbox starts a mail server that ends with the test.
func newMailbox(t testing.TB) *mailbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mailbox{address: l.Addr().String()}
	server, served := smtp.NewServer(m), make(chan error, 1)
	server.Domain, server.ErrorLog = "localhost", silent{}
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		for _, err := range []error{server.Close(), <-served} {
			if err != nil && !errors.Is(err, smtp.ErrServerClosed) {
				t.Error(err)
			}
		}
	})
	return m
}

// silent logs nothing.
type silent struct{}

// Printf and Println do nothing.
func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// answers changes what it says to a mail: 0 takes it.
func (m *mailbox) answers(code int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = nil
	if code != 0 {
		m.answer = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "no"}
	}
}

// taken returns to whom it has taken mails, in order of address.
func (m *mailbox) taken() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(slices.Values(m.to))
}

// NewSession begins a conversation.
func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &conversation{box: m}, nil }

type conversation struct {
	box *mailbox
	to  []string
}

// Mail, Reset and Logout begin and end a mail.
func (c *conversation) Mail(string, *smtp.MailOptions) error { c.to = nil; return nil }
func (c *conversation) Reset()                               { c.to = nil }
func (c *conversation) Logout() error                        { return nil }

// Rcpt notes whom it is to.
func (c *conversation) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return nil
}

// Data takes it, or not.
func (c *conversation) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	if c.box.answer == nil {
		c.box.to = append(c.box.to, c.to...)
	}
	return c.box.answer
}
