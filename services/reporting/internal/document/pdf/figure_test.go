package pdf_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf/structcheck"
)

// alone renders a figure as a file.
func alone(t *testing.T, options pdf.Options) []byte {
	t.Helper()
	d := documenttest.Illustrated()
	for _, block := range d.Blocks {
		if figure, ok := block.(document.Figure); ok {
			file, err := pdf.RenderFigure(d.Meta, figure, options)
			if err != nil {
				t.Fatal(err)
			}
			return file
		}
	}
	t.Fatal("the sample has no figure")
	return nil
}

func TestFigureAloneIsTaggedAndValid(t *testing.T) {
	for variant, options := range variants() {
		file := alone(t, options)
		if problems := structcheck.Check(file); len(problems) > 0 {
			t.Errorf("%s: got problems %v, want none", variant, problems)
		}
		if err := structcheck.Validate(file); err != nil {
			t.Errorf("%s: strict validation: %v", variant, err)
		}
		if !bytes.Equal(file, alone(t, options)) {
			t.Errorf("%s: two renderings differ", variant)
		}
		if !bytes.Contains(file, []byte("/BBox [0.00 0.00 300.00 160.00]")) {
			t.Errorf("%s: the figure does not say where it lies", variant)
		}
	}
}

func TestFigureAloneIsOnePageOfItsSize(t *testing.T) {
	path := documenttest.Written(t, "figure.pdf", alone(t, pdf.Options{}))
	if code, out := documenttest.External(t, "qpdf", "--check", path); code != 0 || strings.Contains(out, "WARNING") {
		t.Errorf("qpdf: exit code %d\n%s", code, out)
	}
	_, out := documenttest.External(t, "pdfinfo", path)
	for _, want := range []string{`Tagged: +yes`, `Pages: +1\n`, `Page size: +300 x 160 pts`} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("pdfinfo: no match for %q in\n%s", want, out)
		}
	}
	if code, out := documenttest.ValidateArchive(t, alone(t, pdf.Options{Variant: pdf.Archive1})); code != 0 {
		t.Errorf("PDF/A-1: exit code %d\n%s", code, out)
	}
}

func TestFigureWithoutWordsIsRefused(t *testing.T) {
	d := documenttest.Illustrated()
	_, err := pdf.RenderFigure(d.Meta, document.Figure{Caption: "x", Scene: documenttest.Drawing()}, pdf.Options{})
	if err == nil || !strings.Contains(err.Error(), "no alternative text") {
		t.Errorf("got %v", err)
	}
}

// TestContentsLeadToTheirHeadings checks the numbers and the links of the table of contents.
func TestContentsLeadToTheirHeadings(t *testing.T) {
	file := render(t, documenttest.Illustrated(), pdf.Options{})
	// Each of the four entries has a link beside its bookmark, to the same place.
	places := regexp.MustCompile(`/Dest (\[\d+ 0 R /XYZ [^\]]*\])`).FindAllSubmatch(file, -1)
	seen := map[string]int{}
	for _, place := range places {
		seen[string(place[1])]++
	}
	pairs := 0
	for _, n := range seen {
		if n == 2 {
			pairs++
		}
	}
	if pairs != 4 {
		t.Errorf("got %d headings with a link and a bookmark, want 4: %v", pairs, seen)
	}
	_, out := documenttest.External(t, "pdftotext", "-layout", documenttest.Written(t, "document.pdf", file), "-")
	for _, want := range []string{`Inledning[ .]+1\n`, `behöver två[ .]+1\n`, `Större än sidan[ .]+2\n`} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no match for %q in\n%s", want, out)
		}
	}
}
