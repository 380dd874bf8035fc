package web

import (
	"cmp"
	"slices"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// report is what one round asks about one action.
type report struct {
	followUp *riskv1.FollowUp
	action   *riskv1.Action
}

// roundReports are the actions that a round takes up. It changes nothing.
type roundReports struct {
	*actionBook
	all []report
	// earlier are the reports of other rounds about the same actions.
	earlier []*riskv1.FollowUp
	rounds  []*riskv1.Round
}

// reportsOf reads the actions that a round takes up; a round that takes up none costs no question.
func (c *call) reportsOf(r *riskv1.Round) (*roundReports, error) {
	out := &roundReports{actionBook: &actionBook{now: c.Clock.Now(), zone: c.zone}}
	if r.GetActionSelection() == riskv1.ActionSelection_ACTION_SELECTION_UNSPECIFIED {
		return out, nil
	}
	actions, err := c.listActions(committeeOf(r.GetName()))
	if err != nil {
		return nil, err
	}
	if out.actionBook, err = c.book(actions); err != nil {
		return nil, err
	}
	for token := ""; ; {
		f, err := c.Risks.ListFollowUps(c.ctx(), &riskv1.ListFollowUpsRequest{Parent: r.GetName(), PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		out.take(f.GetFollowUps(), actions)
		if token = f.GetNextPageToken(); token == "" {
			return out, nil
		}
	}
}

// take pairs follow-ups with their actions, in the order of the round.
func (x *roundReports) take(fs []*riskv1.FollowUp, actions []*riskv1.Action) {
	known := map[string]*riskv1.Action{}
	for _, a := range actions {
		known[a.GetName()] = a
	}
	for _, f := range fs {
		if a := known[f.GetAction()]; a != nil {
			x.all = append(x.all, report{f, a})
		}
	}
	slices.SortStableFunc(x.all, func(a, b report) int { return cmp.Compare(a.followUp.GetPosition(), b.followUp.GetPosition()) })
}

// answered counts the reports that are given.
func (x *roundReports) answered() int {
	n := 0
	for _, r := range x.all {
		if r.followUp.GetStatus() != "" {
			n++
		}
	}
	return n
}

// find returns the report of a name; nil when the round has none.
func (x *roundReports) find(name string) *report {
	i := slices.IndexFunc(x.all, func(r report) bool { return r.followUp.GetName() == name })
	if i < 0 {
		return nil
	}
	return &x.all[i]
}

// mayReportIn reports whether the user may answer what a round asks about an action: everything, or what the user owns.
func (u *user) mayReportIn(r report) bool {
	if !u.may(authzv1.Permission_PERMISSION_FOLLOW_UP_ANSWER, r.followUp.GetName()) {
		return false
	}
	if u.has(r.followUp.GetName(), "coordinator", "head", "manager") {
		return true
	}
	own := u.assignments()
	return slices.ContainsFunc(r.action.GetOwners(), func(o *riskv1.Owner) bool { return slices.Contains(own, o.GetRoleAssignment()) })
}

// statusOf shows a report as icon and word.
func (x *roundReports) statusOf(r report) statusView {
	if r.followUp.GetStatus() == "" {
		return statusView{"todo", "Inte besvarad"}
	}
	return progressOf(stepOf(x.scale(r.action), r.followUp.GetStatus()))
}

// rowsIn shows the reports of a round: who answers about which action.
func (x *roundReports) rowsIn(r *riskv1.Round, u *user) []answerRow {
	g := &register{now: x.now, zone: x.zone}
	var rows []answerRow
	for _, one := range x.all {
		row := answerRow{Title: one.action.GetTitle(), Address: address(one.followUp.GetName()), Value: one.action.GetDueDate(), Status: x.statusOf(one),
			Owners: strings.Join(owners(one.action.GetOwners()), ", "), By: g.answeredBy(one.followUp), Verb: "Visa"}
		if r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN && u.mayReportIn(one) {
			row.Verb = "Rapportera"
			if one.followUp.GetStatus() != "" {
				row.Verb = "Ändra rapporten"
			}
		}
		if d, ok := days(answerBy(r), x.now, x.zone); one.followUp.GetStatus() == "" && ok && d < 0 {
			row.Status = statusView{"late", "Svar saknas"}
		}
		rows = append(rows, row)
	}
	return rows
}

// next is the address of the first report that the user may give; empty when there is none.
func (x *roundReports) next(u *user) string {
	for _, r := range x.all {
		if r.followUp.GetStatus() == "" && u.mayReportIn(r) {
			return address(r.followUp.GetName())
		}
	}
	return ""
}

// reportPage shows what a round asks about one action; the form is nil when it cannot be answered here.
func (x *roundReports) reportPage(r *riskv1.Round, one report, u *user) (*page, *form) {
	a, f := one.action, one.followUp
	g := &register{now: x.now, zone: x.zone}
	v := answerView{answerWords: aboutAction, Main: a.GetDescription(), Current: x.statusOf(one), Comment: f.GetComment(), EntryPath: address(a.GetName()),
		By: g.answeredBy(f), Left: answerLeft(r, x.now, x.zone), Facts: []fact{
			{Label: "Sista dag", Text: dateText(a.GetDueDate())}, {Label: "Ansvariga", Text: strings.Join(owners(a.GetOwners()), "\n")},
			{Label: "Kommer från", Text: strings.TrimSpace(originKinds[a.GetOrigin().GetKind()] + " " + originYear(a))}}}
	d := &actionData{action: a, book: x.actionBook, followUps: x.earlier, rounds: x.rounds}
	for _, answer := range d.answers() {
		if answer.Address != address(f.GetName()) {
			v.Earlier = append(v.Earlier, answer)
		}
	}
	p := &page{Title: a.GetTitle(), Over: r.GetTitle(), Section: sectionRounds, Crumbs: roundCrumbs(r), Template: "answer", Wide: true}
	var form *form
	switch {
	case r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED:
		v.Note = closedNote(r)
	case !u.mayReportIn(one):
		v.Note = noteView{Kind: "info", Text: "Du kan läsa men inte svara. Den som ansvarar för åtgärden svarar."}
	default:
		v.Ask = "Hur långt har åtgärden kommit?"
		if f.GetStatus() != "" {
			v.Before = beforeWords(g, f, u, stepOf(x.scale(a), f.GetStatus()).GetTitle())
		}
		form = x.reportForm(one, u)
	}
	p.Data = v
	return p, form
}

// reportForm asks how far an action has come.
func (x *roundReports) reportForm(one report, u *user) *form {
	f := one.followUp
	var options []option
	for _, s := range x.scale(one.action) {
		options = append(options, option{Value: s.GetId(), Label: s.GetTitle()})
	}
	out := newForm("Svara", hidden("etag", f.GetEtag()),
		radios("status", "Hur långt har åtgärden kommit?", f.GetStatus(), options, "status").missing("Välj hur långt åtgärden har kommit."),
		area("kommentar", "Kommentar", f.GetComment(), "comment").optional().rows(8).
			hint("Vad har gjorts och vad återstår? Skriv så att nämnden förstår. Skriv inga personuppgifter, texten blir en allmän handling."),
		text("roll", "Du svarar som", orElse(f.GetAnsweredRole(), u.roleFor(one.action.GetOwners(), f.GetName())), "answered_role").optional().width("medium").
			hint("Din roll, till exempel enhetschef. Den står i historiken."))
	out.Cancel = address(upTo(f.GetName(), 3))
	return out
}
