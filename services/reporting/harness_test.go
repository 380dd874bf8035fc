package reporting_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/reporting"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a running reporting service, its sources, and people who call it.
type world struct {
	reportv1.ReportingServiceClient
	transfer reportv1.TransferServiceClient
	journal  reportv1.JournalServiceClient
	sources  *sources
	clock    *rpctest.Clock
	db       sqldb.DB

	// Contexts of callers.
	secretary, official, member, stranger, operator, auditor, coordinator context.Context
	// care is the secretary of the committee that steers by control areas.
	care context.Context
}

// lateConn is the connection of the harness, which exists only after the services were registered.
type lateConn struct{ conn grpc.ClientConnInterface }

var errEarly = errors.New("called before the server runs")

// Invoke calls through the connection.
func (l *lateConn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if l.conn == nil {
		return errEarly
	}
	return l.conn.Invoke(ctx, method, args, reply, opts...)
}

// NewStream opens a stream through the connection.
func (l *lateConn) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	if l.conn == nil {
		return nil, errEarly
	}
	return l.conn.NewStream(ctx, desc, method, opts...)
}

// start serves reporting over SQLite.
func start(t *testing.T) *world {
	t.Helper()
	return serve(t, sqldbtest.Open(t, sqldb.SQLite, reporting.Migrations()))
}

// serve serves reporting over a database, together with its sources.
func serve(t testing.TB, db sqldb.DB) *world {
	t.Helper()
	w := &world{sources: newSources(t), clock: rpctest.NewClock(), db: db}
	late := &lateConn{}
	service, err := reporting.Open(t.Context(), reporting.DefaultConfig(), reporting.Deps{Database: db,
		Logger: slog.New(slog.DiscardHandler), Clock: w.clock, RiskRegister: riskv1.NewRiskRegisterServiceClient(late),
		Directory: directoryv1.NewDirectoryServiceClient(late), ControlMeasurement: controlv1.NewControlMeasurementServiceClient(late)})
	if err != nil {
		t.Fatal(err)
	}
	h := rpctest.Serve(t, w.clock, func(r grpc.ServiceRegistrar) {
		service.Register(r)
		w.sources.Register(r)
	})
	late.conn = h.Conn
	w.ReportingServiceClient = reportv1.NewReportingServiceClient(h.Conn)
	w.transfer, w.journal = reportv1.NewTransferServiceClient(h.Conn), reportv1.NewJournalServiceClient(h.Conn)
	as := func(id, role, scope string) context.Context {
		return h.As(t.Context(), municipality+"/people/"+id, rpctest.Role(role, scope))
	}
	w.secretary, w.official = as("sekreterare", "secretary", committee), as("handlaggare", "official", committee)
	w.member, w.stranger = as("ledamot", "member", committee), as("annan", "secretary", sister)
	w.operator, w.auditor = as("drift", "operator", municipality), as("revisor", "auditor", committee)
	w.coordinator, w.care = as("samordnare", "coordinator", municipality), as("omsorg", "secretary", careCommittee)
	return w
}

// draft stores a draft of the interim follow-up.
func (w *world) draft(t *testing.T, id string) *reportv1.Document {
	t.Helper()
	return must[*reportv1.Document](t)(w.CreateDocument(w.secretary, &reportv1.CreateDocumentRequest{Parent: committee, DocumentId: id,
		Document: &reportv1.Document{Kind: interim, Plan: plan}}))
}

// finalize makes a document final.
func (w *world) finalize(t *testing.T, name string) *reportv1.Document {
	t.Helper()
	return must[*reportv1.Document](t)(w.FinalizeDocument(w.secretary, &reportv1.FinalizeDocumentRequest{Name: name}))
}

// The kind and formats, shorter.
const (
	interim  = reportv1.DocumentKind_DOCUMENT_KIND_INTERIM
	htmlFile = reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML
	pdfFile  = reportv1.DocumentFormat_DOCUMENT_FORMAT_PDF
	docxFile = reportv1.DocumentFormat_DOCUMENT_FORMAT_DOCX
	xlsxFile = reportv1.DocumentFormat_DOCUMENT_FORMAT_XLSX
)

// html renders the draft as text.
func (w *world) html(t *testing.T) string {
	t.Helper()
	body, err := w.RenderDraft(w.official, &reportv1.RenderDraftRequest{Parent: committee, Kind: interim, Plan: plan, Format: htmlFile})
	if err != nil {
		t.Fatal(rpcerr.FromStatus(err))
	}
	return string(body.GetData())
}

// answer changes one answer of the round.
func (s *sources) answer(id, status string) {
	s.change(func(b *exchangev1.Bundle) {
		for _, f := range b.GetFollowUps() {
			if f.GetName() == round+"/followUps/"+id {
				f.Status = status
			}
		}
	})
}

// setRound changes the round.
func (s *sources) setRound(fn func(*riskv1.Round)) {
	s.change(func(b *exchangev1.Bundle) {
		for _, r := range b.GetRounds() {
			if r.GetName() == round {
				fn(r)
			}
		}
	})
}

// must returns the answer of a call that may not fail.
func must[M proto.Message](t *testing.T) func(M, error) M {
	return func(m M, err error) M {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected fault: %v", rpcerr.FromStatus(err))
		}
		return m
	}
}

// refused checks that a call failed with this kind and reason.
func refused(t *testing.T, err error, kind fault.Kind, reason string) {
	t.Helper()
	f := rpcerr.FromStatus(err)
	if f == nil {
		t.Fatalf("got no fault, want %s", reason)
	}
	if f.Kind != kind || f.Reason != reason {
		t.Errorf("got kind %d, reason %s (%v), want kind %d, reason %s", f.Kind, f.Reason, f, kind, reason)
	}
	if f.Swedish == "" && kind != fault.Internal {
		t.Errorf("%s: the fault has no Swedish text", reason)
	}
}

// importCases runs an import of cases.
func (w *world) importCases(t *testing.T, parent string, dry bool, items ...*transferv1.ImportItem) *transferv1.ImportResponse {
	t.Helper()
	stream, err := w.transfer.Import(w.operator)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&transferv1.ImportRequest{Parent: parent, ValidateOnly: dry, Items: items}); err != nil {
		t.Fatal(err)
	}
	return must[*transferv1.ImportResponse](t)(stream.CloseAndRecv())
}
