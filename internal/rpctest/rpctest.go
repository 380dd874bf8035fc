// Package rpctest runs services in tests as they run in production: over real gRPC on an in-memory carrier, through the
// whole chain of interceptors, with tokens that are really signed and verified.
package rpctest

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcserver"
)

// issuer signs the tokens of tests.
const issuer = "uppsikt"

// Start is the time at which a Clock begins: a Monday morning in May.
var Start = time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC)

// Clock is a clock that only a test moves. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Now returns the time the clock stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock, back with a negative duration.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Harness is a running server and a connection to it.
type Harness struct {
	// Conn reaches the server. Calls carry the token of their context.
	Conn *grpc.ClientConn

	t       testing.TB
	server  *rpcserver.Server
	clock   clock.Clock
	minter  *authn.Minter
	process authn.ProcessCredential
}

// Serve starts a server with what register registers, and stops it when the test ends.
func Serve(t testing.TB, clk clock.Clock, register func(grpc.ServiceRegistrar)) *Harness {
	t.Helper()
	key, err := authn.NewKey()
	check(t, err)
	jwks, err := authn.JWKS(key)
	check(t, err)
	minter, err := authn.NewMinter(issuer, key, clk)
	check(t, err)
	h := &Harness{t: t, clock: clk, minter: minter, process: authn.NewProcessCredential()}
	server, err := rpcserver.New(rpcserver.DefaultConfig(), rpcserver.Deps{Logger: slog.New(slog.DiscardHandler), Clock: clk,
		Verifier: authn.NewVerifier(issuer, authn.StaticKeys(jwks), clk), Processes: h.process})
	check(t, err)
	server.Register(register)
	check(t, server.Start())
	h.server = server
	carrier := rpcclient.InProcess()
	done := make(chan error, 1)
	go func() { done <- server.Serve(carrier.Listener()) }()
	h.Conn, err = carrier.Dial(rpcclient.Config{Process: h.process})
	check(t, err)
	t.Cleanup(func() {
		check(t, h.Conn.Close())
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		server.Stop(ctx)
		check(t, <-done)
	})
	return h
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// As returns a context in which calls are made by a subject with roles, such as Role("coordinator", committee).
func (h *Harness) As(ctx context.Context, subject string, roles ...authn.Role) context.Context {
	h.t.Helper()
	return authn.WithToken(ctx, h.mint(subject, roles...))
}

// Token returns a token with a role in a scope, for callers that are not gRPC.
func (h *Harness) Token(role, scope string) string {
	h.t.Helper()
	return h.mint("serviceAccounts/test", Role(role, scope))
}

func (h *Harness) mint(subject string, roles ...authn.Role) string {
	h.t.Helper()
	token, _, err := h.minter.Mint(authn.Claims{Subject: subject, Session: "s1", Roles: roles})
	check(h.t, err)
	return token
}

// Listen serves on loopback as well, as other systems reach a server, until the server stops, and returns the address.
func (h *Harness) Listen() string {
	h.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(h.t, err)
	go func() { _ = h.server.Serve(listener) }() // the server on the carrier reports how it ended
	return listener.Addr().String()
}

// AsProcess returns a context in which calls are made by a process of the suite.
func (h *Harness) AsProcess(ctx context.Context) context.Context { return rpcclient.AsProcess(ctx) }

// Role returns a role in a scope, with the assignment behind it, if any.
func Role(role, scope string, assignment ...string) authn.Role {
	r := authn.Role{Role: role, Scope: scope}
	if len(assignment) > 0 {
		r.Assignment = assignment[0]
	}
	return r
}
