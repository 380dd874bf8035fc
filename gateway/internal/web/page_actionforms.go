package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Answers to what a new action comes from.
const (
	fromPlan  = "planen"
	fromRisk  = "risk"
	fromPoint = "granskning"
	fromRound = "uppfoljning"
	fromTask  = "uppdrag"
)

// origins are the kinds of what a new action comes from, by the answer.
var origins = map[string]riskv1.ActionOriginKind{
	fromPlan: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN, fromRisk: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY,
	fromPoint: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_CONTROL_POINT, fromRound: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ROUND,
	fromTask: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT,
}

// createAction writes a new action; the address may say which risk it is for.
func (s *server) createAction(c *call) (*page, error) {
	committee := c.name(2)
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: committee, PageSize: 1000})
	if err != nil {
		return nil, err
	}
	g := indexed(nil, s.Clock.Now(), s.zone)
	year := s.Clock.Now().In(s.zone).Year()
	if chosen := c.planOf(plans.GetPlans(), year); chosen != "" {
		if g, err = c.snapshot(chosen); err != nil {
			return nil, err
		}
	}
	x := c.entryContext(g.GetMethodVersion())
	f := newActionForm(g, x, c.query("risk"), year, x.ownedBy(c.user, committee))
	f.Cancel = address(committee) + "/actions"
	p := &page{Title: "Ny åtgärd", Section: sectionActions, Crumbs: []link{{"Åtgärder", f.Cancel}},
		Lead: "Åtgärden blir ett förslag. Den ska genomföras när den är godkänd."}
	if e := g.entries[g.GetPlan().GetName()+"/riskEntries/"+c.query("risk")]; e != nil {
		f.Cancel = address(e.GetName())
	}
	return c.form(p, f, func() (string, error) {
		a := &riskv1.Action{Origin: typedOrigin(f)}
		if err := readAction(f, x, a); err != nil {
			return "", err
		}
		if a.GetOrigin().GetKind() == riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT && a.GetOrigin().GetYear() == 0 {
			return "", fault.Fields(fault.Field{Path: "action.origin.year", Swedish: "Skriv vilket planår uppdraget räknas till, till exempel " + strconv.Itoa(year) + "."})
		}
		made, err := s.Risks.CreateAction(c.ctx(), &riskv1.CreateActionRequest{Parent: committee, Action: a})
		return receipt(address(made.GetName()), "atgard"), err
	})
}

// planOf is the plan to offer risks from: the one that the address names, else the one in work; empty when there is none.
func (c *call) planOf(plans []*riskv1.Plan, year int) string {
	for _, p := range plans {
		if last(p.GetName()) == c.query("plan") {
			return p.GetName()
		}
	}
	if len(plans) == 0 {
		return ""
	}
	return currentPlan(plans, year).GetName()
}

// newActionForm asks what shall be done and what it comes from.
func newActionForm(g *register, x *entryContext, risk string, year int, owners []*riskv1.Owner) *form {
	f := newForm("Lägg till åtgärden", originField(g, risk),
		text("planar", "Vilket planår räknas den till?", "", "action.origin.year").optional().width("short").
			hint("Lämna tomt för planens eget år. Fyll i för ett uppdrag, till exempel "+strconv.Itoa(year)+"."))
	addActionFields(f, x, &riskv1.Action{Owners: owners}, true)
	return f
}

// ownedBy is the user as the owner of what the user proposes; nobody for those who write what others carry out.
func (x *entryContext) ownedBy(u *user, committee string) []*riskv1.Owner {
	if u.has(committee, "coordinator", "head") {
		return nil
	}
	var own []*riskv1.Owner
	for _, r := range u.roles {
		if r.GetAssignment() == "" || !covers(r.GetScope(), committee) && !strings.HasPrefix(r.GetScope(), committee+"/") {
			continue
		}
		title := x.titleOf(r.GetAssignment(), strings.ToLower(roleTitle(r.GetRole())))
		own = append(own, &riskv1.Owner{Role: title, RoleAssignment: r.GetAssignment()})
	}
	return own
}

// originField asks what an action comes from, among what the plan holds.
func originField(g *register, risk string) *field {
	var options []option
	value := fromTask
	choose := func(kind, label, hint, question string, chosen string, of []option) {
		if len(of) == 0 {
			return
		}
		q := &field{Name: kind, Kind: kindSelect, Label: question, Value: chosen, Options: of, paths: []string{"action.origin.resource"}}
		options = append(options, option{Value: kind, Label: label, Hint: hint, Extra: q})
	}
	var entries, points, rounds []option
	chosen := ""
	for _, e := range g.GetRiskEntries() {
		entries = append(entries, option{Value: e.GetName(), Label: g.title(e)})
		if risk != "" && last(e.GetName()) == risk {
			value, chosen = fromRisk, e.GetName()
		}
	}
	for _, k := range g.GetControlPoints() {
		points = append(points, option{Value: k.GetName(), Label: k.GetTitle()})
	}
	for _, r := range g.rounds {
		rounds = append(rounds, option{Value: r.GetName(), Label: r.GetTitle()})
	}
	choose(fromRisk, "En risk i planen", "En direktåtgärd mot risken.", "Vilken risk?", chosen, entries)
	if plan := g.GetPlan(); plan != nil {
		options = append(options, option{Value: fromPlan, Label: "Planen som helhet", Hint: planTitle(plan) + ", utan någon särskild risk."})
		if value == fromTask {
			value = fromPlan
		}
	}
	choose(fromPoint, "En granskning eller ett kontrollmoment", "", "Vilken granskning?", "", points)
	choose(fromRound, "Ett beslut vid en uppföljning", "", "Vilken uppföljning?", "", rounds)
	note := area("not", "Vem gav uppdraget, och genom vilket beslut?", "", "action.origin.note").rows(2).optional()
	options = append(options, option{Value: fromTask, Label: "Ett uppdrag", Hint: "Från kommunstyrelsen eller nämnden själv.", Extra: note})
	q := radios("fran", "Vad kommer åtgärden från?", value, options, "action.origin")
	if plan := g.GetPlan(); plan != nil {
		options[slices.IndexFunc(options, func(o option) bool { return o.Value == fromPlan })].Extra = hidden("plan", plan.GetName())
	}
	return q
}

// typedOrigin reads what an action comes from.
func typedOrigin(f *form) *riskv1.ActionOrigin {
	from := f.value("fran")
	o := &riskv1.ActionOrigin{Kind: origins[from]}
	if y, ok := parseNumber(f.value("planar")); ok {
		o.Year = int32(y)
	}
	switch from {
	case fromTask:
		o.Note = f.value("not")
	case fromPlan:
		o.Resource = f.value("plan")
	default:
		o.Resource = f.value(from)
	}
	return o
}

// addActionFields ask what is to be done, by whom and when. The last day of an accepted action is only changed by a
// renewal, and is not asked for then.
func addActionFields(f *form, x *entryContext, a *riskv1.Action, due bool) {
	f.add("Vad ska göras?", "",
		area("rubrik", "Åtgärden i en mening", a.GetTitle(), "action.title").rows(2).missing("Skriv i en mening vad som ska göras."),
		descriptionField(a))
	who := ownersOf(x, a.GetOwners(), "action.owners", "Personer som svarar för åtgärden", "Personen kan rapportera hur långt åtgärden har kommit.")
	if u := unitField(x, a.GetUnit(), "action.unit"); u != nil {
		who = append(who, u)
	}
	if due {
		who = append(who, date("dag", "Klar senast", a.GetDueDate(), "action.due_date").optional().hint("Behövs för att åtgärden ska kunna godkännas."))
	}
	f.add("Vem gör det, och när?", "Åtgärden behöver en ansvarig och en sista dag innan den kan godkännas.", who...)
}

// descriptionField asks for more about an action.
func descriptionField(a *riskv1.Action) *field {
	return area("beskrivning", "Mer om åtgärden", a.GetDescription(), "action.description").optional().rows(5).
		hint("Tom rad ger nytt stycke, bindestreck först på raden ger punktlista.")
}

// readAction takes what was typed over into an action.
func readAction(f *form, x *entryContext, a *riskv1.Action) error {
	a.Title, a.Description, a.Unit = f.value("rubrik"), f.value("beskrivning"), f.value("enhet")
	a.Owners, a.DueDate = typedOwners(f, x, a.GetOwners()), f.value("dag")
	if y := f.field("planar"); y.Value != "" {
		if n, ok := parseNumber(y.Value); !ok || n < 1992 || n > 2200 || n != float64(int(n)) {
			return fault.Fields(fault.Field{Path: "action.origin.year", Swedish: "Skriv ett år med fyra siffror, till exempel 2025."})
		}
	}
	return nil
}

// editAction changes an action and reports how far it has come.
func (s *server) editAction(c *call) (*page, error) {
	a, err := s.Risks.GetAction(c.ctx(), &riskv1.GetActionRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	b, err := c.book([]*riskv1.Action{a})
	if err != nil {
		return nil, err
	}
	x := c.entryContext(nil)
	all := c.user.has(a.GetName(), "coordinator", "head")
	f := editActionForm(a, b, x, all)
	return c.form(actionFormPage("Rapportera och ändra åtgärden", a), f, func() (string, error) {
		next := &riskv1.Action{Name: a.GetName(), Owners: a.GetOwners(), Etag: f.value("etag"), Status: f.value("status"), Comment: f.value("kommentar")}
		if err := readAction(f, x, next); err != nil {
			return "", err
		}
		paths := []string{"description"}
		if all {
			paths = append(paths, "title", "unit", "owners")
		}
		if f.field("dag").Name != "" {
			paths = append(paths, "due_date")
		}
		if f.field("status").Name != "" {
			paths = append(paths, "status", "comment")
		}
		_, err := s.Risks.UpdateAction(c.ctx(), &riskv1.UpdateActionRequest{Action: next, UpdateMask: mask(paths...), Reason: f.value("skal")})
		return receipt(f.Cancel, "sparad"), err
	})
}

// editActionForm asks how far an accepted action has come, and for what describes it; what an action is and who carries it
// out is for all to see and for those who decide on actions to change.
func editActionForm(a *riskv1.Action, b *actionBook, x *entryContext, all bool) *form {
	f := newForm("Spara", hidden("etag", a.GetEtag()))
	f.Cancel = address(a.GetName())
	accepted := a.GetState() == riskv1.ActionState_ACTION_STATE_ACCEPTED
	if accepted {
		options := []option{}
		for _, s := range b.scale(a) {
			options = append(options, option{Value: s.GetId(), Label: s.GetTitle()})
		}
		f.add("Hur långt har den kommit?", "",
			radios("status", "Status", a.GetStatus(), options, "action.status").optional(),
			area("kommentar", "Kommentar", a.GetComment(), "action.comment").optional().rows(5).hint("Vad har gjorts och vad återstår? Skriv inga personuppgifter."))
	}
	if all {
		addActionFields(f, x, a, !accepted)
	} else {
		f.add("Vad ska göras?", "", descriptionField(a))
	}
	f.add("Om ändringen", "", text("skal", "Varför ändrar du?", "", "reason").optional().hint("Syns i historiken."))
	return f
}

// actionFormPage is the page of a form about an action.
func actionFormPage(title string, a *riskv1.Action) *page {
	return &page{Title: title, Over: a.GetTitle(), Section: sectionActions, Crumbs: actionCrumbs(a.GetName())}
}

// actionStep is one decision on an action: its form, and what to do with the answers.
type actionStep struct {
	title, lead, receipt string
	form                 func(a *riskv1.Action, now time.Time, zone *time.Location) *form
	do                   func(c *call, f *form, name string) error
}

// actionSteps are the decisions on actions, by the word after the address.
var actionSteps = map[string]actionStep{
	"godkann": {"Godkänn åtgärden", "Åtgärden ska genomföras. De ansvariga följer den och rapporterar tills den är klar.", "godkand", acceptForm, acceptAction},
	"avsla":   {"Avslå åtgärden", "Förslaget genomförs inte. Det finns kvar med skälet och kan godkännas senare.", "avslagen", declineForm, declineAction},
	"forlang": {"Förläng åtgärden", "Den nuvarande sista dagen finns kvar bland förlängningarna.", "forlangd", renewForm, renewAction},
	"avsluta": {"Avsluta åtgärden", "Åtgärden följs inte upp mer. Den kan öppnas igen med ett skäl.", "avslutad", closeForm, closeAction},
	"oppna":   {"Öppna åtgärden igen", "Åtgärden blir godkänd igen och följs upp tills den avslutas.", "oppnad", reopenForm, reopenAction},
}

// decideAction takes one decision on an action.
func (s *server) decideAction(c *call) (*page, error) {
	step, ok := actionSteps[c.r.PathValue("steg")]
	if !ok {
		return nil, notFound()
	}
	a, err := s.Risks.GetAction(c.ctx(), &riskv1.GetActionRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	p, f := stepPage(step, a, s.Clock.Now(), s.zone)
	if p.Form == nil && !c.posted() {
		return p, nil
	}
	return c.form(p, f, func() (string, error) {
		return receipt(address(a.GetName()), step.receipt), step.do(c, f, a.GetName())
	})
}

// stepPage is the page of one decision on an action.
func stepPage(step actionStep, a *riskv1.Action, now time.Time, zone *time.Location) (*page, *form) {
	f := step.form(a, now, zone)
	f.Groups[0].Fields = append([]*field{hidden("etag", a.GetEtag())}, f.Groups[0].Fields...)
	f.Cancel = address(a.GetName())
	p := actionFormPage(step.title, a)
	p.Lead, p.Form = step.lead, f
	if lacking := lackingParts(a); step.receipt == "godkand" && lacking != "" {
		p.Lead, p.Form, p.Template = "", nil, "cards"
		p.Data = cardsView{Empty: &emptyView{Title: "Åtgärden saknar " + lacking, Text: "Fyll i det först. Sedan kan åtgärden godkännas.",
			Action: link{"Ändra åtgärden", f.Cancel + "/andra"}}}
	}
	return p, f
}

func acceptForm(a *riskv1.Action, now time.Time, zone *time.Location) *form {
	f := newForm("Godkänn", area("skal", "Varför?", "", "reason").optional().rows(3).hint("Syns i historiken."))
	if (&actionBook{now: now, zone: zone}).passed(a) {
		f.Notice = "Den sista dagen, " + dateText(a.GetDueDate()) + ", har redan varit. Ändra den först, annars är åtgärden försenad från början."
	}
	return f
}

// lackingParts names what an action needs before it can be accepted; empty when it has it.
func lackingParts(a *riskv1.Action) string {
	var lacking []string
	if len(a.GetOwners()) == 0 {
		lacking = append(lacking, "en ansvarig")
	}
	if a.GetDueDate() == "" {
		lacking = append(lacking, "en sista dag")
	}
	return strings.Join(lacking, " och ")
}

func acceptAction(c *call, f *form, name string) error {
	_, err := c.Risks.AcceptAction(c.ctx(), &riskv1.AcceptActionRequest{Name: name, Etag: f.value("etag"), Reason: f.value("skal")})
	return err
}

func declineForm(*riskv1.Action, time.Time, *time.Location) *form {
	return newForm("Avslå", area("skal", "Varför genomförs den inte?", "", "reason").rows(3).missing("Skriv varför åtgärden inte ska genomföras."))
}

func declineAction(c *call, f *form, name string) error {
	_, err := c.Risks.DeclineAction(c.ctx(), &riskv1.DeclineActionRequest{Name: name, Etag: f.value("etag"), Reason: f.value("skal")})
	return err
}

func renewForm(a *riskv1.Action, _ time.Time, _ *time.Location) *form {
	f := newForm("Förläng", date("dag", "Ny sista dag", "", "due_date").missing("Välj den nya sista dagen.").
		hint("Nu är den sista dagen "+orElse(dateText(a.GetDueDate()), "inte bestämd")+"."),
		area("skal", "Varför behövs mer tid?", "", "reason").rows(3).missing("Skriv varför åtgärden behöver mer tid."))
	addDecisionFields(f)
	return f
}

func renewAction(c *call, f *form, name string) error {
	decision, err := typedDecision(f)
	if err != nil {
		return err
	}
	_, err = c.Risks.RenewAction(c.ctx(), &riskv1.RenewActionRequest{Name: name, Etag: f.value("etag"), DueDate: f.value("dag"),
		Reason: f.value("skal"), Decision: decision})
	return err
}

func closeForm(_ *riskv1.Action, now time.Time, zone *time.Location) *form {
	why := area("skal-nej", "Varför följs den inte längre?", "", "reason").rows(3).missing("Skriv varför åtgärden avslutas utan att vara genomförd.")
	done := area("skal-ja", "Vad blev gjort?", "").rows(3).optional()
	f := newForm("Avsluta", radios("gjord", "Är åtgärden genomförd?", "", []option{
		{Value: "ja", Label: "Ja, den är genomförd", Extra: done}, {Value: "nej", Label: "Nej, den avslutas ändå", Extra: why}}, "done").
		missing("Välj om åtgärden är genomförd."),
		date("dag", "Vilken dag avslutades den?", now.In(zone).Format(time.DateOnly), "date"))
	addDecisionFields(f)
	f.Danger = true
	return f
}

func closeAction(c *call, f *form, name string) error {
	decision, err := typedDecision(f)
	if err != nil {
		return err
	}
	_, err = c.Risks.CloseAction(c.ctx(), &riskv1.CloseActionRequest{Name: name, Etag: f.value("etag"), Date: f.value("dag"),
		Done: f.value("gjord") == "ja", Reason: f.value("skal-" + f.value("gjord")), Decision: decision})
	return err
}

func reopenForm(*riskv1.Action, time.Time, *time.Location) *form {
	return newForm("Öppna igen", area("skal", "Varför öppnas den igen?", "", "reason").rows(3).missing("Skriv varför åtgärden behöver tas upp igen."))
}

func reopenAction(c *call, f *form, name string) error {
	_, err := c.Risks.ReopenAction(c.ctx(), &riskv1.ReopenActionRequest{Name: name, Etag: f.value("etag"), Reason: f.value("skal")})
	return err
}

// addDecisionFields ask for the decision, when a committee made one.
func addDecisionFields(f *form) {
	f.add("Nämndens beslut", "Fyll i om nämnden har beslutat om det.",
		date("beslutsdag", "Sammanträdets datum", "", "decision.meeting_date").optional(),
		text("paragraf", "Paragraf i protokollet", "", "decision.paragraph").optional().width("short").hint("Bara numret, till exempel 112."),
		text("dnr", "Diarienummer", "", "decision.case_number").optional().width("medium"))
}

// typedDecision reads the decision; nil when none was typed. A decision is made on a day.
func typedDecision(f *form) (*riskv1.Decision, error) {
	d := &riskv1.Decision{MeetingDate: f.value("beslutsdag"), Paragraph: f.value("paragraf"), CaseNumber: f.value("dnr")}
	switch {
	case d.GetMeetingDate()+d.GetParagraph()+d.GetCaseNumber() == "":
		return nil, nil
	case d.GetMeetingDate() == "":
		return nil, fault.Fields(fault.Field{Path: "decision.meeting_date", Swedish: "Ange sammanträdets datum."})
	default:
		return d, nil
	}
}
