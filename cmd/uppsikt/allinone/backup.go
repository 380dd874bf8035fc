package allinone

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/uppsikt/uppsikt/internal/backup"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Archive says what is to be backed up, and where to.
type Archive struct {
	// Data is the directory of the installation, which may be running.
	Data string
	// File is the archive to write.
	File string
	// Replace allows File to be there already.
	Replace bool
	// Program is the version of this program.
	Program string
}

// Backup writes an archive of every service's database: complete, for its owner alone, or not at all. Each database is
// one state. They are copied one after another, those that refer to others first, so that what is referred to is at
// least as new as the reference. It calls step before each step that may take long.
func Backup(ctx context.Context, a Archive, clk clock.Clock, step func(text string)) (err error) {
	if _, err := os.Lstat(a.File); err == nil && !a.Replace {
		return fault.State("WRONG_STATE", "Filen "+a.File+" finns redan. Välj ett annat namn, eller skriv över den med --force.",
			a.File+" exists")
	}
	if err := checkWhole(a.Data, true); err != nil {
		return err
	}
	created := clk.Now()
	// Beside the archive, where there must be room anyway.
	work, err := os.MkdirTemp(filepath.Dir(a.File), ".uppsikt-backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	var parts []backup.Part
	for i, s := range slices.Backward(schemas) {
		if s.later && !isFile(s.file(a.Data)) {
			continue // backed up before the upgrade that brings it
		}
		step(fmt.Sprintf("Kopierar %s, %d av %d", s.service, len(schemas)-i, len(schemas)))
		part, err := s.copyInto(ctx, a.Data, work, clk)
		if err != nil {
			return fmt.Errorf("back up %s: %w", s.service, err)
		}
		parts = append(parts, part)
	}
	return a.write(ctx, created, work, parts, step)
}

// write packs the copies into a file beside the archive's place and then moves it there.
func (a Archive) write(ctx context.Context, created time.Time, work string, parts []backup.Part, step func(string)) error {
	f, err := os.OpenFile(filepath.Join(work, "archive"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = backup.Write(ctx, f, a.Program, created, work, parts, func(p backup.Part) {
		step(fmt.Sprintf("Packar %s, %d MB", p.Service, p.Size>>20))
	})
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), a.File); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(a.File))
}

// copyInto copies the service's database and describes the copy.
func (s schema) copyInto(ctx context.Context, data, work string, clk clock.Clock) (backup.Part, error) {
	copied := clk.Now().UTC()
	if err := sqldb.CopySQLite(ctx, s.file(data), s.file(work)); err != nil {
		return backup.Part{}, err
	}
	part, err := backup.Describe(ctx, work, s.service)
	if err != nil {
		return part, err
	}
	part.Copied = copied
	db, err := s.open(ctx, work, sqldb.OpenSQLiteArchive)
	if err != nil {
		return part, err
	}
	err = describe(ctx, db, &part)
	return part, errors.Join(err, db.Close())
}

// describe adds what a database says of itself.
func describe(ctx context.Context, db sqldb.DB, part *backup.Part) (err error) {
	if part.Schema, err = sqldb.SchemaVersion(ctx, db); err != nil {
		return err
	}
	heads, err := journal.Heads(ctx, db)
	if err != nil {
		return err
	}
	part.Heads = map[string]backup.Head{}
	for scope, head := range heads {
		part.Heads[scope] = backup.Head{Seq: head.Seq, Hash: head.Hash}
	}
	return nil
}

// syncDirectory makes a move within a directory last.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// accept refuses an archive that this program cannot use whole.
func accept(m backup.Manifest) error {
	known := map[string]schema{}
	for _, s := range schemas {
		known[s.service] = s
	}
	for _, p := range m.Parts {
		s, ok := known[p.Service]
		if !ok {
			return newerArchive(fmt.Errorf("it holds a database of %s, which this program does not know", p.Service))
		}
		delete(known, p.Service)
		newest, err := sqldb.NewestSchema(s.migrations, sqldb.SQLite)
		if err != nil {
			return err
		}
		if p.Schema > newest {
			return newerArchive(&sqldb.NewerError{Have: p.Schema, Known: newest})
		}
	}
	maps.DeleteFunc(known, func(_ string, s schema) bool { return s.later })
	if len(known) > 0 {
		return fault.State("WRONG_STATE", "Säkerhetskopian är inte hel: databaser saknas.",
			fmt.Sprintf("the backup lacks %v", slices.Sorted(maps.Keys(known))))
	}
	return nil
}

func newerArchive(cause error) error {
	return fault.State("WRONG_STATE",
		"Säkerhetskopian är skriven av en nyare version av programmet. Det behövs en nyare version av programmet för att läsa den.",
		"the backup is of a newer program").Because(cause)
}

// checkHeads compares how far the chains have come with what the manifest says.
func checkHeads(ctx context.Context, s schema, db sqldb.DB, m backup.Manifest, report func(journal.Problem)) error {
	heads, err := journal.Heads(ctx, db)
	if err != nil {
		return err
	}
	for _, p := range m.Parts {
		if p.Service != s.service {
			continue
		}
		for _, scope := range slices.Sorted(maps.Keys(p.Heads)) {
			if want, got := p.Heads[scope], heads[scope]; got.Seq != want.Seq || string(got.Hash) != string(want.Hash) {
				report(journal.Problem{Service: s.service, Scope: scope, Seq: got.Seq, What: fmt.Sprintf("the manifest says entry %d", want.Seq)})
			}
		}
	}
	return nil
}

// checkInstallation refuses a directory that holds no databases, or those of a restore that was broken off.
func checkInstallation(data string) error {
	if err := checkRestored(data); err != nil {
		return err
	}
	if !isFile(directorySchema.file(data)) {
		return fault.State("WRONG_STATE", "I "+data+" finns ingen installation.", data+" holds no databases")
	}
	return nil
}

// checkWhole refuses a directory that does not hold every database; earlier takes one of an earlier version, which had
// fewer, for whole.
func checkWhole(data string, earlier bool) error {
	if err := checkInstallation(data); err != nil {
		return err
	}
	for _, s := range schemas {
		optional := earlier && s.later
		if file := s.file(data); !isFile(file) && !optional {
			return fault.State("WRONG_STATE", "Installationen i "+data+" är inte hel: "+filepath.Base(file)+
				" saknas. Starta servern på katalogen en gång, eller återställ en säkerhetskopia med uppsikt restore.", file+" is missing")
		}
	}
	return nil
}

// isFile reports whether a path is that of a file, as an archive's is.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
