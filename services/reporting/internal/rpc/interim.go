package rpc

import (
	"slices"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// interim turns what was read into the values of the rules.
func (s *source) interim(title string, date time.Time, state document.State) *report.Interim {
	i := &report.Interim{
		Municipality: s.municipality.GetDisplayName(),
		Committee:    report.Committee{Name: s.committee.GetDisplayName(), Genitive: s.committee.GetGenitive()},
		Plan:         s.plan(),
		Round:        s.roundValue(),
		Controls:     s.reported(),
		Units:        s.unitValues(),
		Case:         caseValue(s.kase),
		Template:     templateValue(s.template),
		Title:        title,
		Date:         date,
		State:        state,

		Positions: s.positionValues(),
	}
	for _, f := range s.followUps {
		i.Risks = append(i.Risks, s.risk(f))
	}
	return i
}

// reported returns the controls that an interim follow-up tells of: those with a result or a value, and all of a plan that
// has control areas alone.
func (s *source) reported() []report.Control {
	all := s.controls()
	if len(s.snapshot.GetRiskEntries()) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(c report.Control) bool {
		return c.Result == nil && !slices.ContainsFunc(c.Indicators, func(i report.Indicator) bool { return i.Measured })
	})
}

func (s *source) positionValues() []report.Position {
	var positions []report.Position
	for _, p := range s.positions {
		positions = append(positions, report.Position{Service: p.GetService(), Scope: p.GetScope(), Sequence: p.GetSequence(), Hash: p.GetHash()})
	}
	return positions
}

func (s *source) closed() bool { return s.round.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED }

func selectionOf(selection riskv1.RoundSelection) report.Selection {
	switch selection {
	case riskv1.RoundSelection_ROUND_SELECTION_DUE:
		return report.SelectDue
	case riskv1.RoundSelection_ROUND_SELECTION_ALL:
		return report.SelectAll
	default:
		return report.SelectCritical
	}
}

func caseValue(c *reportv1.Case) report.Case {
	v := report.Case{Name: c.GetName(), Numbers: c.GetCaseNumbers(), Texts: map[string]string{}}
	for _, text := range c.GetTexts() {
		v.Texts[text.GetKey()] = text.GetText()
	}
	return v
}

func (s *source) plan() report.Plan {
	p := s.snapshot.GetPlan()
	v := report.Plan{Name: p.GetName(), Year: resource.ID(p.GetName()), HowMade: p.GetHowMade(), CaseNumber: p.GetCaseNumber(),
		Version: int(p.GetVersion()), Revising: s.revising}
	if d := p.GetDecision(); d != nil {
		v.Decision = &report.Decision{CaseNumber: d.GetCaseNumber(), MeetingDate: d.GetMeetingDate(), Paragraph: d.GetParagraph()}
	}
	for _, e := range s.snapshot.GetRiskEntries() {
		if e.GetSelection() == riskv1.Selection_SELECTION_IN_PLAN {
			v.Risks = append(v.Risks, s.planRisk(e))
		}
	}
	for _, c := range s.snapshot.GetControlPoints() {
		if c.GetKind() == riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW {
			v.Reviews++
		} else {
			v.Checks++
		}
	}
	return v
}

func (s *source) planRisk(e *riskv1.RiskEntry) report.PlanRisk {
	level := s.level(e)
	v := report.PlanRisk{Entry: e.GetName(), Assessed: level != nil, Critical: level.GetCritical()}
	for _, chosen := range e.GetTreatments() {
		for _, t := range s.snapshot.GetMethodVersion().GetTreatments() {
			if t.GetId() == chosen.GetTreatment() {
				v.Treatments = append(v.Treatments, treatmentOf(t.GetKind()))
			}
		}
	}
	return v
}

func treatmentOf(kind riskv1.TreatmentKind) report.Treatment {
	switch kind {
	case riskv1.TreatmentKind_TREATMENT_KIND_IMPROVEMENT:
		return report.Improve
	case riskv1.TreatmentKind_TREATMENT_KIND_DIRECT_ACTION:
		return report.DirectAction
	case riskv1.TreatmentKind_TREATMENT_KIND_TRANSFER:
		return report.Transfer
	case riskv1.TreatmentKind_TREATMENT_KIND_WATCH:
		return report.Watch
	case riskv1.TreatmentKind_TREATMENT_KIND_ACCEPT:
		return report.Accept
	case riskv1.TreatmentKind_TREATMENT_KIND_REVIEW:
		return report.Review
	default:
		return report.Reduce
	}
}

// level returns the stated level of an entry, else the computed one; nil when it has none.
func (s *source) level(e *riskv1.RiskEntry) *riskv1.Level {
	id := e.GetStatedLevel()
	if id == "" {
		id = e.GetComputedLevel()
	}
	for _, l := range s.snapshot.GetMethodVersion().GetLevels() {
		if l.GetId() == id {
			return l
		}
	}
	return nil
}

// risk joins a follow-up with its entry. An entry that the decided plan lacks, because a later version dropped or
// added it, is named as such.
func (s *source) risk(f *riskv1.FollowUp) report.Risk {
	v := report.Risk{FollowUp: f.GetName(), Entry: f.GetRiskEntry(), Comment: f.GetComment(),
		Title: "Risken ”" + resource.ID(f.GetRiskEntry()) + "” finns inte i planen"}
	v.Answer, v.AnswerTitle = s.answer(f.GetStatus())
	at := slices.IndexFunc(s.snapshot.GetRiskEntries(), func(e *riskv1.RiskEntry) bool { return e.GetName() == f.GetRiskEntry() })
	if at < 0 {
		return v
	}
	e := s.snapshot.GetRiskEntries()[at]
	v.Process, v.Controls, v.Handling = e.GetProcess(), e.GetExistingControls(), e.GetPlannedHandling()
	v.Assessment = s.assessment(e)
	for _, r := range s.snapshot.GetRisks() {
		if r.GetName() == e.GetRisk() {
			v.Title = r.GetTitle()
		}
	}
	return v
}

// answer returns what a status amounts to on the local scale. A status that the scale lacks is shown as it is and claims
// nothing.
func (s *source) answer(status string) (report.Answer, string) {
	if status == "" {
		return report.Unanswered, ""
	}
	for _, step := range s.snapshot.GetMethodVersion().GetFollowUpScale() {
		if step.GetId() == status {
			return meaningOf(step.GetMeaning()), step.GetTitle()
		}
	}
	return report.CannotTell, status
}

func meaningOf(m riskv1.StatusMeaning) report.Answer {
	switch m {
	case riskv1.StatusMeaning_STATUS_MEANING_YES:
		return report.Follows
	case riskv1.StatusMeaning_STATUS_MEANING_PARTLY:
		return report.FollowsPartly
	case riskv1.StatusMeaning_STATUS_MEANING_NO:
		return report.FollowsNot
	default:
		return report.CannotTell
	}
}

func (s *source) assessment(e *riskv1.RiskEntry) report.Assessment {
	method := s.snapshot.GetMethodVersion()
	a := report.Assessment{Value: e.StatedValue, Level: s.level(e).GetTitle(), Likelihood: e.Likelihood, Consequence: e.Consequence,
		LikelihoodAxis: method.GetLikelihood().GetTitle(), ConsequenceAxis: method.GetConsequence().GetTitle()}
	if a.Value == nil {
		a.Value = e.ComputedValue
	}
	a.Product = method.GetValueRule() == riskv1.ValueRule_VALUE_RULE_PRODUCT && a.Value != nil && e.ComputedValue != nil &&
		*a.Value == e.GetComputedValue()
	return a
}
