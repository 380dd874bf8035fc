package document_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

func family(t *testing.T) *typeface.Family {
	t.Helper()
	loaded, err := typeface.Load()
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func TestSanitizeText(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"Swedish", "Åäö – ”citat” 1\u00a0000 ≥ 5\u00a0%", "Åäö – ”citat” 1\u00a0000 ≥ 5\u00a0%"},
		{"emoji", "a😀b", "a[U+1F600]b"},
		{"joined emoji", "👩‍👧", "[U+1F469][U+1F467]"},
		{"check mark with variant", "✓\ufe0f", "[U+2713]"},
		{"Arabic", "م", "[U+0645]"},
		{"Hebrew runs from right to left", "א", "[U+05D0]"},
		{"NUL and bell", "a\x00\ab", "ab"},
		{"invalid UTF-8", "a\xffb", "a[U+FFFD]b"},
		{"decomposed", "a\u030a", "å"},
		{"direction override", "a\u202eb\u2066c", "abc"},
		{"byte order mark", "\ufeffa", "a"},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"tab", "a\tb", "a b"},
		{"soft hyphen", "intern\u00adkontroll", "intern\u00adkontroll"},
		{"no-break hyphen", "a\u2011b", "a-b"},
		{"private use", "a\ue000b", "ab"},
		{"no character", "a\ufffeb\ufdd0", "ab"},
	}
	fonts := family(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := &document.Document{Blocks: []document.Block{document.Text(test.in)}}
			clean, _ := document.Sanitize(d, fonts.Covers)
			if got := plain(clean.Blocks); got != test.want {
				t.Errorf("Sanitize(%q): got %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestSanitizeReportsPlaces(t *testing.T) {
	d := &document.Document{
		Meta: document.Meta{Title: "T✓"},
		Blocks: []document.Block{
			document.Heading{Level: 2, Text: "ab😀"},
			document.LabelledRows("c", document.Labelled{Label: "l", Value: document.TextCell("x✓✓")}),
			document.List{Items: []document.Item{{Blocks: []document.Block{document.Text("✓")}}}},
		},
	}
	_, got := document.Sanitize(d, family(t).Covers)
	want := []document.Replacement{
		{Path: "meta.title", Offset: 1, Rune: '✓'},
		{Path: "blocks[0]", Offset: 2, Rune: '😀'},
		{Path: "blocks[1].rows[0].cells[1].blocks[0].runs[0]", Offset: 1, Rune: '✓'},
		{Path: "blocks[1].rows[0].cells[1].blocks[0].runs[0]", Offset: 9, Rune: '✓'},
		{Path: "blocks[2].items[0].blocks[0].runs[0]", Offset: 0, Rune: '✓'},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("replacements (-want +got)\n%s", diff)
	}
}

func TestSanitizeIsIdempotentAndLeavesItsInput(t *testing.T) {
	for name, make := range map[string]func() *document.Document{
		"interim": documenttest.Interim, "everything": documenttest.Everything, "hostile": documenttest.Hostile,
	} {
		d := make()
		once, _ := document.Sanitize(d, family(t).Covers)
		if diff := cmp.Diff(make(), d); diff != "" {
			t.Errorf("%s: the input changed (-before +after)\n%s", name, diff)
		}
		twice, replaced := document.Sanitize(once, family(t).Covers)
		if diff := cmp.Diff(once, twice); diff != "" || len(replaced) > 0 {
			t.Errorf("%s: second pass changed (-once +twice)\n%s and replaced %v", name, diff, replaced)
		}
		if err := document.Validate(once); err != nil {
			t.Errorf("%s: sanitized document is invalid: %v", name, err)
		}
	}
}

func TestSanitizeKeepsWhatMustNotBeEmpty(t *testing.T) {
	d := &document.Document{
		Meta: document.Meta{Title: "\x00"},
		Blocks: []document.Block{
			document.Heading{Level: 2, Text: "\u200b"},
			document.LabelledRows("\a", document.Labelled{Label: "\x00"}),
		},
	}
	clean, _ := document.Sanitize(d, nil)
	want := &document.Document{
		Meta: document.Meta{Title: "–"},
		Blocks: []document.Block{
			document.Heading{Level: 2, Text: "–"},
			document.LabelledRows("–", document.Labelled{Label: "–"}),
		},
	}
	if diff := cmp.Diff(want.Blocks[0], clean.Blocks[0]); diff != "" || clean.Meta.Title != "–" {
		t.Errorf("title %q, heading (-want +got)\n%s", clean.Meta.Title, diff)
	}
	table, ok := clean.Blocks[1].(document.Table)
	if !ok || table.Caption != "–" || plain(table.Rows[0][0].Blocks) != "–" {
		t.Errorf("got table %+v, want %+v", clean.Blocks[1], want.Blocks[1])
	}
}

func TestSanitizeWithoutTypefaceKeepsForeignText(t *testing.T) {
	d := &document.Document{Blocks: []document.Block{document.Text("😀 مرحبا\x00")}}
	clean, replaced := document.Sanitize(d, nil)
	if got, want := plain(clean.Blocks), "😀 مرحبا"; got != want || len(replaced) > 0 {
		t.Errorf("got %q and %v, want %q and no replacements", got, replaced, want)
	}
}
