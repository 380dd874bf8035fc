package mail

import (
	"crypto/x509"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// TLS is how the connection to a mail server is encrypted.
type TLS int

// The ways.
const (
	// StartTLS begins in clear text, and speaks of no mail before it is encrypted.
	StartTLS TLS = iota
	// ImplicitTLS is encrypted from the first byte.
	ImplicitTLS
	// NoTLS is never encrypted; for a mail server on the same machine or a closed network.
	NoTLS
)

// Config says which mail server takes the mails, and how. The zero values of TLS and the limits are safe.
type Config struct {
	Host string
	Port int
	TLS  TLS
	// Username and Password to sign in with; none when empty.
	Username, Password string
	// From is the address that the mail server sends failures to.
	From string
	// Hello is the name we say we are; the domain of From when empty.
	Hello string
	// Roots are the authorities trusted to sign the server's certificate; those of the system when nil.
	Roots *x509.CertPool
	// Connect, Command and Data limit reaching the server until it lets us in, each command, and taking a whole mail.
	// Idle is how long a connection is kept open for the next mail.
	Connect, Command, Data, Idle time.Duration
}

// The limits where the configuration names none. Data is long because a server may look for viruses before it answers.
const (
	connectLimit = 30 * time.Second
	commandLimit = 30 * time.Second
	dataLimit    = 3 * time.Minute
	idleLimit    = 10 * time.Second
)

// Ports that mail servers take mail from programs on.
const (
	submissionPort  = 587
	submissionsPort = 465
	relayPort       = 25
)

// ParseURL reads "smtp://user:password@host:587?tls=starttls|tls|none". "smtps://" is tls=tls. Without a port it is 587, 465
// with tls and 25 without encryption.
func ParseURL(address string) (Config, error) {
	u, err := url.Parse(address)
	if err != nil {
		// The error of url.Parse holds the address, and the address the password.
		return Config{}, invalidConfig("the address of the mail server is not a URL")
	}
	c := Config{Host: u.Hostname(), Username: u.User.Username()}
	c.Password, _ = u.User.Password()
	if (u.Scheme != "smtp" && u.Scheme != "smtps") || c.Host == "" || (u.Path != "" && u.Path != "/") {
		return Config{}, invalidConfig("the address of the mail server is smtp://host:port or smtps://host:port")
	}
	if err := c.parseQuery(u); err != nil {
		return Config{}, err
	}
	return c, c.parsePort(u.Port())
}

// parseQuery reads how the connection is encrypted; another parameter is a spelling mistake.
func (c *Config) parseQuery(u *url.URL) error {
	if u.Scheme == "smtps" {
		c.TLS = ImplicitTLS
	}
	for key, values := range u.Query() {
		way, ok := map[string]TLS{"starttls": StartTLS, "tls": ImplicitTLS, "none": NoTLS}[values[0]]
		if key != "tls" || !ok || (u.Scheme == "smtps" && way != ImplicitTLS) {
			return invalidConfig("the only parameter of the mail server's address is tls=starttls, tls=tls or tls=none")
		}
		c.TLS = way
	}
	return nil
}

// parsePort reads the port, or takes the one that goes with the encryption.
func (c *Config) parsePort(text string) error {
	if text == "" {
		c.Port = map[TLS]int{StartTLS: submissionPort, ImplicitTLS: submissionsPort, NoTLS: relayPort}[c.TLS]
		return nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return invalidConfig("the port of the mail server is 1–65535")
	}
	c.Port = port
	return nil
}

// Limit is the longest that handing over one mail may take, a second connection included.
func (c Config) Limit() time.Duration {
	c = c.withDefaults()
	return 2*c.Connect + 6*c.Command + c.Data
}

// withDefaults fills in the limits.
func (c Config) withDefaults() Config {
	for _, l := range []struct {
		field *time.Duration
		limit time.Duration
	}{{&c.Connect, connectLimit}, {&c.Command, commandLimit}, {&c.Data, dataLimit}, {&c.Idle, idleLimit}} {
		if *l.field <= 0 {
			*l.field = l.limit
		}
	}
	return c
}

// validate refuses what could not work, or would show a password to the network.
func (c Config) validate() error {
	switch {
	case c.Host == "" || c.Port < 1 || c.Port > 65535:
		return invalidConfig("the mail server needs a host and a port")
	case c.Username != "" && c.TLS == NoTLS && !loopback(c.Host):
		return invalidConfig("a password for the mail server is only sent encrypted: use tls=starttls or tls=tls")
	case c.Username == "" && c.Password != "":
		return invalidConfig("the mail server has a password but no user name")
	}
	return nil
}

// loopback tells an address on this machine.
func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// address is where to connect.
func (c Config) address() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

// invalidConfig is a fault of the configuration, for whoever starts the process.
func invalidConfig(english string) error {
	return &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS", English: english,
		Swedish: "Inställningarna för mejlservern behöver rättas."}
}
