package sqlstore_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is when every test begins.
func start() time.Time { return time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC) }

type clockAt time.Time

func (c clockAt) Now() time.Time { return time.Time(c) }

// each runs a test on both engines.
func each(t *testing.T, fn func(t *testing.T, db sqldb.DB)) {
	t.Helper()
	sqldbtest.Run(t, sqlstore.Migrations(), fn)
}

// write stores statements in a transaction of a tenant.
func write(t *testing.T, db sqldb.DB, tenant string, stmts ...sqldb.Stmt) {
	t.Helper()
	if err := db.Write(t.Context(), tenant, nil, sqldb.Stmts(stmts...)); err != nil {
		t.Fatal(err)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

const anna = "municipalities/m/people/anna"

func TestEveryTableKeepsItsResources(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		tables := sqlstore.NewTables()
		store := resource.NewStore("directory", db, clockAt(start()), tables.All()...)
		all := []proto.Message{
			&directoryv1.Municipality{Name: "municipalities/m", DisplayName: "Åmåls kommun"},
			&directoryv1.Committee{Name: "municipalities/m/committees/c", DisplayName: "Nämnden", Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_EXECUTIVE},
			&directoryv1.Unit{Name: "municipalities/m/committees/c/units/u", DisplayName: "Enhet", Position: 3},
			&directoryv1.Person{Name: anna, DisplayName: "Anna", Email: "Anna@exempel.se", Disabled: true},
			&directoryv1.Person{Name: "municipalities/m/people/bo", DisplayName: "Bo"},
			&directoryv1.Person{Name: "municipalities/m/people/cissi", DisplayName: "Cissi"},
			&directoryv1.RoleAssignment{Name: "municipalities/m/roleAssignments/r", Person: anna, Role: directoryv1.Role_ROLE_MEMBER, Scope: "municipalities/m/committees/c"},
			&directoryv1.ServiceAccount{Name: "municipalities/m/serviceAccounts/s", Title: "Systemet", Disabled: true,
				Roles: []*directoryv1.ServiceAccountRole{{Role: "auditor", Scope: "municipalities/m"}}},
		}
		w := resource.Write{Scopes: []string{"municipalities/m", "municipalities/m/committees/c"}, Method: "test"}
		err := store.Write(t.Context(), w, func(ctx context.Context, tx *resource.Tx) error {
			for _, m := range all {
				if err := tx.Stage(ctx, store.TableOf(m.ProtoReflect().Descriptor().FullName()), proto.Clone(m)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		roles, _, err := tables.RoleAssignments.List(t.Context(), store, resource.Query{Parent: "municipalities/m",
			Where: []resource.Filter{resource.Equal("person", anna), resource.Equal("role_scope", "municipalities/m/committees/c")}})
		if err != nil || len(roles) != 1 {
			t.Errorf("roles of a person on a scope: got %v, %v", roles, err)
		}
		own, _, err := tables.Municipalities.List(t.Context(), store, resource.Query{Parent: "-",
			Where: []resource.Filter{{Column: "id", In: []string{"m", "x"}}}})
		if err != nil || len(own) != 1 {
			t.Errorf("own municipalities: got %v, %v", own, err)
		}
		if err := store.Verify(t.Context(), func(p journal.Problem) { t.Errorf("verify: %s", p) }); err != nil {
			t.Error(err)
		}
		if got := must[[]string](t)(sqlstore.Tenants(t.Context(), db)); !slices.Equal(got, []string{"m"}) {
			t.Errorf("tenants: got %v", got)
		}
		if err := db.Write(t.Context(), "m", nil, sqldb.Stmts(sqlstore.KeepPassword(anna, "hash", time.Unix(0, 0)))); err != nil {
			t.Fatal(err)
		}
		for tenant, want := range map[string]bool{"m": true, "n": false, "-": false} {
			if got := must[bool](t)(sqlstore.AnyPassword(t.Context(), db, tenant)); got != want {
				t.Errorf("passwords in %s: got %t, want %t", tenant, got, want)
			}
		}
		checkEmailTaken(t, db)
		checkRevokeHolder(t, db)
	})
}

func checkEmailTaken(t *testing.T, db sqldb.DB) {
	t.Helper()
	for name, want := range map[string]bool{anna: false, "municipalities/m/people/bo": true} {
		taken := false
		stmt := sqlstore.EmailTaken(&directoryv1.Person{Name: name, Email: "ANNA@exempel.se"}, &taken)
		if err := db.Read(t.Context(), "m", stmt); err != nil || taken != want {
			t.Errorf("Anna's address for %s: got taken %t, %v, want %t", name, taken, err, want)
		}
	}
}

func checkRevokeHolder(t *testing.T, db sqldb.DB) {
	t.Helper()
	for range 2 {
		write(t, db, "m", sqlstore.RevokeHolder("municipalities/m/roleAssignments/r", start()))
	}
	list := must[[]authn.Revocation](t)(sqlstore.Revocations(t.Context(), db, start()))
	if len(list) != 1 || list[0].Subject != anna {
		t.Errorf("got %v", list)
	}
}

func TestLogins(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		other := "municipalities/a/people/anna"
		write(t, db, "", sqlstore.KeepLogin(&directoryv1.Person{Name: anna, Email: "anna@exempel.se"})...)
		write(t, db, "", sqlstore.KeepLogin(&directoryv1.Person{Name: other, Email: "ANNA@exempel.se"})...)
		find := func(email string) []string { return must[[]string](t)(sqlstore.FindLogins(t.Context(), db, email)) }
		if got := find("Anna@Exempel.se"); !slices.Equal(got, []string{other, anna}) {
			t.Errorf("got %v", got)
		}
		write(t, db, "", sqlstore.KeepLogin(&directoryv1.Person{Name: anna, Email: "ny@exempel.se"})...)
		write(t, db, "", sqlstore.KeepLogin(&directoryv1.Person{Name: other})...)
		if got := find("anna@exempel.se"); len(got) != 0 {
			t.Errorf("the old address: got %v", got)
		}
		if got := find("ny@exempel.se"); !slices.Equal(got, []string{anna}) {
			t.Errorf("the new address: got %v", got)
		}
	})
}

func TestPasswords(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		find := func(person string) string { return must[string](t)(sqlstore.FindPassword(t.Context(), db, person)) }
		if got := find(anna); got != "" {
			t.Errorf("before: got %q", got)
		}
		for _, hash := range []string{"first", "second"} {
			write(t, db, "m", sqlstore.KeepPassword(anna, hash, start()))
			if got := find(anna); got != hash {
				t.Errorf("got %q, want %q", got, hash)
			}
		}
		if got := find("municipalities/n/people/anna"); got != "" {
			t.Errorf("of another: got %q", got)
		}
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		now := start()
		for _, id := range []string{"one", "two", "three"} {
			write(t, db, "", sqlstore.OpenSession(sqlstore.Session{ID: id, Person: anna, Expires: now.Add(time.Hour)}, []byte("hash of "+id), now))
		}
		find := func(id string, at time.Time) *sqlstore.Session {
			return must[*sqlstore.Session](t)(sqlstore.FindSession(t.Context(), db, []byte("hash of "+id), at))
		}
		if got := find("one", now); got == nil || got.Person != anna || !got.Expires.Equal(now.Add(time.Hour)) {
			t.Errorf("got %+v", got)
		}
		if got := find("one", now.Add(time.Hour)); got != nil {
			t.Errorf("expired: got %+v", got)
		}
		write(t, db, "", sqlstore.EndSession("one", now)...)
		write(t, db, "", sqlstore.EndSessions(anna, "three"))
		for id, want := range map[string]bool{"one": false, "two": false, "three": true} {
			if got := find(id, now) != nil; got != want {
				t.Errorf("session %s: got %t, want %t", id, got, want)
			}
		}
		if list := must[[]authn.Revocation](t)(sqlstore.Revocations(t.Context(), db, now)); len(list) != 1 || list[0].Session != "one" {
			t.Errorf("revocations: got %v", list)
		}
	})
}

func TestLinks(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		now, hash := start(), []byte("hash")
		write(t, db, "", sqlstore.KeepLink(hash, anna, now, now.Add(time.Hour)))
		for at, want := range map[time.Time]string{now: anna, now.Add(time.Hour): ""} {
			if got := must[string](t)(sqlstore.FindLink(t.Context(), db, hash, at)); got != want {
				t.Errorf("at %s: got %q, want %q", at, got, want)
			}
		}
		for _, step := range []struct {
			at   time.Time
			want int64
		}{{now.Add(time.Hour), 0}, {now, 1}, {now, 0}} {
			var spent int64
			write(t, db, "", sqlstore.SpendLink(hash, step.at, &spent))
			if spent != step.want {
				t.Errorf("spent: got %d, want %d", spent, step.want)
			}
		}
		write(t, db, "", sqlstore.KeepLink(hash, anna, now, now.Add(time.Hour)), sqlstore.DropLinks(anna))
		if got := must[string](t)(sqlstore.FindLink(t.Context(), db, hash, now)); got != "" {
			t.Errorf("dropped: got %q", got)
		}
	})
}

// TestAttemptsSideBySide: however many attempts come at once, no more than five look at the password.
func TestAttemptsSideBySide(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for range 12 {
			wg.Go(func() {
				wait, err := sqlstore.TakeAttempt(t.Context(), db, "anna@exempel.se", start())
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if err == nil && wait == 0 {
					taken++
				}
			})
		}
		wg.Wait()
		if taken != 5 {
			t.Errorf("got %d attempts, want 5", taken)
		}
		wait := must[time.Duration](t)(sqlstore.TakeAttempt(t.Context(), db, "ANNA@exempel.se", start().Add(10*time.Second)))
		if wait != 20*time.Second {
			t.Errorf("got %s, want 20s", wait)
		}
		write(t, db, "", sqlstore.ClearFailures("anna@exempel.se"))
		if wait := must[time.Duration](t)(sqlstore.TakeAttempt(t.Context(), db, "anna@exempel.se", start())); wait != 0 {
			t.Errorf("cleared: got %s", wait)
		}
	})
}

func TestSigningKeys(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		keys := func() []authn.Key { return must[[]authn.Key](t)(sqlstore.SigningKeys(t.Context(), db)) }
		if got := keys(); len(got) != 0 {
			t.Fatalf("got %v", got)
		}
		first := must[[]authn.Key](t)(sqlstore.EnsureSigningKeys(t.Context(), db, clockAt(start())))
		again := must[[]authn.Key](t)(sqlstore.EnsureSigningKeys(t.Context(), db, clockAt(start())))
		if len(first) != 1 || len(again) != 1 || !first[0].Private.Equal(again[0].Private) || first[0].ID != again[0].ID {
			t.Fatalf("got %v, then %v", first, again)
		}
		// Also when the clock has been set back, the newest is that which came last.
		if err := sqlstore.AddSigningKey(t.Context(), db, clockAt(start().Add(-time.Hour)), false); err != nil {
			t.Fatal(err)
		}
		second := keys()
		if len(second) != 2 || second[0].ID == first[0].ID || second[1].ID != first[0].ID {
			t.Errorf("the newest is not first: got %v", second)
		}
		if err := sqlstore.AddSigningKey(t.Context(), db, clockAt(start()), true); err != nil {
			t.Fatal(err)
		}
		if got := keys(); len(got) != 1 || got[0].ID == first[0].ID || got[0].ID == second[0].ID {
			t.Errorf("the others are not forgotten: got %v", got)
		}
	})
}

func TestPurge(t *testing.T) {
	each(t, func(t *testing.T, db sqldb.DB) {
		now := start()
		write(t, db, "", sqlstore.OpenSession(sqlstore.Session{ID: "s", Person: anna, Expires: now.Add(time.Hour)}, []byte("s"), now),
			sqlstore.KeepLink([]byte("l"), anna, now, now.Add(time.Hour)), sqlstore.RevokeSubject(anna, now))
		must[time.Duration](t)(sqlstore.TakeAttempt(t.Context(), db, "anna@exempel.se", now))
		purgeTo(t, db, now, 4)
		purgeTo(t, db, now.Add(7*time.Minute), 3) // the revocation
		purgeTo(t, db, now.Add(time.Hour), 1)     // session and link
		purgeTo(t, db, now.Add(24*time.Hour), 0)  // the count of failures
	})
}

// purgeTo purges at a time and checks how many rows are left.
func purgeTo(t *testing.T, db sqldb.DB, at time.Time, want int64) {
	t.Helper()
	if err := sqlstore.Purge(t.Context(), db, at); err != nil {
		t.Fatal(err)
	}
	var left int64
	err := db.Read(t.Context(), "", sqldb.Stmt{SQL: `select (select count(*) from sessions) + (select count(*) from sign_in_links)
		+ (select count(*) from revocations) + (select count(*) from sign_in_failures)`, Each: func(r sqldb.Row) error { return r.Scan(&left) }})
	if err != nil || left != want {
		t.Errorf("at %s: got %d rows left, %v, want %d", at, left, err, want)
	}
}

func TestSecrets(t *testing.T) {
	const account, other = "municipalities/m/serviceAccounts/s", "municipalities/m/serviceAccounts/t"
	each(t, func(t *testing.T, db sqldb.DB) {
		for i, hash := range []string{"a", "b", "c"} {
			write(t, db, "m", sqlstore.KeepSecret(account, sqlstore.Secret{Hash: []byte(hash), Created: start().Add(time.Duration(i) * time.Hour)}))
		}
		write(t, db, "m", sqlstore.KeepSecret(other, sqlstore.Secret{Hash: []byte("a"), Created: start()}))
		hashes := func(account string) (found string) {
			for _, s := range must[[]sqlstore.Secret](t)(sqlstore.FindSecrets(t.Context(), db, account)) {
				found += string(s.Hash)
			}
			return found
		}
		if got := hashes(account); got != "cba" {
			t.Errorf("got %q, want the newest first", got)
		}
		write(t, db, "m", sqlstore.DropSecret(account, []byte("a")))
		if got := hashes(account) + " " + hashes(other); got != "cb a" {
			t.Errorf("after one is dropped: got %q", got)
		}
		write(t, db, "m", sqlstore.DropSecrets(account))
		if got := hashes(account) + " " + hashes(other); got != " a" {
			t.Errorf("after all are dropped: got %q", got)
		}
	})
}

// TestRowLevelSecurity: PostgreSQL itself keeps what one municipality has from another, whatever the statement.
func TestRowLevelSecurity(t *testing.T) {
	db := sqldbtest.Open(t, sqldb.PostgreSQL, sqlstore.Migrations())
	write(t, db, "m", sqlstore.KeepPassword(anna, "hash", start()),
		sqlstore.KeepSecret("municipalities/m/serviceAccounts/s", sqlstore.Secret{Hash: []byte("hash"), Created: start()}))
	for tenant, want := range map[string]int64{"m": 2, "n": 0, "": 0} {
		var count int64
		stmt := sqldb.Stmt{SQL: `select (select count(*) from passwords) + (select count(*) from service_account_secrets)`,
			Each: func(r sqldb.Row) error { return r.Scan(&count) }}
		if err := db.Read(t.Context(), tenant, stmt); err != nil || count != want {
			t.Errorf("credentials as %q: got %d, %v, want %d", tenant, count, err, want)
		}
	}
}
