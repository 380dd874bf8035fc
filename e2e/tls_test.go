package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// certificate writes a certificate for loopback and its key, and returns their files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, content []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
	}
	return write(t, "cert.pem", block("CERTIFICATE", der)), write(t, "key.pem", block("PRIVATE KEY", secret))
}

// TestTLS: with a certificate pages and gRPC are encrypted, cookies never travel otherwise, and browsers are told so.
func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	s := shared.program.Start(t, product.Options{Cert: cert, Key: key})
	if !strings.HasPrefix(s.Link, "https://") {
		t.Errorf("the first link is %q", s.Link)
	}
	a := s.Request(t, http.MethodGet, "/logga-in", "", nil)
	if a.Status != http.StatusOK || a.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("got %d with the headers %v", a.Status, a.Header)
	}
	plain, err := http.Get("http://" + strings.TrimPrefix(s.Address, "https://") + "/logga-in")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Body.Close()
	if plain.StatusCode < 400 {
		t.Errorf("without TLS got %d", plain.StatusCode)
	}
	want(t, s.Run(t, "healthcheck", "--server", s.GRPC, "--ca", cert), 0)
	want(t, s.Run(t, "healthcheck", "--server", s.GRPC, "--timeout", "5s"), 1)
	want(t, shared.program.Run(t, "serve", "--data", t.TempDir(), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--tls-cert", cert), 1, "--tls-key")
}

// TestMetrics: what is measured can be read, and tells nothing about people.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.Request(t, http.MethodGet, "/v1/"+planName, s.TokenFor(t, "member", committee), nil)
	response, err := http.Get(s.Metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text := new(strings.Builder)
	if err := response.Write(text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "GetPlan") || strings.Contains(text.String(), "exempelkommun.example") {
		t.Errorf("got the metrics\n%.2000s", text)
	}
}
