package suitetest_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcserver"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
	"github.com/uppsikt/uppsikt/services/reporting"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// estate is every service on one engine behind one server with the full chain, and two municipalities with content.
type estate struct {
	*testing.T
	conn   *grpc.ClientConn
	clock  *rpctest.Clock
	server *rpcserver.Server
	key    authn.Key
	// reminders is notification, which compares and sends when it is told to, and notices its database.
	reminders *notification.Service
	notices   sqldb.DB
	// tokens are those minted, by their roles; the clock stands still.
	tokens map[string]string
}

// kept is a database that somebody else closes.
type kept struct{ sqldb.DB }

// Close does nothing.
func (kept) Close() error { return nil }

// openEstate opens the services on an engine and fills them.
func openEstate(t *testing.T, engine sqldb.Engine) *estate {
	t.Helper()
	e := &estate{T: t, clock: rpctest.NewClock(), tokens: map[string]string{}}
	process, carrier := authn.NewProcessCredential(), rpcclient.InProcess()
	var err error
	e.conn, err = carrier.Dial(rpcclient.Config{Process: process})
	e.must(err)
	db := sqldbtest.Open(t, engine, directory.Migrations())
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	d, err := directory.Open(t.Context(), directory.DefaultConfig(), directory.Deps{Database: db, Logger: logger, Clock: e.clock})
	e.must(err)
	r, err := riskregister.Open(t.Context(), riskregister.DefaultConfig(), riskregister.Deps{
		Database: sqldbtest.Open(t, engine, riskregister.Migrations()), Logger: logger, Clock: e.clock})
	e.must(err)
	c, err := controlmeasurement.Open(t.Context(), controlmeasurement.DefaultConfig(), controlmeasurement.Deps{
		Database: sqldbtest.Open(t, engine, controlmeasurement.Migrations()), Logger: logger, Clock: e.clock,
		Directory: directoryv1.NewDirectoryServiceClient(e.conn), RiskRegister: riskv1.NewRiskRegisterServiceClient(e.conn)})
	e.must(err)
	p, err := reporting.Open(t.Context(), reporting.DefaultConfig(), reporting.Deps{
		Database: sqldbtest.Open(t, engine, reporting.Migrations()), Logger: logger, Clock: e.clock,
		Directory: directoryv1.NewDirectoryServiceClient(e.conn), RiskRegister: riskv1.NewRiskRegisterServiceClient(e.conn),
		ControlMeasurement: controlv1.NewControlMeasurementServiceClient(e.conn)})
	e.must(err)
	e.notices = sqldbtest.Open(t, engine, notification.Migrations())
	cfg := notification.DefaultConfig()
	cfg.Outbox, cfg.From, cfg.PublicURL = t.TempDir(), "uppsikt@exempel.se", "https://uppsikt.exempel.se"
	e.reminders, err = notification.Open(t.Context(), cfg, notification.Deps{Database: kept{e.notices}, Logger: logger, Clock: e.clock,
		Directory: e.conn, RiskRegister: e.conn, ControlMeasurement: e.conn})
	e.must(err)
	t.Cleanup(func() { e.must(e.reminders.Close()) })
	revoked := authn.NewRevocations(authn.RevocationSourceFunc(d.Revocations), e.clock, logger)
	e.must(revoked.Refresh(t.Context()))
	e.server, err = rpcserver.New(rpcserver.DefaultConfig(), rpcserver.Deps{Logger: logger, Clock: e.clock,
		Verifier: authn.NewVerifier(authn.Issuer, d, e.clock), Processes: process, Revocations: revoked})
	e.must(err)
	for _, register := range []func(grpc.ServiceRegistrar){d.Register, r.Register, c.Register, p.Register, e.reminders.Register} {
		e.server.Register(register)
	}
	e.serve(carrier)
	e.key = signingKey(t, db)
	e.fill()
	return e
}

func (e *estate) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

func (e *estate) serve(carrier *rpcclient.Carrier) {
	e.Helper()
	e.must(e.server.Start())
	served := make(chan error, 1)
	go func() { served <- e.server.Serve(carrier.Listener()) }()
	e.Cleanup(func() {
		e.must(e.conn.Close())
		e.server.Stop(context.Background())
		e.must(<-served)
	})
}

// signingKey reads the key that the directory signs tokens with, so that a test can sign what the directory never would.
func signingKey(t *testing.T, db sqldb.DB) authn.Key {
	t.Helper()
	var key authn.Key
	err := db.Read(t.Context(), "", sqldb.Stmt{SQL: `select id, seed from signing_keys order by created desc limit 1`, Each: func(r sqldb.Row) error {
		var seed []byte
		err := r.Scan(&key.ID, &seed)
		key.Private = ed25519.NewKeyFromSeed(seed)
		return err
	}})
	if err != nil || key.ID == "" {
		t.Fatalf("no signing key: %v", err)
	}
	return key
}

// token returns a token as the directory mints it.
func (e *estate) token(roles ...authn.Role) string {
	e.Helper()
	key := fmt.Sprint(roles)
	if token, ok := e.tokens[key]; ok {
		return token
	}
	minter, err := authn.NewMinter(authn.Issuer, e.key, e.clock)
	e.must(err)
	token, _, err := minter.Mint(authn.Claims{Subject: own.name("municipalities/*/people/*"), Session: "session", Roles: roles})
	e.must(err)
	e.tokens[key] = token
	return token
}

func (e *estate) as(role, scope string) context.Context {
	return authn.WithToken(e.Context(), e.token(authn.Role{Role: role, Scope: scope}))
}

// apply imports a bundle.
func (e *estate) apply(text string) {
	e.Helper()
	file, err := exchange.Decode("estate.yaml", []byte(text))
	e.must(err)
	client := exchange.NewClient(exchange.Conns{Directory: e.conn, RiskRegister: e.conn, ControlMeasurement: e.conn, Reporting: e.conn, Notification: e.conn})
	report, err := client.Apply(e.as("operator", "-"), file, nil)
	if err != nil || !report.OK() {
		e.Fatalf("fill: %v %+v", err, report.Faults)
	}
}
