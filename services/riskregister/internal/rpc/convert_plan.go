package rpc

import (
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// entryOf turns a risk entry into what the rules work on; title is its risk's.
func entryOf(e *riskv1.RiskEntry, title string) risk.Entry {
	return risk.Entry{
		Name: e.GetName(), Title: title,
		Assessment: risk.Assessment{Likelihood: e.Likelihood, Consequence: e.Consequence,
			StatedValue: e.StatedValue, StatedLevel: e.GetStatedLevel()},
		Score:    risk.Score{ComputedValue: e.ComputedValue, ComputedLevel: e.GetComputedLevel()},
		Headings: e.GetClassifications(),
		Treatments: each(e.GetTreatments(), func(t *riskv1.ChosenTreatment) risk.Chosen {
			return risk.Chosen{Treatment: t.GetTreatment(), Reason: t.GetReason()}
		}),
		PlannedHandling: e.GetPlannedHandling(),
		Selection:       selectionOf(e.GetSelection()),
		NotChosenReason: e.GetNotChosenReason(),
		Answered:        each(e.GetAnswers(), (*riskv1.Answer).GetQuestion),
		Owners:          ownersOf(e.GetOwners()),
		SourceNote:      e.GetSourceNote(),
	}
}

// carry puts a score into the entry.
func carry(e *riskv1.RiskEntry, s risk.Score) {
	e.ComputedValue, e.ComputedLevel = s.ComputedValue, s.ComputedLevel
}

func selectionOf(s riskv1.Selection) risk.Selection {
	switch s {
	case riskv1.Selection_SELECTION_IN_PLAN:
		return risk.InPlan
	case riskv1.Selection_SELECTION_NOT_CHOSEN:
		return risk.NotChosen
	default:
		return risk.Undecided
	}
}

func ownersOf(owners []*riskv1.Owner) []risk.Owner { return each(owners, ownerOf) }

func ownerOf(o *riskv1.Owner) risk.Owner {
	return risk.Owner{Role: o.GetRole(), Assignment: o.GetRoleAssignment()}
}

func stateOf(s riskv1.PlanState) risk.PlanState {
	switch s {
	case riskv1.PlanState_PLAN_STATE_PROPOSED:
		return risk.Proposed
	case riskv1.PlanState_PLAN_STATE_DECIDED:
		return risk.Decided
	case riskv1.PlanState_PLAN_STATE_CLOSED:
		return risk.Closed
	default:
		return risk.Draft
	}
}

func stateTo(s risk.PlanState) riskv1.PlanState {
	switch s {
	case risk.Proposed:
		return riskv1.PlanState_PLAN_STATE_PROPOSED
	case risk.Decided:
		return riskv1.PlanState_PLAN_STATE_DECIDED
	case risk.Closed:
		return riskv1.PlanState_PLAN_STATE_CLOSED
	default:
		return riskv1.PlanState_PLAN_STATE_DRAFT
	}
}

func decisionOf(d *riskv1.Decision) risk.Decision {
	return risk.Decision{CaseNumber: d.GetCaseNumber(), MeetingDate: d.GetMeetingDate(),
		Paragraph: d.GetParagraph(), EffectiveDate: d.GetEffectiveDate()}
}

func sectionsOf(sections []*riskv1.PlanSection) []risk.Section {
	return each(sections, func(s *riskv1.PlanSection) risk.Section {
		return risk.Section{Title: s.GetTitle(), Text: s.GetText(), Empty: s.GetExplicitlyEmpty()}
	})
}

// contentOf turns a snapshot into the plan that completeness is checked on.
func contentOf(s *riskv1.PlanSnapshot) risk.Plan {
	p := risk.Plan{
		Name: s.GetPlan().GetName(), HowMade: s.GetPlan().GetHowMade(), Sections: sectionsOf(s.GetPlan().GetSections()),
		ConfirmedEmpty: s.GetPlan().GetConfirmedEmpty(), Entries: entriesOf(s),
		Areas: each(s.GetControlAreas(), areaOf), Points: each(s.GetControlPoints(), pointOf),

		Committee: committee(s.GetPlan().GetName()), Year: planYear(s.GetPlan().GetName()),
	}
	if s.GetMethodVersion() != nil {
		p.Method = methodOf(s.GetMethodVersion())
	}
	return p
}

// entriesOf turns a snapshot's entries into what the rules work on, each with its risk's title.
func entriesOf(s *riskv1.PlanSnapshot) []risk.Entry {
	risks := byName(s.GetRisks())
	return each(s.GetRiskEntries(), func(e *riskv1.RiskEntry) risk.Entry {
		entry := entryOf(e, risks[e.GetRisk()].GetTitle())
		entry.Moved = risks[e.GetRisk()].GetMovedTo() != ""
		return entry
	})
}

func areaOf(a *riskv1.ControlArea) risk.Area {
	return risk.Area{Name: a.GetName(), Title: a.GetTitle(), Owners: ownersOf(a.GetOwners())}
}

func pointOf(p *riskv1.ControlPoint) risk.Point {
	return risk.Point{
		Name: p.GetName(), Title: p.GetTitle(), Method: p.GetMethod(), Frequency: p.GetFrequency(), Scope: p.GetScope(),
		Sample: p.GetPlannedSample(), Purpose: p.GetPurpose(), Entries: p.GetRiskEntries(), Owners: ownersOf(p.GetOwners()),
		Review: isReview(p.GetKind()), CommonItem: p.GetCommonItem(), MovedTo: p.GetMovedTo(), Area: p.GetControlArea(),
	}
}

func roundSelectionOf(s riskv1.RoundSelection) risk.RoundSelection {
	switch s {
	case riskv1.RoundSelection_ROUND_SELECTION_CRITICAL:
		return risk.SelectCritical
	case riskv1.RoundSelection_ROUND_SELECTION_DUE:
		return risk.SelectDue
	case riskv1.RoundSelection_ROUND_SELECTION_NONE:
		return risk.SelectNone
	default:
		return risk.SelectAll
	}
}

func roundStateOf(s riskv1.RoundState) risk.RoundState {
	if s == riskv1.RoundState_ROUND_STATE_CLOSED {
		return risk.RoundClosed
	}
	return risk.RoundOpen
}

func roundPlanOf(r *riskv1.Round) risk.RoundPlan {
	return risk.RoundPlan{
		StepDates:   each(r.GetSteps(), (*riskv1.RoundStep).GetDueDate),
		StepIDs:     each(r.GetSteps(), (*riskv1.RoundStep).GetId),
		MeetingDate: r.GetMeetingDate(), PapersDueDate: r.GetPapersDueDate(), Plans: r.GetPlans(),
	}
}
