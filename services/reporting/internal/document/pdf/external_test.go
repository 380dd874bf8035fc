package pdf_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
)

// TestExternalCheckersAccept runs the files through readers of others: poppler and qpdf.
func TestExternalCheckersAccept(t *testing.T) {
	for name, d := range samples() {
		for variant, options := range variants() {
			t.Run(variant+" "+name, func(t *testing.T) {
				t.Parallel()
				file := documenttest.Written(t, "document.pdf", render(t, d, options))
				if code, out := documenttest.External(t, "qpdf", "--check", file); code != 0 || strings.Contains(out, "WARNING") {
					t.Errorf("qpdf --check: exit code %d\n%s", code, out)
				}
				checkInfo(t, file, d)
				checkFonts(t, file)
				checkHeadings(t, file, d)
			})
		}
	}
}

// checkInfo checks what a reader shows about the file.
func checkInfo(t *testing.T, file string, d *document.Document) {
	t.Helper()
	code, out := documenttest.External(t, "pdfinfo", "-enc", "UTF-8", file)
	for _, want := range []string{`Tagged: +yes`, `Metadata Stream: +yes`, `Title: +` + plainStart(d.Meta.Title), `Page size: .*A4`, `Encrypted: +no`, `JavaScript: +no`} {
		if code != 0 || !regexp.MustCompile(`(?m)^`+want).MatchString(out) {
			t.Errorf("pdfinfo: exit code %d, no match for %q in\n%s", code, want, out)
		}
	}
}

// plainStart returns a text up to the first character that is neither letter, digit nor blank.
func plainStart(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return text + "$"
	}
	return text[:end]
}

// checkFonts checks that each font is embedded, a subset, and can be searched in.
func checkFonts(t *testing.T, file string) {
	t.Helper()
	code, out := documenttest.External(t, "pdffonts", file)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || len(lines) < 3 {
		t.Fatalf("pdffonts: exit code %d\n%s", code, out)
	}
	for _, line := range lines[2:] {
		if !regexp.MustCompile(` yes +yes +yes +\d+ +\d+$`).MatchString(strings.TrimRight(line, " ")) {
			t.Errorf("pdffonts: want embedded, subset and Unicode, got %s", line)
		}
	}
}

// checkHeadings checks that the tags hold the document's headings, in its order.
func checkHeadings(t *testing.T, file string, d *document.Document) {
	t.Helper()
	code, out := documenttest.External(t, "pdfinfo", "-enc", "UTF-8", "-struct-text", file)
	if code != 0 {
		t.Fatalf("pdfinfo -struct-text: exit code %d\n%s", code, out)
	}
	text := strings.Join(strings.Fields(strings.ReplaceAll(out, "\u00ad", "")), " ")
	from := 0
	for _, block := range d.Blocks {
		h, ok := block.(document.Heading)
		if !ok || strings.ContainsFunc(h.Text, func(r rune) bool { return r > 0x2fff || r < ' ' }) {
			continue // text that the fonts lack is replaced
		}
		want := strings.Join(strings.Fields(h.Text), " ")
		at := strings.Index(text[from:], want)
		if at < 0 {
			t.Errorf("the tags lack the heading %q after those before it", want)
			continue
		}
		from += at
	}
}

// TestArchiveVariantIsValid has an independent validator judge the PDF/A-1 variant.
func TestArchiveVariantIsValid(t *testing.T) {
	for name, d := range samples() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out := documenttest.ValidateArchive(t, render(t, d, pdf.Options{Variant: pdf.Archive1}))
			if code != 0 || !strings.Contains(out, "is a valid PDF/A-1b file") {
				t.Errorf("exit code %d\n%s", code, out)
			}
		})
	}
}

// TestArchiveValidatorBites is the negative control: a plain file by the same drawing library is refused, and so is ours
// when its metadata are damaged.
func TestArchiveValidatorBites(t *testing.T) {
	plain := fpdf.New("P", "pt", "A4", "")
	plain.AddPage()
	plain.SetFont("Helvetica", "", 10)
	plain.Text(50, 50, "Utan arkivformat")
	var file bytes.Buffer
	if err := plain.Output(&file); err != nil {
		t.Fatal(err)
	}
	ours := render(t, documenttest.Interim(), pdf.Options{Variant: pdf.Archive1})
	for name, content := range map[string][]byte{
		"plain":            file.Bytes(),
		"without metadata": bytes.Replace(ours, []byte("/Metadata "), []byte("/Metadota "), 1),
	} {
		if code, out := documenttest.ValidateArchive(t, content); code == 0 || !strings.Contains(out, "is not a valid PDF/A-1b file") {
			t.Errorf("%s: exit code %d\n%s", name, code, out)
		}
	}
}
