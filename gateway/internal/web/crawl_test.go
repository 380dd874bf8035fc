package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/uppsikt/uppsikt/gateway/internal/web"
	"github.com/uppsikt/uppsikt/internal/suitetest"
)

// maxCrawl bounds how many pages one person's crawl opens.
const maxCrawl = 400

// TestEveryLinkWorksForEverybody follows every link that each demo person is shown. A link that is shown leads to a
// page that the person may see, whose HTML is sound.
func TestEveryLinkWorksForEverybody(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	for _, person := range demoPeople(newBrowser(t, s.URL)) {
		t.Run(person, func(t *testing.T) {
			b := newBrowser(t, s.URL)
			become(b, person)
			crawl(b)
		})
	}
}

// demoPeople lists the resource names of the people to try.
func demoPeople(b *browser) []string {
	b.Helper()
	b.open("/demo").want(http.StatusOK)
	var names []string
	walk(b.doc, func(n *html.Node) {
		if n.Data == "input" && get(n, "name") == "person" {
			names = append(names, get(n, "value"))
		}
	})
	if len(names) < 3 {
		b.Fatalf("only %d demo people", len(names))
	}
	return names
}

// crawl opens every page that can be reached from where the browser is.
func crawl(b *browser) {
	b.Helper()
	seen, queue := map[string]bool{}, []string{b.at.Path}
	for len(queue) > 0 && len(seen) < maxCrawl {
		address := queue[0]
		queue = queue[1:]
		if key := crawlKey(address); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		page := b.clone().open(address)
		if page.status != http.StatusOK {
			b.Errorf("%s: got %d\n%s", address, page.status, page.text())
			continue
		}
		if !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") || strings.Contains(address, "/fil/") {
			continue
		}
		web.CheckHTML(b.T, []byte(page.body))
		keepPage(page)
		queue = append(queue, linksOf(page)...)
	}
	if len(seen) < 4 {
		b.Errorf("only %d pages were reached", len(seen))
	}
}

// crawlKey tells pages apart; orders and choices of one table are one page.
func crawlKey(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}

// linksOf returns the addresses on this site that a page leads to, but for the description of the API, whose pages have a
// test of their own, and the figures to download.
func linksOf(b *browser) []string {
	var out []string
	walk(b.doc, func(n *html.Node) {
		if href := get(n, "href"); n.Data == "a" && strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "/demo") && !strings.HasPrefix(href, "/docs") && !strings.Contains(href, "/riskmatris/") && (!strings.Contains(href, "spara=ja") || strings.Contains(href, ".svg?")) {
			out = append(out, href)
		}
	})
	return out
}

// keepPage writes a page for a browser when the flag -pages asks for it.
func keepPage(b *browser) {
	b.Helper()
	folder := web.PagesFolder()
	if folder == "" {
		return
	}
	name := path.Base(b.Name()) + strings.ReplaceAll(b.at.Path, "/", "_") + ".html"
	if err := os.WriteFile(filepath.Join(folder, name), []byte(b.body), 0o600); err != nil {
		b.Error(err)
	}
}
