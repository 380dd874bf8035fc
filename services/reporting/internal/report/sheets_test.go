package report

import (
	"slices"
	"strings"
	"testing"

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
		if got := sheetTitles(w); !strings.HasPrefix(got, "Förklaring, ") || !strings.HasSuffix(got, "Risker, Kontroller, Åtgärder") {
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
	if got, want := sheetTitles(w), "Förklaring, Riskmatris, Resultat, Uppföljning av risker, Risker, Kontroller, Åtgärder"; got != want {
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
