package backup

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	// maxRatio is how many times larger than the archive its content may be. Databases shrink to a fifth or a twentieth;
	// what claims to have shrunk further is made to fill a disk.
	maxRatio = 250
	// slack is for archives of nearly empty databases.
	slack = 16 << 20
)

// Extract reads an archive and writes its databases into dir, where they must not exist. It calls accept with the
// manifest before it writes anything, and step, unless nil, before each part. Every file is compared with its digest.
// After an error, files may lie in dir.
func Extract(ctx context.Context, file, dir string, accept func(Manifest) error, step func(Part)) (Manifest, error) {
	f, err := os.Open(file)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Manifest{}, err
	}
	packed, err := unpack(ctx, f)
	if err != nil {
		return Manifest{}, err
	}
	archive := tar.NewReader(packed)
	m, err := readManifest(archive)
	if err != nil {
		return Manifest{}, err
	}
	if err := m.checkSize(info.Size()); err != nil {
		return m, err
	}
	if err := accept(m); err != nil {
		return m, err
	}
	if err := extractParts(archive, dir, m.Parts, step); err != nil {
		return m, err
	}
	return m, readEnd(packed)
}

// unpack returns what a file holds compressed, unless the file is something else.
func unpack(ctx context.Context, f io.Reader) (*gzip.Reader, error) {
	packed, err := gzip.NewReader(bufio.NewReader(reader{ctx, f}))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, notBackup(err)
	}
	return packed, nil
}

// maxEnd is how much padding may follow the last entry.
const maxEnd = 1 << 20

// readEnd reads the padding, and so has the checksum of the whole compared.
func readEnd(packed io.Reader) error {
	n, err := io.Copy(io.Discard, io.LimitReader(packed, maxEnd+1))
	switch {
	case err != nil:
		return damaged(err)
	case n > maxEnd:
		return damaged(errors.New("there is more in it than the manifest says"))
	default:
		return nil
	}
}

func readManifest(archive *tar.Reader) (Manifest, error) {
	head, err := archive.Next()
	switch {
	case err != nil:
		return Manifest{}, notBackup(err)
	case head.Name != manifestName || head.Typeflag != tar.TypeReg:
		return Manifest{}, notBackup(fmt.Errorf("it begins with %q", head.Name))
	case head.Size > maxManifest:
		return Manifest{}, tooLarge(fmt.Errorf("the manifest has %d bytes", head.Size))
	}
	text, err := io.ReadAll(archive)
	if err != nil {
		return Manifest{}, damaged(err)
	}
	return parseManifest(text)
}

// checkSize refuses what cannot have come out of databases.
func (m Manifest) checkSize(archive int64) error {
	left := archive*maxRatio + slack
	for _, p := range m.Parts {
		if left -= p.Size; left < 0 {
			return tooLarge(fmt.Errorf("an archive of %d bytes claims to hold more than %d", archive, archive*maxRatio+slack))
		}
	}
	return nil
}

// extractParts expects exactly the files of the manifest, in its order: no name in the archive is ever used as a path.
func extractParts(archive *tar.Reader, dir string, parts []Part, step func(Part)) error {
	for _, p := range parts {
		if step != nil {
			step(p)
		}
		head, err := archive.Next()
		if err != nil {
			return damaged(fmt.Errorf("find the database of %s: %w", p.Service, err))
		}
		if head.Name != p.File() || head.Typeflag != tar.TypeReg || head.Size != p.Size {
			return damaged(fmt.Errorf("the entry %q is not that of %s", head.Name, p.Service))
		}
		if err := extractPart(archive, dir, p); err != nil {
			return err
		}
	}
	switch _, err := archive.Next(); {
	case err == nil:
		return damaged(errors.New("there is more in it than the manifest says"))
	case !errors.Is(err, io.EOF):
		return damaged(err)
	}
	return nil
}

func extractPart(archive io.Reader, dir string, p Part) error {
	f, err := os.OpenFile(filepath.Join(dir, p.File()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	source := &source{r: archive}
	_, err = io.Copy(io.MultiWriter(f, sum), source)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		if source.failed {
			return damaged(err)
		}
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != p.SHA256 {
		return damaged(fmt.Errorf("the database of %s has SHA-256 %s, not %s", p.Service, got, p.SHA256))
	}
	return nil
}

// source remembers whether it was reading that failed, and not writing.
type source struct {
	r      io.Reader
	failed bool
}

// Read reads on.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		s.failed = true
	}
	return n, err
}
