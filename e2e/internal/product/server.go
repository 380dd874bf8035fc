package product

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Time limits, wide enough for a loaded machine.
const (
	startWithin = 60 * time.Second
	stopWithin  = 30 * time.Second
)

// MailFrom is who mails are from that a server sends to a mail server.
const MailFrom = "Uppsikt <uppsikt@exempelkommun.example>"

// Options say how a server is started.
type Options struct {
	// Data is the data directory; empty takes a new one.
	Data string
	// Demo loads the reference data.
	Demo bool
	// Temporary runs "demo", which makes a data directory of its own and removes it.
	Temporary bool
	// Now starts a demonstration's clock there, such as "2025-06-02T08:00:00+02:00".
	Now string
	// SMTP is the address of the mail server; empty puts mails into a folder.
	SMTP string
	// Cert and Key are the files of a TLS certificate; empty for none.
	Cert, Key string
}

// Server is a running installation on loopback.
type Server struct {
	Program
	// Data is its data directory.
	Data string
	// Address of the pages, such as "http://127.0.0.1:40001"; GRPC is the host and port of the services.
	Address, GRPC, Metrics string
	// Link signs the first person in; empty when the server has printed none.
	Link string

	client *http.Client
	cmd    *exec.Cmd
	log    *output
	exited chan struct{}
	stop   sync.Once
}

// Start starts a server, waits until it says that it is ready, and stops it at the end of the test.
func (p Program) Start(t testing.TB, o Options) *Server {
	t.Helper()
	if o.Data == "" && !o.Temporary {
		o.Data = t.TempDir()
	}
	s, err := p.Launch(t.Context(), o)
	if s != nil {
		t.Cleanup(func() {
			s.Stop()
			if t.Failed() {
				t.Logf("the server's log ends:\n%s", s.log.tail())
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Launch starts a server and waits until it is ready. A server that is returned must be stopped, also beside an error.
func (p Program) Launch(ctx context.Context, o Options) (*Server, error) {
	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	s := &Server{Program: p, Data: o.Data, Address: "http://" + ports[0], GRPC: ports[1], Metrics: "http://" + ports[2],
		client: http.DefaultClient, log: newOutput(""), exited: make(chan struct{})}
	if o.Cert != "" {
		s.Address = "https://" + ports[0]
		if s.client, err = trusting(o.Cert); err != nil {
			return nil, err
		}
	}
	args := append(o.command(), "--http", ports[0], "--grpc", ports[1], "--metrics", ports[2])
	// Not ended with the context: Stop asks the server to end, as an operator does.
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), p.path, args...)
	printed := newOutput(readyLine)
	s.cmd.Stdout, s.cmd.Stderr = printed, s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait() // how it ended is read from the process state
		close(s.exited)
	}()
	return s, s.await(printed)
}

// command returns the command with what o asks for.
func (o Options) command() []string {
	args := []string{"serve", "--data", o.Data}
	if o.Temporary {
		args = []string{"demo"}
	}
	if o.Demo {
		args = append(args, "--demo")
	}
	if o.Now != "" {
		args = append(args, "--now", o.Now)
	}
	if o.SMTP != "" {
		args = append(args, "--smtp", o.SMTP, "--mail-from", MailFrom, "--public-url", "https://uppsikt.exempelkommun.example")
	}
	if o.Cert != "" {
		args = append(args, "--tls-cert", o.Cert, "--tls-key", o.Key)
	}
	return args
}

// readyLine begins the last line that a server prints when everything is ready.
const readyLine = "Data ligger i "

var (
	linkPattern = regexp.MustCompile(`https?://\S+/logga-in/\S+`)
	dataPattern = regexp.MustCompile(readyLine + `(\S+?)\. `)
)

// await waits until the server has printed where it is.
func (s *Server) await(printed *output) error {
	select {
	case <-printed.complete:
	case <-s.exited:
		return fmt.Errorf("the server ended before it was ready: %v\n%s%s", s.cmd.ProcessState, printed.text(), s.log.tail())
	case <-time.After(startWithin):
		return fmt.Errorf("the server has not said within %v where it is\n%s%s", startWithin, printed.text(), s.log.tail())
	}
	if !strings.Contains(printed.text(), s.Address) {
		return fmt.Errorf("the server does not print its address %s:\n%s", s.Address, printed.text())
	}
	s.Link = linkPattern.FindString(printed.text())
	if found := dataPattern.FindStringSubmatch(printed.text()); found != nil {
		s.Data = found[1]
	}
	return nil
}

// Stop asks the server to end and waits until it has; after a while it is killed. It may be called again.
func (s *Server) Stop() {
	s.stop.Do(func() {
		_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		select {
		case <-s.exited:
		case <-time.After(stopWithin):
			s.Kill()
		}
	})
}

// Kill ends the server at once, as a power cut does.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // it may have ended by itself
	<-s.exited
}

// ExitCode returns how the server ended; it must have ended.
func (s *Server) ExitCode() int { return s.cmd.ProcessState.ExitCode() }

// Log returns what the server has logged.
func (s *Server) Log() string { return s.log.text() }

// Client runs a client command against the server with a token.
func (s *Server) Client(t testing.TB, token, command string, args ...string) Result {
	t.Helper()
	return s.Run(t, append([]string{command, "--server", s.GRPC, "--token", token}, args...)...)
}

// MustClient runs a client command that has to succeed.
func (s *Server) MustClient(t testing.TB, token, command string, args ...string) string {
	t.Helper()
	r := s.Client(t, token, command, args...)
	if r.Code != 0 {
		t.Fatalf("%v", r)
	}
	return r.Stdout
}

// TokenFor mints a token for the server's data.
func (s *Server) TokenFor(t testing.TB, role, scope string) string {
	t.Helper()
	return s.Token(t, s.Data, role, scope)
}

// freePorts returns addresses on loopback that nothing listens on.
func freePorts(n int) ([]string, error) {
	var addresses []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // all at the end, so that they differ
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}

// output collects what a process prints. It is safe for concurrent use.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
	// complete is closed when a whole line with the last text has come.
	complete chan struct{}
	last     string
}

func newOutput(last string) *output { return &output{last: last, complete: make(chan struct{})} }

// Write adds to the output; it never fails.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.b.Write(p)
	_, after, found := strings.Cut(o.b.String(), o.last)
	if o.last != "" && found && strings.Contains(after, "\n") {
		close(o.complete)
		o.last = ""
	}
	return len(p), nil
}

func (o *output) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// tail returns the last lines.
func (o *output) tail() string {
	text := o.text()
	if len(text) > 4000 {
		text = text[len(text)-4000:]
	}
	return text
}
