package rpc

import (
	"context"
	"fmt"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// SubmitProposedAction stores an action that a result proposes. The journal names the process that sent it, on behalf of
// who wrote the result; what that person may write, control measurement has seen to. Sent again, it changes nothing.
func (s *Server) SubmitProposedAction(ctx context.Context, req *riskv1.SubmitProposedActionRequest) (*riskv1.Action, error) {
	name := req.GetAction().GetName()
	if faults := s.checkSubmitted(req); len(faults) > 0 {
		return nil, fault.Fields(faults...)
	}
	caller, ok := authn.From(ctx)
	if !ok {
		return nil, fault.Deny("nobody is calling")
	}
	ctx = authn.With(ctx, &authn.Identity{Subject: caller.Subject, Process: caller.Process, OnBehalfOf: req.GetOnBehalfOf()})
	a, err := resource.Create(ctx, s.store, s.tables.Actions, resource.Creation[*riskv1.Action]{
		Parent: committee(name), ID: resource.ID(name), Message: req.GetAction(), Check: s.propose,
	})
	if fault.Is(err, fault.Exists) {
		return s.submitted(ctx, req.GetAction())
	}
	return a, err
}

// propose makes a new action one that is proposed, completes it and checks it.
func (s *Server) propose(ctx context.Context, tx *resource.Tx, a *riskv1.Action) error {
	a.State, a.Renewals, a.DeclineReason, a.Closing = actionStateTo(risk.ActionProposed), nil, "", nil
	if err := s.completeAction(ctx, tx, a); err != nil {
		return err
	}
	faults, err := s.checkAction(ctx, tx, a)
	return refuse("action", faults, err)
}

// checkSubmitted finds an action without a name of its own, one that no result proposes, and somebody it cannot be
// proposed on behalf of.
func (s *Server) checkSubmitted(req *riskv1.SubmitProposedActionRequest) []fault.Field {
	a := req.GetAction()
	if !s.tables.Actions.Matches(a.GetName()) {
		return []fault.Field{field("action.name", "RESOURCE_NAME",
			"Åtgärden saknar ett giltigt namn.", fmt.Sprintf("%q is no name of an action", a.GetName()))}
	}
	var faults []fault.Field
	if kind := a.GetOrigin().GetKind(); kind != riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT {
		faults = append(faults, field("action.origin.kind", "NOT_A_RESULT",
			"Åtgärden måste komma från ett resultat.", "the origin must be a result, not "+kind.String()))
	}
	if !actsIn(req.GetOnBehalfOf(), municipality(a.GetName())) {
		faults = append(faults, field("on_behalf_of", "NOT_OF_THE_MUNICIPALITY",
			"Åtgärden måste föreslås av någon i samma kommun.",
			fmt.Sprintf("%q is no person or service account of the municipality, nor of the suite", req.GetOnBehalfOf())))
	}
	return faults
}

// actsIn reports whether a subject is a person or a service account of a municipality, or a service account of the suite.
func actsIn(subject, within string) bool {
	parent, collection, id := resource.Split(subject)
	if id == "" {
		return false
	}
	switch collection {
	case "people":
		return parent == within
	case "serviceAccounts":
		return parent == within || parent == resource.Platform
	}
	return false
}

// submitted returns the action that was sent before as it stands. Another one under the same name is in the way.
func (s *Server) submitted(ctx context.Context, a *riskv1.Action) (*riskv1.Action, error) {
	stored, err := s.tables.Actions.Get(ctx, s.store, a.GetName())
	if err != nil {
		return nil, err
	}
	if stored.GetOrigin().GetResource() != a.GetOrigin().GetResource() {
		return nil, fault.Taken(a.GetName())
	}
	return stored, nil
}
