// Command directory runs the directory as a process of its own. It is configured by the environment: UPPSIKT_DATABASE,
// UPPSIKT_LISTEN, UPPSIKT_METRICS, UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY and UPPSIKT_TLS_CA.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/uppsikt/uppsikt/internal/process"
	"github.com/uppsikt/uppsikt/services/directory"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "directory:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, getenv func(string) string, stdout, log io.Writer) error {
	cfg, err := process.FromEnvironment(getenv)
	if err != nil {
		return err
	}
	spec := process.Spec{Name: directory.Name, Migrations: directory.Migrations(), Open: func(ctx context.Context, p process.Parts) (process.Service, error) {
		return open(ctx, p, stdout)
	}}
	return process.Run(ctx, spec, cfg, log, nil)
}

// open opens the service and, when nobody can sign in yet, prints the path of the first person's one-time link.
func open(ctx context.Context, p process.Parts, stdout io.Writer) (process.Service, error) {
	service, err := directory.Open(ctx, directory.DefaultConfig(), directory.Deps{Database: p.Database, Logger: p.Logger, Clock: p.Clock})
	if err != nil {
		return nil, err
	}
	secret, created, err := service.EnsureFirstLink(ctx)
	if err != nil {
		return nil, err
	}
	if created {
		fmt.Fprintln(stdout, "Första inloggningen, gäller en gång inom ett dygn: /logga-in/"+secret)
	}
	return service, nil
}
