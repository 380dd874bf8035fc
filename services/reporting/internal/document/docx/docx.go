// Package docx writes documents as Office Open XML for word processors, with
// real styles, numbered lists and repeated header rows, so that an official can
// go on working in the file.
package docx

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// The parts that are the same in every file.
var (
	//go:embed parts/content-types.xml
	contentTypes string
	//go:embed parts/package-rels.xml
	packageRelations string
	//go:embed parts/app.xml
	application string
	//go:embed parts/settings.xml
	settings string
	//go:embed parts/styles.xml
	styles string
)

// RenderError says that the writer itself failed on a valid document.
type RenderError struct {
	Cause string
}

// Error names the cause.
func (e *RenderError) Error() string {
	return "write DOCX: " + e.Cause
}

// Render writes the document. Equal documents give equal bytes. It returns a
// *document.InvalidError for a document that must not be rendered and a
// *RenderError when writing fails; it never panics. It is safe for concurrent
// use.
func Render(d *document.Document) (file []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			file, err = nil, &RenderError{Cause: fmt.Sprint(cause)}
		}
	}()
	if err := document.Validate(d); err != nil {
		return nil, err
	}
	clean, _ := document.Sanitize(d, nil)
	made, err := parts(clean)
	if err != nil {
		return nil, &RenderError{Cause: err.Error()}
	}
	return pack(clean, made)
}

// part is one file of the package.
type part struct {
	name, content string
}

func parts(d *document.Document) ([]part, error) {
	w := &writer{meta: d.Meta}
	body := w.document(d.Body())
	rest := []part{
		{"docProps/app.xml", application},
		{"docProps/core.xml", core(d.Meta)},
		{"word/_rels/document.xml.rels", w.relations()},
		{"word/document.xml", body},
		{"word/footer1.xml", footer(d.Meta)},
		{"word/header1.xml", header(d.Meta)},
		{"word/numbering.xml", w.numbering()},
		{"word/settings.xml", settings},
		{"word/styles.xml", strings.ReplaceAll(styles, document.Language, escape(d.Meta.Lang()))},
	}
	pictures, err := w.pictures()
	rest = append(rest, pictures...)
	slices.SortFunc(rest, func(a, b part) int { return strings.Compare(a.name, b.name) })
	// Readers expect these two first.
	return append([]part{{"[Content_Types].xml", contentTypes}, {"_rels/.rels", packageRelations}}, rest...), err
}

func pack(d *document.Document, parts []part) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, p := range parts {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: d.Meta.Date.UTC()})
		if err != nil {
			return nil, &RenderError{Cause: err.Error()}
		}
		if _, err := entry.Write([]byte(p.content)); err != nil {
			return nil, &RenderError{Cause: err.Error()}
		}
	}
	if err := archive.Close(); err != nil {
		return nil, &RenderError{Cause: err.Error()}
	}
	return out.Bytes(), nil
}
