package resource

import (
	"embed"
	"errors"
	"io/fs"
	"path"
	"sort"
)

//go:embed migrations
var common embed.FS

// Migrations returns the migrations of a service, for opening its database: those of this package (numbers below 10)
// and its own (10 and up). The service's tree holds the folders migrations/postgres and migrations/sqlite, as
// "//go:embed migrations" gives it.
func Migrations(service fs.FS) fs.FS { return union{common, service} }

// union shows the files below the folder migrations of several trees as one tree.
type union []fs.FS

// Open opens a file of whichever tree has it; a directory is opened in the first that has it.
func (u union) Open(name string) (fs.File, error) {
	err := fs.ErrNotExist
	for _, tree := range u {
		f, failed := tree.Open(path.Join("migrations", name))
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
		entries, err := fs.ReadDir(tree, path.Join("migrations", name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		all = append(all, entries...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all, nil
}
