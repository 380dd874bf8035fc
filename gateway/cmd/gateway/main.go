// Command gateway runs the gateway as a process of its own. It is configured by the environment: UPPSIKT_LISTEN,
// UPPSIKT_METRICS, UPPSIKT_DIRECTORY, UPPSIKT_RISK_REGISTER, UPPSIKT_CONTROL_MEASUREMENT, UPPSIKT_REPORTING, UPPSIKT_NOTIFICATION,
// UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY and UPPSIKT_TLS_CA towards the services, UPPSIKT_HTTP_CERT and UPPSIKT_HTTP_KEY or
// UPPSIKT_TRUSTED_PROXY towards browsers, and UPPSIKT_CONTACT.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/uppsikt/uppsikt/gateway"
	"github.com/uppsikt/uppsikt/internal/process"
)

func main() {
	if len(os.Args) > 1 { // it takes none: whoever gives one wants to know how it is configured
		process.Describe(os.Stdout, process.Gateway)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stderr, nil)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends; listening, unless nil, is called with the address.
func run(ctx context.Context, getenv func(string) string, log io.Writer, listening func(net.Addr)) error {
	cfg, err := process.FromEnvironment(getenv)
	if err != nil {
		return err
	}
	spec := process.HTTPSpec{Name: process.Gateway, Open: func(ctx context.Context, p process.Parts) (http.Handler, error) {
		return open(ctx, gateway.Config{Secure: cfg.Secure(), Contact: getenv("UPPSIKT_CONTACT")}, p)
	}}
	return process.RunHTTP(ctx, spec, cfg, log, listening)
}

// open opens the gateway with a connection to each service.
func open(ctx context.Context, cfg gateway.Config, p process.Parts) (http.Handler, error) {
	var to gateway.Services
	var err error
	if to.Directory, err = p.Dial(process.Directory); err != nil {
		return nil, err
	}
	if to.RiskRegister, err = p.Dial(process.RiskRegister); err != nil {
		return nil, err
	}
	if to.ControlMeasurement, err = p.Dial(process.ControlMeasurement); err != nil {
		return nil, err
	}
	if to.Reporting, err = p.Dial(process.Reporting); err != nil {
		return nil, err
	}
	if to.Notification, err = p.Dial(process.Notification); err != nil {
		return nil, err
	}
	g, err := gateway.Open(ctx, cfg, gateway.Deps{Services: to, Logger: p.Logger, Clock: p.Clock, Ready: to.Ready})
	if err != nil {
		return nil, err
	}
	return g.Handler(), nil
}
