package report

import (
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

func TestCount(t *testing.T) {
	tests := []struct {
		give noun
		n    int
		want string
	}{
		{riskNoun, 0, "inga risker"}, {riskNoun, 1, "en risk"}, {riskNoun, 2, "två risker"}, {riskNoun, 12, "tolv risker"},
		{riskNoun, 13, "13 risker"}, {riskNoun, 1200, "1\u00a0200 risker"}, {checkNoun, 1, "ett kontrollmoment"},
	}
	for _, tt := range tests {
		if got := tt.give.count(tt.n); got != tt.want {
			t.Errorf("%d: got %q, want %q", tt.n, got, tt.want)
		}
	}
}

func TestGenitive(t *testing.T) {
	for give, want := range map[string]string{
		"Socialnämnden": "socialnämndens", "Kommunstyrelsen": "kommunstyrelsens", "Kultur och fritids": "kultur och fritids", "AB Exempelbostäder": "AB Exempelbostäders",
		"Östra stadsdelsnämnden": "östra stadsdelsnämndens", " ": "",
	} {
		if got := genitive(give); got != want {
			t.Errorf("%q: got %q, want %q", give, got, want)
		}
	}
}

func TestLists(t *testing.T) {
	for want, give := range map[string][]string{"": nil, "a": {"a"}, "a och b": {"a", "b"}, "a, b och c": {"a", "b", "c"}} {
		if got := enumerate(give); got != want {
			t.Errorf("%v: got %q, want %q", give, got, want)
		}
	}
	if got := clauses([]string{"a", "b", "c"}); got != "a, b, och c" {
		t.Errorf("got %q", got)
	}
}

func TestSmallWords(t *testing.T) {
	tests := [][2]string{
		{sentence("åtta"), "Åtta"}, {sentence(""), ""}, {lowerFirst("Kritisk"), "kritisk"}, {lowerFirst(""), ""},
		{longDate("2025-05-12"), "12\u00a0maj\u00a02025"}, {longDate("i maj"), "i maj"},
		{decimal(12), "12"}, {decimal(2.5), "2,5"}, {decimal(10), "10"},
	}
	for _, tt := range tests {
		if tt[0] != tt[1] {
			t.Errorf("got %q, want %q", tt[0], tt[1])
		}
	}
}

// Whatever a stored text holds, it stands in a sentence and in a list item as it was written.
func FuzzQuote(f *testing.F) {
	for _, seed := range []string{"Risk *att*", "1. Risk", "- a", "12) b", "<a@b.se>", "[x](http://y)", "\\", "a\n\n# b", "_x_ `y`", "&amp;", "+ 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
		if want == "" {
			return
		}
		text = strings.ToValidUTF8(text, "\uFFFD")
		if got := shown(t, document.FromMarkdown("Om "+quote(text)+".")); got != "Om "+want+"." {
			t.Errorf("in a sentence: got %q, want %q", got, "Om "+want+".")
		}
		blocks := document.FromMarkdown("- " + quote(text))
		if len(blocks) != 1 {
			t.Fatalf("in a list: got %d blocks from %q", len(blocks), text)
		}
		list, ok := blocks[0].(document.List)
		if !ok || len(list.Items) != 1 {
			t.Fatalf("in a list: got %#v from %q", blocks[0], text)
		}
		if got := shown(t, list.Items[0].Blocks); got != want {
			t.Errorf("in a list: got %q, want %q", got, want)
		}
	})
}

// shown returns the text of the one paragraph that blocks must be.
func shown(t *testing.T, blocks []document.Block) string {
	t.Helper()
	if len(blocks) != 1 {
		t.Fatalf("got %d blocks, want one paragraph", len(blocks))
	}
	p, ok := blocks[0].(document.Paragraph)
	if !ok {
		t.Fatalf("got %#v, want a paragraph", blocks[0])
	}
	var out strings.Builder
	for _, r := range p.Runs {
		out.WriteString(r.Text)
	}
	return out.String()
}
