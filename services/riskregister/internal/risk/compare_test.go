package risk

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestComparePlans(t *testing.T) {
	plan := []Compared{{Risk: "b"}, {Risk: "new", Replaces: []string{"old", "b", "never"}}, {Risk: "b"}, {Risk: "newer", Replaces: []string{"old"}}}
	earlier := []Compared{{Risk: "gone"}, {Risk: "b"}, {Risk: "old"}, {Risk: "away", Moved: true}, {Risk: "gone"}}
	want := []Change{
		{Risk: "b", Kind: ChangeRemaining}, {Risk: "new", Kind: ChangeNew}, {Risk: "newer", Kind: ChangeNew},
		{Risk: "gone", Kind: ChangeDropped}, {Risk: "old", Kind: ChangeReplaced, ReplacedBy: "new"}, {Risk: "away", Kind: ChangeMoved},
	}
	if diff := cmp.Diff(want, ComparePlans(plan, earlier)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// anyPlan draws entries of a few risks.
func anyPlan(t *rapid.T, label string) []Compared {
	name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Compared {
		return Compared{Risk: name.Draw(t, "risk"), Replaces: rapid.SliceOfN(name, 0, 2).Draw(t, "replaces"), Moved: rapid.Bool().Draw(t, "moved")}
	}), 0, 8).Draw(t, label)
}

// ofKinds returns the risks of some kinds, sorted.
func ofKinds(changes []Change, kinds ...ChangeKind) []string {
	var some []string
	for _, c := range changes {
		if slices.Contains(kinds, c.Kind) {
			some = append(some, c.Risk)
		}
	}
	slices.Sort(some)
	return some
}

func TestPropertyEveryRiskIsComparedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan, earlier := anyPlan(t, "plan"), anyPlan(t, "earlier")
		seen := map[string]int{}
		for _, c := range ComparePlans(plan, earlier) {
			seen[c.Risk]++
			if (c.ReplacedBy != "") != (c.Kind == ChangeReplaced) {
				t.Fatalf("%+v names a replacement", c)
			}
		}
		for _, c := range slices.Concat(plan, earlier) {
			if seen[c.Risk] != 1 {
				t.Fatalf("risk %s appears %d times", c.Risk, seen[c.Risk])
			}
		}
		if both := risksIn(slices.Concat(plan, earlier)); len(both) != len(seen) {
			t.Fatalf("%d risks compared, want %d", len(seen), len(both))
		}
	})
}

func TestPropertyAPlanBesideItselfRemains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := anyPlan(t, "plan")
		for _, c := range ComparePlans(plan, plan) {
			if c.Kind != ChangeRemaining {
				t.Fatalf("%+v beside itself", c)
			}
		}
	})
}

func TestPropertySwappingPlansSwapsNewAndGone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan, earlier := anyPlan(t, "plan"), anyPlan(t, "earlier")
		there, back := ComparePlans(plan, earlier), ComparePlans(earlier, plan)
		gone := []ChangeKind{ChangeDropped, ChangeReplaced, ChangeMoved}
		if diff := cmp.Diff(ofKinds(there, ChangeNew), ofKinds(back, gone...)); diff != "" {
			t.Fatalf("new there, gone back: %s", diff)
		}
		if diff := cmp.Diff(ofKinds(there, ChangeRemaining), ofKinds(back, ChangeRemaining)); diff != "" {
			t.Fatalf("remaining: %s", diff)
		}
	})
}
