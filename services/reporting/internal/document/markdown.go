package document

import (
	"net/url"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxMarkdownDepth bounds how deep lists and emphasis nest; what lies deeper is
// shown without its markup.
const maxMarkdownDepth = 6

// maxMarkdownSize is the longest text, in bytes, whose markup is read. Some nested
// links take the square of the length to parse; nobody writes that much by hand.
const maxMarkdownSize = 32 << 10

// Priorities of the parsers; only their order matters.
const (
	firstParser = 100 * (iota + 1)
	secondParser
	thirdParser
	fourthParser
)

// FromMarkdown turns text entered by people into blocks. It understands
// paragraphs, lists, bold, italics and links; everything else, and the markup of
// texts over 32 KiB, is shown as it was typed. It never fails, and blank text
// gives no blocks.
func FromMarkdown(markdown string) []Block {
	markdown = strings.ToValidUTF8(markdown, string(replacementRune))
	if len(markdown) > maxMarkdownSize {
		return plainParagraphs(markdown)
	}
	source := []byte(markdown)
	root := markdownParser().Parse(text.NewReader(source))
	reader := markdownReader{source: source}
	return reader.blocks(root, 0)
}

// plainParagraphs divides a text at its blank lines and reads no markup.
func plainParagraphs(text string) []Block {
	var blocks []Block
	for _, part := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		blocks = append(blocks, nonBlank(Text(strings.TrimSpace(part)))...)
	}
	return blocks
}

// markdownParser knows the subset alone, so that all other markup is text to it.
func markdownParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewListParser(), firstParser),
			util.Prioritized(parser.NewListItemParser(), secondParser),
			// Deep indentation would otherwise hide a line.
			util.Prioritized(parser.NewCodeBlockParser(), thirdParser),
			util.Prioritized(parser.NewParagraphParser(), fourthParser),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewLinkParser(), firstParser),
			util.Prioritized(parser.NewAutoLinkParser(), secondParser),
			util.Prioritized(parser.NewEmphasisParser(), thirdParser),
		),
	)
}

// LinkAllowed reports whether an address may become a link in a document: only
// web and mail addresses, so that no link runs anything.
func LinkAllowed(address string) bool {
	parsed, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.ToLower(parsed.Scheme) {
	case "http", "https":
		return parsed.Host != ""
	case "mailto":
		return parsed.Opaque != ""
	}
	return false
}

// markdownReader walks the syntax tree of one text.
type markdownReader struct {
	source []byte
}

func (r markdownReader) blocks(parent ast.Node, depth int) []Block {
	var blocks []Block
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		blocks = append(blocks, r.block(node, depth)...)
	}
	return blocks
}

func (r markdownReader) block(node ast.Node, depth int) []Block {
	list, ok := node.(*ast.List)
	switch {
	case ok && depth < maxMarkdownDepth:
		return r.list(list, depth)
	case node.Type() == ast.TypeBlock && node.FirstChild() != nil && node.FirstChild().Type() == ast.TypeBlock:
		return r.blocks(node, depth+1)
	}
	if node.Kind() == ast.KindCodeBlock {
		return nonBlank(Text(r.lines(node)))
	}
	return nonBlank(Paragraph{Runs: r.inlines(node, Run{}, 0)})
}

// lines returns the source lines of a block without their indentation.
func (r markdownReader) lines(node ast.Node) string {
	var out []string
	segments := node.Lines()
	for i := range segments.Len() {
		segment := segments.At(i)
		out = append(out, strings.TrimSpace(string(segment.Value(r.source))))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

func (r markdownReader) list(node *ast.List, depth int) []Block {
	list := List{Ordered: node.IsOrdered()}
	if list.Ordered {
		list.Start = node.Start
	}
	for item := node.FirstChild(); item != nil; item = item.NextSibling() {
		if blocks := r.blocks(item, depth+1); len(blocks) > 0 {
			list.Items = append(list.Items, Item{Blocks: blocks})
		}
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []Block{list}
}

// inlines collects the runs below a node, each in the style of its ancestors.
func (r markdownReader) inlines(parent ast.Node, style Run, depth int) []Run {
	var runs []Run
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		runs = appendRuns(runs, r.inline(node, style, depth)...)
	}
	return runs
}

func (r markdownReader) inline(node ast.Node, style Run, depth int) []Run {
	switch node := node.(type) {
	case *ast.Text:
		return styled(style, string(plainText(node, r.source))+lineEnd(node))
	case *ast.String:
		return styled(style, string(node.Value))
	case *ast.AutoLink:
		return r.autoLink(node, style)
	case *ast.Emphasis:
		if depth < maxMarkdownDepth {
			return r.inlines(node, emphasised(style, node.Level), depth+1)
		}
	case *ast.Link:
		if address := string(node.Destination); LinkAllowed(address) && depth < maxMarkdownDepth {
			style.Link = address
			return r.inlines(node, style, depth+1)
		}
	}
	return styled(style, r.inlineSource(node))
}

// inlineSource returns images and refused links as they were typed.
func (r markdownReader) inlineSource(node ast.Node) string {
	switch node := node.(type) {
	case *ast.Link:
		return "[" + r.flatText(node) + "](" + string(node.Destination) + ")"
	case *ast.Image:
		return "![" + r.flatText(node) + "](" + string(node.Destination) + ")"
	}
	return r.flatText(node)
}

// flatText returns the text below a node without its markup.
func (r markdownReader) flatText(node ast.Node) string {
	var out strings.Builder
	// The visitor never fails, so neither does the walk.
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if leaf, ok := n.(*ast.Text); ok && entering {
			out.Write(plainText(leaf, r.source))
			out.WriteString(lineEnd(leaf))
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

func (r markdownReader) autoLink(node *ast.AutoLink, style Run) []Run {
	address := string(node.URL(r.source))
	if node.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(address, "mailto:") {
		address = "mailto:" + address
	}
	if LinkAllowed(address) {
		style.Link = address
	}
	return styled(style, string(node.Label(r.source)))
}

// plainText resolves backslash escapes, which the parser leaves in the source.
func plainText(node *ast.Text, source []byte) []byte {
	value := node.Value(source)
	if node.IsRaw() {
		return value
	}
	out := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] == '\\' && i+1 < len(value) && isPunctuation(value[i+1]) {
			i++
		}
		out = append(out, value[i])
	}
	return out
}

func isPunctuation(c byte) bool {
	return strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c) >= 0
}

func lineEnd(node *ast.Text) string {
	switch {
	case node.HardLineBreak():
		return "\n"
	case node.SoftLineBreak():
		return " "
	}
	return ""
}

func emphasised(style Run, level int) Run {
	if level >= 2 {
		style.Strong = true
	} else {
		style.Emphasis = true
	}
	return style
}

func styled(style Run, text string) []Run {
	style.Text = text
	return []Run{style}
}

// appendRuns joins neighbours of the same style and drops empty ones.
func appendRuns(runs []Run, more ...Run) []Run {
	for _, run := range more {
		last := len(runs) - 1
		switch {
		case run.Text == "":
		case last >= 0 && sameStyle(runs[last], run):
			runs[last].Text += run.Text
		default:
			runs = append(runs, run)
		}
	}
	return runs
}

func sameStyle(a, b Run) bool {
	a.Text, b.Text = "", ""
	return a == b
}

func nonBlank(p Paragraph) []Block {
	if !p.visible() {
		return nil
	}
	return []Block{p}
}

// visible reports whether a paragraph shows anything.
func (p Paragraph) visible() bool {
	return slices.ContainsFunc(p.Runs, func(run Run) bool { return strings.TrimSpace(run.Text) != "" })
}
