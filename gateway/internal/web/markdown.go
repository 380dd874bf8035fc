package web

import (
	"bytes"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// markdown turns the Markdown subset of free texts (paragraphs, lists, emphasis, links) into HTML. Headings, tables and
// raw HTML have no parser here, so that a text cannot disturb the page around it; dangerous links are emptied, which is
// the library's default.
type markdown struct{ engine goldmark.Markdown }

// newMarkdown returns a renderer; it is safe for concurrent use.
func newMarkdown() markdown {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewParagraphParser(), 1000)),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500)))
	return markdown{goldmark.New(goldmark.WithParser(p), goldmark.WithExtensions(extension.NewLinkify()))}
}

// html renders a text; a text that cannot be rendered is shown as it is.
func (m markdown) html(text string) template.HTML {
	var b bytes.Buffer
	if err := m.engine.Convert([]byte(text), &b); err != nil {
		return template.HTML(template.HTMLEscapeString(text))
	}
	return template.HTML(b.String())
}
