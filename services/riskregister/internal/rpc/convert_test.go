package rpc

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

func TestStatesGoThereAndBack(t *testing.T) {
	for number := range riskv1.PlanState_name {
		state := riskv1.PlanState(number)
		if state == riskv1.PlanState_PLAN_STATE_UNSPECIFIED {
			state = riskv1.PlanState_PLAN_STATE_DRAFT // where the file says nothing
		}
		if got := stateTo(stateOf(riskv1.PlanState(number))); got != state {
			t.Errorf("%v becomes %v", state, got)
		}
	}
}

func TestActionStatesGoThereAndBack(t *testing.T) {
	for number := range riskv1.ActionState_name {
		state := riskv1.ActionState(number)
		if state == riskv1.ActionState_ACTION_STATE_UNSPECIFIED {
			state = riskv1.ActionState_ACTION_STATE_PROPOSED // where the file says nothing
		}
		if got := actionStateTo(actionStateOf(riskv1.ActionState(number))); got != state {
			t.Errorf("%v becomes %v", state, got)
		}
	}
}

// TestNumbersOfTheRules: where the rules number their values as the API does, the values mean the same.
func TestNumbersOfTheRules(t *testing.T) {
	for got, want := range map[int]int32{
		int(risk.MeansYes): int32(riskv1.StatusMeaning_STATUS_MEANING_YES), int(risk.MeansPartly): int32(riskv1.StatusMeaning_STATUS_MEANING_PARTLY),
		int(risk.MeansNo): int32(riskv1.StatusMeaning_STATUS_MEANING_NO), int(risk.MeansUnknown): int32(riskv1.StatusMeaning_STATUS_MEANING_UNKNOWN),
	} {
		if int32(got) != want {
			t.Errorf("meaning %d, want %d", got, want)
		}
	}
	roles := []risk.StepRole{0, risk.RoleOwner, risk.RoleManager, risk.RoleCoordinator, risk.RoleHead, risk.RoleCommittee}
	kinds := []risk.DeadlineKind{0, risk.DeadlineFollowUp, risk.DeadlineStep, risk.DeadlinePapers, risk.DeadlineMeeting, risk.DeadlineAction,
		risk.DeadlineControl}
	if len(roles) != len(riskv1.StepRole_name) || len(kinds) != len(riskv1.DeadlineKind_name) {
		t.Errorf("%d roles and %d kinds, want %d and %d", len(roles), len(kinds), len(riskv1.StepRole_name), len(riskv1.DeadlineKind_name))
	}
	for i := range roles {
		if int(roles[i]) != i {
			t.Errorf("place %d holds role %d", i, roles[i])
		}
	}
	for i := range kinds {
		if int(kinds[i]) != i {
			t.Errorf("place %d holds kind %d", i, kinds[i])
		}
	}
	if riskv1.StepRole(risk.RoleHead) != riskv1.StepRole_STEP_ROLE_HEAD || riskv1.DeadlineKind(risk.DeadlinePapers) != riskv1.DeadlineKind_DEADLINE_KIND_PAPERS {
		t.Error("roles or kinds are numbered otherwise")
	}
}

func TestMethodOf(t *testing.T) {
	axis := func(title string) *riskv1.Axis {
		return &riskv1.Axis{Title: title, Steps: []*riskv1.Step{{Value: 1}, {Value: 2}}}
	}
	got := methodOf(&riskv1.MethodVersion{
		Likelihood: axis("S"), Consequence: axis("K"), ValueRule: riskv1.ValueRule_VALUE_RULE_TABLE,
		Cells:  []*riskv1.Cell{{Likelihood: 1, Consequence: 2, Value: 3}},
		Levels: []*riskv1.Level{{Id: "l", Title: "L", Critical: true, PrescribedTreatments: []string{"t"}}},
		Bands:  []*riskv1.Band{{Level: "l", Lower: proto.Float64(1), LowerExclusive: true, UpperExclusive: true}},
		Classifications: []*riskv1.Classification{{Id: "c", Title: "C", Items: []*riskv1.ClassificationItem{
			{Id: "i", Title: "I", Parent: "p", Mandatory: true}}}},
		Treatments: []*riskv1.Treatment{
			{Id: "t", Title: "T", Kind: riskv1.TreatmentKind_TREATMENT_KIND_ACCEPT, ReasonRequired: true},
			{Id: "g", Kind: riskv1.TreatmentKind_TREATMENT_KIND_REVIEW}, {Id: "w", Kind: riskv1.TreatmentKind_TREATMENT_KIND_WATCH}},
		Questions: []*riskv1.Question{{Id: "q"}}, SelectedLevels: []string{"l"}, FollowUpScale: []*riskv1.StatusStep{{Id: "ja", Title: "Ja"}},
		ActionScale: []*riskv1.StatusStep{{Id: "klar", Title: "Klar", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES, Final: true}},
		GradeScale:  []*riskv1.GradeStep{{Id: "bra", Title: "Bra"}, {Id: "brist", Title: "Brist", Deviation: true}},
	})
	want := &risk.Method{
		Likelihood: &risk.Axis{Title: "S", Steps: []int{1, 2}}, Consequence: &risk.Axis{Title: "K", Steps: []int{1, 2}}, Rule: risk.RuleTable,
		Cells:           []risk.Cell{{Likelihood: 1, Consequence: 2, Value: 3}},
		Levels:          []risk.Level{{ID: "l", Title: "L", Critical: true, Prescribed: []string{"t"}}},
		Bands:           []risk.Band{{Level: "l", Lower: proto.Float64(1), LowerExclusive: true, UpperExclusive: true}},
		Classifications: []risk.Classification{{ID: "c", Title: "C", Items: []risk.Item{{ID: "i", Title: "I", Parent: "p", Mandatory: true}}}},
		Treatments:      []risk.Treatment{{ID: "t", Title: "T", Kind: risk.TreatAccept, ReasonRequired: true}, {ID: "g", Kind: risk.TreatReview}, {ID: "w"}},
		Questions:       []string{"q"}, SelectedLevels: []string{"l"}, Scale: []risk.Status{{ID: "ja", Title: "Ja"}},
		ActionSteps: []risk.Status{{ID: "klar", Title: "Klar", Meaning: risk.MeansYes, Final: true}},
		Grades:      []risk.Grade{{ID: "bra", Title: "Bra"}, {ID: "brist", Title: "Brist", Deviation: true}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("method (-want +got):\n%s", diff)
	}
}

func TestFreezeTakesOutWhatIsOfTheStore(t *testing.T) {
	live := &riskv1.PlanSnapshot{
		Plan:        &riskv1.Plan{Name: "p", Etag: "1", Decision: &riskv1.Decision{Paragraph: "3"}},
		RiskEntries: []*riskv1.RiskEntry{{Name: "e", Etag: "2", ComputedValue: proto.Float64(4)}},
	}
	frozen := freeze(live)
	if frozen.GetPlan().GetEtag() != "" || frozen.GetRiskEntries()[0].GetEtag() != "" || frozen.GetRiskEntries()[0].GetComputedValue() != 4 || frozen.GetPlan().GetDecision().GetParagraph() != "3" {
		t.Errorf("frozen = %v", frozen)
	}
	if live.GetPlan().GetEtag() != "1" {
		t.Error("the live plan changed")
	}
}

func TestFollowUpIDs(t *testing.T) {
	one, two := &riskv1.Round{Plans: []string{"a"}}, &riskv1.Round{Plans: []string{"a", "b"}}
	entry := "municipalities/m/committees/c/plans/2025/riskEntries/fusk"
	if got := followUpID(one, entry); got != "fusk" {
		t.Errorf("id = %q", got)
	}
	if got := followUpID(two, entry); got != "2025-fusk" {
		t.Errorf("id = %q", got)
	}
	long := "municipalities/m/committees/c/plans/2025/riskEntries/" + string(make([]byte, 63))
	if got := followUpID(two, long); len(got) > 63 {
		t.Errorf("id of %d characters", len(got))
	}
}
