package controlmeasurement_test

import (
	"context"
	"iter"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/fault"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestOwnersWriteWhatTheyOwn: the owner and the responsible manager of a subject, the coordinator and the head write its
// results and measurements; others do not.
func TestOwnersWriteWhatTheyOwn(t *testing.T) {
	w := start(t)
	planer, oro := w.share(t), w.count(t)
	w.register.change(func() {
		w.register.points[point("planer")].ResponsibleManager = w.register.points[point("placeringar")].GetOwners()[0]
	})
	tests := []struct {
		who       string
		ctx       context.Context
		planer    bool
		oro, none bool
	}{
		{"coordinator", w.coordinator, true, true, true}, {"head", w.head, true, true, true},
		{"owner", w.owner, false, true, false}, {"manager", w.manager, true, false, false},
		{"member", w.member, false, false, false}, {"auditor", w.auditor, false, false, false},
	}
	for n, tt := range tests {
		allowed := func(what string, want bool, err error) {
			t.Helper()
			if want && err != nil {
				t.Errorf("%s may not write %s: %v", tt.who, what, err)
			}
			if !want {
				wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
			}
		}
		year := []string{"2020", "2021", "2022", "2023", "2024", "2025"}[n]
		for indicator, want := range map[string]bool{planer: tt.planer, oro: tt.oro, w.laterOnce(t): tt.none} {
			m, err := w.CreateMeasurement(tt.ctx, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: december(indicator, year, 1)})
			allowed("a measurement of "+indicator, want, err)
			if err == nil {
				_, err = w.DeleteMeasurement(tt.ctx, &controlv1.DeleteMeasurementRequest{Name: m.GetName()})
				allowed("the removal of one of "+indicator, want, err)
			}
		}
		round := yearly
		for id, want := range map[string]bool{"planer": tt.planer, "oro": tt.oro} {
			w.register.change(func() { // a round for each, since a subject has one result in a round
				round = on + "/rounds/" + tt.who
				w.register.rounds[round] = proto.CloneOf(w.register.rounds[yearly])
				w.register.rounds[round].Name = round
			})
			r, err := w.CreateResult(tt.ctx, &controlv1.CreateResultRequest{Parent: round, Result: done(id)})
			allowed("a result of "+id, want, err)
			if err == nil {
				r.Text = "Mer"
				_, err = w.UpdateResult(tt.ctx, &controlv1.UpdateResultRequest{Result: r})
				allowed("a change of "+id, want, err)
			}
		}
	}
}

// TestOwnersOfAreasWriteWhatTheyOwn: who reports a control area writes its result and the measurements of its indicators.
func TestOwnersOfAreasWriteWhatTheyOwn(t *testing.T) {
	w := start(t)
	whole := december(w.count(t), "2025", 1)
	must[*controlv1.Indicator](t)(w.UpdateIndicator(w.coordinator, &controlv1.UpdateIndicatorRequest{UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"subjects"}},
		Indicator: &controlv1.Indicator{Name: whole.GetIndicator(), Subjects: []string{area}}}))
	result := done("oro")
	result.Subject = area
	write := func() (measured, reported error) {
		_, measured = w.CreateMeasurement(w.manager, &controlv1.CreateMeasurementRequest{Parent: on, Measurement: proto.CloneOf(whole)})
		_, reported = w.CreateResult(w.manager, &controlv1.CreateResultRequest{Parent: yearly, Result: proto.CloneOf(result)})
		return measured, reported
	}
	w.register.change(func() {
		for _, p := range w.register.points {
			p.Owners = nil
		}
	})
	for err := range both(write()) {
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	}
	w.register.change(func() {
		w.register.areas[area].Owners = []*riskv1.Owner{{Role: "tillsynschef", RoleAssignment: others}}
	})
	for err := range both(write()) {
		if err != nil {
			t.Errorf("the owner of the area is refused: %v", err)
		}
	}
}

// both goes through two errors.
func both(a, b error) iter.Seq[error] { return slices.Values([]error{a, b}) }

// laterOnce is the indicator without subjects, made once.
func (w *world) laterOnce(t *testing.T) string {
	t.Helper()
	all := must[*controlv1.ListIndicatorsResponse](t)(w.ListIndicators(w.coordinator, &controlv1.ListIndicatorsRequest{Parent: on}))
	for _, i := range all.GetIndicators() {
		if len(i.GetSubjects()) == 0 {
			return i.GetName()
		}
	}
	return w.later(t)
}

// TestMembersSeeClosedRounds: before a round is closed a member sees nothing; then its results, the indicators of its plan
// and their measurements up to its year, in gets, lists, previews and snapshots alike.
func TestMembersSeeClosedRounds(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.share(t, least(90))
		next := least(95)
		next.Year = 2026
		i := must[*controlv1.Indicator](t)(w.GetIndicator(w.coordinator, &controlv1.GetIndicatorRequest{Name: indicator}))
		i.Targets, i.Subjects = append(i.GetTargets(), next), append(i.GetSubjects(), plan2026+"/controlPoints/oro")
		must[*controlv1.Indicator](t)(w.UpdateIndicator(w.coordinator, &controlv1.UpdateIndicatorRequest{Indicator: i}))
		hidden := w.later(t)
		for _, year := range []string{"2024", "2025", "2026"} {
			w.measure(t, december(indicator, year, 93))
			w.measure(t, december(hidden, year, 93))
		}
		w.result(t, "planer", done("planer"))
		must[*controlv1.Result](t)(w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: interim, ResultId: "planer", Result: done("planer")}))

		want := func(ctx context.Context, indicators, measurements, results int) {
			t.Helper()
			is := must[*controlv1.ListIndicatorsResponse](t)(w.ListIndicators(ctx, &controlv1.ListIndicatorsRequest{Parent: on}))
			ms := must[*controlv1.ListMeasurementsResponse](t)(w.ListMeasurements(ctx, &controlv1.ListMeasurementsRequest{Parent: on}))
			rs := must[*controlv1.ListResultsResponse](t)(w.ListResults(ctx, &controlv1.ListResultsRequest{Parent: on + "/rounds/-", Subject: point("planer")}))
			if got := []int{len(is.GetIndicators()), len(ms.GetMeasurements()), len(rs.GetResults())}; !slices.Equal(got, []int{indicators, measurements, results}) {
				t.Errorf("lists have %v, want %d, %d, %d", got, indicators, measurements, results)
			}
		}
		want(w.coordinator, 2, 6, 2)
		want(w.member, 0, 0, 0)
		_, err := w.GetIndicator(w.member, &controlv1.GetIndicatorRequest{Name: indicator})
		wantFault(t, err, fault.NotFound, "NOT_FOUND")
		if s := w.snapshot(t, w.member); len(s.GetIndicators())+len(s.GetMeasurements())+len(s.GetResults())+len(s.GetEvaluations()) > 0 {
			t.Errorf("snapshot = %v, want an empty one", s)
		}

		w.register.close(yearly)
		want(w.member, 1, 2, 1)
		seen := must[*controlv1.Indicator](t)(w.GetIndicator(w.member, &controlv1.GetIndicatorRequest{Name: indicator}))
		if len(seen.GetTargets()) != 1 || len(seen.GetSubjects()) != 1 {
			t.Errorf("indicator = %v, want nothing of later plans", seen)
		}
		must[*controlv1.Result](t)(w.GetResult(w.member, &controlv1.GetResultRequest{Name: yearly + "/results/planer"}))
		_, err = w.GetResult(w.member, &controlv1.GetResultRequest{Name: interim + "/results/planer"})
		wantFault(t, err, fault.NotFound, "NOT_FOUND")
		ms := must[*controlv1.ListMeasurementsResponse](t)(w.ListMeasurements(w.coordinator, &controlv1.ListMeasurementsRequest{Parent: on, Year: 2026}))
		for _, m := range ms.GetMeasurements() {
			_, err = w.GetMeasurement(w.member, &controlv1.GetMeasurementRequest{Name: m.GetName()})
			wantFault(t, err, fault.NotFound, "NOT_FOUND")
		}
		if s := w.snapshot(t, w.member); len(s.GetMeasurements()) != 2 || len(s.GetResults()) != 1 || len(s.GetEvaluations()) != 1 || len(s.GetPositions()) != 1 {
			t.Errorf("snapshot = %v", s)
		}
		_, err = w.CheckMeasurement(w.member, &controlv1.CheckMeasurementRequest{Parent: on, Measurement: december(hidden, "2023", 1)})
		wantInvalid(t, err, "measurement.indicator UNKNOWN_REFERENCE")
	})
}

// TestMembersSeeWhatAFollowUpDuringTheYearReported: once it is closed a member sees what had been measured by its meeting, or
// without a meeting by its closing, and nothing that was measured later or belongs to no plan, until the year is reported.
func TestMembersSeeWhatAFollowUpDuringTheYearReported(t *testing.T) {
	for name, day := range map[string]func(r *riskv1.Round){
		"by its meeting": func(r *riskv1.Round) { r.MeetingDate = "2025-06-10" },
		"by its closing": func(r *riskv1.Round) {
			r.CloseTime = timestamppb.New(time.Date(2025, time.June, 9, 22, 30, 0, 0, time.UTC)) // the day after in Sweden
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			indicator := w.share(t, least(90))
			outside := w.later(t)
			for _, end := range []string{"2024-12-31", "2025-05-31", "2025-06-10", "2025-06-11", "2025-12-31"} {
				w.measure(t, &controlv1.Measurement{Indicator: indicator, BeginDate: end, EndDate: end, Value: proto.Float64(93)})
			}
			w.measure(t, december(outside, "2024", 93))
			seen := func() (ends []string) {
				for _, m := range must[*controlv1.ListMeasurementsResponse](t)(w.ListMeasurements(w.member, &controlv1.ListMeasurementsRequest{Parent: on})).GetMeasurements() {
					ends = append(ends, m.GetEndDate())
				}
				return ends
			}
			w.register.change(func() { day(w.register.rounds[interim]) })
			w.register.close(interim)
			if got := seen(); !slices.Equal(got, []string{"2024-12-31", "2025-05-31", "2025-06-10"}) {
				t.Errorf("the member sees %v", got)
			}
			s := w.snapshot(t, w.member)
			if len(s.GetMeasurements()) != 3 || len(s.GetIndicators()) != 1 {
				t.Errorf("the snapshot has %v", s)
			}
			all := must[*controlv1.ListMeasurementsResponse](t)(w.ListMeasurements(w.coordinator, &controlv1.ListMeasurementsRequest{Parent: on, Year: 2025}))
			last := all.GetMeasurements()[len(all.GetMeasurements())-1]
			_, err := w.GetMeasurement(w.member, &controlv1.GetMeasurementRequest{Name: last.GetName()})
			wantFault(t, err, fault.NotFound, "NOT_FOUND")
			w.register.close(yearly)
			if got := seen(); len(got) != 5 {
				t.Errorf("once the year is reported the member sees %v", got)
			}
		})
	}
}
