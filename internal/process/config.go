package process

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/uppsikt/uppsikt/internal/mtls"
)

// Names of the processes, by which their certificates know them and their addresses are configured.
const (
	Directory          = "directory"
	RiskRegister       = "risk-register"
	ControlMeasurement = "control-measurement"
	Reporting          = "reporting"
	Notification       = "notification"
	Gateway            = "gateway"
)

// Where a process listens when nothing else is said.
const (
	DefaultListen = "127.0.0.1:9090"
	DefaultHTTP   = "127.0.0.1:8080"
)

// Config is what the environment says.
type Config struct {
	// Database is the address of a PostgreSQL database ("postgres://…"), or the path of an SQLite file, which is made and
	// brought up to date. UPPSIKT_DATABASE, or UPPSIKT_DATABASE_FILE with the name of a file that holds it.
	Database string
	// Listen is the address for gRPC, or the gateway's for HTTP. Without TLS only loopback. UPPSIKT_LISTEN.
	Listen string
	// Metrics is the address for Prometheus; empty for none. UPPSIKT_METRICS.
	Metrics string
	// Peers holds the addresses of other services by their names: one, several with commas between, or a target of
	// gRPC's own such as "dns:///directory:9090". UPPSIKT_DIRECTORY, UPPSIKT_RISK_REGISTER,
	// UPPSIKT_CONTROL_MEASUREMENT, UPPSIKT_REPORTING, UPPSIKT_NOTIFICATION.
	Peers map[string]string
	// TLS names the files by which the processes of the suite prove themselves to each other; they are read anew when they
	// change. UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY, UPPSIKT_TLS_CA.
	TLS mtls.Files
	// Collector is the address of an OpenTelemetry collector; empty for none. OTEL_EXPORTER_OTLP_ENDPOINT.
	Collector string
	// HTTPCertificate and HTTPKey are the files of the gateway's certificate for browsers. UPPSIKT_HTTP_CERT,
	// UPPSIKT_HTTP_KEY.
	HTTPCertificate, HTTPKey string
	// TrustedProxy says that something in front of the gateway ends TLS, so that it may listen on other addresses than
	// loopback without a certificate. UPPSIKT_TRUSTED_PROXY=true.
	TrustedProxy bool
	// SMTP is the address of the mail server of notification, with user and password. UPPSIKT_SMTP, or UPPSIKT_SMTP_FILE
	// with the name of a file that holds it.
	SMTP string
	// MailFrom is who mails are from. UPPSIKT_MAIL_FROM.
	MailFrom string
	// Outbox is the folder that takes the mails where there is no mail server. UPPSIKT_OUTBOX.
	Outbox string
	// Redis is the address of the schedule of notification; empty for one of its own. UPPSIKT_REDIS, or UPPSIKT_REDIS_FILE.
	Redis string
	// PublicURL is where people reach the pages. UPPSIKT_PUBLIC_URL.
	PublicURL string
}

// FromEnvironment reads the configuration.
func FromEnvironment(getenv func(string) string) (Config, error) {
	c := Config{Listen: getenv("UPPSIKT_LISTEN"), Metrics: getenv("UPPSIKT_METRICS"),
		TLS:       mtls.Files{Certificate: getenv("UPPSIKT_TLS_CERT"), Key: getenv("UPPSIKT_TLS_KEY"), CA: getenv("UPPSIKT_TLS_CA")},
		Collector: getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), HTTPCertificate: getenv("UPPSIKT_HTTP_CERT"),
		HTTPKey: getenv("UPPSIKT_HTTP_KEY"), TrustedProxy: getenv("UPPSIKT_TRUSTED_PROXY") == "true", Peers: map[string]string{},
		MailFrom: getenv("UPPSIKT_MAIL_FROM"), Outbox: getenv("UPPSIKT_OUTBOX"), PublicURL: getenv("UPPSIKT_PUBLIC_URL")}
	for _, name := range []string{Directory, RiskRegister, ControlMeasurement, Reporting, Notification} {
		if address := getenv(variable(name)); address != "" {
			c.Peers[name] = address
		}
	}
	for name, to := range map[string]*string{"UPPSIKT_DATABASE": &c.Database, "UPPSIKT_SMTP": &c.SMTP, "UPPSIKT_REDIS": &c.Redis} {
		var err error
		if *to, err = secret(getenv, name); err != nil {
			return c, err
		}
	}
	return c, nil
}

// secret reads a variable, or the file that its sister with _FILE names.
func secret(getenv func(string) string, name string) (string, error) {
	file := getenv(name + "_FILE")
	if file == "" {
		return getenv(name), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// variable returns the environment variable with the address of a service.
func variable(name string) string {
	return "UPPSIKT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Need reports which of the services named have no address.
func (c Config) Need(names ...string) error {
	var missing []string
	for _, name := range names {
		if c.Peers[name] == "" {
			missing = append(missing, variable(name))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("missing: %s, the addresses of these services", strings.Join(missing, ", "))
}

// forGRPC returns the configuration of a service, completed, or why it cannot work or would be unsafe.
func (c Config) forGRPC() (Config, error) {
	if c.Database == "" {
		return c, errors.New("UPPSIKT_DATABASE is missing: the address of a PostgreSQL database or the path of an SQLite file")
	}
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	encrypted, err := c.encrypted()
	if err != nil {
		return c, err
	}
	return c, c.checkListen(encrypted, "without TLS")
}

// forHTTP is forGRPC for the gateway.
func (c Config) forHTTP() (Config, error) {
	if c.Listen == "" {
		c.Listen = DefaultHTTP
	}
	if _, err := c.encrypted(); err != nil {
		return c, err
	}
	if (c.HTTPCertificate == "") != (c.HTTPKey == "") {
		return c, errors.New("UPPSIKT_HTTP_CERT and UPPSIKT_HTTP_KEY belong together")
	}
	return c, c.checkListen(c.Secure(), "without UPPSIKT_HTTP_CERT and UPPSIKT_HTTP_KEY, or UPPSIKT_TRUSTED_PROXY=true,")
}

// Secure reports whether browsers reach the gateway over TLS.
func (c Config) Secure() bool { return c.HTTPCertificate != "" || c.TrustedProxy }

func (c Config) encrypted() (bool, error) {
	given, err := c.TLS.Given()
	if err != nil {
		return false, fmt.Errorf("UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY and UPPSIKT_TLS_CA: %w", err)
	}
	return given, nil
}

func (c Config) checkListen(safe bool, without string) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("UPPSIKT_LISTEN: %w", err)
	}
	if ip := net.ParseIP(host); !safe && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("UPPSIKT_LISTEN is %s: %s only loopback addresses such as %s are listened on", c.Listen, without, DefaultListen)
	}
	return nil
}

// postgres reports whether the database is a server.
func (c Config) postgres() bool {
	return strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://")
}

// browserTLS returns the settings for browsers; nil without a certificate.
func (c Config) browserTLS() (*tls.Config, error) {
	if c.HTTPCertificate == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(c.HTTPCertificate, c.HTTPKey)
	if err != nil {
		return nil, fmt.Errorf("UPPSIKT_HTTP_CERT, UPPSIKT_HTTP_KEY: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil
}
