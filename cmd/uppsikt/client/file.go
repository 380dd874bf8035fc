package client

import (
	"errors"
	"os"
	"path/filepath"
)

// writeFile puts data into a file that is complete or not there: it is written beside its place and then moved. Only
// its owner may read it, since exports and drafts are not public.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
