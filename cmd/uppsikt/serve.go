package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
	"github.com/uppsikt/uppsikt/internal/clock"
)

// addresses are where the suite listens.
type addresses struct {
	HTTP    string `name:"http" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Pages and REST (${default})."`
	GRPC    string `name:"grpc" default:"127.0.0.1:9090" placeholder:"ADDR" help:"gRPC (${default})."`
	Metrics string `default:"127.0.0.1:9464" placeholder:"ADDR" help:"Metrics; empty for none (${default})."`
}

// serveCommand runs the suite on a data directory.
type serveCommand struct {
	addresses
	Data         string `required:"" placeholder:"DIR" help:"Directory of the databases; made when it is not there."`
	Demo         bool   `help:"Load the reference data and let visitors choose whom to be; loopback only."`
	Now          string `placeholder:"TIME" help:"Let the clock start here (2025-05-05 or 2025-05-05T07:00:00Z); needs --demo."`
	TLSCert      string `name:"tls-cert" placeholder:"FILE" help:"Certificate chain for HTTP and gRPC."`
	TLSKey       string `name:"tls-key" placeholder:"FILE" help:"Its private key."`
	TrustedProxy bool   `help:"Something in front ends TLS: allow other addresses than loopback without a certificate."`
	Contact      string `placeholder:"TEXT" help:"Whom error pages refer to."`

	SMTP      string `name:"smtp" env:"UPPSIKT_SMTP" placeholder:"URL" help:"Mail server for reminders: smtp://USER:PASSWORD@HOST:587 (STARTTLS), smtps://… or smtp://…?tls=none. Without it mails are put into DIR/outbox."`
	SMTPFile  string `name:"smtp-file" env:"UPPSIKT_SMTP_FILE" placeholder:"FILE" help:"File that holds the address of the mail server instead."`
	MailFrom  string `env:"UPPSIKT_MAIL_FROM" placeholder:"ADDRESS" help:"Who mails are from, such as \"Uppsikt <uppsikt@exempelkommun.example>\"; needed with --smtp."`
	Redis     string `env:"UPPSIKT_REDIS" placeholder:"URL" help:"Redis for the schedule of reminders; without it the server has a schedule of its own."`
	PublicURL string `name:"public-url" env:"UPPSIKT_PUBLIC_URL" placeholder:"URL" help:"Where people reach the pages: the links in mails begin with it; needed with --smtp."`
}

// Run serves until the process is told to stop.
func (c serveCommand) Run(a client.App) error {
	cfg := allinone.Config{
		Data: c.Data, HTTP: c.HTTP, GRPC: c.GRPC, Metrics: c.Metrics,
		TrustedProxy: c.TrustedProxy, Demo: c.Demo, Contact: c.Contact,
		SMTP: c.SMTP, MailFrom: c.MailFrom, Redis: c.Redis, PublicURL: c.PublicURL,
	}
	var err error
	if c.SMTPFile != "" {
		text, err := os.ReadFile(c.SMTPFile)
		if err != nil {
			return fmt.Errorf("--smtp-file: %w", err)
		}
		cfg.SMTP = strings.TrimSpace(string(text))
	}
	if cfg.Now, err = parseTime(c.Now); err != nil {
		return err
	}
	if cfg.TLS, err = loadTLS(c.TLSCert, c.TLSKey); err != nil {
		return err
	}
	return serve(a, cfg)
}

// demoCommand runs the suite with the reference data, and leaves nothing behind.
type demoCommand struct {
	addresses
	Now string `placeholder:"TIME" default:"2025-06-16T08:00:00+02:00" help:"Let the clock start here, such as 2025-05-05 or 2025-05-05T07:00:00Z (${default}, when the reference data are in the midst of things)."`
}

// Run serves until the process is told to stop.
func (c demoCommand) Run(a client.App) (err error) {
	now, err := parseTime(c.Now)
	if err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "uppsikt-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	return serve(a, allinone.Config{Data: data, HTTP: c.HTTP, GRPC: c.GRPC, Metrics: c.Metrics, Demo: true, Now: now})
}

// serve opens the suite and runs it.
func serve(a client.App, cfg allinone.Config) error {
	p := client.NewProgress(a.Stderr, "Startar")
	defer p.End()
	version, _ := buildVersion()
	suite, err := allinone.Open(a.Context, cfg, allinone.Deps{Clock: clock.System{}, Log: a.Stderr, Version: version})
	if err != nil {
		return err
	}
	return suite.Run(a.Context, func(first allinone.First) {
		p.End()
		welcome(a.Stdout, first, suite.GRPCAddress(), cfg)
	})
}

// welcome says where the suite is and how to sign in.
func welcome(w io.Writer, first allinone.First, grpc string, cfg allinone.Config) {
	fmt.Fprintf(w, "Uppsikt är igång: %s\n", first.Address)
	switch {
	case first.Demo:
		fmt.Fprintf(w, "Exempeldata är inlästa. Välj vem du vill vara: %s/demo\n", first.Address)
	case first.Link != "":
		fmt.Fprintf(w, "Första inloggningen, länken gäller en gång: %s\n", first.Link)
	}
	if !cfg.Now.IsZero() {
		fmt.Fprintf(w, "Klockan i demonstrationen: %s\n", swedishDay(cfg.Now))
	}
	fmt.Fprintf(w, "gRPC: %s. Data ligger i %s. Avsluta med Ctrl+C.\n", grpc, cfg.Data)
}

// swedishDay writes the day of a moment, such as "16 juni 2025".
func swedishDay(at time.Time) string {
	months := []string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"}
	return fmt.Sprintf("%d %s %d", at.Day(), months[at.Month()-1], at.Year())
}

// parseTime reads a day, in Swedish time, or a moment; "" is the zero time.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation(time.DateOnly, s, stockholm)
	if err != nil {
		return time.Time{}, fmt.Errorf("--now: %q is neither a day such as 2025-05-05 nor a time such as 2025-05-05T07:00:00Z", s)
	}
	return at, nil
}

// loadTLS reads a certificate with its key; nil when none is named.
func loadTLS(cert, key string) (*tls.Config, error) {
	if cert == "" && key == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil
}
