package xlsx_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/xlsx"
)

func value(v float64) *float64 { return &v }

// sample holds a cell of every sort.
func sample() *document.Workbook {
	tone := scene.ScaleTone(3, 4)
	return &document.Workbook{
		Meta: document.Meta{Title: "Internkontrollplan 2025", Author: "Omsorgsnämnden", Date: time.Date(2025, 2, 11, 0, 0, 0, 0, time.UTC)},
		Sheets: []document.Sheet{
			{Title: "Förklaring", Columns: []document.SheetColumn{{Width: 30}, {Width: 80}}, Rows: [][]document.SheetCell{{{Text: "Blad", Strong: true}, document.CellText("Vad det innehåller")}}},
			{Title: "Risker [alla]: med ett mycket långt namn", Columns: []document.SheetColumn{{Head: "Nr", Width: 6}, {Head: "Risk", Width: 44}, {Head: "Klar", Width: 12}, {Head: "Nivå", Width: 12}},
				Rows: [][]document.SheetCell{
					{document.CellNumber(value(1), 0), document.CellText("=HYPERLINK(\"http://exempel\")"), {Date: "2025-12-31"}, {Text: "Kritisk", Tone: &tone}},
					{document.CellNumber(value(2.5), 1), document.CellText("@SUM(A1)"), {Date: "i december"}, document.CellText("-")},
					{document.CellNumber(nil, 0), document.CellText("Rad ett\nrad två"), {}, document.CellText("+46\x00\x0b")},
				}},
			{Title: "Åtgärder", Columns: []document.SheetColumn{{Head: "Åtgärd", Width: 40}}, Empty: "Det finns inga åtgärder."},
		},
	}
}

func render(t testing.TB, w *document.Workbook) []byte {
	t.Helper()
	content, err := xlsx.Render(w)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func opened(t testing.TB, content []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

const riskSheet = "Risker  alla   med ett mycket l"

func TestCellsKeepTheirSort(t *testing.T) {
	f := opened(t, render(t, sample()))
	for cell, want := range map[string]struct {
		kind excelize.CellType
		text string
	}{
		"A2": {excelize.CellTypeUnset, "1"}, "A3": {excelize.CellTypeUnset, "2.5"}, "B2": {excelize.CellTypeSharedString, `=HYPERLINK("http://exempel")`},
		"B3": {excelize.CellTypeSharedString, "@SUM(A1)"}, "C2": {excelize.CellTypeUnset, "2025-12-31"}, "C3": {excelize.CellTypeSharedString, "i december"},
		"D3": {excelize.CellTypeSharedString, "-"}, "D4": {excelize.CellTypeSharedString, "+46"}, "B4": {excelize.CellTypeSharedString, "Rad ett\nrad två"},
	} {
		kind, err := f.GetCellType(riskSheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		text, err := f.GetCellValue(riskSheet, cell)
		if err != nil || kind != want.kind || text != want.text {
			t.Errorf("%s: got %q of type %d (%v), want %q of type %d", cell, text, kind, err, want.text, want.kind)
		}
		if formula, err := f.GetCellFormula(riskSheet, cell); err != nil || formula != "" {
			t.Errorf("%s: got formula %q, %v", cell, formula, err)
		}
	}
	if text, err := f.GetCellValue("Åtgärder", "A2"); err != nil || text != "Det finns inga åtgärder." {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestHeadingsStayAndFilter(t *testing.T) {
	f := opened(t, render(t, sample()))
	panes, err := f.GetPanes(riskSheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("got %+v, %v", panes, err)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Title != "Internkontrollplan 2025" || props.Language != "sv-SE" || props.Creator != "Omsorgsnämnden" || props.Created != "2025-02-11T00:00:00Z" {
		t.Errorf("got %+v, %v", props, err)
	}
}

func TestEqualWorkbooksGiveEqualBytes(t *testing.T) {
	first := render(t, sample())
	for range 20 {
		if !bytes.Equal(first, render(t, sample())) {
			t.Fatal("got other bytes")
		}
	}
}

func TestLongTextsAreCutWithANote(t *testing.T) {
	for _, text := range []string{strings.Repeat("å", 40_000), strings.Repeat("😀", 20_000)} {
		got := xlsx.Fit(text)
		if n := len([]rune(got)); n >= xlsx.MaxText+1 || !strings.HasSuffix(got, "Hela texten finns i dokumentet.]") {
			t.Errorf("got %d characters", n)
		}
		w := sample()
		w.Sheets[0].Rows = [][]document.SheetCell{{document.CellText(text)}}
		if text, err := opened(t, render(t, w)).GetCellValue("Förklaring", "A1"); err != nil || text != got {
			t.Errorf("got %d characters, %v", len(text), err)
		}
	}
	if got := xlsx.Fit(strings.Repeat("a", xlsx.MaxText)); len(got) != xlsx.MaxText {
		t.Errorf("got %d", len(got))
	}
}

func TestWorkbooksThatCannotBeAreRefused(t *testing.T) {
	two := sample()
	two.Sheets = append(two.Sheets, two.Sheets[0])
	for _, w := range []*document.Workbook{{}, two} {
		if _, err := xlsx.Render(w); err == nil {
			t.Error("got no error")
		}
	}
}

// TestValidatorOfOfficeFilesAccepts has the Open XML SDK judge the file.
func TestValidatorOfOfficeFilesAccepts(t *testing.T) {
	if v, out := documenttest.ValidateOffice(t, render(t, sample())); !v.OK || len(v.Errors) > 0 {
		t.Errorf("got %s, want no error", out)
	}
}
