package rpc

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// writesCommon reports whether a caller may write the common items there, and so sees their drafts.
func writesCommon(id *authn.Identity, name string) bool {
	return authz.Can(id, authzv1.Permission_PERMISSION_COMMON_ITEM_WRITE, name)
}

// seesCommonDrafts is writesCommon for the caller of the context.
func seesCommonDrafts(ctx context.Context, name string) bool {
	id, ok := authn.From(ctx)
	return ok && writesCommon(id, name)
}

// GetCommonItem returns one common item; to who may not write it a draft does not exist.
func (s *Server) GetCommonItem(ctx context.Context, req *riskv1.GetCommonItemRequest) (*riskv1.CommonItem, error) {
	c, err := s.tables.CommonItems.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	if commonStateOf(c.GetState()) == risk.CommonDraft && !seesCommonDrafts(ctx, c.GetName()) {
		return nil, fault.Missing(c.GetName())
	}
	return c, nil
}

// ListCommonItems returns the common items of a municipality, without drafts for who may not write them.
func (s *Server) ListCommonItems(ctx context.Context, req *riskv1.ListCommonItemsRequest) (*riskv1.ListCommonItemsResponse, error) {
	state := resource.Equal("state", sqlstore.CommonStateWord(req.GetState()))
	if !seesCommonDrafts(ctx, req.GetParent()) {
		switch req.GetState() {
		case riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT:
			return &riskv1.ListCommonItemsResponse{}, nil
		case riskv1.CommonItemState_COMMON_ITEM_STATE_UNSPECIFIED:
			state.In = []string{sqlstore.CommonStateWord(commonStateTo(risk.CommonDecided)), sqlstore.CommonStateWord(commonStateTo(risk.CommonWithdrawn))}
		default: // decided and withdrawn items are everybody's
		}
	}
	year := resource.Equal("year", sqlstore.YearWord(req.GetYear()))
	items, next, err := s.tables.CommonItems.List(ctx, s.store, resource.QueryOf(req, year, state))
	return &riskv1.ListCommonItemsResponse{CommonItems: items, NextPageToken: next}, err
}

// CreateCommonItem stores the draft of a new common item.
func (s *Server) CreateCommonItem(ctx context.Context, req *riskv1.CreateCommonItemRequest) (*riskv1.CommonItem, error) {
	return resource.Create(ctx, s.store, s.tables.CommonItems, resource.Creation[*riskv1.CommonItem]{
		Parent: req.GetParent(), ID: req.GetCommonItemId(), Message: req.GetCommonItem(), RequestID: req.GetRequestId(),
		Check: func(_ context.Context, _ *resource.Tx, c *riskv1.CommonItem) error {
			c.State, c.Decision, c.WithdrawReason = commonStateTo(risk.CommonDraft), nil, ""
			return refuse("common_item", checkCommonItem(c), nil)
		},
	})
}

// UpdateCommonItem changes the fields in the mask of a draft.
func (s *Server) UpdateCommonItem(ctx context.Context, req *riskv1.UpdateCommonItemRequest) (*riskv1.CommonItem, error) {
	return resource.Update(ctx, s.store, s.tables.CommonItems, resource.Change[*riskv1.CommonItem]{
		Message: req.GetCommonItem(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Keep: []string{"state", "decision", "withdraw_reason"},
		Check: func(_ context.Context, _ *resource.Tx, before, after *riskv1.CommonItem) error {
			if err := commonItemOf(before).Writable(); err != nil {
				return err
			}
			return refuse("common_item", checkCommonItem(after), nil)
		},
	})
}

// checkCommonItem checks what a common item refers to. The directory owns the committees, so only their names are checked.
func checkCommonItem(c *riskv1.CommonItem) []fault.Field {
	return risk.CheckCommittees(municipality(c.GetName()), c.GetCommittees())
}

// DeleteCommonItem takes a draft away.
func (s *Server) DeleteCommonItem(ctx context.Context, req *riskv1.DeleteCommonItemRequest) (*emptypb.Empty, error) {
	err := resource.Delete(ctx, s.store, s.tables.CommonItems, resource.Removal[*riskv1.CommonItem]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(),
		Check: func(_ context.Context, _ *resource.Tx, c *riskv1.CommonItem) error { return commonItemOf(c).Writable() },
	})
	return &emptypb.Empty{}, err
}

// DecideCommonItem registers the executive committee's decision.
func (s *Server) DecideCommonItem(ctx context.Context, req *riskv1.DecideCommonItemRequest) (*riskv1.CommonItem, error) {
	if err := refuse("decision", decisionOf(req.GetDecision()).Check(), nil); err != nil {
		return nil, err
	}
	return resource.Modify(ctx, s.store, s.tables.CommonItems, resource.Modification[*riskv1.CommonItem]{
		Name: req.GetName(), Etag: req.GetEtag(),
		Apply: func(_ context.Context, _ *resource.Tx, c *riskv1.CommonItem) error {
			next, err := commonItemOf(c).Decide()
			c.State, c.Decision = commonStateTo(next), proto.CloneOf(req.GetDecision())
			return err
		},
	})
}

// WithdrawCommonItem takes a decided item back.
func (s *Server) WithdrawCommonItem(ctx context.Context, req *riskv1.WithdrawCommonItemRequest) (*riskv1.CommonItem, error) {
	return resource.Modify(ctx, s.store, s.tables.CommonItems, resource.Modification[*riskv1.CommonItem]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(),
		Apply: func(_ context.Context, _ *resource.Tx, c *riskv1.CommonItem) error {
			next, err := commonItemOf(c).Withdraw()
			c.State, c.WithdrawReason = commonStateTo(next), req.GetReason()
			return err
		},
	})
}

// AddCommonItems gives a draft the control points of the common items that it lacks.
func (s *Server) AddCommonItems(ctx context.Context, req *riskv1.AddCommonItemsRequest) (*riskv1.AddCommonItemsResponse, error) {
	if err := planWriter(ctx, req.GetName()).MayWriteAll(); err != nil {
		return nil, err
	}
	var added []string
	_, err := resource.Modify(ctx, s.store, s.tables.Plans, resource.Modification[*riskv1.Plan]{
		Name: req.GetName(),
		Apply: func(ctx context.Context, tx *resource.Tx, p *riskv1.Plan) error {
			err := stateOf(p.GetState()).Writable()
			if err == nil {
				added, err = s.addCommon(ctx, tx, p.GetName())
			}
			return err
		},
	})
	answer := &riskv1.AddCommonItemsResponse{}
	for i := 0; i < len(added) && err == nil; i++ {
		var p *riskv1.ControlPoint
		p, err = s.tables.ControlPoints.Get(ctx, s.store, added[i])
		answer.ControlPoints = append(answer.ControlPoints, p)
	}
	return answer, err
}

// addCommon stages a control point for each common item that a plan lacks, after its other points, and returns their
// names.
func (s *Server) addCommon(ctx context.Context, tx *resource.Tx, plan string) ([]string, error) {
	items, err := s.commonItems(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	points, err := s.tables.ControlPoints.All(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	position := int32(0)
	for _, p := range points {
		position = max(position, p.GetPosition())
	}
	var added []string
	for i, c := range risk.Lacking(items, committee(plan), planYear(plan), each(points, pointOf)) {
		name, err := s.instanceName(ctx, tx, plan, c.Name)
		if err != nil {
			return nil, err
		}
		if err := s.tables.ControlPoints.Insert(ctx, tx, instanceOf(c, name, position+int32(i)+1)); err != nil {
			return nil, err
		}
		added = append(added, name)
	}
	return added, nil
}

// commonItems returns the common items of the municipality that a name lies in, in order of name.
func (s *Server) commonItems(ctx context.Context, r resource.Reader, name string) ([]risk.CommonItem, error) {
	items, err := s.tables.CommonItems.All(ctx, r, municipality(name))
	return each(items, commonItemOf), err
}

// instanceName returns the name of the control point that carries an item out in a plan: the item's own id after
// "common-", with a number when a point of the committee's own has it already.
func (s *Server) instanceName(ctx context.Context, r resource.Reader, plan, item string) (string, error) {
	const room = 58 // of 63 characters, the rest is for the number
	base := "common-" + resource.ID(item)
	base = strings.TrimRight(base[:min(len(base), room)], "-")
	name := resource.Join(plan, "controlPoints", base)
	for n := 2; ; n++ {
		taken, err := s.tables.ControlPoints.Exists(ctx, r, name)
		if err != nil || !taken {
			return name, err
		}
		name = resource.Join(plan, "controlPoints", fmt.Sprintf("%s-%d", base, n))
	}
}

// checkInstance finds what a control point says otherwise than the common item that it carries out.
func (s *Server) checkInstance(ctx context.Context, r resource.Reader, p *riskv1.ControlPoint) ([]fault.Field, error) {
	if p.GetCommonItem() == "" {
		return nil, nil
	}
	c, err := s.tables.CommonItems.Get(ctx, r, p.GetCommonItem())
	return commonItemOf(c).Differences(statedOf(p)), err
}

// pointUnused refuses to take away a control point that stays: one that was moved, and one that carries out a common item
// in force.
func (s *Server) pointUnused(ctx context.Context, tx *resource.Tx, p *riskv1.ControlPoint) error {
	if err := pointOf(p).Writable(); err != nil || p.GetCommonItem() == "" {
		return err
	}
	c, err := s.tables.CommonItems.Get(ctx, tx, p.GetCommonItem())
	if err != nil || commonStateOf(c.GetState()) == risk.CommonWithdrawn {
		return err
	}
	return fault.State("IN_USE", "Granskningen är beslutad av kommunstyrelsen för alla nämnder och kan inte tas bort ur planen.",
		"the control point carries out "+c.GetName()+", which is in force")
}

// hiddenChanges picks what a stream leaves out: drafts of common items, also deleted ones, for who may not write them, and
// proposed actions for who may not see drafts.
func (s *Server) hiddenChanges(ctx context.Context, caller *authn.Identity, names []string) (map[string]bool, error) {
	hidden := map[string]bool{}
	for _, name := range names {
		_, known := hidden[name]
		if hides, err := s.hidesAction(ctx, caller, name); err != nil || hides {
			if err != nil {
				return nil, err
			}
			hidden[name] = true
			continue
		}
		if known || !s.tables.CommonItems.Matches(name) || writesCommon(caller, name) {
			continue
		}
		c, err := s.tables.CommonItems.Get(ctx, s.store, name)
		if err != nil && !missing(err) {
			return nil, err
		}
		hidden[name] = err != nil || commonStateOf(c.GetState()) == risk.CommonDraft
	}
	return hidden, nil
}
