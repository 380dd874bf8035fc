package rpcserver

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/clock"
)

// remaining returns how long the context has left.
func remaining(ctx context.Context) (time.Duration, bool) {
	deadline, ok := ctx.Deadline()
	return deadline.Sub(clock.System{}.Now()), ok
}

// guardStream is authn, authz and validation of a stream.
func (s *Server) guardStream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if isOpen(info.FullMethod) {
		return next(srv, ss)
	}
	ctx, rule, err := s.caller(ss.Context(), info.FullMethod)
	if err != nil {
		return err
	}
	ctx, cancel := s.untilEnd(ctx, rule)
	defer cancel()
	guarded := &guardedStream{stream: stream{ServerStream: ss, ctx: ctx}, server: s, rule: rule}
	err = next(srv, guarded)
	switch {
	case ctx.Err() != nil && ss.Context().Err() == nil: // ended by untilEnd, not by the client
		return nil
	case err != nil:
		return err
	}
	return guarded.refused // also when the handler took no notice
}

// untilEnd ends a stream that would go on for ever when its token expires and when the server drains. The client sees
// the end of the stream without an error and resumes, with a new token.
func (s *Server) untilEnd(ctx context.Context, rule *authz.Method) (context.Context, context.CancelFunc) {
	if !strings.Contains(rule.Name, "/Watch") {
		return context.WithCancel(ctx)
	}
	id, _ := authn.From(ctx)
	ctx, cancel := context.WithTimeout(ctx, id.Expires.Sub(s.deps.Clock.Now()))
	go func() { // ends with the call, whose cancel is deferred
		select {
		case <-s.draining:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// guardedStream checks what is received, and on what is sent that the caller was not revoked meanwhile.
type guardedStream struct {
	stream
	server     *Server
	rule       *authz.Method
	authorized bool
	refused    error
}

// RecvMsg receives a message; the first decides whether the caller may go on.
func (g *guardedStream) RecvMsg(m any) error {
	if g.refused != nil {
		return g.refused
	}
	if err := g.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	g.refused = g.check(m)
	return g.refused
}

func (g *guardedStream) check(m any) error {
	if !g.authorized {
		if err := authorize(g.ctx, g.rule, m); err != nil {
			return err
		}
		g.authorized = true
	}
	return g.server.validate(m)
}

// SendMsg sends a message unless the caller was revoked since the stream began. The age of the list does not count: the
// answer to a finished write must not look like a failure.
func (g *guardedStream) SendMsg(m any) error {
	id, _ := authn.From(g.ctx)
	if err := g.server.checkRevoked(id, false); err != nil {
		return err
	}
	return g.ServerStream.SendMsg(m)
}
