package controlmeasurement_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Names that the tests use.
const (
	ume      = "municipalities/ume"
	on       = ume + "/committees/on"
	plan2025 = on + "/plans/2025"
	plan2026 = on + "/plans/2026"
	area     = plan2025 + "/controlAreas/kvalitet"
	yearly   = on + "/rounds/hel-2025"
	interim  = on + "/rounds/delar-2025"
	chefs    = ume + "/roleAssignments/chefer"
	others   = ume + "/roleAssignments/andra"
	anna     = ume + "/people/anna"
	karin    = ume + "/people/karin"
	north    = on + "/units/norra"
	south    = on + "/units/sodra"
)

// point returns the name of a control point of the plan for 2025.
func point(id string) string { return plan2025 + "/controlPoints/" + id }

// line is the connection to another service, which a test can cut. It exists only once the services were registered.
type line struct {
	conn grpc.ClientConnInterface
	cut  atomic.Bool
}

var errCut = status.Error(codes.Unavailable, "the line is cut")

// Invoke calls through the connection.
func (l *line) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if l.cut.Load() {
		return errCut
	}
	return l.conn.Invoke(ctx, method, args, reply, opts...)
}

// NewStream opens a stream through the connection.
func (l *line) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	if l.cut.Load() {
		return nil, errCut
	}
	return l.conn.NewStream(ctx, desc, method, opts...)
}

// world is running control measurement, its register, and people who call it.
type world struct {
	controlv1.ControlMeasurementServiceClient
	journal  controlv1.JournalServiceClient
	transfer controlv1.TransferServiceClient
	register *register
	// units is the directory; offices the connection to it.
	units         *organisation
	line, offices *line
	service       *controlmeasurement.Service
	clock         *rpctest.Clock
	db            sqldb.DB

	// coordinator, head, owner, manager, member, auditor and operator are contexts of callers.
	coordinator, head, owner, manager, member, auditor, operator context.Context
}

// start serves an empty control measurement over SQLite.
func start(t *testing.T) *world {
	t.Helper()
	return serve(t, sqldbtest.Open(t, sqldb.SQLite, controlmeasurement.Migrations()))
}

// engines runs a test on both engines.
func engines(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	sqldbtest.Run(t, controlmeasurement.Migrations(), func(t *testing.T, db sqldb.DB) { test(t, serve(t, db)) })
}

// serve serves control measurement over a database.
func serve(t testing.TB, db sqldb.DB) *world {
	t.Helper()
	w := &world{register: newRegister(), units: newOrganisation(), line: &line{}, offices: &line{}, clock: rpctest.NewClock(), db: db}
	cfg := controlmeasurement.DefaultConfig()
	cfg.Deliver = 10 * time.Millisecond
	var err error
	w.service, err = controlmeasurement.Open(t.Context(), cfg, controlmeasurement.Deps{Database: db,
		Logger: slog.New(slog.DiscardHandler), Clock: w.clock, RiskRegister: riskv1.NewRiskRegisterServiceClient(w.line),
		Directory: directoryv1.NewDirectoryServiceClient(w.offices)})
	if err != nil {
		t.Fatal(err)
	}
	h := rpctest.Serve(t, w.clock, func(r grpc.ServiceRegistrar) {
		w.service.Register(r)
		w.register.Register(r)
		w.units.Register(r)
	})
	w.line.conn, w.offices.conn = h.Conn, h.Conn
	w.ControlMeasurementServiceClient = controlv1.NewControlMeasurementServiceClient(h.Conn)
	w.journal, w.transfer = controlv1.NewJournalServiceClient(h.Conn), controlv1.NewTransferServiceClient(h.Conn)
	as := func(subject, role, scope string, assignment ...string) context.Context {
		return h.As(t.Context(), subject, rpctest.Role(role, scope, assignment...))
	}
	w.coordinator, w.head = as(karin, "coordinator", on), as(ume+"/people/hans", "head", on)
	w.owner, w.manager = as(anna, "owner", on, chefs), as(ume+"/people/mats", "manager", on, others)
	w.member, w.auditor = as(ume+"/people/moa", "member", on), as(ume+"/people/rut", "auditor", ume)
	w.operator = as("serviceAccounts/cli", "operator", ume)
	return w
}

// run lets the service work in the background until the test ends.
func (w *world) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.service.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// must returns the answer of a call that may not fail.
func must[M proto.Message](t testing.TB) func(M, error) M {
	return func(m M, err error) M {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected fault: %v", rpcerr.FromStatus(err))
		}
		return m
	}
}

// wantFault checks a fault's kind and reason, and the paths and reasons of its fields when any are given.
func wantFault(t *testing.T, err error, kind fault.Kind, reason string, fields ...string) {
	t.Helper()
	f := rpcerr.FromStatus(err)
	if f == nil || f.Kind != kind || f.Reason != reason || f.Swedish == "" {
		t.Fatalf("fault = %+v, want kind %v, reason %s and a Swedish text", f, kind, reason)
	}
	if len(fields) == 0 {
		return
	}
	var got []string
	for _, v := range f.Fields {
		got = append(got, v.Path+" "+v.Reason)
		if v.Swedish == "" || v.English == "" {
			t.Errorf("field %+v lacks a text", v)
		}
	}
	if diff := cmp.Diff(fields, got); diff != "" {
		t.Errorf("fields differ (-want +got):\n%s", diff)
	}
}

// wantInvalid checks the fields of a refusal.
func wantInvalid(t *testing.T, err error, fields ...string) {
	t.Helper()
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", fields...)
}

// increase, least and goals are targets.
func increase() *controlv1.Target {
	return &controlv1.Target{Id: "oka", Operator: controlv1.TargetOperator_TARGET_OPERATOR_INCREASE}
}

func least(v float64) *controlv1.Target {
	return &controlv1.Target{Id: "minst", Operator: controlv1.TargetOperator_TARGET_OPERATOR_AT_LEAST, Value: proto.Float64(v)}
}

// share stores an indicator "planer" of the control point of the same id.
func (w *world) share(t testing.TB, targets ...*controlv1.Target) string {
	t.Helper()
	return must[*controlv1.Indicator](t)(w.CreateIndicator(w.coordinator, &controlv1.CreateIndicatorRequest{Parent: on, IndicatorId: "planer",
		Indicator: &controlv1.Indicator{Title: "Andel med genomförandeplan", Quantity: controlv1.Quantity_QUANTITY_SHARE, Targets: targets,
			Subjects: []string{point("planer")}, Position: 1}})).GetName()
}

// count stores an indicator "oro" of the control points of the same id.
func (w *world) count(t testing.TB, targets ...*controlv1.Target) string {
	t.Helper()
	return must[*controlv1.Indicator](t)(w.CreateIndicator(w.coordinator, &controlv1.CreateIndicatorRequest{Parent: on, IndicatorId: "oro",
		Indicator: &controlv1.Indicator{Title: "Antal orosanmälningar", Quantity: controlv1.Quantity_QUANTITY_COUNT, UnitLabel: "orosanmälningar",
			UnitLabelOne: "orosanmälan", Targets: targets, Subjects: []string{point("oro")}, Position: 2}})).GetName()
}

// december is a measurement of December.
func december(indicator, year string, value float64) *controlv1.Measurement {
	return &controlv1.Measurement{Indicator: indicator, BeginDate: year + "-12-01", EndDate: year + "-12-31", Value: proto.Float64(value)}
}

// ofYear is a measurement of a whole year.
func ofYear(indicator, year string, value float64) *controlv1.Measurement {
	return &controlv1.Measurement{Indicator: indicator, BeginDate: year + "-01-01", EndDate: year + "-12-31", Value: proto.Float64(value)}
}

// measure stores a measurement.
func (w *world) measure(t testing.TB, m *controlv1.Measurement) *controlv1.Measurement {
	t.Helper()
	return must[*controlv1.Measurement](t)(w.CreateMeasurement(w.coordinator, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: m}))
}

// done is a result that was carried out.
func done(id string) *controlv1.Result {
	return &controlv1.Result{Subject: point(id), Execution: controlv1.Execution_EXECUTION_DONE, Text: "Kontrollen visar …"}
}

// result stores a result of the yearly round.
func (w *world) result(t testing.TB, id string, r *controlv1.Result) *controlv1.Result {
	t.Helper()
	return must[*controlv1.Result](t)(w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: yearly, ResultId: id, Result: r}))
}

// read returns a result as it stands.
func (w *world) read(t testing.TB, id string) *controlv1.Result {
	t.Helper()
	return must[*controlv1.Result](t)(w.GetResult(w.coordinator, &controlv1.GetResultRequest{Name: yearly + "/results/" + id}))
}

// snapshot returns what was found about the plan for 2025.
func (w *world) snapshot(t testing.TB, ctx context.Context) *controlv1.GetControlSnapshotResponse {
	t.Helper()
	return must[*controlv1.GetControlSnapshotResponse](t)(w.GetControlSnapshot(ctx, &controlv1.GetControlSnapshotRequest{Plan: plan2025}))
}

// file is the content of an import.
func file(t testing.TB, all ...proto.Message) []*transferv1.ImportItem {
	t.Helper()
	var items []*transferv1.ImportItem
	for _, m := range all {
		packed, err := anypb.New(m)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, &transferv1.ImportItem{Path: string(m.ProtoReflect().Descriptor().Name()), Resource: packed})
	}
	return items
}

// importing sends items as one import and returns the answer.
func (w *world) importing(t testing.TB, dry bool, items ...*transferv1.ImportItem) (*transferv1.ImportResponse, error) {
	t.Helper()
	return w.importingAs(t, w.operator, ume, dry, items...)
}

// importingAs is importing for any caller and scope.
func (w *world) importingAs(t testing.TB, caller context.Context, parent string, dry bool, items ...*transferv1.ImportItem) (*transferv1.ImportResponse, error) {
	t.Helper()
	stream, err := w.transfer.Import(caller)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&transferv1.ImportRequest{Parent: parent, ValidateOnly: dry}); err != nil {
		t.Logf("send: %v", err)
	}
	for some := range slices.Chunk(items, 500) {
		if err := stream.Send(&transferv1.ImportRequest{Items: some}); err != nil {
			t.Logf("send: %v", err)
		}
	}
	return stream.CloseAndRecv()
}

// exported returns everything that the municipality has.
func (w *world) exported(t testing.TB) []proto.Message {
	t.Helper()
	stream, err := w.transfer.Export(w.operator, &transferv1.ExportRequest{Parent: ume})
	if err != nil {
		t.Fatal(err)
	}
	var all []proto.Message
	for {
		answer, err := stream.Recv()
		if err != nil {
			if f := rpcerr.FromStatus(err); !errors.Is(err, context.Canceled) && f != nil && len(all) == 0 {
				t.Logf("export ended: %v", err)
			}
			return all
		}
		for _, packed := range answer.GetResources() {
			m, err := packed.UnmarshalNew()
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
	}
}
