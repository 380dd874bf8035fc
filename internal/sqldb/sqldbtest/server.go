package sqldbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/internal/sqldb/pgserver"
)

// Override names the variable with the address of a PostgreSQL to use instead of starting one; its role must be a
// superuser.
const Override = "UPPSIKT_TEST_POSTGRES"

// postgres is the one server of this test process, started on first use. It lives outside any single test, hence the
// variable, and ends with the process.
var postgres struct {
	once   sync.Once
	server *pgserver.Server
	err    error
}

// postgresURL returns the address of a PostgreSQL for its superuser.
func postgresURL(t testing.TB) (string, error) {
	t.Helper()
	if address := os.Getenv(Override); address != "" {
		return address, nil
	}
	postgres.once.Do(func() {
		postgres.server, postgres.err = pgserver.Start(context.WithoutCancel(t.Context()), pgserver.Fast()...)
	})
	if postgres.err != nil {
		return "", fmt.Errorf("start PostgreSQL, or set %s to the address of one: %w", Override, postgres.err)
	}
	return postgres.server.URL("postgres"), nil
}

// as returns the address for another role.
func as(t testing.TB, address, role, password string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s: %v", Override, err)
	}
	query := u.Query()
	query.Del("user")
	query.Del("password")
	if u.Host == "" { // a socket: Go writes no user without a host
		query.Set("user", role)
		query.Set("password", password)
		u.User = nil
	} else {
		u.User = url.UserPassword(role, password)
	}
	u.RawQuery = query.Encode()
	return u.String()
}
