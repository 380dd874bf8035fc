package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// security returns the TLS settings; nil without TLS.
func (o options) security() (*tls.Config, error) {
	if o.plaintext {
		return nil, nil
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.ca == "" {
		return cfg, nil
	}
	text, err := os.ReadFile(o.ca)
	if err != nil {
		return nil, err
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificates", o.ca)
	}
	return cfg, nil
}

// dial returns a connection that notices within a minute and a half that nobody is there any longer: a stream on which
// nothing happens would wait for ever otherwise.
func dial(address string, security *tls.Config) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if security != nil {
		transport = credentials.NewTLS(security)
	}
	return grpc.NewClient(address, grpc.WithTransportCredentials(transport),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{
			MinConnectTimeout: 10 * time.Second,
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 2, Jitter: 0.2, MaxDelay: longestPause},
		}))
}

// tokens gets an access token for each stream. A stream lasts no longer than its token, so none has to be kept.
type tokens struct {
	fixed    string
	endpoint string
	id       string
	secret   string
	client   *http.Client
}

func newTokens(o options, security *tls.Config) tokens {
	if o.clientID == "" {
		return tokens{fixed: o.token}
	}
	scheme := "https://"
	if security == nil {
		scheme = "http://"
	}
	return tokens{
		endpoint: scheme + o.http + "/oauth/token", id: o.clientID, secret: o.secretFile,
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: security}},
	}
}

// token asks for a token with the account's secret (RFC 6749, section 4.4). The secret is read each time, so that a new one
// can be put in its place while the program runs.
func (t tokens) token(ctx context.Context) (string, error) {
	if t.endpoint == "" {
		return t.fixed, nil
	}
	secret, err := os.ReadFile(t.secret)
	if err != nil {
		return "", lastingError{err}
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {t.id}, "client_secret": {strings.TrimSpace(string(secret))}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", lastingError{err}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := t.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	return readToken(response)
}

// readToken reads the answer of the token endpoint.
func readToken(response *http.Response) (string, error) {
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return "", err
	}
	var answer struct {
		Token string `json:"access_token"`
		Error string `json:"error"`
		Why   string `json:"error_description"`
	}
	unreadable := json.Unmarshal(text, &answer)
	switch {
	case response.StatusCode == http.StatusOK && unreadable == nil && answer.Token != "":
		return answer.Token, nil
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= http.StatusInternalServerError:
		return "", fmt.Errorf("ask for a token: %s", response.Status)
	default:
		return "", lastingError{fmt.Errorf("ask for a token: %s: %s %s", response.Status, answer.Error, answer.Why)}
	}
}
