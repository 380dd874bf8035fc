package web

import (
	"strings"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// answerView is what stands around the form of an answer.
type answerView struct {
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
	g, f := findFollowUp(gs, c.name(4))
	if f == nil {
		return nil, notFound()
	}
	p, form := answerPage(g, r, f, c.user)
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
	v := answerView{Facts: []fact{
		{Label: "Riskvärde", Text: strings.TrimSpace(valueText(e) + " " + g.level(e).Title)},
		{Label: "Ansvarsområde/process", Text: e.GetProcess()},
		{Label: "Befintliga aktiviteter och egenkontroller", Markdown: e.GetExistingControls()},
		{Label: "Planerad hantering", Markdown: e.GetPlannedHandling()},
	}, Current: g.statusOf(f), Comment: f.GetComment(), EntryPath: address(e.GetName())}
	for _, a := range g.roundAnswers(e.GetName()) {
		if a.Address != address(f.GetName()) {
			v.Earlier = append(v.Earlier, a)
		}
	}
	v.By = g.answeredBy(f)
	if day := answerBy(r); day != "" {
		v.Left = "Svara senast " + dateText(day) + " (" + relativeDate(day, g.now, g.zone) + ")."
	}
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

// beforeText says what was answered before, and asks whether that has changed.
func (g *register) beforeText(f *riskv1.FollowUp, u *user) string {
	if f.GetStatus() == "" {
		return ""
	}
	who := sentence(f.GetAnsweredRole())
	if f.GetAnsweredBy() != "" && u != nil && f.GetAnsweredBy() == u.person {
		who = "Du"
	}
	if who == "" {
		who = "Någon"
	}
	text := who + " svarade " + g.statusTitle(f.GetStatus())
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
	role := f.GetAnsweredRole()
	if role == "" {
		role = g.ownRole(e, u)
	}
	form := newForm("Svara", hidden("etag", f.GetEtag()),
		radios("status", "Följer plan?", f.GetStatus(), options, "status").missing("Välj ett svar på om hanteringen följer planen."),
		area("kommentar", "Kommentar", f.GetComment(), "comment").optional().rows(8).
			hint("Vad har gjorts och vad återstår? Skriv så att nämnden förstår. Skriv inga personuppgifter, texten blir en allmän handling."),
		text("roll", "Du svarar som", role, "answered_role").optional().width("medium").hint("Din roll, till exempel enhetschef. Den står i historiken."))
	form.Cancel = address(upTo(f.GetName(), 3))
	return form
}

// ownRole is the role in which the user answers for an entry: as the plan names the user, else as the user's own role.
func (g *register) ownRole(e *riskv1.RiskEntry, u *user) string {
	for _, own := range u.assignments() {
		for _, o := range e.GetOwners() {
			if o.GetRoleAssignment() == own {
				return o.GetRole()
			}
		}
	}
	for _, w := range roleWords {
		if u.has(e.GetName(), w.id) {
			return strings.ToLower(w.title)
		}
	}
	return ""
}
