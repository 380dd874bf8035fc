package transfer_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/internal/transfer"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	municipality = "municipalities/ume"
	committee    = municipality + "/committees/sn"
	plan         = committee + "/plans/2025"
	operator     = "serviceAccounts/cli"
	operatorRole = "operator"
)

var (
	risks = resource.Define(resource.Spec[*riskv1.Risk]{
		Table:   "risks",
		Columns: []resource.Column[*riskv1.Risk]{{Name: "title", Value: func(r *riskv1.Risk) any { return r.GetTitle() }}},
	})
	entries = resource.Define(resource.Spec[*riskv1.RiskEntry]{
		Table: "risk_entries",
		Columns: []resource.Column[*riskv1.RiskEntry]{
			{Name: "position", Value: func(e *riskv1.RiskEntry) any { return int64(e.GetPosition()) }},
			{Name: "risk", Value: func(e *riskv1.RiskEntry) any { return e.GetRisk() }},
			{Name: "value", Value: func(e *riskv1.RiskEntry) any { return e.GetStatedValue() }},
		},
		Order: []string{"position"},
	})
)

type service struct {
	riskv1.UnimplementedTransferServiceServer
	*transfer.Server
}

func (s service) Import(stream grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
	return s.Server.Import(stream)
}

func (s service) Export(req *transferv1.ExportRequest, out grpc.ServerStreamingServer[transferv1.ExportResponse]) error {
	return s.Server.Export(req, out)
}

// risksExist is the rule of the test's service: an entry's risk must exist, in the file or in the store.
func risksExist(ctx context.Context, i *transfer.Import) error {
	for _, item := range i.Items {
		e, ok := item.Message.(*riskv1.RiskEntry)
		if !ok {
			continue
		}
		exists, err := risks.Exists(ctx, i.Tx, e.GetRisk())
		if err != nil {
			return err
		}
		if !exists {
			i.Fault(item, fault.Field{Path: "risk", Reason: "UNKNOWN", Swedish: "Risken finns inte.", English: "no such risk"})
		}
	}
	return nil
}

type fixture struct {
	*resource.Store
	*rpctest.Harness
	client riskv1.TransferServiceClient
	server *transfer.Server
	// role is that of the caller.
	role string
}

func run(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	sqldbtest.Run(t, resource.Migrations(os.DirFS("../resource/testdata")), func(t *testing.T, db sqldb.DB) {
		clk := rpctest.NewClock()
		store := resource.NewStore("riskregister", db, clk, risks, entries)
		server, err := transfer.NewServer(store, risksExist)
		if err != nil {
			t.Fatal(err)
		}
		h := rpctest.Serve(t, clk, func(r grpc.ServiceRegistrar) {
			riskv1.RegisterTransferServiceServer(r, service{Server: server})
		})
		test(t, fixture{Store: store, Harness: h, client: riskv1.NewTransferServiceClient(h.Conn), server: server, role: operatorRole})
	})
}

// file is the content of an import: paths and resources in turn.
type file []proto.Message

func (f fixture) send(t *testing.T, parent string, dry bool, content file) (*transferv1.ImportResponse, error) {
	t.Helper()
	stream, err := f.client.Import(f.As(t.Context(), operator, rpctest.Role(f.role, municipality)))
	if err != nil {
		t.Fatal(err)
	}
	req := &transferv1.ImportRequest{Parent: parent, ValidateOnly: dry}
	for _, m := range content {
		packed, err := anypb.New(m)
		if err != nil {
			t.Fatal(err)
		}
		path := string(m.ProtoReflect().Descriptor().Name())
		req.Items = append(req.Items, &transferv1.ImportItem{Path: path, Resource: packed})
	}
	if err := stream.Send(req); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return stream.CloseAndRecv()
}

func sound() file {
	return file{
		&riskv1.RiskEntry{Name: plan + "/riskEntries/e1", Risk: committee + "/risks/r1", Position: 1},
		&riskv1.Risk{Name: committee + "/risks/r1", Title: "A"},
	}
}

func (f fixture) wantStored(t *testing.T, want int) {
	t.Helper()
	all, err := risks.All(t.Context(), f, municipality)
	if err != nil || len(all) != want {
		t.Errorf("got %d risks stored, %v; want %d", len(all), err, want)
	}
}

func TestImportTakesParentsFromTheSameFile(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		answer, err := f.send(t, municipality, false, sound())
		if err != nil || len(answer.GetFaults()) > 0 || answer.GetCreated() != 2 {
			t.Fatalf("got %v, %v; want two created", answer, err)
		}
		f.wantStored(t, 1)
	})
}

func TestACheckWritesNothing(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		answer, err := f.send(t, municipality, true, sound())
		if err != nil || len(answer.GetFaults()) > 0 || answer.GetCreated() != 2 {
			t.Fatalf("got %v, %v; want two that would be created", answer, err)
		}
		f.wantStored(t, 0)
	})
}

func TestRepeatingAnImportWritesNothing(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		if _, err := f.send(t, municipality, false, sound()); err != nil {
			t.Fatal(err)
		}
		before, err := journal.Chains(t.Context(), f.DB())
		if err != nil {
			t.Fatal(err)
		}
		changed := sound()
		changed[1].(*riskv1.Risk).Title = "B"
		for _, c := range []struct {
			content                     file
			created, updated, unchanged int32
		}{{sound(), 0, 0, 2}, {changed, 0, 1, 1}} {
			answer, err := f.send(t, municipality, false, c.content)
			if err != nil || answer.GetCreated() != c.created || answer.GetUpdated() != c.updated || answer.GetUnchanged() != c.unchanged {
				t.Errorf("got %v, %v; want %d created, %d updated, %d unchanged", answer, err, c.created, c.updated, c.unchanged)
			}
		}
		after, err := journal.Chains(t.Context(), f.DB())
		if diff := cmp.Diff(before, after); err != nil || diff != "" {
			t.Errorf("chains (-before +after):\n%s%v", diff, err)
		}
	})
}

func TestEveryFaultComesInOneAnswerAndNothingIsWritten(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		answer, err := f.send(t, municipality, false, file{
			&riskv1.Risk{Name: committee + "/risks/r1", Title: "A"},
			&riskv1.Risk{Name: committee + "/risks/r1", Title: "again"},
			&riskv1.Risk{Name: committee + "/risks/r2"},
			&riskv1.Risk{Name: committee + "/risks/r3", Title: "Se 850709-9805"},
			&riskv1.Risk{Name: "municipalities/lund/committees/sn/risks/r4", Title: "A"},
			&riskv1.Risk{Name: "risks/r5", Title: "A"},
			&riskv1.Plan{Name: plan},
			&riskv1.RiskEntry{Name: plan + "/riskEntries/e1", Risk: committee + "/risks/none"},
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, fault := range answer.GetFaults() {
			got = append(got, fault.GetPath()+" "+fault.GetReason())
			if fault.GetMessage() == "" || fault.GetMessageEn() == "" {
				t.Errorf("%v lacks a text", fault)
			}
		}
		want := []string{"Risk.name DUPLICATE", "Risk.title string.min_len", "Risk.title PERSONAL_IDENTITY_NUMBER",
			"Risk.name OUTSIDE_SCOPE", "Risk.name RESOURCE_NAME", "Plan UNKNOWN_TYPE", "RiskEntry.risk UNKNOWN"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("faults (-want +got):\n%s", diff)
		}
		f.wantStored(t, 0)
	})
}

func TestExportReturnsWhatWasImported(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		if _, err := f.send(t, municipality, false, sound()); err != nil {
			t.Fatal(err)
		}
		stream, err := f.client.Export(f.As(t.Context(), operator, rpctest.Role("operator", municipality)), &transferv1.ExportRequest{Parent: municipality})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for {
			answer, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, packed := range answer.GetResources() {
				if strings.Contains(packed.String(), "etag") {
					t.Errorf("%v carries an etag", packed)
				}
				names = append(names, string(packed.MessageName()))
			}
		}
		if len(names) != 2 || !strings.HasSuffix(names[0], ".Risk") || !strings.HasSuffix(names[1], ".RiskEntry") {
			t.Errorf("got %v, want the risk, then the entry", names)
		}
	})
}

// TestWorkInProgress: a caller without the permission TRANSFER brings in nothing but what the service accepts, and the
// service is asked before the write; one with it is not asked.
func TestWorkInProgress(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.role = "coordinator"
		answer, err := f.send(t, municipality, false, sound())
		if err != nil || len(answer.GetFaults()) != 2 || answer.GetFaults()[0].GetReason() != "TYPE_NOT_ALLOWED" {
			t.Fatalf("nothing accepted: got %v, %v", answer, err)
		}
		asked := 0
		f.server.Accept(func(_ context.Context, i *transfer.Import) error {
			asked += len(i.Items)
			if i.Full || i.Tx != nil {
				t.Error("asked about an import of everything, or inside the write")
			}
			return nil
		}, &riskv1.Risk{})
		if answer, err = f.send(t, municipality, false, sound()); err != nil || len(answer.GetFaults()) != 1 || answer.GetFaults()[0].GetPath() != "RiskEntry" {
			t.Errorf("one type accepted: got %v, %v", answer, err)
		}
		f.wantStored(t, 0)
		if answer, err = f.send(t, committee, false, sound()[1:]); err != nil || answer.GetCreated() != 1 || asked != 2 {
			t.Errorf("got %v, %v, asked about %d", answer, err, asked)
		}
		f.role = operatorRole
		if answer, err = f.send(t, municipality, false, sound()); err != nil || answer.GetCreated() != 1 || asked != 2 {
			t.Errorf("operator: got %v, %v, asked about %d", answer, err, asked)
		}
	})
}

func TestAScopeIsAMunicipalityOrACommittee(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		if _, err := f.send(t, plan, true, nil); rpcerr.FromStatus(err) == nil || rpcerr.FromStatus(err).Kind != fault.Invalid {
			t.Errorf("got %v, want it invalid", err)
		}
	})
}
