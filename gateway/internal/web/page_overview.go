package web

import (
	"strings"

	"golang.org/x/sync/errgroup"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// overviewView is what a committee's first page shows.
type overviewView struct {
	Plan task
	// Waiting is what waits for the user; Year the plan's year as a time line.
	Waiting   *waitingView
	Year      *yearView
	Tasks     []task
	Missing   []task
	Deadlines []deadlineView
	// Actions counts the open actions, and those that are late.
	Actions []countView
	Counts  []countView
	Matrix  *matrixView
	Others  []task
	Empty   *emptyView
}

// overviewData is what the overview is made of.
type overviewData struct {
	committee *directoryv1.Committee
	plans     []*riskv1.Plan
	register  *register
	findings  []*riskv1.PlanFinding
	cases     []*reportv1.Case
	documents []*reportv1.Document
	deadlines []*riskv1.Deadline
	actions   []*riskv1.ActionCount
	waiting   []*notificationv1.Task
	// proposed are the actions that wait for the user's decision, common the common items that the plan lacks.
	proposed []*riskv1.Action
	common   []*riskv1.CommonItem
}

// overview shows where the committee's work stands.
func (s *server) overview(c *call) (*page, error) {
	committee, err := c.committee()
	if err != nil {
		return nil, err
	}
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	d := &overviewData{committee: committee, plans: plans.GetPlans()}
	if len(d.plans) > 0 {
		if err := c.overviewDetails(d); err != nil {
			return nil, err
		}
	}
	return overviewPage(d, c.user), nil
}

// overviewDetails reads the plan in work, what it lacks, the cases and documents about it, and what is due.
func (c *call) overviewDetails(d *overviewData) error {
	var err error
	if d.register, err = c.snapshot(currentPlan(d.plans, c.Clock.Now().In(c.zone).Year()).GetName()); err != nil {
		return err
	}
	var g errgroup.Group
	plan := d.register.GetPlan()
	if plan.GetState() == riskv1.PlanState_PLAN_STATE_DRAFT && c.user.may(authzv1.Permission_PERMISSION_DRAFT_READ, c.name(2)) {
		g.Go(func() error {
			r, err := c.Risks.CheckPlan(c.ctx(), &riskv1.CheckPlanRequest{Name: plan.GetName()})
			d.findings = r.GetFindings()
			return err
		})
	}
	g.Go(func() error {
		r, err := c.Reports.ListCases(c.ctx(), &reportv1.ListCasesRequest{Parent: c.name(2), PageSize: 1000})
		d.cases = r.GetCases()
		return err
	})
	g.Go(func() error {
		r, err := c.Reports.ListDocuments(c.ctx(), &reportv1.ListDocumentsRequest{Parent: c.name(2), PageSize: 1000})
		d.documents = r.GetDocuments()
		return err
	})
	g.Go(func() error { return c.overviewDue(d) })
	g.Go(func() error { return c.overviewProposed(d) })
	g.Go(func() error {
		d.waiting, _ = c.waiting() // the committee's work can be shown without
		return nil
	})
	g.Go(func() error {
		lacking, err := c.lackingCommon(d.register)
		d.common = lacking
		return err
	})
	return g.Wait()
}

// overviewDue reads the last days and how many actions there are.
func (c *call) overviewDue(d *overviewData) error {
	r, err := c.Risks.ListDeadlines(c.ctx(), &riskv1.ListDeadlinesRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return err
	}
	n, err := c.Risks.CountActions(c.ctx(), &riskv1.CountActionsRequest{Parent: c.name(2)})
	d.deadlines, d.actions = c.unreported(r.GetDeadlines()), n.GetCounts()
	return err
}

// overviewProposed reads the actions that wait for a decision of the user's.
func (c *call) overviewProposed(d *overviewData) error {
	if !c.user.may(authzv1.Permission_PERMISSION_ACTION_DECIDE, c.name(2)) {
		return nil
	}
	r, err := c.Risks.ListActions(c.ctx(), &riskv1.ListActionsRequest{Parent: c.name(2), State: riskv1.ActionState_ACTION_STATE_PROPOSED, PageSize: 1000})
	d.proposed = r.GetActions()
	return err
}

// overviewPage shows the plan, the round as a task list, what is missing, the next deadlines and the counts.
func overviewPage(d *overviewData, u *user) *page {
	at := address(d.committee.GetName())
	p := &page{Title: d.committee.GetDisplayName(), Over: d.committee.GetAdministration(), Section: sectionOverview, Template: "overview"}
	if len(d.plans) == 0 {
		v := overviewView{Empty: &emptyView{Title: "Ingen plan än", Text: "Här ser du hur nämndens internkontroll ligger till: planen, uppföljningen och vad som saknas."}}
		if u.has(d.committee.GetName(), "coordinator") {
			v.Empty.Action = link{"Skapa plan", at + "/ny-plan"}
		}
		p.Data = v
		return p
	}
	g := d.register
	plan := g.GetPlan()
	v := overviewView{Plan: task{link{planTitle(plan), address(plan.GetName())}, "", planStatus(plan)}}
	v.Counts, v.Matrix = g.counts(address(plan.GetName())), g.matrix(address(plan.GetName()))
	v.Tasks = append([]task{planTask(plan)}, d.roundTasks(u)...)
	v.Missing = d.missing(u)
	v.Waiting, v.Year = waitingNote(d.waiting), planYear(g)
	v.Deadlines, v.Actions = deadlineViews(d.deadlines, g.now, g.zone), openActions(at, d.actions)
	for _, other := range d.plans {
		if other.GetName() != plan.GetName() {
			v.Others = append(v.Others, task{link{planTitle(other), address(other.GetName())}, "", planStatus(other)})
		}
	}
	if next := d.next(u); next.Address != "" {
		p.Actions = []link{next}
	}
	p.Data = v
	return p
}

// planTask is the plan as the first task of the year.
func planTask(plan *riskv1.Plan) task {
	t := task{link: link{"Planen för " + last(plan.GetName()), address(plan.GetName())}, Status: stateDoing, Detail: planStatus(plan).Word}
	if readOnly(plan) {
		t.Status = stateDone
	}
	return t
}

// roundTasks are, for each round, its answers, its case and its document.
func (d *overviewData) roundTasks(u *user) []task {
	var tasks []task
	for _, r := range d.register.rounds {
		fs := d.register.dueIn(r)
		tasks = append(tasks, d.answersTask(r, fs), d.caseTask(r, u), d.documentTask(r, u))
	}
	return tasks
}

// answersTask is the round's answers.
func (d *overviewData) answersTask(r *riskv1.Round, fs []*riskv1.FollowUp) task {
	n := answered(fs)
	t := task{link: link{r.GetTitle(), address(r.GetName())}, Status: stateTodo,
		Detail: plural(n, "svar", "svar") + " av " + number(float64(len(fs)))}
	left, dated := days(answerBy(r), d.register.now, d.register.zone)
	switch {
	case r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED:
		t.Status = stateDone
	case n < len(fs) && dated && left < 0:
		t.Status = stateLate
	case n > 0:
		t.Status = stateDoing
	}
	if dated && n < len(fs) && r.GetState() != riskv1.RoundState_ROUND_STATE_CLOSED {
		t.Detail += ", senast " + dateText(answerBy(r)) + " (" + relative(left) + ")"
	}
	return t
}

// creation is the form that makes what reports a round; the list of cases for those who may not make it.
func (d *overviewData) creation(form string, r *riskv1.Round, u *user) string {
	at := address(d.committee.GetName())
	if !u.may(authzv1.Permission_PERMISSION_CASE_WRITE, d.committee.GetName()) {
		return at + "/cases"
	}
	return at + "/" + form + "?uppfoljning=" + last(r.GetName())
}

// caseTask is the case that reports a round.
func (d *overviewData) caseTask(r *riskv1.Round, u *user) task {
	t := task{link: link{"Ärende om " + strings.ToLower(r.GetTitle()), d.creation("nytt-arende", r, u)}, Status: stateTodo}
	for _, k := range d.cases {
		if k.GetRound() == r.GetName() {
			t.Address, t.Status, t.Detail = address(k.GetName()), caseStatus(k), strings.Join(k.GetCaseNumbers(), ", ")
		}
	}
	return t
}

// documentTask is the document that reports a round.
func (d *overviewData) documentTask(r *riskv1.Round, u *user) task {
	t := task{link: link{"Handling om " + strings.ToLower(r.GetTitle()), d.creation("nytt-dokument", r, u)}, Status: stateTodo}
	for _, doc := range d.documents {
		if doc.GetRound() == r.GetName() {
			t.Address, t.Status, t.Detail = address(doc.GetName()), stateDoing, "Utkast"
			if doc.GetState() == reportv1.DocumentState_DOCUMENT_STATE_FINAL {
				t.Status, t.Detail = stateDone, "Slutlig"
				break
			}
		}
	}
	return t
}

// missing lists what is missing now: findings of a draft, answers that are due, facts of a case.
func (d *overviewData) missing(u *user) []task {
	var out []task
	for _, f := range d.findings {
		status := statusView{"info", "Att se över"}
		if f.GetBlocking() {
			status = statusView{"late", "Saknas"}
		}
		out = append(out, task{link{f.GetMessage(), address(f.GetResource())}, "", status})
	}
	g := d.register
	out = append(append(out, d.commonTasks(u)...), d.proposedTasks()...)
	for _, r := range g.rounds {
		if r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED {
			continue
		}
		for _, f := range g.answersIn(r) {
			e := g.entries[f.GetRiskEntry()]
			if f.GetStatus() == "" && (u.has(f.GetName(), "coordinator", "head", "manager", "auditor") || u.mayEdit(e)) {
				status := statusView{"todo", "Svar saknas"}
				if left, ok := days(answerBy(r), g.now, g.zone); ok && left < 0 {
					status.Kind = "late"
				}
				out = append(out, task{link{g.title(e), address(f.GetName())}, sentence(strings.Join(owners(e.GetOwners()), ", ")), status})
			}
		}
	}
	for _, k := range d.cases {
		if len(k.GetCaseNumbers()) == 0 && k.GetRound() != "" {
			out = append(out, task{link{k.GetTitle(), address(k.GetName())}, "Ärendet har inget diarienummer.", statusView{"todo", "Saknas"}})
		}
	}
	return out
}

// maxProposed is how many proposed actions the overview names; more of them are one line.
const maxProposed = 5

// proposedTasks are the actions that wait for a decision.
func (d *overviewData) proposedTasks() []task {
	waiting := statusView{"todo", "Väntar på beslut"}
	if len(d.proposed) > maxProposed {
		at := address(d.committee.GetName()) + "/actions?lage=foreslagen#atgarder"
		return []task{{link{plural(len(d.proposed), "föreslagen åtgärd", "föreslagna åtgärder"), at}, "Godkänn eller avslå förslagen.", waiting}}
	}
	var out []task
	for _, a := range d.proposed {
		out = append(out, task{link{a.GetTitle(), address(a.GetName())}, "Godkänn eller avslå den föreslagna åtgärden.", waiting})
	}
	return out
}

// commonTasks are the common items that the plan lacks. Those of a draft are among the findings about it.
func (d *overviewData) commonTasks(u *user) []task {
	plan := d.register.GetPlan()
	if len(d.findings) > 0 {
		return nil
	}
	var out []task
	for _, i := range d.common {
		out = append(out, task{link{i.GetTitle(), mendCommon(plan, u).Address}, "Den kommungemensamma granskningen finns inte i planen.", statusView{"late", "Saknas"}})
	}
	return out
}

// next is the one thing to go on with.
func (d *overviewData) next(u *user) link {
	for _, r := range d.register.rounds {
		if r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN {
			if at := nextAnswer(r, []*register{d.register}, u); at != "" {
				return link{"Fortsätt med " + strings.ToLower(r.GetTitle()), at}
			}
		}
	}
	for _, r := range d.register.rounds {
		t := d.documentTask(r, u)
		if r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED && t.Status != stateDone && u.may(authzv1.Permission_PERMISSION_CASE_WRITE, r.GetName()) {
			return link{"Fortsätt med handlingen", t.Address}
		}
	}
	plan := d.register.GetPlan()
	if u.may(authzv1.Permission_PERMISSION_PLAN_WRITE, plan.GetName()) && !readOnly(plan) {
		return link{"Fortsätt med planen", address(plan.GetName())}
	}
	if u.may(authzv1.Permission_PERMISSION_ROUND_WRITE, plan.GetName()) && len(d.register.rounds) == 0 {
		return link{"Skapa uppföljning", address(d.committee.GetName()) + "/ny-uppfoljning"}
	}
	return link{}
}
