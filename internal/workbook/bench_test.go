package workbook_test

import (
	"bytes"
	"fmt"
	"testing"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"

	"github.com/uppsikt/uppsikt/internal/workbook"
)

// manyMeasurements is a sheet of n measurements of a hundred indicators, and what it refers to.
func manyMeasurements(t testing.TB, n int) ([]byte, *workbook.Known) {
	k := known()
	for i := range 100 {
		k.Indicators = append(k.Indicators, &controlv1.Indicator{Name: fmt.Sprintf("%s/indicators/i%d", committee, i), Title: fmt.Sprintf("Indikator %d", i), Quantity: controlv1.Quantity_QUANTITY_SHARE})
	}
	rows := [][]any{{"Indikator", "Enhet", "Period", "Täljare", "Nämnare", "Anmärkning"}}
	for i := range n {
		rows = append(rows, []any{fmt.Sprintf("Indikator %d", i%100), "Vård och stöd", fmt.Sprintf("%d-%02d", 2000+i/1200, 1+i/100%12), i % 90, 90, "Enligt egenkontroll"})
	}
	return book(t, "Mätningar", rows), k
}

// BenchmarkRead10000Measurements reads a workbook a second time, with everything stored already.
func BenchmarkRead10000Measurements(b *testing.B) {
	data, k := manyMeasurements(b, 10_000)
	o := options()
	o.Known = k
	first := clean(b, data, o)
	k.Measurements = first.Bundle.GetMeasurements()
	steps := 0
	o.Progress = func(int, int) { steps++ }
	b.ReportAllocs()
	for b.Loop() {
		book, err := workbook.Read(b.Context(), bytes.NewReader(data), o)
		if err != nil || !book.OK() || book.Rows != 10_000 {
			b.Fatal(err)
		}
	}
	if steps == 0 {
		b.Error("nothing was told")
	}
}
