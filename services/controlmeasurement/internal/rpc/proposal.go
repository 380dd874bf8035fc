package rpc

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// monthsToAct is how long a proposed action may take when nobody has said.
const monthsToAct = 3

// actionName is the name of the action that a result proposes: it follows from the result's, so that sending it again
// changes nothing.
func actionName(result string) string {
	sum := sha256.Sum256([]byte(result))
	return resource.Join(committee(result), "actions", "r-"+strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])))
}

// propose writes the proposal of a result that deviates and has not proposed anything before into the outbox, in the
// transaction of the result.
func (s *Server) propose(ctx context.Context, tx *resource.Tx, r *controlv1.Result, subject *riskv1.ControlSubject, p *controlv1.ActionProposal) error {
	if !r.GetDeviates() || len(r.GetProposedActions()) > 0 {
		return nil
	}
	action := s.proposed(r, subject, p)
	r.ProposedActions = []*controlv1.ProposedAction{{Action: action.GetName(), Title: action.GetTitle(),
		State: controlv1.ProposedActionState_PROPOSED_ACTION_STATE_PENDING}}
	body, err := proto.Marshal(&riskv1.SubmitProposedActionRequest{Action: action, OnBehalfOf: subjectOf(ctx)})
	if err != nil {
		return err
	}
	return tx.Run(ctx, sqlstore.InsertProposal(action.GetName(), r.GetName(), body, tx.Now())...)
}

// proposed is the action that a result proposes, with what follows from its subject where nobody has said.
func (s *Server) proposed(r *controlv1.Result, subject *riskv1.ControlSubject, p *controlv1.ActionProposal) *riskv1.Action {
	a := &riskv1.Action{Name: actionName(r.GetName()), Title: p.GetTitle(), Description: p.GetDescription(), Owners: p.GetOwners(), DueDate: p.GetDueDate(),
		Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, Resource: r.GetName(),
			Year: int32(planYear(sqlstore.PlanOf(r.GetSubject())))}}
	if strings.TrimSpace(a.GetTitle()) == "" {
		a.Title = subject.GetTitle()
	}
	if len(a.GetOwners()) == 0 {
		a.Owners = subject.GetOwners()
	}
	if a.GetDueDate() == "" {
		a.DueDate = s.actBy(subject.GetRound().GetMeetingDate())
	}
	return a
}

// actBy is the last day of an action that nobody has set one for: three months after the meeting, else after today.
func (s *Server) actBy(meeting string) string {
	day, err := time.Parse(time.DateOnly, meeting)
	if err != nil {
		day = s.today()
	}
	return day.AddDate(0, monthsToAct, 0).Format(time.DateOnly)
}

// checkProposal finds what the register would refuse in a proposal, so that whoever writes it learns it at once.
func checkProposal(p *controlv1.ActionProposal, municipality string) []fault.Field {
	var faults []fault.Field
	if p.GetDueDate() != "" {
		faults = append(faults, control.CheckDate("proposal.due_date", p.GetDueDate())...)
	}
	for i, o := range p.GetOwners() {
		if a := o.GetRoleAssignment(); a != "" && !strings.HasPrefix(a, municipality+"/roleAssignments/") {
			faults = append(faults, field(at("proposal.owners", i)+".role_assignment", "ROLE_ASSIGNMENT_NAME",
				"”"+a+"” är ingen roll i kommunen. Välj en ur listan eller lämna fältet tomt.", a+" is no role assignment of the municipality"))
		}
	}
	return faults
}

// subjectOf returns the caller's name.
func subjectOf(ctx context.Context) string {
	id, ok := authn.From(ctx)
	if !ok {
		return ""
	}
	return id.Subject
}

// personOf returns the caller's name when it is a person's; empty otherwise.
func personOf(ctx context.Context) string {
	if name := subjectOf(ctx); strings.Contains(name, "/people/") {
		return name
	}
	return ""
}
