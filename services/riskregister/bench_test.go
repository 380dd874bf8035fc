package riskregister_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// entriesVariable says how many risk entries the large register holds; `make bench` sets it to the whole country's.
const entriesVariable = "UPPSIKT_BENCH_ENTRIES"

// A municipality of the large register has ten committees with ten plans of fifteen entries each.
const (
	perPlan         = 15
	perCommittee    = 10 * perPlan
	perMunicipality = 10 * perCommittee
	small           = 1000
)

// large returns how many entries the large register holds.
func large(b *testing.B) int {
	b.Helper()
	text := os.Getenv(entriesVariable)
	if text == "" {
		return 2 * perMunicipality
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatalf("%s: %v", entriesVariable, err)
	}
	return n
}

// benched is a register that is measured.
type benched struct {
	riskv1.RiskRegisterServiceClient
	harness *rpctest.Harness
	db      sqldb.DB
	ctx     context.Context
}

// open serves a register over a new database.
func open(b *testing.B, engine sqldb.Engine) benched {
	b.Helper()
	clk := rpctest.NewClock()
	db := sqldbtest.Open(b, engine, riskregister.Migrations())
	s, err := riskregister.Open(b.Context(), riskregister.DefaultConfig(),
		riskregister.Deps{Database: db, Logger: slog.New(slog.DiscardHandler), Clock: clk})
	possible(b, err)
	h := rpctest.Serve(b, clk, s.Register)
	return benched{RiskRegisterServiceClient: riskv1.NewRiskRegisterServiceClient(h.Conn), harness: h, db: db,
		ctx: h.As(b.Context(), "serviceAccounts/bench", rpctest.Role("coordinator", "-"))}
}

func possible(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// fill stores entries by one statement for each municipality; creating each over gRPC would take an hour.
func (r benched) fill(b *testing.B, entries int) {
	b.Helper()
	body := entryBody(b)
	for m := 0; m*perMunicipality < entries; m++ {
		tenant := municipalityID(m)
		stmts := sqldb.Stmts(
			sqldb.Stmt{SQL: fillPlans, Args: []any{tenant, perMunicipality/perPlan - 1, []byte{}}},
			sqldb.Stmt{SQL: fillEntries, Args: []any{tenant, min(perMunicipality, entries-m*perMunicipality) - 1, body}})
		possible(b, r.db.Write(b.Context(), tenant, nil, stmts))
	}
}

const (
	fillPlans = `with recursive n (i) as (select 0 union all select i + 1 from n where i < $2)
		insert into plans (tenant, scope, parent, id, version, created, updated, state, shown, number, method_version, body)
		select $1, 'municipalities/' || $1 || '/committees/c' || (i / 10), 'municipalities/' || $1 || '/committees/c' || (i / 10),
			cast(2016 + i % 10 as text), 1, 1, 1, 'decided', 'decided', 1, '', $3 from n`
	fillOne = `with recursive n (i) as (select 0 union all select i + 1 from n where i < 999)
		insert into risk_entries (tenant, scope, parent, id, version, created, updated, risk, position, value, level, selection, body)
		select $1, 'municipalities/' || $1 || '/committees/c0', 'municipalities/' || $1 || '/committees/c0/plans/' || (2016 + i / 100),
			'e' || (i % 100), 1, 1, 1, 'r' || (i % 100), i % 100, 9, 'kritisk', 'in_plan', $2 from n`
	fillEntries = `with recursive n (i) as (select 0 union all select i + 1 from n where i < $2)
		insert into risk_entries (tenant, scope, parent, id, version, created, updated, risk, position, value, level, selection, body)
		select $1, 'municipalities/' || $1 || '/committees/c' || (i / 150),
			'municipalities/' || $1 || '/committees/c' || (i / 150) || '/plans/' || (2016 + i / 15 % 10),
			'e' || (i % 15), 1, 1, 1, 'r' || (i % 15), i % 15, 9, 'kritisk', 'in_plan', $3 from n`
)

func municipalityID(m int) string { return fmt.Sprintf("m%d", m) }

// entryPlan returns the plan of the i-th entry, and nameOf its name.
func entryPlan(i int) string {
	m, i := i/perMunicipality, i%perMunicipality
	return fmt.Sprintf("municipalities/%s/committees/c%d/plans/%d", municipalityID(m), i/perCommittee, 2016+i/perPlan%10)
}

func nameOf(i int) string { return fmt.Sprintf("%s/riskEntries/e%d", entryPlan(i), i%perPlan) }

// entryBody is an entry as it lies in the database.
func entryBody(b *testing.B) []byte {
	b.Helper()
	body, err := proto.Marshal(&riskv1.RiskEntry{Risk: riskFraud, Process: "Handläggning enligt socialtjänstlagen",
		StatedValue: proto.Float64(9), ComputedLevel: "kritisk", ExistingControls: "Rutin, kollegial granskning, stickprov varje månad",
		PlannedHandling: "Utbildning under våren och stickprov under hösten", Selection: riskv1.Selection_SELECTION_IN_PLAN})
	possible(b, err)
	return body
}

// BenchmarkSize: reading from a register of the whole country, against the same from one of a thousand entries.
func BenchmarkSize(b *testing.B) {
	for _, engine := range sqldbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			many, few, n := open(b, engine), open(b, engine), large(b)
			many.fill(b, n)
			few.fill(b, small)
			b.Run("get", func(b *testing.B) {
				rpctest.Compare(b, 8, func() error { return many.get(rand.IntN(n)) }, func() error { return few.get(rand.IntN(small)) })
			})
			b.Run("list", func(b *testing.B) {
				rpctest.Compare(b, 8, func() error { return many.list(rand.IntN(n)) }, func() error { return few.list(rand.IntN(small)) })
			})
		})
	}
}

func (r benched) get(i int) error {
	_, err := r.GetRiskEntry(r.ctx, &riskv1.GetRiskEntryRequest{Name: nameOf(i)})
	return err
}

func (r benched) list(i int) error {
	page, err := r.ListRiskEntries(r.ctx, &riskv1.ListRiskEntriesRequest{Parent: entryPlan(i)})
	if err == nil && len(page.GetRiskEntries()) == 0 {
		return fmt.Errorf("%s is empty", entryPlan(i))
	}
	return err
}

// BenchmarkThousand: the thousand entries of one committee in one answer.
func BenchmarkThousand(b *testing.B) {
	for _, engine := range sqldbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			r := open(b, engine)
			possible(b, r.db.Write(b.Context(), "m0", nil, sqldb.Stmts(sqldb.Stmt{SQL: fillOne, Args: []any{"m0", entryBody(b)}})))
			req := &riskv1.ListRiskEntriesRequest{Parent: "municipalities/m0/committees/c0/plans/-", PageSize: small}
			for b.Loop() {
				page, err := r.ListRiskEntries(r.ctx, req)
				possible(b, err)
				if len(page.GetRiskEntries()) != small {
					b.Fatalf("%d entries", len(page.GetRiskEntries()))
				}
			}
		})
	}
}

// bareSchema is a table without anything that a resource needs, and one of heads.
var bareSchema = fstest.MapFS{
	"migrations/sqlite/0010_bare.sql": {Data: []byte("-- +goose Up\ncreate table bare (id text primary key, body blob not null) strict;\n" +
		"create table bare_heads (id text primary key, seq integer not null) strict;\n")},
	"migrations/postgres/0010_bare.sql": {Data: []byte("-- +goose Up\ncreate table bare (id text collate \"C\" primary key, body bytea not null);\n" +
		"create table bare_heads (id text collate \"C\" primary key, seq bigint not null);\n")},
}

// BenchmarkCreateAgainstPostgres: a create with its journal entry through the whole chain, eight clients over sixteen
// committees, against bare transactions without gRPC: one that inserts a row of the same size, and one that locks and moves
// a chain's head and inserts the same three rows, in one trip.
func BenchmarkCreateAgainstPostgres(b *testing.B) {
	r := open(b, sqldb.PostgreSQL)
	bare := sqldbtest.Open(b, sqldb.PostgreSQL, resource.Migrations(fs.FS(bareSchema)))
	risk := &riskv1.Risk{Title: "Risk för att beslut fattas utan stöd i delegationsordningen"}
	body, err := proto.Marshal(risk)
	possible(b, err)
	var turn atomic.Int64
	create := func() error {
		parent := fmt.Sprintf("municipalities/m/committees/c%d", turn.Add(1)%16)
		_, err := r.CreateRisk(r.ctx, &riskv1.CreateRiskRequest{Parent: parent, Risk: risk})
		return err
	}
	b.Run("row", func(b *testing.B) {
		rpctest.Compare(b, 8, create, func() error { return bare.Write(b.Context(), "m", nil, sqldb.Stmts(bareRow(body))) })
	})
	b.Run("rows", func(b *testing.B) {
		rpctest.Compare(b, 8, create, func() error {
			return bare.Write(b.Context(), "m", nil, sqldb.Stmts(bareHead(turn.Add(1)%16), bareRow(body), bareRow(body), bareRow(body)))
		})
	})
}

func bareRow(body []byte) sqldb.Stmt {
	return sqldb.Stmt{SQL: "insert into bare (id, body) values ($1, $2)", Args: []any{resource.NewID(), body}}
}

// bareHead moves one of the heads.
func bareHead(n int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: "insert into bare_heads (id, seq) values ($1, 1) on conflict (id) do update set seq = bare_heads.seq + 1",
		Args: []any{strconv.FormatInt(n, 10)}}
}

// echo answers every GetRiskEntry with the same entry: a bare server, without a chain, a database or rules.
type echo struct {
	riskv1.UnimplementedRiskRegisterServiceServer
	entry *riskv1.RiskEntry
}

func (e echo) GetRiskEntry(context.Context, *riskv1.GetRiskEntryRequest) (*riskv1.RiskEntry, error) {
	return e.entry, nil
}

// BenchmarkGetFromPostgresAgainstEcho: a get with authentication, validation, telemetry and row-level security, against an
// echo of the same message, sixteen clients over loopback.
func BenchmarkGetFromPostgresAgainstEcho(b *testing.B) {
	r := open(b, sqldb.PostgreSQL)
	r.fill(b, small)
	entry, err := r.GetRiskEntry(r.ctx, &riskv1.GetRiskEntryRequest{Name: nameOf(0)})
	possible(b, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	possible(b, err)
	server := grpc.NewServer()
	riskv1.RegisterRiskRegisterServiceServer(server, echo{entry: entry})
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(server.Stop)
	ours, theirs := dial(b, r.harness.Listen()), dial(b, listener.Addr().String())
	ctx := metadata.AppendToOutgoingContext(b.Context(), "authorization", "Bearer "+r.harness.Token("coordinator", "-"))
	rpctest.Compare(b, 16,
		func() error {
			_, err := ours.GetRiskEntry(ctx, &riskv1.GetRiskEntryRequest{Name: nameOf(rand.IntN(small))})
			return err
		},
		func() error {
			_, err := theirs.GetRiskEntry(ctx, &riskv1.GetRiskEntryRequest{Name: nameOf(0)})
			return err
		})
}

// dial returns a bare client.
func dial(b *testing.B, address string) riskv1.RiskRegisterServiceClient {
	b.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	possible(b, err)
	b.Cleanup(func() { _ = conn.Close() })
	return riskv1.NewRiskRegisterServiceClient(conn)
}
