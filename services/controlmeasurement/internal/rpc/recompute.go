package rpc

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

const (
	// attempts is how often a write is begun anew when a result came into being between asking and writing.
	attempts = 3
	// calls is how many calls to the register run at once.
	calls = 8
)

// facts are what the register says of the subjects of results, by the result's name; nil for a result that stays as it is,
// because its round is closed or its subject is no longer there.
type facts map[string]*riskv1.ControlSubject

// errUnasked says that a transaction found a result whose subject was not asked about.
var errUnasked = errors.New("a result came into being meanwhile")

// recomputing asks the register about the results of some subjects whose plan's year is not before one, and calls write
// with what it learnt. A result that came into being meanwhile makes it ask again.
func (s *Server) recomputing(ctx context.Context, parent string, subjects []string, year int, write func(facts) error) error {
	for range attempts {
		known, err := s.ask(ctx, parent, subjects, year)
		if err != nil {
			return err
		}
		if err := write(known); !errors.Is(err, errUnasked) {
			return err
		}
	}
	return &fault.Error{Kind: fault.Conflict, Reason: "SOURCES_MOVED",
		Swedish: "Resultat ändrades samtidigt. Försök igen.", English: "results changed meanwhile"}
}

// ask asks the register about the results that a change touches: which rounds are open, and the subject of each result in
// them. Without such results it asks nothing.
func (s *Server) ask(ctx context.Context, parent string, subjects []string, year int) (facts, error) {
	results, err := s.touched(ctx, s.store, parent, subjects, year)
	if err != nil || len(results) == 0 {
		return nil, err
	}
	open, err := s.rounds(ctx, parent, riskv1.RoundState_ROUND_STATE_OPEN)
	if err != nil {
		return nil, err
	}
	isOpen := make(map[string]bool, len(open))
	for _, r := range open {
		isOpen[r.GetName()] = true
	}
	known := facts{}
	var asked []*controlv1.Result
	for _, r := range results {
		known[r.GetName()] = nil
		if isOpen[resource.Parent(r.GetName())] {
			asked = append(asked, r)
		}
	}
	return known, s.askEach(ctx, asked, known)
}

// askEach asks about the subject of each result. One that the register no longer takes leaves the result as it is.
func (s *Server) askEach(ctx context.Context, results []*controlv1.Result, known facts) error {
	var mu sync.Mutex
	asking, ctx := errgroup.WithContext(ctx)
	asking.SetLimit(calls)
	for _, r := range results {
		asking.Go(func() error {
			req := &riskv1.GetControlSubjectRequest{Round: resource.Parent(r.GetName()), Subject: r.GetSubject()}
			subject, err := s.risk.GetControlSubject(ctx, req)
			if f := rpcerr.FromStatus(err); f != nil {
				if f.Kind == fault.NotFound || f.Kind == fault.Precondition {
					return nil
				}
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			known[r.GetName()] = subject
			return nil
		})
	}
	return asking.Wait()
}

// touched returns the stored results of some subjects whose plan's year is not before one.
func (s *Server) touched(ctx context.Context, r resource.Reader, parent string, subjects []string, year int) ([]*controlv1.Result, error) {
	subjects = slices.DeleteFunc(slices.Clone(subjects), func(subject string) bool { return planYear(sqlstore.PlanOf(subject)) < year })
	if len(subjects) == 0 {
		return nil, nil
	}
	return s.tables.Results.ListAll(ctx, r, resource.Query{Parent: parent + "/rounds/-",
		Where: []resource.Filter{{Column: "subject", In: subjects}}})
}

// recompute stages, in the transaction of a change, the results of open rounds that it touches. A result that then deviates
// for the first time proposes its action.
func (s *Server) recompute(ctx context.Context, tx *resource.Tx, parent string, subjects []string, year int, known facts, c change) error {
	results, err := s.touched(ctx, tx, parent, subjects, year)
	if err != nil || len(results) == 0 {
		return err
	}
	f, err := s.find(ctx, tx, parent, subjects, c)
	if err != nil {
		return err
	}
	for _, r := range results {
		subject, asked := known[r.GetName()]
		if !asked {
			return errUnasked
		}
		if subject == nil || writable(subject, "") != nil {
			continue
		}
		f.settle(r, gradesOf(subject))
		if err := s.propose(ctx, tx, r, subject, nil); err != nil {
			return err
		}
		if err := s.tables.Results.Put(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}
