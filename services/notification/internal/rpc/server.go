// Package rpc serves notification's RPCs: it keeps rules and people's choices, shows what will be sent and what became of what
// was, and sees to it that callers see only what belongs to their committees. What it shows is what the service last learnt
// of deadlines and people; it calls nobody.
//
// What concerns one person, tasks, choices and calendar, is for that person alone. To everybody else it is NOT_FOUND, as if it
// did not exist.
package rpc

import (
	"context"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// Deps is what the RPCs are given.
type Deps struct {
	Store    *resource.Store
	Tables   *sqlstore.Tables
	Composer mail.Composer
	Calendar notice.Calendar
	// Zone is where days begin at midnight.
	Zone *time.Location
	// Outbox tells that no mail server is set up.
	Outbox bool
	// Wake is called with a committee or municipality whose rules or people's choices have changed.
	Wake func(name string)
	// Send is called when a mail is due at once.
	Send func()
	// Stale reports that the owners of deadlines cannot be asked, and Degraded that the schedule cannot be reached.
	Stale, Degraded func() bool
}

// Server implements NotificationService. It is safe for concurrent use.
type Server struct {
	notificationv1.UnimplementedNotificationServiceServer
	Deps
}

// New returns the service.
func New(deps Deps) *Server { return &Server{Deps: deps} }

// journalServer and transferServer are the implementations of every service, under this service's names.
type journalServer struct {
	notificationv1.UnsafeJournalServiceServer
	*journal.Server
}

type transferServer struct {
	notificationv1.UnsafeTransferServiceServer
	*transfer.Server
	notices *Server
}

// Services are the RPC services of notification, ready to be registered.
type Services struct {
	notices  *Server
	journal  journalServer
	transfer transferServer
}

// Services makes the three services of notification over one store.
func (s *Server) Services(feed *journal.Feed) (*Services, error) {
	moves, err := transfer.NewServer(s.Store, s.CheckImport)
	if err != nil {
		return nil, err
	}
	history := journal.NewServer(s.Store.DB(), s.Store, feed).ShowTo(authzv1.Permission_PERMISSION_REMINDER_READ).Hide(hiddenChanges).Omit(personal)
	return &Services{notices: s, journal: journalServer{Server: history}, transfer: transferServer{Server: moves, notices: s}}, nil
}

// Register adds the services to a server.
func (s *Services) Register(r grpc.ServiceRegistrar) {
	notificationv1.RegisterNotificationServiceServer(r, s.notices)
	notificationv1.RegisterJournalServiceServer(r, s.journal)
	notificationv1.RegisterTransferServiceServer(r, s.transfer)
}

// personal reports whether a resource is one person's own, which nobody else reads the history of either.
func personal(name string) bool {
	_, collection, _ := resource.Split(name)
	return collection == settings
}

// hiddenChanges leaves people's choices out of a stream, and the rules for whoever may not see them.
func hiddenChanges(_ context.Context, caller *authn.Identity, names []string) (map[string]bool, error) {
	hidden := map[string]bool{}
	for _, name := range names {
		hidden[name] = personal(name) || !authz.Can(caller, authzv1.Permission_PERMISSION_REMINDER_READ, name)
	}
	return hidden, nil
}

// may reports whether the caller holds a permission for a name.
func may(ctx context.Context, permission authz.Permission, name string) bool {
	caller, known := authn.From(ctx)
	return known && authz.Can(caller, permission, name)
}

// own refuses everybody but the person; name is that of what was asked for. Only people of a municipality are reminded: the
// platform's own and other systems have nothing here.
func own(ctx context.Context, person, name string) error {
	parent, collection, _ := resource.Split(person)
	reminded := collection == people && resource.Parent(parent) == resource.Platform && resource.Tenant(person) != resource.Platform
	if caller, known := authn.From(ctx); known && reminded && caller.Subject == person {
		return nil
	}
	return fault.Missing(name)
}

// ofPerson returns the person that something of a municipality belongs to by its name, such as
// "municipalities/m/reminderSettings/p", and refuses everybody else.
func ofPerson(ctx context.Context, name, collection string) (string, error) {
	parent, is, id := resource.Split(name)
	if is != collection || id == "" {
		return "", fault.Missing(name)
	}
	person := resource.Join(parent, people, id)
	return person, own(ctx, person, name)
}

// Collections of names.
const (
	people     = "people"
	settings   = "reminderSettings"
	feeds      = "calendarFeeds"
	deliveries = "deliveries"
)

func (s *Server) now() time.Time { return s.Store.Clock().Now() }

// refuse returns the faults of a rule as one fault; nil without any.
func refuse(faults []fault.Field) error {
	return fault.Fields(notice.Under("reminder_rule", faults)...)
}
