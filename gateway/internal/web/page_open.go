package web

import (
	"slices"
	"strings"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// accessibility is the accessibility statement that the law asks for (2018:1937).
func (s *server) accessibility(c *call) (*page, error) {
	if err := c.identify(); err != nil {
		c.user = nil // anybody may read it
	}
	return &page{Title: "Tillgänglighet för Uppsikt", Template: "accessibility", Data: c.Contact}, nil
}

// searchView is what a search shows.
type searchView struct {
	Query string
	Hits  []task
}

// search looks for words in the plan in work, its risks, control points and rounds.
func (s *server) search(c *call) (*page, error) {
	q := c.query("q")
	p := &page{Title: "Sök", Template: "search", Data: searchView{Query: q}}
	if q == "" {
		return p, nil
	}
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil || len(plans.GetPlans()) == 0 {
		return p, err
	}
	v := searchView{Query: q}
	for _, plan := range slices.Backward(plans.GetPlans()) {
		g, err := c.snapshot(plan.GetName())
		if err != nil {
			return nil, err
		}
		v.Hits = append(v.Hits, g.search(q)...)
	}
	actions, err := c.listActions(c.name(2))
	if err != nil {
		return nil, err
	}
	v.Hits = append(v.Hits, searchActions(actions, q)...)
	found, err := c.searchControls(q)
	if err != nil {
		return nil, err
	}
	v.Hits = append(v.Hits, found...)
	p.Title, p.Data = "Sökresultat för ”"+q+"”", v
	return p, nil
}

// holds reports whether texts hold every word of a search.
func holds(q string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(q)), func(w string) bool { return !strings.Contains(all, w) })
}

// searchActions returns the actions that hold every word.
func searchActions(actions []*riskv1.Action, q string) []task {
	var hits []task
	for _, a := range actions {
		if holds(q, a.GetTitle(), a.GetDescription(), a.GetComment(), strings.Join(owners(a.GetOwners()), "\n")) {
			hits = append(hits, task{link{a.GetTitle(), address(a.GetName())}, "Planår " + originYear(a), statusView{"info", "Åtgärd"}})
		}
	}
	return hits
}

// searchControls returns the indicators and results that hold every word.
func (c *call) searchControls(q string) ([]task, error) {
	indicators, err := c.Controls.ListIndicators(c.ctx(), &controlv1.ListIndicatorsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	results, err := c.Controls.ListResults(c.ctx(), &controlv1.ListResultsRequest{Parent: c.name(2) + "/rounds/-", PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return controlHits(q, indicators.GetIndicators(), results.GetResults()), nil
}

// controlHits are the indicators and results that hold every word.
func controlHits(q string, indicators []*controlv1.Indicator, results []*controlv1.Result) []task {
	var hits []task
	for _, i := range indicators {
		if holds(q, i.GetTitle(), i.GetDescription()) {
			hits = append(hits, task{link{i.GetTitle(), address(i.GetName())}, "", statusView{"info", "Mätning"}})
		}
	}
	for _, r := range results {
		texts := []string{r.GetText(), r.GetComparisonComment(), r.GetNotPerformedReason()}
		for _, s := range r.GetSamples() {
			texts = append(texts, s.GetTitle())
		}
		if holds(q, texts...) {
			hits = append(hits, task{link{excerpt(r.GetText()), address(r.GetName())}, "Planår " + last(upTo(r.GetSubject(), 3)), statusView{"info", "Resultat"}})
		}
	}
	return hits
}

// excerpt is the beginning of a text, for a list.
func excerpt(text string) string {
	const most = 80
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return orElse(text, "Resultat utan text")
}

// search returns what holds every word, in the order of the plan.
func (g *register) search(q string) []task {
	var hits []task
	find := func(name, title, kind string, texts ...string) {
		if holds(q, append(texts, title)...) {
			hits = append(hits, task{link{title, address(name)}, planTitle(g.GetPlan()), statusView{"info", kind}})
		}
	}
	for _, e := range g.GetRiskEntries() {
		find(e.GetName(), g.title(e), "Risk", e.GetProcess(), e.GetExistingControls(), e.GetPlannedHandling(), strings.Join(owners(e.GetOwners()), "\n"))
	}
	for _, a := range g.GetControlAreas() {
		find(a.GetName(), a.GetTitle(), "Kontrollområde", a.GetDescription())
	}
	for _, p := range g.GetControlPoints() {
		find(p.GetName(), p.GetTitle(), pointKind(p.GetKind()), p.GetPurpose(), p.GetMethod(), p.GetScope())
	}
	for _, r := range g.rounds {
		find(r.GetName(), r.GetTitle(), "Uppföljning", r.GetPeriod())
	}
	return hits
}
