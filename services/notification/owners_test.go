package notification_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// owners is the part of the other services that notification asks, served over gRPC. It is safe for concurrent use.
type owners struct {
	directoryv1.UnimplementedDirectoryServiceServer
	directoryv1.UnimplementedSessionServiceServer
	riskv1.UnimplementedRiskRegisterServiceServer
	controlv1.UnimplementedControlMeasurementServiceServer

	mu          sync.Mutex
	clock       *rpctest.Clock
	harness     *rpctest.Harness
	committees  []*directoryv1.Committee
	people      []*directoryv1.Person
	assignments []*directoryv1.RoleAssignment
	deadlines   []*riskv1.Deadline
	// down is what the register answers with; nil lets it answer.
	down error
}

// newOwners returns a municipality with two committees, each with a coordinator, and two people who answer: Anna for one
// committee, Bo for both.
func newOwners(clk *rpctest.Clock) *owners {
	o := &owners{clock: clk, committees: []*directoryv1.Committee{{Name: social, DisplayName: "Omsorgsnämnden"}, {Name: school, DisplayName: "Utbildningsnämnden"}}}
	for id, name := range map[string]string{"anna": "Anna Ek", "bo": "Bo Ek", "karin": "Karin Ek", "kim": "Kim Ek"} {
		o.people = append(o.people, &directoryv1.Person{Name: ume + "/people/" + id, DisplayName: name, Email: id + "@umea.se"})
	}
	slices.SortFunc(o.people, func(a, b *directoryv1.Person) int { return strings.Compare(a.GetName(), b.GetName()) })
	o.assign("anna", directoryv1.Role_ROLE_OWNER, social)
	o.assign("bo", directoryv1.Role_ROLE_OWNER, social)
	o.assign("karin", directoryv1.Role_ROLE_COORDINATOR, social)
	o.assign("kim", directoryv1.Role_ROLE_COORDINATOR, school)
	o.deadlines = []*riskv1.Deadline{asked(social, "jav", "Jäv", "2025-05-30", "anna"), asked(social, "attest", "Attest", "2025-06-10", "bo"),
		asked(school, "skola", "Skolplikt", "2025-05-30", "bo")}
	return o
}

// assign gives a person a role, in an assignment of the person's id.
func (o *owners) assign(id string, role directoryv1.Role, scope string) {
	o.assignments = append(o.assignments, &directoryv1.RoleAssignment{Name: ume + "/roleAssignments/" + id, Person: ume + "/people/" + id, Role: role, Scope: scope})
}

// asked is a question of a follow-up that a person is to answer.
func asked(committee, id, title, due, person string) *riskv1.Deadline {
	name := committee + "/rounds/r/followUps/" + id
	return &riskv1.Deadline{Key: name + "#svar", Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, Role: riskv1.StepRole_STEP_ROLE_OWNER, Resource: name,
		Round: committee + "/rounds/r", RoundTitle: "Delårsrapport", Title: title, DueDate: due, BeginDate: "2025-05-01",
		Owners: []*riskv1.Owner{{Role: "enhetschef", RoleAssignment: ume + "/roleAssignments/" + person}}}
}

// change changes what is served.
func (o *owners) change(fn func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	fn()
}

// deadline changes one deadline.
func (o *owners) deadline(id string, fn func(*riskv1.Deadline)) {
	o.change(func() {
		for _, d := range o.deadlines {
			if resource.ID(d.GetResource()) == id {
				fn(d)
			}
		}
	})
}

// person changes one person.
func (o *owners) person(id string, fn func(*directoryv1.Person)) {
	o.change(func() {
		for _, p := range o.people {
			if resource.ID(p.GetName()) == id {
				fn(p)
			}
		}
	})
}

// crowd adds so many people who each answer for one thing in Omsorgsnämnden.
func (o *owners) crowd(n int) {
	o.change(func() {
		for i := range n {
			id := fmt.Sprintf("p%d", i)
			o.people = append(o.people, &directoryv1.Person{Name: ume + "/people/" + id, DisplayName: id, Email: id + "@umea.se"})
			o.assign(id, directoryv1.Role_ROLE_OWNER, social)
			o.deadlines = append(o.deadlines, asked(social, id, "Fråga "+id, "2025-05-30", id))
		}
	})
}

// Register adds the services to a server.
func (o *owners) Register(r grpc.ServiceRegistrar) {
	directoryv1.RegisterDirectoryServiceServer(r, o)
	directoryv1.RegisterSessionServiceServer(r, o)
	riskv1.RegisterRiskRegisterServiceServer(r, o)
	controlv1.RegisterControlMeasurementServiceServer(r, o)
}

// IssueProcessToken makes a token as the directory does.
func (o *owners) IssueProcessToken(ctx context.Context, req *directoryv1.IssueProcessTokenRequest) (*directoryv1.IssueTokenResponse, error) {
	if id, ok := authn.From(ctx); !ok || !id.Process || req.GetService() != "notification" {
		return nil, fault.Deny("only notification")
	}
	return &directoryv1.IssueTokenResponse{AccessToken: o.harness.Token("notifier", "-"), ExpireTime: timestamppb.New(o.clock.Now().Add(authn.TokenLife))}, nil
}

// ListMunicipalities returns the one there is.
func (o *owners) ListMunicipalities(context.Context, *directoryv1.ListMunicipalitiesRequest) (*directoryv1.ListMunicipalitiesResponse, error) {
	return &directoryv1.ListMunicipalitiesResponse{Municipalities: []*directoryv1.Municipality{{Name: ume, DisplayName: "Umeå kommun"}}}, nil
}

// GetMunicipality returns the one there is.
func (o *owners) GetMunicipality(_ context.Context, req *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
	if req.GetName() != ume {
		return nil, fault.Missing(req.GetName())
	}
	return &directoryv1.Municipality{Name: ume, DisplayName: "Umeå kommun"}, nil
}

// copies returns copies of a list.
func copies[M proto.Message](o *owners, list *[]M) []M {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := make([]M, len(*list))
	for i, m := range *list {
		all[i] = proto.CloneOf(m)
	}
	return all
}

// ListCommittees returns the committees.
func (o *owners) ListCommittees(context.Context, *directoryv1.ListCommitteesRequest) (*directoryv1.ListCommitteesResponse, error) {
	return &directoryv1.ListCommitteesResponse{Committees: copies(o, &o.committees)}, nil
}

// ListPeople returns the people.
func (o *owners) ListPeople(context.Context, *directoryv1.ListPeopleRequest) (*directoryv1.ListPeopleResponse, error) {
	return &directoryv1.ListPeopleResponse{People: copies(o, &o.people)}, nil
}

// ListRoleAssignments returns the assignments.
func (o *owners) ListRoleAssignments(context.Context, *directoryv1.ListRoleAssignmentsRequest) (*directoryv1.ListRoleAssignmentsResponse, error) {
	return &directoryv1.ListRoleAssignmentsResponse{RoleAssignments: copies(o, &o.assignments)}, nil
}

// ListDeadlines returns the deadlines of a committee.
func (o *owners) ListDeadlines(_ context.Context, req *riskv1.ListDeadlinesRequest) (*riskv1.ListDeadlinesResponse, error) {
	all := copies(o, &o.deadlines)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down != nil {
		return nil, o.down
	}
	return &riskv1.ListDeadlinesResponse{Deadlines: slices.DeleteFunc(all, func(d *riskv1.Deadline) bool {
		return resource.Scope(d.GetKey()) != req.GetParent() || d.GetDone() && !req.GetIncludeDone()
	})}, nil
}

// ListResults returns no results.
func (o *owners) ListResults(context.Context, *controlv1.ListResultsRequest) (*controlv1.ListResultsResponse, error) {
	return &controlv1.ListResultsResponse{}, nil
}
