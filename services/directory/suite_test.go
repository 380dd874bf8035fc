package directory_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/rpcserver"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setClock is a clock that stands still until it is moved.
type setClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *setClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *setClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is the service behind a real server with the full chain, in process.
type bench struct {
	t        *testing.T
	db       sqldb.DB
	clock    *setClock
	service  *directory.Service
	verifier *authn.Verifier
	revoked  *authn.Revocations

	directory directoryv1.DirectoryServiceClient
	sessions  directoryv1.SessionServiceClient
	journal   directoryv1.JournalServiceClient
	transfer  directoryv1.TransferServiceClient
}

func open(t *testing.T, cfg directory.Config) *bench {
	t.Helper()
	return openOn(t, database(t), cfg)
}

func openOn(t *testing.T, db sqldb.DB, cfg directory.Config) *bench {
	t.Helper()
	b := &bench{t: t, db: db, clock: &setClock{now: time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC)}}
	logger := slog.New(slog.DiscardHandler)
	var err error
	b.service, err = directory.Open(t.Context(), cfg, directory.Deps{Database: b.db, Logger: logger, Clock: b.clock})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := b.service.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	b.verifier = authn.NewVerifier(authn.Issuer, b.service, b.clock)
	b.revoked = authn.NewRevocations(b.service, b.clock, logger)
	b.refresh()
	b.connect(b.serve(logger))
	return b
}

func database(t *testing.T) sqldb.DB {
	t.Helper()
	db, err := sqldb.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "directory.db"), directory.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func (b *bench) serve(logger *slog.Logger) *grpc.ClientConn {
	b.t.Helper()
	process := authn.NewProcessCredential()
	server, err := rpcserver.New(rpcserver.DefaultConfig(), rpcserver.Deps{Logger: logger, Clock: b.clock,
		Verifier: b.verifier, Processes: process, Revocations: b.revoked})
	if err != nil {
		b.t.Fatal(err)
	}
	server.Register(b.service.Register)
	if err := server.Start(); err != nil {
		b.t.Fatal(err)
	}
	carrier := rpcclient.InProcess()
	served := make(chan error, 1)
	go func() { served <- server.Serve(carrier.Listener()) }()
	conn, err := carrier.Dial(rpcclient.Config{Process: process})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		conn.Close()
		server.Stop(context.Background())
		if err := <-served; err != nil {
			b.t.Errorf("serve: %v", err)
		}
	})
	return conn
}

func (b *bench) connect(conn *grpc.ClientConn) {
	b.directory = directoryv1.NewDirectoryServiceClient(conn)
	b.sessions = directoryv1.NewSessionServiceClient(conn)
	b.journal = directoryv1.NewJournalServiceClient(conn)
	b.transfer = directoryv1.NewTransferServiceClient(conn)
}

// refresh fetches the revocations, as a server does every twenty seconds.
func (b *bench) refresh() {
	b.t.Helper()
	if err := b.revoked.Refresh(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// as returns a context that calls with a role.
func (b *bench) as(role, scope string) context.Context {
	b.t.Helper()
	token, err := directory.MintLocal(b.t.Context(), b.db, b.clock, role, scope)
	if err != nil {
		b.t.Fatal(err)
	}
	return authn.WithToken(b.t.Context(), token)
}

func (b *bench) operator() context.Context { return b.as("operator", "platform") }
func (b *bench) process() context.Context  { return rpcclient.AsProcess(b.t.Context()) }

// The names of the tests.
const (
	m         = "municipalities/m"
	committee = m + "/committees/c"
	anna      = m + "/people/anna"
	annasRole = m + "/roleAssignments/anna-c"
	platform  = "municipalities/-"
)

// seeded opens a directory with a municipality, a committee, a unit, and Anna, who coordinates the committee.
func seeded(t *testing.T, cfg directory.Config) *bench {
	t.Helper()
	b := open(t, cfg)
	ctx := b.operator()
	_, err := b.directory.CreateMunicipality(ctx, &directoryv1.CreateMunicipalityRequest{Parent: "-", MunicipalityId: "m",
		Municipality: &directoryv1.Municipality{DisplayName: "Exempelkommun"}})
	b.ok(err)
	_, err = b.directory.CreateCommittee(ctx, &directoryv1.CreateCommitteeRequest{Parent: m, CommitteeId: "c",
		Committee: &directoryv1.Committee{DisplayName: "Socialnämnden", Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_COMMITTEE}})
	b.ok(err)
	b.unit("u", "")
	b.person("anna", "Anna@exempel.se")
	b.role("anna-c", anna, directoryv1.Role_ROLE_COORDINATOR, committee)
	return b
}

func (b *bench) unit(id, parent string) *directoryv1.Unit {
	b.t.Helper()
	u, err := b.directory.CreateUnit(b.operator(), &directoryv1.CreateUnitRequest{Parent: committee, UnitId: id,
		Unit: &directoryv1.Unit{DisplayName: "Enhet " + id, ParentUnit: parent}})
	b.ok(err)
	return u
}

func (b *bench) person(id, email string) *directoryv1.Person {
	b.t.Helper()
	p, err := b.directory.CreatePerson(b.operator(), &directoryv1.CreatePersonRequest{Parent: m, PersonId: id,
		Person: &directoryv1.Person{DisplayName: "Person " + id, Email: email}})
	b.ok(err)
	return p
}

func (b *bench) role(id, person string, role directoryv1.Role, scope string) *directoryv1.RoleAssignment {
	b.t.Helper()
	a, err := b.directory.CreateRoleAssignment(b.operator(), &directoryv1.CreateRoleAssignmentRequest{Parent: m,
		RoleAssignmentId: id, RoleAssignment: &directoryv1.RoleAssignment{Person: person, Role: role, Scope: scope}})
	b.ok(err)
	return a
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// refused checks that err carries a fault of the kind and reason.
func (b *bench) refused(what string, err error, kind fault.Kind, reason string) {
	b.t.Helper()
	_ = b.faultOf(what, err, kind, reason)
}

// faultOf is refused, and returns the fault.
func (b *bench) faultOf(what string, err error, kind fault.Kind, reason string) *fault.Error {
	b.t.Helper()
	f := rpcerr.FromStatus(err)
	if f == nil {
		b.t.Errorf("%s: got %v, want %s", what, err, reason)
		return &fault.Error{}
	}
	if f.Kind != kind || f.Reason != reason {
		b.t.Errorf("%s: got kind %d, %s (%v), want kind %d, %s", what, f.Kind, f.Reason, f, kind, reason)
	}
	if f.Swedish == "" {
		b.t.Errorf("%s: the fault has no Swedish text", what)
	}
	return f
}

// invalid checks that err names these fields with these reasons.
func (b *bench) invalid(what string, err error, want string) {
	b.t.Helper()
	f := b.faultOf(what, err, fault.Invalid, "INVALID_FIELDS")
	var got []string
	for _, field := range f.Fields {
		got = append(got, field.Path+":"+field.Reason)
	}
	if strings.Join(got, " ") != want {
		b.t.Errorf("%s: got fields %v, want %s", what, got, want)
	}
}

// signedIn returns a session of a person, opened by a one-time link.
func (b *bench) signedIn(person string) *directoryv1.SignInResponse {
	b.t.Helper()
	link, err := b.sessions.CreateSignInLink(b.operator(), &directoryv1.CreateSignInLinkRequest{Person: person})
	b.ok(err)
	answer, err := b.byLink(link.GetSecret())
	b.ok(err)
	return answer
}

func (b *bench) byLink(secret string) (*directoryv1.SignInResponse, error) {
	return b.sessions.SignIn(b.process(), &directoryv1.SignInRequest{
		Credential: &directoryv1.SignInRequest_LinkSecret{LinkSecret: secret}})
}

func (b *bench) byPassword(email, password string) (*directoryv1.SignInResponse, error) {
	return b.sessions.SignIn(b.process(), &directoryv1.SignInRequest{Credential: &directoryv1.SignInRequest_Password{
		Password: &directoryv1.PasswordCredential{Email: email, Password: password}}})
}

func (b *bench) mint(session *directoryv1.SignInResponse) (*directoryv1.MintTokenResponse, error) {
	return b.sessions.MintToken(b.process(), &directoryv1.MintTokenRequest{SessionSecret: session.GetSessionSecret()})
}

// token returns an access token of a session, as a context to call with.
func (b *bench) token(session *directoryv1.SignInResponse) context.Context {
	b.t.Helper()
	minted, err := b.mint(session)
	b.ok(err)
	return authn.WithToken(b.t.Context(), minted.GetAccessToken())
}

// verified checks that nothing was written behind the journal's back.
func (b *bench) verified() {
	b.t.Helper()
	b.ok(directory.Verify(b.t.Context(), b.db, func(p journal.Problem) { b.t.Errorf("verify: %s", p) }))
}
