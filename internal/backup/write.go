package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Describe returns the part of the file that holds a service's database in dir; the caller adds what only the database
// knows.
func Describe(ctx context.Context, dir, service string) (Part, error) {
	p := Part{Service: service}
	f, err := os.Open(filepath.Join(dir, p.File()))
	if err != nil {
		return p, err
	}
	defer f.Close()
	sum := sha256.New()
	if p.Size, err = io.Copy(sum, reader{ctx, f}); err != nil {
		return p, err
	}
	p.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return p, nil
}

// Write writes the archive of the files in dir, which must be as parts describe them. It calls step, unless nil, before
// each.
func Write(ctx context.Context, w io.Writer, program string, created time.Time, dir string, parts []Part, step func(Part)) error {
	m := Manifest{Format: format, Version: version, Program: program, Created: created.UTC(), Parts: parts}
	if err := m.check(); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(w)
	archive := tar.NewWriter(packed)
	if err := archive.WriteHeader(header(manifestName, int64(len(text)), created)); err != nil {
		return err
	}
	if _, err := archive.Write(text); err != nil {
		return err
	}
	for _, p := range parts {
		if step != nil {
			step(p)
		}
		if err := writePart(ctx, archive, dir, p); err != nil {
			return fmt.Errorf("write the database of %s: %w", p.Service, err)
		}
	}
	return errors.Join(archive.Close(), packed.Close())
}

func writePart(ctx context.Context, archive *tar.Writer, dir string, p Part) error {
	f, err := os.Open(filepath.Join(dir, p.File()))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := archive.WriteHeader(header(p.File(), p.Size, p.Copied)); err != nil {
		return err
	}
	_, err = io.Copy(archive, reader{ctx, f})
	return err
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at.UTC().Truncate(time.Second), Format: tar.FormatPAX}
}

// reader ends with its context.
type reader struct {
	ctx context.Context //nolint:containedctx // one call's, for io.Copy
	r   io.Reader
}

// Read reads unless the context has ended.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
