package rpcserver

import (
	"context"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/telemetry"
)

// openServices are those that anybody may call.
func openServices() []string {
	return []string{
		"grpc.health.v1.Health",
		"grpc.reflection.v1.ServerReflection",
		"grpc.reflection.v1alpha.ServerReflection",
	}
}

func isOpen(method string) bool {
	switch service, _, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/"); service {
	case "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection":
		return true
	}
	return false
}

// call is what the log says of a call; the interceptors inside fill it in.
type call struct {
	requestID string

	mu      sync.Mutex // a stream's handler may receive in another goroutine
	subject string
	tenant  string
	cause   error // of the status, with what must not leave the process
}

type callKey struct{}

// begin returns a context with a new call and its request id.
func begin(ctx context.Context) (context.Context, *call) {
	id := ""
	if values := metadata.ValueFromIncomingContext(ctx, telemetry.RequestIDHeader); len(values) > 0 {
		id = values[0]
	}
	c := &call{requestID: telemetry.CleanRequestID(id)}
	return context.WithValue(telemetry.WithRequestID(ctx, c.requestID), callKey{}, c), c
}

// callFrom returns the call of the context; outside the chain an empty one.
func callFrom(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return &call{}
	}
	return c
}

func (c *call) setSubject(subject string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subject = subject
}

func (c *call) setScope(scope authz.Scope) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tenant = scope.Municipality
}

func (c *call) setCause(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cause = err
}

func (c *call) snapshot() (subject, tenant string, cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.subject, c.tenant, c.cause
}

// stream is a server stream with another context.
type stream struct {
	grpc.ServerStream
	ctx context.Context
}

// Context returns the context that the interceptors built.
func (s *stream) Context() context.Context { return s.ctx }
