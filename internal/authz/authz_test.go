package authz

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}

const (
	directoryRead  = authzv1.Permission_PERMISSION_DIRECTORY_READ
	methodRead     = authzv1.Permission_PERMISSION_METHOD_READ
	planRead       = authzv1.Permission_PERMISSION_PLAN_READ
	planWrite      = authzv1.Permission_PERMISSION_PLAN_WRITE
	changesWatch   = authzv1.Permission_PERMISSION_CHANGES_WATCH
	platformManage = authzv1.Permission_PERMISSION_PLATFORM_MANAGE
	transfer       = authzv1.Permission_PERMISSION_TRANSFER
)

// golden compares got with a file of testdata, which people read when it changes.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := "testdata/" + file
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); review it, then run with -update:\n%s", path, diff)
	}
}

func TestRolesGolden(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-18s", "")
	for _, role := range Roles() {
		fmt.Fprintf(&b, " %-13s", role)
	}
	b.WriteString("\n")
	for number := int32(1); number < int32(len(authzv1.Permission_name)); number++ {
		p := Permission(number)
		fmt.Fprintf(&b, "%-18s", strings.TrimPrefix(p.String(), "PERMISSION_"))
		for _, role := range Roles() {
			mark := "."
			if slices.Contains(Granted(role), p) {
				mark = "yes"
			}
			fmt.Fprintf(&b, " %-13s", mark)
		}
		b.WriteString("\n")
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	golden(t, "roles.golden", strings.Join(lines, "\n"))
}

func TestUnknownRoleGrantsNothing(t *testing.T) {
	for _, role := range []string{"", "Coordinator", "root", "process"} {
		if got := Granted(role); len(got) > 0 {
			t.Errorf("Granted(%q): got %v, want none", role, got)
		}
	}
}

func TestNothingGrantsUnspecified(t *testing.T) {
	for _, role := range Roles() {
		if holds(role, authzv1.Permission_PERMISSION_UNSPECIFIED) {
			t.Errorf("%s holds PERMISSION_UNSPECIFIED", role)
		}
	}
}

func someone(role, scope string) *authn.Identity {
	return &authn.Identity{Subject: "municipalities/m/people/p", Roles: []authn.Role{{Role: role, Scope: scope}}}
}

const (
	m1   = "municipalities/m1"
	c1   = m1 + "/committees/c1"
	plan = c1 + "/plans/2025"
)

func TestCan(t *testing.T) {
	tests := []struct {
		name       string
		role, held string
		permission Permission
		wanted     string
		want       bool
	}{
		{"own committee", "coordinator", c1, planWrite, c1, true},
		{"below the committee", "coordinator", c1, planWrite, plan + "/riskEntries/e", true},
		{"another committee", "coordinator", c1, planWrite, m1 + "/committees/c2", false},
		{"a committee whose id begins alike", "coordinator", c1, planWrite, m1 + "/committees/c11/plans/2025", false},
		{"every committee at once", "coordinator", c1, planRead, m1 + "/committees/-", false},
		{"every committee at once, held on the municipality", "coordinator", m1, planRead, m1 + "/committees/-", true},
		{"a committee of the municipality", "coordinator", m1, planWrite, plan, true},
		{"another municipality", "coordinator", m1, planRead, "municipalities/m2", false},
		{"same committee id elsewhere", "coordinator", c1, planRead, "municipalities/m2/committees/c1", false},
		{"from a committee up", "coordinator", c1, planRead, m1, false},
		{"from a committee up to methods", "member", c1, methodRead, m1 + "/methods/k", true},
		{"from a committee up to the municipality", "member", c1, directoryRead, m1, true},
		{"from a committee to the methods of another", "member", c1, methodRead, m1 + "/committees/c2/methods/k", false},
		{"from a committee to methods elsewhere", "member", c1, methodRead, "municipalities/m2/methods/k", false},
		{"from a committee to the changes", "secretary", c1, changesWatch, m1, true},
		{"a common method is not a committee's to change", "coordinator", c1, authzv1.Permission_PERMISSION_METHOD_WRITE, m1 + "/methods/k", false},
		{"unit grants in its committee", "owner", c1 + "/units/u", planWrite, plan, true},
		{"unit grants nothing in another", "owner", c1 + "/units/u", planWrite, m1 + "/committees/c2", false},
		{"platform", "operator", Platform, platformManage, Platform, true},
		{"platform covers all", "operator", Platform, transfer, plan, true},
		{"operator of a municipality", "operator", m1, transfer, m1, true},
		{"operator of a municipality on the platform", "operator", m1, transfer, Platform, false},
		{"operator of a municipality manages no platform", "operator", m1, platformManage, m1, false},
		{"role without the permission", "member", c1, planWrite, plan, false},
		{"unknown role", "root", Platform, planRead, plan, false},
		{"malformed name", "coordinator", Platform, planWrite, "plans", false},
		{"malformed scope", "coordinator", "", planWrite, plan, false},
		{"scope of another kind", "coordinator", "tenants/t", planWrite, plan, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := someone(tt.role, tt.held)
			if got := Can(id, tt.permission, tt.wanted); got != tt.want {
				t.Errorf("Can(%s on %s, %s, %s): got %t, want %t", tt.role, tt.held, tt.permission, tt.wanted, got, tt.want)
			}
			err := Require(authn.With(t.Context(), id), tt.permission, tt.wanted)
			if tt.want != (err == nil) || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("Require: got %v", err)
			}
		})
	}
}

func TestSecondRoleCounts(t *testing.T) {
	id := someone("member", c1)
	id.Roles = append(id.Roles, authn.Role{Role: "coordinator", Scope: m1 + "/committees/c2"})
	if !Can(id, planWrite, m1+"/committees/c2/plans/2025") || Can(id, planWrite, plan) {
		t.Error("each role must hold in its own scope only")
	}
}

func TestRequireWithoutCaller(t *testing.T) {
	if err := Require(context.Background(), planRead, c1); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("got %v, want Unauthenticated", err)
	}
	if Can(nil, planRead, c1) || Scopes(nil, planRead) != nil {
		t.Error("nobody may do something")
	}
}

func TestScopes(t *testing.T) {
	c2 := m1 + "/committees/c2"
	id := &authn.Identity{Roles: []authn.Role{
		{Role: "owner", Scope: c1 + "/units/u"}, {Role: "coordinator", Scope: c1}, {Role: "member", Scope: m1},
		{Role: "coordinator", Scope: c2}, {Role: "administrator", Scope: "municipalities/m2"}, {Role: "operator", Scope: "broken"},
	}}
	if diff := cmp.Diff([]string{c1, c2}, Scopes(id, planWrite)); diff != "" {
		t.Errorf("planWrite (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{m1}, Scopes(id, planRead)); diff != "" {
		t.Errorf("planRead (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{Platform}, Scopes(&authn.Identity{Roles: []authn.Role{
		{Role: "operator", Scope: Platform}, {Role: "coordinator", Scope: m1}}}, planRead)); diff != "" {
		t.Errorf("platform (-want +got):\n%s", diff)
	}
}

func TestParseScope(t *testing.T) {
	tests := []struct {
		name string
		want Scope
		ok   bool
	}{
		{"-", Scope{}, true},
		{"municipalities/m", Scope{Municipality: "m"}, true},
		{"municipalities/m/methods", Scope{Municipality: "m"}, true},
		{"municipalities/m/methods/committees", Scope{Municipality: "m"}, true},
		{"municipalities/m/committees", Scope{Municipality: "m"}, true},
		{"municipalities/m/committees/c", Scope{"m", "c"}, true},
		{"municipalities/m/committees/c-/plans/2025/riskEntries/-", Scope{"m", "c-"}, true},
		{"municipalities/m/committees/-", Scope{"m", "-"}, true},
		{"", Scope{}, false},
		{"municipalities", Scope{}, false},
		{"municipalities/", Scope{}, false},
		{"municipalities/-", Scope{}, true},
		{"municipalities/-/people/p", Scope{}, true},
		{"municipalities//committees/c", Scope{}, false},
		{"municipalities/m/", Scope{}, false},
		{"/municipalities/m", Scope{}, false},
		{"//uppsikt/municipalities/m", Scope{}, false},
		{"municipalities/m/committees/../x", Scope{}, false},
		{"municipalities/m%2fn", Scope{}, false},
		{"municipalities/å", Scope{}, false},
		{"committees/c", Scope{}, false},
		{"municipalities/" + strings.Repeat("m", 64), Scope{}, false},
		{"municipalities/m" + strings.Repeat("/a", 300), Scope{}, false},
	}
	for _, tt := range tests {
		got, err := ParseScope(tt.name)
		if got != tt.want || (err == nil) != tt.ok || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("ParseScope(%q): got %+v, %v; want %+v, ok %t", tt.name, got, err, tt.want, tt.ok)
		}
	}
}

func FuzzParseScope(f *testing.F) {
	f.Add("municipalities/m/committees/c/plans/2025")
	f.Add("-")
	f.Fuzz(func(t *testing.T, name string) {
		s, err := ParseScope(name)
		if err != nil {
			return
		}
		again, err := ParseScope(s.Name())
		if err != nil || again != s {
			t.Errorf("ParseScope(%q) = %+v, whose name %q reads as %+v, %v", name, s, s.Name(), again, err)
		}
		if name != Platform && !strings.HasPrefix(name+"/", s.Name()+"/") {
			t.Errorf("ParseScope(%q) = %+v, which does not enclose it", name, s)
		}
	})
}

func BenchmarkCan(b *testing.B) {
	id := someone("coordinator", c1)
	for b.Loop() {
		if !Can(id, planWrite, plan+"/riskEntries/e") {
			b.Fatal("denied")
		}
	}
}
