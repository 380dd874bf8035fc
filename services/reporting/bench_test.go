package reporting_test

import (
	"bytes"
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting"
)

// A large committee: 100 control points with an indicator each, 12 units, 5 years. Of the first of them the whole was measured
// and the units in the year that is reported, which gives two figures each; of the others only units in earlier years.
const (
	manyPoints = 100
	manyUnits  = 12
	manyYears  = 5
	figured    = 20
)

// large turns the committee that steers by control areas into a large one.
func (s *sources) large() {
	s.change(func(b *exchangev1.Bundle) {
		for u := range manyUnits {
			b.Units = append(b.Units, &directoryv1.Unit{Name: largeUnit(u), DisplayName: fmt.Sprintf("Hemtjänstområde nummer %d", u+1), Position: int32(u)})
		}
		for p := range manyPoints {
			b.ControlPoints = append(b.ControlPoints, &riskv1.ControlPoint{Name: largePoint(p), Position: int32(p), Unit: largeUnit(p % manyUnits),
				Title: fmt.Sprintf("Kontroll av att beslut fattas inom utsatt tid, område %d", p)})
		}
		s.prepared = &controlv1.GetControlSnapshotResponse{}
		for p := range manyPoints {
			s.prepareLarge(p)
		}
	})
}

func largeUnit(u int) string  { return fmt.Sprintf("%s/units/stor-%02d", careCommittee, u) }
func largePoint(p int) string { return fmt.Sprintf("%s/controlPoints/p%d", carePlan, p) }

// prepareLarge adds what was found about one control point.
func (s *sources) prepareLarge(p int) {
	indicator, found, first := fmt.Sprintf("%s/indicators/stor-%03d", careCommittee, p), s.prepared, 2025-manyYears
	if p < figured {
		first++
	}
	goal := &controlv1.Target{Id: "minst", Operator: controlv1.TargetOperator_TARGET_OPERATOR_AT_LEAST, Value: proto.Float64(90)}
	found.Indicators = append(found.Indicators, &controlv1.Indicator{Name: indicator, Title: fmt.Sprintf("Andel beslut inom utsatt tid, område %d", p),
		Quantity: controlv1.Quantity_QUANTITY_SHARE, Decimals: 1, Targets: []*controlv1.Target{goal}, Subjects: []string{largePoint(p)}})
	for y := range manyYears {
		for u := range manyUnits {
			m := &controlv1.Measurement{Name: fmt.Sprintf("%s/measurements/m-%03d-%d-%02d", careCommittee, p, y, u), Indicator: indicator,
				BeginDate: fmt.Sprintf("%d-01-01", first+y), EndDate: fmt.Sprintf("%d-12-31", first+y),
				Numerator: proto.Float64(float64(40 + (p+u*y)%50)), Denominator: proto.Float64(90)}
			m.EffectiveValue = proto.Float64(100 * m.GetNumerator() / m.GetDenominator())
			if u > 0 || p >= figured {
				m.Unit = largeUnit(u)
			}
			found.Measurements = append(found.Measurements, m)
		}
	}
	found.Evaluations = append(found.Evaluations, &controlv1.Evaluation{Indicator: indicator, Year: 2025, Value: proto.Float64(93), Sentence: sentence,
		Targets: []*controlv1.TargetOutcome{{Target: goal, Fulfilment: controlv1.Fulfilment_FULFILMENT_MET}}})
	found.Results = append(found.Results, &controlv1.Result{Name: fmt.Sprintf("%s/results/r-%03d", careRound, p), Subject: largePoint(p),
		Execution: controlv1.Execution_EXECUTION_DONE, Text: "Kontrollen visar att rutinen följs i huvudsak. Där den inte gör det beror det oftast på att någon är ny."})
}

// BenchmarkYearlyReport: the yearly report of a large committee as PDF, end to end: 100 control points, 6,000 measurements,
// 40 figures with their tables.
func BenchmarkYearlyReport(b *testing.B) {
	w := serve(b, sqldbtest.Open(b, sqldb.SQLite, reporting.Migrations()))
	w.sources.large()
	if got := len(w.sources.prepared.GetMeasurements()); got != manyPoints*manyUnits*manyYears {
		b.Fatalf("%d measurements", got)
	}
	render := func(format reportv1.DocumentFormat) []byte {
		body, err := w.RenderDraft(w.care, &reportv1.RenderDraftRequest{Parent: careCommittee, Kind: annualKind, Plan: carePlan, Format: format})
		if err != nil {
			b.Fatal(rpcerr.FromStatus(err))
		}
		return body.GetData()
	}
	if got := bytes.Count(render(htmlFile), []byte("<figure")); got != 2*figured {
		b.Fatalf("%d figures", got)
	}
	for b.Loop() {
		render(pdfFile)
	}
}
