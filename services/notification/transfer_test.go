package notification_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// choose stores a choice of Anna's.
func (w *world) choose(t testing.TB, mode notificationv1.DeliveryMode) {
	t.Helper()
	must[*notificationv1.ReminderSettings](t)(w.UpdateReminderSettings(w.anna, &notificationv1.UpdateReminderSettingsRequest{
		ReminderSettings: &notificationv1.ReminderSettings{Name: settings, Mode: mode}}))
}

// TestRoundTrip: rules come out as they went in, people's own choices do not come out, and the same file again changes nothing.
func TestRoundTrip(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		own := rule(before(14), after(3))
		own.Kind, own.Disabled, own.Ladder = riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, true, []notificationv1.LadderStep{notificationv1.LadderStep_LADDER_STEP_HEAD}
		must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRule: own}))
		w.choose(t, single)
		whole := w.exported(t)
		if len(whole) != 2 {
			t.Fatalf("exported %v", whole)
		}
		empty := start(t)
		answer := must[*transferv1.ImportResponse](t)(empty.importing(t, empty.operator, ume, true, whole...))
		if answer.GetCreated() != 2 || len(empty.exported(t)) != 0 {
			t.Errorf("a dry import: %v", answer)
		}
		must[*transferv1.ImportResponse](t)(empty.importing(t, empty.operator, ume, false, whole...))
		answer = must[*transferv1.ImportResponse](t)(empty.importing(t, empty.operator, ume, false, whole...))
		if answer.GetUnchanged() != 2 {
			t.Errorf("the same file again: %v", answer)
		}
		if again := empty.exported(t); !slices.EqualFunc(whole, again, func(a, b proto.Message) bool { return proto.Equal(a, b) }) {
			t.Errorf("the round trip changed\n%v\ninto\n%v", whole, again)
		}
	})
}

func TestFaultyFiles(t *testing.T) {
	w := start(t)
	w.everybody(t)
	named := func(name string, change func(*notificationv1.ReminderRule)) *notificationv1.ReminderRule {
		r := rule()
		r.Name = name
		change(r)
		return r
	}
	as := func(*notificationv1.ReminderRule) {}
	for name, tt := range map[string]struct {
		files []proto.Message
		want  []string
	}{
		"beside a stored one": {[]proto.Message{named(ume+"/reminderRules/ny", as)}, []string{"ReminderRule.kind RULE_OVERLAPS"}},
		"beside another":      {[]proto.Message{named(social+"/reminderRules/a", as), named(social+"/reminderRules/b", as)}, []string{"ReminderRule.kind RULE_OVERLAPS", "ReminderRule.kind RULE_OVERLAPS"}},
		"a time twice":        {[]proto.Message{named(all, func(r *notificationv1.ReminderRule) { r.Times = append(r.Times, before(7)) })}, []string{"ReminderRule.times[1] DUPLICATE"}},
		"somebody's choice":   {[]proto.Message{&notificationv1.ReminderSettings{Name: settings, Mode: single}}, []string{"ReminderSettings UNKNOWN_TYPE"}},
	} {
		answer := must[*transferv1.ImportResponse](t)(w.importing(t, w.operator, ume, false, tt.files...))
		var got []string
		for _, f := range answer.GetFaults() {
			got = append(got, f.GetPath()+" "+f.GetReason())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	swap := []proto.Message{named(all, func(r *notificationv1.ReminderRule) { r.Role = riskv1.StepRole_STEP_ROLE_OWNER }), named(ume+"/reminderRules/ny", as)}
	if answer := must[*transferv1.ImportResponse](t)(w.importing(t, w.operator, ume, false, swap...)); len(answer.GetFaults()) != 0 || answer.GetCreated() != 1 {
		t.Errorf("one that takes the place of another: %v", answer)
	}
	for _, caller := range []context.Context{w.chief, w.administrator, w.coordinator, w.auditor, w.anna} {
		_, err := w.importing(t, caller, ume, true)
		wantDenied(t, err)
	}
}

// TestHistoriesTellOfNobodysChoices, and of rules to whom may read rules.
func TestHistoriesTellOfNobodysChoices(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		w.choose(t, single)
		history := func(caller context.Context, name string) ([]string, error) {
			answer, err := w.journal.ListJournalEntries(caller, &journalv1.ListJournalEntriesRequest{Name: name})
			var names []string
			for _, e := range answer.GetEntries() {
				names = append(names, e.GetResource())
			}
			return names, err
		}
		for name, want := range map[string][]string{ume: {all}, all: {all}, settings: nil} {
			if got, err := history(w.auditor, name); err != nil || !slices.Equal(got, want) {
				t.Errorf("history of %s: %v, %v", name, got, err)
			}
		}
		for name, caller := range map[string]context.Context{ume: w.coordinator, all: w.secretary, settings: w.anna, social: w.member} {
			_, err := history(caller, name)
			wantDenied(t, err)
		}
	})
}

func TestChangesTellOfNobodysChoices(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		w.choose(t, single)
		must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRuleId: "egen", ReminderRule: rule()}))
		watch := func(caller context.Context, want ...string) {
			t.Helper()
			ctx, cancel := context.WithCancel(caller)
			defer cancel()
			stream, err := w.journal.WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: ume, ResumeToken: "start"})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for len(got) < len(want) {
				change, err := stream.Recv()
				if err != nil {
					t.Fatal(err)
				}
				if change.GetName() != "" {
					got = append(got, change.GetName())
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("saw %v, want %v", got, want)
			}
		}
		egen := resource.Join(social, "reminderRules", "egen")
		watch(w.auditor, egen, all)
		watch(w.secretary, egen)
	})
}
