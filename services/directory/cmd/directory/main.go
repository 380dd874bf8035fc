// Command directory runs the directory as a process of its own. It is configured by the environment: UPPSIKT_DATABASE,
// UPPSIKT_LISTEN, UPPSIKT_METRICS, UPPSIKT_TLS_CERT, UPPSIKT_TLS_KEY and UPPSIKT_TLS_CA.
package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"syscall"

	"github.com/uppsikt/uppsikt/internal/process"
	"github.com/uppsikt/uppsikt/services/directory"
)

func main() {
	if len(os.Args) > 1 { // it takes none: whoever gives one wants to know how it is configured
		process.Describe(os.Stdout, process.Directory)
		return
	}
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
	link, err := service.EnsureFirstLink(ctx)
	if err != nil {
		return nil, err
	}
	tellFirst(stdout, link)
	return service, nil
}

// tellFirst prints the path of the first sign-in, or when a start will make a new one.
func tellFirst(w io.Writer, link directory.FirstLink) {
	switch {
	case link.Secret != "":
		fmt.Fprintln(w, "Första inloggningen, gäller en gång inom ett dygn: /logga-in/"+link.Secret)
	case link.Wait > 0:
		fmt.Fprintf(w, "En länk för första inloggningen skrevs ut för %d sekunder sedan, och den gäller. Starta om efter %d sekunder för en ny.\n",
			int(max(link.Age, 0).Seconds()), int(math.Ceil(link.Wait.Seconds())))
	}
}
