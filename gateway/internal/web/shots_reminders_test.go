package web

import (
	"fmt"
	"net/url"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// secretaryUser reads what is sent, but no mails.
func secretaryUser() *user { return testUser("Siv Dahl", role("secretary", fixCommittee)) }

func taskShots() []shot {
	today := fixNow.In(time.UTC)
	var many []*notificationv1.Task
	for i := range 60 {
		one := fixTasks()[4]
		one.Deadline.Title = fmt.Sprintf("Sammanträde nummer %d", i+1)
		many = append(many, one)
	}
	return []shot{
		{"uppgifter-tom", tasksPath, ownerUser(), tasksPage(nil, today, nil)},
		{"uppgifter-en", tasksPath, ownerUser(), tasksPage(fixTasks()[3:4], today, nil)},
		{"uppgifter", tasksPath, ownerUser(), tasksPage(fixTasks(), today, nil)},
		{"uppgifter-manga", tasksPath, coordinatorUser(), tasksPage(many, today, url.Values{"fran": {"50"}})},
	}
}

func reminderShots(s *server) []shot {
	at, u := "/"+fixCommittee+"/paminnelser", coordinatorUser()
	own, above := fixRules()
	show := func(name string, u *user, d remindersData) shot {
		d.scope = orElse(d.scope, fixCommittee)
		return shot{name, "/" + d.scope + "/paminnelser", u, s.remindersPage(&d, u, nil)}
	}
	working := &notificationv1.NotificationStatus{ReconcileTime: timestamppb.New(fixNow), Schedule: notificationv1.ScheduleState_SCHEDULE_STATE_WORKING}
	troubled := &notificationv1.NotificationStatus{ReconcileTime: timestamppb.New(fixNow), Schedule: notificationv1.ScheduleState_SCHEDULE_STATE_DEGRADED, Stale: true, Outbox: true, Waiting: 1, Parked: 2}
	unreachable := fixPreview(2)
	for range 2 {
		r := fixReminder(riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, "2025-05-12", 0)
		r.InsteadOf = "Enhetschef ekonomiskt bistånd"
		unreachable.Unreachable = append(unreachable.Unreachable, r)
	}
	empty := &notificationv1.PreviewRemindersResponse{}
	return []shot{
		show("paminnelser-tom", u, remindersData{preview: empty, status: working}),
		show("paminnelser", u, remindersData{preview: fixPreview(5), status: working, own: own, above: above}),
		show("paminnelser-en", u, remindersData{preview: fixPreview(1), status: working, above: above[:1]}),
		show("paminnelser-driftfel", u, remindersData{preview: unreachable, status: troubled, own: own}),
		show("paminnelser-lasare", secretaryUser(), remindersData{preview: unreachable, status: working, own: own, hidden: true}),
		show("paminnelser-manga", u, remindersData{preview: fixPreview(120), status: working, own: own}),
		show("paminnelser-kommunen", u, remindersData{scope: fixMunicipality, preview: fixPreview(2), status: working, own: above}),
		{"regel", at, u, rulePage(own[0], u)}, {"regel-avstangd", "/" + fixRule, u, rulePage(above[2], u)},
		{"regel-lasare", "/" + fixRule, secretaryUser(), rulePage(own[0], secretaryUser())},
		{"regel-ta-bort", "/" + fixRule + "/ta-bort", u, deleteRulePage(own[0])},
	}
}

func ruleFormShots(s *server) []shot {
	at, u := "/"+fixRule+"/andra", coordinatorUser()
	own, _ := fixRules()
	show := func(name string, r *notificationv1.ReminderRule, change func(*page, *form)) shot {
		f := ruleForm(r, asStored, func(string) string { return "" })
		p := &page{Title: "Ändra regeln", Over: r.GetTitle(), Section: sectionReminders, Template: "ruleform", Data: ruleFormView{}, Form: f, Crumbs: reminderCrumbs(fixCommittee)}
		if change != nil {
			change(p, f)
		}
		return shot{name, at, u, p}
	}
	typed := url.Values{"rubrik": {"Ansvariga svarar"}, "slag": {"1"}, "roll": {"1"}, "tid-slag0": {timeBefore}, "tid-antal0": {"400"}, "tid-till0": {"1"}, "tid-slag1": {timeBefore}, "tid-antal1": {"3"}, "tid-till1": {"1"},
		"klocka": {"7.00"}, "satt": {"2"}, "skickar": {"ja"}}
	confirm := confirmPage(&page{Title: "Ny regel", Crumbs: reminderCrumbs(fixCommittee)}, url.Values{"rubrik": {"Alla varje dag"}, "gor": {""}}, "412")
	return []shot{
		show("regel-andra", own[0], nil), show("regel-ny", &notificationv1.ReminderRule{TimeOfDay: "07:00"}, nil),
		show("regel-forhandsgranska", own[0], func(p *page, _ *form) { p.Data = ruleFormView{Preview: s.previewOf(fixPreview(25), false)} }),
		show("regel-forhandsgranska-inget", own[0], func(p *page, _ *form) {
			r := &notificationv1.PreviewRemindersResponse{Unreachable: []*notificationv1.Reminder{fixReminder(1, "2025-05-12", 0)}}
			p.Data = ruleFormView{Preview: s.previewOf(r, false)}
		}),
		show("regel-fel", own[0], func(_ *page, f *form) {
			f.fill(typed)
			if _, err := typedRule(f, fixRule); err != nil {
				f.reject(toFault(err))
			}
			f.reject(toFault(placeRuleFaults(fault.Fields(fault.Field{Path: "reminder_rule.times[0].days_before", Swedish: "Ange högst 365 dagar."},
				fault.Field{Path: "reminder_rule.times[1]", Swedish: "Samma tidpunkt och mottagare står två gånger. Ta bort den ena eller ändra den."}))))
		}),
		show("regel-inaktuell", own[0], func(_ *page, f *form) { f.fill(typed); f.reject(fault.Stale(fixRule)) }),
		{"regel-bekrafta", "/" + fixCommittee + "/ny-regel", u, confirm},
	}
}

func deliveryShots(s *server) []shot {
	at, u := "/"+fixCommittee+"/utskick", coordinatorUser()
	var all []*notificationv1.Delivery
	for _, state := range []notificationv1.DeliveryState{1, 2, 3, 4} {
		all = append(all, fixDeliveryOf(state))
	}
	list := func(name string, u *user, d deliveriesData, q url.Values) shot {
		d.scope = fixCommittee
		return shot{name, at, u, s.deliveriesPage(&d, u, q)}
	}
	show := func(name string, state notificationv1.DeliveryState, u *user, mail *notificationv1.Mail) shot {
		d := fixDeliveryOf(state)
		if state == notificationv1.DeliveryState_DELIVERY_STATE_WAITING {
			d.UnlearntAnswers = 1
		}
		return shot{name, at + "/d1", u, s.deliveryPage(fixCommittee, &notificationv1.GetDeliveryResponse{Delivery: d, Mail: mail}, name == "mejl-revisor", u)}
	}
	people := []*directoryv1.Person{{Name: fixMunicipality + "/people/a", DisplayName: "Anna Ek"}, {Name: fixMunicipality + "/people/k", DisplayName: "Karin Ek"}}
	return []shot{
		list("utskick-tom", u, deliveriesData{}, nil), list("utskick", u, deliveriesData{deliveries: all, next: "mer"}, nil),
		list("utskick-utkorg", secretaryUser(), deliveriesData{deliveries: all[2:3], outbox: true}, nil),
		list("utskick-filter", u, deliveriesData{deliveries: all[3:], people: people[:1]}, url.Values{"person": {"anna"}, "lage": {stateParked}, "fran": {"2025-05-01"}}),
		list("utskick-filter-tom", u, deliveriesData{}, url.Values{"lage": {stateWaiting}}), list("utskick-filter-flera", u, deliveriesData{people: people}, url.Values{"person": {"ek"}}),
		list("utskick-filter-ingen", u, deliveriesData{}, url.Values{"person": {"x"}}),
		show("mejl-skickat", 3, u, fixMail()), show("mejl-vantar", 2, u, fixMail()), show("mejl-stoppat", 4, u, nil), show("mejl-revisor", 4, testUser("Rut Ros", role("auditor", fixCommittee)), fixMail()),
	}
}

func settingsShots(s *server) []shot {
	show := func(name string, feed *notificationv1.CalendarFeed) shot {
		p, f := s.settingsPage(&notificationv1.ReminderSettings{}, feed)
		p.Form = f
		return shot{name, settingsPath, ownerUser(), p}
	}
	made := &notificationv1.CalendarFeed{CreateTime: timestamppb.New(fixNow.AddDate(0, -1, 0))}
	read := &notificationv1.CalendarFeed{CreateTime: made.GetCreateTime(), ReadTime: timestamppb.New(fixNow)}
	return []shot{
		show("installningar", nil), show("installningar-kalender", made), show("installningar-kalender-last", read),
		{"kalender-skapa", feedPath, ownerUser(), makeFeedPage(false)}, {"kalender-byt", feedPath, ownerUser(), makeFeedPage(true)},
		{"kalender-adress", feedPath, ownerUser(), feedPage("https://uppsikt.example.org/kalender/k7f3q2m5x4d6n8p1r9s0t2v4w6y8z1a3b5c7.ics")}, {"kalender-ta-bort", feedPath + "/ta-bort", ownerUser(), removeFeedPage()},
	}
}

// yearShots show the year in the overview: tight days, days far off, and what waits for the user.
func yearShots() []shot {
	u, at := coordinatorUser(), "/"+fixCommittee
	g := fixRegister(2)
	yearly := fixRoundOf()
	yearly.Name, yearly.Title, yearly.PapersDueDate, yearly.MeetingDate = fixCommittee+"/rounds/ar-2025", "Helårsuppföljning 2025", "2026-01-13", "2026-02-24"
	yearly.Steps = []*riskv1.RoundStep{{Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Ansvariga svarar", DueDate: "2025-12-12"}, {Role: riskv1.StepRole_STEP_ROLE_MANAGER, Title: "Chefen går igenom svaren", DueDate: "2025-12-15"},
		{Role: riskv1.StepRole_STEP_ROLE_COORDINATOR, Title: "Samordnaren sammanställer", DueDate: "2025-12-17"}, {Role: riskv1.StepRole_STEP_ROLE_HEAD, Title: "Förvaltningschefen godkänner", DueDate: "2099-01-12"}}
	g.rounds = append(g.rounds, yearly)
	d := &overviewData{committee: fixCommitteeOf(), plans: []*riskv1.Plan{g.GetPlan()}, register: g, waiting: fixTasks()}
	return []shot{{"oversikt-aret", at, u, overviewPage(d, u)}}
}
