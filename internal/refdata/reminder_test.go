package refdata_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/refdata"
)

// TestReminderRules: the committee's own rule says when its owners are reminded, the municipality's say the rest, and no
// two in one place are about the same.
func TestReminderRules(t *testing.T) {
	all := load(t).GetReminderRules()
	want := &notificationv1.ReminderRule{Name: omsorgsnamnden + "/reminderRules/ansvariga", Title: "Ansvariga mäter och svarar",
		Kind: riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, Role: riskv1.StepRole_STEP_ROLE_OWNER,
		Times: []*notificationv1.ReminderTime{{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: 7},
			Recipient: notificationv1.LadderStep_LADDER_STEP_RESPONSIBLE}},
		TimeOfDay: "07:00", Mode: notificationv1.DeliveryMode_DELIVERY_MODE_DIGEST}
	if diff := cmp.Diff(want, all[0], protocmp.Transform()); diff != "" {
		t.Errorf("the committee's rule (-want +got):\n%s", diff)
	}
	type about struct {
		parent string
		kind   riskv1.DeadlineKind
		role   riskv1.StepRole
	}
	seen := map[about]string{}
	for _, r := range all {
		parent, _, _ := strings.Cut(r.GetName(), "/reminderRules/")
		key := about{parent, r.GetKind(), r.GetRole()}
		if seen[key] != "" {
			t.Errorf("%s and %s are about the same", seen[key], r.GetName())
		}
		seen[key] = r.GetName()
		if r.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_MEETING {
			t.Errorf("%s reminds of meetings", r.GetName())
		}
	}
}

// TestOwnersOfControlAreas: each of the committee's control areas is reported by one of its two managers, three each.
func TestOwnersOfControlAreas(t *testing.T) {
	counts := map[string]int{}
	for _, a := range of(load(t).GetControlAreas(), omsorgsnamnden) {
		for _, o := range a.GetOwners() {
			counts[strings.TrimPrefix(o.GetRoleAssignment(), refdata.Municipality+"/roleAssignments/")]++
		}
	}
	if diff := cmp.Diff(map[string]int{"ansvarig-chef-stod-tf": 3, "ansvarig-chef-ifo": 3}, counts); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}
