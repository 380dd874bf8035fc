// Command notification runs notification as a process of its own. It is configured by the environment: UPPSIKT_DATABASE,
// UPPSIKT_LISTEN, UPPSIKT_METRICS, UPPSIKT_DIRECTORY, UPPSIKT_RISK_REGISTER, UPPSIKT_CONTROL_MEASUREMENT, UPPSIKT_REDIS,
// UPPSIKT_SMTP or UPPSIKT_OUTBOX, UPPSIKT_MAIL_FROM, UPPSIKT_PUBLIC_URL, UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY and
// UPPSIKT_TLS_CA.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/uppsikt/uppsikt/internal/process"
	"github.com/uppsikt/uppsikt/services/notification"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "notification:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, getenv func(string) string, log io.Writer) error {
	cfg, err := process.FromEnvironment(getenv)
	if err != nil {
		return err
	}
	if err := cfg.Need(process.Directory, process.RiskRegister, process.ControlMeasurement); err != nil {
		return err
	}
	own := notification.DefaultConfig()
	own.SMTP, own.Outbox, own.From, own.PublicURL, own.Redis = cfg.SMTP, cfg.Outbox, cfg.MailFrom, cfg.PublicURL, cfg.Redis
	if err := own.Validate(); err != nil {
		return fmt.Errorf("UPPSIKT_SMTP or UPPSIKT_OUTBOX, UPPSIKT_MAIL_FROM, UPPSIKT_PUBLIC_URL: %w", err)
	}
	open := func(ctx context.Context, p process.Parts) (process.Service, error) { return open(ctx, own, p) }
	spec := process.Spec{Name: notification.Name, Migrations: notification.Migrations(), Open: open}
	return process.Run(ctx, spec, cfg, log, nil)
}

// open opens the service with connections to those that it reads from.
func open(ctx context.Context, cfg notification.Config, p process.Parts) (process.Service, error) {
	deps := notification.Deps{Database: p.Database, Logger: p.Logger, Clock: p.Clock, Meter: p.Meter}
	toDirectory, err := p.Dial(process.Directory)
	if err != nil {
		return nil, err
	}
	toRisks, err := p.Dial(process.RiskRegister)
	if err != nil {
		return nil, err
	}
	toControls, err := p.Dial(process.ControlMeasurement)
	if err != nil {
		return nil, err
	}
	deps.Directory, deps.RiskRegister, deps.ControlMeasurement = toDirectory, toRisks, toControls
	return notification.Open(ctx, cfg, deps)
}
