// Command suite runs production's topology on the loopback of this machine, with the reference data, until it is told to
// stop: PostgreSQL, two replicas of each service, mutual TLS between them, and two gateways.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/deploy/suite"
	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/refdata"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "suite:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var o suite.Options
	flags := flag.NewFlagSet("suite", flag.ContinueOnError)
	flags.StringVar(&o.Binaries, "binaries", filepath.Dir(self), "directory of the programs")
	flags.StringVar(&o.Postgres, "postgres", "", "address of a PostgreSQL server for its superuser; else one is started")
	flags.StringVar(&o.Redis, "redis", "", "address of a Redis server; else one is started")
	flags.StringVar(&o.SMTP, "smtp", "", "address of a mail server; else mails are put into a folder")
	flags.StringVar(&o.HTTP, "http", "127.0.0.1:8080", "where the first gateway listens")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.Dir, err = os.MkdirTemp("", "uppsikt-suite-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	fmt.Fprintln(stdout, "Startar PostgreSQL, Redis och alla tjänster …")
	s, err := suite.Start(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	if err := load(ctx, s); err != nil {
		return err
	}
	welcome(stdout, s, o)
	return watch(ctx, s)
}

// load imports the reference data as the operator does.
func load(ctx context.Context, s *suite.Suite) error {
	token, err := s.Token(ctx, "operator", "platform")
	if err != nil {
		return err
	}
	file, err := refdata.Load()
	if err != nil {
		return err
	}
	var to exchange.Conns
	for name, conn := range map[string]*grpc.ClientConnInterface{"directory": &to.Directory, "risk-register": &to.RiskRegister,
		"control-measurement": &to.ControlMeasurement, "reporting": &to.Reporting, "notification": &to.Notification} {
		dialled, err := s.Dial(name)
		if err != nil {
			return err
		}
		defer dialled.Close()
		*conn = dialled
	}
	report, err := exchange.NewClient(to).Apply(authn.WithToken(ctx, token), file, nil)
	if err == nil && !report.OK() {
		err = errors.New(report.Faults[0].English)
	}
	if err != nil {
		return fmt.Errorf("load the reference data: %w", err)
	}
	return nil
}

// welcome says where the suite is and how to sign in.
func welcome(w io.Writer, s *suite.Suite, o suite.Options) {
	fmt.Fprintf(w, "Uppsikt är igång: %s\n", s.Gateway())
	if link := s.FirstLink(); link != "" {
		fmt.Fprintf(w, "Logga in som administratör, länken gäller en gång: %s\n", link)
	}
	for _, p := range suite.Topology() {
		fmt.Fprintf(w, "  %-14s %s\n", p.Name, s.Address(p.Name))
	}
	fmt.Fprintf(w, "Exempeldata är inlästa. Så når du tjänsterna med uppsikt (--ca %s) och databasen:\n", s.CA())
	for _, variable := range s.Environ() {
		fmt.Fprintf(w, "  export '%s'\n", variable)
	}
	fmt.Fprintf(w, "Mejl läggs i %s.\n", filepath.Join(o.Dir, "outbox"))
	fmt.Fprintf(w, "Loggar: %s. Avsluta med Ctrl+C.\n", o.Dir)
}

// watch waits until it is told to stop, or a process has ended by itself.
func watch(ctx context.Context, s *suite.Suite) error {
	ended := make(chan *suite.Replica, len(s.Replicas()))
	for _, r := range s.Replicas() {
		go func() { // ends with the replica
			<-r.Exited()
			ended <- r
		}()
	}
	select {
	case <-ctx.Done():
		return nil
	case r := <-ended:
		return fmt.Errorf("%s ended by itself: %s", r, r.Log())
	}
}
