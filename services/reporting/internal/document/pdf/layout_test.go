package pdf

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

func fonts(t *testing.T) *typeface.Family {
	t.Helper()
	family, err := typeface.Load()
	if err != nil {
		t.Fatal(err)
	}
	return family
}

func laidOut(t *testing.T, d *document.Document) *layout {
	t.Helper()
	clean, _ := document.Sanitize(d, fonts(t).Covers)
	return compose(clean, fonts(t), Archive2)
}

// dump lists all text of a layout with its place and element.
func dump(laid *layout) string {
	var out strings.Builder
	for _, pg := range laid.pages {
		fmt.Fprintf(&out, "page %d\n", pg.number)
		for _, m := range pg.marks {
			role := "artifact"
			if m.owner != nil {
				role = m.owner.role
			}
			for _, o := range m.ops {
				if text, ok := o.(textOp); ok {
					fmt.Fprintf(&out, "%4.0f %4.0f %-8s %q\n", text.x, text.y, role, text.text)
				}
			}
		}
	}
	return out.String()
}

func TestLayoutGolden(t *testing.T) {
	documenttest.Golden(t, "interim.layout.txt", dump(laidOut(t, documenttest.Interim())))
	documenttest.Golden(t, "everything.layout.txt", dump(laidOut(t, documenttest.Everything())))
}

// TestInkStaysOnTheText checks that nothing is drawn into the margins, whatever
// the text.
func TestInkStaysOnTheText(t *testing.T) {
	family := fonts(t)
	for name, d := range map[string]*document.Document{
		"interim": documenttest.Interim(), "everything": documenttest.Everything(), "hostile": documenttest.Hostile(),
	} {
		for _, pg := range laidOut(t, d).pages {
			for _, m := range pg.marks {
				for _, o := range m.ops {
					text, ok := o.(textOp)
					if !ok {
						continue
					}
					right := text.x + family[text.pen.style].TextWidth(strings.TrimRight(text.text, " "), text.pen.size)
					inFurniture := text.y == headerLine || text.y == footerLine
					if text.x < marginLeft-1 || right > marginLeft+textWidth+1 || !inFurniture && (text.y < textTop || text.y > textBottom) {
						t.Errorf("%s, page %d: %q at %.1f–%.1f, %.1f is outside the text", name, pg.number, text.text, text.x, right, text.y)
					}
				}
			}
		}
	}
}

func TestTableHeadIsRepeatedAsArtifact(t *testing.T) {
	laid := laidOut(t, documenttest.Everything())
	real, repeated := 0, 0
	for _, pg := range laid.pages {
		for _, m := range pg.marks {
			for _, o := range m.ops {
				if text, ok := o.(textOp); ok && text.text == "Kontrollmoment" {
					if m.owner == nil {
						repeated++
					} else if m.owner.role == "TH" && m.owner.attributes == scopeColumn {
						real++
					}
				}
			}
		}
	}
	if real != 1 || repeated < 2 {
		t.Errorf("got %d real and %d repeated heads, want 1 and at least 2", real, repeated)
	}
}

func TestPageNumbersAndDraftMark(t *testing.T) {
	laid := laidOut(t, documenttest.Interim())
	for i, pg := range laid.pages {
		text := dump(&layout{pages: []*page{pg}})
		for _, want := range []string{fmt.Sprintf("\"Sida %d av %d\"", i+1, len(laid.pages)), `artifact "Utkast"`, `artifact "SN-2025/118"`} {
			if !strings.Contains(text, want) {
				t.Errorf("page %d lacks %s", i+1, want)
			}
		}
	}
}

func TestHeadingsAreNotLeftAlone(t *testing.T) {
	for count := range 60 {
		d := documenttest.Interim()
		d.Blocks = nil
		for range count {
			d.Blocks = append(d.Blocks, document.Text("Utfyllnad."))
		}
		d.Blocks = append(d.Blocks, document.Heading{Level: 2, Text: "Rubrik"}, document.Text("Texten under rubriken."))
		laid := laidOut(t, d)
		heading, text := 0, 0
		for _, pg := range laid.pages {
			content := dump(&layout{pages: []*page{pg}})
			if strings.Contains(content, `"Rubrik"`) {
				heading = pg.number
			}
			if strings.Contains(content, "Texten under") {
				text = pg.number
			}
		}
		if heading != text {
			t.Fatalf("after %d paragraphs the heading is on page %d, its text on page %d", count, heading, text)
		}
	}
}

// setLines sets a text to a width and returns its lines, with | for a hyphen.
func setLines(t *testing.T, text string, width float64) []string {
	t.Helper()
	setter := typesetter{family: fonts(t)}
	var out []string
	for _, set := range setter.plain(text, &element{}, box{width: width}, bodySetting()) {
		line := ""
		for _, p := range set.pieces {
			line += p.text
		}
		out = append(out, strings.ReplaceAll(strings.TrimRight(line, " "), string(softHyphen), "|"))
	}
	return out
}

func TestLineBreaking(t *testing.T) {
	tests := []struct {
		name, text string
		width      float64
		want       string
	}{
		{"one line", "kort text", 400, "kort text"},
		{"at spaces", "ett två tre", 40, "ett två/tre"},
		{"forced", "ett\ntvå", 400, "ett/två"},
		{"soft hyphen", "abcdef\u00adghijkl", 50, "abcdef|/ghijkl"},
		{"unused soft hyphen", "abc\u00addef", 400, "abcdef"},
		{"compound at its seam", "en internkontrollplan", 90, "en internkontroll|/plan"},
		{"no-break space", "sida 1\u00a0000\u00a0000", 60, "sida/1\u00a0000\u00a0000"},
		{"month stays with its day", "den 12 december", 70, "den/12\u00a0december"},
		{"after a slash", "område/process", 60, "område//process"},
		{"last resort", "bbbbbbbbbbbbbbbbbbbb", 60, "bbbbbbbbb|/bbbbbbbbb|/bb"},
		{"digits get no hyphen", "11111111111111111111", 60, "1111111111/1111111111"},
		{"narrower than a letter", "ab", 1, "a|/b"},
		{"empty", "", 100, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(setLines(t, test.text, test.width), "/"); got != test.want {
				t.Errorf("%q in %v: got %q, want %q", test.text, test.width, got, test.want)
			}
		})
	}
}

// FuzzLineBreaking checks that breaking loses no letter and ends.
func FuzzLineBreaking(f *testing.F) {
	family, err := typeface.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("en internkontrollplan för 2025", 40.0)
	f.Add("a-b/c–d \u00ad\u00ad\n\n x", 1.0)
	f.Fuzz(func(t *testing.T, text string, width float64) {
		if math.IsNaN(width) || math.Abs(width) > 1e6 {
			return
		}
		clean, _ := document.Sanitize(&document.Document{Blocks: []document.Block{document.Text(text)}}, family.Covers)
		text = clean.Blocks[0].(document.Paragraph).Runs[0].Text
		got := strings.Join(setLines(t, text, width), "")
		if letters(got) != letters(tie(text)) {
			t.Errorf("%q in %v: got %q", text, width, got)
		}
	})
}

func letters(text string) string {
	return strings.NewReplacer(" ", "", "\n", "", string(softHyphen), "", "|", "").Replace(text)
}

func TestFinisherRefusesUnknownFiles(t *testing.T) {
	laid := laidOut(t, documenttest.Interim())
	raw, err := paint(laid)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"startxref\n":       "startxxxx\n",
		"xref\n0 ":          "xrxx\n0 ",
		"/Root ":            "/Rxxt ",
		"<</Type /Page\n":   "<</Type /Pxge\n",
		"7 0 obj\n":         "7 0 xbj\n",
		"/Subtype /Type0\n": "/Subtype /Type9\n",
	}
	for old, broken := range tests {
		file := strings.ReplaceAll(string(raw), old, broken)
		var format *FormatError
		if _, err := finish([]byte(file), laid); !errors.As(err, &format) {
			t.Errorf("with %q for %q: got error %v, want *FormatError", broken, old, err)
		}
	}
}

func FuzzParseObjects(f *testing.F) {
	f.Add([]byte("1 0 obj\nx\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000000 00000 n \ntrailer\n/Root 1 0 R\n/Info 1 0 R\nstartxref\n17\n%%EOF\n"))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		_, _ = parseObjects(raw)
	})
}
