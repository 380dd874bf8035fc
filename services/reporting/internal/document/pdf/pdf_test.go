package pdf_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf/structcheck"
)

// samples are the documents that every check runs over.
func samples() map[string]*document.Document {
	return map[string]*document.Document{
		"interim":     documenttest.Interim(),
		"everything":  documenttest.Everything(),
		"hostile":     documenttest.Hostile(),
		"illustrated": documenttest.Illustrated(),
	}
}

func variants() map[string]pdf.Options {
	return map[string]pdf.Options{"PDF/A-2": {}, "PDF/A-1": {Variant: pdf.Archive1}}
}

func render(t *testing.T, d *document.Document, o pdf.Options) []byte {
	t.Helper()
	file, err := pdf.Render(d, o)
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	return file
}

func TestFilesAreTaggedAndValid(t *testing.T) {
	for variant, options := range variants() {
		for name, d := range samples() {
			t.Run(variant+" "+name, func(t *testing.T) {
				file := render(t, d, options)
				if problems := structcheck.Check(file); len(problems) > 0 {
					t.Errorf("got problems %v, want none", problems)
				}
				if err := structcheck.Validate(file); err != nil {
					t.Errorf("strict validation: %v", err)
				}
			})
		}
	}
}

// TestCheckSeesMissingTags is the negative control of the check above, on real
// files: each edit keeps the length, so that the file stays readable.
func TestCheckSeesMissingTags(t *testing.T) {
	file := render(t, documenttest.Everything(), pdf.Options{})
	tests := []struct {
		old, new string
		want     structcheck.Kind
	}{
		{"/Scope /Row", "/Skope /Row", structcheck.NoScope},
		{"/Scope /Column", "/Skope /Column", structcheck.NoScope},
		{"/MarkInfo", "/MarkLess", structcheck.NotMarked},
		{"/DisplayDocTitle", "/DisplayDocTitel", structcheck.NoTitleDisplay},
		{"/Lang <", "/Long <", structcheck.NoLanguage},
		{"/S /H2", "/S /H4", structcheck.SkippedLevel},
		{"/Type /OBJR", "/Type /OBJX", structcheck.LinkUnconnected},
		{"/StructTreeRoot ", "/StructTreeRott ", structcheck.NoTree},
		{"/MCR /Pg", "/MCX /Pg", structcheck.NotInTree},
	}
	illustrated := render(t, documenttest.Illustrated(), pdf.Options{})
	if problems := structcheck.Check(bytes.ReplaceAll(illustrated, []byte("/Alt <"), []byte("/Olt <"))); !reported(problems, structcheck.NoAlternative) {
		t.Errorf("without /Alt: got %v", problems)
	}
	for _, test := range tests {
		broken := bytes.ReplaceAll(file, []byte(test.old), []byte(test.new))
		if problems := structcheck.Check(broken); !reported(problems, test.want) {
			t.Errorf("with %q for %q: got %v, want %q", test.new, test.old, problems, test.want)
		}
	}
}

// TestCheckSeesAnUntaggedFile is the other control: a plain file by the same
// drawing library.
func TestCheckSeesAnUntaggedFile(t *testing.T) {
	plain := fpdf.New("P", "pt", "A4", "")
	plain.AddPage()
	plain.SetFont("Helvetica", "", 10)
	plain.Text(50, 50, "Utan taggar")
	var file bytes.Buffer
	if err := plain.Output(&file); err != nil {
		t.Fatal(err)
	}
	problems := structcheck.Check(file.Bytes())
	for _, want := range []structcheck.Kind{structcheck.NoTree, structcheck.NotMarked, structcheck.Unmarked, structcheck.NoTitle} {
		if !reported(problems, want) {
			t.Errorf("got %v, want %q", problems, want)
		}
	}
}

func reported(problems []structcheck.Problem, kind structcheck.Kind) bool {
	for _, problem := range problems {
		if problem.Kind == kind {
			return true
		}
	}
	return false
}

func TestEqualDocumentsGiveEqualBytes(t *testing.T) {
	for name, d := range samples() {
		want := render(t, d, pdf.Options{})
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				got, err := pdf.Render(d, pdf.Options{})
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: another rendering differs (error %v)", name, err)
				}
			})
		}
		group.Wait()
	}
	options := pdf.Options{Variant: pdf.Archive1}
	if first, second := render(t, documenttest.Interim(), options), render(t, documenttest.Interim(), options); !bytes.Equal(first, second) {
		t.Error("PDF/A-1: two renderings differ")
	}
}

func TestDeclaredStandards(t *testing.T) {
	tests := []struct {
		options pdf.Options
		want    []string
	}{
		{pdf.Options{}, []string{"%PDF-1.7", "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A<", "<pdfuaid:part>1<", "/THead"}},
		{pdf.Options{Variant: pdf.Archive1}, []string{"%PDF-1.4", "<pdfaid:part>1</pdfaid:part><pdfaid:conformance>A<", "<pdfuaid:part>1<", "/CIDSet"}},
	}
	for _, test := range tests {
		file := render(t, documenttest.Everything(), test.options)
		for _, want := range test.want {
			if !bytes.Contains(file, []byte(want)) {
				t.Errorf("options %+v: file lacks %q", test.options, want)
			}
		}
	}
}

func TestInvalidDocumentIsRefused(t *testing.T) {
	d := documenttest.Interim()
	d.Blocks = append(d.Blocks, document.Heading{Level: 4, Text: "För djupt"})
	_, err := pdf.Render(d, pdf.Options{})
	var invalid *document.InvalidError
	if !errors.As(err, &invalid) {
		t.Errorf("got error %v, want *document.InvalidError", err)
	}
}

func TestPanicBecomesAnError(t *testing.T) {
	_, err := pdf.Render(nil, pdf.Options{})
	var failed *pdf.RenderError
	if !errors.As(err, &failed) {
		t.Errorf("got error %v, want *pdf.RenderError", err)
	}
}

func BenchmarkRender(b *testing.B) {
	d := documenttest.Interim()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pdf.Render(d, pdf.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
