package documenttest_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/html"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
)

// samples keeps the files for checks by programs outside Go.
var samples = flag.String("samples", "", "folder to write the sample files to")

// TestSamplesRenderInAllFormats writes every sample in every format, and beside
// them plain.pdf, an untagged file that a checker of PDF/A must reject.
func TestSamplesRenderInAllFormats(t *testing.T) {
	folder := *samples
	if folder == "" {
		folder = t.TempDir()
	}
	formats := map[string]func(*document.Document) ([]byte, error){
		".pdf":       func(d *document.Document) ([]byte, error) { return pdf.Render(d, pdf.Options{}) },
		"-pdfa1.pdf": func(d *document.Document) ([]byte, error) { return pdf.Render(d, pdf.Options{Variant: pdf.Archive1}) },
		".docx":      docx.Render,
		".html":      html.Render,
	}
	for name, d := range map[string]*document.Document{
		"interim": documenttest.Interim(), "everything": documenttest.Everything(), "hostile": documenttest.Hostile(), "illustrated": documenttest.Illustrated(),
	} {
		for ending, render := range formats {
			file, err := render(d)
			if err != nil || len(file) == 0 {
				t.Errorf("%s%s: got %d bytes and error %v", name, ending, len(file), err)
			}
			write(t, filepath.Join(folder, name+ending), file)
		}
	}
	control := fpdf.New("P", "pt", "A4", "")
	control.AddPage()
	control.SetFont("Helvetica", "", 10)
	control.Text(50, 50, "Untagged")
	if err := control.OutputFileAndClose(filepath.Join(folder, "plain.pdf")); err != nil {
		t.Error(err)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Error(err)
	}
}
