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
}

func newSources(t *testing.T) *sources {
	t.Helper()
	file, err := refdata.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &sources{bundle: proto.CloneOf(file.Bundle), sequence: 214}
}

// Register adds both services to a server.
func (s *sources) Register(r grpc.ServiceRegistrar) {
	riskv1.RegisterRiskRegisterServiceServer(r, s)
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
		ControlPoints: below(s.bundle.GetControlPoints(), p.GetName()+"/")}}
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
