package authn

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/grpc/metadata"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testClock is set by hand.
type testClock struct{ now atomic.Int64 }

func newTestClock() *testClock {
	c := &testClock{}
	c.now.Store(time.Date(2025, 3, 12, 9, 30, 0, 123_456_000, time.UTC).UnixNano())
	return c
}

func (c *testClock) Now() time.Time          { return time.Unix(0, c.now.Load()).UTC() }
func (c *testClock) advance(d time.Duration) { c.now.Add(int64(d)) }

const issuer = "https://exempelkommun.example"

func newKey(t *testing.T) Key {
	t.Helper()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func keySet(t *testing.T, keys ...Key) StaticKeys {
	t.Helper()
	set, err := JWKS(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func mint(t *testing.T, key Key, clk *testClock, c Claims) string {
	t.Helper()
	m, err := NewMinter(issuer, key, clk)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := m.Mint(c)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

var someClaims = Claims{
	Subject: "municipalities/m/people/p", Session: "s1",
	Roles: []Role{{Role: "coordinator", Scope: "municipalities/m/committees/c", Assignment: "municipalities/m/roleAssignments/a"}},
}

func TestMintedTokenIsVerified(t *testing.T) {
	clk, key := newTestClock(), newKey(t)
	token := mint(t, key, clk, someClaims)
	v := NewVerifier(issuer, keySet(t, key), clk)
	want := &Identity{
		Subject: someClaims.Subject, Session: "s1", Roles: someClaims.Roles, Token: token,
		IssuedAt: clk.Now(), Expires: clk.Now().Truncate(time.Second).Add(TokenLife),
	}
	for range 2 { // from the signature, then from memory
		got, err := v.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("identity differs (-want +got):\n%s", diff)
		}
	}
}

func TestOnBehalfOf(t *testing.T) {
	clk, key := newTestClock(), newKey(t)
	token := mint(t, key, clk, Claims{Subject: "serviceAccounts/reporting", OnBehalfOf: "municipalities/m/people/p"})
	got, err := NewVerifier(issuer, keySet(t, key), clk).Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if got.Subject != "serviceAccounts/reporting" || got.OnBehalfOf != "municipalities/m/people/p" {
		t.Errorf("got subject %q on behalf of %q", got.Subject, got.OnBehalfOf)
	}
}

// forged is a token with parts of its own choice.
type forged struct {
	alg    jose.SignatureAlgorithm
	key    any
	kid    string
	typ    string
	claims map[string]any
}

func (f forged) sign(t *testing.T) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if f.typ != "" {
		options = options.WithType(jose.ContentType(f.typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: f.alg, Key: jose.JSONWebKey{Key: f.key, KeyID: f.kid}}, options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(f.claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestRefusedTokens(t *testing.T) {
	clk, key, other := newTestClock(), newKey(t), newKey(t)
	set := keySet(t, key)
	now := clk.Now().Unix()
	good := func() forged {
		return forged{alg: jose.EdDSA, key: key.Private, kid: key.ID, typ: "at+jwt", claims: map[string]any{
			"iss": issuer, "aud": "uppsikt", "sub": "municipalities/m/people/p", "iat": now, "exp": now + 300,
		}}
	}
	signed := func(change func(*forged)) string {
		f := good()
		f.claims = maps.Clone(f.claims)
		change(&f)
		return f.sign(t)
	}
	claim := func(name string, value any) string {
		return signed(func(f *forged) { f.claims[name] = value })
	}
	without := func(name string) string {
		return signed(func(f *forged) { delete(f.claims, name) })
	}
	public := []byte(key.Private.Public().(ed25519.PublicKey))
	tests := []struct{ name, token string }{
		{"empty", ""},
		{"no token", "abc.def.ghi"},
		{"too long", strings.Repeat("a", maxToken+1)},
		{"expired", claim("exp", now-31)},
		{"not valid yet", claim("iat", now+31)},
		{"wrong audience", claim("aud", "gateway-client")},
		{"no audience", without("aud")},
		{"wrong issuer", claim("iss", "https://elsewhere.example")},
		{"no subject", without("sub")},
		{"no expiry", without("exp")},
		{"no time of issue", without("iat")},
		{"ID token", signed(func(f *forged) { f.typ = "JWT" })},
		{"no type", signed(func(f *forged) { f.typ = "" })},
		{"unknown key", signed(func(f *forged) { f.kid, f.key = other.ID, other.Private })},
		{"no key id", signed(func(f *forged) { f.kid = "" })},
		{"other key under a known id", signed(func(f *forged) { f.key = other.Private })},
		{"HMAC with the public key as secret", signed(func(f *forged) { f.alg, f.key = jose.HS256, public })},
		{"alg none", unsigned(t, good().claims, key.ID)},
		{"tampered payload", tampered(t, good().sign(t))},
		{"cut signature", strings.TrimRight(good().sign(t)[:len(good().sign(t))-4], "=")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := NewVerifier(issuer, set, clk).Verify(t.Context(), tt.token)
			if !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("got identity %+v and error %v, want Unauthenticated", id, err)
			}
		})
	}
	if _, err := NewVerifier(issuer, set, clk).Verify(t.Context(), good().sign(t)); err != nil {
		t.Errorf("the token that the others were made from is refused: %v", err)
	}
}

// unsigned makes a token with "alg": "none".
func unsigned(t *testing.T, claims map[string]any, kid string) string {
	t.Helper()
	encode := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	return encode(map[string]any{"alg": "none", "typ": "at+jwt", "kid": kid}) + "." + encode(claims) + "."
}

// tampered gives the token another subject and leaves its signature.
func tampered(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(payload), "people/p", "people/q", 1)
	if changed == string(payload) {
		t.Fatal("nothing to tamper with")
	}
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(changed))
	return strings.Join(parts, ".")
}

func TestExpiryOfRememberedToken(t *testing.T) {
	clk, key := newTestClock(), newKey(t)
	v := NewVerifier(issuer, keySet(t, key), clk)
	token := mint(t, key, clk, someClaims)
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	clk.advance(TokenLife + skew - time.Second)
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("within the skew: got %v, want nil", err)
	}
	clk.advance(2 * time.Second)
	if _, err := v.Verify(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("after the skew: got %v, want Unauthenticated", err)
	}
	clk.advance(-time.Hour)
	if _, err := v.Verify(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("clock set back before the issue: got %v, want Unauthenticated", err)
	}
}

func TestTokenMemoryIsBounded(t *testing.T) {
	clk := newTestClock()
	c := newTokenCache(4)
	at := func(s string) digest { return digestOf(s) }
	c.put(at("expired"), &Identity{Expires: clk.Now().Add(-time.Hour)}, clk.Now())
	for _, s := range []string{"a", "b", "c", "d", "e", "f"} {
		c.put(at(s), &Identity{Expires: clk.Now().Add(time.Hour)}, clk.Now())
		if len(c.known) > 4 {
			t.Fatalf("after %q: got %d tokens, want at most 4", s, len(c.known))
		}
	}
	if _, ok := c.get(at("f")); !ok {
		t.Error("the last token is not remembered")
	}
	if _, ok := c.get(at("expired")); ok {
		t.Error("an expired token is still remembered")
	}
}

// changingKeys counts the fetches.
type changingKeys struct {
	mu      sync.Mutex
	set     []byte
	err     error
	fetches int
}

func (k *changingKeys) Keys(context.Context) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fetches++
	return k.set, k.err
}

func (k *changingKeys) change(set []byte, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.set, k.err = set, err
}

func TestKeyRotation(t *testing.T) {
	clk, old, next := newTestClock(), newKey(t), newKey(t)
	source := &changingKeys{set: keySet(t, old)}
	v := NewVerifier(issuer, source, clk)
	verify := func(key Key) error {
		_, err := v.Verify(t.Context(), mint(t, key, clk, someClaims))
		return err
	}
	if err := verify(old); err != nil {
		t.Fatal(err)
	}
	for range 5 { // invented keys must not make the verifier fetch over and over
		if err := verify(next); !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("unknown key: got %v, want Unauthenticated", err)
		}
	}
	if source.fetches != 1 {
		t.Errorf("got %d fetches within the pause, want 1", source.fetches)
	}
	source.change(keySet(t, old, next), nil)
	clk.advance(refreshPause)
	if err := verify(next); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
	source.change(keySet(t, next), nil)
	clk.advance(keysMaxAge)
	if err := verify(old); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("withdrawn key: got %v, want Unauthenticated", err)
	}
}

func TestKeySourceDown(t *testing.T) {
	clk, key := newTestClock(), newKey(t)
	source := &changingKeys{err: errors.New("down")}
	v := NewVerifier(issuer, source, clk)
	verify := func() error {
		_, err := v.Verify(t.Context(), mint(t, key, clk, someClaims))
		return err
	}
	if err := verify(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("no keys yet: got %v, want Unavailable", err)
	}
	for _, broken := range []string{"{", "{}", `{"keys":[]}`} {
		source.change([]byte(broken), nil)
		clk.advance(refreshPause)
		if err := verify(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("keys %q: got %v, want Unavailable", broken, err)
		}
	}
	source.change(keySet(t, key), nil)
	clk.advance(refreshPause)
	if err := verify(); err != nil {
		t.Errorf("keys are back: %v", err)
	}
	source.change(nil, errors.New("down"))
	clk.advance(2 * keysMaxAge)
	if err := verify(); err != nil {
		t.Errorf("known key while the source is down: %v", err)
	}
}

func TestVerifyIncoming(t *testing.T) {
	clk, key := newTestClock(), newKey(t)
	v := NewVerifier(issuer, keySet(t, key), clk)
	token := mint(t, key, clk, someClaims)
	tests := []struct {
		name    string
		headers []string
		ok      bool
	}{
		{"bearer", []string{"Bearer " + token}, true},
		{"scheme in lower case", []string{"bearer " + token}, true},
		{"none", nil, false},
		{"two", []string{"Bearer " + token, "Bearer " + token}, false},
		{"basic", []string{"Basic " + token}, false},
		{"no scheme", []string{token}, false},
		{"scheme only", []string{"Bearer "}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx := metadata.NewIncomingContext(t.Context(), metadata.MD{AuthorizationHeader: tt.headers})
			if _, err := v.VerifyIncoming(ctx); (err == nil) != tt.ok {
				t.Errorf("VerifyIncoming(%v): got error %v", tt.headers, err)
			}
		})
	}
}

func TestProcessCredential(t *testing.T) {
	right := NewProcessCredential()
	incoming := func(c ProcessCredential) context.Context {
		md, _ := metadata.FromOutgoingContext(c.Attach(t.Context()))
		return metadata.NewIncomingContext(t.Context(), md)
	}
	tests := []struct {
		name            string
		own             ProcessCredential
		ctx             context.Context
		claimed, proven bool
	}{
		{"right", right, incoming(right), true, true},
		{"wrong", right, incoming(NewProcessCredential()), true, false},
		{"none sent", right, t.Context(), false, false},
		{"empty sent to nobody's server", ProcessCredential{}, incoming(ProcessCredential{}), true, false},
		{"sent twice", right, metadata.NewIncomingContext(t.Context(), metadata.Pairs(ProcessHeader, right.secret, ProcessHeader, right.secret)), true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			claimed, proven := tt.own.Process(tt.ctx)
			if claimed != tt.claimed || proven != tt.proven {
				t.Errorf("got claimed %t proven %t, want %t %t", claimed, proven, tt.claimed, tt.proven)
			}
		})
	}
	if strings.Contains(right.String(), right.secret) {
		t.Error("String shows the secret")
	}
}

func FuzzVerify(f *testing.F) {
	clk := newTestClock()
	key, err := NewKey()
	if err != nil {
		f.Fatal(err)
	}
	m, err := NewMinter(issuer, key, clk)
	if err != nil {
		f.Fatal(err)
	}
	token, _, err := m.Mint(someClaims)
	if err != nil {
		f.Fatal(err)
	}
	set, err := JWKS(key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("e30.e30.")
	f.Fuzz(func(t *testing.T, given string) {
		id, err := NewVerifier(issuer, StaticKeys(set), clk).Verify(t.Context(), given)
		if err == nil && id.Subject != someClaims.Subject {
			t.Errorf("Verify(%q) accepts %q", given, id.Subject)
		}
	})
}

func BenchmarkVerifyRemembered(b *testing.B) {
	clk := newTestClock()
	key, err := NewKey()
	if err != nil {
		b.Fatal(err)
	}
	m, _ := NewMinter(issuer, key, clk)
	token, _, _ := m.Mint(someClaims)
	set, _ := JWKS(key)
	v := NewVerifier(issuer, StaticKeys(set), clk)
	for b.Loop() {
		if _, err := v.Verify(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}
