package rpcclient

import (
	"context"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// creating counts creates and fails the first of them.
type creating struct {
	directoryv1.UnimplementedDirectoryServiceServer
	recording
}

func (c *creating) CreateMunicipality(ctx context.Context, _ *directoryv1.CreateMunicipalityRequest) (*directoryv1.Municipality, error) {
	return &directoryv1.Municipality{}, c.note(ctx)
}

// replica is one server among several.
type replica struct {
	creating
	server *grpc.Server
	health *health.Server
	served chan error
}

// startReplica serves on an address until the test ends.
func startReplica(t *testing.T, address string) (*replica, string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{server: grpc.NewServer(), health: health.NewServer(), served: make(chan error, 1)}
	directoryv1.RegisterSessionServiceServer(r.server, r)
	directoryv1.RegisterDirectoryServiceServer(r.server, r)
	healthv1.RegisterHealthServer(r.server, r.health)
	go func() { r.served <- r.server.Serve(listener) }()
	t.Cleanup(func() {
		r.server.Stop()
		if err := <-r.served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r, listener.Addr().String()
}

func (r *replica) calls() int {
	_, _, n := r.last()
	return n
}

// until calls again and again until done, and fails the test when a call fails.
func until(t *testing.T, conn *grpc.ClientConn, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !done() {
		if err := list(ctx, conn); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBalanced goes round two replicas, leaves out the one that says it does not serve, and takes one back that was
// restarted, without a failed call.
func TestBalanced(t *testing.T) {
	one, first := startReplica(t, "127.0.0.1:0")
	two, second := startReplica(t, "127.0.0.1:0")
	conn, err := Dial(first+","+second, insecure.NewCredentials(), Config{Balanced: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	until(t, conn, func() bool { return one.calls() > 10 && two.calls() > 10 })

	one.health.Shutdown()
	quiet := 0 // calls in a row that the first did not see
	until(t, conn, func() bool {
		before, all := one.calls(), two.calls()
		if err := list(t.Context(), conn); err != nil {
			t.Fatal(err)
		}
		if one.calls() == before && two.calls() > all {
			quiet++
		} else {
			quiet = 0
		}
		return quiet > 20
	})
	one.server.GracefulStop()
	again, _ := startReplica(t, first)
	until(t, conn, func() bool { return again.calls() > 10 })
}

func TestListOfAddresses(t *testing.T) {
	if _, err := Dial("127.0.0.1:1,nonsense", insecure.NewCredentials(), Config{}); err == nil {
		t.Error("an address without a port is taken")
	}
}

func TestCreatesWithARequestIDAreRepeated(t *testing.T) {
	r, address := startReplica(t, "127.0.0.1:0")
	conn, err := Dial(address, insecure.NewCredentials(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := directoryv1.NewDirectoryServiceClient(conn)
	for _, tt := range []struct {
		id       string
		failures int
		want     codes.Code
		calls    int
	}{
		{"a", 2, codes.OK, 3}, {"a", 100, codes.Unavailable, attempts}, {"", 1, codes.Unavailable, 1},
	} {
		r.mu.Lock()
		r.recording.calls, r.failures = 0, tt.failures
		r.mu.Unlock()
		_, err := client.CreateMunicipality(t.Context(), &directoryv1.CreateMunicipalityRequest{RequestId: tt.id})
		if status.Code(err) != tt.want || r.calls() != tt.calls {
			t.Errorf("%+v: got %v after %d calls", tt, err, r.calls())
		}
	}
}
