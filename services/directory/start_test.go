package directory_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory"
)

func TestFirstStart(t *testing.T) {
	b := open(t, directory.DefaultConfig())
	link, err := b.service.EnsureFirstLink(t.Context())
	b.ok(err)
	if link.Secret == "" {
		t.Fatalf("got %v", link)
	}
	b.clock.advance(20 * time.Second)
	again, err := b.service.EnsureFirstLink(t.Context())
	b.ok(err)
	if want := (directory.FirstLink{Age: 20 * time.Second, Wait: 40 * time.Second}); again != want {
		t.Errorf("another replica at the same time: got %v, want %v", again, want)
	}
	b.clock.advance(25 * time.Hour) // the link was lost
	b.refresh()
	newer, err := b.service.EnsureFirstLink(t.Context())
	b.ok(err)
	if newer.Secret == "" {
		t.Fatalf("a later start, nobody can sign in: got %v", newer)
	}
	if again, err := b.service.EnsureFirstLink(t.Context()); again.Secret != "" || err != nil {
		t.Errorf("a replica beside the later start: got %v, %v", again, err)
	}
	if _, err := b.byLink(link.Secret); err == nil {
		t.Error("the link that was replaced still works")
	}
	session, err := b.byLink(newer.Secret)
	b.ok(err)
	if session.GetPerson() != platform+"/people/administrator" || !session.GetNeedsPassword() {
		t.Errorf("got %v", session)
	}
	ctx := b.token(session)
	_, err = b.directory.CreateMunicipality(ctx, &directoryv1.CreateMunicipalityRequest{Parent: "-", MunicipalityId: "m",
		Municipality: &directoryv1.Municipality{DisplayName: "Exempelkommun"}})
	b.ok(err)
	_, err = b.sessions.SetPassword(ctx, &directoryv1.SetPasswordRequest{Password: password})
	b.ok(err)
	b.clock.advance(time.Hour)
	link, err = b.service.EnsureFirstLink(t.Context())
	b.ok(err)
	if link != (directory.FirstLink{}) {
		t.Errorf("somebody can sign in: got %v", link)
	}
	b.verified()
}

// TestFirstLinkAfterAnImport: people who came by a file have no passwords, so the operator still needs a way in.
func TestFirstLinkAfterAnImport(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	link, err := b.service.EnsureFirstLink(t.Context())
	b.ok(err)
	if link.Secret == "" {
		t.Errorf("got %v; want a link", link)
	}
}

// TestFirstLinkOfAProcessAlone: each of its starts makes a link, and the earlier one no longer works.
func TestFirstLinkOfAProcessAlone(t *testing.T) {
	b := open(t, directory.Config{Alone: true})
	link, err := b.service.EnsureFirstLink(t.Context())
	b.ok(err)
	newer, err := b.service.EnsureFirstLink(t.Context())
	b.ok(err)
	if _, err := b.byLink(link.Secret); err == nil {
		t.Error("the link that was replaced still works")
	}
	_, err = b.byLink(newer.Secret)
	b.ok(err)
}

func TestMintLocal(t *testing.T) {
	b := open(t, directory.DefaultConfig())
	token, err := directory.MintLocal(t.Context(), b.db, b.clock, "coordinator", "municipalities/x/committees/y")
	b.ok(err)
	id, err := b.verifier.Verify(t.Context(), token)
	b.ok(err)
	if id.Subject != "serviceAccounts/cli" || id.Expires.Sub(b.clock.Now()) != time.Hour || id.Roles[0].Scope != "municipalities/x/committees/y" {
		t.Errorf("got %+v", id)
	}
	_, err = directory.MintLocal(t.Context(), b.db, b.clock, "mayor", "x")
	if f := fault.As(err); f == nil || len(f.Fields) != 2 {
		t.Errorf("unknown role and scope: got %v", err)
	}
}

func TestMintLocalWithoutServer(t *testing.T) {
	db := database(t)
	t.Cleanup(func() { _ = db.Close() })
	clk := &setClock{now: time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC)}
	token, err := directory.MintLocal(t.Context(), db, clk, "operator", "platform")
	if err != nil {
		t.Fatal(err)
	}
	service, err := directory.Open(t.Context(), directory.DefaultConfig(), directory.Deps{Database: db, Logger: slog.New(slog.DiscardHandler), Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := authn.NewVerifier(authn.Issuer, service, clk).Verify(t.Context(), token); err != nil {
		t.Errorf("a server opened later does not accept the token: %v", err)
	}
}

func TestOpenNeedsItsDeps(t *testing.T) {
	if _, err := directory.Open(t.Context(), directory.DefaultConfig(), directory.Deps{}); err == nil {
		t.Error("got no error")
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	b.ok(b.service.Health(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.service.Run(ctx) }()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("got %v, want nil", err)
	}
}

// TestSecretsAreNotStored: whoever reads the database finds no secret that opens a session.
func TestSecretsAreNotStored(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	session := b.signedIn(anna)
	found := int64(-1)
	b.ok(b.db.Read(t.Context(), "", sqldb.Stmt{
		SQL:  `select count(*) from sessions where instr(secret_hash, $1) > 0 or id = $1`,
		Args: []any{session.GetSessionSecret()},
		Each: func(r sqldb.Row) error { return r.Scan(&found) }}))
	if found != 0 {
		t.Errorf("got %d rows that hold the secret, want 0", found)
	}
}

// TestMintLocalBesideAServer: the command line mints from a database that a server has open, and writes nothing.
func TestMintLocalBesideAServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "directory.db")
	db, err := sqldb.OpenSQLite(t.Context(), path, directory.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	b := openOn(t, db, directory.DefaultConfig())
	beside, err := sqldb.OpenSQLiteReadOnly(t.Context(), path, directory.Migrations())
	b.ok(err)
	t.Cleanup(func() { _ = beside.Close() })
	token, err := directory.MintLocal(t.Context(), beside, b.clock, "operator", "platform")
	b.ok(err)
	_, err = b.directory.ListMunicipalities(authn.WithToken(t.Context(), token), &directoryv1.ListMunicipalitiesRequest{})
	b.ok(err)
}
