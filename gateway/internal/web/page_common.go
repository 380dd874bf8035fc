package web

import (
	"slices"
	"strconv"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// commonItems lists what the executive committee has decided for all committees in a year.
func (s *server) commonItems(c *call) (*page, error) {
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	items, err := s.Risks.ListCommonItems(c.ctx(), &riskv1.ListCommonItemsRequest{Parent: c.name(1), Year: int32(year), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return commonItemsPage(c.name(1), items.GetCommonItems(), year, c.user, s.Clock.Now().In(s.zone).Year()), nil
}

// commonItemsView is what the list of common items shows.
type commonItemsView struct {
	Items []task
	Years []link
	Empty *emptyView
}

// commonItemsPage shows the common items of a year.
func commonItemsPage(municipality string, items []*riskv1.CommonItem, year int, u *user, now int) *page {
	at := address(municipality)
	v := commonItemsView{}
	p := &page{Title: "Kommungemensamma granskningar " + strconv.Itoa(year), Section: sectionTown, Template: "commonitems",
		Lead: "Det som kommunstyrelsen beslutar att alla nämnder ska granska."}
	if u.may(authzv1.Permission_PERMISSION_PLAN_READ, municipality) {
		p.Crumbs = []link{{"Kommunen", at + "/oversikt"}}
	}
	for _, y := range []int{now - 1, now, now + 1} {
		if y != year {
			v.Years = append(v.Years, link{strconv.Itoa(y), at + "/commonItems?ar=" + strconv.Itoa(y)})
		}
	}
	for _, i := range items {
		v.Items = append(v.Items, task{link{i.GetTitle(), address(i.GetName())}, commonDetail(i), commonStatus(i)})
	}
	create := link{"Ny granskning", at + "/ny-granskning?ar=" + strconv.Itoa(year)}
	mayWrite := u.may(authzv1.Permission_PERMISSION_COMMON_ITEM_WRITE, municipality)
	if mayWrite && len(items) > 0 {
		p.Actions = []link{create}
	}
	if len(items) == 0 {
		v.Empty = &emptyView{Title: "Inga kommungemensamma granskningar för " + strconv.Itoa(year),
			Text: "När kommunstyrelsen har beslutat om en granskning hämtas den till nämndernas planer för året."}
		if mayWrite {
			v.Empty.Action = create
		}
	}
	p.Data = v
	return p
}

// commonDetail says what kind a common item is and whom it applies to.
func commonDetail(i *riskv1.CommonItem) string {
	text := pointKind(i.GetKind()) + " · "
	if n := len(i.GetCommittees()); n > 0 {
		return text + plural(n, "nämnd", "nämnder")
	}
	return text + "Alla nämnder"
}

// commonStatus shows where a common item stands.
func commonStatus(i *riskv1.CommonItem) statusView {
	switch i.GetState() {
	case riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED:
		return statusView{"lock", "Beslutad " + decisionText(i.GetDecision())}
	case riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN:
		return statusView{"stop", "Tillbakadragen"}
	default:
		return statusView{"doing", "Utkast"}
	}
}

// commonItemView is what the page of a common item shows.
type commonItemView struct {
	Status statusView
	Note   noteView
	Facts  []fact
	// Places tell which committees have it in their plan, once it is decided.
	Places []task
}

// commonItem shows one common item and which committees have it in their plan.
func (s *server) commonItem(c *call) (*page, error) {
	i, err := s.Risks.GetCommonItem(c.ctx(), &riskv1.GetCommonItemRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	all, err := c.placesOf(c.name(1))
	if err != nil {
		return nil, err
	}
	places := slices.DeleteFunc(all, func(p *townPlace) bool {
		return !applies(i, p.committee.GetName()) || !c.user.may(authzv1.Permission_PERMISSION_PLAN_READ, p.committee.GetName())
	})
	err = eachCommittee(places, func(p *townPlace) error { return c.askPoints(p, int(i.GetYear())) })
	if err != nil {
		return nil, err
	}
	return commonItemPage(i, places, c.user), nil
}

// askPoints reads a committee's plan of a year and its control points.
func (c *call) askPoints(p *townPlace, year int) error {
	if err := c.askPlan(p, year); err != nil || p.plan == nil {
		return err
	}
	r, err := c.Risks.ListControlPoints(c.ctx(), &riskv1.ListControlPointsRequest{Parent: p.plan.GetName(), PageSize: 1000})
	p.points = r.GetControlPoints()
	return err
}

// commonItemPage shows a common item.
func commonItemPage(i *riskv1.CommonItem, places []*townPlace, u *user) *page {
	municipality := upTo(i.GetName(), 1)
	v := commonItemView{Status: commonStatus(i), Facts: commonFacts(i)}
	for _, p := range places {
		t := task{link: link{p.committee.GetDisplayName(), address(p.committee.GetName())}, Status: statusView{"todo", "Får den efter beslutet"}}
		if i.GetState() != riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT {
			t = p.commonTask(i.GetName())
		}
		v.Places = append(v.Places, t)
	}
	switch i.GetState() {
	case riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED:
		v.Note = noteView{Kind: "lock", Text: "Granskningen är beslutad av kommunstyrelsen och kan inte ändras. Nämnderna utser själva vem som utför den."}
	case riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN:
		v.Note = noteView{Kind: "lock", Title: "Tillbakadragen", Text: i.GetWithdrawReason()}
	default:
		v.Note = noteView{Kind: "info", Text: "Det här är ett utkast. Nämnderna ser det först när kommunstyrelsens beslut är registrerat."}
	}
	p := &page{Title: i.GetTitle(), Over: "Kommungemensam granskning " + strconv.Itoa(int(i.GetYear())), Section: sectionTown, Template: "commonitem",
		Crumbs: commonCrumbs(i)[:1], Actions: commonActions(i, u), Data: v}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, municipality) {
		p.History = "/historik/" + i.GetName()
	}
	return p
}

// commonTask says whether a committee's plan carries out a common item.
func (p *townPlace) commonTask(item string) task {
	t := task{link: link{p.committee.GetDisplayName(), address(p.committee.GetName())}, Status: statusView{"todo", "Ingen plan än"}}
	if p.plan == nil {
		return t
	}
	t.Address, t.Detail, t.Status = address(p.plan.GetName()), planTitle(p.plan), statusView{"late", "Saknas i planen"}
	if p.carries(item) {
		t.Status = statusView{"done", "Finns i planen"}
	}
	return t
}

// commonFacts are the facts about a common item.
func commonFacts(i *riskv1.CommonItem) []fact {
	open := func(text string) string { return orElse(text, "Nämnderna bestämmer") }
	facts := []fact{{Label: "Slag", Text: pointKind(i.GetKind())}, {Label: "Planår", Text: strconv.Itoa(int(i.GetYear()))},
		{Label: "Syfte", Markdown: i.GetPurpose()}, {Label: "Omfattning och avgränsning", Markdown: i.GetScope()}, {Label: "Metod", Markdown: i.GetMethod()},
		{Label: "När", Text: open(i.GetFrequency())}, {Label: "Stickprov", Text: open(i.GetPlannedSample())}, {Label: "Rapporteras till", Text: open(i.GetReportTo())}}
	if d := decisionOf(i.GetDecision()); d != "" {
		facts = append(facts, fact{Label: "Kommunstyrelsens beslut", Text: d})
	}
	return facts
}

// commonActions are what the user can do with a common item.
func commonActions(i *riskv1.CommonItem, u *user) []link {
	at := address(i.GetName())
	if !u.may(authzv1.Permission_PERMISSION_COMMON_ITEM_WRITE, i.GetName()) {
		return nil
	}
	switch i.GetState() {
	case riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED:
		return []link{{"Dra tillbaka", at + "/dra-tillbaka"}}
	case riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN:
		return nil
	default:
		return []link{{"Registrera beslut", at + "/beslut"}, {"Ändra", at + "/andra"}, {"Ta bort utkastet", at + "/ta-bort"}}
	}
}

// commonCrumbs lead back from the pages of a common item.
func commonCrumbs(i *riskv1.CommonItem) []link {
	return []link{{"Kommungemensamma granskningar", address(upTo(i.GetName(), 1)) + "/commonItems?ar=" + strconv.Itoa(int(i.GetYear()))}, {i.GetTitle(), address(i.GetName())}}
}

// createCommonItem writes a draft.
func (s *server) createCommonItem(c *call) (*page, error) {
	committees, err := c.committeesOf(c.name(1))
	if err != nil {
		return nil, err
	}
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	i := &riskv1.CommonItem{Year: int32(year), Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW}
	f := commonForm(i, committeeOptions(committees))
	f.Submit, f.Cancel = "Spara utkastet", address(c.name(1))+"/commonItems?ar="+strconv.Itoa(int(i.GetYear()))
	p := &page{Title: "Ny kommungemensam granskning", Section: sectionTown, Crumbs: []link{{"Kommungemensamma granskningar", f.Cancel}},
		Lead: "Nämnderna ser granskningen när kommunstyrelsens beslut är registrerat."}
	return c.form(p, f, func() (string, error) {
		if err := readCommon(f, i); err != nil {
			return "", err
		}
		made, err := s.Risks.CreateCommonItem(c.ctx(), &riskv1.CreateCommonItemRequest{Parent: c.name(1), CommonItem: i})
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// editCommonItem changes a draft.
func (s *server) editCommonItem(c *call) (*page, error) {
	i, err := s.Risks.GetCommonItem(c.ctx(), &riskv1.GetCommonItemRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	committees, err := c.committeesOf(c.name(1))
	if err != nil {
		return nil, err
	}
	f := commonForm(i, committeeOptions(committees))
	f.Cancel = address(i.GetName())
	p := &page{Title: "Ändra granskningen", Section: sectionTown, Crumbs: commonCrumbs(i)}
	return c.form(p, f, func() (string, error) {
		next := &riskv1.CommonItem{Name: i.GetName(), Etag: f.value("etag")}
		if err := readCommon(f, next); err != nil {
			return "", err
		}
		_, err := s.Risks.UpdateCommonItem(c.ctx(), &riskv1.UpdateCommonItemRequest{CommonItem: next, UpdateMask: mask("year", "title", "kind", "purpose",
			"scope", "method", "frequency", "planned_sample", "report_to", "committees")})
		return receipt(f.Cancel, "sparad"), err
	})
}
