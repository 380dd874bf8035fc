package web

import (
	"net/url"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestClockText(t *testing.T) {
	for typed, want := range map[string]string{"07:00": "07:00", "7.30": "07:30", "kl. 7": "07:00", "kl 16.05": "16:05", "16": "16:00", "": "", "snart": "snart"} {
		if got := clockText(typed); got != want {
			t.Errorf("clockText(%q) = %q, want %q", typed, got, want)
		}
	}
}

// TestRuleFormKeepsTheRule: the form of a rule, sent as it is shown, says the same rule.
func TestRuleFormKeepsTheRule(t *testing.T) {
	own, above := fixRules()
	for _, rule := range append(own, above...) {
		f := ruleForm(rule, asStored, func(string) string { return "" })
		values := url.Values{}
		f.each(func(q *field) {
			if q.Name != "" {
				values.Set(q.Name, q.Value)
			}
		})
		f.fill(values)
		got, err := typedRule(f, rule.GetName())
		if err != nil {
			t.Fatal(err)
		}
		want := proto.CloneOf(rule)
		want.Etag, want.Mode = "", notificationv1.DeliveryMode_DELIVERY_MODE_DIGEST
		for _, one := range want.GetTimes() {
			one.Recipient = max(one.GetRecipient(), notificationv1.LadderStep_LADDER_STEP_RESPONSIBLE)
		}
		if !proto.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// TestRuleFaultsAtTheirFields: what the service finds wrong stands where it can be mended, also behind a row left out.
func TestRuleFaultsAtTheirFields(t *testing.T) {
	f := ruleForm(&notificationv1.ReminderRule{}, func(string, int) int { return 3 }, func(string) string { return timeShare })
	f.fill(url.Values{"rubrik": {"x"}, "tid-slag1": {timeShare}, "tid-antal1": {"200"}, "tid-slag2": {timeAfter}, "tid-antal2": {"1"}, "stege1": {"3"}, "satt": {"2"}, "skickar": {"ja"}})
	if _, err := typedRule(f, fixRule); err != nil {
		t.Fatal(err)
	}
	f.reject(toFault(placeRuleFaults(fault.Fields(fault.Field{Path: "reminder_rule.times[0].share.percent", Swedish: "a"}, fault.Field{Path: "reminder_rule.times[0].share.min_days", Swedish: "b"},
		fault.Field{Path: "reminder_rule.times[1]", Swedish: "c"}, fault.Field{Path: "reminder_rule.ladder[0]", Swedish: "d"}, fault.Field{Path: "reminder_rule.kind", Swedish: "e"}))))
	for name, want := range map[string]string{"tid-antal1": "a", "tid-minst1": "b", "tid-slag2": "c", "slag": "e", "tid-antal2": ""} {
		if got := f.field(name).Error; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	none := ruleForm(&notificationv1.ReminderRule{}, asStored, func(string) string { return "" })
	none.reject(toFault(placeRuleFaults(fault.Fields(fault.Field{Path: "reminder_rule.times", Swedish: "Ange minst en tidpunkt."}))))
	if none.field("tid-slag0").Error == "" {
		t.Error("the lack of times is not said at the first one")
	}
}

func TestReplacedRules(t *testing.T) {
	own, above := fixRules()
	if replaced(above[0], own) || !replaced(above[1], own) || replaced(above[2], own) {
		t.Error("a rule of the committee takes the place of another than for the same kind and role")
	}
	if all := []*notificationv1.ReminderRule{{Disabled: true}}; !replaced(above[0], all) || !replaced(above[2], all) {
		t.Error("a rule for everything leaves one of the municipality's in force")
	}
}

func TestTaskTimes(t *testing.T) {
	for left, want := range map[int32]string{-1: "Försenat", 0: "Denna vecka", 2: "Denna vecka", 3: "Senare"} { // fixNow is a Friday
		if got := taskTime(&notificationv1.Task{DaysLeft: left}, fixNow); got != want {
			t.Errorf("%d days: got %q, want %q", left, got, want)
		}
	}
	if got := taskTime(&notificationv1.Task{DaysLeft: 1}, fixNow.AddDate(0, 0, 2)); got != "Senare" {
		t.Errorf("the week does not end on Sunday: %q", got)
	}
}

func TestFittingPeople(t *testing.T) {
	all := []*directoryv1.Person{{Name: "p/a", DisplayName: "Anna Ek", Email: "a@example.org"}, {Name: "p/b", DisplayName: "Anna Eklund"}, {Name: "p/c", DisplayName: "Bo Ek"}}
	for typed, want := range map[string]int{"anna ek": 1, "anna": 2, "c": 1, "A@example.org": 1, "ek": 3, "ingen": 0} {
		if got := fitting(all, typed); len(got) != want {
			t.Errorf("%q fits %d people, want %d", typed, len(got), want)
		}
	}
}

// TestYearLine: marks never lie on each other, and what lies far off is in the table alone.
func TestYearLine(t *testing.T) {
	g := fixRegister(0)
	g.rounds[0].Steps = append(g.rounds[0].Steps, &riskv1.RoundStep{Title: "Dagen efter", DueDate: "2025-05-13"}, &riskv1.RoundStep{Title: "Långt bort", DueDate: "2031-01-01"})
	v := planYear(g)
	if len(v.Rows) != 7 || len(v.Marks) != 6 || v.Today == "" || v.Rows[6].Number != "" {
		t.Fatalf("got %d rows, %d marks, today %q", len(v.Rows), len(v.Marks), v.Today)
	}
	if first, second := v.Marks[1], v.Marks[2]; first.Y == second.Y {
		t.Error("two days in a row share a lane")
	}
	if v.Months[0].Letter != "D" || v.Months[0].Year != "" || v.Months[1].Year != "2025" {
		t.Errorf("the line begins with %v", v.Months[:2])
	}
	g.Plan = &riskv1.Plan{Name: fixPlan}
	if g.rounds = nil; planYear(g) != nil {
		t.Error("a year without days is shown")
	}
}

func TestConfirmKeepsWhatWasTyped(t *testing.T) {
	p := confirmPage(&page{Title: "Ny regel"}, url.Values{"rubrik": {"Alla"}, "gor": {"x"}, "bekraftade": {"1"}}, "412")
	if p.Form.value("rubrik") != "Alla" || p.Form.value(confirmedField) != "412" || !strings.Contains(p.Title, "412") {
		t.Errorf("got %v", p.Form)
	}
	if got := confirmedMails(url.Values{confirmedField: {"412"}}); got != 412 {
		t.Errorf("got %d", got)
	}
	if got := mailsToConfirm(&fault.Error{Kind: fault.Precondition, Reason: "CONFIRMATION_NEEDED", Facts: map[string]string{"mails": "412"}}); got != "412" {
		t.Errorf("got %q", got)
	}
}
