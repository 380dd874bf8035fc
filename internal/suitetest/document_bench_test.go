package suitetest_test

import (
	"io"
	"testing"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"

	"context"
)

// BenchmarkInterim renders the reference interim follow-up from current data through every service, per format.
func BenchmarkInterim(b *testing.B) {
	s, _ := suitetest.Start(b, suitetest.WithReferenceData)
	client := reportv1.NewReportingServiceClient(s.Conn)
	ctx := s.As(b.Context(), "coordinator", municipality)
	for name, format := range map[string]reportv1.DocumentFormat{
		"html": reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML,
		"pdf":  reportv1.DocumentFormat_DOCUMENT_FORMAT_PDF,
		"docx": reportv1.DocumentFormat_DOCUMENT_FORMAT_DOCX,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := client.RenderDraft(ctx, &reportv1.RenderDraftRequest{Parent: committee, Plan: plan,
					Kind: reportv1.DocumentKind_DOCUMENT_KIND_INTERIM, Format: format})
				must(b, err)
			}
		})
	}
}

// BenchmarkStart is from nothing to ready on data that is there already.
func BenchmarkStart(b *testing.B) {
	s, stop := suitetest.Start(b, suitetest.WithReferenceData)
	stop()
	cfg := allinone.Config{Data: s.Data, HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0"}
	for b.Loop() {
		suite, err := allinone.Open(b.Context(), cfg, allinone.Deps{Clock: clock.System{}, Log: io.Discard, Version: "bench"})
		must(b, err)
		ctx, cancel := context.WithCancel(b.Context())
		must(b, suite.Run(ctx, func(allinone.First) { cancel() }))
		cancel()
	}
}
