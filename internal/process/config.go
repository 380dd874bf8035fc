package process

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// DefaultListen is where a service listens when nothing else is said.
const DefaultListen = "127.0.0.1:9090"

// Config is what the environment says.
type Config struct {
	// Database is the address of a PostgreSQL database ("postgres://…"), or the path of an SQLite file, which is made and
	// brought up to date. UPPSIKT_DATABASE, or UPPSIKT_DATABASE_FILE with the name of a file that holds it.
	Database string
	// Listen is the address for gRPC. Without TLS only loopback. UPPSIKT_LISTEN.
	Listen string
	// Metrics is the address for Prometheus; empty for none. UPPSIKT_METRICS.
	Metrics string
	// Directory is the address of the directory, which every other service needs. UPPSIKT_DIRECTORY.
	Directory string
	// Certificate and Key are files with this process's certificate, and CA the file with the authority that signs those
	// of all processes of the suite. UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY, UPPSIKT_TLS_CA.
	Certificate, Key, CA string
}

// FromEnvironment reads the configuration.
func FromEnvironment(getenv func(string) string) (Config, error) {
	c := Config{Database: getenv("UPPSIKT_DATABASE"), Listen: getenv("UPPSIKT_LISTEN"), Metrics: getenv("UPPSIKT_METRICS"),
		Directory: getenv("UPPSIKT_DIRECTORY"), Certificate: getenv("UPPSIKT_TLS_CERT"), Key: getenv("UPPSIKT_TLS_KEY"),
		CA: getenv("UPPSIKT_TLS_CA")}
	if file := getenv("UPPSIKT_DATABASE_FILE"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return c, fmt.Errorf("UPPSIKT_DATABASE_FILE: %w", err)
		}
		c.Database = strings.TrimSpace(string(text))
	}
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	return c, c.Validate()
}

// Validate reports settings that cannot work or would be unsafe.
func (c Config) Validate() error {
	if c.Database == "" {
		return errors.New("UPPSIKT_DATABASE is missing: the address of a PostgreSQL database or the path of an SQLite file")
	}
	given := 0
	for _, file := range []string{c.Certificate, c.Key, c.CA} {
		if file != "" {
			given++
		}
	}
	if given != 0 && given != 3 {
		return errors.New("UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY and UPPSIKT_TLS_CA belong together")
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("UPPSIKT_LISTEN: %w", err)
	}
	if ip := net.ParseIP(host); given == 0 && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("UPPSIKT_LISTEN is %s: without TLS only loopback addresses such as %s are listened on", c.Listen, DefaultListen)
	}
	return nil
}

// postgres reports whether the database is a server.
func (c Config) postgres() bool {
	return strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://")
}

// tls returns the settings for both directions: servers ask for a certificate and accept callers without, who prove
// themselves by a token; clients show theirs. Nil without TLS.
func (c Config) tls() (server, client *tls.Config, err error) {
	if c.Certificate == "" {
		return nil, nil, nil
	}
	own, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("read the certificate: %w", err)
	}
	text, err := os.ReadFile(c.CA)
	if err != nil {
		return nil, nil, fmt.Errorf("read the authority: %w", err)
	}
	authority := x509.NewCertPool()
	if !authority.AppendCertsFromPEM(text) {
		return nil, nil, fmt.Errorf("read the authority: %s holds no certificate", c.CA)
	}
	server = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, ClientCAs: authority,
		ClientAuth: tls.VerifyClientCertIfGiven}
	client = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, RootCAs: authority}
	return server, client, nil
}
