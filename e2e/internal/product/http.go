package product

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
)

// Answer is the answer to an HTTP request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON returns the body as generic JSON; it fails the test when it is none.
func (a Answer) JSON(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		t.Fatalf("the answer is no JSON object: %v\n%s", err, a.Body)
	}
	return v
}

// Request sends a request to the server; token and body may be empty.
func (s *Server) Request(t testing.TB, method, path, token string, body []byte) Answer {
	t.Helper()
	a, err := s.Send(t.Context(), method, path, token, body)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Send is Request for callers that expect the server to die.
func (s *Server) Send(ctx context.Context, method, path, token string, body []byte) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.Address+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := s.client.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return Answer{response.StatusCode, response.Header, content}, err
}

// trusting returns a client that trusts the certificate in a file and no other.
func trusting(cert string) (*http.Client, error) {
	pem, err := os.ReadFile(cert)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", cert)
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}}}, nil
}
