package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

const (
	// keepPrefix marks the hidden fields in which typed text waits while somebody signs in again.
	keepPrefix = "spara."
	// returnField holds where to go after signing in, replayField whether what waits is to be shown there.
	returnField, replayField = "till", "igen"
)

// signInFields asks for an address and a password; next is where to go then.
func signInFields(next string) *form {
	email := &field{Name: "epost", Kind: kindEmail, Label: "E-postadress", Autocomplete: "username", Width: "medium"}
	password := &field{Name: "losenord", Kind: kindPassword, Label: "Lösenord", Autocomplete: "current-password", Width: "medium"}
	f := newForm("Logga in", email, password, hidden(returnField, localPath(next)), hidden(replayField, ""))
	f.Action = "/logga-in"
	return f
}

// signInPage is the page around the form.
func (c *call) signInPage() *page {
	p := &page{Title: "Logga in", Template: "signin", Data: c.Demo}
	if c.user != nil {
		p.Lead = "Du är redan inloggad som " + c.user.name + ". Logga in igen för att byta person."
	}
	return p
}

// signIn takes an address and a password.
func (s *server) signIn(c *call) (*page, error) {
	f := signInFields(c.query(returnField))
	keep(f, c.r.PostForm, "")
	p, err := c.form(c.signInPage(), f, func() (string, error) {
		r, err := s.Sessions.SignIn(asProcess(c.ctx()), &directoryv1.SignInRequest{Credential: &directoryv1.SignInRequest_Password{
			Password: &directoryv1.PasswordCredential{Email: f.value("epost"), Password: f.value("losenord")}}})
		if fault.Is(toFaultOrNil(err), fault.Unauthenticated) {
			return "", wrongPassword()
		}
		if err != nil {
			return "", err
		}
		return localPath(f.value(returnField)), c.begin(r)
	})
	if err == nil && p.Location != "" && f.value(replayField) != "" {
		return s.replay(c, p.Location)
	}
	return p, err
}

// toFaultOrNil is toFault for an error that may be nil.
func toFaultOrNil(err error) error {
	if err == nil {
		return nil
	}
	return toFault(err)
}

// wrongPassword is the fault of a sign-in that was refused; it does not tell whether the address exists.
func wrongPassword() error {
	return &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS", English: "wrong credentials",
		Swedish: "E-postadressen eller lösenordet stämmer inte. Kontrollera båda och försök igen."}
}

// keep adds to a sign-in form, as hidden fields, what waits to be shown again; passwords do not wait.
func keep(f *form, values url.Values, prefix string) {
	for _, key := range slices.Sorted(mapsKeys(values)) {
		name := prefix + key
		if !strings.HasPrefix(name, keepPrefix) || strings.HasSuffix(name, "losenord") {
			continue
		}
		for _, v := range values[key] {
			f.Groups[0].Fields = append(f.Groups[0].Fields, hidden(name, cleanText(v)))
		}
	}
}

// mapsKeys yields the keys of posted values.
func mapsKeys(values url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range values {
			if !yield(k) {
				return
			}
		}
	}
}

// askToSignIn is the page for somebody whose sign-in is absent or has ended. What was posted waits in its form.
func (c *call) askToSignIn() (*page, error) {
	if u := c.user; u != nil {
		c.sessions.forget(u.secret)
		c.user = nil
	}
	f := signInFields(c.query(returnField))
	p := c.signInPage()
	p.Form, p.Status = f, http.StatusUnauthorized
	if c.r.URL.Path == "/" && !c.posted() {
		return p, nil
	}
	f.field(returnField).Value = localPath(c.r.URL.RequestURI())
	if c.posted() {
		f.field(returnField).Value = localPath(c.r.URL.Path)
		f.field(replayField).Value = "ja"
		keep(f, c.r.PostForm, keepPrefix)
		f.Notice = "Din inloggning har gått ut. Logga in igen, så finns det du skrev kvar."
	}
	return p, nil
}

// replay shows the form that waited, filled in as it was but not saved.
func (s *server) replay(c *call, path string) (*page, error) {
	values := url.Values{}
	for key, vs := range c.r.PostForm {
		if name, ok := strings.CutPrefix(key, keepPrefix); ok {
			values[name] = vs
		}
	}
	ctx := context.WithValue(context.WithoutCancel(c.ctx()), restoreKey{}, true)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: s.cookieName(), Value: c.user.secret})
	return &page{Replay: r}, nil
}

// signInByLink takes a one-time link. Opening the link changes nothing, since mail scanners open links too; the button
// uses it up.
func (s *server) signInByLink(c *call) (*page, error) {
	f := newForm("Logga in")
	p := &page{Title: "Logga in med länk", Lead: "Länken kan användas en gång. Välj Logga in när du är redo."}
	return c.form(p, f, func() (string, error) {
		r, err := s.Sessions.SignIn(asProcess(c.ctx()), &directoryv1.SignInRequest{
			Credential: &directoryv1.SignInRequest_LinkSecret{LinkSecret: c.r.PathValue("secret")}})
		if fault.Is(toFaultOrNil(err), fault.Unauthenticated) {
			return "", fault.State("WRONG_STATE", "Länken är redan använd eller har gått ut. Be den som gav dig den om en ny.", "link used up")
		}
		if err != nil {
			return "", err
		}
		if err := c.begin(r); err != nil {
			return "", err
		}
		if r.GetNeedsPassword() && strings.HasPrefix(r.GetPerson(), "municipalities/") && upTo(r.GetPerson(), 1) != "municipalities/-" {
			return "/losenord", nil
		}
		return "/", nil
	})
}

// signOut ends the session.
func (s *server) signOut(c *call) (*page, error) {
	if secret := c.secret(); secret != "" && !c.restored {
		s.sessions.forget(secret)
		if _, err := s.Sessions.SignOut(asProcess(c.ctx()), &directoryv1.SignOutRequest{SessionSecret: secret}); err != nil &&
			!fault.Is(toFault(err), fault.Unauthenticated) {
			return nil, err
		}
		c.setCookie("", time.Time{})
	}
	return &page{Location: receipt("/logga-in", "utloggad")}, nil
}

// password lets somebody set the own password.
func (s *server) password(c *call) (*page, error) {
	first := &field{Name: "losenord", Kind: kindPassword, Label: "Nytt lösenord", Autocomplete: "new-password", Width: "medium",
		Hint: "Minst 12 tecken. Gärna en mening som du minns; inga andra krav.", paths: []string{"password"},
		Missing: "Skriv ett lösenord med minst 12 tecken."}
	again := &field{Name: "igen-losenord", Kind: kindPassword, Label: "Samma lösenord igen", Autocomplete: "new-password", Width: "medium",
		Missing: "Skriv samma lösenord en gång till."}
	next := localPath(c.query(returnField))
	p := &page{Title: "Välj ett lösenord", Lead: "Med e-postadress och lösenord loggar du in nästa gång."}
	return c.form(p, newForm("Spara lösenordet", first, again), func() (string, error) {
		switch {
		case len([]rune(first.Value)) < 12:
			return "", fault.Fields(fault.Field{Path: "password", Swedish: "Lösenordet är för kort. Skriv minst 12 tecken."})
		case first.Value != again.Value:
			return "", fault.Fields(fault.Field{Path: "password", Swedish: "Lösenorden är inte lika. Skriv samma i båda fälten."})
		}
		if _, err := s.Sessions.SetPassword(c.ctx(), &directoryv1.SetPasswordRequest{Password: first.Value}); err != nil {
			return "", err
		}
		return receipt(next, "losenord"), nil
	})
}

// demoView is what the page of demo people shows.
type demoView struct{ People []demoPerson }

// demoPerson is somebody to sign in as.
type demoPerson struct{ Person, Name, Roles string }

// demo lists people to sign in as, in demo mode only.
func (s *server) demo(c *call) (*page, error) {
	if !s.Demo {
		return nil, notFound()
	}
	if c.posted() && !c.restored {
		r, err := s.Sessions.SignIn(asProcess(c.ctx()), &directoryv1.SignInRequest{
			Credential: &directoryv1.SignInRequest_DemoPerson{DemoPerson: c.r.PostForm.Get("person")}})
		if err != nil {
			return nil, toFault(err)
		}
		return &page{Location: "/"}, c.begin(r)
	}
	r, err := s.Sessions.ListDemoPeople(asProcess(c.ctx()), &directoryv1.ListDemoPeopleRequest{})
	if err != nil {
		return nil, err
	}
	return demoPage(r.GetPeople()), nil
}

// demoPage shows the demo people.
func demoPage(people []*directoryv1.DemoPerson) *page {
	v := demoView{}
	for _, d := range people {
		var roles []string
		for _, r := range d.GetRoles() {
			title := roleTitle(r.GetRole())
			if r.GetScope() == upTo(r.GetScope(), 1) {
				title += " för hela kommunen"
			}
			if !slices.Contains(roles, title) {
				roles = append(roles, title)
			}
		}
		v.People = append(v.People, demoPerson{d.GetPerson(), d.GetDisplayName(), strings.Join(roles, " · ")})
	}
	return &page{Title: "Prova Uppsikt", Lead: "Alla uppgifter här är påhittade. Välj vem du vill vara.", Template: "demo", Data: v}
}
