package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// documentKinds are the kinds of documents that can be made here.
var documentKinds = []option{{Value: kindInterim, Label: "Delårsuppföljning"}, {Value: kindPlan, Label: "Internkontrollplan"},
	{Value: kindAnnual, Label: "Internkontrollrapport"}, {Value: kindMemorandum, Label: "Tjänsteskrivelse"}, {Value: kindExtract, Label: "Protokollsutdrag"}}

// The numbers of the kinds, as forms have them.
const (
	kindInterim    = "1"
	kindPlan       = "2"
	kindAnnual     = "3"
	kindMemorandum = "4"
	kindExtract    = "5"
)

// formatView is one format of a document, by the last part of its address.
type formatView struct {
	path, name, hint string
	format           reportv1.DocumentFormat
}

// formats are the files of a document.
var formats = []formatView{
	{"pdf", "PDF", "för nämnden och arkivet", reportv1.DocumentFormat_DOCUMENT_FORMAT_PDF},
	{"docx", "Word", "för vidare redigering", reportv1.DocumentFormat_DOCUMENT_FORMAT_DOCX},
	{"xlsx", "Excel", "med matris och listor", reportv1.DocumentFormat_DOCUMENT_FORMAT_XLSX},
	{"html", "HTML", "för webben", reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML},
}

// documentTitle returns the title of a document.
func documentTitle(d *reportv1.Document) string {
	switch {
	case d.GetTitle() != "":
		return d.GetTitle()
	case d.GetPlan() != "":
		return optionLabel(documentKinds, strconv.Itoa(int(d.GetKind()))) + " " + last(d.GetPlan())
	default:
		return last(d.GetName())
	}
}

// documentStatus shows where a document stands.
func documentStatus(d *reportv1.Document) statusView {
	if d.GetState() == reportv1.DocumentState_DOCUMENT_STATE_FINAL {
		return statusView{"lock", "Slutlig"}
	}
	return statusView{"doing", "Utkast"}
}

// documentView is what the page of a document shows.
type documentView struct {
	Status  statusView
	Note    noteView
	Parts   []partView
	Ready   string
	Files   []fileView
	Facts   []fact
	Chains  []chainView
	Preview string
}

// partView is one part of a document: ready, or what is missing.
type partView struct {
	Title, Missing, Address string
	Status                  statusView
}

// fileView is one file to download.
type fileView struct {
	Text, Name, Hint, Address, Size, Sum string
}

// chainView is one journal position.
type chainView struct {
	Service, Scope, Sequence, Hash string
}

// serviceNames are the services that keep journals, in Swedish.
var serviceNames = map[string]string{"riskregister": "riskregistret", "controlmeasurement": "kontroller och mätningar", "reporting": "ärenden och dokument", "directory": "personer och enheter"}

// document shows a document: its parts, and its files once it is final.
func (s *server) document(c *call) (*page, error) {
	d, err := s.Reports.GetDocument(c.ctx(), &reportv1.GetDocumentRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	var parts []*reportv1.DocumentPart
	title := documentTitle(d)
	if d.GetState() == reportv1.DocumentState_DOCUMENT_STATE_DRAFT {
		r, err := s.Reports.ListDocumentParts(c.ctx(), &reportv1.ListDocumentPartsRequest{Parent: c.name(2), Kind: d.GetKind(),
			Plan: d.GetPlan(), Round: d.GetRound(), Case: d.GetCase()})
		if err != nil {
			return nil, err
		}
		parts = r.GetParts()
		if d.GetTitle() == "" && r.GetTitle() != "" {
			title = r.GetTitle()
		}
	}
	round, err := c.roundTitle(d.GetRound())
	if err != nil {
		return nil, err
	}
	of, err := c.caseTitle(d.GetCase())
	if err != nil {
		return nil, err
	}
	p := documentPage(d, parts, c.user, documentFacts(d, c.zone, round, of))
	p.Title = title
	return p, nil
}

// roundTitle returns the title of a round; empty for no name.
func (c *call) roundTitle(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	r, err := c.Risks.GetRound(c.ctx(), &riskv1.GetRoundRequest{Name: name})
	return r.GetTitle(), err
}

// caseTitle returns the title of a case with its numbers; empty for no name.
func (c *call) caseTitle(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	k, err := c.Reports.GetCase(c.ctx(), &reportv1.GetCaseRequest{Name: name})
	return strings.TrimSuffix(k.GetTitle()+", "+strings.Join(k.GetCaseNumbers(), ", "), ", "), err
}

// documentPage shows a document.
func documentPage(d *reportv1.Document, parts []*reportv1.DocumentPart, u *user, facts []fact) *page {
	at := address(d.GetName())
	p := &page{Title: documentTitle(d), Section: sectionCases, Template: "document", Crumbs: caseCrumbs(d.GetName())}
	v := documentView{Status: documentStatus(d), Facts: facts, Preview: at + "/fil/visa"}
	final := d.GetState() == reportv1.DocumentState_DOCUMENT_STATE_FINAL
	missing := 0
	for _, part := range parts {
		view := partView{Title: part.GetTitle(), Missing: part.GetMissing(), Address: address(part.GetResource()), Status: stateDone}
		if !part.GetReady() {
			missing++
			view.Status = statusView{"todo", "Saknas"}
		}
		v.Parts = append(v.Parts, view)
	}
	v.Ready = plural(len(parts)-missing, "del", "delar") + " av " + number(float64(len(parts))) + " är klara"
	v.Files = documentFiles(d)
	for _, j := range d.GetPositions() {
		v.Chains = append(v.Chains, chainView{orElse(serviceNames[j.GetService()], j.GetService()), j.GetScope(), number(float64(j.GetSequence())), j.GetHash()})
	}
	if final {
		v.Note = noteView{Kind: "lock", Text: "Dokumentet är slutligt. Filerna ändras aldrig; behöver något rättas skapas ett nytt dokument."}
	} else {
		v.Note = noteView{Kind: "info", Text: "Det här är ett utkast. Det görs om av aktuella uppgifter varje gång det öppnas."}
	}
	p.Actions = []link{{"Förhandsgranska", v.Preview}}
	if final {
		p.Actions[0].Text = "Visa"
	}
	if !final && u.may(authzv1.Permission_PERMISSION_DOCUMENT_FINALIZE, d.GetName()) {
		p.Actions = append(p.Actions, link{"Gör slutlig", at + "/gor-slutlig"})
	}
	if !final && u.may(authzv1.Permission_PERMISSION_CASE_WRITE, d.GetName()) {
		p.Actions = append(p.Actions, link{"Ta bort", at + "/ta-bort"})
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, d.GetName()) {
		p.History = "/historik/" + d.GetName()
	}
	p.Data = v
	return p
}

// documentFacts are the facts about a document, with the titles of its round and its case.
func documentFacts(d *reportv1.Document, zone *time.Location, round, of string) []fact {
	facts := []fact{{Label: "Slag", Text: optionLabel(documentKinds, strconv.Itoa(int(d.GetKind())))}}
	if d.GetPlan() != "" {
		facts = append(facts, fact{Label: "Plan", Text: "Internkontrollplan " + last(d.GetPlan()), Address: address(d.GetPlan())})
	}
	if d.GetRound() != "" {
		facts = append(facts, fact{Label: "Uppföljning", Text: round, Address: address(d.GetRound())})
	}
	if d.GetCase() != "" {
		facts = append(facts, fact{Label: "Ärende", Text: of, Address: address(d.GetCase())})
	}
	if d.GetFinalTime() != nil {
		facts = append(facts, fact{Label: "Gjordes slutlig", Text: momentText(d.GetFinalTime(), zone)})
	}
	return facts
}

// documentFiles are the files to download; those of a final document carry their size and checksum.
func documentFiles(d *reportv1.Document) []fileView {
	var out []fileView
	for _, known := range formats {
		if known.format == reportv1.DocumentFormat_DOCUMENT_FORMAT_XLSX && !asWorkbook(d.GetKind()) {
			continue
		}
		view := fileView{Text: "Ladda ner " + known.name, Name: known.name, Hint: known.hint, Address: address(d.GetName()) + "/fil/" + known.path}
		i := slices.IndexFunc(d.GetFiles(), func(x *reportv1.DocumentFile) bool { return x.GetFormat() == known.format })
		if i >= 0 {
			view.Size, view.Sum = fileSize(d.GetFiles()[i].GetSizeBytes()), d.GetFiles()[i].GetSha256()
		} else if d.GetState() == reportv1.DocumentState_DOCUMENT_STATE_FINAL {
			continue
		}
		out = append(out, view)
	}
	return out
}

// asWorkbook reports whether a kind of document can be had as a workbook.
func asWorkbook(k reportv1.DocumentKind) bool {
	return k == reportv1.DocumentKind_DOCUMENT_KIND_PLAN || k == reportv1.DocumentKind_DOCUMENT_KIND_ANNUAL
}

// download answers with a file of a document; "visa" shows it as a page of its own.
func (s *server) download(c *call) (*page, error) {
	name, format := c.name(3), reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML
	show := c.r.PathValue("format") == "visa"
	extension := "html"
	if !show {
		i := slices.IndexFunc(formats, func(k formatView) bool { return k.path == c.r.PathValue("format") })
		if i < 0 {
			return nil, notFound()
		}
		format, extension = formats[i].format, formats[i].path
	}
	body, err := s.Reports.DownloadDocument(c.ctx(), &reportv1.DownloadDocumentRequest{Name: name, Format: format})
	if err != nil {
		return nil, err
	}
	disposition := "inline"
	if !show {
		d, err := s.Reports.GetDocument(c.ctx(), &reportv1.GetDocumentRequest{Name: name})
		if err != nil {
			return nil, err
		}
		disposition = fmt.Sprintf(`attachment; filename="%s.%s"`, fileName(d), extension)
	}
	c.w.Header().Set("Content-Disposition", disposition)
	// A document brings its own styles and pictures; it gets no scripts and no place on this site.
	c.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
	return &page{File: &file{MediaType: body.GetContentType(), Body: body.GetData()}}, nil
}

// fileName names the files of a document after its title and its committee, such as
// "delarsuppfoljning-2025-socialnamnden".
func fileName(d *reportv1.Document) string {
	committee := last(committeeOf(d.GetName()))
	title := orElse(slug(documentTitle(d)), last(d.GetName()))
	if strings.Contains(title, committee) {
		return title
	}
	return title + "-" + committee
}

// frozen is the page that stands in for a form when the document is final; nil when it is a draft. What was sent goes to
// the service all the same, which refuses it.
func (c *call) frozen(d *reportv1.Document, title string) *page {
	if c.posted() || d.GetState() != reportv1.DocumentState_DOCUMENT_STATE_FINAL {
		return nil
	}
	return frozenPage(d, title)
}

// frozenPage says that a final document stays as it is.
func frozenPage(d *reportv1.Document, title string) *page {
	return &page{Title: title, Over: documentTitle(d), Section: sectionCases, Crumbs: caseCrumbs(d.GetName()), Template: "cards",
		Data: cardsView{Empty: &emptyView{Title: "Dokumentet är slutligt", Action: link{"Till dokumentet", address(d.GetName())},
			Text: "Filerna är låsta med kontrollsumma och kan inte ändras eller tas bort. Behöver något rättas skapas ett nytt dokument."}}}
}

// finalizeDocument freezes a document.
func (s *server) finalizeDocument(c *call) (*page, error) {
	d, err := s.Reports.GetDocument(c.ctx(), &reportv1.GetDocumentRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	if p := c.frozen(d, "Gör dokumentet slutligt"); p != nil {
		return p, nil
	}
	p, f := finalizePage(d)
	return c.form(p, f, func() (string, error) {
		_, err := s.Reports.FinalizeDocument(c.ctx(), &reportv1.FinalizeDocumentRequest{Name: d.GetName(), Etag: f.value("etag")})
		return receipt(address(d.GetName()), "slutlig"), err
	})
}

// finalizePage confirms that a document becomes final.
func finalizePage(d *reportv1.Document) (*page, *form) {
	f := newForm("Gör slutlig", hidden("etag", d.GetEtag()))
	f.Cancel = address(d.GetName())
	return &page{Title: "Gör dokumentet slutligt", Over: documentTitle(d), Section: sectionCases, Form: f,
		Crumbs: append(caseCrumbs(d.GetName()), link{documentTitle(d), f.Cancel}),
		Lead:   "Filerna låses som de är nu, med kontrollsumma, och kan inte ändras. " + finalNeeds(d)}, f
}

// finalNeeds says what a document waits for before it can be made final.
func finalNeeds(d *reportv1.Document) string {
	switch d.GetKind() {
	case reportv1.DocumentKind_DOCUMENT_KIND_PLAN:
		return "Planen återges som den är just nu."
	case reportv1.DocumentKind_DOCUMENT_KIND_MEMORANDUM:
		return "Ärendet återges som det är just nu."
	case reportv1.DocumentKind_DOCUMENT_KIND_MINUTES_EXTRACT:
		return "Ärendet behöver ha nämndens beslut och paragraf."
	default:
	}
	return "Uppföljningen behöver vara stängd."
}

// deleteDocument takes a draft away.
func (s *server) deleteDocument(c *call) (*page, error) {
	d, err := s.Reports.GetDocument(c.ctx(), &reportv1.GetDocumentRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	if p := c.frozen(d, "Ta bort dokumentet"); p != nil {
		return p, nil
	}
	f := removeForm(d.GetEtag(), address(d.GetName()))
	f.Submit = "Ta bort"
	p := &page{Title: "Ta bort utkastet", Over: documentTitle(d), Section: sectionCases, Crumbs: caseCrumbs(d.GetName()),
		Lead: "Utkastet tas bort. Planen, uppföljningen och ärendet påverkas inte."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Reports.DeleteDocument(c.ctx(), &reportv1.DeleteDocumentRequest{Name: d.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(2))+"/cases", "borttagen"), err
	})
}
