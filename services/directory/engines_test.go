package directory_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory"
)

// TestSigningInOnBothEngines goes from the first start to a signed-out session on each engine.
func TestSigningInOnBothEngines(t *testing.T) {
	sqldbtest.Run(t, directory.Migrations(), func(t *testing.T, db sqldb.DB) {
		b := openOn(t, db, directory.Config{Demo: true})
		link, err := b.service.EnsureFirstLink(t.Context())
		b.ok(err)
		if link.Secret == "" {
			t.Fatal("no first link")
		}
		if again, err := b.service.EnsureFirstLink(t.Context()); again.Secret != "" || again.Wait <= 0 || err != nil {
			t.Errorf("a second first link at once: %v, %v", again, err)
		}
		first, err := b.byLink(link.Secret)
		b.ok(err)
		_, err = b.load(b.token(first), m, false, file()...)
		b.ok(err)
		session := b.signedIn(anna)
		_, err = b.sessions.SetPassword(b.token(session), &directoryv1.SetPasswordRequest{Password: password})
		b.ok(err)
		session, err = b.byPassword("anna@exempel.se", password)
		b.ok(err)
		minted, err := b.mint(session)
		b.ok(err)
		if len(minted.GetRoles()) != 1 || minted.GetRoles()[0].GetRole() != "owner" {
			t.Errorf("got %v", minted.GetRoles())
		}
		list, err := b.sessions.ListDemoPeople(b.process(), &directoryv1.ListDemoPeopleRequest{})
		b.ok(err)
		if len(list.GetPeople()) != 2 || list.GetPeople()[1].GetPerson() != platform+"/people/administrator" {
			t.Errorf("got %v", list.GetPeople())
		}
		b.clock.advance(time.Second)
		b.disable(true)
		_, err = b.mint(session)
		b.unauthenticated("after being disabled", err)
		if len(b.export(m)) != 6 {
			t.Error("the export is not complete")
		}
		b.verified()
	})
}

// TestOneFirstLink: replicas that start together make one first person, and one link.
func TestOneFirstLink(t *testing.T) {
	sqldbtest.Run(t, directory.Migrations(), func(t *testing.T, db sqldb.DB) {
		b := openOn(t, db, directory.DefaultConfig())
		var made atomic.Int32
		var starts sync.WaitGroup
		for range 4 {
			starts.Go(func() {
				link, err := b.service.EnsureFirstLink(t.Context())
				if err != nil {
					t.Error(err)
				}
				if link.Secret != "" {
					made.Add(1)
				}
			})
		}
		starts.Wait()
		if got := made.Load(); got != 1 {
			t.Errorf("got %d first links, want 1", got)
		}
	})
}
