package web

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// remindersData is what the page of reminders is made of.
type remindersData struct {
	scope   string
	preview *notificationv1.PreviewRemindersResponse
	status  *notificationv1.NotificationStatus
	// own are the rules of the place, above those of its municipality; hidden when the user may not see the latter.
	own, above []*notificationv1.ReminderRule
	hidden     bool
}

// remindersView is what the page of reminders shows.
type remindersView struct {
	Notes       []reminderNote
	Unreachable []unreachableRow
	// Mend is where roles are given, for those who may.
	Mend   string
	Count  string
	Days   []reminderDay
	Window window
	Rules  []ruleRow
	// Hidden tells that the municipality's rules hold but may not be seen here.
	Hidden bool
	Empty  *emptyView
	NoMail string
	// Checked is when deadlines were last compared with the reminders.
	Checked string
	Above   link
}

// reminderNote is a box about how sending goes, with where to read more.
type reminderNote struct {
	noteView
	More link
}

// unreachableRow is something that nobody can be told of.
type unreachableRow struct {
	link
	Due, Role string
}

// reminderDay is what is sent on one day.
type reminderDay struct {
	Day, Relative string
	Mails         []mailRow
}

// mailRow is one mail to come.
type mailRow struct {
	Name, Clock string
	Things      []reminderRow
	More        string
}

// ruleRow is one rule.
type ruleRow struct {
	link
	About, From string
	Times       []string
	Status      statusView
}

// reminders shows what will be sent, and the rules that say so.
func (s *server) reminders(c *call) (*page, error) {
	d := &remindersData{scope: c.scope()}
	var g errgroup.Group
	g.Go(func() error {
		r, err := s.Notices.PreviewReminders(c.ctx(), &notificationv1.PreviewRemindersRequest{Parent: d.scope})
		d.preview = r
		return err
	})
	g.Go(func() error {
		r, err := s.Notices.GetNotificationStatus(c.ctx(), &notificationv1.GetNotificationStatusRequest{Parent: d.scope})
		d.status = r
		return err
	})
	g.Go(func() error {
		rules, err := c.rulesOf(d.scope)
		d.own = rules
		return err
	})
	g.Go(func() error { return c.rulesAbove(d) })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return s.remindersPage(d, c.user, c.r.URL.Query()), nil
}

// rulesOf reads the rules of a place.
func (c *call) rulesOf(scope string) ([]*notificationv1.ReminderRule, error) {
	r, err := c.Notices.ListReminderRules(c.ctx(), &notificationv1.ListReminderRulesRequest{Parent: scope, PageSize: 1000})
	return r.GetReminderRules(), err
}

// rulesAbove reads the municipality's rules, which hold where a committee has none; not everybody may see them.
func (c *call) rulesAbove(d *remindersData) error {
	if committeeOf(d.scope) == "" {
		return nil
	}
	if !c.user.may(authzv1.Permission_PERMISSION_REMINDER_READ, upTo(d.scope, 1)) {
		d.hidden = true
		return nil
	}
	rules, err := c.rulesOf(upTo(d.scope, 1))
	d.above = rules
	return err
}

// remindersPage shows what will be sent in the coming 30 days, and the rules.
func (s *server) remindersPage(d *remindersData, u *user, q url.Values) *page {
	at := address(d.scope)
	v := remindersView{Hidden: d.hidden, Notes: s.statusNotes(d.status, at), Checked: momentText(d.status.GetReconcileTime(), s.zone)}
	p := &page{Title: "Påminnelser", Section: sectionReminders, Template: "reminders", Wide: true,
		Lead: "Mejl till dem som har något att göra, innan sista dagen och om det blir försenat. Det som är klart påminner ingen om."}
	if committeeOf(d.scope) == "" {
		p.Over = "Hela kommunen"
		v.Above = link{"Administration", at}
	}
	v.unreachable(d.preview.GetUnreachable(), u)
	if manages := u.may(authzv1.Permission_PERMISSION_DIRECTORY_MANAGE, upTo(d.scope, 1)); manages {
		v.Mend = address(upTo(d.scope, 1)) + "/people"
	}
	s.coming(&v, d.preview, u, at+"/paminnelser", q)
	v.rules(d)
	if create := (link{"Ny regel", at + "/ny-regel"}); u.may(authzv1.Permission_PERMISSION_REMINDER_WRITE, d.scope) {
		p.Actions = []link{create}
	}
	if len(v.Rules) == 0 && !v.Hidden {
		v.Empty = &emptyView{Title: "Inga regler än", Text: "En regel säger vilka som får ett mejl, hur långt före eller efter sista dagen. Utan regler påminns ingen."}
	}
	p.Data = v
	return p
}

// statusNotes say what one should know about how sending goes.
func (s *server) statusNotes(n *notificationv1.NotificationStatus, at string) []reminderNote {
	var notes []reminderNote
	add := func(kind, title, text string, more link) {
		notes = append(notes, reminderNote{noteView{kind, title, text}, more})
	}
	if n.GetParked() > 0 {
		add("late", plural(int(n.GetParked()), "mejl kunde inte skickas", "mejl kunde inte skickas"), "Rätta adressen eller felet och skicka igen.", link{"Visa dem", at + "/utskick?lage=" + stateParked})
	}
	if n.GetWaiting() > 0 {
		add("info", plural(int(n.GetWaiting()), "mejl väntar", "mejl väntar")+" på ett nytt försök", "E-postservern tog inte emot än. Det görs om av sig självt.", link{"Visa dem", at + "/utskick?lage=" + stateWaiting})
	}
	if n.GetStale() {
		add("late", "Uppgifterna kan vara gamla", "Det går inte att få besked om vad som är klart just nu. Påminnelserna bygger på det som var känt "+orElse(momentText(n.GetReconcileTime(), s.zone), "senast")+".", link{})
	}
	if n.GetSchedule() == notificationv1.ScheduleState_SCHEDULE_STATE_DEGRADED {
		add("info", "Mejlen kan komma någon minut senare", "Schemat för utskick går inte att nå. Inget mejl uteblir.", link{})
	}
	if n.GetOutbox() {
		add("info", outboxTitle, outboxText, link{})
	}
	return notes
}

// What is said where no mail server is set up.
const (
	outboxTitle = "Mejlen når ingen mottagare än"
	outboxText  = "Ingen e-postserver är inställd, så mejlen läggs i en utkorg på servern. Den som sköter driften kan ställa in en e-postserver."
)

// unreachable shows what nobody can be told of.
func (v *remindersView) unreachable(all []*notificationv1.Reminder, u *user) {
	for _, r := range all {
		v.Unreachable = append(v.Unreachable, unreachableRow{openable(r, u), r.GetDeadline().GetDueDate(), orElse(r.GetInsteadOf(), "den ansvariga")})
	}
}

// maxThings is how many things of a mail are shown.
const maxThings = 5

// coming shows the mails to come by day.
func (s *server) coming(v *remindersView, r *notificationv1.PreviewRemindersResponse, u *user, path string, q url.Values) {
	if r.GetMailCount() == 0 {
		v.NoMail = "Inga mejl är planerade de närmaste 30 dagarna."
		return
	}
	v.Count = mailCount(r)
	mails, w := windowOf(r.GetMails(), path, q, "kommande")
	v.Window = w
	for _, m := range mails {
		day := dayOf(m.GetSendTime(), s.zone)
		text := dayText(day)
		if n := len(v.Days); n == 0 || v.Days[n-1].Day != text {
			v.Days = append(v.Days, reminderDay{Day: text, Relative: relativeDate(day, s.Clock.Now(), s.zone)})
		}
		last := &v.Days[len(v.Days)-1]
		last.Mails = append(last.Mails, s.mailRowOf(m, u))
	}
}

// mailCount says how many mails go to how many people.
func mailCount(r *notificationv1.PreviewRemindersResponse) string {
	return plural(int(r.GetMailCount()), "mejl", "mejl") + " till " + plural(int(r.GetPersonCount()), "person", "personer")
}

// mailRowOf shows a mail to come.
func (s *server) mailRowOf(m *notificationv1.PreviewedMail, u *user) mailRow {
	row := mailRow{Name: m.GetPersonName(), Clock: m.GetSendTime().AsTime().In(s.zone).Format("15.04"), Things: reminderRows(m.GetReminders(), u)}
	if n := len(row.Things); n > maxThings {
		row.More = "och " + plural(n-maxThings, "sak till", "saker till")
		row.Things = row.Things[:maxThings]
	}
	return row
}

// rules shows the rules in force, the place's own first, and which of the municipality's they take the place of.
func (v *remindersView) rules(d *remindersData) {
	from := "Nämndens egen"
	if committeeOf(d.scope) == "" {
		from = "Kommunens"
	}
	for _, r := range d.own {
		v.Rules = append(v.Rules, ruleRowOf(r, from))
	}
	for _, r := range d.above {
		row := ruleRowOf(r, "Kommunens")
		if replaced(r, d.own) {
			row.Status = statusView{"lock", "Gäller inte: nämnden har en egen"}
		}
		v.Rules = append(v.Rules, row)
	}
}

// ruleRowOf shows a rule.
func ruleRowOf(r *notificationv1.ReminderRule, from string) ruleRow {
	row := ruleRow{link: link{r.GetTitle(), address(r.GetName())}, About: aboutText(r), From: from, Times: strings.Split(timesText(r), "\n"), Status: statusView{"done", "På"}}
	if r.GetDisabled() {
		row.Status = statusView{"stop", "Avstängd"}
	}
	return row
}

// replaced reports whether a committee's rules take the place of one of the municipality's wherever it would hold: any of
// the committee's goes before it.
func replaced(r *notificationv1.ReminderRule, own []*notificationv1.ReminderRule) bool {
	return slices.ContainsFunc(own, func(o *notificationv1.ReminderRule) bool {
		return (o.GetKind() == r.GetKind() || o.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_UNSPECIFIED) &&
			(o.GetRole() == r.GetRole() || o.GetRole() == riskv1.StepRole_STEP_ROLE_UNSPECIFIED)
	})
}

// mailsToConfirm is the number of mails that the service wants somebody to say yes to; empty when it wants none.
func mailsToConfirm(err error) string {
	if e := toFault(err); err != nil && e.Reason == "CONFIRMATION_NEEDED" {
		return e.Facts["mails"]
	}
	return ""
}

// isMissing reports whether a service knows of no such thing.
func isMissing(err error) bool { return err != nil && fault.Is(toFault(err), fault.NotFound) }
