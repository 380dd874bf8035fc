package authn

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
)

var quiet = slog.New(slog.DiscardHandler)

func TestRevocations(t *testing.T) {
	clk := newTestClock()
	at := clk.Now()
	source := RevocationSourceFunc(func(context.Context) ([]Revocation, error) {
		return []Revocation{
			{Session: "s1", Before: at}, {Session: "s1", Before: at.Add(-time.Minute)}, {Subject: "p1", Before: at},
		}, nil
	})
	r := NewRevocations(source, clk, quiet)
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, after := at.Add(-time.Microsecond), at
	tests := []struct {
		name    string
		id      Identity
		refused bool
	}{
		{"session, older token", Identity{Session: "s1", Subject: "p", IssuedAt: before}, true},
		{"session, newer token", Identity{Session: "s1", Subject: "p", IssuedAt: after}, false},
		{"other session", Identity{Session: "s2", Subject: "p", IssuedAt: before}, false},
		{"subject, older token", Identity{Session: "s2", Subject: "p1", IssuedAt: before}, true},
		{"subject, newer token", Identity{Session: "s2", Subject: "p1", IssuedAt: after}, false},
		{"somebody acts for the subject", Identity{Subject: "serviceAccounts/x", OnBehalfOf: "p1", IssuedAt: before}, true},
		{"no session", Identity{Subject: "serviceAccounts/x", IssuedAt: before}, false},
		{"process", Identity{Subject: "p1", Process: true}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, write := range []bool{false, true} {
				if err := r.Check(&tt.id, write); fault.Is(err, fault.Unauthenticated) != tt.refused {
					t.Errorf("write %t: got %v, want refused %t", write, err, tt.refused)
				}
			}
		})
	}
}

func TestStaleRevocationsFailClosedForWrites(t *testing.T) {
	clk := newTestClock()
	var fail error
	source := RevocationSourceFunc(func(context.Context) ([]Revocation, error) {
		return []Revocation{{Subject: "gone", Before: clk.Now()}}, fail
	})
	r := NewRevocations(source, clk, quiet)
	id := &Identity{Subject: "p", IssuedAt: clk.Now()}
	check := func(when string, write bool, want error) {
		t.Helper()
		if err := r.Check(id, write); (err == nil) != (want == nil) || want != nil && !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s, write %t: got %v, want %v", when, write, err, want)
		}
	}
	unavailable := fault.Unreachable("list", nil)
	check("never fetched", true, unavailable)
	check("never fetched", false, nil)
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	clk.advance(RevocationMaxAge)
	check("at the limit", true, nil)
	clk.advance(time.Nanosecond)
	check("over the limit", true, unavailable)
	check("over the limit", false, nil)
	fail = errors.New("down")
	if err := r.Refresh(t.Context()); err == nil {
		t.Error("Refresh hides the error of the source")
	}
	check("after a failed fetch", true, unavailable)
	gone := &Identity{Subject: "gone", IssuedAt: clk.Now().Add(-time.Hour)}
	if err := r.Check(gone, false); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a stale list still revokes: got %v", err)
	}
	fail = nil
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("fetched again", true, nil)
	if !r.Fresh() {
		t.Error("Fresh: got false, want true")
	}
}

func TestRevocationsRunPolls(t *testing.T) {
	seconds := func(n ...int) []time.Duration {
		var ds []time.Duration
		for _, s := range n {
			ds = append(ds, time.Duration(s)*time.Second)
		}
		return ds
	}
	tests := []struct {
		name string
		down time.Duration // how long the source is down
		want []time.Duration
	}{
		{"up", 0, seconds(0, 20, 40, 60)},
		{"down at the start", 2 * time.Second, seconds(0, 1, 3, 23, 43, 63)},
		{"down for good", time.Hour, seconds(0, 1, 3, 7, 15, 31, 51)},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			var fetched []time.Duration
			started := time.Now()
			source := RevocationSourceFunc(func(context.Context) ([]Revocation, error) {
				fetched = append(fetched, time.Since(started))
				if time.Since(started) < tt.down {
					return nil, errors.New("down")
				}
				return nil, nil
			})
			ctx, cancel := context.WithTimeout(t.Context(), 70*time.Second)
			defer cancel()
			if err := NewRevocations(source, clock.System{}, quiet).Run(ctx); err != nil {
				t.Errorf("%s: Run: got %v, want nil", tt.name, err)
			}
			if diff := cmp.Diff(tt.want, fetched); diff != "" {
				t.Errorf("%s: fetches (-want +got):\n%s", tt.name, diff)
			}
		})
	}
}
