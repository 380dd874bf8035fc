package client

import (
	"context"
	"fmt"
	"time"

	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Healthcheck asks an installation whether it serves; container engines call it.
type Healthcheck struct {
	connection
	Timeout time.Duration `default:"5s" help:"How long to wait (${default})."`
}

// Run succeeds when the installation serves.
func (c Healthcheck) Run(a App) error {
	ctx, conn, err := c.dialAsAnyone(a)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	answer, err := healthv1.NewHealthClient(conn).Check(ctx, &healthv1.HealthCheckRequest{})
	if err != nil {
		return err
	}
	if answer.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		return fault.Unreachable(c.Server+" ("+answer.GetStatus().String()+")", nil)
	}
	fmt.Fprintln(a.Stdout, "SERVING")
	return nil
}
