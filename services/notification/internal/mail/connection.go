package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// mailsPerConnection is after how many mails a connection is ended; many servers take no more.
const mailsPerConnection = 100

// connection is one conversation with a mail server. One mail at a time.
type connection struct {
	config Config
	socket net.Conn
	client *smtp.Client
	sent   int
	timer  *time.Timer
}

// connect reaches the server, encrypts and signs in.
func (s *SMTP) connect(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Connect)
	defer cancel()
	var dialer net.Dialer
	socket, err := dialer.DialContext(ctx, "tcp", s.config.address())
	if err != nil {
		return nil, &stepError{StepConnect, err}
	}
	c := &connection{config: s.config, socket: socket}
	if err := c.within(ctx, s.config.Connect, c.open); err != nil {
		_ = c.socket.Close()
		return nil, err
	}
	return c, nil
}

// open greets, encrypts and signs in.
func (c *connection) open() error {
	conn, err := c.secured()
	if err != nil {
		return &stepError{StepTLS, err}
	}
	client, err := smtp.NewClient(conn, c.config.Host)
	if err != nil {
		return &stepError{StepConnect, err}
	}
	c.client = client
	if err := client.Hello(c.config.Hello); err != nil {
		return &stepError{StepConnect, err}
	}
	if err := c.startTLS(); err != nil {
		return &stepError{StepTLS, err}
	}
	if err := c.signIn(); err != nil {
		return &stepError{StepSignIn, err}
	}
	return nil
}

// secured is the connection that the server is spoken to over, encrypted if it is from the first byte.
func (c *connection) secured() (net.Conn, error) {
	if c.config.TLS != ImplicitTLS {
		return c.socket, nil
	}
	secured := tls.Client(c.socket, c.tls())
	return secured, secured.Handshake()
}

// errNoTLS is of a server that does not offer what we were told to ask for.
var errNoTLS = errors.New("the mail server offers no STARTTLS")

// startTLS encrypts where that is the way. A server that does not offer it gets no mail: somebody between us might have
// taken the offer away.
func (c *connection) startTLS() error {
	if c.config.TLS != StartTLS {
		return nil
	}
	if offered, _ := c.client.Extension("STARTTLS"); !offered {
		return errNoTLS
	}
	return c.client.StartTLS(c.tls())
}

func (c *connection) tls() *tls.Config {
	return &tls.Config{ServerName: c.config.Host, RootCAs: c.config.Roots, MinVersion: tls.VersionTLS12}
}

// errNoSignIn is of a server that we have a password for and that does not ask for one we can give.
var errNoSignIn = errors.New("the mail server offers no way to sign in that we know: SCRAM-SHA-256, PLAIN or LOGIN")

// signIn authenticates by the best way that the server offers.
func (c *connection) signIn() error {
	if c.config.Username == "" {
		return nil
	}
	_, offered := c.client.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	host, clear := c.config.Host, loopback(c.config.Host)
	switch {
	case slices.Contains(ways, "SCRAM-SHA-256"):
		return c.client.Auth(smtp.ScramSHA256Auth(c.config.Username, c.config.Password))
	case slices.Contains(ways, "PLAIN"):
		return c.client.Auth(smtp.PlainAuth("", c.config.Username, c.config.Password, host, clear))
	case slices.Contains(ways, "LOGIN"):
		return c.client.Auth(smtp.LoginAuth(c.config.Username, c.config.Password, host, clear))
	default:
		return errNoSignIn
	}
}

// errNoUTF8 is of an address that this server cannot be told.
var errNoUTF8 = errors.New("the mail server takes no addresses with characters beyond ASCII (SMTPUTF8)")

// send hands over one mail.
func (c *connection) send(ctx context.Context, from, to string, raw []byte) error {
	wide := !ascii(to) || !ascii(from)
	if offered, _ := c.client.Extension("SMTPUTF8"); wide && !offered {
		return &stepError{StepAddress, errNoUTF8}
	}
	c.client.SkipSMTPUTF8(!wide)
	if err := c.within(ctx, c.config.Command, func() error { return c.client.Mail("<" + from + ">") }); err != nil {
		return &stepError{StepSender, err}
	}
	if err := c.within(ctx, c.config.Command, func() error { return c.client.Rcpt("<" + to + ">") }); err != nil {
		return &stepError{StepRecipient, err}
	}
	c.sent++
	return c.data(ctx, raw)
}

// data hands over the mail itself. What goes wrong before the closing dot is on its way leaves the server without a mail;
// after it, only its answer tells.
func (c *connection) data(ctx context.Context, raw []byte) error {
	step := StepData
	err := c.within(ctx, c.config.Data, func() error {
		w, err := c.client.Data()
		if err != nil {
			return err
		}
		if _, err = w.Write(raw); err != nil {
			return err
		}
		// What the writer holds back goes before the dot, so that only the dot's own answer can be missed.
		if err = c.client.Text.W.Flush(); err != nil {
			return err
		}
		step = StepEnd
		return w.Close()
	})
	if err != nil {
		return &stepError{step, err}
	}
	return nil
}

// reset takes back a mail that was refused, so that the next begins anew.
func (c *connection) reset(ctx context.Context) error {
	return c.within(ctx, c.config.Command, c.client.Reset)
}

// spent reports whether the connection has carried as many mails as it should.
func (c *connection) spent() bool { return c.sent >= mailsPerConnection }

// goodbye is how long we wait for the server's answer to ours.
const goodbye = time.Second

// quit ends the conversation.
func (c *connection) quit() {
	if c.client.UpdateDeadline(goodbye) == nil {
		_ = c.client.Quit()
	}
	c.close()
}

// close drops the connection.
func (c *connection) close() { _ = c.socket.Close() }

// within runs a step and breaks it off when its limit or the context ends, by a deadline that lies in the past. A connection
// that was broken off is of no more use: the deadline is never taken back.
func (c *connection) within(ctx context.Context, limit time.Duration, step func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = c.socket.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	return step()
}
