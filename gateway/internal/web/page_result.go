package web

import (
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// resultData is what the pages of a result are made of.
type resultData struct {
	round *riskv1.Round
	book  *controlBook
	// subject is the control area or control point.
	subject string
	result  *controlv1.Result
	// all are the results of every round of the committee, and rounds those rounds.
	all    []*controlv1.Result
	rounds []*riskv1.Round
}

// resultView is what stands around a result and its form.
type resultView struct {
	threeView
	Result *controlv1.Result
	// Asked is what was to be checked; Risks are those that it concerns.
	Asked []fact
	Risks []link
	Facts []fact
	// Samples and Surveys are what was examined.
	Samples []sampleView
	Surveys []*controlv1.Survey
	// Proposed are the actions that the result proposed.
	Proposed []task
	Earlier  []earlierResult
	Measured []indicatorRow
	Note     noteView
	Subject  link
}

// sampleView is one sample in words.
type sampleView struct {
	Title, Unit, Examined string
	Deviations            []fact
}

// earlierResult is what another round found.
type earlierResult struct {
	Round, Address string
	threeView
	Text string
}

// result shows one result.
func (s *server) result(c *call) (*page, error) {
	r, err := s.Controls.GetResult(c.ctx(), &controlv1.GetResultRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	d, err := c.resultData(r.GetSubject())
	if err != nil {
		return nil, err
	}
	d.result = r
	return resultPage(d, c.user), nil
}

// resultData reads what a result stands beside: the plan, what was measured, and what was found before.
func (c *call) resultData(subject string) (*resultData, error) {
	d := &resultData{subject: subject}
	rounds, err := c.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	d.rounds = rounds.GetRounds()
	i := slices.IndexFunc(d.rounds, func(r *riskv1.Round) bool { return r.GetName() == c.name(3) })
	if i < 0 || upTo(subject, 4) == "" || committeeOf(subject) != c.name(2) {
		return nil, notFound()
	}
	d.round = d.rounds[i]
	g, err := c.snapshot(upTo(subject, 3))
	if err != nil {
		return nil, err
	}
	if g.subjectTitle(subject) == "" {
		return nil, notFound()
	}
	if d.book, err = c.controlBook(g, 3); err != nil {
		return nil, err
	}
	for token := ""; ; {
		r, err := c.Controls.ListResults(c.ctx(), &controlv1.ListResultsRequest{Parent: c.name(2) + "/rounds/-", PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		d.all = append(d.all, r.GetResults()...)
		if token = r.GetNextPageToken(); token == "" {
			return d, nil
		}
	}
}

// scale is the grades of the plan's method.
func (d *resultData) scale() []*riskv1.GradeStep { return gradeScale(d.book.GetMethodVersion()) }

// open reports whether the round takes results.
func (d *resultData) open() bool {
	return d.round.GetState() == riskv1.RoundState_ROUND_STATE_OPEN
}

// view is what stands around a result and its form.
func (d *resultData) view() resultView {
	return resultView{Result: d.result, threeView: three(d.result, d.scale()), Asked: d.asked(), Risks: d.risks(), Earlier: d.earlier(),
		Measured: d.measuredRows(), Subject: link{d.book.subjectTitle(d.subject), address(d.subject)}}
}

// asked is what was to be checked.
func (d *resultData) asked() []fact {
	for _, a := range d.book.GetControlAreas() {
		if a.GetName() == d.subject {
			facts := append([]fact{{Label: "Kontrollområde", Markdown: a.GetDescription()}}, areaOwners(a)...)
			for _, k := range d.book.pointsIn(a.GetName()) {
				facts = append(facts, fact{Label: pointKind(k.GetKind()), Text: k.GetTitle(), Address: address(k.GetName())})
			}
			return facts
		}
	}
	for _, k := range d.book.GetControlPoints() {
		if k.GetName() == d.subject {
			return []fact{{Label: "Syfte", Markdown: k.GetPurpose()}, {Label: "Metod", Markdown: k.GetMethod()}, {Label: "Stickprov", Text: k.GetPlannedSample()},
				{Label: "När", Text: k.GetFrequency()}, {Label: "Kontrollansvarig", Text: strings.Join(owners(k.GetOwners()), "\n")}}
		}
	}
	return nil
}

// risks are those that the control point, or the points of the control area, concern.
func (d *resultData) risks() []link {
	var out []link
	for _, k := range d.book.GetControlPoints() {
		if k.GetName() != d.subject && k.GetControlArea() != d.subject {
			continue
		}
		for _, name := range k.GetRiskEntries() {
			l := link{"", address(name)}
			if e := d.book.entries[name]; e != nil {
				l.Text = d.book.title(e)
			}
			if l.Text != "" && !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// measuredRows are the indicators of the subject.
func (d *resultData) measuredRows() []indicatorRow {
	rows := d.book.indicatorRows(d.subject)
	for _, k := range d.book.pointsIn(d.subject) {
		rows = append(rows, d.book.indicatorRows(k.GetName())...)
	}
	return distinct(rows)
}

// earlier are the results of other rounds about the same thing, this year's and those of earlier years' plans, the latest
// first. A control keeps its id from year to year.
func (d *resultData) earlier() []earlierResult {
	var out []earlierResult
	for _, round := range slices.Backward(d.rounds) {
		for _, r := range d.all {
			same := collection(r.GetSubject()) == collection(d.subject) && last(r.GetSubject()) == last(d.subject)
			if same && upTo(r.GetName(), 3) == round.GetName() && r.GetName() != d.result.GetName() && round.GetName() != d.round.GetName() {
				out = append(out, earlierResult{round.GetTitle(), address(r.GetName()), three(r, d.scale()), r.GetText()})
			}
		}
	}
	return out
}

// comparisons are how a finding stands to earlier years.
var comparisons = []option{{Value: "1", Label: "Bättre"}, {Value: "2", Label: "Sämre"}, {Value: "3", Label: "Oförändrat"}, {Value: "4", Label: "Går inte att jämföra"}}

// resultPage shows one result.
func resultPage(d *resultData, u *user) *page {
	r := d.result
	v := d.view()
	v.Facts = d.facts()
	v.Samples, v.Surveys, v.Proposed = samplesOf(r, d.book.units), r.GetSurveys(), proposedActions(r)
	at := address(r.GetName())
	p := &page{Title: d.book.subjectTitle(d.subject), Over: "Resultat, " + d.round.GetTitle(), Section: sectionRounds, Crumbs: roundCrumbs(d.round), Template: "result", Wide: true}
	switch {
	case !d.open():
		v.Note = noteView{Kind: "lock", Text: "Uppföljningen är stängd. Resultatet kan läsas men inte ändras."}
	case d.book.mayRecord(d.subject, u):
		p.Actions = []link{{"Ändra resultatet", at + "/andra"}}
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, r.GetName()) {
		p.History = "/historik/" + r.GetName()
	}
	p.Data = v
	return p
}

// facts are what a result says beside its three words and its text.
func (d *resultData) facts() []fact {
	r := d.result
	var facts []fact
	add := func(label, text string) {
		if text != "" {
			facts = append(facts, fact{Label: label, Text: text})
		}
	}
	add("Varför den inte utfördes", r.GetNotPerformedReason())
	if r.GetStatedFulfilment() != controlv1.Fulfilment_FULFILMENT_UNSPECIFIED {
		add("Måluppfyllelse enligt målen", fulfilmentStatus(r.GetComputedFulfilment()).Word)
		add("Skäl till den angivna måluppfyllelsen", r.GetOverrideReason())
	}
	if r.GetComparison() != controlv1.Comparison_COMPARISON_UNSPECIFIED {
		add("Jämfört med tidigare år", optionLabel(comparisons, strconv.Itoa(int(r.GetComparison()))))
	}
	add("Kommentar till jämförelsen", r.GetComparisonComment())
	add("Rapporterat av", sentence(r.GetReportedRole()))
	return facts
}

// samplesOf writes what was examined.
func samplesOf(r *controlv1.Result, units map[string]string) []sampleView {
	var out []sampleView
	for _, s := range r.GetSamples() {
		v := sampleView{Title: s.GetTitle(), Examined: countWords(s.Examined, s.GetExaminedWords(), s.GetApproximate())}
		if s.GetUnit() != "" {
			v.Unit = unitWord(units, s.GetUnit())
		}
		if s.Population != nil {
			v.Examined += " av " + number(float64(s.GetPopulation()))
		}
		for _, x := range s.GetDeviations() {
			text := countWords(x.Count, x.GetCountWords(), false)
			if x.Of != nil {
				text += " av " + number(float64(x.GetOf()))
			}
			v.Deviations = append(v.Deviations, fact{Label: x.GetKind(), Text: text})
		}
		out = append(out, v)
	}
	return out
}

// countWords writes a count, or the words that stand for one.
func countWords(n *int64, words string, approximate bool) string {
	switch {
	case n == nil:
		return orElse(words, "–")
	case approximate:
		return "cirka " + number(float64(*n))
	default:
		return number(float64(*n))
	}
}

// proposedActions are the actions that a result proposed, on their way until the register has them.
func proposedActions(r *controlv1.Result) []task {
	var out []task
	for _, a := range r.GetProposedActions() {
		t := task{link: link{a.GetTitle(), ""}, Detail: a.GetFault()}
		switch a.GetState() {
		case controlv1.ProposedActionState_PROPOSED_ACTION_STATE_DELIVERED:
			t.Address, t.Status = address(a.GetAction()), statusView{"done", "Finns i åtgärdsregistret"}
		case controlv1.ProposedActionState_PROPOSED_ACTION_STATE_REFUSED:
			t.Status = statusView{"stop", "Togs inte emot"}
		default:
			t.Status, t.Detail = statusView{"doing", "Väntar"}, "Åtgärden är på väg till åtgärdsregistret. Ladda om sidan om en stund."
		}
		out = append(out, t)
	}
	return out
}

// roundControls is what a round finds about the control areas and control points of its plans.
type roundControls struct {
	results []*controlv1.Result
}

// controlsOf reads the results of a round; a round whose plans hold no controls costs no question.
func (c *call) controlsOf(r *riskv1.Round, gs []*register) (*roundControls, error) {
	x := &roundControls{}
	if !slices.ContainsFunc(gs, func(g *register) bool { return len(g.GetControlAreas())+len(g.GetControlPoints()) > 0 }) {
		return x, nil
	}
	for token := ""; ; {
		found, err := c.Controls.ListResults(c.ctx(), &controlv1.ListResultsRequest{Parent: r.GetName(), PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		x.results = append(x.results, found.GetResults()...)
		if token = found.GetNextPageToken(); token == "" {
			return x, nil
		}
	}
}

// groups shows the control areas and control points of a plan that the round covers, each with its state.
func (x *roundControls) groups(r *riskv1.Round, g *register, u *user) []controlGroup {
	var out []controlGroup
	add := func(title, area string) {
		group := controlGroup{Title: title}
		points := g.pointsIn(area)
		if area != "" && (len(points) == 0 || x.find(area) != nil || !slices.ContainsFunc(points, func(k *riskv1.ControlPoint) bool { return x.find(k.GetName()) != nil })) {
			row := x.row(r, g, area, "Hela området", "", u)
			row.Of = title
			group.Rows = append(group.Rows, row)
		}
		if x.find(area) == nil || area == "" || slices.ContainsFunc(points, func(k *riskv1.ControlPoint) bool { return x.find(k.GetName()) != nil }) {
			for _, k := range points {
				group.Rows = append(group.Rows, x.row(r, g, k.GetName(), k.GetTitle(), strings.Join(owners(k.GetOwners()), ", "), u))
			}
		}
		if len(group.Rows) > 0 {
			out = append(out, group)
		}
	}
	for _, a := range g.GetControlAreas() {
		add(a.GetTitle(), a.GetName())
	}
	add("Kontrollmoment utan område", "")
	return out
}

// find returns the round's result about a control area or control point; nil when there is none.
func (x *roundControls) find(subject string) *controlv1.Result {
	for _, r := range x.results {
		if r.GetSubject() == subject {
			return r
		}
	}
	return nil
}

// row shows one control area or control point in a round.
func (x *roundControls) row(r *riskv1.Round, g *register, subject, title, owners string, u *user) controlRow {
	found := x.find(subject)
	row := controlRow{Title: title, Address: address(subject), Owners: owners, threeView: three(found, gradeScale(g.GetMethodVersion())), Known: found != nil}
	open := r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN
	switch {
	case found != nil:
		row.Result = link{"Visa resultatet", address(found.GetName())}
	case open && g.mayRecord(subject, u):
		row.Result = link{"Registrera resultat", newResult(r.GetName(), subject)}
	}
	return row
}
