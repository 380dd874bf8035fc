package reconcile

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Names that the tests play with.
const (
	ume    = "municipalities/ume"
	social = ume + "/committees/on"
	round  = social + "/rounds/r"
	jav    = round + "/followUps/jav#svar"
	area   = social + "/plans/2025/controlAreas/vard"
	point  = social + "/plans/2025/controlPoints/journal"
	anna   = ume + "/people/anna"
	bo     = ume + "/people/bo"
	karin  = ume + "/people/karin"
)

// owners is the part of the other services that the reconciler asks, served over gRPC from what the test says there is. It is
// safe for concurrent use.
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
	results     []*controlv1.Result
	// down is what the register answers with; nil lets it answer.
	down error
	// spoilt is how many tokens are still handed out that nobody takes, and tokens how many were handed out in all.
	spoilt, tokens int
	// watching are the open streams by service, and opened tells of each that opens.
	watching map[string][]chan string
	opened   chan string
}

// newOwners returns a municipality with a committee, two owners and a coordinator, and one follow-up of Anna's.
func newOwners(clk *rpctest.Clock) *owners {
	role := func(id, person string, r directoryv1.Role) *directoryv1.RoleAssignment {
		return &directoryv1.RoleAssignment{Name: ume + "/roleAssignments/" + id, Person: person, Role: r, Scope: social}
	}
	person := func(name, shown string) *directoryv1.Person {
		return &directoryv1.Person{Name: name, DisplayName: shown, Email: resource.ID(name) + "@umea.se", Etag: "1"}
	}
	return &owners{clock: clk, watching: map[string][]chan string{}, opened: make(chan string, 100),
		committees: []*directoryv1.Committee{{Name: social, DisplayName: "Omsorgsnämnden"}},
		people:     []*directoryv1.Person{person(karin, "Karin Ek"), person(anna, "Anna Ek"), person(bo, "Bo Ek")},
		assignments: []*directoryv1.RoleAssignment{role("k", karin, directoryv1.Role_ROLE_COORDINATOR), role("a", anna, directoryv1.Role_ROLE_OWNER),
			role("b", bo, directoryv1.Role_ROLE_OWNER)},
		deadlines: []*riskv1.Deadline{{Key: jav, Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, Role: riskv1.StepRole_STEP_ROLE_OWNER,
			Resource: round + "/followUps/jav", Round: round, Title: "Jäv", DueDate: "2025-05-30", BeginDate: "2025-05-01", Owners: ownedBy("a")}},
	}
}

// ownedBy names role assignments as owners.
func ownedBy(ids ...string) []*riskv1.Owner {
	var list []*riskv1.Owner
	for _, id := range ids {
		list = append(list, &riskv1.Owner{Role: "enhetschef", RoleAssignment: ume + "/roleAssignments/" + id})
	}
	return list
}

// Register adds the services to a server.
func (o *owners) Register(r grpc.ServiceRegistrar) {
	directoryv1.RegisterDirectoryServiceServer(r, o)
	directoryv1.RegisterSessionServiceServer(r, o)
	riskv1.RegisterRiskRegisterServiceServer(r, o)
	controlv1.RegisterControlMeasurementServiceServer(r, o)
	directoryv1.RegisterJournalServiceServer(r, directoryFeed{feed: feed{o, "directory"}})
	riskv1.RegisterJournalServiceServer(r, riskFeed{feed: feed{o, "riskregister"}})
	controlv1.RegisterJournalServiceServer(r, controlFeed{feed: feed{o, "controlmeasurement"}})
}

// change changes what is served.
func (o *owners) change(fn func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	fn()
}

// IssueProcessToken makes a token as the directory does.
func (o *owners) IssueProcessToken(ctx context.Context, req *directoryv1.IssueProcessTokenRequest) (*directoryv1.IssueTokenResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if id, ok := authn.From(ctx); !ok || !id.Process || req.GetService() != "notification" {
		return nil, fault.Deny("only notification")
	}
	o.tokens++
	expires := timestamppb.New(o.clock.Now().Add(authn.TokenLife))
	if o.spoilt > 0 {
		o.spoilt--
		return &directoryv1.IssueTokenResponse{AccessToken: "spoilt", ExpireTime: expires}, nil
	}
	return &directoryv1.IssueTokenResponse{AccessToken: o.harness.Token("notifier", "-"), ExpireTime: expires}, nil
}

// page returns one of a list at a time, so that every list has several pages.
func page[M proto.Message](all []M, token string) ([]M, string) {
	at, next := len(token), token+"x"
	if at >= len(all) {
		return nil, ""
	}
	if len(next) == len(all) {
		next = ""
	}
	return []M{proto.CloneOf(all[at])}, next
}

// ListMunicipalities returns the one there is.
func (o *owners) ListMunicipalities(context.Context, *directoryv1.ListMunicipalitiesRequest) (*directoryv1.ListMunicipalitiesResponse, error) {
	return &directoryv1.ListMunicipalitiesResponse{Municipalities: []*directoryv1.Municipality{{Name: ume, DisplayName: "Umeå kommun"}}}, nil
}

// GetMunicipality returns the one there is.
func (o *owners) GetMunicipality(context.Context, *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
	return &directoryv1.Municipality{Name: ume, DisplayName: "Umeå kommun", AccentColor: "#004466", Etag: "1"}, nil
}

// ListCommittees returns the committees.
func (o *owners) ListCommittees(_ context.Context, req *directoryv1.ListCommitteesRequest) (*directoryv1.ListCommitteesResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	list, next := page(o.committees, req.GetPageToken())
	return &directoryv1.ListCommitteesResponse{Committees: list, NextPageToken: next}, nil
}

// ListPeople returns the people.
func (o *owners) ListPeople(_ context.Context, req *directoryv1.ListPeopleRequest) (*directoryv1.ListPeopleResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	list, next := page(o.people, req.GetPageToken())
	return &directoryv1.ListPeopleResponse{People: list, NextPageToken: next}, nil
}

// ListRoleAssignments returns the assignments.
func (o *owners) ListRoleAssignments(_ context.Context, req *directoryv1.ListRoleAssignmentsRequest) (*directoryv1.ListRoleAssignmentsResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	list, next := page(o.assignments, req.GetPageToken())
	return &directoryv1.ListRoleAssignmentsResponse{RoleAssignments: list, NextPageToken: next}, nil
}

// ListDeadlines returns the deadlines of a committee.
func (o *owners) ListDeadlines(_ context.Context, req *riskv1.ListDeadlinesRequest) (*riskv1.ListDeadlinesResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down != nil {
		return nil, o.down
	}
	own := slices.DeleteFunc(slices.Clone(o.deadlines), func(d *riskv1.Deadline) bool {
		return resource.Scope(d.GetKey()) != req.GetParent() || d.GetDone() && !req.GetIncludeDone()
	})
	list, next := page(own, req.GetPageToken())
	return &riskv1.ListDeadlinesResponse{Deadlines: list, NextPageToken: next}, nil
}

// ListResults returns the results of a round.
func (o *owners) ListResults(_ context.Context, req *controlv1.ListResultsRequest) (*controlv1.ListResultsResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	own := slices.DeleteFunc(slices.Clone(o.results), func(r *controlv1.Result) bool { return !strings.HasPrefix(r.GetName(), req.GetParent()+"/") })
	slices.SortFunc(own, func(a, b *controlv1.Result) int { return cmp.Compare(a.GetName(), b.GetName()) })
	list, next := page(own, req.GetPageToken())
	return &controlv1.ListResultsResponse{Results: list, NextPageToken: next}, nil
}

// feed serves the change feed of a service: the names that the test says have changed.
type feed struct {
	*owners
	service string
}

type directoryFeed struct {
	directoryv1.UnsafeJournalServiceServer
	feed
}

type riskFeed struct {
	riskv1.UnsafeJournalServiceServer
	feed
}

type controlFeed struct {
	controlv1.UnsafeJournalServiceServer
	feed
}

// ListJournalEntries is not asked.
func (feed) ListJournalEntries(context.Context, *journalv1.ListJournalEntriesRequest) (*journalv1.ListJournalEntriesResponse, error) {
	return nil, fault.Unreachable("the journal", nil)
}

// WatchChanges sends what changed is called with.
func (f feed) WatchChanges(_ *journalv1.WatchChangesRequest, out grpc.ServerStreamingServer[journalv1.WatchChangesResponse]) error {
	changes := make(chan string, 10)
	f.change(func() { f.watching[f.service] = append(f.watching[f.service], changes) })
	if err := out.Send(&journalv1.WatchChangesResponse{ResumeToken: "t"}); err != nil {
		return err
	}
	f.opened <- f.service
	for {
		select {
		case <-out.Context().Done():
			return out.Context().Err()
		case name, open := <-changes:
			if !open {
				return fault.Unreachable("the feed", nil)
			}
			if err := out.Send(&journalv1.WatchChangesResponse{Name: name, Scope: resource.Scope(name), ResumeToken: "t"}); err != nil {
				return err
			}
		}
	}
}

// changed tells every open stream of a service that a resource has changed.
func (o *owners) changed(service, name string) {
	o.change(func() {
		for _, stream := range o.watching[service] {
			stream <- name
		}
	})
}

// cut ends every open stream of a service.
func (o *owners) cut(service string) {
	o.change(func() {
		for _, stream := range o.watching[service] {
			close(stream)
		}
		o.watching[service] = nil
	})
}

// soon is short enough for a test to wait for.
const soon = time.Millisecond
