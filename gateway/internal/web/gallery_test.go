package web

import (
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	update = flag.Bool("update", false, "write the golden pages")
	pages  = flag.String("pages", "", "write every page of the gallery, with its assets, into this folder, for a browser")
)

// maxPage is how large a page may be together with the style sheet.
const maxPage = 60 << 10

// TestGallery renders every page in every state and compares it with its golden file. With -pages it also writes the
// pages into a folder; served as a site of its own, they can be examined by a browser (axe, screenshots).
func TestGallery(t *testing.T) {
	s := newTestServer(t)
	css := len(s.assets["uppsikt.css"].body)
	for _, shot := range gallery(s) {
		t.Run(shot.name, func(t *testing.T) {
			body := shot.render(t, s)
			checkHTML(t, body)
			if size := len(body) + css; size > maxPage {
				t.Errorf("%s: page and style take %d bytes, want at most %d", shot.name, size, maxPage)
			}
			compareGolden(t, shot.name, s.withoutHashes(body))
			writePage(t, s, shot.name, body)
		})
	}
}

// shot is one page in one state.
type shot struct {
	name, path string
	user       *user
	page       *page
}

// render returns the HTML of a shot, with the surroundings that its address and user give.
func (k shot) render(t testing.TB, s *server) []byte {
	t.Helper()
	c := &call{server: s, r: httptest.NewRequest("GET", k.path, nil), user: k.user}
	c.furnish(k.page)
	body, err := s.views.render(k.page)
	if err != nil {
		t.Fatalf("render %s: %v", k.name, err)
	}
	return body
}

// withoutHashes makes a page independent of the content of its assets.
func (s *server) withoutHashes(body []byte) []byte {
	text := string(body)
	for name, a := range s.assets {
		text = strings.ReplaceAll(text, a.address, "/assets/"+name)
	}
	return []byte(text)
}

// compareGolden compares a page with its golden file, or writes it.
func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs from its golden file (-want +got):\n%s", name, diff)
	}
}

// writePage writes a page and the assets for a browser, when asked to.
func writePage(t *testing.T, s *server, name string, body []byte) {
	t.Helper()
	if *pages == "" {
		return
	}
	files := map[string][]byte{name + ".html": body}
	for _, a := range s.assets {
		files[a.address] = a.body
	}
	for path, content := range files {
		full := filepath.Join(*pages, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
