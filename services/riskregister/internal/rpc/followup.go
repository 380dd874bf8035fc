package rpc

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// GetFollowUp returns one follow-up.
func (s *Server) GetFollowUp(ctx context.Context, req *riskv1.GetFollowUpRequest) (*riskv1.FollowUp, error) {
	return s.tables.FollowUps.Get(ctx, s.store, req.GetName())
}

// ListFollowUps returns the follow-ups of a round, or with the round "-" of all rounds of a committee.
func (s *Server) ListFollowUps(ctx context.Context, req *riskv1.ListFollowUpsRequest) (*riskv1.ListFollowUpsResponse, error) {
	answers, next, err := s.tables.FollowUps.List(ctx, s.store, resource.QueryOf(req,
		resource.Equal("risk_entry", req.GetRiskEntry()), resource.Equal("action", req.GetAction())))
	return &riskv1.ListFollowUpsResponse{FollowUps: answers, NextPageToken: next}, err
}

// AnswerFollowUp stores the answer of a follow-up in an open round, or takes it back with an empty status; the comment
// is kept as sent either way. An answer about an action becomes the action's own; taken back, the action keeps what was
// last said about it.
func (s *Server) AnswerFollowUp(ctx context.Context, req *riskv1.AnswerFollowUpRequest) (*riskv1.FollowUp, error) {
	return resource.Modify(ctx, s.store, s.tables.FollowUps, resource.Modification[*riskv1.FollowUp]{
		Name: req.GetName(), Etag: req.GetEtag(), Touch: []resource.Ref{s.tables.Rounds.Ref(resource.Parent(req.GetName()))},
		Apply: func(ctx context.Context, tx *resource.Tx, f *riskv1.FollowUp) error {
			owner, err := s.mayAnswer(ctx, tx, f)
			if err != nil {
				return err
			}
			if err := s.checkStatus(ctx, tx, f, req.GetStatus()); err != nil {
				return err
			}
			if err := s.tellAction(ctx, tx, f.GetAction(), req); err != nil {
				return err
			}
			f.Status, f.Comment = req.GetStatus(), req.GetComment()
			f.AnsweredRole, f.AnsweredBy, f.AnswerTime = "", "", nil
			if f.GetStatus() != "" {
				f.AnsweredRole, f.AnsweredBy, f.AnswerTime = role(ctx, req.GetAnsweredRole(), owner), subject(ctx), timestamppb.New(tx.Now())
			}
			return nil
		},
	})
}

// tellAction makes an answer the status and comment of the action that it is about. A closed action keeps how it ended.
func (s *Server) tellAction(ctx context.Context, tx *resource.Tx, name string, req *riskv1.AnswerFollowUpRequest) error {
	if name == "" || req.GetStatus() == "" {
		return nil
	}
	a, err := s.tables.Actions.Get(ctx, tx, name)
	if err != nil || actionStateOf(a.GetState()) == risk.ActionClosed {
		return err
	}
	a.Status, a.Comment = req.GetStatus(), req.GetComment()
	return s.tables.Actions.Put(ctx, tx, a)
}

// mayAnswer refuses a closed round and a caller who may answer only for what it owns and does not own what is asked
// about. It returns the role, in the owner's words, in which the caller owns it; empty when it does not.
func (s *Server) mayAnswer(ctx context.Context, tx *resource.Tx, f *riskv1.FollowUp) (string, error) {
	round, err := s.tables.Rounds.Get(ctx, tx, resource.Parent(f.GetName()))
	if err != nil {
		return "", err
	}
	owners, err := s.askedOwners(ctx, tx, f)
	if err != nil {
		return "", err
	}
	if err := answerer(ctx, f.GetName()).MayWrite(owners); err != nil {
		return "", err
	}
	return ownerRole(ctx, owners), roundStateOf(round.GetState()).Writable()
}

// askedOwners returns the owners of the entry or action that a follow-up asks about.
func (s *Server) askedOwners(ctx context.Context, tx *resource.Tx, f *riskv1.FollowUp) ([]risk.Owner, error) {
	if f.GetAction() != "" {
		a, err := s.tables.Actions.Get(ctx, tx, f.GetAction())
		return ownersOf(a.GetOwners()), err
	}
	e, err := s.tables.RiskEntries.Get(ctx, tx, f.GetRiskEntry())
	return ownersOf(e.GetOwners()), err
}

// ownerRole returns the words of the owner that names one of the caller's role assignments.
func ownerRole(ctx context.Context, owners []risk.Owner) string {
	id, ok := authn.From(ctx)
	if !ok {
		return ""
	}
	for _, o := range owners {
		for _, r := range id.Roles {
			if o.Assignment != "" && o.Assignment == r.Assignment {
				return o.Role
			}
		}
	}
	return ""
}

// checkStatus finds an answer that is not on the scale of the method the plan was decided with, or about an action, not
// on the scale that the action follows.
func (s *Server) checkStatus(ctx context.Context, tx *resource.Tx, f *riskv1.FollowUp, status string) error {
	if f.GetAction() != "" {
		return s.checkActionStatus(ctx, tx, f.GetAction(), status)
	}
	plan, err := s.tables.Plans.Get(ctx, tx, planNamed(f.GetRiskEntry()))
	if err != nil {
		return err
	}
	version, err := s.decidedMethod(ctx, tx, plan)
	if err != nil {
		return err
	}
	return refuse("", methodOf(version).CheckStatus("status", status), nil)
}

// checkActionStatus finds an answer that is not on the scale that an action follows.
func (s *Server) checkActionStatus(ctx context.Context, tx *resource.Tx, name, status string) error {
	a, err := s.tables.Actions.Get(ctx, tx, name)
	if err != nil {
		return err
	}
	scale, unknown, err := s.actionScale(ctx, tx, a)
	if err != nil || len(unknown) > 0 {
		return refuse("", unknown, err)
	}
	return refuse("", scale.CheckActionStatus("status", status), nil)
}

// decidedMethod returns the method version that a plan was last decided with.
func (s *Server) decidedMethod(ctx context.Context, r resource.Reader, plan *riskv1.Plan) (*riskv1.MethodVersion, error) {
	if stateOf(plan.GetState()).Public() {
		return s.tables.MethodVersions.Get(ctx, r, plan.GetMethodVersion())
	}
	snapshot, err := s.decided(ctx, r, plan)
	return snapshot.GetMethodVersion(), err
}

// role returns in which role a follow-up is answered, in words: as stated, else as the entry calls its owner, else by
// the caller's role.
func role(ctx context.Context, stated, owner string) string {
	if stated != "" {
		return stated
	}
	if owner != "" {
		return owner
	}
	id, ok := authn.From(ctx)
	if !ok {
		return ""
	}
	for _, r := range id.Roles {
		if title := roleTitle(r.Role); title != "" {
			return title
		}
	}
	return ""
}

// roleTitle returns the Swedish title of the roles that answer follow-ups.
func roleTitle(role string) string {
	switch role {
	case "coordinator":
		return "samordnare för intern kontroll"
	case "head":
		return "förvaltningschef"
	case "manager":
		return "ansvarig chef"
	case "owner":
		return "ansvarig"
	}
	return ""
}

// personOnly returns the subject when it is a person.
func personOnly(subject string) string {
	if strings.Contains(subject, "/people/") {
		return subject
	}
	return ""
}
