package lifecycle

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary notes what happened in which order; the parts of these tests are stopped one after the other.
type diary []string

func (d *diary) part(name string) Part {
	return Part{
		Name: name,
		Run: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		},
		Stop: func(context.Context) error {
			*d = append(*d, "stop "+name)
			return nil
		},
	}
}

func TestStopsInReverseOrder(t *testing.T) {
	var d diary
	g := New(time.Minute)
	g.Add(d.part("database"), d.part("service"))
	g.Add(Part{Name: "telemetry"}, d.part("gateway"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Run(ctx); err != nil {
		t.Errorf("Run: got %v, want nil", err)
	}
	if diff := cmp.Diff(diary{"stop gateway", "stop service", "stop database"}, d); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestLaterPartsEndBeforeEarlier(t *testing.T) {
	var order diary
	part := func(name string) Part {
		return Part{Name: name, Run: func(ctx context.Context) error {
			<-ctx.Done()
			order = append(order, name) // no race: the next is told to stop only when this has returned
			return nil
		}}
	}
	g := New(time.Minute)
	g.Add(part("first"), part("second"), part("third"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(diary{"third", "second", "first"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestFirstErrorEndsAll(t *testing.T) {
	var d diary
	fault := errors.New("port taken")
	g := New(time.Minute)
	g.Add(d.part("service"), Part{Name: "gateway", Run: func(context.Context) error { return fault }})
	err := g.Run(t.Context())
	if !errors.Is(err, fault) || !strings.Contains(err.Error(), "gateway: ") {
		t.Errorf("got %v, want gateway: %v", err, fault)
	}
	if len(d) != 1 {
		t.Errorf("got %v, want the service stopped", d)
	}
}

func TestEarlyReturnIsAnError(t *testing.T) {
	g := New(time.Minute)
	g.Add(Part{Name: "worker", Run: func(context.Context) error { return nil }})
	if err := g.Run(t.Context()); !errors.Is(err, errReturned) {
		t.Errorf("got %v, want %v", err, errReturned)
	}
}

func TestErrorsOfStopsAreReturned(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	stop := func(err error) func(context.Context) error { return func(context.Context) error { return err } }
	g := New(time.Minute)
	g.Add(Part{Name: "a", Stop: stop(first)}, Part{Name: "b", Stop: stop(second)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Run(ctx); !errors.Is(err, first) || !errors.Is(err, second) {
		t.Errorf("got %v, want both", err)
	}
}

func TestAPartThatDoesNotEndIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		failed := errors.New("failed")
		var d diary
		g := New(5 * time.Second)
		g.Add(d.part("database"))
		g.Add(Part{Name: "stuck", Run: func(context.Context) error {
			<-release
			return nil
		}})
		g.Add(Part{Name: "gateway", Run: func(context.Context) error { return failed }})
		started := time.Now()
		err := g.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "stop stuck: it did not end in time") || !errors.Is(err, failed) {
			t.Errorf("got %v, want the stuck part and the first fault named", err)
		}
		if took := time.Since(started); took != 5*time.Second {
			t.Errorf("took %v, want the limit", took)
		}
		if len(d) != 1 {
			t.Error("the parts before the stuck one were not stopped")
		}
		close(release)
	})
}
