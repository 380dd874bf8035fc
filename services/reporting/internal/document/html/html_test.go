package html_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/html"
)

func samples() map[string]*document.Document {
	return map[string]*document.Document{
		"interim":     documenttest.Interim(),
		"everything":  documenttest.Everything(),
		"hostile":     documenttest.Hostile(),
		"illustrated": documenttest.Illustrated(),
	}
}

func render(t *testing.T, d *document.Document) string {
	t.Helper()
	out, err := html.Render(d)
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	return string(out)
}

func TestGolden(t *testing.T) {
	for name, d := range samples() {
		fragment, err := html.Fragment(d, html.FragmentOptions{HeadingOffset: 1, IDPrefix: "dok-"})
		if err != nil {
			t.Fatal(err)
		}
		documenttest.Golden(t, name+".fragment.html", string(fragment))
	}
}

// TestMarkupIsBalanced reads the fragments as XML, which knows no forgiveness.
func TestMarkupIsBalanced(t *testing.T) {
	for name, d := range samples() {
		fragment, err := html.Fragment(d, html.FragmentOptions{})
		if err != nil {
			t.Fatal(err)
		}
		closed := regexp.MustCompile(`<(br|wbr|col [^>]*)>`).ReplaceAllString(string(fragment), "<$1/>")
		if err := xml.Unmarshal([]byte("<x>"+closed+"</x>"), new(struct{})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPageIsAccessible(t *testing.T) {
	page := render(t, documenttest.Interim())
	for _, want := range []string{
		"<!doctype html>\n<html lang=\"sv-SE\">",
		"<title>Delårsuppföljning av socialnämndens internkontrollplan 2025</title>",
		`<meta name="viewport" content="width=device-width, initial-scale=1">`,
		`<span class="draft">Utkast</span>`,
		"<h1>Delårsuppföljning", "<h2>Kritiska risker</h2>",
		"<caption id=\"tabell-1\">Risk 1 av 4: Välfärdsbrottslighet</caption>",
		`<th scope="row">Riskvärde</th><td>9</td>`,
		"prefers-color-scheme: dark", "@media print",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %q", want)
		}
	}
	if got := strings.Count(page, "<h1"); got != 1 {
		t.Errorf("got %d headings of level 1, want 1", got)
	}
}

func TestFinalPageHasNoDraftMark(t *testing.T) {
	if page := render(t, documenttest.Everything()); strings.Contains(page, document.LabelDraft) {
		t.Error("a final document is marked as draft")
	}
}

func TestEveryTableHasHeaders(t *testing.T) {
	for name, d := range samples() {
		page := render(t, d)
		for i, table := range strings.Split(page, "<table")[1:] {
			table, _, _ = strings.Cut(table, "</table>")
			if !strings.Contains(table, "<caption") || !strings.Contains(table, "scope=") {
				t.Errorf("%s: table %d lacks caption or headers", name, i+1)
			}
			if got, want := strings.Count(table, "<th"), strings.Count(table, "<th scope=")+strings.Count(table, "<thead"); got != want {
				t.Errorf("%s: table %d has header cells without scope", name, i+1)
			}
		}
	}
}

func TestHeadingOffset(t *testing.T) {
	for offset, want := range map[int]string{0: "h1", 2: "h3", 9: "h6"} {
		fragment, err := html.Fragment(documenttest.Interim(), html.FragmentOptions{HeadingOffset: offset})
		if err != nil {
			t.Fatal(err)
		}
		if prefix := fmt.Sprintf("<%s>", want); !bytes.HasPrefix(fragment, []byte(prefix)) {
			t.Errorf("offset %d: fragment begins %q, want %q", offset, fragment[:4], prefix)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	page := render(t, documenttest.Hostile())
	for _, banned := range []string{"<script", "\x00", "\a", "\u202e"} {
		if strings.Contains(page, banned) {
			t.Errorf("page holds %q", banned)
		}
	}
	if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &amp;amp;") {
		t.Error("page lacks the text that was typed")
	}
}

func TestFragmentNeedsNoInlineStyle(t *testing.T) {
	for name, d := range samples() {
		fragment, err := html.Fragment(d, html.FragmentOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(fragment, []byte("style=")) || bytes.Contains(fragment, []byte("<style")) {
			t.Errorf("%s: fragment holds styles, which strict pages refuse", name)
		}
	}
}

func TestEqualDocumentsGiveEqualBytes(t *testing.T) {
	for name, d := range samples() {
		want := render(t, d)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if got, err := html.Render(d); err != nil || string(got) != want {
					t.Errorf("%s: another rendering differs (error %v)", name, err)
				}
			})
		}
		group.Wait()
	}
}

func TestErrors(t *testing.T) {
	var invalid *document.InvalidError
	if _, err := html.Render(&document.Document{}); !errors.As(err, &invalid) {
		t.Errorf("empty document: got error %v, want *document.InvalidError", err)
	}
	var failed *html.RenderError
	if _, err := html.Render(nil); !errors.As(err, &failed) {
		t.Errorf("no document: got error %v, want *html.RenderError", err)
	}
}

func BenchmarkRender(b *testing.B) {
	d := documenttest.Interim()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := html.Render(d); err != nil {
			b.Fatal(err)
		}
	}
}
