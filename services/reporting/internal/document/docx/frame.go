package docx

import (
	"encoding/xml"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	namespaces = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relationTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// section closes the document: A4 with the margins of the PDF form.
const section = `<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/><w:footerReference w:type="default" r:id="rIdFooter"/>` +
	`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1760" w:right="1418" w:bottom="1580" w:left="1418" w:header="850" w:footer="680" w:gutter="0"/></w:sectPr>`

// escape makes text safe for XML, as content and as attribute.
func escape(text string) string {
	var out strings.Builder
	// Writing to memory does not fail.
	_ = xml.EscapeText(&out, []byte(text))
	return out.String()
}

// textRun writes text with run properties, which may be empty.
func textRun(properties, text string) string {
	if properties != "" {
		properties = "<w:rPr>" + properties + "</w:rPr>"
	}
	return "<w:r>" + properties + runContent(text) + "</w:r>"
}

// runContent writes text, line breaks and soft hyphens as their elements.
func runContent(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		at := strings.IndexAny(text, "\n\u00ad")
		if at < 0 {
			at = len(text)
		}
		if at > 0 {
			out.WriteString(`<w:t xml:space="preserve">` + escape(text[:at]) + "</w:t>")
		}
		text = text[at:]
		if rest, found := strings.CutPrefix(text, "\n"); found {
			out.WriteString("<w:br/>")
			text = rest
		} else if rest, found := strings.CutPrefix(text, "\u00ad"); found {
			out.WriteString("<w:softHyphen/>")
			text = rest
		}
	}
	return out.String()
}

func header(meta document.Meta) string {
	content := textRun("", meta.Issuer()) + "<w:r><w:tab/></w:r>"
	if meta.State == document.Draft {
		content += textRun(`<w:rStyle w:val="DraftMark"/>`, document.LabelDraft) + textRun("", "   ")
	}
	return xmlHead + "<w:hdr" + namespaces + `><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>` + content + textRun("", meta.CaseNumber) + "</w:p></w:hdr>"
}

func footer(meta document.Meta) string {
	return xmlHead + "<w:ftr" + namespaces + `><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` +
		textRun("", shorten(meta.Title)) + "<w:r><w:tab/></w:r>" +
		textRun("", "Sida ") + field("PAGE") + textRun("", " av ") + field("NUMPAGES") + "</w:p></w:ftr>"
}

// shorten keeps the footer on one line.
func shorten(title string) string {
	const longest = 90
	runes := []rune(title)
	if len(runes) <= longest {
		return title
	}
	return string(runes[:longest]) + "…"
}

// field is a value that the word processor computes.
func field(instruction string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + instruction +
		` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

func core(meta document.Meta) string {
	date := meta.Date.UTC().Format(time.RFC3339)
	stamp := func(name string) string {
		return "<dcterms:" + name + ` xsi:type="dcterms:W3CDTF">` + date + "</dcterms:" + name + ">"
	}
	return xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		"<dc:title>" + escape(meta.Title) + "</dc:title><dc:subject>" + escape(meta.Subject) + "</dc:subject>" +
		"<dc:creator>" + escape(meta.Author) + "</dc:creator><dc:language>" + escape(meta.Lang()) + "</dc:language>" +
		stamp("created") + stamp("modified") + "</cp:coreProperties>"
}
