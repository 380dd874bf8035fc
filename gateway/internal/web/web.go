package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	uppsiktproto "github.com/uppsikt/uppsikt/proto"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/clock"
)

// Config is what the operator may choose.
type Config struct {
	// Secure is true when browsers reach the pages over TLS. Cookies are then never sent without it.
	Secure bool
	// Demo shows a page of people to sign in as.
	Demo bool
	// Contact is whom the accessibility statement and the error pages refer to, such as an e-mail address; may be empty.
	Contact string
}

// Deps is what the pages need.
type Deps struct {
	// Directory, Sessions and DirectoryJournal are the directory service.
	Directory        directoryv1.DirectoryServiceClient
	Sessions         directoryv1.SessionServiceClient
	DirectoryJournal directoryv1.JournalServiceClient
	// Risks and RiskJournal are the risk register.
	Risks       riskv1.RiskRegisterServiceClient
	RiskJournal riskv1.JournalServiceClient
	// Controls and ControlJournal are control measurement.
	Controls       controlv1.ControlMeasurementServiceClient
	ControlJournal controlv1.JournalServiceClient
	// Reports and ReportJournal are the reporting service.
	Reports       reportv1.ReportingServiceClient
	ReportJournal reportv1.JournalServiceClient
	// Notices and NoticeJournal are notification.
	Notices       notificationv1.NotificationServiceClient
	NoticeJournal notificationv1.JournalServiceClient
	// Importer reads bundles.
	Importer Importer
	// Workbooks reads workbooks.
	Workbooks Workbooks
	// Clock is the suite's clock.
	Clock clock.Clock
	// Logger takes unexpected faults.
	Logger *slog.Logger
}

// Importer checks and applies a bundle with the rights of the token that ctx carries to the services.
type Importer interface {
	// Check reads a bundle without writing and returns what an import would do and every fault. The error is a
	// *fault.Error when the file could not be read at all.
	Check(ctx context.Context, filename string, body []byte) (ImportReport, error)
	// Apply imports a bundle. A report with faults means that nothing was written.
	Apply(ctx context.Context, filename string, body []byte) (ImportReport, error)
}

// ImportReport says what a bundle holds and what is wrong with it.
type ImportReport struct {
	// Counts holds the number of resources per kind, in the order of the file format.
	Counts []ImportCount
	// Created, Updated and Unchanged count resources against what is stored.
	Created, Updated, Unchanged int
	// Faults is everything wrong with the file; empty when it can be, or was, imported.
	Faults []ImportFault
	// Committees are the names of the committees in the file.
	Committees []string
}

// ImportCount is the number of resources of one kind, such as "risk_entries".
type ImportCount struct {
	Kind  string
	Count int
}

// ImportFault is one thing wrong with a file.
type ImportFault struct {
	// Path in the file, such as "risk_entries[3].likelihood".
	Path string
	// Text says in Swedish what is wrong and how to mend it.
	Text string
}

// server answers for the pages. It is safe for concurrent use.
type server struct {
	Config
	Deps
	zone     *time.Location
	assets   map[string]asset
	views    *views
	sessions *sessions
	api      *apiDocs
	routes   *http.ServeMux
}

// New returns the handler of all pages. It fails when a template is broken or something in deps is missing.
func New(cfg Config, deps Deps) (http.Handler, error) {
	if deps.Clock == nil || deps.Logger == nil || deps.Directory == nil || deps.Sessions == nil || deps.Risks == nil ||
		deps.Controls == nil || deps.Reports == nil || deps.Notices == nil {
		return nil, errors.New("web: a dependency is missing")
	}
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return nil, err
	}
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	v, err := newViews(deps.Clock, zone)
	if err != nil {
		return nil, err
	}
	api, err := loadAPI(uppsiktproto.OpenAPI)
	if err != nil {
		return nil, err
	}
	s := &server{Config: cfg, Deps: deps, zone: zone, assets: assets, views: v, sessions: newSessions(deps.Clock), api: api}
	s.routes = s.newRoutes()
	return s.protect(s.routes), nil
}

// protect puts the measures that every answer has around the pages.
//
// Forms carry no token against forged requests: the session cookie is SameSite=Lax, so other sites' posts do not carry
// it, and http.CrossOriginProtection refuses what a browser marks as coming from elsewhere. A token would expire while
// somebody writes, which is how typed text gets lost.
func (s *server) protect(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.problem(&call{server: s, w: w, r: r}, http.StatusForbidden, "Det du skickade kom från en annan webbplats och togs inte emot.")
	}))
	guarded := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "+
			"frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		guarded.ServeHTTP(w, r)
	})
}
