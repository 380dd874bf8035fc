package docx

import (
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/hyphen"
)

// Styles of paragraphs.
const (
	styleBody    = "BodyText"
	styleDetails = "Details"
	styleList    = "ListParagraph"
	styleCaption = "Caption"
	styleTable   = "TableText"
)

// writer builds the body and collects what other parts must declare for it.
type writer struct {
	meta document.Meta
	out  strings.Builder
	// links are the addresses of the hyperlinks, in order of appearance.
	links []string
	// narrow is on inside a narrow column, where long words must be divided.
	narrow bool
	// figures are the figures, in order of appearance.
	figures []document.Figure
	// contents are the headings of the table of contents.
	contents []string
	// overContents is the heading over it.
	overContents document.Heading
	// lists are the lists, in order of appearance.
	lists []listInstance
}

// place is where blocks stand, which decides their form.
type place struct {
	style string
	// depth counts the lists around; list is the number of the innermost.
	depth, list int
	numeric     bool
	// keep holds the block on the page of what follows.
	keep bool
}

func (w *writer) raw(parts ...string) {
	for _, part := range parts {
		w.out.WriteString(part)
	}
}

func (w *writer) document(body []document.Block) string {
	w.raw(xmlHead, "<w:document", namespaces, "><w:body>")
	afterTable := false
	listed := document.Listed(body)
	w.listHeadings(body, listed)
	for i, block := range body {
		w.top(block, document.IsDetails(body, i), listed[i], afterTable)
		_, afterTable = block.(document.Table)
	}
	if afterTable {
		// Word processors want a paragraph behind the last table.
		w.raw("<w:p/>")
	}
	w.raw(section, "</w:body></w:document>")
	return w.out.String()
}

func (w *writer) top(block document.Block, details bool, listed int, afterTable bool) {
	at := place{style: styleBody}
	if details {
		at.style = styleDetails
	}
	switch block := block.(type) {
	case document.Heading:
		w.heading(block, listed)
	case document.Table:
		w.table(block)
	case document.Figure:
		w.figure(block)
	case document.Contents:
		w.tableOfContents()
	case document.Paragraph:
		w.paragraph(at.style, spaceBefore(afterTable), block.Runs)
	default:
		w.block(block, at, spaceBefore(afterTable))
	}
}

// spaceBefore separates text from a table above, which has no space of its own.
func spaceBefore(afterTable bool) string {
	if afterTable {
		return `<w:spacing w:before="200"/>`
	}
	return ""
}

func (w *writer) blocks(blocks []document.Block, at place) {
	for _, block := range blocks {
		w.block(block, at, "")
	}
}

// block writes a block of running text; only its first paragraph gets extra.
func (w *writer) block(block document.Block, at place, extra string) {
	switch block := block.(type) {
	case document.Paragraph:
		w.paragraph(at.style, at.flow()+extra+at.properties(), block.Runs)
	case document.List:
		w.list(block, at, extra)
	}
}

// flow is the first of a paragraph's properties.
func (p place) flow() string {
	if p.keep {
		return "<w:keepNext/>"
	}
	return ""
}

// properties are those of a paragraph that continues a list item or a cell. The
// order of the elements is fixed by the format.
func (p place) properties() string {
	properties := ""
	if p.depth > 0 {
		properties = fmt.Sprintf(`<w:ind w:left="%d"/>`, p.depth*listIndent)
	}
	if p.numeric {
		properties += `<w:jc w:val="right"/>`
	}
	return properties
}

func (w *writer) paragraph(style, properties string, runs []document.Run) {
	w.raw(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/>`, properties, "</w:pPr>")
	for _, run := range runs {
		w.run(run)
	}
	w.raw("</w:p>")
}

func (w *writer) run(run document.Run) {
	properties := ""
	if run.Link != "" {
		properties = `<w:rStyle w:val="Hyperlink"/>`
	}
	if run.Strong {
		properties += "<w:b/>"
	}
	if run.Emphasis {
		properties += "<w:i/>"
	}
	text := run.Text
	if w.narrow {
		text = hyphen.Soften(text)
	}
	text = textRun(properties, text)
	if run.Link != "" {
		w.links = append(w.links, run.Link)
		text = fmt.Sprintf(`<w:hyperlink r:id="%s" w:history="1">%s</w:hyperlink>`, linkID(len(w.links)), text)
	}
	w.raw(text)
}

func linkID(number int) string {
	return fmt.Sprintf("rIdLink%d", number)
}

func (w *writer) list(list document.List, at place, extra string) {
	inner := at
	inner.depth++
	w.lists = append(w.lists, listInstance{ordered: list.Ordered, first: list.First(), level: min(inner.depth, listLevels) - 1})
	inner.list = len(w.lists)
	if at.style == styleBody || at.style == styleDetails {
		inner.style = styleList
	}
	for i, item := range list.Items {
		if i > 0 {
			extra = ""
		}
		w.item(item, inner, extra)
	}
}

// item numbers the first paragraph of an entry; what follows is indented to it.
func (w *writer) item(item document.Item, at place, extra string) {
	rest := item.Blocks
	var runs []document.Run
	if len(rest) > 0 {
		if first, ok := rest[0].(document.Paragraph); ok {
			runs, rest = first.Runs, rest[1:]
		}
	}
	number := fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, min(at.depth, listLevels)-1, at.list)
	w.paragraph(at.style, at.flow()+number+extra, runs)
	w.blocks(rest, at)
}

func (w *writer) relations() string {
	var out strings.Builder
	out.WriteString(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	relation := func(id, kind, target, mode string) {
		fmt.Fprintf(&out, `<Relationship Id="%s" Type="%s%s" Target="%s"%s/>`, id, relationTypes, kind, escape(target), mode)
	}
	relation("rIdStyles", "styles", "styles.xml", "")
	relation("rIdSettings", "settings", "settings.xml", "")
	relation("rIdNumbering", "numbering", "numbering.xml", "")
	relation("rIdHeader", "header", "header1.xml", "")
	relation("rIdFooter", "footer", "footer1.xml", "")
	for i := range w.figures {
		relation(pictureID(i, "png"), "image", pictureTarget(i, "png"), "")
		relation(pictureID(i, "svg"), "image", pictureTarget(i, "svg"), "")
	}
	for i, link := range w.links {
		relation(linkID(i+1), "hyperlink", link, ` TargetMode="External"`)
	}
	out.WriteString("</Relationships>")
	return out.String()
}
