package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/gateway/internal/edge"
	"github.com/uppsikt/uppsikt/gateway/internal/web"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/workbook"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Deps is what the gateway needs.
type Deps struct {
	// Services reaches the services. The connections forward the token of the context they are used with.
	Services Services
	// Logger takes unexpected faults.
	Logger *slog.Logger
	// Clock is the suite's clock.
	Clock clock.Clock
	// Ready reports whether the services serve and the reference data, if any, are loaded.
	Ready func(ctx context.Context) error
}

// Services holds a connection to each service; they may be one and the same.
type Services struct {
	Directory, RiskRegister, ControlMeasurement, Reporting, Notification *grpc.ClientConn
}

// AllAt returns the services behind one connection.
func AllAt(conn *grpc.ClientConn) Services {
	return Services{Directory: conn, RiskRegister: conn, ControlMeasurement: conn, Reporting: conn, Notification: conn}
}

// Ready asks every service whether it serves, and returns why one does not, or nil.
func (s Services) Ready(ctx context.Context) error {
	asked, ctx := errgroup.WithContext(ctx)
	for _, conn := range []*grpc.ClientConn{s.Directory, s.RiskRegister, s.ControlMeasurement, s.Reporting, s.Notification} {
		asked.Go(func() error { return rpcclient.Serving(ctx, conn) })
	}
	return asked.Wait()
}

func (s Services) missing() bool {
	return s.Directory == nil || s.RiskRegister == nil || s.ControlMeasurement == nil || s.Reporting == nil || s.Notification == nil
}

// Service is the gateway. It is safe for concurrent use.
type Service struct {
	handler http.Handler
}

// Open builds the gateway. It fails when a page's template is broken or something in deps is missing.
func Open(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.Services.missing() || deps.Ready == nil {
		return nil, errors.New("gateway: a dependency is missing")
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	api, err := edge.New(ctx, edge.Conns(deps.Services))
	if err != nil {
		return nil, err
	}
	pages, err := web.New(web.Config{Secure: cfg.Secure, Demo: cfg.Demo, Contact: cfg.Contact}, pageDeps(deps))
	if err != nil {
		return nil, fmt.Errorf("build the pages: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", api)
	mux.Handle("GET /openapi.json", api)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answer(w, deps.Ready(r.Context())) })
	mux.HandleFunc("GET /.well-known/jwks.json", keys(directoryv1.NewSessionServiceClient(deps.Services.Directory)))
	mux.Handle("/oauth/token", tokens{sessions: directoryv1.NewSessionServiceClient(deps.Services.Directory), clock: deps.Clock})
	mux.Handle(calendarPath, calendars{notices: notificationv1.NewNotificationServiceClient(deps.Services.Notification), logger: deps.Logger})
	mux.Handle("/", pages)
	return &Service{handler: mux}, nil
}

// Handler answers every HTTP request.
func (s *Service) Handler() http.Handler { return s.handler }

func pageDeps(deps Deps) web.Deps {
	to := deps.Services
	client := exchange.NewClient(exchange.Conns{Directory: to.Directory, RiskRegister: to.RiskRegister, ControlMeasurement: to.ControlMeasurement, Reporting: to.Reporting, Notification: to.Notification})
	return web.Deps{
		Directory: directoryv1.NewDirectoryServiceClient(to.Directory), Sessions: directoryv1.NewSessionServiceClient(to.Directory),
		DirectoryJournal: directoryv1.NewJournalServiceClient(to.Directory),
		Risks:            riskv1.NewRiskRegisterServiceClient(to.RiskRegister), RiskJournal: riskv1.NewJournalServiceClient(to.RiskRegister),
		Controls: controlv1.NewControlMeasurementServiceClient(to.ControlMeasurement), ControlJournal: controlv1.NewJournalServiceClient(to.ControlMeasurement),
		Reports: reportv1.NewReportingServiceClient(to.Reporting), ReportJournal: reportv1.NewJournalServiceClient(to.Reporting),
		Notices: notificationv1.NewNotificationServiceClient(to.Notification), NoticeJournal: notificationv1.NewJournalServiceClient(to.Notification),
		Importer:  importer{client},
		Workbooks: workbooks{conns: workbook.Conns{Directory: to.Directory, RiskRegister: to.RiskRegister, ControlMeasurement: to.ControlMeasurement}, client: client},
		Clock:     deps.Clock, Logger: deps.Logger,
	}
}

// answer tells a load balancer whether to send requests here.
func answer(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n")) // the client has gone
}

// keys serves the public keys that tokens are signed with (RFC 7517), for other systems to verify them.
func keys(sessions directoryv1.SessionServiceClient) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		set, err := sessions.GetVerificationKeys(rpcclient.AsProcess(r.Context()), &directoryv1.GetVerificationKeysRequest{})
		if err != nil {
			http.Error(w, "the directory is unavailable", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(set.GetJwks()) // the client has gone
	}
}
