package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// templateKinds are the kinds of documents that have a template, by the last part of its name.
var templateKinds = []struct {
	id   string
	kind reportv1.DocumentKind
}{
	{"plan", reportv1.DocumentKind_DOCUMENT_KIND_PLAN}, {"interim", reportv1.DocumentKind_DOCUMENT_KIND_INTERIM},
	{"annual", reportv1.DocumentKind_DOCUMENT_KIND_ANNUAL}, {"memorandum", reportv1.DocumentKind_DOCUMENT_KIND_MEMORANDUM},
	{"minutes-extract", reportv1.DocumentKind_DOCUMENT_KIND_MINUTES_EXTRACT},
}

// templateTitle names the template of a kind.
func templateTitle(k reportv1.DocumentKind) string {
	return optionLabel(documentKinds, strconv.Itoa(int(k)))
}

// tryTemplate is what the button sends that shows a template before it is saved.
const tryTemplate = "visa"

// templates lists the templates of a municipality.
func (s *server) templates(c *call) (*page, error) {
	r, err := s.Reports.ListTemplates(c.ctx(), &reportv1.ListTemplatesRequest{Parent: c.name(1), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return templatesPage(c.name(1), r.GetTemplates()), nil
}

// templatesPage shows the form of each kind of document.
func templatesPage(municipality string, own []*reportv1.Template) *page {
	p := &page{Title: "Mallar för dokument", Section: sectionTown, Template: "plans",
		Lead: "Så ser kommunens handlingar ut: rubriker, ordning, ord och fasta stycken. Det som inte är ändrat är som den inbyggda formen har det."}
	v := plansView{}
	for _, k := range templateKinds {
		name := municipality + "/templates/" + k.id
		status := statusView{"info", "Inbyggd form"}
		if slices.ContainsFunc(own, func(t *reportv1.Template) bool { return t.GetName() == name }) {
			status = statusView{"done", "Egen form"}
		}
		v.Plans = append(v.Plans, task{link{templateTitle(k.kind), address(name)}, "", status})
	}
	p.Data = v
	return p
}

// template shows and changes the template of a kind of document.
func (s *server) template(c *call) (*page, error) {
	i := slices.IndexFunc(templateKinds, func(k struct {
		id   string
		kind reportv1.DocumentKind
	}) bool {
		return k.id == c.r.PathValue("kind")
	})
	if i < 0 {
		return nil, notFound()
	}
	kind := templateKinds[i].kind
	built, err := s.Reports.ListTemplateParts(c.ctx(), &reportv1.ListTemplatePartsRequest{Parent: c.name(1), Kind: kind})
	if err != nil {
		return nil, err
	}
	t, err := s.Reports.GetTemplate(c.ctx(), &reportv1.GetTemplateRequest{Name: c.name(2)})
	own := err == nil
	if err = passMissing(err); err != nil {
		return nil, err
	}
	mayWrite := c.user.may(authzv1.Permission_PERMISSION_TEMPLATE_WRITE, c.name(1))
	p := templatePage(c.name(2), kind, own, mayWrite, c.user)
	if !mayWrite {
		p.Template, p.Data = "template", templateParts(built, t)
		return p, nil
	}
	committees, err := c.committeesOf(c.name(1))
	if err != nil {
		return nil, err
	}
	var places []option
	for _, k := range committees {
		if c.user.may(authzv1.Permission_PERMISSION_PLAN_READ, k.GetName()) {
			places = append(places, option{Value: k.GetName(), Label: k.GetDisplayName()})
		}
	}
	f := templateForm(built, t, places, c.rows)
	f.Cancel = address(c.name(1)) + "/templates"
	f.try = func() error { return c.showTemplate(p, f, kind, typedTemplate(f, built)) }
	return c.form(p, f, func() (string, error) {
		next := typedTemplate(f, built)
		if own {
			next.Name, next.Etag = t.GetName(), f.value("etag")
			_, err := s.Reports.UpdateTemplate(c.ctx(), &reportv1.UpdateTemplateRequest{Template: next, Reason: f.value("skal"), UpdateMask: mask("title", "parts", "labels")})
			return receipt(address(c.name(2)), "sparad"), err
		}
		_, err := s.Reports.CreateTemplate(c.ctx(), &reportv1.CreateTemplateRequest{Parent: c.name(1), Template: next, TemplateId: last(c.name(2))})
		return receipt(address(c.name(2)), "sparad"), err
	})
}

// templatePage is the page of a template.
func templatePage(name string, kind reportv1.DocumentKind, own, mayWrite bool, u *user) *page {
	at := address(upTo(name, 1))
	p := &page{Title: templateTitle(kind), Over: "Mall", Section: sectionTown, Crumbs: []link{{"Mallar för dokument", at + "/templates"}},
		Lead: "Dokument som görs härefter får den här formen. Slutliga dokument ändras inte."}
	if mayWrite {
		p.Template, p.Data = "templateform", link{}
	}
	if own && mayWrite {
		p.Data = link{"Återställ till den inbyggda formen", address(name) + "/aterstall"}
	}
	if own && u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, name) {
		p.History = "/historik/" + name
	}
	return p
}

// showTemplate answers with a document in the form that was typed: that of the committee chosen.
func (c *call) showTemplate(p *page, f *form, kind reportv1.DocumentKind, t *reportv1.Template) error {
	committee := f.value("namnd")
	plans, err := c.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: committee, PageSize: 1000})
	if err != nil {
		return err
	}
	chosen := chosenPlan(plans.GetPlans(), "", c.Clock.Now().In(c.zone).Year())
	if chosen == "" {
		return fault.Fields(fault.Field{Path: "parent", Swedish: "Nämnden har ingen plan att visa mallen med. Välj en annan nämnd."})
	}
	t.Name = c.name(2)
	body, err := c.Reports.RenderDraft(c.ctx(), &reportv1.RenderDraftRequest{Parent: committee, Kind: kind, Plan: chosen,
		Format: reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML, Template: t})
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Disposition", "inline")
	c.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
	p.File = &file{MediaType: body.GetContentType(), Body: body.GetData()}
	return nil
}

// templateParts are the parts as they are printed: the template's in its order, then the rest of the built-in ones.
func templateParts(built *reportv1.ListTemplatePartsResponse, t *reportv1.Template) []*reportv1.TemplatePart {
	var out []*reportv1.TemplatePart
	find := func(all []*reportv1.TemplatePart, key string) *reportv1.TemplatePart {
		for _, p := range all {
			if p.GetKey() == key {
				return p
			}
		}
		return nil
	}
	for _, p := range t.GetParts() {
		b := find(built.GetParts(), p.GetKey())
		out = append(out, &reportv1.TemplatePart{Key: p.GetKey(), Title: orElse(p.GetTitle(), b.GetTitle()), Text: p.GetText(), Hidden: p.GetHidden()})
	}
	for _, b := range built.GetParts() {
		if find(out, b.GetKey()) == nil {
			out = append(out, &reportv1.TemplatePart{Key: b.GetKey(), Title: b.GetTitle(), Hidden: b.GetHidden()})
		}
	}
	return out
}

// ownPart begins the keys of parts that a municipality adds.
const ownPart = "egen_"

// templateForm asks for the headings, their order, the words and the fixed paragraphs.
func templateForm(built *reportv1.ListTemplatePartsResponse, t *reportv1.Template, places []option, rows rowCount) *form {
	f := newForm("Spara mallen", hidden("etag", t.GetEtag()),
		text("rubrik", "Dokumentets rubrik", t.GetTitle(), "template.title").optional().hint("Inbyggt: "+orElse(built.GetTitle(), "ingen")+". {year} och {committee} byts mot år och nämnd."))
	parts := templateParts(built, t)
	n := rows("del", len(parts))
	f.Groups[0].Fields = append(f.Groups[0].Fields, hidden(rowsField("del"), strconv.Itoa(n)))
	for i := range n {
		p := &reportv1.TemplatePart{}
		if i < len(parts) {
			p = parts[i]
		}
		addPart(f, built, p, i)
	}
	f.button("Lägg till en egen del", addRow+"del")
	var labels []*field
	for _, b := range built.GetLabels() {
		labels = append(labels, text("ord-"+b.GetKey(), "I stället för ”"+b.GetText()+"”", labelText(t, b.GetKey())).optional())
	}
	if len(labels) > 0 {
		f.add("Ord i dokumentet", "Lämna tomt, så står det inbyggda ordet kvar.", labels...)
	}
	if len(places) > 0 {
		f.add("Förhandsgranska", "Visar dokumentet med mallen som den står ovan, i en ny flik. Inget sparas.",
			choose("namnd", "Med vilken nämnds uppgifter?", places[0].Value, places, "parent"))
		f.Extra = []button{{Text: "Förhandsgranska (ny flik)", Do: tryTemplate, Tab: true}}
	}
	f.add("Om ändringen", "", text("skal", "Varför ändrar du?", "", "reason").optional().hint("Syns i historiken."))
	return f
}

// addPart asks for one part of a document.
func addPart(f *form, built *reportv1.ListTemplatePartsResponse, p *reportv1.TemplatePart, i int) {
	id, nr := strconv.Itoa(i), strconv.Itoa(i+1)
	legend := orElse(p.GetTitle(), "Egen del")
	heading := text("del-rubrik"+id, "Rubrik, del "+nr, p.GetTitle()).optional()
	words := area("del-text"+id, "Fast stycke, del "+nr, p.GetText()).optional().rows(3)
	for _, b := range built.GetParts() {
		if b.GetKey() == p.GetKey() {
			words.Standard = b.GetText()
			if b.GetTitle() != p.GetTitle() {
				heading.Hint = "Inbyggt: " + b.GetTitle()
			}
		}
	}
	f.add(legend, "", hidden("del"+id, p.GetKey()),
		cells(text("del-plats"+id, "Plats, del "+nr, nr), heading, checks("del-dold"+id, "Ska del "+nr+" vara med?", flags(p.GetHidden()), []option{{Value: "ja", Label: "Utelämna"}})), words)
}

// labelText is the template's own word; empty when it has none.
func labelText(t *reportv1.Template, key string) string {
	for _, l := range t.GetLabels() {
		if l.GetKey() == key {
			return l.GetText()
		}
	}
	return ""
}

// typedTemplate reads a template from its form: every part in the order typed, with what differs from the built-in form.
func typedTemplate(f *form, built *reportv1.ListTemplatePartsResponse) *reportv1.Template {
	t := &reportv1.Template{Title: f.value("rubrik")}
	reader := &typist{form: f}
	type placed struct {
		*reportv1.TemplatePart
		at float64
		id string
	}
	var parts []placed
	for i := 0; f.field("del"+strconv.Itoa(i)).Name != ""; i++ {
		id := strconv.Itoa(i)
		p := &reportv1.TemplatePart{Key: f.value("del" + id), Title: f.value("del-rubrik" + id), Text: f.value("del-text" + id), Hidden: f.field("del-dold" + id).has("ja")}
		if p.GetKey() == "" && p.GetTitle() == "" {
			continue // an own part that was not filled in, or was emptied
		}
		if strings.HasPrefix(p.GetKey(), ownPart) && p.GetTitle()+p.GetText() == "" {
			continue
		}
		if p.GetKey() == "" {
			p.Key = ownPart + strings.ReplaceAll(orElse(slug(p.GetTitle()), "del-"+id), "-", "_")
		}
		place, ok := parseNumber(f.value("del-plats" + id))
		if !ok {
			place = float64(i + 1)
		}
		p.Title = differing(p, built)
		parts = append(parts, placed{p, place, id})
	}
	slices.SortStableFunc(parts, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	for i, p := range parts {
		at := fmt.Sprintf("template.parts[%d]", i)
		reader.place(map[string]string{"del-rubrik" + p.id: at, "del-text" + p.id: at + ".text"})
		t.Parts = append(t.Parts, p.TemplatePart)
	}
	for _, b := range built.GetLabels() {
		if word := f.value("ord-" + b.GetKey()); word != "" {
			reader.place(map[string]string{"ord-" + b.GetKey(): fmt.Sprintf("template.labels[%d]", len(t.GetLabels()))})
			t.Labels = append(t.Labels, &reportv1.TemplateLabel{Key: b.GetKey(), Text: word})
		}
	}
	return t
}

// differing is the heading of a part where it is not the built-in one.
func differing(p *reportv1.TemplatePart, built *reportv1.ListTemplatePartsResponse) string {
	for _, b := range built.GetParts() {
		if b.GetKey() == p.GetKey() && b.GetTitle() == p.GetTitle() {
			return ""
		}
	}
	return p.GetTitle()
}

// resetTemplate takes a template away, so that the built-in form is used again.
func (s *server) resetTemplate(c *call) (*page, error) {
	t, err := s.Reports.GetTemplate(c.ctx(), &reportv1.GetTemplateRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	p, f := resetPage(t)
	return c.form(p, f, func() (string, error) {
		_, err := s.Reports.DeleteTemplate(c.ctx(), &reportv1.DeleteTemplateRequest{Name: t.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(1))+"/templates", "standard"), err
	})
}

// resetPage confirms that a template is taken away.
func resetPage(t *reportv1.Template) (*page, *form) {
	f := removeForm(t.GetEtag(), address(t.GetName()))
	f.Submit = "Återställ"
	title := last(t.GetName())
	for _, k := range templateKinds {
		if k.id == last(t.GetName()) {
			title = templateTitle(k.kind)
		}
	}
	return &page{Title: "Återställ mallen", Over: title, Section: sectionTown, Form: f, Crumbs: []link{{"Mallar för dokument", address(upTo(t.GetName(), 1)) + "/templates"}},
		Lead: "Dokument som görs härefter får den inbyggda formen. Slutliga dokument ändras inte, och historiken finns kvar."}, f
}
