package risk

import (
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestCheckEntry(t *testing.T) {
	tests := []struct {
		name string
		give Entry
		want []string
	}{
		{"an empty draft", Entry{}, nil},
		{"everything in order", Entry{Assessment: Assessment{StatedValue: ref(9.0)}, Selection: InPlan,
			Treatments: []Chosen{{"granska", ""}, {"forbattra", ""}}, Headings: []string{"kategori/ekonomi"}, Answered: []string{"rutin"}}, nil},
		{"a treatment twice", Entry{Treatments: []Chosen{{"granska", ""}, {"granska", ""}}}, []string{"treatments[1].treatment DUPLICATE"}},
		{"an unknown treatment", Entry{Treatments: []Chosen{{"be", ""}}}, []string{"treatments[0].treatment UNKNOWN_TREATMENT"}},
		{"acceptance without reason", Entry{Treatments: []Chosen{{"acceptera", " "}}}, []string{"treatments[0].reason REASON_REQUIRED"}},
		{"a critical risk without what its level prescribes", Entry{Assessment: Assessment{StatedValue: ref(9.0)}, Selection: InPlan, Treatments: []Chosen{{"granska", ""}}}, []string{"treatments PRESCRIBED_TREATMENT"}},
		{"a critical risk whose treatment is not chosen yet", Entry{Assessment: Assessment{StatedValue: ref(9.0)}, Selection: InPlan}, nil},
		{"a critical risk that is left out", Entry{Assessment: Assessment{StatedValue: ref(9.0)}, Selection: NotChosen, NotChosenReason: "Hanteras av annan nämnd", Treatments: []Chosen{{"granska", ""}}}, nil},
		{"left out without reason", Entry{Selection: NotChosen}, []string{"not_chosen_reason REASON_REQUIRED"}},
		{"a reason without being left out", Entry{NotChosenReason: "för lågt värde"}, []string{"not_chosen_reason REASON_WITHOUT_CHOICE"}},
		{"headings unknown and doubled", Entry{Headings: []string{"kategori/ekonomi", "kategori/ekonomi", "ekonomi"}}, []string{"classifications[1] DUPLICATE", "classifications[2] UNKNOWN_HEADING"}},
		{"answers unknown and doubled", Entry{Answered: []string{"rutin", "rutin", "x"}}, []string{"answers[1].question DUPLICATE", "answers[2].question UNKNOWN_QUESTION"}},
		{"outside the scale", Entry{Assessment: Assessment{Likelihood: ref(9.0)}}, []string{"likelihood OUTSIDE_SCALE"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, faults := fourByFour().CheckEntry(tt.give)
			wantCodes(t, faults, tt.want...)
		})
	}
}

func TestCheckOwners(t *testing.T) {
	owners := []Owner{
		{Role: "enhetschefer"},
		{Role: "controller", Assignment: "municipalities/m/roleAssignments/a1"},
		{Role: "enhetschefer"},
		{Role: " "},
		{Role: "chef", Assignment: "municipalities/annan/roleAssignments/a1"},
		{Role: "chef", Assignment: "municipalities/m/roleAssignments/a1/x"},
		{Role: "chef", Assignment: "municipalities/m/people/p1"},
	}
	wantCodes(t, CheckOwners("owners", "municipalities/m", owners),
		"owners[2] DUPLICATE", "owners[3].role ROLE_REQUIRED", "owners[4].role_assignment ROLE_ASSIGNMENT_NAME",
		"owners[5].role_assignment ROLE_ASSIGNMENT_NAME", "owners[6].role_assignment ROLE_ASSIGNMENT_NAME")
}

func TestUnder(t *testing.T) {
	give := []fault.Field{{Path: "a", Reason: "R", Swedish: "s", English: "e"}, {Reason: "R", Swedish: "s", English: "e"}}
	wantCodes(t, Under("risk_entry", give), "risk_entry.a R", "risk_entry R")
	wantCodes(t, Under("", give[:1]), "a R")
}

func TestMayWrite(t *testing.T) {
	mine := []Owner{{Role: "x"}, {Role: "chef", Assignment: "a1"}}
	tests := []struct {
		name   string
		writer Writer
		owners []Owner
		want   bool
	}{
		{"coordinator", Writer{Reach: ReachAll}, nil, true},
		{"owner of it", Writer{Reach: ReachOwn, Assignments: []string{"a0", "a1"}}, mine, true},
		{"owner of something else", Writer{Reach: ReachOwn, Assignments: []string{"a2"}}, mine, false},
		{"owner in words alone", Writer{Reach: ReachOwn, Assignments: []string{"", "chef"}}, []Owner{{Role: "chef"}}, false},
		{"no reach", Writer{Assignments: []string{"a1"}}, mine, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.writer.MayWrite(tt.owners); (err == nil) != tt.want || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("MayWrite = %v, want allowed %v", err, tt.want)
			}
			if err := tt.writer.MayWriteAll(); (err == nil) != (tt.writer.Reach == ReachAll) {
				t.Errorf("MayWriteAll = %v with reach %v", err, tt.writer.Reach)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for date, ok := range map[string]bool{"": true, "2024-02-29": true, "2025-02-29": false, "2025-9-16": false, "16/9 2025": false, "2025-13-01": false} {
		if got := len(CheckDate("d", date)) == 0; got != ok {
			t.Errorf("CheckDate(%q) accepted = %v, want %v", date, got, ok)
		}
	}
	for year, ok := range map[string]bool{"2025": true, "25": false, "": false, "2025-1": false, "0025": false, "20255": false} {
		if got := len(CheckYear("plan_id", year)) == 0; got != ok {
			t.Errorf("CheckYear(%q) accepted = %v, want %v", year, got, ok)
		}
	}
}
