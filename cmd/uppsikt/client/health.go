package client

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Healthcheck asks an installation, or each service that has an address of its own, whether it serves; container engines call it.
type Healthcheck struct {
	connection
	HTTP       string        `name:"http" placeholder:"URL" help:"Ask a gateway instead, such as http://127.0.0.1:8080."`
	ServerName string        `placeholder:"NAME" help:"Name that the certificate of --server must carry, where it is not the host of it; then --server alone is asked."`
	Timeout    time.Duration `default:"5s" help:"How long to wait (${default})."`
}

// Run succeeds when the installation serves.
func (c Healthcheck) Run(a App) error {
	if c.HTTP != "" {
		return c.askGateway(a)
	}
	c.serverName = c.ServerName
	ctx, reached, err := c.dialAsAnyone(a)
	if err != nil {
		return err
	}
	defer reached.Close()
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	all := c.addresses()
	for _, service := range c.asked(all) {
		if err := serves(ctx, reached.conns[service], all[service].address); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.Stdout, "SERVING")
	return nil
}

// asked returns which of the services to ask: each that has an address of its own, and --server where that is given or
// nothing else is. --server-name is of --server, which is then asked alone, whatever the environment says of the others.
func (c Healthcheck) asked(all map[string]endpoint) []string {
	if c.ServerName != "" {
		return []string{""}
	}
	services := slices.Sorted(maps.Keys(all)) // --server first
	if len(services) > 1 && c.Server == defaultServer {
		services = services[1:]
	}
	return services
}

// serves asks one server whether it serves.
func serves(ctx context.Context, conn *grpc.ClientConn, address string) error {
	answer, err := healthv1.NewHealthClient(conn).Check(ctx, &healthv1.HealthCheckRequest{})
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	if answer.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		return fault.Unreachable(address+" ("+answer.GetStatus().String()+")", nil)
	}
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
