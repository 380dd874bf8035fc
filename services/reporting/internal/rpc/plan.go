package rpc

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// controlPlan turns what was read into the values of the rules.
func (s *source) controlPlan(title string, date time.Time, state document.State) *report.ControlPlan {
	p := s.snapshot.GetPlan()
	v := &report.ControlPlan{
		Municipality: s.municipality.GetDisplayName(),
		Committee:    report.Committee{Name: s.committee.GetDisplayName(), Genitive: s.committee.GetGenitive()},
		Name:         p.GetName(), Year: resource.ID(p.GetName()), PlanTitle: p.GetTitle(), Title: title, Version: int(p.GetVersion()),
		Standing: standingOf(p.GetState()), RevisionReason: p.GetRevisionReason(), CaseNumber: p.GetCaseNumber(), Decision: decisionOf(p.GetDecision()),
		HowMade: p.GetHowMade(), Method: methodOf(s.snapshot.GetMethodVersion(), p.GetConfirmedEmpty()), Case: caseValue(s.kase), Date: date, State: state,
		Areas: s.areas(), Units: s.unitValues(), Template: templateValue(s.template),
		Positions: s.positionValues(),
	}
	for _, section := range p.GetSections() {
		v.Sections = append(v.Sections, report.Section{Title: section.GetTitle(), Text: section.GetText(), Empty: section.GetExplicitlyEmpty()})
	}
	for _, e := range s.snapshot.GetRiskEntries() {
		v.Entries = append(v.Entries, s.entry(e))
	}
	for _, c := range s.snapshot.GetControlPoints() {
		v.Points = append(v.Points, s.point(c))
	}
	s.addActions(v)
	for _, r := range s.rounds {
		v.Rounds = append(v.Rounds, s.roundOf(r))
	}
	return v
}

func standingOf(state riskv1.PlanState) report.Standing {
	switch state {
	case riskv1.PlanState_PLAN_STATE_DECIDED, riskv1.PlanState_PLAN_STATE_CLOSED:
		return report.Decided
	case riskv1.PlanState_PLAN_STATE_PROPOSED:
		return report.Proposed
	default:
		return report.Drafted
	}
}

func decisionOf(d *riskv1.Decision) *report.Decision {
	if d == nil {
		return nil
	}
	return &report.Decision{CaseNumber: d.GetCaseNumber(), MeetingDate: d.GetMeetingDate(), Paragraph: d.GetParagraph()}
}

// entry joins an entry with its risk.
func (s *source) entry(e *riskv1.RiskEntry) report.Entry {
	v := report.Entry{Name: e.GetName(), Process: e.GetProcess(), Controls: e.GetExistingControls(), Handling: e.GetPlannedHandling(),
		Assessment: s.assessment(e), Level: s.level(e).GetId(), Owners: roleNames(e.GetOwners()), Choice: choiceOf(e.GetSelection()),
		NotChosenReason: e.GetNotChosenReason(), Treatments: s.chosen(e), Answers: s.answered(e),
		Areas: areaNames(s.snapshot.GetMethodVersion(), e.GetClassifications())}
	for _, r := range s.snapshot.GetRisks() {
		if r.GetName() == e.GetRisk() {
			v.Title, v.Description, v.Causes, v.Effects = r.GetTitle(), r.GetDescription(), r.GetCauses(), r.GetEffects()
			v.MovedFrom, v.MovedTo = s.committeeOf(r.GetMovedFrom()), s.committeeOf(r.GetMovedTo())
		}
	}
	return v
}

func choiceOf(selection riskv1.Selection) report.Choice {
	switch selection {
	case riskv1.Selection_SELECTION_IN_PLAN:
		return report.InPlan
	case riskv1.Selection_SELECTION_NOT_CHOSEN:
		return report.NotChosen
	default:
		return report.Undecided
	}
}

func (s *source) chosen(e *riskv1.RiskEntry) []report.Chosen {
	var chosen []report.Chosen
	for _, c := range e.GetTreatments() {
		v := report.Chosen{Title: c.GetTreatment(), Reason: c.GetReason()}
		for _, t := range s.snapshot.GetMethodVersion().GetTreatments() {
			if t.GetId() == c.GetTreatment() {
				v.Title = t.GetTitle()
			}
		}
		chosen = append(chosen, v)
	}
	return chosen
}

// answered pairs every question of the method with its answer, if one was given.
func (s *source) answered(e *riskv1.RiskEntry) []report.Answered {
	var answers []report.Answered
	for _, q := range s.snapshot.GetMethodVersion().GetQuestions() {
		v := report.Answered{Question: q.GetText()}
		for _, a := range e.GetAnswers() {
			if a.GetQuestion() == q.GetId() {
				v.Given, v.Yes = true, a.GetYes()
			}
		}
		answers = append(answers, v)
	}
	return answers
}

func roleNames(owners []*riskv1.Owner) []string {
	var names []string
	for _, o := range owners {
		names = append(names, o.GetRole())
	}
	return names
}

func (s *source) point(c *riskv1.ControlPoint) report.ControlPoint {
	v := report.ControlPoint{Name: c.GetName(), Title: c.GetTitle(), Common: c.GetCommonItem() != "",
		Review:  c.GetKind() == riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW,
		Entries: c.GetRiskEntries(), Purpose: c.GetPurpose(), Scope: c.GetScope(), Method: c.GetMethod(), Frequency: c.GetFrequency(),
		Sample: c.GetPlannedSample(), ReportTo: c.GetReportTo(), Manager: c.GetResponsibleManager().GetRole(), Owners: roleNames(c.GetOwners()),
		Value: c.StatedValue, MovedFrom: s.committeeOf(c.GetMovedFrom()), MovedTo: s.committeeOf(c.GetMovedTo())}
	for _, i := range s.found.GetIndicators() {
		if slices.Contains(i.GetSubjects(), c.GetName()) {
			v.Goals = append(v.Goals, s.indicator(i).Goals...)
		}
	}
	for _, a := range s.snapshot.GetControlAreas() {
		if a.GetName() == c.GetControlArea() {
			v.Area = a.GetTitle()
		}
	}
	return v
}

// committeeOf names the committee that a resource lies in, by its id where the caller may not see its name; empty for no
// resource.
func (s *source) committeeOf(name string) string {
	if name == "" {
		return ""
	}
	committee := resource.Scope(name)
	for _, c := range s.committees {
		if c.GetName() == committee {
			return c.GetDisplayName()
		}
	}
	return "en annan nämnd (" + resource.ID(committee) + ")"
}

// addActions sorts the actions: those of the plan as it was decided, others of its year, and those of earlier years that
// were open when it began.
func (s *source) addActions(v *report.ControlPlan) {
	for _, a := range s.snapshot.GetActions() {
		v.Actions = append(v.Actions, s.action(a))
	}
	for _, a := range s.actions {
		own := slices.ContainsFunc(s.snapshot.GetActions(), func(o *riskv1.Action) bool { return o.GetName() == a.GetName() })
		open := a.GetState() == riskv1.ActionState_ACTION_STATE_ACCEPTED || a.GetState() == riskv1.ActionState_ACTION_STATE_PROPOSED
		switch year := yearOf(a); {
		case own || a.GetState() == riskv1.ActionState_ACTION_STATE_DECLINED:
		case year == v.Year:
			v.Later = append(v.Later, s.action(a))
		case open && year != "" && year < v.Year:
			v.Earlier = append(v.Earlier, s.action(a))
		}
	}
}

func (s *source) action(a *riskv1.Action) report.PlanAction {
	v := report.PlanAction{Title: a.GetTitle(), Description: a.GetDescription(), Source: a.GetOrigin().GetResource(),
		Direct: a.GetOrigin().GetKind() == riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN ||
			a.GetOrigin().GetKind() == riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY,
		Proposed: a.GetState() == riskv1.ActionState_ACTION_STATE_PROPOSED, Year: yearOf(a),
		Closed: a.GetState() == riskv1.ActionState_ACTION_STATE_CLOSED, Note: a.GetOrigin().GetNote(),
		Due: a.GetDueDate(), Owners: roleNames(a.GetOwners()), Status: s.progress(a.GetStatus())}
	return v
}

// progress words a status by the action scale of the plan's method, or by the built-in one where it has none; a status of
// another scale is left out.
func (s *source) progress(status string) string {
	scale := s.snapshot.GetMethodVersion().GetActionScale()
	if len(scale) == 0 {
		scale = s.builtInActionSteps
	}
	for _, step := range scale {
		if step.GetId() == status {
			return step.GetTitle()
		}
	}
	return ""
}

// yearOf returns the plan year that an action is counted under; empty when nothing says.
func yearOf(a *riskv1.Action) string {
	if year := a.GetOrigin().GetYear(); year > 0 {
		return strconv.Itoa(int(year))
	}
	_, after, _ := strings.Cut(a.GetOrigin().GetResource(), "/plans/")
	year, _, _ := strings.Cut(after, "/")
	return year
}

func (s *source) roundOf(r *riskv1.Round) report.PlanRound {
	v := report.PlanRound{Title: r.GetTitle(), Period: r.GetPeriod(), Meeting: r.GetMeetingDate(), Takes: s.takes(r)}
	for _, step := range r.GetSteps() {
		v.Steps = append(v.Steps, report.RoundDate{Title: step.GetTitle(), Day: step.GetDueDate()})
	}
	return v
}

// takes says what a round takes up.
func (s *source) takes(r *riskv1.Round) string {
	if len(s.snapshot.GetRiskEntries()) == 0 && len(s.snapshot.GetControlAreas()) > 0 {
		return "kontrollområdena"
	}
	switch r.GetSelection() {
	case riskv1.RoundSelection_ROUND_SELECTION_CRITICAL:
		return "kritiska risker"
	case riskv1.RoundSelection_ROUND_SELECTION_DUE:
		return "utvalda risker"
	case riskv1.RoundSelection_ROUND_SELECTION_ALL:
		return "alla risker i planen"
	case riskv1.RoundSelection_ROUND_SELECTION_NONE:
		return "åtgärder"
	default:
		return ""
	}
}
