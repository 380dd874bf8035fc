package rpcserver

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/clock"
)

func (s *Server) logUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if isOpen(info.FullMethod) {
		return next(ctx, req)
	}
	started := clock.System{}.Now()
	ctx, c := begin(ctx)
	res, err := next(ctx, req)
	s.record(ctx, c, info.FullMethod, started, err)
	return res, err
}

func (s *Server) logStream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if isOpen(info.FullMethod) {
		return next(srv, ss)
	}
	started := clock.System{}.Now()
	ctx, c := begin(ss.Context())
	err := next(srv, &stream{ServerStream: ss, ctx: ctx})
	s.record(ctx, c, info.FullMethod, started, err)
	return err
}

// record writes one line for a call. Requests and answers are never logged; the cause only of faults that are ours,
// because the text of a caller's fault may quote what the caller wrote.
func (s *Server) record(ctx context.Context, c *call, method string, started time.Time, err error) {
	code := status.Code(err)
	level := levelOf(code)
	if !s.deps.Logger.Enabled(ctx, level) {
		return
	}
	subject, tenant, cause := c.snapshot()
	attributes := []slog.Attr{
		slog.String("method", method),
		slog.String("code", code.String()),
		slog.Duration("duration", clock.System{}.Now().Sub(started)),
		slog.String("request_id", c.requestID),
		slog.String("subject", subject),
		slog.String("tenant", tenant),
	}
	if span := trace.SpanContextFromContext(ctx); span.HasTraceID() {
		attributes = append(attributes, slog.String("trace", span.TraceID().String()))
	}
	if cause != nil && level > slog.LevelInfo {
		attributes = append(attributes, slog.String("error", cause.Error()))
	}
	s.deps.Logger.LogAttrs(ctx, level, "call", attributes...)
}

// levelOf rates a code: what is the server's fault is an error, what may pass by itself a warning.
func levelOf(code codes.Code) slog.Level {
	switch code {
	case codes.Internal, codes.Unknown, codes.DataLoss:
		return slog.LevelError
	case codes.Unavailable, codes.DeadlineExceeded:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}
