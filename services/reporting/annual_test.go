package reporting_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

const (
	annualKind     = reportv1.DocumentKind_DOCUMENT_KIND_ANNUAL
	memorandumKind = reportv1.DocumentKind_DOCUMENT_KIND_MEMORANDUM
	extractKind    = reportv1.DocumentKind_DOCUMENT_KIND_MINUTES_EXTRACT
)

// careCaseOf returns the case of the reference data, as people would write it.
func (w *world) careCaseOf() *reportv1.Case {
	w.sources.mu.Lock()
	defer w.sources.mu.Unlock()
	for _, c := range w.sources.bundle.GetCases() {
		if c.GetName() == careCase {
			return c
		}
	}
	return nil
}

// startCare serves reporting with the case of the committee that steers by control areas stored, as changed.
func startCare(t *testing.T, change func(*reportv1.Case)) *world {
	t.Helper()
	w := start(t)
	c := w.careCaseOf()
	if c == nil {
		t.Fatal("the reference data has no case of the committee")
	}
	if change != nil {
		change(c)
	}
	must[*reportv1.Case](t)(w.CreateCase(w.care, &reportv1.CreateCaseRequest{Parent: careCommittee, CaseId: "internkontrollrapport-2025", Case: c}))
	return w
}

// careFile renders a draft about the committee that steers by control areas.
func (w *world) careFile(t *testing.T, who context.Context, kind reportv1.DocumentKind) string {
	t.Helper()
	body, err := w.RenderDraft(who, &reportv1.RenderDraftRequest{Parent: careCommittee, Kind: kind, Plan: carePlan, Format: htmlFile})
	if err != nil {
		t.Fatal(rpcerr.FromStatus(err))
	}
	return string(body.GetData())
}

func TestAnnualReportHoldsTheYear(t *testing.T) {
	w := startCare(t, nil)
	got := w.careFile(t, w.care, annualKind)
	contains(t, got, "Utkast", "Internkontrollrapport 2025</h1>", "ON/2025:2", "Inledning</h2>", "11 februari 2025, § 23", "Vård och stöd</h2>", "Kontrollområde</th>",
		"Resultat</th>", "genomförandeplaner", sentence, "hemtjänst", "Bedömning: </strong>Behöver förbättras", "Externa placeringar", "HSL-insatser",
		"Individ- och familjeomsorgen</h2>", "beställningar", "Enkät: ", "Orosanmälningar", "handlingsplan", "IVO", "<figure>", "som tabell</caption>", "Kommungemensamma granskningar</h2>", "–",
		"Kontroller som inte har genomförts</h2>", "–", "Återkoppling på tidigare års åtgärder</h2>", "–", "Samlad bedömning</h2>", "–", "Källor</h2>",
		"Riskregistret, nämndens journal: post 214", "Kontroller och mätningar, nämndens journal: post 87")
	for _, never := range []string{"Uppföljning av risker", "risker", "Kontroller och granskningar"} {
		if strings.Contains(got, never) {
			t.Errorf("a committee without risks reads of %q", never)
		}
	}
}

func TestMemorandumAndExtractHaveTheirHeadingsInOrder(t *testing.T) {
	w := startCare(t, nil)
	contains(t, w.careFile(t, w.care, memorandumKind), "Tjänsteskrivelse</strong>", "Datum: </strong>2025-12-22", "Diarienummer: </strong>ON/2025:2",
		"Enhet/Verksamhet: </strong>Vård och stöd", "Ansvarig chef: </strong>Tf. verksamhetschef vård och stöd; Tf. verksamhetschef individ",
		"Handläggare: </strong>Tf. ", "Internkontrollrapport 2025</h1>", "Utkast", "Förslag till beslut</h2>", "Sammanfattning av ärendet</h2>",
		"2025-02-11 § 23", "Vård och stöd</h2>", sentence, "Individ- och familjeomsorgen</h2>", "Beslutsunderlag</h2>", "2025-12-22",
		"Politisk beredning av ärendet</h2>", "msorgsnämnden", "Förvaltningens beredning av ärendet</h2>", "–", "Ekonomisk konsekvens/finansiering</h2>", "–",
		"Beslutet skickas till</h2>", "För kännedom</h3>", "Verksamhetschef för vård och stöd", "För åtgärd</h3>", "–", "Källor")
	contains(t, w.careFile(t, w.care, extractKind), "Omsorgsnämnden</strong>", "Protokollsutdrag 2026-01-13", "§ 3 Internkontrollrapport 2025</h1>", "Diarienummer: ON/2025:2",
		"Omsorgsnämndens beslut</h2>", "skickas för kännedom till kommunstyrelsen", "Sammanfattning av ärendet</h2>", "Vård och stöd</h2>",
		"Individ- och familjeomsorgen</h2>", "Beslutsunderlag</h2>", "Beslutet skickas till</h2>", "För kännedom</h3>", "För åtgärd</h3>", "–")
}

func TestFinalMemorandumAndExtract(t *testing.T) {
	w := startCare(t, nil)
	for id, kind := range map[string]reportv1.DocumentKind{"arsrapport": annualKind, "tjansteskrivelse": memorandumKind, "utdrag": extractKind} {
		d := must[*reportv1.Document](t)(w.CreateDocument(w.care, &reportv1.CreateDocumentRequest{Parent: careCommittee, DocumentId: id,
			Document: &reportv1.Document{Kind: kind, Plan: carePlan}}))
		if d.GetRound() != careRound || d.GetCase() != careCase {
			t.Errorf("%s: got round %q and case %q", id, d.GetRound(), d.GetCase())
		}
		final := must[*reportv1.Document](t)(w.FinalizeDocument(w.care, &reportv1.FinalizeDocumentRequest{Name: d.GetName()}))
		services := map[string]bool{}
		for _, p := range final.GetPositions() {
			services[p.GetService()] = true
		}
		if len(final.GetFiles()) < 3 || !services["riskregister"] || !services["controlmeasurement"] || !services["reporting"] {
			t.Errorf("%s: got %d files and positions of %v", id, len(final.GetFiles()), services)
		}
	}
}

func TestWhatKeepsADocumentFromBeingFinal(t *testing.T) {
	tests := []struct {
		name   string
		kind   reportv1.DocumentKind
		change func(*reportv1.Case)
		lacks  string
	}{
		{"extract without a decision", extractKind, func(c *reportv1.Case) { c.DecisionPoints[0].Decided = " " }, "decision_points"},
		{"extract without a meeting", extractKind, func(c *reportv1.Case) { c.MeetingDate = "" }, "meeting_date"},
		{"extract without a paragraph", extractKind, func(c *reportv1.Case) { c.Paragraph = "" }, "paragraph"},
		{"memorandum without a proposal", memorandumKind, func(c *reportv1.Case) { c.DecisionPoints[0].Proposed = "" }, "decision_points"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := startCare(t, tt.change)
			d := must[*reportv1.Document](t)(w.CreateDocument(w.care, &reportv1.CreateDocumentRequest{Parent: careCommittee,
				Document: &reportv1.Document{Kind: tt.kind, Plan: carePlan}}))
			_, err := w.FinalizeDocument(w.care, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
			refused(t, err, fault.Precondition, "INCOMPLETE")
			if f := rpcerr.FromStatus(err); len(f.Fields) != 1 || f.Fields[0].Path != careCase+"."+tt.lacks {
				t.Errorf("got fields %+v, want %s", f.Fields, tt.lacks)
			}
			parts := must[*reportv1.ListDocumentPartsResponse](t)(w.ListDocumentParts(w.care,
				&reportv1.ListDocumentPartsRequest{Parent: careCommittee, Kind: tt.kind, Plan: carePlan}))
			if !slices.ContainsFunc(parts.GetParts(), func(p *reportv1.DocumentPart) bool { return !p.GetReady() && p.GetResource() == careCase }) {
				t.Errorf("no part lacks anything: %v", parts)
			}
			if tt.lacks == "decision_points" && tt.kind == extractKind {
				contains(t, w.careFile(t, w.care, extractKind), "Nämndens beslut är inte registrerat")
			}
		})
	}
}

func TestYearlyRoundMustBeClosedAndOfItsKind(t *testing.T) {
	w := startCare(t, nil)
	w.sources.change(func(b *exchangev1.Bundle) {
		for _, r := range b.GetRounds() {
			if r.GetName() == careRound {
				r.State = riskv1.RoundState_ROUND_STATE_OPEN
			}
		}
	})
	d := must[*reportv1.Document](t)(w.CreateDocument(w.care, &reportv1.CreateDocumentRequest{Parent: careCommittee,
		Document: &reportv1.Document{Kind: annualKind, Plan: carePlan}}))
	_, err := w.FinalizeDocument(w.care, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.Precondition, "WRONG_STATE")
	_, err = w.RenderDraft(w.care, &reportv1.RenderDraftRequest{Parent: careCommittee, Kind: annualKind, Plan: carePlan,
		Round: careCommittee + "/rounds/delar-2025", Format: htmlFile})
	refused(t, err, fault.Invalid, "INVALID_FIELDS")
}

func TestNoCaseNoMemorandum(t *testing.T) {
	w := start(t)
	for _, kind := range []reportv1.DocumentKind{memorandumKind, extractKind} {
		_, err := w.RenderDraft(w.care, &reportv1.RenderDraftRequest{Parent: careCommittee, Kind: kind, Plan: carePlan, Format: htmlFile})
		refused(t, err, fault.Precondition, "INCOMPLETE")
	}
}

func TestMemorandumAboutThePlanAlone(t *testing.T) {
	w := start(t)
	must[*reportv1.Case](t)(w.CreateCase(w.care, &reportv1.CreateCaseRequest{Parent: careCommittee, CaseId: "plan", Case: &reportv1.Case{Title: "Plan 2025",
		Plan: carePlan, DecisionPoints: []*reportv1.DecisionPoint{{Proposed: "Planen antas."}, {Proposed: "Planen skickas ut."}},
		Texts: []*reportv1.CaseText{{Key: "subject", Text: "Planen har tre delar."}}}}))
	got := w.careFile(t, w.care, memorandumKind)
	contains(t, got, "Plan 2025</h1>", "<ol", "Planen antas.", "Planen skickas ut.", "Ärendebeskrivning</h2>", "Planen har tre delar.", "Beslutsunderlag</h2>", "–")
	if strings.Contains(got, "Kontrollområde") {
		t.Error("a case without a yearly round prints results")
	}
}

// A change in control measurement while a final document is made is seen, as one in the risk register is.
func TestFinalRestsOnOneStateOfTheControls(t *testing.T) {
	w := startCare(t, nil)
	d := must[*reportv1.Document](t)(w.CreateDocument(w.care, &reportv1.CreateDocumentRequest{Parent: careCommittee,
		Document: &reportv1.Document{Kind: annualKind, Plan: carePlan}}))
	w.sources.mu.Lock()
	w.sources.controlMoves = 100
	w.sources.mu.Unlock()
	_, err := w.FinalizeDocument(w.care, &reportv1.FinalizeDocumentRequest{Name: d.GetName()})
	refused(t, err, fault.Conflict, "SOURCES_MOVED")
}

func TestControlMeasurementMayBeAway(t *testing.T) {
	w := startCare(t, nil)
	for code, kind := range map[codes.Code]fault.Kind{codes.Unavailable: fault.Unavailable, codes.Unimplemented: fault.Unsupported} {
		w.sources.mu.Lock()
		w.sources.controlFault = status.Error(code, "away")
		w.sources.mu.Unlock()
		_, err := w.RenderDraft(w.care, &reportv1.RenderDraftRequest{Parent: careCommittee, Kind: annualKind, Plan: carePlan, Format: htmlFile})
		if f := rpcerr.FromStatus(err); f == nil || f.Kind != kind {
			t.Errorf("%v: got %v", code, err)
		}
	}
}

func TestControlPartsOfPlanAndInterim(t *testing.T) {
	w := start(t)
	unbroken := strings.ReplaceAll(string(w.planFile(t, w.care, carePlan, htmlFile)), "\u00ad", "") // narrow columns hyphenate
	contains(t, unbroken, "Kontrollområden</h2>", "Vård och stöd</h3>", "Kontrollansvarig</th>", "Fler upprättade genomförandeplaner",
		"Andelen ska öka under 2025.", "100 % ska ha en genomförandeplan.", "Verksamhetschef vård och stöd", "Individ- och familjeomsorgen</h3>",
		"Kontrollansvarig</th>", "Antalet anmälningar ska öka.", "Verksamhetschef individ- och familjeomsorgen")
	w.sources.change(func(b *exchangev1.Bundle) {
		b.Results = append(b.Results, &controlv1.Result{Name: careCommittee + "/rounds/delar-2025/results/g",
			Subject: carePlan + "/controlAreas/genomforandeplaner", Text: "Halvvägs.", Execution: controlv1.Execution_EXECUTION_ONGOING})
	})
	body := must[*httpbody.HttpBody](t)(w.RenderDraft(w.care, &reportv1.RenderDraftRequest{Parent: careCommittee, Kind: interim, Plan: carePlan, Format: htmlFile}))
	got := string(body.GetData())
	contains(t, got, "Resultat för kontrollområden och kontroller</h2>", "Vård och stöd</h3>", sentence, "Halvvägs.", "Påbörjad")
	if strings.Contains(got, "kritiska risker") || strings.Contains(got, "inga risker") {
		t.Error("a committee without risks reads of them")
	}
}

// TestSamplesAreToldInTheirOwnersWords: documents print what control measurement says of samples and surveys, as it is.
func TestSamplesAreToldInTheirOwnersWords(t *testing.T) {
	w := start(t)
	body, err := w.RenderDraft(w.coordinator, &reportv1.RenderDraftRequest{Parent: sister, Kind: annualKind, Plan: sister + "/plans/2025", Format: htmlFile})
	if err != nil {
		t.Fatal(rpcerr.FromStatus(err))
	}
	contains(t, string(body.GetData()), "Stickprov: </strong>Antal granskade ", deviation, "Mindre avvikelse", "Enkät: </strong>", "31 av 46 tillfrågade svarade (67 %).")
}

// TestUnitsToldInWords: what was said of units in words is printed for each of them, and no figure is made of it.
func TestUnitsToldInWords(t *testing.T) {
	w := startCare(t, nil)
	w.sources.change(func(b *exchangev1.Bundle) {
		for unit, note := range map[string]string{"vard-och-stod": "Fler insatser än förra året.", "individ-och-familj": "Färre, eftersom lägenheter står tomma."} {
			b.Measurements = append(b.Measurements, &controlv1.Measurement{Name: careCommittee + "/measurements/" + unit, Unit: careCommittee + "/units/" + unit,
				Indicator: careCommittee + "/indicators/hsl-insatser", BeginDate: "2025-12-01", EndDate: "2025-12-31", Note: note})
		}
	})
	for _, kind := range []reportv1.DocumentKind{annualKind, memorandumKind, extractKind} {
		got := w.careFile(t, w.care, kind)
		for _, line := range []string{"Vård och stöd: Fler insatser än förra året.", "Individ- och familjeomsorgen: Färre, eftersom lägenheter står tomma."} {
			if !strings.Contains(got, line) {
				t.Errorf("%s lacks %q", kind, line)
			}
		}
	}
}
