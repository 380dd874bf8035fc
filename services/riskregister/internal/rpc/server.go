// Package rpc serves the risk register's RPCs: it reads and writes resources, asks the rules of package risk, and sees
// to it that callers see and change only what they may.
//
// Who may not see drafts (no PERMISSION_DRAFT_READ) sees of a plan what its committee has decided: the plan as it stands
// once it is decided or closed; while a decided plan is being revised, its last decided version, frozen as it was, under
// the same names, in every read (the plan, its entries, areas and points, their lists, the snapshot, the check); and
// nothing of a plan that was never decided. A risk is seen as the newest decided plan that takes it up has it. What such
// a caller may not see is NOT_FOUND, as if it did not exist. An action is seen once somebody has taken a stand on it, and
// then as it stands: actions are no part of what was decided but go on after it.
//
// The draft of a common item is seen only by who may write common items, and left out of everybody else's lists and change
// streams; the journal of the municipality, which auditors read, holds it.
package rpc

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// Server implements RiskRegisterService. It is safe for concurrent use.
type Server struct {
	riskv1.UnimplementedRiskRegisterServiceServer
	store  *resource.Store
	tables *sqlstore.Tables
	zone   *time.Location
}

// New returns the service over a store of these tables; days begin at midnight in the zone.
func New(store *resource.Store, tables *sqlstore.Tables, zone *time.Location) *Server {
	return &Server{store: store, tables: tables, zone: zone}
}

// journalServer and transferServer are the implementations of every service, under this service's names.
type journalServer struct {
	riskv1.UnsafeJournalServiceServer
	*journal.Server
}

type transferServer struct {
	riskv1.UnsafeTransferServiceServer
	*transfer.Server
}

// Services are the RPC services of the risk register, ready to be registered.
type Services struct {
	register *Server
	journal  journalServer
	transfer transferServer
}

// Services makes the three services of the risk register over one store.
func (s *Server) Services(feed *journal.Feed) (*Services, error) {
	moves, err := transfer.NewServer(s.store, s.CheckImport)
	if err != nil {
		return nil, err
	}
	history := journal.NewServer(s.store.DB(), s.store, feed).ShowTo(authzv1.Permission_PERMISSION_DRAFT_READ).Hide(s.hiddenChanges)
	return &Services{register: s, transfer: transferServer{Server: moves.Accept(nil, work()...)}, journal: journalServer{Server: history}}, nil
}

// Register adds the services to a server.
func (s *Services) Register(r grpc.ServiceRegistrar) {
	riskv1.RegisterRiskRegisterServiceServer(r, s.register)
	riskv1.RegisterJournalServiceServer(r, s.journal)
	riskv1.RegisterTransferServiceServer(r, s.transfer)
}

// seesDrafts reports whether the caller may see what nobody has decided yet.
func seesDrafts(ctx context.Context, name string) bool {
	id, ok := authn.From(ctx)
	return ok && authz.Can(id, authzv1.Permission_PERMISSION_DRAFT_READ, name)
}

// writer returns the caller as the rules on rows see it: a caller whose roles as owner or manager alone grant the
// permission reaches what names their role assignments; any other role that grants it reaches everything.
func writer(ctx context.Context, permission authz.Permission, name string) risk.Writer {
	id, ok := authn.From(ctx)
	if !ok {
		return risk.Writer{}
	}
	w := risk.Writer{}
	for _, role := range id.Roles {
		if !authz.Can(&authn.Identity{Roles: []authn.Role{role}}, permission, name) {
			continue
		}
		if role.Role != "owner" && role.Role != "manager" {
			return risk.Writer{Reach: risk.ReachAll}
		}
		w.Reach = risk.ReachOwn
		if role.Assignment != "" {
			w.Assignments = append(w.Assignments, role.Assignment)
		}
	}
	return w
}

// planWriter is the caller as a writer of plans.
func planWriter(ctx context.Context, name string) risk.Writer {
	return writer(ctx, authzv1.Permission_PERMISSION_PLAN_WRITE, name)
}

// committee returns the committee in a name.
func committee(name string) string { return resource.Scope(name) }

// municipality returns the municipality in a name.
func municipality(name string) string { return "municipalities/" + resource.Tenant(name) }

// planNamed returns the plan in the name of something it holds, or of itself.
func planNamed(name string) string {
	parts := strings.Split(name, "/")
	return strings.Join(parts[:min(len(parts), 6)], "/")
}

// field returns one fault of one field.
func field(path, reason, swedish, english string) fault.Field {
	return fault.Field{Path: path, Reason: reason, Swedish: swedish, English: english}
}

// refuse returns the faults below a prefix as one fault; nil without any.
func refuse(prefix string, faults []fault.Field, err error) error {
	if err != nil {
		return err
	}
	return fault.Fields(risk.Under(prefix, faults)...)
}

// missing reports whether err says that something does not exist, or has no name of its type.
func missing(err error) bool {
	return fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid)
}
