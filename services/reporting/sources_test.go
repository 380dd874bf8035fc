package reporting_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/refdata"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Names of the reference data that the tests use.
const (
	municipality = refdata.Municipality
	committee    = municipality + "/committees/socialnamnden"
	sister       = municipality + "/committees/utbildningsnamnden"
	plan         = committee + "/plans/2025"
	round        = committee + "/rounds/delar-2025"
	// The committee that steers by control areas alone.
	careCommittee = municipality + "/committees/omsorgsnamnden"
	carePlan      = careCommittee + "/plans/2025"
	careRound     = careCommittee + "/rounds/helar-2025"
	careCase      = careCommittee + "/cases/internkontrollrapport-2025"
)

// sources serves prepared answers of the risk register and the directory over gRPC: the reference data, as a test has
// changed it. It is safe for concurrent use.
type sources struct {
	riskv1.UnimplementedRiskRegisterServiceServer

	mu     sync.Mutex
	bundle *exchangev1.Bundle
	// actions are those of every plan that is asked for.
	actions []*riskv1.Action
	// sequence is the journal position; it grows by one after each of the next moves snapshots.
	sequence, moves int64
	snapshots       int
	// controlSequence and controlMoves are likewise those of control measurement; controlFault is what it answers, if set.
	controlSequence, controlMoves int64
	controlFault                  error
	// prepared, unless nil, is all that was found.
	prepared *controlv1.GetControlSnapshotResponse
}

func newSources(t testing.TB) *sources {
	t.Helper()
	file, err := refdata.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &sources{bundle: proto.CloneOf(file.Bundle), sequence: 214, controlSequence: 87}
}

// Register adds both services to a server.
func (s *sources) Register(r grpc.ServiceRegistrar) {
	riskv1.RegisterRiskRegisterServiceServer(r, s)
	controlv1.RegisterControlMeasurementServiceServer(r, controlSource{sources: s})
	directoryv1.RegisterDirectoryServiceServer(r, directorySource{sources: s})
}

// change changes what is served.
func (s *sources) change(fn func(b *exchangev1.Bundle)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn(s.bundle)
	s.sequence++
}

func (s *sources) taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshots
}

// GetRound returns a round.
func (s *sources) GetRound(_ context.Context, req *riskv1.GetRoundRequest) (*riskv1.Round, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return find(s.bundle.GetRounds(), req.GetName())
}

// GetPlan returns a plan.
func (s *sources) GetPlan(_ context.Context, req *riskv1.GetPlanRequest) (*riskv1.Plan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return find(s.bundle.GetPlans(), req.GetName())
}

// GetPlanSnapshot returns a plan with everything that the bundle holds of it.
func (s *sources) GetPlanSnapshot(_ context.Context, req *riskv1.GetPlanSnapshotRequest) (*riskv1.GetPlanSnapshotResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := find(s.bundle.GetPlans(), req.GetName())
	if err != nil {
		return nil, err
	}
	method, err := find(s.bundle.GetMethodVersions(), p.GetMethodVersion())
	if err != nil {
		return nil, err
	}
	answer := &riskv1.GetPlanSnapshotResponse{Snapshot: &riskv1.PlanSnapshot{Plan: p, MethodVersion: method,
		Risks: below(s.bundle.GetRisks(), committeeOf(req.GetName())+"/risks/"), RiskEntries: below(s.bundle.GetRiskEntries(), p.GetName()+"/"),
		ControlAreas: below(s.bundle.GetControlAreas(), p.GetName()+"/"), ControlPoints: below(s.bundle.GetControlPoints(), p.GetName()+"/")},
		BuiltInGrades: []*riskv1.GradeStep{{Id: "mindre-avvikelse", Title: "Mindre avvikelse"}}, BuiltInActionSteps: []*riskv1.StatusStep{{Id: "paborjad", Title: "Påbörjad"}}}
	slices.SortFunc(answer.GetSnapshot().GetControlAreas(), func(a, b *riskv1.ControlArea) int { return int(a.GetPosition() - b.GetPosition()) })
	slices.SortFunc(answer.GetSnapshot().GetRiskEntries(), func(a, b *riskv1.RiskEntry) int { return int(a.GetPosition() - b.GetPosition()) })
	for _, e := range answer.GetSnapshot().GetRiskEntries() {
		assess(e, method)
	}
	for _, a := range s.actions {
		answer.Actions = append(answer.Actions, proto.CloneOf(a))
		if strings.HasPrefix(a.GetOrigin().GetResource(), p.GetName()) {
			answer.Snapshot.Actions = append(answer.Snapshot.Actions, proto.CloneOf(a))
		}
	}
	for _, r := range s.bundle.GetRounds() {
		if slices.Contains(r.GetPlans(), p.GetName()) {
			answer.Rounds = append(answer.Rounds, proto.CloneOf(r))
			answer.FollowUps = append(answer.FollowUps, below(s.bundle.GetFollowUps(), r.GetName()+"/")...)
		}
	}
	slices.SortFunc(answer.GetFollowUps(), func(a, b *riskv1.FollowUp) int { return int(a.GetPosition() - b.GetPosition()) })
	answer.Positions = []*journalv1.JournalPosition{{Service: "riskregister", Scope: committeeOf(p.GetName()), Sequence: s.sequence,
		Hash: fmt.Sprintf("%064x", s.sequence)}}
	s.snapshots++
	if s.moves > 0 {
		s.moves--
		s.sequence++
	}
	return answer, nil
}

// GetPlanVersion returns a decided version of a plan.
func (s *sources) GetPlanVersion(_ context.Context, req *riskv1.GetPlanVersionRequest) (*riskv1.PlanVersion, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return find(s.bundle.GetPlanVersions(), req.GetName())
}

// assess computes what the risk register computes of the reference data's entries.
func assess(e *riskv1.RiskEntry, method *riskv1.MethodVersion) {
	if e.Likelihood != nil && e.Consequence != nil {
		e.ComputedValue = proto.Float64(e.GetLikelihood() * e.GetConsequence())
	}
	value := e.GetStatedValue()
	if e.StatedValue == nil {
		value = e.GetComputedValue()
	}
	for _, b := range method.GetBands() {
		above := b.Lower == nil || value > b.GetLower() || value == b.GetLower() && !b.GetLowerExclusive()
		under := b.Upper == nil || value < b.GetUpper() || value == b.GetUpper() && !b.GetUpperExclusive()
		if above && under {
			e.ComputedLevel = b.GetLevel()
		}
	}
}

func committeeOf(name string) string { return strings.Join(strings.Split(name, "/")[:4], "/") }

// named is a resource.
type named interface {
	proto.Message
	GetName() string
}

func find[M named](all []M, name string) (M, error) {
	for _, m := range all {
		if m.GetName() == name {
			return proto.CloneOf(m), nil
		}
	}
	var none M
	return none, status.Error(codes.NotFound, name)
}

func below[M named](all []M, prefix string) []M {
	var found []M
	for _, m := range all {
		if strings.HasPrefix(m.GetName(), prefix) {
			found = append(found, proto.CloneOf(m))
		}
	}
	return found
}

// directorySource serves the directory's part.
type directorySource struct {
	directoryv1.UnimplementedDirectoryServiceServer
	sources *sources
}

// GetMunicipality returns a municipality.
func (d directorySource) GetMunicipality(_ context.Context, req *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
	d.sources.mu.Lock()
	defer d.sources.mu.Unlock()
	return find(d.sources.bundle.GetMunicipalities(), req.GetName())
}

// GetCommittee returns a committee.
func (d directorySource) GetCommittee(_ context.Context, req *directoryv1.GetCommitteeRequest) (*directoryv1.Committee, error) {
	d.sources.mu.Lock()
	defer d.sources.mu.Unlock()
	return find(d.sources.bundle.GetCommittees(), req.GetName())
}

// ListUnits returns the units of a committee.
func (d directorySource) ListUnits(_ context.Context, req *directoryv1.ListUnitsRequest) (*directoryv1.ListUnitsResponse, error) {
	d.sources.mu.Lock()
	defer d.sources.mu.Unlock()
	return &directoryv1.ListUnitsResponse{Units: below(d.sources.bundle.GetUnits(), req.GetParent()+"/units/")}, nil
}

// controlSource serves what was found.
type controlSource struct {
	controlv1.UnimplementedControlMeasurementServiceServer
	sources *sources
}

// sentence is what the source says of every indicator that has a value, so that a document can be seen to print it as it is.
const sentence = "93 % i december 2025, 3 procentenheter lägre än 2024 (96 %)."

// GetControlSnapshot returns what the bundle holds about a plan.
func (c controlSource) GetControlSnapshot(_ context.Context, req *controlv1.GetControlSnapshotRequest) (*controlv1.GetControlSnapshotResponse, error) {
	s := c.sources
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.controlFault != nil {
		return nil, s.controlFault
	}
	if s.prepared != nil {
		return s.prepared, nil
	}
	answer := &controlv1.GetControlSnapshotResponse{Positions: []*journalv1.JournalPosition{{Service: "controlmeasurement",
		Scope: committeeOf(req.GetPlan()), Sequence: s.controlSequence, Hash: fmt.Sprintf("%064x", s.controlSequence)}}}
	if s.controlMoves > 0 {
		s.controlMoves--
		s.controlSequence++
	}
	for _, i := range s.bundle.GetIndicators() {
		if !slices.ContainsFunc(i.GetSubjects(), func(name string) bool { return strings.HasPrefix(name, req.GetPlan()+"/") }) {
			continue
		}
		answer.Indicators = append(answer.Indicators, proto.CloneOf(i))
		e := &controlv1.Evaluation{Indicator: i.GetName(), Year: 2025}
		for _, m := range s.bundle.GetMeasurements() {
			if m.GetIndicator() == i.GetName() {
				found := proto.CloneOf(m)
				found.EffectiveValue = found.Value
				answer.Measurements = append(answer.Measurements, found)
			}
			if m.GetIndicator() == i.GetName() && strings.HasPrefix(m.GetEndDate(), "2025") && m.Value != nil {
				e.Value, e.Sentence = m.Value, sentence
			}
		}
		for _, t := range i.GetTargets() {
			e.Targets = append(e.Targets, &controlv1.TargetOutcome{Target: proto.CloneOf(t), Fulfilment: controlv1.Fulfilment_FULFILMENT_NOT_MET})
		}
		answer.Evaluations = append(answer.Evaluations, e)
	}
	for _, r := range s.bundle.GetResults() {
		if strings.HasPrefix(r.GetSubject(), req.GetPlan()+"/") && (req.GetRound() == "" || strings.HasPrefix(r.GetName(), req.GetRound()+"/")) {
			answer.Results = append(answer.Results, proto.CloneOf(r))
			answer.Words = append(answer.Words, wordsOf(r))
		}
	}
	return answer, nil
}

// deviation is what the source says of every kind of deviation, so that a document can be seen to print it as it is.
const deviation = "I 14 av 60 granskade elever (23 %) finns avvikelsen."

func wordsOf(r *controlv1.Result) *controlv1.ResultWords {
	w := &controlv1.ResultWords{Result: r.GetName()}
	for _, s := range r.GetSamples() {
		said := &controlv1.SampleWords{Extent: "Antal granskade " + s.GetTitle() + ": 60."}
		for range s.GetDeviations() {
			said.Deviations = append(said.Deviations, deviation)
		}
		w.Samples = append(w.Samples, said)
	}
	for range r.GetSurveys() {
		w.Surveys = append(w.Surveys, "31 av 46 tillfrågade svarade (67 %).")
	}
	return w
}
