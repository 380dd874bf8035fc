package suitetest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// read returns a file of the repository.
func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// load imports a bundle with an operator's rights.
func load(t *testing.T, s *suitetest.Suite, name string, text []byte) {
	t.Helper()
	file, err := exchange.Decode(name, text)
	if err != nil {
		t.Fatal(err)
	}
	client := exchange.NewClient(exchange.Conns{Directory: s.Conn, RiskRegister: s.Conn, ControlMeasurement: s.Conn, Reporting: s.Conn, Notification: s.Conn})
	report, err := client.Apply(s.As(t.Context(), "operator", "platform"), file, nil)
	if err != nil || !report.OK() {
		t.Fatalf("import %s: %v %+v", name, err, report.Faults)
	}
}

// export returns a municipality's bundle.
func export(t *testing.T, s *suitetest.Suite) []byte {
	t.Helper()
	client := exchange.NewClient(exchange.Conns{Directory: s.Conn, RiskRegister: s.Conn, ControlMeasurement: s.Conn, Reporting: s.Conn, Notification: s.Conn})
	bundle, err := client.Export(s.As(t.Context(), "operator", "platform"), municipality, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := exchange.Encode(bundle, exchange.YAML)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func wantSound(t *testing.T, data string) {
	t.Helper()
	err := allinone.Verify(t.Context(), data, func(p journal.Problem) { t.Errorf("verification found: %s", p) })
	if err != nil {
		t.Fatal(err)
	}
}

// job is the coordinator's work on an imported plan.
type job struct {
	*testing.T
	ctx     context.Context
	risks   riskv1.RiskRegisterServiceClient
	reports reportv1.ReportingServiceClient
}

func begin(t *testing.T, s *suitetest.Suite) job {
	t.Helper()
	return job{T: t, ctx: s.As(t.Context(), "coordinator", municipality),
		risks: riskv1.NewRiskRegisterServiceClient(s.Conn), reports: reportv1.NewReportingServiceClient(s.Conn)}
}

func (j job) must(err error) {
	j.Helper()
	if err != nil {
		j.Fatal(err)
	}
}

// round answers each follow-up of the plan's round with the status at its place.
func (j job) round(statuses ...string) *riskv1.Round {
	j.Helper()
	round, err := j.risks.GetRound(j.ctx, &riskv1.GetRoundRequest{Name: committee + "/rounds/delar-2025"})
	j.must(err)
	list, err := j.risks.ListFollowUps(j.ctx, &riskv1.ListFollowUpsRequest{Parent: round.GetName()})
	j.must(err)
	if len(list.GetFollowUps()) != len(statuses) {
		j.Fatalf("got %d follow-ups, want %d", len(list.GetFollowUps()), len(statuses))
	}
	for i, f := range list.GetFollowUps() {
		_, err := j.risks.AnswerFollowUp(j.ctx, &riskv1.AnswerFollowUpRequest{Name: f.GetName(), Etag: f.GetEtag(), Status: statuses[i],
			Comment: "Arbetet följer tidplanen.", AnsweredRole: "Enhetschef"})
		j.must(err)
	}
	return round
}

func (j job) draft(format reportv1.DocumentFormat) string {
	j.Helper()
	body, err := j.reports.RenderDraft(j.ctx, &reportv1.RenderDraftRequest{Parent: committee, Plan: plan,
		Kind: reportv1.DocumentKind_DOCUMENT_KIND_INTERIM, Format: format})
	j.must(err)
	return string(body.GetData())
}

func TestTheMainJob(t *testing.T) {
	s, stop := suitetest.Start(t)
	load(t, s, "plan.yaml", read(t, "docs/examples/plan.yaml"))
	j := begin(t, s)
	round := j.round("ja", "ja", "ja", "ja")
	matter, err := j.reports.CreateCase(j.ctx, &reportv1.CreateCaseRequest{Parent: committee, Case: &reportv1.Case{
		Title: "Delårsuppföljning 2025", CaseNumbers: []string{"SN-2025/100"}, Round: round.GetName()}})
	j.must(err)
	document, err := j.reports.CreateDocument(j.ctx, &reportv1.CreateDocumentRequest{Parent: committee, Document: &reportv1.Document{
		Kind: reportv1.DocumentKind_DOCUMENT_KIND_INTERIM, Plan: plan, Round: round.GetName(), Case: matter.GetName()}})
	j.must(err)

	_, err = j.reports.FinalizeDocument(j.ctx, &reportv1.FinalizeDocumentRequest{Name: document.GetName()})
	if f := rpcerr.FromStatus(err); err == nil || f.Kind != fault.Precondition {
		t.Errorf("finalize with an open round: got %v, want a precondition", err)
	}
	_, err = j.risks.CloseRound(j.ctx, &riskv1.CloseRoundRequest{Name: round.GetName()})
	j.must(err)
	final, err := j.reports.FinalizeDocument(j.ctx, &reportv1.FinalizeDocumentRequest{Name: document.GetName()})
	j.must(err)
	for _, file := range final.GetFiles() {
		body, err := j.reports.DownloadDocument(j.ctx, &reportv1.DownloadDocumentRequest{Name: final.GetName(), Format: file.GetFormat()})
		j.must(err)
		sum := sha256.Sum256(body.GetData())
		if hex.EncodeToString(sum[:]) != file.GetSha256() || int64(len(body.GetData())) != file.GetSizeBytes() {
			t.Errorf("%v: the bytes are not those that were frozen", file.GetFormat())
		}
	}
	if len(final.GetFiles()) != 3 || len(final.GetPositions()) == 0 {
		t.Errorf("got %d files and %d positions, want three files and the positions they rest on", len(final.GetFiles()), len(final.GetPositions()))
	}
	stop()
	wantSound(t, s.Data)
}

func TestTheDocumentTellsTheTruth(t *testing.T) {
	s, _ := suitetest.Start(t)
	load(t, s, "plan.yaml", read(t, "docs/examples/plan.yaml"))
	j := begin(t, s)
	round := j.round("ja", "ja", "ja", "ja")
	good := j.draft(reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML)
	list, err := j.risks.ListFollowUps(j.ctx, &riskv1.ListFollowUpsRequest{Parent: round.GetName()})
	j.must(err)
	second := list.GetFollowUps()[1]
	_, err = j.risks.AnswerFollowUp(j.ctx, &riskv1.AnswerFollowUpRequest{Name: second.GetName(), Etag: second.GetEtag(), Status: "nej", Comment: "Försenat."})
	j.must(err)
	bad := j.draft(reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML)
	for _, label := range []string{"Risk", "Ansvarsområde/process", "Riskvärde", "Befintliga aktiviteter och egenkontroller",
		"Planerad hantering", "Följer plan", "Kommentar"} {
		if n := strings.Count(plain(good), ">"+label+"<"); n != 4 {
			t.Errorf("the label %q stands %d times, want once a critical risk", label, n)
		}
	}
	const all = "samtliga fyra kritiska risker hanteras enligt planen"
	if !strings.Contains(good, all) || strings.Contains(bad, all) || !strings.Contains(bad, ">Nej<") {
		t.Error("the conclusion does not follow from the answers")
	}
}

// plain takes away soft hyphens and break hints.
func plain(html string) string {
	return strings.NewReplacer("\u00ad", "", "<wbr>", "", "\u200b", "").Replace(html)
}

func TestExportImportExportIsIdentical(t *testing.T) {
	first, _ := suitetest.Start(t, suitetest.WithReferenceData)
	once := export(t, first)
	second, stop := suitetest.Start(t)
	load(t, second, "export.yaml", once)
	if twice := export(t, second); !bytes.Equal(once, twice) {
		t.Errorf("the second export differs: %d and %d bytes", len(once), len(twice))
	}
	load(t, second, "export.yaml", once) // a repeat changes nothing
	stop()
	wantSound(t, second.Data)
}

func TestTheSuiteStartsAgainOnItsData(t *testing.T) {
	s, stop := suitetest.Start(t, suitetest.WithReferenceData)
	before := export(t, s)
	stop()
	again, _ := suitetest.Start(t, suitetest.InDirectory(s.Data), suitetest.WithReferenceData)
	if after := export(t, again); !bytes.Equal(before, after) {
		t.Error("the data differ after a restart")
	}
}

func TestTheFirstLinkComesOnce(t *testing.T) {
	s, stop := suitetest.Start(t)
	if s.Link == "" {
		t.Fatal("the first start printed no link")
	}
	load(t, s, "plan.yaml", read(t, "docs/examples/plan.yaml"))
	stop()
}

func TestUnsafeAddressesAreRefused(t *testing.T) {
	for name, cfg := range map[string]allinone.Config{
		"every address without TLS":   {Data: "x", HTTP: "0.0.0.0:8080", GRPC: "127.0.0.1:0"},
		"gRPC on every address":       {Data: "x", HTTP: "127.0.0.1:0", GRPC: ":9090"},
		"a demonstration in the open": {Data: "x", HTTP: "0.0.0.0:8080", GRPC: "127.0.0.1:0", Demo: true, TrustedProxy: true},
		"no data directory":           {HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0"},
	} {
		if err := cfg.Validate(); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
