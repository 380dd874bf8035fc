// Command control-measurement runs control measurement as a process of its own. It is configured by the environment:
// UPPSIKT_DATABASE, UPPSIKT_LISTEN, UPPSIKT_METRICS, UPPSIKT_DIRECTORY, UPPSIKT_RISK_REGISTER, UPPSIKT_TLS_CERT,
// UPPSIKT_TLS_KEY and UPPSIKT_TLS_CA.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/uppsikt/uppsikt/internal/process"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "control-measurement:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, getenv func(string) string, log io.Writer) error {
	cfg, err := process.FromEnvironment(getenv)
	if err != nil {
		return err
	}
	if err := cfg.Need(process.Directory, process.RiskRegister); err != nil {
		return err
	}
	spec := process.Spec{Name: controlmeasurement.Name, Migrations: controlmeasurement.Migrations(), Open: open}
	return process.Run(ctx, spec, cfg, log, nil)
}

// open opens the service with connections to those it asks.
func open(ctx context.Context, p process.Parts) (process.Service, error) {
	toDirectory, err := p.Dial(process.Directory)
	if err != nil {
		return nil, err
	}
	toRisks, err := p.Dial(process.RiskRegister)
	if err != nil {
		return nil, err
	}
	return controlmeasurement.Open(ctx, controlmeasurement.DefaultConfig(), controlmeasurement.Deps{Database: p.Database,
		Logger: p.Logger, Clock: p.Clock, RiskRegister: riskv1.NewRiskRegisterServiceClient(toRisks),
		Directory: directoryv1.NewDirectoryServiceClient(toDirectory)})
}
