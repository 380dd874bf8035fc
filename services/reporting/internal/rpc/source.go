package rpc

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// query says what a document is about. What is empty follows from the rest.
type query struct {
	// kind tells what is read.
	kind report.Kind
	// parent is the committee; field is put before the paths of faults.
	parent, field     string
	plan, round, kase string
	// template is tried instead of the stored one; nil for none.
	template *reportv1.Template
}

// source is everything a document is made from, as it stood when it was read.
type source struct {
	municipality *directoryv1.Municipality
	committee    *directoryv1.Committee
	snapshot     *riskv1.PlanSnapshot
	// revising is true when a new version of the plan is in work; snapshot is then the decided one.
	revising bool
	// builtInGrades and builtInActionSteps are the risk register's, for a method without its own.
	builtInGrades      []*riskv1.GradeStep
	builtInActionSteps []*riskv1.StatusStep
	// rounds and actions are those of the plan; a kind that reports a round has that one and its follow-ups.
	rounds    []*riskv1.Round
	actions   []*riskv1.Action
	round     *riskv1.Round
	followUps []*riskv1.FollowUp
	// kase is nil when no case belongs to the document.
	kase *reportv1.Case
	// found is what was found about the plan; nil when the plan has nothing to control.
	found *controlv1.GetControlSnapshotResponse
	// units is the committee's organisation, read for a plan with control areas or control points.
	units []*directoryv1.Unit
	// template is the municipality's form of the kind; nil for the built-in one.
	template *reportv1.Template
	// positions say how far the journals of the sources had come.
	positions []*journalv1.JournalPosition
	// committees are others that the plan names.
	committees []*directoryv1.Committee
}

// contents turns what was read into what a document of a kind is made from.
func (s *source) contents(kind report.Kind, title string, date time.Time, state document.State) report.Contents {
	switch kind {
	case report.KindPlan:
		return s.controlPlan(title, date, state)
	case report.KindAnnual:
		annual := s.annual(title, date, state)
		return &annual
	case report.KindMemorandum, report.KindMinutesExtract:
		return s.matter(kind, title, date, state)
	default:
		return s.interim(title, date, state)
	}
}

// same reports whether two readings found the same: the journal positions of the risk register and of control measurement,
// and the states of what the other chains hold besides much that the document does not rest on.
func (s *source) same(o *source) bool {
	return s.committee.GetEtag() == o.committee.GetEtag() && s.municipality.GetEtag() == o.municipality.GetEtag() &&
		s.kase.GetName() == o.kase.GetName() && s.kase.GetEtag() == o.kase.GetEtag() && s.template.GetEtag() == o.template.GetEtag() &&
		slices.EqualFunc(s.units, o.units, func(a, b *directoryv1.Unit) bool { return a.GetName() == b.GetName() && a.GetEtag() == b.GetEtag() }) &&
		slices.EqualFunc(s.others(), o.others(), func(a, b *journalv1.JournalPosition) bool { return proto.Equal(a, b) })
}

// others returns the positions of the other services.
func (s *source) others() []*journalv1.JournalPosition {
	return slices.DeleteFunc(slices.Clone(s.positions), func(p *journalv1.JournalPosition) bool { return p.GetService() == serviceName })
}

// serviceName is this service's in journal positions.
const serviceName = "reporting"

// gather reads everything that a document of a kind about one round is made from, with the caller's rights.
func (s *Server) gather(ctx context.Context, q query) (*source, error) {
	if err := s.resolve(ctx, &q); err != nil {
		return nil, err
	}
	src := &source{}
	calls, calling := errgroup.WithContext(ctx)
	calls.Go(func() (err error) {
		src.municipality, err = s.directory.GetMunicipality(calling, &directoryv1.GetMunicipalityRequest{Name: resource.Parent(q.parent)})
		return err
	})
	calls.Go(func() (err error) {
		src.committee, err = s.directory.GetCommittee(calling, &directoryv1.GetCommitteeRequest{Name: q.parent})
		return err
	})
	calls.Go(func() error { return s.readPlan(calling, q, src) })
	calls.Go(func() (err error) {
		src.template, err = s.readTemplate(calling, q)
		return err
	})
	if err := calls.Wait(); err != nil {
		return nil, err
	}
	if err := s.readCase(ctx, q, src); err != nil {
		return nil, err
	}
	return src, s.readControls(ctx, q, src)
}

// resolve checks that everything named lies in the committee, which is what the caller's rights were checked for, and
// finds the plan where only the round or the case is known.
func (s *Server) resolve(ctx context.Context, q *query) error {
	if err := resource.RefuseWildcard(q.parent); err != nil {
		return err
	}
	if err := q.check(); err != nil {
		return err
	}
	if q.kind == report.KindPlan {
		q.round = ""
		return q.needsPlan()
	}
	if q.kase != "" {
		kase, err := s.tables.Cases.Get(ctx, s.store, q.kase)
		if err != nil {
			return err
		}
		if q.round == "" {
			q.round = kase.GetRound()
		}
		if q.plan == "" {
			q.plan = kase.GetPlan()
		}
	}
	if q.plan != "" || q.round == "" {
		return q.needsPlan()
	}
	round, err := s.risk.GetRound(ctx, &riskv1.GetRoundRequest{Name: q.round})
	if err != nil {
		return err
	}
	if len(round.GetPlans()) == 1 {
		q.plan = round.GetPlans()[0]
	}
	return q.needsPlan()
}

func (q *query) check() error {
	var faults []fault.Field
	for _, f := range []struct{ path, name, collection, what string }{
		{"plan", q.plan, "plans", "Planen"}, {"round", q.round, "rounds", "Uppföljningen"}, {"case", q.kase, "cases", "Ärendet"},
	} {
		if f.name != "" && !report.Below(f.name, q.parent, f.collection) {
			faults = append(faults, report.Elsewhere(q.field+f.path, f.what))
		}
	}
	return fault.Fields(faults...)
}

func (q *query) needsPlan() error {
	if q.plan != "" {
		return nil
	}
	return fault.Fields(fault.Field{Path: q.field + "plan", Reason: "REQUIRED",
		Swedish: "Ange vilken plan dokumentet gäller.", English: "name the plan"})
}

// readPlan takes the snapshot and picks the round.
func (s *Server) readPlan(ctx context.Context, q query, src *source) error {
	answer, err := s.risk.GetPlanSnapshot(ctx, &riskv1.GetPlanSnapshotRequest{Name: q.plan})
	if err != nil {
		return err
	}
	src.positions, src.rounds, src.actions = answer.GetPositions(), answer.GetRounds(), answer.GetActions()
	src.builtInGrades, src.builtInActionSteps = answer.GetBuiltInGrades(), answer.GetBuiltInActionSteps()
	if q.kind == report.KindPlan {
		src.snapshot = answer.GetSnapshot()
		return s.readMoves(ctx, src)
	}
	if src.snapshot, src.revising, err = s.decided(ctx, answer.GetSnapshot()); err != nil {
		return err
	}
	if spec, err := report.Lookup(q.kind); err != nil || spec.NeedsCase {
		src.round = pickRound(answer.GetRounds(), q.round, 0)
		return err
	}
	kind := roundKind(q.kind)
	switch src.round = pickRound(answer.GetRounds(), q.round, kind); {
	case src.round == nil:
		return noRound(q)
	case src.round.GetKind() != kind:
		return fault.Fields(otherKind(q))
	}
	for _, f := range answer.GetFollowUps() {
		if strings.HasPrefix(f.GetName(), src.round.GetName()+"/") && strings.HasPrefix(f.GetRiskEntry(), q.plan+"/") {
			src.followUps = append(src.followUps, f)
		}
	}
	return nil
}

// readMoves names the committees that something of the plan was moved from or to. One that the caller may not see stays
// without its name.
func (s *Server) readMoves(ctx context.Context, src *source) error {
	var names []string
	for _, r := range src.snapshot.GetRisks() {
		names = append(names, r.GetMovedFrom(), r.GetMovedTo())
	}
	for _, c := range src.snapshot.GetControlPoints() {
		names = append(names, c.GetMovedFrom(), c.GetMovedTo())
	}
	seen := map[string]bool{"": true}
	for _, name := range names {
		if name != "" {
			name = resource.Scope(name)
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		c, err := s.directory.GetCommittee(ctx, &directoryv1.GetCommitteeRequest{Name: name})
		if f := rpcerr.FromStatus(err); f != nil && (f.Kind == fault.NotFound || f.Kind == fault.Denied) {
			continue
		}
		if err != nil {
			return err
		}
		src.committees = append(src.committees, c)
	}
	return nil
}

// decided returns what the committee has decided: while a decided plan is being revised, its last decided version. A plan
// that was never decided is returned as it stands. Decided versions never change, so reading one apart is safe.
func (s *Server) decided(ctx context.Context, live *riskv1.PlanSnapshot) (snapshot *riskv1.PlanSnapshot, revising bool, err error) {
	p := live.GetPlan()
	inForce := p.GetState() == riskv1.PlanState_PLAN_STATE_DECIDED || p.GetState() == riskv1.PlanState_PLAN_STATE_CLOSED
	if inForce || p.GetVersion() <= 1 {
		return live, false, nil
	}
	version, err := s.risk.GetPlanVersion(ctx, &riskv1.GetPlanVersionRequest{Name: fmt.Sprintf("%s/versions/%d", p.GetName(), p.GetVersion()-1)})
	return version.GetSnapshot(), true, err
}

// roundKind is the kind of round that documents of a kind report.
func roundKind(kind report.Kind) riskv1.RoundKind {
	if kind == report.KindAnnual {
		return riskv1.RoundKind_ROUND_KIND_YEARLY
	}
	return riskv1.RoundKind_ROUND_KIND_INTERIM
}

// pickRound returns the named round, or the latest of a kind; nil when there is none. A round without a meeting date is
// taken for the latest: its meeting is still to come.
func pickRound(rounds []*riskv1.Round, name string, kind riskv1.RoundKind) *riskv1.Round {
	var latest *riskv1.Round
	for _, r := range rounds {
		if r.GetName() == name {
			return r
		}
		if name != "" || r.GetKind() != kind {
			continue
		}
		if latest == nil || latest.GetMeetingDate() != "" && (r.GetMeetingDate() == "" || r.GetMeetingDate() >= latest.GetMeetingDate()) {
			latest = r
		}
	}
	return latest
}

func otherKind(q query) fault.Field {
	f := fault.Field{Path: q.field + "round", Reason: "OTHER_KIND",
		Swedish: "Uppföljningen är ingen delårsuppföljning. Välj en annan.", English: "the round is not an interim one"}
	if q.kind == report.KindAnnual {
		f.Swedish, f.English = "Uppföljningen är ingen helårsuppföljning. Välj en annan.", "the round is not a yearly one"
	}
	return f
}

func noRound(q query) error {
	if q.round != "" {
		return fault.Fields(fault.Field{Path: q.field + "round", Reason: "OTHER_PLAN",
			Swedish: "Uppföljningen finns inte, eller så gäller den en annan plan.", English: "no such round of this plan"})
	}
	what, kind := "delårsuppföljning", "interim"
	if q.kind == report.KindAnnual {
		what, kind = "helårsuppföljning", "yearly"
	}
	return fault.State("INCOMPLETE", "Planen har ingen "+what+". Skapa en uppföljning först.",
		"the plan has no "+kind+" round", fault.Field{Path: q.plan, Reason: "INCOMPLETE",
			Swedish: "En " + what + " saknas.", English: "a round of kind " + kind + " is missing"})
}

// readCase reads the case, named or found by its round, and how far this service's own journal had come.
func (s *Server) readCase(ctx context.Context, q query, src *source) error {
	return s.store.View(ctx, q.parent, func(ctx context.Context, v *resource.View) error {
		if err := s.findCase(ctx, v, q, src); err != nil {
			return err
		}
		if src.template.GetEtag() != "" {
			if err := addPosition(ctx, v, resource.Parent(q.parent), src); err != nil {
				return err
			}
		}
		if src.kase == nil {
			return nil
		}
		return addPosition(ctx, v, q.parent, src)
	})
}

// addPosition notes how far a chain of this service's own journal had come.
func addPosition(ctx context.Context, v *resource.View, scope string, src *source) error {
	positions, err := v.Positions(ctx, scope)
	src.positions = slices.Concat(src.positions, positions)
	return err
}

// caseOf returns the first case that reports a round, or nil.
func (s *Server) caseOf(ctx context.Context, r resource.Reader, committee, round string) (*reportv1.Case, error) {
	found, _, err := s.tables.Cases.List(ctx, r, resource.Query{Parent: committee, PageSize: 1,
		Where: []resource.Filter{resource.Equal("round", round)}})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
