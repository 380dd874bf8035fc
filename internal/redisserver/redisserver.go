// Package redisserver runs Redis servers, for tests and for trying the suite on one machine, each in a folder of its own on a
// free port of the loopback interface. A server keeps nothing on disk, and ends with the process that started it, in whatever
// way that ends.
package redisserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startTimeout is for a loaded machine.
const startTimeout = time.Minute

// Server is one server. It is not safe for concurrent use.
type Server struct {
	// Port is where it listens, also after Restart.
	Port int

	program  string
	sentinel bool
	settings []string
	dir      string
	hold     *os.File // the server lives as long as this is open
	run      *exec.Cmd
}

// Start starts a server with settings such as "requirepass secret". It returns when the server answers.
func Start(ctx context.Context, settings ...string) (*Server, error) {
	return started(ctx, false, settings)
}

// StartSentinel starts a sentinel with settings such as "sentinel monitor name 127.0.0.1 6379 1".
func StartSentinel(ctx context.Context, settings ...string) (*Server, error) {
	return started(ctx, true, settings)
}

func started(ctx context.Context, sentinel bool, settings []string) (*Server, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("%w: install Redis (tools/setup/debian.sh does on Debian)", err)
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	s := &Server{program: program, sentinel: sentinel, settings: settings, Port: port}
	return s, s.start(ctx)
}

// FreePort returns a port of the loopback interface that nobody listens at.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	_, text, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

// Addr returns the server's address.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)) }

// Kill ends the server at once, without a word to its clients. What it held is lost.
func (s *Server) Kill() error {
	if s.hold == nil {
		return nil
	}
	err := s.hold.Close()
	s.hold = nil
	return errors.Join(err, s.run.Wait())
}

// Restart starts a server that was killed again, empty, at the same address.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Kill(); err != nil {
		return err
	}
	return s.start(ctx)
}

// script runs the server until its standard input ends, which it does when the process that started it ends in whatever
// way, and then removes every trace. A signal from the terminal does not reach it.
const script = `dir=$1; shift
"$@" </dev/null >"$dir/log" 2>&1 &
pid=$!
cat >/dev/null
kill -KILL "$pid" 2>/dev/null
wait
rm -rf "$dir"`

func (s *Server) start(ctx context.Context) (err error) {
	if s.dir, err = os.MkdirTemp("", "uppsikt-redis-"); err != nil {
		return err
	}
	port := "port"
	for _, setting := range s.settings {
		if setting == "tls-cluster yes" || strings.HasPrefix(setting, "tls-cert-file ") {
			port = "tls-port"
		}
	}
	lines := []string{"bind 127.0.0.1", "dir " + s.dir, `save ""`, "appendonly no", port + " " + strconv.Itoa(s.Port)}
	if port == "tls-port" {
		lines = append(lines, "port 0")
	}
	if s.sentinel {
		lines = []string{lines[0], lines[1], lines[4]}
	}
	file := filepath.Join(s.dir, "redis.conf")
	text := strings.Join(append(lines, s.settings...), "\n") + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.supervise(file); err != nil {
		return errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.await(ctx); err != nil {
		return errors.Join(err, s.Kill())
	}
	return nil
}

func (s *Server) supervise(file string) error {
	args := []string{"-c", script, "sh", s.dir, s.program, file}
	if s.sentinel {
		args = append(args, "--sentinel")
	}
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	input, hold, err := os.Pipe()
	if err != nil {
		return err
	}
	defer input.Close()
	cmd.Stdin = input
	if err := cmd.Start(); err != nil {
		return errors.Join(err, hold.Close())
	}
	s.hold, s.run = hold, cmd
	return nil
}

// await waits until the server answers.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Addr())
		if err == nil {
			return conn.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("%w; its log: %s", err, log)
		}
	}
}
