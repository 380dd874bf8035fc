package directory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory"
)

const password = "korrekt häst batteri"

// unauthenticated checks that err is the one refusal, which does not tell why.
func (b *bench) unauthenticated(what string, err error) {
	b.t.Helper()
	f := b.faultOf(what, err, fault.Unauthenticated, "UNAUTHENTICATED")
	if want := "the credential is wrong, used up or expired"; f.English != want {
		b.t.Errorf("%s: got %q, want %q", what, f.English, want)
	}
}

func TestOneTimeLink(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	link, err := b.sessions.CreateSignInLink(b.as("administrator", m), &directoryv1.CreateSignInLinkRequest{Person: anna})
	b.ok(err)
	if got, want := link.GetExpireTime().AsTime(), b.clock.Now().Add(24*time.Hour); !got.Equal(want) {
		t.Errorf("expires: got %s, want %s", got, want)
	}
	session, err := b.byLink(link.GetSecret())
	b.ok(err)
	if session.GetPerson() != anna || !session.GetNeedsPassword() {
		t.Errorf("got %v", session)
	}
	if got, want := session.GetExpireTime().AsTime(), b.clock.Now().Add(12*time.Hour); !got.Equal(want) {
		t.Errorf("session expires: got %s, want %s", got, want)
	}
	_, err = b.byLink(link.GetSecret())
	b.unauthenticated("used twice", err)
	_, err = b.byLink("no such secret")
	b.unauthenticated("unknown", err)
	late, err := b.sessions.CreateSignInLink(b.operator(), &directoryv1.CreateSignInLinkRequest{Person: anna})
	b.ok(err)
	b.clock.advance(24 * time.Hour)
	b.refresh()
	_, err = b.byLink(late.GetSecret())
	b.unauthenticated("expired", err)
}

func TestOneTimeLinkLetsOneIn(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	link, err := b.sessions.CreateSignInLink(b.operator(), &directoryv1.CreateSignInLinkRequest{Person: anna})
	b.ok(err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for range 8 {
		wg.Go(func() {
			if _, err := b.byLink(link.GetSecret()); err == nil {
				mu.Lock()
				defer mu.Unlock()
				in++
			}
		})
	}
	wg.Wait()
	if in != 1 {
		t.Errorf("got %d sessions from one link, want 1", in)
	}
}

func TestWhoMayMakeLinks(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	req := &directoryv1.CreateSignInLinkRequest{Person: anna}
	for _, role := range []string{"coordinator", "auditor"} {
		_, err := b.sessions.CreateSignInLink(b.as(role, m), req)
		b.refused(role, err, fault.Denied, "PERMISSION_DENIED")
	}
	_, err := b.sessions.CreateSignInLink(b.as("administrator", "municipalities/n"), req)
	b.refused("of another municipality", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.sessions.CreateSignInLink(b.as("administrator", m), &directoryv1.CreateSignInLinkRequest{Person: platform + "/people/administrator"})
	b.refused("for the platform", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.sessions.CreateSignInLink(b.as("administrator", m), &directoryv1.CreateSignInLinkRequest{Person: m + "/people/x"})
	b.refused("for nobody", err, fault.NotFound, "NOT_FOUND")
	b.disable(true)
	_, err = b.sessions.CreateSignInLink(b.as("administrator", m), req)
	b.refused("for somebody disabled", err, fault.Precondition, "WRONG_STATE")
}

// disable disables or enables Anna.
func (b *bench) disable(disabled bool) {
	b.t.Helper()
	_, err := b.directory.UpdatePerson(b.operator(), &directoryv1.UpdatePersonRequest{
		Person: &directoryv1.Person{Name: anna, Disabled: disabled}, UpdateMask: mask("disabled")})
	b.ok(err)
}

func TestPassword(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	first, other := b.signedIn(anna), b.signedIn(anna)
	_, err := b.sessions.SetPassword(b.token(first), &directoryv1.SetPasswordRequest{Password: "för kort"})
	b.refused("too short", err, fault.Invalid, "INVALID_FIELDS")
	_, err = b.sessions.SetPassword(b.operator(), &directoryv1.SetPasswordRequest{Password: password})
	b.refused("a service account", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.sessions.SetPassword(b.token(first), &directoryv1.SetPasswordRequest{Password: password})
	b.ok(err)
	_, err = b.mint(first)
	b.ok(err)
	_, err = b.mint(other)
	b.unauthenticated("a session elsewhere", err)

	session, err := b.byPassword(" ANNA@exempel.se ", password)
	b.ok(err)
	if session.GetPerson() != anna || session.GetNeedsPassword() {
		t.Errorf("got %v", session)
	}
	decomposed := strings.ReplaceAll(password, "ä", "a\u0308")
	_, err = b.byPassword("anna@exempel.se", decomposed)
	b.ok(err)
	_, err = b.byPassword("anna@exempel.se", "fel lösenord")
	b.unauthenticated("wrong password", err)
	_, err = b.byPassword("nobody@exempel.se", password)
	b.unauthenticated("unknown address", err)
	again := b.signedIn(anna)
	if again.GetNeedsPassword() {
		t.Error("a link asks for a password although there is one")
	}
}

func TestPasswordFollowsTheAddress(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	_, err := b.sessions.SetPassword(b.token(b.signedIn(anna)), &directoryv1.SetPasswordRequest{Password: password})
	b.ok(err)
	_, err = b.directory.UpdatePerson(b.operator(), &directoryv1.UpdatePersonRequest{
		Person: &directoryv1.Person{Name: anna, Email: "ny@exempel.se"}, UpdateMask: mask("email")})
	b.ok(err)
	_, err = b.byPassword("anna@exempel.se", password)
	b.unauthenticated("old address", err)
	_, err = b.byPassword("ny@exempel.se", password)
	b.ok(err)
}

func TestOneAddressInTwoMunicipalities(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	_, err := b.directory.CreateMunicipality(b.operator(), &directoryv1.CreateMunicipalityRequest{Parent: "-", MunicipalityId: "a",
		Municipality: &directoryv1.Municipality{DisplayName: "Grannkommun"}})
	b.ok(err)
	_, err = b.directory.CreatePerson(b.operator(), &directoryv1.CreatePersonRequest{Parent: "municipalities/a", PersonId: "anna",
		Person: &directoryv1.Person{DisplayName: "Anna", Email: "anna@exempel.se"}})
	b.ok(err)
	for person, secret := range map[string]string{anna: password, "municipalities/a/people/anna": password + " två"} {
		_, err := b.sessions.SetPassword(b.token(b.signedIn(person)), &directoryv1.SetPasswordRequest{Password: secret})
		b.ok(err)
	}
	for person, secret := range map[string]string{anna: password, "municipalities/a/people/anna": password + " två"} {
		session, err := b.byPassword("anna@exempel.se", secret)
		b.ok(err)
		if session.GetPerson() != person {
			t.Errorf("got %s, want %s", session.GetPerson(), person)
		}
	}
}

func TestFailuresAreSlowedDown(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	_, err := b.sessions.SetPassword(b.token(b.signedIn(anna)), &directoryv1.SetPasswordRequest{Password: password})
	b.ok(err)
	for _, address := range []string{"anna@exempel.se", "nobody@exempel.se"} {
		for range 5 {
			_, err := b.byPassword(address, "fel lösenord")
			b.unauthenticated(address, err)
		}
		_, err := b.byPassword(address, password)
		f := b.faultOf(address+" after five failures", err, fault.Exhausted, "LIMIT_EXCEEDED")
		if !strings.Contains(f.Swedish, "30 sekunder") {
			t.Errorf("got %q", f.Swedish)
		}
	}
	b.clock.advance(30 * time.Second)
	_, err = b.byPassword("anna@exempel.se", "fel lösenord")
	b.unauthenticated("the sixth", err)
	b.clock.advance(30 * time.Second)
	_, err = b.byPassword("anna@exempel.se", password)
	b.refused("after the sixth", err, fault.Exhausted, "LIMIT_EXCEEDED")
	b.clock.advance(30 * time.Second)
	_, err = b.byPassword("anna@exempel.se", "fel lösenord")
	b.unauthenticated("the seventh", err)
	_, err = b.byPassword("anna@exempel.se", password)
	f := b.faultOf("after the seventh", err, fault.Exhausted, "LIMIT_EXCEEDED")
	if !strings.Contains(f.Swedish, "2 minuter") {
		t.Errorf("got %q", f.Swedish)
	}
	b.clock.advance(2 * time.Minute)
	b.refresh()
	_, err = b.byPassword("anna@exempel.se", password)
	b.ok(err)
	_, err = b.byPassword("anna@exempel.se", "fel lösenord")
	b.unauthenticated("counted anew after a success", err)
}

func TestToken(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	session := b.signedIn(anna)
	minted, err := b.mint(session)
	b.ok(err)
	if minted.GetSubject() != anna || minted.GetDisplayName() != "Person anna" {
		t.Errorf("got %v", minted)
	}
	keys, err := b.sessions.GetVerificationKeys(b.process(), &directoryv1.GetVerificationKeysRequest{})
	b.ok(err)
	verifier := authn.NewVerifier(authn.Issuer, authn.StaticKeys(keys.GetJwks()), b.clock)
	id, err := verifier.Verify(t.Context(), minted.GetAccessToken())
	b.ok(err)
	want := authn.Role{Role: "coordinator", Scope: committee, Assignment: annasRole}
	if id.Subject != anna || len(id.Roles) != 1 || id.Roles[0] != want || id.Session == "" {
		t.Errorf("got %+v", id)
	}
	if got := id.Expires.Sub(b.clock.Now()); got != 5*time.Minute {
		t.Errorf("life: got %s, want 5m", got)
	}
	b.clock.advance(12 * time.Hour)
	_, err = b.mint(session)
	b.unauthenticated("session over", err)
	_, err = b.mint(&directoryv1.SignInResponse{SessionSecret: "unknown"})
	b.unauthenticated("unknown session", err)
}

// TestProcessToken: notification, and no other service, gets a token with the one role that is its own.
func TestProcessToken(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	issued, err := b.sessions.IssueProcessToken(b.process(), &directoryv1.IssueProcessTokenRequest{Service: "notification"})
	b.ok(err)
	keys, err := b.sessions.GetVerificationKeys(b.process(), &directoryv1.GetVerificationKeysRequest{})
	b.ok(err)
	id, err := authn.NewVerifier(authn.Issuer, authn.StaticKeys(keys.GetJwks()), b.clock).Verify(t.Context(), issued.GetAccessToken())
	b.ok(err)
	if want := (authn.Role{Role: "notifier", Scope: "-"}); id.Subject != "serviceAccounts/notification" || len(id.Roles) != 1 || id.Roles[0] != want {
		t.Errorf("got %+v", id)
	}
	if got := id.Expires.Sub(b.clock.Now()); got != 5*time.Minute || !issued.GetExpireTime().AsTime().Equal(id.Expires) {
		t.Errorf("life: got %s, stated %s, want 5m", got, issued.GetExpireTime().AsTime())
	}
	ctx := authn.WithToken(t.Context(), issued.GetAccessToken())
	people, err := b.directory.ListPeople(ctx, &directoryv1.ListPeopleRequest{Parent: m})
	b.ok(err)
	if len(people.GetPeople()) == 0 {
		t.Error("the token shows no people")
	}
	_, err = b.directory.UpdatePerson(ctx, &directoryv1.UpdatePersonRequest{Person: people.GetPeople()[0]})
	b.refused("a write", err, fault.Denied, "PERMISSION_DENIED")
	for _, service := range []string{"reporting", "Notification", "operator"} {
		_, err := b.sessions.IssueProcessToken(b.process(), &directoryv1.IssueProcessTokenRequest{Service: service})
		b.refused(service, err, fault.Denied, "PERMISSION_DENIED")
	}
	_, err = b.sessions.IssueProcessToken(b.operator(), &directoryv1.IssueProcessTokenRequest{Service: "notification"})
	b.refused("an operator", err, fault.Denied, "PERMISSION_DENIED")
}

// TestNobodyIsNotifier: the role of the process is none that people, accounts or the command line can be given.
func TestNobodyIsNotifier(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	for number, name := range directoryv1.Role_name {
		if name == "ROLE_NOTIFIER" {
			t.Errorf("role %d is one that a person can be given", number)
		}
	}
	for parent, scope := range map[string]string{m: committee, "municipalities/-": "-"} {
		_, err := b.directory.CreateServiceAccount(b.operator(), &directoryv1.CreateServiceAccountRequest{Parent: parent,
			ServiceAccount: &directoryv1.ServiceAccount{Title: "System", Roles: []*directoryv1.ServiceAccountRole{{Role: "notifier", Scope: scope}}}})
		b.refused("an account of "+parent, err, fault.Invalid, "INVALID_FIELDS")
	}
	_, err := directory.MintLocal(t.Context(), b.db, b.clock, "notifier", "platform")
	b.refused("the command line", err, fault.Invalid, "INVALID_FIELDS")
}

func TestRolesOfTheDay(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	for id, days := range map[string][2]string{"past": {"2025-01-01", "2025-05-11"}, "today": {"2025-05-12", "2025-05-12"},
		"tomorrow": {"2025-05-13", ""}} {
		_, err := b.directory.CreateRoleAssignment(b.operator(), &directoryv1.CreateRoleAssignmentRequest{Parent: m, RoleAssignmentId: id,
			RoleAssignment: &directoryv1.RoleAssignment{Person: anna, Role: directoryv1.Role_ROLE_OWNER, Scope: committee,
				ValidFrom: days[0], ValidTo: days[1]}})
		b.ok(err)
	}
	session := b.signedIn(anna)
	held := func() string {
		minted, err := b.mint(session)
		b.ok(err)
		var ids []string
		for _, r := range minted.GetRoles() {
			ids = append(ids, strings.TrimPrefix(r.GetAssignment(), m+"/roleAssignments/"))
		}
		return strings.Join(ids, " ")
	}
	if got, want := held(), "anna-c today"; got != want {
		t.Errorf("in the morning: got %q, want %q", got, want)
	}
	session = b.lateSession(14*time.Hour - time.Microsecond) // 10:00 to just before midnight in Sweden
	if got, want := held(), "anna-c today"; got != want {
		t.Errorf("before midnight: got %q, want %q", got, want)
	}
	b.clock.advance(time.Microsecond)
	if got, want := held(), "anna-c tomorrow"; got != want {
		t.Errorf("after midnight: got %q, want %q", got, want)
	}
}

// lateSession moves the clock and signs Anna in anew.
func (b *bench) lateSession(after time.Duration) *directoryv1.SignInResponse {
	b.t.Helper()
	b.clock.advance(after)
	b.refresh()
	return b.signedIn(anna)
}

// works reports whether a token still opens the directory.
func (b *bench) tokenStillWorks(what string, token func() error, want bool) {
	b.t.Helper()
	err := token()
	if (err == nil) != want {
		b.t.Errorf("%s: got %v, want it to work: %t", what, err, want)
	}
}

func TestSignOut(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	session, other := b.signedIn(anna), b.signedIn(anna)
	ctx, otherCtx := b.token(session), b.token(other)
	get := func() error {
		_, err := b.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: m})
		return err
	}
	b.tokenStillWorks("before", get, true)
	b.clock.advance(time.Second)
	for range 2 {
		_, err := b.sessions.SignOut(b.process(), &directoryv1.SignOutRequest{SessionSecret: session.GetSessionSecret()})
		b.ok(err)
	}
	_, err := b.mint(session)
	b.unauthenticated("ended session", err)
	b.refresh()
	b.tokenStillWorks("after", get, false)
	_, err = b.directory.GetMunicipality(otherCtx, &directoryv1.GetMunicipalityRequest{Name: m})
	b.ok(err)
	list, err := b.sessions.ListRevocations(b.process(), &directoryv1.ListRevocationsRequest{})
	b.ok(err)
	if len(list.GetRevocations()) != 1 || list.GetRevocations()[0].GetSession() == "" || !list.GetRevocations()[0].GetRevokeTime().AsTime().Equal(b.clock.Now()) {
		t.Errorf("got %v", list)
	}
	b.clock.advance(10 * time.Minute)
	list, err = b.sessions.ListRevocations(b.process(), &directoryv1.ListRevocationsRequest{})
	b.ok(err)
	if len(list.GetRevocations()) != 0 {
		t.Errorf("after the life of a token: got %v", list)
	}
}

func TestDisabledPersonIsShutOut(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	session := b.signedIn(anna)
	_, err := b.sessions.SetPassword(b.token(session), &directoryv1.SetPasswordRequest{Password: password})
	b.ok(err)
	link, err := b.sessions.CreateSignInLink(b.operator(), &directoryv1.CreateSignInLinkRequest{Person: anna})
	b.ok(err)
	ctx := b.token(session)
	b.clock.advance(time.Second)
	b.disable(true)
	b.refresh()
	_, err = b.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: m})
	b.refused("token", err, fault.Unauthenticated, "UNAUTHENTICATED")
	_, err = b.mint(session)
	b.unauthenticated("session", err)
	_, err = b.byPassword("anna@exempel.se", password)
	b.unauthenticated("password", err)
	_, err = b.byLink(link.GetSecret())
	b.unauthenticated("link", err)
	b.disable(false)
	_, err = b.byPassword("anna@exempel.se", password)
	b.ok(err)
}

func TestEndedRole(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	session := b.signedIn(anna)
	ctx := b.token(session)
	b.clock.advance(time.Second)
	_, err := b.directory.UpdateRoleAssignment(b.operator(), &directoryv1.UpdateRoleAssignmentRequest{
		RoleAssignment: &directoryv1.RoleAssignment{Name: annasRole, ValidTo: "2025-05-11"}, UpdateMask: mask("valid_to")})
	b.ok(err)
	b.refresh()
	_, err = b.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: m})
	b.refused("token made before", err, fault.Unauthenticated, "UNAUTHENTICATED")
	b.clock.advance(time.Second)
	minted, err := b.mint(session)
	b.ok(err)
	if len(minted.GetRoles()) != 0 {
		t.Errorf("got roles %v", minted.GetRoles())
	}
	_, err = b.directory.GetMunicipality(authn.WithToken(t.Context(), minted.GetAccessToken()), &directoryv1.GetMunicipalityRequest{Name: m})
	b.refused("token made after", err, fault.Denied, "PERMISSION_DENIED")
	got, err := b.directory.GetRoleAssignment(b.operator(), &directoryv1.GetRoleAssignmentRequest{Name: annasRole})
	b.ok(err)
	if got.GetPerson() != anna || got.GetValidTo() != "2025-05-11" {
		t.Errorf("the assignment is kept: got %v", got)
	}
}

func TestTitleRevokesNothing(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	_, err := b.directory.UpdateRoleAssignment(b.operator(), &directoryv1.UpdateRoleAssignmentRequest{
		RoleAssignment: &directoryv1.RoleAssignment{Name: annasRole, Title: "controller"}, UpdateMask: mask("title")})
	b.ok(err)
	list, err := b.service.Revocations(t.Context())
	b.ok(err)
	if len(list) != 0 {
		t.Errorf("got %v", list)
	}
}

func TestSignInIsForProcesses(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx := b.operator()
	_, err := b.sessions.SignIn(ctx, &directoryv1.SignInRequest{Credential: &directoryv1.SignInRequest_LinkSecret{LinkSecret: "x"}})
	b.refused("SignIn", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.sessions.MintToken(ctx, &directoryv1.MintTokenRequest{SessionSecret: "x"})
	b.refused("MintToken", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.sessions.ListRevocations(ctx, &directoryv1.ListRevocationsRequest{})
	b.refused("ListRevocations", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.sessions.GetVerificationKeys(t.Context(), &directoryv1.GetVerificationKeysRequest{})
	b.refused("GetVerificationKeys", err, fault.Unauthenticated, "UNAUTHENTICATED")
	_, err = b.sessions.SignIn(b.process(), &directoryv1.SignInRequest{})
	b.refused("no credential", err, fault.Invalid, "INVALID_FIELDS")
}

func TestDemo(t *testing.T) {
	b := seeded(t, directory.Config{Demo: true})
	b.person("bo", "")
	b.person("cecilia", "")
	b.role("cecilia-c", m+"/people/cecilia", directoryv1.Role_ROLE_MEMBER, committee)
	list, err := b.sessions.ListDemoPeople(b.process(), &directoryv1.ListDemoPeopleRequest{})
	b.ok(err)
	if got := list.GetPeople(); len(got) != 2 || got[0].GetPerson() != anna || got[0].GetRoles()[0].GetRole() != "coordinator" || got[1].GetPerson() != m+"/people/cecilia" {
		t.Errorf("got %v", got)
	}
	demo := func(person string) (*directoryv1.SignInResponse, error) {
		return b.sessions.SignIn(b.process(), &directoryv1.SignInRequest{Credential: &directoryv1.SignInRequest_DemoPerson{DemoPerson: person}})
	}
	session, err := demo(anna)
	b.ok(err)
	if _, err := b.mint(session); err != nil {
		t.Error(err)
	}
	_, err = demo(m + "/people/x")
	b.unauthenticated("nobody", err)
	_, err = demo("x")
	b.unauthenticated("no name", err)
}

func TestNoDemo(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	_, err := b.sessions.ListDemoPeople(b.process(), &directoryv1.ListDemoPeopleRequest{})
	b.refused("list", err, fault.Precondition, "WRONG_STATE")
	_, err = b.sessions.SignIn(b.process(), &directoryv1.SignInRequest{Credential: &directoryv1.SignInRequest_DemoPerson{DemoPerson: anna}})
	b.refused("sign in", err, fault.Precondition, "WRONG_STATE")
}
