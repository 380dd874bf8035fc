package notification_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestRulesLiveAsResourcesDo(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		create := &notificationv1.CreateReminderRuleRequest{Parent: social, RequestId: "r1", ReminderRule: rule(before(14), after(3))}
		first := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, create))
		again := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, create))
		if first.GetName() != again.GetName() || first.GetEtag() == "" || first.GetCreateTime() == nil {
			t.Errorf("a repeat made %v beside %v", again, first)
		}
		got := must[*notificationv1.ReminderRule](t)(w.GetReminderRule(w.secretary, &notificationv1.GetReminderRuleRequest{Name: first.GetName()}))
		if !proto.Equal(got, first) {
			t.Errorf("got %v, want %v", got, first)
		}
		changed := must[*notificationv1.ReminderRule](t)(w.UpdateReminderRule(w.coordinator, &notificationv1.UpdateReminderRuleRequest{
			ReminderRule: &notificationv1.ReminderRule{Name: first.GetName(), Etag: first.GetEtag(), Title: "Annan", TimeOfDay: "08:30"},
			UpdateMask:   &fieldmaskpb.FieldMask{Paths: []string{"title"}}}))
		if changed.GetTitle() != "Annan" || changed.GetTimeOfDay() != "07:00" || changed.GetEtag() == first.GetEtag() {
			t.Errorf("changed = %v", changed)
		}
		_, err := w.UpdateReminderRule(w.coordinator, &notificationv1.UpdateReminderRuleRequest{ReminderRule: first})
		wantFault(t, err, fault.Conflict, "STALE_ETAG")
		_, err = w.DeleteReminderRule(w.coordinator, &notificationv1.DeleteReminderRuleRequest{Name: first.GetName(), Etag: first.GetEtag()})
		wantFault(t, err, fault.Conflict, "STALE_ETAG")
		if _, err := w.DeleteReminderRule(w.coordinator, &notificationv1.DeleteReminderRuleRequest{Name: first.GetName(), Etag: changed.GetEtag()}); err != nil {
			t.Fatal(err)
		}
		_, err = w.GetReminderRule(w.coordinator, &notificationv1.GetReminderRuleRequest{Name: first.GetName()})
		wantMissing(t, err)
	})
}

func TestRulesAreListedByName(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		for kind := range 5 {
			r := rule()
			r.Kind = riskv1.DeadlineKind(kind)
			must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.chief, &notificationv1.CreateReminderRuleRequest{Parent: ume,
				ReminderRuleId: fmt.Sprint("r", kind), ReminderRule: r}))
		}
		must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.chief, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRule: rule()}))
		var names []string
		for token := ""; ; {
			page := must[*notificationv1.ListReminderRulesResponse](t)(w.ListReminderRules(w.auditor, &notificationv1.ListReminderRulesRequest{Parent: ume, PageSize: 2, PageToken: token}))
			for _, r := range page.GetReminderRules() {
				names = append(names, r.GetName())
			}
			if token = page.GetNextPageToken(); token == "" {
				break
			}
		}
		if len(names) != 5 || !slices.IsSorted(names) {
			t.Errorf("names = %v, want the municipality's five", names)
		}
		every := must[*notificationv1.ListReminderRulesResponse](t)(w.ListReminderRules(w.auditor, &notificationv1.ListReminderRulesRequest{Parent: ume + "/committees/-"}))
		if len(every.GetReminderRules()) != 1 {
			t.Errorf("of every committee: %v", every)
		}
		_, err := w.ListReminderRules(w.coordinator, &notificationv1.ListReminderRulesRequest{Parent: ume + "/committees/-"})
		wantDenied(t, err)
	})
}

func TestOneRuleForAKindAndRole(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		first := w.everybody(t)
		_, err := w.CreateReminderRule(w.chief, &notificationv1.CreateReminderRuleRequest{Parent: ume, ReminderRule: rule(before(1))})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "reminder_rule.kind RULE_OVERLAPS")
		other := rule(before(1))
		other.Role = riskv1.StepRole_STEP_ROLE_OWNER
		stored := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.chief, &notificationv1.CreateReminderRuleRequest{Parent: ume, ReminderRule: other}))
		_, err = w.UpdateReminderRule(w.chief, &notificationv1.UpdateReminderRuleRequest{ReminderRule: &notificationv1.ReminderRule{Name: stored.GetName()},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"role"}}})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "reminder_rule.kind RULE_OVERLAPS")
		must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRule: rule()}))
		if _, err := w.DeleteReminderRule(w.chief, &notificationv1.DeleteReminderRuleRequest{Name: first.GetName()}); err != nil {
			t.Fatal(err)
		}
		w.everybody(t)
	})
}

func TestFaultyRules(t *testing.T) {
	w := start(t)
	tests := map[string]struct {
		change func(*notificationv1.ReminderRule)
		want   []string
	}{
		"no title":      {func(r *notificationv1.ReminderRule) { r.Title = "" }, []string{"reminder_rule.title string.min_len"}},
		"no times":      {func(r *notificationv1.ReminderRule) { r.Times = nil }, []string{"reminder_rule.times repeated.min_items"}},
		"no such time":  {func(r *notificationv1.ReminderRule) { r.TimeOfDay = "24:00" }, []string{"reminder_rule.time_of_day string.pattern"}},
		"the same time": {func(r *notificationv1.ReminderRule) { r.Times = append(r.Times, before(7)) }, []string{"reminder_rule.times[1] DUPLICATE"}},
		"reversed": {func(r *notificationv1.ReminderRule) {
			r.Times[0].Distance = &notificationv1.ReminderTime_Share{Share: &notificationv1.PeriodShare{Percent: 20, MinDays: 9, MaxDays: 3}}
		}, []string{"reminder_rule.times[0].share.max_days BOUNDS_REVERSED"}},
		"a step twice": {func(r *notificationv1.ReminderRule) {
			r.Ladder = []notificationv1.LadderStep{notificationv1.LadderStep_LADDER_STEP_HEAD, notificationv1.LadderStep_LADDER_STEP_HEAD}
		}, []string{"reminder_rule.ladder[1] DUPLICATE"}},
	}
	stored := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.sister, &notificationv1.CreateReminderRuleRequest{Parent: school, ReminderRule: rule()}))
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := rule()
			tt.change(r)
			_, err := w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRule: proto.CloneOf(r)})
			wantFields(t, err, tt.want)
			_, err = w.PreviewReminders(w.coordinator, &notificationv1.PreviewRemindersRequest{Parent: social, ReminderRule: proto.CloneOf(r)})
			wantFields(t, err, tt.want)
			r.Name = stored.GetName()
			_, err = w.UpdateReminderRule(w.sister, &notificationv1.UpdateReminderRuleRequest{ReminderRule: r, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"*"}}})
			wantFields(t, err, tt.want)
		})
	}
	for _, parent := range []string{"", "x", ume + "/committees/-", social + "/plans/2025"} {
		if _, err := w.CreateReminderRule(w.chief, &notificationv1.CreateReminderRuleRequest{Parent: parent, ReminderRule: rule()}); err == nil {
			t.Errorf("no fault for a rule in %q", parent)
		}
	}
}

// wantFields checks the fields of a refusal, whoever refused.
func wantFields(t *testing.T, err error, want []string) {
	t.Helper()
	f := rpcerr.FromStatus(err)
	wantFault(t, err, fault.Invalid, f.Reason, want...)
}

// TestWhoKeepsRules: rules are read where they hold, and kept by coordinators and administrators of the place.
func TestWhoKeepsRules(t *testing.T) {
	w := start(t)
	w.everybody(t)
	own := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRule: rule()}))
	tests := []struct {
		who          string
		ctx          context.Context
		reads, keeps [2]bool // the municipality's, the committee's
	}{
		{"coordinator", w.coordinator, [2]bool{false, true}, [2]bool{false, true}}, {"sister", w.sister, [2]bool{}, [2]bool{}},
		{"secretary", w.secretary, [2]bool{false, true}, [2]bool{}}, {"member", w.member, [2]bool{}, [2]bool{}}, {"owner", w.anna, [2]bool{}, [2]bool{}},
		{"chief", w.chief, [2]bool{true, true}, [2]bool{true, true}}, {"auditor", w.auditor, [2]bool{true, true}, [2]bool{}},
		{"administrator", w.administrator, [2]bool{true, true}, [2]bool{true, true}}, {"operator", w.operator, [2]bool{}, [2]bool{}},
	}
	for _, tt := range tests {
		for i, name := range []string{all, own.GetName()} {
			allowed := func(want bool, err error) {
				t.Helper()
				if !want {
					wantDenied(t, err)
				} else if err != nil {
					t.Errorf("%s at %s: %v", tt.who, name, err)
				}
			}
			_, err := w.GetReminderRule(tt.ctx, &notificationv1.GetReminderRuleRequest{Name: name})
			allowed(tt.reads[i], err)
			_, err = w.UpdateReminderRule(tt.ctx, &notificationv1.UpdateReminderRuleRequest{ReminderRule: &notificationv1.ReminderRule{Name: name, Title: tt.who}})
			allowed(tt.keeps[i], err)
		}
	}
}

// TestTheCommitteesRuleTakesThePlace: and a disabled one silences.
func TestTheCommitteesRuleTakesThePlace(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		own := rule(before(4))
		own.TimeOfDay = "09:15"
		stored := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRule: own}))
		w.reconcile(t)
		if got := w.planned(t, w.chief, ume); !slices.Equal(got, []string{"skola bo 05-23 07:00", "jav anna 05-26 09:15", "attest bo 06-05 09:15"}) {
			t.Errorf("planned = %v", got)
		}
		stored.Disabled = true
		must[*notificationv1.ReminderRule](t)(w.UpdateReminderRule(w.coordinator, &notificationv1.UpdateReminderRuleRequest{ReminderRule: stored}))
		w.reconcile(t)
		if got := w.planned(t, w.chief, ume); !slices.Equal(got, []string{"skola bo 05-23 07:00"}) {
			t.Errorf("planned while silenced = %v", got)
		}
	})
}

// TestAWriteTakesEffectByItself: nobody has to ask for the reminders to follow a rule.
func TestAWriteTakesEffectByItself(t *testing.T) {
	w := start(t)
	w.reconcile(t)
	w.run(t)
	first := w.everybody(t)
	w.await(t, []string{"jav anna 05-23 07:00", "skola bo 05-23 07:00", "attest bo 06-03 07:00"})
	must[*notificationv1.ReminderRule](t)(w.UpdateReminderRule(w.chief, &notificationv1.UpdateReminderRuleRequest{
		ReminderRule: &notificationv1.ReminderRule{Name: first.GetName(), TimeOfDay: "10:00"}}))
	w.await(t, []string{"jav anna 05-23 10:00", "skola bo 05-23 10:00", "attest bo 06-03 10:00"})
	if _, err := w.DeleteReminderRule(w.chief, &notificationv1.DeleteReminderRuleRequest{Name: first.GetName()}); err != nil {
		t.Fatal(err)
	}
	w.await(t, nil)
	imported := rule(before(1))
	imported.Name = all
	if _, err := w.importing(t, w.operator, ume, false, imported); err != nil {
		t.Fatal(err)
	}
	w.await(t, []string{"jav anna 05-28 07:00", "skola bo 05-28 07:00", "attest bo 06-09 07:00"})
}

// TestRulesThatSendMuchAreConfirmed: over 200 mails in a month are stored only when somebody has said yes to the number.
func TestRulesThatSendMuchAreConfirmed(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.owners.crowd(201)
		w.reconcile(t)
		create := func(rule *notificationv1.ReminderRule, confirmed int32) (*notificationv1.ReminderRule, error) {
			return w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social, ReminderRule: rule, ConfirmedMails: confirmed, RequestId: "r"})
		}
		_, err := create(rule(), 201)
		wantFault(t, err, fault.Precondition, "CONFIRMATION_NEEDED")
		mails, _ := strconv.Atoi(rpcerr.FromStatus(err).Facts["mails"])
		if mails != 203 { // the crowd, Anna and Bo
			t.Fatalf("mails = %d of %v", mails, rpcerr.FromStatus(err))
		}
		faulty := rule()
		faulty.Times = append(faulty.Times, before(7))
		_, err = create(faulty, 0)
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "reminder_rule.times[1] DUPLICATE")
		off := rule()
		off.Disabled = true
		stored := must[*notificationv1.ReminderRule](t)(create(off, 0))
		update := func(r *notificationv1.ReminderRule, confirmed int32) (*notificationv1.ReminderRule, error) {
			r.Name = stored.GetName()
			return w.UpdateReminderRule(w.coordinator, &notificationv1.UpdateReminderRuleRequest{ReminderRule: r, ConfirmedMails: confirmed,
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title", "disabled", "times", "time_of_day"}}})
		}
		_, err = update(rule(), 202)
		wantFault(t, err, fault.Precondition, "CONFIRMATION_NEEDED")
		must[*notificationv1.ReminderRule](t)(update(rule(), 203))
		renamed := rule()
		renamed.Title = "Samma, med annat namn"
		must[*notificationv1.ReminderRule](t)(update(renamed, 0))
		if _, err := w.DeleteReminderRule(w.coordinator, &notificationv1.DeleteReminderRuleRequest{Name: stored.GetName()}); err != nil {
			t.Fatal(err)
		}
		confirmed := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social,
			ReminderRule: rule(), ConfirmedMails: int32(mails), RequestId: "r2"}))
		w.owners.crowd(0)
		w.owners.deadline("jav", func(d *riskv1.Deadline) { d.Done = true })
		again := must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.coordinator, &notificationv1.CreateReminderRuleRequest{Parent: social,
			ReminderRule: rule(), RequestId: "r2"}))
		if again.GetName() != confirmed.GetName() {
			t.Errorf("a repeat made %v", again)
		}
	})
}
