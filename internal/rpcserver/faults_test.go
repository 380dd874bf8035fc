package rpcserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/telemetry"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

func TestPanicsAndUntypedErrors(t *testing.T) {
	f := start(t)
	secret := errors.New("password=hunter2 in the DSN")
	handlers := map[string]func() error{
		"error":         func() error { return fmt.Errorf("get: %w", secret) },
		"panic":         func() error { panic(secret) },
		"runtime panic": func() error { none := os.Args[:0]; return errors.New(none[len(none)]) },
		"abort":         func() error { panic(nil) },
	}
	for name, handler := range handlers {
		f.service.get = func(context.Context, *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
			return nil, handler()
		}
		f.service.export = func(*transferv1.ExportRequest, grpc.ServerStreamingServer[transferv1.ExportResponse]) error {
			return handler()
		}
		ctx := telemetry.WithRequestID(f.as(t, "operator", "-"), "request-"+strings.ReplaceAll(name, " ", "-"))
		for kind, err := range map[string]error{
			"unary": f.getMunicipality(ctx, "municipalities/m"), "stream": f.exportFrom(ctx, "municipalities/m"),
		} {
			wantCode(t, name+" "+kind, err, codes.Internal)
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s %s: the cause left the process: %v", name, kind, err)
			}
			if got := rpcerr.RequestID(err); got != telemetry.RequestID(ctx) {
				t.Errorf("%s %s: got request id %q, want %q", name, kind, got, telemetry.RequestID(ctx))
			}
			if got := rpcerr.FromStatus(err); !strings.Contains(got.Swedish, telemetry.RequestID(ctx)) {
				t.Errorf("%s %s: got %q, want the number of the fault in it", name, kind, got.Swedish)
			}
		}
	}
	if !strings.Contains(f.log.String(), "hunter2") || !strings.Contains(f.log.String(), "stack") {
		t.Error("the log does not hold the cause and the stack")
	}
}

// brokenProcesses panics, as a fault in an interceptor would.
type brokenProcesses struct{}

func (brokenProcesses) Process(context.Context) (bool, bool) { panic("broken interceptor") }

func TestPanicInAnInterceptor(t *testing.T) {
	f := start(t)
	f.server.deps.Processes = brokenProcesses{}
	_, err := directoryv1.NewSessionServiceClient(f.conn).SignOut(rpcclient.AsProcess(t.Context()), &directoryv1.SignOutRequest{SessionSecret: "s"})
	wantCode(t, "panic in authn", err, codes.Internal)
	err = f.server.lastResort(t.Context(), "in the log interceptor")
	wantCode(t, "last resort", err, codes.Internal)
	if rpcerr.RequestID(err) == "" {
		t.Error("the last resort gives no request id")
	}
}

func TestFaultsCrossTheWire(t *testing.T) {
	f := start(t)
	want := fault.State("INCOMPLETE", "Det saknas något.", "incomplete",
		fault.Field{Path: "sections[0].text", Reason: "REQUIRED", Swedish: "Skriv inledningen.", English: "introduction missing"})
	f.service.get = func(context.Context, *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
		return nil, fmt.Errorf("get it: %w", want.Because(errors.New("private")))
	}
	err := f.getMunicipality(f.as(t, "operator", "-"), "municipalities/m")
	wantCode(t, "precondition", err, codes.FailedPrecondition)
	got := rpcerr.FromStatus(err)
	if got.Reason != want.Reason || got.Swedish != want.Swedish || len(got.Fields) != 1 || got.Fields[0] != want.Fields[0] {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if status.Convert(err).Message() != "incomplete" {
		t.Errorf("got message %q, want the fault's own", status.Convert(err).Message())
	}
}

func TestValidation(t *testing.T) {
	f := start(t)
	client := directoryv1.NewDirectoryServiceClient(f.conn)
	request := &directoryv1.CreateMunicipalityRequest{
		Parent: "-", MunicipalityId: "Ogiltigt id",
		Municipality: &directoryv1.Municipality{DisplayName: "Kommun för 850709-9805 \x07"},
	}
	_, err := client.CreateMunicipality(f.as(t, "operator", "-"), request)
	wantCode(t, "invalid request", err, codes.InvalidArgument)
	got := rpcerr.FromStatus(err)
	reasons := map[string]string{}
	for _, field := range got.Fields {
		reasons[field.Path+" "+field.Reason] = field.Swedish
	}
	for _, want := range []string{
		"municipality_id string.pattern", "municipality.display_name PERSONAL_IDENTITY_NUMBER", "municipality.display_name CONTROL_CHARACTER",
	} {
		if reasons[want] == "" {
			t.Errorf("got %v, want %s with a Swedish text", reasons, want)
		}
	}
	if got.Reason != "PERSONAL_IDENTITY_NUMBER" {
		t.Errorf("got reason %s, want PERSONAL_IDENTITY_NUMBER", got.Reason)
	}
	if strings.Contains(f.log.String(), "850709") {
		t.Error("the personal identity number is in the log")
	}
	_, err = client.CreateMunicipality(f.as(t, "coordinator", "municipalities/m"), request)
	wantCode(t, "a stranger learns nothing of the request", err, codes.PermissionDenied)
}

func TestStreamMessagesAreValidated(t *testing.T) {
	f := start(t)
	ctx := f.as(t, "operator", "-")
	good := &transferv1.ImportRequest{Parent: "municipalities/m"}
	item := &transferv1.ImportRequest{Items: []*transferv1.ImportItem{{Resource: &anypb.Any{TypeUrl: "x/y"}}}}
	res, err := f.importFrom(ctx, good, item, item)
	if err != nil || res.GetCreated() != 2 {
		t.Fatalf("good stream: got %v, %v", res, err)
	}
	bad := &transferv1.ImportRequest{Items: []*transferv1.ImportItem{{Path: "x"}}}
	_, err = f.importFrom(ctx, good, bad)
	wantCode(t, "second message", err, codes.InvalidArgument)
	if got := rpcerr.FromStatus(err); len(got.Fields) != 1 || got.Fields[0].Path != "items[0].resource" {
		t.Errorf("got %+v, want items[0].resource", got)
	}
	f.service.imports = func(s grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
		for range 3 {
			if r, err := s.Recv(); err == nil && len(r.GetItems()) > 0 {
				return errors.New("a refused message reached the handler")
			}
		}
		return s.SendAndClose(&transferv1.ImportResponse{})
	}
	_, err = f.importFrom(f.as(t, "member", "municipalities/m"), good, item)
	wantCode(t, "handler that takes no notice of the refusal", err, codes.PermissionDenied)
}

func TestOversize(t *testing.T) {
	f := start(t, func(c *Config) { c.MaxMessage = 1 << 10 })
	ctx := f.as(t, "operator", "-")
	long := "municipalities/" + strings.Repeat("x", 2<<10)
	for kind, err := range map[string]error{
		"unary": f.getMunicipality(ctx, long), "server stream": f.exportFrom(ctx, long),
	} {
		wantCode(t, kind, err, codes.ResourceExhausted)
		if got := rpcerr.FromStatus(err); !strings.Contains(got.Swedish, "för stort") {
			t.Errorf("%s: got %q, want a Swedish text", kind, got.Swedish)
		}
	}
	_, err := f.importFrom(ctx, &transferv1.ImportRequest{Parent: "municipalities/m"}, &transferv1.ImportRequest{Parent: long})
	wantCode(t, "client stream", err, codes.ResourceExhausted)
}

func TestHealthAndReflectionAreOpen(t *testing.T) {
	f := start(t)
	client := healthv1.NewHealthClient(f.conn)
	check := func(service string, want healthv1.HealthCheckResponse_ServingStatus) {
		t.Helper()
		res, err := client.Check(t.Context(), &healthv1.HealthCheckRequest{Service: service})
		if err != nil || res.GetStatus() != want {
			t.Errorf("%q: got %v, %v; want %v", service, res.GetStatus(), err, want)
		}
	}
	const service = "uppsikt.directory.v1.DirectoryService"
	check("", healthv1.HealthCheckResponse_NOT_SERVING)
	f.server.SetServing(true)
	check("", healthv1.HealthCheckResponse_SERVING)
	check(service, healthv1.HealthCheckResponse_SERVING)
	f.server.SetServiceServing(service, false)
	check(service, healthv1.HealthCheckResponse_NOT_SERVING)
	s, err := grpc_reflection_v1.NewServerReflectionClient(f.conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(&grpc_reflection_v1.ServerReflectionRequest{
		MessageRequest: &grpc_reflection_v1.ServerReflectionRequest_ListServices{}}); err != nil {
		t.Fatal(err)
	}
	res, err := s.Recv()
	if err != nil || !strings.Contains(res.String(), service) {
		t.Errorf("got %v, %v; want the list of services", res, err)
	}
	if err := s.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(f.log.String(), `"msg":"call"`) {
		t.Error("health checks and reflection are logged")
	}
}

func TestStartRefusesUndeclaredMethods(t *testing.T) {
	f := &fixture{clock: &testClock{}, log: &syncBuffer{}}
	s, err := New(DefaultConfig(), f.deps(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(rpcclient.InProcess().Listener()); err == nil {
		t.Error("serves before it was started")
	}
	undeclared := grpc.ServiceDesc{ServiceName: "grpc.health.v2.Health", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Check"}}}
	s.Register(func(r grpc.ServiceRegistrar) { r.RegisterService(&undeclared, health.NewServer()) })
	if err := s.Start(); err == nil || !strings.Contains(err.Error(), "grpc.health.v2.Health/Check") {
		t.Errorf("got %v, want the method named", err)
	}
	s.Stop(t.Context())
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	f := &fixture{clock: &testClock{}, log: &syncBuffer{}}
	if _, err := New(DefaultConfig(), Deps{Clock: clock.System{}}); err == nil {
		t.Error("accepts a server without a verifier")
	}
	if _, err := New(Config{}, f.deps(t)); err == nil {
		t.Error("accepts a server without limits")
	}
}

func TestLogRecord(t *testing.T) {
	f := start(t)
	ctx := metadata.AppendToOutgoingContext(f.as(t, "operator", "-"), telemetry.RequestIDHeader, "abc-123")
	if err := f.getMunicipality(ctx, "municipalities/m"); err != nil {
		t.Fatal(err)
	}
	bad := metadata.AppendToOutgoingContext(f.as(t, "operator", "-"), telemetry.RequestIDHeader, `x" evil`)
	if err := f.getMunicipality(bad, "municipalities/m"); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(f.log.String()), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"msg": "call", "request_id": "abc-123", "subject": "municipalities/m/people/p", "tenant": "m", "code": "OK",
		"method": directoryv1.DirectoryService_GetMunicipality_FullMethodName,
	} {
		if got[key] != want {
			t.Errorf("%s: got %v, want %v", key, got[key], want)
		}
	}
	if _, ok := got["duration"]; !ok {
		t.Error("the record has no duration")
	}
	if strings.Contains(lines[1], "evil") {
		t.Errorf("a request id is taken as it comes: %s", lines[1])
	}
}

func TestStopIsBounded(t *testing.T) {
	f := start(t, func(c *Config) { c.Drain = 20 * time.Millisecond })
	f.server.SetServing(true)
	entered := make(chan struct{})
	f.service.get = func(ctx context.Context, _ *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
		close(entered)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ctx := f.as(t, "operator", "-")
	answered := make(chan error, 1)
	go func() { answered <- f.getMunicipality(ctx, "municipalities/m") }()
	<-entered
	f.server.Stop(t.Context())
	if err := <-answered; err == nil {
		t.Error("a call that never ends was answered")
	}
}

func BenchmarkUnary(b *testing.B) {
	f := &fixture{clock: &testClock{}, log: &syncBuffer{}, service: newDirectory()}
	f.clock.now.Store(time.Date(2025, 3, 12, 9, 30, 0, 0, time.UTC).UnixNano())
	key, err := authn.NewKey()
	if err != nil {
		b.Fatal(err)
	}
	minter, err := authn.NewMinter(issuer, key, f.clock)
	if err != nil {
		b.Fatal(err)
	}
	set, err := authn.JWKS(key)
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(DefaultConfig(), Deps{Logger: telemetry.NewLogger(discard{}, 0), Clock: f.clock,
		Verifier: authn.NewVerifier(issuer, authn.StaticKeys(set), f.clock)})
	if err != nil {
		b.Fatal(err)
	}
	s.Register(func(r grpc.ServiceRegistrar) { directoryv1.RegisterDirectoryServiceServer(r, f.service) })
	if err := s.Start(); err != nil {
		b.Fatal(err)
	}
	defer s.Stop(b.Context())
	token, _, err := minter.Mint(authn.Claims{Subject: "p", Roles: []authn.Role{{Role: "operator", Scope: "-"}}})
	if err != nil {
		b.Fatal(err)
	}
	md := metadata.Pairs(authn.AuthorizationHeader, "Bearer "+token)
	ctx := metadata.NewIncomingContext(b.Context(), md)
	request := &directoryv1.GetMunicipalityRequest{Name: "municipalities/m"}
	chain := chained(s.unaryChain(), directoryv1.DirectoryService_GetMunicipality_FullMethodName, f.service)
	b.ReportAllocs()
	for b.Loop() { // the chain alone, without the transport
		if _, err := chain(ctx, request); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// chained composes the chain as gRPC does.
func chained(chain []grpc.UnaryServerInterceptor, method string, d *directory) grpc.UnaryHandler {
	info := &grpc.UnaryServerInfo{FullMethod: method}
	next := func(ctx context.Context, req any) (any, error) {
		return d.get(ctx, req.(*directoryv1.GetMunicipalityRequest))
	}
	for i := len(chain) - 1; i >= 0; i-- {
		link, inner := chain[i], next
		next = func(ctx context.Context, req any) (any, error) { return link(ctx, req, info, inner) }
	}
	return next
}
