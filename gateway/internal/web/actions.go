package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// originKinds say what an action comes from.
var originKinds = map[riskv1.ActionOriginKind]string{
	riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN: "Planen", riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY: "Risk",
	riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_CONTROL_POINT: "Granskning", riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT: "Avvikelse",
	riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ROUND: "Uppföljning", riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT: "Uppdrag",
}

// actionScale returns the steps that tell how far an action has come: the method's own, else the ones every method has.
func actionScale(m *riskv1.MethodVersion) []*riskv1.StatusStep {
	if own := m.GetActionScale(); len(own) > 0 {
		return own
	}
	return []*riskv1.StatusStep{
		{Id: "ej-paborjad", Title: "Ej påbörjad", Meaning: riskv1.StatusMeaning_STATUS_MEANING_NO},
		{Id: "paborjad", Title: "Påbörjad", Meaning: riskv1.StatusMeaning_STATUS_MEANING_PARTLY},
		{Id: "klar", Title: "Klar", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES, Final: true},
	}
}

// actionBook knows the scales of the methods that actions were made with, and what day it is. It changes nothing.
type actionBook struct {
	methods map[string]*riskv1.MethodVersion
	now     time.Time
	zone    *time.Location
}

// scale returns the steps of one action.
func (b *actionBook) scale(a *riskv1.Action) []*riskv1.StatusStep {
	return actionScale(b.methods[a.GetMethodVersion()])
}

// step returns the step that an action has come to; nil while nobody has said.
func (b *actionBook) step(a *riskv1.Action) *riskv1.StatusStep {
	return stepOf(b.scale(a), a.GetStatus())
}

// stepOf finds a step by its id; a step that the scale does not know is shown by its id, and no id gives nil.
func stepOf(scale []*riskv1.StatusStep, id string) *riskv1.StatusStep {
	if id == "" {
		return nil
	}
	for _, s := range scale {
		if s.GetId() == id {
			return s
		}
	}
	return &riskv1.StatusStep{Id: id, Title: id}
}

// progressOf shows a step of an action scale as icon and word.
func progressOf(s *riskv1.StatusStep) statusView {
	switch {
	case s == nil:
		return statusView{"todo", "Inte rapporterad"}
	case s.GetFinal(), s.GetMeaning() == riskv1.StatusMeaning_STATUS_MEANING_YES:
		return statusView{"done", s.GetTitle()}
	case s.GetMeaning() == riskv1.StatusMeaning_STATUS_MEANING_PARTLY:
		return statusView{"doing", s.GetTitle()}
	case s.GetMeaning() == riskv1.StatusMeaning_STATUS_MEANING_NO:
		return statusView{"todo", s.GetTitle()}
	default:
		return statusView{"info", s.GetTitle()}
	}
}

// status shows where an action stands: whether it is taken on and, when it is, how far it has come.
func (b *actionBook) status(a *riskv1.Action) statusView {
	switch a.GetState() {
	case riskv1.ActionState_ACTION_STATE_PROPOSED:
		return statusView{"info", "Föreslagen"}
	case riskv1.ActionState_ACTION_STATE_DECLINED:
		return statusView{"stop", "Avslagen"}
	case riskv1.ActionState_ACTION_STATE_CLOSED:
		if a.GetClosing().GetDone() {
			return statusView{"done", "Avslutad, genomförd"}
		}
		return statusView{"lock", "Avslutad, inte genomförd"}
	default:
		shown := progressOf(b.step(a))
		if b.finished(a) {
			shown.Word += " – ska avslutas"
		}
		return shown
	}
}

// finished reports whether nothing more is expected of an accepted action but that it is closed.
func (b *actionBook) finished(a *riskv1.Action) bool {
	return a.GetState() == riskv1.ActionState_ACTION_STATE_ACCEPTED && b.step(a).GetFinal()
}

// overdue reports whether an accepted action is past its last day; one that is finished is not late.
func (b *actionBook) overdue(a *riskv1.Action) bool {
	return b.passed(a) && a.GetState() == riskv1.ActionState_ACTION_STATE_ACCEPTED && !b.finished(a)
}

// passed reports whether the last day of an action is over.
func (b *actionBook) passed(a *riskv1.Action) bool {
	left, ok := days(a.GetDueDate(), b.now, b.zone)
	return ok && left < 0
}

// pending reports whether something is left to do or to decide about an action.
func pending(a *riskv1.Action) bool {
	return a.GetState() == riskv1.ActionState_ACTION_STATE_ACCEPTED || a.GetState() == riskv1.ActionState_ACTION_STATE_PROPOSED
}

// actionRow is one action in a table.
type actionRow struct {
	Title, Address, Year, Origin, Owners string
	Due, Relative                        string
	Late                                 bool
	Status                               statusView
}

// rows shows actions, the open ones first and among them the one with the nearest last day.
func (b *actionBook) rows(actions []*riskv1.Action) []actionRow {
	sorted := slices.Clone(actions)
	slices.SortStableFunc(sorted, func(x, y *riskv1.Action) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), strings.Compare(orElse(x.GetDueDate(), "9"), orElse(y.GetDueDate(), "9")))
	})
	rows := make([]actionRow, 0, len(sorted))
	for _, a := range sorted {
		row := actionRow{Title: a.GetTitle(), Address: address(a.GetName()), Year: originYear(a), Origin: originKinds[a.GetOrigin().GetKind()],
			Owners: strings.Join(owners(a.GetOwners()), ", "), Due: a.GetDueDate(), Late: b.overdue(a), Status: b.status(a)}
		if pending(a) && !b.finished(a) {
			row.Relative = relativeDate(a.GetDueDate(), b.now, b.zone)
		}
		rows = append(rows, row)
	}
	return rows
}

// rank orders actions by state: to be done, to be decided, ended, declined.
func rank(a *riskv1.Action) int {
	return slices.Index([]riskv1.ActionState{riskv1.ActionState_ACTION_STATE_ACCEPTED, riskv1.ActionState_ACTION_STATE_PROPOSED,
		riskv1.ActionState_ACTION_STATE_CLOSED, riskv1.ActionState_ACTION_STATE_DECLINED}, a.GetState())
}

// originYear is the plan year that an action is counted under.
func originYear(a *riskv1.Action) string {
	if y := a.GetOrigin().GetYear(); y != 0 {
		return strconv.Itoa(int(y))
	}
	if plan := upTo(a.GetOrigin().GetResource(), 3); strings.Contains(plan, "/plans/") {
		return last(plan)
	}
	return ""
}

// mayReport reports whether the user may change an action: any of them, or what names the user's own role.
func (u *user) mayReport(a *riskv1.Action) bool {
	if !u.may(authzv1.Permission_PERMISSION_ACTION_WRITE, a.GetName()) {
		return false
	}
	if u.has(a.GetName(), "coordinator", "head") {
		return true
	}
	own := u.assignments()
	return slices.ContainsFunc(a.GetOwners(), func(o *riskv1.Owner) bool { return slices.Contains(own, o.GetRoleAssignment()) })
}

// mayPropose reports whether the user may write new actions of a committee; who owns things proposes what it would carry
// out itself.
func (u *user) mayPropose(committee string) bool {
	return u.may(authzv1.Permission_PERMISSION_ACTION_WRITE, committee)
}

// book reads the methods of actions: one question for each version that occurs, which are few.
func (c *call) book(actions []*riskv1.Action) (*actionBook, error) {
	b := &actionBook{methods: map[string]*riskv1.MethodVersion{}, now: c.Clock.Now(), zone: c.zone}
	for _, a := range actions {
		name := a.GetMethodVersion()
		if name == "" || b.methods[name] != nil {
			continue
		}
		m, err := c.Risks.GetMethodVersion(c.ctx(), &riskv1.GetMethodVersionRequest{Name: name})
		if err != nil {
			return nil, err
		}
		b.methods[name] = m
	}
	return b, nil
}

// actionsOf returns the actions that come from a resource.
func actionsOf(actions []*riskv1.Action, origin string) []*riskv1.Action {
	var own []*riskv1.Action
	for _, a := range actions {
		if a.GetOrigin().GetResource() == origin {
			own = append(own, a)
		}
	}
	return own
}
