package pdf

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// xmp writes the metadata packet. Titles and dates equal those of the file's
// information dictionary, which PDF/A demands.
func xmp(meta document.Meta, variant Variant) []byte {
	date := meta.Date.UTC().Format(time.RFC3339)
	var out strings.Builder
	out.WriteString("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n")
	out.WriteString(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + "\n")
	out.WriteString(dublinCore(meta))
	description(&out, "xmp", "http://ns.adobe.com/xap/1.0/", "<xmp:CreateDate>"+date+"</xmp:CreateDate><xmp:ModifyDate>"+date+"</xmp:ModifyDate>")
	description(&out, "pdf", "http://ns.adobe.com/pdf/1.3/", "<pdf:Producer>"+producer+"</pdf:Producer>")
	description(&out, "pdfaid", "http://www.aiim.org/pdfa/ns/id/",
		fmt.Sprintf("<pdfaid:part>%d</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>", variant.part()))
	description(&out, "pdfuaid", universalAccess, "<pdfuaid:part>1</pdfuaid:part>")
	out.WriteString(extensionSchema)
	out.WriteString("</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>")
	return []byte(out.String())
}

func description(out *strings.Builder, prefix, namespace, content string) {
	fmt.Fprintf(out, "<rdf:Description rdf:about=\"\" xmlns:%s=\"%s\">%s</rdf:Description>\n", prefix, namespace, content)
}

func dublinCore(meta document.Meta) string {
	var out strings.Builder
	content := "<dc:format>application/pdf</dc:format>" + alternative("title", meta.Title)
	if meta.Subject != "" {
		content += alternative("description", meta.Subject)
	}
	if meta.Author != "" {
		content += "<dc:creator><rdf:Seq><rdf:li>" + escape(meta.Author) + "</rdf:li></rdf:Seq></dc:creator>"
	}
	content += "<dc:language><rdf:Bag><rdf:li>" + escape(meta.Lang()) + "</rdf:li></rdf:Bag></dc:language>"
	description(&out, "dc", "http://purl.org/dc/elements/1.1/", content)
	return out.String()
}

func alternative(name, text string) string {
	return "<dc:" + name + `><rdf:Alt><rdf:li xml:lang="x-default">` + escape(text) + "</rdf:li></rdf:Alt></dc:" + name + ">"
}

func escape(text string) string {
	var out strings.Builder
	// Writing to memory does not fail.
	_ = xml.EscapeText(&out, []byte(text))
	return out.String()
}

const universalAccess = "http://www.aiim.org/pdfua/ns/id/"

// extensionSchema declares the one property that PDF/A does not know by itself.
const extensionSchema = `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"` +
	` xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">` +
	`<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">` +
	`<pdfaSchema:namespaceURI>` + universalAccess + `</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>` +
	`<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>` +
	`<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">` +
	`<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>` +
	`<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>` +
	`</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>` + "\n"
