package rpc

import (
	"context"
	"errors"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// GetResult returns one result as the caller may see it.
func (s *Server) GetResult(ctx context.Context, req *controlv1.GetResultRequest) (*controlv1.Result, error) {
	r, err := s.tables.Results.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	v, err := s.shownTo(ctx, req.GetName())
	if err != nil {
		return nil, err
	}
	if !v.round(resource.Parent(req.GetName())) {
		return nil, fault.Missing(req.GetName())
	}
	return r, nil
}

// ListResults returns the results of a round, or with the round "-" of every round, as the caller may see them.
func (s *Server) ListResults(ctx context.Context, req *controlv1.ListResultsRequest) (*controlv1.ListResultsResponse, error) {
	where := []resource.Filter{resource.Equal("subject", req.GetSubject())}
	v, err := s.shownTo(ctx, req.GetParent())
	if err != nil {
		return nil, err
	}
	if v != nil {
		var rounds []string
		for name := range v.rounds {
			rounds = append(rounds, name)
		}
		if len(rounds) == 0 {
			return &controlv1.ListResultsResponse{}, nil
		}
		slices.Sort(rounds)
		where = append(where, resource.Filter{Column: "parent", In: rounds})
	}
	page, next, err := s.tables.Results.List(ctx, s.store, resource.QueryOf(req, where...))
	return &controlv1.ListResultsResponse{Results: page, NextPageToken: next}, err
}

// CreateResult stores a new result of an open round.
func (s *Server) CreateResult(ctx context.Context, req *controlv1.CreateResultRequest) (*controlv1.Result, error) {
	if err := resource.RefuseWildcard(req.GetParent()); err != nil {
		return nil, err
	}
	subject, err := s.writing(ctx, req.GetParent(), req.GetResult().GetSubject(), "parent")
	if err != nil {
		return nil, err
	}
	known, err := s.unitsOf(ctx, committee(req.GetParent()), unitsIn(req.GetResult().GetSamples()), nil)
	if err != nil {
		return nil, err
	}
	stored, err := resource.Create(ctx, s.store, s.tables.Results, resource.Creation[*controlv1.Result]{
		Parent: req.GetParent(), ID: req.GetResultId(), Message: req.GetResult(), RequestID: req.GetRequestId(), Request: proto.CloneOf(req),
		Check: func(ctx context.Context, tx *resource.Tx, r *controlv1.Result) error {
			r.ProposedActions = nil
			if r.GetPosition() == 0 {
				r.Position = subject.GetPosition()
			}
			return s.writeResult(ctx, tx, r, subject, known, req.GetProposal())
		},
	})
	s.wake()
	return stored, sameSubject(err)
}

// writing asks the register about the subject of a result and refuses a caller who may not write it, and a closed round.
func (s *Server) writing(ctx context.Context, round, name, path string) (*riskv1.ControlSubject, error) {
	subject, err := s.subject(ctx, round, name)
	if err != nil {
		return nil, err
	}
	if err := resultWriter(ctx, round).mayWrite(ownersOf(subject)...); err != nil {
		return nil, err
	}
	return subject, writable(subject, path)
}

// UpdateResult changes the fields in the mask of a result of an open round. What it is about stays.
func (s *Server) UpdateResult(ctx context.Context, req *controlv1.UpdateResultRequest) (*controlv1.Result, error) {
	name := req.GetResult().GetName()
	before, err := s.tables.Results.Get(ctx, s.store, name)
	if err != nil {
		return nil, err
	}
	subject, err := s.writing(ctx, resource.Parent(name), before.GetSubject(), "result.name")
	if err != nil {
		return nil, err
	}
	known, err := s.unitsOf(ctx, committee(name), unitsIn(req.GetResult().GetSamples()), unitsIn(before.GetSamples()))
	if err != nil {
		return nil, err
	}
	stored, err := resource.Update(ctx, s.store, s.tables.Results, resource.Change[*controlv1.Result]{
		Message: req.GetResult(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Keep: []string{"subject", "computed_fulfilment", "deviates", "proposed_actions"},
		Check: func(ctx context.Context, tx *resource.Tx, was, after *controlv1.Result) error {
			return s.writeResult(ctx, tx, after, subject, known.also(unitsIn(was.GetSamples())...), req.GetProposal())
		},
	})
	s.wake()
	return stored, err
}

// writeResult computes what follows from the indicators, applies the rules and puts the proposal of a result that deviates
// into the outbox.
func (s *Server) writeResult(ctx context.Context, tx *resource.Tx, r *controlv1.Result, subject *riskv1.ControlSubject, known units, p *controlv1.ActionProposal) error {
	f, err := s.find(ctx, tx, committee(r.GetName()), []string{r.GetSubject()}, change{})
	if err != nil {
		return err
	}
	grades := gradesOf(subject)
	faults := slices.Concat(f.settle(r, grades).Check(grades), checkNames(r), known.checkSamples(r))
	twice, err := s.checkOnce(ctx, tx, r)
	if err != nil {
		return err
	}
	wrong := fieldsOf(refuse("result", append(faults, twice...)))
	if wrong = append(wrong, checkProposal(p, municipality(r.GetName()))...); len(wrong) > 0 {
		return fault.Fields(wrong...)
	}
	if r.GetReportedBy() == "" && r.GetReportedRole() == "" {
		r.ReportedBy = personOf(ctx)
	}
	return s.propose(ctx, tx, r, subject, p)
}

// fieldsOf returns the fields of a fault.
func fieldsOf(err error) []fault.Field {
	if f := fault.As(err); f != nil {
		return f.Fields
	}
	return nil
}

// checkNames finds names in a result that are no people of the municipality or units of the committee.
func checkNames(r *controlv1.Result) []fault.Field {
	home := municipality(r.GetName())
	var faults []fault.Field
	if by := r.GetReportedBy(); by != "" && !strings.HasPrefix(by, home+"/people/") {
		faults = append(faults, field("reported_by", "PERSON_NAME",
			"”"+by+"” är ingen person i kommunen. Välj en ur listan eller lämna fältet tomt.", by+" is no person of the municipality"))
	}
	for i, sample := range r.GetSamples() {
		if unit := sample.GetUnit(); unit != "" && !isUnit(unit, committee(r.GetName())) {
			faults = append(faults, control.UnknownUnit(at("samples", i)+".unit", unit))
		}
	}
	return faults
}

// checkOnce finds another result of the same round and subject.
func (s *Server) checkOnce(ctx context.Context, tx *resource.Tx, r *controlv1.Result) ([]fault.Field, error) {
	same, _, err := s.tables.Results.List(ctx, tx, resource.Query{Parent: resource.Parent(r.GetName()), PageSize: 2,
		Where: []resource.Filter{resource.Equal("subject", r.GetSubject())}})
	for _, other := range same {
		if other.GetName() != r.GetName() {
			return []fault.Field{takenSubject(other.GetName())}, nil
		}
	}
	return nil, err
}

// takenSubject is the fault of a second result of the same.
func takenSubject(by string) fault.Field {
	return field("subject", "DUPLICATE",
		"Uppföljningen har redan ett resultat för det som kontrollerats. Ändra det i stället.", "the subject has a result in "+by)
}

// sameSubject turns the violation of the constraint that backs checkOnce into a fault of the field.
func sameSubject(err error) error {
	var violation *sqldb.Violation
	if errors.As(err, &violation) && violation.Constraint == sqlstore.ResultsSubject {
		return refuse("result", []fault.Field{takenSubject("the same round")})
	}
	return err
}
