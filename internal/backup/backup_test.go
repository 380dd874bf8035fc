package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

var at = time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC)

// contents are the files of an installation with two services.
var contents = map[string][]byte{"register.db": bytes.Repeat([]byte("rad\n"), 5000), "directory.db": []byte("person")}

// written returns an archive of the contents, and its manifest.
func written(t testing.TB) ([]byte, Manifest) {
	t.Helper()
	dir := t.TempDir()
	m := Manifest{Format: format, Version: version, Program: "v1.2.3", Created: at}
	for _, service := range []string{"register", "directory"} {
		if err := os.WriteFile(filepath.Join(dir, service+".db"), contents[service+".db"], 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Describe(t.Context(), dir, service)
		if err != nil {
			t.Fatal(err)
		}
		p.Schema, p.Copied, p.Heads = 12, at, map[string]Head{"municipalities/m": {Seq: 7, Hash: []byte{1, 2}}}
		m.Parts = append(m.Parts, p)
	}
	var out bytes.Buffer
	if err := Write(t.Context(), &out, m.Program, at, dir, m.Parts, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m
}

// extract extracts an archive into an empty folder and returns what came out.
func extract(t testing.TB, archive []byte, accept func(Manifest) error) (Manifest, map[string][]byte, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "inner", "data")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	m, err := Extract(t.Context(), file, dir, accept, nil)
	files := map[string][]byte{}
	walked := filepath.WalkDir(filepath.Dir(filepath.Dir(dir)), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if filepath.Dir(path) != dir {
			t.Errorf("something was written to %s, outside the folder", path)
		}
		content, err := os.ReadFile(path)
		files[e.Name()] = content
		return err
	})
	if walked != nil {
		t.Fatal(walked)
	}
	return m, files, err
}

func accepted(Manifest) error { return nil }

func TestWhatIsWrittenComesBack(t *testing.T) {
	archive, want := written(t)
	m, files, err := extract(t, archive, accepted)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("the manifest differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(contents, files); diff != "" {
		t.Errorf("the files differ (-want +got):\n%s", diff)
	}
}

func TestWhoeverRestoresMayRefuse(t *testing.T) {
	archive, _ := written(t)
	refused := errors.New("too new")
	if _, files, err := extract(t, archive, func(Manifest) error { return refused }); !errors.Is(err, refused) || len(files) > 0 {
		t.Errorf("got %v and %d files", err, len(files))
	}
}

// TestCutOffAnywhere: no part of an archive passes for a whole one.
func TestCutOffAnywhere(t *testing.T) {
	archive, _ := written(t)
	for n := range archive {
		if _, _, err := extract(t, archive[:n], accepted); !fault.Is(err, fault.Invalid) {
			t.Fatalf("the first %d of %d bytes: got %v", n, len(archive), err)
		}
	}
}

// TestFlippedBits: whichever bit of the archive changes, either it is noticed or what comes out is the same.
func TestFlippedBits(t *testing.T) {
	archive, want := written(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		bad := bytes.Clone(archive)
		place := random.IntN(len(bad))
		bad[place] ^= 1 << random.IntN(8)
		m, files, err := extract(t, bad, accepted)
		if err == nil && (!cmp.Equal(want, m) || !cmp.Equal(contents, files)) {
			t.Errorf("byte %d changed, and nobody noticed", place)
		}
		if err != nil && fault.As(err) == nil {
			t.Errorf("byte %d: got %v, want a fault with a text for people", place, err)
		}
	}
}

// entry is one of an archive that somebody else made.
type entry struct {
	tar.Header
	content []byte
}

func forged(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	archive := tar.NewWriter(packed)
	for _, e := range entries {
		if e.Typeflag == 0 {
			e.Typeflag = tar.TypeReg
		}
		if e.Size == 0 {
			e.Size = int64(len(e.content))
		}
		if err := archive.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Flush(), packed.Close()); err != nil && entries[len(entries)-1].Size == int64(len(entries[len(entries)-1].content)) {
		t.Fatal(err)
	}
	return out.Bytes()
}

// manifest returns the entry of a manifest that was changed.
func manifest(t testing.TB, change func(*Manifest)) entry {
	t.Helper()
	sum := sha256.Sum256([]byte("rad"))
	m := Manifest{Format: format, Version: version, Created: at,
		Parts: []Part{{Service: "register", Schema: 12, Size: 3, SHA256: hex.EncodeToString(sum[:])}}}
	change(&m)
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return entry{Header: tar.Header{Name: manifestName}, content: text}
}

func TestHostileArchives(t *testing.T) {
	same := func(*Manifest) {}
	file := func(name string) entry { return entry{Header: tar.Header{Name: name}, content: []byte("rad")} }
	if _, _, err := extract(t, forged(t, manifest(t, same), file("register.db")), accepted); err != nil {
		t.Fatalf("the archive that all others differ from: %v", err)
	}
	for name, test := range map[string]struct {
		archive []byte
		kind    fault.Kind
	}{
		"empty":               {nil, fault.Invalid},
		"no archive":          {[]byte(strings.Repeat("SQLite format 3", 50)), fault.Invalid},
		"gzip of something":   {compressed(t, []byte("hello")), fault.Invalid},
		"another tar":         {forged(t, file("register.db")), fault.Invalid},
		"a manifest as link":  {forged(t, entry{Header: tar.Header{Name: manifestName, Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}}), fault.Invalid},
		"no JSON":             {forged(t, entry{Header: tar.Header{Name: manifestName}, content: []byte("{")}), fault.Invalid},
		"another format":      {forged(t, manifest(t, func(m *Manifest) { m.Format = "x" })), fault.Invalid},
		"a later format":      {forged(t, manifest(t, func(m *Manifest) { m.Version = version + 1 })), fault.Precondition},
		"no version":          {forged(t, manifest(t, func(m *Manifest) { m.Version = 0 })), fault.Invalid},
		"no parts":            {forged(t, manifest(t, func(m *Manifest) { m.Parts = nil })), fault.Invalid},
		"a path as service":   {forged(t, manifest(t, func(m *Manifest) { m.Parts[0].Service = "../register" }), file("../register.db")), fault.Invalid},
		"an absolute path":    {forged(t, manifest(t, same), file("/tmp/register.db")), fault.Invalid},
		"a path upwards":      {forged(t, manifest(t, same), file("../register.db")), fault.Invalid},
		"twice the same":      {forged(t, manifest(t, func(m *Manifest) { m.Parts = append(m.Parts, m.Parts[0]) }), file("register.db"), file("register.db")), fault.Invalid},
		"one entry more":      {forged(t, manifest(t, same), file("register.db"), file("more.db")), fault.Invalid},
		"one entry fewer":     {forged(t, manifest(t, same)), fault.Invalid},
		"a link":              {forged(t, manifest(t, same), entry{Header: tar.Header{Name: "register.db", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}}), fault.Invalid},
		"other bytes":         {forged(t, manifest(t, same), entry{Header: tar.Header{Name: "register.db"}, content: []byte("Rad")}), fault.Invalid},
		"another size":        {forged(t, manifest(t, func(m *Manifest) { m.Parts[0].Size = 4 }), file("register.db")), fault.Invalid},
		"a negative size":     {forged(t, manifest(t, func(m *Manifest) { m.Parts[0].Size = -1 }), file("register.db")), fault.Invalid},
		"a huge size":         {forged(t, manifest(t, func(m *Manifest) { m.Parts[0].Size = 1 << 50 })), fault.Exhausted},
		"sizes that overflow": {forged(t, manifest(t, func(m *Manifest) { m.Parts[0].Size = 1<<63 - 1 })), fault.Exhausted},
		"a huge manifest":     {forged(t, entry{Header: tar.Header{Name: manifestName, Size: 1 << 40}, content: []byte("{")}), fault.Exhausted},
		"padding without end": {append(compressed(t, unpacked(t, forged(t, manifest(t, same), file("register.db")))), compressed(t, make([]byte, maxEnd+2048))...), fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, files, err := extract(t, test.archive, accepted)
			if !fault.Is(err, test.kind) {
				t.Errorf("got %v, want kind %v", err, test.kind)
			}
			if len(files) > 1 {
				t.Errorf("it wrote %d files", len(files))
			}
		})
	}
}

func compressed(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func unpacked(t testing.TB, archive []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBrokenOff(t *testing.T) {
	archive, m := written(t)
	file := filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Extract(ctx, file, t.TempDir(), accepted, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("extract: got %v", err)
	}
	if err := Write(ctx, &bytes.Buffer{}, "v1", at, t.TempDir(), m.Parts, nil); err == nil {
		t.Error("write: no error")
	}
	if _, err := Describe(t.Context(), t.TempDir(), "absent"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("describe: got %v", err)
	}
}

// FuzzManifest: nothing that stands in a manifest leads out of the folder or past the limits.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":"uppsikt-backup","version":1,"parts":[{"service":"register","size":3}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseManifest(text)
		if err != nil {
			return
		}
		for _, p := range m.Parts {
			if filepath.Base(p.File()) != p.File() || p.Size < 0 {
				t.Errorf("accepted %+v", p)
			}
		}
	})
}
