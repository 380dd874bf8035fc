package e2e_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/tool"
)

// Widths that pages are looked at: a usual window, and a narrow phone, which is also the usual window at 400 %.
const (
	wide   = 1280
	narrow = 320
)

// inspector returns a function that examines the page as it is shown: with axe at both widths, its colours in both colour
// schemes, and for parts that stick out of the narrow window. With UPPSIKT_SCREENSHOTS it also takes pictures.
func inspector(t *testing.T, p *browser.Page, group string) func(word string) {
	t.Helper()
	axe := browser.LoadAxe(t, tool.Module())
	return func(word string) {
		t.Helper()
		if strings.HasSuffix(p.URL(), "/fil/visa") {
			// A document is shown in a sandbox, where no script runs, axe neither.
			p.IgnorePolicy(true)
			defer p.IgnorePolicy(false)
			p.Go(p.URL())
		}
		look := func(width int64, scheme string, rules func(browser.Axe) []browser.Violation) {
			p.Colors(scheme)
			for _, v := range rules(axe) {
				t.Errorf("%s (%s), %d px, %s: %v", word, p.URL(), width, scheme, v)
			}
			picture(t, p, group, word+"-"+map[int64]string{wide: "wide", narrow: "narrow"}[width]+"-"+scheme)
		}
		p.Resize(narrow)
		if out := p.Overflow(); out != "" {
			t.Errorf("%s (%s): at %d px something sticks out: %s", word, p.URL(), narrow, out)
		}
		look(narrow, "light", p.Violations)
		p.Resize(wide)
		// The schemes differ in colours alone, and nothing is shown on a narrow page that a wide one hides.
		look(wide, "dark", p.ColorViolations)
		look(wide, "light", p.Violations)
	}
}

// pictures is the folder for pictures of a group; empty when none are wanted.
func pictures(t *testing.T, group string) string {
	t.Helper()
	root := os.Getenv("UPPSIKT_SCREENSHOTS")
	if root == "" {
		return ""
	}
	dir := filepath.Join(root, group)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// picture keeps a picture of the page, when pictures are wanted.
func picture(t *testing.T, p *browser.Page, group, name string) {
	t.Helper()
	if dir := pictures(t, group); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), p.Picture(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// tool runs a program on the user's files.
func (u user) tool(name string, args ...string) (code int, output string) {
	u.t.Helper()
	return tool.Output(u.t, name, args...)
}

// pictures keeps pictures of a document's pages, when pictures are wanted.
func (u user) pictures(file string) {
	u.t.Helper()
	if dir := pictures(u.t, "documents"); dir != "" {
		prefix := filepath.Join(dir, strings.NewReplacer("/", "-").Replace(u.t.Name()))
		if code, out := u.tool("pdftoppm", "-r", "70", "-png", file, prefix); code != 0 {
			u.t.Errorf("pdftoppm: exit code %d\n%s", code, out)
		}
	}
}

// TestGalleryIsAccessible examines every page in every state that it can have, as the pages' own tests write them.
func TestGalleryIsAccessible(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", "^TestGallery$", "./gateway/internal/web", "-args", "-pages", dir)
	cmd.Dir = tool.Root()
	out, err := cmd.CombinedOutput() // whether a golden file differs is for that test to say
	var names []string
	if walked := fs.WalkDir(os.DirFS(dir), ".", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".html" {
			names = append(names, path)
		}
		return err
	}); walked != nil || len(names) < 30 {
		t.Fatalf("the gallery has %d pages (%v, %v)\n%s", len(names), walked, err, out)
	}
	site := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(site.Close)
	examine(t, names, func(p *browser.Page, name string) {
		p.Go(site.URL + "/" + name)
		inspector(t, p, "gallery")(strings.TrimSuffix(name, ".html"))
	})
}

// examine looks at pages in two tabs at a time.
func examine(t *testing.T, names []string, look func(p *browser.Page, name string)) {
	t.Helper()
	todo := make(chan string, len(names))
	for _, name := range names {
		todo <- name
	}
	close(todo)
	tabs := []*browser.Page{page(t, browser.Options{}), page(t, browser.Options{})}
	var work sync.WaitGroup
	for _, p := range tabs {
		work.Go(func() {
			for name := range todo {
				look(p, name)
			}
		})
	}
	work.Wait()
}

// visitors are the demo people whose links are followed.
var visitors = []string{"Internkontrollsamordnare", "Ledamot i socialnämnden", "Förtroendevald revisor", "Enhetschef, vuxenenheten",
	"Systemadministratör", "Controller, kommunledningskontoret"}

// TestEveryLinkLeadsSomewhere follows the links as every kind of user: each leads to a page, and each kind of page is
// accessible.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	s := demo(t)
	var mu sync.Mutex
	examined := map[string]bool{}
	examine(t, visitors, func(p *browser.Page, visitor string) {
		if status := p.Go(s.Address + "/demo"); status != http.StatusOK {
			t.Fatalf("/demo: got %d", status)
		}
		if status := p.Press("Välj " + visitor); status != http.StatusOK {
			t.Errorf("%s: got status %d", visitor, status)
		}
		see := inspector(t, p, "demo")
		crawl(t, p, s.Address, visitor, func(kind string) {
			mu.Lock()
			known := examined[kind]
			examined[kind] = true
			mu.Unlock()
			if !known {
				see(strings.ReplaceAll(kind, "/", "_"))
			}
		})
	})
}

// maxOfKind is how many pages of one kind each user is led to.
const maxOfKind = 3

// crawl follows the links of the site from the page on, and calls see with the kind of each page.
func crawl(t *testing.T, p *browser.Page, site, visitor string, see func(kind string)) {
	t.Helper()
	seen, kinds, queue := map[string]bool{}, map[string]int{}, []string{p.URL()}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		path, own := strings.CutPrefix(address, site)
		kind := pathKind(path)
		if !own || seen[path] || kinds[kind] == maxOfKind || isFile(path) || strings.Contains(path, "?kvitto=") {
			continue
		}
		seen[path] = true
		kinds[kind]++
		if status := p.Go(address); status != http.StatusOK {
			t.Errorf("%s: %s: got status %d\n%s", visitor, path, status, p.Text())
			continue
		}
		see(kind)
		links := p.Links()
		slices.Sort(links)
		queue = append(queue, links...)
	}
	if len(seen) < 5 {
		t.Errorf("%s sees only the pages %v", visitor, seen)
	}
}

// isFile reports whether a path leads to a file to download, which opens no page.
func isFile(path string) bool {
	return path == "/openapi.json" || strings.Contains(path, "/fil/") || strings.Contains(path, "/riskmatris/")
}

// pathKind returns what pages of the same making have in common: the path without the names in it. The two committees
// with plans stay apart, since their methods are of different kinds.
func pathKind(path string) string {
	path, query, _ := strings.Cut(path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, part := range parts {
		named := i > 0 && slices.Contains([]string{"municipalities", "committees", "plans", "riskEntries", "controlAreas", "controlPoints",
			"risks", "rounds", "followUps", "cases", "documents", "people", "versions", "actions", "commonItems", "docs",
			"serviceAccounts", "indicators", "measurements", "results", "templates"}, parts[i-1])
		if named && part != "socialnamnden" && part != "utbildningsnamnden" {
			parts[i] = "x"
		}
	}
	kind := strings.Join(parts, "/")
	if query != "" {
		kind += "?"
	}
	return kind
}
