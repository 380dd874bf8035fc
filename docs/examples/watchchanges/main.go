// Command watchchanges is an example of a system that follows what changes in Uppsikt. For each service and municipality it
// keeps one stream open, reads each changed resource and prints it as one line of JSON. How far it has come it keeps in a
// file for each stream, so that it can be stopped, cut off or started again at any time: no change is left out, and none
// is printed twice, unless the process is killed between a line and the file (docs/integration.md tells what to do then).
//
//	watchchanges -state DIR -client-id NAME -client-secret-file FILE MUNICIPALITY...
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
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := start(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "watchchanges:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	// grpc and http are the addresses of the services and of the gateway.
	grpc, http string
	// ca is a file with certificates to trust; empty trusts those of the system.
	ca string
	// plaintext leaves TLS out, for trying it on one machine.
	plaintext bool
	// clientID is the name of a service account, secretFile holds its secret.
	clientID, secretFile string
	// token is used instead of an account, for as long as it holds.
	token string
	// state is the directory of the files that hold the resume tokens.
	state string
	// history begins with everything there ever was, when there is no file yet.
	history bool
	// municipalities are the names to follow, such as "municipalities/exempelkommun".
	municipalities []string
	// pause is how long to wait after the first failure in a row; each one after that doubles it.
	pause time.Duration
}

// start reads the command line and follows until ctx ends.
func start(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o := options{token: getenv("UPPSIKT_TOKEN"), pause: 200 * time.Millisecond}
	flags := flag.NewFlagSet("watchchanges", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.grpc, "grpc", "127.0.0.1:9090", "address of the services")
	flags.StringVar(&o.http, "http", "127.0.0.1:8080", "address of the gateway, for /oauth/token")
	flags.StringVar(&o.ca, "ca", "", "file with the certificates to trust, else those of the system")
	flags.BoolVar(&o.plaintext, "plaintext", false, "no TLS; on one machine only")
	flags.StringVar(&o.clientID, "client-id", "", "name of the service account; without it UPPSIKT_TOKEN is used")
	flags.StringVar(&o.secretFile, "client-secret-file", "", "file with its secret")
	flags.StringVar(&o.state, "state", "", "directory that remembers how far each stream has come")
	flags.BoolVar(&o.history, "history", false, "begin with the first change ever, not with the next one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.municipalities = flags.Args(); o.state == "" || len(o.municipalities) == 0 {
		return errors.New("-state and at least one municipality are needed")
	}
	return run(ctx, o, stdout, stderr)
}

// run follows every service of every municipality until ctx ends. A stream that cannot go on, because the account lacks a
// right or the disk is full, ends alone; the others go on.
func run(ctx context.Context, o options, stdout, stderr io.Writer) error {
	security, err := o.security()
	if err != nil {
		return err
	}
	conn, err := dial(o.grpc, security)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := os.MkdirAll(o.state, 0o700); err != nil {
		return err
	}
	lines, log := &shared{w: stdout}, &shared{w: stderr}
	var streams sync.WaitGroup
	followers := o.followers(conn, newTokens(o, security), lines, log)
	failed := make([]error, len(followers))
	for i, f := range followers {
		streams.Go(func() {
			if failed[i] = f.follow(ctx); failed[i] != nil {
				fmt.Fprintln(log, failed[i])
			}
		})
	}
	streams.Wait()
	return errors.Join(failed...)
}

// followers returns one for each service and municipality.
func (o options) followers(conn *grpc.ClientConn, t tokens, lines, log io.Writer) []*follower {
	var all []*follower
	for _, s := range services(conn) {
		for _, m := range o.municipalities {
			id := strings.ReplaceAll(strings.TrimPrefix(m, "municipalities/"), "/", "_")
			all = append(all, &follower{
				service: s, municipality: m, history: o.history, tokens: t, lines: lines, log: log, pause: o.pause,
				place: place(filepath.Join(o.state, s.name+"-"+id+".token")),
			})
		}
	}
	return all
}

// shared is a writer that several streams write whole lines to.
type shared struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes one line.
func (s *shared) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(line)
}
