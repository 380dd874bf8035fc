package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
)

func samples() map[string]*document.Document {
	return map[string]*document.Document{
		"interim":     documenttest.Interim(),
		"everything":  documenttest.Everything(),
		"hostile":     documenttest.Hostile(),
		"illustrated": documenttest.Illustrated(),
	}
}

// open returns the parts of a rendered file by name.
func open(t *testing.T, d *document.Document) map[string]string {
	t.Helper()
	file, err := docx.Render(d)
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, entry := range archive.File {
		reader, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		parts[entry.Name] = string(content)
	}
	return parts
}

// perLine breaks the markup into lines, for readable differences.
func perLine(markup string) string {
	for _, end := range []string{"</w:pPr>", "</w:p>", "</w:tc>", "</w:tr>", "</w:tblPr>", "</w:tblGrid>", "</w:r>"} {
		markup = strings.ReplaceAll(markup, end, end+"\n")
	}
	return markup
}

func TestGolden(t *testing.T) {
	for name, d := range samples() {
		documenttest.Golden(t, name+".document.xml", perLine(open(t, d)["word/document.xml"]))
	}
	parts := open(t, documenttest.Interim())
	for _, name := range []string{"header1", "footer1", "numbering"} {
		documenttest.Golden(t, "interim."+name+".xml", perLine(parts["word/"+name+".xml"]))
	}
}

func TestPartsAreWellFormedAndDeclared(t *testing.T) {
	for name, d := range samples() {
		parts := open(t, d)
		for part, content := range parts {
			declared := strings.Contains(parts["[Content_Types].xml"], `PartName="/`+part+`"`)
			if strings.HasPrefix(part, "word/media/") {
				declared = strings.Contains(parts["[Content_Types].xml"], `Extension="`+part[len(part)-3:]+`"`)
			}
			if err := xml.Unmarshal([]byte(content), new(struct{})); err != nil && !strings.HasSuffix(part, ".png") {
				t.Errorf("%s: %s: %v", name, part, err)
			}
			if !declared && !strings.HasSuffix(part, ".rels") && part != "[Content_Types].xml" {
				t.Errorf("%s: part %s is not declared", name, part)
			}
		}
	}
}

// TestReferencesLeadSomewhere checks styles, lists and links against the parts
// that define them.
func TestReferencesLeadSomewhere(t *testing.T) {
	for name, d := range samples() {
		parts := open(t, d)
		for _, reference := range []struct{ part, used, definedIn, definition string }{
			{"word/document.xml", `<w:(?:p|r|tbl)Style w:val="([^"]+)"`, "word/styles.xml", `w:styleId="%"`},
			{"word/header1.xml", `<w:(?:p|r)Style w:val="([^"]+)"`, "word/styles.xml", `w:styleId="%"`},
			{"word/footer1.xml", `<w:(?:p|r)Style w:val="([^"]+)"`, "word/styles.xml", `w:styleId="%"`},
			{"word/document.xml", `<w:numId w:val="([^"]+)"`, "word/numbering.xml", `<w:num w:numId="%"`},
			{"word/document.xml", `r:id="([^"]+)"`, "word/_rels/document.xml.rels", `Id="%"`},
		} {
			for _, match := range regexp.MustCompile(reference.used).FindAllStringSubmatch(parts[reference.part], -1) {
				if want := strings.Replace(reference.definition, "%", match[1], 1); !strings.Contains(parts[reference.definedIn], want) {
					t.Errorf("%s: %s lacks %s", name, reference.definedIn, want)
				}
			}
		}
	}
}

func TestStructure(t *testing.T) {
	parts := open(t, documenttest.Everything())
	for _, want := range []struct{ part, text string }{
		{"word/document.xml", `<w:pStyle w:val="Heading1"/>`},
		{"word/document.xml", `<w:pStyle w:val="Heading3"/>`},
		{"word/document.xml", `<w:cantSplit/><w:tblHeader/>`},
		{"word/document.xml", `w:firstRow="1" w:lastRow="0" w:firstColumn="1"`},
		{"word/document.xml", `w:firstRow="0" w:lastRow="0" w:firstColumn="1"`},
		{"word/document.xml", `<w:tblCaption w:val="Tabell 2. Kontrollmoment 2026"/>`},
		{"word/document.xml", `<w:ilvl w:val="1"/>`},
		{"word/document.xml", `<w:br/>`},
		{"word/document.xml", `<w:hyperlink r:id="rIdLink1"`},
		{"word/_rels/document.xml.rels", `Target="mailto:registrator@exempelkommun.example" TargetMode="External"`},
		{"word/styles.xml", `<w:lang w:val="sv-SE"`},
		{"word/header1.xml", "SN-2025/118"},
		{"word/footer1.xml", "NUMPAGES"},
		{"docProps/core.xml", "<dc:title>Internkontrollplan 2026 med mätvärden</dc:title>"},
		{"docProps/core.xml", `<dcterms:created xsi:type="dcterms:W3CDTF">2025-06-12T00:00:00Z</dcterms:created>`},
	} {
		if !strings.Contains(parts[want.part], want.text) {
			t.Errorf("%s lacks %s", want.part, want.text)
		}
	}
}

// TestShortTablesStayWhole checks what word processors are told about pages.
func TestShortTablesStayWhole(t *testing.T) {
	table := func(rows int, text string) string {
		d := documenttest.Interim()
		d.Meta.Sources = nil
		var labelled []document.Labelled
		for range rows {
			labelled = append(labelled, document.Labelled{Label: "l", Value: document.TextCell(text)})
		}
		d.Blocks = []document.Block{document.LabelledRows("c", labelled...)}
		return open(t, d)["word/document.xml"]
	}
	tests := []struct {
		name                string
		rows                int
		text                string
		wantKept, wantWhole int
	}{
		{"short", 5, "kort", 8, 5},
		{"many rows", 400, "kort", 4, 400},
		{"long rows", 3, strings.Repeat("x", 1000), 4, 0},
	}
	for _, test := range tests {
		body := table(test.rows, test.text)
		if got := strings.Count(body, "<w:keepNext/>"); got != test.wantKept {
			t.Errorf("%s: got %d cells kept with the next row, want %d", test.name, got, test.wantKept)
		}
		if got := strings.Count(body, "<w:cantSplit/>"); got != test.wantWhole {
			t.Errorf("%s: got %d undivided rows, want %d", test.name, got, test.wantWhole)
		}
	}
}

func TestDraftMarkIsInTheHeaderOfDraftsOnly(t *testing.T) {
	if header := open(t, documenttest.Interim())["word/header1.xml"]; !strings.Contains(header, document.LabelDraft) {
		t.Error("a draft is not marked")
	}
	if header := open(t, documenttest.Everything())["word/header1.xml"]; strings.Contains(header, document.LabelDraft) {
		t.Error("a final document is marked as draft")
	}
}

func TestNumberedListKeepsItsStart(t *testing.T) {
	d := documenttest.Interim()
	d.Blocks = document.FromMarkdown("7. sju\n8. åtta")
	if numbering := open(t, d)["word/numbering.xml"]; !strings.Contains(numbering, `<w:startOverride w:val="7"/>`) {
		t.Errorf("numbering lacks its start: %s", numbering)
	}
}

func TestEqualDocumentsGiveEqualBytes(t *testing.T) {
	for name, d := range samples() {
		want, err := docx.Render(d)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if got, err := docx.Render(d); err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: another rendering differs (error %v)", name, err)
				}
			})
		}
		group.Wait()
	}
}

func TestErrors(t *testing.T) {
	var invalid *document.InvalidError
	if _, err := docx.Render(&document.Document{}); !errors.As(err, &invalid) {
		t.Errorf("empty document: got error %v, want *document.InvalidError", err)
	}
	var failed *docx.RenderError
	if _, err := docx.Render(nil); !errors.As(err, &failed) {
		t.Errorf("no document: got error %v, want *docx.RenderError", err)
	}
}

func BenchmarkRender(b *testing.B) {
	d := documenttest.Interim()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := docx.Render(d); err != nil {
			b.Fatal(err)
		}
	}
}

// TestFiguresAreDescribed checks both forms of each picture, its words, and the table of contents.
func TestFiguresAreDescribed(t *testing.T) {
	parts := open(t, documenttest.Illustrated())
	body := parts["word/document.xml"]
	for _, want := range []string{`descr="Riskmatris: tolv risker, fyra av dem kritiska."`, `r:embed="rIdFigure1png"`, `r:embed="rIdFigure2svg"`,
		`TOC \o &#34;2-2&#34;`, `w:anchor="_Toc00000001"`, `w:name="_Toc00000001"`, `PAGEREF _Toc00000003 \h`, `w:val="TOCHeading"`} {
		if !strings.Contains(body, want) && !strings.Contains(strings.ReplaceAll(body, `"2-2"`, "&#34;2-2&#34;"), want) {
			t.Errorf("the body lacks %s", want)
		}
	}
	if got := strings.Count(body, `w:name="_Toc`); got != 4 {
		t.Errorf("got %d places for the table of contents, want 4", got)
	}
	if !strings.HasPrefix(parts["word/media/figure1.png"], "\x89PNG") || !strings.Contains(parts["word/media/figure2.svg"], "<svg ") {
		t.Error("a form of a picture is missing")
	}
	for _, style := range regexp.MustCompile(`<w:name w:val="([^"]*)"`).FindAllStringSubmatch(parts["word/styles.xml"], -1) {
		if strings.EqualFold(style[1], "Figure") {
			t.Error("a style named Figure makes word processors tag pictures as text")
		}
	}
}
