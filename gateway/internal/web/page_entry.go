package web

import (
	"slices"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// entry shows one risk as a plan assesses it.
func (s *server) entry(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	e := g.entries[c.name(4)]
	if e == nil {
		return nil, notFound()
	}
	p := entryPage(g, e, c.user)
	if moved := g.risks[e.GetRisk()]; moved.GetMovedTo() != "" {
		v := p.Data.(entryView)
		v.Note = noteView{Kind: "info", Text: "Risken är flyttad till " + c.placeOf(moved.GetMovedTo()) + ", som svarar för den nu."}
		p.Data = v
	}
	return p, nil
}

// entryView is what the page of a risk shows.
type entryView struct {
	Value  string
	Level  levelView
	How    []fact
	Facts  []fact
	Points []pointRow
	// Actions are those that come from the risk; NewAction leads to the form of one more, for those who may.
	Actions   []actionRow
	NewAction string
	// RiskPath leads to the risk across the years.
	RiskPath string
	Rounds   []roundAnswer
	Note     noteView
}

// roundAnswer is the answer of one round about a risk.
type roundAnswer struct {
	Round, Address string
	Status         statusView
	Comment, By    string
}

// entryPage shows the value and how it came about, what is done, and the answers through the rounds.
func entryPage(g *register, e *riskv1.RiskEntry, u *user) *page {
	plan := g.GetPlan()
	v := entryView{Value: valueText(e), Level: g.level(e), How: g.howFacts(e), Facts: g.entryFacts(e), Points: g.pointsOf(e), Rounds: g.roundAnswers(e.GetName())}
	p := &page{Title: g.title(e), Over: planTitle(plan), Section: sectionPlan, Crumbs: planCrumbs(plan), Template: "entry"}
	if u.may(authzv1.Permission_PERMISSION_PLAN_WRITE, e.GetName()) {
		if readOnly(plan) {
			v.Note = planNote(plan, u)
		} else if plan.GetState() != riskv1.PlanState_PLAN_STATE_PROPOSED && u.mayEdit(e) {
			p.Actions = []link{{"Ändra", address(e.GetName()) + "/andra"}, {"Ta bort ur planen", address(e.GetName()) + "/ta-bort"}}
		}
	}
	v.RiskPath = address(e.GetRisk())
	v.Actions = g.book().rows(actionsOf(g.actions, e.GetName()))
	if u.mayPropose(committeeOf(e.GetName())) {
		v.NewAction = address(committeeOf(e.GetName())) + "/ny-atgard?plan=" + last(plan.GetName()) + "&risk=" + last(e.GetName())
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, e.GetName()) {
		p.History = "/historik/" + e.GetName()
	}
	p.Data = v
	return p
}

// mayEdit reports whether the user keeps the whole plan, or owns the entry.
func (u *user) mayEdit(e *riskv1.RiskEntry) bool {
	if u.has(e.GetName(), "coordinator") {
		return true
	}
	own := u.assignments()
	return slices.ContainsFunc(e.GetOwners(), func(o *riskv1.Owner) bool { return slices.Contains(own, o.GetRoleAssignment()) })
}

// howFacts tell how the value of an entry came about: what people stated and what the method made of it.
func (g *register) howFacts(e *riskv1.RiskEntry) []fact {
	m := g.GetMethodVersion()
	var facts []fact
	add := func(label, text string) { facts = append(facts, fact{Label: label, Text: text}) }
	if e.Likelihood != nil {
		add(m.GetLikelihood().GetTitle(), stepLabel(m.GetLikelihood(), e.GetLikelihood()))
	}
	if e.Consequence != nil {
		add(m.GetConsequence().GetTitle(), stepLabel(m.GetConsequence(), e.GetConsequence()))
	}
	if e.ComputedValue != nil {
		add("Beräknat riskvärde", number(e.GetComputedValue()))
	}
	if e.StatedValue != nil {
		text := number(e.GetStatedValue())
		if e.Likelihood == nil {
			text += ", angivet utan skalor"
		}
		add("Angivet riskvärde", text)
	}
	if e.GetStatedLevel() != "" {
		add("Angiven nivå", g.levelByID(e.GetStatedLevel()).Title)
	}
	if e.GetComputedLevel() != "" {
		add("Nivå enligt metoden", g.levelByID(e.GetComputedLevel()).Title)
	}
	if e.GetSourceNote() != "" {
		add("Varifrån bedömningen kommer", e.GetSourceNote())
	}
	return facts
}

// entryFacts are the labelled rows of a risk.
func (g *register) entryFacts(e *riskv1.RiskEntry) []fact {
	facts := []fact{
		{Label: "Ansvarsområde/process", Text: e.GetProcess()},
		{Label: "Befintliga aktiviteter och egenkontroller", Markdown: e.GetExistingControls()},
		{Label: "Hantering", Text: g.treatmentText(e)},
		{Label: "Planerad hantering", Markdown: e.GetPlannedHandling()},
		{Label: "Ansvariga", Text: strings.Join(owners(e.GetOwners()), "\n")},
		{Label: "I planen?", Text: selectionText(e)},
	}
	if len(e.GetClassifications()) > 0 {
		facts = append(facts, fact{Label: "Kategori", Text: strings.Join(g.classifications(e), "\n")})
	}
	if r := g.risks[e.GetRisk()]; len(r.GetReplaces()) > 0 {
		facts = append(facts, fact{Label: "Ersätter", Text: plural(len(r.GetReplaces()), "tidigare risk", "tidigare risker"), Address: address(r.GetName())})
	}
	for _, q := range g.GetMethodVersion().GetQuestions() {
		facts = append(facts, fact{Label: q.GetText(), Text: answerText(e, q.GetId())})
	}
	return facts
}

// treatmentText lists the treatments with their reasons.
func (g *register) treatmentText(e *riskv1.RiskEntry) string {
	var lines []string
	for _, t := range e.GetTreatments() {
		line := g.treatmentTitle(t.GetTreatment())
		if t.GetReason() != "" {
			line += ": " + t.GetReason()
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// classifications names the headings of an entry.
func (g *register) classifications(e *riskv1.RiskEntry) []string {
	var titles []string
	for _, k := range g.GetMethodVersion().GetClassifications() {
		for _, i := range k.GetItems() {
			if slices.Contains(e.GetClassifications(), k.GetId()+"/"+i.GetId()) {
				titles = append(titles, k.GetTitle()+": "+i.GetTitle())
			}
		}
	}
	return titles
}

// selectionText says whether a risk is in the plan; blank is not "no".
func selectionText(e *riskv1.RiskEntry) string {
	switch e.GetSelection() {
	case riskv1.Selection_SELECTION_IN_PLAN:
		return "Ja"
	case riskv1.Selection_SELECTION_NOT_CHOSEN:
		return "Nej. " + e.GetNotChosenReason()
	default:
		return "Inte bestämt"
	}
}

// answerText says what was answered to a question; blank is not "no".
func answerText(e *riskv1.RiskEntry, question string) string {
	for _, a := range e.GetAnswers() {
		if a.GetQuestion() != question {
			continue
		}
		if a.GetYes() {
			return "Ja"
		}
		return "Nej"
	}
	return "Inte besvarad"
}

// pointsOf returns the control points that come from an entry.
func (g *register) pointsOf(e *riskv1.RiskEntry) []pointRow {
	var rows []pointRow
	for _, p := range g.GetControlPoints() {
		if slices.Contains(p.GetRiskEntries(), e.GetName()) {
			rows = append(rows, rowOf(p))
		}
	}
	return rows
}

// roundAnswers returns the answers about an entry, the latest round first.
func (g *register) roundAnswers(entry string) []roundAnswer {
	var out []roundAnswer
	for _, r := range slices.Backward(g.rounds) {
		for _, f := range g.answersOf(r.GetName()) {
			if f.GetRiskEntry() == entry {
				out = append(out, roundAnswer{r.GetTitle(), address(f.GetName()), g.statusOf(f), f.GetComment(), g.answeredBy(f)})
			}
		}
	}
	return out
}

// answeredBy says in which role and when a follow-up was answered.
func (g *register) answeredBy(f *riskv1.FollowUp) string {
	text := sentence(f.GetAnsweredRole())
	if t := momentText(f.GetAnswerTime(), g.zone); t != "" {
		if text != "" {
			text += ", "
		}
		text += t + " (" + since(f.GetAnswerTime(), g.now, g.zone) + ")"
	}
	return text
}

// riskView is what the page of a risk across the years shows.
type riskView struct {
	Note  noteView
	Facts []fact
	Years []task
}

// risk shows a risk across the years.
func (s *server) risk(c *call) (*page, error) {
	r, err := s.Risks.GetRisk(c.ctx(), &riskv1.GetRiskRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	es, err := s.Risks.ListRiskEntries(c.ctx(), &riskv1.ListRiskEntriesRequest{Parent: c.name(2) + "/plans/-", Risk: r.GetName(), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return riskPage(r, plans.GetPlans(), es.GetRiskEntries(), c.user, c.placeOf), nil
}

// riskPage shows a risk with its assessments, the newest first; place names the committee of a resource.
func riskPage(r *riskv1.Risk, plans []*riskv1.Plan, entries []*riskv1.RiskEntry, u *user, place func(string) string) *page {
	v := riskView{Facts: []fact{{Label: "Beskrivning", Markdown: r.GetDescription()}, {Label: "Orsaker", Markdown: r.GetCauses()},
		{Label: "Konsekvenser", Markdown: r.GetEffects()}}}
	for _, plan := range slices.Backward(plans) {
		for _, e := range entries {
			if upTo(e.GetName(), 3) == plan.GetName() {
				v.Years = append(v.Years, task{link{planTitle(plan), address(e.GetName())}, "Riskvärde " + valueText(e), planStatus(plan)})
			}
		}
	}
	p := &page{Title: r.GetTitle(), Section: sectionPlan, Template: "risk", Crumbs: []link{{"Planer", address(committeeOf(r.GetName())) + "/plans"}}}
	if r.GetMovedFrom() != "" {
		v.Note = noteView{Kind: "info", Text: "Risken kom från " + place(r.GetMovedFrom()) + "."}
	}
	switch {
	case r.GetMovedTo() != "":
		v.Note = noteView{Kind: "info", Text: "Risken är flyttad till " + place(r.GetMovedTo()) + ", som svarar för den nu."}
	case u.has(r.GetName(), "coordinator"):
		p.Actions = []link{{"Flytta till annan nämnd", address(r.GetName()) + "/flytta"}}
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, r.GetName()) {
		p.History = "/historik/" + r.GetName()
	}
	p.Data = v
	return p
}
