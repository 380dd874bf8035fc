package main

import (
	"fmt"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
)

// tokenCommand mints a token for the client commands.
type tokenCommand struct {
	Data  string `required:"" placeholder:"DIR" help:"Data directory of the installation, which may be running."`
	Role  string `required:"" help:"Role, such as operator, coordinator or auditor."`
	Scope string `required:"" placeholder:"NAME" help:"platform, a municipality or a committee; it need not exist yet."`
}

// Run prints the token alone, so that a shell can take it.
func (c tokenCommand) Run(a client.App) error {
	token, err := allinone.Token(a.Context, c.Data, c.Role, c.Scope, clock.System{})
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, token)
	return nil
}

// verifyCommand checks the journal.
type verifyCommand struct {
	Data string `required:"" placeholder:"DIR" help:"Data directory, also of a running installation."`
}

// Run prints each thing that is wrong, with its service, scope and entry.
func (c verifyCommand) Run(a client.App) error {
	p := client.NewProgress(a.Stderr, "Kontrollerar journalen i "+c.Data)
	defer p.End()
	problems := 0
	err := allinone.Verify(a.Context, c.Data, func(problem journal.Problem) {
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
	Data string `required:"" placeholder:"DIR" help:"Data directory of an installation that is stopped."`
}

// Run does nothing when they are up to date.
func (c migrateCommand) Run(a client.App) error {
	p := client.NewProgress(a.Stderr, "Uppgraderar databaserna i "+c.Data)
	defer p.End()
	if err := allinone.Migrate(a.Context, c.Data); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, "Databaserna är aktuella.")
	return nil
}
