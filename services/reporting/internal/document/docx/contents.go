package docx

import (
	"fmt"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// spot is the name of the bookmark at a listed heading, in the form that word processors give their own.
func spot(number int) string { return fmt.Sprintf("_Toc%08d", number) }

// listHeadings notes the headings that the table of contents lists, and which heading stands over the table itself.
func (w *writer) listHeadings(body []document.Block, listed []int) {
	for i, block := range body {
		heading, ok := block.(document.Heading)
		if ok && listed[i] > 0 {
			w.contents = append(w.contents, heading.Text)
		}
		if _, next := following(body, i).(document.Contents); ok && next {
			w.overContents = heading
		}
	}
}

func following(body []document.Block, i int) document.Block {
	if i+1 < len(body) {
		return body[i+1]
	}
	return nil
}

// heading writes a heading, with a bookmark if the table of contents lists it. The heading over the table is none to word
// processors, so that it does not list itself when they make it anew.
func (w *writer) heading(h document.Heading, listed int) {
	style := fmt.Sprintf("Heading%d", h.Level)
	if h == w.overContents {
		style = "TOCHeading"
	}
	if listed == 0 {
		w.paragraph(style, "", []document.Run{{Text: h.Text}})
		return
	}
	w.raw(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/></w:pPr>`, fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>`, listed, spot(listed)))
	w.run(document.Run{Text: h.Text})
	w.raw(fmt.Sprintf(`<w:bookmarkEnd w:id="%d"/></w:p>`, listed))
}

const (
	// A dirty field is one whose value the word processor works out when it opens the file.
	beginField = `<w:r><w:fldChar w:fldCharType="begin"%s/></w:r><w:r><w:instrText xml:space="preserve"> %s </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r>`
	endField = `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
)

// tableOfContents writes a table that the word processor can make anew. Only it knows the pages, so it fills in their
// numbers.
func (w *writer) tableOfContents() {
	for i, heading := range w.contents {
		w.raw(`<w:p><w:pPr><w:pStyle w:val="TOC2"/></w:pPr>`)
		if i == 0 {
			w.raw(fmt.Sprintf(beginField, "", `TOC \o "2-2" \h \z \u`))
		}
		w.raw(fmt.Sprintf(`<w:hyperlink w:anchor="%s" w:history="1">`, spot(i+1)), textRun("", heading), "<w:r><w:tab/></w:r>",
			fmt.Sprintf(beginField, ` w:dirty="true"`, `PAGEREF `+spot(i+1)+` \h`), endField, "</w:hyperlink>")
		if i == len(w.contents)-1 {
			w.raw(endField)
		}
		w.raw("</w:p>")
	}
}
