package client_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
	"github.com/uppsikt/uppsikt/internal/exchange/exchangetest"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/refdata"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
)

const example = "../../../docs/examples/plan.yaml"

// commands is the part of the grammar that this package holds.
type commands struct {
	Import      client.Import      `cmd:""`
	Export      client.Export      `cmd:""`
	Report      client.Report      `cmd:""`
	Get         client.Get         `cmd:""`
	Healthcheck client.Healthcheck `cmd:""`
	Template    client.Template    `cmd:""`
}

// result is what a command line did.
type result struct {
	code        int
	out, errors string
}

// execute runs one command line with UPPSIKT_TOKEN set to "secret".
func execute(t *testing.T, args ...string) result {
	t.Helper()
	return executeWith(t, "secret\n", args...)
}

// executeWith runs one command line with UPPSIKT_TOKEN set to a token.
func executeWith(t *testing.T, token string, args ...string) result {
	t.Helper()
	var grammar commands
	var out, errors bytes.Buffer
	app := client.App{Context: t.Context(), Stdout: &out, Stderr: &errors, Getenv: func(name string) string {
		return map[string]string{"UPPSIKT_TOKEN": token}[name]
	}}
	parser, err := kong.New(&grammar, kong.Bind(app))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return result{client.Misuse(&errors, err), out.String(), errors.String()}
	}
	code := client.Fail(&errors, parsed.Run())
	return result{code, out.String(), errors.String()}
}

func (r result) want(t *testing.T, code int, texts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("got exit code %d, want %d: %s", r.code, code, r.errors)
	}
	for _, text := range texts {
		if !strings.Contains(r.out+r.errors, text) {
			t.Errorf("%q is not in the output:\n%s%s", text, r.out, r.errors)
		}
	}
}

// reports renders drafts that hold what was asked for, and who asked.
type reports struct {
	reportv1.UnimplementedReportingServiceServer
}

func (reports) RenderDraft(ctx context.Context, r *reportv1.RenderDraftRequest) (*httpbody.HttpBody, error) {
	if r.GetFormat() == reportv1.DocumentFormat_DOCUMENT_FORMAT_XLSX {
		return nil, rpcerr.ToStatus(&fault.Error{Kind: fault.Unsupported, Reason: "NOT_SUPPORTED",
			Swedish: "Det formatet finns inte ännu.", English: "no xlsx"}, "request-7").Err()
	}
	sent, _ := metadata.FromIncomingContext(ctx)
	text := fmt.Sprintf("%s %s %s %s %s %s", r.GetParent(), r.GetKind(), r.GetPlan(), r.GetRound(), r.GetFormat(), sent.Get("authorization"))
	return &httpbody.HttpBody{Data: []byte(text)}, nil
}

// history has two pages of one entry.
type history struct {
	directoryv1.UnimplementedJournalServiceServer
}

func (history) ListJournalEntries(_ context.Context, r *journalv1.ListJournalEntriesRequest) (*journalv1.ListJournalEntriesResponse, error) {
	if r.GetPageToken() == "" {
		return &journalv1.ListJournalEntriesResponse{Entries: []*journalv1.JournalEntry{{Resource: r.GetName(), Sequence: 2}}, NextPageToken: "more"}, nil
	}
	return &journalv1.ListJournalEntriesResponse{Entries: []*journalv1.JournalEntry{{Resource: r.GetName(), Sequence: 1}}}, nil
}

func install(t *testing.T) *exchangetest.Installation {
	t.Helper()
	return exchangetest.Install(t, func(r grpc.ServiceRegistrar) {
		reportv1.RegisterReportingServiceServer(r, reports{})
		directoryv1.RegisterJournalServiceServer(r, history{})
	})
}

func TestImportAndExport(t *testing.T) {
	in := install(t)
	execute(t, "import", "--server", in.Address, "--check", example).want(t, client.ExitOK, "kan läsas in", "riskregister")
	if n := len(in.Risks.Kept); n != 0 {
		t.Errorf("a check wrote %d resources", n)
	}
	execute(t, "import", "--server", in.Address, example).want(t, client.ExitOK, "inläst", "2 nya, 0 ändrade, 0 oförändrade")
	execute(t, "import", "--server", in.Address, example).want(t, client.ExitOK, "0 nya, 0 ändrade, 2 oförändrade")
	file := filepath.Join(t.TempDir(), "kommun.yaml")
	execute(t, "export", "--server", in.Address, "--municipality", refdata.Municipality, "-o", file).want(t, client.ExitOK)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), "format: uppsikt.exchange.v1\n") {
		t.Errorf("got %.60q", text)
	}
	execute(t, "import", "--server", in.Address, file).want(t, client.ExitOK, "0 nya, 0 ändrade")
}

func TestImportOfABadFile(t *testing.T) {
	in := install(t)
	file := filepath.Join(t.TempDir(), "fel.yaml")
	if err := os.WriteFile(file, []byte("format: uppsikt.exchange.v1\nplans:\n- titel: Plan\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	execute(t, "import", "--server", in.Address, file).want(t, client.ExitFailed, "plans[0].titel: Rad 3: Fältet ”titel” finns inte.")
	execute(t, "import", "--server", in.Address, file+"x").want(t, client.ExitFailed, "fel.yamlx")
	in.Risks.Refuse = "/risks/bemanning"
	execute(t, "import", "--server", in.Address, example).want(t, client.ExitFailed, "Filen har 1 fel.", "].title: Rad ", "Duger inte.", "Ingenting har lästs in.")
}

// TestImportThatBreaksOff says what is in.
func TestImportThatBreaksOff(t *testing.T) {
	in := install(t)
	in.Risks.Broken = true
	got := execute(t, "import", "--server", in.Address, example)
	got.want(t, client.ExitFailed, "directory: inläst", "riskregister: inte inläst", "Tjänsten går inte att nå just nu.", "kör samma kommando igen")
}

func TestReport(t *testing.T) {
	in := install(t)
	committee := refdata.Municipality + "/committees/socialnamnden"
	base := []string{"report", "--server", in.Address, "--committee", committee, "--year", "2025", "--kind", "minutes-extract"}
	execute(t, append(base, "--round", "delar-2025", "--format", "pdf", "-o", "-")...).want(t, client.ExitOK,
		committee+" DOCUMENT_KIND_MINUTES_EXTRACT "+committee+"/plans/2025 "+committee+"/rounds/delar-2025 DOCUMENT_FORMAT_PDF [Bearer secret]")
	file := filepath.Join(t.TempDir(), "a.html")
	execute(t, append(base, "--format", "html", "-o", file)...).want(t, client.ExitOK)
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "FORMAT_HTML") {
		t.Errorf("got %q, %v", text, err)
	}
	execute(t, append(base, "--format", "xlsx", "-o", file)...).want(t, client.ExitFailed, "Det formatet finns inte ännu.", "request-7")
	execute(t, append(base, "--format", "odt", "-o", file)...).want(t, client.ExitMisuse, "--format")
}

func TestGet(t *testing.T) {
	in := install(t)
	execute(t, "import", "--server", in.Address, example).want(t, client.ExitOK)
	committee := refdata.Municipality + "/committees/socialnamnden"
	execute(t, "get", "--server", in.Address, committee).want(t, client.ExitOK, `"display_name": "Socialnämnden"`)
	execute(t, "get", "--server", in.Address, committee+"x").want(t, client.ExitFailed, "finns inte", "committees/socialnamndenx")
	execute(t, "get", "--server", in.Address, "nämnder/1").want(t, client.ExitFailed, "name: Inget har namn av den här formen.")
	execute(t, "get", "--server", in.Address, "--history", committee).want(t, client.ExitOK, `"sequence": "2"`, `"sequence": "1"`)
}

// TestGetKnowsEveryResource: each resource that the API declares can be got by its name.
func TestGetKnowsEveryResource(t *testing.T) {
	names := []string{
		"municipalities/m", "municipalities/m/committees/c", "municipalities/m/committees/c/units/u", "municipalities/m/people/p",
		"municipalities/m/roleAssignments/a", "municipalities/m/methods/k", "municipalities/m/methods/k/versions/1",
		"municipalities/m/committees/c/methods/k/versions/1", "municipalities/m/committees/c/plans/2025",
		"municipalities/m/committees/c/plans/2025/versions/1", "municipalities/m/committees/c/risks/r",
		"municipalities/m/committees/c/plans/2025/riskEntries/e", "municipalities/m/committees/c/plans/2025/controlAreas/a",
		"municipalities/m/committees/c/plans/2025/controlPoints/p", "municipalities/m/committees/c/rounds/r",
		"municipalities/m/committees/c/rounds/r/followUps/f", "municipalities/m/committees/c/cases/k", "municipalities/m/committees/c/documents/d",
	}
	in := install(t)
	for _, name := range names {
		got := execute(t, "get", "--server", in.Address, name)
		if got.code != client.ExitFailed || strings.Contains(got.errors, "av den här formen") {
			t.Errorf("%s: %s", name, got.errors)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	server := health.NewServer()
	in := exchangetest.Install(t, func(r grpc.ServiceRegistrar) { healthv1.RegisterHealthServer(r, server) })
	execute(t, "healthcheck", "--server", in.Address).want(t, client.ExitOK, "SERVING")
	server.SetServingStatus("", healthv1.HealthCheckResponse_NOT_SERVING)
	execute(t, "healthcheck", "--server", in.Address).want(t, client.ExitFailed, "Tjänsten går inte att nå just nu.")
}

// TestHealthcheckOfEachService: those with an address of their own are asked, and all must serve; --server-name asks one.
func TestHealthcheckOfEachService(t *testing.T) {
	servers, addresses := []*health.Server{}, []string{}
	for range 3 {
		server := health.NewServer()
		in := exchangetest.Install(t, func(r grpc.ServiceRegistrar) { healthv1.RegisterHealthServer(r, server) })
		servers, addresses = append(servers, server), append(addresses, in.Address)
	}
	t.Setenv("UPPSIKT_REPORTING", addresses[2])
	all := []string{"healthcheck", "--directory", addresses[0], "--risk-register", addresses[1]}
	execute(t, all...).want(t, client.ExitOK, "SERVING")
	servers[2].SetServingStatus("", healthv1.HealthCheckResponse_NOT_SERVING)
	execute(t, all...).want(t, client.ExitFailed, addresses[2])
	execute(t, "healthcheck", "--server", addresses[0]).want(t, client.ExitFailed, addresses[2])
	execute(t, "healthcheck", "--server", addresses[0], "--server-name", "directory").want(t, client.ExitOK, "SERVING")
	servers[2].SetServingStatus("", healthv1.HealthCheckResponse_SERVING)
	servers[0].SetServingStatus("", healthv1.HealthCheckResponse_NOT_SERVING)
	execute(t, "healthcheck", "--server", addresses[0]).want(t, client.ExitFailed, addresses[0])
}

// TestEncryptionIsAgreedOn: a client and a server of which one alone uses TLS leave a hint.
func TestEncryptionIsAgreedOn(t *testing.T) {
	encrypted := httptest.NewTLSServer(nil)
	t.Cleanup(encrypted.Close)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: encrypted.TLS.Certificates, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	go func() { _ = server.Serve(listener) }() // ends with Stop
	t.Cleanup(server.Stop)
	execute(t, "get", "--server", listener.Addr().String(), refdata.Municipality).want(t, client.ExitFailed, "Ange --tls, eller --ca FILE")
	execute(t, "get", "--tls", "--server", install(t).Address, refdata.Municipality).want(t, client.ExitFailed, "Utelämna --tls och --ca")
}

// TestTokensStayHome: a token is not sent to another machine in the clear.
func TestTokensStayHome(t *testing.T) {
	execute(t, "get", "--server", "192.0.2.1:9090", "municipalities/m").want(t, client.ExitFailed, "--tls")
	execute(t, "get", "--server", "192.0.2.1:9090", "--ca", "finns-inte.pem", "municipalities/m").want(t, client.ExitFailed, "finns-inte.pem")
}

// TestTokensAreNeeded: without one nothing is asked, but whether the installation serves.
func TestTokensAreNeeded(t *testing.T) {
	server := health.NewServer()
	in := exchangetest.Install(t, func(r grpc.ServiceRegistrar) { healthv1.RegisterHealthServer(r, server) })
	committee := refdata.Municipality + "/committees/socialnamnden"
	for _, args := range [][]string{
		{"get", committee}, {"import", example}, {"export", "-o", filepath.Join(t.TempDir(), "a.yaml")},
		{"report", "--committee", committee, "--year", "2025", "--kind", "interim", "--format", "pdf", "-o", "-"},
	} {
		got := executeWith(t, " ", append(args, "--server", in.Address)...)
		got.want(t, client.ExitFailed, "Ange --token eller UPPSIKT_TOKEN (uppsikt token skapar en).")
	}
	executeWith(t, "", "healthcheck", "--server", in.Address).want(t, client.ExitOK, "SERVING")
}

// TestFail: an error that is no fault is shown as it is, and one that was told is not told again.
func TestFail(t *testing.T) {
	var w bytes.Buffer
	if code := client.Fail(&w, fmt.Errorf("%w", client.ErrReported)); code != client.ExitFailed || w.Len() > 0 {
		t.Errorf("got %d %q", code, &w)
	}
	client.Fail(&w, fmt.Errorf("look up x: %w", status.Error(codes.PermissionDenied, "needs TRANSFER")))
	if !strings.Contains(w.String(), "Du har inte behörighet") || !strings.Contains(w.String(), "needs TRANSFER") {
		t.Errorf("got %q", &w)
	}
	w.Reset()
	client.Fail(&w, status.Error(codes.Unauthenticated, "the token has expired"))
	if !strings.Contains(w.String(), "Skapa en ny med uppsikt token.") || strings.Contains(w.String(), "Logga in") {
		t.Errorf("got %q", &w)
	}
}
