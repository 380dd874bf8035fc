package web

import (
	"net/url"
	"slices"
	"strconv"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

// ruleView is what the page of a rule shows.
type ruleView struct {
	Status statusView
	Facts  []fact
	// May tells that the user changes rules; Off that this one is switched off.
	May, Off bool
	Etag     string
}

// ruleName is the rule that the address names.
func (c *call) ruleName() string { return c.scope() + "/reminderRules/" + c.r.PathValue("rule") }

// getRule reads the rule that the address names.
func (c *call) getRule() (*notificationv1.ReminderRule, error) {
	return c.Notices.GetReminderRule(c.ctx(), &notificationv1.GetReminderRuleRequest{Name: c.ruleName()})
}

// rule shows a rule, and switches it on and off.
func (s *server) rule(c *call) (*page, error) {
	r, err := c.getRule()
	if err != nil {
		return nil, err
	}
	p := rulePage(r, c.user)
	if !c.posted() || c.restored {
		return p, nil
	}
	return s.switchRule(c, r)
}

// rulePage shows a rule.
func rulePage(r *notificationv1.ReminderRule, u *user) *page {
	scope := ruleScope(r)
	at := address(r.GetName())
	v := ruleView{Status: ruleRowOf(r, "").Status, Off: r.GetDisabled(), Etag: r.GetEtag(), May: u.may(authzv1.Permission_PERMISSION_REMINDER_WRITE, scope)}
	v.Facts = []fact{{Label: "Påminner om", Text: aboutText(r)}, {Label: "När", Text: timesText(r)}, {Label: "Klockslag", Text: "kl. " + r.GetTimeOfDay()},
		{Label: "Mejl", Text: modeText(r.GetMode()) + ". Den som har gjort ett eget val får det i stället."},
		{Label: "Om ingen kan nås", Text: ladderText(r.GetLadder())}}
	p := &page{Title: r.GetTitle(), Over: ruleKind(scope), Section: sectionReminders, Template: "rule", Data: v, Crumbs: reminderCrumbs(scope)}
	if v.May {
		p.Actions = []link{{"Ändra", at + "/andra"}, {"Ta bort", at + "/ta-bort"}}
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, scope) {
		p.History = "/historik/" + r.GetName()
	}
	return p
}

// ruleScope is the place that a rule belongs to.
func ruleScope(r *notificationv1.ReminderRule) string {
	return orElse(committeeOf(r.GetName()), upTo(r.GetName(), 1))
}

// ruleKind says whose a rule is.
func ruleKind(scope string) string {
	if committeeOf(scope) == "" {
		return "Kommunens regel för påminnelser"
	}
	return "Nämndens regel för påminnelser"
}

// reminderCrumbs lead back to the page of reminders.
func reminderCrumbs(scope string) []link {
	return []link{{"Påminnelser", address(scope) + "/paminnelser"}}
}

// switchRule switches a rule on or off.
func (s *server) switchRule(c *call, r *notificationv1.ReminderRule) (*page, error) {
	off, code := false, "regel-pa"
	switch c.r.PostForm.Get(doField) {
	case "stang":
		off, code = true, "regel-av"
	case "oppna":
	default:
		return nil, notFound()
	}
	_, err := s.Notices.UpdateReminderRule(c.ctx(), &notificationv1.UpdateReminderRuleRequest{UpdateMask: mask("disabled"), ConfirmedMails: confirmedMails(c.r.PostForm),
		ReminderRule: &notificationv1.ReminderRule{Name: r.GetName(), Etag: c.r.PostForm.Get("etag"), Disabled: off}})
	if mails := mailsToConfirm(err); mails != "" {
		p := confirmPage(rulePage(r, c.user), c.r.PostForm, mails)
		p.Form.Groups[0].Fields = append(p.Form.Groups[0].Fields, hidden(doField, "oppna"))
		p.Form.Extra, p.Form.Cancel = nil, address(r.GetName())
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	return &page{Location: receipt(address(r.GetName()), code)}, nil
}

// Fields of the page that asks whether so many mails are meant.
const (
	confirmedField = "bekraftade"
	backToForm     = "tillbaka"
)

// confirmedMails is the number of mails that somebody has said yes to.
func confirmedMails(values url.Values) int32 {
	n, err := strconv.ParseInt(values.Get(confirmedField), 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return int32(n)
}

// confirmPage asks whether a rule shall send so many mails. What was typed waits in its form.
func confirmPage(from *page, values url.Values, mails string) *page {
	n, _ := strconv.Atoi(mails)
	f := newForm("Ja, spara regeln", hidden(confirmedField, mails))
	for _, key := range slices.Sorted(mapsKeys(values)) {
		if key == doField || key == confirmedField {
			continue
		}
		for _, value := range values[key] {
			f.Groups[0].Fields = append(f.Groups[0].Fields, hidden(key, cleanText(value)))
		}
	}
	f.Extra = []button{{Text: "Tillbaka till regeln", Do: backToForm}}
	return &page{Title: "Ska regeln skicka " + plural(n, "mejl", "mejl") + "?", Over: from.Title, Section: sectionReminders, Crumbs: from.Crumbs, Form: f,
		Lead: "Så många mejl skulle regeln skicka de närmaste 30 dagarna, och det är fler än vanligt. Gå tillbaka och förhandsgranska om du är osäker."}
}

// deleteRule takes a rule away.
func (s *server) deleteRule(c *call) (*page, error) {
	r, err := c.getRule()
	if err != nil {
		return nil, err
	}
	p := deleteRulePage(r)
	f := p.Form
	return c.form(p, f, func() (string, error) {
		_, err := s.Notices.DeleteReminderRule(c.ctx(), &notificationv1.DeleteReminderRuleRequest{Name: r.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(ruleScope(r))+"/paminnelser", "regel-borta"), err
	})
}

// deleteRulePage says what happens when a rule is taken away.
func deleteRulePage(r *notificationv1.ReminderRule) *page {
	f := removeForm(r.GetEtag(), address(r.GetName()))
	f.Submit = "Ta bort regeln"
	p := &page{Title: "Ta bort regeln", Over: r.GetTitle(), Section: sectionReminders, Form: f,
		Crumbs: append(reminderCrumbs(ruleScope(r)), link{r.GetTitle(), address(r.GetName())}),
		Lead:   "Påminnelser som regeln skulle ha skickat ställs in. Det går inte att ångra, men du kan i stället stänga av regeln och sätta på den igen senare."}
	if committeeOf(r.GetName()) != "" {
		p.Lead += " Om kommunen har en regel för samma sak gäller den i stället."
	}
	return p
}
