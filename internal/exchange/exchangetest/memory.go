// Package exchangetest holds an installation in memory, for tests of what moves bundles: five small services that keep
// the promises of a TransferService, on a real gRPC connection.
package exchangetest

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

type (
	importServer = grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]
	exportServer = grpc.ServerStreamingServer[transferv1.ExportResponse]
)

// Shelf is a service in memory: all or nothing, equal content writes nothing, parents may come in the same import. Its
// fields may be used while no call is going on.
type Shelf struct {
	mu sync.Mutex
	// Kept holds the resources by name.
	Kept map[string]proto.Message
	// Calls are the imports that arrived.
	Calls []Call
	// Refuse is the end of the names that it finds fault with; "" finds none.
	Refuse string
	// Broken makes it fail when it should write.
	Broken bool
}

// Call is one import that arrived.
type Call struct {
	// Parent is the scope.
	Parent string
	// Dry is true for a check.
	Dry bool
	// Messages and Items count what came.
	Messages, Items int
}

// Import keeps or only checks what arrives.
func (s *Shelf) Import(stream importServer) error {
	var got Call
	var items []*transferv1.ImportItem
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if got.Messages == 0 {
			got.Parent, got.Dry = m.GetParent(), m.GetValidateOnly()
		}
		got.Messages++
		items = append(items, m.GetItems()...)
	}
	got.Items = len(items)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls = append(s.Calls, got)
	if s.Broken && !got.Dry {
		return status.Error(codes.Unavailable, "the disk is full")
	}
	return stream.SendAndClose(s.take(got, items))
}

// take checks and, unless it is a dry run, keeps the items.
func (s *Shelf) take(c Call, items []*transferv1.ImportItem) *transferv1.ImportResponse {
	answer, next := &transferv1.ImportResponse{}, maps.Clone(s.Kept)
	for _, it := range items {
		m, _ := it.GetResource().UnmarshalNew()
		name := m.(interface{ GetName() string }).GetName()
		if c.Parent != "-" && name != c.Parent && !strings.HasPrefix(name, c.Parent+"/") {
			answer.Faults = append(answer.Faults, &transferv1.ImportFault{Path: it.GetPath() + ".name", Reason: "OUTSIDE_SCOPE", Message: "Fel."})
		}
		if s.Refuse != "" && strings.HasSuffix(name, s.Refuse) {
			answer.Faults = append(answer.Faults, &transferv1.ImportFault{Path: it.GetPath() + ".title", Reason: "REFUSED", Message: "Duger inte.", MessageEn: "bad"})
		}
		switch old, ok := s.Kept[name]; {
		case !ok:
			answer.Created++
		case proto.Equal(old, m):
			answer.Unchanged++
		default:
			answer.Updated++
		}
		next[name] = m
	}
	if len(answer.GetFaults()) > 0 {
		return &transferv1.ImportResponse{Faults: answer.GetFaults()}
	}
	if !c.Dry {
		s.Kept = next
	}
	return answer
}

// Export sends what lies within the scope.
func (s *Shelf) Export(in *transferv1.ExportRequest, stream exportServer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// In the wrong order on purpose: the canonical form does not depend on it.
	names := slices.Sorted(maps.Keys(s.Kept))
	slices.Reverse(names)
	for _, name := range names {
		if name != in.GetParent() && !strings.HasPrefix(name, in.GetParent()+"/") {
			continue
		}
		packed, err := anypb.New(s.Kept[name])
		if err != nil {
			return err
		}
		if err := stream.Send(&transferv1.ExportResponse{Resources: []*anypb.Any{packed}}); err != nil {
			return err
		}
	}
	return nil
}

// find returns a kept resource or NOT_FOUND.
func find[M proto.Message](s *Shelf, name string) (M, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.Kept[name].(M)
	if !ok {
		return m, status.Error(codes.NotFound, name)
	}
	return m, nil
}

// memoryDirectory answers what the client asks of the directory.
type memoryDirectory struct {
	directoryv1.UnimplementedDirectoryServiceServer
	*Shelf
}

func (d memoryDirectory) GetMunicipality(_ context.Context, r *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
	return find[*directoryv1.Municipality](d.Shelf, r.GetName())
}

func (d memoryDirectory) GetCommittee(_ context.Context, r *directoryv1.GetCommitteeRequest) (*directoryv1.Committee, error) {
	return find[*directoryv1.Committee](d.Shelf, r.GetName())
}

func (d memoryDirectory) GetUnit(_ context.Context, r *directoryv1.GetUnitRequest) (*directoryv1.Unit, error) {
	return find[*directoryv1.Unit](d.Shelf, r.GetName())
}

func (d memoryDirectory) GetPerson(_ context.Context, r *directoryv1.GetPersonRequest) (*directoryv1.Person, error) {
	return find[*directoryv1.Person](d.Shelf, r.GetName())
}

func (d memoryDirectory) GetRoleAssignment(_ context.Context, r *directoryv1.GetRoleAssignmentRequest) (*directoryv1.RoleAssignment, error) {
	return find[*directoryv1.RoleAssignment](d.Shelf, r.GetName())
}

func (d memoryDirectory) ListMunicipalities(context.Context, *directoryv1.ListMunicipalitiesRequest) (*directoryv1.ListMunicipalitiesResponse, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	answer := &directoryv1.ListMunicipalitiesResponse{}
	for _, m := range d.Kept {
		if m, ok := m.(*directoryv1.Municipality); ok {
			answer.Municipalities = append(answer.Municipalities, m)
		}
	}
	return answer, nil
}

// memoryRisks answers what the client asks of the risk register.
type memoryRisks struct {
	riskv1.UnimplementedRiskRegisterServiceServer
	*Shelf
}

func (r memoryRisks) GetRound(_ context.Context, q *riskv1.GetRoundRequest) (*riskv1.Round, error) {
	return find[*riskv1.Round](r.Shelf, q.GetName())
}

func (r memoryRisks) GetPlan(_ context.Context, q *riskv1.GetPlanRequest) (*riskv1.Plan, error) {
	return find[*riskv1.Plan](r.Shelf, q.GetName())
}

func (r memoryRisks) GetControlArea(_ context.Context, q *riskv1.GetControlAreaRequest) (*riskv1.ControlArea, error) {
	return find[*riskv1.ControlArea](r.Shelf, q.GetName())
}

func (r memoryRisks) GetControlPoint(_ context.Context, q *riskv1.GetControlPointRequest) (*riskv1.ControlPoint, error) {
	return find[*riskv1.ControlPoint](r.Shelf, q.GetName())
}

// The TransferServices differ in their registration only.
type (
	directoryTransfer struct {
		directoryv1.UnimplementedTransferServiceServer
		*Shelf
	}
	risksTransfer struct {
		riskv1.UnimplementedTransferServiceServer
		*Shelf
	}
	controlsTransfer struct {
		controlv1.UnimplementedTransferServiceServer
		*Shelf
	}
	reportsTransfer struct {
		reportv1.UnimplementedTransferServiceServer
		*Shelf
	}
	remindersTransfer struct {
		notificationv1.UnimplementedTransferServiceServer
		*Shelf
	}
)

func (d directoryTransfer) Import(s importServer) error { return d.Shelf.Import(s) }
func (r risksTransfer) Import(s importServer) error     { return r.Shelf.Import(s) }
func (c controlsTransfer) Import(s importServer) error  { return c.Shelf.Import(s) }
func (r reportsTransfer) Import(s importServer) error   { return r.Shelf.Import(s) }
func (r remindersTransfer) Import(s importServer) error { return r.Shelf.Import(s) }

func (d directoryTransfer) Export(in *transferv1.ExportRequest, s exportServer) error {
	return d.Shelf.Export(in, s)
}

func (r risksTransfer) Export(in *transferv1.ExportRequest, s exportServer) error {
	return r.Shelf.Export(in, s)
}

func (c controlsTransfer) Export(in *transferv1.ExportRequest, s exportServer) error {
	return c.Shelf.Export(in, s)
}

func (r reportsTransfer) Export(in *transferv1.ExportRequest, s exportServer) error {
	return r.Shelf.Export(in, s)
}

func (r remindersTransfer) Export(in *transferv1.ExportRequest, s exportServer) error {
	return r.Shelf.Export(in, s)
}

// Installation is a suite in memory.
type Installation struct {
	// Directory, Risks, Controls, Reports and Reminders are its services.
	Directory, Risks, Controls, Reports, Reminders *Shelf
	// Address is where it listens on this machine.
	Address string
	// Conn reaches all services.
	Conn *grpc.ClientConn
}

// Install starts an empty installation, which ends with the test. Whatever else the test wants to serve, register adds.
func Install(t testing.TB, register ...func(grpc.ServiceRegistrar)) *Installation {
	t.Helper()
	in := &Installation{}
	for _, s := range []**Shelf{&in.Directory, &in.Risks, &in.Controls, &in.Reports, &in.Reminders} {
		*s = &Shelf{Kept: map[string]proto.Message{}}
	}
	server := grpc.NewServer()
	directoryv1.RegisterDirectoryServiceServer(server, memoryDirectory{Shelf: in.Directory})
	riskv1.RegisterRiskRegisterServiceServer(server, memoryRisks{Shelf: in.Risks})
	directoryv1.RegisterTransferServiceServer(server, directoryTransfer{Shelf: in.Directory})
	riskv1.RegisterTransferServiceServer(server, risksTransfer{Shelf: in.Risks})
	controlv1.RegisterTransferServiceServer(server, controlsTransfer{Shelf: in.Controls})
	reportv1.RegisterTransferServiceServer(server, reportsTransfer{Shelf: in.Reports})
	notificationv1.RegisterTransferServiceServer(server, remindersTransfer{Shelf: in.Reminders})
	for _, add := range register {
		add(server)
	}
	in.serve(t, server)
	return in
}

// serve listens on a free port of this machine.
func (in *Installation) serve(t testing.TB, server *grpc.Server) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	in.Address = listener.Addr().String()
	in.Conn, err = grpc.NewClient(in.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		in.Conn.Close()
		server.Stop()
		if err := <-done; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			t.Error(err)
		}
	})
}
