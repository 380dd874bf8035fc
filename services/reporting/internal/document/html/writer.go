package html

import (
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/hyphen"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/svg"
)

// deepestHeading is the last heading level of HTML.
const deepestHeading = 6

// writer builds the text of one document.
type writer struct {
	out    strings.Builder
	offset int
	prefix string
	tables int
	// narrow is on inside a narrow column, where long words must be divided.
	narrow bool
	// figures counts the figures; contents are the headings of the table of contents.
	figures  int
	contents []string
}

// raw writes markup of our own; text of others goes through text.
func (w *writer) raw(parts ...string) {
	for _, part := range parts {
		w.out.WriteString(part)
	}
}

func (w *writer) text(text string) {
	w.raw(html.EscapeString(text))
}

// element writes a whole element with plain text. Attributes are markup of our
// own and begin with a space.
func (w *writer) element(tag, attributes, text string) {
	w.raw("<", tag, attributes, ">")
	w.text(text)
	w.raw("</", tag, ">")
}

func (w *writer) page(d *document.Document) {
	meta := d.Meta
	w.raw("<!doctype html>\n<html lang=\"", html.EscapeString(meta.Lang()), "\">\n<head>\n<meta charset=\"utf-8\">\n")
	w.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	w.element("title", "", meta.Title)
	w.metaTag("author", meta.Author)
	w.metaTag("description", meta.Subject)
	w.metaTag("date", meta.Date.Format("2006-01-02"))
	w.raw("\n<style>\n", styleSheet, "</style>\n</head>\n<body>\n")
	w.header(meta)
	w.raw("<main>\n")
	w.body(d)
	w.raw("</main>\n</body>\n</html>\n")
}

func (w *writer) metaTag(name, content string) {
	if content != "" {
		w.raw("\n<meta name=\"", name, "\" content=\"", html.EscapeString(content), "\">")
	}
}

func (w *writer) header(meta document.Meta) {
	w.raw("<header>\n")
	w.element("p", "", meta.Issuer())
	w.raw("\n<p>")
	if meta.State == document.Draft {
		w.element("span", ` class="draft"`, document.LabelDraft)
	}
	w.text(meta.CaseNumber)
	w.raw("</p>\n</header>\n")
}

func (w *writer) body(d *document.Document) {
	body := d.Body()
	listed := document.Listed(body)
	for i, number := range listed {
		if heading, ok := body[i].(document.Heading); ok && number > 0 {
			w.contents = append(w.contents, heading.Text)
		}
	}
	for i, block := range body {
		attributes := ""
		if document.IsDetails(body, i) {
			attributes = ` class="details"`
		}
		if listed[i] > 0 {
			attributes = ` id="` + w.section(listed[i]) + `"`
		}
		w.block(block, attributes)
	}
}

func (w *writer) blocks(blocks []document.Block) {
	for _, block := range blocks {
		w.block(block, "")
	}
}

func (w *writer) block(block document.Block, attributes string) {
	switch block := block.(type) {
	case document.Heading:
		level := min(block.Level+w.offset, deepestHeading)
		w.element("h"+strconv.Itoa(level), attributes, block.Text)
		w.raw("\n")
	case document.Paragraph:
		w.raw("<p", attributes, ">")
		w.runs(block.Runs)
		w.raw("</p>\n")
	case document.List:
		w.list(block)
	case document.Table:
		w.table(block)
	case document.Figure:
		w.figure(block)
	case document.Contents:
		w.tableOfContents()
	}
}

// section is the id of a listed heading.
func (w *writer) section(number int) string { return w.prefix + "avsnitt-" + strconv.Itoa(number) }

func (w *writer) tableOfContents() {
	w.raw(`<nav class="contents" aria-label="`, document.LabelContents, "\">\n<ul>\n")
	for i, heading := range w.contents {
		w.raw("<li>")
		w.element("a", ` href="#`+w.section(i+1)+`"`, heading)
		w.raw("</li>\n")
	}
	w.raw("</ul>\n</nav>\n")
}

func (w *writer) figure(f document.Figure) {
	w.figures++
	w.raw("<figure>\n<div class=\"figure-scroll\">\n", svg.Render(f.Scene, svg.Label{ID: w.prefix + "figur-" + strconv.Itoa(w.figures), Title: f.Caption,
		Description: f.Alternative}), "</div>\n")
	w.element("figcaption", "", f.Caption)
	w.raw("\n</figure>\n")
}

func (w *writer) runs(runs []document.Run) {
	for _, run := range runs {
		w.run(run)
	}
}

func (w *writer) run(run document.Run) {
	var closing string
	open := func(tag, attributes string) {
		w.raw("<", tag, attributes, ">")
		closing = "</" + tag + ">" + closing
	}
	if run.Link != "" {
		open("a", ` href="`+html.EscapeString(run.Link)+`"`)
	}
	if run.Strong {
		open("strong", "")
	}
	if run.Emphasis {
		open("em", "")
	}
	w.raw(w.content(run.Text), closing)
}

// content escapes text and marks where its lines break or may break.
func (w *writer) content(text string) string {
	if !w.narrow {
		return lineBreaks.Replace(html.EscapeString(text))
	}
	return lineBreaks.Replace(slashBreaks.ReplaceAllString(html.EscapeString(hyphen.Soften(text)), "$1/<wbr>$2"))
}

var (
	lineBreaks  = strings.NewReplacer("\n", "<br>\n")
	slashBreaks = regexp.MustCompile(`(\pL)/(\pL)`)
)

// narrowShare is the share of the width below which a column is narrow.
const narrowShare = 0.3

func (w *writer) list(list document.List) {
	tag, attributes := "ul", ""
	if list.Ordered {
		tag = "ol"
	}
	if list.Ordered && list.First() != 1 {
		attributes = ` start="` + strconv.Itoa(list.First()) + `"`
	}
	w.raw("<", tag, attributes, ">\n")
	for _, item := range list.Items {
		w.raw("<li>")
		w.inCell(item.Blocks)
		w.raw("</li>\n")
	}
	w.raw("</", tag, ">\n")
}

// inCell writes a single paragraph without its tags: short cells and items stay
// short.
func (w *writer) inCell(blocks []document.Block) {
	if len(blocks) == 1 {
		if paragraph, ok := blocks[0].(document.Paragraph); ok {
			w.runs(paragraph.Runs)
			return
		}
	}
	w.blocks(blocks)
}

// table wraps a table of several columns in a region that scrolls by itself, so
// that the page never scrolls sideways on a small screen.
func (w *writer) table(table document.Table) {
	w.tables++
	id := w.prefix + "tabell-" + strconv.Itoa(w.tables)
	labelled := !table.HasHead()
	if labelled {
		w.raw("<table class=\"labelled\">\n")
	} else {
		w.raw("<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"", id, "\">\n<table>\n")
	}
	w.element("caption", ` id="`+id+`"`, table.Caption)
	w.raw("\n")
	if !labelled {
		w.head(table.Columns)
	}
	w.rows(table)
	w.raw("</table>\n")
	if !labelled {
		w.raw("</div>\n")
	}
}

func (w *writer) head(columns []document.Column) {
	w.raw("<colgroup>")
	for _, column := range columns {
		w.raw(`<col class="share-`, strconv.Itoa(shareClass(column.Width)), `">`)
	}
	w.raw("</colgroup>\n<thead>\n<tr>")
	for _, column := range columns {
		w.narrow = column.Width < narrowShare
		w.raw(`<th scope="col"`, numericClass(column), ">", w.content(column.Head), "</th>")
	}
	w.narrow = false
	w.raw("</tr>\n</thead>\n")
}

// shareClass rounds a share to the steps of the style sheet. Classes rather than
// styles carry it, so that a page with a strict security policy can embed it.
func shareClass(share float64) int {
	const steps, step = 20, 5
	return max(1, int(math.Round(share*steps))) * step
}

func (w *writer) rows(table document.Table) {
	w.raw("<tbody>\n")
	for _, row := range table.Rows {
		w.raw("<tr>")
		for i, cell := range row {
			tag, attributes := "td", numericClass(table.Columns[i])
			if i == 0 && table.RowHeaders {
				tag, attributes = "th", ` scope="row"`+attributes
			}
			w.raw("<", tag, attributes, ">")
			w.narrow = table.Columns[i].Width < narrowShare
			w.inCell(cell.Blocks)
			w.narrow = false
			w.raw("</", tag, ">")
		}
		w.raw("</tr>\n")
	}
	w.raw("</tbody>\n")
}

func numericClass(column document.Column) string {
	if column.Numeric {
		return ` class="numeric"`
	}
	return ""
}
