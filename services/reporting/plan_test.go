package reporting_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf/structcheck"
)

const (
	planKind   = reportv1.DocumentKind_DOCUMENT_KIND_PLAN
	sisterPlan = sister + "/plans/2025"
	svgFigure  = reportv1.FigureFormat_FIGURE_FORMAT_SVG
	pdfFigure  = reportv1.FigureFormat_FIGURE_FORMAT_PDF
	pngFigure  = reportv1.FigureFormat_FIGURE_FORMAT_PNG
)

// planFile renders a plan as a file.
func (w *world) planFile(t *testing.T, who context.Context, name string, format reportv1.DocumentFormat) []byte {
	t.Helper()
	body, err := w.RenderDraft(who, &reportv1.RenderDraftRequest{Parent: committeeOf(name), Kind: planKind, Plan: name, Format: format})
	if err != nil {
		t.Fatal(rpcerr.FromStatus(err))
	}
	return body.GetData()
}

// setPlan changes a plan.
func (s *sources) setPlan(name string, fn func(*riskv1.Plan)) {
	s.change(func(b *exchangev1.Bundle) {
		for _, p := range b.GetPlans() {
			if p.GetName() == name {
				fn(p)
			}
		}
	})
}

func TestPlanHoldsWhatTheCommitteeNeeds(t *testing.T) {
	w := start(t)
	contains(t, string(w.planFile(t, w.official, plan, htmlFile)), "Utkast", "Internkontrollplan 2025</h1>", "Om planen", "10 december 2024, § 112",
		`href="#avsnitt-1">Inledning</a>`, `id="avsnitt-1">Inledning</h2>`, "6 kap. 6 §", "Ansvar</h2>", "Riskanalys</h2>", "Risknivåer",
		"Riskmatris</h2>", "Planen har ingen riskmatris", "Risker i planen</h2>", "Risk 1:", "9 – kritisk", "Hantering", "Åtgärder</h2>",
		"Nämndens granskningar</h2>", "Kontroller</h2>", "Kommungemensamma granskningar</h2>", "Uppföljning</h2>", "Nämndens sammanträde: ",
		"Bilaga: Riskanalys</h2>", "Riskregistret, nämndens journal: post 214")
}

func TestPlanWithAxesHasAMatrix(t *testing.T) {
	w := start(t)
	contains(t, string(w.planFile(t, w.stranger, sisterPlan, htmlFile)), "Sannolikhet</caption>", "Inträffar flera gånger varje år.", "Risknivåer",
		`<figure>`, `role="img"`, "Riskmatris: tio risker.", "Riskmatrisen som tabell", "12 – kritisk", "Nej. ")
}

func TestPlanInEveryFormat(t *testing.T) {
	w := start(t)
	for _, name := range []string{plan, sisterPlan} {
		who := w.official
		if name == sisterPlan {
			who = w.stranger
		}
		file := w.planFile(t, who, name, pdfFile)
		if problems := structcheck.Check(file); len(problems) > 0 {
			t.Errorf("%s: got problems %v", name, problems)
		}
		for _, format := range []reportv1.DocumentFormat{docxFile, xlsxFile} {
			if got := w.planFile(t, who, name, format); !bytes.HasPrefix(got, []byte("PK")) {
				t.Errorf("%s as %s: got %.10q", name, format, got)
			}
		}
	}
	_, err := w.RenderDraft(w.official, &reportv1.RenderDraftRequest{Parent: committee, Kind: planKind, Format: pdfFile})
	refused(t, err, fault.Invalid, "INVALID_FIELDS")
	_, err = w.RenderDraft(w.member, &reportv1.RenderDraftRequest{Parent: committee, Kind: planKind, Plan: plan, Format: pdfFile})
	refused(t, err, fault.Denied, "PERMISSION_DENIED")
}

func TestPlanNeedsNoRound(t *testing.T) {
	w := start(t)
	w.sources.change(func(b *exchangev1.Bundle) { b.Rounds = nil })
	contains(t, string(w.planFile(t, w.official, plan, htmlFile)), "Datum för uppföljningarna är inte bestämda")
}

func TestPlanListsActionsAndMoves(t *testing.T) {
	w := start(t)
	entry := plan + "/riskEntries/bemanning"
	w.sources.actions = []*riskv1.Action{
		{Name: committee + "/actions/a", Title: "Inför en rutin.", State: riskv1.ActionState_ACTION_STATE_ACCEPTED, DueDate: "2025-10-01",
			Owners: []*riskv1.Owner{{Role: "enhetschef"}},
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY, Resource: entry}},
		{Name: committee + "/actions/b", Title: "Utbilda alla.", State: riskv1.ActionState_ACTION_STATE_ACCEPTED,
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: 2023}},
		{Name: committee + "/actions/c", Title: "Redan gjort.", State: riskv1.ActionState_ACTION_STATE_CLOSED,
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: 2023}},
		{Name: committee + "/actions/d", Title: "Kartlägg hoten.", State: riskv1.ActionState_ACTION_STATE_ACCEPTED,
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: 2025, Note: "Uppdrag 2025-03-25 § 61."}},
		{Name: committee + "/actions/e", Title: "Avstått förslag.", State: riskv1.ActionState_ACTION_STATE_DECLINED,
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: 2025}},
	}
	w.sources.change(func(b *exchangev1.Bundle) {
		for _, c := range b.GetControlPoints() {
			if c.GetName() == plan+"/controlPoints/attest" {
				c.MovedTo = sisterPlan + "/controlPoints/attest"
			}
		}
	})
	got := string(w.planFile(t, w.official, plan, htmlFile))
	contains(t, got, "Direktåtgärder</caption>", "Inför en rutin.", "1 oktober 2025", "Andra åtgärder 2025</caption>", "Kartlägg hoten.",
		"Uppdrag 2025-03-25 § 61", "Åtgärder från tidigare års planer", "Utbilda alla.", "Planen för 2023", "Flyttad till en annan nämnd (utbildningsnamnden).")
	for _, title := range []string{"Redan gjort.", "Avstått förslag."} {
		if strings.Contains(got, title) {
			t.Errorf("%q is listed, which was closed before the year or declined", title)
		}
	}
}

func TestPlanIsMadeFinalOnlyWhenDecided(t *testing.T) {
	w := start(t)
	d := must[*reportv1.Document](t)(w.CreateDocument(w.secretary, &reportv1.CreateDocumentRequest{Parent: committee, DocumentId: "plan",
		Document: &reportv1.Document{Kind: planKind, Plan: plan}}))
	if d.GetRound() != "" || d.GetPlan() != plan {
		t.Errorf("got %v", d)
	}
	for _, state := range []riskv1.PlanState{riskv1.PlanState_PLAN_STATE_DRAFT, riskv1.PlanState_PLAN_STATE_PROPOSED} {
		w.sources.setPlan(plan, func(p *riskv1.Plan) { p.State = state })
		_, err := w.FinalizeDocument(w.secretary, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
		refused(t, err, fault.Precondition, "WRONG_STATE")
	}
	contains(t, string(w.planFile(t, w.official, plan, htmlFile)), "Planen är ett förslag till beslut.")
	w.sources.setPlan(plan, func(p *riskv1.Plan) { p.State = riskv1.PlanState_PLAN_STATE_DECIDED })
	final := w.finalize(t, d.GetName())
	if len(final.GetFiles()) != 4 || final.GetTitle() != "Internkontrollplan 2025" || len(final.GetPositions()) == 0 {
		t.Errorf("got %v", final)
	}
	var header metadata.MD
	body := must[*httpbody.HttpBody](t)(w.DownloadDocument(w.member, &reportv1.DownloadDocumentRequest{Name: d.GetName(), Format: htmlFile}, grpc.Header(&header)))
	if strings.Contains(string(body.GetData()), "Utkast") || header.Get("content-disposition")[0] != `attachment; filename="internkontrollplan-socialnamnden-2025.html"` {
		t.Errorf("got header %v, or a mark of a draft", header)
	}
	verified(t, w.db, 0)
}

func TestPlanParts(t *testing.T) {
	w := start(t)
	req := &reportv1.ListDocumentPartsRequest{Parent: committee, Kind: planKind, Plan: plan}
	keys := []string{}
	for _, p := range must[*reportv1.ListDocumentPartsResponse](t)(w.ListDocumentParts(w.official, req)).GetParts() {
		if p.GetKey() != "" {
			keys = append(keys, p.GetKey())
		}
	}
	if want := []string{"introduction", "background", "responsibility", "how_made", "scale", "matrix", "follow_up"}; !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	w.sources.setPlan(plan, func(p *riskv1.Plan) { p.State, p.HowMade = riskv1.PlanState_PLAN_STATE_DRAFT, "Vi 😀 räknade." })
	missing := ""
	for _, p := range must[*reportv1.ListDocumentPartsResponse](t)(w.ListDocumentParts(w.official, req)).GetParts() {
		if p.GetResource() == plan {
			missing += p.GetMissing()
		}
	}
	contains(t, missing, "Planen är inte beslutad.", "U+1F600")
}

func TestPlanTakesTheTextsOfANamedCase(t *testing.T) {
	w := start(t)
	c := must[*reportv1.Case](t)(w.CreateCase(w.official, &reportv1.CreateCaseRequest{Parent: committee,
		Case: &reportv1.Case{Title: "Internkontrollplan", CaseNumbers: []string{"SN 2025/88"}, Texts: []*reportv1.CaseText{{Key: "responsibility", Text: "Alla ansvarar."}}}}))
	body := must[*httpbody.HttpBody](t)(w.RenderDraft(w.official, &reportv1.RenderDraftRequest{Parent: committee, Kind: planKind, Plan: plan,
		Case: c.GetName(), Format: htmlFile}))
	contains(t, string(body.GetData()), "Diarienummer SN 2025/88", "Alla ansvarar.", "Ärenden och dokument, nämndens journal: post 1")
}

func TestRiskMatrixInEveryFormat(t *testing.T) {
	w := start(t)
	for format, want := range map[reportv1.FigureFormat]struct{ contentType, name, magic string }{
		svgFigure: {"image/svg+xml", "riskmatris-utbildningsnamnden-2025.svg", "<svg "},
		pdfFigure: {"application/pdf", "riskmatris-utbildningsnamnden-2025.pdf", "%PDF-"},
		pngFigure: {"image/png", "riskmatris-utbildningsnamnden-2025.png", "\x89PNG"},
	} {
		var header metadata.MD
		body := must[*httpbody.HttpBody](t)(w.RenderRiskMatrix(w.stranger, &reportv1.RenderRiskMatrixRequest{Plan: sisterPlan, Format: format}, grpc.Header(&header)))
		if body.GetContentType() != want.contentType || !bytes.HasPrefix(body.GetData(), []byte(want.magic)) {
			t.Errorf("%s: got %s, %.20q", format, body.GetContentType(), body.GetData())
		}
		if got := strings.Join(header.Get("content-disposition"), ""); got != `attachment; filename="`+want.name+`"` {
			t.Errorf("%s: got file name %s", format, got)
		}
		if problems := structcheck.Check(body.GetData()); format == pdfFigure && len(problems) > 0 {
			t.Errorf("got problems %v", problems)
		}
	}
}

// matrix draws the matrix as SVG.
func (w *world) matrix(t *testing.T, base string) string {
	t.Helper()
	body := must[*httpbody.HttpBody](t)(w.RenderRiskMatrix(w.stranger, &reportv1.RenderRiskMatrixRequest{Plan: sisterPlan, Base: base, Format: svgFigure}))
	return string(body.GetData())
}

func TestRiskMatrixBeforeAndNow(t *testing.T) {
	w := start(t)
	if got := w.matrix(t, ""); strings.Contains(got, "→") {
		t.Error("a matrix without an earlier plan compares")
	}
	earlier := sister + "/plans/2023"
	w.sources.change(func(b *exchangev1.Bundle) {
		for _, p := range b.GetPlans() {
			if p.GetName() == sisterPlan {
				p = proto.CloneOf(p)
				p.Name = earlier
				b.Plans = append(b.Plans, p)
			}
		}
		for n := range 3 {
			b.RiskEntries = append(b.RiskEntries, &riskv1.RiskEntry{Name: earlier + "/riskEntries/" + string(rune('a'+n)),
				Likelihood: proto.Float64(3), Consequence: proto.Float64(4)})
		}
	})
	contains(t, w.matrix(t, earlier), "Planen för 2023 hade tre risker.", "3 → 2")
}

func TestRiskMatrixOfADraft(t *testing.T) {
	w := start(t)
	w.sources.setPlan(sisterPlan, func(p *riskv1.Plan) { p.State = riskv1.PlanState_PLAN_STATE_DRAFT })
	contains(t, w.matrix(t, ""), ">Utkast</text>")
}

func TestRiskMatrixRefused(t *testing.T) {
	w := start(t)
	draw := func(who context.Context, plan, base string) error {
		_, err := w.RenderRiskMatrix(who, &reportv1.RenderRiskMatrixRequest{Plan: plan, Base: base, Format: svgFigure})
		return err
	}
	refused(t, draw(w.official, plan, ""), fault.Precondition, "INCOMPLETE")
	refused(t, draw(w.stranger, sisterPlan, plan), fault.Invalid, "INVALID_FIELDS")
	refused(t, draw(w.stranger, sister+"/plans/1999", ""), fault.NotFound, "NOT_FOUND")
	refused(t, draw(w.stranger, sisterPlan, sister+"/plans/1999"), fault.NotFound, "NOT_FOUND")
	if f := rpcerr.FromStatus(draw(w.stranger, sister+"/plans/-", "")); f == nil || f.Kind != fault.Invalid {
		t.Errorf("a wildcard: got %v", f)
	}
}
