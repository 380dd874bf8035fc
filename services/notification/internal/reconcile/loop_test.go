package reconcile

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/uppsikt/uppsikt/internal/fault"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// running starts the reconciler, and stops it when the test ends.
func (f fixture) running() {
	f.t.Helper()
	ctx, cancel := context.WithCancel(f.t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	f.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			f.t.Errorf("run: %v", err)
		}
	})
}

// await waits until a reminder is there.
func (f fixture) await(line string) {
	f.t.Helper()
	for {
		if slices.ContainsFunc(f.reminders(), func(r sqlstore.Reminder) bool { return f.line(r) == line }) {
			return
		}
		select {
		case <-f.planned:
		case <-f.t.Context().Done():
			f.t.Fatalf("%q never came", line)
		}
	}
}

// open waits until the feeds of all three services are followed.
func (f fixture) open() {
	waiting := map[string]bool{"directory": true, "riskregister": true, "controlmeasurement": true}
	for len(waiting) > 0 {
		delete(waiting, <-f.owners.opened)
	}
}

// TestMeasures: whether what is known may be out of date is observed while the reconciler runs.
func TestMeasures(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		reader := sdkmetric.NewManualReader()
		f.deps.Meter = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		f.owners.change(func() { f.owners.down = fault.Unreachable("the register", nil) })
		if err := f.Once(t.Context()); err == nil {
			t.Fatal("the register was asked while it was away")
		}
		end, err := f.measure()
		if err != nil {
			t.Fatal(err)
		}
		var got metricdata.ResourceMetrics
		if err := errors.Join(reader.Collect(t.Context(), &got), end()); err != nil {
			t.Fatal(err)
		}
		points := got.ScopeMetrics[0].Metrics[0].Data.(metricdata.Gauge[int64]).DataPoints
		if name := got.ScopeMetrics[0].Metrics[0].Name; name != "notification.stale" || points[0].Value != 1 {
			t.Errorf("%s is %d", name, points[0].Value)
		}
	})
}

// TestRun: what changes takes effect, whichever service it changes in.
func TestRun(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		f.running()
		f.await(annaBefore)
		f.open()
		f.owners.change(func() { f.owners.deadlines[0].DueDate = "2025-06-13" })
		f.owners.changed("riskregister", round)
		f.await("anna -7 2025-06-05 07:00 planned")
		f.owners.change(func() { f.owners.people[1].Disabled = true })
		f.owners.changed("directory", anna)
		f.await("karin -7 2025-06-05 07:00 planned instead of enhetschef")
		f.rule(func(r *notificationv1.ReminderRule) { r.TimeOfDay = "10:30" })
		f.Wake(ume)
		f.await("karin -7 2025-06-05 10:30 planned instead of enhetschef")
	})
}

// TestRunFollowsResults: a result that goes away leaves the control to be reported.
func TestRunFollowsResults(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		result := &controlv1.Result{Name: round + "/results/1", Subject: point}
		f.owners.change(func() {
			f.owners.results = []*controlv1.Result{result}
			f.owners.deadlines = append(f.owners.deadlines, &riskv1.Deadline{Key: round + "/p#svar", Kind: riskv1.DeadlineKind_DEADLINE_KIND_CONTROL,
				Role: riskv1.StepRole_STEP_ROLE_OWNER, Round: round, Resource: point, DueDate: "2025-05-30", BeginDate: "2025-05-01", Owners: ownedBy("b")})
		})
		f.running()
		f.await(annaBefore)
		f.open()
		f.owners.change(func() { f.owners.results = nil })
		f.owners.changed("controlmeasurement", result.GetName())
		f.await("bo -7 2025-05-23 07:00 planned")
	})
}

// TestRunRecovers: what cannot be asked is asked again, and a feed that broke is followed again.
func TestRunRecovers(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		f.owners.change(func() { f.owners.down = fault.Unreachable("the register", nil) })
		f.running()
		f.open()
		f.owners.change(func() { f.owners.down = nil })
		f.await(annaBefore)
		f.owners.cut("riskregister")
		<-f.owners.opened
		f.owners.change(func() { f.owners.deadlines[0].DueDate = "2025-06-13" })
		f.owners.changed("riskregister", round)
		f.await("anna -7 2025-06-05 07:00 planned")
	})
}

// TestANewCommittee: a committee that the directory did not name before is asked for at once.
func TestANewCommittee(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		committees := f.owners.committees
		f.owners.change(func() { f.owners.committees = nil })
		f.running()
		f.open()
		f.owners.change(func() { f.owners.committees = committees })
		f.owners.changed("riskregister", round)
		f.await(annaBefore)
	})
}

// TestAPassWhenTheClockIsSet: a clock that jumps, as in a demonstration, lets everything be compared anew.
func TestAPassWhenTheClockIsSet(t *testing.T) {
	run(t, func(_ *testing.T, f fixture) {
		f.running()
		f.await(annaBefore)
		f.open()
		f.owners.change(func() { f.owners.deadlines[0].DueDate = "2026-05-29" })
		f.clock.Advance(3 * 24 * time.Hour)
		f.await("anna -7 2026-05-22 07:00 planned")
	})
}

func TestBacklog(t *testing.T) {
	b := newBacklog()
	b.mark("municipalities/a", dirt{everything: true})
	b.mark("municipalities/b", dirt{rules: true})
	b.mark("municipalities/b", ofCommittee(round))
	b.mark("municipalities/c", dirt{directory: true})
	var order []string
	for {
		name, d, found := b.take()
		if !found {
			break
		}
		order = append(order, name)
		if name == "municipalities/b" && (!d.rules || !d.committees[social]) {
			t.Errorf("%s: %+v", name, d)
		}
	}
	if want := []string{"municipalities/b", "municipalities/c", "municipalities/a"}; !slices.Equal(order, want) {
		t.Errorf("taken %v, want %v", order, want)
	}
	if !ofResults(social+"/indicators/i").empty() || !ofCommittee(ume+"/methods/m").empty() || ofResults(round+"/results/x").empty() {
		t.Error("changes are taken for what they are not")
	}
}

func TestConfig(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	if err := (Config{Every: 1}).Validate(); err == nil {
		t.Error("a configuration that cannot work is taken")
	}
}
