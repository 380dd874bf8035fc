// Package rpc serves reporting's RPCs: it reads and writes cases and documents, fetches from the other services, with the
// caller's own token, what a document needs, has package report say what the document holds, and renders it.
package rpc

import (
	"slices"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/sqlstore"
)

// Deps is what the RPCs are given.
type Deps struct {
	Store  *resource.Store
	Tables *sqlstore.Tables
	// RiskRegister and Directory are called with the token of whoever calls reporting.
	RiskRegister riskv1.RiskRegisterServiceClient
	Directory    directoryv1.DirectoryServiceClient
	// ControlMeasurement likewise; it owns what was found.
	ControlMeasurement controlv1.ControlMeasurementServiceClient
	// Zone is where a document's date is read off.
	Zone *time.Location
	// Renderers is how many renderings run at once.
	Renderers int
}

// Server implements ReportingService. It is safe for concurrent use.
type Server struct {
	reportv1.UnimplementedReportingServiceServer
	store     *resource.Store
	tables    *sqlstore.Tables
	risk      riskv1.RiskRegisterServiceClient
	directory directoryv1.DirectoryServiceClient
	control   controlv1.ControlMeasurementServiceClient
	zone      *time.Location
	renderers chan struct{}
	transfer  *transfer.Server
}

// New returns the service. It fails when the rules of the protos are faulty.
func New(deps Deps) (*Server, error) {
	s := &Server{store: deps.Store, tables: deps.Tables, risk: deps.RiskRegister, directory: deps.Directory, control: deps.ControlMeasurement,
		zone: deps.Zone, renderers: make(chan struct{}, deps.Renderers)}
	var err error
	s.transfer, err = transfer.NewServer(deps.Store, s.checkImport)
	return s, err
}

// journalServer and transferServer are the implementations of every service, under this service's names.
type journalServer struct {
	reportv1.UnsafeJournalServiceServer
	*journal.Server
}

type transferServer struct {
	reportv1.UnsafeTransferServiceServer
	*transfer.Server
}

// Register adds the three services of reporting to a server.
func (s *Server) Register(r grpc.ServiceRegistrar, feed *journal.Feed) {
	reportv1.RegisterReportingServiceServer(r, s)
	history := journal.NewServer(s.store.DB(), s.store, feed).ShowTo(authzv1.Permission_PERMISSION_DRAFT_READ)
	reportv1.RegisterJournalServiceServer(r, journalServer{Server: history})
	reportv1.RegisterTransferServiceServer(r, transferServer{Server: s.transfer})
}

// under returns faults with their paths below a prefix.
func under(prefix string, faults []fault.Field) []fault.Field {
	below := slices.Clone(faults)
	for i := range below {
		below[i].Path = prefix + "." + below[i].Path
	}
	return below
}
