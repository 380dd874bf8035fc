package directory_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	"github.com/uppsikt/uppsikt/services/directory"
)

const system = m + "/serviceAccounts/arenden"

// account makes the service account of a case system that may read a committee's content.
func (b *bench) account(roles ...*directoryv1.ServiceAccountRole) *directoryv1.ServiceAccount {
	b.t.Helper()
	if len(roles) == 0 {
		roles = []*directoryv1.ServiceAccountRole{{Role: "auditor", Scope: committee}}
	}
	a, err := b.directory.CreateServiceAccount(b.as("administrator", m), &directoryv1.CreateServiceAccountRequest{Parent: m,
		ServiceAccountId: "arenden", ServiceAccount: &directoryv1.ServiceAccount{Title: "Ärendesystemet, IT-enheten", Roles: roles}})
	b.ok(err)
	return a
}

func (b *bench) secret() string {
	b.t.Helper()
	made, err := b.sessions.CreateServiceAccountSecret(b.as("administrator", m), &directoryv1.CreateServiceAccountSecretRequest{Name: system})
	b.ok(err)
	if made.GetClientId() != system || len(made.GetClientSecret()) < 52 {
		b.t.Errorf("got the client %q and a secret of %d characters", made.GetClientId(), len(made.GetClientSecret()))
	}
	return made.GetClientSecret()
}

func (b *bench) issue(account, secret string) (*directoryv1.IssueTokenResponse, error) {
	return b.sessions.IssueToken(b.process(), &directoryv1.IssueTokenRequest{ClientId: account, ClientSecret: secret})
}

// issued returns a context that calls with a token of the account.
func (b *bench) issued(secret string) context.Context {
	b.t.Helper()
	token, err := b.issue(system, secret)
	b.ok(err)
	if got, want := token.GetExpireTime().AsTime(), b.clock.Now().Add(5*time.Minute); !got.Equal(want) {
		b.t.Errorf("expires: got %s, want %s", got, want)
	}
	return authn.WithToken(b.t.Context(), token.GetAccessToken())
}

// shut checks that the account gets no token by a secret, with the one answer that does not tell why.
func (b *bench) shut(what, account, secret string) {
	b.t.Helper()
	_, err := b.issue(account, secret)
	f := b.faultOf(what, err, fault.Unauthenticated, "UNAUTHENTICATED")
	if want := "the account or its secret is wrong, or the account is disabled"; f.English != want {
		b.t.Errorf("%s: got %q, want %q", what, f.English, want)
	}
}

// reads checks whether a context reads the committee.
func (b *bench) reads(what string, ctx context.Context, want bool) {
	b.t.Helper()
	b.tokenStillWorks(what, func() error {
		_, err := b.directory.GetCommittee(ctx, &directoryv1.GetCommitteeRequest{Name: committee})
		return err
	}, want)
}

// TestServiceAccountOnBothEngines goes from a new account to a deleted one on each engine.
func TestServiceAccountOnBothEngines(t *testing.T) {
	sqldbtest.Run(t, directory.Migrations(), func(t *testing.T, db sqldb.DB) {
		b := openOn(t, db, directory.DefaultConfig())
		_, err := b.load(b.operator(), m, false, file()...)
		b.ok(err)
		created := b.account()
		first := b.secret()
		b.clock.advance(time.Second)
		ctx := b.issued(first)
		b.reads("a new token", ctx, true)
		id, err := b.verifier.Verify(t.Context(), tokenOf(ctx))
		b.ok(err)
		if id.Subject != system || fmt.Sprint(id.Roles) != fmt.Sprint([]authn.Role{{Role: "auditor", Scope: committee}}) {
			t.Errorf("got %s with %v", id.Subject, id.Roles)
		}
		got, err := b.directory.GetServiceAccount(b.as("administrator", m), &directoryv1.GetServiceAccountRequest{Name: system})
		b.ok(err)
		if len(got.GetSecretCreateTimes()) != 1 || got.GetTitle() != created.GetTitle() {
			t.Errorf("got %v", got)
		}
		b.clock.advance(time.Second)
		_, err = b.directory.DeleteServiceAccount(b.as("administrator", m), &directoryv1.DeleteServiceAccountRequest{Name: system, Reason: "systemet är avvecklat"})
		b.ok(err)
		b.shut("deleted", system, first)
		b.refresh()
		b.reads("a token of a deleted account", ctx, false)
		b.account()
		b.shut("made anew, with the old secret", system, first)
		b.verified()
	})
}

func tokenOf(ctx context.Context) string {
	id, _ := authn.From(ctx)
	return id.Token
}

func TestTwoSecretsWorkSideBySide(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	b.account()
	var secrets []string
	for range 3 {
		secrets = append(secrets, b.secret())
		b.clock.advance(time.Hour)
		b.refresh()
		for i, secret := range secrets {
			if i < len(secrets)-2 {
				b.shut("the oldest of three", system, secret)
				continue
			}
			b.reads("a secret that works", b.issued(secret), true)
		}
	}
	got, err := b.directory.GetServiceAccount(b.operator(), &directoryv1.GetServiceAccountRequest{Name: system})
	b.ok(err)
	if times := got.GetSecretCreateTimes(); len(times) != 2 || times[1].AsTime().Sub(times[0].AsTime()) != time.Hour {
		t.Errorf("got the times %v", times)
	}
	b.verified()
}

func TestWhatStopsTokens(t *testing.T) {
	for name, stop := range map[string]func(b *bench) error{
		"disabled": func(b *bench) error {
			_, err := b.directory.UpdateServiceAccount(b.operator(), &directoryv1.UpdateServiceAccountRequest{
				ServiceAccount: &directoryv1.ServiceAccount{Name: system, Disabled: true}, UpdateMask: mask("disabled")})
			return err
		},
		"without secrets": func(b *bench) error {
			_, err := b.sessions.DeleteServiceAccountSecrets(b.operator(), &directoryv1.DeleteServiceAccountSecretsRequest{Name: system, Reason: "läckt"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := seeded(t, directory.DefaultConfig())
			b.account()
			secret := b.secret()
			ctx := b.issued(secret)
			b.clock.advance(time.Second)
			b.ok(stop(b))
			b.shut("secret", system, secret)
			b.refresh()
			b.reads("token", ctx, false)
			b.verified()
		})
	}
}

func TestRolesOfAnAccountFollow(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	b.account(&directoryv1.ServiceAccountRole{Role: "auditor", Scope: committee}, &directoryv1.ServiceAccountRole{Role: "secretary", Scope: committee})
	secret := b.secret()
	ctx := b.issued(secret)
	b.clock.advance(time.Second)
	change := func(roles ...*directoryv1.ServiceAccountRole) {
		_, err := b.directory.UpdateServiceAccount(b.operator(), &directoryv1.UpdateServiceAccountRequest{
			ServiceAccount: &directoryv1.ServiceAccount{Name: system, Roles: roles}, UpdateMask: mask("roles")})
		b.ok(err)
		b.refresh()
	}
	change(&directoryv1.ServiceAccountRole{Role: "auditor", Scope: committee}, &directoryv1.ServiceAccountRole{Role: "secretary", Scope: committee},
		&directoryv1.ServiceAccountRole{Role: "auditor", Scope: m})
	b.reads("more rights revoke nothing", ctx, true)
	change(&directoryv1.ServiceAccountRole{Role: "auditor", Scope: m})
	b.reads("fewer rights", ctx, false)
	b.clock.advance(time.Second)
	b.reads("a token with what is left", b.issued(secret), true)
}

func TestFailuresAreSlowedButLockNobodyOut(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	b.account()
	secret := b.secret()
	for _, account := range []string{system, m + "/serviceAccounts/finns-inte", "inget-namn"} {
		for range 5 {
			b.shut(account, account, "fel")
		}
		_, err := b.issue(account, "fel")
		b.refused("the sixth for "+account, err, fault.Exhausted, "LIMIT_EXCEEDED")
	}
	b.reads("the right secret meanwhile", b.issued(secret), true)
	b.clock.advance(time.Minute)
	b.refresh()
	b.shut("after the wait", system, "fel")
}

func TestServiceAccountRules(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	for what, tt := range map[string]struct {
		parent, role, scope, want string
	}{
		"owner":                    {m, "owner", committee, "service_account.roles[0].role:ROLE_NEEDS_PERSON"},
		"manager":                  {m, "manager", committee, "service_account.roles[0].role:ROLE_NEEDS_PERSON"},
		"unknown role":             {m, "root", committee, "service_account.roles[0].role:UNKNOWN_ROLE"},
		"unit":                     {m, "official", committee + "/units/u", "service_account.roles[0].scope:ROLE_SCOPE"},
		"another municipality":     {m, "auditor", "municipalities/n", "service_account.roles[0].scope:OUTSIDE_SCOPE"},
		"the platform":             {m, "operator", "-", "service_account.roles[0].scope:OUTSIDE_SCOPE"},
		"a platform's, elsewhere":  {platform, "auditor", m, "service_account.roles[0].scope:OUTSIDE_SCOPE"},
		"absent committee":         {m, "auditor", m + "/committees/x", "service_account.roles[0].scope:NOT_FOUND"},
		"member of a municipality": {m, "member", m, "service_account.roles[0].scope:ROLE_SCOPE"},
	} {
		_, err := b.directory.CreateServiceAccount(b.operator(), &directoryv1.CreateServiceAccountRequest{Parent: tt.parent,
			ServiceAccount: &directoryv1.ServiceAccount{Title: "X", Roles: []*directoryv1.ServiceAccountRole{{Role: tt.role, Scope: tt.scope}}}})
		b.invalid(what, err, tt.want)
	}
	same := &directoryv1.ServiceAccountRole{Role: "auditor", Scope: m}
	_, err := b.directory.CreateServiceAccount(b.operator(), &directoryv1.CreateServiceAccountRequest{Parent: m,
		ServiceAccount: &directoryv1.ServiceAccount{Title: "X", Roles: []*directoryv1.ServiceAccountRole{same, same}}})
	b.invalid("twice", err, "service_account.roles[1]:DUPLICATE")
	_, err = b.directory.CreateServiceAccount(b.operator(), &directoryv1.CreateServiceAccountRequest{Parent: m, ServiceAccount: &directoryv1.ServiceAccount{Title: "X"}})
	b.refused("no role", err, fault.Invalid, "INVALID_FIELDS")
	_, err = b.directory.CreateServiceAccount(b.operator(), &directoryv1.CreateServiceAccountRequest{Parent: "municipalities/absent",
		ServiceAccount: &directoryv1.ServiceAccount{Title: "X", Roles: []*directoryv1.ServiceAccountRole{{Role: "auditor", Scope: "municipalities/absent"}}}})
	b.refused("no municipality", err, fault.NotFound, "NOT_FOUND")
}

func TestWhoManagesServiceAccounts(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	b.account()
	for _, ctx := range []context.Context{b.as("coordinator", m), b.as("administrator", committee), b.as("administrator", "municipalities/n")} {
		_, err := b.directory.GetServiceAccount(ctx, &directoryv1.GetServiceAccountRequest{Name: system})
		b.refused("get", err, fault.Denied, "PERMISSION_DENIED")
		_, err = b.sessions.CreateServiceAccountSecret(ctx, &directoryv1.CreateServiceAccountSecretRequest{Name: system})
		b.refused("secret", err, fault.Denied, "PERMISSION_DENIED")
	}
	onPlatform := &directoryv1.CreateServiceAccountRequest{Parent: platform, ServiceAccountId: "drift", ServiceAccount: &directoryv1.ServiceAccount{
		Title: "Säkerhetskopiering", Roles: []*directoryv1.ServiceAccountRole{{Role: "operator", Scope: "-"}}}}
	_, err := b.directory.CreateServiceAccount(b.as("administrator", m), onPlatform)
	b.refused("a platform account by a municipality", err, fault.Denied, "PERMISSION_DENIED")
	made, err := b.directory.CreateServiceAccount(b.as("administrator", "platform"), onPlatform)
	b.ok(err)
	secret, err := b.sessions.CreateServiceAccountSecret(b.operator(), &directoryv1.CreateServiceAccountSecretRequest{Name: made.GetName()})
	b.ok(err)
	token, err := b.issue(made.GetName(), secret.GetClientSecret())
	b.ok(err)
	_, err = b.directory.ListServiceAccounts(authn.WithToken(t.Context(), token.GetAccessToken()), &directoryv1.ListServiceAccountsRequest{Parent: m})
	b.ok(err)
	list, err := b.directory.ListServiceAccounts(b.as("administrator", m), &directoryv1.ListServiceAccountsRequest{Parent: m})
	b.ok(err)
	if len(list.GetServiceAccounts()) != 1 || list.GetServiceAccounts()[0].GetName() != system {
		t.Errorf("got %v", list)
	}
	_, err = b.issue(system, "x")
	b.refused("a wrong secret", err, fault.Unauthenticated, "UNAUTHENTICATED")
	_, err = b.sessions.IssueToken(b.operator(), &directoryv1.IssueTokenRequest{ClientId: system, ClientSecret: "x"})
	b.refused("issued to a person", err, fault.Denied, "PERMISSION_DENIED")
}

func TestSecretsAreMadeByTheirMethodOnly(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	created := b.account()
	_, err := b.directory.UpdateServiceAccount(b.operator(), &directoryv1.UpdateServiceAccountRequest{
		ServiceAccount: &directoryv1.ServiceAccount{Name: system}, UpdateMask: mask("secret_create_times")})
	b.invalid("times of secrets", err, "update_mask:READ_ONLY_FIELD")
	_, err = b.directory.UpdateServiceAccount(b.operator(), &directoryv1.UpdateServiceAccountRequest{
		ServiceAccount: &directoryv1.ServiceAccount{Name: system, Disabled: true}, UpdateMask: mask("disabled")})
	b.ok(err)
	_, err = b.sessions.CreateServiceAccountSecret(b.operator(), &directoryv1.CreateServiceAccountSecretRequest{Name: system})
	b.refused("for a disabled account", err, fault.Precondition, "WRONG_STATE")
	_, err = b.sessions.CreateServiceAccountSecret(b.operator(), &directoryv1.CreateServiceAccountSecretRequest{Name: m + "/serviceAccounts/x"})
	b.refused("for none", err, fault.NotFound, "NOT_FOUND")
	_, err = b.directory.UpdateServiceAccount(b.operator(), &directoryv1.UpdateServiceAccountRequest{
		ServiceAccount: &directoryv1.ServiceAccount{Name: system, Etag: created.GetEtag(), Title: "Y"}, UpdateMask: mask("title")})
	b.refused("stale", err, fault.Conflict, "STALE_ETAG")
}

// TestTheJournalNamesTheAccount: what a system did is told by its name, and so is each change of its secrets; no secret
// and no digest of one is in a state.
func TestTheJournalNamesTheAccount(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	b.account(&directoryv1.ServiceAccountRole{Role: "administrator", Scope: m})
	ctx := b.issued(b.secret())
	_, err := b.directory.UpdatePerson(ctx, &directoryv1.UpdatePersonRequest{Person: &directoryv1.Person{Name: anna, DisplayName: "Anna B"}, UpdateMask: mask("display_name")})
	b.ok(err)
	_, err = b.sessions.DeleteServiceAccountSecrets(b.operator(), &directoryv1.DeleteServiceAccountSecretsRequest{Name: system, Reason: "byts ut"})
	b.ok(err)
	ofAnna, err := b.journal.ListJournalEntries(b.as("administrator", m), &journalv1.ListJournalEntriesRequest{Name: anna})
	b.ok(err)
	if got := ofAnna.GetEntries()[0].GetActor(); got != system {
		t.Errorf("actor: got %q, want %q", got, system)
	}
	own, err := b.journal.ListJournalEntries(b.as("administrator", m), &journalv1.ListJournalEntriesRequest{Name: system})
	b.ok(err)
	var got []string
	for _, e := range own.GetEntries() {
		got = append(got, e.GetMethod()+" "+e.GetReason())
	}
	want := []string{
		"/uppsikt.directory.v1.SessionService/DeleteServiceAccountSecrets byts ut",
		"/uppsikt.directory.v1.SessionService/CreateServiceAccountSecret ",
		"/uppsikt.directory.v1.DirectoryService/CreateServiceAccount ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
}

func TestAccountsStayInTheirInstallation(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	before := b.export(m)
	a := b.account()
	b.secret()
	if diff := cmp.Diff(before, b.export(m), protocmp.Transform()); diff != "" {
		t.Errorf("the export holds more (-before +after):\n%s", diff)
	}
	answer, err := b.load(b.operator(), m, false, a)
	b.ok(err)
	if faults := answer.GetFaults(); len(faults) != 1 || faults[0].GetReason() != "UNKNOWN_TYPE" {
		t.Errorf("import: got %v, want one refusal", faults)
	}
}
