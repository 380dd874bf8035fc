package rpctest

import (
	"sync"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/clock"
)

// Compare calls ours and theirs in turn, many times each from several clients at once, until the benchmark has run long
// enough, and reports how many calls of theirs one of ours is worth ("ratio"), and both rates. Only the ratio is a
// claim: both sides met the same machine.
func Compare(b *testing.B, clients int, ours, theirs func() error) {
	b.Helper()
	spread(b, clients, 1, ours) // connections and caches
	spread(b, clients, 1, theirs)
	const each = 100
	var our, their time.Duration
	b.ResetTimer()
	for b.Loop() {
		their += spread(b, clients, each, theirs)
		our += spread(b, clients, each, ours)
	}
	calls := float64(clients * each * b.N)
	b.ReportMetric(their.Seconds()/our.Seconds(), "ratio")
	b.ReportMetric(calls/our.Seconds(), "calls/s")
	b.ReportMetric(calls/their.Seconds(), "bare/s")
}

// spread makes calls from all clients at once and returns how long they took.
func spread(b *testing.B, clients, each int, call func() error) time.Duration {
	b.Helper()
	begin := clock.System{}.Now()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range each {
				if err := call(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return clock.System{}.Now().Sub(begin)
}
