package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
)

// place says where an installation's data are.
type place struct {
	Data     string `placeholder:"DIR" help:"Data directory of the installation, which may be running."`
	Database string `placeholder:"URL" env:"UPPSIKT_DATABASE" help:"Instead of --data: the PostgreSQL database of a suite, as the role that owns its schemas."`
}

// Validate is called when the command line is read.
func (p place) Validate() error {
	if p.Data == "" && p.Database == "" {
		return errors.New("--data or --database is needed")
	}
	return nil
}

// server reports whether the data lie on a database server. --data counts for more than the environment.
func (p place) server() bool { return p.Data == "" }

// String names the place without the password in an address.
func (p place) String() string {
	if !p.server() {
		return p.Data
	}
	u, err := url.Parse(p.Database)
	if err != nil {
		return "databasen"
	}
	return "databasen " + strings.TrimPrefix(u.Path, "/")
}

// tokenCommand mints a token for the client commands.
type tokenCommand struct {
	place
	Role  string `required:"" help:"Role, such as operator, coordinator or auditor."`
	Scope string `required:"" placeholder:"NAME" help:"platform, a municipality or a committee; it need not exist yet."`
}

// Run prints the token alone, so that a shell can take it.
func (c tokenCommand) Run(a client.App) error {
	mint, at := allinone.Token, c.Data
	if c.server() {
		mint, at = allinone.TokenPostgres, c.Database
	}
	token, err := mint(a.Context, at, c.Role, c.Scope, clock.System{})
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, token)
	return nil
}

// verifyCommand checks the journal.
type verifyCommand struct {
	place
}

// Run prints each thing that is wrong, with its service, scope and entry.
func (c verifyCommand) Run(a client.App) error {
	p := client.NewProgress(a.Stderr, "Kontrollerar journalen i "+c.String())
	defer p.End()
	problems := 0
	verify, at := allinone.Verify, c.Data
	if c.server() {
		verify, at = allinone.VerifyPostgres, c.Database
	}
	err := verify(a.Context, at, func(problem journal.Problem) {
		problems++
		fmt.Fprintln(a.Stdout, problem)
	})
	p.End()
	switch {
	case err != nil:
		return err
	case problems > 0:
		fmt.Fprintf(a.Stderr, "Journalen stämmer inte: %d fel. Återställ från en säkerhetskopia och ta reda på vad som har hänt.\n", problems)
		return client.ErrReported
	default:
		fmt.Fprintln(a.Stdout, "Journalen stämmer.")
		return nil
	}
}

// migrateCommand upgrades the databases.
type migrateCommand struct {
	place
	RolePrefix string `default:"uppsikt_" help:"With --database: what comes before a service's name in the name of its role (${default})."`
}

// Run does nothing when they are up to date.
func (c migrateCommand) Run(a client.App) error {
	p := client.NewProgress(a.Stderr, "Uppgraderar databaserna i "+c.String())
	defer p.End()
	migrate := func() error { return allinone.Migrate(a.Context, c.Data) }
	if c.server() {
		migrate = func() error { return allinone.MigratePostgres(a.Context, c.Database, c.RolePrefix) }
	}
	if err := migrate(); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, "Databaserna är aktuella.")
	return nil
}
