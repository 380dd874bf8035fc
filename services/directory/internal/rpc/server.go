// Package rpc serves the directory's RPCs: it reads and writes resources, asks the rules of package org, and signs
// people in and out.
//
// The functions named check… hold the rules of one resource for the standard methods and for imports alike: they return
// every fault, with paths relative to the resource; their error is something else that went wrong.
package rpc

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/credential"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// Server implements DirectoryService. It is safe for concurrent use.
type Server struct {
	directoryv1.UnimplementedDirectoryServiceServer
	store    *resource.Store
	tables   *sqlstore.Tables
	zone     *time.Location
	transfer *transfer.Server
}

// New returns the service over a store of these tables; days begin at midnight in the zone.
func New(store *resource.Store, tables *sqlstore.Tables, zone *time.Location) (*Server, error) {
	s := &Server{store: store, tables: tables, zone: zone}
	var err error
	s.transfer, err = transfer.NewServer(store, s.checkImport)
	return s, err
}

// journalServer and transferServer are the implementations of every service, under this service's names.
type journalServer struct {
	directoryv1.UnsafeJournalServiceServer
	*journal.Server
}

type transferServer struct {
	directoryv1.UnsafeTransferServiceServer
	*transfer.Server
}

// Register adds the four services of the directory to a server. With demo, visitors may sign in as anybody.
func (s *Server) Register(r grpc.ServiceRegistrar, feed *journal.Feed, demo bool) {
	directoryv1.RegisterDirectoryServiceServer(r, s)
	directoryv1.RegisterSessionServiceServer(r, &Sessions{directory: s, passwords: credential.NewPasswords(), demo: demo})
	directoryv1.RegisterJournalServiceServer(r, journalServer{Server: journal.NewServer(s.store.DB(), s.store, feed)})
	directoryv1.RegisterTransferServiceServer(r, transferServer{Server: s.transfer})
}

// municipality returns the municipality in a name.
func municipality(name string) string { return "municipalities/" + resource.Tenant(name) }

// ofPlatform reports whether a name is that of a person or role of the platform, or their parent.
func ofPlatform(name string) bool { return resource.Within(name, org.PlatformParent) }

// concrete refuses a parent with a wildcard, which only lists may have.
func concrete(parent string) error {
	if !slices.Contains(strings.Split(parent, "/"), "-") {
		return nil
	}
	return fault.Fields(field("parent", "RESOURCE_NAME",
		"Ange en bestämd plats; ”-” går bara att använda i listor.", "a wildcard is for lists only"))
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
	return fault.Fields(org.Under(prefix, faults)...)
}

// exists is how a table tells whether it has a resource.
type exists interface {
	Exists(ctx context.Context, r resource.Reader, name string) (bool, error)
}

// checkExists returns the fault when a table has no resource of this name.
func checkExists(ctx context.Context, r resource.Reader, t exists, name string, f fault.Field) ([]fault.Field, error) {
	found, err := t.Exists(ctx, r, name)
	if found || err != nil {
		return nil, err
	}
	return []fault.Field{f}, nil
}

// checkMunicipality finds a municipality that does not exist above a name; the platform always does.
func (s *Server) checkMunicipality(ctx context.Context, r resource.Reader, name string) ([]fault.Field, error) {
	if ofPlatform(name) {
		return nil, nil
	}
	return checkExists(ctx, r, s.tables.Municipalities, municipality(name),
		field("name", "NOT_FOUND", "Kommunen finns inte. Lägg upp den först.", municipality(name)+" does not exist"))
}

// parentMissing turns the fault of an absent parent into NOT_FOUND, as the standard Create answers.
func parentMissing(parent string, faults []fault.Field, err error) error {
	if err != nil || len(faults) == 0 {
		return err
	}
	return fault.Missing(parent)
}

// errNobody is what a handler returns when the chain has let through a call without a caller, which it never does.
var errNobody = errors.New("the call has no verified caller")
