package workbook_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"
	"google.golang.org/protobuf/proto"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/workbook"
)

const (
	committee = "municipalities/exempelkommun/committees/omsorgsnamnden"
	plan      = committee + "/plans/2025"
)

// known is a small committee.
func known() *workbook.Known {
	share := &controlv1.Indicator{Name: committee + "/indicators/hygien", Title: "Följsamhet till hygienrutiner", Quantity: controlv1.Quantity_QUANTITY_SHARE}
	count := &controlv1.Indicator{Name: committee + "/indicators/oro", Title: "Orosanmälningar", Quantity: controlv1.Quantity_QUANTITY_COUNT}
	return &workbook.Known{
		Units: []*directoryv1.Unit{{Name: committee + "/units/vard", DisplayName: "Vård och stöd"}, {Name: committee + "/units/funktion", DisplayName: "Funktionsstöd"}},
		Plan: &riskv1.PlanSnapshot{Plan: &riskv1.Plan{Name: plan}, MethodVersion: &riskv1.MethodVersion{
			Likelihood:      &riskv1.Axis{Title: "Sannolikhet", Steps: []*riskv1.Step{{Value: 1, Label: "Osannolik"}, {Value: 3, Label: "Möjlig"}}},
			Consequence:     &riskv1.Axis{Title: "Konsekvens", Steps: []*riskv1.Step{{Value: 3, Label: "Kännbar"}, {Value: 4, Label: "Allvarlig"}}},
			Levels:          []*riskv1.Level{{Id: "kritisk", Title: "Kritisk"}},
			Treatments:      []*riskv1.Treatment{{Id: "granska", Title: "Granskning"}, {Id: "acceptera", Title: "Acceptera", ReasonRequired: true}},
			Classifications: []*riskv1.Classification{{Id: "kategori", Items: []*riskv1.ClassificationItem{{Id: "ekonomi", Title: "Ekonomi"}}}},
		}},
		Indicators: []*controlv1.Indicator{share, count},
	}
}

func options() workbook.Options {
	return workbook.Options{Committee: committee, Year: 2025, Known: known()}
}

// book makes a workbook with one sheet.
func book(t testing.TB, sheet string, rows [][]any, change ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must(t, f.SetSheetName("Sheet1", sheet))
	for i, r := range rows {
		must(t, f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &r))
	}
	for _, c := range change {
		c(f)
	}
	b, err := f.WriteToBuffer()
	must(t, err)
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, data []byte, o workbook.Options) *workbook.Book {
	t.Helper()
	b, err := workbook.Read(t.Context(), bytes.NewReader(data), o)
	must(t, err)
	return b
}

// clean reads a workbook that has nothing wrong.
func clean(t testing.TB, data []byte, o workbook.Options) *workbook.Book {
	t.Helper()
	b := read(t, data, o)
	for _, f := range b.Faults {
		t.Errorf("%s: %s", f.Place(), f.Swedish)
	}
	if t.Failed() {
		t.FailNow()
	}
	return b
}

// stored is what is known after a book was applied.
func stored(b *workbook.Book) *workbook.Known {
	k := known()
	k.Risks = append(k.Risks, b.Bundle.GetRisks()...)
	k.Plan.RiskEntries = append(k.Plan.RiskEntries, b.Bundle.GetRiskEntries()...)
	k.Plan.ControlAreas = append(k.Plan.ControlAreas, b.Bundle.GetControlAreas()...)
	k.Plan.ControlPoints = append(k.Plan.ControlPoints, b.Bundle.GetControlPoints()...)
	for _, m := range b.Bundle.GetMeasurements() {
		m = proto.CloneOf(m)
		m.Etag = "1"
		k.Measurements = append(k.Measurements, m)
	}
	return k
}
