package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
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
}

// missingTokenError says that a command was given no access token.
type missingTokenError struct{}

// Error says how to give one.
func (missingTokenError) Error() string {
	return "Ange --token eller UPPSIKT_TOKEN (uppsikt token skapar en)."
}

// dial returns a connection and the context for its calls, which carries the token.
func (c connection) dial(a App) (context.Context, *grpc.ClientConn, error) {
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
func (c connection) dialAsAnyone(a App) (context.Context, *grpc.ClientConn, error) {
	token := c.token(a)
	creds, err := c.credentials()
	if err != nil {
		return nil, nil, err
	}
	if token != "" && !c.encrypted() && !isLocal(c.Server) {
		return nil, nil, fmt.Errorf("%s is another machine: a token is only sent there over TLS (--tls or --ca)", c.Server)
	}
	conn, err := rpcclient.Dial(c.Server, creds, rpcclient.Config{})
	if err != nil {
		return nil, nil, err
	}
	ctx := a.Context
	if token != "" {
		ctx = authn.WithToken(ctx, token)
	}
	return ctx, conn, nil
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

// isLocal reports whether an address is on this machine.
func isLocal(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
