package allinone

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// Config is what the operator may choose.
type Config struct {
	// Data is the directory that holds the databases; made when it is not there.
	Data string
	// HTTP, GRPC and Metrics are the addresses to listen on. Metrics may be empty.
	HTTP, GRPC, Metrics string
	// TLS certificate for HTTP and gRPC; nil without.
	TLS *tls.Config
	// TrustedProxy says that something in front ends TLS, so that other addresses than loopback may be listened on.
	TrustedProxy bool
	// Demo loads the reference data and lets visitors sign in as the people in it, on loopback only.
	Demo bool
	// Now is the time that a demonstration begins at; zero means the machine's.
	Now time.Time
	// Contact is whom error pages refer to; may be empty.
	Contact string
	// SMTP is the address of the mail server; empty puts mails into the folder outbox of Data.
	SMTP string
	// MailFrom is who mails are from; empty means nobody in particular on this machine.
	MailFrom string
	// Redis is the address of the schedule of reminders; empty means one in this process.
	Redis string
	// PublicURL is where people reach the pages, for the links in mails; empty means the address that is listened on.
	PublicURL string
}

// Default addresses.
const (
	DefaultHTTP    = "127.0.0.1:8080"
	DefaultGRPC    = "127.0.0.1:9090"
	DefaultMetrics = "127.0.0.1:9464"
)

// Validate reports settings that cannot work or would be unsafe.
func (c Config) Validate() error {
	if c.Data == "" {
		return errors.New("the data directory is missing (--data)")
	}
	if !c.Now.IsZero() && !c.Demo {
		return errors.New("--now is for demonstrations: it needs --demo")
	}
	if c.SMTP != "" && (c.MailFrom == "" || c.PublicURL == "") {
		return errors.New("--smtp needs --mail-from and --public-url")
	}
	open := c.TLS != nil || c.TrustedProxy
	for flag, address := range map[string]string{"--http": c.HTTP, "--grpc": c.GRPC, "--metrics": c.Metrics} {
		if address == "" && flag == "--metrics" {
			continue
		}
		local, err := loopback(address)
		if err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
		if !local && (c.Demo || (!open && flag != "--metrics")) {
			return fmt.Errorf("%s %s: without TLS (--tls-cert, --tls-key) or a declared proxy (--trusted-proxy), "+
				"and always with --demo, only loopback addresses such as 127.0.0.1:8080 are listened on", flag, address)
		}
	}
	return nil
}

// loopback reports whether an address reaches this machine alone.
func loopback(address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, err
	}
	if host == "localhost" {
		return true, nil
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback(), nil
}
