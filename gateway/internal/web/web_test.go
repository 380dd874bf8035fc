package web

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// desk signs people in, in memory: one link, one address with a password.
type desk struct {
	directoryv1.SessionServiceClient
	linkUsed bool
	open     map[string]bool
	minted   int
}

func (d *desk) SignIn(_ context.Context, r *directoryv1.SignInRequest, _ ...grpc.CallOption) (*directoryv1.SignInResponse, error) {
	refused := &fault.Error{Kind: fault.Unauthenticated, English: "refused"}
	switch k := r.GetCredential().(type) {
	case *directoryv1.SignInRequest_LinkSecret:
		if k.LinkSecret != "engang" || d.linkUsed {
			return nil, refused
		}
		d.linkUsed = true
	case *directoryv1.SignInRequest_Password:
		if k.Password.GetEmail() != "karin@example.org" || k.Password.GetPassword() != "en lång mening" {
			return nil, refused
		}
	default:
		return nil, refused
	}
	d.open["session"] = true
	return &directoryv1.SignInResponse{SessionSecret: "session", ExpireTime: timestamppb.New(fixNow.Add(12 * time.Hour)), Person: fixMunicipality + "/people/karin"}, nil
}

func (d *desk) MintToken(_ context.Context, r *directoryv1.MintTokenRequest, _ ...grpc.CallOption) (*directoryv1.MintTokenResponse, error) {
	if !d.open[r.GetSessionSecret()] {
		return nil, &fault.Error{Kind: fault.Unauthenticated, English: "no session"}
	}
	d.minted++
	return &directoryv1.MintTokenResponse{AccessToken: "t", ExpireTime: timestamppb.New(fixNow.Add(5 * time.Minute)), Subject: fixMunicipality + "/people/karin", DisplayName: "Karin Ek"}, nil
}

func (d *desk) SignOut(_ context.Context, r *directoryv1.SignOutRequest, _ ...grpc.CallOption) (*emptypb.Empty, error) {
	delete(d.open, r.GetSessionSecret())
	return &emptypb.Empty{}, nil
}

// visitor is a browser without scripts.
type visitor struct {
	*testing.T
	handler http.Handler
	cookie  *http.Cookie
	headers map[string]string
}

func newVisitor(t *testing.T, secure bool) (*visitor, *desk) {
	t.Helper()
	s := newTestServer(t)
	d := &desk{open: map[string]bool{}}
	h, err := New(Config{Secure: secure}, Deps{Directory: directoryv1.NewDirectoryServiceClient(nil), Sessions: d, Risks: riskv1.NewRiskRegisterServiceClient(nil),
		Controls: controlv1.NewControlMeasurementServiceClient(nil), Reports: reportv1.NewReportingServiceClient(nil),
		Notices: notificationv1.NewNotificationServiceClient(nil), Clock: s.Clock, Logger: s.Logger})
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{T: t, handler: h, headers: map[string]string{"Sec-Fetch-Site": "same-origin"}}, d
}

// send makes a request and keeps the cookie.
func (v *visitor) send(method, path string, form url.Values) (*http.Response, string) {
	v.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, val := range v.headers {
		r.Header.Set(k, val)
	}
	if v.cookie != nil {
		r.AddCookie(v.cookie)
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		v.cookie = c
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.Fatal(err)
	}
	return res, string(body)
}

func (v *visitor) signIn() {
	v.Helper()
	res, body := v.send("POST", "/logga-in", url.Values{"epost": {"karin@example.org"}, "losenord": {"en lång mening"}, "till": {"/losenord"}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/losenord" {
		v.Fatalf("sign-in: got %d to %q\n%s", res.StatusCode, res.Header.Get("Location"), body)
	}
}

func TestEveryAnswerIsProtected(t *testing.T) {
	v, _ := newVisitor(t, true)
	for _, path := range []string{"/", "/logga-in", "/finns-inte", "/tillganglighet"} {
		res, _ := v.send("GET", path, nil)
		policy := res.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || res.Header.Get("X-Content-Type-Options") != "nosniff" ||
			res.Header.Get("Strict-Transport-Security") == "" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got headers %v", path, res.Header)
		}
	}
}

func TestCookie(t *testing.T) {
	for _, secure := range []bool{true, false} {
		v, _ := newVisitor(t, secure)
		v.signIn()
		c := v.cookie
		if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 12*60*60 ||
			strings.HasPrefix(c.Name, "__Host-") != secure {
			t.Errorf("secure %v: got cookie %+v", secure, c)
		}
	}
}

func TestForeignPostIsRefused(t *testing.T) {
	v, d := newVisitor(t, false)
	v.signIn()
	for _, h := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://annan.example"}} {
		v.headers = h
		res, body := v.send("POST", "/logga-ut", nil)
		if res.StatusCode != http.StatusForbidden || !strings.Contains(body, "från en annan webbplats") || !d.open["session"] {
			t.Errorf("%v: got %d, session open %v", h, res.StatusCode, d.open["session"])
		}
	}
}

func TestOpeningALinkDoesNotUseItUp(t *testing.T) {
	v, d := newVisitor(t, false)
	for range 3 {
		if res, body := v.send("GET", "/logga-in/engang", nil); res.StatusCode != http.StatusOK || d.linkUsed || !strings.Contains(body, "<button") {
			t.Fatalf("got %d, used %v", res.StatusCode, d.linkUsed)
		}
	}
	if res, _ := v.send("POST", "/logga-in/engang", nil); res.StatusCode != http.StatusSeeOther || !d.linkUsed {
		t.Fatalf("got %d, used %v, want a redirect and a used link", res.StatusCode, d.linkUsed)
	}
	if res, body := v.send("POST", "/logga-in/engang", nil); res.StatusCode != http.StatusConflict || !strings.Contains(body, "redan använd") {
		t.Errorf("second use: got %d", res.StatusCode)
	}
}

func TestWrongPasswordKeepsTheAddress(t *testing.T) {
	v, _ := newVisitor(t, false)
	res, body := v.send("POST", "/logga-in", url.Values{"epost": {"karin@example.org"}, "losenord": {"fel"}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `value="karin@example.org"`) || strings.Contains(body, `value="fel"`) ||
		!strings.Contains(body, "<title>Fel: Logga in") {
		t.Errorf("got %d\n%s", res.StatusCode, body)
	}
}

func TestTokenIsMintedOncePerLife(t *testing.T) {
	v, d := newVisitor(t, false)
	v.signIn()
	for range 3 {
		v.send("GET", "/losenord", nil)
	}
	if d.minted != 1 {
		t.Errorf("minted %d tokens, want 1", d.minted)
	}
}

func TestSignOut(t *testing.T) {
	v, d := newVisitor(t, false)
	v.signIn()
	res, _ := v.send("POST", "/logga-ut", nil)
	if res.StatusCode != http.StatusSeeOther || d.open["session"] || v.cookie.MaxAge >= 0 {
		t.Errorf("got %d, open %v, cookie %+v", res.StatusCode, d.open["session"], v.cookie)
	}
	v.cookie = nil
	if res, _ := v.send("GET", "/losenord", nil); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("after signing out: got %d, want 401", res.StatusCode)
	}
}

// hiddenField finds the hidden fields of a page.
var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

func TestTypedTextSurvivesANewSignIn(t *testing.T) {
	v, _ := newVisitor(t, false)
	typed := "Exempelkommun å ä ö"
	res, body := v.send("POST", "/start", url.Values{"namn": {typed}, "losenord": {"hemligt"}})
	if res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "finns det du skrev kvar") || strings.Contains(body, "hemligt") {
		t.Fatalf("expired: got %d\n%s", res.StatusCode, body)
	}
	form := url.Values{"epost": {"karin@example.org"}, "losenord": {"en lång mening"}}
	for _, m := range hiddenField.FindAllStringSubmatch(body, -1) {
		form.Add(m[1], m[2])
	}
	wrong := url.Values{}
	for k, vs := range form {
		wrong[k] = vs
	}
	wrong.Set("losenord", "fel")
	if _, again := v.send("POST", "/logga-in", wrong); !strings.Contains(again, typed) {
		t.Error("a wrong password loses what was typed")
	}
	res, body = v.send("POST", "/logga-in", form)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `value="`+typed+`"`) || !strings.Contains(body, "inte sparat än") || v.cookie == nil {
		t.Errorf("signed in again: got %d\n%s", res.StatusCode, body)
	}
}

func TestRedirectsStayHere(t *testing.T) {
	for in, want := range map[string]string{"/a?b=c": "/a?b=c", "//annan.example": "/", "https://annan.example": "/", "/\\annan.example": "/", "": "/"} {
		if got := localPath(in); got != want {
			t.Errorf("localPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTooLargeAndUnreadableForms(t *testing.T) {
	v, _ := newVisitor(t, false)
	if res, body := v.send("POST", "/logga-in", url.Values{"epost": {strings.Repeat("x", maxForm)}}); res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body, "för stort") {
		t.Errorf("large: got %d", res.StatusCode)
	}
	if res, _ := v.send("DELETE", "/logga-in", nil); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: got %d", res.StatusCode)
	}
}

func TestAssets(t *testing.T) {
	v, _ := newVisitor(t, false)
	s := newTestServer(t)
	for name, a := range s.assets {
		res, _ := v.send("GET", a.address, nil)
		if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: got %d, %v", name, res.StatusCode, res.Header)
		}
	}
	if n := len(s.assets["uppsikt.css"].body); n > 25000 {
		t.Errorf("the style sheet has %d bytes, want at most 25 000", n)
	}
	for path, want := range map[string]int{"/assets/farg/16405b.css": 200, "/assets/farg/red}.css": 404, "/assets/farg/16405B.css": 404} {
		if res, _ := v.send("GET", path, nil); res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, res.StatusCode, want)
		}
	}
}

func TestMarkdownIsTamed(t *testing.T) {
	m := newMarkdown()
	for in, bad := range map[string]string{"# Rubrik": "<h1", "<script>x</script>": "<script", "[x](javascript:alert(1))": "javascript:", "<b>x</b>": "<b>"} {
		if got := string(m.html(in)); strings.Contains(got, bad) {
			t.Errorf("html(%q) = %q", in, got)
		}
	}
	if got := string(m.html("a\n\n- b\n- *c*")); !strings.Contains(got, "<ul>") || !strings.Contains(got, "<em>c</em>") {
		t.Errorf("got %q", got)
	}
}
