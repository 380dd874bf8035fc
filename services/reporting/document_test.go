package reporting_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting"
)

// contains checks that a document says every text, in this order.
func contains(t *testing.T, got string, want ...string) {
	t.Helper()
	got = strings.ReplaceAll(got, "\u00a0", " ")
	rest := got
	for _, text := range want {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Errorf("got %q, which lacks %q in this place", got, text)
			return
		}
		rest = after
	}
}

func TestDraftHoldsWhatTheCommitteeNeeds(t *testing.T) {
	w := start(t)
	contains(t, w.html(t), "Utkast", "Bakgrund</h2>", "6 kap. 6 §", "10 kap. 1 §",
		"Delårsuppföljning socialnämndens internkontrollplan 2025</h2>", "SN-2024/259", "Planen bygger på en riskanalys",
		"14 risker, fyra av dem kritiska", "en av dem ska även granskas", "första halvåret 2025",
		"samtliga fyra kritiska risker hanteras enligt planen", "Efter årets slut",
		"Uppföljning av kritiska risker i socialnämndens internkontrollplan 2025</h2>",
		"9 – kritisk", "12 – kritisk", "8 – kritisk", "12 – kritisk", "Riskregistret, nämndens journal: post 214")
}

func TestDraftTellsTheTruthWhenAnAnswerChanges(t *testing.T) {
	w := start(t)
	w.sources.answer("bemanning", "nej")
	got := w.html(t)
	contains(t, got, "tre av de fyra kritiska riskerna hanteras enligt planen", "för en av de fyra kritiska riskerna",
		"schemaläggningen", "Riskvärde", "Nej")
	if strings.Contains(got, "samtliga fyra") {
		t.Error("the conclusion still says that all risks follow the plan")
	}
	w.sources.answer("bemanning", "")
	contains(t, w.html(t), "Svar saknas för en av de fyra kritiska riskerna")
}

func TestCommitteeWithStatedAxes(t *testing.T) {
	w := start(t)
	var rounds []*riskv1.Round
	w.sources.change(func(b *exchangev1.Bundle) {
		for _, r := range b.GetRounds() {
			if strings.HasPrefix(r.GetName(), sister) {
				rounds = append(rounds, r)
			}
		}
	})
	if len(rounds) == 0 {
		t.Fatal("the reference data has no round with stated axes")
	}
	body := must[*httpbody.HttpBody](t)(w.RenderDraft(w.stranger,
		&reportv1.RenderDraftRequest{Parent: sister, Kind: interim, Round: rounds[0].GetName(), Format: htmlFile}))
	contains(t, string(body.GetData()), "sannolikhet ", " × konsekvens ")
}

func TestEveryFormat(t *testing.T) {
	w := start(t)
	for format, want := range map[reportv1.DocumentFormat]struct{ contentType, name, magic string }{
		htmlFile: {"text/html; charset=utf-8", "utkast-delarsuppfoljning-socialnamnden-2025.html", "<!"},
		pdfFile:  {"application/pdf", "utkast-delarsuppfoljning-socialnamnden-2025.pdf", "%PDF-"},
		docxFile: {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "utkast-delarsuppfoljning-socialnamnden-2025.docx", "PK"},
	} {
		var header metadata.MD
		body := must[*httpbody.HttpBody](t)(w.RenderDraft(w.official,
			&reportv1.RenderDraftRequest{Parent: committee, Kind: interim, Plan: plan, Format: format}, grpc.Header(&header)))
		if body.GetContentType() != want.contentType || !bytes.HasPrefix(body.GetData(), []byte(want.magic)) {
			t.Errorf("%s: got %s, %.20q", format, body.GetContentType(), body.GetData())
		}
		if got := strings.Join(header.Get("content-disposition"), ""); got != `attachment; filename="`+want.name+`"` {
			t.Errorf("%s: got file name %s", format, got)
		}
	}
}

func TestUnsupportedKindsAndFormats(t *testing.T) {
	w := start(t)
	draft := func(kind reportv1.DocumentKind, format reportv1.DocumentFormat) error {
		_, err := w.RenderDraft(w.official, &reportv1.RenderDraftRequest{Parent: committee, Kind: kind, Plan: plan, Format: format})
		return err
	}
	refused(t, draft(reportv1.DocumentKind_DOCUMENT_KIND_CONSOLIDATED, pdfFile), fault.Unsupported, "NOT_SUPPORTED")
	for _, kind := range []reportv1.DocumentKind{memorandumKind, extractKind} {
		refused(t, draft(kind, xlsxFile), fault.Unsupported, "NOT_SUPPORTED")
	}
	refused(t, draft(interim, xlsxFile), fault.Unsupported, "NOT_SUPPORTED")
	_, err := w.CreateDocument(w.secretary, &reportv1.CreateDocumentRequest{Parent: committee,
		Document: &reportv1.Document{Kind: reportv1.DocumentKind_DOCUMENT_KIND_CONSOLIDATED, Plan: plan}})
	refused(t, err, fault.Unsupported, "NOT_SUPPORTED")
	_, err = w.ListDocumentParts(w.official, &reportv1.ListDocumentPartsRequest{Parent: committee,
		Kind: reportv1.DocumentKind_DOCUMENT_KIND_CONSOLIDATED, Plan: plan})
	refused(t, err, fault.Unsupported, "NOT_SUPPORTED")
}

// The caller's rights were checked for the parent alone, so nothing outside it may be named.
func TestNothingOutsideTheCommittee(t *testing.T) {
	w := start(t)
	for name, req := range map[string]*reportv1.RenderDraftRequest{
		"plan":     {Plan: sister + "/plans/2025"},
		"round":    {Plan: plan, Round: sister + "/rounds/delar-2025"},
		"case":     {Plan: plan, Case: sister + "/cases/c"},
		"wildcard": {Plan: committee + "/plans/-"},
		"nothing":  {},
	} {
		req.Parent, req.Kind, req.Format = committee, interim, htmlFile
		_, err := w.RenderDraft(w.official, req)
		if f := rpcerr.FromStatus(err); f == nil || f.Kind != fault.Invalid {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
	_, err := w.RenderDraft(w.stranger, &reportv1.RenderDraftRequest{Parent: committee, Kind: interim, Plan: plan, Format: htmlFile})
	refused(t, err, fault.Denied, "PERMISSION_DENIED")
}

func TestLatestRound(t *testing.T) {
	w := start(t)
	w.sources.change(func(b *exchangev1.Bundle) {
		b.Rounds = append(b.Rounds, &riskv1.Round{Name: committee + "/rounds/tidigare", Title: "Vårens uppföljning", Plans: []string{plan},
			Kind: riskv1.RoundKind_ROUND_KIND_INTERIM, Selection: riskv1.RoundSelection_ROUND_SELECTION_CRITICAL, MeetingDate: "2025-05-01"},
			&riskv1.Round{Name: committee + "/rounds/helar", Title: "Helår", Plans: []string{plan}, MeetingDate: "2026-02-01",
				Kind: riskv1.RoundKind_ROUND_KIND_YEARLY, Selection: riskv1.RoundSelection_ROUND_SELECTION_ALL})
	})
	contains(t, w.html(t), "Delårsuppföljning 2025</h1>")
	w.sources.change(func(b *exchangev1.Bundle) {
		b.Rounds = append(b.Rounds, &riskv1.Round{Name: committee + "/rounds/host", Title: "Höstens uppföljning", Plans: []string{plan},
			Kind: riskv1.RoundKind_ROUND_KIND_INTERIM, Selection: riskv1.RoundSelection_ROUND_SELECTION_ALL})
	})
	contains(t, w.html(t), "Höstens uppföljning</h1>", "Uppföljningen omfattar inga risker", "Uppföljning av samtliga risker")

	_, err := w.RenderDraft(w.official, &reportv1.RenderDraftRequest{Parent: committee, Kind: interim, Plan: plan, Format: htmlFile,
		Round: committee + "/rounds/helar"})
	refused(t, err, fault.Invalid, "INVALID_FIELDS")
	w.sources.change(func(b *exchangev1.Bundle) { b.Rounds = nil })
	_, err = w.RenderDraft(w.official, &reportv1.RenderDraftRequest{Parent: committee, Kind: interim, Plan: plan, Format: htmlFile})
	refused(t, err, fault.Precondition, "INCOMPLETE")
}

// Trap 6: while a decided plan is being revised, the follow-up speaks of what was decided, not of the draft.
func TestRevisionMidYear(t *testing.T) {
	w := start(t)
	answer := must[*riskv1.GetPlanSnapshotResponse](t)(w.sources.GetPlanSnapshot(t.Context(), &riskv1.GetPlanSnapshotRequest{Name: plan}))
	w.sources.change(func(b *exchangev1.Bundle) {
		b.PlanVersions = append(b.PlanVersions, &riskv1.PlanVersion{Name: plan + "/versions/1", Snapshot: answer.GetSnapshot()})
		for _, p := range b.GetPlans() {
			if p.GetName() == plan {
				p.State, p.Version, p.Decision = riskv1.PlanState_PLAN_STATE_DRAFT, 2, nil
			}
		}
		for _, e := range b.GetRiskEntries() {
			e.Selection = riskv1.Selection_SELECTION_NOT_CHOSEN // what the draft says
		}
	})
	contains(t, w.html(t), "beslutade den 10 december 2024", "En ny version av planen är under arbete", "14 risker, fyra av dem kritiska")
}

func TestFinalizeOnBothEngines(t *testing.T) {
	sqldbtest.Run(t, reporting.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		d := w.draft(t, "delar")
		if d.GetRound() != round || d.GetPlan() != plan || d.GetState() != reportv1.DocumentState_DOCUMENT_STATE_DRAFT {
			t.Fatalf("got draft %v", d)
		}
		final := w.finalize(t, d.GetName())
		formats := []reportv1.DocumentFormat{htmlFile, pdfFile, docxFile}
		for i, f := range final.GetFiles() {
			body := must[*httpbody.HttpBody](t)(w.DownloadDocument(w.member, &reportv1.DownloadDocumentRequest{Name: d.GetName(), Format: f.GetFormat()}))
			sum := sha256.Sum256(body.GetData())
			if f.GetFormat() != formats[i] || f.GetSha256() != hex.EncodeToString(sum[:]) || f.GetSizeBytes() != int64(len(body.GetData())) {
				t.Errorf("file %d: got %v for %d bytes with %x", i, f, len(body.GetData()), sum)
			}
		}
		if len(final.GetFiles()) != len(formats) || final.GetFinalBy() != municipality+"/people/sekreterare" ||
			!final.GetFinalTime().AsTime().Equal(w.clock.Now()) || final.GetTitle() != "Delårsuppföljning 2025" {
			t.Errorf("got %v", final)
		}
		if got := final.GetPositions(); len(got) != 2 || got[0].GetService() != "riskregister" || got[0].GetSequence() != 214 ||
			got[1].GetService() != "controlmeasurement" || got[1].GetSequence() != 87 {
			t.Errorf("got positions %v", got)
		}
		// What is frozen stays so when the sources change.
		w.sources.answer("bemanning", "nej")
		body := must[*httpbody.HttpBody](t)(w.DownloadDocument(w.member, &reportv1.DownloadDocumentRequest{Name: d.GetName(), Format: htmlFile}))
		contains(t, string(body.GetData()), "samtliga fyra kritiska risker")
		if strings.Contains(string(body.GetData()), "Utkast") {
			t.Error("a final document is marked as a draft")
		}
		verified(t, db, 0)
	})
}

// verified checks how many problems a verification finds.
func verified(t *testing.T, db sqldb.DB, want int) {
	t.Helper()
	var problems []journal.Problem
	if err := reporting.Verify(t.Context(), db, func(p journal.Problem) { problems = append(problems, p) }); err != nil {
		t.Fatal(err)
	}
	if len(problems) != want {
		t.Errorf("got problems %v, want %d", problems, want)
	}
}

func TestFinalizeNeedsTheRoundClosed(t *testing.T) {
	w := start(t)
	d := w.draft(t, "delar")
	w.sources.setRound(func(r *riskv1.Round) { r.State = riskv1.RoundState_ROUND_STATE_OPEN })
	_, err := w.FinalizeDocument(w.secretary, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.Precondition, "WRONG_STATE")
	if got := must[*reportv1.Document](t)(w.GetDocument(w.secretary, &reportv1.GetDocumentRequest{Name: d.GetName()})); len(got.GetFiles()) > 0 {
		t.Errorf("got %v, want a draft", got)
	}
}

func TestFinalizeTwice(t *testing.T) {
	w := start(t)
	d := w.draft(t, "delar")
	first := w.finalize(t, d.GetName())
	_, err := w.FinalizeDocument(w.secretary, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.DeleteDocument(w.secretary, &reportv1.DeleteDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.Precondition, "WRONG_STATE")
	got := must[*reportv1.Document](t)(w.GetDocument(w.member, &reportv1.GetDocumentRequest{Name: d.GetName()}))
	if diff := cmp.Diff(first, got, protocmp.Transform()); diff != "" {
		t.Errorf("the final document changed (-was +is):\n%s", diff)
	}
}

func TestFinalizeAtTheSameTime(t *testing.T) {
	w := start(t)
	d := w.draft(t, "delar")
	var won, lost int
	var mu sync.Mutex
	var calls sync.WaitGroup
	for range 4 {
		calls.Go(func() {
			_, err := w.FinalizeDocument(w.secretary, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if f := rpcerr.FromStatus(err); f.Kind == fault.Conflict || f.Kind == fault.Precondition {
				lost++
			}
		})
	}
	calls.Wait()
	if won != 1 || lost != 3 {
		t.Errorf("got %d calls that made it final and %d refused, want 1 and 3", won, lost)
	}
	verified(t, w.db, 0)
}

func TestFinalizeRepeatsWhenSourcesMove(t *testing.T) {
	w := start(t)
	d := w.draft(t, "delar")
	before := w.sources.taken()
	w.sources.mu.Lock()
	w.sources.moves = 3 // the first two readings are overtaken
	w.sources.mu.Unlock()
	final := w.finalize(t, d.GetName())
	if got := w.sources.taken() - before; got != 6 {
		t.Errorf("got %d snapshots, want two for each of three attempts", got)
	}
	if got := final.GetPositions()[0].GetSequence(); got != 217 {
		t.Errorf("got position %d, want the one of the last reading", got)
	}
}

func TestFinalizeGivesUpWhenSourcesKeepMoving(t *testing.T) {
	w := start(t)
	d := w.draft(t, "delar")
	w.sources.mu.Lock()
	w.sources.moves = 100
	w.sources.mu.Unlock()
	_, err := w.FinalizeDocument(w.secretary, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.Conflict, "SOURCES_MOVED")
}

func TestFinalizeStaleEtag(t *testing.T) {
	w := start(t)
	d := w.draft(t, "delar")
	_, err := w.FinalizeDocument(w.secretary, &reportv1.FinalizeDocumentRequest{Name: d.GetName(), Etag: "99"})
	refused(t, err, fault.Conflict, "STALE_ETAG")
	_, err = w.FinalizeDocument(w.member, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.Denied, "PERMISSION_DENIED")
}

func TestTamperedBytesAreNeverSent(t *testing.T) {
	sqldbtest.Run(t, reporting.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		d := w.finalize(t, w.draft(t, "delar").GetName())
		change := sqldb.Stmt{SQL: `update document_files set content = $1 where tenant = $2 and format = $3`,
			Args: []any{[]byte("%PDF-1.7 forged"), "exempelkommun", "pdf"}}
		if err := db.Write(t.Context(), "exempelkommun", nil, sqldb.Stmts(change)); err != nil {
			t.Fatal(err)
		}
		_, err := w.DownloadDocument(w.member, &reportv1.DownloadDocumentRequest{Name: d.GetName(), Format: pdfFile})
		refused(t, err, fault.Internal, "INTERNAL")
		must[*httpbody.HttpBody](t)(w.DownloadDocument(w.member, &reportv1.DownloadDocumentRequest{Name: d.GetName(), Format: docxFile}))
		verified(t, db, 1)

		remove := sqldb.Stmt{SQL: `delete from document_files where tenant = $1 and format = $2`, Args: []any{"exempelkommun", "docx"}}
		if err := db.Write(t.Context(), "exempelkommun", nil, sqldb.Stmts(remove)); err != nil {
			t.Fatal(err)
		}
		_, err = w.DownloadDocument(w.member, &reportv1.DownloadDocumentRequest{Name: d.GetName(), Format: docxFile})
		refused(t, err, fault.Internal, "INTERNAL")
		verified(t, db, 2)
	})
}

func TestMembersSeeFinalDocumentsOnly(t *testing.T) {
	w := start(t)
	w.draft(t, "utkast")
	final := w.finalize(t, w.draft(t, "slutligt").GetName())
	_, err := w.GetDocument(w.member, &reportv1.GetDocumentRequest{Name: committee + "/documents/utkast"})
	refused(t, err, fault.NotFound, "NOT_FOUND")
	_, err = w.DownloadDocument(w.member, &reportv1.DownloadDocumentRequest{Name: committee + "/documents/utkast", Format: pdfFile})
	refused(t, err, fault.NotFound, "NOT_FOUND")
	_, err = w.RenderDraft(w.member, &reportv1.RenderDraftRequest{Parent: committee, Kind: interim, Plan: plan, Format: pdfFile})
	refused(t, err, fault.Denied, "PERMISSION_DENIED")

	if got := names(t, w, w.member, &reportv1.ListDocumentsRequest{Parent: committee}); !slices.Equal(got, []string{final.GetName()}) {
		t.Errorf("a member sees %v", got)
	}
	drafts := &reportv1.ListDocumentsRequest{Parent: committee, State: reportv1.DocumentState_DOCUMENT_STATE_DRAFT}
	if got := names(t, w, w.member, drafts); len(got) > 0 {
		t.Errorf("a member sees drafts: %v", got)
	}
	if got := names(t, w, w.official, drafts); !slices.Equal(got, []string{committee + "/documents/utkast"}) {
		t.Errorf("the official sees the drafts %v", got)
	}
	if got := names(t, w, w.official, &reportv1.ListDocumentsRequest{Parent: committee, Round: round}); len(got) != 2 {
		t.Errorf("the official sees %v", got)
	}
}

func names(t *testing.T, w *world, ctx context.Context, req *reportv1.ListDocumentsRequest) []string {
	t.Helper()
	var all []string
	for _, d := range must[*reportv1.ListDocumentsResponse](t)(w.ListDocuments(ctx, req)).GetDocuments() {
		all = append(all, d.GetName())
	}
	return all
}

func TestDraftsAreDeletedAndDownloadedAnew(t *testing.T) {
	w := start(t)
	d := w.draft(t, "delar")
	w.sources.answer("bemanning", "delvis")
	body := must[*httpbody.HttpBody](t)(w.DownloadDocument(w.official, &reportv1.DownloadDocumentRequest{Name: d.GetName(), Format: htmlFile}))
	contains(t, string(body.GetData()), "Utkast", "delvis")
	if _, err := w.DeleteDocument(w.official, &reportv1.DeleteDocumentRequest{Name: d.GetName()}); err != nil {
		t.Fatal(err)
	}
	_, err := w.GetDocument(w.official, &reportv1.GetDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.NotFound, "NOT_FOUND")
}

// Many readers at once get the same bytes, although renderings wait for each other.
func TestDraftsAtTheSameTime(t *testing.T) {
	w := start(t)
	files := make([][]byte, 12)
	var calls sync.WaitGroup
	for i := range files {
		calls.Go(func() {
			body, err := w.RenderDraft(w.official, &reportv1.RenderDraftRequest{Parent: committee, Kind: interim, Plan: plan, Format: pdfFile})
			if err != nil {
				t.Error(rpcerr.FromStatus(err))
			}
			files[i] = body.GetData()
		})
	}
	calls.Wait()
	for i, f := range files {
		if !bytes.Equal(f, files[0]) {
			t.Errorf("file %d differs from the first", i)
		}
	}
}

// A client cannot claim that its new document is final.
func TestCreateIgnoresWhatOnlyFinalizeSets(t *testing.T) {
	w := start(t)
	d := must[*reportv1.Document](t)(w.CreateDocument(w.secretary, &reportv1.CreateDocumentRequest{Parent: committee,
		Document: &reportv1.Document{Kind: interim, Round: round, State: reportv1.DocumentState_DOCUMENT_STATE_FINAL, FinalBy: "x",
			Files: []*reportv1.DocumentFile{{Format: pdfFile, Sha256: "00"}}}}))
	if d.GetState() != reportv1.DocumentState_DOCUMENT_STATE_DRAFT || len(d.GetFiles()) > 0 || d.GetFinalBy() != "" || d.GetPlan() != plan {
		t.Errorf("got %v", d)
	}
}
