package rpcclient

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	_ "google.golang.org/grpc/health" // lets connections ask whether a replica serves
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// listScheme is that of a target with several addresses.
const listScheme = "uppsikt-list"

// listed resolves a list of addresses with commas between to all of them. Host names are looked up at each connect.
func listed(target string) (*manual.Resolver, error) {
	r := manual.NewBuilderWithScheme(listScheme)
	var state resolver.State
	for _, address := range strings.Split(target, ",") {
		address = strings.TrimSpace(address)
		if _, _, err := net.SplitHostPort(address); err != nil {
			return nil, fmt.Errorf("dial %s: %w", target, err)
		}
		state.Endpoints = append(state.Endpoints, resolver.Endpoint{Addresses: []resolver.Address{{Addr: address}}})
	}
	r.InitialState(state)
	return r, nil
}

// Serving asks the service behind a connection whether it serves, and returns why not, or nil.
func Serving(ctx context.Context, conn grpc.ClientConnInterface) error {
	ctx, cancel := context.WithTimeout(ctx, servingWithin)
	defer cancel()
	answer, err := healthv1.NewHealthClient(conn).Check(ctx, &healthv1.HealthCheckRequest{})
	if err != nil {
		return err
	}
	if got := answer.GetStatus(); got != healthv1.HealthCheckResponse_SERVING {
		return fault.Unreachable("the service ("+got.String()+")", nil)
	}
	return nil
}

// servingWithin is how long a service may take to say whether it serves.
const servingWithin = 2 * time.Second

// ReconnectWithin is how long a client lets pass at most, jitter aside, before it tries a lost replica again. Whoever
// restarts replicas one after another waits twice as long between them.
const ReconnectWithin = 500 * time.Millisecond

func reconnect() backoff.Config {
	return backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: ReconnectWithin}
}
