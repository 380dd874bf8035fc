package rpc

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/credential"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// sessionLife is when a session ends at the latest.
const sessionLife = 12 * time.Hour

// Sessions implements SessionService. It is safe for concurrent use.
type Sessions struct {
	directoryv1.UnimplementedSessionServiceServer
	directory *Server
	passwords *credential.Passwords
	demo      bool
}

func (s *Sessions) now() time.Time { return s.directory.store.Clock().Now() }
func (s *Sessions) db() sqldb.DB   { return s.directory.store.DB() }

// errRefused is the one answer to a credential that does not work, whatever is wrong with it; english is the same too,
// so the cause, which only the log sees, tells.
func errRefused(cause error) error {
	f := &fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED",
		Swedish: "Inloggningen gick inte. Kontrollera uppgifterna, eller be om en ny länk.",
		English: "the credential is wrong, used up or expired"}
	return f.Because(cause)
}

// cause is why a credential was refused, for the log.
type cause string

func (c cause) Error() string { return string(c) }

// The causes.
const (
	unknownLink     cause = "no such link, or it was used or has expired"
	wrongPassword   cause = "unknown address or wrong password"
	unknownSession  cause = "no such session, or it has ended"
	disabledPerson  cause = "the person is disabled"
	missingPerson   cause = "the person does not exist"
	emptyCredential cause = "no credential"
)

// SignIn opens a session.
func (s *Sessions) SignIn(ctx context.Context, req *directoryv1.SignInRequest) (*directoryv1.SignInResponse, error) {
	switch c := req.GetCredential().(type) {
	case *directoryv1.SignInRequest_LinkSecret:
		return s.byLink(ctx, c.LinkSecret)
	case *directoryv1.SignInRequest_Password:
		return s.byPassword(ctx, c.Password.GetEmail(), c.Password.GetPassword())
	case *directoryv1.SignInRequest_DemoPerson:
		return s.byDemo(ctx, c.DemoPerson)
	default:
		return nil, errRefused(emptyCredential)
	}
}

// byLink uses the link up and opens the session in one transaction, so of two callers one comes in.
func (s *Sessions) byLink(ctx context.Context, secret string) (*directoryv1.SignInResponse, error) {
	hash, now := credential.Hash(secret), s.now()
	name, err := sqlstore.FindLink(ctx, s.db(), hash, now)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, errRefused(unknownLink)
	}
	if _, err := s.enabled(ctx, name); err != nil {
		return nil, err
	}
	password, err := sqlstore.FindPassword(ctx, s.db(), name)
	if err != nil {
		return nil, err
	}
	var spent int64
	first := []sqldb.Stmt{sqlstore.SpendLink(hash, now, &spent)}
	answer, err := s.open(ctx, name, first, func() error {
		if spent != 1 {
			return errRefused(unknownLink)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	answer.NeedsPassword = password == ""
	return answer, nil
}

// byPassword counts the attempt before it looks, does the same work whether or not the address is known, and takes the
// count back after a success.
func (s *Sessions) byPassword(ctx context.Context, email, password string) (*directoryv1.SignInResponse, error) {
	wait, err := sqlstore.TakeAttempt(ctx, s.db(), email, s.now())
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		return nil, errTooMany(wait)
	}
	name, err := s.match(ctx, email, password)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, errRefused(wrongPassword)
	}
	if _, err := s.enabled(ctx, name); err != nil {
		return nil, err
	}
	return s.open(ctx, name, []sqldb.Stmt{sqlstore.ClearFailures(email)}, func() error { return nil })
}

func errTooMany(wait time.Duration) error {
	return &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
		Swedish: "För många misslyckade inloggningar. Försök igen om " + swedishWait(wait) + ", eller be om en inloggningslänk.",
		English: "too many failed sign-ins for this address; wait " + wait.Round(time.Second).String()}
}

// match returns whose password it is among the people with the address; empty for nobody's.
func (s *Sessions) match(ctx context.Context, email, password string) (string, error) {
	people, err := sqlstore.FindLogins(ctx, s.db(), email)
	if err != nil {
		return "", err
	}
	for _, name := range people {
		hash, err := sqlstore.FindPassword(ctx, s.db(), name)
		if err != nil {
			return "", err
		}
		same, err := s.passwords.Check(ctx, password, hash)
		if err != nil {
			return "", err
		}
		if same {
			return name, nil
		}
	}
	if len(people) == 0 {
		_, err = s.passwords.Check(ctx, password, "")
	}
	return "", err
}

// byDemo signs a visitor in as anybody, in a demonstration.
func (s *Sessions) byDemo(ctx context.Context, name string) (*directoryv1.SignInResponse, error) {
	if !s.demo {
		return nil, errNoDemo()
	}
	if _, err := s.enabled(ctx, name); err != nil {
		return nil, err
	}
	return s.open(ctx, name, nil, func() error { return nil })
}

// enabled returns the person, who must exist and be allowed to sign in.
func (s *Sessions) enabled(ctx context.Context, name string) (*directoryv1.Person, error) {
	p, err := s.directory.tables.People.Get(ctx, s.directory.store, name)
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Invalid):
		return nil, errRefused(missingPerson)
	case err != nil:
		return nil, err
	case p.GetDisabled():
		return nil, errRefused(disabledPerson)
	}
	return p, nil
}

// open stores a new session, in one transaction with the statements of first, after check has looked at what they did.
func (s *Sessions) open(ctx context.Context, person string, first []sqldb.Stmt, check func() error) (*directoryv1.SignInResponse, error) {
	secret, now := credential.NewSecret(), s.now()
	session := sqlstore.Session{ID: resource.NewID(), Person: person, Expires: now.Add(sessionLife)}
	store := sqlstore.OpenSession(session, credential.Hash(secret), now)
	err := s.db().Write(ctx, "", first, func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
		return []sqldb.Stmt{store}, check()
	})
	if err != nil {
		return nil, err
	}
	return &directoryv1.SignInResponse{SessionSecret: secret, ExpireTime: timestamppb.New(session.Expires), Person: person}, nil
}

// SignOut ends a session. An unknown one has ended already.
func (s *Sessions) SignOut(ctx context.Context, req *directoryv1.SignOutRequest) (*emptypb.Empty, error) {
	now := s.now()
	session, err := sqlstore.FindSession(ctx, s.db(), credential.Hash(req.GetSessionSecret()), now)
	if err != nil || session == nil {
		return &emptypb.Empty{}, err
	}
	return &emptypb.Empty{}, s.db().Write(ctx, "", nil, sqldb.Stmts(sqlstore.EndSession(session.ID, now)...))
}

// SetPassword sets the caller's own password and signs them out everywhere else.
func (s *Sessions) SetPassword(ctx context.Context, req *directoryv1.SetPasswordRequest) (*emptypb.Empty, error) {
	caller, ok := authn.From(ctx)
	if !ok {
		return nil, errNobody
	}
	if caller.OnBehalfOf != "" || !strings.Contains(caller.Subject, "/people/") {
		return nil, fault.Deny("only a person has a password")
	}
	if _, err := s.enabled(ctx, caller.Subject); err != nil {
		return nil, err
	}
	hash, err := s.passwords.Hash(ctx, req.GetPassword())
	if err != nil {
		return nil, err
	}
	tenant := resource.Tenant(caller.Subject)
	return &emptypb.Empty{}, s.db().Write(ctx, tenant, nil, sqldb.Stmts(
		sqlstore.KeepPassword(caller.Subject, hash, s.now()), sqlstore.EndSessions(caller.Subject, caller.Session)))
}
