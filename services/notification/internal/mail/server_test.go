package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// taken is a mail that the server has answered for.
type taken struct {
	from, to, raw string
	utf8          bool
}

// mailServer is a real SMTP server on loopback. What it does otherwise than take every mail, the hooks say.
type mailServer struct {
	port  int
	roots *x509.CertPool
	hooks hooks

	mu          sync.Mutex
	mails       []taken
	connections int
	attempts    []string // "way user password" of each sign-in
}

// hooks run on the server with the connection they concern; nil ones do nothing.
type hooks struct {
	greet      func(net.Conn) error
	mail, rcpt func(net.Conn, string) error
	data       func(net.Conn, io.Reader) error
	after      func(net.Conn) error // after the mail is stored, before the answer
	logout     func()
	ways       []string
	configure  func(*gosmtp.Server)
	implicit   bool
}

// serve starts a server that ends with the test.
func serve(tb testing.TB, h hooks) *mailServer {
	tb.Helper()
	certificate, roots := selfSigned(tb)
	s := &mailServer{hooks: h, roots: roots}
	server := gosmtp.NewServer(gosmtp.BackendFunc(s.session))
	server.Domain = "mejl.exempel.se"
	server.EnableSMTPUTF8 = true
	server.ErrorLog = quiet{}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	if !h.implicit {
		server.TLSConfig = config
	}
	if h.configure != nil {
		h.configure(server)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	if h.implicit {
		listener = tls.NewListener(listener, config)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	tb.Cleanup(func() {
		_ = server.Close()
		if err := <-done; err != nil && !errors.Is(err, gosmtp.ErrServerClosed) {
			tb.Errorf("serve: %v", err)
		}
	})
	return s
}

// quiet throws the server's log away: the tests break conversations on purpose.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (s *mailServer) session(c *gosmtp.Conn) (gosmtp.Session, error) {
	s.mu.Lock()
	s.connections++
	s.mu.Unlock()
	if s.hooks.greet != nil {
		if err := s.hooks.greet(c.Conn()); err != nil {
			return nil, err
		}
	}
	return &session{server: s, conn: c.Conn()}, nil
}

// all returns the mails taken so far.
func (s *mailServer) all() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// config is how to reach the server, encrypted, with limits no test reaches unless it wants to.
func (s *mailServer) config() Config {
	return Config{Host: "127.0.0.1", Port: s.port, From: "uppsikt@exempel.se", Roots: s.roots}
}

// session is one conversation.
type session struct {
	server *mailServer
	conn   net.Conn
	mail   taken
}

func (s *session) Reset() { s.mail = taken{} }

func (s *session) Logout() error {
	if s.server.hooks.logout != nil {
		s.server.hooks.logout()
	}
	return nil
}

func (s *session) Mail(from string, o *gosmtp.MailOptions) error {
	s.mail.from, s.mail.utf8 = from, o.UTF8
	if s.server.hooks.mail != nil {
		return s.server.hooks.mail(s.conn, from)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	s.mail.to = to
	if s.server.hooks.rcpt != nil {
		return s.server.hooks.rcpt(s.conn, to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	if s.server.hooks.data != nil {
		if err := s.server.hooks.data(s.conn, r); err != nil {
			return err
		}
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.raw = string(raw)
	s.server.mu.Lock()
	s.server.mails = append(s.server.mails, s.mail)
	s.server.mu.Unlock()
	if s.server.hooks.after != nil {
		return s.server.hooks.after(s.conn)
	}
	return nil
}

func (s *session) AuthMechanisms() []string { return s.server.hooks.ways }

func (s *session) Auth(way string) (sasl.Server, error) {
	check := func(user, password string) error {
		s.server.mu.Lock()
		s.server.attempts = append(s.server.attempts, way+" "+user+" "+password)
		s.server.mu.Unlock()
		if user != "uppsikt" || password != "rätt lösenord" {
			return gosmtp.ErrAuthFailed
		}
		return nil
	}
	if way == "LOGIN" {
		return &loginServer{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
}

// loginServer asks for the user name, then for the password.
type loginServer struct {
	check func(user, password string) error
	said  []string
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response != nil {
		l.said = append(l.said, string(response))
	}
	switch len(l.said) {
	case 0:
		return []byte("Username:"), false, nil
	case 1:
		return []byte("Password:"), false, nil
	default:
		return nil, true, l.check(l.said[0], l.said[1])
	}
}

// selfSigned makes a certificate for 127.0.0.1 and who trusts it.
func selfSigned(tb testing.TB) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mejl"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2120, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// open returns a sender that ends with the test.
func open(tb testing.TB, c Config) *SMTP {
	tb.Helper()
	s, err := OpenSMTP(c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// rawMail is a composed mail with a number in its id.
func rawMail(tb testing.TB, n int) []byte {
	tb.Helper()
	m := message(tb, "2025-05-09", line("Fakturor betalas i tid", "2025-05-12"))
	m.ID += "-" + strconv.Itoa(n)
	mail, err := composer(tb).Compose(m)
	if err != nil {
		tb.Fatal(err)
	}
	return mail.Raw
}

// send hands over one mail and returns the answer.
func send(tb testing.TB, s Sender, to string, raw []byte) Answer {
	tb.Helper()
	a, err := s.Send(context.WithoutCancel(tb.Context()), to, raw)
	if err != nil {
		tb.Fatalf("send to %s: %v", to, err)
	}
	return a
}
