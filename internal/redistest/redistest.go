// Package redistest runs Redis servers for tests.
package redistest

import (
	"testing"

	"github.com/uppsikt/uppsikt/internal/redisserver"
)

// Server is one server. It is not safe for concurrent use.
type Server = redisserver.Server

// New starts a server with settings such as "requirepass secret", and stops it with the test.
func New(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := redisserver.Start(t.Context(), settings...)
	return stopped(t, s, err)
}

// NewSentinel starts a sentinel with settings such as "sentinel monitor name 127.0.0.1 6379 1".
func NewSentinel(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := redisserver.StartSentinel(t.Context(), settings...)
	return stopped(t, s, err)
}

// stopped stops a server with the test.
func stopped(t testing.TB, s *Server, err error) *Server {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Kill(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// FreePort returns a port of the loopback interface that nobody listens at.
func FreePort(t testing.TB) int {
	t.Helper()
	port, err := redisserver.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}
