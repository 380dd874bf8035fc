package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// snapshot reads a plan with all it holds in one call.
func (c *call) snapshot(plan string) (*register, error) {
	r, err := c.Risks.GetPlanSnapshot(c.ctx(), &riskv1.GetPlanSnapshotRequest{Name: plan})
	if err != nil {
		return nil, err
	}
	return newRegister(r, c.Clock.Now(), c.zone), nil
}

// plans lists the plans of a committee.
func (s *server) plans(c *call) (*page, error) {
	r, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return plansPage(c.name(2), r.GetPlans(), c.user.has(c.name(2), "coordinator")), nil
}

// plansView is what the list of plans shows.
type plansView struct {
	Plans []task
	Empty emptyView
}

// task is something to do or to open, with its state.
type task struct {
	link
	Detail string
	Status statusView
}

// plansPage shows the plans, the newest first.
func plansPage(committee string, plans []*riskv1.Plan, mayWrite bool) *page {
	p := &page{Title: "Planer", Section: sectionPlan, Template: "plans"}
	v := plansView{Empty: emptyView{Title: "Ingen plan än",
		Text: "Här samlas nämndens internkontrollplaner, en för varje år."}}
	create := link{"Skapa plan", address(committee) + "/ny-plan"}
	if mayWrite {
		p.Actions = []link{create}
		if len(plans) == 0 {
			p.Actions, v.Empty.Action = nil, create
		}
	}
	slices.SortFunc(plans, func(a, b *riskv1.Plan) int { return strings.Compare(b.GetName(), a.GetName()) })
	for _, plan := range plans {
		v.Plans = append(v.Plans, task{link{planTitle(plan), address(plan.GetName())}, versionText(plan.GetVersion()), planStatus(plan)})
	}
	p.Data = v
	return p
}

// plan shows one plan.
func (s *server) plan(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	p := planPage(g, c.user, c.r.URL.Query())
	v := p.Data.(planView)
	if v.Matrix, err = c.planMatrix(g); err != nil {
		return nil, err
	}
	lacking, err := c.lackingCommon(g)
	if err != nil {
		return nil, err
	}
	v.lack(lacking, g.GetPlan(), c.user)
	p.Data = v
	return p, nil
}

// planVersion shows a decided version as it was frozen.
func (s *server) planVersion(c *call) (*page, error) {
	v, err := s.Risks.GetPlanVersion(c.ctx(), &riskv1.GetPlanVersionRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	g := indexed(v.GetSnapshot(), s.Clock.Now(), s.zone)
	p := planPage(g, nil, c.r.URL.Query())
	p.Title += ", " + strings.ToLower(versionText(v.GetSnapshot().GetPlan().GetVersion()))
	p.Crumbs = append(p.Crumbs, link{planTitle(g.GetPlan()), address(c.name(3))})
	view := p.Data.(planView)
	view.Path = address(v.GetName())
	view.Columns, view.Counts, view.Matrix = columns(view.Path, view.Filter), g.counts(view.Path), g.matrix(view.Path)
	view.Status = statusView{"lock", "Fastställd " + decisionText(v.GetDecision())}
	view.Note = noteView{Kind: "lock", Text: "Så här såg planen ut när nämnden fastställde den."}
	if v.GetReplaced() {
		view.Note.Text += " Den är ersatt av en senare version."
	}
	p.Data = view
	return p, nil
}

// planView is what the page of a plan shows.
type planView struct {
	Path string
	// PlanPath is the plan's own address, and ActionPath the form of a new action; Path may be that of an older version.
	PlanPath, ActionPath string
	Status               statusView
	Note                 noteView
	Facts                []fact
	Matrix               *matrixView
	Counts               []countView
	Filter               filterView
	Columns              []column
	Rows                 []entryRow
	Window               window
	Left                 []entryRow
	Caption              string
	Sections             []sectionView
	Areas                []areaView
	Points               []pointRow
	Common               []pointRow
	// Lacking are decided common items that the plan does not have, and Mend how they get there.
	Lacking []link
	Mend    link
	// CommonText is the plan's own text about them.
	CommonText string
	Actions    []actionRow
	// NewAction is true for those who may add an action, Edit for those who may change the plan now.
	NewAction, Edit bool
	Versions        []link
	Empty           *emptyView
}

// countView is a number that leads to what it counts.
type countView struct {
	Count   int
	Text    string
	Address string
}

// column is a header cell, with a link when the table can be sorted by it.
type column struct{ Text, Address, State, Class string }

// entryRow is one risk in the table.
type entryRow struct {
	Address, Title, Process, Value string
	Level                          levelView
	Treatments, Owners             string
	Reason                         string
	entry                          *riskv1.RiskEntry
}

// sectionView is one part of the plan's text.
type sectionView struct {
	Title, Text string
}

// areaView is one control area with its points.
type areaView struct {
	Title, Address, Text, Owners string
	Points                       []pointRow
}

// pointRow is one control point.
type pointRow struct {
	Title, Address, Kind, Frequency, Owners string
	// Moved says that another committee has it now.
	Moved bool
}

// rowOf shows a control point in a table.
func rowOf(k *riskv1.ControlPoint) pointRow {
	return pointRow{k.GetTitle(), address(k.GetName()), pointKind(k.GetKind()), k.GetFrequency(), strings.Join(owners(k.GetOwners()), ", "), k.GetMovedTo() != ""}
}

// filterView is the choice of risks to show.
type filterView struct {
	Levels, Owners, Categories []option
	Level, Owner, Category     string
	Likelihood, Consequence    string
	Sort, Order                string
	Active                     bool
}

// planPage shows a plan as tables, chosen and ordered by the parameters of the address.
func planPage(g *register, u *user, query url.Values) *page {
	plan := g.GetPlan()
	p := &page{Title: planTitle(plan), Section: sectionPlan, Template: "plan", Wide: true,
		Crumbs: []link{{"Planer", address(committeeOf(plan.GetName())) + "/plans"}}}
	v := planView{Path: address(plan.GetName()), Status: planStatus(plan), Facts: planFacts(g), PlanPath: address(plan.GetName())}
	v.ActionPath = address(committeeOf(plan.GetName())) + "/ny-atgard?plan=" + last(plan.GetName())
	v.Edit = u.has(plan.GetName(), "coordinator") && !readOnly(plan) && plan.GetState() != riskv1.PlanState_PLAN_STATE_PROPOSED
	v.Filter = g.filter(query)
	v.Columns = columns(v.Path, v.Filter)
	v.Rows, v.Left = g.rows(v.Filter)
	v.Caption = plural(len(v.Rows), "risk", "risker")
	v.Rows, v.Window = windowOf(v.Rows, v.Path, query, "risker")
	v.Counts, v.Matrix = g.counts(v.Path), g.matrix(v.Path)
	v.Sections, v.CommonText = sections(plan), commonText(plan)
	v.Areas, v.Points, v.Common = g.areas()
	v.Versions = versionLinks(plan)
	v.Actions = g.book().rows(slices.DeleteFunc(slices.Clone(g.actions), func(a *riskv1.Action) bool { return originYear(a) != last(plan.GetName()) }))
	v.NewAction = u.mayPropose(committeeOf(plan.GetName())) && plan.GetState() != riskv1.PlanState_PLAN_STATE_CLOSED
	if len(g.GetRiskEntries()) == 0 {
		v.Empty = &emptyView{Title: "Inga risker än", Text: "Här kommer nämndens risker med värde, hantering och ansvariga."}
		if v.Edit {
			v.Empty.Action = link{"Lägg till risk", v.Path + "/ny-risk"}
		}
	}
	if u != nil {
		v.Note = planNote(plan, u)
		p.Actions = planActions(plan, u)
		if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, plan.GetName()) {
			p.History = "/historik/" + plan.GetName()
		}
	}
	p.Data = v
	return p
}

// planNote says what the state of a plan means, and what the user can do about it.
func planNote(plan *riskv1.Plan, u *user) noteView {
	switch plan.GetState() {
	case riskv1.PlanState_PLAN_STATE_DECIDED:
		n := noteView{Kind: "lock", Text: "Planen är fastställd och kan inte ändras."}
		if u.may(authzv1.Permission_PERMISSION_PLAN_DECIDE, plan.GetName()) {
			n.Text += " Skapa en ny version om något måste rättas."
		}
		return n
	case riskv1.PlanState_PLAN_STATE_PROPOSED:
		n := noteView{Kind: "info", Text: "Planen ligger på nämndens bord."}
		if u.has(plan.GetName(), "coordinator") {
			n.Text += " Ta tillbaka den om något måste ändras före beslutet."
		}
		return n
	case riskv1.PlanState_PLAN_STATE_CLOSED:
		return noteView{Kind: "lock", Text: "Året är slut och redovisat. Planen kan inte ändras."}
	default:
		return noteView{}
	}
}

// planActions are what the user can do with a plan, the next step first.
func planActions(plan *riskv1.Plan, u *user) []link {
	at, name := address(plan.GetName()), plan.GetName()
	write := u.has(name, "coordinator") // who owns a risk may change that risk, and add none
	decide := u.may(authzv1.Permission_PERMISSION_PLAN_DECIDE, name)
	var actions []link
	add := func(allowed bool, text, path string) {
		if allowed {
			actions = append(actions, link{text, at + path})
		}
	}
	switch plan.GetState() {
	case riskv1.PlanState_PLAN_STATE_PROPOSED:
		add(decide, "Registrera beslut", "/beslut")
		add(write, "Ta tillbaka", "/ta-tillbaka")
	case riskv1.PlanState_PLAN_STATE_DECIDED:
		add(decide, "Skapa ny version", "/ny-version")
		add(decide, "Avsluta planåret", "/avsluta")
	case riskv1.PlanState_PLAN_STATE_CLOSED:
	default:
		add(write, "Lägg till risk", "/ny-risk")
		add(write, "Föreslå till nämnden", "/foresla")
		add(write, "Ändra planens texter", "/andra")
	}
	if u.may(authzv1.Permission_PERMISSION_CASE_WRITE, name) {
		actions = append(actions, link{"Skapa dokument", address(committeeOf(name)) + "/nytt-dokument?plan=" + last(name)})
	}
	return actions
}

// planFacts are the facts about a plan.
func planFacts(g *register) []fact {
	plan := g.GetPlan()
	facts := []fact{{Label: "Version", Text: fmt.Sprint(max(1, plan.GetVersion()))}}
	if plan.GetCaseNumber() != "" {
		facts = append(facts, fact{Label: "Diarienummer", Text: plan.GetCaseNumber()})
	}
	if plan.GetRevisionReason() != "" {
		facts = append(facts, fact{Label: "Varför ny version", Text: plan.GetRevisionReason()})
	}
	if d := plan.GetDecision(); d.GetEffectiveDate() != "" {
		facts = append(facts, fact{Label: "Gäller från", Text: dateText(d.GetEffectiveDate())})
	}
	return facts
}

// commonHeading is the heading of the control points that carry out common items. A section of the plan with this heading is
// shown with them.
const commonHeading = "Kommungemensamma granskningar"

// sections are the plan's texts; what is empty on purpose is shown as such.
func sections(plan *riskv1.Plan) []sectionView {
	var out []sectionView
	if plan.GetHowMade() != "" {
		out = append(out, sectionView{"Så togs planen fram", plan.GetHowMade()})
	}
	for _, s := range plan.GetSections() {
		if strings.EqualFold(s.GetTitle(), commonHeading) {
			continue
		}
		text := s.GetText()
		if s.GetExplicitlyEmpty() {
			text = ""
		}
		out = append(out, sectionView{s.GetTitle(), text})
	}
	return out
}

// commonText is the plan's own text about the common items; empty when it has none.
func commonText(plan *riskv1.Plan) string {
	for _, s := range plan.GetSections() {
		if strings.EqualFold(s.GetTitle(), commonHeading) {
			return s.GetText()
		}
	}
	return ""
}

// versionLinks leads to the decided versions of a plan.
func versionLinks(plan *riskv1.Plan) []link {
	decided := plan.GetVersion()
	if !readOnly(plan) {
		decided--
	}
	var links []link
	for n := int32(1); n <= decided; n++ {
		links = append(links, link{versionText(n), fmt.Sprintf("%s/versions/%d", address(plan.GetName()), n)})
	}
	return links
}

// areas groups the committee's own control points by area; those without one, and those that carry out common items, come
// apart.
func (g *register) areas() (areas []areaView, loose, common []pointRow) {
	for _, a := range g.GetControlAreas() {
		areas = append(areas, areaView{Title: a.GetTitle(), Address: address(a.GetName()), Text: a.GetDescription(), Owners: strings.Join(owners(a.GetOwners()), ", ")})
	}
	for _, p := range g.GetControlPoints() {
		row := rowOf(p)
		if p.GetCommonItem() != "" {
			common = append(common, row)
			continue
		}
		i := slices.IndexFunc(areas, func(a areaView) bool { return a.Address == address(p.GetControlArea()) })
		if i < 0 {
			loose = append(loose, row)
		} else {
			areas[i].Points = append(areas[i].Points, row)
		}
	}
	return areas, loose, common
}

// pointKind names a kind of control point.
func pointKind(k riskv1.ControlPointKind) string {
	if k == riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW {
		return "Granskning"
	}
	return "Kontrollmoment"
}
