package risk

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// halfYear is an open round with an owner's step, a step to compile, papers and a meeting.
func halfYear() DueRound {
	return DueRound{Name: "rounds/delar", Title: "Delår", Open: true, Begin: "2025-04-01", MeetingDate: "2025-09-16", PapersDueDate: "2025-09-02",
		Steps: []DueStep{{ID: "svar", Title: "Svara", DueDate: "2025-05-12", Role: RoleOwner}, {ID: "samla", Title: "Sammanställ", DueDate: "2025-05-22", Role: RoleCoordinator}},
		FollowUps: []DueFollowUp{{Name: "rounds/delar/followUps/jav", Title: "Jäv", Owners: []Owner{{Role: "chefer"}}},
			{Name: "rounds/delar/followUps/fusk", Title: "Fusk", Done: true}}}
}

// controls are an area with two points, one of them moved, an area whose only point was moved, an area without points and
// a point outside every area.
func controls() []DueControl {
	return []DueControl{
		{Name: "areas/avtal", Title: "Avtal", IsArea: true, Owners: []Owner{{Role: "inköpschef"}}}, {Name: "areas/it", Title: "IT", IsArea: true},
		{Name: "areas/tomt", Title: "Tillsyn", IsArea: true, Owners: []Owner{{Role: "chefer"}}},
		{Name: "points/stick", Title: "Stickprov", Area: "areas/avtal", Owners: []Owner{{Role: "controller"}}},
		{Name: "points/borta", Title: "Borta", Area: "areas/avtal", Moved: true}, {Name: "points/logg", Title: "Logg", Area: "areas/it", Moved: true},
		{Name: "points/fri", Title: "Fri"},
	}
}

func TestDeadlinesOfControls(t *testing.T) {
	r := halfYear()
	r.FollowUps, r.PapersDueDate, r.MeetingDate, r.Controls = nil, "", "", controls()
	of := func(name, area, title string, done bool, owners ...Owner) Deadline {
		return Deadline{Key: name + "#delar.svar", Kind: DeadlineControl, Resource: name, ControlArea: area, Round: "rounds/delar", Step: "svar", Role: RoleOwner,
			Title: "Svara: " + title, RoundTitle: "Delår", DueDate: "2025-05-12", BeginDate: "2025-04-01", Owners: owners, Done: done}
	}
	want := []Deadline{of("areas/it", "", "IT", false), of("areas/tomt", "", "Tillsyn", false, Owner{Role: "chefer"}),
		of("points/borta", "areas/avtal", "Borta", true), of("points/fri", "", "Fri", false), of("points/logg", "areas/it", "Logg", true),
		of("points/stick", "areas/avtal", "Stickprov", false, Owner{Role: "controller"})}
	got := Deadlines([]DueRound{r}, nil)
	if diff := cmp.Diff(want, got[:len(got)-1]); diff != "" {
		t.Errorf("deadlines (-want +got):\n%s", diff)
	}
	r.Open = false
	for _, d := range Deadlines([]DueRound{r}, nil) {
		if !d.Done {
			t.Errorf("a closed round leaves %s to do", d.Key)
		}
	}
}

func TestDeadlines(t *testing.T) {
	action := accepted()
	action.Name = "actions/rutin"
	got := Deadlines([]DueRound{halfYear()}, []DueAction{{Action: action, Begin: "2025-07-01"}})
	round := "rounds/delar"
	want := []Deadline{
		{Key: round + "/followUps/fusk#svar", Kind: DeadlineFollowUp, Resource: round + "/followUps/fusk", Round: round, Step: "svar", Role: RoleOwner,
			Title: "Svara: Fusk", RoundTitle: "Delår", DueDate: "2025-05-12", BeginDate: "2025-04-01", Done: true},
		{Key: round + "/followUps/jav#svar", Kind: DeadlineFollowUp, Resource: round + "/followUps/jav", Round: round, Step: "svar", Role: RoleOwner,
			Title: "Svara: Jäv", RoundTitle: "Delår", DueDate: "2025-05-12", BeginDate: "2025-04-01", Owners: []Owner{{Role: "chefer"}}},
		{Key: round + "#samla", Kind: DeadlineStep, Resource: round, Round: round, Step: "samla", Role: RoleCoordinator,
			Title: "Sammanställ", RoundTitle: "Delår", DueDate: "2025-05-22", BeginDate: "2025-04-01"},
		{Key: "actions/rutin", Kind: DeadlineAction, Resource: "actions/rutin", Role: RoleOwner, Title: "Inför rutin",
			DueDate: "2025-06-30", BeginDate: "2025-06-30", Owners: []Owner{{Role: "enhetschef"}}}, // it came in after its last day
		{Key: round + "#-papers", Kind: DeadlinePapers, Resource: round, Round: round, Role: RoleCoordinator,
			Title: "Handlingarna ska vara klara", RoundTitle: "Delår", DueDate: "2025-09-02", BeginDate: "2025-04-01"},
		{Key: round + "#-meeting", Kind: DeadlineMeeting, Resource: round, Round: round, Role: RoleCommittee,
			Title: "Nämndens sammanträde", RoundTitle: "Delår", DueDate: "2025-09-16", BeginDate: "2025-04-01"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("deadlines (-want +got):\n%s", diff)
	}
}

func TestDeadlinesOfActions(t *testing.T) {
	for _, tt := range []struct {
		state      ActionState
		due        string
		final      bool
		want, done bool
	}{
		{ActionProposed, "2025-06-30", false, false, false}, {ActionDeclined, "2025-06-30", false, false, false},
		{ActionAccepted, "", false, false, false}, {ActionAccepted, "2025-06-30", false, true, false},
		{ActionAccepted, "2025-06-30", true, true, true}, {ActionClosed, "2025-06-30", false, true, true},
	} {
		a := accepted()
		a.State, a.DueDate = tt.state, tt.due
		got := Deadlines(nil, []DueAction{{Action: a, Begin: "2025-01-01", Final: tt.final}})
		if (len(got) == 1) != tt.want || tt.want && got[0].Done != tt.done {
			t.Errorf("%v: %v", tt, got)
		}
	}
}

// anyRound draws a round with steps of all roles.
func anyRound(t *rapid.T, i int) DueRound {
	r := DueRound{Name: fmt.Sprintf("rounds/r%d", i), Open: rapid.Bool().Draw(t, "open"), Begin: "2025-01-01", MeetingDate: "2025-06-16", PapersDueDate: "2025-06-02"}
	for j := range rapid.IntRange(0, 4).Draw(t, "steps") {
		r.Steps = append(r.Steps, DueStep{ID: fmt.Sprintf("s%d", j), DueDate: "2025-05-01", Role: StepRole(rapid.IntRange(1, 5).Draw(t, "role"))})
	}
	for j := range rapid.IntRange(0, 4).Draw(t, "follow-ups") {
		r.FollowUps = append(r.FollowUps, DueFollowUp{Name: fmt.Sprintf("%s/followUps/f%d", r.Name, j), Done: rapid.Bool().Draw(t, "done")})
	}
	for j := range rapid.IntRange(0, 4).Draw(t, "controls") {
		r.Controls = append(r.Controls, DueControl{Name: fmt.Sprintf("plans/2025/controlAreas/c%d", j), IsArea: true},
			DueControl{Name: fmt.Sprintf("plans/2025/controlPoints/c%d", j), Moved: rapid.Bool().Draw(t, "moved"),
				Area: fmt.Sprintf("plans/2025/controlAreas/c%d", rapid.IntRange(0, 5).Draw(t, "area"))})
	}
	return r
}

// keysOf lists the keys, sorted.
func keysOf(all []Deadline) []string {
	return slices.Sorted(slices.Values(collect(all, func(d Deadline) string { return d.Key })))
}

// TestPropertyDeadlinesKeepTheirKeys: keys are unique, stay when days and owners change, and a closed round has none
// left to do.
func TestPropertyDeadlinesKeepTheirKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounds := []DueRound{anyRound(t, 0), anyRound(t, 1)}
		actions := []DueAction{{Action: accepted(), Begin: "2025-01-01"}}
		first := Deadlines(rounds, actions)
		keys := keysOf(first)
		if len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Fatalf("keys %v are not unique", keys)
		}
		if !slices.IsSortedFunc(first, func(a, b Deadline) int { return cmpDeadlines(a, b) }) {
			t.Fatalf("not in order: %v", first)
		}
		for _, d := range first {
			i := slices.IndexFunc(rounds, func(r DueRound) bool { return r.Name == d.Round })
			if i >= 0 && !rounds[i].Open && !d.Done {
				t.Fatalf("a closed round leaves %v to do", d)
			}
		}
		for i := range rounds {
			rounds[i].MeetingDate = "2026-01-01"
			slices.Reverse(rounds[i].Steps)
			for j := range rounds[i].Steps {
				rounds[i].Steps[j].DueDate = "2025-12-01"
			}
			for j := range rounds[i].FollowUps {
				rounds[i].FollowUps[j].Owners = []Owner{{Role: "ny"}}
			}
			for j := range rounds[i].Controls {
				rounds[i].Controls[j].Owners = []Owner{{Role: "ny"}}
			}
		}
		actions[0].DueDate = "2026-12-31"
		if diff := cmp.Diff(keys, keysOf(Deadlines(rounds, actions))); diff != "" {
			t.Fatalf("keys changed with days and owners:\n%s", diff)
		}
	})
}

func cmpDeadlines(a, b Deadline) int {
	return slices.Compare([]string{a.DueDate, a.Key}, []string{b.DueDate, b.Key})
}
