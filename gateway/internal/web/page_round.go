package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// roundKinds are the kinds of rounds.
var roundKinds = []option{
	{Value: "1", Label: "Delårsuppföljning", Hint: "Under året."},
	{Value: "2", Label: "Helårsuppföljning", Hint: "Efter årets slut."},
	{Value: "3", Label: "Återrapportering av åtgärder"},
	{Value: "4", Label: "Särskild uppföljning", Hint: "Beställd för sig, med egna datum."},
	{Value: "5", Label: "Omedelbar rapportering", Hint: "Allvarliga iakttagelser som inte kan vänta."},
}

// roundSelections are the choices of risks to follow up.
var roundSelections = []option{
	{Value: "1", Label: "De kritiska riskerna"},
	{Value: "3", Label: "Alla risker i planen"},
	{Value: "2", Label: "Bara de risker jag väljer nedan"},
	{Value: "4", Label: "Inga risker, bara åtgärder"},
}

// actionSelections are the choices of actions to follow up.
var actionSelections = []option{
	{Value: "0", Label: "Inga åtgärder"},
	{Value: "1", Label: "De som ska vara klara", Hint: "Godkända åtgärder vars sista dag ligger före den sista svarsdagen."},
	{Value: "2", Label: "Alla öppna", Hint: "Godkända åtgärder som inte är avslutade."},
	{Value: "3", Label: "Alla, även avslutade", Hint: "För återkoppling på tidigare års åtgärder."},
}

// optionLabel returns the label of a value.
func optionLabel(options []option, v string) string {
	for _, o := range options {
		if o.Value == v {
			return o.Label
		}
	}
	return v
}

// rounds lists the rounds of a committee.
func (s *server) rounds(c *call) (*page, error) {
	r, err := s.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	mayWrite := c.user.may(authzv1.Permission_PERMISSION_ROUND_WRITE, c.name(2))
	return roundsPage(c.name(2), r.GetRounds(), mayWrite, s.Clock.Now(), s.zone), nil
}

// roundsPage shows the rounds, open ones first.
func roundsPage(committee string, rounds []*riskv1.Round, mayWrite bool, now time.Time, zone *time.Location) *page {
	v := plansView{Empty: emptyView{Title: "Inga uppföljningar än",
		Text: "Här följer nämnden upp hur planen fungerar: vem som ska svara på vad, och senast när."}}
	p := &page{Title: "Uppföljning", Section: sectionRounds, Template: "plans"}
	create := link{"Skapa uppföljning", address(committee) + "/ny-uppfoljning"}
	if mayWrite && len(rounds) > 0 {
		p.Actions = []link{create}
	} else if mayWrite {
		v.Empty.Action = create
	}
	slices.SortStableFunc(rounds, func(a, b *riskv1.Round) int { return int(a.GetState()) - int(b.GetState()) })
	for _, r := range rounds {
		v.Plans = append(v.Plans, task{link{r.GetTitle(), address(r.GetName())}, roundDetail(r, now, zone), roundStatus(r, now, zone)})
	}
	p.Data = v
	return p
}

// roundDetail says what a round is about and what comes next.
func roundDetail(r *riskv1.Round, now time.Time, zone *time.Location) string {
	parts := []string{optionLabel(roundKinds, number(float64(r.GetKind())))}
	if step := nextStep(r, now, zone); step != nil && r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN {
		parts = append(parts, step.GetTitle()+" senast "+dateText(step.GetDueDate())+" ("+relativeDate(step.GetDueDate(), now, zone)+")")
	}
	if r.GetMeetingDate() != "" {
		parts = append(parts, "Sammanträde "+dateText(r.GetMeetingDate()))
	}
	return strings.Join(parts, " · ")
}

// nextStep returns the first step that is not past, or nil.
func nextStep(r *riskv1.Round, now time.Time, zone *time.Location) *riskv1.RoundStep {
	for _, s := range r.GetSteps() {
		if d, ok := days(s.GetDueDate(), now, zone); ok && d >= 0 {
			return s
		}
	}
	return nil
}

// roundStatus shows where a round stands without its answers.
func roundStatus(r *riskv1.Round, now time.Time, zone *time.Location) statusView {
	if r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED {
		return statusView{"lock", "Stängd"}
	}
	if d, ok := days(answerBy(r), now, zone); ok && d < 0 {
		return statusView{"late", "Svarstiden är ute"}
	}
	return statusView{"doing", "Öppen"}
}

// answerBy returns the last day for the owners' answers; empty when no step says so.
func answerBy(r *riskv1.Round) string {
	for _, s := range r.GetSteps() {
		if s.GetRole() == riskv1.StepRole_STEP_ROLE_OWNER {
			return s.GetDueDate()
		}
	}
	return ""
}

// roundView is what the page of a round shows.
type roundView struct {
	Status statusView
	Done   string
	Facts  []fact
	Steps  []stepView
	Groups []answerGroup
	// Actions are the reports about actions.
	Actions []answerRow
	// Controls are the control areas and control points, with what was found about them.
	Controls       []controlGroup
	ControlsWindow window
	Note           noteView
	Empty          *emptyView
}

// stepView is one step on the time line.
type stepView struct {
	Title, Who, Date, Relative string
	Class                      string
}

// answerGroup is the follow-ups of one plan.
type answerGroup struct {
	Plan string
	Rows []answerRow
}

// answerRow is one follow-up: who answers what.
type answerRow struct {
	Title, Address, Value, Owners, By, Verb string
	Level                                   levelView
	Status                                  statusView
}

// round shows one round.
func (s *server) round(c *call) (*page, error) {
	gs, r, err := c.roundRegisters()
	if err != nil {
		return nil, err
	}
	x, err := c.reportsOf(r)
	if err != nil {
		return nil, err
	}
	found, err := c.controlsOf(r, gs)
	if err != nil {
		return nil, err
	}
	return withControls(roundPage(r, gs, x, c.user), r, gs, found, c.user, c.r.URL.Query()), nil
}

// withControls adds to the page of a round what it finds about control areas and control points.
func withControls(p *page, r *riskv1.Round, gs []*register, found *roundControls, u *user, q url.Values) *page {
	v := p.Data.(roundView)
	for _, g := range gs {
		v.Controls = append(v.Controls, found.groups(r, g, u)...)
	}
	if len(v.Controls) > 0 {
		results := resultsDone(v.Controls)
		if v.Empty == nil {
			results = v.Done + " · " + results
		}
		v.Done, v.Empty = results, nil
	}
	v.Controls, v.ControlsWindow = windowGroups(v.Controls, address(r.GetName()), q, "kontroller")
	p.Data = v
	return p
}

// resultsDone counts the control areas and control points with a result.
func resultsDone(groups []controlGroup) string {
	all, done := 0, 0
	for _, g := range groups {
		for _, row := range g.Rows {
			if all++; row.Known {
				done++
			}
		}
	}
	return plural(done, "resultat", "resultat") + " av " + number(float64(all))
}

// roundRegisters reads a round and the plans that it covers.
func (c *call) roundRegisters() ([]*register, *riskv1.Round, error) {
	r, err := c.Risks.GetRound(c.ctx(), &riskv1.GetRoundRequest{Name: c.name(3)})
	if err != nil {
		return nil, nil, err
	}
	var gs []*register
	for _, plan := range r.GetPlans() {
		g, err := c.snapshot(plan)
		if err != nil {
			return nil, nil, err
		}
		gs = append(gs, g)
	}
	return gs, r, nil
}

// roundPage shows who answers what by when.
func roundPage(r *riskv1.Round, gs []*register, x *roundReports, u *user) *page {
	p := &page{Title: r.GetTitle(), Section: sectionRounds, Template: "round", Wide: true,
		Crumbs: []link{{"Uppföljning", address(committeeOf(r.GetName())) + "/rounds"}}}
	v := roundView{Facts: roundFacts(r), Actions: x.rowsIn(r, u), Status: roundStatus(r, x.now, x.zone), Steps: stepViews(r, x.now, x.zone)}
	open := r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN
	all, done := len(x.all), x.answered()
	for _, g := range gs {
		group := g.answerGroup(r, u)
		fs := g.answersIn(r)
		all, done = all+len(fs), done+answered(fs)
		if len(group.Rows) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	v.Done = plural(done, "svar", "svar") + " av " + number(float64(all))
	if open && all > 0 && done == all {
		v.Status = statusView{"done", "Alla har svarat"}
	}
	if !open {
		v.Note = closedNote(r)
	}
	if all == 0 {
		v.Empty = &emptyView{Title: "Inget att följa upp", Text: "Inget passar urvalet: " + strings.ToLower(optionLabel(roundSelections, number(float64(r.GetSelection())))) + "."}
	}
	p.Actions = roundActions(r, gs, x, u, done == all)
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, r.GetName()) {
		p.History = "/historik/" + r.GetName()
	}
	p.Data = v
	return p
}

// closedNote says what it means that a round is closed.
func closedNote(r *riskv1.Round) noteView {
	n := noteView{Kind: "lock", Text: "Uppföljningen är stängd. Svaren kan läsas men inte ändras."}
	if r.GetUnansweredReason() != "" {
		n.Text += " Den stängdes med obesvarade frågor: " + r.GetUnansweredReason()
	}
	return n
}

// roundActions are what the user can do with a round.
func roundActions(r *riskv1.Round, gs []*register, x *roundReports, u *user, complete bool) []link {
	at := address(r.GetName())
	mayWrite := u.may(authzv1.Permission_PERMISSION_ROUND_WRITE, r.GetName())
	document := link{"Skapa handling", address(committeeOf(r.GetName())) + "/nytt-dokument?uppfoljning=" + last(r.GetName())}
	if r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED {
		if u.may(authzv1.Permission_PERMISSION_CASE_WRITE, r.GetName()) {
			return []link{document}
		}
		return nil
	}
	var actions []link
	if next := orElse(nextAnswer(r, gs, u), x.next(u)); next != "" {
		actions = append(actions, link{"Svara på nästa", next})
	}
	if mayWrite {
		closing := link{"Stäng uppföljningen", at + "/stang"}
		if complete {
			actions = append([]link{closing}, actions...)
		} else {
			actions = append(actions, closing)
		}
		actions = append(actions, link{"Ändra", at + "/andra"})
	}
	return actions
}

// nextAnswer is the address of the first unanswered follow-up that the user may answer; empty when there is none.
func nextAnswer(r *riskv1.Round, gs []*register, u *user) string {
	for _, g := range gs {
		for _, f := range g.answersIn(r) {
			if f.GetStatus() == "" && g.mayAnswer(f, u) {
				return address(f.GetName())
			}
		}
	}
	return ""
}

// mayAnswer reports whether the user may answer a follow-up: everything, or what the user owns.
func (g *register) mayAnswer(f *riskv1.FollowUp, u *user) bool {
	if !u.may(authzv1.Permission_PERMISSION_FOLLOW_UP_ANSWER, f.GetName()) {
		return false
	}
	if u.has(f.GetName(), "coordinator", "head", "manager") {
		return true
	}
	e := g.entries[f.GetRiskEntry()]
	return e != nil && u.mayEdit(e)
}

// dueIn returns what a round asks about this plan's risks, and about actions.
func (g *register) dueIn(r *riskv1.Round) []*riskv1.FollowUp {
	return slices.DeleteFunc(g.answersOf(r.GetName()), func(f *riskv1.FollowUp) bool { return g.entries[f.GetRiskEntry()] == nil && f.GetAction() == "" })
}

// answersIn returns the follow-ups of a round that belong to this plan.
func (g *register) answersIn(r *riskv1.Round) []*riskv1.FollowUp {
	return slices.DeleteFunc(g.answersOf(r.GetName()), func(f *riskv1.FollowUp) bool { return g.entries[f.GetRiskEntry()] == nil })
}

// answerGroup lists the follow-ups of a round for this plan.
func (g *register) answerGroup(r *riskv1.Round, u *user) answerGroup {
	group := answerGroup{Plan: planTitle(g.GetPlan())}
	for _, f := range g.answersIn(r) {
		e := g.entries[f.GetRiskEntry()]
		row := answerRow{Title: g.title(e), Address: address(f.GetName()), Value: valueText(e), Level: g.level(e), Status: g.statusOf(f),
			Owners: strings.Join(owners(e.GetOwners()), ", "), By: g.answeredBy(f), Verb: "Visa"}
		if r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN && g.mayAnswer(f, u) {
			row.Verb = "Svara"
			if f.GetStatus() != "" {
				row.Verb = "Ändra svaret"
			}
		}
		if d, ok := days(answerBy(r), g.now, g.zone); f.GetStatus() == "" && ok && d < 0 {
			row.Status = statusView{"late", "Svar saknas"}
		}
		group.Rows = append(group.Rows, row)
	}
	return group
}

// roundFacts are the facts about a round.
func roundFacts(r *riskv1.Round) []fact {
	facts := []fact{{Label: "Slag", Text: optionLabel(roundKinds, number(float64(r.GetKind())))}}
	if r.GetPeriod() != "" {
		facts = append(facts, fact{Label: "Period", Text: sentence(r.GetPeriod())})
	}
	facts = append(facts, fact{Label: "Urval", Text: optionLabel(roundSelections, number(float64(r.GetSelection())))})
	if r.GetActionSelection() != riskv1.ActionSelection_ACTION_SELECTION_UNSPECIFIED {
		facts = append(facts, fact{Label: "Åtgärder", Text: actionSelectionText(r)})
	}
	for _, plan := range r.GetPlans() {
		facts = append(facts, fact{Label: "Plan", Text: "Internkontrollplan " + last(plan), Address: address(plan)})
	}
	return facts
}

// actionSelectionText says which actions a round takes up.
func actionSelectionText(r *riskv1.Round) string {
	text := optionLabel(actionSelections, number(float64(r.GetActionSelection())))
	var years []string
	for _, y := range r.GetActionYears() {
		years = append(years, strconv.Itoa(int(y)))
	}
	if len(years) > 0 {
		text += ", från planåren " + strings.Join(years, ", ")
	}
	return text
}

// stepRoles says whose turn a step is.
var stepRoles = map[riskv1.StepRole]string{
	riskv1.StepRole_STEP_ROLE_OWNER: "Ansvariga", riskv1.StepRole_STEP_ROLE_MANAGER: "Ansvarig chef",
	riskv1.StepRole_STEP_ROLE_COORDINATOR: "Samordnaren", riskv1.StepRole_STEP_ROLE_HEAD: "Förvaltningschefen",
	riskv1.StepRole_STEP_ROLE_COMMITTEE: "Nämnden",
}

// stepViews is the time line of a round: its steps, when the papers must be ready, and the meeting.
func stepViews(r *riskv1.Round, now time.Time, zone *time.Location) []stepView {
	var views []stepView
	add := func(title, who, date string) {
		if strings.Contains(strings.ToLower(title), strings.ToLower(who)) {
			who = "" // the title says it already
		}
		if date != "" {
			views = append(views, stepView{Title: title, Who: who, Date: date})
		}
	}
	for _, s := range r.GetSteps() {
		add(s.GetTitle(), stepRoles[s.GetRole()], s.GetDueDate())
	}
	add("Handlingarna klara", "Samordnaren", r.GetPapersDueDate())
	add("Sammanträde", "Nämnden", r.GetMeetingDate())
	slices.SortStableFunc(views, func(a, b stepView) int { return strings.Compare(a.Date, b.Date) })
	next := true
	for i := range views {
		d, _ := days(views[i].Date, now, zone)
		views[i].Relative = relativeDate(views[i].Date, now, zone)
		switch {
		case d < 0:
			views[i].Class = "past"
		case next:
			views[i].Class, next = "now", false
		}
	}
	return views
}
