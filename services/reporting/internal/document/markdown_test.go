package document_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

func paragraph(runs ...document.Run) document.Paragraph {
	return document.Paragraph{Runs: runs}
}

func items(texts ...string) []document.Item {
	var out []document.Item
	for _, text := range texts {
		out = append(out, document.Item{Blocks: []document.Block{document.Text(text)}})
	}
	return out
}

func TestFromMarkdown(t *testing.T) {
	tests := []struct {
		name, markdown string
		want           []document.Block
	}{
		{"blank", " \n\n\t", nil},
		{"plain", "Följs enligt plan.", []document.Block{document.Text("Följs enligt plan.")}},
		{"soft break", "rad ett\nrad två", []document.Block{document.Text("rad ett rad två")}},
		{"hard break", "rad ett\\\nrad två", []document.Block{document.Text("rad ett\nrad två")}},
		{"paragraphs", "ett\n\ntvå", []document.Block{document.Text("ett"), document.Text("två")}},
		{"styles", "en **stark *och lutad* text**", []document.Block{paragraph(
			document.Run{Text: "en "}, document.Run{Text: "stark ", Strong: true},
			document.Run{Text: "och lutad", Strong: true, Emphasis: true}, document.Run{Text: " text", Strong: true})}},
		{"link", "se [lagen](https://example.org/l)", []document.Block{paragraph(
			document.Run{Text: "se "}, document.Run{Text: "lagen", Link: "https://example.org/l"})}},
		{"automatic link", "<https://example.org> <a@example.org>", []document.Block{paragraph(
			document.Run{Text: "https://example.org", Link: "https://example.org"}, document.Run{Text: " "},
			document.Run{Text: "a@example.org", Link: "mailto:a@example.org"})}},
		{"refused link", "[x](javascript:alert(1))", []document.Block{document.Text("[x](javascript:alert(1))")}},
		{"image", "![karta](k.png)", []document.Block{document.Text("![karta](k.png)")}},
		{"bullets", "- a\n- b", []document.Block{document.List{Items: items("a", "b")}}},
		{"numbers", "3. a\n4. b", []document.Block{document.List{Ordered: true, Start: 3, Items: items("a", "b")}}},
		{"nested", "- a\n  1. b", []document.Block{document.List{Items: []document.Item{{Blocks: []document.Block{
			document.Text("a"), document.List{Ordered: true, Start: 1, Items: items("b")}}}}}}},
		{"escapes", `\*inte lutad\*`, []document.Block{document.Text("*inte lutad*")}},
		{"heading is text", "# Rubrik", []document.Block{document.Text("# Rubrik")}},
		{"quote is text", "> citat", []document.Block{document.Text("> citat")}},
		{"code is text", "`x` och\n```\ny\n```", []document.Block{document.Text("`x` och ``` y ```")}},
		{"markup is text", "<b>fet</b> &amp;", []document.Block{document.Text("<b>fet</b> &amp;")}},
		{"indented is text", "    indrag", []document.Block{document.Text("indrag")}},
		{"reference is text", "[a]: https://example.org \"t\"", []document.Block{document.Text("[a]: https://example.org \"t\"")}},
		{"table is text", "|a|b|\n|-|-|", []document.Block{document.Text("|a|b| |-|-|")}},
		{"broken encoding", "a\xffb", []document.Block{document.Text("a\ufffdb")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, document.FromMarkdown(test.markdown)); diff != "" {
				t.Errorf("FromMarkdown(%q): (-want +got)\n%s", test.markdown, diff)
			}
		})
	}
}

func TestDeepNestingKeepsItsText(t *testing.T) {
	var markdown strings.Builder
	for depth := range 40 {
		markdown.WriteString(strings.Repeat("  ", depth) + "- nivå\n")
	}
	blocks := document.FromMarkdown(markdown.String())
	if got := strings.Count(plain(blocks), "nivå"); got != 40 {
		t.Errorf("got %d of 40 texts", got)
	}
}

func TestHugeTextIsPlain(t *testing.T) {
	part := strings.Repeat("[a](", 5000)
	want := []document.Block{document.Text(part), document.Text(part)}
	if diff := cmp.Diff(want, document.FromMarkdown(part+"\r\n\r\n"+part)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLinkAllowed(t *testing.T) {
	tests := map[string]bool{
		"https://example.org":        true,
		"HTTP://example.org/å?x=1#y": true,
		"mailto:a@example.org":       true,
		"https://":                   false,
		"mailto:":                    false,
		"javascript:alert(1)":        false,
		"data:text/html,x":           false,
		"file:///etc/passwd":         false,
		"/relative":                  false,
		"":                           false,
		"http://a b\x00":             false,
	}
	for address, want := range tests {
		if got := document.LinkAllowed(address); got != want {
			t.Errorf("LinkAllowed(%q): got %v, want %v", address, got, want)
		}
	}
}

// FuzzFromMarkdown checks that any text gives blocks a document may hold, and
// that no letter is lost.
func FuzzFromMarkdown(f *testing.F) {
	for _, seed := range []string{"**a** *b* [c](https://d.se)", "- a\n  - b\n\n1. c", "a\x00\xff😀", "[[[[", "****a**b*", "1.\n-\n+", "- - - a", "\\"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		blocks := document.FromMarkdown(markdown)
		d := &document.Document{Meta: document.Meta{Title: "T", Date: time.Unix(0, 0)}, Blocks: blocks}
		if err := document.Validate(d); err != nil {
			t.Fatalf("FromMarkdown(%q): %v", markdown, err)
		}
		// Links hide their address, and a list hides its own numbers.
		if !strings.ContainsAny(markdown, "[<") && letters(plain(blocks)) != letters(markdown) {
			t.Fatalf("FromMarkdown(%q): got letters %q, want %q", markdown, letters(plain(blocks)), letters(markdown))
		}
	})
}

func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, ""))
}

// plain returns all text of blocks, in order.
func plain(blocks []document.Block) string {
	var out strings.Builder
	for _, block := range blocks {
		switch block := block.(type) {
		case document.Paragraph:
			for _, run := range block.Runs {
				out.WriteString(run.Text)
			}
		case document.List:
			for _, item := range block.Items {
				out.WriteString(plain(item.Blocks))
			}
		}
	}
	return out.String()
}
