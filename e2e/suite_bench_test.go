package e2e_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/deploy/suite"
)

// BenchmarkSuiteMemory is what the processes of production's topology hold in memory, without PostgreSQL, after some use:
// one replica of each, all of them, and all of them with pages that they share counted once.
func BenchmarkSuiteMemory(b *testing.B) {
	s := theSuite(b)
	own := ownCommittee(b, s, "minneskommun")
	for b.Loop() {
		must(b, s, "get", "--ca", s.CA(), "--token", mint(b, s, "coordinator", own), own+"/plans/2025")
	}
	var first, all, shared int64
	for _, r := range s.Replicas() {
		resident := kilobytes(b, r, "status", "VmRSS:")
		if r.Number == 1 {
			first += resident
		}
		all += resident
		shared += kilobytes(b, r, "smaps_rollup", "Pss:")
	}
	b.ReportMetric(float64(first)/1024, "MB-one-of-each")
	b.ReportMetric(float64(all)/1024, "MB-all")
	b.ReportMetric(float64(shared)/1024, "MB-all-shared-once")
}

// kilobytes reads a figure that Linux keeps about a process.
func kilobytes(b *testing.B, r *suite.Replica, file, key string) int64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", r.PID(), file))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, key); found {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatalf("%s has no %s", file, key)
	return 0
}
