package client

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Healthcheck asks an installation whether it serves; container engines call it.
type Healthcheck struct {
	connection
	HTTP       string        `name:"http" placeholder:"URL" help:"Ask a gateway instead, such as http://127.0.0.1:8080."`
	ServerName string        `placeholder:"NAME" help:"Name that the certificate must carry, where it is not the host of --server."`
	Timeout    time.Duration `default:"5s" help:"How long to wait (${default})."`
}

// Run succeeds when the installation serves.
func (c Healthcheck) Run(a App) error {
	if c.HTTP != "" {
		return c.askGateway(a)
	}
	c.serverName = c.ServerName
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

// askGateway asks a gateway whether every service serves.
func (c Healthcheck) askGateway(a App) error {
	ctx, cancel := context.WithTimeout(a.Context, c.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.HTTP, "/")+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fault.Unreachable(c.HTTP, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fault.Unreachable(c.HTTP+" ("+answer.Status+")", nil)
	}
	fmt.Fprintln(a.Stdout, "SERVING")
	return nil
}
