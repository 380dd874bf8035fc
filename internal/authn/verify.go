package authn

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"google.golang.org/grpc/metadata"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
)

// skew is how far the clocks of two machines may differ.
const skew = 30 * time.Second

// maxToken bounds the work that an unknown caller can cause; a token with a hundred roles is smaller.
const maxToken = 32 << 10

// Verifier checks access tokens. It is safe for concurrent use.
type Verifier struct {
	issuer string
	clock  clock.Clock
	keys   *keyCache
	known  *tokenCache
}

// NewVerifier returns a verifier of the tokens that issuer signs with one of the keys of source.
func NewVerifier(issuer string, source KeySource, clk clock.Clock) *Verifier {
	return &Verifier{issuer: issuer, clock: clk, keys: newKeyCache(source, clk), known: newTokenCache(maxTokens)}
}

// VerifyIncoming verifies the token in the incoming metadata of ctx. Without one the fault is Unauthenticated.
func (v *Verifier) VerifyIncoming(ctx context.Context) (*Identity, error) {
	values := metadata.ValueFromIncomingContext(ctx, AuthorizationHeader)
	if len(values) != 1 {
		return nil, refuse("exactly one authorization header is needed")
	}
	header := values[0]
	if len(header) <= len(bearerPrefix) || !strings.EqualFold(header[:len(bearerPrefix)], bearerPrefix) {
		return nil, refuse("the authorization header holds no bearer token")
	}
	return v.Verify(ctx, header[len(bearerPrefix):])
}

// Verify returns the identity of a token. The fault is Unauthenticated when the token is wrong, and Unavailable when
// no keys could be fetched. Revocations are not looked at.
func (v *Verifier) Verify(ctx context.Context, token string) (*Identity, error) {
	sum := digestOf(token)
	now := v.clock.Now()
	if id, ok := v.known.get(sum); ok {
		if err := checkTimes(id, now); err != nil {
			return nil, err
		}
		return id, nil
	}
	id, err := v.verify(ctx, token, now)
	if err != nil {
		return nil, err
	}
	v.known.put(sum, id, now)
	return id, nil
}

func (v *Verifier) verify(ctx context.Context, token string, now time.Time) (*Identity, error) {
	parsed, err := parse(token)
	if err != nil {
		return nil, err
	}
	key, err := v.keys.find(ctx, parsed.Headers[0].KeyID)
	if err != nil {
		return nil, err
	}
	var standard jwt.Claims
	var private privateClaims
	if err := parsed.Claims(key, &standard, &private); err != nil {
		return nil, refuse("the signature of the token is wrong").Because(err)
	}
	if err := v.checkClaims(standard); err != nil {
		return nil, err
	}
	id := identity(standard, private, token)
	return id, checkTimes(id, now)
}

// parse refuses every algorithm but EdDSA, "none" included, and every type but that of access tokens.
func parse(token string) (*jwt.JSONWebToken, error) {
	if len(token) > maxToken {
		return nil, refuse("the token is too long")
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return nil, refuse("the token cannot be read").Because(err)
	}
	if len(parsed.Headers) != 1 || parsed.Headers[0].KeyID == "" {
		return nil, refuse("the token names no key")
	}
	typ, _ := parsed.Headers[0].ExtraHeaders[jose.HeaderType].(string)
	if !strings.EqualFold(strings.TrimPrefix(strings.ToLower(typ), "application/"), tokenType) {
		return nil, refuse("the token is no access token")
	}
	return parsed, nil
}

func (v *Verifier) checkClaims(c jwt.Claims) error {
	switch {
	case c.Issuer != v.issuer:
		return refuse("the token is of another issuer")
	case !c.Audience.Contains(Audience):
		return refuse("the token is meant for another audience")
	case c.Subject == "" || c.Expiry == nil || c.IssuedAt == nil:
		return refuse("the token lacks a claim")
	}
	return nil
}

func identity(standard jwt.Claims, private privateClaims, token string) *Identity {
	id := &Identity{
		Subject: standard.Subject, Session: private.Session, Roles: private.Roles, Token: token,
		IssuedAt: standard.IssuedAt.Time().UTC(), Expires: standard.Expiry.Time().UTC(),
	}
	if exact := time.UnixMicro(private.IssuedMicros).UTC(); exact.Truncate(time.Second).Equal(id.IssuedAt) {
		id.IssuedAt = exact
	}
	if private.Actor != nil && private.Actor.Subject != "" {
		id.Subject, id.OnBehalfOf = private.Actor.Subject, standard.Subject
	}
	return id
}

func checkTimes(id *Identity, now time.Time) error {
	switch {
	case now.After(id.Expires.Add(skew)):
		return refuse("the token has expired")
	case now.Add(skew).Before(id.IssuedAt):
		return refuse("the token is not valid yet")
	}
	return nil
}

// refuse returns an Unauthenticated; english says why, for developers.
func refuse(english string) *fault.Error {
	return &fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED",
		Swedish: "Du är inte inloggad, eller så har inloggningen gått ut. Logga in igen.", English: english}
}

var errNoKeys = errors.New("the key source returned no usable keys")
