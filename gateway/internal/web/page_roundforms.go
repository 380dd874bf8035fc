package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// usualSteps are the steps offered for a new round, in order.
var usualSteps = []struct {
	role  riskv1.StepRole
	title string
}{
	{riskv1.StepRole_STEP_ROLE_OWNER, "Ansvariga svarar"},
	{riskv1.StepRole_STEP_ROLE_MANAGER, "Chefer granskar svaren"},
	{riskv1.StepRole_STEP_ROLE_COORDINATOR, "Samordnaren sammanställer"},
	{riskv1.StepRole_STEP_ROLE_HEAD, "Förvaltningschefen godkänner"},
}

// createRound makes a round.
func (s *server) createRound(c *call) (*page, error) {
	committee := c.name(2)
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: committee, PageSize: 1000})
	if err != nil {
		return nil, err
	}
	p := &page{Title: "Skapa uppföljning", Section: sectionRounds, Crumbs: []link{{"Uppföljning", address(committee) + "/rounds"}}}
	if len(plans.GetPlans()) == 0 {
		p.Template, p.Data = "cards", cardsView{Empty: &emptyView{Title: "Det finns ingen plan att följa upp",
			Text: "En uppföljning frågar hur planen följs. Skapa en plan först.", Action: link{"Skapa plan", address(committee) + "/ny-plan"}}}
		return p, nil
	}
	kind := c.roundKind()
	if kind == "" {
		p.Lead, p.Template, p.Data = "Vad är det för uppföljning?", "cards", roundKindsView(committee)
		return p, nil
	}
	g, err := c.snapshot(currentPlan(plans.GetPlans(), s.Clock.Now().In(s.zone).Year()).GetName())
	if err != nil {
		return nil, err
	}
	rounds, err := s.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: committee, PageSize: 1000})
	if err != nil {
		return nil, err
	}
	p.Over = optionLabel(roundKinds, kind)
	p.Crumbs = append(p.Crumbs, link{"Välj slag", address(committee) + "/ny-uppfoljning"})
	f := newRoundForm(plans.GetPlans(), rounds.GetRounds(), g, kind)
	f.Cancel = address(committee) + "/rounds"
	return c.form(p, f, func() (string, error) {
		number, _ := strconv.Atoi(kind)
		selection, _ := strconv.Atoi(f.value("urval"))
		r := typedRound(f)
		r.Kind, r.Selection, r.Plans = riskv1.RoundKind(int32(number)), riskv1.RoundSelection(int32(selection)), f.field("planer").Values
		r.ActionSelection, r.ActionYears = typedActions(f)
		if len(r.GetPlans()) == 0 && r.GetSelection() != riskv1.RoundSelection_ROUND_SELECTION_NONE {
			return "", fault.Fields(fault.Field{Path: "round.plans", Swedish: "Välj minst en plan, eller att bara åtgärder ska följas upp."})
		}
		if err := unusedTitle(r, rounds.GetRounds()); err != nil {
			return "", err
		}
		made, err := s.Risks.CreateRound(c.ctx(), &riskv1.CreateRoundRequest{Parent: committee, Round: r, RoundId: slug(r.GetTitle()), DueEntries: dueEntries(f)})
		if fault.Is(toFaultOrNil(err), fault.Exists) {
			return "", fault.Fields(fault.Field{Path: "round.title", Swedish: "Det finns redan en uppföljning med den rubriken. Välj en annan."})
		}
		return receipt(address(made.GetName()), "uppfoljning"), err
	})
}

// typedActions reads which actions a round takes up; years without a selection are none.
func typedActions(f *form) (riskv1.ActionSelection, []int32) {
	selection, err := strconv.Atoi(f.value("atgarder"))
	if err != nil || selection == 0 {
		return riskv1.ActionSelection_ACTION_SELECTION_UNSPECIFIED, nil
	}
	var years []int32
	for _, y := range f.field("ar").Values {
		if n, err := strconv.Atoi(y); err == nil {
			years = append(years, int32(n))
		}
	}
	return riskv1.ActionSelection(int32(selection)), years
}

// unusedTitle refuses a title that a round of one of the plans has already: nobody could tell them apart.
func unusedTitle(r *riskv1.Round, rounds []*riskv1.Round) error {
	for _, other := range rounds {
		shared := slices.ContainsFunc(other.GetPlans(), func(p string) bool { return slices.Contains(r.GetPlans(), p) })
		if shared && strings.EqualFold(other.GetTitle(), r.GetTitle()) {
			return fault.Fields(fault.Field{Path: "round.title", Swedish: "Det finns redan en uppföljning med det namnet för planen. Ge den ett annat namn."})
		}
	}
	return nil
}

// dueEntries are the entries chosen one by one, when that is how the round selects.
func dueEntries(f *form) []string {
	if f.value("urval") != "2" {
		return nil
	}
	return f.field("risker").Values
}

// currentPlan returns the plan of the year, else the latest before it, else the first; plans must not be empty.
func currentPlan(plans []*riskv1.Plan, year int) *riskv1.Plan {
	sorted := slices.Clone(plans)
	slices.SortFunc(sorted, func(a, b *riskv1.Plan) int {
		x, _ := strconv.Atoi(last(a.GetName()))
		y, _ := strconv.Atoi(last(b.GetName()))
		return x - y
	})
	best := sorted[0]
	for _, p := range sorted {
		if y, err := strconv.Atoi(last(p.GetName())); err == nil && y <= year {
			best = p
		}
	}
	return best
}

// roundKind is the kind of round that the address or the form says; empty when neither names one.
func (c *call) roundKind() string {
	asked := orElse(c.query("slag"), cleanText(c.r.PostFormValue("slag")))
	if optionLabel(roundKinds, asked) == asked {
		return ""
	}
	return asked
}

// roundKindsView offers the kinds of rounds, since the kind decides what the form begins with.
func roundKindsView(committee string) cardsView {
	v := cardsView{}
	for _, o := range roundKinds {
		v.Cards = append(v.Cards, card{Title: o.Label, Text: o.Hint, Address: address(committee) + "/ny-uppfoljning?slag=" + o.Value})
	}
	return v
}

// actionReport is the kind of round that follows up actions alone.
var actionReport = strconv.Itoa(int(riskv1.RoundKind_ROUND_KIND_ACTION_REPORT))

// roundStart is what the form of a new round begins with.
func roundStart(rounds []*riskv1.Round, g *register, kind string) *riskv1.Round {
	year := last(g.GetPlan().GetName())
	r := &riskv1.Round{Title: freeTitle(optionLabel(roundKinds, kind)+" "+year, rounds), Plans: []string{g.GetPlan().GetName()},
		Selection: riskv1.RoundSelection_ROUND_SELECTION_CRITICAL}
	switch today := g.now.In(g.zone).Format(time.DateOnly); {
	case kind == actionReport:
		r.Plans, r.Selection, r.ActionSelection = nil, riskv1.RoundSelection_ROUND_SELECTION_NONE, riskv1.ActionSelection_ACTION_SELECTION_OPEN
	case kind == "1" && today < year+"-07-01":
		r.Period = "första halvåret " + year
	case kind == "2":
		r.Period = "helåret " + year
	}
	for _, s := range usualSteps {
		r.Steps = append(r.Steps, &riskv1.RoundStep{Role: s.role, Title: s.title})
	}
	return r
}

// freeTitle is a title that no round has: the usual one, else with a number.
func freeTitle(usual string, rounds []*riskv1.Round) string {
	title := usual
	for n := 2; slices.ContainsFunc(rounds, func(r *riskv1.Round) bool { return strings.EqualFold(r.GetTitle(), title) }); n++ {
		title = usual + ", nr " + strconv.Itoa(n)
	}
	return title
}

// newRoundForm asks for everything about a round of a kind.
func newRoundForm(plans []*riskv1.Plan, rounds []*riskv1.Round, g *register, kind string) *form {
	var planOptions, entryOptions []option
	for _, p := range plans {
		planOptions = append(planOptions, option{Value: p.GetName(), Label: planTitle(p), Hint: planStatus(p).Word})
	}
	for _, e := range g.inPlan() {
		entryOptions = append(entryOptions, option{Value: e.GetName(), Label: g.title(e), Hint: "Riskvärde " + valueText(e) + " " + g.level(e).Title})
	}
	r := roundStart(rounds, g, kind)
	f := newForm("Skapa uppföljningen", append([]*field{hidden("slag", kind)}, roundFields(r)...)...)
	plan := checks("planer", "Vilken plan gäller det?", r.GetPlans(), planOptions, "round.plans")
	plan.Hint = "Behövs inte om bara åtgärder följs upp."
	f.add("Vad ska följas upp?", "Urvalet kan inte ändras sedan.", plan,
		radios("urval", "Vilka risker?", strconv.Itoa(int(r.GetSelection())), roundSelections, "round.selection"),
		checks("risker", "Välj risker", nil, entryOptions, "due_entries").hint("Fyll bara i om du valde att välja själv."),
		radios("atgarder", "Vilka åtgärder?", strconv.Itoa(int(r.GetActionSelection())), actionSelections, "round.action_selection"),
		checks("ar", "Från vilka planår?", nil, yearOptions(plans), "round.action_years").hint("Välj inget om åtgärder från alla år ska med."))
	addStepFields(f, r)
	return f
}

// yearOptions offers the plan years that actions can be counted under.
func yearOptions(plans []*riskv1.Plan) []option {
	var years []option
	for _, p := range plans {
		years = append(years, option{Value: last(p.GetName()), Label: last(p.GetName())})
	}
	slices.SortFunc(years, func(a, b option) int { return strings.Compare(b.Value, a.Value) })
	return years
}

// roundFields ask for the names of a round.
func roundFields(r *riskv1.Round) []*field {
	return []*field{
		text("rubrik", "Rubrik", r.GetTitle(), "round.title").missing("Skriv en rubrik, till exempel Delårsuppföljning 2025."),
		text("period", "Period i ord", r.GetPeriod(), "round.period").optional().width("medium").hint("Så som den ska stå i texten, till exempel första halvåret 2025."),
	}
}

// addStepFields ask for the dates of a round.
func addStepFields(f *form, r *riskv1.Round) {
	var fields []*field
	for i, s := range r.GetSteps() {
		n := strconv.Itoa(i)
		fields = append(fields,
			hidden("roll"+n, strconv.Itoa(int(s.GetRole()))), hidden("steg"+n, s.GetTitle()), hidden("id"+n, s.GetId()),
			date("dag"+n, s.GetTitle()+" senast", s.GetDueDate(), fmt.Sprintf("round.steps[%d]", i)).optional())
	}
	fields = append(fields,
		date("handlingar", "Handlingarna ska vara klara", r.GetPapersDueDate(), "round.papers_due_date").optional(),
		date("sammantrade", "Nämnden sammanträder", r.GetMeetingDate(), "round.meeting_date").optional())
	f.add("Vilka tider gäller?", "Lämna tomt det som inte används.", fields...)
}

// typedRound reads names and dates; a step without a date is none.
func typedRound(f *form) *riskv1.Round {
	r := &riskv1.Round{Title: f.value("rubrik"), Period: f.value("period"), PapersDueDate: f.value("handlingar"), MeetingDate: f.value("sammantrade")}
	for i := 0; f.field("dag"+strconv.Itoa(i)).Name != ""; i++ {
		n := strconv.Itoa(i)
		role, _ := strconv.Atoi(f.value("roll" + n))
		if f.value("dag"+n) != "" {
			r.Steps = append(r.Steps, &riskv1.RoundStep{Role: riskv1.StepRole(int32(role)), Title: f.value("steg" + n), DueDate: f.value("dag" + n), Id: f.value("id" + n)})
		}
	}
	return r
}

// editRound changes the names and dates of a round.
func (s *server) editRound(c *call) (*page, error) {
	r, err := s.Risks.GetRound(c.ctx(), &riskv1.GetRoundRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	f := newForm("Spara", append(roundFields(r), hidden("etag", r.GetEtag()))...)
	for _, usual := range usualSteps {
		if !slices.ContainsFunc(r.GetSteps(), func(s *riskv1.RoundStep) bool { return s.GetRole() == usual.role }) {
			r.Steps = append(r.Steps, &riskv1.RoundStep{Role: usual.role, Title: usual.title})
		}
	}
	addStepFields(f, r)
	f.Cancel = address(r.GetName())
	p := &page{Title: "Ändra uppföljningen", Section: sectionRounds, Crumbs: roundCrumbs(r)}
	return c.form(p, f, func() (string, error) {
		next := typedRound(f)
		next.Name, next.Etag = r.GetName(), f.value("etag")
		_, err := s.Risks.UpdateRound(c.ctx(), &riskv1.UpdateRoundRequest{Round: next,
			UpdateMask: mask("title", "period", "steps", "papers_due_date", "meeting_date")})
		return receipt(f.Cancel, "sparad"), err
	})
}

// roundCrumbs lead back from the pages below a round.
func roundCrumbs(r *riskv1.Round) []link {
	return []link{{"Uppföljning", address(committeeOf(r.GetName())) + "/rounds"}, {r.GetTitle(), address(r.GetName())}}
}

// closeRound makes a round read-only.
func (s *server) closeRound(c *call) (*page, error) {
	gs, r, err := c.roundRegisters()
	if err != nil {
		return nil, err
	}
	x, err := c.reportsOf(r)
	if err != nil {
		return nil, err
	}
	p, f := closePage(r, gs, x)
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.CloseRound(c.ctx(), &riskv1.CloseRoundRequest{Name: r.GetName(), Etag: f.value("etag"), UnansweredReason: f.value("skal")})
		return receipt(address(r.GetName()), "stangd"), err
	})
}

// closeView is what the page before closing shows: answers that say no without saying why.
type closeView struct {
	Bare []findingView
}

// bareAnswers lists the answers No and Partly that have no comment.
func (g *register) bareAnswers(fs []*riskv1.FollowUp) []findingView {
	var out []findingView
	for _, f := range fs {
		bad := slices.ContainsFunc(g.GetMethodVersion().GetFollowUpScale(), func(s *riskv1.StatusStep) bool {
			return s.GetId() == f.GetStatus() && (s.GetMeaning() == riskv1.StatusMeaning_STATUS_MEANING_NO || s.GetMeaning() == riskv1.StatusMeaning_STATUS_MEANING_PARTLY)
		})
		if bad && strings.TrimSpace(f.GetComment()) == "" {
			out = append(out, findingView{g.title(g.entries[f.GetRiskEntry()]) + " (" + g.statusTitle(f.GetStatus()) + ")", address(f.GetName())})
		}
	}
	return out
}

// closePage confirms that a round is closed, and asks why when answers are missing.
func closePage(r *riskv1.Round, gs []*register, x *roundReports) (*page, *form) {
	f := newForm("Stäng uppföljningen", hidden("etag", r.GetEtag()))
	f.Cancel = address(r.GetName())
	p := &page{Title: "Stäng uppföljningen", Over: r.GetTitle(), Section: sectionRounds, Crumbs: roundCrumbs(r), Form: f,
		Lead: "Svaren låses och kan inte ändras sedan. Därefter kan handlingen till nämnden göras slutlig."}
	risks, actions := 0, len(x.all)-x.answered()
	v := closeView{}
	for _, g := range gs {
		fs := g.answersIn(r)
		risks += len(fs) - answered(fs)
		v.Bare = append(v.Bare, g.bareAnswers(fs)...)
	}
	if len(v.Bare) > 0 {
		p.Template, p.Data = "close", v
	}
	if risks+actions > 0 {
		f.Notice = unansweredText(risks, actions)
		f.Groups[0].Fields = append(f.Groups[0].Fields, area("skal", "Varför stängs uppföljningen utan alla svar?", "", "unanswered_reason").rows(3).
			hint("Skälet följer med i handlingen till nämnden.").missing("Skriv varför svar saknas, eller vänta med att stänga."))
	}
	return p, f
}

// unansweredText says how much is unanswered.
func unansweredText(risks, actions int) string {
	switch {
	case actions == 0:
		return sentence(spoken(risks)) + " av riskerna har inget svar."
	case risks == 0:
		return sentence(spoken(actions)) + " av åtgärderna har inget svar."
	default:
		return sentence(spoken(risks)) + " av riskerna och " + spoken(actions) + " av åtgärderna har inget svar."
	}
}
