package rpc

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// GetAction returns one action as the caller may see it.
func (s *Server) GetAction(ctx context.Context, req *riskv1.GetActionRequest) (*riskv1.Action, error) {
	a, err := s.tables.Actions.Get(ctx, s.store, req.GetName())
	if err == nil && !seesAction(ctx, a) {
		return nil, fault.Missing(req.GetName())
	}
	return a, err
}

// seesAction reports whether the caller may see the action: what nobody has taken a stand on is a draft.
func seesAction(ctx context.Context, a *riskv1.Action) bool {
	return actionStateOf(a.GetState()).Decided() || seesDrafts(ctx, a.GetName())
}

// hidesAction reports whether a name is that of an action that a caller may not see.
func (s *Server) hidesAction(ctx context.Context, caller *authn.Identity, name string) (bool, error) {
	if !s.tables.Actions.Matches(name) || authz.Can(caller, authzv1.Permission_PERMISSION_DRAFT_READ, name) {
		return false, nil
	}
	a, err := s.tables.Actions.Get(ctx, s.store, name)
	if missing(err) {
		return true, nil
	}
	return !actionStateOf(a.GetState()).Decided(), err
}

// ListActions returns the actions of a committee, or with the committee "-" of a municipality, as the caller may see them.
func (s *Server) ListActions(ctx context.Context, req *riskv1.ListActionsRequest) (*riskv1.ListActionsResponse, error) {
	where := []resource.Filter{
		resource.Equal("state", sqlstore.ActionStateWord(req.GetState())),
		resource.Equal("year", sqlstore.YearWord(req.GetYear())),
		resource.Equal("origin", req.GetOrigin()),
	}
	if !seesDrafts(ctx, req.GetParent()) {
		where = append(where, resource.Filter{Column: "state", In: decidedActions()})
	}
	actions, next, err := s.tables.Actions.List(ctx, s.store, resource.QueryOf(req, where...))
	return &riskv1.ListActionsResponse{Actions: actions, NextPageToken: next}, err
}

// decidedActions lists the states that everybody sees who reads plans.
func decidedActions() []string {
	return each([]riskv1.ActionState{
		riskv1.ActionState_ACTION_STATE_ACCEPTED, riskv1.ActionState_ACTION_STATE_DECLINED, riskv1.ActionState_ACTION_STATE_CLOSED,
	}, sqlstore.ActionStateWord)
}

// CreateAction stores a new action as proposed. Who writes only what it owns proposes only what it would carry out.
func (s *Server) CreateAction(ctx context.Context, req *riskv1.CreateActionRequest) (*riskv1.Action, error) {
	return resource.Create(ctx, s.store, s.tables.Actions, resource.Creation[*riskv1.Action]{
		Parent: req.GetParent(), ID: req.GetActionId(), Message: req.GetAction(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, a *riskv1.Action) error {
			if err := actionWriter(ctx, a.GetName()).MayWrite(ownersOf(a.GetOwners())); err != nil {
				return err
			}
			return s.propose(ctx, tx, a)
		},
	})
}

// actionWriter is the caller as a writer of actions.
func actionWriter(ctx context.Context, name string) risk.Writer {
	return writer(ctx, authzv1.Permission_PERMISSION_ACTION_WRITE, name)
}

// UpdateAction changes the fields in the mask of an action that is proposed or accepted. Who owns it tells about it and
// how far it has come; the rest is for those who decide on actions.
func (s *Server) UpdateAction(ctx context.Context, req *riskv1.UpdateActionRequest) (*riskv1.Action, error) {
	return resource.Update(ctx, s.store, s.tables.Actions, resource.Change[*riskv1.Action]{
		Message: req.GetAction(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Keep: []string{"origin", "state", "renewals", "decline_reason", "closing"},
		Check: func(ctx context.Context, tx *resource.Tx, before, after *riskv1.Action) error {
			if err := mayChangeAction(ctx, before, after); err != nil {
				return err
			}
			if err := actionStateOf(before.GetState()).Writable(); err != nil {
				return err
			}
			if err := actionOf(after).CheckChange(actionOf(before)); err != nil {
				return err
			}
			faults, err := s.checkAction(ctx, tx, after)
			return refuse("action", faults, err)
		},
	})
}

// mayChangeAction refuses a caller who does not write the action, or who changes more of it than its owner may.
func mayChangeAction(ctx context.Context, before, after *riskv1.Action) error {
	if err := actionWriter(ctx, before.GetName()).MayWrite(ownersOf(before.GetOwners())); err != nil {
		return err
	}
	told := proto.CloneOf(after)
	told.Description, told.Status, told.Comment = before.GetDescription(), before.GetStatus(), before.GetComment()
	if proto.Equal(told, before) {
		return nil
	}
	return writer(ctx, authzv1.Permission_PERMISSION_ACTION_DECIDE, before.GetName()).MayWriteAll()
}

// stand is one decision on an action.
type stand struct {
	name, etag, reason string
	// take checks the step and changes the action, all but its state.
	take func(tx *resource.Tx, a *riskv1.Action) (risk.ActionState, error)
}

// decide takes a stand.
func (s *Server) decide(ctx context.Context, st stand) (*riskv1.Action, error) {
	if err := writer(ctx, authz.Permission(authzv1.Permission_PERMISSION_ACTION_DECIDE), st.name).MayWriteAll(); err != nil {
		return nil, err
	}
	return resource.Modify(ctx, s.store, s.tables.Actions, resource.Modification[*riskv1.Action]{
		Name: st.name, Etag: st.etag, Reason: st.reason,
		Apply: func(_ context.Context, tx *resource.Tx, a *riskv1.Action) error {
			next, err := st.take(tx, a)
			a.State = actionStateTo(next)
			return err
		},
	})
}

// AcceptAction takes on a proposed or declined action.
func (s *Server) AcceptAction(ctx context.Context, req *riskv1.AcceptActionRequest) (*riskv1.Action, error) {
	return s.decide(ctx, stand{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(),
		take: func(_ *resource.Tx, a *riskv1.Action) (risk.ActionState, error) {
			next, err := actionOf(a).Accept()
			a.DeclineReason = ""
			return next, err
		}})
}

// DeclineAction turns a proposed action down.
func (s *Server) DeclineAction(ctx context.Context, req *riskv1.DeclineActionRequest) (*riskv1.Action, error) {
	return s.decide(ctx, stand{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(),
		take: func(_ *resource.Tx, a *riskv1.Action) (risk.ActionState, error) {
			a.DeclineReason = req.GetReason()
			return actionStateOf(a.GetState()).Take(risk.DeclineAction)
		}})
}

// RenewAction gives an accepted action a new last day and keeps the one before.
func (s *Server) RenewAction(ctx context.Context, req *riskv1.RenewActionRequest) (*riskv1.Action, error) {
	return s.decide(ctx, stand{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(),
		take: func(_ *resource.Tx, a *riskv1.Action) (risk.ActionState, error) {
			renewal := &riskv1.ActionRenewal{PreviousDueDate: a.GetDueDate(), DueDate: req.GetDueDate(), Reason: req.GetReason(),
				Decision: proto.CloneOf(req.GetDecision())}
			if _, err := actionOf(a).Renew(renewalOf(renewal)); err != nil {
				return 0, err
			}
			a.Renewals, a.DueDate = append(a.Renewals, renewal), req.GetDueDate()
			return actionStateOf(a.GetState()), nil
		}})
}

// CloseAction ends an accepted action.
func (s *Server) CloseAction(ctx context.Context, req *riskv1.CloseActionRequest) (*riskv1.Action, error) {
	return s.decide(ctx, stand{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(),
		take: func(tx *resource.Tx, a *riskv1.Action) (risk.ActionState, error) {
			closing := &riskv1.ActionClosing{Date: req.GetDate(), Done: req.GetDone(), Reason: req.GetReason(), Decision: proto.CloneOf(req.GetDecision())}
			if closing.GetDate() == "" {
				closing.Date = risk.Day(tx.Now(), s.zone)
			}
			next, err := actionOf(a).Close(*closingOf(closing))
			a.Closing = closing
			return next, err
		}})
}

// ReopenAction takes a closed action up again, as accepted. How it had ended stays in the journal.
func (s *Server) ReopenAction(ctx context.Context, req *riskv1.ReopenActionRequest) (*riskv1.Action, error) {
	return s.decide(ctx, stand{name: req.GetName(), etag: req.GetEtag(), reason: req.GetReason(),
		take: func(_ *resource.Tx, a *riskv1.Action) (risk.ActionState, error) {
			a.Closing = nil
			return actionStateOf(a.GetState()).Take(risk.ReopenAction)
		}})
}

// CountActions counts the accepted and closed actions of a committee, or of each committee of a municipality.
func (s *Server) CountActions(ctx context.Context, req *riskv1.CountActionsRequest) (*riskv1.CountActionsResponse, error) {
	if err := checkScope(req.GetParent()); err != nil {
		return nil, err
	}
	answer := &riskv1.CountActionsResponse{}
	err := s.store.View(ctx, req.GetParent(), func(ctx context.Context, v *resource.View) error {
		scales, err := s.scales(ctx, v, req.GetParent())
		if err != nil {
			return err
		}
		var actions []risk.Counted
		err = v.Run(ctx, sqlstore.SelectActions(req.GetParent(), func(row sqlstore.ActionRow) {
			actions = append(actions, countedOf(row, scales))
		}))
		answer.Counts = each(risk.CountActions(actions, s.today()), countTo)
		return err
	})
	return answer, err
}

// today returns the day it is.
func (s *Server) today() string { return risk.Day(s.store.Clock().Now(), s.zone) }

// scales returns every method version that actions of a committee or municipality may follow, by name.
func (s *Server) scales(ctx context.Context, r resource.Reader, name string) (map[string]*risk.Method, error) {
	versions, err := s.tables.MethodVersions.All(ctx, r, municipality(name))
	scales := make(map[string]*risk.Method, len(versions))
	for _, v := range versions {
		scales[v.GetName()] = &risk.Method{ActionSteps: each(v.GetActionScale(), statusOf)}
	}
	return scales, err
}
