package rpcclient

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/telemetry"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recording is a server that remembers what came with its calls and fails the first of them.
type recording struct {
	directoryv1.UnimplementedSessionServiceServer
	directoryv1.UnimplementedTransferServiceServer

	mu       sync.Mutex
	metadata metadata.MD
	left     time.Duration
	calls    int
	failures int
	size     int
}

func (r *recording) note(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.metadata, _ = metadata.FromIncomingContext(ctx)
	deadline, _ := ctx.Deadline()
	r.left = time.Until(deadline)
	r.calls++
	if r.calls <= r.failures {
		return status.Error(codes.Unavailable, "starting")
	}
	return nil
}

func (r *recording) last() (metadata.MD, time.Duration, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.metadata, r.left, r.calls
}

func (r *recording) ListRevocations(ctx context.Context, _ *directoryv1.ListRevocationsRequest) (*directoryv1.ListRevocationsResponse, error) {
	return &directoryv1.ListRevocationsResponse{}, r.note(ctx)
}

func (r *recording) GetVerificationKeys(ctx context.Context, _ *directoryv1.GetVerificationKeysRequest) (*directoryv1.GetVerificationKeysResponse, error) {
	return &directoryv1.GetVerificationKeysResponse{Jwks: make([]byte, r.size)}, r.note(ctx)
}

func (r *recording) SignOut(ctx context.Context, _ *directoryv1.SignOutRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, r.note(ctx)
}

func (r *recording) Export(_ *transferv1.ExportRequest, s grpc.ServerStreamingServer[transferv1.ExportResponse]) error {
	return r.note(s.Context())
}

// serve runs the server on the listener until the test ends.
func serve(t *testing.T, r *recording, listener net.Listener) {
	t.Helper()
	server := grpc.NewServer()
	directoryv1.RegisterSessionServiceServer(server, r)
	directoryv1.RegisterTransferServiceServer(server, r)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

func inProcess(t *testing.T, r *recording, cfg Config) *grpc.ClientConn {
	t.Helper()
	carrier := InProcess()
	serve(t, r, carrier.Listener())
	conn, err := carrier.Dial(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func list(ctx context.Context, conn *grpc.ClientConn) error {
	_, err := directoryv1.NewSessionServiceClient(conn).ListRevocations(ctx, &directoryv1.ListRevocationsRequest{})
	return err
}

func export(ctx context.Context, conn *grpc.ClientConn) error {
	s, err := directoryv1.NewTransferServiceClient(conn).Export(ctx, &transferv1.ExportRequest{})
	if err != nil {
		return err
	}
	if _, err := s.Recv(); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func TestWhatIsForwarded(t *testing.T) {
	credential := authn.NewProcessCredential()
	const header = "authorization"
	token := func(ctx context.Context) context.Context { return authn.WithToken(ctx, "T") }
	tests := []struct {
		name    string
		config  Config
		ctx     func(context.Context) context.Context
		want    map[string]string // "" stands for absent
		process bool
	}{
		{"nothing", Config{Process: credential}, func(ctx context.Context) context.Context { return ctx },
			map[string]string{header: "", telemetry.RequestIDHeader: ""}, false},
		{"token", Config{Process: credential}, token, map[string]string{header: "Bearer T"}, false},
		{"request id", Config{}, func(ctx context.Context) context.Context { return telemetry.WithRequestID(ctx, "r1") },
			map[string]string{telemetry.RequestIDHeader: "r1"}, false},
		{"process instead of token", Config{Process: credential}, func(ctx context.Context) context.Context { return AsProcess(token(ctx)) },
			map[string]string{header: ""}, true},
		{"process without a credential", Config{}, func(ctx context.Context) context.Context { return AsProcess(token(ctx)) },
			map[string]string{header: ""}, false},
		{"what the caller set stays", Config{}, func(ctx context.Context) context.Context {
			ctx = metadata.AppendToOutgoingContext(ctx, header, "Bearer own", telemetry.RequestIDHeader, "own")
			return telemetry.WithRequestID(token(ctx), "r2")
		}, map[string]string{header: "Bearer own", telemetry.RequestIDHeader: "own"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &recording{}
			conn := inProcess(t, r, tt.config)
			for kind, call := range map[string]func(context.Context, *grpc.ClientConn) error{"unary": list, "stream": export} {
				if err := call(tt.ctx(t.Context()), conn); err != nil {
					t.Fatal(err)
				}
				got, _, _ := r.last()
				for key, want := range tt.want {
					if strings.Join(got.Get(key), ",") != want {
						t.Errorf("%s: %s: got %q, want %q", kind, key, got.Get(key), want)
					}
				}
				if _, proven := credential.Process(metadata.NewIncomingContext(t.Context(), got)); proven != tt.process {
					t.Errorf("%s: process credential: got %t, want %t", kind, proven, tt.process)
				}
			}
		})
	}
}

func TestDeadlineIsSetWhenMissing(t *testing.T) {
	r := &recording{}
	conn := inProcess(t, r, Config{Deadline: time.Minute})
	if err := list(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	if _, left, _ := r.last(); left > time.Minute || left < 50*time.Second {
		t.Errorf("got %v, want nearly a minute", left)
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := list(short, conn); err != nil {
		t.Fatal(err)
	}
	if _, left, _ := r.last(); left > 20*time.Second {
		t.Errorf("got %v, want the caller's own deadline", left)
	}
}

func TestOnlyReadsAreRepeated(t *testing.T) {
	r := &recording{failures: 2}
	if err := list(t.Context(), inProcess(t, r, Config{})); err != nil {
		t.Errorf("read: got %v, want nil after two repeats", err)
	}
	if _, _, calls := r.last(); calls != 3 {
		t.Errorf("read: got %d calls, want 3", calls)
	}
	r = &recording{failures: 1}
	_, err := directoryv1.NewSessionServiceClient(inProcess(t, r, Config{})).SignOut(t.Context(), &directoryv1.SignOutRequest{})
	if _, _, calls := r.last(); status.Code(err) != codes.Unavailable || calls != 1 {
		t.Errorf("write: got %v after %d calls, want UNAVAILABLE after one", err, calls)
	}
	r = &recording{failures: 100}
	err = list(t.Context(), inProcess(t, r, Config{}))
	if _, _, calls := r.last(); status.Code(err) != codes.Unavailable || calls != 4 {
		t.Errorf("service that is down: got %v after %d calls, want UNAVAILABLE after 4", err, calls)
	}
}

func TestLargeAnswers(t *testing.T) {
	r := &recording{size: 16 << 20}
	conn := inProcess(t, r, Config{})
	res, err := directoryv1.NewSessionServiceClient(conn).GetVerificationKeys(t.Context(), &directoryv1.GetVerificationKeysRequest{})
	if err != nil || len(res.GetJwks()) != r.size {
		t.Errorf("got %d bytes, %v; want %d", len(res.GetJwks()), err, r.size)
	}
}

func TestDialOverTCP(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, &recording{}, listener)
	tel, err := telemetry.New(telemetry.Config{Service: "test", TraceShare: 1}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := Dial(listener.Addr().String(), insecure.NewCredentials(), Config{Meter: tel.Meter, Tracer: tel.Tracer})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := list(t.Context(), conn); err != nil {
		t.Error(err)
	}
	if _, err := Dial(listener.Addr().String(), nil, Config{}); err == nil {
		t.Error("dials without credentials")
	}
}

func TestServiceConfig(t *testing.T) {
	text, err := serviceConfig(true)
	if err != nil {
		t.Fatal(err)
	}
	var config grpcServiceConfig
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		t.Fatal(err)
	}
	for _, name := range config.MethodConfig[0].Name {
		if !repeatable(name.Method) || !strings.HasPrefix(name.Service, packagePrefix) {
			t.Errorf("%s/%s is repeated", name.Service, name.Method)
		}
	}
}

func BenchmarkInProcess(b *testing.B) {
	carrier := InProcess()
	server := grpc.NewServer()
	directoryv1.RegisterSessionServiceServer(server, &recording{})
	served := make(chan error, 1)
	go func() { served <- server.Serve(carrier.Listener()) }()
	conn, err := carrier.Dial(Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		conn.Close()
		server.Stop()
		if err := <-served; err != nil {
			b.Errorf("Serve: %v", err)
		}
	}()
	ctx := authn.WithToken(b.Context(), "T")
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := list(ctx, conn); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
