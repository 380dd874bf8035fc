// Package pdf writes documents as tagged PDF files that declare PDF/UA-1 and
// PDF/A-2a.
//
// Rendering has three steps. The layout sets the text, divides it into pages and
// builds the tree of structure elements; it measures with the fonts themselves
// and draws nothing. The painter puts the laid-out ink onto pages, every piece
// of it inside a marked-content sequence. The finisher adds to the painted file
// what a tagged and archivable one needs: the structure tree, the metadata, the
// colour profile, outline and link annotations.
package pdf

import (
	"fmt"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// Variant is the archival standard a file declares.
type Variant int

// The variants. Both also declare PDF/UA-1.
const (
	// Archive2 is PDF/A-2a, the default.
	Archive2 Variant = iota
	// Archive1 is PDF/A-1a, for archives that ask for it.
	Archive1
)

// Options select how a document is written. The zero value is the default.
type Options struct {
	Variant Variant
}

// RenderError says that the writer itself failed on a valid document.
type RenderError struct {
	Cause string
}

// Error names the cause.
func (e *RenderError) Error() string {
	return "write PDF: " + e.Cause
}

// RenderFigure writes a figure alone, on one page of its size; else it is as Render.
func RenderFigure(meta document.Meta, f document.Figure, o Options) ([]byte, error) {
	return write(&document.Document{Meta: meta, Blocks: []document.Block{f}}, o, composeFigure)
}

// Render writes the document. Equal documents give equal bytes. It returns a
// *document.InvalidError for a document that must not be rendered and a
// *RenderError when writing fails; it never panics. It is safe for concurrent
// use. Runes that the fonts lack are replaced as document.Sanitize says.
func Render(d *document.Document, o Options) ([]byte, error) { return write(d, o, compose) }

// write lays out, paints and finishes a document.
func write(d *document.Document, o Options, compose func(*document.Document, *typeface.Family, Variant) *layout) (file []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			file, err = nil, &RenderError{Cause: fmt.Sprint(cause)}
		}
	}()
	if err := document.Validate(d); err != nil {
		return nil, err
	}
	family, err := typeface.Load()
	if err != nil {
		return nil, err
	}
	clean, _ := document.Sanitize(d, family.Covers)
	laid := compose(clean, family, o.Variant)
	raw, err := paint(laid)
	if err != nil {
		return nil, &RenderError{Cause: err.Error()}
	}
	return finish(raw, laid)
}
