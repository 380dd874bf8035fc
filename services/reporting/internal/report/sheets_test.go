package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/workbook"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/xlsx"
)

func sheetTitles(w *document.Workbook) string {
	var titles []string
	for _, s := range w.Sheets {
		titles = append(titles, s.Title)
	}
	return strings.Join(titles, ", ")
}

func sheetOf(t *testing.T, w *document.Workbook, title string) document.Sheet {
	t.Helper()
	i := slices.IndexFunc(w.Sheets, func(s document.Sheet) bool { return s.Title == title })
	if i < 0 {
		t.Fatalf("no sheet %s", title)
	}
	return w.Sheets[i]
}

// TestWorkbookHoldsEveryRiskAndControl compares the sheets with the plan they are made of.
func TestWorkbookHoldsEveryRiskAndControl(t *testing.T) {
	for name, m := range methods() {
		p := samplePlan(m)
		w := p.Workbook()
		if got := sheetTitles(w); !strings.HasPrefix(got, "Förklaring, ") || !strings.HasSuffix(got, "Risker, Kontrollområden, Kontroller, Åtgärder") {
			t.Errorf("%s: got sheets %s", name, got)
		}
		risks := sheetOf(t, w, sheetRisks)
		if len(risks.Rows) != len(p.Entries) || len(sheetOf(t, w, sheetControls).Rows) != len(p.Points) || len(sheetOf(t, w, sheetActions).Rows) != len(p.Actions)+len(p.Earlier) {
			t.Errorf("%s: rows are missing", name)
		}
		for i, e := range p.Entries {
			if row := risks.Rows[i]; row[1].Text != e.Title || row[9].Number != e.Assessment.Value && *row[9].Number != *e.Assessment.Value {
				t.Errorf("%s: row %d is %v", name, i, row)
			}
		}
		for _, s := range w.Sheets {
			for i, row := range s.Rows {
				if s.HasHead() && len(row) != len(s.Columns) {
					t.Errorf("%s, %s: row %d has %d cells of %d", name, s.Title, i, len(row), len(s.Columns))
				}
			}
		}
		content, err := xlsx.Render(w)
		if err != nil {
			t.Fatal(err)
		}
		if v, out := documenttest.ValidateOffice(t, content); !v.OK || len(v.Errors) > 0 {
			t.Errorf("%s: got %s", name, out)
		}
	}
}

// TestWorkbookOfTheYearKeepsItsThreeVerdictsApart: execution, grade and goal fulfilment are columns of their own.
func TestWorkbookOfTheYearKeepsItsThreeVerdictsApart(t *testing.T) {
	a, p := fullAnnual(), samplePlan(methods()["four"])
	w := a.Workbook(&p)
	if got, want := sheetTitles(w), "Förklaring, Riskmatris, Resultat, Uppföljning av risker, Risker, Kontrollområden, Kontroller, Åtgärder"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	results := sheetOf(t, w, sheetResults)
	if len(results.Rows) != len(a.Controls) || len(sheetOf(t, w, sheetFollowUps).Rows) != len(a.Risks) {
		t.Error("rows are missing")
	}
	for i, c := range a.Controls {
		if c.Result == nil {
			continue
		}
		row := results.Rows[i]
		if row[6].Text != c.Result.execution() || row[7].Text != c.Result.Grade || row[8].Text != c.Result.fulfilment() {
			t.Errorf("row %d is %v", i, row)
		}
	}
	content, err := xlsx.Render(w)
	if err != nil {
		t.Fatal(err)
	}
	if v, out := documenttest.ValidateOffice(t, content); !v.OK || len(v.Errors) > 0 {
		t.Errorf("got %s", out)
	}
}

// areaPlan is the plan of a committee that steers by control areas, two of them with owners.
func areaPlan() ControlPlan {
	p := samplePlan(methods()["four"])
	p.Areas, p.Units = careControls(), careUnits()
	p.Areas[0].Description, p.Areas[0].Owners = "Planerna ska *följas*.", []string{"verksamhetschef", "controller"}
	p.Areas[1].Owners = []string{"enhetschef LSS"}
	return p
}

// TestWorkbookTellsWhoReportsAControlArea: each area has a row with its owners, also one without control points.
func TestWorkbookTellsWhoReportsAControlArea(t *testing.T) {
	p := areaPlan()
	s := sheetOf(t, p.Workbook(), sheetAreas)
	if len(s.Rows) != len(p.Areas) {
		t.Fatalf("got %d rows of %d", len(s.Rows), len(p.Areas))
	}
	var got []string
	for _, c := range s.Rows[0] {
		got = append(got, c.Text)
	}
	want := []string{"", "Fler genomförandeplaner, med målet 100 %", "Vård och stöd", "Planerna ska följas.", "Andelen ska öka under 2025. Alla ska ha en genomförandeplan.", "verksamhetschef\ncontroller"}
	if !slices.Equal(got, want) || s.Columns[5].Head != "Kontrollansvarig" || s.Rows[1][5].Text != "enhetschef LSS" || s.Rows[2][5].Text != "" {
		t.Errorf("got %q, want %q; then %v", got, want, s.Rows[1:3])
	}
}

// TestWorkbookIsReadBack: an import still takes the sheets of risks and controls, with all their rows, and leaves that of the
// control areas alone. What the rows refer to is the committee's, which is not known here.
func TestWorkbookIsReadBack(t *testing.T) {
	p := areaPlan()
	content, err := xlsx.Render(p.Workbook())
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[workbook.Kind]struct {
		sheet string
		rows  int
	}{workbook.Risks: {sheetRisks, len(p.Entries)}, workbook.Controls: {sheetControls, len(p.Points)}} {
		book, err := workbook.Read(t.Context(), bytes.NewReader(content), workbook.Options{Committee: committeeName, Year: 2026, Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		if book.Sheet != want.sheet || book.Rows != want.rows || !slices.Contains(book.Others, sheetAreas) {
			t.Errorf("%s: %d rows are read from the sheet %s beside %v, want %+v", kind, book.Rows, book.Sheet, book.Others, want)
		}
	}
}

func TestOnlyPlansAndYearlyReportsAreWorkbooks(t *testing.T) {
	for kind, want := range map[Kind]bool{KindPlan: true, KindAnnual: true, KindInterim: false, KindMemorandum: false, KindMinutesExtract: false} {
		spec, err := Lookup(kind)
		if err != nil {
			t.Fatal(err)
		}
		if got := spec.Format(FormatXLSX); (got == nil) != want {
			t.Errorf("%s: got %v", kind, got)
		}
	}
}
