package rpc

import (
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// annual turns what was read into the values of the rules.
func (s *source) annual(title string, date time.Time, state document.State) report.Annual {
	p := s.snapshot.GetPlan()
	v := report.Annual{
		Municipality: s.municipality.GetDisplayName(),
		Committee:    report.Committee{Name: s.committee.GetDisplayName(), Genitive: s.committee.GetGenitive()},
		Name:         p.GetName(), Year: resource.ID(p.GetName()), CaseNumber: p.GetCaseNumber(), Decision: decisionOf(p.GetDecision()), Revising: s.revising,
		Round: s.roundValue(), Interims: s.interims(), Controls: s.controls(), Units: s.unitValues(),
		Case: caseValue(s.kase), Template: templateValue(s.template), Title: title, Date: date, State: state, Positions: s.positionValues(),
	}
	for _, e := range s.snapshot.GetRiskEntries() {
		if e.GetSelection() == riskv1.Selection_SELECTION_IN_PLAN {
			v.PlanRisks++
		}
	}
	for _, f := range s.followUps {
		v.Risks = append(v.Risks, s.risk(f))
	}
	for _, a := range s.actions {
		if year := yearOf(a); year != "" && year < v.Year && a.GetState() != riskv1.ActionState_ACTION_STATE_DECLINED {
			v.Earlier = append(v.Earlier, s.followed(a))
		}
	}
	return v
}

func (s *source) roundValue() report.Round {
	return report.Round{Name: s.round.GetName(), Title: s.round.GetTitle(), Period: s.round.GetPeriod(),
		Selection: selectionOf(s.round.GetSelection()), Closed: s.closed(), UnansweredReason: s.round.GetUnansweredReason()}
}

// interims are the follow-ups that were made during the year.
func (s *source) interims() []report.PlanRound {
	var rounds []report.PlanRound
	for _, r := range s.rounds {
		if r.GetKind() == riskv1.RoundKind_ROUND_KIND_INTERIM && r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED {
			rounds = append(rounds, s.roundOf(r))
		}
	}
	return rounds
}

// followed tells how far an action of an earlier year has come.
func (s *source) followed(a *riskv1.Action) report.FollowedAction {
	v := report.FollowedAction{Title: a.GetTitle(), Year: yearOf(a), Status: s.progress(a.GetStatus()), Comment: a.GetComment(), Due: a.GetDueDate(),
		Owners: roleNames(a.GetOwners())}
	switch a.GetState() {
	case riskv1.ActionState_ACTION_STATE_PROPOSED:
		v.Status = "Föreslagen"
	case riskv1.ActionState_ACTION_STATE_CLOSED:
		v.Status, v.Due = "Avslutad utan att vara genomförd", ""
		if a.GetClosing().GetDone() {
			v.Status = "Genomförd"
		}
		if reason := a.GetClosing().GetReason(); reason != "" {
			v.Comment = reason
		}
	case riskv1.ActionState_ACTION_STATE_ACCEPTED, riskv1.ActionState_ACTION_STATE_DECLINED, riskv1.ActionState_ACTION_STATE_UNSPECIFIED:
		// its status says how far it has come
	}
	return v
}

// matter turns what was read into the values of a memorandum or an extract.
func (s *source) matter(kind report.Kind, title string, date time.Time, state document.State) *report.Matter {
	c := s.kase
	v := &report.Matter{Annual: s.annual(title, date, state), Yearly: s.round.GetKind() == riskv1.RoundKind_ROUND_KIND_YEARLY,
		Extract: kind == report.KindMinutesExtract, CaseTitle: c.GetTitle(), MeetingDate: c.GetMeetingDate(), MemorandumDate: c.GetMemorandumDate(),
		Paragraph: c.GetParagraph(), UnitText: c.GetUnitText(), Managers: signatories(c.GetManagers()), Officials: signatories(c.GetOfficials()),
		Appendices: c.GetAppendices()}
	for _, p := range c.GetDecisionPoints() {
		v.Points = append(v.Points, report.DecisionPoint{Proposed: p.GetProposed(), Decided: p.GetDecided()})
	}
	for _, b := range c.GetBasis() {
		v.Basis = append(v.Basis, report.BasisDocument{Title: b.GetTitle(), Date: b.GetDate()})
	}
	for _, r := range c.GetRecipients() {
		if r.GetPurpose() == reportv1.RecipientPurpose_RECIPIENT_PURPOSE_EXECUTION {
			v.Execution = append(v.Execution, r.GetText())
		} else {
			v.Information = append(v.Information, r.GetText())
		}
	}
	return v
}

func signatories(all []*reportv1.Signatory) []report.Signatory {
	var values []report.Signatory
	for _, s := range all {
		values = append(values, report.Signatory{Role: s.GetRole(), Holder: s.GetHolder(), Acting: s.GetActing()})
	}
	return values
}
