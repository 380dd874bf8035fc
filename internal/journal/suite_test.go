package journal_test

import (
	"context"
	"testing"

	"google.golang.org/grpc"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"os"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	municipality = "municipalities/ume"
	committee    = municipality + "/committees/sn"
	sister       = municipality + "/committees/un"
	foreign      = "municipalities/lund/committees/sn"
	anna         = municipality + "/people/anna"
)

var risks = resource.Define(resource.Spec[*riskv1.Risk]{
	Table:   "risks",
	Columns: []resource.Column[*riskv1.Risk]{{Name: "title", Value: func(r *riskv1.Risk) any { return r.GetTitle() }}},
})

// service is a JournalService over a store of risks.
type service struct {
	riskv1.UnimplementedJournalServiceServer
	*journal.Server
}

func (s service) ListJournalEntries(ctx context.Context, req *listRequest) (*listResponse, error) {
	return s.Server.ListJournalEntries(ctx, req)
}

func (s service) WatchChanges(req *watchRequest, out grpc.ServerStreamingServer[watchResponse]) error {
	return s.Server.WatchChanges(req, out)
}

// fixture is a store, its feed and a client of its JournalService.
type fixture struct {
	*resource.Store
	*rpctest.Harness
	clock  *rpctest.Clock
	feed   *journal.Feed
	client riskv1.JournalServiceClient
}

// run runs a test on every engine.
func run(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	sqldbtest.Run(t, resource.Migrations(os.DirFS("../resource/testdata")), func(t *testing.T, db sqldb.DB) {
		clk := rpctest.NewClock()
		store := resource.NewStore("riskregister", db, clk, risks)
		feed := journal.NewFeed(db)
		h := rpctest.Serve(t, clk, func(r grpc.ServiceRegistrar) {
			history := journal.NewServer(db, store, feed).ShowTo(authzv1.Permission_PERMISSION_DRAFT_READ)
			riskv1.RegisterJournalServiceServer(r, service{Server: history})
		})
		test(t, fixture{Store: store, Harness: h, clock: clk, feed: feed, client: riskv1.NewJournalServiceClient(h.Conn)})
	})
}

// risk stores a risk in the name of Anna.
func (f fixture) risk(t *testing.T, parent, id, title string) *riskv1.Risk {
	t.Helper()
	ctx := authn.With(t.Context(), &authn.Identity{Subject: anna})
	r, err := resource.Create(ctx, f.Store, risks, resource.Creation[*riskv1.Risk]{Parent: parent, ID: id, Message: &riskv1.Risk{Title: title}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// change gives a risk a new title, with a reason.
func (f fixture) change(t *testing.T, r *riskv1.Risk, title, reason string) {
	t.Helper()
	r.Title = title
	ctx := authn.With(t.Context(), &authn.Identity{Subject: anna, OnBehalfOf: municipality + "/people/chef"})
	if _, err := resource.Update(ctx, f.Store, risks, resource.Change[*riskv1.Risk]{Message: r, Reason: reason}); err != nil {
		t.Fatal(err)
	}
}
