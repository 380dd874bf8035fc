package allinone

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/uppsikt/uppsikt/internal/backup"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// restoring is the folder in a data directory that an archive is unpacked in. Where it is left, a restore was broken off,
// and nothing opens the directory.
const restoring = ".restoring"

// Restoration says what is to be restored, and where to.
type Restoration struct {
	// File is the archive.
	File string
	// Data is the directory, which must be empty or absent.
	Data string
	// Anyway restores what the verification finds wrong; a damaged archive is refused all the same.
	Anyway bool
}

// Restore unpacks an archive, brings the databases to this program's schema, verifies them and puts them in place. It
// reports each thing that the verification finds wrong, and counts them. After an error, or problems without Anyway, the
// directory is as it was.
func Restore(ctx context.Context, r Restoration, report func(journal.Problem), step func(text string)) (problems int, err error) {
	if err := checkEmpty(r.Data); err != nil {
		return 0, err
	}
	_, before := os.Stat(r.Data)
	if err := os.MkdirAll(r.Data, 0o700); err != nil {
		return 0, err
	}
	work := filepath.Join(r.Data, restoring)
	defer func() {
		err = errors.Join(err, os.RemoveAll(work))
		if (err != nil || (problems > 0 && !r.Anyway)) && errors.Is(before, fs.ErrNotExist) {
			err = errors.Join(err, os.Remove(r.Data))
		}
	}()
	if err := os.Mkdir(work, 0o700); err != nil {
		return 0, err
	}
	problems, err = verifyArchive(ctx, r.File, work, report, step)
	if err != nil || (problems > 0 && !r.Anyway) {
		return problems, err
	}
	return problems, putInPlace(work, r.Data)
}

// checkEmpty refuses a place where something is: nothing is ever overwritten.
func checkEmpty(data string) error {
	entries, err := os.ReadDir(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "lost+found" { // which a file system of its own has
			return fault.State("WRONG_STATE", "Katalogen "+data+" är inte tom. Återställ till en tom eller ny katalog.",
				fmt.Sprintf("%s holds %s", data, e.Name()))
		}
	}
	return nil
}

// verifyArchive unpacks an archive into work, brings the databases to this program's schema and verifies them.
func verifyArchive(ctx context.Context, file, work string, report func(journal.Problem), step func(string)) (problems int, err error) {
	m, err := backup.Extract(ctx, file, work, accept, func(p backup.Part) {
		step(fmt.Sprintf("Packar upp %s, %d MB", p.Service, p.Size>>20))
	})
	if err != nil {
		return 0, err
	}
	counting := func(p journal.Problem) {
		problems++
		report(p)
	}
	step("Uppgraderar databaserna vid behov")
	dbs, err := openDatabases(ctx, work, sqldb.OpenSQLite)
	if err != nil {
		return 0, err
	}
	step("Kontrollerar journalen")
	err = dbs.verify(ctx, counting)
	for _, s := range schemas {
		if err == nil {
			err = checkHeads(ctx, s, dbs[s.service], m, counting)
		}
	}
	return problems, errors.Join(err, dbs.close())
}

// putInPlace moves the databases where they belong. When one cannot be moved, none is.
func putInPlace(work, data string) (err error) {
	var moved []string
	defer func() {
		if err == nil {
			return
		}
		for _, file := range moved {
			err = errors.Join(err, os.Remove(file))
		}
	}()
	for _, s := range schemas {
		if err := os.Rename(s.file(work), s.file(data)); err != nil {
			return err
		}
		moved = append(moved, s.file(data))
	}
	return syncDirectory(data)
}

// checkRestored refuses a directory in which a restore was broken off.
func checkRestored(data string) error {
	if _, err := os.Lstat(filepath.Join(data, restoring)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fault.State("WRONG_STATE",
		"I "+data+" har en återställning avbrutits. Töm katalogen och återställ igen med uppsikt restore.",
		"a restore into "+data+" was broken off")
}
