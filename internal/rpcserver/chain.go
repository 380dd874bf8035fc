package rpcserver

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/recovery"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/telemetry"
)

// unaryChain is the order of the interceptors, outermost first. Metrics and traces lie outside it, in the stats
// handler. streamChain has the same links.
func (s *Server) unaryChain() []grpc.UnaryServerInterceptor {
	return []grpc.UnaryServerInterceptor{
		recovery.UnaryServerInterceptor(recovery.WithRecoveryHandlerContext(s.lastResort)), // a fault in the chain itself
		s.logUnary,      // before all that may refuse, so that every answer has a record and a request id
		s.mapUnary,      // recovers the handler too, so that the log sees INTERNAL; nothing untyped gets past it
		s.deadlineUnary, // before anything that waits
		s.guardUnary,    // authn, then authz: strangers learn nothing of what they sent
		s.validateUnary, // last, so that only who may call is told what is wrong with the request
	}
}

// streamChain does for streams what unaryChain does for unary calls. The first request of a stream comes only when the
// handler receives it, so the tenant is checked, and each message validated, at that point.
func (s *Server) streamChain() []grpc.StreamServerInterceptor {
	return []grpc.StreamServerInterceptor{
		recovery.StreamServerInterceptor(recovery.WithRecoveryHandlerContext(s.lastResort)),
		s.logStream,
		s.mapStream,
		s.guardStream,
	}
}

// lastResort answers a panic of the chain itself.
func (s *Server) lastResort(ctx context.Context, p any) error {
	id := telemetry.RequestID(ctx)
	if id == "" {
		id = telemetry.NewRequestID()
	}
	s.deps.Logger.ErrorContext(ctx, "panic in the chain", "request_id", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	return rpcerr.ToStatus(fmt.Errorf("panic: %v", p), id).Err()
}

func (s *Server) mapUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (res any, err error) {
	defer func() {
		if p := recover(); p != nil {
			res, err = nil, s.panicked(ctx, p)
		}
	}()
	res, err = next(ctx, req)
	return res, toClient(ctx, err)
}

func (s *Server) mapStream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = s.panicked(ss.Context(), p)
		}
	}()
	return toClient(ss.Context(), next(srv, ss))
}

// panicked returns INTERNAL for a panic of a handler; the stack goes to the log.
func (s *Server) panicked(ctx context.Context, p any) error {
	s.deps.Logger.ErrorContext(ctx, "panic in a handler", "request_id", telemetry.RequestID(ctx),
		"panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	return toClient(ctx, fmt.Errorf("panic: %v", p))
}

// toClient returns the status of err and keeps err for the log.
func toClient(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	c := callFrom(ctx)
	c.setCause(err)
	return rpcerr.ToStatus(err, c.requestID).Err()
}

// Shaved from a caller's deadline, so that this server can still say which step timed out.
const (
	shave      = 50 * time.Millisecond
	shaveShare = 10 // at most a tenth of what is left
)

func (s *Server) deadlineUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if isOpen(info.FullMethod) {
		return next(ctx, req)
	}
	limit := s.config.Deadline
	if left, ok := remaining(ctx); ok {
		limit = left - min(shave, left/shaveShare)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return next(ctx, req)
}

func (s *Server) guardUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if isOpen(info.FullMethod) {
		return next(ctx, req)
	}
	ctx, rule, err := s.caller(ctx, info.FullMethod)
	if err != nil {
		return nil, err
	}
	if err := authorize(ctx, rule, req); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func (s *Server) validateUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if isOpen(info.FullMethod) {
		return next(ctx, req)
	}
	if err := s.validate(req); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

// caller authenticates a call and checks what the rule says of the kind of caller.
func (s *Server) caller(ctx context.Context, method string) (context.Context, *authz.Method, error) {
	rule := s.rules[method]
	if rule == nil { // Start has seen to it that this cannot be
		return nil, nil, fault.Deny("the method has no access rule")
	}
	id, err := s.identify(ctx, rule)
	if err != nil {
		return nil, nil, err
	}
	callFrom(ctx).setSubject(id.Subject)
	return authn.With(ctx, id), rule, rule.Caller(id)
}

// identify goes by the rule: a process proves itself only where processes are wanted; everywhere else the token counts,
// also on connections between processes.
func (s *Server) identify(ctx context.Context, rule *authz.Method) (*authn.Identity, error) {
	if rule.Process {
		claimed, proven := s.deps.Processes.Process(ctx)
		switch {
		case proven:
			return &authn.Identity{Subject: authn.ProcessSubject, Process: true}, nil
		case claimed:
			return nil, &fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED",
				Swedish: "Anropet kommer inte från någon av systemets processer.", English: "the process credential is wrong"}
		}
	}
	id, err := s.deps.Verifier.VerifyIncoming(ctx)
	if err != nil {
		return nil, err
	}
	return id, s.checkRevoked(id, !rule.ReadOnly)
}

func (s *Server) checkRevoked(id *authn.Identity, write bool) error {
	if s.deps.Revocations == nil {
		return nil
	}
	return s.deps.Revocations.Check(id, write)
}

// authorize checks the permission in the scope of the request.
func authorize(ctx context.Context, rule *authz.Method, req any) error {
	message, ok := req.(proto.Message)
	if !ok {
		return fmt.Errorf("the request of %s is no proto message", rule.Name)
	}
	id, _ := authn.From(ctx)
	scope, err := rule.Request(id, message)
	callFrom(ctx).setScope(scope)
	return err
}

func (s *Server) validate(req any) error {
	message, ok := req.(proto.Message)
	if !ok {
		return fmt.Errorf("a %T is no proto message", req)
	}
	return s.validator.Check(message)
}
