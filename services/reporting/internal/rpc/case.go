package rpc

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/transfer"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// GetCase returns one case.
func (s *Server) GetCase(ctx context.Context, req *reportv1.GetCaseRequest) (*reportv1.Case, error) {
	return s.tables.Cases.Get(ctx, s.store, req.GetName())
}

// ListCases returns the cases of one committee.
func (s *Server) ListCases(ctx context.Context, req *reportv1.ListCasesRequest) (*reportv1.ListCasesResponse, error) {
	found, next, err := s.tables.Cases.List(ctx, s.store, resource.Query{Parent: req.GetParent(), PageSize: req.GetPageSize(),
		PageToken: req.GetPageToken(), Where: []resource.Filter{resource.Equal("round", req.GetRound())}})
	return &reportv1.ListCasesResponse{Cases: found, NextPageToken: next}, err
}

// CreateCase stores a new case.
func (s *Server) CreateCase(ctx context.Context, req *reportv1.CreateCaseRequest) (*reportv1.Case, error) {
	if err := s.checkRound(ctx, req.GetParent(), req.GetCase().GetRound()); err != nil {
		return nil, err
	}
	return resource.Create(ctx, s.store, s.tables.Cases, resource.Creation[*reportv1.Case]{
		Parent: req.GetParent(), ID: req.GetCaseId(), Message: req.GetCase(), RequestID: req.GetRequestId(),
		Check: func(_ context.Context, _ *resource.Tx, c *reportv1.Case) error {
			return fault.Fields(under("case", checkCase(c))...)
		},
	})
}

// UpdateCase changes the fields in the mask.
func (s *Server) UpdateCase(ctx context.Context, req *reportv1.UpdateCaseRequest) (*reportv1.Case, error) {
	if paths := req.GetUpdateMask().GetPaths(); len(paths) == 0 || slices.Contains(paths, "round") {
		if err := s.checkRound(ctx, resource.Parent(req.GetCase().GetName()), req.GetCase().GetRound()); err != nil {
			return nil, err
		}
	}
	return resource.Update(ctx, s.store, s.tables.Cases, resource.Change[*reportv1.Case]{
		Message: req.GetCase(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(_ context.Context, _ *resource.Tx, _, after *reportv1.Case) error {
			return fault.Fields(under("case", checkCase(after))...)
		},
	})
}

// checkCase asks the rules.
func checkCase(c *reportv1.Case) []fault.Field {
	keys := make([]string, len(c.GetTexts()))
	for i, text := range c.GetTexts() {
		keys[i] = text.GetKey()
	}
	return report.CheckCase(resource.Parent(c.GetName()), c.GetMeetingDate(), c.GetRound(), keys)
}

// checkRound asks the owner of rounds whether one exists that the caller may see. It comes before the write, which calls
// no other service.
func (s *Server) checkRound(ctx context.Context, committee, round string) error {
	if round == "" {
		return nil
	}
	if !report.Below(round, committee, "rounds") {
		return fault.Fields(under("case", []fault.Field{report.Elsewhere("round", "Uppföljningen")})...)
	}
	_, err := s.risk.GetRound(ctx, &riskv1.GetRoundRequest{Name: round})
	if f := rpcerr.FromStatus(err); f != nil && f.Kind == fault.NotFound {
		return fault.Fields(fault.Field{Path: "case.round", Reason: "NOT_FOUND",
			Swedish: "Uppföljningen finns inte. Välj en annan.", English: round + " does not exist"})
	}
	return err
}

// checkImport holds an import to the rules of the standard methods.
func (s *Server) checkImport(_ context.Context, i *transfer.Import) error {
	for _, item := range i.Items {
		c, ok := item.Message.(*reportv1.Case)
		if !ok {
			continue
		}
		for _, f := range checkCase(c) {
			i.Fault(item, f)
		}
	}
	return nil
}
