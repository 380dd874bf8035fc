package facts

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/types/known/timestamppb"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Names that the tests play with.
const (
	ume    = "municipalities/ume"
	social = ume + "/committees/on"
	anna   = ume + "/people/anna"
)

var noon = time.Date(2025, 5, 12, 12, 0, 0, 0, time.UTC)

func TestRule(t *testing.T) {
	stored := &notificationv1.ReminderRule{Name: ume + "/reminderRules/x", Disabled: true, Kind: riskv1.DeadlineKind_DEADLINE_KIND_CONTROL,
		Role: riskv1.StepRole_STEP_ROLE_MANAGER, TimeOfDay: "07:30", Mode: notificationv1.DeliveryMode_DELIVERY_MODE_SINGLE,
		Ladder: []notificationv1.LadderStep{notificationv1.LadderStep_LADDER_STEP_HEAD}, UpdateTime: timestamppb.New(noon),
		Times: []*notificationv1.ReminderTime{
			{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: 7}},
			{Distance: &notificationv1.ReminderTime_DaysAfter{DaysAfter: 3}, Recipient: notificationv1.LadderStep_LADDER_STEP_COORDINATOR},
			{Distance: &notificationv1.ReminderTime_Share{Share: &notificationv1.PeriodShare{Percent: 20, MinDays: 2, MaxDays: 30}}},
		}}
	want := notice.Rule{Name: ume + "/reminderRules/x", Disabled: true, Kind: notice.KindControl, Role: notice.RoleManager, Hour: 7, Minute: 30,
		Mode: notice.Single, Ladder: []notice.Recipient{notice.Head}, Since: noon,
		Times: []notice.Time{{Days: -7}, {Days: 3, Recipient: notice.Coordinator}, {Share: &notice.Share{Percent: 20, Min: 2, Max: 30}}}}
	if diff := cmp.Diff(want, Rule(stored)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Rule(&notificationv1.ReminderRule{TimeOfDay: "x"}); !got.Since.IsZero() || got.Hour != 0 {
		t.Errorf("one that is not stored yet: %+v", got)
	}
}

// TestNumbersAreThoseOfTheAPI: the rules' own kinds, roles, steps, modes, causes and states have the API's numbers.
func TestNumbersAreThoseOfTheAPI(t *testing.T) {
	for name, pair := range map[string][2]int{
		"kinds":      {int(notice.KindControl), len(riskv1.DeadlineKind_name) - 1},
		"roles":      {int(notice.RoleCommittee), len(riskv1.StepRole_name) - 1},
		"recipients": {int(notice.Head), len(notificationv1.LadderStep_name) - 1},
		"modes":      {int(notice.Digest), len(notificationv1.DeliveryMode_name) - 1},
		"causes":     {int(notice.Vacant), len(notificationv1.ReminderCause_name) - 1},
		"states":     {int(notice.Merged), len(notificationv1.ReminderState_name) - 1},
		"control":    {int(notice.KindControl), int(riskv1.DeadlineKind_DEADLINE_KIND_CONTROL)},
		"committee":  {int(notice.RoleCommittee), int(riskv1.StepRole_STEP_ROLE_COMMITTEE)},
		"manager":    {int(notice.Manager), int(notificationv1.LadderStep_LADDER_STEP_MANAGER)},
		"single":     {int(notice.Single), int(notificationv1.DeliveryMode_DELIVERY_MODE_SINGLE)},
		"takeover":   {int(notice.Takeover), int(notificationv1.ReminderCause_REMINDER_CAUSE_TAKEOVER)},
		"withdrawn":  {int(notice.Withdrawn), int(notificationv1.ReminderState_REMINDER_STATE_WITHDRAWN)},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %d here, %d in the API", name, pair[0], pair[1])
		}
	}
}

func TestDeadlineAndPeople(t *testing.T) {
	stored := sqlstore.Deadline{Committee: social, Known: noon, About: &riskv1.Deadline{Key: "k", Kind: riskv1.DeadlineKind_DEADLINE_KIND_ACTION,
		Role: riskv1.StepRole_STEP_ROLE_OWNER, DueDate: "2025-05-30", BeginDate: "2025-05-01", Done: true,
		Owners: []*riskv1.Owner{{Role: "enhetschef", RoleAssignment: "a"}}}}
	want := notice.Deadline{Committee: social, Key: "k", Kind: notice.KindAction, Role: notice.RoleOwner, Due: "2025-05-30", Begin: "2025-05-01",
		Done: true, Known: noon, Owners: []notice.Owner{{Role: "enhetschef", Assignment: "a"}}}
	if diff := cmp.Diff([]notice.Deadline{want}, Deadlines([]sqlstore.Deadline{stored})); diff != "" {
		t.Errorf("deadline (-want +got):\n%s", diff)
	}
	people := People([]*directoryv1.Person{{Name: anna, Email: "anna@umea.se"}, {Name: ume + "/people/bo", Disabled: true}},
		[]*notificationv1.ReminderSettings{{Name: ume + "/reminderSettings/anna", Mode: notificationv1.DeliveryMode_DELIVERY_MODE_DIGEST}})
	wantPeople := []notice.Person{{Name: anna, Email: "anna@umea.se", Mode: notice.Digest}, {Name: ume + "/people/bo", Disabled: true}}
	if diff := cmp.Diff(wantPeople, people); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	roles := Assignments([]*directoryv1.RoleAssignment{{Name: "a", Person: anna, Role: directoryv1.Role_ROLE_COORDINATOR, Scope: social, ValidTo: "2025-12-31"}})
	if diff := cmp.Diff([]notice.Assignment{{Name: "a", Person: anna, Role: "coordinator", Scope: social, To: "2025-12-31"}}, roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
}

func TestNamed(t *testing.T) {
	m := &Municipality{Directory: &sqlstore.Directory{Committees: []*directoryv1.Committee{{Name: social, DisplayName: "Omsorgsnämnden"}},
		People: []*directoryv1.Person{{Name: anna, DisplayName: "Anna Ek"}}}}
	if m.Person(anna).GetDisplayName() != "Anna Ek" || m.Committee(social) == nil || m.Person("x") != nil || m.Assignment("x") != nil || m.Known() {
		t.Error("what the directory names is not found, or what it does not name is")
	}
}

func TestTold(t *testing.T) {
	var stored []sqlstore.Reminder
	for state := notice.Planned; state <= notice.Merged; state++ {
		stored = append(stored, sqlstore.Reminder{Reminder: notice.Reminder{State: state}})
	}
	want := []notice.Reminder{{State: notice.Sending}, {State: notice.Sent}}
	if diff := cmp.Diff(want, Told(stored)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
