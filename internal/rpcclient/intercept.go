package rpcclient

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/telemetry"
)

type processKey struct{}

// AsProcess returns a context whose calls are made by the process itself, before anybody has signed in, and carry no
// token.
func AsProcess(ctx context.Context) context.Context {
	return context.WithValue(ctx, processKey{}, true)
}

func isProcess(ctx context.Context) bool {
	process, _ := ctx.Value(processKey{}).(bool)
	return process
}

type client struct {
	config Config
}

func (c client) unary(ctx context.Context, method string, req, res any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.deadline())
		defer cancel()
	}
	ctx = c.outgoing(ctx)
	return repeating(ctx, req, func() error { return invoke(ctx, method, req, res, conn, options...) })
}

func (c client) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption) (grpc.ClientStream, error) {
	return open(c.outgoing(ctx), desc, conn, method, options...)
}

func (c client) deadline() time.Duration {
	if c.config.Deadline > 0 {
		return c.config.Deadline
	}
	return DefaultDeadline
}

// outgoing adds who calls and the request id. What the caller put into the metadata itself is left as it is.
func (c client) outgoing(ctx context.Context) context.Context {
	sent, _ := metadata.FromOutgoingContext(ctx)
	if id := telemetry.RequestID(ctx); id != "" && len(sent[telemetry.RequestIDHeader]) == 0 {
		ctx = metadata.AppendToOutgoingContext(ctx, telemetry.RequestIDHeader, id)
	}
	if isProcess(ctx) {
		if c.config.Process == nil {
			return ctx
		}
		return c.config.Process.Attach(ctx)
	}
	id, known := authn.From(ctx)
	if !known || id.Token == "" || len(sent[authn.AuthorizationHeader]) > 0 {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, authn.AuthorizationHeader, "Bearer "+id.Token)
}
