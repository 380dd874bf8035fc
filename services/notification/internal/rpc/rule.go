package rpc

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// A rule that would send more than so many mails in so many days is stored only when somebody has said yes to the number.
const (
	mostUnasked = 200
	askedDays   = 30
)

// GetReminderRule returns one rule.
func (s *Server) GetReminderRule(ctx context.Context, req *notificationv1.GetReminderRuleRequest) (*notificationv1.ReminderRule, error) {
	return s.Tables.Rules.Get(ctx, s.Store, req.GetName())
}

// ListReminderRules returns the rules of a municipality or committee.
func (s *Server) ListReminderRules(ctx context.Context, req *notificationv1.ListReminderRulesRequest) (*notificationv1.ListReminderRulesResponse, error) {
	page, next, err := s.Tables.Rules.List(ctx, s.Store, resource.QueryOf(req))
	return &notificationv1.ListReminderRulesResponse{ReminderRules: page, NextPageToken: next}, err
}

// CreateReminderRule stores a new rule.
func (s *Server) CreateReminderRule(ctx context.Context, req *notificationv1.CreateReminderRuleRequest) (*notificationv1.ReminderRule, error) {
	stored, err := resource.Create(ctx, s.Store, s.Tables.Rules, resource.Creation[*notificationv1.ReminderRule]{
		Parent: req.GetParent(), ID: req.GetReminderRuleId(), Message: req.GetReminderRule(), RequestID: req.GetRequestId(),
		Check: func(ctx context.Context, tx *resource.Tx, r *notificationv1.ReminderRule) error {
			if err := s.checkRule(ctx, tx, r); err != nil {
				return err
			}
			return s.confirm(ctx, tx, r, req.GetConfirmedMails())
		},
	})
	if err != nil {
		return nil, overlapping(err)
	}
	s.Wake(req.GetParent())
	return stored, nil
}

// triedID stands for the id of a rule that is not stored: no id begins with a hyphen.
const triedID = "-new"

// UpdateReminderRule changes the fields in the mask.
func (s *Server) UpdateReminderRule(ctx context.Context, req *notificationv1.UpdateReminderRuleRequest) (*notificationv1.ReminderRule, error) {
	var changed bool
	stored, err := resource.Update(ctx, s.Store, s.Tables.Rules, resource.Change[*notificationv1.ReminderRule]{
		Message: req.GetReminderRule(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(ctx context.Context, tx *resource.Tx, before, after *notificationv1.ReminderRule) error {
			if err := s.checkRule(ctx, tx, after); err != nil {
				return err
			}
			if changed = saysOtherwise(before, after); !changed {
				return nil
			}
			return s.confirm(ctx, tx, after, req.GetConfirmedMails())
		},
	})
	if err != nil {
		return nil, overlapping(err)
	}
	if changed {
		s.Wake(resource.Parent(stored.GetName()))
	}
	return stored, nil
}

// saysOtherwise reports whether a change of a rule changes what is sent.
func saysOtherwise(before, after *notificationv1.ReminderRule) bool {
	a, b := proto.CloneOf(before), proto.CloneOf(after)
	for _, r := range []*notificationv1.ReminderRule{a, b} {
		r.Title, r.Etag, r.CreateTime, r.UpdateTime = "", "", nil, nil
	}
	return !proto.Equal(a, b)
}

// DeleteReminderRule takes a rule away.
func (s *Server) DeleteReminderRule(ctx context.Context, req *notificationv1.DeleteReminderRuleRequest) (*emptypb.Empty, error) {
	err := resource.Delete(ctx, s.Store, s.Tables.Rules, resource.Removal[*notificationv1.ReminderRule]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason()})
	if err != nil {
		return nil, err
	}
	s.Wake(resource.Parent(req.GetName()))
	return &emptypb.Empty{}, nil
}

// checkRule finds what is wrong with a rule, and whether another is for the same kind and role in its place.
func (s *Server) checkRule(ctx context.Context, r resource.Reader, given *notificationv1.ReminderRule) error {
	rule := facts.Rule(given)
	faults := rule.Check()
	others, err := s.Tables.Rules.ListAll(ctx, r, resource.Query{Parent: resource.Parent(given.GetName())})
	if err != nil {
		return err
	}
	if other, overlaps := notice.Overlap(facts.Rules(others), rule); overlaps {
		faults = append(faults, notice.OverlapFault(titleOf(others, other.Name)))
	}
	return refuse(faults)
}

func titleOf(rules []*notificationv1.ReminderRule, name string) string {
	for _, r := range rules {
		if r.GetName() == name {
			return r.GetTitle()
		}
	}
	return ""
}

// overlapping turns a rule that came in between into the fault that the check would have found.
func overlapping(err error) error {
	var v *sqldb.Violation
	if errors.As(err, &v) && v.Constraint == sqlstore.RulesSubject {
		return refuse([]fault.Field{notice.OverlapFault("")})
	}
	return err
}

// confirm refuses a rule that would send more mails than anybody expects, unless the caller has said yes to the number. It
// reads through the transaction: one that waited for a second connection could wait for ever.
func (s *Server) confirm(ctx context.Context, tx *resource.Tx, rule *notificationv1.ReminderRule, confirmed int32) error {
	if rule.GetDisabled() {
		return nil
	}
	k, err := s.knownIn(ctx, tx, resource.Parent(rule.GetName()), toldOf)
	if err != nil {
		return err
	}
	mails, _ := k.with(rule).mails(s.now().Add(askedDays*24*time.Hour), func(r notice.Reminder) bool { return r.Rule == rule.GetName() })
	if len(mails) <= max(mostUnasked, int(confirmed)) {
		return nil
	}
	f := fault.State("CONFIRMATION_NEEDED",
		fmt.Sprintf("Regeln skulle skicka %d mejl de närmaste %d dagarna. Titta på förhandsvisningen och bekräfta om det är meningen.", len(mails), askedDays),
		fmt.Sprintf("the rule would send %d mails in %d days; confirm the number", len(mails), askedDays))
	f.Facts = map[string]string{"mails": strconv.Itoa(len(mails))}
	return f
}
