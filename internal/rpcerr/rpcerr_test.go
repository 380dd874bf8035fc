package rpcerr

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answering is a health service that answers with an error.
type answering struct {
	*health.Server
	err error
}

func (a *answering) Check(context.Context, *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	return nil, a.err
}

// wire sends errors over a real connection.
func wire(t *testing.T) func(error) error {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	server, service := grpc.NewServer(), &answering{Server: health.NewServer()}
	healthv1.RegisterHealthServer(server, service)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///test", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		server.Stop()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return func(err error) error {
		service.err = err
		_, got := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{})
		return got
	}
}

var errCause = errors.New("pq: password authentication failed for user secret")

var someFields = []fault.Field{
	{Path: "risk_entry.treatments[1].reason", Reason: "string.min_len", Swedish: "Fyll i fältet.", English: "too short"},
	{Path: "risk_entry.likelihood", Reason: "OUTSIDE_SCALE", Swedish: "Välj ett steg på skalan.", English: "not on the scale"},
}

var ignoreCause = cmpopts.IgnoreUnexported(fault.Error{})

func TestRoundTrip(t *testing.T) {
	send := wire(t)
	tests := []struct {
		give *fault.Error
		code codes.Code
	}{
		{fault.Missing("a/b"), codes.NotFound},
		{fault.Taken("a/b"), codes.AlreadyExists},
		{fault.As(fault.Fields(someFields...)), codes.InvalidArgument},
		{fault.State("PLAN_DECIDED", "Planen är beslutad. Revidera den först.", "the plan is decided; RevisePlan opens it"), codes.FailedPrecondition},
		{fault.State("INCOMPLETE", "Något saknas.", "incomplete", someFields...), codes.FailedPrecondition},
		{fault.Stale("a/b"), codes.Aborted},
		{fault.Deny("no role"), codes.PermissionDenied},
		{&fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED", Swedish: "Logga in.", English: "no token"}, codes.Unauthenticated},
		{&fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED", Swedish: "För många försök.", English: "too many"}, codes.ResourceExhausted},
		{fault.Unreachable("redis", nil), codes.Unavailable},
		{&fault.Error{Kind: fault.Unsupported, Reason: "NOT_SUPPORTED", Swedish: "Finns inte.", English: "no such kind"}, codes.Unimplemented},
	}
	for _, tt := range tests {
		t.Run(tt.give.Reason+" "+tt.code.String(), func(t *testing.T) {
			wrapped := fmt.Errorf("close risk R-12: %w", tt.give.Because(errCause))
			err := send(ToStatus(wrapped, "req-1").Err())
			if status.Code(err) != tt.code {
				t.Fatalf("got %v, want %v", err, tt.code)
			}
			if text := fmt.Sprint(err, status.Convert(err).Proto()); strings.Contains(text, "secret") || strings.Contains(text, "R-12") {
				t.Errorf("more than the fault left the process: %s", text)
			}
			if diff := cmp.Diff(tt.give, FromStatus(err), ignoreCause); diff != "" {
				t.Errorf("fault differs (-want +got):\n%s", diff)
			}
			if got := RequestID(err); got != "req-1" {
				t.Errorf("got request id %q, want req-1", got)
			}
			again := send(ToStatus(fmt.Errorf("called: %w", err), "req-2").Err()) // through a service between
			if diff := cmp.Diff(tt.give, FromStatus(again), ignoreCause); diff != "" || status.Code(again) != tt.code {
				t.Errorf("second hop differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsOursStaysHidden(t *testing.T) {
	send := wire(t)
	for name, give := range map[string]error{
		"untyped":             errCause,
		"internal fault":      &fault.Error{Kind: fault.Internal, Swedish: "hemligt secret", English: "secret"},
		"internal of another": status.Error(codes.Internal, "secret"),
		"unknown of another":  fmt.Errorf("x: %w", status.Error(codes.Unknown, "secret")),
		"data loss":           status.Error(codes.DataLoss, "secret"),
	} {
		err := send(ToStatus(give, "req-9").Err())
		if status.Code(err) != codes.Internal {
			t.Errorf("%s: got %v, want INTERNAL", name, err)
		}
		got := FromStatus(err)
		if text := fmt.Sprint(err, got.Swedish); strings.Contains(text, "secret") {
			t.Errorf("%s: leaks %s", name, text)
		}
		if !strings.Contains(got.Swedish, "req-9") || !strings.Contains(got.English, "req-9") || got.Reason != "INTERNAL" {
			t.Errorf("%s: got %+v, want the request id in the texts", name, got)
		}
	}
}

func TestMessagesOfOthersStayHidden(t *testing.T) {
	send := wire(t)
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		err := send(ToStatus(fmt.Errorf("call: %w", status.Error(code, "dial tcp 10.0.0.7:5432: secret")), "req").Err())
		if strings.Contains(err.Error(), "secret") || FromStatus(err).Swedish == "" {
			t.Errorf("%v: got %v", code, err)
		}
		if internal := code == codes.Unknown || code == codes.DataLoss; !internal && status.Code(err) != code {
			t.Errorf("%v: got %v, want the same code", code, err)
		}
	}
}

func TestContextErrors(t *testing.T) {
	send := wire(t)
	tests := []struct {
		give error
		want codes.Code
	}{
		{context.DeadlineExceeded, codes.DeadlineExceeded},
		{fmt.Errorf("query: %w", context.DeadlineExceeded), codes.DeadlineExceeded},
		{fmt.Errorf("query: %w", context.Canceled), codes.Canceled},
		{fmt.Errorf("call: %w", status.Error(codes.DeadlineExceeded, "slow")), codes.DeadlineExceeded},
		{fault.Unreachable("redis", context.DeadlineExceeded), codes.Unavailable},
	}
	for _, tt := range tests {
		err := send(ToStatus(tt.give, "").Err())
		got := FromStatus(err)
		if status.Code(err) != tt.want || got.Kind != fault.Unavailable || got.Swedish == "" {
			t.Errorf("%v: got %v, %+v; want %v", tt.give, err, got, tt.want)
		}
	}
	if got := FromStatus(context.Canceled); got.Kind != fault.Unavailable {
		t.Errorf("a context error without status: got %+v, want Unavailable", got)
	}
}

func TestNil(t *testing.T) {
	if ToStatus(nil, "x") != nil || FromStatus(nil) != nil || RequestID(nil) != "" {
		t.Error("nil does not stay nil")
	}
}

func TestDetails(t *testing.T) {
	find := func(s *status.Status) map[string]any {
		found := map[string]any{}
		for _, d := range s.Details() {
			found[fmt.Sprintf("%T", d)] = d
		}
		return found
	}
	unavailable := find(ToStatus(fault.Unreachable("redis", nil), ""))
	if retry, ok := unavailable["*errdetails.RetryInfo"].(*errdetails.RetryInfo); !ok || retry.GetRetryDelay().AsDuration() != unavailablePause {
		t.Errorf("UNAVAILABLE: got %v, want a retry delay", unavailable)
	}
	state := find(ToStatus(fault.State("INCOMPLETE", "Något saknas.", "incomplete", someFields...), ""))
	p, ok := state["*errdetails.PreconditionFailure"].(*errdetails.PreconditionFailure)
	if !ok || len(p.GetViolations()) != 2 || p.GetViolations()[0].GetSubject() != someFields[0].Path {
		t.Errorf("FAILED_PRECONDITION: got %v, want what is missing", state)
	}
	message, ok := state["*errdetails.LocalizedMessage"].(*errdetails.LocalizedMessage)
	if !ok || message.GetLocale() != "sv-SE" || message.GetMessage() != "Något saknas." {
		t.Errorf("got %v, want the Swedish text", state)
	}
}

// TestPlainStatuses reads what gRPC itself, or another server, answers.
func TestPlainStatuses(t *testing.T) {
	send := wire(t)
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		got := FromStatus(send(status.Error(code, "plain text")))
		if got.Swedish == "" || got.English != "plain text" || got.Reason == "" {
			t.Errorf("%v: got %+v, want texts and a reason", code, got)
		}
		if code == codes.NotFound && got.Kind != fault.NotFound || code == codes.PermissionDenied && got.Kind != fault.Denied {
			t.Errorf("%v: got kind %d", code, got.Kind)
		}
	}
	other, err := status.New(codes.FailedPrecondition, "x").WithDetails(
		&errdetails.ErrorInfo{Reason: "ELSEWHERE", Domain: "other"},
		&errdetails.PreconditionFailure{Violations: []*errdetails.PreconditionFailure_Violation{{Type: "T", Subject: "s", Description: "d"}}})
	if err != nil {
		t.Fatal(err)
	}
	got := FromStatus(send(other.Err()))
	if got.Reason != "WRONG_STATE" || len(got.Fields) != 1 || got.Fields[0] != (fault.Field{Path: "s", Reason: "T", English: "d"}) {
		t.Errorf("another domain: got %+v", got)
	}
	if got := FromStatus(errors.New("x")); got.Kind != fault.Internal || got.Swedish == "" {
		t.Errorf("no status: got %+v, want Internal", got)
	}
}
