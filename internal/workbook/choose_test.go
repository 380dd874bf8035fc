package workbook_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/workbook"
)

// template returns a template that was filled in and changed.
func template(t *testing.T, kind workbook.Kind, change func(f *excelize.File)) []byte {
	t.Helper()
	data, err := workbook.Template(kind, known())
	must(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	defer f.Close()
	change(f)
	b, err := f.WriteToBuffer()
	must(t, err)
	return b.Bytes()
}

// TestTheExplanationIsNeverData: with the heading renamed in the sheet to fill in, the sheet that lists the headings is not
// taken for it, whatever it is called.
func TestTheExplanationIsNeverData(t *testing.T) {
	for _, kind := range workbook.Kinds() {
		for _, name := range []string{"Läs först", "Blad2"} {
			data := template(t, kind, func(f *excelize.File) {
				must(t, f.SetSheetName("Läs först", name))
				required := map[workbook.Kind]string{workbook.Risks: "C1", workbook.Controls: "B1", workbook.Measurements: "B1"}[kind]
				must(t, f.SetCellValue(kind.Title(), required, "Vårt eget ord"))
			})
			o := options()
			o.Kind = kind
			b := read(t, data, o)
			if b.Sheet != kind.Title() || len(b.Faults) != 1 || b.Faults[0].Reason != "MISSING_HEADING" || len(b.Others) != 0 || b.OK() {
				t.Errorf("%s, %s: got sheet %s, others %v, faults %v", kind, name, b.Sheet, b.Others, b.Faults)
			}
			if !slices.ContainsFunc(b.Columns, func(c workbook.Column) bool { return c.Heading == "Vårt eget ord" && c.Field == "" }) {
				t.Errorf("columns = %v, want the renamed one to choose", b.Columns)
			}
			o.Sheet = name
			_, err := workbook.Read(t.Context(), bytes.NewReader(data), o)
			if f := fault.As(err); f == nil || len(f.Fields) == 0 || f.Fields[0].Reason != "SHEET" || !strings.Contains(f.Fields[0].Swedish, kind.Title()) {
				t.Errorf("the explanation by its name: got %v", err)
			}
		}
	}
}

// TestTheSheetWithMostHeadingsIsChosen: a summary that happens to have the one required heading is not taken before the
// sheet that has most, and the others are offered.
func TestTheSheetWithMostHeadingsIsChosen(t *testing.T) {
	rows := [][]any{{"Indikator", "Enhet", "Period", "Värde"}, {"Orosanmälningar", "Vård och stöd", 2025, 12}}
	data := book(t, "Översikt", [][]any{{"Mått", "Summa"}, {"Orosanmälningar", 1}}, func(f *excelize.File) {
		for _, name := range []string{"Siffror", "Gömt"} {
			_, err := f.NewSheet(name)
			must(t, err)
			for i, r := range rows {
				must(t, f.SetSheetRow(name, "A"+string(rune('1'+i)), &r))
			}
		}
		must(t, f.SetSheetVisible("Gömt", false))
	})
	o := options()
	b := clean(t, data, o)
	if b.Sheet != "Siffror" || b.Rows != 1 || !slices.Equal(b.Others, []string{"Översikt"}) {
		t.Errorf("got %s with %d rows, others %v", b.Sheet, b.Rows, b.Others)
	}
	o.Sheet = "gömt"
	if b = clean(t, data, o); b.Sheet != "Gömt" || !slices.Equal(b.Others, []string{"Översikt", "Siffror"}) {
		t.Errorf("by name: got %s, others %v", b.Sheet, b.Others)
	}
	o.Sheet, o.Kind = "Översikt", workbook.Risks
	if _, err := workbook.Read(t.Context(), bytes.NewReader(data), o); err == nil {
		t.Error("a sheet without any heading of risks was read")
	}
}

// TestAMissingHeadingCanBeGiven: what the column means is said, and the sheet is read.
func TestAMissingHeadingCanBeGiven(t *testing.T) {
	data := template(t, workbook.Measurements, func(f *excelize.File) {
		must(t, f.SetCellValue("Mätningar", "B1", "Vad"))
		must(t, f.SetSheetRow("Mätningar", "B2", &[]any{"Orosanmälningar", "", "2025", "", "", 12}))
	})
	o := options()
	if b := read(t, data, o); b.OK() || b.Kind != workbook.Measurements {
		t.Errorf("got %v, %s", b.Faults, b.Kind)
	}
	o.Map = map[string]string{"Vad": "indicator"}
	if b := clean(t, data, o); b.Rows != 1 {
		t.Errorf("rows = %d", b.Rows)
	}
}

// TestAnotherKindIsTold: a sheet of measurements that is said to hold risks is told apart.
func TestAnotherKindIsTold(t *testing.T) {
	o := options()
	o.Kind = workbook.Risks
	data := template(t, workbook.Measurements, func(*excelize.File) {})
	if b := read(t, data, o); len(b.Faults) != 1 || b.Faults[0].Reason != "OTHER_KIND" || !strings.Contains(b.Faults[0].Swedish, "mätningar, inte risker") {
		t.Errorf("faults = %v", b.Faults)
	}
}

// TestFaultsOfOwnersAreOnlyOfRowsReadRight: what an owner says of a row that is not whole is left out.
func TestFaultsOfOwnersAreOnlyOfRowsReadRight(t *testing.T) {
	data := book(t, "Mätningar", [][]any{{"Indikator", "Period", "Värde"}, {"Orosanmälningar", 2024, "1,2,3"}, {"Orosanmälningar", 2025, 12}})
	b := read(t, data, options())
	if b.OK() || b.Partial() == nil {
		t.Fatalf("faults = %v", b.Faults)
	}
	got := b.LocateNew([]fault.Field{{Path: "measurements[0].value", Reason: "A"}, {Path: "measurements[1].value", Reason: "B"}, {Path: "x", Reason: "C"}})
	if len(got) != 1 || got[0].Reason != "B" || got[0].Row != 3 || got[0].Column != "C" || got[0].Typed != "12" {
		t.Errorf("got %v", got)
	}
}
