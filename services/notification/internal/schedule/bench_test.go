package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/uppsikt/uppsikt/internal/redistest"
)

// servers runs a benchmark over both.
func servers(b *testing.B, fn func(b *testing.B, s *Schedule)) {
	b.Run("in-process", func(b *testing.B) { fn(b, open(b, Config{})) })
	b.Run("redis", func(b *testing.B) { fn(b, open(b, Config{URL: "redis://" + redistest.New(b).Addr()})) })
}

// BenchmarkRebuild fills an empty schedule with a window of 100,000. On Redis it is measured against ZADD, one command an
// entry, in pipelines of a thousand: of-pipelined is how much of its speed that has.
func BenchmarkRebuild(b *testing.B) {
	entries := many(100_000)
	servers(b, func(b *testing.B, s *Schedule) {
		var own, bare time.Duration
		for b.Loop() {
			flush(b, s)
			begin := time.Now()
			put(b, s, entries...)
			own += time.Since(begin)
			if s.own == nil {
				flush(b, s)
				begin = time.Now()
				pipelined(b, s, entries)
				bare += time.Since(begin)
			}
		}
		b.ReportMetric(float64(b.N*len(entries))/own.Seconds(), "entries/s")
		if s.own == nil {
			b.ReportMetric(bare.Seconds()/own.Seconds(), "of-pipelined")
		}
	})
}

func flush(b *testing.B, s *Schedule) {
	b.Helper()
	if err := s.client.FlushAll(b.Context()).Err(); err != nil {
		b.Fatal(err)
	}
}

func pipelined(b *testing.B, s *Schedule, entries []Entry) {
	b.Helper()
	for len(entries) > 0 {
		pipe := s.client.Pipeline()
		for _, e := range entries[:batch] {
			pipe.ZAdd(b.Context(), key, redis.Z{Score: float64(e.At.UnixMilli()), Member: e.ID})
		}
		if _, err := pipe.Exec(b.Context()); err != nil {
			b.Fatal(err)
		}
		entries = entries[batch:]
	}
}

// BenchmarkMemory tells how much memory of Redis an entry takes, of 100,000.
func BenchmarkMemory(b *testing.B) {
	s := open(b, Config{URL: "redis://" + redistest.New(b).Addr()})
	entries := many(100_000)
	var bytes int
	for b.Loop() {
		flush(b, s)
		before := used(b, s)
		put(b, s, entries...)
		bytes = used(b, s) - before
	}
	b.ReportMetric(float64(bytes)/float64(len(entries)), "B/entry")
}

// used returns how much memory Redis says that it uses.
func used(b *testing.B, s *Schedule) int {
	b.Helper()
	text, err := s.client.Info(b.Context(), "memory").Result()
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, "used_memory:"); found {
			n, err := strconv.Atoi(strings.TrimSpace(value))
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatalf("no used_memory in %s", text)
	return 0
}

// BenchmarkClaim takes and settles entries of 10,000 that are due, some at a time.
func BenchmarkClaim(b *testing.B) {
	for _, limit := range []int{1, 100} {
		b.Run(fmt.Sprintf("limit=%d", limit), func(b *testing.B) { servers(b, func(b *testing.B, s *Schedule) { drain(b, s, limit) }) })
	}
}

func drain(b *testing.B, s *Schedule, limit int) {
	entries := many(10_000)
	put(b, s, entries...)
	taken := 0
	for b.Loop() {
		leases, err := s.Claim(b.Context(), noon.Add(time.Hour), lease, limit, "one")
		if err != nil || len(leases) != limit {
			b.Fatalf("%d leases, %v", len(leases), err)
		}
		taken += limit
		ends := make([]End, 0, limit)
		for _, l := range leases {
			ends = append(ends, End{l, noon})
		}
		if held, err := s.Settle(b.Context(), ends...); err != nil || slices.Contains(held, false) {
			b.Fatal(held, err)
		}
	}
	b.ReportMetric(float64(taken)/b.Elapsed().Seconds(), "entries/s")
}
