package e2e_test

import (
	"archive/zip"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/tool"
)

// labels are the rows of each risk's block, in order.
var labels = []string{"Risk", "Ansvarsområde/process", "Riskvärde", "Befintliga aktiviteter och egenkontroller", "Planerad hantering",
	"Följer plan", "Kommentar"}

// facts must stand in every interim follow-up of the example committee, in this order.
var facts = []string{"Bakgrund", "kommunallagen", "SN-2024/259", "14 risker", "fyra"}

// checkReport checks an interim follow-up of the social services committee with checkers that are not ours.
func checkReport(t *testing.T, file string) {
	t.Helper()
	var text string
	switch filepath.Ext(file) {
	case ".pdf":
		text = checkPDF(t, file)
	case ".docx":
		text = checkDOCX(t, file)
	case ".html":
		text = htmlText(read(t, file))
	}
	checkContent(t, filepath.Base(file), text)
}

// checkContent checks that a text holds the facts and one complete block for each critical risk, the value row
// beginning with the number.
func checkContent(t *testing.T, name, text string) {
	t.Helper()
	rest := text
	for _, fact := range facts {
		_, after, found := strings.Cut(rest, fact)
		if !found {
			t.Errorf("%s: no %q after the facts before it in\n%s", name, fact, text)
			return
		}
		rest = after
	}
	row := strings.NewReplacer("/", `/\s?`, " ", `\s`).Replace
	pattern := ""
	for _, label := range labels {
		pattern += `\b` + row(label) + `\s(.*?)\s`
	}
	blocks := regexp.MustCompile(pattern).FindAllStringSubmatch(rest, -1)
	if len(blocks) != 4 {
		t.Fatalf("%s: got %d blocks with the rows %q, want 4, in\n%s", name, len(blocks), labels, rest)
	}
	for i, value := range []string{"9", "12", "8", "12"} {
		if got := blocks[i][3]; !regexp.MustCompile(`^` + value + `\b`).MatchString(got) {
			t.Errorf("%s: block %d: the value row is %q, want it to begin with %s", name, i+1, got, value)
		}
	}
}

// checkPDF checks a PDF file and returns its text, in the order of its tags.
func checkPDF(t *testing.T, file string) string {
	t.Helper()
	if code, out := tool.Output(t, "qpdf", "--check", file); code != 0 || strings.Contains(out, "WARNING") {
		t.Errorf("qpdf --check: exit code %d\n%s", code, out)
	}
	_, info := tool.Output(t, "pdfinfo", "-enc", "UTF-8", file)
	for _, want := range []string{`Title: +\S.*2025`, `Tagged: +yes`, `Metadata Stream: +yes`, `Page size: .*A4`} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(info) {
			t.Errorf("pdfinfo: no match for %q in\n%s", want, info)
		}
	}
	checkLanguage(t, file)
	_, fonts := tool.Output(t, "pdffonts", file)
	for _, line := range strings.Split(strings.TrimSpace(fonts), "\n")[2:] {
		if !strings.Contains(strings.Join(strings.Fields(line), " "), " yes yes yes ") {
			t.Errorf("pdffonts: want embedded, subset and Unicode, got %s", line)
		}
	}
	code, text := tool.Output(t, "pdfinfo", "-enc", "UTF-8", "-struct-text", file)
	if code != 0 {
		t.Errorf("pdfinfo -struct-text: exit code %d\n%s", code, text)
	}
	checkOutline(t, text)
	return structText(text)
}

// checkLanguage reads the language in the catalog through qpdf.
func checkLanguage(t *testing.T, file string) {
	t.Helper()
	_, out := tool.Output(t, "qpdf", "--json", file)
	if !strings.Contains(out, `"/Lang": "sv-SE"`) && !strings.Contains(out, `"/Lang": "u:sv-SE"`) {
		t.Error("the catalog does not say that the language is sv-SE")
	}
	for _, want := range []string{`"/DisplayDocTitle": true`, `"/Marked": true`} {
		if !strings.Contains(out, want) {
			t.Errorf("the catalog lacks %s", want)
		}
	}
}

var heading = regexp.MustCompile(`(?m)^\s*H([1-6]) `)

// checkOutline checks that the levels of the headings begin at 1 and skip none.
func checkOutline(t *testing.T, structure string) {
	t.Helper()
	before := 0
	for _, found := range heading.FindAllStringSubmatch(structure, -1) {
		level := int(found[1][0] - '0')
		if level > before+1 {
			t.Errorf("a heading of level %d follows one of level %d", level, before)
		}
		before = level
	}
	if before == 0 {
		t.Errorf("the file has no headings:\n%s", structure)
	}
}

var quoted = regexp.MustCompile(`(?m)^\s*"(.*)"\s*$`)

// structText returns the text of a structure listing, without soft hyphens.
func structText(structure string) string {
	var parts []string
	for _, found := range quoted.FindAllStringSubmatch(structure, -1) {
		parts = append(parts, found[1])
	}
	return words(strings.Join(parts, " "))
}

// words writes each run of white space as one blank, and drops soft hyphens.
func words(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00ad", "", "\u00a0", " ").Replace(text)), " ")
}

var tags = regexp.MustCompile(`<(?:style|title)[^>]*>[^<]*</(?:style|title)>|<[^>]*>`)

// htmlText returns the text of an HTML page.
func htmlText(page string) string {
	return words(strings.NewReplacer("&amp;", "&", "&#34;", `"`, "&#39;", "'").Replace(tags.ReplaceAllString(page, " ")))
}

// checkDOCX has the Open XML SDK judge a Word file and returns its text.
func checkDOCX(t *testing.T, file string) string {
	t.Helper()
	if found := officeErrors(t, file); len(found) > 0 {
		t.Errorf("the validator of Office files finds %s", found)
	}
	markup := part(t, file, "word/document.xml")
	for _, want := range []string{`w:val="Heading1"`, `w:firstColumn="1"`} {
		if !strings.Contains(markup, want) {
			t.Errorf("the Word file lacks %s", want)
		}
	}
	if core := part(t, file, "docProps/core.xml"); !regexp.MustCompile(`<dc:title>\S.*2025.*</dc:title>`).MatchString(core) {
		t.Errorf("the Word file has no title: %s", core)
	}
	return wordText(t, markup)
}

// officeErrors returns what the validator of Office files finds.
func officeErrors(t *testing.T, file string) []json.RawMessage {
	t.Helper()
	program := filepath.Join(tool.Module(), "node_modules", "@xarsh", "ooxml-validator", "dist", "src", "cli.js")
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("the validator of Office files is not installed; `make test` installs it (tools/setup/node.sh): %v", err)
	}
	_, out := tool.Output(t, "node", program, file)
	var verdict struct {
		OK     bool              `json:"ok"`
		Errors []json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal([]byte(out), &verdict); err != nil {
		t.Fatalf("the validator answers %q: %v", out, err)
	}
	if !verdict.OK && len(verdict.Errors) == 0 {
		return []json.RawMessage{json.RawMessage(fmt.Sprintf("%q", out))}
	}
	return verdict.Errors
}

// part returns one part of an Office file.
func part(t *testing.T, file, name string) string {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	r, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// wordText returns the text of a Word document, paragraphs apart.
func wordText(t *testing.T, markup string) string {
	t.Helper()
	var text strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(markup))
	inText := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return words(text.String())
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t"
		case xml.EndElement:
			inText = false
			if e.Name.Local == "p" {
				text.WriteByte(' ')
			}
		case xml.CharData:
			if inText {
				text.Write(e)
			}
		}
	}
}

// TestOfficeCheckBites is the negative control: a file that is no Word file is not taken for one.
func TestOfficeCheckBites(t *testing.T) {
	t.Parallel()
	if found := officeErrors(t, write(t, "bad.docx", "PK\x03\x04 not really")); len(found) == 0 {
		t.Error("the validator of Office files accepts anything")
	}
}
