package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// findCase finds the case: the named one, else that of the round, else for a kind that is about a case the one that reports
// the plan's year.
func (s *Server) findCase(ctx context.Context, r resource.Reader, q query, src *source) error {
	spec, err := report.Lookup(q.kind)
	switch {
	case err != nil:
		return err
	case q.kase != "":
		src.kase, err = s.tables.Cases.Get(ctx, r, q.kase)
	case src.round != nil:
		src.kase, err = s.caseOf(ctx, r, q.parent, src.round.GetName())
	case spec.NeedsCase && q.round == "":
		err = s.chooseCase(ctx, r, q, src)
	}
	if err == nil && spec.NeedsCase && src.kase == nil {
		return noCase(q)
	}
	return err
}

// chooseCase takes the case that reports the latest yearly round of the plan, else the latest other round, else the plan.
func (s *Server) chooseCase(ctx context.Context, r resource.Reader, q query, src *source) error {
	all, err := s.tables.Cases.All(ctx, r, q.parent)
	if err != nil {
		return err
	}
	best := unrelated
	for _, c := range all {
		round := roundNamed(src.rounds, c.GetRound())
		near := rankOf(c, round, q.plan)
		if near > unrelated && (near > best || near == best && c.GetMeetingDate() >= src.kase.GetMeetingDate()) {
			best, src.kase, src.round = near, c, round
		}
	}
	return nil
}

// rank tells how near a case is to being the one about a plan's year.
type rank int

// The ranks, the nearest last.
const (
	unrelated rank = iota
	aboutPlan
	aboutRound
	aboutYear
)

func rankOf(c *reportv1.Case, round *riskv1.Round, plan string) rank {
	switch {
	case round.GetKind() == riskv1.RoundKind_ROUND_KIND_YEARLY:
		return aboutYear
	case round != nil:
		return aboutRound
	case c.GetPlan() == plan:
		return aboutPlan
	}
	return unrelated
}

func roundNamed(rounds []*riskv1.Round, name string) *riskv1.Round {
	for _, r := range rounds {
		if r.GetName() == name && name != "" {
			return r
		}
	}
	return nil
}

func noCase(q query) error {
	return fault.State("INCOMPLETE", "Det finns inget ärende att skriva om. Skapa ett ärende för uppföljningen eller planen först.",
		"no case is about the plan or the round", fault.Field{Path: q.plan, Reason: "INCOMPLETE",
			Swedish: "Ett ärende saknas.", English: "a case is missing"})
}
