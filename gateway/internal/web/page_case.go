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
		p.Actions = []link{{"Skapa ärende", at + "/nytt-arende"}, {"Skapa dokument", at + "/nytt-dokument"}, {"Mallar för dokument", address(upTo(committee, 1)) + "/templates"}}
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

// caseParts are the headings of the documents that a case belongs to; none when the case reports nothing, or when they
// cannot be told.
func (c *call) caseParts(k *reportv1.Case) []*reportv1.DocumentPart {
	plan, kinds := k.GetPlan(), []reportv1.DocumentKind{reportv1.DocumentKind_DOCUMENT_KIND_MEMORANDUM}
	if k.GetRound() != "" {
		round, err := c.Risks.GetRound(c.ctx(), &riskv1.GetRoundRequest{Name: k.GetRound()})
		if err != nil || len(round.GetPlans()) == 0 {
			return nil
		}
		if plan == "" {
			plan = round.GetPlans()[0]
		}
		kinds = append(kinds, reportKind(round))
	}
	if plan == "" {
		return nil
	}
	var parts []*reportv1.DocumentPart
	for _, kind := range kinds {
		r, err := c.Reports.ListDocumentParts(c.ctx(), &reportv1.ListDocumentPartsRequest{Parent: committeeOf(plan), Kind: kind, Plan: plan, Round: k.GetRound(), Case: k.GetName()})
		if err == nil {
			parts = append(parts, r.GetParts()...)
		}
	}
	return parts
}

// reportKind is the kind of document that reports a round.
func reportKind(r *riskv1.Round) reportv1.DocumentKind {
	if r.GetKind() == riskv1.RoundKind_ROUND_KIND_YEARLY {
		return reportv1.DocumentKind_DOCUMENT_KIND_ANNUAL
	}
	return reportv1.DocumentKind_DOCUMENT_KIND_INTERIM
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
	if k.GetPlan() != "" {
		v.Facts = append(v.Facts, fact{Label: "Plan", Text: planTitle(&riskv1.Plan{Name: k.GetPlan()}), Address: address(k.GetPlan())})
	}
	v.Facts = append(v.Facts, memorandumFacts(k)...)
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
