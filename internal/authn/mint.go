package authn

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/uppsikt/uppsikt/internal/clock"
)

// Audience is the "aud" of every access token. ID tokens of a provider carry another and are refused.
const Audience = "uppsikt"

// Issuer is the "iss" of every access token: the directory of the suite.
const Issuer = "uppsikt"

// TokenLife is how long an access token is valid.
const TokenLife = 5 * time.Minute

// tokenType is the "typ" of an access token (RFC 9068).
const tokenType = "at+jwt"

// Key is a signing key.
type Key struct {
	// ID is the "kid".
	ID string
	// Private signs.
	Private ed25519.PrivateKey
}

// NewKey makes a key from the system's random source.
func NewKey() (Key, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return Key{}, fmt.Errorf("make a signing key: %w", err)
	}
	return Key{ID: rand.Text(), Private: private}, nil
}

// JWKS returns the public halves of keys as a JSON Web Key Set (RFC 7517).
func JWKS(keys ...Key) ([]byte, error) {
	set := jose.JSONWebKeySet{Keys: make([]jose.JSONWebKey, 0, len(keys))}
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{
			Key: k.Private.Public(), KeyID: k.ID, Algorithm: string(jose.EdDSA), Use: "sig",
		})
	}
	return json.Marshal(set)
}

// Claims is what a token shall say.
type Claims struct {
	// Subject is who acts.
	Subject string
	// Client is the system that the token was made for (RFC 9068, "client_id"); empty stands for the gateway's own.
	Client string
	// Session is the session id; empty for a service account.
	Session string
	// OnBehalfOf is for whom; empty when for itself.
	OnBehalfOf string
	// Roles to carry.
	Roles []Role
	// Life is how long the token is valid; zero stands for TokenLife. Revocations are kept no longer than that, so only
	// tokens that nobody revokes may live longer.
	Life time.Duration
}

// Minter makes access tokens. It is safe for concurrent use.
type Minter struct {
	issuer string
	clock  clock.Clock
	signer jose.Signer
}

// NewMinter returns a minter that signs with key in the name of issuer.
func NewMinter(issuer string, key Key, clk clock.Clock) (*Minter, error) {
	signingKey := jose.SigningKey{
		Algorithm: jose.EdDSA,
		Key:       jose.JSONWebKey{Key: key.Private, KeyID: key.ID},
	}
	signer, err := jose.NewSigner(signingKey, (&jose.SignerOptions{}).WithType(tokenType))
	if err != nil {
		return nil, fmt.Errorf("make a token signer: %w", err)
	}
	return &Minter{issuer: issuer, clock: clk, signer: signer}, nil
}

// Mint returns a token for the claims, and when it expires.
func (m *Minter) Mint(c Claims) (string, time.Time, error) {
	now := m.clock.Now()
	expires := now.Add(cmp.Or(c.Life, TokenLife)).Truncate(time.Second)
	standard := jwt.Claims{
		Issuer: m.issuer, Subject: c.Subject, Audience: jwt.Audience{Audience}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(expires),
	}
	private := privateClaims{ClientID: cmp.Or(c.Client, Audience), Session: c.Session, Roles: c.Roles, IssuedMicros: now.UnixMicro()}
	if c.OnBehalfOf != "" {
		standard.Subject = c.OnBehalfOf
		private.Actor = &actor{Subject: c.Subject}
	}
	token, err := jwt.Signed(m.signer).Claims(standard).Claims(private).Serialize()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign a token: %w", err)
	}
	return token, expires, nil
}

// privateClaims are the claims of a token beside the registered ones. Who acts for another is written as in RFC 8693:
// "sub" is for whom, "act" is who. "iat" has whole seconds, too coarse to tell whether a token was made before or after
// a revocation, so the microseconds are carried besides.
type privateClaims struct {
	ClientID string `json:"client_id,omitempty"`
	Session  string `json:"sid,omitempty"`
	Roles    []Role `json:"roles,omitempty"`
	Actor    *actor `json:"act,omitempty"`

	IssuedMicros int64 `json:"iat_us,omitempty"`
}

type actor struct {
	Subject string `json:"sub"`
}
