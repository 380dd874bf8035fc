package web

import (
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// atOnce bounds how many committees are asked about at the same time.
const atOnce = 8

// townPlace is one committee in the overview of the municipality.
type townPlace struct {
	committee *directoryv1.Committee
	plan      *riskv1.Plan
	rounds    []*riskv1.Round
	points    []*riskv1.ControlPoint
}

// eachCommittee asks about every committee, a few at a time, and returns the first fault.
func eachCommittee(places []*townPlace, ask func(*townPlace) error) error {
	var g errgroup.Group
	g.SetLimit(atOnce)
	for _, place := range places {
		g.Go(func() error { return ask(place) })
	}
	return g.Wait()
}

// placesOf returns the committees of a municipality that the user sees.
func (c *call) placesOf(municipality string) ([]*townPlace, error) {
	committees, err := c.committeesOf(municipality)
	if err != nil {
		return nil, err
	}
	var places []*townPlace
	for _, k := range committees {
		places = append(places, &townPlace{committee: k})
	}
	return places, nil
}

// town shows how far the committees have come in a year.
func (s *server) town(c *call) (*page, error) {
	m, err := c.municipalityOf(c.name(1))
	if err != nil {
		return nil, err
	}
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	places, err := c.placesOf(m.GetName())
	if err != nil {
		return nil, err
	}
	counts, err := s.Risks.CountActions(c.ctx(), &riskv1.CountActionsRequest{Parent: m.GetName()})
	if err != nil {
		return nil, err
	}
	err = eachCommittee(places, func(p *townPlace) error {
		return c.askPlace(p, year)
	})
	if err != nil {
		return nil, err
	}
	return townPage(m, places, counts.GetCounts(), year, c.user, s.Clock.Now().In(s.zone).Year()), nil
}

// year is the year that the address asks for, this one when it asks for none.
func (c *call) year() (int, error) {
	asked := c.query("ar")
	if asked == "" {
		return c.Clock.Now().In(c.zone).Year(), nil
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1900 || n > 2300 {
		return 0, notFound()
	}
	return n, nil
}

// askPlace reads a committee's plan of a year and the rounds that cover it.
func (c *call) askPlace(p *townPlace, year int) error {
	if err := c.askPlan(p, year); err != nil || p.plan == nil {
		return err
	}
	r, err := c.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: p.committee.GetName(), Plan: p.plan.GetName(), PageSize: 100})
	p.rounds = r.GetRounds()
	return err
}

// askPlan reads a committee's plan of a year; it may have none, or none that the user may see.
func (c *call) askPlan(p *townPlace, year int) error {
	plan, err := c.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: p.committee.GetName() + "/plans/" + strconv.Itoa(year)})
	if fault.Is(toFaultOrNil(err), fault.NotFound) {
		return nil
	}
	p.plan = plan
	return err
}

// townView is what the overview of a municipality shows.
type townView struct {
	Year   string
	Years  []link
	Rows   []townRow
	Counts []countView
	Common string
	Empty  *emptyView
}

// townRow is one committee.
type townRow struct {
	Name, Address string
	Plan          task
	Rounds        []task
	Actions, Late countView
}

// townPage shows every committee's plan, rounds and open actions.
func townPage(m *directoryv1.Municipality, places []*townPlace, counts []*riskv1.ActionCount, year int, u *user, now int) *page {
	at := address(m.GetName())
	v := townView{Year: strconv.Itoa(year), Common: at + "/commonItems?ar=" + strconv.Itoa(year)}
	p := &page{Title: m.GetDisplayName() + " " + v.Year, Section: sectionTown, Template: "town", Wide: true,
		Lead: "Så långt har nämnderna kommit med sin internkontroll. Antalet åtgärder gäller i dag, från alla planår."}
	p.Actions = []link{{"Kommungemensamma granskningar", v.Common}, {"Mallar för dokument", at + "/templates"}}
	for _, y := range []int{now - 1, now, now + 1} {
		if y != year {
			v.Years = append(v.Years, link{strconv.Itoa(y), at + "/oversikt?ar=" + strconv.Itoa(y)})
		}
	}
	decided, opened, late := 0, 0, 0
	for _, place := range places {
		row := townRowOf(place, counts)
		if place.plan != nil && decidedOnce(place.plan) {
			decided++
		}
		opened, late = opened+row.Actions.Count, late+row.Late.Count
		v.Rows = append(v.Rows, row)
	}
	v.Counts = []countView{{len(places), "Nämnder", "#namnder"}, {decided, "Fastställda planer", "#namnder"}, {opened, "Öppna åtgärder", "#namnder"}, {late, "Försenade åtgärder", "#namnder"}}
	if len(places) == 0 {
		v.Empty = &emptyView{Title: "Inga nämnder", Text: "Här visas kommunens nämnder med plan, uppföljningar och åtgärder."}
		if u.may(authzv1.Permission_PERMISSION_DIRECTORY_MANAGE, m.GetName()) {
			v.Empty.Action = link{"Lägg till nämnd", at + "/ny-namnd"}
		}
	}
	p.Data = v
	return p
}

// decidedOnce reports whether some version of a plan is decided: it applies until the next one is.
func decidedOnce(p *riskv1.Plan) bool {
	return readOnly(p) || p.GetVersion() > 1
}

// townStatus shows where a plan stands for the municipality: what is decided counts, also while it is revised.
func townStatus(p *riskv1.Plan) statusView {
	if decidedOnce(p) && !readOnly(p) {
		return statusView{"lock", "Fastställd (ny version pågår)"}
	}
	return planStatus(p)
}

// townRowOf is the row of one committee.
func townRowOf(place *townPlace, counts []*riskv1.ActionCount) townRow {
	name := place.committee.GetName()
	row := townRow{Name: place.committee.GetDisplayName(), Address: address(name), Plan: task{Status: statusView{"todo", "Ingen plan"}},
		Actions: countView{0, "öppna åtgärder", address(name) + "/actions?lage=godkand#atgarder"},
		Late:    countView{0, "försenade åtgärder", address(name) + "/actions?status=" + statusLate + "#atgarder"}}
	if place.plan != nil {
		row.Plan = task{link{planTitle(place.plan), address(place.plan.GetName())}, "", townStatus(place.plan)}
	}
	for _, r := range place.rounds {
		status := statusView{"doing", "Öppen"}
		if r.GetState() == riskv1.RoundState_ROUND_STATE_CLOSED {
			status = statusView{"lock", "Stängd"}
		}
		row.Rounds = append(row.Rounds, task{link{r.GetTitle(), address(r.GetName())}, "", status})
	}
	for _, n := range counts {
		if n.GetCommittee() == name && n.GetState() == riskv1.ActionState_ACTION_STATE_ACCEPTED {
			row.Actions.Count += int(n.GetCount())
			row.Late.Count += int(n.GetOverdue())
		}
	}
	return row
}

// applies reports whether a common item is meant for a committee.
func applies(i *riskv1.CommonItem, committee string) bool {
	return len(i.GetCommittees()) == 0 || slices.Contains(i.GetCommittees(), committee)
}

// carries reports whether a committee's plan carries out a common item.
func (p *townPlace) carries(item string) bool {
	return slices.ContainsFunc(p.points, func(k *riskv1.ControlPoint) bool { return k.GetCommonItem() == item && k.GetMovedTo() == "" })
}
