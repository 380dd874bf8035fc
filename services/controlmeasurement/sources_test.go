package controlmeasurement_test

import (
	"context"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// register serves the part of the risk register that control measurement asks, over gRPC. It is safe for concurrent use.
type register struct {
	riskv1.UnimplementedRiskRegisterServiceServer

	mu      sync.Mutex
	rounds  map[string]*riskv1.Round
	points  map[string]*riskv1.ControlPoint
	areas   map[string]*riskv1.ControlArea
	actions map[string]*riskv1.Action
	// submitted counts proposals by the action's name; behalf tells for whom the last came.
	submitted map[string]int
	behalf    string
	// refusal is what proposals are refused with; nil takes them.
	refusal error
}

// newRegister returns a register with a plan for 2025 and one for 2026, an open round and one that is closed.
func newRegister() *register {
	r := &register{rounds: map[string]*riskv1.Round{}, points: map[string]*riskv1.ControlPoint{}, areas: map[string]*riskv1.ControlArea{},
		actions: map[string]*riskv1.Action{}, submitted: map[string]int{}}
	r.rounds[yearly] = &riskv1.Round{Name: yearly, Title: "Uppföljning 2025", Plans: []string{plan2025}, State: riskv1.RoundState_ROUND_STATE_OPEN, MeetingDate: "2026-01-13",
		Kind: riskv1.RoundKind_ROUND_KIND_YEARLY}
	r.rounds[interim] = &riskv1.Round{Name: interim, Title: "Delårsuppföljning 2025", Plans: []string{plan2025}, State: riskv1.RoundState_ROUND_STATE_OPEN,
		Kind: riskv1.RoundKind_ROUND_KIND_INTERIM}
	for i, id := range []string{"planer", "oro", "placeringar", "tillstand"} {
		r.points[point(id)] = &riskv1.ControlPoint{Name: point(id), Title: "Kontroll " + id, ControlArea: area, Position: int32(i + 1),
			Owners: []*riskv1.Owner{{Role: "enhetschef", RoleAssignment: others}}}
	}
	r.points[point("oro")].Owners = []*riskv1.Owner{{Role: "enhetschefer", RoleAssignment: chefs}}
	r.points[point("flyttad")] = &riskv1.ControlPoint{Name: point("flyttad"), Title: "Flyttad", MovedTo: "municipalities/ume/committees/un/plans/2025/controlPoints/x"}
	next := plan2026 + "/controlPoints/oro"
	r.points[next] = &riskv1.ControlPoint{Name: next, Title: "Kontroll oro", Owners: []*riskv1.Owner{{Role: "enhetschefer", RoleAssignment: chefs}}}
	r.areas[area] = &riskv1.ControlArea{Name: area, Title: "Kvalitet"}
	return r
}

// Register adds the service to a server.
func (r *register) Register(server grpc.ServiceRegistrar) {
	riskv1.RegisterRiskRegisterServiceServer(server, r)
}

// change changes what is served.
func (r *register) change(fn func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn()
}

// close closes a round.
func (r *register) close(round string) {
	r.change(func() { r.rounds[round].State = riskv1.RoundState_ROUND_STATE_CLOSED })
}

// sent tells how often the action of a name was submitted, and for whom.
func (r *register) sent(action string) (int, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.submitted[action], r.behalf
}

func grades() []*riskv1.GradeStep {
	return []*riskv1.GradeStep{{Id: "ingen", Title: "Ingen avvikelse"}, {Id: "storre", Title: "Större avvikelse", Deviation: true}}
}

// GetControlSubject returns what a result depends on.
func (r *register) GetControlSubject(_ context.Context, req *riskv1.GetControlSubjectRequest) (*riskv1.ControlSubject, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	round := r.rounds[req.GetRound()]
	if round == nil {
		return nil, fault.Missing(req.GetRound())
	}
	if p := r.points[req.GetSubject()]; p != nil && slices.ContainsFunc(round.GetPlans(), func(plan string) bool { return strings.HasPrefix(p.GetName(), plan+"/") }) {
		if p.GetMovedTo() != "" {
			return nil, fault.State("WRONG_STATE", "Kontrollmomentet har flyttats till en annan nämnd.", "moved")
		}
		return proto.CloneOf(&riskv1.ControlSubject{Name: p.GetName(), Title: p.GetTitle(), Owners: p.GetOwners(), ResponsibleManager: p.GetResponsibleManager(),
			Round: round, Grades: grades(), PlanYear: 2025, Position: p.GetPosition()}), nil
	}
	if a := r.areas[req.GetSubject()]; a != nil {
		return proto.CloneOf(&riskv1.ControlSubject{Name: a.GetName(), Title: a.GetTitle(), Owners: a.GetOwners(), Round: round, Grades: grades(), PlanYear: 2025}), nil
	}
	return nil, fault.State("WRONG_STATE", "Uppföljningen gäller ingen beslutad plan med kontrollmomentet.", "not covered")
}

// ListRounds returns the rounds in a state.
func (r *register) ListRounds(_ context.Context, req *riskv1.ListRoundsRequest) (*riskv1.ListRoundsResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := &riskv1.ListRoundsResponse{}
	for _, round := range r.rounds {
		if round.GetState() == req.GetState() {
			answer.Rounds = append(answer.Rounds, proto.CloneOf(round))
		}
	}
	return answer, nil
}

// ListControlPoints returns the control points of a plan.
func (r *register) ListControlPoints(_ context.Context, req *riskv1.ListControlPointsRequest) (*riskv1.ListControlPointsResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := &riskv1.ListControlPointsResponse{}
	for _, p := range r.points {
		if strings.HasPrefix(p.GetName(), req.GetParent()+"/") {
			answer.ControlPoints = append(answer.ControlPoints, proto.CloneOf(p))
		}
	}
	return answer, nil
}

// ListControlAreas returns the control areas of a plan.
func (r *register) ListControlAreas(_ context.Context, req *riskv1.ListControlAreasRequest) (*riskv1.ListControlAreasResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := &riskv1.ListControlAreasResponse{}
	for _, a := range r.areas {
		if strings.HasPrefix(a.GetName(), req.GetParent()+"/") {
			answer.ControlAreas = append(answer.ControlAreas, proto.CloneOf(a))
		}
	}
	return answer, nil
}

// GetControlPoint returns a control point.
func (r *register) GetControlPoint(_ context.Context, req *riskv1.GetControlPointRequest) (*riskv1.ControlPoint, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.points[req.GetName()]; p != nil {
		return proto.CloneOf(p), nil
	}
	return nil, fault.Missing(req.GetName())
}

// GetControlArea returns a control area.
func (r *register) GetControlArea(_ context.Context, req *riskv1.GetControlAreaRequest) (*riskv1.ControlArea, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.areas[req.GetName()]; a != nil {
		return proto.CloneOf(a), nil
	}
	return nil, fault.Missing(req.GetName())
}

// ListActions returns every action.
func (r *register) ListActions(context.Context, *riskv1.ListActionsRequest) (*riskv1.ListActionsResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := &riskv1.ListActionsResponse{}
	for _, a := range r.actions {
		answer.Actions = append(answer.Actions, proto.CloneOf(a))
	}
	return answer, nil
}

// SubmitProposedAction stores an action once.
func (r *register) SubmitProposedAction(ctx context.Context, req *riskv1.SubmitProposedActionRequest) (*riskv1.Action, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id, ok := authn.From(ctx); !ok || !id.Process {
		return nil, fault.Deny("only processes")
	}
	r.submitted[req.GetAction().GetName()]++
	r.behalf = req.GetOnBehalfOf()
	if r.refusal != nil {
		return nil, r.refusal
	}
	if r.actions[req.GetAction().GetName()] == nil {
		r.actions[req.GetAction().GetName()] = proto.CloneOf(req.GetAction())
	}
	return proto.CloneOf(r.actions[req.GetAction().GetName()]), nil
}
