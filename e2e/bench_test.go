package e2e_test

import (
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// BenchmarkReady is from the start of the process to its first answer that it is ready, on data that are there already,
// and what it holds in memory then and after a hundred pages of the API.
func BenchmarkReady(b *testing.B) {
	data := b.TempDir()
	shared.program.Start(b, product.Options{Data: data, Demo: true}).Stop()
	var ready time.Duration
	var atStart, after int64
	for b.Loop() {
		begin := time.Now()
		s := shared.program.Start(b, product.Options{Data: data})
		ready += time.Since(begin)
		atStart += s.Resident(b)
		token := s.TokenFor(b, "coordinator", municipality)
		for range 100 {
			if a := s.Request(b, "GET", "/v1/"+planName+":snapshot", token, nil); a.Status != 200 {
				b.Fatalf("got %d: %s", a.Status, a.Body)
			}
		}
		after += s.Resident(b)
		s.Stop()
	}
	n := float64(b.N)
	b.ReportMetric(ready.Seconds()*1000/n, "ms-ready")
	b.ReportMetric(float64(atStart)/n/(1<<20), "MB-start")
	b.ReportMetric(float64(after)/n/(1<<20), "MB-used")
}
