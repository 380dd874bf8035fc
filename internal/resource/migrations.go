package resource

import (
	"embed"
	"errors"
	"io/fs"
	"sort"
)

//go:embed migrations
var embedded embed.FS

// common holds the migrations of the journal, which every service has.
var common = func() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}()

// Migrations returns the migrations of a service, for opening its database: those of this package (numbers below 10)
// and its own (10 and up), each with the folders postgres and sqlite.
func Migrations(service fs.FS) fs.FS { return union{common, service} }

// union shows the files of several trees as one.
type union []fs.FS

// Open opens a file of whichever tree has it; a directory is opened in the first that has it.
func (u union) Open(name string) (fs.File, error) {
	err := fs.ErrNotExist
	for _, tree := range u {
		f, failed := tree.Open(name)
		if failed == nil {
			return f, nil
		}
		err = failed
	}
	return nil, err
}

// ReadDir lists the files of all trees in order of name.
func (u union) ReadDir(name string) ([]fs.DirEntry, error) {
	var all []fs.DirEntry
	for _, tree := range u {
		entries, err := fs.ReadDir(tree, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		all = append(all, entries...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all, nil
}
