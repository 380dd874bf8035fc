package web

import (
	"strings"
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// answerWords are the words around an answer, about a risk or about an action.
type answerWords struct{ Asked, About, Question, More, None string }

// The words about a risk and about an action.
var (
	aboutRisk   = answerWords{"Planerad hantering", "Om risken", "Följer plan:", "Läs allt om risken", "Det finns inga tidigare svar om den här risken."}
	aboutAction = answerWords{"Vad som ska göras", "Om åtgärden", "Status:", "Läs allt om åtgärden", "Det finns inga tidigare rapporter om den här åtgärden."}
)

// answerView is what stands around the form of an answer.
type answerView struct {
	answerWords
	// Main is what was planned.
	Main      string
	Ask       string
	By        string
	Facts     []fact
	Earlier   []roundAnswer
	Before    string
	Note      noteView
	Current   statusView
	Comment   string
	Left      string
	EntryPath string
}

// answer shows a follow-up: the question, what was planned and earlier answers, and takes the answer.
func (s *server) answer(c *call) (*page, error) {
	gs, r, err := c.roundRegisters()
	if err != nil {
		return nil, err
	}
	p, form, f, err := c.answerParts(gs, r)
	if err != nil {
		return nil, err
	}
	if form == nil {
		return p, nil
	}
	return c.form(p, form, func() (string, error) {
		status := form.value("status")
		_, err := s.Risks.AnswerFollowUp(c.ctx(), &riskv1.AnswerFollowUpRequest{Name: f.GetName(), Etag: form.value("etag"), Status: status,
			Comment: form.value("kommentar"), AnsweredRole: form.value("roll")})
		return receipt(address(r.GetName()), "svar"), err
	})
}

// answerParts finds what is asked, about a risk or about an action, with its page and its form.
func (c *call) answerParts(gs []*register, r *riskv1.Round) (*page, *form, *riskv1.FollowUp, error) {
	if g, f := findFollowUp(gs, c.name(4)); f != nil {
		p, form := answerPage(g, r, f, c.user)
		return p, form, f, nil
	}
	x, err := c.reportsOf(r)
	if err != nil {
		return nil, nil, nil, err
	}
	one := x.find(c.name(4))
	if one == nil {
		return nil, nil, nil, notFound()
	}
	if err := c.earlierReports(x, one.action.GetName()); err != nil {
		return nil, nil, nil, err
	}
	p, form := x.reportPage(r, *one, c.user)
	return p, form, one.followUp, nil
}

// earlierReports reads what other rounds were told about an action.
func (c *call) earlierReports(x *roundReports, action string) error {
	f, err := c.Risks.ListFollowUps(c.ctx(), &riskv1.ListFollowUpsRequest{Parent: c.name(2) + "/rounds/-", Action: action, PageSize: 1000})
	if err != nil {
		return err
	}
	r, err := c.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
	x.earlier, x.rounds = f.GetFollowUps(), r.GetRounds()
	return err
}

// findFollowUp finds a follow-up among the plans of a round.
func findFollowUp(gs []*register, name string) (*register, *riskv1.FollowUp) {
	for _, g := range gs {
		for _, f := range g.followUps {
			if f.GetName() == name && g.entries[f.GetRiskEntry()] != nil {
				return g, f
			}
		}
	}
	return nil, nil
}

// answerPage shows one follow-up; the form is nil when it cannot be answered here.
func answerPage(g *register, r *riskv1.Round, f *riskv1.FollowUp, u *user) (*page, *form) {
	e := g.entries[f.GetRiskEntry()]
	v := answerView{answerWords: aboutRisk, Main: e.GetPlannedHandling(), Left: answerLeft(r, g.now, g.zone), Facts: []fact{
		{Label: "Riskvärde", Text: strings.TrimSpace(valueText(e) + " " + g.level(e).Title)},
		{Label: "Ansvarsområde/process", Text: e.GetProcess()},
		{Label: "Befintliga aktiviteter och egenkontroller", Markdown: e.GetExistingControls()},
	}, Current: g.statusOf(f), Comment: f.GetComment(), EntryPath: address(e.GetName())}
	for _, a := range g.roundAnswers(e.GetName()) {
		if a.Address != address(f.GetName()) {
			v.Earlier = append(v.Earlier, a)
		}
	}
	v.By = g.answeredBy(f)
	p := &page{Title: g.title(e), Over: r.GetTitle(), Section: sectionRounds, Crumbs: roundCrumbs(r), Template: "answer", Wide: true}
	p.Data = v
	switch {
	case r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED:
		v.Note = closedNote(r)
	case !g.mayAnswer(f, u):
		v.Note = noteView{Kind: "info", Text: "Du kan läsa men inte svara. Den som ansvarar för risken svarar."}
	default:
		v.Before = g.beforeText(f, u)
		v.Ask = "Hur går det med den planerade hanteringen?"
		p.Data = v
		return p, g.answerForm(f, e, u)
	}
	p.Data = v
	return p, nil
}

// answerLeft says by when to answer; empty when the round does not.
func answerLeft(r *riskv1.Round, now time.Time, zone *time.Location) string {
	day := answerBy(r)
	if day == "" {
		return ""
	}
	return "Svara senast " + dateText(day) + " (" + relativeDate(day, now, zone) + ")."
}

// beforeText says what was answered before, and asks whether that has changed.
func (g *register) beforeText(f *riskv1.FollowUp, u *user) string {
	if f.GetStatus() == "" {
		return ""
	}
	return beforeWords(g, f, u, g.statusTitle(f.GetStatus()))
}

// beforeWords says who gave an answer and when.
func beforeWords(g *register, f *riskv1.FollowUp, u *user, answer string) string {
	who := sentence(f.GetAnsweredRole())
	if f.GetAnsweredBy() != "" && u != nil && f.GetAnsweredBy() == u.person {
		who = "Du"
	}
	if who == "" {
		who = "Någon"
	}
	text := who + " svarade " + answer
	if ago := since(f.GetAnswerTime(), g.now, g.zone); ago != "" {
		text += " " + ago
	}
	return text + ". Vill du ändra svaret?"
}

// answerForm asks for the answer and a comment.
func (g *register) answerForm(f *riskv1.FollowUp, e *riskv1.RiskEntry, u *user) *form {
	var options []option
	for _, s := range g.GetMethodVersion().GetFollowUpScale() {
		options = append(options, option{Value: s.GetId(), Label: s.GetTitle()})
	}
	role := orElse(f.GetAnsweredRole(), u.roleFor(e.GetOwners(), e.GetName()))
	form := newForm("Svara", hidden("etag", f.GetEtag()),
		radios("status", "Följer plan?", f.GetStatus(), options, "status").missing("Välj ett svar på om hanteringen följer planen."),
		area("kommentar", "Kommentar", f.GetComment(), "comment").optional().rows(8).
			hint("Vad har gjorts och vad återstår? Skriv så att nämnden förstår. Skriv inga personuppgifter, texten blir en allmän handling."),
		text("roll", "Du svarar som", role, "answered_role").optional().width("medium").hint("Din roll, till exempel enhetschef. Den står i historiken."))
	form.Cancel = address(upTo(f.GetName(), 3))
	return form
}

// roleFor is the role in which the user answers for something: as it names the user, else as the user's own role.
func (u *user) roleFor(named []*riskv1.Owner, resource string) string {
	for _, own := range u.assignments() {
		for _, o := range named {
			if o.GetRoleAssignment() == own {
				return o.GetRole()
			}
		}
	}
	for _, w := range roleWords {
		if u.has(resource, w.id) {
			return strings.ToLower(w.title)
		}
	}
	return ""
}
