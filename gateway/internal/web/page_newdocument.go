package web

import (
	"slices"
	"strconv"
	"strings"

	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// documentSources are what a document can be made of.
type documentSources struct {
	committee string
	plans     []*riskv1.Plan
	rounds    []*riskv1.Round
	cases     []*reportv1.Case
}

// createDocument makes a draft.
func (s *server) createDocument(c *call) (*page, error) {
	rounds, err := s.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	cases, err := s.Reports.ListCases(c.ctx(), &reportv1.ListCasesRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	sources := documentSources{c.name(2), plans.GetPlans(), rounds.GetRounds(), cases.GetCases()}
	p, f := newDocumentPage(sources, c.query("uppfoljning"), c.query("arende"), c.query("plan"))
	if f == nil {
		return p, nil
	}
	return c.form(p, f, func() (string, error) {
		d, err := sources.typed(f)
		if err != nil {
			return "", err
		}
		made, err := s.Reports.CreateDocument(c.ctx(), &reportv1.CreateDocumentRequest{Parent: c.name(2), Document: d})
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// typed reads what document to make: a plan reports itself, a follow-up the first plan that it covers.
func (x documentSources) typed(f *form) (*reportv1.Document, error) {
	kind, err := strconv.Atoi(f.value("slag"))
	if err != nil {
		return nil, err
	}
	d := &reportv1.Document{Kind: reportv1.DocumentKind(int32(kind)), Title: f.value("rubrik"), Case: f.value("arende")}
	round := f.value("uppfoljning")
	switch f.value("slag") {
	case kindPlan:
		d.Plan = f.value("plan")
		return d, nil
	case kindMemorandum, kindExtract:
		return d, x.ofCase(d, f.value("arende-"+f.value("slag")))
	case kindAnnual:
		round = f.value("uppfoljning-ar")
	}
	i := slices.IndexFunc(x.rounds, func(r *riskv1.Round) bool { return r.GetName() == round })
	if i < 0 || len(x.rounds[i].GetPlans()) == 0 {
		return nil, fault.Fields(fault.Field{Path: "document.round", Swedish: "Välj vilken uppföljning som ska redovisas."})
	}
	d.Round, d.Plan = round, x.rounds[i].GetPlans()[0]
	return d, nil
}

// ofCase fills in what a document about a case speaks of: the case's plan and round.
func (x documentSources) ofCase(d *reportv1.Document, name string) error {
	d.Case = name
	for _, k := range x.cases {
		if k.GetName() != name {
			continue
		}
		d.Round, d.Plan = k.GetRound(), k.GetPlan()
		for _, r := range x.rounds {
			if d.GetPlan() == "" && r.GetName() == k.GetRound() && len(r.GetPlans()) > 0 {
				d.Plan = r.GetPlans()[0]
			}
		}
	}
	if d.GetPlan() == "" {
		return fault.Fields(fault.Field{Path: "document.case", Swedish: "Ärendet säger inte vilken plan det gäller. Ändra ärendet och välj plan eller uppföljning."})
	}
	return nil
}

// newDocumentPage asks what the document shall report; the form is nil when there is nothing to report. The names are
// those of the round, case or plan that somebody came from.
func newDocumentPage(x documentSources, round, chosenCase, plan string) (*page, *form) {
	p := &page{Title: "Skapa dokument", Section: sectionCases, Crumbs: caseCrumbs(x.committee + "/cases/-")}
	if len(x.rounds)+len(x.plans) == 0 {
		p.Template, p.Data = "cards", cardsView{Empty: &emptyView{Title: "Det finns inget att redovisa än",
			Text: "Ett dokument redovisar en plan eller en uppföljning. Skapa planen först.", Action: link{"Skapa plan", address(x.committee) + "/ny-plan"}}}
		return p, nil
	}
	of, ofRound := x.chosenCase(round, chosenCase)
	kind := kindInterim
	switch {
	case chosenCase != "" && ofRound == "":
		kind = kindMemorandum
	case plan != "" || len(x.rounds) == 0:
		kind = kindPlan
	case x.yearly(ofRound):
		kind = kindAnnual
	}
	f := newForm("Skapa dokumentet",
		radios("slag", "Vad är det för dokument?", kind, x.kinds(ofRound, of, plan), "document.kind"),
		&field{Name: "arende", Kind: kindSelect, Label: "Vilket ärende hör det till?", Value: of, Options: x.caseOptions(), Optional: true, paths: []string{"document.case"}},
		text("rubrik", "Rubrik", "", "document.title").optional().hint("Lämna tomt för mallens rubrik."))
	f.Cancel = address(x.committee) + "/cases"
	return p, f
}

// yearly reports whether a round reports the whole year.
func (x documentSources) yearly(round string) bool {
	return slices.ContainsFunc(x.rounds, func(r *riskv1.Round) bool {
		return r.GetName() == round && r.GetKind() == riskv1.RoundKind_ROUND_KIND_YEARLY
	})
}

// kinds offers the kinds of documents, each with what it reports.
func (x documentSources) kinds(round, ofCase, plan string) []option {
	var rounds, plans, cases, kinds []option
	for _, r := range x.rounds {
		if len(r.GetPlans()) > 0 {
			rounds = append(rounds, option{Value: r.GetName(), Label: r.GetTitle()})
		}
	}
	chosen := ""
	for _, p := range x.plans {
		plans = append(plans, option{Value: p.GetName(), Label: planTitle(p), Hint: planStatus(p).Word})
		if last(p.GetName()) == plan || len(x.plans) == 1 {
			chosen = p.GetName()
		}
	}
	for _, k := range x.cases {
		cases = append(cases, option{Value: k.GetName(), Label: k.GetTitle(), Hint: strings.Join(k.GetCaseNumbers(), ", ")})
	}
	add := func(kind, hint string, of []option, which *field) {
		if len(of) > 0 {
			kinds = append(kinds, option{Value: kind, Label: optionLabel(documentKinds, kind), Hint: hint, Extra: which})
		}
	}
	which := "Vilken uppföljning redovisas?"
	add(kindInterim, "Redovisar svaren i en uppföljning.", rounds, radios("uppfoljning", which, round, rounds, "document.round").missing("Välj vilken uppföljning som ska redovisas."))
	add(kindAnnual, "Redovisar årets kontroller, mätningar och åtgärder.", rounds, radios("uppfoljning-ar", which, round, rounds, "document.round").missing("Välj vilken uppföljning som ska redovisas."))
	add(kindPlan, "Planen som handling till nämnden, med riskmatris och bilagor.", plans, radios("plan", "Vilken plan?", chosen, plans, "document.plan").missing("Välj vilken plan dokumentet gäller."))
	add(kindMemorandum, "Förvaltningens förslag till nämnden.", cases, radios("arende-"+kindMemorandum, "Vilket ärende?", ofCase, cases, "document.case").missing("Välj vilket ärende det gäller."))
	add(kindExtract, "Nämndens beslut, att skicka till mottagarna.", cases, radios("arende-"+kindExtract, "Vilket ärende?", ofCase, cases, "document.case").missing("Välj vilket ärende det gäller."))
	return kinds
}

// caseOptions offers the cases.
func (x documentSources) caseOptions() []option {
	options := []option{{Label: "Inget ärende än"}}
	for _, k := range x.cases {
		options = append(options, option{Value: k.GetName(), Label: strings.TrimSpace(k.GetTitle() + " " + strings.Join(k.GetCaseNumbers(), ", "))})
	}
	return options
}

// chosenCase finds the case and the round to begin with: the case that is named, else the case of the round that is named
// or the only one.
func (x documentSources) chosenCase(round, named string) (ofCase, ofRound string) {
	for _, r := range x.rounds {
		if last(r.GetName()) == round || len(x.rounds) == 1 {
			ofRound = r.GetName()
		}
	}
	for _, k := range x.cases {
		if last(k.GetName()) == named {
			return k.GetName(), k.GetRound()
		}
	}
	for _, k := range x.cases {
		if ofRound != "" && k.GetRound() == ofRound {
			return k.GetName(), ofRound
		}
	}
	return "", ofRound
}
