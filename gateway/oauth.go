package gateway

import (
	"encoding/json"
	"errors"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// maxTokenRequest bounds the body of a token request, which holds a name and a secret.
const maxTokenRequest = 16 << 10

// retryAfter is how long a client that was slowed down, or that met an outage, should wait at least.
const retryAfter = 30 * time.Second

// tokens is the token endpoint for service accounts: OAuth 2.0 client credentials (RFC 6749, section 4.4), with the
// secret in the Authorization header or in the form.
type tokens struct {
	sessions directoryv1.SessionServiceClient
	clock    clock.Clock
}

// tokenAnswer is a token (RFC 6749, section 5.1).
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
}

// tokenRefusal is why there is none (RFC 6749, section 5.2; "slow_down" is RFC 8628's).
type tokenRefusal struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`

	status int
}

// Error implements error.
func (r *tokenRefusal) Error() string { return r.Code + ": " + r.Description }

func badRequest(code, description string) error {
	return &tokenRefusal{Code: code, Description: description, status: http.StatusBadRequest}
}

// ServeHTTP answers a token request.
func (t tokens) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		writeRefusal(w, &tokenRefusal{Code: "invalid_request", Description: "a token is asked for with POST", status: http.StatusMethodNotAllowed})
		return
	}
	id, secret, err := readClient(w, r)
	if err != nil {
		writeRefusal(w, err)
		return
	}
	issued, err := t.sessions.IssueToken(rpcclient.AsProcess(r.Context()), &directoryv1.IssueTokenRequest{ClientId: id, ClientSecret: secret})
	if err != nil {
		writeRefusal(w, refusalOf(rpcerr.FromStatus(err)))
		return
	}
	life := issued.GetExpireTime().AsTime().Sub(t.clock.Now())
	writeToken(w, http.StatusOK, tokenAnswer{AccessToken: issued.GetAccessToken(), TokenType: "Bearer", ExpiresIn: int64(math.Floor(life.Seconds()))})
}

// readClient reads who asks. Nothing in the address is looked at: secrets there end up in logs.
func readClient(w http.ResponseWriter, r *http.Request) (id, secret string, err error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return "", "", badRequest("invalid_request", "the body is application/x-www-form-urlencoded")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxTokenRequest)
	if err := r.ParseForm(); err != nil {
		return "", "", badRequest("invalid_request", "the form cannot be read")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return "", "", badRequest("invalid_request", "a parameter stands twice: "+printable(name))
		}
	}
	switch grant := r.PostForm.Get("grant_type"); {
	case grant == "":
		return "", "", badRequest("invalid_request", "grant_type is missing")
	case grant != "client_credentials":
		return "", "", badRequest("unsupported_grant_type", "the only grant is client_credentials")
	case r.PostForm.Get("scope") != "":
		return "", "", badRequest("invalid_scope", "the roles of the account decide; ask for no scope")
	}
	return credentials(r)
}

// credentials reads the client's name and secret from the one place where they stand (RFC 6749, section 2.3.1).
func credentials(r *http.Request) (id, secret string, err error) {
	id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if r.Header.Get("Authorization") != "" {
		if secret != "" {
			return "", "", badRequest("invalid_request", "the secret stands both in the header and in the form")
		}
		named := id
		if id, secret, err = basic(r); err == nil && named != "" && named != id {
			err = badRequest("invalid_request", "client_id differs from the header's")
		}
		return id, secret, err
	}
	if id == "" || secret == "" {
		return "", "", invalidClient("client_id or client_secret is missing")
	}
	return id, secret, nil
}

// basic reads HTTP Basic, in which both parts are form-encoded.
func basic(r *http.Request) (id, secret string, err error) {
	rawID, rawSecret, ok := r.BasicAuth()
	id, wrongID := url.QueryUnescape(rawID)
	secret, wrongSecret := url.QueryUnescape(rawSecret)
	if !ok || wrongID != nil || wrongSecret != nil || id == "" || secret == "" {
		return "", "", invalidClient("the header holds no client_id and client_secret")
	}
	return id, secret, nil
}

func invalidClient(description string) *tokenRefusal {
	return &tokenRefusal{Code: "invalid_client", Description: description, status: http.StatusUnauthorized}
}

// refusalOf says in OAuth's words what the directory answered.
func refusalOf(f *fault.Error) *tokenRefusal {
	switch f.Kind {
	case fault.Unauthenticated, fault.Invalid:
		return invalidClient("the account or its secret is wrong, or the account is disabled")
	case fault.Exhausted:
		return &tokenRefusal{Code: "slow_down", Description: "too many failed attempts for this account", status: http.StatusTooManyRequests}
	default:
		return &tokenRefusal{Code: "temporarily_unavailable", Description: "no token can be issued now", status: http.StatusServiceUnavailable}
	}
}

// printable keeps what RFC 6749 lets a description hold.
func printable(s string) string {
	kept := make([]rune, 0, len(s))
	for _, c := range s {
		if c >= ' ' && c <= '~' && c != '"' && c != '\\' && len(kept) < 50 {
			kept = append(kept, c)
		}
	}
	return string(kept)
}

func writeRefusal(w http.ResponseWriter, err error) {
	var refusal *tokenRefusal
	if !errors.As(err, &refusal) {
		refusal = refusalOf(&fault.Error{})
	}
	switch refusal.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="uppsikt"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	writeToken(w, refusal.status, refusal)
}

func writeToken(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the client has gone
}
