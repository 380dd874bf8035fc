package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// actionStates are the choices of which actions to list.
var actionStates = []struct {
	option
	state riskv1.ActionState
}{
	{option{Value: "godkand", Label: "Godkända"}, riskv1.ActionState_ACTION_STATE_ACCEPTED},
	{option{Value: "foreslagen", Label: "Föreslagna"}, riskv1.ActionState_ACTION_STATE_PROPOSED},
	{option{Value: "avslutad", Label: "Avslutade"}, riskv1.ActionState_ACTION_STATE_CLOSED},
	{option{Value: "avslagen", Label: "Avslagna"}, riskv1.ActionState_ACTION_STATE_DECLINED},
}

// Choices among the statuses that are no steps of a scale.
const (
	statusNone = "-"
	statusLate = "forsenad"
)

// listActions reads every action of a committee.
func (c *call) listActions(committee string) ([]*riskv1.Action, error) {
	var all []*riskv1.Action
	for token := ""; ; {
		r, err := c.Risks.ListActions(c.ctx(), &riskv1.ListActionsRequest{Parent: committee, PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		all = append(all, r.GetActions()...)
		if token = r.GetNextPageToken(); token == "" {
			return all, nil
		}
	}
}

// actions lists the actions of a committee.
func (s *server) actions(c *call) (*page, error) {
	all, err := c.listActions(c.name(2))
	if err != nil {
		return nil, err
	}
	counts, err := s.Risks.CountActions(c.ctx(), &riskv1.CountActionsRequest{Parent: c.name(2)})
	if err != nil {
		return nil, err
	}
	b, err := c.book(all)
	if err != nil {
		return nil, err
	}
	return actionsPage(c.name(2), all, counts.GetCounts(), b, c.user, c.r.URL.Query()), nil
}

// actionsView is what the list of actions shows.
type actionsView struct {
	Path     string
	Rows     []actionRow
	Window   window
	Years    []option
	States   []option
	Statuses []option
	// Year, State and Status are the choice.
	Year, State, Status string
	Active              bool
	Counts              *countTable
	Empty               *emptyView
}

// actionsPage shows the chosen actions, and the counts of all.
func actionsPage(committee string, all []*riskv1.Action, counts []*riskv1.ActionCount, b *actionBook, u *user, q url.Values) *page {
	at := address(committee)
	v := actionsView{Path: at + "/actions", Year: q.Get("ar"), State: q.Get("lage"), Status: q.Get("status")}
	v.Active = v.Year+v.State+v.Status != ""
	v.choices(all, b)
	chosen := slices.DeleteFunc(slices.Clone(all), func(a *riskv1.Action) bool { return !v.takes(a, b) })
	v.Rows, v.Window = windowOf(b.rows(chosen), v.Path, q, "atgarder")
	v.Counts = b.countTable(v.Path, counts, all)
	p := &page{Title: "Åtgärder", Section: sectionActions, Template: "actions", Wide: true,
		Lead: "En åtgärd lever vidare över åren tills den är genomförd eller nämnden avslutar den."}
	create := link{"Ny åtgärd", at + "/ny-atgard"}
	if u.mayPropose(committee) && len(all) > 0 {
		p.Actions = []link{create}
	}
	if len(all) == 0 {
		v.Empty = &emptyView{Title: "Inga åtgärder än", Text: "Här samlas det som ska göras för att minska risker eller rätta brister: vem som gör det, senast när och hur långt det har kommit."}
		if u.mayPropose(committee) {
			v.Empty.Action = create
		}
	}
	p.Data = v
	return p
}

// choices lists the years and statuses that occur.
func (v *actionsView) choices(all []*riskv1.Action, b *actionBook) {
	var years []string
	for _, a := range all {
		years = append(years, originYear(a))
		for _, s := range b.scale(a) {
			if !slices.ContainsFunc(v.Statuses, func(o option) bool { return o.Value == s.GetId() }) {
				v.Statuses = append(v.Statuses, option{Value: s.GetId(), Label: s.GetTitle()})
			}
		}
	}
	slices.Sort(years)
	for _, y := range slices.Backward(slices.Compact(years)) {
		if y != "" {
			v.Years = append(v.Years, option{Value: y, Label: y})
		}
	}
	for _, s := range actionStates {
		v.States = append(v.States, s.option)
	}
	v.Statuses = append(v.Statuses, option{Value: statusNone, Label: "Inte rapporterad"}, option{Value: statusLate, Label: "Försenad"})
}

// takes reports whether an action is among those chosen.
func (v *actionsView) takes(a *riskv1.Action, b *actionBook) bool {
	state := slices.IndexFunc(actionStates, func(s struct {
		option
		state riskv1.ActionState
	}) bool {
		return s.Value == v.State
	})
	switch {
	case v.Year != "" && v.Year != originYear(a), state >= 0 && actionStates[state].state != a.GetState():
		return false
	case v.Status == statusLate:
		return b.overdue(a)
	case v.Status == statusNone:
		return a.GetStatus() == ""
	default:
		return v.Status == "" || v.Status == a.GetStatus()
	}
}

// countTable counts actions per plan year and status; every number leads to its actions.
type countTable struct {
	Heads []string
	Rows  []countRow
}

// countRow is one plan year.
type countRow struct {
	Year  string
	Cells []countView
}

// countTable shows the counts that the register gives, the newest year first: accepted ones by status, then those past
// their last day, ended ones and all.
func (b *actionBook) countTable(path string, counts []*riskv1.ActionCount, all []*riskv1.Action) *countTable {
	if len(counts) == 0 {
		return nil
	}
	scale := b.scaleOf(all)
	t := &countTable{}
	for _, s := range scale {
		t.Heads = append(t.Heads, s.GetTitle())
	}
	t.Heads = append(t.Heads, "Inte rapporterade", "Varav försenade", "Avslutade", "Summa")
	var years []int32
	for _, n := range counts {
		years = append(years, n.GetYear())
	}
	slices.Sort(years)
	for _, year := range slices.Backward(slices.Compact(years)) {
		t.Rows = append(t.Rows, yearCounts(path, year, counts, scale))
	}
	return t
}

// scaleOf returns the steps of every scale that the actions use, each once.
func (b *actionBook) scaleOf(all []*riskv1.Action) []*riskv1.StatusStep {
	var steps []*riskv1.StatusStep
	for _, a := range all {
		for _, s := range b.scale(a) {
			if !slices.ContainsFunc(steps, func(o *riskv1.StatusStep) bool { return o.GetId() == s.GetId() }) {
				steps = append(steps, s)
			}
		}
	}
	return steps
}

// yearCounts is the row of one plan year.
func yearCounts(path string, year int32, counts []*riskv1.ActionCount, scale []*riskv1.StatusStep) countRow {
	row := countRow{Year: strconv.Itoa(int(year))}
	byStatus, late, closed, sum := map[string]int{}, 0, 0, 0
	for _, n := range counts {
		if n.GetYear() != year {
			continue
		}
		sum += int(n.GetCount())
		if n.GetState() == riskv1.ActionState_ACTION_STATE_CLOSED {
			closed += int(n.GetCount())
			continue
		}
		byStatus[n.GetStatus()] += int(n.GetCount())
		late += int(n.GetOverdue())
	}
	add := func(n int, text string, choice url.Values) {
		choice.Set("ar", row.Year)
		row.Cells = append(row.Cells, countView{n, text, path + "?" + choice.Encode() + "#atgarder"})
	}
	for _, s := range scale {
		add(byStatus[s.GetId()], s.GetTitle(), url.Values{"lage": {"godkand"}, "status": {s.GetId()}})
	}
	add(byStatus[""], "inte rapporterade", url.Values{"lage": {"godkand"}, "status": {statusNone}})
	add(late, "försenade", url.Values{"status": {statusLate}})
	add(closed, "avslutade", url.Values{"lage": {"avslutad"}})
	row.Cells = append(row.Cells, countView{Count: sum})
	return row
}

// actionView is what the page of an action shows.
type actionView struct {
	Status    statusView
	Late      string
	Facts     []fact
	Progress  statusView
	Comment   string
	Renewals  []renewalRow
	FollowUps []roundAnswer
	Note      noteView
}

// renewalRow is one time that an action got a new last day.
type renewalRow struct{ Before, After, Reason, Decision string }

// actionData is what the page of an action is made of.
type actionData struct {
	action *riskv1.Action
	book   *actionBook
	// origin names what it comes from, unit where it is carried out.
	origin, unit string
	followUps    []*riskv1.FollowUp
	rounds       []*riskv1.Round
}

// action shows one action.
func (s *server) action(c *call) (*page, error) {
	a, err := s.Risks.GetAction(c.ctx(), &riskv1.GetActionRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	d := &actionData{action: a, origin: c.originTitle(a.GetOrigin())}
	if d.book, err = c.book([]*riskv1.Action{a}); err != nil {
		return nil, err
	}
	f, err := s.Risks.ListFollowUps(c.ctx(), &riskv1.ListFollowUpsRequest{Parent: c.name(2) + "/rounds/-", Action: a.GetName(), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	if d.followUps = f.GetFollowUps(); len(d.followUps) > 0 {
		r, err := s.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
		if err != nil {
			return nil, err
		}
		d.rounds = r.GetRounds()
	}
	return actionPage(d, c.user), nil
}

// originTitle names what an action comes from. What cannot be read, such as a draft, is named by its kind: the page of the
// action is shown all the same.
func (c *call) originTitle(o *riskv1.ActionOrigin) string {
	switch o.GetKind() {
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY, riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_CONTROL_POINT:
		g, err := c.snapshot(upTo(o.GetResource(), 3))
		if err != nil {
			return ""
		}
		return g.partTitle(o.GetResource())
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT:
		return c.resultTitle(o.GetResource())
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ROUND:
		title, err := c.roundTitle(o.GetResource())
		if err != nil {
			return ""
		}
		return title
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN:
		return planTitle(&riskv1.Plan{Name: o.GetResource()})
	default:
		return ""
	}
}

// partTitle names a risk or a control point of the plan; empty when it holds none of the name.
func (g *register) partTitle(name string) string {
	if e := g.entries[name]; e != nil {
		return g.title(e)
	}
	return g.subjectTitle(name)
}

// resultTitle names a result by what was checked and when; empty when that cannot be read.
func (c *call) resultTitle(name string) string {
	r, err := c.Controls.GetResult(c.ctx(), &controlv1.GetResultRequest{Name: name})
	if err != nil {
		return ""
	}
	g, err := c.snapshot(upTo(r.GetSubject(), 3))
	if err != nil {
		return "Resultat"
	}
	round, err := c.roundTitle(upTo(name, 3))
	if err != nil {
		return "Resultat: " + g.subjectTitle(r.GetSubject())
	}
	return "Resultat: " + g.subjectTitle(r.GetSubject()) + ", " + round
}

// actionPage shows an action.
func actionPage(d *actionData, u *user) *page {
	a, b := d.action, d.book
	v := actionView{Status: b.status(a), Facts: d.facts(), Progress: progressOf(b.step(a)), Comment: a.GetComment(), FollowUps: d.answers()}
	if b.overdue(a) {
		v.Late = "Försenad: skulle ha varit klar " + dateText(a.GetDueDate()) + " (" + relativeDate(a.GetDueDate(), b.now, b.zone) + ")."
	}
	for _, r := range a.GetRenewals() {
		v.Renewals = append(v.Renewals, renewalRow{orElse(dateText(r.GetPreviousDueDate()), "Ingen"), dateText(r.GetDueDate()), r.GetReason(), decisionOf(r.GetDecision())})
	}
	v.Note = b.note(a)
	p := &page{Title: a.GetTitle(), Over: "Åtgärd", Section: sectionActions, Crumbs: actionCrumbs(a.GetName())[:1], Template: "action",
		Actions: actionActions(a, u)}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, a.GetName()) {
		p.History = "/historik/" + a.GetName()
	}
	p.Data = v
	return p
}

// note says what the state of an action means.
func (b *actionBook) note(a *riskv1.Action) noteView {
	switch a.GetState() {
	case riskv1.ActionState_ACTION_STATE_PROPOSED:
		if b.passed(a) {
			return noteView{Kind: "late", Title: "Den sista dagen har redan varit", Text: "Ändra den innan åtgärden godkänns. Annars är åtgärden försenad från början."}
		}
		return noteView{Kind: "info", Text: "Åtgärden är ett förslag. Den ska genomföras först när den är godkänd."}
	case riskv1.ActionState_ACTION_STATE_DECLINED:
		return noteView{Kind: "lock", Title: "Förslaget avslogs", Text: a.GetDeclineReason()}
	case riskv1.ActionState_ACTION_STATE_CLOSED:
		n := noteView{Kind: "lock", Title: "Avslutad " + dateText(a.GetClosing().GetDate()) + ", genomförd", Text: a.GetClosing().GetReason()}
		if !a.GetClosing().GetDone() {
			n.Title = "Avslutad " + dateText(a.GetClosing().GetDate()) + " utan att vara genomförd"
		}
		if n.Text == "" {
			n.Text = "Åtgärden följs inte längre upp."
		}
		return n
	default:
		return noteView{}
	}
}

// decisionOf writes a decision that may be absent.
func decisionOf(d *riskv1.Decision) string {
	if d == nil {
		return ""
	}
	return decisionText(d)
}

// facts are the facts about an action.
func (d *actionData) facts() []fact {
	a := d.action
	o := a.GetOrigin()
	from := fact{Label: "Kommer från", Text: orElse(d.origin, originKinds[o.GetKind()])}
	if d.origin != "" {
		from.Address = address(o.GetResource())
	}
	facts := []fact{from}
	if o.GetNote() != "" {
		facts = append(facts, fact{Label: "Vem gav uppdraget", Text: o.GetNote()})
	}
	last := fact{Label: "Sista dag", Text: dateText(a.GetDueDate())}
	if pending(a) && a.GetDueDate() != "" && !d.book.finished(a) {
		last.Text += " (" + relativeDate(a.GetDueDate(), d.book.now, d.book.zone) + ")"
	}
	facts = append(facts, fact{Label: "Räknas till planåret", Text: originYear(a)}, fact{Label: "Beskrivning", Markdown: a.GetDescription()},
		fact{Label: "Ansvariga", Text: strings.Join(owners(a.GetOwners()), "\n")}, last)
	if d.unit != "" {
		facts = append(facts, fact{Label: "Enhet", Text: d.unit})
	}
	if text := decisionOf(a.GetClosing().GetDecision()); text != "" {
		facts = append(facts, fact{Label: "Beslut om avslut", Text: text})
	}
	return facts
}

// answers are the reports of the rounds, the latest first.
func (d *actionData) answers() []roundAnswer {
	var out []roundAnswer
	for _, f := range slices.Backward(d.followUps) {
		title := last(upTo(f.GetName(), 3))
		for _, r := range d.rounds {
			if r.GetName() == upTo(f.GetName(), 3) {
				title = r.GetTitle()
			}
		}
		status := statusView{"todo", "Inte besvarad"}
		if f.GetStatus() != "" {
			status = progressOf(stepOf(d.book.scale(d.action), f.GetStatus()))
		}
		by := (&register{now: d.book.now, zone: d.book.zone}).answeredBy(f)
		out = append(out, roundAnswer{title, address(f.GetName()), status, f.GetComment(), by})
	}
	return out
}

// actionActions are what the user can do with an action, the next step first.
func actionActions(a *riskv1.Action, u *user) []link {
	at := address(a.GetName())
	write, decide := u.mayReport(a), u.may(authzv1.Permission_PERMISSION_ACTION_DECIDE, a.GetName())
	var actions []link
	add := func(allowed bool, text, path string) {
		if allowed {
			actions = append(actions, link{text, at + path})
		}
	}
	switch a.GetState() {
	case riskv1.ActionState_ACTION_STATE_PROPOSED:
		add(decide, "Godkänn", "/godkann")
		add(decide, "Avslå", "/avsla")
		add(write, "Ändra", "/andra")
	case riskv1.ActionState_ACTION_STATE_DECLINED:
		add(decide, "Godkänn ändå", "/godkann")
	case riskv1.ActionState_ACTION_STATE_CLOSED:
		add(decide, "Öppna igen", "/oppna")
	default:
		add(write, "Rapportera och ändra", "/andra")
		add(decide, "Förläng", "/forlang")
		add(decide, "Avsluta", "/avsluta")
	}
	return actions
}

// actionCrumbs lead back from the pages of an action.
func actionCrumbs(name string) []link {
	return []link{{"Åtgärder", address(committeeOf(name)) + "/actions"}, {"Åtgärden", address(name)}}
}
