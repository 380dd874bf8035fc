package process

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/mtls"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// TestDescribe: a process tells of its own variables and of nobody else's.
func TestDescribe(t *testing.T) {
	var text strings.Builder
	Describe(&text, Directory)
	for want, there := range map[string]bool{"UPPSIKT_DATABASE, or UPPSIKT_DATABASE_FILE (needed)": true, "UPPSIKT_LISTEN (" + DefaultListen + ")": true,
		"UPPSIKT_CONTACT": false, "`": false} {
		if got := strings.Contains(text.String(), want); got != there {
			t.Errorf("%q: got %t, want %t in\n%s", want, got, there, &text)
		}
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// someService answers who is signed in with an empty list.
type someService struct {
	directoryv1.UnimplementedDirectoryServiceServer
	parts Parts
}

func (s *someService) ListMunicipalities(context.Context, *directoryv1.ListMunicipalitiesRequest) (*directoryv1.ListMunicipalitiesResponse, error) {
	return &directoryv1.ListMunicipalitiesResponse{}, nil
}

func (s *someService) Register(r grpc.ServiceRegistrar) {
	directoryv1.RegisterDirectoryServiceServer(r, s)
}
func (s *someService) Health(ctx context.Context) error    { return s.parts.Database.Ping(ctx) }
func (s *someService) Run(ctx context.Context) error       { <-ctx.Done(); return nil }
func (s *someService) Close() error                        { return s.parts.Database.Close() }
func openSome(_ context.Context, p Parts) (Service, error) { return &someService{parts: p}, nil }

// issuing is a service that issues tokens, as the directory does.
type issuing struct {
	directoryv1.UnimplementedSessionServiceServer
	someService
	jwks []byte
}

func (s *issuing) Register(r grpc.ServiceRegistrar) { directoryv1.RegisterSessionServiceServer(r, s) }

func (s *issuing) Keys(context.Context) ([]byte, error) { return s.jwks, nil }

func (s *issuing) Revocations(context.Context) ([]authn.Revocation, error) {
	return []authn.Revocation{{Subject: "municipalities/m/people/out", Before: time.Now()}}, nil
}

func (s *issuing) GetVerificationKeys(context.Context, *directoryv1.GetVerificationKeysRequest) (*directoryv1.GetVerificationKeysResponse, error) {
	return &directoryv1.GetVerificationKeysResponse{Jwks: s.jwks}, nil
}

func (s *issuing) ListRevocations(context.Context, *directoryv1.ListRevocationsRequest) (*directoryv1.ListRevocationsResponse, error) {
	return &directoryv1.ListRevocationsResponse{Revocations: []*directoryv1.Revocation{{Session: "gone"}}}, nil
}

var schema = fstest.MapFS{"sqlite/0001_things.sql": {Data: []byte("-- +goose Up\ncreate table things (id text primary key) strict;\n")}}

// start runs a process until the test ends, and returns its address.
func start(t *testing.T, cfg Config, open func(context.Context, Parts) (Service, error)) string {
	t.Helper()
	cfg.Database, cfg.Listen = filepath.Join(t.TempDir(), "some.db"), "127.0.0.1:0"
	ctx, cancel := context.WithCancel(t.Context())
	addresses, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- Run(ctx, Spec{Name: "some", Migrations: schema, Open: open}, cfg, io.Discard,
			func(a net.Addr) { addresses <- a.String() })
	}()
	t.Cleanup(cancel)
	select {
	case address := <-addresses:
		t.Cleanup(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("run: %v", err)
			}
		})
		return address
	case err := <-ended:
		t.Fatalf("run: %v", err)
		return ""
	}
}

// suite is an authority on disk, and certificates that it has signed.
type suite struct {
	t         *testing.T
	authority *mtls.Authority
}

func newSuite(t *testing.T) *suite {
	t.Helper()
	a, err := mtls.NewAuthority(t.TempDir(), time.Hour)
	check(t, err)
	return &suite{t: t, authority: a}
}

// config returns the configuration of a process of the suite.
func (s *suite) config(name string) Config {
	s.t.Helper()
	files, err := s.authority.Issue(name)
	check(s.t, err)
	return Config{TLS: files}
}

// dial connects to a service as a process of the suite, or, without a configuration, as somebody who only trusts its
// authority.
func (s *suite) dial(name, address string, cfg *Config) *grpc.ClientConn {
	s.t.Helper()
	text, err := os.ReadFile(s.authority.CA())
	check(s.t, err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	creds := credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: pool})
	if cfg != nil {
		identity, err := mtls.Load(cfg.TLS, nil)
		check(s.t, err)
		creds = identity.Client()
	}
	conn, err := rpcclient.Dial(address, creds, rpcclient.Config{ServerName: name})
	check(s.t, err)
	s.t.Cleanup(func() { conn.Close() })
	return conn
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestProcessesKnowEachOther runs an issuer of tokens and a service that asks it, over mutual TLS.
func TestProcessesKnowEachOther(t *testing.T) {
	key, err := authn.NewKey()
	check(t, err)
	jwks, err := authn.JWKS(key)
	check(t, err)
	s := newSuite(t)
	issuer := start(t, s.config(Directory), func(_ context.Context, p Parts) (Service, error) {
		return &issuing{someService: someService{parts: p}, jwks: jwks}, nil
	})
	cfg := s.config("some")
	cfg.Peers = map[string]string{Directory: issuer}
	address := start(t, cfg, openSome)

	minter, err := authn.NewMinter(authn.Issuer, key, clock.System{})
	check(t, err)
	token, _, err := minter.Mint(authn.Claims{Subject: "municipalities/m/people/p", Roles: []authn.Role{{Role: "member", Scope: "municipalities/m/committees/c"}}})
	check(t, err)
	client := directoryv1.NewDirectoryServiceClient(s.dial("some", address, nil))
	if _, err := client.ListMunicipalities(authn.WithToken(t.Context(), token), &directoryv1.ListMunicipalitiesRequest{}); err != nil {
		t.Errorf("with a token: %v", err)
	}
	_, err = client.ListMunicipalities(t.Context(), &directoryv1.ListMunicipalitiesRequest{})
	if status.Code(err) != codes.Unauthenticated {
		t.Errorf("without a token: got %v", err)
	}
	sessions := func(cfg *Config) error {
		_, err := Remote(s.dial(Directory, issuer, cfg)).Keys(t.Context())
		return err
	}
	if err := sessions(&cfg); err != nil {
		t.Errorf("a process of the suite: %v", err)
	}
	if err := sessions(nil); status.Code(err) != codes.Unauthenticated {
		t.Errorf("somebody without a certificate: got %v", err)
	}
	list, err := Remote(s.dial(Directory, issuer, &cfg)).Revocations(t.Context())
	if err != nil || len(list) != 1 || list[0].Session != "gone" {
		t.Errorf("revocations: got %v, %v", list, err)
	}
	other := newSuite(t)
	stranger := other.config("stranger")
	stranger.TLS.CA = s.authority.CA()
	if err := sessions(&stranger); status.Code(err) != codes.Unavailable {
		t.Errorf("a certificate of another authority: got %v", err)
	}
}

func TestNoDirectory(t *testing.T) {
	cfg := Config{Database: filepath.Join(t.TempDir(), "some.db"), Listen: "127.0.0.1:0"}
	err := Run(t.Context(), Spec{Name: "some", Migrations: schema, Open: openSome}, cfg, io.Discard, nil)
	if err == nil || !strings.Contains(err.Error(), "UPPSIKT_DIRECTORY") {
		t.Errorf("got %v", err)
	}
}

func TestFromEnvironment(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "database")
	check(t, os.WriteFile(secret, []byte("postgres://db/uppsikt\n"), 0o600))
	tests := []struct {
		name string
		env  map[string]string
		want string // part of the error; empty for none
	}{
		{"least", map[string]string{"UPPSIKT_DATABASE": "x.db"}, ""},
		{"from a file", map[string]string{"UPPSIKT_DATABASE_FILE": secret}, ""},
		{"from a file that is not there", map[string]string{"UPPSIKT_DATABASE_FILE": secret + "x"}, "UPPSIKT_DATABASE_FILE"},
		{"no database", nil, "UPPSIKT_DATABASE"},
		{"open without TLS", map[string]string{"UPPSIKT_DATABASE": "x.db", "UPPSIKT_LISTEN": "0.0.0.0:9090"}, "UPPSIKT_LISTEN"},
		{"no address", map[string]string{"UPPSIKT_DATABASE": "x.db", "UPPSIKT_LISTEN": "9090"}, "UPPSIKT_LISTEN"},
		{"half of TLS", map[string]string{"UPPSIKT_DATABASE": "x.db", "UPPSIKT_TLS_CERT": "c"}, "UPPSIKT_TLS_KEY"},
	}
	for _, tt := range tests {
		cfg, err := FromEnvironment(func(name string) string { return tt.env[name] })
		if err == nil {
			cfg, err = cfg.forGRPC()
		}
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
		if err == nil && cfg.Listen != DefaultListen {
			t.Errorf("%s: listens on %s", tt.name, cfg.Listen)
		}
	}
}
