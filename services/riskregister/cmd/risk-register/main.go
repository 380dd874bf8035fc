// Command risk-register runs the risk register as a process of its own. It is configured by the environment:
// UPPSIKT_DATABASE, UPPSIKT_DIRECTORY, UPPSIKT_LISTEN, UPPSIKT_METRICS, UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY and
// UPPSIKT_TLS_CA.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/uppsikt/uppsikt/internal/process"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

func main() {
	if len(os.Args) > 1 { // it takes none: whoever gives one wants to know how it is configured
		process.Describe(os.Stdout, process.RiskRegister)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stderr, nil)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "risk-register:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends; listening, unless nil, is called with the address.
func run(ctx context.Context, getenv func(string) string, log io.Writer, listening func(net.Addr)) error {
	cfg, err := process.FromEnvironment(getenv)
	if err != nil {
		return err
	}
	spec := process.Spec{Name: riskregister.Name, Migrations: riskregister.Migrations(), Open: open}
	return process.Run(ctx, spec, cfg, log, listening)
}

func open(ctx context.Context, p process.Parts) (process.Service, error) {
	return riskregister.Open(ctx, riskregister.DefaultConfig(),
		riskregister.Deps{Database: p.Database, Logger: p.Logger, Clock: p.Clock})
}
