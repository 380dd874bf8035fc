package web

import (
	"net/url"
	"slices"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// controlsView is what the page of controls shows.
type controlsView struct {
	Status statusView
	Plan   link
	Groups []controlGroup
	Window window
	// Other are indicators that belong to nothing in the plan's list.
	Other []indicatorRow
	Years []link
	Empty *emptyView
}

// controlGroup is one control area with its points, what was found, and its indicators.
type controlGroup struct {
	Title, Address, Unit string
	Rows                 []controlRow
	Indicators           []indicatorRow
}

// controlRow is one control area or control point with its latest result.
type controlRow struct {
	Title, Address, Owners string
	// Of is the control area that a row stands for as a whole.
	Of string
	// Result leads to the latest result, or to the form of one.
	Result link
	Round  string
	threeView
	// Known is true when there is a result.
	Known bool
}

// indicatorRow is one indicator with its year.
type indicatorRow struct {
	Title, Address, Value, Year, Sentence string
	Targets                               []string
	Status                                statusView
}

// controls shows the control areas of a committee's plan with what was found.
func (s *server) controls(c *call) (*page, error) {
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	chosen := chosenPlan(plans.GetPlans(), c.query("ar"), s.Clock.Now().In(s.zone).Year())
	if chosen == "" {
		return controlsPage(c.name(2), nil, nil, c.user, nil), nil
	}
	g, err := c.snapshot(chosen)
	if err != nil {
		return nil, err
	}
	b, err := c.controlBook(g, 2)
	if err != nil {
		return nil, err
	}
	return controlsPage(c.name(2), b, plans.GetPlans(), c.user, c.r.URL.Query()), nil
}

// chosenPlan is the plan of the year that was asked for, else the one in work; empty when there is none.
func chosenPlan(plans []*riskv1.Plan, asked string, year int) string {
	if len(plans) == 0 {
		return ""
	}
	for _, p := range plans {
		if last(p.GetName()) == asked {
			return p.GetName()
		}
	}
	return currentPlan(plans, year).GetName()
}

// controlsPage shows areas with their points, latest results and indicators; b is nil when there is no plan.
func controlsPage(committee string, b *controlBook, plans []*riskv1.Plan, u *user, q url.Values) *page {
	at := address(committee)
	p := &page{Title: "Kontroller", Section: sectionControls, Template: "controls", Wide: true}
	if b == nil {
		v := controlsView{Empty: &emptyView{Title: "Ingen plan än", Text: "Här visas årets kontrollområden och kontrollmoment med resultat och mätningar. De kommer från internkontrollplanen."}}
		if u.may(authzv1.Permission_PERMISSION_PLAN_WRITE, committee) && u.has(committee, "coordinator") {
			v.Empty.Action = link{"Skapa plan", at + "/ny-plan"}
		}
		p.Data = v
		return p
	}
	year := last(b.GetPlan().GetName())
	p.Title += " " + year
	p.Lead = "Vad som kontrolleras, vad det visade och hur målen nås."
	v := controlsView{Status: planStatus(b.GetPlan()), Plan: link{planTitle(b.GetPlan()), address(b.GetPlan().GetName())}, Other: b.otherIndicators()}
	v.Groups, v.Window = windowGroups(b.groups(u), at+"/controls", q, "innehall")
	for _, o := range slices.Backward(plans) {
		if y := last(o.GetName()); y != year {
			v.Years = append(v.Years, link{y, at + "/controls?ar=" + y})
		}
	}
	if len(v.Groups) == 0 && len(v.Other) == 0 {
		v.Empty = &emptyView{Title: "Inga kontroller i planen", Text: "Planen för " + year + " har varken kontrollområden eller kontrollmoment. De läggs till i planen medan den är ett utkast.",
			Action: link{"Till planen", v.Plan.Address + "#kontroller"}}
	}
	p.Actions = b.controlActions(u)
	p.Data = v
	return p
}

// controlActions are what can be done about the controls of a plan.
func (b *controlBook) controlActions(u *user) []link {
	var actions []link
	for _, r := range b.rounds {
		if r.GetState() == riskv1.RoundState_ROUND_STATE_OPEN && u.may(authzv1.Permission_PERMISSION_RESULT_WRITE, r.GetName()) && len(b.GetControlAreas())+len(b.GetControlPoints()) > 0 {
			actions = append(actions, link{"Registrera resultat", address(r.GetName()) + "#kontroller"})
			break
		}
	}
	committee := committeeOf(b.GetPlan().GetName())
	if u.may(authzv1.Permission_PERMISSION_INDICATOR_WRITE, committee) {
		actions = append(actions, link{"Ny indikator", address(committee) + "/ny-indikator?plan=" + last(b.GetPlan().GetName())})
	}
	if u.may(authzv1.Permission_PERMISSION_IMPORT, committee) {
		actions = append(actions, link{"Importera från Excel", address(committee) + "/importera"})
	}
	return actions
}

// groups shows the plan's areas in order, and last the points without an area.
func (b *controlBook) groups(u *user) []controlGroup {
	var out []controlGroup
	for _, a := range b.GetControlAreas() {
		group := controlGroup{Title: a.GetTitle(), Address: address(a.GetName()), Indicators: b.indicatorRows(a.GetName())}
		if a.GetUnit() != "" {
			group.Unit = b.unitName(a.GetUnit())
		}
		points := b.pointsIn(a.GetName())
		if b.latest(a.GetName()) != nil || len(points) == 0 {
			row := b.controlRow(a.GetName(), "Hela området", strings.Join(owners(a.GetOwners()), ", "), u)
			row.Of = a.GetTitle()
			group.Rows = append(group.Rows, row)
		}
		for _, k := range points {
			group.Rows = append(group.Rows, b.controlRow(k.GetName(), k.GetTitle(), strings.Join(owners(k.GetOwners()), ", "), u))
			group.Indicators = append(group.Indicators, b.indicatorRows(k.GetName())...)
		}
		group.Indicators = distinct(group.Indicators)
		out = append(out, group)
	}
	if points := b.pointsIn(""); len(points) > 0 {
		group := controlGroup{Title: "Kontrollmoment utan område"}
		for _, k := range points {
			group.Rows = append(group.Rows, b.controlRow(k.GetName(), k.GetTitle(), strings.Join(owners(k.GetOwners()), ", "), u))
			group.Indicators = append(group.Indicators, b.indicatorRows(k.GetName())...)
		}
		group.Indicators = distinct(group.Indicators)
		out = append(out, group)
	}
	return out
}

// heavyRows is how many rows with three words each a page shows at a time.
const heavyRows = 30

// windowGroups cuts out the part of a long list of groups that the address asks for; rows and indicators count alike.
func windowGroups(groups []controlGroup, path string, q url.Values, fragment string) ([]controlGroup, window) {
	type item struct{ group, row, indicator int }
	var all []item
	for g, group := range groups {
		for i := range group.Rows {
			all = append(all, item{g, i, -1})
		}
		for i := range group.Indicators {
			all = append(all, item{g, -1, i})
		}
	}
	part, w := windowSized(all, heavyRows, path, q, fragment)
	var out []controlGroup
	at := -1
	for _, one := range part {
		if one.group != at {
			at = one.group
			whole := groups[at]
			whole.Rows, whole.Indicators = nil, nil
			out = append(out, whole)
		}
		group := &out[len(out)-1]
		if one.row >= 0 {
			group.Rows = append(group.Rows, groups[at].Rows[one.row])
		} else {
			group.Indicators = append(group.Indicators, groups[at].Indicators[one.indicator])
		}
	}
	return out, w
}

// distinct keeps each indicator once.
func distinct(rows []indicatorRow) []indicatorRow {
	var out []indicatorRow
	for _, r := range rows {
		if !slices.ContainsFunc(out, func(o indicatorRow) bool { return o.Address == r.Address }) {
			out = append(out, r)
		}
	}
	return out
}

// controlRow shows the latest result about an area or a point.
func (b *controlBook) controlRow(subject, title, owners string, u *user) controlRow {
	row := controlRow{Title: title, Address: address(subject), Owners: owners}
	r := b.latest(subject)
	row.threeView, row.Known = three(r, gradeScale(b.GetMethodVersion())), r != nil
	if r != nil {
		row.Result = link{"Visa resultatet", address(r.GetName())}
		if i := b.roundPlace(r); i >= 0 {
			row.Round = b.rounds[i].GetTitle()
		}
		return row
	}
	for _, round := range b.rounds {
		if round.GetState() == riskv1.RoundState_ROUND_STATE_OPEN && b.mayRecord(subject, u) {
			row.Result = link{"Registrera resultat", newResult(round.GetName(), subject)}
		}
	}
	return row
}

// newResult is where a result about an area or a point is written.
func newResult(round, subject string) string {
	return address(round) + "/nytt-resultat?om=" + strings.TrimPrefix(subject, committeeOf(subject)+"/")
}

// indicatorRows shows the indicators of an area or a point.
func (b *controlBook) indicatorRows(subject string) []indicatorRow {
	var rows []indicatorRow
	for _, i := range b.indicatorsOf(subject) {
		rows = append(rows, b.indicatorRow(i))
	}
	return rows
}

// otherIndicators are those that belong to none of the plan's areas and points that are shown.
func (b *controlBook) otherIndicators() []indicatorRow {
	var rows []indicatorRow
	for _, i := range b.found.GetIndicators() {
		if !slices.ContainsFunc(i.GetSubjects(), func(s string) bool { return b.subjectTitle(s) != "" }) {
			rows = append(rows, b.indicatorRow(i))
		}
	}
	return rows
}

// indicatorRow shows an indicator with its newest value, its targets and what that means.
func (b *controlBook) indicatorRow(i *controlv1.Indicator) indicatorRow {
	e := b.evaluation(i.GetName())
	row := indicatorRow{Title: i.GetTitle(), Address: address(i.GetName()), Value: "–", Sentence: e.GetSentence(), Status: fulfilmentStatus(e.GetFulfilment())}
	for _, t := range e.GetTargets() {
		row.Targets = append(row.Targets, targetText(i, t.GetTarget()))
	}
	if e != nil && e.Value != nil {
		row.Value, row.Year = measured(i, e.GetValue()), yearText(e.GetYear())
		if e.GetApproximate() {
			row.Value = "cirka" + nbsp + row.Value
		}
		return row
	}
	for _, m := range b.found.GetMeasurements() { // in order of last day: the newest comes last
		if m.GetIndicator() == i.GetName() && m.GetUnit() == "" && m.EffectiveValue != nil {
			row.Value, row.Year = measurementText(i, m), yearText(int32(yearOf(m)))
		}
	}
	return row
}
