package document_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
)

func TestValidateAcceptsTheSamples(t *testing.T) {
	for name, d := range map[string]*document.Document{
		"interim": documenttest.Interim(), "everything": documenttest.Everything(), "hostile": documenttest.Hostile(), "illustrated": documenttest.Illustrated(),
	} {
		if err := document.Validate(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestValidateReportsEachFault(t *testing.T) {
	cell := document.TextCell("x")
	table := func(change func(*document.Table)) document.Block {
		made := document.Table{Caption: "c", Columns: []document.Column{{Head: "a", Width: 0.5}, {Head: "b", Width: 0.5}}, Rows: []document.Row{{cell, cell}}}
		change(&made)
		return made
	}
	tests := []struct {
		name   string
		blocks []document.Block
		want   string
	}{
		{"first heading too deep", []document.Block{document.Heading{Level: 3, Text: "x"}}, "heading level 3 follows level 1"},
		{"second title", []document.Block{document.Heading{Level: 1, Text: "x"}}, "not within 2 to 4"},
		{"too deep", []document.Block{document.Heading{Level: 5, Text: "x"}}, "not within 2 to 4"},
		{"skipped level", []document.Block{document.Heading{Level: 2, Text: "x"}, document.Heading{Level: 4, Text: "y"}}, "blocks[1]: heading level 4 follows level 2"},
		{"empty heading", []document.Block{document.Heading{Level: 2, Text: " "}}, "heading is empty"},
		{"empty list", []document.Block{document.List{}}, "list has no items"},
		{"empty item", []document.Block{document.List{Items: []document.Item{{}}}}, "blocks[0].items[0]: is empty"},
		{"bad link", []document.Block{document.Paragraph{Runs: []document.Run{{Text: "x", Link: "javascript:x"}}}}, "neither a web nor a mail address"},
		{"table in item", []document.Block{document.List{Items: []document.Item{{Blocks: []document.Block{document.Table{}}}}}}, "only paragraphs and lists"},
		{"nothing", []document.Block{nil}, "is no block"},
		{"no caption", []document.Block{table(func(t *document.Table) { t.Caption = " " })}, "no caption"},
		{"no columns", []document.Block{table(func(t *document.Table) { t.Columns = nil })}, "no columns"},
		{"no rows", []document.Block{table(func(t *document.Table) { t.Rows = nil })}, "no rows"},
		{"no headers", []document.Block{table(func(t *document.Table) { t.Columns[0].Head, t.Columns[1].Head = "", "" })}, "neither column nor row headers"},
		{"one head missing", []document.Block{table(func(t *document.Table) { t.Columns[1].Head = "" })}, "has no head although others have"},
		{"widths", []document.Block{table(func(t *document.Table) { t.Columns[1].Width = 0.4 })}, "do not add up to 1"},
		{"no width", []document.Block{table(func(t *document.Table) { t.Columns[1].Width = 0 })}, "has no width"},
		{"ragged", []document.Block{table(func(t *document.Table) { t.Rows[0] = t.Rows[0][:1] })}, "has 1 cells for 2 columns"},
		{"empty row header", []document.Block{table(func(t *document.Table) { t.RowHeaders = true; t.Rows[0] = document.Row{{}, cell} })}, "row header is empty"},
		{"figure without words", []document.Block{document.Figure{Caption: "c", Alternative: " ", Scene: documenttest.Drawing()}}, "figure has no alternative text"},
		{"figure without caption", []document.Block{document.Figure{Alternative: "a", Scene: documenttest.Drawing()}}, "figure has no caption"},
		{"figure without drawing", []document.Block{document.Figure{Caption: "c", Alternative: "a"}}, "figure shows nothing"},
		{"figure in item", []document.Block{document.List{Items: []document.Item{{Blocks: []document.Block{document.Figure{}}}}}}, "only paragraphs and lists"},
		{"contents of nothing", []document.Block{document.Contents{}, document.Text("x")}, "no headings follow the table of contents"},
		{"contents twice", []document.Block{document.Contents{}, document.Heading{Level: 2, Text: "x"}, document.Contents{}}, "second table of contents"},
		{"heading in cell", []document.Block{table(func(t *document.Table) {
			t.Rows[0] = document.Row{cell, {Blocks: []document.Block{document.Heading{Level: 2, Text: "x"}}}}
		})}, "blocks[0].rows[0].cells[1].blocks[0]: only paragraphs"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := &document.Document{Meta: documenttest.Interim().Meta, Blocks: test.blocks}
			err := document.Validate(d)
			var invalid *document.InvalidError
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want *InvalidError with %q", err, test.want)
			}
		})
	}
}

func TestValidateNeedsTitleAndDate(t *testing.T) {
	err := document.Validate(&document.Document{})
	var invalid *document.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Faults) != 2 {
		t.Errorf("got %v, want faults for title and date", err)
	}
}

func TestBodyHoldsTitleFactsAndSources(t *testing.T) {
	d := &document.Document{Meta: documenttest.Interim().Meta}
	d.Meta.Sources = d.Meta.Sources[:1]
	body := d.Body()
	if got, want := len(body), 4; got != want {
		t.Fatalf("got %d blocks, want %d", got, want)
	}
	if got, want := plain(body[1:2]), "Socialnämnden, Exempelkommun · Diarienummer SN-2025/118 · 12\u00a0juni\u00a02025 · Utkast"; got != want {
		t.Errorf("facts: got %q, want %q", got, want)
	}
	d.Meta = document.Meta{Title: "T", Date: d.Meta.Date, State: document.Final}
	if got, want := plain(d.Body()), "12\u00a0juni\u00a02025"; got != want {
		t.Errorf("facts of a bare final document: got %q, want %q", got, want)
	}
}

func TestNothingIsLeftBlank(t *testing.T) {
	table := document.LabelledRows("c", document.Labelled{Label: "l"}, document.Labelled{Label: "m", Value: document.MarkdownCell(" ")})
	for i, row := range table.Rows {
		if got := plain(row[1].Blocks); got != document.EmptyMark {
			t.Errorf("row %d: got %q, want %q", i, got, document.EmptyMark)
		}
	}
	if got := plain(document.Section("\n")); got != document.EmptyMark {
		t.Errorf("section: got %q, want %q", got, document.EmptyMark)
	}
	if got := plain(document.Section("text")); got != "text" {
		t.Errorf("section: got %q, want its text", got)
	}
}
