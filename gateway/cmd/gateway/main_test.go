package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/mtls"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// get returns the status of a path.
func get(t *testing.T, address net.Addr, path string) int {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + address.String() + path)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// listening returns where the gateway listens, and ends the test when it ends before that.
func listening(t *testing.T, addresses <-chan net.Addr, ended <-chan error) net.Addr {
	t.Helper()
	select {
	case a := <-addresses:
		return a
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
		return nil
	}
}

// TestBrowsersOverTLS: with a certificate for browsers pages are encrypted, and so may be listened for elsewhere.
func TestBrowsersOverTLS(t *testing.T) {
	authority, err := mtls.NewAuthority(t.TempDir(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	files, err := authority.Issue("uppsikt.example")
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := os.ReadFile(files.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(trusted)
	ctx, cancel := context.WithCancel(t.Context())
	env := map[string]string{"UPPSIKT_LISTEN": "127.0.0.1:0", "UPPSIKT_DIRECTORY": "127.0.0.1:1", "UPPSIKT_RISK_REGISTER": "127.0.0.1:1",
		"UPPSIKT_CONTROL_MEASUREMENT": "127.0.0.1:1", "UPPSIKT_REPORTING": "127.0.0.1:1", "UPPSIKT_NOTIFICATION": "127.0.0.1:1", "UPPSIKT_HTTP_CERT": files.Certificate, "UPPSIKT_HTTP_KEY": files.Key}
	addresses, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- run(ctx, func(name string) string { return env[name] }, io.Discard, func(a net.Addr) { addresses <- a })
	}()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool, ServerName: "uppsikt.example"}}}
	answer, err := client.Get("https://" + listening(t, addresses, ended).String() + "/logga-in")
	if err != nil {
		t.Error(err)
	} else {
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Strict-Transport-Security") == "" || answer.ProtoMajor != 2 {
			t.Errorf("got %d over %s with %v", answer.StatusCode, answer.Proto, answer.Header)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestAliveButNotReady: without its services the gateway lives, says that it is not ready, and stops in order.
func TestAliveButNotReady(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	env := map[string]string{"UPPSIKT_LISTEN": "127.0.0.1:0", "UPPSIKT_DIRECTORY": "127.0.0.1:1,127.0.0.1:2",
		"UPPSIKT_RISK_REGISTER": "127.0.0.1:1", "UPPSIKT_CONTROL_MEASUREMENT": "127.0.0.1:1", "UPPSIKT_REPORTING": "127.0.0.1:1", "UPPSIKT_NOTIFICATION": "127.0.0.1:1"}
	addresses, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- run(ctx, func(name string) string { return env[name] }, io.Discard, func(a net.Addr) { addresses <- a })
	}()
	address := listening(t, addresses, ended)
	if got := get(t, address, "/healthz"); got != http.StatusOK {
		t.Errorf("/healthz: got %d", got)
	}
	if got := get(t, address, "/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz: got %d", got)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	all := map[string]string{"UPPSIKT_DIRECTORY": "d:1", "UPPSIKT_RISK_REGISTER": "r:1", "UPPSIKT_CONTROL_MEASUREMENT": "c:1",
		"UPPSIKT_REPORTING": "p:1", "UPPSIKT_NOTIFICATION": "n:1"}
	for says, change := range map[string][2]string{
		"UPPSIKT_REPORTING": {"UPPSIKT_REPORTING", ""},
		"UPPSIKT_LISTEN":    {"UPPSIKT_LISTEN", "0.0.0.0:8080"},
		"UPPSIKT_HTTP_KEY":  {"UPPSIKT_HTTP_CERT", "cert.pem"},
		"UPPSIKT_TLS_CERT":  {"UPPSIKT_TLS_CERT", "cert.pem"},
	} {
		env := func(name string) string {
			if name == change[0] {
				return change[1]
			}
			return all[name]
		}
		if err := run(t.Context(), env, io.Discard, nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: got %v, want %s named", change, err, says)
		}
	}
}
