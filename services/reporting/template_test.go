package reporting_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

const templateName = municipality + "/templates/memorandum"

// ourTemplate renames, moves, hides and adds parts of the memorandum.
func ourTemplate() *reportv1.Template {
	return &reportv1.Template{Title: "Ärende om {committee} {year}", Parts: []*reportv1.TemplatePart{
		{Key: "background", Title: "Bakgrund", Text: "Mallens bakgrund."}, {Key: "case_summary", Title: "Sammanfattning"}, {Key: "proposal"},
		{Key: "economy", Title: "Ekonomi", Text: "Beslutet får inga ekonomiska följder."}, {Key: "administrative_preparation", Hidden: true}},
		Labels: []*reportv1.TemplateLabel{{Key: "for_execution", Text: "För verkställighet"}}}
}

func (w *world) template(t *testing.T) *reportv1.Template {
	t.Helper()
	return must[*reportv1.Template](t)(w.CreateTemplate(w.coordinator, &reportv1.CreateTemplateRequest{Parent: municipality, TemplateId: "memorandum",
		Template: ourTemplate()}))
}

func TestTemplateShapesTheDocument(t *testing.T) {
	w := startCare(t, nil)
	made := w.template(t)
	got := w.careFile(t, w.care, memorandumKind)
	contains(t, got, "Ärende om omsorgsnämnden 2025</h1>", "Bakgrund</h2>", "Mallens bakgrund.", "Sammanfattning</h2>", "Förslag till beslut</h2>", "Ekonomi</h2>",
		"inga ekonomiska följder", "Vård och stöd</h2>", "Beslutet skickas till</h2>", "För verkställighet</h3>", "Ärenden och dokument, kommunens journal")
	if strings.Contains(got, "Förvaltningens beredning") || strings.Contains(got, "För åtgärd") {
		t.Error("what the template hides or renames is printed")
	}
	contains(t, w.careFile(t, w.care, extractKind), "För åtgärd</h3>") // another kind, another template
	must[*reportv1.Template](t)(w.UpdateTemplate(w.coordinator, &reportv1.UpdateTemplateRequest{
		Template: &reportv1.Template{Name: made.GetName(), Title: "Ny"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title"}}}))
	contains(t, w.careFile(t, w.care, memorandumKind), "Ny</h1>")
	if _, err := w.DeleteTemplate(w.coordinator, &reportv1.DeleteTemplateRequest{Name: made.GetName()}); err != nil {
		t.Fatal(err)
	}
	contains(t, w.careFile(t, w.care, memorandumKind), "Internkontrollrapport 2025</h1>", "För åtgärd</h3>")
}

func TestCaseWritesThePartsOfTemplates(t *testing.T) {
	w := startCare(t, nil)
	w.template(t)
	must[*reportv1.Case](t)(w.UpdateCase(w.care, &reportv1.UpdateCaseRequest{Case: &reportv1.Case{Name: careCase,
		Texts: []*reportv1.CaseText{{Key: "background", Text: "Ärendets bakgrund."}}}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"texts"}}}))
	got := w.careFile(t, w.care, memorandumKind)
	contains(t, got, "Bakgrund</h2>", "Ärendets bakgrund.")
	if strings.Contains(got, "Mallens bakgrund") {
		t.Error("the template's text stands beside the case's")
	}
}

func TestTemplateIsTriedBeforeItIsStored(t *testing.T) {
	w := startCare(t, nil)
	try := &reportv1.RenderDraftRequest{Parent: careCommittee, Kind: memorandumKind, Plan: carePlan, Format: htmlFile, Template: ourTemplate()}
	_, err := w.RenderDraft(w.care, try)
	refused(t, err, fault.Denied, "PERMISSION_DENIED")
	body, err := w.RenderDraft(w.coordinator, try)
	if err != nil {
		t.Fatal(rpcerr.FromStatus(err))
	}
	contains(t, string(body.GetData()), "Ärende om omsorgsnämnden 2025</h1>")
	if list := must[*reportv1.ListTemplatesResponse](t)(w.ListTemplates(w.care, &reportv1.ListTemplatesRequest{Parent: municipality})); len(list.GetTemplates()) != 0 {
		t.Errorf("trying stored %v", list)
	}
}

func TestTemplateFaults(t *testing.T) {
	w := start(t)
	tests := []struct {
		id, want string
		give     *reportv1.Template
	}{
		{"protokoll", "template.name", &reportv1.Template{}},
		{"plan", "template.parts[1].key", &reportv1.Template{Parts: []*reportv1.TemplatePart{{Key: "a"}, {Key: "a"}}}},
		{"plan", "template.labels[0].key", &reportv1.Template{Labels: []*reportv1.TemplateLabel{{Key: "for_execution", Text: "x"}}}},
	}
	for _, tt := range tests {
		_, err := w.CreateTemplate(w.coordinator, &reportv1.CreateTemplateRequest{Parent: municipality, TemplateId: tt.id, Template: tt.give})
		refused(t, err, fault.Invalid, "INVALID_FIELDS")
		if f := rpcerr.FromStatus(err); len(f.Fields) != 1 || f.Fields[0].Path != tt.want {
			t.Errorf("%s: got %+v, want %s", tt.id, f.Fields, tt.want)
		}
	}
	_, err := w.CreateTemplate(w.official, &reportv1.CreateTemplateRequest{Parent: municipality, TemplateId: "plan", Template: &reportv1.Template{}})
	refused(t, err, fault.Denied, "PERMISSION_DENIED")
	_, err = w.GetTemplate(w.member, &reportv1.GetTemplateRequest{Name: templateName})
	refused(t, err, fault.NotFound, "NOT_FOUND")
}

func TestBuiltInForm(t *testing.T) {
	w := start(t)
	for kind, want := range map[reportv1.DocumentKind]string{
		planKind: "introduction background responsibility how_made scale matrix risks built_in_controls control_areas actions reviews checks common follow_up appendix",
		interim:  "background account how_made summary conclusion year_end risks results", annualKind: "annual_introduction control_areas control_points common risks not_performed earlier_actions assessment",
		memorandumKind: "proposal case_summary subject results basis appendices political_preparation administrative_preparation economy recipients",
		extractKind:    "decision case_summary subject results basis appendices recipients",
	} {
		form := must[*reportv1.ListTemplatePartsResponse](t)(w.ListTemplateParts(w.official, &reportv1.ListTemplatePartsRequest{Parent: municipality, Kind: kind}))
		var keys []string
		for _, p := range form.GetParts() {
			keys = append(keys, p.GetKey())
		}
		titled := kind != memorandumKind && kind != extractKind // these have the title of their case
		if got := strings.Join(keys, " "); got != want || len(form.GetLabels()) == 0 || titled != (form.GetTitle() != "") {
			t.Errorf("%v: got %q, title %q, %d labels", kind, got, form.GetTitle(), len(form.GetLabels()))
		}
	}
}

// An import is not held to more than a write, and a template that came with it shapes the documents.
func TestTemplatesMove(t *testing.T) {
	w := startCare(t, nil)
	give := ourTemplate()
	give.Name = templateName
	if got := w.importCases(t, municipality, false, packed(t, "templates[0]", give)); len(got.GetFaults()) > 0 || got.GetCreated() != 1 {
		t.Fatalf("got %v", got)
	}
	contains(t, w.careFile(t, w.care, memorandumKind), "Ärende om omsorgsnämnden 2025</h1>")
	bad := &reportv1.Template{Name: municipality + "/templates/annat"}
	if got := w.importCases(t, municipality, true, packed(t, "templates[0]", bad)); len(got.GetFaults()) != 1 || got.GetFaults()[0].GetPath() != "templates[0].name" {
		t.Errorf("got %v", got)
	}
	stream, err := w.transfer.Export(w.operator, &transferv1.ExportRequest{Parent: municipality})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for {
		answer, err := stream.Recv()
		if err != nil {
			break
		}
		for _, r := range answer.GetResources() {
			found = found || r.MessageIs(&reportv1.Template{})
		}
	}
	if !found {
		t.Error("the template is not exported")
	}
}

func TestNewFieldsOfACase(t *testing.T) {
	w := start(t)
	for name, change := range map[string]func(*reportv1.Case){
		"case.memorandum_date":  func(c *reportv1.Case) { c.MemorandumDate = "2025-02-30" },
		"case.basis[0].date":    func(c *reportv1.Case) { c.Basis[0].Date = "2025-13-01" },
		"case.plan":             func(c *reportv1.Case) { c.Plan = sister + "/plans/2025" },
		"case.managers[0].role": func(c *reportv1.Case) { c.Managers[0].Role = "" },
		"case.recipients[0].purpose": func(c *reportv1.Case) {
			c.Recipients[0].Purpose = reportv1.RecipientPurpose_RECIPIENT_PURPOSE_UNSPECIFIED
		},
	} {
		c := &reportv1.Case{Title: "x", Basis: []*reportv1.BasisDocument{{Title: "b"}}, Managers: []*reportv1.Signatory{{Role: "chef"}},
			Recipients: []*reportv1.Recipient{{Text: "r", Purpose: reportv1.RecipientPurpose_RECIPIENT_PURPOSE_EXECUTION}}}
		change(c)
		_, err := w.CreateCase(w.secretary, &reportv1.CreateCaseRequest{Parent: committee, Case: c})
		if f := rpcerr.FromStatus(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != name {
			t.Errorf("%s: got %v", name, f)
		}
	}
	_, err := w.CreateCase(w.secretary, &reportv1.CreateCaseRequest{Parent: committee, Case: &reportv1.Case{Title: "x", Plan: committee + "/plans/1999"}})
	if f := rpcerr.FromStatus(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Path != "case.plan" || f.Fields[0].Reason != "NOT_FOUND" {
		t.Errorf("got %v", f)
	}
}
