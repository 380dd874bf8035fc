package rpc

import (
	"context"
	"fmt"
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
	found, next, err := s.tables.Cases.List(ctx, s.store, resource.QueryOf(req, resource.Equal("round", req.GetRound())))
	return &reportv1.ListCasesResponse{Cases: found, NextPageToken: next}, err
}

// CreateCase stores a new case.
func (s *Server) CreateCase(ctx context.Context, req *reportv1.CreateCaseRequest) (*reportv1.Case, error) {
	if err := s.checkRound(ctx, req.GetParent(), req.GetCase().GetRound()); err != nil {
		return nil, err
	}
	if err := s.checkPlan(ctx, req.GetParent(), req.GetCase().GetPlan()); err != nil {
		return nil, err
	}
	return resource.Create(ctx, s.store, s.tables.Cases, resource.Creation[*reportv1.Case]{
		Parent: req.GetParent(), ID: req.GetCaseId(), Message: req.GetCase(), RequestID: req.GetRequestId(),
		Check: s.caseRules,
	})
}

// UpdateCase changes the fields in the mask.
func (s *Server) UpdateCase(ctx context.Context, req *reportv1.UpdateCaseRequest) (*reportv1.Case, error) {
	paths, committee := req.GetUpdateMask().GetPaths(), resource.Parent(req.GetCase().GetName())
	if len(paths) == 0 || slices.Contains(paths, "round") {
		if err := s.checkRound(ctx, committee, req.GetCase().GetRound()); err != nil {
			return nil, err
		}
	}
	if len(paths) == 0 || slices.Contains(paths, "plan") {
		if err := s.checkPlan(ctx, committee, req.GetCase().GetPlan()); err != nil {
			return nil, err
		}
	}
	return resource.Update(ctx, s.store, s.tables.Cases, resource.Change[*reportv1.Case]{
		Message: req.GetCase(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(ctx context.Context, tx *resource.Tx, _, after *reportv1.Case) error {
			return s.caseRules(ctx, tx, after)
		},
	})
}

// caseRules refuses a case that breaks the rules.
func (s *Server) caseRules(ctx context.Context, tx *resource.Tx, c *reportv1.Case) error {
	keys, err := s.templateKeys(ctx, tx, municipalityOf(c.GetName()))
	if err != nil {
		return err
	}
	return fault.Fields(under("case", checkCase(c, keys))...)
}

// municipalityOf returns the municipality that a resource lies in.
func municipalityOf(name string) string { return "municipalities/" + resource.Tenant(name) }

// checkCase asks the rules.
func checkCase(c *reportv1.Case, templateKeys []string) []fault.Field {
	input := report.CaseInput{Committee: resource.Parent(c.GetName()), Round: c.GetRound(), Plan: c.GetPlan(), TemplateKeys: templateKeys,
		Days: []report.Day{{Path: "meeting_date", Date: c.GetMeetingDate()}, {Path: "memorandum_date", Date: c.GetMemorandumDate()}}}
	for i, b := range c.GetBasis() {
		input.Days = append(input.Days, report.Day{Path: fmt.Sprintf("basis[%d].date", i), Date: b.GetDate()})
	}
	for _, text := range c.GetTexts() {
		input.TextKeys = append(input.TextKeys, text.GetKey())
	}
	return report.CheckCase(input)
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

// checkPlan asks the owner of plans whether one exists that the caller may see.
func (s *Server) checkPlan(ctx context.Context, committee, plan string) error {
	if plan == "" {
		return nil
	}
	if !report.Below(plan, committee, "plans") {
		return fault.Fields(under("case", []fault.Field{report.Elsewhere("plan", "Planen")})...)
	}
	_, err := s.risk.GetPlan(ctx, &riskv1.GetPlanRequest{Name: plan})
	if f := rpcerr.FromStatus(err); f != nil && f.Kind == fault.NotFound {
		return fault.Fields(fault.Field{Path: "case.plan", Reason: "NOT_FOUND",
			Swedish: "Planen finns inte. Välj en annan.", English: plan + " does not exist"})
	}
	return err
}

// checkImport holds an import to the rules of the standard methods.
func (s *Server) checkImport(ctx context.Context, i *transfer.Import) error {
	keys, err := s.templateKeys(ctx, i.Tx, municipalityOf(i.Parent))
	if err != nil {
		return err
	}
	for _, item := range i.Items {
		var faults []fault.Field
		switch m := item.Message.(type) {
		case *reportv1.Case:
			faults = checkCase(m, keys)
		case *reportv1.Template:
			faults = checkTemplate(m)
		}
		for _, f := range faults {
			i.Fault(item, f)
		}
	}
	return nil
}
