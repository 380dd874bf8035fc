// Package rpc serves control measurement's RPCs: it reads and writes resources, asks the rules of package control and, before
// a transaction, the risk register and the directory with the caller's own token, and sees to it that callers see and change only what they
// may.
//
// Who may not see drafts (no PERMISSION_DRAFT_READ) sees what closed rounds have reported: their results; the indicators of
// the plans that they covered, without what is said of later plans; and the measurements of these indicators up to the last
// day that a closed round has reported on, which for a follow-up during the year is that of its meeting. What was measured
// later, or belongs to no such plan, is not put before the committee yet. What such a caller may not see is NOT_FOUND, as
// if it did not exist, and lists and snapshots leave it out. Which rounds are closed the risk register is asked, once for
// each read.
package rpc

import (
	"context"
	"log/slog"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// Deps is what the RPCs are given.
type Deps struct {
	Store  *resource.Store
	Tables *sqlstore.Tables
	// RiskRegister is called with the token of whoever calls control measurement.
	RiskRegister riskv1.RiskRegisterServiceClient
	// Directory likewise.
	Directory directoryv1.DirectoryServiceClient
	Logger    *slog.Logger
	// Zone is where days begin at midnight.
	Zone *time.Location
	// Wake is called after a write that may have left a proposal in the outbox.
	Wake func()
}

// Server implements ControlMeasurementService. It is safe for concurrent use.
type Server struct {
	controlv1.UnimplementedControlMeasurementServiceServer
	store     *resource.Store
	tables    *sqlstore.Tables
	risk      riskv1.RiskRegisterServiceClient
	directory directoryv1.DirectoryServiceClient
	logger    *slog.Logger
	zone      *time.Location
	wake      func()
}

// New returns the service.
func New(deps Deps) *Server {
	return &Server{store: deps.Store, tables: deps.Tables, risk: deps.RiskRegister, directory: deps.Directory, logger: deps.Logger, zone: deps.Zone, wake: deps.Wake}
}

// journalServer and transferServer are the implementations of every service, under this service's names.
type journalServer struct {
	controlv1.UnsafeJournalServiceServer
	*journal.Server
}

type transferServer struct {
	controlv1.UnsafeTransferServiceServer
	*transfer.Server
	control *Server
}

// Services are the RPC services of control measurement, ready to be registered.
type Services struct {
	control  *Server
	journal  journalServer
	transfer transferServer
}

// Services makes the three services of control measurement over one store.
func (s *Server) Services(feed *journal.Feed) (*Services, error) {
	moves, err := transfer.NewServer(s.store, s.CheckImport)
	if err != nil {
		return nil, err
	}
	history := journal.NewServer(s.store.DB(), s.store, feed).ShowTo(authzv1.Permission_PERMISSION_DRAFT_READ).Hide(hiddenChanges)
	return &Services{control: s, journal: journalServer{Server: history}, transfer: transferServer{Server: moves.Accept(s.askAboutWork, &controlv1.Indicator{}, &controlv1.Measurement{}), control: s}}, nil
}

// Register adds the services to a server.
func (s *Services) Register(r grpc.ServiceRegistrar) {
	controlv1.RegisterControlMeasurementServiceServer(r, s.control)
	controlv1.RegisterJournalServiceServer(r, s.journal)
	controlv1.RegisterTransferServiceServer(r, s.transfer)
}

// hiddenChanges leaves out of a stream what its caller may not see before rounds are closed.
func hiddenChanges(_ context.Context, caller *authn.Identity, names []string) (map[string]bool, error) {
	hidden := map[string]bool{}
	for _, name := range names {
		hidden[name] = !authz.Can(caller, authzv1.Permission_PERMISSION_DRAFT_READ, name)
	}
	return hidden, nil
}

// today returns the day it is.
func (s *Server) today() time.Time {
	return s.store.Clock().Now().In(s.zone)
}
