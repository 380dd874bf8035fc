package rpcserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/telemetry"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// selfSigned returns a certificate for 127.0.0.1 and the pool that trusts it.
func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestTLSAndMetrics runs a server as the suite does: over TCP with TLS, on two listeners, with metrics.
func TestTLSAndMetrics(t *testing.T) {
	tel, err := telemetry.New(telemetry.Config{Service: "directory", TraceShare: 1}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	certificate, pool := selfSigned(t)
	f := &fixture{clock: &testClock{}, log: &syncBuffer{}, service: newDirectory()}
	deps := f.deps(t)
	deps.Meter, deps.Tracer = tel.Meter, tel.Tracer
	cfg := DefaultConfig()
	cfg.Credentials = credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13})
	if f.server, err = New(cfg, deps); err != nil {
		t.Fatal(err)
	}
	f.server.Register(func(r grpc.ServiceRegistrar) { directoryv1.RegisterDirectoryServiceServer(r, f.service) })
	if err := f.server.Start(); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 2)
	for range 2 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() { served <- f.server.Serve(listener) }()
		if f.conn, err = rpcclient.Dial(listener.Addr().String(),
			credentials.NewTLS(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}), rpcclient.Config{}); err != nil {
			t.Fatal(err)
		}
		defer f.conn.Close()
		wantCode(t, "allowed", f.getMunicipality(f.as(t, "operator", "-"), "municipalities/m"), codes.OK)
		wantCode(t, "denied", f.getMunicipality(f.as(t, "member", "municipalities/x"), "municipalities/m"), codes.PermissionDenied)
		if _, err := healthv1.NewHealthClient(f.conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	f.server.Stop(t.Context())
	for range 2 {
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
	checkMetrics(t, tel)
	if !strings.Contains(f.log.String(), `"trace":"`) {
		t.Error("the records carry no trace")
	}
}

func checkMetrics(t *testing.T, tel *telemetry.Telemetry) {
	t.Helper()
	recorder := httptest.NewRecorder()
	tel.Handler.ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	page := recorder.Body.String()
	for _, want := range []string{"rpc_server_call_duration", "GetMunicipality", "PERMISSION_DENIED"} {
		if !strings.Contains(page, want) {
			t.Errorf("the metrics lack %q", want)
		}
	}
	if strings.Contains(page, "Health") {
		t.Error("health checks are measured")
	}
}
