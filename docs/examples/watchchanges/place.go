package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// place is the file that holds the resume token of one stream.
type place string

// load returns the token; "" when there is none yet.
func (p place) load() (string, error) {
	text, err := os.ReadFile(string(p))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(text)), err
}

// save replaces the token in one step: after a crash the file holds the old token or the new one, whole.
func (p place) save(token string) error {
	next := string(p) + ".next"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(token + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(next, string(p))
}
