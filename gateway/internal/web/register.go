package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// register is a plan with all it holds, looked up by name, for the pages that show it. It changes nothing.
type register struct {
	*riskv1.PlanSnapshot
	rounds    []*riskv1.Round
	followUps []*riskv1.FollowUp
	actions   []*riskv1.Action
	risks     map[string]*riskv1.Risk
	entries   map[string]*riskv1.RiskEntry
	now       time.Time
	zone      *time.Location
}

// newRegister indexes a snapshot; rounds come the newest deadline last, as the service orders them.
func newRegister(r *riskv1.GetPlanSnapshotResponse, now time.Time, zone *time.Location) *register {
	g := indexed(r.GetSnapshot(), now, zone)
	g.rounds, g.followUps, g.actions = r.GetRounds(), r.GetFollowUps(), r.GetActions()
	return g
}

// indexed indexes a snapshot without rounds, such as a decided version.
func indexed(s *riskv1.PlanSnapshot, now time.Time, zone *time.Location) *register {
	g := &register{PlanSnapshot: s, now: now, zone: zone, actions: s.GetActions(), risks: map[string]*riskv1.Risk{}, entries: map[string]*riskv1.RiskEntry{}}
	for _, r := range s.GetRisks() {
		g.risks[r.GetName()] = r
	}
	for _, e := range s.GetRiskEntries() {
		g.entries[e.GetName()] = e
	}
	return g
}

// levelView is a level to show: its name and its place on a scale of four shades.
type levelView struct {
	ID, Title string
	Grade     int
}

// levels returns the method's levels, the mildest first.
func (g *register) levels() []levelView {
	all := g.GetMethodVersion().GetLevels()
	views := make([]levelView, 0, len(all))
	for i, l := range all {
		grade := 4
		if len(all) > 1 {
			grade = 1 + (3*i+(len(all)-1)/2)/(len(all)-1)
		}
		views = append(views, levelView{l.GetId(), l.GetTitle(), grade})
	}
	return views
}

// levelByID returns a level of the method; one it does not know is shown by its id.
func (g *register) levelByID(id string) levelView {
	for _, l := range g.levels() {
		if l.ID == id {
			return l
		}
	}
	return levelView{ID: id, Title: id}
}

// level returns the level of an entry: what people stated, else what the method gives.
func (g *register) level(e *riskv1.RiskEntry) levelView {
	return g.levelByID(levelID(e))
}

// levelID returns the id of an entry's level.
func levelID(e *riskv1.RiskEntry) string {
	if e.GetStatedLevel() != "" {
		return e.GetStatedLevel()
	}
	return e.GetComputedLevel()
}

// value returns the value of an entry: what people stated, else what was computed.
func value(e *riskv1.RiskEntry) (float64, bool) {
	switch {
	case e.StatedValue != nil:
		return e.GetStatedValue(), true
	case e.ComputedValue != nil:
		return e.GetComputedValue(), true
	default:
		return 0, false
	}
}

// valueText writes the value of an entry; "–" when there is none.
func valueText(e *riskv1.RiskEntry) string {
	v, ok := value(e)
	if !ok {
		return "–"
	}
	return number(v)
}

// title returns the risk in a sentence.
func (g *register) title(e *riskv1.RiskEntry) string {
	if r := g.risks[e.GetRisk()]; r != nil {
		return r.GetTitle()
	}
	return last(e.GetRisk())
}

// treatments names the treatments of an entry.
func (g *register) treatments(e *riskv1.RiskEntry) []string {
	var titles []string
	for _, t := range e.GetTreatments() {
		titles = append(titles, g.treatmentTitle(t.GetTreatment()))
	}
	return titles
}

// treatmentTitle names a treatment of the method.
func (g *register) treatmentTitle(id string) string {
	for _, t := range g.GetMethodVersion().GetTreatments() {
		if t.GetId() == id {
			return t.GetTitle()
		}
	}
	return id
}

// owners names who answers for something.
func owners(all []*riskv1.Owner) []string {
	var roles []string
	for _, o := range all {
		roles = append(roles, o.GetRole())
	}
	return roles
}

// stepLabel names a step of an axis, as "3 – Möjlig".
func stepLabel(a *riskv1.Axis, v float64) string {
	for _, s := range a.GetSteps() {
		if float64(s.GetValue()) == v {
			return number(v) + " – " + s.GetLabel()
		}
	}
	return number(v)
}

// statusTitle names an answer to "follows plan"; empty when unanswered.
func (g *register) statusTitle(id string) string {
	for _, s := range g.GetMethodVersion().GetFollowUpScale() {
		if s.GetId() == id {
			return s.GetTitle()
		}
	}
	return id
}

// statusOf shows an answer as icon and word.
func (g *register) statusOf(f *riskv1.FollowUp) statusView {
	if f.GetStatus() == "" {
		return statusView{"todo", "Inte besvarad"}
	}
	for _, s := range g.GetMethodVersion().GetFollowUpScale() {
		if s.GetId() != f.GetStatus() {
			continue
		}
		switch s.GetMeaning() {
		case riskv1.StatusMeaning_STATUS_MEANING_YES:
			return statusView{"done", s.GetTitle()}
		case riskv1.StatusMeaning_STATUS_MEANING_NO:
			return statusView{"stop", s.GetTitle()}
		case riskv1.StatusMeaning_STATUS_MEANING_PARTLY:
			return statusView{"doing", s.GetTitle()}
		default:
			return statusView{"info", s.GetTitle()}
		}
	}
	return statusView{"info", f.GetStatus()}
}

// answersOf returns the follow-ups of a round, in the round's order.
func (g *register) answersOf(round string) []*riskv1.FollowUp {
	var own []*riskv1.FollowUp
	for _, f := range g.followUps {
		if strings.HasPrefix(f.GetName(), round+"/") {
			own = append(own, f)
		}
	}
	slices.SortStableFunc(own, func(a, b *riskv1.FollowUp) int { return int(a.GetPosition()) - int(b.GetPosition()) })
	return own
}

// book knows the scale of the actions that were made with the plan's method.
func (g *register) book() *actionBook {
	methods := map[string]*riskv1.MethodVersion{g.GetMethodVersion().GetName(): g.GetMethodVersion()}
	return &actionBook{methods: methods, now: g.now, zone: g.zone}
}

// answered counts the answered follow-ups among all.
func answered(all []*riskv1.FollowUp) int {
	n := 0
	for _, f := range all {
		if f.GetStatus() != "" {
			n++
		}
	}
	return n
}

// statusView is a state as icon and word.
type statusView struct{ Kind, Word string }

// The states of a task.
var (
	stateDone  = statusView{"done", "Klar"}
	stateDoing = statusView{"doing", "Pågår"}
	stateTodo  = statusView{"todo", "Ej påbörjad"}
	stateLate  = statusView{"late", "Försenad"}
)

// fact is one labelled row.
type fact struct {
	Label, Text, Markdown, Address string
}

// noteView is a box with an icon: info, late or lock.
type noteView struct{ Kind, Title, Text string }

// planTitle returns the title of a plan.
func planTitle(p *riskv1.Plan) string {
	if p.GetTitle() != "" {
		return p.GetTitle()
	}
	return "Internkontrollplan " + last(p.GetName())
}

// decisionText writes a decision as minutes cite it: "2024-12-10 § 112, SN-2024/259".
func decisionText(d *riskv1.Decision) string {
	text := d.GetMeetingDate()
	if d.GetParagraph() != "" {
		text += " §" + nbsp + d.GetParagraph()
	}
	if d.GetCaseNumber() != "" {
		text += ", " + d.GetCaseNumber()
	}
	return text
}

// planStatus shows where a plan stands.
func planStatus(p *riskv1.Plan) statusView {
	switch p.GetState() {
	case riskv1.PlanState_PLAN_STATE_PROPOSED:
		return statusView{"doing", "Föreslagen till nämnden"}
	case riskv1.PlanState_PLAN_STATE_DECIDED:
		return statusView{"lock", "Fastställd " + decisionText(p.GetDecision())}
	case riskv1.PlanState_PLAN_STATE_CLOSED:
		return statusView{"lock", "Avslutad"}
	default:
		return statusView{"doing", "Utkast"}
	}
}

// readOnly reports whether a plan can no longer be changed.
func readOnly(p *riskv1.Plan) bool {
	return p.GetState() == riskv1.PlanState_PLAN_STATE_DECIDED || p.GetState() == riskv1.PlanState_PLAN_STATE_CLOSED
}

// versionText names a version of a plan.
func versionText(n int32) string { return fmt.Sprintf("Version %d", n) }
