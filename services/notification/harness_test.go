package notification_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/notification"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Names that the tests use.
const (
	ume    = "municipalities/ume"
	social = ume + "/committees/on"
	school = ume + "/committees/un"
	anna   = ume + "/people/anna"
	bo     = ume + "/people/bo"
	karin  = ume + "/people/karin"
	all    = ume + "/reminderRules/alla"
)

// world is running notification, the owners of deadlines, and people who call it.
type world struct {
	notificationv1.NotificationServiceClient
	journal  notificationv1.JournalServiceClient
	transfer notificationv1.TransferServiceClient
	owners   *owners
	box      *mailbox
	service  *notification.Service
	harness  *rpctest.Harness
	clock    *rpctest.Clock
	db       sqldb.DB

	// coordinator and secretary belong to Omsorgsnämnden and sister to the other committee; chief, auditor and administrator
	// to the municipality. Anna and Bo answer for things. The process is the gateway.
	coordinator, secretary, member, sister, chief, auditor, administrator, operator, anna, bo, process context.Context
}

// start serves an empty notification over SQLite.
func start(t *testing.T) *world {
	t.Helper()
	return serve(t, sqldbtest.Open(t, sqldb.SQLite, notification.Migrations()))
}

// engines runs a test on both engines.
func engines(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	sqldbtest.Run(t, notification.Migrations(), func(t *testing.T, db sqldb.DB) { test(t, serve(t, db)) })
}

// serve serves notification over a database, which has no rule yet.
func serve(t testing.TB, db sqldb.DB) *world {
	t.Helper()
	w := &world{clock: rpctest.NewClock(), box: newMailbox(t), db: db}
	w.owners = newOwners(w.clock)
	line := &line{}
	h := rpctest.Serve(t, w.clock, func(r grpc.ServiceRegistrar) {
		w.service = opened(t, w, line)
		w.service.Register(r)
		w.owners.Register(r)
	})
	line.ClientConnInterface = h.Conn
	w.owners.change(func() { w.owners.harness = h })
	w.harness = h
	w.NotificationServiceClient = notificationv1.NewNotificationServiceClient(h.Conn)
	w.journal, w.transfer = notificationv1.NewJournalServiceClient(h.Conn), notificationv1.NewTransferServiceClient(h.Conn)
	w.signIn(t)
	w.process = h.AsProcess(t.Context())
	return w
}

// signIn gives everybody a token: those they had last for five minutes.
func (w *world) signIn(t testing.TB) {
	t.Helper()
	as := func(id, role, scope string) context.Context {
		return w.harness.As(t.Context(), id, rpctest.Role(role, scope))
	}
	w.coordinator, w.sister, w.chief = as(karin, "coordinator", social), as(ume+"/people/kim", "coordinator", school), as(ume+"/people/chef", "coordinator", ume)
	w.secretary, w.member = as(ume+"/people/siv", "secretary", social), as(ume+"/people/moa", "member", social)
	w.auditor, w.administrator = as(ume+"/people/rut", "auditor", ume), as(ume+"/people/adam", "administrator", ume)
	w.anna, w.bo, w.operator = as(anna, "owner", social), as(bo, "owner", social), as("serviceAccounts/cli", "operator", "-")
}

// pass lets time pass.
func (w *world) pass(t testing.TB, d time.Duration) {
	t.Helper()
	w.clock.Advance(d)
	w.signIn(t)
}

// line is the connection to the other services, which exists only once they were registered.
type line struct{ grpc.ClientConnInterface }

// opened opens the service over the world's database.
func opened(t testing.TB, w *world, conn grpc.ClientConnInterface) *notification.Service {
	t.Helper()
	cfg := notification.DefaultConfig()
	cfg.SMTP, cfg.From, cfg.PublicURL = "smtp://"+w.box.address+"?tls=none", "Uppsikt <uppsikt@umea.se>", "https://uppsikt.umea.se"
	s, err := notification.Open(t.Context(), cfg, notification.Deps{Database: unclosed{w.db}, Logger: slog.New(slog.DiscardHandler), Clock: w.clock,
		Directory: conn, RiskRegister: conn, ControlMeasurement: conn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// unclosed is a database that its test closes.
type unclosed struct{ sqldb.DB }

// Close does nothing.
func (unclosed) Close() error { return nil }

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

// reconcile compares everything once.
func (w *world) reconcile(t testing.TB) {
	t.Helper()
	if err := w.service.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// send compares everything and sends what is due at a time.
func (w *world) send(t testing.TB, at time.Time) {
	t.Helper()
	w.pass(t, at.Sub(w.clock.Now()))
	w.reconcile(t)
	if err := w.service.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// day is a time in May 2025, seven o'clock in Sweden.
func day(d int) time.Time { return time.Date(2025, time.May, d, 5, 0, 0, 0, time.UTC) }

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

// wantMissing checks that something does not exist for the caller.
func wantMissing(t *testing.T, err error) {
	t.Helper()
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
}

// wantDenied checks that the caller may not.
func wantDenied(t *testing.T, err error) {
	t.Helper()
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
}

// before and after are times of rules.
func before(days int32) *notificationv1.ReminderTime {
	return &notificationv1.ReminderTime{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: days}}
}

func after(days int32) *notificationv1.ReminderTime {
	return &notificationv1.ReminderTime{Distance: &notificationv1.ReminderTime_DaysAfter{DaysAfter: days}}
}

// rule is a rule for everything: a week before, at seven.
func rule(times ...*notificationv1.ReminderTime) *notificationv1.ReminderRule {
	if len(times) == 0 {
		times = append(times, before(7))
	}
	return &notificationv1.ReminderRule{Title: "Alla", TimeOfDay: "07:00", Times: times}
}

// everybody stores the municipality's rule for everything.
func (w *world) everybody(t testing.TB) *notificationv1.ReminderRule {
	t.Helper()
	return must[*notificationv1.ReminderRule](t)(w.CreateReminderRule(w.chief, &notificationv1.CreateReminderRuleRequest{Parent: ume, ReminderRuleId: "alla",
		ReminderRule: rule()}))
}

// importing sends resources as one import and returns the answer.
func (w *world) importing(t testing.TB, caller context.Context, parent string, dry bool, resources ...proto.Message) (*transferv1.ImportResponse, error) {
	t.Helper()
	stream, err := w.transfer.Import(caller)
	if err != nil {
		t.Fatal(err)
	}
	req := &transferv1.ImportRequest{Parent: parent, ValidateOnly: dry}
	for _, m := range resources {
		packed, err := anypb.New(m)
		if err != nil {
			t.Fatal(err)
		}
		req.Items = append(req.Items, &transferv1.ImportItem{Path: string(m.ProtoReflect().Descriptor().Name()), Resource: packed})
	}
	if err := stream.Send(req); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
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
	var list []proto.Message
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, packed := range answer.GetResources() {
			m, err := packed.UnmarshalNew()
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, m)
		}
	}
}
