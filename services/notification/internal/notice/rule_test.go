package notice

import (
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestMatch(t *testing.T) {
	named := func(place, id string, kind Kind, role Role) Rule {
		return Rule{Name: place + "/reminderRules/" + id, Kind: kind, Role: role}
	}
	all := []Rule{
		named(town, "all", KindAny, RoleAny), named(town, "role", KindAny, RoleOwner), named(town, "kind", KindFollowUp, RoleAny),
		named(town, "both", KindFollowUp, RoleOwner), named(care, "all", KindAny, RoleAny), named(care, "role", KindAny, RoleOwner),
		named(care, "kind", KindFollowUp, RoleAny), named(care, "both", KindFollowUp, RoleOwner), named(school, "both", KindFollowUp, RoleOwner),
		named(town, "other", KindAction, RoleOwner), named("municipalities/annan", "both", KindFollowUp, RoleOwner),
	}
	tests := []struct {
		name string
		drop int
		want string
	}{
		{"the committee's for kind and role", 0, care + "/reminderRules/both"},
		{"the committee's for the kind", 1, care + "/reminderRules/kind"},
		{"the committee's for the role", 2, care + "/reminderRules/role"},
		{"the committee's for all", 3, care + "/reminderRules/all"},
		{"the municipality's for kind and role", 4, town + "/reminderRules/both"},
		{"the municipality's for the kind", 5, town + "/reminderRules/kind"},
		{"the municipality's for the role", 6, town + "/reminderRules/role"},
		{"the municipality's for all", 7, town + "/reminderRules/all"},
		{"none", 8, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rest := append([]Rule(nil), all[:8-tt.drop]...)
			rest = append(rest, all[8:]...)
			got, found := Match(rest, answer("2025-05-12"))
			if got.Name != tt.want || found != (tt.want != "") {
				t.Errorf("match = %q, %v, want %q", got.Name, found, tt.want)
			}
		})
	}
}

func TestOverlap(t *testing.T) {
	a := Rule{Name: town + "/reminderRules/a", Kind: KindAction}
	b := Rule{Name: town + "/reminderRules/b", Kind: KindAction}
	elsewhere := Rule{Name: care + "/reminderRules/a", Kind: KindAction}
	if other, found := Overlap([]Rule{elsewhere, a, b}, b); !found || other.Name != a.Name {
		t.Errorf("overlap = %v, %v, want a", other, found)
	}
	if _, found := Overlap([]Rule{elsewhere, a, {Name: town + "/reminderRules/c"}}, a); found {
		t.Error("a rule overlaps itself, or one of another place or kind")
	}
	wantCodes(t, Under("reminder_rule", []fault.Field{OverlapFault("Åtgärder")}), "reminder_rule.kind RULE_OVERLAPS")
}

func TestRuleCheck(t *testing.T) {
	good := rule(-7, 0, 3)
	good.Ladder = []Recipient{Head, Manager}
	good.Times = append(good.Times, Time{Days: 3, Recipient: Manager}, Time{Share: &Share{Percent: 25, Min: 2, Max: 30}}, Time{Share: &Share{Percent: 25}})
	change := func(f func(*Rule)) Rule {
		r := good
		r.Times, r.Ladder = append([]Time(nil), good.Times...), append([]Recipient(nil), good.Ladder...)
		f(&r)
		return r
	}
	tests := []struct {
		name string
		rule Rule
		want []string
	}{
		{"good", good, nil},
		{"no time", change(func(r *Rule) { r.Times = nil }), []string{"times MISSING"}},
		{"a time twice", change(func(r *Rule) { r.Times[1].Days = -7 }), []string{"times[1] DUPLICATE"}},
		{"a time twice, once said in full", change(func(r *Rule) { r.Times[1] = Time{Days: -7, Recipient: Responsible} }), []string{"times[1] DUPLICATE"}},
		{"a share twice", change(func(r *Rule) { r.Times[5] = Time{Share: &Share{Percent: 25, Min: 2, Max: 30}} }), []string{"times[5] DUPLICATE"}},
		{"too far before", change(func(r *Rule) { r.Times[0].Days = -366 }), []string{"times[0].days_before RANGE"}},
		{"too far after", change(func(r *Rule) { r.Times[2].Days = 366 }), []string{"times[2].days_after RANGE"}},
		{"nobody", change(func(r *Rule) { r.Times[0].Recipient = 9 }), []string{"times[0].recipient LADDER_STEP"}},
		{"no share", change(func(r *Rule) { r.Times[5] = Time{Share: &Share{Percent: 101, Min: -1, Max: 366}} }),
			[]string{"times[5].share.percent RANGE", "times[5].share.min_days RANGE", "times[5].share.max_days RANGE"}},
		{"bounds reversed", change(func(r *Rule) { r.Times[5] = Time{Share: &Share{Percent: 10, Min: 5, Max: 4}} }), []string{"times[5].share.max_days BOUNDS_REVERSED"}},
		{"a step twice", change(func(r *Rule) { r.Ladder = []Recipient{Head, Head} }), []string{"ladder[1] DUPLICATE"}},
		{"the responsible on the ladder", change(func(r *Rule) { r.Ladder = []Recipient{Responsible} }), []string{"ladder[0] LADDER_STEP"}},
		{"no hour", change(func(r *Rule) { r.Hour = 24 }), []string{"time_of_day TIME_OF_DAY"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCodes(t, tt.rule.Check(), tt.want...) })
	}
}

func TestShareOfThePeriod(t *testing.T) {
	tests := []struct {
		name  string
		begin string
		share Share
		want  int
	}{
		{"a quarter of forty days", "2025-04-02", Share{Percent: 25}, -10},
		{"half up", "2025-05-02", Share{Percent: 25}, -3},
		{"rounded down", "2025-05-03", Share{Percent: 25}, -2},
		{"all of it", "2025-04-02", Share{Percent: 100}, -40},
		{"at most", "2025-04-02", Share{Percent: 100, Max: 14}, -14},
		{"at least", "2025-05-12", Share{Percent: 25, Min: 2}, -2},
		{"a begin after the last day", "2025-06-01", Share{Percent: 50}, 0},
		{"no begin", "", Share{Percent: 50, Min: 3}, -3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := answer("2025-05-12")
			d.Begin = tt.begin
			if got := (Time{Share: &tt.share}).days(d); got != tt.want {
				t.Errorf("days = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestMoment(t *testing.T) {
	tests := []struct {
		name, day string
		hour, min int
		want      string
	}{
		{"winter", "2025-01-15", 7, 0, "2025-01-15T06:00:00Z"},
		{"summer", "2025-07-15", 7, 0, "2025-07-15T05:00:00Z"},
		{"before the clock is put forward", "2025-03-30", 1, 59, "2025-03-30T00:59:00Z"},
		{"in the hour that never comes", "2025-03-30", 2, 30, "2025-03-30T01:00:00Z"},
		{"where that hour begins", "2025-03-30", 2, 0, "2025-03-30T01:00:00Z"},
		{"after it", "2025-03-30", 3, 0, "2025-03-30T01:00:00Z"},
		{"that morning", "2025-03-30", 7, 0, "2025-03-30T05:00:00Z"},
		{"the first of two", "2025-10-26", 2, 30, "2025-10-26T00:30:00Z"},
		{"before the two", "2025-10-26", 1, 30, "2025-10-25T23:30:00Z"},
		{"after the two", "2025-10-26", 3, 0, "2025-10-26T02:00:00Z"},
		{"that morning in autumn", "2025-10-26", 7, 0, "2025-10-26T06:00:00Z"},
		{"the day before, in the evening", "2025-10-25", 23, 59, "2025-10-25T21:59:00Z"},
		{"the leap day", "2028-02-29", 0, 0, "2028-02-28T23:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Moment(tt.day, tt.hour, tt.min, stockholm()).UTC().Format(time.RFC3339); got != tt.want {
				t.Errorf("moment = %s, want %s", got, tt.want)
			}
		})
	}
	if got := Moment("2025-02-30", 7, 0, stockholm()); !got.IsZero() {
		t.Errorf("the moment of no day is %s", got)
	}
}

func TestLateAt(t *testing.T) {
	now := clock("2025-05-12 07:00")
	tests := []struct {
		name             string
		at, known, since time.Time
		want             bool
	}{
		{"to come", now.Add(time.Hour), time.Time{}, time.Time{}, false},
		{"48 hours ago", now.Add(-Late), time.Time{}, time.Time{}, false},
		{"longer ago", now.Add(-Late - time.Microsecond), time.Time{}, time.Time{}, true},
		{"before it was known", now, now.Add(time.Second), time.Time{}, true},
		{"when it was known", now, now, now, false},
		{"before the rule said so", now, time.Time{}, now.Add(time.Second), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := LateAt(tt.at, tt.known, tt.since, now); got != tt.want {
				t.Errorf("late = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestIdentifiersStay: they are keys of what is stored, so a change of how they are made would send everything anew.
func TestIdentifiersStay(t *testing.T) {
	d, at := answer("2025-05-12"), clock("2025-05-05 07:00")
	share := Time{Share: &Share{Percent: 25, Min: 2, Max: 30}}
	for _, tt := range [][2]string{
		{reminderID(d, person("anna").Name, Before, "-7"), "4v5qdmfz3ds3o5bmpi7skcedhd"},
		{reminderID(d, person("anna").Name, Before, share.distance(share.days(d))), "y53cs5o5jgfmewqvsyxkbmjix7"},
		{mailID(person("anna").Name, at, true, care, d.Key), "my7cvarm2xgm4f2fomusqzqmem"},
		{mailID(person("anna").Name, at, false, care, d.Key), "yfqcert2dj3fkkemefbvvbtmk5"},
	} {
		if tt[0] != tt[1] {
			t.Errorf("identifier %q, want %q", tt[0], tt[1])
		}
	}
	if identifier("a", "bc") == identifier("ab", "c") || identifier("a", "") == identifier("a") {
		t.Error("two lists of parts read alike")
	}
}
