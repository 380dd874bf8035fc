package web

import (
	"slices"
	"strconv"
	"strings"

	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Kinds of times in the form of a rule, and the button that shows what a rule would send.
const (
	timeBefore = "fore"
	timeAfter  = "efter"
	timeShare  = "andel"
	tryMails   = "forhandsgranska"
	rowsTime   = "tid"
)

// timeKinds are the ways to say when.
var timeKinds = []option{{Label: "Välj"}, {Value: timeBefore, Label: "Dagar före"}, {Value: timeAfter, Label: "Dagar efter"},
	{Value: timeShare, Label: "Procent kvar"}}

// ruleFormView is what stands above the form of a rule.
type ruleFormView struct {
	// Preview says what the typed rule would send; nil until somebody asked.
	Preview *rulePreview
}

// rulePreview is what a rule would send, were it stored.
type rulePreview struct {
	Count string
	Rows  []previewRow
	More  string
	// Unreachable is how many things nobody could be told of.
	Unreachable string
}

// previewRow is one mail.
type previewRow struct{ When, Name, Subject string }

// maxPreview is how many mails a preview shows.
const maxPreview = 10

// createRule adds a rule.
func (s *server) createRule(c *call) (*page, error) {
	r := &notificationv1.ReminderRule{TimeOfDay: "07:00", Mode: notificationv1.DeliveryMode_DELIVERY_MODE_DIGEST, Times: []*notificationv1.ReminderTime{
		{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: 14}}, {Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: 3}},
		{Distance: &notificationv1.ReminderTime_DaysAfter{DaysAfter: 1}}}}
	p := &page{Title: "Ny regel", Section: sectionReminders, Crumbs: reminderCrumbs(c.scope()), Template: "ruleform"}
	return c.ruleForm(p, r, func(next *notificationv1.ReminderRule, _ *form) (string, error) {
		made, err := s.Notices.CreateReminderRule(c.ctx(), &notificationv1.CreateReminderRuleRequest{Parent: c.scope(), ReminderRule: next, ConfirmedMails: confirmedMails(c.r.PostForm)})
		return made.GetName(), err
	})
}

// editRule changes a rule.
func (s *server) editRule(c *call) (*page, error) {
	r, err := c.getRule()
	if err != nil {
		return nil, err
	}
	p := &page{Title: "Ändra regeln", Over: r.GetTitle(), Section: sectionReminders, Template: "ruleform",
		Crumbs: append(reminderCrumbs(c.scope()), link{r.GetTitle(), address(r.GetName())})}
	return c.ruleForm(p, r, func(next *notificationv1.ReminderRule, f *form) (string, error) {
		next.Etag = f.value("etag")
		_, err := s.Notices.UpdateReminderRule(c.ctx(), &notificationv1.UpdateReminderRuleRequest{ReminderRule: next, Reason: f.value("skal"), ConfirmedMails: confirmedMails(c.r.PostForm),
			UpdateMask: mask("title", "disabled", "kind", "role", "times", "time_of_day", "mode", "ladder")})
		return r.GetName(), err
	})
}

// ruleForm shows the form of a rule, what the typed one would send, and stores it; it asks first when that is very much.
func (c *call) ruleForm(p *page, r *notificationv1.ReminderRule, store func(*notificationv1.ReminderRule, *form) (string, error)) (*page, error) {
	f := ruleForm(r, c.rows, c.typed)
	f.Cancel = address(orElse(r.GetName(), c.scope()+"/paminnelser"))
	p.Data, p.Form = ruleFormView{}, f
	if c.posted() && c.r.PostForm.Get(doField) == backToForm {
		f.fill(c.r.PostForm)
		return p, nil
	}
	f.try = func() error { return c.tryRule(p, f, r.GetName()) }
	var ask *page
	shown, err := c.form(p, f, func() (string, error) {
		next, err := typedRule(f, r.GetName())
		if err != nil {
			return "", err
		}
		name, err := store(next, f)
		if mails := mailsToConfirm(err); mails != "" {
			ask = confirmPage(p, c.r.PostForm, mails)
		}
		return receipt(address(name), "regel"), placeRuleFaults(err)
	})
	if ask != nil {
		return ask, nil
	}
	return shown, err
}

// typed is what was sent in a field; empty when nothing was.
func (c *call) typed(name string) string {
	if !c.posted() {
		return ""
	}
	return c.r.PostForm.Get(name)
}

// tryRule shows what the typed rule would send.
func (c *call) tryRule(p *page, f *form, name string) error {
	next, err := typedRule(f, name)
	if err != nil {
		return err
	}
	r, err := c.Notices.PreviewReminders(c.ctx(), &notificationv1.PreviewRemindersRequest{Parent: c.scope(), ReminderRule: next, OnlyThisRule: true})
	if err != nil {
		return placeRuleFaults(err)
	}
	p.Data = ruleFormView{Preview: c.previewOf(r, next.GetDisabled())}
	return nil
}

// previewOf shows what a rule would send.
func (s *server) previewOf(r *notificationv1.PreviewRemindersResponse, off bool) *rulePreview {
	v := &rulePreview{Count: mailCount(r) + " de närmaste 30 dagarna"}
	if r.GetMailCount() == 0 {
		v.Count = "Inga mejl de närmaste 30 dagarna"
	}
	if off {
		v.Count = "Regeln är avstängd och skickar inget"
	}
	for _, m := range r.GetMails()[:min(len(r.GetMails()), maxPreview)] {
		v.Rows = append(v.Rows, previewRow{momentText(m.GetSendTime(), s.zone), m.GetPersonName(), m.GetSubject()})
	}
	if more := int(r.GetMailCount()) - len(v.Rows); more > 0 {
		v.More = "Och " + plural(more, "mejl till", "mejl till") + "."
	}
	if n := len(r.GetUnreachable()); n > 0 {
		v.Unreachable = plural(n, "sak", "saker") + " når ingen, eftersom ingen har rollen eller kan nås."
	}
	return v
}

// ruleForm asks for a rule. A time that is a share of the period has bounds, also when it was typed just now.
func ruleForm(r *notificationv1.ReminderRule, rows rowCount, typed func(name string) string) *form {
	sends := "ja"
	if r.GetDisabled() {
		sends = "nej"
	}
	f := newForm("Spara", hidden("etag", r.GetEtag()),
		text("rubrik", "Vad kallas regeln?", r.GetTitle(), "reminder_rule.title").hint("Till exempel Ansvariga svarar.").missing("Skriv vad regeln kallas."),
		choose("slag", "Vad påminner den om?", strconv.Itoa(int(r.GetKind())), deadlineKinds, "reminder_rule.kind"),
		choose("roll", "Vems tur ska det vara?", strconv.Itoa(int(r.GetRole())), turnRoles, "reminder_rule.role").
			hint("En regel för ett visst slag eller en viss roll går före en som gäller allt. Nämndens regel går före kommunens."))
	addTimes(f, r, rows, typed)
	f.add("Hur kommer mejlen?", "",
		text("klocka", "Klockslag", r.GetTimeOfDay(), "reminder_rule.time_of_day").width("short").hint("Svensk tid, till exempel 07:00.").missing("Skriv ett klockslag, till exempel 07:00."),
		radios("satt", "Ett mejl eller flera?", strconv.Itoa(modeNumber(r.GetMode())), []option{
			{Value: "2", Label: "Ett samlat mejl", Hint: "Allt som personen ska påminnas om samtidigt."}, {Value: "1", Label: "Ett mejl för varje sak"}}, "reminder_rule.mode").
			hint("Den som själv har valt får det den har valt."))
	addLadder(f, r)
	f.add("Ska regeln gälla nu?", "", radios("skickar", "Skicka påminnelser enligt regeln?", sends, []option{{Value: "ja", Label: "Ja"},
		{Value: "nej", Label: "Nej, håll den avstängd", Hint: "En avstängd regel tystar också kommunens regel för samma sak."}}, "reminder_rule.disabled"))
	if r.GetName() != "" {
		f.Groups[len(f.Groups)-1].Fields = append(f.Groups[len(f.Groups)-1].Fields, text("skal", "Varför ändrar du?", "", "reason").optional().hint("Syns i historiken."))
	}
	f.Extra = []button{{Text: "Förhandsgranska mejlen", Do: tryMails}}
	return f
}

// modeNumber is the choice of how mails come; together when nothing is stated.
func modeNumber(m notificationv1.DeliveryMode) int {
	if m == notificationv1.DeliveryMode_DELIVERY_MODE_SINGLE {
		return int(m)
	}
	return int(notificationv1.DeliveryMode_DELIVERY_MODE_DIGEST)
}

// addTimes ask for the times, one row each.
func addTimes(f *form, r *notificationv1.ReminderRule, rows rowCount, typed func(string) string) {
	n := rows(rowsTime, max(1, len(r.GetTimes())))
	fields := []*field{hidden(rowsField(rowsTime), strconv.Itoa(n))}
	for k := range n {
		t := &notificationv1.ReminderTime{}
		if k < len(r.GetTimes()) {
			t = r.GetTimes()[k]
		}
		fields = append(fields, timeFields(t, k, typed("tid-slag"+strconv.Itoa(k)) == timeShare)...)
	}
	f.add("När ska den påminna?", "Dagar räknas från sista dagen, 0 dagar före är själva dagen. Procent kvar följer hur lång tid uppgiften har: 25 procent av åtta veckor är två veckor. När du har förhandsgranskat kan du också sätta en minsta och en största gräns. Mejlen kommer på arbetsdagar. För att ta bort en tidpunkt väljer du ”Välj” i listan och tömmer antalet.", fields...)
	f.button("Lägg till en tidpunkt", addRow+rowsTime)
}

// timeFields ask for one time.
func timeFields(t *notificationv1.ReminderTime, k int, bounded bool) []*field {
	id, nr := strconv.Itoa(k), strconv.Itoa(k+1)
	kind, count, low, high := "", "", "", ""
	switch d := t.GetDistance().(type) {
	case *notificationv1.ReminderTime_DaysBefore:
		kind, count = timeBefore, strconv.Itoa(int(d.DaysBefore))
	case *notificationv1.ReminderTime_DaysAfter:
		kind, count = timeAfter, strconv.Itoa(int(d.DaysAfter))
	case *notificationv1.ReminderTime_Share:
		kind, count = timeShare, strconv.Itoa(int(d.Share.GetPercent()))
		low, high = numberOrEmpty(d.Share.GetMinDays()), numberOrEmpty(d.Share.GetMaxDays())
	}
	fields := []*field{cells(choose("tid-slag"+id, "Tidpunkt "+nr, kind, timeKinds, "typed.reminder_rule.times["+id+"]").optional(),
		text("tid-antal"+id, "Antal, tidpunkt "+nr, count).optional(),
		choose("tid-till"+id, "Till vem, tidpunkt "+nr, strconv.Itoa(max(1, int(t.GetRecipient()))), tellable).optional())}
	if kind != timeShare && !bounded {
		return fields
	}
	return append(fields, cells(text("tid-minst"+id, "Minst dagar före, tidpunkt "+nr, low).optional().hint("Tomt: ingen gräns."),
		text("tid-hogst"+id, "Högst dagar före, tidpunkt "+nr, high).optional().hint("Tomt: ingen gräns.")))
}

// numberOrEmpty writes a number; nothing for 0.
func numberOrEmpty(n int32) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}

// ladderNames are the questions about who is told instead.
var ladderNames = []string{"Först", "Därefter", "Till sist"}

// addLadder asks who is told when nobody can be reached.
func addLadder(f *form, r *notificationv1.ReminderRule) {
	options := append([]option{{Label: "Ingen vald"}}, tellable[1:]...)
	var parts []*field
	for i, name := range ladderNames {
		value := ""
		if i < len(r.GetLadder()) {
			value = strconv.Itoa(int(r.GetLadder()[i]))
		}
		parts = append(parts, choose("stege"+strconv.Itoa(i), name, value, options).optional())
	}
	parts[0].paths = []string{"reminder_rule.ladder"}
	f.add("Vem får veta om ingen kan nås?", "Till exempel när rollen är vakant eller personen saknar e-postadress. Väljer du ingen får ansvarig chef veta och därefter samordnaren. Samordnaren får alltid veta att rollen är vakant.", cells(parts...))
}

// typedRule reads a rule from its form.
func typedRule(f *form, name string) (*notificationv1.ReminderRule, error) {
	t := &typist{form: f}
	r := &notificationv1.ReminderRule{Name: name, Title: f.value("rubrik"), Disabled: f.value("skickar") == "nej", TimeOfDay: clockText(f.value("klocka")),
		Kind: riskv1.DeadlineKind(t.whole("slag", "", 0)), Role: riskv1.StepRole(t.whole("roll", "", 0)), Mode: notificationv1.DeliveryMode(t.whole("satt", "", 0))}
	r.Times = t.times()
	for i := range ladderNames {
		id := "stege" + strconv.Itoa(i)
		if step := t.whole(id, "", 0); step > 0 {
			t.place(map[string]string{id: "reminder_rule.ladder[" + strconv.Itoa(len(r.GetLadder())) + "]"})
			r.Ladder = append(r.Ladder, notificationv1.LadderStep(step))
		}
	}
	return r, t.fault()
}

// clockText writes a typed time of day as the service wants it: "7.30" becomes "07:30".
func clockText(typed string) string {
	typed = strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(strings.ToLower(typed), "kl")), ".", ":")
	typed = strings.TrimSpace(strings.TrimPrefix(typed, ":"))
	if len(typed) > 0 && len(typed) <= 2 {
		typed += ":00"
	}
	if strings.IndexByte(typed, ':') == 1 {
		typed = "0" + typed
	}
	return typed
}

// times reads the times; a row without a choice is none.
func (t *typist) times() []*notificationv1.ReminderTime {
	var out []*notificationv1.ReminderTime
	for k := 0; t.form.field("tid-slag"+strconv.Itoa(k)).Name != ""; k++ {
		id := strconv.Itoa(k)
		if t.form.value("tid-slag"+id) == "" {
			if t.form.value("tid-antal"+id) != "" {
				t.wrong("tid-slag"+id, "Välj om det är dagar före, dagar efter eller procent.")
			}
			continue
		}
		at := "reminder_rule.times[" + strconv.Itoa(len(out)) + "]"
		t.place(map[string]string{"tid-slag" + id: "typed." + at, "tid-minst" + id: at + ".share.min_days", "tid-hogst" + id: at + ".share.max_days", "tid-till" + id: at + ".recipient"})
		t.form.field("tid-antal" + id).paths = []string{at + ".days_before", at + ".days_after", at + ".share.percent"}
		out = append(out, t.time(id))
	}
	return out
}

// time reads one time.
func (t *typist) time(id string) *notificationv1.ReminderTime {
	one := &notificationv1.ReminderTime{Recipient: notificationv1.LadderStep(t.whole("tid-till"+id, "", 1))}
	if t.form.value("tid-antal"+id) == "" {
		t.wrong("tid-antal"+id, "Skriv hur många dagar eller procent, till exempel 14.")
	}
	n := int32(t.whole("tid-antal"+id, "Skriv ett helt tal, till exempel 14.", 0))
	switch t.form.value("tid-slag" + id) {
	case timeAfter:
		one.Distance = &notificationv1.ReminderTime_DaysAfter{DaysAfter: n}
	case timeShare:
		one.Distance = &notificationv1.ReminderTime_Share{Share: &notificationv1.PeriodShare{Percent: n,
			MinDays: int32(t.whole("tid-minst"+id, "", 0)), MaxDays: int32(t.whole("tid-hogst"+id, "", 0))}}
	default:
		one.Distance = &notificationv1.ReminderTime_DaysBefore{DaysBefore: n}
	}
	return one
}

// placeRuleFaults lets faults about a time as a whole, or about all times, stand at the row's first field; the others have
// fields of their own.
func placeRuleFaults(err error) error {
	if err == nil {
		return nil
	}
	e := *toFault(err)
	e.Fields = slices.Clone(e.Fields)
	for i, f := range e.Fields {
		rest, ofTimes := strings.CutPrefix(f.Path, "reminder_rule.times")
		switch {
		case ofTimes && rest == "":
			e.Fields[i].Path = "typed.reminder_rule.times[0]"
		case ofTimes && strings.HasSuffix(rest, "]"):
			e.Fields[i].Path = "typed." + f.Path
		}
	}
	return &e
}
