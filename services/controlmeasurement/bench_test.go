package controlmeasurement_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
)

// A large committee: 100 control points with an indicator each, 12 units, 5 years.
const (
	manyPoints = 100
	manyUnits  = 12
	manyYears  = 5
)

// large returns the file of a large committee.
func large() []proto.Message {
	var all []proto.Message
	for p := range manyPoints {
		indicator := fmt.Sprintf("%s/indicators/indikator-%03d", on, p)
		all = append(all, &controlv1.Indicator{Name: indicator, Title: fmt.Sprintf("Andel ärenden med beslut inom utsatt tid, område %d", p),
			Quantity: controlv1.Quantity_QUANTITY_SHARE, Decimals: 1, Targets: []*controlv1.Target{increase(), least(90)},
			Subjects: []string{point(fmt.Sprintf("p%d", p))}, Position: int32(p)})
		for y := range manyYears {
			for u := range manyUnits {
				m := &controlv1.Measurement{Name: fmt.Sprintf("%s/measurements/m-%03d-%d-%02d", on, p, y, u), Indicator: indicator,
					BeginDate: fmt.Sprintf("%d-01-01", 2021+y), EndDate: fmt.Sprintf("%d-12-31", 2021+y),
					Numerator: proto.Float64(float64(40 + (p+u*y)%50)), Denominator: proto.Float64(90)}
				if u > 0 {
					m.Unit = fmt.Sprintf("%s/units/enhet-%02d", on, u)
				}
				all = append(all, m)
			}
		}
		all = append(all, &controlv1.Result{Name: fmt.Sprintf("%s/results/r-%03d", yearly, p), Subject: point(fmt.Sprintf("p%d", p)),
			Execution: controlv1.Execution_EXECUTION_DONE, Text: "Kontrollen visar att rutinen följs i huvudsak.", Position: int32(p)})
	}
	return all
}

// BenchmarkSnapshot: all that was found about a large committee's plan over gRPC: 6,000 measurements, 100 results and 100
// evaluations.
func BenchmarkSnapshot(b *testing.B) {
	for _, engine := range sqldbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			w := serve(b, sqldbtest.Open(b, engine, controlmeasurement.Migrations()))
			w.line.cut.Store(true)
			if answer, err := w.importing(b, false, file(b, large()...)...); err != nil || len(answer.GetFaults()) > 0 {
				b.Fatal(answer, err)
			}
			for b.Loop() {
				s := w.snapshot(b, w.coordinator)
				if len(s.GetMeasurements()) != manyPoints*manyUnits*manyYears || len(s.GetEvaluations()) != manyPoints || len(s.GetResults()) != manyPoints {
					b.Fatalf("%d measurements, %d evaluations, %d results", len(s.GetMeasurements()), len(s.GetEvaluations()), len(s.GetResults()))
				}
			}
		})
	}
}

// BenchmarkImport: a file of 6,000 measurements with their indicators and results, checked without storing it.
func BenchmarkImport(b *testing.B) {
	w := serve(b, sqldbtest.Open(b, sqldbtest.Engines()[0], controlmeasurement.Migrations()))
	items := file(b, large()...)
	for b.Loop() {
		if answer, err := w.importing(b, true, items...); err != nil || len(answer.GetFaults()) > 0 {
			b.Fatal(answer, err)
		}
	}
}
