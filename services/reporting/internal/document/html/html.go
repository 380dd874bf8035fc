// Package html writes documents as accessible HTML: a file that stands alone, or
// a fragment for a page of the web interface.
package html

import (
	_ "embed"
	"fmt"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

//go:embed style.css
var styleSheet string

// RenderError says that the writer itself failed on a valid document.
type RenderError struct {
	Cause string
}

// Error names the cause.
func (e *RenderError) Error() string {
	return "write HTML: " + e.Cause
}

// FragmentOptions fit a fragment into its page. The zero value changes nothing.
type FragmentOptions struct {
	// HeadingOffset is added to every heading level; levels end at 6.
	HeadingOffset int
	// IDPrefix makes the fragment's element ids unique within its page.
	IDPrefix string
}

// Render writes the document as a file that stands alone: no other file, no
// script. Equal documents give equal bytes. It returns a *document.InvalidError
// for a document that must not be rendered; it never panics. It is safe for
// concurrent use.
func Render(d *document.Document) ([]byte, error) {
	return guarded(d, func(clean *document.Document) []byte {
		w := &writer{}
		w.page(clean)
		return []byte(w.out.String())
	})
}

// Fragment writes the document's content alone, for embedding in a page. It
// carries no styles; its classes are details, labelled, numeric, table-scroll,
// figure-scroll, contents and share-5 to share-100 for column widths. Errors are those of Render.
func Fragment(d *document.Document, o FragmentOptions) ([]byte, error) {
	return guarded(d, func(clean *document.Document) []byte {
		w := &writer{offset: o.HeadingOffset, prefix: o.IDPrefix}
		w.body(clean)
		return []byte(w.out.String())
	})
}

// guarded validates and cleans the document and turns a panic into an error.
func guarded(d *document.Document, write func(*document.Document) []byte) (out []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			out, err = nil, &RenderError{Cause: fmt.Sprint(cause)}
		}
	}()
	if err := document.Validate(d); err != nil {
		return nil, err
	}
	clean, _ := document.Sanitize(d, nil)
	return write(clean), nil
}
