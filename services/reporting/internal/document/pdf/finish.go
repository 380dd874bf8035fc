package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// producer is the program that files name as their origin.
const producer = "Uppsikt"

// finisher adds to a painted file what a tagged, archivable one needs.
type finisher struct {
	*objects
	laid *layout
	// pages holds the object number of each page, from index 1.
	pages []int
}

// finish returns the finished file, or a *FormatError.
func finish(raw []byte, laid *layout) ([]byte, error) {
	file, err := parseObjects(raw)
	if err != nil {
		return nil, err
	}
	f := &finisher{objects: file, laid: laid}
	f.findPages()
	if len(f.pages)-1 != len(laid.pages) {
		return nil, &FormatError{Part: "page count"}
	}
	if err := f.fonts(); err != nil {
		return nil, err
	}
	tree := f.structure()
	f.finishPages()
	f.catalog(tree)
	f.set(f.info, f.infoBody())
	return f.bytes(laid.variant.version(), fileID), nil
}

func (v Variant) version() string {
	if v == Archive1 {
		return "1.4"
	}
	return "1.7"
}

// tabOrder follows the structure; the version of PDF below PDF/A-1 cannot say so.
func (v Variant) tabOrder() string {
	if v == Archive1 {
		return ""
	}
	return "/Tabs /S\n"
}

// part is the number of the PDF/A standard.
func (v Variant) part() int {
	if v == Archive1 {
		return 1
	}
	return 2
}

// fileID is a file identifier as PDF wants it: 16 bytes, in hexadecimal digits.
func fileID(content []byte) string {
	const size = 16
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:size])
}

const pageStart = "<</Type /Page\n"

// findPages relies on pages being written in their order.
func (f *finisher) findPages() {
	f.pages = []int{0}
	for number, body := range f.bodies {
		if bytes.HasPrefix(body, []byte(pageStart)) {
			f.pages = append(f.pages, number)
		}
	}
}

// finishPages ties each page to the structure tree and gives it its links. The
// transparency group is dropped: PDF/A-1 forbids it and nothing needs it.
func (f *finisher) finishPages() {
	const group = "/Group <</Type /Group /S /Transparency /CS /DeviceRGB>>\n"
	for i, number := range f.pages {
		if i == 0 {
			continue
		}
		entries := fmt.Sprintf("%s/StructParents %d\n%s", pageStart, i-1, f.laid.variant.tabOrder())
		if links := f.laid.pages[i-1].annotations; len(links) > 0 {
			entries += "/Annots [" + f.references(links) + "]\n"
		}
		body := bytes.Replace(f.bodies[number], []byte(group), nil, 1)
		f.bodies[number] = bytes.Replace(body, []byte(pageStart), []byte(entries), 1)
	}
}

func (f *finisher) references(links []*annotation) string {
	var out strings.Builder
	for _, link := range links {
		fmt.Fprintf(&out, "%d 0 R ", link.number)
	}
	return out.String()
}

func (f *finisher) catalog(tree int) {
	meta := f.laid.meta
	metadata := f.addStream("/Type /Metadata /Subtype /XML", xmp(meta, f.laid.variant))
	profile := f.addStream("/N 3 /Alternate /DeviceRGB", colourProfile())
	f.set(f.root, fmt.Sprintf(`<</Type /Catalog
/Pages 1 0 R
/Lang %s
/Metadata %d 0 R
/OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) /Info (sRGB IEC61966-2.1) /DestOutputProfile %d 0 R>>]
/MarkInfo <</Marked true>>
/StructTreeRoot %d 0 R
/ViewerPreferences <</DisplayDocTitle true>>
%s>>`, textString(meta.Lang()), metadata, profile, tree, f.bookmarksPane()))
}

// bookmarksPane shows the headings beside the pages, if there are any.
func (f *finisher) bookmarksPane() string {
	if len(f.laid.headings) == 0 {
		return ""
	}
	return fmt.Sprintf("/Outlines %d 0 R\n/PageMode /UseOutlines", f.outline())
}

func (f *finisher) infoBody() string {
	meta := f.laid.meta
	date := "(" + pdfDate(meta.Date) + ")"
	entries := []struct{ key, value string }{
		{"Title", meta.Title}, {"Subject", meta.Subject}, {"Author", meta.Author}, {"Producer", producer},
	}
	var out strings.Builder
	out.WriteString("<<")
	for _, entry := range entries {
		if entry.value != "" {
			fmt.Fprintf(&out, "/%s %s\n", entry.key, textString(entry.value))
		}
	}
	fmt.Fprintf(&out, "/CreationDate %s /ModDate %s>>", date, date)
	return out.String()
}

func pdfDate(date time.Time) string {
	return date.UTC().Format("D:20060102150405") + "+00'00'"
}
