package suitetest_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// clients call at once.
const clients = 16

// echo answers every GetRiskEntry with the same entry: a bare grpc-go server, without a chain, a database or rules.
type echo struct {
	riskv1.UnimplementedRiskRegisterServiceServer
	entry *riskv1.RiskEntry
	page  *riskv1.ListRiskEntriesResponse
}

func (e echo) GetRiskEntry(context.Context, *riskv1.GetRiskEntryRequest) (*riskv1.RiskEntry, error) {
	return e.entry, nil
}

func (e echo) ListRiskEntries(context.Context, *riskv1.ListRiskEntriesRequest) (*riskv1.ListRiskEntriesResponse, error) {
	return e.page, nil
}

// bare starts the echo on loopback and returns a client of it.
func bare(b *testing.B, e echo) riskv1.RiskRegisterServiceClient {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	server := grpc.NewServer()
	riskv1.RegisterRiskRegisterServiceServer(server, e)
	go func() { _ = server.Serve(listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(b, err)
	b.Cleanup(func() { _ = conn.Close(); server.Stop() })
	return riskv1.NewRiskRegisterServiceClient(conn)
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// remote returns a client of a suite over loopback, as another system reaches it, and a context with a coordinator's
// token. The client is as bare as that of the echo.
func remote(b *testing.B, s *suitetest.Suite) (riskv1.RiskRegisterServiceClient, context.Context) {
	b.Helper()
	conn, err := grpc.NewClient(s.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(b, err)
	b.Cleanup(func() { _ = conn.Close() })
	token := s.Token("coordinator", municipality)
	return riskv1.NewRiskRegisterServiceClient(conn), metadata.AppendToOutgoingContext(b.Context(), "authorization", "Bearer "+token)
}

const (
	municipality = "municipalities/exempelkommun"
	committee    = municipality + "/committees/socialnamnden"
	plan         = committee + "/plans/2025"
)

// BenchmarkGetAgainstEcho: a get with authentication, validation and telemetry on SQLite, against an echo of the same
// message, 16 clients over loopback.
func BenchmarkGetAgainstEcho(b *testing.B) {
	s, _ := suitetest.Start(b, suitetest.WithReferenceData)
	client, ctx := remote(b, s)
	first, err := client.ListRiskEntries(ctx, &riskv1.ListRiskEntriesRequest{Parent: plan, PageSize: 1})
	must(b, err)
	entry := first.GetRiskEntries()[0]
	plain := bare(b, echo{entry: entry})
	req := &riskv1.GetRiskEntryRequest{Name: entry.GetName()}
	rpctest.Compare(b, clients,
		func() error { _, err := client.GetRiskEntry(ctx, req); return err },
		func() error { _, err := plain.GetRiskEntry(b.Context(), req); return err })
}

// BenchmarkListAgainstEcho: a page of 50 of 1,000 entries, against an echo of the same page.
func BenchmarkListAgainstEcho(b *testing.B) {
	s, _ := suitetest.Start(b, suitetest.WithReferenceData)
	client, ctx := remote(b, s)
	draft := thousand(b, s, client, ctx)
	req := &riskv1.ListRiskEntriesRequest{Parent: draft, PageSize: 50}
	page, err := client.ListRiskEntries(ctx, req)
	must(b, err)
	plain := bare(b, echo{page: page})
	rpctest.Compare(b, clients,
		func() error { _, err := client.ListRiskEntries(ctx, req); return err },
		func() error { _, err := plain.ListRiskEntries(b.Context(), req); return err })
}

// thousand makes a draft plan with a thousand entries like those of the reference data and returns its name.
func thousand(b *testing.B, _ *suitetest.Suite, client riskv1.RiskRegisterServiceClient, ctx context.Context) string {
	b.Helper()
	decided, err := client.GetPlan(ctx, &riskv1.GetPlanRequest{Name: plan})
	must(b, err)
	draft, err := client.CreatePlan(ctx, &riskv1.CreatePlanRequest{Parent: committee, PlanId: "2027",
		Plan: &riskv1.Plan{MethodVersion: decided.GetMethodVersion()}})
	must(b, err)
	like, err := client.ListRiskEntries(ctx, &riskv1.ListRiskEntriesRequest{Parent: plan, PageSize: 1})
	must(b, err)
	for i := range 1000 {
		entry := proto.CloneOf(like.GetRiskEntries()[0])
		entry.Position = int32(i)
		_, err := client.CreateRiskEntry(ctx, &riskv1.CreateRiskEntryRequest{Parent: draft.GetName(), RiskEntry: entry})
		must(b, err)
	}
	return draft.GetName()
}

// BenchmarkCreateAgainstTransaction: a create with its journal entry through the whole chain, against a bare transaction
// that inserts one row of the same size into a database opened the same way.
func BenchmarkCreateAgainstTransaction(b *testing.B) {
	s, _ := suitetest.Start(b, suitetest.WithReferenceData)
	client, ctx := remote(b, s)
	db, err := sqldb.OpenSQLite(b.Context(), filepath.Join(b.TempDir(), "bare.db"), resource.Migrations(bareSchema))
	must(b, err)
	b.Cleanup(func() { _ = db.Close() })
	risk := &riskv1.Risk{Title: "Risk för att beslut fattas utan stöd i delegationsordningen"}
	body, err := proto.Marshal(risk)
	must(b, err)
	req := &riskv1.CreateRiskRequest{Parent: committee, Risk: risk}
	rpctest.Compare(b, clients,
		func() error { _, err := client.CreateRisk(ctx, req); return err },
		func() error {
			return db.Write(b.Context(), "m", nil, sqldb.Stmts(sqldb.Stmt{SQL: "insert into bare (id, body) values ($1, $2)",
				Args: []any{resource.NewID(), body}}))
		})
}

// BenchmarkRESTAgainstGRPC: a get over REST, parsed by nobody, against the same get over gRPC, both over loopback into the
// same all-in-one.
func BenchmarkRESTAgainstGRPC(b *testing.B) {
	s, _ := suitetest.Start(b, suitetest.WithReferenceData)
	client, ctx := remote(b, s)
	page, err := client.ListRiskEntries(ctx, &riskv1.ListRiskEntriesRequest{Parent: plan, PageSize: 1})
	must(b, err)
	name := page.GetRiskEntries()[0].GetName()
	browser := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	b.Cleanup(browser.CloseIdleConnections)
	token := s.Token("coordinator", municipality)
	req := &riskv1.GetRiskEntryRequest{Name: name}
	rpctest.Compare(b, clients,
		func() error { return get(b.Context(), browser, s.URL+"/v1/"+name, token) },
		func() error { _, err := client.GetRiskEntry(ctx, req); return err })
}

// get reads what an address answers.
func get(ctx context.Context, browser *http.Client, address, token string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := browser.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", address, response.Status)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
