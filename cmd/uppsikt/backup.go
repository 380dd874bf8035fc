package main

import (
	"fmt"
	"os"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
)

// backupCommand writes an archive of a data directory.
type backupCommand struct {
	Data   string `required:"" placeholder:"DIR" help:"Data directory of the installation, which may be running."`
	Output string `short:"o" required:"" placeholder:"FILE" help:"Archive to write, such as uppsikt-2025-05-12.tar.gz."`
	Force  bool   `help:"Replace the archive if it is there."`
}

// Run says where the archive is and how large.
func (c backupCommand) Run(a client.App) error {
	p := client.NewProgress(a.Stderr, "Säkerhetskopierar "+c.Data)
	defer p.End()
	version, _ := buildVersion()
	archive := allinone.Archive{Data: c.Data, File: c.Output, Replace: c.Force, Program: version}
	if err := allinone.Backup(a.Context, archive, clock.System{}, p.Step); err != nil {
		return err
	}
	p.End()
	info, err := os.Stat(c.Output)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "Säkerhetskopian ligger i %s (%d kB). Den innehåller nycklar och lösenordshashar: förvara den som data själva.\n",
		c.Output, (info.Size()+1023)/1024)
	return nil
}

// restoreCommand makes a data directory of an archive.
type restoreCommand struct {
	File   string `arg:"" help:"Archive that uppsikt backup has written."`
	Data   string `required:"" placeholder:"DIR" help:"Data directory to restore to: empty, or not there."`
	Anyway bool   `help:"Restore also when the journal does not agree with the data. A damaged archive is refused all the same."`
}

// Run unpacks, verifies and then puts in place; what fails leaves nothing behind.
func (c restoreCommand) Run(a client.App) error {
	p := client.NewProgress(a.Stderr, "Läser "+c.File)
	defer p.End()
	problems, err := allinone.Restore(a.Context, allinone.Restoration{File: c.File, Data: c.Data, Anyway: c.Anyway},
		func(problem journal.Problem) { fmt.Fprintln(a.Stdout, problem) }, p.Step)
	p.End()
	switch {
	case err != nil:
		return err
	case problems > 0 && !c.Anyway:
		fmt.Fprintf(a.Stderr, "Journalen i säkerhetskopian stämmer inte: %d fel. Ingenting har återställts. "+
			"Ta en äldre kopia, eller återställ ändå med --anyway.\n", problems)
		return client.ErrReported
	case problems > 0:
		fmt.Fprintf(a.Stdout, "Återställt till %s, fast journalen inte stämmer: %d fel.\n", c.Data, problems)
		return nil
	default:
		fmt.Fprintf(a.Stdout, "Återställt till %s. Journalen stämmer.\n", c.Data)
		return nil
	}
}
