package docx_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
)

func TestValidatorOfOfficeFilesAccepts(t *testing.T) {
	for name, d := range samples() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := docx.Render(d)
			if err != nil {
				t.Fatal(err)
			}
			if v, out := documenttest.ValidateOffice(t, file); !v.OK || len(v.Errors) > 0 {
				t.Errorf("got %s, want no error", out)
			}
		})
	}
}

// TestValidatorOfOfficeFilesBites is the negative control: two elements in the wrong order are found.
func TestValidatorOfOfficeFilesBites(t *testing.T) {
	file, err := docx.Render(documenttest.Interim())
	if err != nil {
		t.Fatal(err)
	}
	broken := rewrite(t, file, "word/document.xml", func(markup string) string {
		return strings.Replace(markup, "<w:pPr>", "<w:pPr><w:rPr/>", 1)
	})
	if v, out := documenttest.ValidateOffice(t, broken); v.OK || len(v.Errors) == 0 {
		t.Errorf("got %s, want an error", out)
	}
}

// rewrite changes one part of a file.
func rewrite(t *testing.T, file []byte, part string, change func(string) string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if entry.Name == part {
			content = []byte(change(string(content)))
		}
		out, err := w.Create(entry.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
