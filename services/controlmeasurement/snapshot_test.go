package controlmeasurement_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
)

// counting is a database that counts the statements of its snapshots.
type counting struct {
	sqldb.DB
	statements atomic.Int64
}

// Snapshot counts what fn reads.
func (c *counting) Snapshot(ctx context.Context, tenant string, fn func(ctx context.Context, r sqldb.Runner) error) error {
	return c.DB.Snapshot(ctx, tenant, func(ctx context.Context, r sqldb.Runner) error {
		return fn(ctx, countingRunner{Runner: r, counting: c})
	})
}

type countingRunner struct {
	sqldb.Runner
	counting *counting
}

// Run counts and runs.
func (r countingRunner) Run(ctx context.Context, stmts ...sqldb.Stmt) error {
	r.counting.statements.Add(int64(len(stmts)))
	return r.Runner.Run(ctx, stmts...)
}

// TestSnapshotTakesTheSameStatementsForMore: a snapshot asks no more the more there is.
func TestSnapshotTakesTheSameStatementsForMore(t *testing.T) {
	for _, engine := range sqldbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			db := &counting{DB: sqldbtest.Open(t, engine, controlmeasurement.Migrations())}
			w := serve(t, db)
			taken := func() int64 {
				before := db.statements.Load()
				w.snapshot(t, w.coordinator)
				return db.statements.Load() - before
			}
			w.measure(t, december(w.share(t), "2025", 93))
			w.result(t, "planer", done("planer"))
			few := taken()
			indicator := w.count(t)
			w.units.add(30)
			for i := range 30 {
				m := ofYear(indicator, "2025", float64(i))
				m.Unit = fmt.Sprintf("%s/units/u%d", on, i)
				w.measure(t, m)
			}
			for _, id := range []string{"oro", "placeringar", "tillstand"} {
				w.result(t, id, done(id))
			}
			if many := taken(); many != few || few > 6 {
				t.Errorf("a snapshot of more takes %d statements, of less %d", many, few)
			}
		})
	}
}

// TestSnapshotOrder: indicators by position, measurements by indicator, last day and unit, results by round and position.
func TestSnapshotOrder(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		oro, planer := w.count(t, increase()), w.share(t)
		for _, unit := range []string{south, north, ""} {
			for value, year := range []string{"2024", "2025"} {
				m := ofYear(oro, year, float64(value+len(unit)))
				m.Unit = unit
				w.measure(t, m)
			}
		}
		w.measure(t, december(planer, "2025", 93))
		w.measure(t, december(planer, "2018", 93))
		for _, id := range []string{"tillstand", "oro"} {
			w.result(t, id, done(id))
			must[*controlv1.Result](t)(w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: interim, ResultId: id, Result: done(id)}))
		}
		s := w.snapshot(t, w.coordinator)
		var got []string
		for _, i := range s.GetIndicators() {
			got = append(got, i.GetName())
		}
		for _, m := range s.GetMeasurements() {
			got = append(got, m.GetIndicator()+m.GetEndDate()+m.GetUnit())
		}
		for _, r := range s.GetResults() {
			got = append(got, r.GetName())
		}
		want := []string{planer, oro,
			oro + "2024-12-31", oro + "2024-12-31" + north, oro + "2024-12-31" + south,
			oro + "2025-12-31", oro + "2025-12-31" + north, oro + "2025-12-31" + south, planer + "2025-12-31",
			interim + "/results/oro", interim + "/results/tillstand", yearly + "/results/oro", yearly + "/results/tillstand"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		if e := s.GetEvaluations()[1]; e.GetValue() != 1 || e.GetBaselineValue() != 0 || e.GetFulfilment() != met || e.GetLargestUnit() != "" && e.GetLargestUnit() != south {
			t.Errorf("evaluation = %v", e)
		}
		one := must[*controlv1.GetControlSnapshotResponse](t)(w.GetControlSnapshot(w.coordinator,
			&controlv1.GetControlSnapshotRequest{Plan: plan2025, Round: interim, Years: 1}))
		if len(one.GetResults()) != 2 || len(one.GetMeasurements()) != 4 || one.GetEvaluations()[1].BaselineValue == nil {
			t.Errorf("one round and year = %v", one)
		}
		if one.GetPositions()[0].GetScope() != on || one.GetPositions()[0].GetSequence() == 0 || one.GetPositions()[0].GetService() != controlmeasurement.Name {
			t.Errorf("positions = %v", one.GetPositions())
		}
		if err := controlmeasurement.Verify(t.Context(), w.db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}

// TestSnapshotAsOfADay: a follow-up during the year tells what had been measured by its day, and compares with the same day
// of the year before; what was measured later is not in it.
func TestSnapshotAsOfADay(t *testing.T) {
	w := start(t)
	indicator := w.share(t, increase())
	for year, values := range map[string][2]float64{"2024": {80, 96}, "2025": {85, 93}} {
		w.measure(t, &controlv1.Measurement{Indicator: indicator, BeginDate: year + "-05-01", EndDate: year + "-05-31", Value: proto.Float64(values[0])})
		w.measure(t, december(indicator, year, values[1]))
	}
	of := func(day string) (*controlv1.Evaluation, int) {
		s := must[*controlv1.GetControlSnapshotResponse](t)(w.GetControlSnapshot(w.coordinator, &controlv1.GetControlSnapshotRequest{Plan: plan2025, AsOf: day}))
		return s.GetEvaluations()[0], len(s.GetMeasurements())
	}
	for day, want := range map[string]struct {
		value, baseline float64
		measurements    int
		fulfilment      controlv1.Fulfilment
	}{"": {93, 96, 4, notMet}, "2025-06-10": {85, 80, 3, met}, "2026-02-01": {93, 96, 4, notMet}} {
		if e, n := of(day); e.GetValue() != want.value || e.GetBaselineValue() != want.baseline || n != want.measurements || e.GetFulfilment() != want.fulfilment {
			t.Errorf("as of %q: %v, %d measurements", day, e, n)
		}
	}
	if e, n := of("2025-05-30"); e.Value != nil || n != 2 {
		t.Errorf("before the first measurement: %v, %d measurements", e, n)
	}
}

func TestSnapshotOfWhatIsNoPlan(t *testing.T) {
	w := start(t)
	for _, req := range []*controlv1.GetControlSnapshotRequest{
		{Plan: on + "/plans/x"}, {Plan: on + "/rounds/2025"}, {Plan: plan2025, Round: ume + "/committees/un/rounds/a"},
	} {
		if _, err := w.GetControlSnapshot(w.coordinator, req); err == nil {
			t.Errorf("no fault for %v", req)
		} else {
			wantFault(t, err, fault.Invalid, "INVALID_FIELDS")
		}
	}
}

// TestUnits: the units with the most and the least are named, and shared places are not.
func TestUnits(t *testing.T) {
	w := start(t)
	indicator := w.share(t)
	for unit, value := range map[string]float64{north: 90, south: 95, on + "/units/ostra": 95} {
		m := december(indicator, "2025", value)
		m.Unit = unit
		w.measure(t, m)
	}
	e := w.snapshot(t, w.coordinator).GetEvaluations()[0]
	if e.GetSmallestUnit() != north || e.GetLargestUnit() != "" || e.Value != nil {
		t.Errorf("evaluation = %v, want the smallest unit alone", e)
	}
	m := &controlv1.Measurement{Indicator: indicator, BeginDate: "2025-06-01", EndDate: "2025-06-30", Numerator: proto.Float64(1), Denominator: proto.Float64(3), Unit: north}
	checked := must[*controlv1.CheckMeasurementResponse](t)(w.CheckMeasurement(w.coordinator, &controlv1.CheckMeasurementRequest{Parent: on, Measurement: m}))
	if checked.GetPrevious() != nil || checked.GetEvaluation().GetValue() != 90 {
		t.Errorf("checked = %v, want December to count for the year", checked)
	}
}
