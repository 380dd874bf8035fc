package suitetest_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/mailtest"
	"github.com/uppsikt/uppsikt/internal/redistest"
	"github.com/uppsikt/uppsikt/internal/refdata"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

const yearGolden = "testdata/year.golden"

// yearLegend stands above the mails.
const yearLegend = `# Every mail that the reference committees get from 1 January 2025 to 31 January 2026, by the reminder rules of the
# reference data. Written by internal/suitetest (go test ./internal/suitetest -run TestAYear -update); read the difference
# as somebody would who gets these mails. Lines with ">" tell what was done meanwhile.

`

// TestAYear: a year of the reference committees, on a mail server and each schedule and engine, day by day. Work is done,
// moved and given to others meanwhile, and the mails are those of the golden list.
func TestAYear(t *testing.T) {
	t.Parallel()
	for name, on := range map[string]struct {
		engine sqldb.Engine
		redis  bool
	}{"sqlite and a schedule in the process": {sqldb.SQLite, false}, "postgres and redis": {sqldb.PostgreSQL, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !slices.Contains(sqldbtest.Engines(), on.engine) {
				t.Fatalf("there is no %s to test on", on.engine)
			}
			redis := ""
			if on.redis {
				redis = "redis://" + redistest.New(t).Addr()
			}
			o := openOffice(t, on.engine, redis, time.Date(2024, 12, 31, 23, 0, 0, 0, time.UTC))
			o.year()
			got := yearLegend + o.list()
			if *update && !on.redis {
				o.must(os.WriteFile(yearGolden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(yearGolden)
			o.must(err)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got); read it, then run with -update:\n%s", yearGolden, diff)
			}
			o.wantSettled()
			o.wantSound()
		})
	}
}

// TestReferenceDataRemindNobodyLater: loaded when its year has passed, it sends nothing, then or in the months after.
func TestReferenceDataRemindNobodyLater(t *testing.T) {
	t.Parallel()
	o := openOffice(t, sqldb.SQLite, "", time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	file, err := refdata.Load()
	o.must(err)
	o.load(o.without(file.Bundle))
	o.work(o.clock.Now().Add(40 * 24 * time.Hour))
	if got := o.sent(); len(got) != 0 {
		t.Errorf("%d mails were sent, the first %q to %v", len(got), got[0].Subject, got[0].To)
	}
	reminders, err := o.reminders.ListReminders(o.as("coordinator", municipality), &notificationv1.ListRemindersRequest{Parent: municipality, PageSize: 1000})
	o.must(err)
	for _, r := range reminders.GetReminders() {
		if s := r.GetState(); s != notificationv1.ReminderState_REMINDER_STATE_SKIPPED && s != notificationv1.ReminderState_REMINDER_STATE_MERGED {
			t.Errorf("%s of %s is %v", r.GetDeadline().GetKey(), r.GetSendTime().AsTime(), s)
		}
	}
	if len(reminders.GetReminders()) == 0 {
		t.Error("no reminder was skipped")
	}
}

// event is something that is done during the year.
type event struct {
	day, words string
	do         func(o *office, ctx context.Context)
}

// Committees of the reference data.
const (
	care      = municipality + "/committees/omsorgsnamnden"
	social    = municipality + "/committees/socialnamnden"
	education = municipality + "/committees/utbildningsnamnden"
)

// events are what happens, in order of day.
func events() []event {
	return []event{
		{"2025-01-15", "Åtgärder antas vars sista dagar ligger vid tidsomställningar och helgdagar.", (*office).acceptActions},
		{"2025-02-03", "Rektorn väljer ett mejl för varje sak.", (*office).chooseSingle},
		{"2025-04-08", "Delårsuppföljningens kontroll av HVB får sitt resultat.", report(care+"/rounds/delar-2025", "placeringar-hvb")},
		{"2025-06-09", "Bemanningen besvaras i socialnämndens delårsuppföljning.", answer(social + "/rounds/delar-2025/followUps/bemanning")},
		{"2025-08-18", "Utbildningsnämndens svar får en vecka till, till den 29 augusti.", moveAnswers("2025-08-29")},
		{"2025-08-20", "Frånvaron besvaras i utbildningsnämndens delårsuppföljning.", answer(education + "/rounds/delar-2025/followUps/franvaro")},
		{"2025-10-20", "Socialnämndens delårsuppföljning avslutas.", closeRound(social + "/rounds/delar-2025")},
		{"2025-11-10", "Kontrollen av skyddad identitet får enhetschefen för systemstöd som ansvarig i stället för biståndsenhetens.", (*office).giveAway},
		{"2025-12-01", "Beställningarna får sitt resultat i omsorgsnämndens helårsuppföljning.", report(care+"/rounds/helar-2025", "bestallningar")},
		{"2025-12-08", "Omsorgsnämnden begär en särskild uppföljning till den 13 januari.", (*office).orderRound},
		{"2025-12-22", "Omsorgsnämndens helårsuppföljning avslutas.", closeRound(care + "/rounds/helar-2025")},
	}
}

// year runs it.
func (o *office) year() {
	o.Helper()
	o.load(o.asOfStart())
	for _, e := range events() {
		o.work(o.day(e.day).Add(9 * time.Hour))
		e.do(o, o.as("coordinator", municipality))
	}
	o.work(o.day("2026-02-01"))
}

// asOfStart is the reference data as they stood when the year began: rounds that close later are open, and what is answered
// or reported later is not.
func (o *office) asOfStart() *exchange.File {
	o.Helper()
	file, err := refdata.Load()
	o.must(err)
	b, now := file.Bundle, o.clock.Now()
	opened := map[string]bool{}
	for _, r := range b.GetRounds() {
		if r.GetCloseTime() != nil && r.GetCloseTime().AsTime().After(now) {
			r.State, r.CloseTime, r.UnansweredReason = riskv1.RoundState_ROUND_STATE_OPEN, nil, ""
		}
		opened[r.GetName()] = r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN
	}
	for _, f := range b.GetFollowUps() {
		if f.GetAnswerTime() != nil && f.GetAnswerTime().AsTime().After(now) {
			f.Status, f.Comment, f.AnsweredRole, f.AnsweredBy, f.AnswerTime = "", "", "", "", nil
		}
	}
	b.Results = slices.DeleteFunc(b.GetResults(), func(r *controlv1.Result) bool { return opened[roundOf(r.GetName())] })
	b.Actions = slices.DeleteFunc(b.GetActions(), func(a *riskv1.Action) bool { return strings.Contains(a.GetOrigin().GetResource(), "/results/") })
	return o.without(b)
}

// without is a file without what belongs to the service that reminds of nothing, reporting.
func (o *office) without(b *exchangev1.Bundle) *exchange.File {
	o.Helper()
	b.Cases, b.Templates = nil, nil
	file, err := exchange.NewFile(b)
	o.must(err)
	return file
}

// roundOf returns the round that something belongs to.
func roundOf(name string) string {
	i := strings.Index(name, "/rounds/")
	rest, _, _ := strings.Cut(name[i+len("/rounds/"):], "/")
	return name[:i] + "/rounds/" + rest
}

// acceptActions adds actions whose last days lie just before a change of clocks or a holiday.
func (o *office) acceptActions(ctx context.Context) {
	o.Helper()
	for id, a := range map[string][2]string{
		"sommartid":   {"2025-03-30", "Se över delegationsordningen"},
		"forsta-maj":  {"2025-04-30", "Gå igenom loggarna för våren"},
		"himmelsfard": {"2025-05-28", "Uppdatera informationen om rättigheter"},
		"midsommar":   {"2025-06-19", "Ordna vikarier i förväg"},
		"vintertid":   {"2025-10-26", "Pröva reservrutinen"},
	} {
		made, err := o.risks.CreateAction(ctx, &riskv1.CreateActionRequest{Parent: social, ActionId: id, Action: &riskv1.Action{
			Title: a[1], DueDate: a[0], Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: 2025, Note: "Uppdrag från nämnden"},
			Owners: []*riskv1.Owner{{Role: "enhetschef vuxenenheten", RoleAssignment: municipality + "/roleAssignments/agare-vuxen"}}}})
		o.must(err)
		_, err = o.risks.AcceptAction(ctx, &riskv1.AcceptActionRequest{Name: made.GetName()})
		o.must(err)
	}
}

// chooseSingle is a person's own choice.
func (o *office) chooseSingle(context.Context) {
	o.Helper()
	_, err := o.reminders.UpdateReminderSettings(o.asPerson(municipality+"/people/rektor", "owner"), &notificationv1.UpdateReminderSettingsRequest{
		ReminderSettings: &notificationv1.ReminderSettings{Name: municipality + "/reminderSettings/rektor", Mode: notificationv1.DeliveryMode_DELIVERY_MODE_SINGLE}})
	o.must(err)
}

// report stores the result of a control area.
func report(round, area string) func(*office, context.Context) {
	return func(o *office, ctx context.Context) {
		o.Helper()
		_, err := o.results.CreateResult(ctx, &controlv1.CreateResultRequest{Parent: round, ResultId: area, Result: &controlv1.Result{
			Subject: care + "/plans/2025/controlAreas/" + area, Execution: controlv1.Execution_EXECUTION_DONE,
			StatedFulfilment: controlv1.Fulfilment_FULFILMENT_MET, OverrideReason: "Bedömt vid besök.", Text: "Allt är i ordning."}})
		o.must(err)
	}
}

// answer answers a follow-up.
func answer(name string) func(*office, context.Context) {
	return func(o *office, ctx context.Context) {
		o.Helper()
		_, err := o.risks.AnswerFollowUp(ctx, &riskv1.AnswerFollowUpRequest{Name: name, Status: "ja", Comment: "Arbetet följer planen.", AnsweredRole: "Enhetschef"})
		o.must(err)
	}
}

// moveAnswers moves the day by which owners answer.
func moveAnswers(day string) func(*office, context.Context) {
	return func(o *office, ctx context.Context) {
		o.Helper()
		round, err := o.risks.GetRound(ctx, &riskv1.GetRoundRequest{Name: education + "/rounds/delar-2025"})
		o.must(err)
		round.Steps[0].DueDate = day
		_, err = o.risks.UpdateRound(ctx, &riskv1.UpdateRoundRequest{Round: round, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"steps"}}})
		o.must(err)
	}
}

// giveAway gives an action another owner, after the former was reminded of it.
func (o *office) giveAway(ctx context.Context) {
	o.Helper()
	action, err := o.risks.GetAction(ctx, &riskv1.GetActionRequest{Name: social + "/actions/kontroll-skyddad-identitet"})
	o.must(err)
	action.Owners = []*riskv1.Owner{{Role: "enhetschef systemstöd och administration", RoleAssignment: municipality + "/roleAssignments/agare-systemstod"}}
	_, err = o.risks.UpdateAction(ctx, &riskv1.UpdateActionRequest{Action: action, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owners"}}})
	o.must(err)
}

// closeRound closes a round, whatever is unanswered.
func closeRound(name string) func(*office, context.Context) {
	return func(o *office, ctx context.Context) {
		o.Helper()
		_, err := o.risks.CloseRound(ctx, &riskv1.CloseRoundRequest{Name: name, UnansweredReason: "Redovisas muntligt."})
		o.must(err)
	}
}

// orderRound asks the owners of controls for an answer in January, when one of their roles has ended.
func (o *office) orderRound(ctx context.Context) {
	o.Helper()
	_, err := o.risks.CreateRound(ctx, &riskv1.CreateRoundRequest{Parent: care, RoundId: "sarskild-2025", Round: &riskv1.Round{
		Title: "Särskild uppföljning", Kind: riskv1.RoundKind_ROUND_KIND_SEPARATE, Plans: []string{care + "/plans/2025"},
		Selection: riskv1.RoundSelection_ROUND_SELECTION_ALL, MeetingDate: "2026-02-10",
		Steps: []*riskv1.RoundStep{{Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Ansvariga svarar", DueDate: "2026-01-13", Id: "svar"}}}})
	o.must(err)
}

// wantSettled fails the test unless every mail stands in the ledger as sent, once, and nothing waits that is due.
func (o *office) wantSettled() {
	o.Helper()
	ids := map[string]int{}
	for _, m := range o.sent() {
		ids[m.MessageID]++
	}
	ctx, token, lines := o.as("coordinator", municipality), "", 0
	for {
		page, err := o.reminders.ListDeliveries(ctx, &notificationv1.ListDeliveriesRequest{Parent: municipality, PageSize: 1000, PageToken: token})
		o.must(err)
		for _, d := range page.GetDeliveries() {
			lines++
			if d.GetState() != notificationv1.DeliveryState_DELIVERY_STATE_SENT || d.GetAttempts() != 1 || ids[strings.Trim(d.GetMessageId(), "<>")] != 1 {
				o.Errorf("%s is %v after %d attempts and came %d times", d.GetSubject(), d.GetState(), d.GetAttempts(), ids[strings.Trim(d.GetMessageId(), "<>")])
			}
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	if lines != len(ids) || lines == 0 {
		o.Errorf("%d lines in the ledger and %d mails", lines, len(ids))
	}
}

// list writes the mails, and what was done meanwhile, in order of time.
func (o *office) list() string {
	o.Helper()
	var b strings.Builder
	done := events()
	for _, m := range o.sent() {
		for ; len(done) > 0 && o.day(done[0].day).Add(9*time.Hour).Before(m.Date); done = done[1:] {
			fmt.Fprintf(&b, "> %s: %s\n\n", done[0].day, done[0].words)
		}
		address, _, _ := strings.Cut(m.To[0], "@")
		fmt.Fprintf(&b, "%s  %s\n    %s\n", m.Date.In(o.place).Format("Mon 2006-01-02 15:04 -0700"), address, m.Subject)
		for _, line := range linesOf(m) {
			fmt.Fprintf(&b, "      %s\n", line)
		}
		b.WriteString("\n")
	}
	for _, e := range done {
		o.Errorf("nothing was sent after %s: %s", e.day, e.words)
	}
	return b.String()
}

// linesOf returns what a mail says, without what every mail says, and without what else waits for the person.
func linesOf(m mailtest.Message) []string {
	text, foot, _ := strings.Cut(strings.ReplaceAll(m.Text, "\r", ""), "\n-- \n")
	text, _, _ = strings.Cut(text, "\nDet här väntar också på dig\n")
	why, _, _ := strings.Cut(foot, "\nDag")
	return slices.DeleteFunc(strings.Split(text+"\n"+why, "\n"), func(l string) bool {
		return strings.TrimSpace(l) == "" || strings.HasPrefix(l, "http") || strings.HasPrefix(l, "Hej ") || strings.HasSuffix(l, ":")
	})
}
