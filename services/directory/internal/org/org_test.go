package org

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// reasons lists path and reason of each fault.
func reasons(faults []fault.Field) string {
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.Path+":"+f.Reason)
	}
	return strings.Join(texts, " ")
}

func TestNormalEmail(t *testing.T) {
	for give, want := range map[string]string{
		"Anna.Berg@Exempel.SE":      "anna.berg@exempel.se",
		"  anna@exempel.se ":        "anna@exempel.se",
		"a\u030asa@exempel.se":      "åsa@exempel.se",
		"\u00c5sa@exempel.se":       "åsa@exempel.se",
		"":                          "",
		"KOMMUNEN@XN--BRD-ULA.SE\t": "kommunen@xn--brd-ula.se",
	} {
		if got := NormalEmail(give); got != want {
			t.Errorf("NormalEmail(%q): got %q, want %q", give, got, want)
		}
	}
}

func TestNormalEmailIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := NormalEmail(rapid.String().Draw(t, "address"))
		if twice := NormalEmail(once); twice != once {
			t.Errorf("got %q, then %q", once, twice)
		}
	})
}

func TestGenitive(t *testing.T) {
	for give, want := range map[string]string{
		"Socialnämnden":                 "socialnämndens",
		"Vård- och omsorgsnämnden":      "vård- och omsorgsnämndens",
		"Kommunstyrelsen":               "kommunstyrelsens",
		"Överförmyndarnämnden":          "överförmyndarnämndens",
		"AB Exempelbostäder":            "AB Exempelbostäders",
		"Nämnden i Vänersborg Väst AB ": "nämnden i Vänersborg Väst ABs",
		"Styrelsen för Lex":             "styrelsen för Lex",
		"Bolaget Berg & Ros":            "bolaget Berg & Ros",
		"":                              "",
	} {
		if got := Genitive(give); got != want {
			t.Errorf("Genitive(%q): got %q, want %q", give, got, want)
		}
	}
}

func TestKeepGenitive(t *testing.T) {
	tests := []struct{ name, stated, oldName, oldGenitive, newName, want string }{
		{"none stated", "", "", "", "Socialnämnden", "socialnämndens"},
		{"stated", "nämndens", "", "", "Socialnämnden", "nämndens"},
		{"renamed, default kept up", "socialnämndens", "Socialnämnden", "socialnämndens", "Omsorgsnämnden", "omsorgsnämndens"},
		{"renamed, own genitive stays", "nämndens", "Socialnämnden", "nämndens", "Omsorgsnämnden", "nämndens"},
		{"renamed, new genitive stated", "hennes", "Socialnämnden", "socialnämndens", "Omsorgsnämnden", "hennes"},
		{"emptied", "", "Socialnämnden", "nämndens", "Socialnämnden", "socialnämndens"},
	}
	for _, tt := range tests {
		if got := KeepGenitive(tt.stated, tt.oldName, tt.oldGenitive, tt.newName); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCheckAccent(t *testing.T) {
	for give, want := range map[string]string{
		"":        "",
		"#000000": "",
		"#1f5f8b": "",
		"#767676": "", // the lightest grey that passes
		"#777777": "accent_color:CONTRAST",
		"#ffffff": "accent_color:CONTRAST",
		"#ffcc00": "accent_color:CONTRAST",
		"1f5f8b":  "accent_color:COLOUR",
		"#1f5f8":  "accent_color:COLOUR",
		"#1f5f8g": "accent_color:COLOUR",
	} {
		if got := reasons(CheckAccent(give)); got != want {
			t.Errorf("CheckAccent(%q): got %q, want %q", give, got, want)
		}
	}
	if f := CheckAccent("#777777"); !strings.Contains(f[0].Swedish, "4,4:1") {
		t.Errorf("a ratio just below the limit is not rounded up: %s", f[0].Swedish)
	}
}

func TestContrastStaysWithinItsRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		colour := "#" + rapid.StringMatching(`[0-9a-f]{6}`).Draw(t, "colour")
		if got, ok := ContrastToWhite(colour); !ok || got < 1 || got > 21.0001 {
			t.Errorf("ContrastToWhite(%q): got %v, %t, want 1 to 21", colour, got, ok)
		}
	})
}

func TestCheckTree(t *testing.T) {
	tests := []struct {
		name    string
		parents map[string]string
		want    map[string]string
	}{
		{"empty", nil, nil},
		{"tree", map[string]string{"a": "", "b": "a", "c": "b", "d": "a"}, nil},
		{"unknown parent", map[string]string{"a": "x"}, map[string]string{"a": "NOT_FOUND"}},
		{"own parent", map[string]string{"a": "a"}, map[string]string{"a": "CYCLE"}},
		{"circle of three with one below", map[string]string{"a": "c", "b": "a", "c": "b", "d": "a"},
			map[string]string{"a": "CYCLE", "b": "CYCLE", "c": "CYCLE"}},
	}
	for _, tt := range tests {
		got := CheckTree(tt.parents)
		if len(got) != len(tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
		for unit, reason := range tt.want {
			if got[unit].Reason != reason {
				t.Errorf("%s: unit %s: got %q, want %q", tt.name, unit, got[unit].Reason, reason)
			}
		}
	}
}

// TestTreesHaveNoFaults: units that are each part of an earlier one form a tree; closing one circle is found.
func TestTreesHaveNoFaults(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "units")
		name := func(i int) string { return strings.Repeat("u", i+1) }
		parents := map[string]string{name(0): ""}
		for i := 1; i < n; i++ {
			parents[name(i)] = name(rapid.IntRange(0, i-1).Draw(t, "parent"))
		}
		if faults := CheckTree(parents); len(faults) != 0 {
			t.Fatalf("got %v for the tree %v", faults, parents)
		}
		below := rapid.IntRange(0, n-1).Draw(t, "below")
		parents[name(0)] = name(below)
		if faults := CheckTree(parents); faults[name(0)].Reason != "CYCLE" || faults[name(below)].Reason != "CYCLE" {
			t.Errorf("got %v for the circle through %s in %v", faults, name(below), parents)
		}
	})
}

func TestDayIsSwedish(t *testing.T) {
	zone, err := Zone()
	if err != nil {
		t.Fatal(err)
	}
	for give, want := range map[string]string{
		"2025-01-01T22:59:59Z": "2025-01-01",
		"2025-01-01T23:00:00Z": "2025-01-02", // winter: one hour ahead
		"2025-07-01T21:59:59Z": "2025-07-01",
		"2025-07-01T22:00:00Z": "2025-07-02", // summer: two
	} {
		at, err := time.Parse(time.RFC3339, give)
		if err != nil {
			t.Fatal(err)
		}
		if got := Day(at, zone); got != want {
			t.Errorf("Day(%s): got %s, want %s", give, got, want)
		}
	}
}

func TestActiveOn(t *testing.T) {
	tests := []struct {
		from, to string
		want     bool
	}{
		{"", "", true}, {"2025-05-12", "", true}, {"2025-05-13", "", false}, {"", "2025-05-12", true}, {"", "2025-05-11", false},
		{"2025-05-12", "2025-05-12", true}, {"2024-01-01", "2025-12-31", true},
	}
	for _, tt := range tests {
		if got := ActiveOn("2025-05-12", tt.from, tt.to); got != tt.want {
			t.Errorf("ActiveOn(2025-05-12, %q, %q): got %t, want %t", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestCheckValidity(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{"", "", ""}, {"2025-01-01", "2025-01-01", ""}, {"2024-02-29", "", ""},
		{"2025-02-29", "", "valid_from:DATE"}, {"", "2025-13-01", "valid_to:DATE"}, {"2025-1-1", "", "valid_from:DATE"},
		{"2025-01-02", "2025-01-01", "valid_to:BEFORE_START"}, {"x", "y", "valid_from:DATE valid_to:DATE"},
	}
	for _, tt := range tests {
		if got := reasons(CheckValidity(tt.from, tt.to)); got != tt.want {
			t.Errorf("CheckValidity(%q, %q): got %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestPlaceOf(t *testing.T) {
	for give, want := range map[string]Place{
		"-":                                     OnPlatform,
		"municipalities/m":                      OnMunicipality,
		"municipalities/m/committees/c":         OnCommittee,
		"municipalities/m/committees/c/units/u": OnUnit,
		"":                                      Nowhere,
		"municipalities":                        Nowhere,
		"municipalities/-":                      Nowhere,
		"municipalities/m/committees/-":         Nowhere,
		"municipalities/m/people/p":             Nowhere,
		"municipalities/m/committees":           Nowhere,
		"municipalities//committees/c":          Nowhere,
		"municipalities/m/committees/c/units/u/units/v": Nowhere,
		"committees/c": Nowhere,
	} {
		if got := PlaceOf(give); got != want {
			t.Errorf("PlaceOf(%q): got %d, want %d", give, got, want)
		}
	}
}

const (
	m = "municipalities/m"
	c = m + "/committees/c"
	u = c + "/units/u"
)

func TestAssignment(t *testing.T) {
	person := m + "/people/p"
	tests := []struct {
		name string
		give Assignment
		want string
	}{
		{"member of a committee", Assignment{Parent: m, Person: person, Role: "member", Scope: c}, ""},
		{"member of a municipality", Assignment{Parent: m, Person: person, Role: "member", Scope: m}, "scope:ROLE_SCOPE"},
		{"owner in a unit", Assignment{Parent: m, Person: person, Role: "owner", Scope: u}, ""},
		{"owner in a committee", Assignment{Parent: m, Person: person, Role: "owner", Scope: c}, ""},
		{"owner in a municipality", Assignment{Parent: m, Person: person, Role: "owner", Scope: m}, "scope:ROLE_SCOPE"},
		{"head of a unit", Assignment{Parent: m, Person: person, Role: "head", Scope: u}, "scope:ROLE_SCOPE"},
		{"coordinator of a municipality", Assignment{Parent: m, Person: person, Role: "coordinator", Scope: m}, ""},
		{"operator of a municipality", Assignment{Parent: m, Person: person, Role: "operator", Scope: m}, ""},
		{"operator of a committee", Assignment{Parent: m, Person: person, Role: "operator", Scope: c}, "scope:ROLE_SCOPE"},
		{"a municipality cannot grant the platform", Assignment{Parent: m, Person: person, Role: "operator", Scope: "-"}, "scope:OUTSIDE_SCOPE"},
		{"another municipality's scope", Assignment{Parent: m, Person: person, Role: "member", Scope: "municipalities/mm/committees/c"}, "scope:OUTSIDE_SCOPE"},
		{"another municipality's person", Assignment{Parent: m, Person: "municipalities/n/people/p", Role: "member", Scope: c}, "person:OUTSIDE_SCOPE"},
		{"person of the platform in a municipality", Assignment{Parent: m, Person: PlatformParent + "/people/p", Role: "member", Scope: c}, "person:OUTSIDE_SCOPE"},
		{"operator of the platform", Assignment{Parent: PlatformParent, Person: PlatformParent + "/people/p", Role: "operator", Scope: "-"}, ""},
		{"the platform grants in no municipality", Assignment{Parent: PlatformParent, Person: PlatformParent + "/people/p", Role: "operator", Scope: m}, "scope:OUTSIDE_SCOPE"},
		{"coordinator of the platform", Assignment{Parent: PlatformParent, Person: PlatformParent + "/people/p", Role: "coordinator", Scope: "-"}, "scope:ROLE_SCOPE"},
		{"unknown role", Assignment{Parent: m, Person: person, Role: "mayor", Scope: c}, "role:UNKNOWN_ROLE"},
		{"no scope", Assignment{Parent: m, Person: person, Role: "member", Scope: "x"}, "scope:RESOURCE_NAME"},
		{"several faults", Assignment{Parent: m, Person: "x", Role: "member", Scope: m, From: "2025-02-30"},
			"person:OUTSIDE_SCOPE scope:ROLE_SCOPE valid_from:DATE"},
	}
	for _, tt := range tests {
		if got := reasons(tt.give.Check()); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestNoGrantBeyondTheMunicipality: whatever role and scope are asked for, a municipality grants only inside itself.
func TestNoGrantBeyondTheMunicipality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Assignment{Parent: m, Person: m + "/people/p",
			Role:  rapid.SampledFrom([]string{"member", "owner", "administrator", "operator", "auditor", ""}).Draw(t, "role"),
			Scope: rapid.SampledFrom([]string{"-", m, c, u, "municipalities/n", "municipalities/m2/committees/c", PlatformParent, m + "/committees/-"}).Draw(t, "scope")}
		inside := a.Scope == m || strings.HasPrefix(a.Scope, m+"/")
		if len(a.Check()) == 0 && !inside {
			t.Errorf("%+v was accepted", a)
		}
	})
}

func TestMisplacedRoleSaysWhere(t *testing.T) {
	f := Assignment{Parent: m, Person: m + "/people/p", Role: "member", Scope: m}.Check()[0]
	if want := "Rollen ledamot kan inte gälla på en kommun. Den gäller på en nämnd."; f.Swedish != want {
		t.Errorf("got %q, want %q", f.Swedish, want)
	}
}

func TestUnder(t *testing.T) {
	if got := reasons(Under("unit", []fault.Field{{Path: "parent_unit", Reason: "CYCLE"}})); got != "unit.parent_unit:CYCLE" {
		t.Errorf("got %q", got)
	}
}

func TestSignInWait(t *testing.T) {
	last := time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		failures int64
		after    time.Duration
		want     time.Duration
	}{
		{0, 0, 0}, {4, 0, 0}, {5, 0, 30 * time.Second}, {5, 20 * time.Second, 10 * time.Second}, {5, 30 * time.Second, 0},
		{6, 0, time.Minute}, {9, 0, 8 * time.Minute}, {10, 0, 15 * time.Minute}, {1000, 0, 15 * time.Minute},
		{1000, 24 * time.Hour, 0},
	}
	for _, tt := range tests {
		if got := SignInWait(tt.failures, last, last.Add(tt.after)); got != tt.want {
			t.Errorf("SignInWait(%d, after %s): got %s, want %s", tt.failures, tt.after, got, tt.want)
		}
	}
	if got := CountFailures(7, last, last.Add(time.Hour)); got != 8 {
		t.Errorf("CountFailures: got %d, want 8", got)
	}
	if got := CountFailures(7, last, last.Add(24*time.Hour)); got != 1 {
		t.Errorf("CountFailures after a day: got %d, want 1", got)
	}
}

// TestWaitsGrow: more failures never mean a shorter wait, and none is longer than a quarter of an hour.
func TestWaitsGrow(t *testing.T) {
	now := time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1<<40).Draw(t, "failures")
		fewer, more := SignInWait(n, now, now), SignInWait(n+1, now, now)
		if more < fewer || more > longestWait {
			t.Errorf("waits after %d and %d failures: %s, %s", n, n+1, fewer, more)
		}
	})
}

func TestAccounts(t *testing.T) {
	const m = "municipalities/m"
	for name, tt := range map[string]struct {
		parent string
		held   []Held
		want   string
	}{
		"a committee's content":   {m, []Held{{"auditor", m + "/committees/c"}, {"secretary", m + "/committees/c"}}, ""},
		"a municipality's":        {m, []Held{{"auditor", m}, {"operator", m}}, ""},
		"the platform":            {PlatformParent, []Held{{"operator", "-"}}, ""},
		"people only":             {m, []Held{{"owner", m + "/committees/c"}, {"manager", m + "/committees/c"}}, "roles[0].role:ROLE_NEEDS_PERSON roles[1].role:ROLE_NEEDS_PERSON"},
		"a unit":                  {m, []Held{{"official", m + "/committees/c/units/u"}}, "roles[0].scope:ROLE_SCOPE"},
		"beyond the municipality": {m, []Held{{"auditor", "municipalities/mm"}}, "roles[0].scope:OUTSIDE_SCOPE"},
		"the same twice":          {m, []Held{{"auditor", m}, {"auditor", m}}, "roles[1]:DUPLICATE"},
		"no such role":            {m, []Held{{"", m}}, "roles[0].role:UNKNOWN_ROLE"},
	} {
		var got []string
		for _, f := range (Account{Parent: tt.parent, Roles: tt.held}).Check() {
			got = append(got, f.Path+":"+f.Reason)
			if f.Swedish == "" || f.English == "" {
				t.Errorf("%s: a fault without text", name)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %v, want %q", name, got, tt.want)
		}
	}
}

func TestRightsShrink(t *testing.T) {
	a, b := Held{"auditor", "municipalities/m"}, Held{"secretary", "municipalities/m/committees/c"}
	for name, tt := range map[string]struct {
		before, after []Held
		want          bool
	}{"the same": {[]Held{a, b}, []Held{b, a}, false}, "more": {[]Held{a}, []Held{a, b}, false}, "less": {[]Held{a, b}, []Held{a}, true}, "other": {[]Held{a}, []Held{b}, true}} {
		if got := RightsShrink(tt.before, tt.after); got != tt.want {
			t.Errorf("%s: got %t, want %t", name, got, tt.want)
		}
	}
}
