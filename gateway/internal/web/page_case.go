package web

import (
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// casesView is what the list of cases and documents shows.
type casesView struct {
	Cases, Documents           []task
	CasesEmpty, DocumentsEmpty emptyView
}

// cases lists the cases and the documents of a committee.
func (s *server) cases(c *call) (*page, error) {
	cases, err := s.Reports.ListCases(c.ctx(), &reportv1.ListCasesRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	documents, err := s.Reports.ListDocuments(c.ctx(), &reportv1.ListDocumentsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return casesPage(c.name(2), cases.GetCases(), documents.GetDocuments(), c.user.may(authzv1.Permission_PERMISSION_CASE_WRITE, c.name(2))), nil
}

// casesPage shows cases and documents.
func casesPage(committee string, cases []*reportv1.Case, documents []*reportv1.Document, mayWrite bool) *page {
	at := address(committee)
	p := &page{Title: "Ärenden och dokument", Section: sectionCases, Template: "cases"}
	v := casesView{CasesEmpty: emptyView{Title: "Inga ärenden än", Text: "Ett ärende samlar det som läggs fram för nämnden: diarienummer, beslutspunkter och texter."},
		DocumentsEmpty: emptyView{Title: "Inga dokument än", Text: "Här finns handlingarna till nämnden, först som utkast och sedan låsta som slutliga."}}
	if mayWrite {
		p.Actions = []link{{"Skapa ärende", at + "/nytt-arende"}, {"Skapa dokument", at + "/nytt-dokument"}}
	}
	for _, k := range cases {
		detail := strings.Join(k.GetCaseNumbers(), ", ")
		if k.GetMeetingDate() != "" {
			detail = strings.TrimPrefix(detail+" · Sammanträde "+dateText(k.GetMeetingDate()), " · ")
		}
		v.Cases = append(v.Cases, task{link{k.GetTitle(), address(k.GetName())}, detail, caseStatus(k)})
	}
	for _, d := range documents {
		v.Documents = append(v.Documents, task{link{documentTitle(d), address(d.GetName())}, optionLabel(documentKinds, strconv.Itoa(int(d.GetKind()))), documentStatus(d)})
	}
	p.Data = v
	return p
}

// caseStatus shows where a case stands: it is done when it can go to the committee, and better still when that decided.
func caseStatus(k *reportv1.Case) statusView {
	switch {
	case k.GetParagraph() != "":
		return statusView{"done", "Beslutat §" + nbsp + k.GetParagraph()}
	case len(k.GetCaseNumbers()) > 0 && k.GetMeetingDate() != "":
		return stateDone
	default:
		return stateDoing
	}
}

// caseView is what the page of a case shows.
type caseView struct {
	Facts     []fact
	Points    []*reportv1.DecisionPoint
	Texts     []sectionView
	Documents []task
}

// caseView shows one case with its documents.
func (s *server) caseView(c *call) (*page, error) {
	k, err := s.Reports.GetCase(c.ctx(), &reportv1.GetCaseRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	documents, err := s.Reports.ListDocuments(c.ctx(), &reportv1.ListDocumentsRequest{Parent: c.name(2), Case: k.GetName(), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	round, err := c.roundTitle(k.GetRound())
	if err != nil {
		return nil, err
	}
	return casePage(k, round, documents.GetDocuments(), c.caseParts(k), c.user), nil
}

// caseParts are the headings of the document that a case belongs to; none when the case reports no round, or when they
// cannot be told.
func (c *call) caseParts(k *reportv1.Case) []*reportv1.DocumentPart {
	if k.GetRound() == "" {
		return nil
	}
	round, err := c.Risks.GetRound(c.ctx(), &riskv1.GetRoundRequest{Name: k.GetRound()})
	if err != nil || len(round.GetPlans()) == 0 {
		return nil
	}
	r, err := c.Reports.ListDocumentParts(c.ctx(), &reportv1.ListDocumentPartsRequest{Parent: committeeOf(k.GetRound()),
		Kind: reportv1.DocumentKind_DOCUMENT_KIND_INTERIM, Plan: round.GetPlans()[0], Round: k.GetRound(), Case: k.GetName()})
	if err != nil {
		return nil
	}
	return r.GetParts()
}

// casePage shows a case; round is the title of the round that it reports.
func casePage(k *reportv1.Case, round string, documents []*reportv1.Document, parts []*reportv1.DocumentPart, u *user) *page {
	v := caseView{Points: k.GetDecisionPoints(), Facts: []fact{
		{Label: "Diarienummer", Text: strings.Join(k.GetCaseNumbers(), "\n")},
		{Label: "Sammanträde", Text: dateText(k.GetMeetingDate())},
		{Label: "Punkt på dagordningen", Text: k.GetAgendaItem()},
		{Label: "Paragraf", Text: k.GetParagraph()},
	}}
	if k.GetRound() != "" {
		v.Facts = append(v.Facts, fact{Label: "Uppföljning", Text: round, Address: address(k.GetRound())})
	}
	for _, t := range k.GetTexts() {
		title := t.GetKey()
		for _, part := range parts {
			if part.GetKey() == t.GetKey() {
				title = part.GetTitle()
			}
		}
		v.Texts = append(v.Texts, sectionView{title, t.GetText()})
	}
	for _, d := range documents {
		v.Documents = append(v.Documents, task{link{documentTitle(d), address(d.GetName())}, "", documentStatus(d)})
	}
	p := &page{Title: k.GetTitle(), Section: sectionCases, Template: "case", Data: v, Crumbs: caseCrumbs(k.GetName())}
	if u.may(authzv1.Permission_PERMISSION_CASE_WRITE, k.GetName()) {
		p.Actions = []link{{"Ändra", address(k.GetName()) + "/andra"},
			{"Skapa dokument", address(committeeOf(k.GetName())) + "/nytt-dokument?arende=" + last(k.GetName())}}
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, k.GetName()) {
		p.History = "/historik/" + k.GetName()
	}
	return p
}

// caseCrumbs lead back from the pages of cases and documents.
func caseCrumbs(name string) []link {
	return []link{{"Ärenden och dokument", address(committeeOf(name)) + "/cases"}}
}

// createCase makes a case.
func (s *server) createCase(c *call) (*page, error) {
	rounds, err := s.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	k := &reportv1.Case{}
	for _, r := range rounds.GetRounds() {
		if last(r.GetName()) == c.query("uppfoljning") {
			k.Round, k.Title, k.MeetingDate = r.GetName(), r.GetTitle()+" av internkontrollplanen", r.GetMeetingDate()
		}
	}
	f := caseForm(k, rounds.GetRounds(), nil)
	f.Submit, f.Cancel = "Skapa ärendet", address(c.name(2))+"/cases"
	p := &page{Title: "Skapa ärende", Section: sectionCases, Crumbs: caseCrumbs(c.name(2) + "/cases/-"), Lead: "Texterna skriver du när ärendet är skapat."}
	return c.form(p, f, func() (string, error) {
		made, err := s.Reports.CreateCase(c.ctx(), &reportv1.CreateCaseRequest{Parent: c.name(2), Case: typedCase(f, nil)})
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// editCase changes a case.
func (s *server) editCase(c *call) (*page, error) {
	k, err := s.Reports.GetCase(c.ctx(), &reportv1.GetCaseRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	rounds, err := s.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	parts := textParts(k, c.caseParts(k))
	f := caseForm(k, rounds.GetRounds(), parts)
	f.Cancel = address(k.GetName())
	p := &page{Title: "Ändra ärendet", Over: k.GetTitle(), Section: sectionCases, Crumbs: append(caseCrumbs(k.GetName()), link{k.GetTitle(), f.Cancel})}
	return c.form(p, f, func() (string, error) {
		next := typedCase(f, parts)
		next.Name, next.Etag = k.GetName(), f.value("etag")
		_, err := s.Reports.UpdateCase(c.ctx(), &reportv1.UpdateCaseRequest{Case: next,
			UpdateMask: mask("title", "case_numbers", "meeting_date", "agenda_item", "paragraph", "decision_points", "texts", "round")})
		return receipt(f.Cancel, "sparad"), err
	})
}

// textParts are the headings that a case can have texts for: the template's, and any other that has a text already.
func textParts(k *reportv1.Case, parts []*reportv1.DocumentPart) []*reportv1.DocumentPart {
	var out []*reportv1.DocumentPart
	known := map[string]bool{}
	for _, part := range parts {
		if part.GetKey() != "" && !known[part.GetKey()] {
			known[part.GetKey()] = true
			out = append(out, part)
		}
	}
	for _, t := range k.GetTexts() {
		if !known[t.GetKey()] {
			out = append(out, &reportv1.DocumentPart{Key: t.GetKey(), Title: t.GetKey()})
		}
	}
	return out
}

// caseForm asks for a case.
func caseForm(k *reportv1.Case, rounds []*riskv1.Round, parts []*reportv1.DocumentPart) *form {
	options := []option{{Label: "Ingen uppföljning"}}
	for _, r := range rounds {
		options = append(options, option{Value: r.GetName(), Label: r.GetTitle()})
	}
	f := newForm("Spara", hidden("etag", k.GetEtag()),
		text("rubrik", "Rubrik", k.GetTitle(), "case.title").hint("Som på dagordningen.").missing("Skriv ärendets rubrik."),
		area("dnr", "Diarienummer", strings.Join(k.GetCaseNumbers(), "\n"), "case.case_numbers").optional().rows(2).hint("Ett per rad, skrivet som ni brukar: till exempel SN-2024/259."),
		&field{Name: "uppfoljning", Kind: kindSelect, Label: "Vilken uppföljning redovisas?", Value: k.GetRound(), Options: options, Optional: true, paths: []string{"case.round"}})
	f.add("Sammanträdet", "",
		date("sammantrade", "Datum", k.GetMeetingDate(), "case.meeting_date").optional(),
		text("punkt", "Punkt på dagordningen", k.GetAgendaItem(), "case.agenda_item").optional().width("short"),
		text("paragraf", "Paragraf i protokollet", k.GetParagraph(), "case.paragraph").optional().width("short").hint("Bara numret. Fyll i efter sammanträdet."))
	var points []*field
	for i := range len(k.GetDecisionPoints()) + extraRows {
		var point *reportv1.DecisionPoint
		if i < len(k.GetDecisionPoints()) {
			point = k.GetDecisionPoints()[i]
		}
		n, nr := strconv.Itoa(i), strconv.Itoa(i+1)
		points = append(points,
			area("forslag"+n, "Förslag till beslut, punkt "+nr, point.GetProposed(), "case.decision_points["+n+"].proposed").optional().rows(2),
			area("beslut"+n, "Nämndens beslut, punkt "+nr, point.GetDecided(), "case.decision_points["+n+"].decided").optional().rows(2).hint("Fyll i efter sammanträdet, även om det blev som förslaget."))
	}
	f.add("Beslutspunkter", "Förslaget och beslutet kan vara olika.", points...)
	if len(parts) > 0 {
		f.add("Texter i handlingen", "Lämna en text tom, så används standardtexten.", textFields(k, parts)...)
	}
	return f
}

// textFields ask for the texts by heading; the standard text stands beside.
func textFields(k *reportv1.Case, parts []*reportv1.DocumentPart) []*field {
	texts := map[string]string{}
	for _, t := range k.GetTexts() {
		texts[t.GetKey()] = t.GetText()
	}
	var fields []*field
	for i, part := range parts {
		q := area("text-"+part.GetKey(), part.GetTitle(), texts[part.GetKey()], "case.texts["+strconv.Itoa(i)+"]").optional().rows(6)
		q.Standard = part.GetStandardText()
		fields = append(fields, q)
	}
	return fields
}

// typedCase reads a case from its form.
func typedCase(f *form, parts []*reportv1.DocumentPart) *reportv1.Case {
	k := &reportv1.Case{Title: f.value("rubrik"), CaseNumbers: f.field("dnr").lines(), Round: f.value("uppfoljning"),
		MeetingDate: f.value("sammantrade"), AgendaItem: f.value("punkt"), Paragraph: f.value("paragraf")}
	for i := 0; f.field("forslag"+strconv.Itoa(i)).Name != ""; i++ {
		n := strconv.Itoa(i)
		if point := (&reportv1.DecisionPoint{Proposed: f.value("forslag" + n), Decided: f.value("beslut" + n)}); point.GetProposed()+point.GetDecided() != "" {
			k.DecisionPoints = append(k.DecisionPoints, point)
		}
	}
	for _, part := range parts {
		if t := f.value("text-" + part.GetKey()); t != "" {
			k.Texts = append(k.Texts, &reportv1.CaseText{Key: part.GetKey(), Text: t})
		}
	}
	return k
}
