package edge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/telemetry"
	uppsiktproto "github.com/uppsikt/uppsikt/proto"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// MaxBody is the size in bytes of the largest request body; imports go through gRPC or the web pages.
const MaxBody = 4 << 20

// Conns holds a connection to each service; they may be one and the same.
type Conns struct {
	Directory, RiskRegister, ControlMeasurement, Reporting, Notification *grpc.ClientConn
}

// handlers are the RPCs of one service that have a REST form.
type handlers struct {
	conn     *grpc.ClientConn
	register []func(context.Context, *runtime.ServeMux, *grpc.ClientConn) error
}

// handlers lists the RPCs that have a REST form.
func (c Conns) handlers() []handlers {
	type register = []func(context.Context, *runtime.ServeMux, *grpc.ClientConn) error
	return []handlers{
		{c.Directory, register{
			directoryv1.RegisterDirectoryServiceHandler,
			directoryv1.RegisterSessionServiceHandler,
			directoryv1.RegisterJournalServiceHandler,
		}},
		{c.RiskRegister, register{
			riskv1.RegisterRiskRegisterServiceHandler,
			riskv1.RegisterJournalServiceHandler,
		}},
		{c.ControlMeasurement, register{
			controlv1.RegisterControlMeasurementServiceHandler,
			controlv1.RegisterJournalServiceHandler,
		}},
		{c.Reporting, register{
			reportv1.RegisterReportingServiceHandler,
			reportv1.RegisterJournalServiceHandler,
		}},
		{c.Notification, register{
			notificationv1.RegisterNotificationServiceHandler,
			notificationv1.RegisterJournalServiceHandler,
		}},
	}
}

// New returns the handler of /v1/ and /openapi.json over connections to the services.
func New(ctx context.Context, conns Conns) (http.Handler, error) {
	api := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.HTTPBodyMarshaler{Marshaler: &runtime.JSONPb{
			MarshalOptions: protojson.MarshalOptions{UseProtoNames: true},
		}}),
		runtime.WithIncomingHeaderMatcher(incoming),
		runtime.WithOutgoingHeaderMatcher(outgoing),
		runtime.WithErrorHandler(refuse),
	)
	for _, h := range conns.handlers() {
		for _, register := range h.register {
			if err := register(ctx, api, h.conn); err != nil {
				return nil, fmt.Errorf("register the REST API: %w", err)
			}
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", bounded(api))
	mux.HandleFunc("GET /openapi.json", openAPI)
	return mux, nil
}

// incoming lets the request id through, and nothing else: a header must not become trusted metadata. The caller's token
// is grpc-gateway's own doing.
func incoming(header string) (string, bool) {
	return telemetry.RequestIDHeader, strings.EqualFold(header, telemetry.RequestIDHeader)
}

// outgoing lets through what a service says about a file; the rest of its metadata is internal.
func outgoing(key string) (string, bool) {
	return "Content-Disposition", key == "content-disposition"
}

// bounded refuses bodies over MaxBody, and answers that a browser could take for a page.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			tooLarge(w)
			return
		}
		if err != nil {
			return // the client has gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// tooLarge answers as the services do: a google.rpc.Status.
func tooLarge(w http.ResponseWriter) {
	refusal := &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
		Swedish: fmt.Sprintf("Det du skickade är för stort. Högst %d MB tas emot.", MaxBody>>20),
		English: fmt.Sprintf("the body is larger than %d MiB", MaxBody>>20)}
	text, err := protojson.Marshal(rpcerr.ToStatus(refusal, "").Proto())
	if err != nil {
		text = nil // details of our own always marshal
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusRequestEntityTooLarge)
	_, _ = w.Write(text) // the client has gone
}

func openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(uppsiktproto.OpenAPI) // the client has gone
}
