package suitetest_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/uppsikt/uppsikt/internal/authn"
)

// badToken is a token that must open nothing, whatever roles it names.
type badToken struct {
	name string
	make func(e *estate) string
}

// badTokens are refused before anything else is looked at. Each names an operator of the platform, and each but one thing
// about it is right.
func badTokens() []badToken {
	return []badToken{
		{"none", func(*estate) string { return "" }},
		{"expired", func(e *estate) string {
			return e.forged(func(c *forgery) { c.issued = c.issued.Add(-6 * time.Minute) })
		}},
		{"not yet valid", func(e *estate) string { return e.forged(func(c *forgery) { c.issued = c.issued.Add(time.Minute) }) }},
		{"wrong audience", func(e *estate) string { return e.forged(func(c *forgery) { c.audience = "other" }) }},
		{"wrong issuer", func(e *estate) string { return e.forged(func(c *forgery) { c.issuer = "other" }) }},
		{"another kind of token", func(e *estate) string { return e.forged(func(c *forgery) { c.kind = "JWT" }) }},
		{"tampered", func(e *estate) string { return tampered(e.forged(nil)) }},
		{"signature of a stranger", func(e *estate) string {
			return e.forged(func(c *forgery) { c.key = jose.SigningKey{Algorithm: jose.EdDSA, Key: stranger(e)} })
		}},
		{"public key as a secret", func(e *estate) string {
			return e.forged(func(c *forgery) { c.key = jose.SigningKey{Algorithm: jose.HS256, Key: e.secretOfPublicKey()} })
		}},
		{"alg none", func(e *estate) string { return unsigned(e.forged(nil)) }},
	}
}

// forgery is what a forged token is made of.
type forgery struct {
	issued                 time.Time
	audience, issuer, kind string
	key                    jose.SigningKey
}

// forged signs a token with the directory's own key, except for what change makes wrong.
func (e *estate) forged(change func(*forgery)) string {
	e.Helper()
	f := forgery{issued: e.clock.Now(), audience: authn.Audience, issuer: authn.Issuer, kind: "at+jwt",
		key: jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: e.key.Private, KeyID: e.key.ID}}}
	if change != nil {
		change(&f)
	}
	signer, err := jose.NewSigner(f.key, (&jose.SignerOptions{}).WithType(jose.ContentType(f.kind)))
	e.must(err)
	token, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: f.issuer, Subject: own.name("municipalities/*/people/*"), Audience: jwt.Audience{f.audience},
		IssuedAt: jwt.NewNumericDate(f.issued), Expiry: jwt.NewNumericDate(f.issued.Add(authn.TokenLife))}).
		Claims(map[string]any{"roles": []authn.Role{{Role: "operator", Scope: "-"}, {Role: "coordinator", Scope: "-"}}}).Serialize()
	e.must(err)
	return token
}

// stranger is a key of nobody's under the id of the directory's.
func stranger(e *estate) jose.JSONWebKey {
	key, err := authn.NewKey()
	e.must(err)
	return jose.JSONWebKey{Key: key.Private, KeyID: e.key.ID}
}

// secretOfPublicKey is what a verifier that believes the header would check an HMAC with.
func (e *estate) secretOfPublicKey() jose.JSONWebKey {
	public, _ := e.key.Private.Public().(ed25519.PublicKey)
	return jose.JSONWebKey{Key: []byte(public), KeyID: e.key.ID}
}

// tampered changes what a token says and leaves its signature.
func tampered(token string) string {
	parts := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(claims), "operator", "coordinator", 1)))
	return strings.Join(parts, ".")
}

// unsigned says that a token needs no signature.
func unsigned(token string) string {
	parts := strings.Split(token, ".")
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return ""
	}
	parts[0] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(header), "EdDSA", "none", 1)))
	return parts[0] + "." + parts[1] + "."
}

// with returns a context that calls with a token; an empty one is none.
func (e *estate) with(token string) context.Context {
	if token == "" {
		return e.Context()
	}
	return authn.WithToken(e.Context(), token)
}
