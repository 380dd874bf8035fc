package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
)

// connection holds the flags by which a client command reaches an installation.
type connection struct {
	Server string `placeholder:"ADDR" default:"127.0.0.1:9090" help:"gRPC address of the installation (${default})."`
	Token  string `placeholder:"TOKEN" help:"Access token; else that in UPPSIKT_TOKEN."`
	TLS    bool   `name:"tls" help:"Use TLS with the system's trusted certificates."`
	CA     string `name:"ca" placeholder:"FILE" help:"Use TLS and trust the certificates in FILE."`

	Directory          string `placeholder:"ADDR" env:"UPPSIKT_DIRECTORY" help:"Address of the directory where each service has its own; so the four below. Their certificates carry these names."`
	RiskRegister       string `placeholder:"ADDR" env:"UPPSIKT_RISK_REGISTER" help:"Address of the risk register."`
	ControlMeasurement string `placeholder:"ADDR" env:"UPPSIKT_CONTROL_MEASUREMENT" help:"Address of control measurement."`
	Reporting          string `placeholder:"ADDR" env:"UPPSIKT_REPORTING" help:"Address of reporting."`
	Notification       string `placeholder:"ADDR" env:"UPPSIKT_NOTIFICATION" help:"Address of notification."`

	serverName string // that the certificate of Server must carry; empty for its host
}

// defaultServer is where Server is when nothing else is said.
const defaultServer = "127.0.0.1:9090"

// missingTokenError says that a command was given no access token.
type missingTokenError struct{}

// Error says how to give one.
func (missingTokenError) Error() string {
	return "Ange --token eller UPPSIKT_TOKEN (uppsikt token skapar en)."
}

// dial returns a connection and the context for its calls, which carries the token.
func (c connection) dial(a App) (context.Context, *installation, error) {
	if c.token(a) == "" {
		return nil, nil, missingTokenError{}
	}
	return c.dialAsAnyone(a)
}

func (c connection) token(a App) string {
	if c.Token != "" {
		return c.Token
	}
	return strings.TrimSpace(a.Getenv("UPPSIKT_TOKEN"))
}

// dialAsAnyone is dial for calls that need no token.
func (c connection) dialAsAnyone(a App) (context.Context, *installation, error) {
	token := c.token(a)
	creds, err := c.credentials()
	if err != nil {
		return nil, nil, err
	}
	reached := &installation{conns: map[string]*grpc.ClientConn{}}
	for name, at := range c.addresses() {
		if token != "" && !c.encrypted() && !isLocal(at.address) {
			return nil, nil, errors.Join(fmt.Errorf("%s is another machine: a token is only sent there over TLS (--tls or --ca)", at.address), reached.Close())
		}
		conn, err := rpcclient.Dial(at.address, creds.Clone(), rpcclient.Config{ServerName: at.serverName})
		if err != nil {
			return nil, nil, errors.Join(err, reached.Close())
		}
		reached.conns[name] = conn
	}
	ctx := a.Context
	if token != "" {
		ctx = authn.WithToken(ctx, token)
	}
	return ctx, reached, nil
}

// endpoint is where a service is, and what its certificate must prove; empty for the host of the address.
type endpoint struct{ address, serverName string }

// addresses returns where to send calls, by the package of the API.
func (c connection) addresses() map[string]endpoint {
	all := map[string]endpoint{"": {c.Server, c.serverName}}
	for name, own := range map[string]endpoint{directoryPackage: {c.Directory, "directory"},
		riskRegisterPackage:       {c.RiskRegister, "risk-register"},
		controlMeasurementPackage: {c.ControlMeasurement, "control-measurement"}, reportingPackage: {c.Reporting, "reporting"},
		notificationPackage: {c.Notification, "notification"}} {
		if own.address != "" {
			all[name] = own
		}
	}
	return all
}

func (c connection) encrypted() bool { return c.TLS || c.CA != "" }

func (c connection) credentials() (credentials.TransportCredentials, error) {
	if !c.encrypted() {
		return insecure.NewCredentials(), nil
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CA != "" {
		pem, err := os.ReadFile(c.CA)
		if err != nil {
			return nil, err
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", c.CA)
		}
	}
	return credentials.NewTLS(cfg), nil
}

// isLocal reports whether every address of a list is on this machine.
func isLocal(list string) bool {
	return !slices.ContainsFunc(strings.Split(list, ","), func(address string) bool { return !isLoopback(address) })
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
