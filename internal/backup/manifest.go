package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
)

const (
	// format tells a manifest from any other JSON.
	format = "uppsikt-backup"
	// version is raised when an older program can no longer read what a newer one writes.
	version = 1
	// manifestName is the first entry of every archive.
	manifestName = "manifest.json"
	// maxManifest bounds what is read before anything is known of an archive: about 100,000 chains.
	maxManifest = 32 << 20
)

// Manifest says what an archive holds.
type Manifest struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	// Program is the version of the program that wrote it.
	Program string `json:"program"`
	// Created is when the writing began, in UTC.
	Created time.Time `json:"created"`
	// Parts lists the databases in the order in which they were copied and are stored.
	Parts []Part `json:"parts"`
}

// Part is the database of one service.
type Part struct {
	Service string `json:"service"`
	// Schema is the version of its schema.
	Schema int64 `json:"schema"`
	// Copied is when its state was taken, in UTC.
	Copied time.Time `json:"copied"`
	// Size in bytes, and SHA-256 in hexadecimal digits, of the file.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Heads tells how far each chain of the journal had come, by scope.
	Heads map[string]Head `json:"heads"`
}

// Head is the newest entry of a chain.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash []byte `json:"hash"`
}

// File returns the name of a part's file, in the archive and in a data directory.
func (p Part) File() string { return p.Service + ".db" }

var (
	serviceName = regexp.MustCompile(`^[a-z]{1,40}$`)
	digest      = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// check reports what is wrong with a manifest that comes from outside.
func (m Manifest) check() error {
	switch {
	case m.Format != format:
		return notBackup(fmt.Errorf("the manifest's format is %q", m.Format))
	case m.Version > version:
		return newerFormat(m.Version)
	case m.Version < 1 || len(m.Parts) == 0:
		return damaged(errors.New("the manifest is incomplete"))
	}
	seen := map[string]bool{}
	for _, p := range m.Parts {
		if !serviceName.MatchString(p.Service) || seen[p.Service] || !digest.MatchString(p.SHA256) || p.Size < 0 || p.Schema < 0 {
			return damaged(fmt.Errorf("the manifest's part %q is wrong", p.Service))
		}
		seen[p.Service] = true
	}
	return nil
}

func parseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, damaged(fmt.Errorf("read the manifest: %w", err))
	}
	return m, m.check()
}
