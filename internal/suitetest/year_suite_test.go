package suitetest_test

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log/slog"
	"math"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/mailtest"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcserver"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// office is the services that reminding takes, behind one server, with a mail server and a clock that the test moves.
// Nothing runs by itself: reminders are compared and sent when the test says so.
type office struct {
	*testing.T
	conn   *grpc.ClientConn
	clock  *rpctest.Clock
	mails  *mailtest.Server
	place  *time.Location
	people sqldb.DB // the directory's
	turns  sqldb.DB // notification's
	sender *notification.Service
	// revoked is read anew while the test works: its age is real time, as in a demonstration whose clock jumps.
	revoked *authn.Revocations

	risks     riskv1.RiskRegisterServiceClient
	results   controlv1.ControlMeasurementServiceClient
	directory directoryv1.DirectoryServiceClient
	reminders notificationv1.NotificationServiceClient
}

// openOffice opens the services at a time; redis is the address of the schedule, empty for one in the process.
func openOffice(t *testing.T, engine sqldb.Engine, redis string, start time.Time) *office {
	t.Helper()
	o := &office{T: t, clock: rpctest.NewClock(), mails: mailtest.New(t)}
	o.clock.Advance(start.Sub(rpctest.Start))
	var err error
	o.place, err = time.LoadLocation("Europe/Stockholm")
	o.must(err)
	process, carrier := authn.NewProcessCredential(), rpcclient.InProcess()
	o.conn, err = carrier.Dial(rpcclient.Config{Process: process})
	o.must(err)
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	o.people, o.turns = sqldbtest.Open(t, engine, directory.Migrations()), sqldbtest.Open(t, engine, notification.Migrations())
	d, err := directory.Open(t.Context(), directory.DefaultConfig(), directory.Deps{Database: o.people, Logger: logger, Clock: o.clock})
	o.must(err)
	r, err := riskregister.Open(t.Context(), riskregister.DefaultConfig(), riskregister.Deps{
		Database: sqldbtest.Open(t, engine, riskregister.Migrations()), Logger: logger, Clock: o.clock})
	o.must(err)
	o.directory, o.risks = directoryv1.NewDirectoryServiceClient(o.conn), riskv1.NewRiskRegisterServiceClient(o.conn)
	o.results, o.reminders = controlv1.NewControlMeasurementServiceClient(o.conn), notificationv1.NewNotificationServiceClient(o.conn)
	c, err := controlmeasurement.Open(t.Context(), controlmeasurement.DefaultConfig(), controlmeasurement.Deps{
		Database: sqldbtest.Open(t, engine, controlmeasurement.Migrations()), Logger: logger, Clock: o.clock, Directory: o.directory, RiskRegister: o.risks})
	o.must(err)
	cfg := notification.DefaultConfig()
	cfg.SMTP, cfg.From, cfg.PublicURL, cfg.Redis = o.mails.URL(), "Uppsikt <uppsikt@exempelkommun.example>", "https://uppsikt.exempelkommun.example", redis
	o.sender, err = notification.Open(t.Context(), cfg, notification.Deps{Database: o.turns, Logger: logger, Clock: o.clock,
		Directory: o.conn, RiskRegister: o.conn, ControlMeasurement: o.conn})
	o.must(err)
	t.Cleanup(func() { o.must(o.sender.Close()) })
	o.revoked = authn.NewRevocations(authn.RevocationSourceFunc(d.Revocations), clock.System{}, logger)
	o.must(o.revoked.Refresh(t.Context()))
	server, err := rpcserver.New(rpcserver.DefaultConfig(), rpcserver.Deps{Logger: logger, Clock: o.clock,
		Verifier: authn.NewVerifier(authn.Issuer, d, o.clock), Processes: process, Revocations: o.revoked})
	o.must(err)
	for _, register := range []func(grpc.ServiceRegistrar){d.Register, r.Register, c.Register, o.sender.Register} {
		server.Register(register)
	}
	o.serve(server, carrier)
	return o
}

func (o *office) serve(server *rpcserver.Server, carrier *rpcclient.Carrier) {
	o.Helper()
	o.must(server.Start())
	served := make(chan error, 1)
	go func() { served <- server.Serve(carrier.Listener()) }()
	o.Cleanup(func() {
		o.must(o.conn.Close())
		server.Stop(context.Background())
		o.must(<-served)
	})
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// as returns a context in which calls are made with a role in a scope, now.
func (o *office) as(role, scope string) context.Context {
	o.Helper()
	token, err := directory.MintLocal(o.Context(), o.people, o.clock, role, scope)
	o.must(err)
	return authn.WithToken(o.Context(), token)
}

// asPerson returns a context in which somebody of the municipality calls.
func (o *office) asPerson(person, role string) context.Context {
	o.Helper()
	minter, err := authn.NewMinter(authn.Issuer, signingKey(o.T, o.people), o.clock)
	o.must(err)
	token, _, err := minter.Mint(authn.Claims{Subject: person, Session: "session", Roles: []authn.Role{{Role: role, Scope: municipality}}})
	o.must(err)
	return authn.WithToken(o.Context(), token)
}

// load imports a file.
func (o *office) load(file *exchange.File) {
	o.Helper()
	client := exchange.NewClient(exchange.Conns{Directory: o.conn, RiskRegister: o.conn, ControlMeasurement: o.conn, Reporting: o.conn, Notification: o.conn})
	report, err := client.Apply(o.as("operator", "platform"), file, nil)
	if err != nil || !report.OK() {
		o.Fatalf("import: %v %+v", err, report.Faults)
	}
}

// day is midnight in Sweden.
func (o *office) day(text string) time.Time {
	o.Helper()
	t, err := time.ParseInLocation(time.DateOnly, text, o.place)
	o.must(err)
	return t
}

// work compares and sends what is due, until a time: at each midnight, and whenever a mail is due.
func (o *office) work(until time.Time) {
	o.Helper()
	for {
		o.must(o.revoked.Refresh(o.Context()))
		o.must(o.sender.Reconcile(o.Context()))
		o.must(o.sender.Send(o.Context()))
		now := o.clock.Now().In(o.place)
		y, m, d := now.Date()
		next := time.Date(y, m, d+1, 0, 0, 0, 0, o.place)
		if due := o.nextTurn(); due.Before(next) {
			next = due
		}
		if next.After(until) {
			o.clock.Advance(until.Sub(now))
			return
		}
		if !next.After(now) {
			o.Fatalf("a mail of %v was not sent by %v", next, now)
		}
		o.clock.Advance(next.Sub(now))
	}
}

// nextTurn returns when the next mail is due.
func (o *office) nextTurn() time.Time {
	o.Helper()
	next := int64(math.MaxInt64)
	o.must(o.turns.Read(o.Context(), "", sqldb.Stmt{SQL: "select at from mail_turns order by at limit 1", Each: func(r sqldb.Row) error {
		return r.Scan(&next)
	}}))
	return time.UnixMicro(next)
}

// sent returns the mails so far by time, address and subject: those of one moment are handed over side by side.
func (o *office) sent() []mailtest.Message {
	o.Helper()
	var all []mailtest.Message
	for _, m := range o.mails.Mails() {
		message := mailtest.Parse(o.T, m.Raw)
		if !slices.Equal(m.To, message.To) || len(m.To) != 1 {
			o.Errorf("handed over to %v, but addressed to %v", m.To, message.To)
		}
		all = append(all, message)
	}
	slices.SortStableFunc(all, func(a, b mailtest.Message) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.To[0], b.To[0]), cmp.Compare(a.Subject, b.Subject), bytes.Compare([]byte(a.Text), []byte(b.Text)))
	})
	return all
}

// wantSound fails the test for everything that the verification of the reminders finds wrong.
func (o *office) wantSound() {
	o.Helper()
	o.must(notification.Verify(o.Context(), o.turns, func(p journal.Problem) { o.Errorf("verification found: %s", p) }))
}
