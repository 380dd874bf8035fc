package rpcserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const issuer = "https://exempelkommun.example"

// testClock is set by hand.
type testClock struct{ now atomic.Int64 }

func (c *testClock) Now() time.Time          { return time.Unix(0, c.now.Load()).UTC() }
func (c *testClock) advance(d time.Duration) { c.now.Add(int64(d)) }

// syncBuffer is a log that several calls write to.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// directory implements a few RPCs; each does what the test says.
type directory struct {
	directoryv1.UnimplementedDirectoryServiceServer
	directoryv1.UnimplementedSessionServiceServer
	directoryv1.UnimplementedTransferServiceServer
	directoryv1.UnimplementedJournalServiceServer
	get      func(context.Context, *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error)
	imports  func(grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error
	export   func(*transferv1.ExportRequest, grpc.ServerStreamingServer[transferv1.ExportResponse]) error
	watch    func(*journalv1.WatchChangesRequest, grpc.ServerStreamingServer[journalv1.WatchChangesResponse]) error
	password func(context.Context) error
}

func (d *directory) GetMunicipality(ctx context.Context, r *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
	return d.get(ctx, r)
}

func (d *directory) CreateMunicipality(_ context.Context, r *directoryv1.CreateMunicipalityRequest) (*directoryv1.Municipality, error) {
	return r.GetMunicipality(), nil
}

func (d *directory) SignOut(context.Context, *directoryv1.SignOutRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (d *directory) SetPassword(ctx context.Context, _ *directoryv1.SetPasswordRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, d.password(ctx)
}

func (d *directory) Import(s grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
	return d.imports(s)
}

func (d *directory) Export(r *transferv1.ExportRequest, s grpc.ServerStreamingServer[transferv1.ExportResponse]) error {
	return d.export(r, s)
}

func (d *directory) WatchChanges(r *journalv1.WatchChangesRequest, s grpc.ServerStreamingServer[journalv1.WatchChangesResponse]) error {
	return d.watch(r, s)
}

// fixture is a running server with one client.
type fixture struct {
	clock      *testClock
	log        *syncBuffer
	minter     *authn.Minter
	credential authn.ProcessCredential
	service    *directory
	server     *Server
	conn       *grpc.ClientConn
	revoked    atomic.Pointer[[]authn.Revocation]
	list       *authn.Revocations
}

func start(t *testing.T, change ...func(*Config)) *fixture {
	t.Helper()
	f := &fixture{clock: &testClock{}, log: &syncBuffer{}, credential: authn.NewProcessCredential(), service: newDirectory()}
	f.clock.now.Store(time.Date(2025, 3, 12, 9, 30, 0, 0, time.UTC).UnixNano())
	cfg := DefaultConfig()
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if f.server, err = New(cfg, f.deps(t)); err != nil {
		t.Fatal(err)
	}
	f.server.Register(func(r grpc.ServiceRegistrar) {
		directoryv1.RegisterDirectoryServiceServer(r, f.service)
		directoryv1.RegisterSessionServiceServer(r, f.service)
		directoryv1.RegisterTransferServiceServer(r, f.service)
		directoryv1.RegisterJournalServiceServer(r, f.service)
	})
	if err := f.server.Start(); err != nil {
		t.Fatal(err)
	}
	f.serve(t)
	return f
}

func newDirectory() *directory {
	return &directory{
		get: func(_ context.Context, r *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
			return &directoryv1.Municipality{Name: r.GetName()}, nil
		},
		imports: func(s grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
			var items int32
			for {
				r, err := s.Recv()
				if errors.Is(err, io.EOF) {
					return s.SendAndClose(&transferv1.ImportResponse{Created: items})
				}
				if err != nil {
					return err
				}
				items += int32(len(r.GetItems()))
			}
		},
		export: func(_ *transferv1.ExportRequest, s grpc.ServerStreamingServer[transferv1.ExportResponse]) error {
			return s.Send(&transferv1.ExportResponse{})
		},
		password: func(context.Context) error { return nil },
	}
}

func (f *fixture) deps(t *testing.T) Deps {
	t.Helper()
	key, err := authn.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if f.minter, err = authn.NewMinter(issuer, key, f.clock); err != nil {
		t.Fatal(err)
	}
	set, err := authn.JWKS(key)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewJSONHandler(f.log, nil))
	f.revoked.Store(&[]authn.Revocation{})
	f.list = authn.NewRevocations(authn.RevocationSourceFunc(func(context.Context) ([]authn.Revocation, error) {
		return *f.revoked.Load(), nil
	}), f.clock, logger)
	if err := f.list.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return Deps{
		Logger: logger, Clock: f.clock, Verifier: authn.NewVerifier(issuer, authn.StaticKeys(set), f.clock),
		Processes: f.credential, Revocations: f.list,
	}
}

func (f *fixture) serve(t *testing.T) {
	t.Helper()
	carrier := rpcclient.InProcess()
	served := make(chan error, 1)
	go func() { served <- f.server.Serve(carrier.Listener()) }()
	var err error
	if f.conn, err = carrier.Dial(rpcclient.Config{Process: f.credential}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.conn.Close()
		f.server.Stop(context.Background())
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

// as returns a context that carries a token with one role.
func (f *fixture) as(t *testing.T, role, scope string) context.Context {
	t.Helper()
	token, _, err := f.minter.Mint(authn.Claims{
		Subject: "municipalities/m/people/p", Session: "s", Roles: []authn.Role{{Role: role, Scope: scope}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return authn.WithToken(t.Context(), token)
}

func (f *fixture) getMunicipality(ctx context.Context, name string) error {
	_, err := directoryv1.NewDirectoryServiceClient(f.conn).GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: name})
	return err
}

func (f *fixture) setPassword(ctx context.Context) error {
	_, err := directoryv1.NewSessionServiceClient(f.conn).SetPassword(ctx, &directoryv1.SetPasswordRequest{Password: "korrekt häst batteri"})
	return err
}

func (f *fixture) importFrom(ctx context.Context, requests ...*transferv1.ImportRequest) (*transferv1.ImportResponse, error) {
	s, err := directoryv1.NewTransferServiceClient(f.conn).Import(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range requests {
		if err := s.Send(r); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	return s.CloseAndRecv()
}

func (f *fixture) exportFrom(ctx context.Context, parent string) error {
	s, err := directoryv1.NewTransferServiceClient(f.conn).Export(ctx, &transferv1.ExportRequest{Parent: parent})
	if err != nil {
		return err
	}
	_, err = s.Recv()
	return err
}

func wantCode(t *testing.T, what string, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// TestUnaryAndStreamAlike checks that every kind of call gets the same answer to the same caller.
func TestUnaryAndStreamAlike(t *testing.T) {
	f := start(t)
	const m = "municipalities/m"
	expired := f.as(t, "operator", m)
	f.clock.advance(time.Hour)
	if err := f.list.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw := func(pairs ...string) context.Context {
		return metadata.AppendToOutgoingContext(t.Context(), pairs...)
	}
	tests := []struct {
		name string
		ctx  context.Context
		on   string
		want codes.Code
	}{
		{"allowed", f.as(t, "operator", m), m, codes.OK},
		{"no token", t.Context(), m, codes.Unauthenticated},
		{"nonsense", raw("authorization", "Bearer nonsense"), m, codes.Unauthenticated},
		{"basic", raw("authorization", "Basic b3BlcmF0b3I6"), m, codes.Unauthenticated},
		{"expired", expired, m, codes.Unauthenticated},
		{"only the process credential", rpcclient.AsProcess(t.Context()), m, codes.Unauthenticated},
		{"other municipality", f.as(t, "operator", "municipalities/other"), m, codes.PermissionDenied},
		{"no such role", f.as(t, "root", m), m, codes.PermissionDenied},
		{"malformed name", f.as(t, "operator", m), "m", codes.InvalidArgument},
		{"no name", f.as(t, "operator", m), "", codes.InvalidArgument},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantCode(t, "unary", f.getMunicipality(tt.ctx, tt.on), tt.want)
			wantCode(t, "server stream", f.exportFrom(tt.ctx, tt.on), tt.want)
			_, err := f.importFrom(tt.ctx, &transferv1.ImportRequest{Parent: tt.on}, &transferv1.ImportRequest{})
			wantCode(t, "client stream", err, tt.want)
		})
	}
}

func TestDenialIsTheSameWhateverExists(t *testing.T) {
	f := start(t)
	f.service.get = func(_ context.Context, r *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
		return nil, fault.Missing(r.GetName())
	}
	ctx := f.as(t, "coordinator", "municipalities/m")
	there, missing := f.getMunicipality(ctx, "municipalities/a"), f.getMunicipality(ctx, "municipalities/b")
	wantCode(t, "another municipality", there, codes.PermissionDenied)
	if status.Convert(there).Message() != status.Convert(missing).Message() {
		t.Errorf("got %q and %q, want the same", there, missing)
	}
}

func TestProcessMethods(t *testing.T) {
	f := start(t)
	client := directoryv1.NewSessionServiceClient(f.conn)
	wrong := authn.NewProcessCredential().Attach(t.Context())
	tests := []struct {
		name string
		ctx  context.Context
		want codes.Code
	}{
		{"process", rpcclient.AsProcess(t.Context()), codes.OK},
		{"wrong credential", wrong, codes.Unauthenticated},
		{"wrong credential beside a token", authn.NewProcessCredential().Attach(f.as(t, "operator", "-")), codes.Unauthenticated},
		{"token", f.as(t, "operator", "-"), codes.PermissionDenied},
		{"nobody", t.Context(), codes.Unauthenticated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := client.SignOut(tt.ctx, &directoryv1.SignOutRequest{SessionSecret: "secret"})
			wantCode(t, "SignOut", err, tt.want)
		})
	}
}

func TestHandlerSeesTheCaller(t *testing.T) {
	f := start(t)
	var got *authn.Identity
	f.service.password = func(ctx context.Context) error {
		got, _ = authn.From(ctx)
		return nil
	}
	if err := f.setPassword(f.as(t, "member", "municipalities/m")); err != nil {
		t.Fatal(err)
	}
	if got == nil || got.Subject != "municipalities/m/people/p" || got.Session != "s" || got.Token == "" {
		t.Errorf("got %+v", got)
	}
}

func TestRevocation(t *testing.T) {
	f := start(t)
	ctx := f.as(t, "member", "municipalities/m")
	if err := f.setPassword(ctx); err != nil {
		t.Fatal(err)
	}
	f.clock.advance(61 * time.Second)
	wantCode(t, "write with a stale list", f.setPassword(ctx), codes.Unavailable)
	wantCode(t, "read with a stale list", f.getMunicipality(ctx, "municipalities/m"), codes.OK)
	f.revoked.Store(&[]authn.Revocation{{Session: "s", Before: f.clock.Now()}})
	if err := f.list.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "write after the revocation", f.setPassword(ctx), codes.Unauthenticated)
	wantCode(t, "read after the revocation", f.getMunicipality(ctx, "municipalities/m"), codes.Unauthenticated)
	wantCode(t, "with a new token", f.setPassword(f.as(t, "member", "municipalities/m")), codes.OK)
}

func TestRevocationEndsAStream(t *testing.T) {
	f := start(t)
	sent, revoked := make(chan struct{}), make(chan struct{})
	f.service.watch = func(_ *journalv1.WatchChangesRequest, s grpc.ServerStreamingServer[journalv1.WatchChangesResponse]) error {
		if err := s.Send(&journalv1.WatchChangesResponse{}); err != nil {
			return err
		}
		close(sent)
		<-revoked
		return s.Send(&journalv1.WatchChangesResponse{})
	}
	ctx := f.as(t, "auditor", "municipalities/m")
	s, err := directoryv1.NewJournalServiceClient(f.conn).WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: "municipalities/m"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Recv(); err != nil {
		t.Fatal(err)
	}
	<-sent
	f.revoked.Store(&[]authn.Revocation{{Session: "s", Before: f.clock.Now().Add(time.Second)}})
	if err := f.list.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(revoked)
	_, err = s.Recv()
	wantCode(t, "second event", err, codes.Unauthenticated)
}

// watching starts a stream whose handler waits for the end of its context.
func (f *fixture) watching(t *testing.T, ctx context.Context) grpc.ServerStreamingClient[journalv1.WatchChangesResponse] {
	t.Helper()
	entered := make(chan struct{})
	f.service.watch = func(_ *journalv1.WatchChangesRequest, s grpc.ServerStreamingServer[journalv1.WatchChangesResponse]) error {
		close(entered)
		<-s.Context().Done()
		return s.Context().Err()
	}
	s, err := directoryv1.NewJournalServiceClient(f.conn).WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: "municipalities/m"})
	if err != nil {
		t.Fatal(err)
	}
	<-entered
	return s
}

func TestWatchEndsWithTheToken(t *testing.T) {
	f := start(t)
	ctx := f.as(t, "auditor", "municipalities/m")
	f.clock.advance(authn.TokenLife - 20*time.Millisecond)
	if _, err := f.watching(t, ctx).Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the end of the stream", err)
	}
}

func TestWatchEndsWhenTheServerDrains(t *testing.T) {
	f := start(t, func(c *Config) { c.Drain = time.Hour })
	s := f.watching(t, f.as(t, "auditor", "municipalities/m"))
	f.server.Stop(t.Context())
	if _, err := s.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the end of the stream", err)
	}
}

func TestWatchThatTheClientLeaves(t *testing.T) {
	f := start(t)
	ctx, cancel := context.WithCancel(f.as(t, "auditor", "municipalities/m"))
	s := f.watching(t, ctx)
	cancel()
	_, err := s.Recv()
	wantCode(t, "canceled stream", err, codes.Canceled)
}

func TestFinishedImportIsNotRefused(t *testing.T) {
	f := start(t)
	f.service.imports = func(s grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
		if _, err := s.Recv(); err != nil {
			return err
		}
		f.clock.advance(2 * authn.RevocationMaxAge) // the list gets stale while the handler works
		return s.SendAndClose(&transferv1.ImportResponse{Created: 1})
	}
	res, err := f.importFrom(f.as(t, "operator", "-"), &transferv1.ImportRequest{Parent: "municipalities/m"})
	if err != nil || res.GetCreated() != 1 {
		t.Errorf("got %v, %v; want the answer of the handler", res, err)
	}
}

func TestDeadline(t *testing.T) {
	f := start(t)
	var left time.Duration
	f.service.get = func(ctx context.Context, _ *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return nil, ctx.Err()
	}
	ctx := f.as(t, "operator", "-")
	for _, given := range []time.Duration{10 * time.Second, time.Minute} {
		limited, cancel := context.WithTimeout(ctx, given)
		if err := f.getMunicipality(limited, "municipalities/m"); err != nil {
			t.Fatal(err)
		}
		cancel()
		if left > given-shave || left < given-5*time.Second {
			t.Errorf("of %v the handler has %v, want a little less", given, left)
		}
	}
}

func TestStoppedHandlerGivesDeadlineExceeded(t *testing.T) {
	f := start(t, func(c *Config) { c.Deadline = 10 * time.Millisecond })
	f.service.get = func(ctx context.Context, _ *directoryv1.GetMunicipalityRequest) (*directoryv1.Municipality, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(f.as(t, "operator", "-"), 3*time.Second) // of which the server leaves enough, on a loaded machine too
	defer cancel()
	err := f.getMunicipality(ctx, "municipalities/m")
	wantCode(t, "slow handler", err, codes.DeadlineExceeded)
	if strings.Contains(status.Convert(err).Message(), "context deadline") {
		t.Errorf("got %v: the client gave up before the server could answer", err)
	}
}
