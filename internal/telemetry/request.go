package telemetry

import (
	"context"
	"crypto/rand"
)

// RequestIDHeader is the metadata key, and the HTTP header, that carries the request id.
const RequestIDHeader = "x-request-id"

// maxRequestID bounds an id that came from outside.
const maxRequestID = 64

type requestIDKey struct{}

// WithRequestID returns a context that carries the request id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the request id of the context, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// NewRequestID returns a new random request id.
func NewRequestID() string { return rand.Text() }

// CleanRequestID returns an id that came from outside when it is safe to log, else a new one.
func CleanRequestID(id string) string {
	if id == "" || len(id) > maxRequestID {
		return NewRequestID()
	}
	for i := range len(id) {
		c := id[i]
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
		if !ok {
			return NewRequestID()
		}
	}
	return id
}
